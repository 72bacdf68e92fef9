"""The report as one HTML page that needs nothing else: no script, font, picture or network.

The template is `page/report.html`, its style `page/report.css`.
"""

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from panther_ci.model import CaseResult, Outcome, Report
from panther_ci.model.reasons import ConditionsDiffer, Refused, WrongVerdict
from panther_ci.reporters import wording
from panther_ci.reporters.alerts import choose_cases, describe_case, has_changed, list_alerting
from panther_ci.reporters.coverage import list_controls
from panther_ci.reporters.defuse import BLOCK_LIMIT, show, split_quoted
from panther_ci.reporters.effects_in_words import describe_effects
from panther_ci.reporters.entries import describe_rest, split_entries
from panther_ci.reporters.links import SourceLinks
from panther_ci.reporters.reasons_in_words import BRIEF

_PAGE = Path(__file__).parent / "page"


def render(report: Report, links: SourceLinks | None = None) -> str:
    """The whole page; all text of the content is escaped, and the page's policy loads nothing."""
    style = (_PAGE / "report.css").read_text(encoding="utf-8")
    new, known = split_entries(report)
    page = make_environment().get_template("report.html")
    return page.render(
        report=report,
        style=style,
        digest=b64encode(sha256(style.encode()).digest()).decode(),
        entries=new,
        known=known,
        effects=list(describe_effects(report)),
        alerting=list_alerting(report),
        controls=list_controls(report, "CIS") if report.judge_all_reason else (),
        skipped=sum(spec.skipped is not None for spec in report.specs),
        # Once for each spec, which may have a hundred thousand cases and as many controls.
        states={spec.path: wording.state(spec) for spec in report.specs},
        limit=wording.evidence_limit(report),
        outcomes=Outcome,
        url=lambda place: links.url(place) if links and place.path else "",
    )


def make_environment() -> Environment:
    """An environment that bounds and escapes the value of every expression; `safe` is for our own text."""
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        loader=FileSystemLoader(_PAGE),
    )
    environment.filters |= {"prose": _prose, "block": _block, "duration": _duration}
    environment.globals |= {"facts": _facts, "rest": describe_rest, "wording": wording}
    environment.globals |= {
        "choose_cases": choose_cases,
        "describe_case": describe_case,
        "has_changed": has_changed,
    }
    return environment


def _visible(value: object) -> object:
    return show(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _prose(text: str) -> Markup:
    """A text with the names between backticks as code."""
    parts = split_quoted(show(text))
    code = Markup("<code>{}</code>")
    return Markup("").join(code.format(part) if odd % 2 else part for odd, part in enumerate(parts))


def _block(text: str) -> Markup:
    return escape(show(text, BLOCK_LIMIT))


def _duration(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _facts(case: CaseResult) -> Iterator[tuple[str, str]]:
    """What is known of a bad case and is not in the sentence about it."""
    if case.expected is not None and not isinstance(case.reason, WrongVerdict | ConditionsDiffer | Refused):
        yield "Expected", str(case.expected)
    if case.error and len(case.error.text) > BRIEF:
        yield "Raised", wording.describe_error(case.error)
