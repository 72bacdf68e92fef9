"""How a deployment reads the files of an upload."""

from typing import Final

# It compares suffixes with their case.
SPEC_SUFFIXES: Final = (".yml", ".yaml", ".json")
# The data of lookup tables; a file with the suffix of a spec would be read as one.
DATA_SUFFIXES: Final = (".csv", ".jsonl")
# Panther 1.x refuses longer ids.
LONGEST_LEGACY_ID: Final = 200


def is_ignored(path: str) -> bool:
    """Whether a deployment skips a file, whatever is in it."""
    return "__pycache__" in path


def body_name(path: str) -> str:
    """The name by which a deployment knows a body: of two bodies with the same one, it keeps only one."""
    return path.rpartition("/")[2]
