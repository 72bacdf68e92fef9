"""The pages of `panther_ci/explanations`: every check has one, and what its examples show is what happens."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import panther_ci
from panther_ci.catalogue import CheckId
from panther_ci.model import ChangeSet, Level
from panther_ci.pipeline import Request, judge
from panther_ci.reporters.problems import Problem, list_problems
from panther_ci.running.confined_jobs import ConfinedJobs
from panther_ci.running.requirements.lines import read_requirements
from panther_ci.specs.checks import CheckSettings

FOLDER = Path(panther_ci.__file__).parent / "explanations"
PAGES = {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
REFUSALS = {
    "deep-folder",
    "file-name",
    "large-file",
    "linked-file",
    "linked-folder",
    "special-file",
    "submodule-missing",
    "unreadable-file",
}
# What no text can show: links, devices, sizes, bytes that are not UTF-8, signals, and deployments.
DESCRIBED = REFUSALS | {"encoding", "run-interrupted", "deployment-issue"}
SHOWN = sorted(PAGES.keys() - DESCRIBED)
SETTINGS = {
    "minimum-tests": CheckSettings(minimum_tests=2),
    "skipped-cases": CheckSettings(strict_skips=True),
    **dict.fromkeys(
        ("incomplete-pack", "missing-in-packs", "unfit-for-packs"), CheckSettings(packs="strict")
    ),
}
REQUIREMENTS = "requirements.txt"
HEADING = re.compile(r"^## (.*)\n", re.MULTILINE)
EXAMPLE = re.compile(r"^```(\w+) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LANGUAGES = {"csv": "csv", "yml": "yaml", "json": "json", "py": "python", "txt": "text"}


def sections(check: str) -> Mapping[str, str]:
    """The texts of a page by their headings; the first has none."""
    parts = HEADING.split(PAGES[check])
    return {"": parts[0]} | dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.fixture(scope="module")
def jobs() -> Iterator[ConfinedJobs]:
    """What runs the detections of all pages, which is quicker than one for each."""
    with ConfinedJobs(lambda done, total: None) as jobs:
        yield jobs


def find_problems(check: str, section: str, jobs: ConfinedJobs) -> tuple[Problem, ...]:
    """What a run says of the example files of a section."""
    files = {path: text.encode() for _, path, text in EXAMPLE.findall(sections(check)[section])}
    request = Request(
        files,
        ChangeSet(judge_all_reason="the page is checked"),
        package_findings=read_requirements(REQUIREMENTS, files.pop(REQUIREMENTS, b"")).findings,
        settings=SETTINGS.get(check, CheckSettings()),
    )
    return list_problems(judge(request, jobs.run).report)


def test_every_check_has_a_page_and_every_page_a_check():
    assert PAGES.keys() == set(CheckId)


@pytest.mark.parametrize("check", sorted(PAGES))
def test_a_page_says_what_is_wrong_what_is_right_and_why(check):
    texts = sections(check)
    assert list(texts) == ["", "Wrong", "Right", "Why"]
    assert [heading for heading, text in texts.items() if not text.strip()] == []


@pytest.mark.parametrize("check", sorted(PAGES))
def test_a_page_has_example_files_unless_no_text_can_show_them(check):
    texts = sections(check)
    shown = [len(EXAMPLE.findall(texts[heading])) for heading in ("Wrong", "Right")]
    assert all(shown) if check in SHOWN else shown == [0, 0]
    assert PAGES[check].count("```") == 2 * sum(shown)


@pytest.mark.parametrize("check", SHOWN)
def test_an_example_file_has_the_language_of_its_suffix(check):
    found = EXAMPLE.findall(PAGES[check])
    assert [language for language, *_ in found] == [
        LANGUAGES[path.rpartition(".")[2].lower()] for _, path, _ in found
    ]


@pytest.mark.parametrize("check", SHOWN)
def test_the_wrong_example_is_reported(check, jobs):
    assert check in {problem.check for problem in find_problems(check, "Wrong", jobs)}


@pytest.mark.parametrize("check", SHOWN)
def test_the_right_example_is_accepted_without_this_problem(check, jobs):
    found = find_problems(check, "Right", jobs)
    assert [each for each in found if each.level is Level.ERROR or each.check == check] == []
