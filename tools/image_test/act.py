"""Workflows run by act, over podman's socket, in a private fork of this repository."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.corpus import write_corpus
from tools.image_test.checkout import Checkout, Content
from tools.image_test.engine import Engine
from tools.image_test.step import Event

ROOT = Path(__file__).parents[2]
ACTIONS = Path(__file__).parent / "actions"
USED_ACTIONS = (
    "actions/checkout",
    "actions/upload-artifact",
    "actions/download-artifact",
    "aws-actions/configure-aws-credentials",
)
OWN_ACTION = "panther-labs/panther-ci"
# What GitHub's runner has and the image, which stands for it, has not.
COMMANDS = sorted((Path(__file__).parent / "commands").iterdir())
ANSWER_SECONDS = 60.0


@dataclass(frozen=True)
class Fork:
    """A private fork: the checkout somebody works in, and the remote that GitHub would be."""

    checkout: Checkout
    remote: Path
    artifacts: Path

    @classmethod
    def create(cls, folder: Path, image: str) -> "Fork":
        """Fork this repository as docs/private-fork.md says, with the image that was built for its action."""
        files: dict[str, Content] = {path: (ROOT / path).read_bytes() for path in list_files() if keeps(path)}
        for name in ("check.yml", "deploy.yml"):
            files[f".github/workflows/{name}"] = (ROOT / "templates/workflows" / name).read_bytes()
        files["action.yml"] = publish_action(image)
        return cls.of(Checkout.create(folder / "fork", files))

    @classmethod
    def of_library(cls, folder: Path, workflows: Mapping[str, str]) -> "Fork":
        """A repository of the public library's make-up with these workflows and a Dockerfile of its own."""
        corpus = write_corpus(folder / "corpus", detections=12, globals_=3)
        files: dict[str, Content] = {**corpus.files, "Dockerfile": "FROM scratch\n"}
        files |= {f".github/workflows/{name}": text for name, text in workflows.items()}
        return cls.of(Checkout.create(folder / "fork", files, "main"))

    @classmethod
    def of(cls, checkout: Checkout) -> "Fork":
        """A checkout with a remote and a place for artifacts beside it."""
        fork = cls(checkout, checkout.folder.parent / "remote", checkout.folder.parent / "artifacts")
        fork.artifacts.mkdir()
        fork.publish()
        return fork

    def publish(self) -> None:
        """Push all that is here to the remote, the commit that is checked out included."""
        if not self.remote.exists():
            self.checkout.git("clone", "--quiet", "--bare", str(self.checkout.folder), str(self.remote))
            self.checkout.git("-C", str(self.remote), "config", "uploadpack.allowAnySHA1InWant", "true")
        remote = str(self.remote)
        self.checkout.git("push", "--quiet", "--force", remote, "--all")
        self.checkout.git("push", "--quiet", "--force", remote, "HEAD:refs/pull/7/merge")


def publish_action(image: str) -> bytes:
    """What a release makes of action.yml; act can't build over a base that only has a digest here."""
    action = (ROOT / "action.yml").read_bytes()
    return action.replace(b"  image: Dockerfile\n", f"  image: docker://{image}\n".encode())


def list_files() -> list[str]:
    """The files of this repository that git knows, as they are on disk."""
    command = ("git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return [path for path in done.stdout.split("\0") if path and (ROOT / path).is_file()]


def keeps(path: str) -> bool:
    """Whether a private fork keeps a file: the workflows of the public repository go."""
    return not path.startswith(".github/workflows/")


@dataclass(frozen=True)
class Act:
    """act over the socket of the engine's podman, with the variables and secrets of a repository.

    `variables` are those of the environment of every step, `settings` those that workflows name `vars`.
    """

    engine: Engine
    image: str
    socket: Path
    variables: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)

    def run(
        self, fork: Fork, event: Event, workflow: str, folder: Path
    ) -> "subprocess.CompletedProcess[str]":
        """Run a workflow of the fork for an event; act's exit code is the workflow's verdict."""
        payload = folder / "event.json"
        payload.write_text(json.dumps(dict(event.payload)), encoding="utf-8")
        published = folder / "published"
        published.mkdir(exist_ok=True)
        (published / "action.yml").write_bytes(publish_action(self.image))
        mounts = f"--volume={fork.remote}:/remote --volume={fork.artifacts}:/artifacts"
        mounts += "".join(f" --volume={command}:/usr/bin/{command.name}" for command in COMMANDS)
        options = [
            f"--workflows=.github/workflows/{workflow}",
            f"--eventpath={payload}",
            "--no-skip-checkout",
        ]
        options += [f"--platform=ubuntu-latest={self.image}", "--pull=false", "--action-offline-mode"]
        options += [
            "--container-daemon-socket=-",
            "--no-cache-server",
            "--rm",
            f"--container-options={mounts}",
        ]
        options += [f"--local-repository={pin}={place}" for pin, place in find_pins(fork, published)]
        for kind, values in (("env", self.variables), ("var", self.settings), ("secret", self.secrets)):
            options += [f"--{kind}={name}={value}" for name, value in values.items()]
        command = (str(Path(sys.executable).parent / "act"), event.name, *options)
        settings = {**os.environ, "DOCKER_HOST": f"unix://{self.socket}", "HOME": str(folder)}
        return subprocess.run(
            command, cwd=fork.checkout.folder, env=settings, capture_output=True, text=True, check=False
        )


def find_pins(fork: Fork, published: Path) -> list[tuple[str, Path]]:
    """The actions the fork's workflows use at their pins: ours, and stand-ins for those of others."""
    texts = [path.read_text("utf-8") for path in fork.checkout.folder.glob(".github/workflows/*.yml")]
    places = {name: ACTIONS / name.split("/")[1] for name in USED_ACTIONS} | {OWN_ACTION: published}
    words = {word for text in texts for word in text.split() if word.split("@")[0] in places and "@" in word}
    return [(word, places[word.split("@")[0]]) for word in sorted(words)]


@contextmanager
def serve(engine: Engine) -> Iterator[Path]:
    """Podman's socket, for as long as the context lasts."""
    socket = engine.scratch / "podman.sock"
    socket.unlink(missing_ok=True)
    command = (shutil.which("podman") or "podman", "system", "service", "--time=0", f"unix://{socket}")
    log = (engine.scratch / "podman.log").open("wb")
    with log, subprocess.Popen(command, env=engine.environment(), stderr=log) as service:
        deadline = time.monotonic() + ANSWER_SECONDS
        while not socket.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        try:
            yield socket
        finally:
            service.terminate()
