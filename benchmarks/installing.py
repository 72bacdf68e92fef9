"""Both programs, each in an environment of its own, with the packages that bodies import."""

import subprocess
import venv
from pathlib import Path

# Under the AGPL: installed apart, run as a program, never imported.
PEER = "panther_analysis_tool==1.11.1"
# What bodies of public forks import, and the peer does not bring with it.
BODIES = ("boto3", "pycountry", "panther_detection_helpers>=1.0.2,<2", "policyuniverse>=1.5")
ROOT = Path(__file__).resolve().parent.parent


def find_ours(given: str, place: Path) -> str:
    """The path of our program: a given one, or one that is installed now."""
    return str(Path(given).absolute()) if given else install_ours(place)


def install_ours(place: Path) -> str:
    """Our program as users install it: an editable one would start more slowly."""
    python = _environment(place / "ours")
    for name in ("runtime", "bodies"):
        _pip(python, "--require-hashes", "--requirement", str(ROOT / "requirements" / f"{name}.txt"))
    _pip(python, "--no-deps", "--force-reinstall", str(ROOT))
    return str(python.parent / "panther-ci")


def install_peer(place: Path) -> str:
    """The peer's program."""
    python = _environment(place / "peer")
    _pip(python, PEER, *BODIES)
    return str(python.parent / "panther_analysis_tool")


def _environment(folder: Path) -> Path:
    if not folder.exists():
        venv.create(folder, with_pip=True)
    return folder / "bin" / "python"


def _pip(python: Path, *what: str) -> None:
    subprocess.run((str(python), "-m", "pip", "install", "--quiet", *what), check=True)
