"""The schema for editors in yaml-language-server, which asks it and not us; `make editor-test` runs this.

Whatever it marks is something that panther-ci reports, and what breaks a schema is marked.
"""

import json
import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from panther_ci.catalogue import CheckId
from panther_ci.specs.loader import SpecLoader
from panther_ci.specs.reading.recognition import may_be_spec
from panther_ci.specs.schemas.editors import published
from tests.corpus import EVERYTHING, write_size
from tests.specs.editor import Editor
from tests.specs.sound import SPECS

ROOT = Path(__file__).parents[2]
PROGRAM = Path(os.environ["NODE_MODULES"]) / "yaml-language-server/bin/yaml-language-server"
PAGE = (ROOT / "docs/editors.md").read_text(encoding="utf-8")
SCHEMA_CHECKS = {
    CheckId.UNKNOWN_KEY,
    CheckId.MISSING_KEY,
    CheckId.WRONG_TYPE,
    CheckId.WRONG_VALUE,
    CheckId.EXCLUSIVE_KEYS,
    CheckId.ID_CHARACTERS,
}
RULE = """AnalysisType: rule
RuleID: A
Filename: a.py
Enabled: true
Severity: Low
LogTypes: [AWS.ALB]
Tests:
  - Name: a
    ExpectedResult: true
    Log: {b: 1}
"""
GOLDEN = ROOT / "tests/cases"
# Of each type, so many of the generated specs are opened.
OPENED = 12


def read_settings() -> dict[str, object]:
    """The settings that the page asks for, without `yaml.`."""
    settings = json.loads(re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)[0])
    return {key.removeprefix("yaml."): value for key, value in settings.items()}


@contextmanager
def start(folder: Path, settings: dict[str, object]) -> Iterator[Editor]:
    editor = Editor(PROGRAM, folder, settings)
    try:
        yield editor
    finally:
        editor.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("detections")
    (folder / "panther-spec.schema.json").write_text(published(), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def editor(folder: Path) -> Iterator[Editor]:
    with start(folder, read_settings()) as editor:
        yield editor


def find(editor: Editor, path: Path, text: str) -> list[str]:
    """What is marked in a file with this text."""
    return find_all(editor, {path: text})[path]


def find_all(editor: Editor, texts: Mapping[Path, str]) -> dict[Path, list[str]]:
    """What is marked in each file."""
    marked = editor.open(texts)
    editor.shut(*texts)
    return marked


def test_nothing_is_marked_in_the_generated_library(editor: Editor, folder: Path, tmp_path: Path) -> None:
    kinds = defaultdict(list)
    for path, data in write_size(tmp_path, EVERYTHING).files.items():
        stated = re.search(rb"^AnalysisType: (.*)", data, re.MULTILINE)
        if stated and path.endswith(".yml"):
            kinds[stated[1].decode()].append((path, data.decode()))
    assert len(kinds) == 11
    chosen = [each for files in kinds.values() for each in files[:: len(files) // OPENED + 1]]
    marked = find_all(editor, {folder / path: text for path, text in chosen})
    assert {path: found for path, found in marked.items() if found} == {}


def test_what_is_marked_in_golden_cases_is_reported_and_what_breaks_a_schema_is_marked(
    editor: Editor, folder: Path
) -> None:
    files = {folder / path.relative_to(GOLDEN): path.read_bytes() for path in GOLDEN.rglob("*.yml")}
    files = {path: data for path, data in files.items() if may_be_spec(data)}
    wrong = []
    for path, marked in find_all(
        editor, {path: files[path].decode(errors="replace") for path in files}
    ).items():
        reported = {finding.check for finding in SpecLoader().load(path.name, files[path]).findings}
        if (marked and not reported) or (reported & SCHEMA_CHECKS and not marked):
            wrong.append((path, marked, reported))
    assert wrong == []


@pytest.mark.parametrize("text", SPECS.values(), ids=SPECS)
def test_a_misspelt_key_is_marked_on_its_line(editor: Editor, folder: Path, text: str) -> None:
    keys = re.findall(r"^([A-Z]\w+):", text, re.MULTILINE)
    key = next(key for key in keys if key != "AnalysisType")
    line = text.split("\n").index(re.search(rf"^{key}:.*", text, re.MULTILINE)[0]) + 1
    marked = find(editor, folder / "a.yml", re.sub(rf"^{key}:", f"{key}x:", text, flags=re.MULTILINE))
    assert f"{line}: Property {key}x is not allowed." in marked
    assert find(editor, folder / "a.yml", text) == []


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ("RuleID: A", "RuleID: A<b>", '2: A deployment refuses the characters < > & " %'),
        ("Enabled: true", "Enabled: yes", '4: Incorrect type. Expected "boolean".'),
        ("Severity: Low", "BaseDetection: B", "3: A rule with `BaseDetection` runs the body of its base."),
        ("AnalysisType: rule", "AnalysisType: ruel", "1: Value is not accepted. Valid values: "),
        ("AnalysisType: rule\n", "", '1: Missing property "AnalysisType".'),
    ],
)
def test_what_is_wrong_is_told(editor: Editor, folder: Path, old: str, new: str, marked: str) -> None:
    found = find(editor, folder / "a.yml", RULE.replace(old, new))
    assert [each for each in found if each.startswith(marked)], found


@pytest.mark.parametrize(
    ("text", "line", "column", "offered"),
    [
        ("AnalysisType: \n", 0, 14, {"rule", "lookup_table", "scheduled_prompt"}),
        ("AnalysisType: rule\n\n", 1, 0, {"RuleID", "Tests", "Severity"}),
        ("AnalysisType: pack\n\n", 1, 0, {"PackID", "PackDefinition"}),
        (RULE.replace("Low", ""), 4, 10, {"Info", "Critical"}),
        (RULE + "    \n", 10, 4, {"Mocks", "ExpectedDestinations"}),
    ],
)
def test_keys_and_values_are_offered(
    editor: Editor, folder: Path, text: str, line: int, column: int, offered: set[str]
) -> None:
    editor.open({folder / "a.yml": text})
    assert offered <= set(editor.complete(folder / "a.yml", line, column))
    editor.shut(folder / "a.yml")


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        (1, 2, "The id of the rule."),
        (4, 2, "How much an alert weighs."),
        (8, 6, "What the matcher must return."),
    ],
)
def test_keys_are_explained(editor: Editor, folder: Path, line: int, column: int, words: str) -> None:
    editor.open({folder / "a.yml": RULE})
    assert words in editor.hover(folder / "a.yml", line, column)
    editor.shut(folder / "a.yml")


@pytest.mark.parametrize("path", [".github/workflows/a.yml", "a.json"])
def test_other_files_are_left_to_others(editor: Editor, folder: Path, path: str) -> None:
    assert find(editor, folder / path, "RuleID: A\n") == []


@pytest.mark.parametrize(
    "path", [*ROOT.glob("templates/**/*.yml"), ROOT / "action.yml"], ids=lambda path: path.name
)
def test_nothing_is_marked_in_files_that_are_no_specs(editor: Editor, folder: Path, path: Path) -> None:
    assert find(editor, folder / path.name, path.read_text(encoding="utf-8")) == []


def test_a_spec_may_name_the_schema_in_its_first_line(folder: Path) -> None:
    (head,) = re.findall(r"^# yaml-language-server: .*\n", PAGE, re.MULTILINE)
    with start(folder, {}) as editor:
        assert find(editor, folder / "rules/a.yml", RULE.replace("Low", "Lo")) == []
        (marked,) = find(editor, folder / "rules/a.yml", head + RULE.replace("Low", "Lo"))
        assert marked.startswith("6: Value is not accepted.")


@pytest.fixture
def site(folder: Path) -> Iterator[str]:
    """The address of a server of the folder, as the server reads a catalogue by HTTP only."""
    handler = partial(SimpleHTTPRequestHandler, directory=folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_the_catalogue_finds_the_schema_for_folders_of_detections(folder: Path, site: str) -> None:
    catalog = json.loads((ROOT / "docs/catalog.json").read_text(encoding="utf-8"))
    assert catalog["schemas"][0]["url"] in PAGE
    catalog["schemas"][0]["url"] = f"{site}/panther-spec.schema.json"
    (folder / "catalog.json").write_text(json.dumps(catalog), encoding="utf-8")
    paths = ("rules/a.yml", "correlation_rules/a.yaml", "queries/aws/a.yml", "global_helpers/a.yml")
    with start(folder, {"schemaStore": {"enable": True, "url": f"{site}/catalog.json"}}) as editor:
        # The catalogue is read while the first files are open.
        tries = (find(editor, folder / "rules/a.yml", "RuleID: A\n") for _ in range(100))
        assert any(tries)
        for path in paths:
            assert find(editor, folder / path, "RuleID: A\n") == ['1: Missing property "AnalysisType".']
        assert find(editor, folder / "other/a.yml", "RuleID: A\n") == []
