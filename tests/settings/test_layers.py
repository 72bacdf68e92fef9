"""Which value of an input counts, where it is from, and what is told of that."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from panther_ci.errors import InputError
from panther_ci.model import ComparisonRequest
from panther_ci.settings.files import Source
from panther_ci.settings.layers import Asked, Resolved, read_settings
from panther_ci.settings.values import FIELDS

OWN, PAT = ".panther-ci.yml", ".panther_settings.yml"
ALL = frozenset(FIELDS)
BEFORE = Source(ComparisonRequest(base="HEAD~1"))


def resolve(
    folder: Path,
    given: Mapping[str, Any] | None = None,
    source: Source | None = None,
    environ: Mapping[str, str] | None = None,
    defaults: Mapping[str, Any] | None = None,
    names: frozenset[str] = ALL,
) -> Resolved:
    kept = {"PATH": os.environ["PATH"], **(environ or {})}
    return read_settings(Asked(given or {}, names, folder, kept, defaults or {}), source or Source())


def put(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)


def test_each_layer_wins_over_those_below_it_and_is_the_origin(tmp_path: Path) -> None:
    def show(**more: Any) -> tuple[int, Mapping[str, str]]:
        found = resolve(tmp_path, **more)
        return found.inputs.minimum_tests, found.origins

    variable = {"PANTHER_MINIMUM_TESTS": "4"}
    assert show() == (0, {})
    assert show(defaults={"minimum_tests": 1}) == (1, {})
    put(tmp_path, PAT, "minimum_tests: 2\n")
    assert show(defaults={"minimum_tests": 1}) == (2, {"minimum_tests": f"{PAT}:1"})
    put(tmp_path, OWN, "minimum-tests: 3\n")
    assert show() == (3, {"minimum_tests": f"{OWN}:1"})
    assert show(environ=variable) == (4, {"minimum_tests": "PANTHER_MINIMUM_TESTS"})
    assert show(environ=variable, given={"minimum_tests": 5}) == (5, {})


@pytest.mark.parametrize(
    ("given", "variable", "wanted"),
    [("checkout/rules", "", 1), ("", "checkout", 1), ("rules", "checkout", 0), ("", "", 0)],
)
def test_the_files_are_those_around_the_folder_to_judge(
    checkout: Any, given: str, variable: str, wanted: int
) -> None:
    put(checkout.root, OWN, "minimum-tests: 1\n")
    (checkout.root.parent / "rules").mkdir()
    environ = {"PANTHER_PATH": variable} if variable else {}
    found = resolve(checkout.root.parent, {"path": given} if given else {}, environ=environ)
    assert found.inputs.minimum_tests == wanted


def test_only_inputs_of_the_command_are_set_but_all_are_checked(tmp_path: Path) -> None:
    put(tmp_path, OWN, "minimum-tests: 3\n")
    assert resolve(tmp_path, names=frozenset({"path"})).inputs.minimum_tests == 0
    put(tmp_path, OWN, "minimum-tests: three\n")
    with pytest.raises(InputError, match=r"^\.panther-ci\.yml:1: .* not a whole number"):
        resolve(tmp_path, names=frozenset({"path"}))


@pytest.mark.parametrize("defaults", [{}, {"output_path": "."}])
def test_where_archives_are_written_is_for_zip_alone(tmp_path: Path, defaults: dict[str, str]) -> None:
    put(tmp_path, PAT, "out: build\n")
    out = {"PANTHER_OUT": "elsewhere"}
    assert resolve(tmp_path, defaults=defaults).inputs.output_path == ("build" if defaults else "")
    found = resolve(tmp_path, defaults=defaults, environ=out)
    assert found.inputs.output_path == ("elsewhere" if defaults else "")
    put(tmp_path, OWN, "output-path: ours\n")
    assert resolve(tmp_path, defaults=defaults).inputs.output_path == "ours"


def test_paths_of_a_file_begin_at_the_root_and_others_in_the_working_directory(checkout: Any) -> None:
    put(checkout.root, OWN, "sarif-path: out/x.sarif\nhtml-path: ''\nexclude: old/\nrequirements: r.txt\n")
    found = resolve(checkout.root / "rules", environ={"PANTHER_PATH": "aws"}).inputs
    assert (found.sarif_path, found.html_path, found.path) == ("../out/x.sarif", "", "aws")
    assert (found.exclude, found.requirements) == ("old/", "r.txt")


def test_a_working_directory_behind_a_link_is_where_it_really_is(checkout: Any) -> None:
    put(checkout.root, OWN, "sarif-path: x.sarif\n")
    link = checkout.root.parent / "link"
    link.symlink_to(checkout.root / "rules")
    assert resolve(link).inputs.sarif_path == "../x.sarif"


def test_a_filter_that_nobody_gave_is_noted(tmp_path: Path) -> None:
    put(tmp_path, OWN, "filter: Severity=High\n")
    note = f"Only what matches the filter of {OWN}:1 is judged, packed and deployed: Severity=High"
    assert resolve(tmp_path).notes == (note,)
    assert resolve(tmp_path, {"filter": "Severity=Low"}).notes == ()


def test_what_counts_is_told_by_its_source(tmp_path: Path) -> None:
    put(tmp_path, OWN, "minimum-tests: 1\npacks: ids\n")
    put(tmp_path, PAT, "skip_disabled_tests: true\nminimum_tests: 2\napi_host: x\n")
    found = resolve(tmp_path, environ={"PANTHER_FILTER": "Severity=High"})
    assert found.told == (
        f"[INFO]: `{OWN}` sets minimum-tests, packs.",
        f"[INFO]: `{PAT}` sets skip-disabled-tests.",
        "[INFO]: The environment sets filter (PANTHER_FILTER).",
    )
    assert sorted(found.files) == [OWN, PAT]
    assert any("`api_host`" in note for note in found.notes)
    assert resolve(tmp_path / "no").told == ()


def test_flags_of_panthers_own_tool_come_from_its_file_and_variables(tmp_path: Path) -> None:
    put(tmp_path, PAT, "test_names: [a]\nsort_test_results: true\n")
    found = resolve(tmp_path, environ={"PANTHER_TEST_NAMES": "b c"}).flags
    assert {name: value.value for name, value in found.items()} == {"test_names": ["b", "c"], "sort": True}


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        ({"own": "packs: off\n"}, {"own": "packs: strict\n"}, "is changed here, {}those of "),
        ({"own": "packs: off\n"}, {"own": ""}, "is removed here, {}those of "),
        ({}, {"own": "packs: off\n"}, "is added here, {}the settings of "),
        ({"own": "packs: off\n"}, {"own": "packs: off\r\n"}, ""),
    ],
)
def test_what_a_change_does_to_settings_is_noted_and_does_not_count(
    checkout: Any, before: dict[str, str], after: dict[str, str], note: str
) -> None:
    base = checkout.commit(**before)[:12]
    checkout.commit(**after)
    found = resolve(checkout.root, source=BEFORE)
    words = f"`{OWN}` {note}".format("which takes effect after the merge: until then ")
    assert found.notes == ((f"{words}{base} count.",) if note else ())
    assert found.inputs.packs == ("off" if before else "ids")
    assert found.told == ((f"[INFO]: `{OWN}` of {base} sets packs.",) if before else ())
    assert found.files == ()


@pytest.mark.parametrize(
    ("name", "text"), [("own", "packs: [1]\n"), ("pat", "minimum_tests: two\n"), ("pat", "out: 7\n")]
)
def test_settings_that_can_not_be_used_are_refused_on_either_side(
    checkout: Any, name: str, text: str
) -> None:
    checkout.commit()
    base = checkout.commit(**{name: text})[:12]
    names = ALL - {"output_path"} if text.startswith("min") else ALL
    with pytest.raises(InputError, match=r"^\.panther.*:1: "):
        resolve(checkout.root, source=BEFORE, names=names)
    checkout.commit(**{name: ""})
    if text.startswith("out"):  # for `zip` alone, which has another default
        return
    with pytest.raises(InputError, match=rf"^In {base}, whose settings count: \.panther.*:1: ") as caught:
        resolve(checkout.root, source=BEFORE)
    assert caught.value.hint


def test_a_base_that_is_not_known_may_have_had_settings(checkout: Any, tmp_path: Path) -> None:
    unknown = Source(ComparisonRequest(base="gone", of_origin=True))
    (note,) = resolve(checkout.root, source=unknown).notes
    assert f"has a `{OWN}` or a `{PAT}` is not known" in note
    (tmp_path / "plain").mkdir()
    assert resolve(tmp_path / "plain", source=unknown).notes == ()
