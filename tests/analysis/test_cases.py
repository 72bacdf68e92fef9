"""The cases of the library hold, have both verdicts, and reach every line and branch of the bodies."""

import io

import coverage
import pytest

from tools.bodies import compile_body, describe_alert, judge, load_body
from tools.library import ANALYSIS, read_detections


def test_every_case_gets_its_verdict(detection, body):
    verdicts = {case["Name"]: judge(detection, body, case) for case in detection.cases}
    assert verdicts == {case["Name"]: case["ExpectedResult"] for case in detection.cases}
    assert {type(verdict) for verdict in verdicts.values()} == {bool}


def test_a_detection_has_cases_of_both_verdicts(detection):
    assert {case["ExpectedResult"] for case in detection.cases} == {True, False}


def test_case_names_are_unique(detection):
    names = [case["Name"] for case in detection.cases]
    assert len(set(names)) == len(names)


@pytest.mark.usefixtures("library")
def test_the_cases_reach_every_line_and_branch_of_the_bodies():
    detections = read_detections()
    measure = coverage.Coverage(branch=True, include=[str(ANALYSIS / "*")], data_file=None, config_file=False)
    with measure.collect():
        for detection in detections:
            module = load_body(detection.body.stem, compile_body(detection.body))
            for case in detection.cases:
                judge(detection, module, case)
                describe_alert(detection, module, detection.event(case))
    report = io.StringIO()
    bodies = [str(detection.body) for detection in detections]
    assert measure.report(include=bodies, show_missing=True, file=report) == 100, report.getvalue()
