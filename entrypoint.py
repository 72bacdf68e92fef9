"""The entry point of the container: runs the action."""

import sys

from panther_ci.cli import main

if __name__ == "__main__":
    sys.exit(main())
