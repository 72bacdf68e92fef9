"""Builds a wheel from a source distribution: its code runs confined, and without network and secrets.

All that a build needs is downloaded before, by us and as wheels, so that none of its code runs until then.
"""

import hashlib
import io
import json
import os
import re
import signal
import stat
import subprocess
import sys
import sysconfig
import tarfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from panther_ci.errors import ConfinementError, InputError, RunnerError
from panther_ci.running.confined.identity import BODY_ID
from panther_ci.running.requirements.lines import is_plain
from panther_ci.web import WebClient, WebError

BUILD_SECONDS = 600
LARGEST_SOURCE = 64 * 1024 * 1024
LARGEST_UNPACKED = 512 * 1024 * 1024
# A confined build can't write more; one that is not confined could.
LARGEST_WHEEL = 256 * 1024 * 1024
LARGEST_PROJECT = 1024 * 1024
MOST_REDIRECTS = 5
# Of what a build writes to stderr.
MOST_READ = 65536
# What reading a broken archive raises.
BROKEN = (tarfile.TarError, OSError, EOFError, ValueError)
# What pip assumes where a project doesn't declare how it is built.
DEFAULT_TOOLS = ("setuptools>=40.8.0",)
# Programs, headers and libraries that a build may use.
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/dev/urandom")
# What Python's library and pip read, and some fail without; nothing else below it, since keys may be there.
SETTINGS = (
    *("alternatives", "debian_version", "group", "ld.so.cache", "localtime", "lsb-release", "mime.types"),
    *("nsswitch.conf", "os-release", "passwd", "ssl/openssl.cnf"),
)
ERROR = re.compile(rb"^[ |]*([\w.]*(?:Error|Exception): .*)$", re.MULTILINE)

RunPip = Callable[..., "subprocess.CompletedProcess[bytes]"]


class Builder:
    """Builds wheels below a folder; unless `confined`, only the environment keeps the code from secrets."""

    def __init__(self, environ: Mapping[str, str], confined: bool = True) -> None:
        self._environ = environ
        self._confined = confined

    def build(self, link: str, hashes: tuple[str, ...], place: Path, run_pip: RunPip) -> Path:
        """The wheel of a source distribution, in `place`, which must be a new folder.

        `hashes` are those that the requirement names; the source has to have one of them, if there are any.
        Raises `InputError` if the source can't be had or built, and `ConfinementError` if it can't be
        confined here.
        """
        name = unquote(urlsplit(link).path).rpartition("/")[2]
        data = download(link, self._environ)
        check_hash(name, data, hashes)
        source = place / name
        place.mkdir()
        source.write_bytes(data)
        tools = place / "tools"
        self._fetch_tools(name, data, tools, run_pip)
        work = _make_work_folder(place / "work")
        self._run(name, source, tools, work)
        return _take_wheel(name, work, place)

    def _fetch_tools(self, name: str, data: bytes, tools: Path, run_pip: RunPip) -> None:
        """Downloads what the build itself needs, as wheels."""
        wanted = read_build_requirements(name, data)
        if not all(is_plain(line) for line in wanted):
            raise InputError(f"{name} can't be built: it needs more than packages to be built with.", ADVICE)
        tools.mkdir()
        done = run_pip("download", "--quiet", "--dest", str(tools), "--", *wanted) if wanted else None
        if done and done.returncode:
            raise InputError(f"{name} can't be built: {_last_line(done.stderr)}", ADVICE)

    def _run(self, name: str, source: Path, tools: Path, work: Path) -> None:
        here = Path(__file__).resolve().parents[1]
        orders = {
            "confined": self._confined,
            "readable": [*SYSTEM, *_settings(), *_this_python(), str(source), str(tools)],
            "writable": [str(work), os.devnull],
            "command": [sys.executable, "-I", "-m", "pip", "wheel", "--no-deps", "--no-index"]
            + ["--find-links", str(tools), "--wheel-dir", str(work / "wheels"), str(source)],
        }
        script = [str(here / "confined" / "build.py"), str(here.parents[1]), json.dumps(orders)]
        said = work.with_name("said")
        with said.open("wb") as stream:  # how much that can be is limited, as for every file of a build
            try:
                process = subprocess.Popen(
                    [sys.executable, "-P", "-s", "-S", *script],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=stream,
                    env=_environment(work),
                    cwd=work,
                    start_new_session=True,
                )
            except OSError as error:
                raise RunnerError(f"the process that builds {name} could not be started: {error}") from error
        _wait(name, process)
        if process.returncode:
            raise _failure(name, _read_end(said))


ADVICE = "Pin a version that has a wheel, or publish a wheel of it in an index of your own."


def _wait(name: str, process: "subprocess.Popen[bytes]") -> None:
    """Waits for a build and ends what is left of it; raises `InputError` if it takes too long."""
    try:
        process.wait(BUILD_SECONDS)
    except subprocess.TimeoutExpired:
        raise InputError(f"{name} can't be built: it took longer than {BUILD_SECONDS} s.", ADVICE) from None
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _failure(name: str, said: bytes) -> ConfinementError | InputError:
    last = _last_line(said)
    if last.startswith("unconfined: "):
        return ConfinementError(
            f"{name} has no wheel and can't be built confined here: {last.partition(': ')[2]}",
            "Pin a version that has a wheel, or run on Linux 5.13 or newer with Landlock.",
        )
    return InputError(f"{name} can't be built: {last}", ADVICE)


def _read_end(path: Path) -> bytes:
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - MOST_READ))
        return stream.read()


def _last_line(said: bytes) -> str:
    """The last error that a program names, or else the last line that it wrote."""
    lines = ERROR.findall(said) or said.split(b"\n")
    written = [text for line in lines if (text := line.decode("utf-8", "replace").strip())]
    return (written or ["it says nothing"])[-1][:500]


def download(link: str, environ: Mapping[str, str]) -> bytes:
    """A file of an index; raises `InputError` if it can't be had."""
    try:
        if link.startswith("file:"):
            return Path(unquote(urlsplit(link).path)).read_bytes()
        for _ in range(MOST_REDIRECTS):
            if not link.startswith("https:"):
                raise WebError("it isn't offered over HTTPS")
            answer = WebClient(environ, max_answer_bytes=LARGEST_SOURCE).send("GET", link, {})
            if answer.status == 200:
                return answer.content
            if answer.status not in (301, 302, 303, 307, 308):
                raise WebError(f"the index answers with status {answer.status}")
            link = urljoin(link, answer.headers.get("location", ""))
        raise WebError("the index redirects too often")
    except (OSError, WebError) as error:
        file = urlsplit(link).path.rpartition("/")[2]
        raise InputError(f"{file} can't be downloaded: {error}.", "Pin a version that has a wheel.") from None


def check_hash(name: str, data: bytes, hashes: tuple[str, ...]) -> None:
    """Raises `InputError` unless the data has one of the hashes, as `sha256:…`, or there are none."""
    pairs = [wanted.partition(":")[::2] for wanted in hashes]
    if pairs and not any(hashlib.new(kind, data).hexdigest() == digest for kind, digest in pairs):
        raise InputError(
            f"{name} has none of the hashes that the requirements name.", "Check where it comes from."
        )


def read_build_requirements(name: str, data: bytes) -> tuple[str, ...]:
    """What a source distribution says it needs to be built (PEP 518); raises `InputError` if it is broken."""
    import tomllib

    try:
        text = _read_project(data).decode("utf-8")
        system = tomllib.loads(text).get("build-system", {"requires": DEFAULT_TOOLS})
        wanted = [" ".join(str(each).split()) for each in system["requires"]]
    except (*BROKEN, AttributeError, KeyError, TypeError, RecursionError) as error:
        raise InputError(f"{name} can't be read: {str(error)[:200]}.", ADVICE) from None
    # Old versions of setuptools need it too, but say so only when they run.
    return (*wanted, *(["wheel"] if any(each.startswith("setuptools") for each in wanted) else []))


def _read_project(data: bytes) -> bytes:
    """The `pyproject.toml` of a source distribution, or nothing."""
    size = 0
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
        for member in archive:
            size += member.size
            if size > LARGEST_UNPACKED:
                raise tarfile.TarError("it unpacks to more than 512 MiB")
            folders, _, file = member.name.rpartition("/")
            if file == "pyproject.toml" and "/" not in folders and member.isreg():
                stream = archive.extractfile(member)
                return stream.read(LARGEST_PROJECT) if stream else b""
    return b""


def _settings() -> list[str]:
    return [f"/etc/{name}" for name in SETTINGS]


def _this_python() -> list[str]:
    paths = sysconfig.get_paths()
    return sorted({sys.prefix, sys.base_prefix, paths["stdlib"], paths["platstdlib"]})


def _environment(work: Path) -> dict[str, str]:
    """The whole environment of a build."""
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}"
    environment = {"PATH": programs, "HOME": str(work), "TMPDIR": str(work), "LANG": "C.UTF-8"}
    environment |= {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_CACHE_DIR": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
        if name in os.environ:
            environment[name] = os.environ[name]
    return environment


def _make_work_folder(path: Path) -> Path:
    """A folder that a build can write to, as root and as the user that it becomes."""
    path.mkdir()
    if os.geteuid() == 0:
        os.chown(path, 0, BODY_ID)
        path.chmod(0o770)
    return path


def _take_wheel(name: str, work: Path, place: Path) -> Path:
    """Copies the one wheel that was built out of its reach; what it left there may be any kind of file."""
    try:
        folder = os.open(work / "wheels", os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            with os.scandir(folder) as entries:
                (wheel,) = (entry.name for entry in entries if entry.name.endswith(".whl"))
            file = os.open(wheel, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        finally:
            os.close(folder)
        with os.fdopen(file, "rb") as stream:
            if not stat.S_ISREG(os.fstat(file).st_mode):
                raise ValueError
            data = stream.read(LARGEST_WHEEL + 1)
    except (OSError, ValueError):
        raise InputError(f"{name} can't be built: it makes no wheel.", ADVICE) from None
    if len(data) > LARGEST_WHEEL:
        raise InputError(f"{name} can't be built: its wheel has more than {LARGEST_WHEEL} bytes.", ADVICE)
    target = place / wheel
    target.write_bytes(data)
    return target
