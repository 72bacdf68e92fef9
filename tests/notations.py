"""One spec in the many notations that YAML and JSON have for it, as strategies for hypothesis."""

import json
import re
from collections.abc import Mapping
from typing import Any
from zlib import crc32

from hypothesis import strategies as st

# Of other values, such as cases, only the characters are varied.
Value = Any


@st.composite
def notations(draw: st.DrawFn, fields: Mapping[str, Value], extra: bool = True) -> bytes:
    """The bytes of a YAML file with these fields; with `extra`, other keys may be between them."""
    shape = draw(st.sampled_from(["block", "flow", "json", "escaped json"]))
    if shape.endswith("json"):
        text = json.dumps(fields)
        return (_escape_json(text, draw) if shape == "escaped json" else text).encode()
    entries = [(_key(key, draw), value) for key, value in fields.items()]
    if shape == "flow":
        text = "{" + ", ".join(f"{key}: {_flow(value, draw)}" for key, value in entries) + "}\n"
    else:
        text = "".join(_entry(key, value, extra, draw) for key, value in entries)
    return _wrap(text, draw)


def _wrap(text: str, draw: st.DrawFn) -> bytes:
    """The text of a document with what may stand around it, and its line ends."""
    if "\ufeff" not in text and draw(st.booleans()):
        text = "".join(f"  {line}\n" for line in text.splitlines())
    start = draw(
        st.sampled_from(["", "\ufeff", "---\n", "# first\n", "--- # first\n", "\n", "%YAML 1.1\n---\n"])
    )
    end = draw(st.sampled_from(["", "...\n", "# last", "\n\n"]))
    whole = start + text + end
    return whole.replace("\n", draw(st.sampled_from(["\n", "\n", "\r\n", "\r"]))).encode()


def _key(text: str, draw: st.DrawFn) -> str:
    escaped = _double(text, draw, breaks=False)
    return draw(st.sampled_from([text, f'"{text}"', f"'{text}'", escaped, f"!!str {text}", f"&k {text}"]))


def _flow(value: Value, draw: st.DrawFn) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str) and not _is_list_of_texts(value):
        text = json.dumps(value)
        return _escape_json(text, draw) if draw(st.booleans()) else text
    if isinstance(value, list):
        return (
            "[" + ",".join(_scalar(each, draw) for each in value) + draw(st.sampled_from(["]", ",]", " ]"]))
        )
    return _scalar(value, draw)


def _is_list_of_texts(value: Value) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _entry(key: str, value: Value, extra: bool, draw: st.DrawFn) -> str:
    """The lines of one key of a block mapping."""
    if _is_list_of_texts(value) and draw(st.booleans()):
        dash = draw(st.sampled_from(["- ", "  - ", "  -   ", "-\n  ", "  -\n      ", "  - # why\n    "]))
        items = "".join(f"{dash}{_scalar(each, draw)}\n" for each in value)
        # After a byte order mark, the first dash would stand in another column than the others.
        mark = draw(st.sampled_from(["", "\ufeff"])) if len(value) == 1 and dash[0] == "-" else ""
        return f"{key}:{draw(st.sampled_from(['', ' # list', ' &l', ' !!seq']))}\n{mark}{items}"
    if isinstance(value, str) and draw(st.booleans()):
        return _block(key, value, extra, draw)
    form = draw(
        st.sampled_from(["{0}: {1}\n", "{0} : {1}\n", "? {0}\n: {1}\n", "{0}:\n  {1}\n", "{0}: {1} # why\n"])
    )
    return form.format(key, _flow(value, draw))


def _block(key: str, value: str, extra: bool, draw: st.DrawFn) -> str:
    forms = ["{0}: >-\n  {1}\n", "{0}: |-\n    {1}\n", "{0}: !!str {1}\n"]
    others = [
        "Other{2}: &v{2} {1}\n{0}: *v{2}\n",
        'Text{2}: "\n  AnalysisType: policy\n  RuleID: Fake\n  "\n{0}: {1}\n',
    ]
    form = draw(st.sampled_from(forms + others if extra else forms))
    return form.format(key, value, crc32(key.encode()))


def _scalar(text: str, draw: st.DrawFn) -> str:
    return draw(st.sampled_from([text, f"'{text}'", f'"{text}"', _double(text, draw)]))


def _double(text: str, draw: st.DrawFn, breaks: bool = True) -> str:
    """A text in double quotes, with one character or, with `breaks`, a line break as an escape."""
    # A blank after a line break would be indentation.
    at = draw(st.sampled_from([at for at in range(len(text)) if text[at + 1 : at + 2] != " "]))
    code = ord(text[at])
    spellings = [f"\\x{code:02x}", f"\\u{code:04X}", f"\\U{code:08x}", f"{text[at]}\\\n    "]
    spelt = draw(st.sampled_from(spellings if breaks else spellings[:-1]))
    return f'"{text[:at]}{spelt}{text[at + 1 :]}"'


def _escape_json(text: str, draw: st.DrawFn) -> str:
    """JSON with one letter of a key or of a text as an escape."""
    found = re.finditer(r"[A-Za-z]+", text)
    words = [match.span() for match in found if match[0] not in ("true", "false", "null")]
    if not words:
        return text
    start, end = draw(st.sampled_from(words))
    at = draw(st.integers(start, end - 1))
    return f"{text[:at]}\\u{ord(text[at]):04x}{text[at + 1 :]}"
