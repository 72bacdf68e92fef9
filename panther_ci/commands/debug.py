"""`panther-ci debug`: one case in the terminal, unconfined, with a debugger at breakpoints of its body."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from panther_ci.commands import shorten
from panther_ci.errors import ExitCode, InputError
from panther_ci.inputs import Environment, Inputs
from panther_ci.model import ComparisonRequest, Outcome

if TYPE_CHECKING:
    from panther_ci.model import Case, Job
    from panther_ci.run import Ready, RunRequest

INPUTS: Final = ("path", "exclude", "requirements", "requirements_build")
_TOLD: Final = (
    "This case runs unconfined: it can use your files, your network and the variables of this shell. \
`panther-ci test` runs it confined."
)


def add_arguments(command: argparse.ArgumentParser) -> None:
    """What is no input."""
    command.add_argument("name", type=shorten, metavar="ID|PATH", help="a detection, by id or by file")
    words = "a case, by its name, a part of that, or its number; may be left out if there is only one"
    command.add_argument("case", nargs="?", metavar="CASE", help=words)


def run(arguments: argparse.Namespace, inputs: Inputs, environ: Mapping[str, str]) -> int:
    """Run the case and print what came of it; raises `InputError` in CI, and for a name of no case."""
    from panther_ci.repository.place import find_place
    from panther_ci.run import RunRequest, hide_progress, prepared

    environment = Environment(environ)
    if environment.in_ci:
        words = "Use `panther-ci test`, which runs bodies confined."
        raise InputError("`panther-ci debug` runs bodies unconfined, so it does not run in CI.", words)
    folder = Path.cwd()
    compared = ComparisonRequest(judge_all_reason="`panther-ci debug` runs what is named")
    request = RunRequest(inputs, folder, find_place(folder, inputs.path), compared, trusted=True)
    with prepared(request, hide_progress, environment) as ready:
        job = find_job(ready, request, arguments.name, arguments.case)
        return debug(job, request, ready, environ)


def find_job(ready: "Ready", request: "RunRequest", name: str, case: str | None) -> "Job":
    """The job of one detection with one of its cases; raises `InputError` where no single one is named."""
    from panther_ci.run import load_detections
    from panther_ci.specs.assembly import build_job

    paths, project = load_detections(ready.asked, request, [name])
    if len(paths) > 1:
        raise InputError(f"`{name}` names {len(paths)} detections.", "\n".join(paths))
    spec = project.specs.get(paths[0])
    job = build_job(project, spec) if spec else None
    if job is None:
        raise InputError(f"The cases of `{name}` can't run here.", f"`panther-ci test {name}` says why.")
    return narrow(job, choose_case(job.spec.cases, case, job.spec.id))


def narrow(job: "Job", case: "Case") -> "Job":
    """A job with one of its cases."""
    from dataclasses import replace

    return job._replace(spec=replace(job.spec, cases=(case,)))


def choose_case(cases: "Sequence[Case]", wanted: str | None, name: str) -> "Case":
    """The case that is meant, or the only one; raises `InputError` with those that may be meant."""
    if not cases:
        raise InputError(f"`{name}` has no cases.", "Add one to `Tests`.")
    numbered: Mapping[int, Case] = dict(enumerate(cases, 1))
    found, problem = numbered, f"`{name}` has {len(cases)} cases. Name one of them:"
    if wanted is not None:
        found, problem = match_cases(numbered, wanted), f"`{wanted}` names no single case of `{name}`:"
    if len(found) == 1:
        return next(iter(found.values()))
    lines = (f"{number:3}  {case.name}" for number, case in (found or numbered).items())
    raise InputError(problem, "\n".join(lines))


def match_cases(cases: "Mapping[int, Case]", wanted: str) -> "Mapping[int, Case]":
    """The cases that have a name, or else the number or the part of a name that was given."""
    exact = {number: case for number, case in cases.items() if case.name == wanted}
    by_number = {number: case for number, case in cases.items() if str(number) == wanted}
    word = wanted.casefold()
    parts = {number: case for number, case in cases.items() if word in case.name.casefold()}
    return exact or by_number or parts


def debug(job: "Job", request: "RunRequest", ready: "Ready", environ: Mapping[str, str]) -> int:
    """Run the one case of a job in the terminal, and print what came of it."""
    from panther_ci.reporters.console import Style, render_case
    from panther_ci.reporters.defuse import log_name
    from panther_ci.running.unconfined import run_unconfined

    (case,) = job.spec.cases
    print(_TOLD)
    print(f"{log_name(job.spec.id)}: {log_name(case.name)}", flush=True)
    result = run_unconfined(job, request.place.root, ready.jobs.settings.module_path, environ)
    if result is None:
        print("Stopped in the debugger.")
        return ExitCode.REJECTED
    (came,) = result.cases
    print(render_case(came, Style(colour=False)), end="")
    return ExitCode.ACCEPTED if came.outcome is Outcome.PASSED else ExitCode.REJECTED
