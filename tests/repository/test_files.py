"""A checkout is read without following links, and what can't be read is told."""

import os
import socket
from pathlib import Path

import pytest

from panther_ci.errors import InputError
from panther_ci.model import LeftOut, Level, Omission
from panther_ci.repository.files import find_related, join_trees, normalise, read_file, read_tree
from panther_ci.repository.refusals import MAX_BYTES, max_bytes
from tests.family import descriptors


def put(root: Path, path: str, data: bytes = b"x: 1\n") -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(data)


def told(root: Path, within: str = ".") -> list[tuple[str, str]]:
    return [(finding.check, finding.location.path) for finding in read_tree(root, within).findings]


def test_specs_bodies_and_data_are_read_in_order_of_their_paths(tmp_path: Path) -> None:
    for path in ("rules/b.yaml", "a.yml", "rules/b.py", "data.json", "README.md", "rules/x.pyc", "Z.yml"):
        put(tmp_path, path, path.encode())
    tree = read_tree(tmp_path)
    assert list(tree.files) == ["Z.yml", "a.yml", "data.json", "rules/b.py", "rules/b.yaml"]
    assert tree.files["rules/b.py"] == b"rules/b.py"
    assert tree.findings == ()


@pytest.mark.parametrize(
    "folder", [".git", ".github", ".venv", "node_modules", "__pycache__", "rules/.hidden"]
)
def test_hidden_folders_and_caches_are_left_out(tmp_path: Path, folder: str) -> None:
    put(tmp_path, f"{folder}/a.yml")
    assert read_tree(tmp_path).files == {}


def test_paths_are_told_from_the_root_when_only_a_folder_is_read(tmp_path: Path) -> None:
    put(tmp_path, "outside.yml")
    put(tmp_path, "detections/rules/a.yml")
    assert list(read_tree(tmp_path, "detections/").files) == ["detections/rules/a.yml"]


@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 131072, MAX_BYTES])
def test_files_of_any_size_up_to_the_limit_are_read_in_full(tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    put(tmp_path, "a.py", data)
    assert read_tree(tmp_path).files == {"a.py": data}


@pytest.mark.parametrize(
    ("name", "level"),
    [("a.py", Level.ERROR), ("data.json", Level.WARNING), ("rules/data.json", Level.ERROR)],
)
def test_file_past_the_limit_is_told_and_the_rest_is_read(tmp_path: Path, name: str, level: Level) -> None:
    put(tmp_path, name, b" " * (max_bytes(name) + 1))
    put(tmp_path, "b.yml")
    tree = read_tree(tmp_path)
    assert list(tree.files) == ["b.yml"]
    assert [(finding.check, finding.level) for finding in tree.findings] == [("large-file", level)]


@pytest.mark.parametrize("target", ["b.yml", "/etc/hostname", "missing", "a.yml", "../outside.yml"])
def test_linked_file_is_not_followed(tmp_path: Path, target: str) -> None:
    put(tmp_path, "outside.yml")
    put(tmp_path, "root/b.yml")
    (tmp_path / "root/a.yml").symlink_to(target)
    assert list(read_tree(tmp_path / "root").files) == ["b.yml"]
    assert told(tmp_path / "root") == [("linked-file", "a.yml")]


def test_linked_folder_is_not_followed(tmp_path: Path) -> None:
    put(tmp_path, "outside/x.yml")
    put(tmp_path, "root/b.yml")
    (tmp_path / "root/rules").symlink_to("../outside")
    (tmp_path / "root/up").symlink_to("..")
    assert list(read_tree(tmp_path / "root").files) == ["b.yml"]
    assert told(tmp_path / "root") == [("linked-folder", "rules"), ("linked-folder", "up")]


def test_link_to_itself_keeps_nothing_from_being_read(tmp_path: Path) -> None:
    put(tmp_path, "a.yml")
    (tmp_path / "loop").symlink_to("loop")
    tree = read_tree(tmp_path)
    assert (list(tree.files), tree.findings) == (["a.yml"], ())


def test_link_that_is_no_spec_is_of_no_interest(tmp_path: Path) -> None:
    (tmp_path / "LICENSE").symlink_to("/etc/hostname")
    assert told(tmp_path) == []


def test_pipe_is_told_and_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.yml")
    assert told(tmp_path) == [("special-file", "a.yml")]


def test_folder_named_like_a_spec_is_a_folder(tmp_path: Path) -> None:
    put(tmp_path, "rules.yml/a.yml")
    assert list(read_tree(tmp_path).files) == ["rules.yml/a.yml"]


def test_name_that_is_not_text_is_told_in_a_form_that_is(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.yml")).write_bytes(b"x")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xfe")).symlink_to("/tmp")
    assert told(tmp_path) == [("linked-folder", "\\xfe"), ("file-name", "\\xff.yml")]


def test_folders_nested_too_deep_are_told(tmp_path: Path) -> None:
    put(tmp_path, "d/" * 64 + "a.yml")
    put(tmp_path, "e/" * 65 + "a.yml")
    assert list(read_tree(tmp_path).files) == ["d/" * 64 + "a.yml"]
    assert told(tmp_path) == [("deep-folder", "/".join("e" * 65))]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file_and_folder_are_told(tmp_path: Path) -> None:
    put(tmp_path, "a.yml")
    put(tmp_path, "rules/b.yml")
    (tmp_path / "a.yml").chmod(0)
    (tmp_path / "rules").chmod(0)
    found = told(tmp_path)
    (tmp_path / "rules").chmod(0o755)
    assert found == [("unreadable-file", "a.yml"), ("unreadable-file", "rules")]


@pytest.mark.parametrize("within", ["missing", "a.yml", "link", "link/deeper", "rules/../..", "/etc", "a\0b"])
def test_folder_that_is_none_of_the_repository_is_refused(tmp_path: Path, within: str) -> None:
    put(tmp_path, "outside/deeper/x.yml")
    put(tmp_path, "root/a.yml")
    put(tmp_path, "root/rules/a.yml")
    (tmp_path / "root/link").symlink_to("../outside")
    with pytest.raises(InputError) as caught:
        read_tree(tmp_path / "root", within)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("path", "wanted"), [("", "."), (".", "."), ("a//b/", "a/b"), ("./a/./b", "a/b"), ("a", "a")]
)
def test_a_path_has_one_form(path: str, wanted: str) -> None:
    assert normalise(path) == wanted


def test_no_folder_stays_open(tmp_path: Path) -> None:
    put(tmp_path, "rules/deep/deeper/a.yml")
    before = descriptors()
    read_tree(tmp_path, "rules/deep/deeper")
    with pytest.raises(InputError):
        read_tree(tmp_path, "rules/deep/missing")
    assert descriptors() == before


def test_missing_root_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't be opened"):
        read_tree(tmp_path / "missing")


def test_single_file_is_read_by_its_path(tmp_path: Path) -> None:
    put(tmp_path, "ci/requirements.txt", b"requests==2.32.3\n")
    assert read_file(tmp_path, "ci/requirements.txt") == b"requests==2.32.3\n"
    assert read_file(tmp_path, "./ci/requirements.txt") == b"requests==2.32.3\n"


@pytest.mark.parametrize(
    "path",
    ["missing.txt", "link.txt", "way/x", "folder", ".", "", "../outside", "/etc/hostname", "pipe"],
)
def test_single_file_that_can_not_be_read_safely_is_refused(tmp_path: Path, path: str) -> None:
    put(tmp_path, "outside")
    put(tmp_path, "root/folder/x")
    (tmp_path / "root/link.txt").symlink_to("../outside")
    (tmp_path / "root/way").symlink_to("folder")
    os.mkfifo(tmp_path / "root/pipe")
    with pytest.raises(InputError) as caught:
        read_file(tmp_path / "root", path)
    assert caught.value.hint


def test_settings_of_other_tools_are_not_read(tmp_path: Path) -> None:
    for path in (
        "package.json",
        "x/package.json",
        "x/package-lock.json",
        "dependabot.yml",
        "x/dependabot.yml",
    ):
        put(tmp_path, path)
    assert list(read_tree(tmp_path).files) == ["x/dependabot.yml"]


def test_virtual_environments_are_not_read_and_are_named_unless_their_name_says_it(tmp_path: Path) -> None:
    for folder in ("venv", ".venv", "x/env"):
        put(tmp_path, f"{folder}/lib/a.py")
        put(tmp_path, f"{folder}/pyvenv.cfg")
    put(tmp_path, "x/a.py")
    tree = read_tree(tmp_path)
    assert list(tree.files) == ["x/a.py"]
    assert tree.left_out == (LeftOut(Omission.ENVIRONMENT, "x/env/"),)
    assert list(read_tree(tmp_path, "x/env").files) == ["x/env/lib/a.py"]


def test_joined_trees_are_in_the_order_of_one(tmp_path: Path) -> None:
    for path in ("b.yml", "a/a.yml", "x/a.yml"):
        put(tmp_path, path)
    (tmp_path / "x/b.yml").symlink_to("a.yml")
    tree = join_trees(read_tree(tmp_path, folder) for folder in ("x", "a", "x"))
    assert list(tree.files) == ["a/a.yml", "x/a.yml"]
    assert tree.findings == read_tree(tmp_path).findings


@pytest.mark.parametrize(
    ("within", "related"),
    [
        (".", ()),
        ("panther", ("rules",)),
        ("panther/rules", ("rules", "panther/global_helpers")),
        ("panther/rules/aws/s3", ("rules", "panther/global_helpers", "panther/rules")),
        ("rules/.new", ("rules",)),
        ("tests/rules", ("rules",)),
    ],
)
def test_related_folders_are_those_of_detections_around_and_beside_one(
    tmp_path: Path, within: str, related: tuple[str, ...]
) -> None:
    for folder in ("rules/.new", "panther/rules/aws/s3", "panther/global_helpers", "panther/templates"):
        put(tmp_path, f"{folder}/a.yml")
    put(tmp_path, "tests/rules/a.yml")
    put(tmp_path, ".rules/a.yml")
    (tmp_path / "queries").symlink_to("rules")
    assert find_related(tmp_path, within) == related


def test_nothing_is_related_to_a_folder_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        find_related(tmp_path, "missing/x")


def test_a_spec_whose_suffix_is_in_capitals_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "rule.YML").write_bytes(b"AnalysisType: rule\n")
    assert read_tree(tmp_path).files == {"rule.YML": b"AnalysisType: rule\n"}


def test_what_can_not_be_opened_is_a_link_only_if_it_is_one(tmp_path: Path) -> None:
    # A socket is no file to open, whoever asks.
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.fsencode(tmp_path / "a.yml"))
        (tmp_path / "b.yml").symlink_to("c.yml")
        found = {each.location.path: each.check for each in read_tree(tmp_path).findings}
    assert found == {"a.yml": "unreadable-file", "b.yml": "linked-file"}
