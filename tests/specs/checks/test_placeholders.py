"""Who is told of a placeholder that was left in a setting: each enabled detection that reads it."""

import pytest

from tests.specs.found import find, rule

SETTINGS = (
    "PLACEHOLDERS = ['CHANGE ME', 'TODO', 1]\n"
    "ADMINS = ['me', 'CHANGE ME', 'TODO']\n"
    "VPC: str = 'TODO'\n"
    "A = B = 'TODO'\n"
    "PORT, HOST = 1, 'TODO'\n"
    "DONE = 'mine'\n"
    "LATER: str\n"
    "NUMBER = 1\n"
)
GLOBAL = "AnalysisType: global\nGlobalID: {0}\nFilename: {0}.py\n"
SHARED = {"settings.yml": GLOBAL.format("settings"), "settings.py": SETTINGS}


def body(code: str, imports: str = "import settings") -> str:
    return f"{imports}\ndef rule(event):\n    return {code}\n"


def told(files: dict[str, str], *selected: str) -> list[tuple[str, str, str]]:
    """The place, setting and placeholder of each finding on these files."""
    found = [each for each in find(SHARED | files, selected or files) if each.check == "left-placeholder"]
    return [(str(each.location), *each.message.split("`")[1:6:4]) for each in found]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("settings.ADMINS", [("ADMINS", "CHANGE ME")]),
        ("settings.VPC or settings.ADMINS", [("ADMINS", "CHANGE ME"), ("VPC", "TODO")]),
        ("settings.A or settings.B", [("A", "TODO"), ("B", "TODO")]),
        ("settings.HOST or settings.DONE or settings.NUMBER", []),
        ("settings.PLACEHOLDERS", []),
        ("settings.ADMINS_OF_MINE", []),
    ],
)
def test_each_setting_that_a_body_reads_is_told_with_its_first_placeholder(code, expected):
    found = told({"a.yml": rule("A"), "a.py": body(code)})
    assert found == [("a.yml:3:10", *each) for each in expected]


def test_only_what_imports_the_settings_reads_them():
    assert told({"a.yml": rule("A"), "a.py": body("ADMINS", "ADMINS = 1")}) == []
    other = {"g.yml": GLOBAL.format("g"), "g.py": "ADMINS = 1\n"}
    assert (
        told({"a.yml": rule("A"), "a.py": body("g.ADMINS and settings", "import g, settings")} | other) != []
    )
    assert told({"a.yml": rule("A"), "a.py": body("g.X", "import g")} | other) == []


def test_what_a_helper_reads_counts_for_the_detections_that_load_it():
    helper = {"g.yml": GLOBAL.format("g"), "g.py": "import settings\nX = settings.VPC\n"}
    found = told({"a.yml": rule("A"), "a.py": body("g.X", "import g")} | helper)
    assert found == [("a.yml:3:10", "VPC", "TODO")]


def test_only_enabled_detections_are_told():
    files = {"a.yml": rule("A").replace("Enabled: true", "Enabled: false"), "a.py": body("settings.VPC")}
    assert told(files) == []
    assert told({"a.yml": rule("A", body="gone.py")}) == []
    model = "AnalysisType: datamodel\nDataModelID: M\nEnabled: true\nLogTypes: [A.B]\nMappings: []\n"
    assert told(files | {"m.yml": f"{model}Filename: a.py\n"}) == []


def test_a_derived_detection_is_told_where_it_is_enabled_or_else_at_its_id():
    base = {"a.yml": rule("A").replace("true", "false"), "a.py": body("settings.VPC")}
    derived = "AnalysisType: rule\nRuleID: D\nBaseDetection: A\n"
    assert told(base | {"d.yml": f"{derived}Enabled: true\n"}) == [("d.yml:4:10", "VPC", "TODO")]
    base["a.yml"] = rule("A")
    assert told(base | {"d.yml": derived}, "d.yml") == [("d.yml:2:9", "VPC", "TODO")]


def test_a_global_without_a_list_of_placeholders_or_that_is_broken_has_none():
    files = {"a.yml": rule("A"), "a.py": body("settings.VPC")}
    assert told(files | {"settings.py": SETTINGS.replace("PLACEHOLDERS", "OTHERS")}) == []
    assert told(files | {"settings.py": SETTINGS + "def broken(:\n"}) == []
    assert told(files | {"settings.py": "PLACEHOLDERS = ['TODO']\nVPC = ['\\d']\n"}) == []


def test_what_else_is_in_a_global_with_placeholders_is_no_setting():
    files = {"a.yml": rule("A"), "a.py": body("settings.VPC")}
    more = "import re\n'TODO'\nVPC += 'TODO'\ndef f():\n    return 'TODO'\nfor X in 'TODO':\n    pass\n"
    assert told(files | {"settings.py": f"PLACEHOLDERS = ['TODO']\nVPC = 'mine'\n{more}"}) == []
    assert told(files | {"settings.py": SETTINGS + more}) == [("a.yml:3:10", "VPC", "TODO")]


@pytest.mark.parametrize(("number", "shown", "more"), [(20, 20, ""), (21, 21, ""), (22, 21, "… and 2 more")])
def test_what_is_told_of_one_detection_is_bounded(number, shown, more):
    names = [f"S{at:02}" for at in range(number)]
    settings = "PLACEHOLDERS = ['TODO']\n" + "".join(f"{name} = 'TODO'\n" for name in names)
    code = body(" or ".join(f"settings.{name}" for name in names))
    found = find(SHARED | {"a.yml": rule("A"), "a.py": code, "settings.py": settings}, ["a.yml"])
    assert (len(found), {each.detection for each in found}) == (shown, {"A"})
    assert [each.message.split("`")[1] for each in found[:20]] == names[:20]
    assert found[-1].message.startswith(more or "This detection is enabled")
