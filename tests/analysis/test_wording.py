"""The specs read well: every text is there, stands once, and leads a person on."""

import re
from collections import Counter

from tools.library import ANALYSIS, read_detections

FORBIDDEN_IN_NAMES = set('<>&"%')


def sentences(text):
    return [part.strip() for part in re.split(r"(?<=[.:])\s+|\n", text) if len(part.split()) > 5]


def test_a_spec_has_the_texts_a_person_needs(detection):
    assert not FORBIDDEN_IN_NAMES & set(detection.id + detection.spec["DisplayName"])
    assert 20 <= len(detection.spec["Description"]) <= 500
    assert re.match(r"https://\S+$", detection.spec["Reference"])


def test_a_runbook_is_a_list_of_steps(detection):
    numbers = re.findall(r"^(\d+)\. \S", detection.spec["Runbook"], re.MULTILINE)
    assert len(numbers) >= 2
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]


def test_names_and_descriptions_stand_once():
    detections = read_detections()
    names = Counter(detection.spec["DisplayName"] for detection in detections)
    said = Counter(said for detection in detections for said in sentences(detection.spec["Description"]))
    assert [text for text, count in (names + said).items() if count > 1] == []


def test_file_names_of_bodies_stand_once():
    names = Counter(path.name for path in ANALYSIS.rglob("*.py"))
    assert [name for name, count in names.items() if count > 1] == []


def test_a_rule_says_what_an_alert_is_about(detection, body):
    wanted = {"title", "dedup", "alert_context"} if detection.is_rule else set()
    assert wanted <= set(vars(body))


def test_a_policy_that_needs_a_setting_names_it():
    texts = [path.read_text() for path in ANALYSIS.rglob("*_configuration.py")]
    settings = set(re.findall(r"^([A-Z_]+) = ", "\n".join(texts), re.MULTILINE))
    needing = [d for d in read_detections() if "Configuration Required" in d.spec["Tags"]]
    for detection in needing:
        assert settings & set(re.findall(r"[A-Z_]{5,}", detection.spec["Description"])), detection.id
    # Its settings are limits that may not be yours, but no placeholders.
    enabled = [detection.id for detection in needing if detection.spec["Enabled"]]
    assert enabled == ["AWS.S3.Bucket.LifecycleConfiguration"]
