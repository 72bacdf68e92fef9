"""Writes a new detection, with cases that pass, from the templates of this package."""

import re
from pathlib import Path

from panther_ci.errors import InputError

KINDS = ("policy", "rule")
TEMPLATES = Path(__file__).parent / "templates"

# Narrower than what a deployment takes, as file names are made of it.
VALID_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")
WORD_STARTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def write_detection(kind: str, id: str, folder: Path) -> tuple[Path, ...]:
    """Write the body and the spec of a policy or rule; returns their paths, the body first.

    Raises `InputError` for an unknown kind, an id that no file can be named after, and where a
    file is in the way; then nothing is written.
    """
    if kind not in KINDS:
        raise InputError(f"There is no template for a {kind!r}.", f"Choose one of {', '.join(KINDS)}.")
    if not VALID_ID.fullmatch(id):
        raise InputError(
            f"{id!r} can't be the id of a new detection.",
            "Use letters, digits, dots, dashes and underscores, such as AWS.S3.BucketVersioning.",
        )
    paths = tuple(folder / (name_file(id) + suffix) for suffix in (".py", ".yml"))
    texts = [fill(TEMPLATES / (kind + path.suffix), id, paths[0].name) for path in paths]
    try:
        for path in paths:
            refuse_existing(path)
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in zip(paths, texts, strict=True):
            # Exclusively, so that neither a file made meanwhile nor a link is written through.
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
    except OSError as error:
        raise InputError(f"Can't write into {folder}: {error.strerror}.", "Choose another folder.") from error
    return paths


def name_file(id: str) -> str:
    """Return the base name of the files of a detection, such as aws_s3_bucket_versioning."""
    return re.sub(r"[^a-z0-9]+", "_", WORD_STARTS.sub("_", id).lower()).strip("_")


def fill(template: Path, id: str, body: str) -> str:
    """Return the text of a template with its placeholders filled."""
    return template.read_text(encoding="utf-8").replace("$id", id).replace("$body", body)


def refuse_existing(path: Path) -> None:
    """Raise `InputError` when there is something at the path already, even a dangling link."""
    if path.exists() or path.is_symlink():
        raise InputError(f"{path} exists already.", "Choose another id, or remove the file.")
