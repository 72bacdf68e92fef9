"""Whatever text the content holds, no report does more with it than show it.

The judges are readers of their own: the runner's rules for workflow commands, an XML parser, a
Markdown parser, an HTML parser.
"""

import json
import re
from dataclasses import replace
from enum import Enum
from html.parser import HTMLParser
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from panther_ci.catalogue import CheckId
from panther_ci.model import (
    CaseResult,
    Effect,
    EffectKind,
    FieldRead,
    Finding,
    Level,
    Location,
    Loss,
    Outcome,
    Report,
    SpecReport,
    Standing,
)
from panther_ci.model.reasons import Reason, SkipReason
from panther_ci.reporters import annotations, comment, console, defuse, html, junit, sarif, summary
from panther_ci.reporters.links import SourceLinks
from tests import github_page

PIECES = (
    *(
        "::error::x",
        "::",
        ":",
        "::stop-commands::x",
        "##[error]",
        "##[",
        "#",
        "[",
        "]",
        "%0A",
        "%",
        " ",
        "\t",
    ),
    *(
        "\n",
        "\r",
        "\r\n",
        "\x85",
        "\u2028",
        "\x0b",
        "\x0c",
        "\x1b[31m",
        "\x00",
        "\x7f",
        "\x9b",
        "\ud800",
        "\udcff",
    ),
    *(
        "\u202e",
        "\u2066",
        "\u200b",
        "\u200c",
        "\u200d",
        "\ufe0f",
        "\ufeff",
        "\u00ad",
        "\xa0",
        "\u3000",
        "\uffff",
    ),
    *(
        "<script>alert(1)</script>",
        "<img src=x onerror=x>",
        "</pre>",
        "</details>",
        "</summary>",
        "<!--",
        "-->",
    ),
    *(
        "]]>",
        "&lt;",
        "&#60;",
        "&",
        '"',
        "'",
        "|",
        "\\",
        "\\|",
        "`",
        "``",
        "```\n",
        "*",
        "_",
        "~",
        "$",
        "^",
        "=",
        "-",
    ),
    *(
        "](http://evil)",
        "![x](y)",
        "[x]: http://evil",
        "http://evil",
        "www.evil",
        "@team",
        "evil@evil.example",
        "#1",
        "GH-1",
        "16c999e8c711",
        ":x:",
        "    ",
        "\n\n",
    ),
    *("{title}", "{body}", "</style>", "</title>", "é", "😀", "a"),
)
TEXTS = st.one_of(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.text(max_size=40))
QUICK = settings(max_examples=20, deadline=None)


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a type of reasons, whatever it is made of, in which every text is hostile."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return st.one_of(*map(values, arguments))
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is tuple:
        return st.lists(values(arguments[0]), min_size=1, max_size=3).map(tuple)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    if isinstance(kind, type) and issubclass(kind, tuple):
        return st.builds(kind, **{name: values(each) for name, each in get_type_hints(kind).items()})
    plain = {str: TEXTS, bool: st.booleans(), int: st.integers(-99, 99), float: st.floats(0, 99)}
    return st.none() if kind is type(None) else plain[kind]


# Made once, since that takes longer than to draw from them.
REASONS, SKIPS = (st.none() | values(kind) for kind in (Reason, SkipReason))


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """A report in which every text is hostile."""

    def text() -> str:
        return draw(TEXTS)

    def place() -> Location:
        return Location(text(), draw(st.none() | st.integers(1, 99)), draw(st.none() | st.integers(1, 9)))

    cases = [
        CaseResult(
            detection=text(),
            case=text(),
            outcome=outcome,
            location=place(),
            expected=draw(st.none() | st.booleans()),
            reason=draw(REASONS),
            reads=(FieldRead(text(), (text(), 0), text(), draw(st.booleans()), (text(), text())),),
            output=text(),
            standing=draw(st.sampled_from(Standing))
            if outcome in (Outcome.FAILED, Outcome.ERRORED)
            else Standing.NEW,
            returned_at=draw(st.none() | st.builds(place)),
        )
        for outcome in (*Outcome, Outcome.FAILED)
    ]
    check = draw(st.sampled_from(CheckId))
    findings = tuple(
        Finding(check, text(), place(), level, text(), text(), draw(REASONS), standing)
        for level in Level
        for standing in (Standing.NEW, Standing.ALREADY_THERE)
    )
    skipped = draw(SKIPS)
    lost = f"module:{text()}"
    spec = SpecReport(
        text(),
        text(),
        text(),
        (text(),),
        tuple(cases),
        skipped,
        {"CIS": (text(), text())},
        touched=draw(st.booleans()),
        changed=draw(st.sampled_from([(), (text(),), (text(), text())])),
        lost=draw(st.sampled_from([(), (lost,)])),
        line=draw(st.none() | st.integers(1, 9)),
    )
    effects = tuple(Effect(kind, text(), text(), text(), text(), text()) for kind in EffectKind)
    report = Report((spec,), findings, 1, text(), text(), text(), text(), text(), text())
    return replace(
        report,
        changed={text(): 1},
        losses=(Loss(lost, text(), text(), draw(st.sampled_from([(), (text(),)]))),),
        effects=effects,
        compared=draw(st.booleans()),
    )


def read_command(line: str) -> str:
    """What the runner takes a line for: the name of a command, or "" for plain text.

    `::name …::` counts after leading blanks, `##[name …]` anywhere. Comparisons that follow a culture
    skip joiners and variation selectors, so they are left out first.
    """
    line = re.sub("[\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff\u00ad]", "", line)
    blankless = line.strip()
    if blankless.startswith("::") and "::" in blankless[2:]:
        return blankless[2:].split("::")[0].split(" ")[0] or "::"
    return "##[" if "##[" in line else ""


def read_log(text: str) -> list[str]:
    """The commands of a log; its lines end as the runner's reader has it, and a little stricter."""
    return [
        command
        for line in re.split("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", text)
        if (command := read_command(line))
    ]


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("::error::x", "error"),
        ("  ::error file=a::x", "error"),
        ("\u200d:\ufe0f:error::x", "error"),
        ("text ##[group]x", "##["),
        ("arn:aws:iam::1:root", ""),
        ("\\::error::x", ""),
    ],
)
def test_the_judge_reads_as_the_runner_does(line: str, command: str) -> None:
    assert read_command(line) == command


class Page(HTMLParser):
    """The tags, attributes and comments of a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.comments: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in ("br", "meta", "hr", "wbr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


@QUICK
@given(TEXTS)
def test_no_text_in_a_log_is_a_command(text: str) -> None:
    assert read_log(defuse.log_text(text)) == []
    assert read_log(defuse.log_name(text)) == []


@QUICK
@given(reports())
def test_the_console_holds_no_command_but_our_groups(report: Report) -> None:
    assert read_log(console.render(report, console.Style(place=report.base, explain=True))) == []
    log = console.render(report, console.Style(ci=True, explain=True))
    assert set(read_log(log)) <= {"group", "endgroup"}
    titles = {line for line in log.splitlines() if line.startswith("::group::")}
    assert titles <= {
        "::group::What the body printed and raised",
        "::group::Why each was selected",
        "::group::1 spec with no other failures than before this change",
        "::group::1 error in the content that was there before this change",
        "::group::What merging does",
    }


@QUICK
@given(reports())
def test_annotations_hold_no_command_but_annotations(report: Report) -> None:
    text = annotations.render(report)
    assert [line.split(" ")[0] for line in text.splitlines() if line] == [
        f"::{name}" for name in read_log(text)
    ]
    assert set(read_log(text)) <= {"error", "warning", "notice"}


@QUICK
@given(reports())
def test_junit_is_always_well_formed(report: Report) -> None:
    root = ElementTree.fromstring(junit.render(report).encode())
    assert len(root.findall(".//testcase")) >= len(report.cases)


@QUICK
@given(reports())
def test_sarif_is_always_json_in_utf_8(report: Report) -> None:
    assert json.loads(sarif.render(report).encode())["version"] == "2.1.0"


MARKDOWN_TAGS = frozenset(
    {"h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "br", "em", "a", "pre", "strong"}
    | {"details", "summary", "wbr", "ul", "li"}
)
PAGE_TAGS = MARKDOWN_TAGS | {"html", "head", "meta", "title", "style", "body", "header", "article", "h1"}
PAGE_TAGS |= {"ul", "li", "dl", "dt", "dd", "b", "span"}
LINKS = SourceLinks("https://github.example", "o/r", "c0ffee")


@QUICK
@given(reports())
def test_the_summary_and_the_comment_hold_no_markup_of_the_content(report: Report) -> None:
    for text in (summary.render(report, LINKS), comment.render(report, LINKS)):
        rendered = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text.encode().decode())
        page = Page(rendered)
        assert page.tags <= MARKDOWN_TAGS
        assert page.attributes <= {"href"}
        assert all(link.startswith("https://github.example/o/r/blob/c0ffee/") for link in page.links)
        assert [note.strip() for note in page.comments] in ([], ["panther-ci"])
        assert page.open == []
        on_github = github_page.Page(text.encode().decode())
        assert on_github.references == []
        assert all(link.startswith("https://github.example/o/r/blob/c0ffee/") for link in on_github.links)


@QUICK
@given(TEXTS)
def test_an_item_of_a_list_stays_one(text: str) -> None:
    finding = Finding(CheckId.UNKNOWN_KEY, text, Location("a.yml", 1), detection=text, hint=text)
    cases = tuple(CaseResult(text, f"{text}{n}", Outcome.FAILED, Location("a.yml", n)) for n in (1, 2))
    report = Report((SpecReport(text, "a.yml", "rule", cases=cases),), (finding,))
    rendered = MarkdownIt("commonmark").render(summary.render(report))
    items = rendered.split("<h3>What is wrong")[1].split("<details>")[0]
    assert (items.count("<li>"), items.count("<ul>"), items.count("<ol>")) == (4, 2, 0)


@QUICK
@given(TEXTS)
def test_markdown_of_a_text_is_its_visible_text(text: str) -> None:
    rendered = MarkdownIt("commonmark").render(defuse.markdown_block(text))
    shown = re.sub(r"&#(\d+);", lambda found: chr(int(found[1])), rendered)
    assert shown.strip("\n") == f"<pre>{defuse.show(text)}</pre>".strip("\n")


@QUICK
@given(reports())
def test_the_page_holds_no_markup_of_the_content(report: Report) -> None:
    text = html.render(report, LINKS)
    page = Page(text.encode().decode())
    assert page.tags <= PAGE_TAGS
    attributes = {"lang", "charset", "http-equiv", "content", "name", "class", "data-name", "href"}
    assert page.attributes <= attributes
    assert all(link.startswith("https://github.example/o/r/blob/c0ffee/") for link in page.links)
    assert (page.comments, page.open) == ([], [])


@QUICK
@given(reports(), st.sampled_from(["\u202e", "\x1b", "\ud800", "\u2066", "\x00", "\u200b"]))
def test_nothing_unseen_reaches_a_reader(report: Report, unseen: str) -> None:
    texts = (
        console.render(report, console.Style(ci=True)),
        annotations.render(report),
        junit.render(report),
        html.render(report),
        summary.render(report),
    )
    assert [text for text in texts if unseen in text] == []


@pytest.mark.parametrize(
    "text", [":\u200d:error::x", "\ufe0f ::error::x", "\u200c:\ufe0f:x::", "#\u200d#\ufe0f[x]"]
)
def test_joiners_hide_no_command(text: str) -> None:
    assert read_log(text) != []
    assert read_log(defuse.log_text(text)) == []


def test_the_account_in_an_arn_stays_as_it_is() -> None:
    assert defuse.log_text("arn:aws:iam::123456789012:root") == "arn:aws:iam::123456789012:root"


def test_defused_commands_stay_readable() -> None:
    assert defuse.log_text(" ::error::x\nsee ##[group]y") == " \\::error::x\nsee ##\\[group]y"


def test_honest_emoji_and_scripts_stay_as_they_are() -> None:
    text = "👩\u200d💻 ❤\ufe0f naïve 中文 क\u094d\u200dष"
    assert defuse.show(text) == text


def test_a_long_text_is_bounded_and_says_so() -> None:
    assert defuse.show("x" * 5000, 10) == "xxxxxxxxxx… (4990 more characters)"
