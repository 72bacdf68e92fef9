"""What bodies may ask the standard library though they read no files of this machine."""

import subprocess
import sys

ASK = """
from panther_ci.running.confined.engine.presets import preset
preset()
import mimetypes, tempfile, wave
print(mimetypes.knownfiles, tempfile.tempdir, mimetypes.guess_type("a.html")[0], wave.__spec__.name)
"""


def test_answers_are_there_before_anything_is_looked_for() -> None:
    told = subprocess.check_output([sys.executable, "-c", ASK], text=True)
    assert told == "[] /tmp text/html wave\n"
