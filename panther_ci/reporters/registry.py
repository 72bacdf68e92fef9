"""The formats of report files by name; each one is imported only where it is asked for.

A format called `x` is written where the input `x-path` says.
"""

from collections.abc import Callable, Mapping
from typing import Final

from panther_ci.model import Report


def _render_junit(report: Report) -> str:
    from panther_ci.reporters import junit

    return junit.render(report)


def _render_sarif(report: Report) -> str:
    from panther_ci.reporters import sarif

    return sarif.render(report)


def _render_html(report: Report) -> str:
    from panther_ci.reporters import html

    return html.render(report)


FORMATS: Final[Mapping[str, Callable[[Report], str]]] = {
    "junit": _render_junit,
    "sarif": _render_sarif,
    "html": _render_html,
}
