"""Starts the action's entry point the way GitHub does, on one event after the other."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from demo.fork import Event, Fork
from panther_ci.inputs import Inputs, declared_default, input_name

ENTRYPOINT = Path(__file__).resolve().parent.parent / "entrypoint.py"
INPUTS = {
    "deployment": "local",
    "local-path": "../runner/deployment.sqlite",
    "github-token": "",
}
LINES_SHOWN = 24
WIDTH = 160
Done: TypeAlias = "subprocess.CompletedProcess[str]"


@dataclass(frozen=True)
class Runner:
    """A machine with a checkout, a folder for GitHub's files, and its own variables."""

    checkout: Path
    folder: Path
    variables: Mapping[str, str] = field(default_factory=dict)

    def run(self, title: str, event: Event, inputs: Mapping[str, str] = MappingProxyType({})) -> int:
        """Start the action on an event, show what it prints, and return its exit code."""
        print(f"\n=== {title}\n", flush=True)
        done = self.start(event, inputs)
        print(f"{done.stdout}\nexit code {done.returncode}", flush=True)
        return done.returncode

    def start(self, event: Event, inputs: Mapping[str, str] = MappingProxyType({})) -> Done:
        """Check out the event's commit, run the action in it, and go back to the branch."""
        command, environ = self.prepare(event, inputs)
        done = subprocess.run(
            command,
            cwd=self.checkout,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.check_out(event.branch)
        return done

    def prepare(self, event: Event, inputs: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
        """The command and the variables of a run, with the checkout and the files it needs in place."""
        self.folder.mkdir(exist_ok=True)
        (self.folder / "event.json").write_text(json.dumps(event.payload))
        for name in ("output", "summary"):
            (self.folder / name).write_text("")
        self.check_out(event.sha)
        return [sys.executable, "-I", str(ENTRYPOINT)], self.environment(event, inputs)

    def check_out(self, what: str) -> None:
        """Check out a commit or a branch."""
        Fork(self.checkout).git("checkout", "--quiet", what)

    def environment(self, event: Event, inputs: Mapping[str, str]) -> dict[str, str]:
        """The variables of a run; every input is set, as GitHub does from action.yml."""
        values = {input_name(item): declared_default(item) for item in fields(Inputs)} | INPUTS | dict(inputs)
        return {f"INPUT_{name.upper()}": value for name, value in values.items()} | {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.folder),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": event.name,
            "GITHUB_EVENT_PATH": str(self.folder / "event.json"),
            "GITHUB_REF": event.ref,
            "GITHUB_SHA": event.sha,
            "GITHUB_BASE_REF": event.base_ref,
            "GITHUB_REPOSITORY": "demo/fork",
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_WORKSPACE": str(self.checkout),
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            **self.variables,
        }

    def show_reports(self) -> None:
        """Print what the run left: its outputs, and the beginning of the summary and of the JUnit report."""
        outputs = re.findall(
            r"^([a-z0-9-]+)<<(\w+)\n(.*?)\n\2$", self._read("output"), re.MULTILINE | re.DOTALL
        )
        show("outputs", [f"{name}: {value}" for name, _, value in outputs])
        show("step summary", self._read("summary").splitlines())
        junit = self.checkout / "panther-ci-junit.xml"
        show("JUnit report", junit.read_text().replace("><", ">\n<").splitlines())
        junit.unlink()

    def _read(self, name: str) -> str:
        return (self.folder / name).read_text()


def show(title: str, lines: Sequence[str]) -> None:
    """Print the beginning of a report."""
    print(f"\n--- {title}\n")
    for line in lines[:LINES_SHOWN]:
        print(line if len(line) <= WIDTH else line[: WIDTH - 1] + "…")
    if len(lines) > LINES_SHOWN:
        print(f"… {len(lines) - LINES_SHOWN} more lines")
