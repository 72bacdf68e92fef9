"""Most cases have no mocks, and their processes don't import what makes them."""

import subprocess
import sys

WITHOUT_MOCKS = """
import sys
from panther_ci.running.confined.engine.mocks import patched
with patched(sys, ()) as idle:
    print(idle, "unittest.mock" in sys.modules)
"""


def test_a_case_without_mocks_does_not_import_the_library_of_mocks() -> None:
    told = subprocess.check_output([sys.executable, "-c", WITHOUT_MOCKS], text=True)
    assert told == "[] False\n"
