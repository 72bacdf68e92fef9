"""Searches for inputs that break a target, guided by coverage: `python -m tests.fuzz TARGET SECONDS FOLDER`.

Needs the package `atheris`. Begins with the corpus kept beside this file and writes what it finds to the
folder; an input that breaks the target ends the search and is left there as `crash-…` or `timeout-…`.
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["panther_ci", "json", "yaml", "ast"]):
    from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).with_name("corpus")
SLOWEST_SECONDS = 5
LARGEST_BYTES = 4096


def main() -> None:
    """Fuzzes one target for so many seconds."""
    name, seconds, folder = sys.argv[1:4]
    found = Path(folder) / name
    found.mkdir(parents=True, exist_ok=True)
    options = [
        f"-max_total_time={seconds}",
        f"-timeout={SLOWEST_SECONDS}",
        f"-max_len={LARGEST_BYTES}",
        "-rss_limit_mb=1024",
        f"-dict={CORPUS / f'{name}.dict'}",
        f"-artifact_prefix={found}/",
        *sys.argv[4:],
    ]
    atheris.Setup(["fuzz", *options, str(found), str(CORPUS / name)], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
