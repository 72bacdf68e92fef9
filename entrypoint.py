"""The entry point of the container: runs the action beside the packages the image carries.

GitHub starts it with `python -I`, which leaves this file's own folder out of the import path; it is put
there first, so that nothing of the workspace can be imported in its stead.
"""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "packages")]

from panther_ci.action import main  # noqa: E402 - the import path has to be set first

if __name__ == "__main__":
    sys.exit(main(os.environ))
