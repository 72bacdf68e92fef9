"""What is found by searching bytes is what reading everything finds, whatever the notation."""

import json
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from panther_ci.specs.reading.parse import parse
from panther_ci.specs.search import Search
from tests.corpus import write_corpus
from tests.notations import notations
from tests.specs.test_bodies import IMPORTS
from tests.specs.test_project import repositories

UNBOUNDED = 1_000_000

MODEL = {"AnalysisType": "datamodel", "DataModelID": "Model", "LogTypes": ["Custom.Log"], "Filename": "m.py"}
HELPER = {"AnalysisType": "global", "GlobalID": "helper", "Filename": "helper.py"}
RULE = {"AnalysisType": "rule", "RuleID": "A.Rule", "Filename": "r.py", "LogTypes": ["Custom.Log", "Other"]}
DERIVED = {"AnalysisType": "rule", "RuleID": "Derived", "BaseDetection": "A.Rule", "Enabled": True}
QUERY = {"AnalysisType": "saved_query", "QueryName": "My query", "Query": "select"}
SCHEDULED = {
    "AnalysisType": "scheduled_rule",
    "RuleID": "S",
    "Filename": "s.py",
    "ScheduledQueries": ["My query"],
}
SPECS = {"m": MODEL, "helper": HELPER, "r": RULE, "d": DERIVED, "q": QUERY, "s": SCHEDULED}
BODIES = {
    "d/helper.py": b"X = 1\n",
    "d/r.py": b"from helper import X\n",
    "d/m.py": b"import os\n",
    "d/s.py": b"",
}


def names(search: Search) -> set[str]:
    nodes = [search.node(path) for path in search.files]
    return {name for each in nodes for name in (*each.provides, *each.requires)}


def found(search: Search, wanted: set[str]) -> dict[str, tuple[object, object]]:
    return {name: (search.providers(name), search.requirers(name)) for name in sorted(wanted)}


def check(files: Mapping[str, bytes]) -> set[str]:
    """Hold the search to reading everything, and return all names."""
    everything = Search(files, most_searches=-1)
    wanted = names(everything)
    assert found(Search(files, UNBOUNDED), wanted) == found(everything, wanted)
    files_named = {path.rpartition("/")[2] for path in files}
    assert {name: dict(Search(files, UNBOUNDED).namesakes(name)) for name in files_named} == {
        name: dict(everything.namesakes(name)) for name in files_named
    }
    return wanted


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.fixed_dictionaries({name: notations(fields) for name, fields in SPECS.items()}))
def test_every_notation_is_found(written: dict[str, bytes]) -> None:
    files = BODIES | {f"d/{name}.yml": data for name, data in written.items()}
    parsed = {name: parse(data, "a.yml").value for name, data in written.items()}
    assert [name for name, fields in SPECS.items() if not fields.items() <= parsed[name].items()] == []
    wanted = check(files)
    assert wanted >= {
        "detection:A.Rule",
        "module:helper",
        "log-type:Custom.Log",
        "query:My query",
        "file:d/r.py",
    }


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(repositories())
def test_whatever_the_repository_nothing_is_missed(drawn: tuple[dict[str, bytes], list[str]]) -> None:
    check(drawn[0])


def test_few_files_are_read_for_one_name(tmp_path: object) -> None:
    files = write_corpus(tmp_path, detections=60, globals_=8).files
    search = Search(files)
    path = next(path for path in search.specs if path.startswith("rules/"))
    (name,) = (each for each in search.node(path).provides if each.startswith("detection:"))
    assert search.providers(name) == (path,)
    assert path not in search.requirers(name)
    assert len(search.known) < len(search.specs) / 5


def test_many_searches_give_way_to_reading_everything(tmp_path: object) -> None:
    files = write_corpus(tmp_path, detections=60, globals_=8).files
    search = Search(files, most_searches=3)
    wanted = names(Search(files))
    assert found(search, wanted) == found(Search(files, UNBOUNDED), wanted)
    assert search.known.keys() == set(search.specs)


@pytest.mark.parametrize("source", IMPORTS.values(), ids=IMPORTS.keys())
@pytest.mark.parametrize("most_searches", [-1, UNBOUNDED])
def test_every_form_of_import_is_found(source: str, most_searches: int) -> None:
    search = Search({"a.py": source.encode(), "b.py": b"import other\n"}, most_searches)
    assert search.requirers("module:a") == ("a.py",)


@pytest.mark.parametrize(
    "source",
    [
        "# coding: latin-1\nimport a\n",
        "#!x\n# -*- coding: utf-7 -*-\nimport +AGE-\n",
        "import \uff41\n",
        "import a\n)",
    ],
)
def test_a_module_in_another_encoding_or_a_broken_body_is_found(source: str) -> None:
    search = Search({"a.py": source.encode()}, UNBOUNDED)
    assert search.requirers("module:a") == ("a.py",)


def test_a_global_without_an_id_is_found_by_the_one_it_gets() -> None:
    search = Search({"d/g.yml": b"AnalysisType: global\nFilename: g.py\n"}, UNBOUNDED)
    assert search.providers("module:panther") == ("d/g.yml",)
    assert search.providers("detection:panther") == ("d/g.yml",)


def test_specs_are_counted_whether_they_were_read_or_not() -> None:
    files = {
        "a.yml": b"AnalysisType: rule\nRuleID: A\n",
        "b.json": b'{"AnalysisType": "rule", "RuleID": "B"}',
        "c.yml": b"x: AnalysisType\n",
        "d.yml": b"\xef\xbb\xbf  'AnalysisType': rule\n",
        "e.yml": b"",
        "f.json": b"{\n}",
        "g.yml": b"\nAnalysisType: rule\n",
        "h.yml": b"RuleID: H\nAnalysisType: rule\n",
    }
    search = Search(files)
    assert search.count(search.specs) == 5
    assert len(list(search.read_all())) == 5
    assert search.count(search.specs) == 5


def test_a_policy_that_is_a_global_by_its_id_is_found() -> None:
    search = Search({"d/g.yml": b"AnalysisType: policy\nPolicyID: aws_globals\nFilename: g.py\n"}, UNBOUNDED)
    assert search.providers("module:aws_globals") == ("d/g.yml",)


@pytest.mark.parametrize("most_searches", [-1, UNBOUNDED])
@pytest.mark.parametrize("path", ["d/a.py", "d/a.yaml", "d/a.json"])
def test_what_is_no_spec_depends_on_what_would_show_that_it_is_meant_to_be_one(
    path: str, most_searches: int
) -> None:
    search = Search({"d/a.yml": b"x: 1\n", "d/b.yml": b"x: 1\n", "a.yml": b"x: 1\n"}, most_searches)
    assert search.requirers(f"file:{path}") == ("d/a.yml",)
    assert f"file:{path}" in search.node("d/a.yml").requires


def test_a_spec_does_not_depend_on_what_is_beside_it() -> None:
    search = Search({"d/a.yml": b"AnalysisType: rule\nRuleID: A\nFilename: b.py\n", "d/a.py": b""})
    assert search.requirers("file:d/a.py") == ()


def test_a_path_that_is_no_body_has_none() -> None:
    search = Search({"a.yml": b"import b\n", "a.py": b"import b\n"})
    assert [search.body(path) for path in (None, "a.yml", "missing.py")] == [None] * 3
    body = search.body("a.py")
    assert body is not None
    assert body.modules == {"b"}


def test_only_a_spec_has_rivals() -> None:
    rule = b"AnalysisType: rule\nRuleID: A\nFilename: r.py\n"
    search = Search({"a/r.yml": rule, "b/r.yml": rule, "c/r.yml": b"x: A\n", "a/r.py": b""})
    assert search.rivals("a/r.yml") == {"b/r.yml"}
    assert [search.rivals(path) for path in ("a/r.py", "c/r.yml", "missing.yml")] == [frozenset()] * 3


@pytest.mark.parametrize("most_searches", [-1, UNBOUNDED])
def test_only_a_spec_of_a_kind_with_bodies_names_one(most_searches: int) -> None:
    query = b"AnalysisType: saved_query\nQueryName: Q\nQuery: select\nFilename: x.py\n"
    rule = b"AnalysisType: rule\nRuleID: A\nFilename: x.py\n"
    unknown = b"AnalysisType: unheard of\nFilename: x.py\n"
    files = {"a/q.yml": query, "b/r.yml": rule, "c/u.yml": unknown}
    files |= {f"{folder}/x.py": b"" for folder in "abc"}
    assert Search(files, most_searches).namesakes("x.py") == {"b/x.py": "b/r.yml"}


@pytest.mark.parametrize("most_searches", [-1, UNBOUNDED])
@pytest.mark.parametrize("name", [r"\u00e9Rule", r"Rule\u00e9", r"\/Rule", r"a\tRule", "Rule"])
def test_a_name_beside_an_escape_is_found(name: str, most_searches: int) -> None:
    spec = f'{{"AnalysisType": "rule", "RuleID": "{name}"}}'
    search = Search({"a.json": spec.encode(), "b.json": b'{"AnalysisType": "rule"}'}, most_searches)
    assert search.providers(f"detection:{json.loads(spec)['RuleID']}") == ("a.json",)


NAMED = ("r.txt", "r.PY", "a b.tx t", "r.", ".hidden", "r.tar.gz", "noending")


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
@pytest.mark.parametrize("name", NAMED)
def test_who_names_a_file_is_found_however_the_file_ends(name: str, data: st.DataObject) -> None:
    written = data.draw(notations({**RULE, "Filename": name}))
    wanted = f"file:d/{name}"
    found = Search({"d/a.yml": written}, UNBOUNDED).requirers(wanted)
    assert found == Search({"d/a.yml": written}, most_searches=-1).requirers(wanted)
    assert found == ("d/a.yml",)


def test_many_files_of_a_kind_that_no_spec_names_cost_one_search() -> None:
    files = {f"d/{number}.yml": b"AnalysisType: rule\nFilename: r.py\n" for number in range(50)}
    search = Search(files, most_searches=10)
    for number in range(200):
        assert search.requirers(f"file:d/__pycache__/r{number}.cpython-311.pyc") == ()
    assert search.known == {}


def test_what_has_a_name_is_read_only_if_it_has_a_key_for_it_too():
    files = {f"d/{number}.yml": b"AnalysisType: rule\nDescription: Q\n" for number in range(5)}
    search = Search(files)
    assert search.requirers("query:Q") == ()
    assert search.known == {}
