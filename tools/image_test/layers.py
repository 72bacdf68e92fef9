"""The layers of an image: which they are, and what has to be loaded for them."""

import json
import tarfile
import zlib
from pathlib import Path

from tools.image_test.engine import Engine

# How registries are sent layers: by gzip at its usual level.
LEVEL = 6
CHUNK = 1 << 20


def list_layers(engine: Engine, image: str) -> list[str]:
    """The digests of an image's layers, those of its base first."""
    listed = engine.call("image", "inspect", "--format={{json .RootFS.Layers}}", image)
    return [str(digest) for digest in json.loads(listed)]


def measure_layers(engine: Engine, image: str, base: str, folder: Path) -> list[int]:
    """The compressed sizes of the layers above the base, in bytes; `folder` is for a file in between."""
    archive = folder / "image.tar"
    engine.call("save", "--quiet", "--format=docker-archive", f"--output={archive}", image)
    with tarfile.open(archive) as members:
        (description,) = json.loads(_read(members, "manifest.json"))
        own = description["Layers"][len(list_layers(engine, base)) :]
        return [_compressed_size(members, name) for name in own]


def _read(members: tarfile.TarFile, name: str) -> bytes:
    file = members.extractfile(name)
    return file.read() if file else b""


def _compressed_size(members: tarfile.TarFile, name: str) -> int:
    compressor = zlib.compressobj(LEVEL, wbits=31)
    size, file = 0, members.extractfile(name)
    while file and (chunk := file.read(CHUNK)):
        size += len(compressor.compress(chunk))
    return size + len(compressor.flush())
