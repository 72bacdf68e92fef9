"""What is sent has the files of what was built, and its size is known before."""

import io
import zipfile

import pytest

from panther_ci.deployment_rules.zips import END_BYTES, deflate, measure, write_zip

LINES = b"\n".join(b"line %d of %s" % (number, b"abcdefgh"[number % 7 :]) for number in range(3000))
FILES = {"b.yml": LINES, "é/a.py": bytes(range(256)) * 9, "empty.yml": b""}


def test_deflated_files_are_the_stored_ones_in_their_order():
    with zipfile.ZipFile(io.BytesIO(deflate(write_zip(FILES)))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == FILES
        assert archive.namelist() == sorted(FILES)
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_DEFLATED}


@pytest.mark.parametrize(("make", "deflated"), [(lambda data: data, False), (deflate, True)])
def test_the_size_of_a_zip_file_is_known_before(make, deflated):
    size = END_BYTES + sum(measure(path, data, deflated) for path, data in FILES.items())
    assert len(make(write_zip(FILES))) == size


def test_an_entry_is_a_plain_file_of_unix_with_the_oldest_time():
    for data in (write_zip(FILES), deflate(write_zip(FILES))):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                assert (entry.date_time, entry.create_system) == ((1980, 1, 1, 0, 0, 0), 3)
                assert entry.external_attr == 0o100644 << 16


def test_what_is_built_is_stored():
    with zipfile.ZipFile(io.BytesIO(write_zip(FILES))) as archive:
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
        assert archive.namelist() == ["b.yml", "empty.yml", "é/a.py"]


def test_a_size_is_that_of_a_stored_file_if_nothing_is_said():
    assert measure("b.yml", LINES) == measure("b.yml", LINES, deflated=False) > len(LINES)
