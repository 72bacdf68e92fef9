"""What bodies may ask the standard library though they read no files of this machine."""

import subprocess
import sys
from pathlib import Path

ASK = """
import sys
from importlib.machinery import PathFinder
from panther_ci.running.confined.engine.presets import preset
sys.meta_path.insert(0, PathFinder)
preset()
import mimetypes, tempfile, wave
print(mimetypes.knownfiles, tempfile.tempdir, mimetypes.guess_type("a.html")[0], wave.__spec__.name)
"""
LOOK_ELSEWHERE = """
import sys
from panther_ci.running.confined.engine.presets import preset
preset()
sys.path[:] = sys.argv[1:]
import mimetypes
print(*mimetypes.__path__)
try:
    import tempfile
except ModuleNotFoundError as error:
    print(error)
"""


def run(*arguments: str) -> str:
    return subprocess.check_output([sys.executable, "-c", *arguments], text=True)


def test_answers_are_there_before_anything_is_looked_for() -> None:
    assert run(ASK) == "[] /tmp text/html wave\n"


def test_a_folder_of_that_name_and_what_is_nowhere_are_imported_as_usual(tmp_path: Path) -> None:
    folder = tmp_path / "mimetypes"
    folder.mkdir()
    assert run(LOOK_ELSEWHERE, str(tmp_path)) == f"{folder}\nNo module named 'tempfile'\n"
