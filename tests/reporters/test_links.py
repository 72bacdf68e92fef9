"""Nothing that the content says becomes a link on GitHub, or informs anybody; and all of it can be read."""

import string
from collections.abc import Callable

import pytest

from panther_ci.model import Finding, Location, Report
from panther_ci.reporters import comment, defuse, summary
from panther_ci.reporters.links import SourceLinks
from tests.github_page import Page

SHA = "16c999e8c71134401a78d4d46435517b2271d6ac"
LINKED = [
    "@octocat",
    "@acme/team",
    "(@octocat),",
    "_@octocat_",
    "x/@octocat",
    "evil@evil.example",
    "a.b+c@sub.evil.example",
    "mailto:evil@evil.example",
    "xmpp:evil@evil.example/x",
    "#1",
    "(#12)",
    "o/r#1",
    "o#1",
    "GH-1",
    "gh-1",
    "[GH-12]",
    SHA,
    SHA[:7],
    SHA[:12].upper(),
    f"o/r@{SHA}",
    f"octocat@{SHA[:7]}",
    f"({SHA[:8]}).",
    f"{SHA[:7]}...{SHA[7:14]}",
    f"x_{SHA}_x",
    "1234567",
    "deadbeef",
    "DEADBEEF,",
    "http://evil.example/x",
    "(https://evil.example)",
    "https://user:word@evil.example",
    "ftp://evil.example",
    "www.evil.example",
    "WWW.evil.example",
    "xhttp://evil.example",
    "https://github.com/o/r/issues/1",
]
PLAIN = [
    "@",
    "a @ b",
    "#",
    "# 1",
    "GH-x",
    "GH -1",
    "123456",
    "abcdefg",
    "a:b",
    "wwwx",
    "AWS.S3-x",
    "arn:aws",
    "1-2",
]
SHOWN: list[Callable[[str], str]] = [defuse.markdown_text, defuse.markdown_code, defuse.markdown_block]


@pytest.mark.parametrize("text", LINKED)
def test_what_github_links_is_not_linked(text: str) -> None:
    raw = Page(text)
    assert raw.links or raw.references  # the judge sees what GitHub does
    for show in SHOWN:
        for shown in (f"{show(text)}", f"x\n\n{show(f'see {text} now')}\n"):
            page = Page(shown)
            assert (page.links, page.references) == ([], [])
            assert text in page.text


@pytest.mark.parametrize("text", LINKED)
def test_no_report_on_github_links_what_the_content_says(text: str) -> None:
    finding = Finding("some-check", f"a {text} `{text}`", Location(text, 1), detection=text, hint=text)
    report = Report((), (finding,), judge_all_reason=text)
    links = SourceLinks("https://github.example", "o/r", SHA)
    for page in map(Page, (summary.render(report, links), comment.render(report, links))):
        assert [link[: len("https://github.example/o/r/blob/")] for link in page.links] == [
            "https://github.example/o/r/blob/"
        ]
        assert page.references == []
        assert page.text.count(text) >= 5


@pytest.mark.parametrize("text", PLAIN)
def test_what_github_does_not_link_stays_prose(text: str) -> None:
    shown = defuse.markdown_text(f"see {text} now")
    assert "<code>" not in shown
    assert (Page(shown).references, Page(shown).text.strip()) == ([], f"see {text} now")


def test_punctuation_around_what_is_shown_as_code_is_none() -> None:
    shown = defuse.markdown_text("Compared with 16c999e, by (GH-1) and `x`@octocat.")
    assert shown == (
        "Compared with <code>16c999e</code>, by (<code>GH-1</code>) and "
        "<code>x</code><code>&#64;<wbr>octocat</code>."
    )


def test_only_punctuation_is_left_out_of_the_code() -> None:
    word = f"{string.ascii_letters}@{string.ascii_letters}"
    code = f"<code>{word.replace('@', '&#64;<wbr>')}</code>"
    assert defuse.markdown_text(f"({{'\"{word}\".,;?…'}})") == f"({{'\"{code}\".,;?…'}})"


@pytest.mark.parametrize("piece", ["a", "0", "@", "(", ")", "GH", "A1", "www", "A-", ":"])
def test_the_cost_of_a_word_grows_with_its_length_only(piece: str) -> None:
    """Were it to grow with the square, this would take hours."""
    assert defuse.markdown_text(piece * 500_000, 1_000_000)
