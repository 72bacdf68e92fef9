"""What the checks of one spec look at, and what they leave to others."""

import pytest

from tests.specs.found import BODY, find, find_one, rule

MODEL = (
    "AnalysisType: datamodel\nDataModelID: {}\nEnabled: true\nLogTypes: [A.B]\nMappings: [{{Name: a, {}}}]\n"
)
CASES = "Tests: [{{Name: one, ExpectedResult: {}, {}: {{p_log_type: {}}}}}]\n"
MOCKED = (
    "Tests:\n  - Name: a\n    ExpectedResult: true\n    Log: {{}}\n"
    "    Mocks: [{{objectName: {}, returnValue: '1'}}]\n"
)


def checks(*texts: str, **files: str) -> list[str]:
    """The ids of what is found in these specs, with a body `a.py`."""
    specs = {f"s{number}.yml": text for number, text in enumerate(texts)}
    return [each.check.value for each in find({"a.py": BODY} | specs | files, specs)]


def test_a_data_model_without_a_log_type_has_no_rivals():
    model = MODEL.format("M", "Path: b")
    assert checks(model.replace("[A.B]", "[]")) == ["wrong-value"]
    assert checks(model.replace("LogTypes: [A.B]\n", "")) == ["missing-key"]
    assert checks(model, MODEL.format("N", "Path: b")) == ["duplicate-data-model"] * 2


def test_of_a_data_model_with_too_many_log_types_the_first_one_counts():
    model = MODEL.format("M", "Path: b")
    several = model.replace("M\n", "N\n").replace("[A.B]", "[C.D, E.F]")
    for log_type, rivals in (("C.D", 1), ("E.F", 0)):
        found = checks(several, model.replace("A.B", log_type))
        assert (found.count("duplicate-data-model"), found.count("wrong-value")) == (1 + rivals, 1)


def test_the_first_three_specs_of_one_id_are_named():
    files = {f"{name}.yml": rule("A") for name in "abcde"} | {"a.py": BODY}
    found = find_one(files, ["c.yml"])
    assert found.message.endswith("`a.yml`, `b.yml`, `d.yml`.")
    assert (found.level, "a deployment refuses" in found.hint) == ("error", True)


def test_an_id_in_another_table_is_refused_by_the_tool_alone():
    query = "AnalysisType: saved_query\nQueryName: A\nQuery: select 1\n"
    found = find_one({"a.yml": rule("A"), "a.py": BODY, "q.yml": query}, ["a.yml"])
    assert (found.level, "panther_analysis_tool refuses" in found.hint) == ("warning", True)
    found = find_one({"a.yml": rule("A"), "b.yml": rule("A"), "a.py": BODY, "q.yml": query}, ["a.yml"])
    assert found.message == "The id `A` is also the id of `b.yml`."


@pytest.mark.parametrize(
    ("name", "told"), [("a.YML", True), ("a.Json", True), ("a.txt", False), ("a.yml", False)]
)
def test_only_a_suffix_of_specs_in_other_letters_is_wrong(name, told):
    text = "AnalysisType: saved_query\nQueryName: A\nQuery: select 1\n"
    text = '{"AnalysisType": "saved_query", "QueryName": "A", "Query": "select 1"}' if "J" in name else text
    found = find({name: text})
    assert [(each.check, each.location.path) for each in found] == [("file-suffix", name)] * told


def test_only_a_global_hides_a_module():
    text = "AnalysisType: global\nGlobalID: json\nFilename: json.py\n"
    assert [each.check for each in find({"g.yml": text, "json.py": "X = 1\n"})] == ["global-shadows-module"]
    assert find({"a.yml": rule("json"), "json.py": BODY}) == ()


def test_values_of_another_type_are_neither_repeated_nor_replaced():
    assert set(checks(rule("A", "Tags: [1, 1]\n"))) == {"wrong-type"}
    assert checks(rule("A", "Threshold: false\n")) == ["wrong-type"]


@pytest.mark.parametrize("key", ["Log", "Resource"])
@pytest.mark.parametrize(("log_type", "told"), [("A.B", False), ("C.D", True)])
def test_the_event_of_a_case_has_a_log_type_of_the_rule(key, log_type, told):
    found = find({"a.yml": rule("A", CASES.format("true", key, log_type)), "a.py": BODY})
    assert [str(each.location) for each in found if each.check == "foreign-log-type"] == [
        f"a.yml:7:{61 if key == 'Log' else 66}"
    ] * told


def test_a_function_that_is_nearly_the_one_called_is_to_be_renamed():
    files = {"a.yml": rule("A"), "b.yml": rule("B"), "a.py": "def rules(event):\n    return True\n"}
    found = find(files | {"b.py": "X = 1\n"})
    assert [(each.check, each.detection) for each in found] == [
        ("missing-matcher", "A"),
        ("missing-matcher", "B"),
    ]
    assert ["`rules`" in each.hint for each in found] == [True, False]
    assert "`def rule(event):`" in found[1].hint


@pytest.mark.parametrize(
    ("body", "told"),
    [("async def rule(event):\n    pass\n", "async def"), ("def rule():\n    pass\n", "(event)")],
)
def test_a_function_that_can_not_be_called_is_told_with_how_to_define_it(body, told):
    found = find_one({"a.yml": rule("A"), "a.py": body})
    assert (found.check, told in found.hint, found.detection) == ("matcher-arguments", True, "A")


def test_a_method_needs_a_body_that_defines_it():
    model = MODEL.format("M", "Method: find")
    named = model + "Filename: m.py\n"
    assert "Filename" in find_one({"m.yml": model}).hint
    assert "def find(event)" in find_one({"m.yml": named, "m.py": "X = 1\n"}).hint
    assert find({"m.yml": named, "m.py": "def find(event):\n    pass\n"}) == ()
    assert checks(named) == ["missing-body"]


def test_as_many_cases_as_asked_for_expect_both_verdicts():
    one = "{{Name: c{}, ExpectedResult: {}, Log: {{}}}}"
    for verdicts, minimum, told in (
        ([], 1, "Cases: 0; at least 1 are required. Add cases."),
        (["true"], 1, None),
        (["true"], 2, "Cases: 1; at least 2 are required. Add cases."),
        (["true", "true"], 2, "Every case expects true. Add a case with `ExpectedResult: false`."),
        (["false", "false"], 2, "Every case expects false. Add a case with `ExpectedResult: true`."),
        (["true", "false"], 2, None),
        ([], 0, None),
    ):
        tests = ", ".join(one.format(number, verdict) for number, verdict in enumerate(verdicts))
        files = {"a.yml": rule("A", f"Tests: [{tests}]\n" if tests else ""), "a.py": BODY}
        found = find(files, minimum_tests=minimum)
        assert [f"{each.message} {each.hint}" for each in found] == ([told] if told else [])
        assert [str(each.location) for each in found] == ["a.yml:7:1" if tests else "a.yml:2:9"] * len(found)
    assert find({"m.yml": MODEL.format("M", "Path: b")}, minimum_tests=1) == ()


@pytest.mark.parametrize(
    ("name", "hint"),
    [("helpr", "`helper`?"), ("zzz", "Mock a name"), ("helper", ""), ("open", "")],
)
def test_a_mock_of_an_unknown_name_comes_with_the_one_that_may_be_meant(name, hint):
    found = find({"a.yml": rule("A", MOCKED.format(name)), "a.py": f"def helper():\n    pass\n{BODY}"})
    assert [(each.check, hint in each.hint) for each in found] == [("unknown-mock", True)] * bool(hint)


@pytest.mark.parametrize(
    ("body", "told"),
    [("def rule(:\n", {"body-syntax"}), ("from helpers import *\n", set())],
    ids=["broken", "open"],
)
def test_what_a_body_defines_is_not_asked_of_one_that_can_not_be_known(body, told):
    model = MODEL.format("M", "Method: find") + "Filename: a.py\n"
    helpers = "AnalysisType: global\nGlobalID: helpers\nFilename: helpers.py\n"
    specs = {"a.yml": rule("A", MOCKED.format("zzz")), "m.yml": model, "g.yml": helpers}
    found = find(specs | {"a.py": body, "helpers.py": "X = 1\n"})
    assert {each.check for each in found} == told


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("DedupPeriodMinutes: 0", 60),
        ("DedupPeriodMinutes: 1", 5),
        ("DedupPeriodMinutes: 4", 5),
        ("DedupPeriodMinutes: 5", None),
        ("Threshold: 0", 1),
        ("Threshold: 1", None),
    ],
)
def test_a_number_that_a_deployment_replaces_comes_with_the_one_that_applies(line, instead):
    found = find({"a.yml": rule("A", f"{line}\n"), "a.py": BODY})
    told = [(f"Write {instead}," in each.hint, "p_row_id" in each.hint) for each in found]
    assert told == ([(True, line.startswith("Dedup"))] if instead else [])
    assert [(each.check, str(each.location)) for each in found] == [
        ("replaced-value", f"a.yml:7:{line.index(':') + 3}")
    ] * len(told)


def test_as_many_findings_as_are_shown_and_one_more_are_all_told():
    case = "  - {Name: a, ExpectedResult: true, Log: {}}\n"
    told = [find({"a.yml": rule("A", f"Tests:\n{case * number}"), "a.py": BODY}) for number in (21, 22, 23)]
    assert [len(found) for found in told] == [20, 21, 21]
    assert {each.message for each in told[1]} == {"The case on line 8 has the same name."}
    assert (told[2][-1].message[:10], told[2][-1].location.line) == ("… and 2 mo", 29)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (rule("A"), True),
        (rule("A").replace("LogTypes: [A.B]\n", ""), False),
        (rule("A").replace("AnalysisType: rule", "AnalysisType: scheduled_rule"), False),
    ],
)
def test_only_a_rule_with_log_types_never_receives_others(text, told):
    found = checks(text + CASES.format("true", "Log", "X.Y"))
    assert ("foreign-log-type" in found) is told


@pytest.mark.parametrize("case", ["5", "Log", "[Log]", "{Log: 5}", "{Resource: {p_log_type: 5}}"])
def test_a_case_of_another_form_states_no_log_type(case):
    assert "foreign-log-type" not in checks(rule("A", f"Tests: [{case}]\n"))


def test_an_id_of_a_spec_of_no_known_type_is_refused_by_the_tool_alone():
    files = {"a.yml": rule("A"), "a.py": BODY, "b.yml": "AnalysisType: ruel\nRuleID: A\n"}
    found = find_one(files, ["a.yml"])
    assert (found.check, found.level) == ("duplicate-id", "warning")


def test_only_a_rule_that_runs_queries_gets_events_of_them():
    query = "AnalysisType: saved_query\nQueryName: Q\nQuery: select 1\n"
    files = {"a.yml": rule("A", "ScheduledQueries: [Q]\n"), "a.py": BODY, "q.yml": query}
    assert find_one(files).check == "unknown-key"
    files["a.yml"] = files["a.yml"].replace("rule\n", "scheduled_rule\n").replace("LogTypes: [A.B]\n", "")
    found = find_one(files)
    assert (found.check, str(found.location)) == ("unscheduled-query", "a.yml:6:20")


def test_a_detection_whose_cases_are_skipped_comes_with_what_to_do():
    derived = "AnalysisType: rule\nRuleID: A\nBaseDetection: B\nEnabled: true\n"
    hints = {each.check: each.hint for each in find({"a.yml": derived}, strict_skips=True)}
    assert "leave `strict-skips` out" in hints["skipped-cases"]
    assert "skipped-cases" not in checks(derived)


def test_the_function_of_a_derived_detection_is_that_of_its_base():
    derived = rule("D", "BaseDetection: A\n", body="other.py")
    other = {"other.py": "def title(event):\n    return 'x'\n"}
    assert set(checks(rule("A"), derived, **other)) == {"exclusive-keys"}
    assert checks(rule("A"), rule("D", body="other.py"), **other) == ["missing-matcher"]
