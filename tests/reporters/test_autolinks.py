"""What a repository may have set up GitHub to link, such as keys of issues elsewhere, is shown as code."""

import pytest

from panther_ci.reporters import defuse


@pytest.mark.parametrize("text", ["JIRA-7", "AB-1", "A1-20", "x AB-1", "(Q9-3)"])
def test_a_key_of_an_issue_elsewhere_is_code(text: str) -> None:
    assert "<code>" in defuse.markdown_text(text)


@pytest.mark.parametrize("text", ["A-1", "ab-1", "1A-1", "Ab-1", "AB-x", "AB -1"])
def test_what_is_no_such_key_stays_prose(text: str) -> None:
    assert "<code>" not in defuse.markdown_text(text)
