"""What is not read is told with its limit, by a path that a report can show, and as gravely as it matters."""

import pytest

from panther_ci.catalogue import CheckId
from panther_ci.model import Level
from panther_ci.repository.refusals import RefusedError, is_text, max_bytes, refuse_size, show_path

MEBIBYTE = 1024 * 1024


@pytest.mark.parametrize(
    ("path", "mebibytes"), [("a.json", 16), ("a.yml", 4), ("a.py", 4), (".json/a", 4), ("a.JSON", 4)]
)
def test_data_may_be_larger_than_specs_and_bodies(path: str, mebibytes: int) -> None:
    assert max_bytes(path) == mebibytes * MEBIBYTE
    told = f"The file is too large to be checked (more than {mebibytes} MiB)."
    assert refuse_size(path).message == str(refuse_size(path)) == told


@pytest.mark.parametrize("path", ["a.yml", "ü.yml", "\ue000.yml", "😀.yml"])
def test_a_path_of_any_letters_is_text(path: str) -> None:
    assert is_text(path)
    assert show_path(path) == path


@pytest.mark.parametrize(
    ("path", "shown"), [("\udc80.yml", r"\x80.yml"), ("ü/\udcff", r"ü/\xff"), ("a\udca0b", r"a\xa0b")]
)
def test_a_path_of_other_bytes_is_shown_with_their_numbers(path: str, shown: str) -> None:
    assert (is_text(path), show_path(path)) == (False, shown)


@pytest.mark.parametrize(
    ("check", "path", "level"),
    [
        (CheckId.LARGE_FILE, "data.json", Level.WARNING),
        (CheckId.LARGE_FILE, "docs/a/data.json", Level.WARNING),
        (CheckId.LARGE_FILE, "rules/data.json", Level.ERROR),
        (CheckId.LARGE_FILE, "custom_rules/a/data.json", Level.ERROR),
        (CheckId.LARGE_FILE, "rules.json", Level.WARNING),
        (CheckId.LARGE_FILE, "a.yml", Level.ERROR),
        (CheckId.LINKED_FILE, "data.json", Level.ERROR),
        (CheckId.LINKED_FILE, "rules/rows.csv", Level.NOTICE),
        (CheckId.LARGE_FILE, "rules/ROWS.JSONL", Level.NOTICE),
        (CheckId.FILE_NAME, "\udcff.yml", Level.ERROR),
        (CheckId.DEEP_FOLDER, "a", Level.ERROR),
        (CheckId.LINKED_FOLDER, "rules", Level.WARNING),
        (CheckId.SPECIAL_FILE, "a.yml", Level.ERROR),
        (CheckId.UNREADABLE_FILE, "a.yml", Level.ERROR),
    ],
)
def test_a_finding_is_an_error_where_a_detection_may_be_missing(
    check: CheckId, path: str, level: Level
) -> None:
    finding = RefusedError(check).as_finding(path)
    assert (finding.check, finding.level, finding.hint) == (check, level, check.help)
    assert finding.location.path == show_path(path)
    assert finding.message == RefusedError(check).message
    assert finding.message.endswith(".") and "(" not in finding.message
