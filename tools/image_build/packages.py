"""Makes installed packages smaller without taking anything from them that a program can notice.

    python3 packages.py FOLDER

- The models of AWS's services lose their documentation, two thirds of botocore. Every client can still be
  made; only the docstrings of its methods are empty.
- Translations lose the entries that say what the original says (gettext gives the original for an entry that
  is missing), and the hash tables that Python's gettext doesn't read.
- Tests, scripts, and lists of files with hashes that no longer hold are deleted.
"""

import gzip
import json
import shutil
import struct
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

# Format: https://www.gnu.org/software/gettext/manual/html_node/MO-Files.html
_MO_MAGIC: Final = 0x950412DE
_MO_HEADER: Final = struct.Struct("<7I")
_MO_ENTRY: Final = struct.Struct("<2I")
_PLURAL_MARK: Final = b"\0"
# The licences of botocore and pycountry want changed files to be named.
NOTICE: Final = """\
Files here were changed when the image of panther-ci was built: *.json.gz of botocore have no documentation,
and *.mo of pycountry have no entries whose translation is the original. Examples, tests, scripts and lists of
files were deleted.
"""


def shrink(packages: Path) -> None:
    """Make all that is installed in a folder smaller."""
    for path in packages.glob("botocore/data/**/*.json.gz"):
        path.write_bytes(undocument(path.read_bytes()))
    for path in packages.glob("pycountry/locales/**/*.mo"):
        path.write_bytes(write_catalogue(_needed(read_catalogue(path.read_bytes()))))
    for pattern in ("botocore/data/**/examples-*.json", "*.dist-info/RECORD"):
        for path in packages.glob(pattern):
            path.unlink()
    for folder in (*packages.glob("*/tests"), packages / "bin"):
        shutil.rmtree(folder, ignore_errors=True)
    (packages / "CHANGED.txt").write_text(NOTICE, encoding="utf-8")


def undocument(model: bytes) -> bytes:
    """A compressed JSON model without its documentation; the same bytes for the same model."""
    bare = _undocumented(json.loads(gzip.decompress(model)))
    return gzip.compress(json.dumps(bare, separators=(",", ":")).encode(), mtime=0)


def _undocumented(value: Any) -> Any:
    """A member of a structure may be named `documentation` too; it is no text."""
    if isinstance(value, dict):
        items = value.items()
        return {
            key: _undocumented(each)
            for key, each in items
            if key != "documentation" or not isinstance(each, str)
        }
    return [_undocumented(each) for each in value] if isinstance(value, list) else value


def read_catalogue(data: bytes) -> list[tuple[bytes, bytes]]:
    """The originals and translations of a compiled catalogue; raises ValueError for another byte order."""
    magic, _, count, originals, translations, _, _ = _MO_HEADER.unpack_from(data)
    if magic != _MO_MAGIC:
        raise ValueError("this is no catalogue of little-endian numbers")

    def text(table: int, index: int) -> bytes:
        length, start = _MO_ENTRY.unpack_from(data, table + _MO_ENTRY.size * index)
        return data[start : start + length]

    return [(text(originals, index), text(translations, index)) for index in range(count)]


def _needed(entries: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Entries that say more than their original. Plurals stay: how one is chosen differs by language."""
    return [(key, value) for key, value in entries if key != value or _PLURAL_MARK in key]


def write_catalogue(entries: list[tuple[bytes, bytes]]) -> bytes:
    """A compiled catalogue of these entries, without a hash table."""
    tables, texts = b"", b""
    start = _MO_HEADER.size + 2 * len(entries) * _MO_ENTRY.size
    for text in [*(key for key, _ in entries), *(value for _, value in entries)]:
        tables += _MO_ENTRY.pack(len(text), start + len(texts))
        texts += text + b"\0"
    translations = _MO_HEADER.size + len(entries) * _MO_ENTRY.size
    header = _MO_HEADER.pack(_MO_MAGIC, 0, len(entries), _MO_HEADER.size, translations, 0, 0)
    return header + tables + texts


if __name__ == "__main__":
    shrink(Path(sys.argv[1]))
