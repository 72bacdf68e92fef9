"""Plays attacks on a stage, and says which of their effects the side of the host could see."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.hostile.attack import Effect
from tests.hostile.attacks import ATTACKS
from tests.hostile.lure import Lure
from tests.hostile.stage import FOLLOWER, followers

ROOT = Path(__file__).resolve().parents[2]
# Of one detection with all its cases; less where each attack takes all of it.
TIMEOUT_SECONDS = 1.5
HANGING_SECONDS = 0.75
# A runner that has begun and doesn't end is known by then; one that ends may be slow on a busy machine.
NAIVE_SECONDS = {True: 0.3, False: 30.0}
# Effects whose controls may be played together, since none ends the host or the others.
HARMLESS = (Effect.LEAKED, Effect.CHANGED, Effect.RECEIVED, Effect.CLAIMED)
EVERYTHING = ("identity", "landlock", "limits", "seccomp")
# What the text of one result may weigh; a report that grows past it has been flooded.
MAX_RESULT = 100_000
SECRETS = (
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "GITHUB_TOKEN",
    "INPUT_GITHUB-TOKEN",
    "PANTHER_API_KEY",
)
SECRETS += ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ACTIONS_RUNTIME_TOKEN")


@dataclass(frozen=True)
class Setting:
    """How the host runs: which Python, as which user, without which layers, and for how long each body.

    Attacks that only take time do so whatever the layers are, so they have a setting of their own.
    """

    name: str
    python: str = sys.executable
    user: int | None = None
    without: tuple[str, ...] = ()
    hanging: bool = False

    @property
    def attacks(self) -> list[str]:
        """The attacks to play under it."""
        if self.without == EVERYTHING:
            return [name for name, attack in ATTACKS.items() if attack.effect in HARMLESS]
        return [name for name, attack in ATTACKS.items() if self.hanging == (attack.effect is Effect.HUNG)]

    @property
    def timeout_seconds(self) -> float:
        """The time of one detection."""
        return HANGING_SECONDS if self.hanging else TIMEOUT_SECONDS


@dataclass(frozen=True)
class Played:
    """What became of attacks: effects by name, the others' outcomes, tier, time, and what stayed behind."""

    effects: Mapping[str, list[str]]
    messages: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    tier: str = ""
    seconds: float = 0.0
    left: int = 0


def play(names: Iterable[str], setting: Setting) -> Played:
    """Plays attacks together under our own runner; raises RuntimeError if the host itself didn't survive
    more than one attack."""
    secret = f"s3cr3t-{secrets.token_hex(8)}"
    base = Path(tempfile.mkdtemp(prefix="pci-"))
    base.chmod(0o755)
    lures: dict[str, Lure] = {}
    try:
        for number, name in enumerate(names):
            (base / str(number)).mkdir()
            lures[name] = Lure(base / str(number), secret, setting.user)
        scripts = {name: lure.script(base) for name, lure in lures.items()}
        done = _run_stage(setting, base, scripts, secret)
        if done is None:
            if len(lures) > 1:
                raise RuntimeError("an attack ended the host")
            return Played({name: [Effect.HURT.name] for name in lures})
        return _observe(done, lures, scripts)
    finally:
        for lure in lures.values():
            lure.close()
        shutil.rmtree(base)


def _run_stage(setting: Setting, base: Path, lures: dict[str, Any], secret: str) -> dict[str, Any] | None:
    script = {
        "cwd": str(base),
        "user": setting.user,
        "without": setting.without,
        "timeout": setting.timeout_seconds,
        "lures": lures,
    }
    code = ROOT
    if setting.python != sys.executable or setting.user is not None:
        code = base / "code"  # this clone may lie where others can't read
        copy_code(code)
    environ = {**dict.fromkeys(SECRETS, secret), "PATH": os.defpath, "PYTHONPATH": str(code)}
    stage = subprocess.Popen(
        [setting.python, "-B", "-m", "tests.hostile.stage"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environ,
        cwd=base,
        start_new_session=True,
    )
    out, errors = stage.communicate(json.dumps(script).encode(), 300)
    if stage.returncode not in (0, -signal.SIGKILL, -signal.SIGINT) and b"KeyboardInterrupt" not in errors:
        raise RuntimeError(errors.decode())
    return json.loads(out) if stage.returncode == 0 else None


def copy_code(code: Path) -> None:
    """Copies what a stage needs to where every user may read it, whatever the umask is or was."""
    for part in ("panther_ci", "tests/hostile"):
        shutil.copytree(ROOT / part, code / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "tests/runs.py", code / "tests/runs.py")
    for place, _, files in os.walk(code):
        Path(place).chmod(0o755)
        for name in files:
            Path(place, name).chmod(0o644)


def _observe(done: dict[str, Any], lures: Mapping[str, Lure], scripts: dict[str, Any]) -> Played:
    results = done["results"]
    effects = {}
    for name, lure in lures.items():
        result = results.get(name, {"outcome": "missing", "message": "", "died": False, "text": ""})
        seen = {
            Effect.LEAKED: lure.secret in result["text"],
            Effect.CHANGED: lure.changed(),
            Effect.RECEIVED: lure.received(),
            Effect.HURT: name in done["hurt"] or result["died"],
            Effect.CLAIMED: scripts[name]["claim"] in result["text"],
            Effect.FORGED: not _others_are_right(results, name),
            Effect.ACCEPTED: result["outcome"] == "passed",
            Effect.HUNG: result["outcome"] == "missing",
            Effect.FLOODED: len(result["text"]) > MAX_RESULT,
            Effect.LEFT: done["left"] > 0,
        }
        effects[name] = [effect.name for effect, is_seen in seen.items() if is_seen]
    return Played(
        effects,
        {name: result["message"] for name, result in results.items()},
        {name: result["outcome"] for name, result in results.items()},
        done["tier"],
        done["seconds"],
        done["left"],
    )


def _others_are_right(results: Mapping[str, Any], name: str) -> bool:
    wanted = {"good": "passed", "bad": "failed", "shared": "passed"}
    return all(results[f"{kind} after {name}"]["outcome"] == wanted[kind] for kind in followers(name))


def play_naively(name: str) -> list[str]:
    """The effects of an attack on a runner that executes all bodies in its own process."""
    good, bad = {"user": "root"}, {"user": "other"}
    jobs = {"attack": (ATTACKS[name].body, good), "good": (FOLLOWER, good), "bad": (FOLLOWER, bad)}
    script = [
        {"name": key, "body": body, "event": event, "expected": True} for key, (body, event) in jobs.items()
    ]
    naive = subprocess.Popen(
        [sys.executable, "-B", str(Path(__file__).with_name("naive.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        bufsize=0,
    )
    assert naive.stdout is not None
    assert naive.stdout.readline() == b"begun\n"
    try:
        seconds = NAIVE_SECONDS[ATTACKS[name].effect is Effect.HUNG]
        out, _ = naive.communicate(json.dumps(script).encode(), seconds)
    except subprocess.TimeoutExpired:
        os.killpg(naive.pid, signal.SIGKILL)
        naive.communicate()
        return [Effect.HUNG.name]
    seen = {
        Effect.FORGED: b"\n@good=passed" not in out or b"\n@bad=failed" not in out,
        Effect.ACCEPTED: b"\n@attack=passed" in out,
        Effect.FLOODED: len(out) > MAX_RESULT,
    }
    return [effect.name for effect, is_seen in seen.items() if is_seen]
