"""The record of a deployment names all that may be there, whenever it is read."""

import json

import pytest

from panther_ci.errors import InputError
from panther_ci.kinds import AnalysisType
from panther_ci.model import PackItem
from panther_ci.packaging.archive import build_archives
from panther_ci.packaging.manifest import render
from panther_ci.packaging.record import Entry, Record, read_record, render_record


def entry(id: str, text: str = "", kind: AnalysisType = AnalysisType.RULE) -> Entry:
    return Entry.of(PackItem(f"{id}.yml", id, kind, ((f"{id}.yml", text.encode()),)))


def ids(entries: tuple[Entry, ...]) -> list[str]:
    return [each.id for each in entries]


def test_a_record_is_read_as_it_was_written() -> None:
    record = Record("here", "c0ffee", "1.2.3", (entry("A"), entry("B")), (entry("C"),))
    assert read_record(render_record(record).encode(), "m.json") == record


def test_the_same_record_has_the_same_text() -> None:
    records = [Record(confirmed=(entry("A"), entry("B"))), Record(confirmed=(entry("B"), entry("A")))]
    assert len(set(map(render_record, records))) == 1


def test_what_is_uploaded_is_unsure_until_the_upload_has_ended() -> None:
    record = Record(confirmed=(entry("A"), entry("B")))
    begun = record.begin("here", (entry("A"), entry("B", "new"), entry("C")))
    assert begun.target == "here"
    assert (ids(begun.confirmed), ids(begun.unsure)) == (["A", "B"], ["B", "C"])
    ended = begun.finish((entry("A"), entry("B", "new"), entry("C")), "c0ffee", "1.2.3")
    assert (ids(ended.confirmed), ended.unsure) == (["A", "B", "C"], ())


def test_what_is_not_uploaded_again_stays_until_it_is_deleted() -> None:
    record = Record(confirmed=(entry("A"), entry("B")))
    ended = record.finish((entry("B"),), "c0ffee", "1.2.3")
    assert sorted(ids(ended.confirmed)) == ["A", "B"]
    assert ids(ended.without([entry("A").key]).confirmed) == ["B"]


def test_an_upload_of_unknown_fate_stays_unsure_through_others() -> None:
    record = Record().begin("here", (entry("A"),)).begin("here", (entry("B"),))
    assert ids(record.unsure) == ["A", "B"]
    assert ids(record.finish((entry("B"),), "c0ffee", "1.2.3").unsure) == ["A"]


def test_a_query_may_have_the_id_of_a_rule() -> None:
    both = (entry("A"), entry("A", kind=AnalysisType.SAVED_QUERY))
    assert len(Record(confirmed=both).known) == 2


def test_the_manifest_beside_an_archive_is_a_record_too() -> None:
    item = PackItem("a.yml", "A", AnalysisType.RULE, (("a.yml", b"x"),))
    text = render(build_archives([item]), "c0ffee", [], "1.2.3")
    record = read_record(text.encode(), "m.json")
    assert (record.confirmed, record.commit, record.target) == ((Entry.of(item),), "c0ffee", "")


ITEM = {"id": "A", "type": "rule", "spec": "a.yml", "files": [{"path": "a.yml", "sha256": "0", "bytes": 1}]}
BROKEN = {
    "empty": "",
    "no JSON": "{",
    "another tool": "{}",
    "a list": "[]",
    "deep": "[" * 100_000,
    "no UTF-8": "\udcff",
    "a number for an id": json.dumps({"tool": "panther-ci", "deployed": [ITEM | {"id": 1}]}),
    "no files": json.dumps({"tool": "panther-ci", "deployed": [{"id": "A", "type": "rule"}]}),
    "a text for files": json.dumps({"tool": "panther-ci", "deployed": [ITEM | {"files": "a.yml"}]}),
    "a text for an item": json.dumps({"tool": "panther-ci", "deployed": ["files"]}),
    "a type that is unknown": json.dumps({"tool": "panther-ci", "deployed": [ITEM | {"type": "ghost"}]}),
    "a number for a commit": json.dumps({"tool": "panther-ci", "commit": 1}),
    "a text for a list": json.dumps({"tool": "panther-ci", "deployed": "A"}),
    "a number for a list": json.dumps({"tool": "panther-ci", "unconfirmed": 1}),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_no_manifest_is_refused_by_its_name(kind: str) -> None:
    with pytest.raises(InputError, match=r"m\.json is no manifest") as raised:
        read_record(BROKEN[kind].encode("utf-8", "surrogateescape"), "m.json")
    assert raised.value.hint and len(raised.value.message) < 200
