"""Sources are downloaded over HTTPS only, within bounds, and read without running them."""

import gzip
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket

import pytest

from panther_ci.errors import InputError
from panther_ci.running.requirements.building import Builder, download, read_build_requirements
from tests.peers import Authority, Peer, make_authority, serve
from tests.sources import archive

MEBIBYTE = 1024 * 1024
LIMIT = 64 * MEBIBYTE


def answer(status: int, content: bytes = b"", *headers: str) -> bytes:
    head = "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status} Words", *headers))
    return f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    return make_authority(tmp_path_factory.mktemp("authority"))


@contextmanager
def index(authority: Authority, *answers: bytes) -> Iterator[Peer]:
    """A server that gives these answers one after the other, and the last one again and again."""
    waiting = [*answers]

    def respond(connection: socket) -> None:
        connection.sendall(waiting.pop(0) if len(waiting) > 1 else waiting[0])

    with serve(respond, authority.context) as server:
        yield server


def fetch(authority: Authority, server: Peer) -> bytes:
    return download(f"https://{server.address}/some/a-1.0.tar.gz", {"SSL_CERT_FILE": authority.file})


def refuse(authority: Authority, server: Peer) -> str:
    with pytest.raises(InputError) as raised:
        fetch(authority, server)
    return str(raised.value)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(authority: Authority, status: int) -> None:
    moved = answer(status, b"", "Location: ../other/b.tar.gz")
    with index(authority, moved, answer(200, b"data")) as server:
        assert fetch(authority, server) == b"data"
    assert [request.split()[:2] for request in server.received] == [
        [b"GET", b"/some/a-1.0.tar.gz"],
        [b"GET", b"/other/b.tar.gz"],
    ]


def test_four_redirects_are_followed_and_no_more(authority: Authority) -> None:
    moved = answer(302, b"", "Location: again")
    with index(authority, *[moved] * 4, answer(200, b"data")) as server:
        assert fetch(authority, server) == b"data"
    with index(authority, moved) as server:
        assert refuse(authority, server) == "again can't be downloaded: the index redirects too often."
    assert len(server.received) == 5


def test_a_redirect_to_nowhere_is_asked_for_again(authority: Authority) -> None:
    with index(authority, answer(302)) as server:
        assert "the index redirects too often" in refuse(authority, server)
    assert [request.split()[1] for request in server.received] == [b"/some/a-1.0.tar.gz"] * 5


@pytest.mark.parametrize(
    ("first", "why"),
    [
        (answer(404, b"data"), "the index answers with status 404"),
        (answer(300, b"data", "Location: b"), "the index answers with status 300"),
        (answer(201, b"data"), "the index answers with status 201"),
        (answer(302, b"", "Location: http://127.0.0.1/b"), "it isn't offered over HTTPS"),
        (answer(302, b"", "Location: file:///etc/passwd"), "it isn't offered over HTTPS"),
    ],
)
def test_anything_else_is_refused(authority: Authority, first: bytes, why: str) -> None:
    with index(authority, first, answer(200, b"data")) as server:
        assert why in refuse(authority, server)
    assert len(server.received) == 1


@pytest.mark.parametrize(("more", "taken"), [(0, True), (1, False)])
def test_a_source_may_have_64_megabytes(authority: Authority, more: int, taken: bool) -> None:
    content = answer(200, gzip.compress(bytes(LIMIT + more), 1), "Content-Encoding: gzip")
    with index(authority, content) as server:
        if taken:
            assert len(fetch(authority, server)) == LIMIT
        else:
            assert "a-1.0.tar.gz can't be downloaded" in refuse(authority, server)


def no_pip(*arguments: str) -> "subprocess.CompletedProcess[bytes]":
    raise AssertionError(arguments)


def test_a_folder_of_files_is_an_index_too(tmp_path: Path) -> None:
    (tmp_path / "a b.tar.gz").write_bytes(b"data")
    assert download((tmp_path / "a b.tar.gz").as_uri(), {}) == b"data"
    with pytest.raises(InputError, match=r"^c\.tar\.gz can't be downloaded: .*No such file"):
        download((tmp_path / "c.tar.gz").as_uri(), {})
    with pytest.raises(InputError, match=r"^a b\.tar\.gz can't be read: "):
        Builder({}).build((tmp_path / "a b.tar.gz").as_uri(), (), tmp_path / "place", no_pip)


PROJECT = "[build-system]\nrequires = ['a  >=\t1', 'b']\n"


@pytest.mark.parametrize(
    ("files", "wanted"),
    [
        ({"pyproject.toml": PROJECT}, ("a >= 1", "b")),
        ({"PKG-INFO": "", "pyproject.toml": PROJECT}, ("a >= 1", "b")),
        ({"pyproject.toml": "[build-system]\nrequires = []\n"}, ()),
        (
            {"pyproject.toml": "[build-system]\nrequires = ['b', 'setuptools']\n"},
            ("b", "setuptools", "wheel"),
        ),
        ({"pyproject.toml": "[project]\nname = 'a'\n"}, ("setuptools>=40.8.0", "wheel")),
        ({"deeper/pyproject.toml": PROJECT}, ("setuptools>=40.8.0", "wheel")),
        ({"other.toml": PROJECT}, ("setuptools>=40.8.0", "wheel")),
    ],
)
def test_the_tools_of_a_build_are_those_its_project_names(files: dict[str, str], wanted: object) -> None:
    assert read_build_requirements("a", archive(files)) == wanted


def test_of_a_project_file_a_megabyte_is_read() -> None:
    end = '\nx = ""'
    text = PROJECT + "#" * (MEBIBYTE - len(PROJECT) - len(end)) + end
    assert read_build_requirements("a", archive({"pyproject.toml": text + "]"})) == ("a >= 1", "b")


@pytest.mark.parametrize(
    "project",
    [
        "[build-system]\n",
        "build-system = []\n",
        "[build-system]\nrequires = 1\n",
        "a = " + "[" * 100_000,
        "a = '\udcff'",
    ],
    ids=["no list", "no table", "a number", "too deep", "no text"],
)
def test_a_project_that_can_not_be_read_is_refused(project: str) -> None:
    with pytest.raises(InputError, match=r"^a can't be read: ") as raised:
        read_build_requirements("a", archive({"pyproject.toml": project}))
    assert len(str(raised.value)) <= 220


def header(size: int) -> bytes:
    """What stands before a file of this size in an archive."""
    member = tarfile.TarInfo("a/big")
    member.size = size
    return member.tobuf()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (header(512 * MEBIBYTE + 1), "it unpacks to more than 512 MiB"),
        (header(1) + bytes(512) + header(512 * MEBIBYTE), "it unpacks to more than 512 MiB"),
        (header(512 * MEBIBYTE), "unexpected end of data"),
    ],
    ids=["one", "two", "just not"],
)
def test_what_a_source_unpacks_to_has_a_limit(data: bytes, why: str) -> None:
    with pytest.raises(InputError, match=rf"^a can't be read: {why}\.$"):
        read_build_requirements("a", gzip.compress(data))


def test_a_link_in_the_place_of_a_project_file_is_no_project_file() -> None:
    member = tarfile.TarInfo("a/pyproject.toml")
    member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
    data = gzip.compress(member.tobuf() + bytes(1024))
    assert read_build_requirements("a", data) == ("setuptools>=40.8.0", "wheel")
