"""Whole repositories of detections, the same for the same seed, and what depends on what in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.corpus.size import EVERYTHING, FULL, Size
from tests.corpus.writing import Writer

__all__ = ["EVERYTHING", "FULL", "Corpus", "Size", "write_corpus", "write_size"]


@dataclass(frozen=True)
class Corpus:
    """A generated repository.

    `detections` are the specs with cases (path to id), `globals_` the helpers (id to the path of the body),
    `wrong` are the id and the name of each case that expects the contrary of what is true,
    `imports` what each helper imports itself, `requires` for each file the files it needs itself.
    """

    folder: Path
    files: Mapping[str, bytes]
    detections: Mapping[str, str]
    globals_: Mapping[str, str]
    imports: Mapping[str, frozenset[str]]
    requires: Mapping[str, frozenset[str]]
    cases: int
    wrong: frozenset[tuple[str, str]] = frozenset()

    def dependents(self, path: str) -> frozenset[str]:
        """Detections (paths of specs) whose verdict may change with a file, through any number of steps."""
        reached, waiting = {path}, [path]
        while waiting:
            needed = waiting.pop()
            found = {user for user, needs in self.requires.items() if needed in needs} - reached
            reached |= found
            waiting += found
        return frozenset(reached & self.detections.keys())


def write_corpus(folder: Path, detections: int = 200, globals_: int = 10, seed: int = 2020) -> Corpus:
    """Write a repository of the usual make-up."""
    return write_size(folder, Size(detections, globals_), seed)


def write_size(folder: Path, size: Size, seed: int = 2020) -> Corpus:
    """Write a repository of a given size; the folder may exist already."""
    writer = Writer(size, seed)
    writer.write_all()
    for path, data in writer.files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    requires = {path: frozenset(needs) for path, needs in writer.requires.items()}
    imports = {name: frozenset(names) for name, names in writer.imports.items()}
    files = dict(sorted(writer.files.items()))
    return Corpus(
        folder,
        files,
        writer.detections,
        writer.globals_,
        imports,
        requires,
        writer.cases,
        frozenset(writer.wrong),
    )
