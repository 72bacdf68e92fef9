"""A small folder of detections, for tests of commands: two rules that need a global and a data model."""

from pathlib import Path

RULE = """AnalysisType: rule
RuleID: {id}
Filename: {file}.py
Enabled: true
Severity: Low
LogTypes: [Custom.Log]
Tests:
  - {{Name: alerts, ExpectedResult: true, Log: {{a: b, p_log_type: Custom.Log}}}}
  - {{Name: is quiet, ExpectedResult: false, Log: {{a: c, p_log_type: Custom.Log}}}}
"""
BODY = """import words


def rule(event):
    print('seen', event.get('a'))
    return event.udm('letter') == words.WANTED
"""
MODEL = """AnalysisType: datamodel
DataModelID: Model
LogTypes: [Custom.Log]
Enabled: true
Mappings:
  - {Name: letter, Path: a}
"""


def write_pack(folder: Path) -> Path:
    """Writes them, and beside them a spec that is broken."""
    for name in ("rules", "global_helpers", "data_models"):
        (folder / name).mkdir()
    for name in ("one", "two"):
        (folder / f"rules/{name}.yml").write_text(RULE.format(id=f"Rule.{name.title()}", file=name))
        (folder / f"rules/{name}.py").write_text(BODY)
    (folder / "rules/broken.yml").write_text("AnalysisType: rule\nRuleID: [\n")
    (folder / "global_helpers/words.py").write_text("WANTED = 'b'\n")
    (folder / "global_helpers/words.yml").write_text(
        "AnalysisType: global\nGlobalID: words\nFilename: words.py\n"
    )
    (folder / "data_models/model.yml").write_text(MODEL)
    return folder
