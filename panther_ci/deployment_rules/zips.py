"""Zip files as they are built and sent.

An archive is built of stored entries, the same bytes on any machine and any Python. zlib, zlib-ng and the
vendors' builds of either deflate the same bytes to different ones, so only what goes over the wire is
deflated, and no digest is of deflated bytes.
"""

import io
import zipfile
import zlib
from collections.abc import Mapping

# Sizes of the parts of a zip file without names and contents (APPNOTE.TXT 4.3.7, 4.3.12, 4.3.16).
ENTRY_BYTES = 30 + 46
END_BYTES = 22
_LEVEL = 9


def write_zip(files: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """A zip file of these files, sorted by path."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for path in sorted(files):
            # That of the archive is not used for an entry that is made here.
            archive.writestr(_entry(path, method), files[path], compresslevel=_LEVEL)
    return buffer.getvalue()


def deflate(data: bytes) -> bytes:
    """The same zip file with deflated entries."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return write_zip({name: archive.read(name) for name in archive.namelist()}, zipfile.ZIP_DEFLATED)


def measure(path: str, data: bytes, deflated: bool = False) -> int:
    """The bytes that a file takes in a zip file, but for those at its end."""
    size = len(zlib.compress(data, _LEVEL, -zlib.MAX_WBITS)) if deflated else len(data)
    return ENTRY_BYTES + 2 * len(path.encode()) + size


def _entry(path: str, method: int) -> zipfile.ZipInfo:
    """An entry that is the same on any machine: the oldest time of the zip format, a plain Unix file."""
    entry = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
    entry.create_system = 3
    entry.external_attr = 0o100644 << 16
    entry.compress_type = method
    return entry
