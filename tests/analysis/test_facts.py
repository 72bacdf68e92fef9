"""The specs keep what the library of 2020 stated, apart from what analysis/README.md tells."""

import pytest

from tools.library import BUNDLES, DOCS, read_detections, read_yaml

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
