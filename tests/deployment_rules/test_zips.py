"""What is sent has the files of what was built, and its size is known before."""

import io
import zipfile

import pytest

from panther_ci.deployment_rules.zips import END_BYTES, deflate, measure, write_zip

FILES = {"b.yml": b"x" * 5000, "é/a.py": bytes(range(256)) * 9, "empty.yml": b""}


def test_deflated_files_are_the_stored_ones_in_their_order():
    with zipfile.ZipFile(io.BytesIO(deflate(write_zip(FILES)))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == FILES
        assert archive.namelist() == sorted(FILES)
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_DEFLATED}


@pytest.mark.parametrize(("make", "deflated"), [(lambda data: data, False), (deflate, True)])
def test_the_size_of_a_zip_file_is_known_before(make, deflated):
    size = END_BYTES + sum(measure(path, data, deflated) for path, data in FILES.items())
    assert len(make(write_zip(FILES))) == size
