"""A large fork with every kind of spec has the verdicts that it was written with."""

from collections import Counter
from xml.etree import ElementTree

import pytest

from tests.commands import Done, run_command
from tests.corpus import EVERYTHING, Corpus, write_size


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Corpus, Done, ElementTree.Element]:
    """The repository, the command that judged it, and its JUnit report."""
    corpus = write_size(tmp_path_factory.mktemp("everything"), EVERYTHING)
    done = run_command(corpus.folder, "test", "--path", ".", "--junit-path", "junit.xml")
    return corpus, done, ElementTree.parse(corpus.folder / "junit.xml").getroot()


def test_the_cases_that_are_wrong_fail_and_all_others_pass(
    judged: tuple[Corpus, Done, ElementTree.Element],
) -> None:
    corpus, done, report = judged
    outcomes = Counter(case[0].tag if len(case) else "passed" for case in report.iter("testcase"))
    failed = {
        (case.get("classname"), case.get("name"))
        for case in report.iter("testcase")
        if case.find("failure") is not None or case.find("error") is not None
    }
    assert failed == corpus.wrong
    # Only a deployment has the bases of these rules.
    skipped = EVERYTHING.idioms
    passed = corpus.cases - len(failed)
    assert outcomes == {"passed": passed, "failure": len(failed), "skipped": skipped}
    assert done.stdout.endswith(f"\nRejected: {len(failed)} cases failed.\n")
