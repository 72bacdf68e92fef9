"""The report as JUnit XML: a suite per detection, a testcase per case, an error per bad spec."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from panther_ci.model import CaseResult, Finding, Level, Outcome, Report, SpecReport, Standing
from panther_ci.reporters.defuse import BLOCK_LIMIT, NAME_LIMIT, TEXT_LIMIT, xml_text
from panther_ci.reporters.wording import (
    evidence,
    evidence_limit,
    explain,
    place,
    what_happened,
    why_skipped,
    words_of_finding,
)

if TYPE_CHECKING:
    from junit_xml import TestCase, TestSuite

# As of expected failures: the readers of JUnit reports count what fails, and this does not reject.
_KNOWN = "wrong before this change too"
_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'


def render(report: Report) -> str:
    """The document: well-formed XML 1.0 even for hostile text."""
    # junit_xml costs 23 ms to import, which runs without this report must not pay.
    from junit_xml import to_xml_report_string

    findings: dict[str, list[Finding]] = {}
    for finding in report.findings:
        findings.setdefault(finding.location.path, []).append(finding)
    suites = [*_spec_suites(report, findings), *_run_suite(report), *_other_suites(findings)]
    return _DECLARATION + str(to_xml_report_string(suites, prettyprint=False)) + "\n"


def _spec_suites(report: Report, findings: dict[str, list[Finding]]) -> Iterator["TestSuite"]:
    """A suite per selected spec; takes the findings of its file out of `findings`."""
    limit = evidence_limit(report)
    for spec in report.specs:
        testcases = [*_skipped_spec(spec), *(_case(case, limit) for case in spec.cases)]
        yield _suite(spec.id, spec.path, testcases, findings.pop(spec.path, []))


def _run_suite(report: Report) -> Iterator["TestSuite"]:
    if report.interrupted:
        cut_short = _testcase("run", "panther-ci", "", None)
        cut_short.add_error_info(xml_text(f"cut short: {report.interrupted}", TEXT_LIMIT))
        yield _suite("panther-ci", "", [cut_short], ())


def _other_suites(findings: dict[str, list[Finding]]) -> Iterator["TestSuite"]:
    for path in sorted(findings):
        yield _suite(path or "panther-ci", path, (), findings[path])


def _suite(name: str, path: str, testcases: Iterable["TestCase"], findings: Iterable[Finding]) -> "TestSuite":
    from junit_xml import TestSuite

    errors = [_finding(finding, name) for finding in findings if finding.level is Level.ERROR]
    remarks = "\n".join(
        f"{place(finding.location)}{finding.level}: {words_of_finding(finding).message} [{finding.check}]"
        for finding in findings
        if finding.level is not Level.ERROR
    )
    name = xml_text(name, NAME_LIMIT)
    return TestSuite(name, [*errors, *testcases], file=xml_text(path), stdout=xml_text(remarks) or None)


def _testcase(name: str, classname: str, path: str, line: int | None, seconds: float = 0.0) -> "TestCase":
    from junit_xml import TestCase

    return TestCase(
        xml_text(name, NAME_LIMIT),
        classname=xml_text(classname, NAME_LIMIT),
        file=xml_text(path),
        line=line,
        elapsed_sec=seconds,
    )


def _finding(finding: Finding, suite: str) -> "TestCase":
    where = finding.location
    testcase = _testcase(finding.check, finding.detection or suite, where.path, where.line)
    message, hint = words_of_finding(finding)
    story = xml_text("\n".join((message, *filter(None, (str(where), hint and f"hint: {hint}")))))
    if finding.standing is Standing.ALREADY_THERE:
        testcase.add_skipped_info(f"{_KNOWN}: {xml_text(message, TEXT_LIMIT)}", story)
    else:
        testcase.add_error_info(xml_text(message, TEXT_LIMIT), story, xml_text(finding.check))
    return testcase


def _skipped_spec(spec: SpecReport) -> Iterator["TestCase"]:
    if spec.skipped and not spec.cases:
        testcase = _testcase(spec.id, spec.id, spec.path, None)
        testcase.add_skipped_info(xml_text(why_skipped(spec), TEXT_LIMIT))
        yield testcase


def _case(case: CaseResult, limit: int) -> "TestCase":
    where = case.location
    left = dict(evidence(case, limit))
    traceback = [left["traceback"]] if "traceback" in left else []
    told = explain(case) or ("",)
    lines = [told[0], f"{place(where)}{case.case}", *told[1:], *traceback]
    story = xml_text("\n".join(lines), 2 * BLOCK_LIMIT)
    testcase = _testcase(case.case, case.detection, where.path, where.line, case.seconds)
    message = xml_text(what_happened(case), TEXT_LIMIT)
    if case.standing is Standing.ALREADY_THERE:
        testcase.add_skipped_info(f"{_KNOWN}: {message}", story)
    elif case.outcome is Outcome.FAILED:
        testcase.add_failure_info(message, story, "wrong-verdict")
    elif case.outcome is Outcome.ERRORED:
        kind = xml_text(case.error.type, NAME_LIMIT) if case.error else "error"
        testcase.add_error_info(message, story, kind or "error")
    elif case.outcome is Outcome.SKIPPED:
        testcase.add_skipped_info(message)
    testcase.stdout = xml_text(left.get("printed", "")) or None
    return testcase
