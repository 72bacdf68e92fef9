"""The formats of report files by name; each one is imported only where it is asked for.

A format called `x` is written where the input `x-path` says.
"""

from collections.abc import Callable, Mapping
from typing import Final

from panther_ci.model import Report
from panther_ci.reporters.links import SourceLinks


def _render_junit(report: Report, _links: SourceLinks | None) -> str:
    from panther_ci.reporters import junit

    return junit.render(report)


def _render_sarif(report: Report, _links: SourceLinks | None) -> str:
    from panther_ci.reporters import sarif

    return sarif.render(report)


def _render_html(report: Report, links: SourceLinks | None) -> str:
    from panther_ci.reporters import html

    return html.render(report, links)


FORMATS: Final[Mapping[str, Callable[[Report, SourceLinks | None], str]]] = {
    "junit": _render_junit,
    "sarif": _render_sarif,
    "html": _render_html,
}
