"""A deployment takes an archive by its rules, or says why it doesn't."""

import io
import struct
import warnings
import zipfile

import pytest

from panther_ci.deployments.local.acceptance import (
    Entity,
    Key,
    RefusalError,
    accept,
    check_types,
    count_changes,
)
from panther_ci.kinds import AnalysisType
from tests.deployments.standin import accept_legacy

RULE = "AnalysisType: rule\nRuleID: A\nFilename: a.py\n"


def pack(*files: tuple[str, str], method: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", method) as archive:
        warnings.simplefilter("ignore", UserWarning)
        for path, text in files:
            archive.writestr(path, text)
    return buffer.getvalue()


def ids(data: bytes, take=accept) -> list[tuple[str, str]]:
    return [(entity.id, entity.type) for entity in take(data)]


def test_a_rule_with_its_body_is_taken():
    assert ids(pack(("rules/a.yml", RULE), ("rules/a.py", ""))) == [("A", "rule")]


def test_bodies_are_found_by_base_name_whatever_the_folder():
    assert ids(pack(("rules/a.yml", RULE), ("elsewhere/a.py", ""))) == [("A", "rule")]


def test_the_last_of_two_bodies_of_one_name_wins():
    alone = accept(pack(("a.yml", RULE), ("y/a.py", "2")))
    both = accept(pack(("a.yml", RULE), ("x/a.py", "1"), ("y/a.py", "2")))
    assert alone == both


def test_the_form_of_2020_names_rules_by_policy_id():
    assert ids(pack(("a.yml", RULE.replace("RuleID", "PolicyID")), ("a.py", "")), accept_legacy) == [
        ("A", "rule")
    ]


def test_globals_of_any_form_are_taken():
    files = ("g.yml", "AnalysisType: global\nFilename: g.py\n"), ("g.py", "")
    assert ids(pack(*files)) == [("panther", "global")]
    named = ("g.yml", "AnalysisType: global\nGlobalID: aws_globals\nFilename: g.py\n"), ("g.py", "")
    assert ids(pack(*named), accept_legacy) == [("aws_globals", "global")]
    carried = ("g.yml", "AnalysisType: policy\nPolicyID: aws_globals\nFilename: g.py\n"), ("g.py", "")
    assert ids(pack(*carried), accept_legacy) == [("aws_globals", "policy")]


def test_json_specs_compressed_entries_folders_and_caches_are_read_as_go_reads_them():
    data = pack(
        ("rules/", ""),
        ("a.json", '{"AnalysisType": "rule", "RuleID": "A", "Filename": "a.py"}'),
        ("a.py", ""),
        ("__pycache__/b.yml", "stray"),
        method=zipfile.ZIP_DEFLATED,
    )
    assert ids(data) == [("A", "rule")]


def test_what_needs_no_body_needs_none():
    data = pack(
        ("q.yml", "AnalysisType: saved_query\nQueryName: Q\nQuery: select 1\n"),
        ("d.yml", "AnalysisType: datamodel\nDataModelID: D\n"),
        ("t.yml", "AnalysisType: lookup_table\nLookupName: T\nFilename: t.csv\n"),
    )
    assert ids(data) == [("D", "datamodel"), ("Q", "saved_query"), ("T", "lookup_table")]


BODY = ("a.py", "")


@pytest.mark.parametrize("text", ["0000-00-00", "2020-02-30", "2020-01-01T25:00:00Z", "on", "1:30", "08"])
def test_what_only_looks_like_a_value_of_yaml_is_a_text(text):
    rule = RULE.replace("RuleID: A", f"RuleID: {text}")
    assert ids(pack(("a.yml", f"{rule}Tests: [{{Log: {{day: {text}}}}}]\n"), BODY)) == [(text, "rule")]


@pytest.mark.parametrize("text", ["=", "<<", "0x_"])
def test_what_has_no_value_is_refused(text):
    with pytest.raises(RefusalError, match="failed to parse"):
        accept(pack(("a.yml", f"{RULE}Tests: [{{Log: {{day: {text}}}}}]\n"), BODY))


def test_a_merged_key_counts():
    merged = "AnalysisType: rule\nRuleID: A\n<<: {Filename: a.py}\n"
    assert accept(pack(("a.yml", merged), BODY))
    with pytest.raises(RefusalError, match="missing a body"):
        accept(pack(("a.yml", merged)))


REFUSED = {
    "missing body": ([("a.yml", RULE)], "rule A is missing a body"),
    "body in a subfolder": (
        [("a.yml", RULE.replace("a.py", "sub/a.py")), ("sub/a.py", "")],
        "missing a body",
    ),
    "policy without Filename": (
        [("a.yml", "AnalysisType: policy\nPolicyID: P\n")],
        "policy P is missing a body",
    ),
    "ids twice": ([("a.yml", RULE), ("b.yml", RULE), BODY], "multiple analysis specs with ID A"),
    "stray file": ([("a.yml", RULE), BODY, ("ci.yml", "on: push")], "ci.yml: unsupported AnalysisType ''"),
    "stray list": ([("a.yml", RULE), BODY, ("b.yml", "[1]")], "failed to parse b.yml: it is not a mapping"),
    "broken YAML": ([("a.yml", "a: [")], "failed to parse a.yml"),
    "broken JSON": ([("a.json", "{")], "failed to parse a.json"),
    "YAML in JSON": ([("a.json", "{AnalysisType: rule}")], "failed to parse a.json"),
    "a tag": ([("a.yml", "!!python/object:os.system {}")], "failed to parse a.yml"),
    "bytes": ([("a.yml", b"\xff\xfe\xff")], "failed to parse a.yml"),
    "unknown type": ([("a.yml", RULE.replace("rule", "ruel")), BODY], "unsupported AnalysisType 'ruel'"),
    "no id": ([("a.yml", RULE.replace("RuleID", "Id")), BODY], "RuleID is missing"),
    "a number as id": ([("a.yml", RULE.replace(": A", ": 7")), BODY], "RuleID is missing"),
    **{
        f"an id with {sign}": (
            [("a.yml", RULE.replace(": A", f": 'A{sign}'")), BODY],
            f"ID A{sign} must hold none of",
        )
        for sign in '<>&"%'
    },
    "nothing": ([], "holds no analysis specs"),
    "bodies only": ([BODY], "holds no analysis specs"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_deployment_refuses(name):
    files, words = REFUSED[name]
    with pytest.raises(RefusalError) as raised:
        accept(pack(*files))
    assert raised.value.status == 400 and words in raised.value.message


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"not a zip" * 100])
def test_what_is_no_archive_is_refused(data):
    with pytest.raises(RefusalError, match="failed to read the zip archive"):
        accept(data)


def test_a_damaged_archive_is_refused():
    data = bytearray(pack(("a.yml", RULE), BODY))
    data[data.index(b"AnalysisType")] ^= 1
    with pytest.raises(RefusalError, match="Bad CRC-32"):
        accept(bytes(data))


@pytest.mark.parametrize(
    ("places", "value", "words"),
    [
        ((8,), 1, "encrypted"),  # a flag
        ((10,), 97, "compression method"),
        ((22, 26), 1, ""),  # sizes past the end of the archive
        ((20,), 2, ""),  # less than there is
    ],
)
def test_an_entry_that_cannot_be_unpacked_is_refused(places, value, words):
    data = bytearray(pack(("a.yml", RULE)))
    for place in places:
        data[data.index(b"PK\x01\x02") + place] = value  # of the directory
        data[place - 2] = value  # of the entry itself
    with pytest.raises(RefusalError, match=f"failed to read the zip archive: .*{words}") as raised:
        accept(bytes(data))
    assert raised.value.status == 400


def test_a_broken_stream_is_refused():
    data = bytearray(pack(("a.yml", RULE * 9), method=zipfile.ZIP_DEFLATED))
    data[30 + len("a.yml")] = 0xFF  # after the header of an entry: no such block
    with pytest.raises(RefusalError, match="failed to read the zip archive"):
        accept(bytes(data))


def claim(size: int) -> bytes:
    """An archive whose directory gives the empty body this size."""
    data = bytearray(pack(("a.yml", RULE), BODY))
    struct.pack_into("<I", data, data.rindex(b"PK\x01\x02") + 24, size)
    return bytes(data)


def test_an_archive_that_would_burst_is_refused():
    room = 67_108_864 - len(RULE)
    assert accept(claim(room))
    with pytest.raises(RefusalError, match="too large once unpacked"):
        accept(claim(room + 1))


@pytest.mark.parametrize("identifier", ["AWS.Root-Login 2", "x" * 200])
def test_ids_that_every_deployment_takes(identifier):
    data = pack(("a.yml", RULE.replace(": A", f": {identifier}")), BODY)
    assert accept(data)[0].id == accept_legacy(data)[0].id == identifier


@pytest.mark.parametrize("identifier", ["under_score", "x" * 201])
def test_ids_that_the_deployment_of_2020_refuses(identifier):
    data = pack(("a.yml", RULE.replace(": A", f": {identifier}")), BODY)
    assert accept(data)[0].id == identifier
    with pytest.raises(RefusalError, match="1 to 200"):
        accept_legacy(data)


def test_the_deployment_of_2020_knows_no_data_models():
    with pytest.raises(RefusalError, match="unsupported AnalysisType 'datamodel'"):
        accept_legacy(pack(("d.yml", "AnalysisType: datamodel\nDataModelID: D\n")))


def store(*entities: Entity) -> dict[Key, Entity]:
    return {entity.key: entity for entity in entities}


def test_a_query_may_be_called_like_a_rule():
    query = "AnalysisType: saved_query\nQueryName: A\n"
    data = pack(("a.yml", RULE), BODY, ("q.yml", query))
    assert ids(data) == [("A", "rule"), ("A", "saved_query")]
    check_types(accept(data), store(Entity("A", AnalysisType.RULE, "")))
    with pytest.raises(RefusalError, match="multiple analysis specs with ID A"):
        accept(pack(("p.yml", query), ("q.yml", query)))


def test_an_id_keeps_its_type():
    entities = accept(pack(("a.yml", RULE), BODY))
    check_types(entities, store(Entity("A", AnalysisType.RULE, ""), Entity("B", AnalysisType.POLICY, "")))
    with pytest.raises(RefusalError) as raised:
        check_types(entities, store(Entity("A", AnalysisType.POLICY, "")))
    assert raised.value.status == 409 and "A exists as policy" in raised.value.message


def test_counts_tell_new_from_modified():
    other, third = RULE.replace(": A", ": B"), RULE.replace(": A", ": C")
    old = accept(pack(("a.yml", RULE), ("b.yml", other), BODY))
    new = accept(pack(("a.yml", RULE), ("b.yml", other + "# more"), ("c.yml", third), BODY))
    counts = count_changes(new, store(*old))
    assert counts == {
        "newPolicies": 0,
        "modifiedPolicies": 0,
        "totalPolicies": 0,
        "newRules": 1,
        "modifiedRules": 1,
        "totalRules": 3,
    }


def test_policies_and_rules_are_counted_even_if_there_are_none():
    names = {f"{kind}{family}" for kind in ("new", "modified", "total") for family in ("Policies", "Rules")}
    assert count_changes((), {}) == dict.fromkeys(names, 0)


def test_a_changed_body_modifies_all_its_specs():
    one, two = (accept(pack(("a.yml", RULE), ("a.py", body))) for body in "12")
    assert count_changes(two, store(*one))["modifiedRules"] == 1
