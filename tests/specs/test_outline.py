"""Names that specs provide and need."""

import pytest

from panther_ci.kinds import AnalysisType
from panther_ci.specs.outline import find_references
from panther_ci.specs.search import Search
from tests.corpus import write_corpus
from tests.specs.test_bodies import IMPORTS

RULE = "AnalysisType: rule\nRuleID: A\nFilename: a.py\nLogTypes:\n  - T\n"
SPECS = {
    "plain": RULE,
    "quoted": RULE.replace("A\n", "'A'\n").replace("a.py", '"a.py"'),
    "inline list": RULE.replace("\n  - T", " [T, 'U']"),
    "comments": RULE.replace("A\n", "A # the id\n\n# more\n").replace("  - T", "  # first\n\n  - T # one"),
    "windows": RULE.replace("\n", "\r\n"),
    "byte order mark": "\ufeff" + RULE,
    "key after a lone return": RULE.replace("A\n", "A # id\rBaseDetection: B\n"),
    "key after a next line": RULE.replace("A\n", "A # id\x85BaseDetection: B\n"),
    "key after a line separator": RULE.replace("A\n", "A # id\u2028BaseDetection: B\n"),
    "key after a paragraph separator": f"# first\u2029BaseDetection: B\n{RULE}",
    "document mark": f"---\n{RULE}...\n",
    "flow": "{AnalysisType: rule, RuleID: A, Filename: a.py, LogTypes: [T]}",
    "indented": "".join(f"  {line}\n" for line in RULE.splitlines()),
    "escaped key": RULE.replace("RuleID", '"Rule\\u0049D"'),
    "escaped value": RULE.replace("RuleID: A", 'RuleID: "\\x41"'),
    "explicit key": RULE.replace("RuleID: A", "? RuleID\n: A"),
    "value below": RULE.replace("RuleID: A", "RuleID:\n  A"),
    "folded": RULE.replace("RuleID: A", "RuleID: >-\n  A"),
    "anchors": RULE.replace("A\n", "&id A\n").replace("T", "&t T"),
    "merged": "<<: {RuleID: A, Filename: a.py}\nAnalysisType: rule\nLogTypes: [T]\n",
    "list of one line each": RULE.replace("  - T", "- T\n- U"),
    "nested list": RULE.replace("  - T", "  -\n    T"),
    "json": '{"AnalysisType": "rule", "RuleID": "A", "Filename": "a.py", "LogTypes": ["T"]}',
    "derived": "AnalysisType: rule\nRuleID: A\nBaseDetection: B\n",
    "2020": "AnalysisType: rule\nPolicyID: A\nFilename: a.py\nResourceTypes:\n- T\n",
    "scheduled": "AnalysisType: scheduled_rule\nRuleID: A\nFilename: a.py\nScheduledQueries:\n  - Q one\n",
    "global": "AnalysisType: global\nGlobalID: a\nFilename: a.py\n",
    "unnamed global": "AnalysisType: global\nFilename: a.py\n",
    "data model": "AnalysisType: datamodel\nDataModelID: A\nLogTypes: [T]\nFilename: a.py\nEnabled: true\n",
    "pack": "AnalysisType: pack\nPackID: P\nPackDefinition:\n  IDs: [A, B]\n",
    "correlation": "AnalysisType: correlation_rule\nRuleID: C\nDetection: [{Sequence: [{RuleID: A}]}]\n",
    "query": "AnalysisType: saved_query\nQueryName: My query\nQuery: |\n  select\n\n  1\n",
    "two ids": RULE + "PolicyID: B\n",
    "number as id": RULE.replace("RuleID: A", "RuleID: 12"),
    "list in a text": RULE + "Description: |\n  RuleID: B\n",
    "words that were booleans": RULE.replace("A\n", "yes\n").replace("T\n", "off\n  - On\n"),
    "half a quote": RULE.replace("RuleID", "RuleID'"),
    "key in quotes": RULE + 'Description: "\nRuleID: B\n"\n',
}
CASES = f"{RULE}Tests:\n  - Name: a\n    Log:\n      "
STATED = {
    "plain": f"{CASES}p_log_type: A.B\n      x: 1\n",
    "at the end": f"{CASES}p_log_type: A.B",
    "before the next case": f"{CASES}p_log_type: A.B\n\n  - Name: b\n    Log: {{p_log_type: C}}\n",
    "comment": f"{CASES}p_log_type: A.B # why\n",
    "quoted": f"{CASES}\"p_log_type\": 'A.B'\n",
    "flow": f"{CASES[:-7]} {{x: 1, p_log_type: A.B}}\n",
    "json in a line": CASES[:-7] + ' {"p_log_type":"A.B","x":1}\n',
    "json in lines": CASES[:-7] + ' {\n"x": 1,\n"p_log_type": "A.B"\n}\n',
    "windows": f"{CASES}p_log_type: A.B\n      x: 1\n".replace("\n", "\r\n"),
    "below": f"{CASES}p_log_type:\n        A.B\n",
    "folded": f"{CASES}p_log_type: >-\n        A.B\n",
    "continued": f"{CASES}p_log_type: A\n        B\n",
    "escaped key": f'{CASES}"p_log\\x5ftype": A.B\n',
    "wide escape": f'{CASES}"p_\\U0000006Cog_type": A.B\n',
    "broken key": f'{CASES}? "p_log\\\n        _type"\n      : A.B\n',
    "explicit key": f"{CASES}? p_log_type\n      : A.B\n",
    "escaped value": f'{CASES}p_log_type: "A\\x2eB"\n',
    "tag": f"{CASES}p_log_type: !!str A.B\n",
    "anchor": f"{CASES}p_log_type: &t A.B\n",
    "alias": f"{CASES}x: &t A.B\n      p_log_type: *t\n",
    "alias of a key": f"{CASES}&k p_log_type: A.B\n  - Name: b\n    Log:\n      *k : C\n",
    "merged": f"{CASES}<<: {{p_log_type: A.B}}\n",
    "resource": f"{CASES}p_log_type: A.B\n".replace("Log:", "Resource:"),
    "with a text": f"Description: sets p_log_type\n{CASES}p_log_type: A.B\n",
    "letters of others": f"{CASES}p_log_type: Ä.B\n",
}


def read(path, text):
    """The names that a file provides and requires."""
    return Search({path: text.encode()}).node(path)


@pytest.mark.parametrize("name", STATED)
def test_the_log_types_of_events_are_needed(name):
    assert read("d/a.yml", STATED[name]).requires > {"file:d/a.py", "log-type:T"}


@pytest.mark.parametrize("name", SPECS)
def test_a_spec_in_any_notation_provides_its_id(name):
    path = "d/a.json" if name == "json" else "d/a.yml"
    provided = read(path, SPECS[name]).provides
    assert provided > {f"file:{path}"} or name in ("number as id", "half a quote")


@pytest.mark.parametrize("source", IMPORTS.values(), ids=IMPORTS.keys())
def test_every_form_of_import_is_needed(source):
    assert "module:a" in read("a.py", source).requires


@pytest.mark.parametrize(
    ("name", "provides", "requires"),
    [
        ("plain", {"detection:A"}, {"file:d/a.py", "log-type:T"}),
        ("derived", {"detection:A"}, {"detection:B"}),
        ("scheduled", {"detection:A"}, {"file:d/a.py", "query:Q one"}),
        ("global", {"detection:a", "module:a"}, {"file:d/a.py"}),
        ("unnamed global", {"detection:panther", "module:panther"}, {"file:d/a.py"}),
        ("data model", {"detection:A", "log-type:T"}, {"file:d/a.py"}),
        ("pack", {"detection:P"}, {"detection:A", "detection:B"}),
        ("correlation", {"detection:C"}, {"detection:A"}),
        ("query", {"detection:My query", "query:My query"}, set()),
        ("2020", {"detection:A"}, {"file:d/a.py", "log-type:T"}),
    ],
)
def test_names_are_those_of_the_model(name, provides, requires):
    node = read("d/a.yml", SPECS[name])
    assert (node.provides, node.requires) == (provides | {"file:d/a.yml"}, requires)


def test_the_noted_dependencies_are_found(tmp_path):
    corpus = write_corpus(tmp_path, detections=60, globals_=8)
    search = Search(corpus.files)
    nodes = {path: search.node(path) for path in corpus.files}
    providers = {name: node.path for node in nodes.values() for name in node.provides}
    seen = {path: {providers.get(name) for name in node.requires} for path, node in nodes.items()}
    # A helper doesn't need its own spec: those who import it do.
    specs = {path.removesuffix(".py") + ".yml" for path in corpus.globals_.values()}
    missing = {path: needs - specs - reached(path, seen) for path, needs in corpus.requires.items()}
    assert len(missing) > 100
    assert {path: needs for path, needs in missing.items() if needs} == {}


def reached(path, seen):
    """All files that a file needs through any number of steps."""
    found, waiting = set(), [path]
    while waiting:
        fresh = seen.get(waiting.pop(), set()) - found
        found |= fresh
        waiting += fresh
    return found


def test_a_broken_spec_still_provides_what_its_lines_say():
    assert "detection:A" in Search({"a.yml": RULE.encode() + b"Tags: [\n"}).names()


def test_a_broken_spec_is_read_by_its_lines_once():
    text = f"{RULE}Tags: [\nRuleID: Second\n"
    assert read("d/a.yml", text).provides == {"file:d/a.yml", "detection:A"}


@pytest.mark.parametrize(
    "data", [b"\xff\xfe", b"[" * 5000, b"AnalysisType: [" * 5000, b"\n" * 300_000 + b"AnalysisType"]
)
@pytest.mark.parametrize("path", ["a.yml", "a.json", "a.py"])
def test_no_bytes_raise(path, data):
    assert Search({path: data}).node(path).path == path


@pytest.mark.parametrize(
    ("line", "released"),
    [
        ("Status: Experimental", False),
        ("Status: 'deprecated' # soon", False),
        ("Status: stable", True),
        ("Description: |\n  Status: deprecated", True),
        ("Status: >-\n  deprecated", False),
        ('"Stat\\u0075s": deprecated', False),
    ],
)
def test_a_status_keeps_a_spec_out_of_a_deployment(line, released):
    outline = Search({"a.yml": f"{RULE}{line}\n".encode()}).outline("a.yml")
    assert outline.released is released


@pytest.mark.parametrize(
    ("line", "enabled"),
    [("Enabled: false", False), ("Enabled: no", True), ("Enabled: true", True), ("Enabled: 'false'", True)],
)
def test_only_what_says_so_is_disabled(line, enabled):
    assert Search({"a.yml": f"{RULE}{line}\n".encode()}).outline("a.yml").enabled is enabled


@pytest.mark.parametrize(
    "text",
    [
        "versions:\n  A:\n    type: rule\n",
        "versions: {RuleID: A}\nother: [AnalysisType]\n",
        "- RuleID: A\n",
    ],
)
def test_a_large_file_about_specs_is_none(text):
    assert not Search({"d/a.yml": text.encode() + b"# AnalysisType\n" * 5000}).outline("d/a.yml")


@pytest.mark.parametrize(
    "text",
    [
        RULE,
        f"{{{RULE.strip().replace(chr(10), ', ').replace(', LogTypes:,   - T', '')}}}\n",
        "base: &b {AnalysisType: rule, RuleID: A}\n<<: *b\n",
        f"x: 1\n---\n{RULE}",
        f"{RULE}Tags: [\n",
        f"? [a, b]\n: 1\n{RULE}",
    ],
)
def test_a_large_spec_is_one_in_any_notation(text):
    outline = Search({"d/a.yml": text.encode() + b"# more\n" * 10_000}).outline("d/a.yml")
    assert "detection:A" in outline.provides


def test_a_spec_of_up_to_4_mib_has_an_outline():
    text = RULE.encode().ljust(4 * 1024 * 1024 - 1, b"#") + b"\n"
    search = Search({"a.yml": text, "b.yml": text + b"\n"})
    assert (search.outline("a.yml") is None, search.outline("b.yml") is None) == (False, True)


def test_values_that_can_be_no_names_are_none():
    names = "RuleID: [A]\nFilename: 1\nBaseDetection: [B]\nLogTypes: T\nScheduledQueries: Q\n"
    search = Search({"d/a.yml": f"AnalysisType: rule\n{names}".encode()})
    node, outline = search.node("d/a.yml"), search.outline("d/a.yml")
    assert (node.provides, node.requires, outline.body) == ({"file:d/a.yml"}, set(), "")


@pytest.mark.parametrize(
    ("kind", "value", "found"),
    [
        (
            AnalysisType.PACK,
            {"PackDefinition": {"IDs": ["A", 1, ["X"], "B"]}},
            [(("PackDefinition", "IDs", 0), "A"), (("PackDefinition", "IDs", 3), "B")],
        ),
        (AnalysisType.PACK, {"PackDefinition": {"IDs": "A"}}, []),
        (AnalysisType.PACK, {"PackDefinition": ["A"]}, []),
        (
            AnalysisType.CORRELATION_RULE,
            {"Detection": [{"ID": "X", "Sequence": [{"ID": "Y", "RuleID": "A"}, {"RuleID": ["X"]}]}]},
            [(("Detection", 0, "Sequence", 0, "RuleID"), "A")],
        ),
        (AnalysisType.RULE, {"PackDefinition": {"IDs": ["A"]}}, []),
        (None, {"PackDefinition": {"IDs": ["A"]}}, []),
    ],
)
def test_what_a_spec_names_is_found_with_the_keys_that_lead_to_it(kind, value, found):
    assert list(find_references(kind, value)) == found
