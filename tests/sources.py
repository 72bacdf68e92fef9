"""A source distribution of one module, which builds itself and says what it could do meanwhile."""

import hashlib
import io
import tarfile
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
        metadata = "Metadata-Version: 2.1\\nName: demo-src\\nVersion: 1.0\\n"
        wheel.writestr(f"{{name}}.dist-info/METADATA", metadata)
        tags = "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
        wheel.writestr(f"{{name}}.dist-info/WHEEL", tags)
        wheel.writestr(f"{{name}}.dist-info/RECORD", "")
    {after}
    return f"{{name}}-py3-none-any.whl"
"""
PROJECT = "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n"


def write_source(folder: Path, deeds: list[str], after: str = "") -> str:
    """A source distribution that builds itself; how a requirement names its hash."""
    path = folder / "demo_src-1.0.tar.gz"
    path.write_bytes(
        archive(
            {
                "pyproject.toml": PROJECT + "[project]\nname = 'demo-src'\nversion = '1.0'\n",
                "backend.py": BACKEND.format(deeds=deeds, after=after),
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
            member.size = len(text)
            made.addfile(member, io.BytesIO(text.encode()))
    return stream.getvalue()
