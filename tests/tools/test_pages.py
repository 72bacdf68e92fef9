"""The generated pages of docs/ are up to date and leave no control out."""

import re
import shutil
import subprocess
import sys

from tools.library import DOCS, ROOT, read_detections, read_yaml
from tools.pages import main, render_coverage

CONTROLS = [
    *(f"1.{number}" for number in range(1, 23)),
    *(f"2.{number}" for number in range(1, 10)),
    *(f"3.{number}" for number in range(1, 15)),
    *(f"4.{number}" for number in range(1, 4)),
]


def test_the_committed_pages_are_up_to_date():
    assert main(["--check"]) == 0


def test_check_says_which_page_is_not_up_to_date(tmp_path):
    (tmp_path / "analysis").symlink_to(ROOT / "analysis")
    shutil.copytree(DOCS, tmp_path / "docs")
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    (tmp_path / "docs/detections.md").write_text("old")
    command = [sys.executable, "-m", "tools.pages"]
    checked = subprocess.run([*command, "--check"], cwd=tmp_path, capture_output=True, text=True)
    assert (
        checked.returncode,
        checked.stderr.endswith("detections.md is not up to date: run `make docs`\n"),
    ) == (1, True)
    assert subprocess.run(command, cwd=tmp_path).returncode == 0
    assert (tmp_path / "docs/detections.md").read_text() == (DOCS / "detections.md").read_text()


def test_the_coverage_page_has_every_control_in_order():
    page = (DOCS / "cis-coverage.md").read_text()
    table = page.split("## Not covered")[0]
    assert re.findall(r"^\| (\d\.\d+) ", table, re.MULTILINE) == CONTROLS


def test_a_control_that_nothing_covers_is_said_plainly():
    page = render_coverage([d for d in read_detections() if d.id != "AWS.CMK.KeyRotation"])
    assert "| 2.8 | 3.6 | Customer KMS keys are rotated | **nothing** |" in page


def test_a_later_number_is_in_the_section_of_its_version_and_stands_once():
    version, sections = "5.0.0", "1345"
    controls = read_yaml(DOCS / "cis-controls.yml")
    later = {
        number: each["later"][version]
        for number, each in controls.items()
        if version in each.get("later", {})
    }
    assert all(found[0] == sections[int(number[0]) - 1] for number, found in later.items())
    # Of two controls for one port each, later versions made one.
    assert len(set(later.values())) == len(later) - 1
    assert later["4.1"] == later["4.2"]


def test_links_of_the_pages_lead_somewhere():
    pages = [*DOCS.glob("*.md"), ROOT / "analysis/README.md"]
    links = [(page, link) for page in pages for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text())]
    assert len(links) > 95
    assert [str(link) for page, link in links if not (page.parent / link).exists()] == []
