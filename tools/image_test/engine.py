"""Podman with storage and settings of its own in a scratch folder."""

import os
import resource
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

# What Docker grants a container that asks for nothing (moby, oci/caps/defaults.go).
DOCKER_CAPABILITIES = (
    "AUDIT_WRITE,CHOWN,DAC_OVERRIDE,FOWNER,FSETID,KILL,MKNOD,NET_BIND_SERVICE,NET_RAW,SETFCAP,SETGID,SETPCAP,"
    "SETUID,SYS_CHROOT"
)
# podman's own default of limits needs CAP_SYS_RESOURCE; crun refuses mixed cgroups, runc doesn't.
CONTAINERS_CONF = """\
[containers]
default_ulimits = ["nofile={files}:{files}", "nproc=32768:32768"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
# A job's container sleeps and hears no signal.
stop_timeout = 0
# Seconds that the processes which watched over a command of a job stay behind; else five minutes.
exit_command_delay = 10
"""
STORAGE_CONF = """\
[storage]
driver = "overlay"
graphroot = "{scratch}/storage"
runroot = "{scratch}/run"
[storage.options.overlay]
# Else a mount stays behind, and the folder can't be removed.
skip_mount_home = "true"
"""
# Longer than the slowest build; a container that hangs is to fail its test.
LIMIT_SECONDS = 600
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
# What pip needs of this machine while an image is built, and where it looks for it in there.
SURROUNDINGS = (
    (Path(CERTIFICATES), CERTIFICATES),
    (Path("/etc/pip.conf"), "/etc/pip.conf"),
    (Path.home() / ".config/pip/pip.conf", "/root/.config/pip/pip.conf"),
)


class EngineError(Exception):
    """Podman ended with an error; the text is its own."""


@dataclass(frozen=True)
class Finished:
    """What a container left behind: its exit code, and what it wrote."""

    code: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Container:
    """A container to be run: image, variables, mounts (here -> there) and the command's arguments."""

    image: str
    variables: Mapping[str, str] = field(default_factory=dict)
    mounts: Mapping[Path, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Engine:
    """Podman over the storage in `scratch`; `seccomp` is Docker's profile."""

    scratch: Path
    seccomp: Path

    def prepare(self) -> None:
        """Write the settings podman is to use."""
        self.scratch.mkdir(parents=True, exist_ok=True)
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        (self.scratch / "containers.conf").write_text(CONTAINERS_CONF.format(files=files), encoding="utf-8")
        (self.scratch / "storage.conf").write_text(
            STORAGE_CONF.format(scratch=self.scratch), encoding="utf-8"
        )

    def environment(self) -> dict[str, str]:
        """The environment podman is started with."""
        own = {
            "CONTAINERS_CONF": str(self.scratch / "containers.conf"),
            "CONTAINERS_STORAGE_CONF": str(self.scratch / "storage.conf"),
        }
        return {**os.environ, **own}

    def call(self, *arguments: str) -> str:
        """Run podman and return what it printed; raises `EngineError` with its last words."""
        done = self._start(arguments)
        if done.returncode:
            raise EngineError(f"podman {arguments[0]}: {done.stdout[-4000:]}\n{done.stderr[-4000:]}")
        return done.stdout

    def has_image(self, name: str) -> bool:
        """Whether the storage holds an image of this name."""
        return self._start(("image", "exists", name)).returncode == 0

    def build(self, folder: Path, image: str, base: str, stand_in: str) -> str:
        """Build the Dockerfile of a folder, unmodified, with `stand_in` for its base; returns the log.

        The machine's certificates and pip settings are mounted while it builds and land in no layer.
        """
        mounts = [f"--volume={here}:{there}:ro" for here, there in SURROUNDINGS if here.exists()]
        context = f"--build-context={base}=container-image://{stand_in}"
        options = ("--pull=never", "--network=host", "--format=docker", "--tag", image)
        return self.call("build", *options, context, *mounts, str(folder))

    def run(self, container: Container) -> Finished:
        """Run a container under Docker's default confinement until it ends."""
        options = ["--rm", "--cap-drop=all", f"--cap-add={DOCKER_CAPABILITIES}"]
        options += [f"--security-opt=seccomp={self.seccomp}"]
        options += [f"--env={name}={value}" for name, value in container.variables.items()]
        options += [f"--volume={here}:{there}" for here, there in container.mounts.items()]
        done = self._start(("run", *options, *container.options, container.image, *container.arguments))
        return Finished(done.returncode, done.stdout, done.stderr)

    def _start(self, arguments: Sequence[str]) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ("podman", *arguments),
            env=self.environment(),
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=LIMIT_SECONDS,
        )
