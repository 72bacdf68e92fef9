"""The same specs make the same archives, whole and within the limit, whatever builds them."""

import hashlib
import io
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panther_ci.deployment_rules.zips import deflate
from panther_ci.errors import ExitCode, PackagingError
from panther_ci.kinds import AnalysisType
from panther_ci.model import DEFAULT_LIMIT, ArchiveLimit, PackItem
from panther_ci.packaging.archive import build_archives

BODY = b"def rule(event):\n    return True\n"


def item(name: str, type: AnalysisType = AnalysisType.RULE, body: bytes = BODY, **more) -> PackItem:
    spec = f"{type}s/{name}.yml"
    return PackItem(spec, name, type, ((spec, b"Id: " + name.encode()), (f"{type}s/{name}.py", body)), **more)


def read(data: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(data))


# Fixed here, so that every Python and every machine that runs the tests has to build it.
KNOWN = "b2752f154e6acf3cbf0a18119fe6dd5c403a5b0b488fba410c82e8bdcf6fa66d"


def test_the_digest_is_the_same_on_every_machine_and_python():
    (archive,) = build_archives([item("a"), item("é", AnalysisType.POLICY), item("g", AnalysisType.GLOBAL)])
    assert archive.sha256 == KNOWN
    assert archive.sha256 == hashlib.sha256(archive.data).hexdigest()


def test_the_order_of_the_specs_does_not_matter():
    items = [item("b"), item("a"), item("g", AnalysisType.GLOBAL)]
    assert build_archives(items) == build_archives(items[::-1])


@pytest.mark.parametrize("setting", ["SOURCE_DATE_EPOCH=1", "TZ=Asia/Tokyo", "PYTHONHASHSEED=7"])
def test_the_machine_leaves_no_trace(setting):
    name, value = setting.split("=")
    code = (
        "from panther_ci.kinds import AnalysisType\n"
        "from panther_ci.model import DEFAULT_LIMIT, ArchiveLimit, PackItem\n"
        "from panther_ci.packaging.archive import build_archives\n"
        "items = [PackItem(f'{n}.yml', n, AnalysisType.RULE, ((f'{n}.yml', b'x'),)) for n in 'ab']\n"
        "print(build_archives(items)[0].sha256)"
    )
    root = str(Path(__file__).parents[2])
    outputs = {
        subprocess.check_output([sys.executable, "-c", code], env={"PYTHONPATH": root} | extra)
        for extra in ({}, {name: value})
    }
    assert len(outputs) == 1


def test_entries_are_plain_stored_files_in_order():
    (archive,) = build_archives([item("b"), item("a")])
    entries = read(archive.data).infolist()
    assert [entry.filename for entry in entries] == ["rules/a.py", "rules/a.yml", "rules/b.py", "rules/b.yml"]
    assert {(entry.date_time, entry.external_attr, entry.compress_type) for entry in entries} == {
        ((1980, 1, 1, 0, 0, 0), 0o100644 << 16, zipfile.ZIP_STORED)
    }


def test_the_judged_bytes_are_in_the_archive():
    (archive,) = build_archives([item("a", body=b"\r\n# \xff\r\n")])
    assert read(archive.data).read("rules/a.py") == b"\r\n# \xff\r\n"


def test_a_body_of_two_specs_is_packed_once():
    body = ("rules/shared.py", BODY)
    items = [PackItem(f"rules/{n}.yml", n, AnalysisType.RULE, ((f"rules/{n}.yml", b""), body)) for n in "ab"]
    (archive,) = build_archives(items)
    assert read(archive.data).namelist() == ["rules/a.yml", "rules/b.yml", "rules/shared.py"]


def test_a_body_that_two_archives_need_is_in_both():
    body = ("rules/shared.py", b"#" * 500)
    items = [
        PackItem(f"rules/{n}.yml", n, AnalysisType.RULE, ((f"rules/{n}.yml", b"x" * 500), body)) for n in "ab"
    ]
    archives = build_archives(items, ArchiveLimit(1500))
    assert [read(archive.data).namelist() for archive in archives] == [
        ["rules/a.yml", "rules/shared.py"],
        ["rules/b.yml", "rules/shared.py"],
    ]


def test_what_others_need_is_uploaded_first():
    items = [
        item("p", AnalysisType.PACK),
        item("a", bases=2),
        item("b", bases=1),
        item("c"),
        item("d", AnalysisType.DATAMODEL),
        item("g", AnalysisType.GLOBAL),
    ]
    archives = build_archives(items, ArchiveLimit(350))
    assert [archive.items[0].id for archive in archives] == ["g", "d", "c", "b", "a", "p"]


def test_nothing_makes_no_archive():
    assert build_archives([]) == ()


@given(sizes=st.lists(st.integers(0, 3000), min_size=1, max_size=30), limit=st.integers(3300, 9000))
def test_every_spec_is_in_one_archive_within_the_limit(sizes, limit):
    items = [item(f"{n:02}", body=b"#" * size) for n, size in enumerate(sizes)]
    archives = build_archives(items, ArchiveLimit(limit))
    assert max(len(archive.data) for archive in archives) <= limit
    assert [entry for archive in archives for entry in archive.items] == items


def test_a_spec_too_large_for_any_archive_is_named():
    with pytest.raises(PackagingError, match=r"rules/a\.yml: a takes 4,400,\d+ bytes") as raised:
        build_archives([item("a", body=b"#" * DEFAULT_LIMIT.size)])
    assert "rules/a.py (4,400,000 bytes)" in raised.value.hint
    assert raised.value.exit_code is ExitCode.REJECTED


def test_an_archive_may_have_the_limit_and_no_byte_more():
    (small,) = build_archives([item("a")])
    largest = item("a", body=b"#" * (DEFAULT_LIMIT.size - len(small.data) + len(BODY)))
    (archive,) = build_archives([largest])
    assert len(archive.data) == DEFAULT_LIMIT.size == 4_400_000
    path, data = largest.files[1]
    above = largest._replace(files=(largest.files[0], (path, data + b"#")))
    with pytest.raises(PackagingError) as raised:
        build_archives([above])
    assert raised.value.message == (
        "rules/a.yml: a takes 4,400,001 bytes with its body,"
        " and a request to the deployment can have 4,400,000."
    )
    assert raised.value.hint == f"Make rules/a.py ({len(data) + 1:,} bytes) smaller."


@pytest.mark.parametrize("more", [0, 1])
def test_specs_share_an_archive_as_long_as_they_fit(more):
    (both,) = build_archives([item("a"), item("b")])
    archives = build_archives([item("a"), item("b")], ArchiveLimit(len(both.data) - more))
    assert [[entry.id for entry in archive.items] for archive in archives] == [[["a", "b"]], [["a"], ["b"]]][
        more
    ]


def test_specs_of_one_kind_stand_in_the_order_of_their_paths_and_then_their_ids():
    items = [PackItem(f"{path}.yml", id_, AnalysisType.RULE, ()) for path, id_ in ("bx", "az", "ay")]
    (archive,) = build_archives(items)
    assert [entry.id for entry in archive.items] == ["y", "z", "x"]


def test_specs_may_have_one_file_name_in_two_folders():
    items = [PackItem(path, path, AnalysisType.PACK, ((path, b"x"),)) for path in ("a/x.yml", "b/x.yml")]
    (archive,) = build_archives(items)
    assert read(archive.data).namelist() == ["a/x.yml", "b/x.yml"]


def test_bodies_of_one_file_name_are_refused():
    with pytest.raises(PackagingError, match=r"rules/a\.py: policys/a\.py has the same file name"):
        build_archives([item("a"), item("a", AnalysisType.POLICY)])


def test_one_path_with_two_contents_is_refused():
    with pytest.raises(PackagingError, match="different bytes"):
        build_archives([item("a"), item("a", body=b"else")])


@pytest.mark.parametrize(
    "path",
    [
        *("", ".", "..", "/", "/etc/a.py", "a/", "a//b.py", "../a.py", "a/../b.py", "a/..", "./a.py", "a/."),
        *(
            f"{before}a{mark}b.py"
            for before in ("", "c/")
            for mark in ("\\", "\0", "\ud800", "\udcff", "\udfff")
        ),
    ],
    ids=ascii,
)
def test_a_path_out_of_the_repository_is_refused(path):
    with pytest.raises(PackagingError, match="is not a path inside the repository"):
        build_archives([PackItem("a.yml", "A", AnalysisType.RULE, ((path, b""),))])


def test_what_a_deployment_would_skip_is_refused():
    with pytest.raises(PackagingError, match="skips paths that contain __pycache__"):
        build_archives([PackItem("a.yml", "A", AnalysisType.RULE, (("a__pycache__/a.py", b""),))])


def test_a_limit_for_what_is_deflated_takes_more_and_builds_the_same_bytes():
    items = [item(n, body=b"# a comment\n" * 500) for n in "abc"]
    (archive,) = build_archives(items, ArchiveLimit(2000, deflated=True))
    assert len(deflate(archive.data)) <= 2000 < len(archive.data)
    assert archive == build_archives(items)[0]


@given(sizes=st.lists(st.integers(0, 3000), min_size=1, max_size=20), limit=st.integers(3300, 9000))
def test_no_deflated_archive_is_above_its_limit(sizes, limit):
    noise = random.Random(0)
    items = [item(f"{n:02}", body=noise.randbytes(size)) for n, size in enumerate(sizes)]
    archives = build_archives(items, ArchiveLimit(limit, deflated=True))
    assert max(len(deflate(archive.data)) for archive in archives) <= limit
    assert [entry for archive in archives for entry in archive.items] == items
