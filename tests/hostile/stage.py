"""The host of the attacks: a process with secrets in its environment that runs attacks as a run would.

Reads a script of JSON from standard input, prints what became of each attack and who was hurt.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from panther_ci.kinds import AnalysisType
from panther_ci.model import Case, Job, JobResult, Location, Source, Spec
from panther_ci.model.reasons import NoResult, Unfinished
from panther_ci.reporters.wording import what_happened
from panther_ci.running.runner import Runner
from tests.hostile.attack import Effect
from tests.hostile.attacks import ATTACKS
from tests.runs import WeakenedSettings

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
# How long a victim may take to notice what was done to it.
_SETTLING_SECONDS = 10.0
# What an attack that changes the interpreter would make go wrong.
FOLLOWER = """
import json, re

def rule(event):
    loaded = json.loads('{"a": [true, 1]}')
    return bool(re.search("^ro+t$", event["user"])) and loaded["a"] == [True, 1] and len("abc") == 3
"""


def make_job(name: str, body: str, event: dict[str, Any], changed: bool = True) -> Job:
    """A detection of one case that expects an alert."""
    place = Location(f"{name}.yml", 1)
    spec = Spec(
        place.path,
        AnalysisType.RULE,
        name,
        place,
        body=f"{name}.py",
        cases=(Case("case", True, event, place),),
    )
    group = frozenset([f"{name}.py"] if changed else [])
    return Job(spec, Source(name, f"{name}.py", body.encode()), group=group)


def followers(name: str) -> list[str]:
    """What is judged after an attack: one that passes, one that fails or one of unchanged content; and all
    three after one that aims at others."""
    kinds = ["good", "bad", "shared"]
    if ATTACKS[name].effect is Effect.FORGED:
        return kinds
    return [kinds[list(ATTACKS).index(name) % len(kinds)]]


def follower_jobs(name: str) -> list[Job]:
    """The detections that follow an attack."""
    return [
        make_job(
            f"{kind} after {name}", FOLLOWER, {"user": "other" if kind == "bad" else "root"}, kind != "shared"
        )
        for kind in followers(name)
    ]


def main() -> None:
    """Plays the script."""
    script = json.load(sys.stdin)
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    os.chdir(script["cwd"])
    if script["user"] is not None:
        os.setgroups([])
        os.setresgid(*[script["user"]] * 3)
        os.setresuid(*[script["user"]] * 3)
    victims = {name: start_victim() for name in script["lures"]}
    try:
        before = {name: describe_settled(victim.pid) for name, victim in victims.items()}
        jobs = list_jobs(script["lures"], victims)
        settings = WeakenedSettings(timeout_seconds=script["timeout"], without=frozenset(script["without"]))
        begun = time.monotonic()
        with Runner(settings) as runner:
            results = {result.path.removesuffix(".yml"): describe(result) for result in runner.run(jobs)}
            tier = runner.tier
        seconds = time.monotonic() - begun
        hurt = [name for name, victim in victims.items() if describe_settled(victim.pid) != before[name]]
    finally:
        for victim in victims.values():
            victim.kill()
            victim.wait()
    left = end_children()
    print(json.dumps({"results": results, "hurt": hurt, "left": left, "tier": tier, "seconds": seconds}))


def list_jobs(lures: dict[str, Any], victims: dict[str, "subprocess.Popen[bytes]"]) -> list[Job]:
    """Every attack, each followed by others."""
    jobs = []
    for name, lure in lures.items():
        event = {**lure, "user": "root", "host": os.getpid(), "victim": victims[name].pid}
        jobs += [make_job(name, ATTACKS[name].body, event), *follower_jobs(name)]
    return jobs


def describe(result: JobResult) -> dict[str, Any]:
    """A result as plain values, and all its text."""
    (case,) = result.cases
    return {
        "outcome": str(case.outcome),
        "message": what_happened(case),
        "died": isinstance(case.reason, Unfinished) and case.reason.ending is NoResult.DIED_TWICE,
        "text": repr(result),
    }


def start_victim() -> "subprocess.Popen[bytes]":
    """A process of the same user that an attack may try to hurt."""

    def die_with_us() -> None:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)

    return subprocess.Popen(
        ["sleep", "1000"],
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=die_with_us,
    )


def describe_settled(pid: int) -> list[Any]:
    """What became of a process once it has taken the signals sent to it, which a busy machine delays."""
    deadline = time.monotonic() + _SETTLING_SECONDS
    while is_unsettled(pid) and time.monotonic() < deadline:
        time.sleep(0.005)
    return describe_process(pid)


def is_unsettled(pid: int) -> bool:
    """Whether a process that sleeps all its life runs instead, or has a signal yet to take."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (OSError, ProcessLookupError):
        return False
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    if fields["State"][0] in "TtZX":
        return False
    return fields["State"][0] == "R" or any(int(fields[name], 16) for name in ("SigPnd", "ShdPnd"))


def describe_process(pid: int) -> list[Any]:
    """What attacks change of a process; an ended one is no more than that."""
    import resource

    try:
        status = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
        state = status[0] if status[0] in "TtZX" else "alive"
        return [
            state,
            resource.prlimit(pid, resource.RLIMIT_NOFILE),
            os.getpriority(os.PRIO_PROCESS, pid),
            sorted(os.sched_getaffinity(pid)),
            os.sched_getscheduler(pid),
            Path(f"/proc/{pid}/oom_score_adj").read_text(),
        ]
    except (OSError, ProcessLookupError):
        return ["gone"]


def end_children() -> int:
    """Ends and counts the processes that were left to us, as the reaper of all that lost their parent."""
    count = 0
    while children := Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
        for child in map(int, children):
            state = Path(f"/proc/{child}/stat").read_text().rpartition(") ")[2][0]
            count += state not in "ZX"
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    return count


if __name__ == "__main__":
    main()
