"""Distributions of one module; a source builds itself and says what it could do meanwhile."""

import hashlib
import io
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

# Builds a wheel of one module, which contains what each line of DEEDS evaluated to.
BACKEND = """
import os, socket, zipfile

DEEDS = {deeds!r}

def attempt(deed):
    try:
        return str(eval(deed))
    except BaseException as error:
        return type(error).__name__

def build_wheel(folder, config_settings=None, metadata_directory=None):
    name = "demo_src-1.0"
    with zipfile.ZipFile(f"{{folder}}/{{name}}-py3-none-any.whl", "w") as wheel:
        wheel.writestr("demo_src.py", "RESULTS = " + repr({{deed: attempt(deed) for deed in DEEDS}}))
        metadata = "Metadata-Version: 2.1\\nName: demo-src\\nVersion: 1.0\\n" + {needs!r}
        wheel.writestr(f"{{name}}.dist-info/METADATA", metadata)
        tags = "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
        wheel.writestr(f"{{name}}.dist-info/WHEEL", tags)
        wheel.writestr(f"{{name}}.dist-info/RECORD", "")
    {after}
    return f"{{name}}-py3-none-any.whl"
"""
PROJECT = "[build-system]\nrequires = {tools}\nbuild-backend = 'backend'\nbackend-path = ['.']\n"


def write_source(
    folder: Path, deeds: list[str], after: str = "", needs: str = "", tools: Sequence[str] = ()
) -> str:
    """A source distribution that builds itself with tools; how a requirement names its hash.

    `needs` is a line of what its wheel says of itself.
    """
    path = folder / "demo_src-1.0.tar.gz"
    path.write_bytes(
        archive(
            {
                "pyproject.toml": PROJECT.format(tools=list(tools))
                + "[project]\nname = 'demo-src'\nversion = '1.0'\n",
                "backend.py": BACKEND.format(deeds=deeds, after=after, needs=needs),
                "PKG-INFO": "Metadata-Version: 2.1\nName: demo-src\nVersion: 1.0\n",
            }
        )
    )
    return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()


def archive(files: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as made:
        for file, text in files.items():
            member = tarfile.TarInfo(f"demo_src-1.0/{file}")
            data = text.encode("utf-8", "surrogateescape")
            member.size = len(data)
            made.addfile(member, io.BytesIO(data))
    return stream.getvalue()


def make_wheel(folder: Path, name: str = "demo_pkg", needs: str = "") -> str:
    """A wheel of one module; how a requirement names its hash."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    information = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{name}.py", "ANSWER = 42\n")
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
        wheel.writestr(f"{information}/METADATA", metadata + (f"Requires-Dist: {needs}\n" if needs else ""))
        wheel.writestr(
            f"{information}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{information}/RECORD", "")
    return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
