"""A step `uses: panther-ci` as GitHub's runner starts it: mounts, variables, event and file commands."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tools.image_test.checkout import RUNNER_UID, Checkout
from tools.image_test.engine import Container, Engine

# Annotations are read on both streams (actions/runner, ActionCommand.cs).
COMMAND = re.compile(
    r"^\s*::(?P<kind>error|warning|notice)(?: (?P<properties>[^:]*))?::(?P<message>.*)$", re.M
)
# Stands for the token and must show up nowhere.
WATCHWORD = "ghs_notarealtokenbutthesamelength0000000"


@dataclass(frozen=True)
class Event:
    """What set off the workflow: its name, the payload, and the variables that differ by event."""

    name: str
    payload: Mapping[str, Any]
    variables: Mapping[str, str]


@dataclass(frozen=True)
class Annotation:
    """An annotation as GitHub would show it."""

    kind: str
    file: str
    line: str
    message: str


@dataclass(frozen=True)
class Ended:
    """How the step ended, with all that GitHub would show of it."""

    code: int
    log: str
    annotations: tuple[Annotation, ...]
    outputs: Mapping[str, str]
    summary: str
    workspace: Path


@dataclass(frozen=True)
class Step:
    """One step: its `with:`, its environment, and what it runs on."""

    event: Event
    checkout: Checkout
    inputs: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    network: str = "none"
    mounts: Mapping[Path, str] = field(default_factory=dict)


def pull_request(checkout: Checkout, head: str, fork: bool = False) -> Event:
    """The event of a pull request into the default branch whose merge commit is checked out."""
    repository = "stranger/detections" if fork else "owner/detections"
    payload = {
        "action": "synchronize",
        "number": 7,
        "pull_request": {
            "number": 7,
            "base": {"ref": checkout.branch, "sha": "0" * 40, "repo": {"full_name": "owner/detections"}},
            "head": {"ref": "proposal", "sha": head, "repo": {"full_name": repository, "fork": fork}},
        },
        "repository": {"full_name": "owner/detections", "default_branch": checkout.branch},
    }
    variables = {"GITHUB_REF": "refs/pull/7/merge", "GITHUB_REF_NAME": "7/merge", "GITHUB_REF_TYPE": "branch"}
    variables |= {
        "GITHUB_HEAD_REF": "proposal",
        "GITHUB_BASE_REF": checkout.branch,
        "GITHUB_SHA": checkout.head(),
    }
    return Event("pull_request", payload, variables)


def push(checkout: Checkout, ref: str, before: str) -> Event:
    """The event of a push to a branch or a tag."""
    after = checkout.head()
    payload = {
        "ref": ref,
        "before": before,
        "after": after,
        "repository": {"default_branch": checkout.branch},
    }
    kind = "tag" if ref.startswith("refs/tags/") else "branch"
    variables = {"GITHUB_REF": ref, "GITHUB_REF_NAME": ref.split("/", 2)[2], "GITHUB_REF_TYPE": kind}
    return Event("push", payload, {**variables, "GITHUB_SHA": after})


def merge_group(checkout: Checkout, base: str) -> Event:
    """The event of a merge queue's group."""
    ref = f"refs/heads/gh-readonly-queue/{checkout.branch}/pr-7-{base}"
    target = f"refs/heads/{checkout.branch}"
    group = {"base_sha": base, "head_sha": checkout.head(), "base_ref": target, "head_ref": ref}
    variables = {"GITHUB_REF": ref, "GITHUB_REF_NAME": ref.split("/", 2)[2], "GITHUB_REF_TYPE": "branch"}
    payload = {"action": "checks_requested", "merge_group": group}
    return Event("merge_group", payload, {**variables, "GITHUB_SHA": checkout.head()})


def run_step(engine: Engine, image: str, step: Step, folder: Path) -> Ended:
    """Run a step in the image as GitHub does, and return how it ended."""
    commands = folder / "commands"
    container = prepare_container(image, step, folder)
    done = engine.run(container)
    log = done.stdout + done.stderr
    return Ended(
        done.code,
        log,
        tuple(read_annotations(log)),
        read_outputs((commands / "set_output").read_text(encoding="utf-8")),
        (commands / "step_summary").read_text(encoding="utf-8"),
        step.checkout.folder,
    )


def prepare_container(image: str, step: Step, folder: Path) -> Container:
    """The container of a step: its files laid out in `folder` and handed to the runner's user."""
    for name in ("home", "workflow", "commands", "temp"):
        (folder / name).mkdir()
    (folder / "workflow/event.json").write_text(json.dumps(step.event.payload), encoding="utf-8")
    for name in ("set_output", "step_summary", "set_env", "add_path", "save_state"):
        (folder / "commands" / name).touch()
    for place in (folder, step.checkout.folder):
        hand_over(place)
    mounts = {
        step.checkout.folder: "/github/workspace",
        folder / "home": "/github/home",
        folder / "workflow": "/github/workflow",
        folder / "commands": "/github/file_commands",
        folder / "temp": "/github/runner_temp",
        **step.mounts,
    }
    options = ("--workdir=/github/workspace", f"--network={step.network}")
    return Container(image, {**variables_of(step), **step.environment}, mounts, options)


def variables_of(step: Step) -> dict[str, str]:
    """The variables the runner sets for a step, every declared input among them."""
    metadata = yaml.safe_load(Path("action.yml").read_text(encoding="utf-8"))
    values = {name: str(item.get("default", "")) for name, item in metadata["inputs"].items()}
    values |= {"github-token": WATCHWORD} | dict(step.inputs)
    commands = "/github/file_commands"
    return {
        **{"INPUT_" + name.replace(" ", "_").upper(): value for name, value in values.items()},
        "CI": "true",
        "HOME": "/github/home",
        "GITHUB_ACTIONS": "true",
        "GITHUB_ACTOR": "author",
        "GITHUB_API_URL": "http://127.0.0.1:9",
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": "owner/detections",
        "GITHUB_RUN_ID": "1",
        "GITHUB_RUN_ATTEMPT": "1",
        "GITHUB_EVENT_NAME": step.event.name,
        "GITHUB_EVENT_PATH": "/github/workflow/event.json",
        "GITHUB_WORKSPACE": "/github/workspace",
        "GITHUB_OUTPUT": f"{commands}/set_output",
        "GITHUB_STEP_SUMMARY": f"{commands}/step_summary",
        "GITHUB_ENV": f"{commands}/set_env",
        "GITHUB_PATH": f"{commands}/add_path",
        "GITHUB_STATE": f"{commands}/save_state",
        "RUNNER_OS": "Linux",
        "RUNNER_ARCH": "X64",
        "RUNNER_TEMP": "/github/runner_temp",
        **step.event.variables,
    }


def hand_over(folder: Path) -> None:
    """Give a folder and all in it to the runner's user."""
    for root, names, files in os.walk(folder):
        for name in (".", *names, *files):
            os.chown(Path(root) / name, RUNNER_UID, RUNNER_UID, follow_symlinks=False)


def read_annotations(log: str) -> list[Annotation]:
    """The annotations a log asks for, those between stop-commands left out."""
    shown = re.sub(r"^::stop-commands::(\S+)$.*?^::\1::$", "", log, flags=re.M | re.S)
    found = []
    for match in COMMAND.finditer(shown):
        pairs = (pair.split("=", 1) for pair in (match["properties"] or "").split(",") if "=" in pair)
        properties = {name.strip(): value for name, value in pairs}
        message = match["message"].replace("%0A", "\n").replace("%25", "%")
        file, line = properties.get("file", ""), properties.get("line", "")
        found.append(Annotation(match["kind"], file, line, message))
    return found


def read_outputs(text: str) -> dict[str, str]:
    """The outputs of a step, read as strictly as the runner does; raises ValueError for a bad file."""
    outputs: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        name, mark, rest = line.partition("<<")
        if not mark:
            name, mark, value = line.partition("=")
            if not mark:
                raise ValueError(f"the runner refuses the line {line!r} of GITHUB_OUTPUT")
            outputs[name] = value
            continue
        held = []
        for inner in lines:
            if inner == rest:
                break
            held.append(inner)
        else:
            raise ValueError(f"the runner finds no end of {name!r} in GITHUB_OUTPUT")
        outputs[name] = "\n".join(held)
    if text and not text.endswith("\n"):
        raise ValueError("GITHUB_OUTPUT has no newline at its end")
    return outputs
