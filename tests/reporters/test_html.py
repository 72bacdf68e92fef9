"""The HTML page: what it says, and that it needs nothing else. `browser.py` shows it in a browser."""

import re
import subprocess
import sys
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256

import pytest
from jinja2 import UndefinedError

from panther_ci.model import Report, SpecReport
from panther_ci.reporters.coverage import list_controls
from panther_ci.reporters.html import make_environment, render


def test_the_verdict_is_the_heading(rejected: Report, accepted: Report) -> None:
    assert '<header class="rejected"><h1>Rejected: 1 case failed, 1 case errored' in render(rejected)
    assert '<header class="accepted"><h1>Accepted: 1 case of 1 detection passed.' in render(accepted)


def test_a_failing_case_says_what_was_expected_what_came_and_what_was_read(rejected: Report) -> None:
    text = render(rejected)
    assert "<p>expected an alert, but rule() returned False</p>" in text
    assert "<dt>Expected</dt>" in text  # of the one that raised
    assert "<dt>Got</dt>" not in text
    assert "<code>additionalEventData.MFAUsd</code></td>" in text
    assert "not in the event; did you mean <code>additionalEventData.MFAUsed</code>?" in text
    assert "<code>&#34;ConsoleLogin&#34;</code>" in text


def test_an_exception_says_where_it_was_raised(rejected: Report) -> None:
    text = render(rejected)
    assert "rule() raised KeyError: &#39;userIdentity&#39; at rules/aws_console_login.py:7:12</p>" in text
    assert "<dt>Raised" not in text


def test_a_spec_without_cases_is_not_reported_as_skipped(rejected: Report) -> None:
    spec = SpecReport(id="aws_globals", path="globals/aws.yml", type="global")
    text = render(replace(rejected, specs=(spec,)))
    assert "no cases</span>" in text
    assert "skipped</span>" not in text


def test_cis_controls_are_listed_in_their_natural_order(rejected: Report) -> None:
    assert [control for control, _ in list_controls(rejected, "CIS")] == ["1.1", "3.3", "3.10"]
    assert "CIS" not in render(rejected)  # not all was judged
    text = render(replace(rejected, judge_all_reason="it was asked for"))
    assert text.index("<code>1.1</code>") < text.index("<code>3.3</code>") < text.index("<code>3.10</code>")


def test_a_control_names_each_of_its_detections_once() -> None:
    first, second = (
        SpecReport(name, f"{name}.yml", "policy", reports={"CIS": ("2.1", "2.1")}) for name in "ab"
    )
    assert list_controls(Report((first, second), ()), "CIS") == (("2.1", (first, second)),)


def test_without_cis_there_is_no_such_part(accepted: Report) -> None:
    specs = tuple(replace(spec, reports={}) for spec in accepted.specs)
    assert "CIS" not in render(replace(accepted, specs=specs))


def test_the_policy_of_the_page_allows_its_own_style_and_nothing_else(rejected: Report) -> None:
    text = render(rejected)
    style = re.search("<style>(.*?)</style>", text, re.DOTALL)
    policy = re.search('http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert style and policy
    digest = b64encode(sha256(style[1].encode()).digest()).decode()
    assert (
        policy[1] == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def test_nothing_is_loaded_from_elsewhere(rejected: Report) -> None:
    assert re.findall(r"https?:|url\(|@import|src=|href=|<script", render(rejected)) == []


@pytest.mark.parametrize(
    ("template", "shown"),
    [
        ("{{ text }}", "&lt;a`b`&#39;\\u202e"),
        ("{{ text|prose }}", "&lt;a<code>b</code>&#39;\\u202e"),
        ("{{ text|block }}", "&lt;a`b`&#39;\\u202e"),
        ("{% macro m(x) %}<b>{{ x }}</b>{% endmacro %}{{ m(text) }}", "<b>&lt;a`b`&#39;\\u202e</b>"),
    ],
)
def test_every_expression_of_a_template_is_made_harmless(template: str, shown: str) -> None:
    page = make_environment().from_string(template)
    assert page.render(text="<a`b`'\u202e") == shown


def test_every_expression_of_a_template_is_bounded() -> None:
    page = make_environment().from_string("{{ text }}|{{ text|prose }}|{{ text|block }}")
    plain, prose, block = page.render(text="x" * 20_000).split("|")
    more = [text.strip("x") for text in (plain, prose, block)]
    assert more == [f"… ({left} more characters)" for left in (18_000, 18_000, 10_000)]


def test_a_name_that_a_template_gets_wrong_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="tittle"):
        make_environment().from_string("{{ tittle }}").render(title="x")


def test_only_a_run_that_writes_the_page_imports_its_library() -> None:
    code = (
        "import sys\nfrom panther_ci.reporters import annotations, comment, console, registry, summary\n"
        "from panther_ci.model import Report\nloaded = 'jinja2' in sys.modules\n"
        "registry.FORMATS['html'](Report((), ()), None)\nprint(loaded, 'jinja2' in sys.modules)"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "False True\n"
