r"""Makes text of the content harmless for the place it is shown in, and bounds it.

Every text of a repository is hostile: names of specs, event fields, what a body prints or raises.
All functions begin with `show`, which turns what can't be seen (control characters, bidirectional
overrides, lone surrogates) into a visible escape such as `\u202e`, so a reviewer sees what is there.
"""

import re

NAME_LIMIT = 200
TEXT_LIMIT = 2000
BLOCK_LIMIT = 10_000

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff\ud800-\udfff]"
)
_XML_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Joiners and variation selectors belong to honest emoji and scripts, so they are kept; but comparisons that
# follow a culture ignore them, so they may be between the characters of a command.
_JOINERS = "[\u200c\u200d\ufe00-\ufe0f]*"
_COMMAND = re.compile(rf"^((?:[^\S\n]|[\u200c\u200d\ufe00-\ufe0f])*)(?=:{_JOINERS}:)", re.MULTILINE)
_LEGACY_COMMAND = re.compile(rf"(#{_JOINERS}#{_JOINERS})(?=\[)")
_NOT_BYTES = re.compile("[\ud800-\udc7f\udd00-\udfff]")
# What GitHub's Markdown may read as markup, a link, a mention, mathematics or the edge of a table cell.
_MARKDOWN = re.compile(r"[!#$&*<>@\[\\\]^_`|~]|:(?=\S)|(?<=[wW])\.")
# What GitHub links by itself, and for some of it informs people: mentions, issues, commits, pages, addresses
# (https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls).
_LINKED = re.compile(
    r"@\w|#\d|(?i:gh)-\d|(?<=[A-Z][A-Z0-9])-\d|://|(?i:www)\.|(?<![^\W_])[0-9a-fA-F]{7,}+(?![^\W_])"
)
_OPENING, _CLOSING = "([{<'\"", ")]}>'\".,;:!?…"
_QUOTED = re.compile(r"`([^`]+)`")


def cut(text: str, limit: int) -> str:
    """At most `limit` characters of `text`, saying how many were left out."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}… ({len(text) - limit} more characters)"


def show(text: str, limit: int = TEXT_LIMIT) -> str:
    r"""`text` with every line break as `\n` and what can't be seen as a visible escape."""
    # Cut first: a body may hand over megabytes, and each character below costs.
    lines = cut(text, limit).replace("\r\n", "\n").replace("\r", "\n")
    return _UNSEEN.sub(_escape_character, lines)


def show_name(text: str, limit: int = NAME_LIMIT) -> str:
    """`text` as `show` has it, on one line: for names, paths and cells."""
    return show(text, limit).replace("\n", "\\n").replace("\t", "\\t")


def log_text(text: str, limit: int = TEXT_LIMIT) -> str:
    """`text` for a log that a runner reads: no line of it is a workflow command.

    The runner takes `::command` after leading blanks, and `##[command]` anywhere in a line.
    """
    return stop_commands(show(text, limit))


def log_name(text: str, limit: int = NAME_LIMIT) -> str:
    """`text` as `log_text` has it, on one line."""
    return stop_commands(show_name(text, limit))


def stop_commands(text: str) -> str:
    """Lines of text with a backslash in every workflow command, so that a runner ignores it."""
    return _LEGACY_COMMAND.sub(r"\1\\", _COMMAND.sub(r"\1\\", text))


def xml_text(text: str, limit: int = BLOCK_LIMIT) -> str:
    """`text` without the characters that XML 1.0 forbids, even escaped."""
    return show(_XML_FORBIDDEN.sub("", text), limit)


def markdown_text(text: str, limit: int = TEXT_LIMIT) -> str:
    """`text` on one line as Markdown prose, names between backticks as code.

    It has no other markup, no tags, links or mentions: what GitHub would link is shown as code.
    """
    plain = " ".join(show(text, limit).split())
    parts = split_quoted(plain)
    return "".join(
        markdown_code(part) if odd % 2 else _markdown_plain(part) for odd, part in enumerate(parts)
    )


def markdown_code(text: str, limit: int = NAME_LIMIT) -> str:
    """`text` on one line as inline code; fit for a table cell and for the text of a link."""
    return _as_code(show_name(text, limit))


def markdown_block(text: str, limit: int = BLOCK_LIMIT) -> str:
    """`text` as a preformatted block."""
    return f"<pre>{_MARKDOWN.sub(_escape_reference, show(text, limit))}</pre>"


def split_quoted(text: str) -> list[str]:
    """`text` in parts, of which every second one is a name that was between backticks."""
    return _QUOTED.split(text)


def url_path(path: str) -> str:
    """A path of the repository as the path of a URL, byte for byte as git has it."""
    from urllib.parse import quote

    return quote(_NOT_BYTES.sub("\ufffd", path).encode(errors="surrogateescape"))


def _escape_character(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _markdown_plain(text: str) -> str:
    return " ".join(map(_markdown_word, text.split(" ")))


def _markdown_word(word: str) -> str:
    """A word as prose, or as code if GitHub would link it: it links nothing in code."""
    if not _LINKED.search(word):
        return _MARKDOWN.sub(_escape_reference, word)
    begin = len(word) - len(word.lstrip(_OPENING))
    end = max(begin, len(word.rstrip(_CLOSING)))
    before, after = (_MARKDOWN.sub(_escape_reference, part) for part in (word[:begin], word[end:]))
    return f"{before}{_as_code(word[begin:end])}{after}"


def _as_code(text: str) -> str:
    """Text as inline code. GitHub's Markdown makes links of addresses even in tags, but not across one."""
    return f"<code>{_MARKDOWN.sub(_escape_reference, text).replace('&#64;', '&#64;<wbr>')}</code>"


def _escape_reference(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};"
