"""A page for each check id, `<id>.md`: what it means, what is wrong and right, and why a deployment cares."""

import pkgutil
from collections.abc import Iterable, Iterator

from panther_ci.catalogue import CheckId
from panther_ci.errors import InputError

_FENCE = "```"


def read_page(check: CheckId) -> str:
    """The page of a check as Markdown without a title."""
    return (pkgutil.get_data(__name__, f"{check}.md") or b"").decode()


def list_checks() -> str:
    """A line for each check id, for a terminal."""
    width = max(map(len, CheckId))
    return "".join(f"{check:<{width}}  {check.level:<7}  {check.description}\n" for check in sorted(CheckId))


def explain(name: str) -> str:
    """What a check means and how to fix what it finds, for a terminal; `InputError` for an unknown id."""
    check = next((each for each in CheckId if each == name), None)
    if check is None:
        raise InputError(f"There is no check with the id `{name}`.", _advise(name))
    page = "".join(f"{line}\n" for line in _show(read_page(check).splitlines()))
    return f"{check} ({check.level})\n\n{check.description}\n{check.help}\n\n{page}"


def _advise(name: str) -> str:
    import difflib

    near = difflib.get_close_matches(name.lower(), list(CheckId), n=1)
    return f"Did you mean `{near[0]}`?" if near else "`panther-ci explain` lists all ids."


def _show(lines: Iterable[str]) -> Iterator[str]:
    """A page without the signs of Markdown: files are indented, and have their path above them."""
    fenced = False
    for line in lines:
        if line.startswith(_FENCE):
            fenced = not fenced
            if fenced:
                yield f"{line.rpartition(' ')[2]}:"
        elif fenced:
            yield f"    {line}".rstrip()
        else:
            yield line.removeprefix("## ")
