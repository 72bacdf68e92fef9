"""The type that a deployment gives a plain YAML scalar: the syntax of YAML 1.1, but mostly the types of 1.2.

`yes`, `on`, `1:30` and dates are texts. The patterns were found by trying what panther_analysis_tool reads.
"""

import re
from typing import Final

_BOOLEAN: Final = re.compile(r"true|True|TRUE|false|False|FALSE")
_NULL: Final = re.compile(r"~|null|Null|NULL|")
_INTEGER: Final = re.compile(r"[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0[0-7_]*|[1-9][0-9_]*)")
_FLOAT: Final = re.compile(
    r"[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?"
    r"|\+?\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
    r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_NUMBERS: Final = (("int", _INTEGER), ("float", _FLOAT))
_PATTERNS: Final = {
    **dict.fromkeys("-+.0123456789", _NUMBERS),
    **dict.fromkeys("tTfF", (("bool", _BOOLEAN),)),
    **dict.fromkeys(("~", "n", "N", ""), (("null", _NULL),)),
    "=": (("value", re.compile("=")),),
    "<": (("merge", re.compile("<<")),),
}


def find_tag(text: str) -> str:
    """The short tag of a plain scalar: `int`, `float`, `bool`, `null`, `str`, `merge` or `value`.

    The last two are `<<` and `=`; panther_analysis_tool refuses a file with one of them as a value.
    """
    for tag, pattern in _PATTERNS.get(text[:1], ()):
        if pattern.fullmatch(text):
            return tag
    return "str"
