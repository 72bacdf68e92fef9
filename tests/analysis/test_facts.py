"""The specs keep what the library of 2020 stated, apart from what analysis/README.md tells."""

import pytest

from tools.library import BUNDLES, DOCS, read_detections, read_yaml

# Tactics of the techniques that rules report (https://attack.mitre.org/techniques/).
TACTICS = {
    "T1040": ["TA0006", "TA0007"],
    "T1071": ["TA0011"],
    "T1078": ["TA0001", "TA0003", "TA0004", "TA0005"],
    "T1098": ["TA0003", "TA0004"],
    "T1110": ["TA0006"],
    "T1133": ["TA0001", "TA0003"],
    "T1485": ["TA0040"],
    "T1526": ["TA0007"],
    "T1530": ["TA0009"],
    "T1537": ["TA0010"],
    "T1562": ["TA0005"],
    "T1595": ["TA0043"],
    "T1619": ["TA0007"],
}
ORIGINALS = read_yaml(DOCS / "original-library.yml")
PAIRS = [pytest.param(original, id_, id=id_) for original in ORIGINALS for id_ in original["today"]]


def test_the_library_has_every_detection_and_no_other():
    assert sorted(id_ for original in ORIGINALS for id_ in original["today"]) == [
        d.id for d in read_detections()
    ]


def test_the_bundles_have_the_detections_of_2020():
    counts = {bundle: sum(original["bundle"] == bundle for original in ORIGINALS) for bundle in BUNDLES}
    assert list(counts.values()) == [24, 34, 13, 14, 4, 4]


@pytest.mark.parametrize(("original", "id_"), PAIRS)
def test_a_spec_keeps_its_facts(original, id_):
    detection = next(detection for detection in read_detections() if detection.id == id_)
    expected = original | original.get("moved", {})
    assert {
        "bundle": detection.bundle,
        "severity": detection.spec["Severity"],
        "enabled": detection.spec["Enabled"],
        "types": sorted(detection.types),
        "tags": sorted(detection.spec["Tags"]),
        "cis": detection.controls("CIS"),
        "pci": detection.controls("PCI"),
    } == {
        "bundle": expected["bundle"],
        "severity": expected["severity"],
        "enabled": expected["enabled"],
        "types": sorted(expected["types"]),
        "tags": sorted(expected["tags"]),
        "cis": expected["cis"],
        "pci": expected["pci"],
    }


def test_the_rules_report_techniques_of_mitre_attack():
    reported = {rule.id: rule.controls("MITRE ATT&CK") for rule in read_detections() if rule.is_rule}
    # Gaps in a log are a fault; they show no technique.
    assert [id_ for id_, found in reported.items() if not found] == ["AWS.VPC.HealthyLogStatus"]
    for id_, found in reported.items():
        for tactic, technique in (each.split(":") for each in found):
            assert tactic in TACTICS[technique], id_
