"""Text of a YAML or JSON file -> a tree of plain values with the position of every key and value.

No content makes `parse` raise: what can't be read becomes findings, and what is hostile (aliases that
multiply, deep nesting, endless numbers) is refused before it costs anything.
"""

from panther_ci.catalogue import CheckId
from panther_ci.specs.reading.document import Document, DocumentBuilder
from panther_ci.specs.reading.scalars import Scalars

_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def parse(data: bytes, path: str, scalars: Scalars | None = None) -> Document:
    """Read a file by its suffix; `scalars` may be shared by many files to save time."""
    builder = DocumentBuilder(path)
    if data.startswith(_UTF_16_MARKS):
        builder.report(CheckId.ENCODING, "The file is UTF-16.", None, "Save it as UTF-8.")
        return builder.finish(None)
    if path.endswith(".json"):
        from panther_ci.specs.reading.json_reader import read_json

        return builder.finish(read_json(data, builder))
    from panther_ci.specs.reading.yaml_reader import read_yaml

    return builder.finish(read_yaml(data, builder, scalars or Scalars()))
