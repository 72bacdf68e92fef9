"""A stand-in for the base image, made of Debian's packages where no registry of images is in reach."""

import hashlib
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from tools.image_test.engine import Engine

RELEASE = "bookworm"
PACKAGES = "ca-certificates,python3,python3-pip"
# What sets the official image apart from Debian's Python: `python` in /usr/local, and a pip that may install.
CUSTOMIZE = (
    'for name in python python3; do ln -s ../../bin/python3 "$1/usr/local/bin/$name"; done',
    'rm -f "$1"/usr/lib/python3*/EXTERNALLY-MANAGED',
)
# The official image is a slim one: no documentation, and apt keeps nothing.
DPKG_OPTIONS = (
    "path-exclude=/usr/share/doc/*",
    "path-exclude=/usr/share/man/*",
    "path-exclude=/usr/share/locale/*",
)
APT_OPTIONS = (
    'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb"; };',
    'Dir::Cache::pkgcache ""; Dir::Cache::srcpkgcache "";',
)
SEARCH_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
PROFILE_PACKAGE = "golang-github-docker-docker-dev"
PROFILE_PATH = "./usr/share/gocode/src/github.com/docker/docker/profiles/seccomp/default.json"
SOURCES = (Path("/etc/apt/sources.list"), Path("/etc/apt/sources.list.d/debian.sources"))


def read_base(dockerfile: Path) -> str:
    """The base image a Dockerfile names, with its digest."""
    text = dockerfile.read_text(encoding="utf-8")
    (base,) = set(re.findall(r"^FROM (\S+@sha256:[0-9a-f]{64})", text, re.MULTILINE))
    return str(base)


def make_base(engine: Engine) -> str:
    """The name of the stand-in in the engine's storage, made where it isn't there yet (about 20 s)."""
    recipe = repr((RELEASE, PACKAGES, CUSTOMIZE, DPKG_OPTIONS, APT_OPTIONS))
    name = f"localhost/stand-in:{hashlib.sha256(recipe.encode()).hexdigest()[:12]}"
    if not engine.has_image(name):
        with tempfile.TemporaryDirectory(dir=engine.scratch) as folder:
            archive = Path(folder) / "base.tar"
            _bootstrap(archive)
            engine.call("import", f"--change=ENV PATH={SEARCH_PATH}", str(archive), name)
    return name


def fetch_seccomp_profile(target: Path) -> None:
    """Docker's default seccomp profile from Debian's package of its source, written to `target`."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        # apt loads as a user of its own where it finds it can, and else says so on stderr.
        shutil.chown(folder, "_apt")
        subprocess.run(("apt-get", "download", "-qq", PROFILE_PACKAGE), cwd=folder, check=True)
        (package,) = Path(folder).glob("*.deb")
        content = _filter(("dpkg-deb", "--fsys-tarfile", str(package)), b"")
        profile = _filter(("tar", "-xO", PROFILE_PATH), content)
    target.write_bytes(profile)


def _filter(command: tuple[str, ...], content: bytes) -> bytes:
    return subprocess.run(command, input=content, stdout=subprocess.PIPE, check=True).stdout


def _bootstrap(archive: Path) -> None:
    sources = [str(path) for path in SOURCES if path.exists()]
    options = [f"--customize-hook={line}" for line in CUSTOMIZE]
    options += [f"--dpkgopt={line}" for line in DPKG_OPTIONS] + [f"--aptopt={line}" for line in APT_OPTIONS]
    command = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={PACKAGES}", *options]
    subprocess.run([*command, RELEASE, str(archive), *sources], check=True)
