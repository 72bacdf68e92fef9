"""What the benchmarks change in a library, and what they say of a goal."""

from pathlib import Path

import pytest

from benchmarks.goals import Goal
from benchmarks.measure import Cost
from benchmarks.repositories import Library, NothingToChangeError, commit_all

HELPER = "AnalysisType: global\nGlobalID: {0}\nFilename: {0}.py\n"
RULE = "AnalysisType: rule\nRuleID: {0}\nFilename: {1}.py\nEnabled: true\n"


def write(folder: Path, files: dict[str, str]) -> Library:
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return Library(folder)


def write_library(folder: Path) -> Library:
    helpers = {
        "a/light.py": "import json\n",
        "a/heavy.py": "import middle\n",
        "a/middle.py": "import boto3\n",
    }
    helpers |= {f"a/{name}.yml": HELPER.format(name) for name in ("light", "heavy", "middle")}
    bodies = {"r/one.py": "import light\n", "r/two.py": "import heavy\n", "s/three.py": "import light\n"}
    specs = {f"r/{name}.yml": RULE.format(name, name) for name in ("one", "two")}
    return write(folder, {**helpers, **bodies, **specs, "s/three.yml": RULE.format("three", "three")})


def test_a_rule_of_the_largest_folder_is_chosen_by_what_it_imports(tmp_path: Path) -> None:
    library = write_library(tmp_path)
    assert library.choose(heavy=False) == ("one", "r/one.py")
    assert library.choose(heavy=True) == ("two", "r/two.py")


def test_a_rule_whose_body_or_cases_others_use_is_not_chosen(tmp_path: Path) -> None:
    write_library(tmp_path)
    shared = {"r/again.yml": RULE.format("again", "one"), "r/derived.yml": "BaseDetection: two\n"}
    library = write(tmp_path, shared)
    assert library.choose(heavy=False).id == "three"
    with pytest.raises(NothingToChangeError):
        library.choose(heavy=True)


def test_a_copy_has_a_commit_more_and_the_library_is_left_alone(tmp_path: Path) -> None:
    write_library(tmp_path / "library")
    library = commit_all(tmp_path / "library")
    copy = library.copy(tmp_path / "copy", "r/one.py", b"# more\n")
    assert (copy / "r/one.py").read_text() == "import light\n# more\n"
    assert (library.folder / "r/one.py").read_text() == "import light\n"


def test_a_goal_names_the_figures_that_miss_it() -> None:
    ours, ratio = Cost(cpu=0.5, wall=1.0, peak=50.0), Cost(cpu=0.25, wall=0.2, peak=0.3)
    assert Goal(cpu=0.25, peak=0.35).judge(ours, ratio) == "met"
    assert Goal(cpu=0.2, wall=0.15, peak=0.35).judge(ours, ratio) == "not met: CPU, wall"
    assert Goal(cpu_seconds=0.4).judge(ours, None) == "not met: CPU s"
    assert Goal().judge(ours, ratio) == ""


def test_a_goal_is_told_as_it_is_meant() -> None:
    assert Goal(cpu=0.25, wall=0.15).text == "CPU ≤ 0.25, wall ≤ 0.15"
    assert Goal(cpu_seconds=0.4).text == "CPU ≤ 0.40 s"
