"""Every finding, as golden cases have it: `tests/cases/<check id>/` and `tests/cases/<check id>-passes/`."""

import pytest

from panther_ci.specs.checks import CHECK_IDS
from tests.specs.golden import CASES, judge

FOLDERS = sorted(path.parent for path in CASES.glob("*/expected.txt"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_findings_are_those_expected(folder):
    assert judge(folder) == (folder / "expected.txt").read_text()


@pytest.mark.parametrize("check", CHECK_IDS)
def test_every_check_has_a_case_that_breaks_it_and_one_that_passes(check):
    assert f"[{check}]" in (CASES / check / "expected.txt").read_text()
    assert (CASES / f"{check}-passes" / "expected.txt").read_text() == ""
