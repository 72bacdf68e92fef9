"""What each report shows for each character, class and sequence that is made harmless: a row a test.

To add a row, write the text, and what a reader sees for it; `REPORTS` says how a reader takes each report.
"""

import json
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from panther_ci.catalogue import CheckId
from panther_ci.model import Finding, Location, Report
from panther_ci.reporters import annotations, comment, console, defuse, html, junit, sarif, summary

# The first and the last character of each class that nobody sees, with the escapes shown for them.
UNSEEN = (
    ("\x00", "\\x00", "\x08", "\\x08"),  # controls before the tab
    ("\x0b", "\\x0b", "\x0c", "\\x0c"),  # controls between the ends of lines
    ("\x0e", "\\x0e", "\x1f", "\\x1f"),  # controls after the ends of lines
    ("\x7f", "\\x7f", "\x9f", "\\x9f"),  # delete, and the controls of Latin-1
    ("\xad", "\\xad", "\xad", "\\xad"),  # soft hyphen
    ("\u034f", "\\u034f", "\u034f", "\\u034f"),  # grapheme joiner
    ("\u061c", "\\u061c", "\u061c", "\\u061c"),  # Arabic letter mark
    ("\u115f", "\\u115f", "\u1160", "\\u1160"),  # Hangul fillers
    ("\u17b4", "\\u17b4", "\u17b5", "\\u17b5"),  # Khmer inherent vowels
    ("\u180b", "\\u180b", "\u180f", "\\u180f"),  # Mongolian selectors
    ("\u200b", "\\u200b", "\u200b", "\\u200b"),  # space of no width
    ("\u200e", "\\u200e", "\u200f", "\\u200f"),  # marks of direction
    ("\u2028", "\\u2028", "\u202e", "\\u202e"),  # ends of lines and paragraphs, overrides of direction
    ("\u2060", "\\u2060", "\u206f", "\\u206f"),  # word joiner, isolates, deprecated formats
    ("\u3164", "\\u3164", "\u3164", "\\u3164"),  # Hangul filler
    ("\ufeff", "\\ufeff", "\ufeff", "\\ufeff"),  # byte order mark
    ("\uffa0", "\\uffa0", "\uffa0", "\\uffa0"),  # Hangul filler of half the width
    ("\ufff0", "\\ufff0", "\ufffb", "\\ufffb"),  # unassigned, and marks of annotations
    ("\ufffe", "\\ufffe", "\uffff", "\\uffff"),  # no characters
    ("\U000e0000", "\\U000e0000", "\U000e0fff", "\\U000e0fff"),  # tags and selectors
    ("\ud800", "\\ud800", "\udfff", "\\udfff"),  # lone surrogates
)
ESCAPES = {text: shown for row in UNSEEN for text, shown in (row[:2], row[2:])}
# What XML can't even escape: the first and the last character of each class.
NOT_XML = frozenset("\x00\x08\x0b\x0c\x0e\x1f\ud800\udfff\ufffe\uffff")
# What Markdown would take for markup, a link or mathematics, and how it is written instead.
MARKUP = {mark: f"&#{ord(mark)};" for mark in r"!#$&*<>@[\]^_`|~"}
MARKUP |= {"a:b": "a&#58;b", "www.a": "www&#46;a", "WWW.a": "WWW&#46;a"}
# Text that a runner takes for a command, and where the backslash goes.
JOINERS = "\u200c\u200d\ufe00\ufe0f"
COMMANDS = {
    **{f"{blank}::error::x": f"{blank}\\::error::x" for blank in ("", " ", "\t", "\xa0", "\u3000", "a\n")},
    **{f"{joiner}::error::x": f"{joiner}\\::error::x" for joiner in JOINERS},
    **{f":{joiner}:error::x": f"\\:{joiner}:error::x" for joiner in JOINERS},
    **{f"##{joiner}[error]x": f"##{joiner}\\[error]x" for joiner in ("", *JOINERS)},
    **{f"#{joiner}#[error]x": f"#{joiner}#\\[error]x" for joiner in JOINERS},
    "a ##[error]x": "a ##\\[error]x",
    "##[a]##[b]": "##\\[a]##\\[b]",
}


class Text(HTMLParser):
    """The text of a page, as a reader sees it."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.feed(page)
        self.close()

    def handle_data(self, data: str) -> None:
        self.text += data


class Reading(NamedTuple):
    """How a report is written, and how its reader takes it."""

    render: Callable[[Report], str]
    read: Callable[[str], str]


def read_log(text: str) -> str:
    return text.replace(f" [{CheckId.WRONG_TYPE}]", "")  # at the end of the first line


def read_markdown(text: str) -> str:
    page = MarkdownIt("commonmark").enable("table").render(text.encode().decode())
    return Text(page).text.replace("@\u200b", "@").replace("#\u200b", "#")


def read_annotations(text: str) -> str:
    codes = {"%0A": "\n", "%0D": "\r", "%3A": ":", "%2C": ",", "%25": "%"}
    for code, character in codes.items():
        text = text.replace(code, character)
    return text


def read_sarif(text: str) -> str:
    return "\n".join(each["message"]["text"] for each in json.loads(text.encode())["runs"][0]["results"])


def read_junit(text: str) -> str:
    return "".join(ElementTree.fromstring(text.encode()).itertext())


REPORTS: Mapping[str, Reading] = {
    "console": Reading(lambda report: console.render(report, console.Style()), read_log),
    "quiet console": Reading(lambda report: console.render(report, console.Style(quiet=True)), read_log),
    "annotations": Reading(annotations.render, read_annotations),
    "sarif": Reading(sarif.render, read_sarif),
    "html": Reading(html.render, lambda page: Text(page).text),
    "summary": Reading(summary.render, read_markdown),
    "comment": Reading(comment.render, read_markdown),
    "junit": Reading(junit.render, read_junit),
}


def show_in(name: str, text: str) -> str:
    """What a reader of a report sees of a finding with this message."""
    report = Report((), (Finding(CheckId.WRONG_TYPE, f"«{text}»", Location("a.yml", 1)),))
    seen = REPORTS[name].read(REPORTS[name].render(report))
    return seen.partition("«")[2].partition("»")[0]


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("character", ESCAPES, ids=ascii)
def test_what_nobody_sees_is_shown_as_an_escape(character: str, report: str) -> None:
    left_out = report == "junit" and character in NOT_XML
    assert show_in(report, f"a{character}z") == ("az" if left_out else f"a{ESCAPES[character]}z")


@pytest.mark.parametrize("row", UNSEEN, ids=lambda row: row[1])
def test_the_characters_beside_a_class_stay_as_they_are(row: tuple[str, ...]) -> None:
    classes = [range(ord(first), ord(last) + 1) for first, _, last, _ in UNSEEN]
    beside = {ord(row[0]) - 1, ord(row[2]) + 1} - {
        -1,
        ord("\r"),
        *(code for each in classes for code in each),
    }
    assert [defuse.show(chr(code)) for code in beside] == [chr(code) for code in beside]


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"], ids=ascii)
def test_a_line_ends_once_however_its_end_is_written(end: str, report: str) -> None:
    assert show_in(report, f"a{end}z").replace("\t", "") in ("a\nz", "a z")


@pytest.mark.parametrize("report", ["summary", "comment"])
@pytest.mark.parametrize("text", MARKUP)
def test_no_text_is_markup(text: str, report: str) -> None:
    found = Finding(CheckId.WRONG_TYPE, f"«{text}»", Location("a.yml", 1), detection=f"({text})")
    page = REPORTS[report].render(Report((), (found,)))
    assert f"«{MARKUP[text]}»" in page
    # GitHub looks for addresses in code too, but not across a tag.
    assert f"<code>({MARKUP[text].replace('&#64;', '&#64;<wbr>')})</code>" in page
    assert f"«{text}»" in REPORTS[report].read(page)


@pytest.mark.parametrize("text", ["a: b", "a.b", "wwa.b", "a (b) - c + d = 1, 'e' \"f\" /g %h; {i}?"])
def test_prose_is_not_changed(text: str) -> None:
    assert (defuse.markdown_text(text), defuse.log_text(text)) == (text, text)


@pytest.mark.parametrize("report", ["console", "quiet console", "annotations"])
@pytest.mark.parametrize("text", COMMANDS, ids=ascii)
def test_no_text_of_a_log_is_a_command(text: str, report: str) -> None:
    assert (defuse.log_text(text), defuse.log_name(text)) == (
        COMMANDS[text],
        COMMANDS[text].replace("\n\\", "\\n").replace("\t\\", "\\t"),
    )
    shown = show_in(report, f"a\n{text}").replace("\t", "")  # a report may indent its lines
    assert shown.endswith(f"\n{COMMANDS[text]}".replace("\t", ""))


@pytest.mark.parametrize("text", ["a::b::c", "a: :b", "#a#[b]", "## [x]", "a\n::x::", ":", ": :x::"])
def test_what_is_no_command_is_not_changed(text: str) -> None:
    assert defuse.log_name(text) == text.replace("\n", "\\n")


LIMITS = {
    defuse.show: 2000,
    defuse.show_name: 200,
    defuse.log_text: 2000,
    defuse.log_name: 200,
    defuse.xml_text: 10_000,
    defuse.markdown_text: 2000,
    defuse.markdown_code: 200,
    defuse.markdown_block: 10_000,
}


@pytest.mark.parametrize("function", LIMITS, ids=lambda function: function.__name__)
def test_a_text_is_cut_past_its_limit_only(function: Callable[..., str]) -> None:
    limit = LIMITS[function]
    assert "more char" not in function("x" * limit)
    assert f"{'x' * limit}… (1 more characters)" in function("x" * (limit + 1))
    assert "xx… (3 more characters)" in function("xxxxx", 2)


@pytest.mark.parametrize("function", LIMITS, ids=lambda function: function.__name__)
def test_escapes_do_not_count_against_a_limit(function: Callable[..., str]) -> None:
    assert function("\u202e" * 3, 3).count("u202e") == 3


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("rules/a b.yml", "rules/a%20b.yml"),
        ("a%?#&.yml", "a%25%3F%23%26.yml"),
        ("é.yml", "%C3%A9.yml"),
        ("\udc80\udcff", "%80%FF"),  # bytes of a name that is not UTF-8
        ("\ud800\udc7f\udd00\udfff", "%EF%BF%BD" * 4),  # what stands for no byte
    ],
)
def test_a_path_is_a_part_of_a_url_byte_for_byte(path: str, url: str) -> None:
    assert defuse.url_path(path) == url


def test_names_in_prose_are_code_and_lines_become_blanks() -> None:
    assert defuse.markdown_text("a `b*c`\n  d `e") == "a <code>b&#42;c</code> d &#96;e"
    assert defuse.split_quoted("a `b` c `` d") == ["a ", "b", " c `` d"]


@pytest.mark.parametrize("function", [defuse.show_name, defuse.log_name, defuse.markdown_code])
def test_a_name_has_one_line(function: Callable[..., str]) -> None:
    shown = function("a\tb\nc\rd\r\ne").replace("&#92;", "\\")
    assert shown.removeprefix("<code>").removesuffix("</code>") == r"a\tb\nc\nd\ne"
