"""The command line: parses, wires the steps, maps the outcome to an exit code."""

import argparse
import sys
from collections.abc import Sequence

from panther_ci import __version__


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = argparse.ArgumentParser("panther-ci", description="The gatekeeper of Panther detections.")
    parser.add_argument("--version", action="version", version=__version__)
    parser.parse_args(argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
