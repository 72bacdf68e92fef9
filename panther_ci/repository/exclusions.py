"""Which files of a checkout are left out of a run: by the folders that are no detections, and by patterns."""

import posixpath
import re
import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from panther_ci.errors import InputError
from panther_ci.model import LeftOut, Omission
from panther_ci.repository.files import Tree

# Examples with placeholders, which Panther's own tools don't read either.
TEMPLATES: Final = "templates"
_GLOB = re.compile(r"\*\*/|\*\*|\*|\?")
_MEANINGS: Final = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def parse_patterns(text: str) -> tuple[str, ...]:
    """The patterns of the input: words, or texts in quotes; raises `InputError` for a bad one."""
    try:
        patterns = shlex.split(text)
    except ValueError as error:
        raise InputError(f"exclude: {error}.", "Close the quote.") from None
    for pattern in patterns:
        if pattern.startswith("!") or ".." in PurePosixPath(pattern).parts:
            raise InputError(
                f"exclude: {pattern!r} is not a pattern of files in the repository.",
                "Write paths from its root; * stands for any name, and ** for any folders.",
            )
    return tuple(dict.fromkeys(patterns))


class Remainder(NamedTuple):
    """What is left of a tree, the files that are not, and what left them out."""

    tree: Tree
    files: Mapping[str, bytes]
    left_out: tuple[LeftOut, ...]


def leave_out(tree: Tree, patterns: Sequence[str], within: str) -> Remainder:
    """Leave out what the patterns match, each of which is named even if that is nothing.

    The templates of a fork are left out too, unless these are what `within` names. Folders that would not
    be judged anyway, as they are not in `within`, are not named.
    """
    rules = [_Rule(Omission.EXCLUDED, pattern, compile_pattern(pattern)) for pattern in patterns]
    if PurePosixPath(within).parts[:1] != (TEMPLATES,):
        rules.append(_Rule(Omission.TEMPLATES, f"{TEMPLATES}/", compile_pattern(f"/{TEMPLATES}/")))
    found = {path: rule for path in tree.files if (rule := _find_rule(path, rules))}
    counts = Counter(found.values())
    told = (LeftOut(rule.why, rule.pattern, counts[rule]) for rule in rules)
    folders = tuple(each for each in tree.left_out if _is_in(each.by, within))
    left = tuple(each for each in told if each.why is Omission.EXCLUDED or (each.files and within == "."))
    files = {path: data for path, data in tree.files.items() if path not in found}
    findings = tuple(each for each in tree.findings if not _find_rule(each.location.path, rules))
    gone = {path: tree.files[path] for path in found}
    return Remainder(Tree(files, findings, tree.left_out), gone, (*left, *folders))


def _is_in(path: str, folder: str) -> bool:
    return PurePosixPath(path).is_relative_to(folder)


class _Rule(NamedTuple):
    why: Omission
    pattern: str
    matches: Callable[[str], object]


def _find_rule(path: str, rules: Iterable[_Rule]) -> _Rule | None:
    """The first rule that leaves a path out."""
    return next((rule for rule in rules if rule.matches(path)), None)


def compile_pattern(pattern: str) -> Callable[[str], object]:
    """A test of paths. A pattern with a slash begins at the root, another one is a name in any folder.

    A folder stands for all that is in it.
    """
    text = posixpath.normpath(pattern).lstrip("/")
    at_root = "/" in pattern.rstrip("/")
    parts: list[str] = []
    end = 0
    for match in _GLOB.finditer(text):
        parts += (re.escape(text[end : match.start()]), _MEANINGS[match[0]])
        end = match.end()
    parts.append(re.escape(text[end:]))
    start = "" if at_root else "(?:.*/)?"
    return re.compile(f"{start}{''.join(parts)}(?:/.*)?", re.DOTALL).fullmatch
