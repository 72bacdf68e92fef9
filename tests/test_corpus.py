"""The generator of repositories: the same for a seed, and as large as it says."""

import ast
import subprocess
import sys
from pathlib import Path

from tests.corpus import Corpus, Size, write_corpus, write_size


def imported_names(source: bytes) -> set[str]:
    """Modules that a file imports anywhere."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def truth_and_imports(corpus: Corpus) -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """What the generator noted and what the sources say, by path of the Python file."""
    bodies = set(corpus.globals_.values())
    noted = {path: needs & bodies for path, needs in corpus.requires.items() if path.endswith(".py")}
    read = {
        path: frozenset(corpus.globals_[name] for name in imported_names(data) & corpus.globals_.keys())
        for path, data in corpus.files.items()
        if path.endswith(".py")
    }
    return noted, read


def test_a_seed_gives_the_same_repository(tmp_path: Path) -> None:
    first = write_corpus(tmp_path / "first", detections=30, globals_=5, seed=7)
    again = write_corpus(tmp_path / "again", detections=30, globals_=5, seed=7)
    other = write_corpus(tmp_path / "other", detections=30, globals_=5, seed=8)
    assert first.files == again.files
    assert first.files != other.files


def test_the_noted_dependencies_are_those_of_the_sources(tmp_path: Path) -> None:
    noted, read = truth_and_imports(write_corpus(tmp_path))
    assert noted == read
    assert sum(len(needs) for needs in read.values()) > 100


def test_both_forms_and_both_notations_are_there(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path)
    specs = [corpus.files[path] for path in corpus.detections]
    assert len(specs) == 200
    assert {path.rpartition(".")[2] for path in corpus.detections} == {"yml", "json"}
    assert any(b"AnalysisType: rule" in spec and b"PolicyID: " in spec for spec in specs)
    assert any(b"BaseDetection: " in spec for spec in specs)
    assert any(b"AnalysisType: scheduled_rule" in spec for spec in specs)


def test_the_habits_of_public_forks_are_there_and_accepted(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path, detections=20, globals_=3)
    folders = {path.partition("/")[0] for path in corpus.files}
    assert {"templates", "indexes"} <= folders
    assert any(b"panther_core" in data for data in corpus.files.values())
    command = [sys.executable, "-m", "panther_ci.cli", "test", "--path", str(corpus.folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 files in `templates/`" in done.stdout


def test_a_grown_library_is_uneven_and_accepted(tmp_path: Path) -> None:
    corpus = write_size(tmp_path, Size(detections=40, globals_=6, json=0.0, forms_of_2020=0.0, lifelike=True))
    lines = [corpus.files[path].count(b"\n") for path in corpus.globals_.values()]
    assert max(lines) > 900
    assert min(lines) < 100
    policies = [data for path, data in corpus.files.items() if path.startswith("policies/")]
    assert any(b"policyuniverse" in data for data in policies)
    assert any(b"Log: {" in corpus.files[path] for path in corpus.detections)
    command = [sys.executable, "-m", "panther_ci.cli", "test", "--path", str(corpus.folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_size_grows_by_a_factor_in_the_same_shares() -> None:
    assert Size(detections=20, wrong=2, json=0.5).times(10) == Size(
        *(count * 10 for count in (20, 10, 6, 6, 4, 2, 1)), wrong=20, idioms=20, json=0.5
    )
