"""Counts the faults in bodies that their cases notice: `make mutation`.

Each body and global is changed in one place at a time, and the cases of the detections that use it
run. Titles, dedup keys and contexts of alerts are not mutated, as no case can state them:
tests/analysis/test_alerts.py does. Exit code 1 when fewer than 97 of 100 mutants are noticed, or
when docs/mutation.md does not tell the figure and explain each survivor, and nothing else.
"""

import ast
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType

from panther_ci.mutation.bodies import make_mutants
from tools.bodies import Globals, compile_body, importable_globals, judge, load_body
from tools.library import ANALYSIS, DOCS, Detection, read_detections, read_global_bodies

REQUIRED_SHARE = 0.97
PROCESSES = 2
SECONDS_PER_MUTANT = 10
PAGE = DOCS / "mutation.md"

# What only alerts are made of, in bodies and in the globals they use.
ALERT_CODE = frozenset(
    {"title", "dedup", "alert_context", "caller", "account", "lasting_caller", "lasting_name"}
    | {"event_title", "event_context", "call_failure", "call_title", "call_dedup"}
    | {
        "failure",
        "request_title",
        "request_source",
        "request_context",
        "flow_title",
        "flow_key",
        "flow_context",
    }
    | {"flow_account", "flow_interface", "REJECTIONS"}
    | {"CONTEXT_FIELDS", "TEXT_FIELDS", "NUMBER_FIELDS", "TIME_FIELDS"}
)
# What no body reads: tests/analysis/test_gate.py shows that panther-ci does.
UNREAD = frozenset({"PLACEHOLDERS"})


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutant that no case noticed."""

    file: str
    line: int
    owner: str
    before: str
    after: str

    @property
    def row(self) -> str:
        """The beginning of its row in the table of docs/mutation.md."""
        after = quote(self.after) if self.after else "dropped"
        return f"| {self.file} | {self.owner} | {quote(self.before)} | {after} |"

    def is_explained_by(self, row: str) -> bool:
        """Whether the row is its own, or one for all mutants of its function or constant."""
        return row.startswith((self.row, f"| {self.file} | {self.owner} | all | |"))


def quote(code: str) -> str:
    """Return code as a cell of a Markdown table."""
    return "`" + code.replace("|", "\\|") + "`"


@dataclass(frozen=True, slots=True)
class Target:
    """A file to mutate, the global it is (or ""), and the detections that use it."""

    path: Path
    name: str
    detections: tuple[Detection, ...]


def find_targets() -> Iterator[Target]:
    """Yield every body and global of analysis/."""
    detections = read_detections()
    globals_ = read_global_bodies()
    uses = {path: imported(path, globals_) for path in [*globals_.values(), *(d.body for d in detections)]}
    for detection in detections:
        yield Target(detection.body, "", (detection,))
    for name, path in globals_.items():
        yield Target(path, name, tuple(d for d in detections if name in uses[d.body]))


def imported(path: Path, globals_: Mapping[str, Path]) -> set[str]:
    """Return the globals that a file imports, through any number of steps."""
    found: set[str] = set()
    waiting = [path]
    while waiting:
        for node in ast.walk(ast.parse(waiting.pop().read_bytes())):
            name = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            if name in globals_ and name not in found:
                found.add(name)
                waiting.append(globals_[name])
    return found


def run_target(target: Target) -> tuple[int, list[Survivor]]:
    """Return how many mutants the file has, and those that no case notices."""
    source = target.path.read_text(encoding="utf-8")
    file = target.path.relative_to(ANALYSIS).as_posix()
    mutants = [mutant for mutant in make_mutants(source) if mutant.owner not in ALERT_CODE | UNREAD]
    with importable_globals() as finder:
        if notices(target, finder, compile_body(target.path)):
            raise RuntimeError(f"{target.path}: its cases fail even without a fault")
        survivors = [
            Survivor(file, mutant.line, mutant.owner, mutant.before, mutant.after)
            for mutant in mutants
            if not notices(target, finder, compile(mutant.tree, str(target.path), "exec"))
        ]
    return len(mutants), survivors


def notices(target: Target, finder: Globals, code: CodeType) -> bool:
    """Tell whether a case of a detection that uses the file fails, or runs too long, with this code."""
    original = finder.code.get(target.name)
    if original:
        finder.code[target.name] = code
    finder.forget()
    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(SECONDS_PER_MUTANT)
    try:
        return any(fails(detection, None if original else code) for detection in target.detections)
    except TimeoutError:
        return True
    finally:
        signal.alarm(0)
        if original:
            finder.code[target.name] = original


def give_up(_signal: int, _frame: FrameType | None) -> None:
    """Stop a mutant that runs too long."""
    raise TimeoutError


def fails(detection: Detection, code: CodeType | None) -> bool:
    """Tell whether a case of the detection fails, or its body cannot even be loaded."""
    try:
        module = load_body(detection.body.stem, code or compile_body(detection.body))
        return any(judge(detection, module, case) is not case["ExpectedResult"] for case in detection.cases)
    except Exception:  # a mutant may raise anything, and a case that errs has noticed it
        return True


def move_far_from_utc() -> None:
    """Set the clock of this process apart from UTC, so that a fault in reading zones is noticed."""
    os.environ["TZ"] = "Asia/Tokyo"
    time.tzset()


def report(total: int, survivors: Sequence[Survivor], page: str) -> tuple[str, bool]:
    """Return what to print, and whether enough was noticed and the page tells the rest as it is."""
    share = 1 - len(survivors) / total
    figure = f"{total - len(survivors)} of {total} mutants noticed, {share:.1%}"
    rows = [line for line in page.splitlines() if line.startswith(("| globals/", "| policies/", "| rules/"))]
    faults = [] if figure in page else ["the page tells another figure"]
    faults += [
        f"the page does not explain analysis/{found.file}:{found.line}: {found.row}"
        for found in survivors
        if not any(map(found.is_explained_by, rows))
    ]
    faults += [
        f"the page explains what is noticed: {row}"
        for row in rows
        if not any(found.is_explained_by(row) for found in survivors)
    ]
    return "\n".join([figure, *faults, ""]), share >= REQUIRED_SHARE and not faults


def main() -> int:
    """Run all mutants; returns the exit code."""
    with ProcessPoolExecutor(PROCESSES, initializer=move_far_from_utc) as pool:
        results = list(pool.map(run_target, find_targets()))
    survivors = [survivor for _, found in results for survivor in found]
    total = sum(count for count, _ in results)
    text, good = report(total, survivors, PAGE.read_text(encoding="utf-8"))
    sys.stdout.write(text)
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
