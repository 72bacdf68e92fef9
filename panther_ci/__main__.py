"""`python -m panther_ci` is the command line."""

import sys

from panther_ci.cli import main

if __name__ == "__main__":
    sys.exit(main())
