"""Jobs for the tests of running: real processes run them."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import pytest

from panther_ci.model import (
    AnalysisType,
    Case,
    DataModel,
    Job,
    JobResult,
    Location,
    Mock,
    Outcome,
    Source,
    Spec,
)
from panther_ci.reporters.wording import what_happened
from panther_ci.running.runner import FEW_TASKS, Runner
from panther_ci.specs.declared import declare
from tests.runs import WeakenedSettings, run_jobs

PLACE = Location("rules/a.yml", 7)
# So many tasks that they share processes.
SHARING = FEW_TASKS + 4
GOOD = "def rule(event):\n    return True\n"
Run: TypeAlias = Callable[..., dict[str, JobResult]]


class Make:
    """Builds jobs from as little as a test wants to say."""

    def job(self, body: str, *cases: Case, name: str = "a", **more: Any) -> Job:
        spec_fields = {key: more.pop(key) for key in ("create_alert", "fields") if key in more}
        kind = more.pop("type", AnalysisType.RULE)
        path = f"rules/{name}.py"
        spec = Spec(
            f"rules/{name}.yml", kind, name, PLACE, cases=cases or (self.case(),), body=path, **spec_fields
        )
        more.setdefault("group", frozenset([path]))
        return Job(spec, Source(name, path, body.encode()), **more)

    def simple(self, detection: Any, *cases: Case, filters: Any = None, **declared: Any) -> Job:
        """A detection without a body; what else it declares is given by the keys of a spec."""
        declared |= {} if filters is None else {"InlineFilters": filters}
        fields = {"Detection": detection, **declared}
        path = "rules/a.yml"
        spec = Spec(path, AnalysisType.RULE, "a", PLACE, cases=cases or (self.case(),), fields=fields)
        others = tuple(declare(spec, path, key) for key in declared)
        return Job(spec, declare(spec, path, "Detection"), group=frozenset([path]), declared=others)

    def filtered(self, body: str, filters: Any, *cases: Case, **more: Any) -> Job:
        """A detection with a body and inline filters."""
        job = self.job(body, *cases, fields={"InlineFilters": filters}, **more)
        return job._replace(declared=(declare(job.spec, job.spec.path, "InlineFilters"),))

    def policy(self, body: str, *cases: Case, **more: Any) -> Job:
        return self.job(body, *cases, type=AnalysisType.POLICY, **more)

    def case(
        self,
        event: Any = None,
        expected: bool = True,
        mocks: Mapping[str, Any] | None = None,
        name: str = "case",
    ) -> Case:
        patches = tuple(Mock(key, value, PLACE) for key, value in (mocks or {}).items())
        return Case(name, expected, {} if event is None else event, PLACE, patches)

    def helper(self, name: str, text: str) -> Source:
        return Source(name, f"globals/{name}.py", text.encode())


def good(make: Make, number: int) -> list[Job]:
    """Jobs of one group that pass and leave nothing behind: g0, g1, …"""
    return [make.job(GOOD, name=f"g{n}", group=frozenset()) for n in range(number)]


@pytest.fixture
def make() -> Make:
    return Make()


@pytest.fixture
def run() -> Run:
    """Runs jobs; the results by the detection's id."""

    def run(*jobs: Job, **settings: Any) -> dict[str, JobResult]:
        return _by_id(jobs, run_jobs(jobs, WeakenedSettings(**{"timeout_seconds": 5.0, **settings})))

    return run


@pytest.fixture(scope="module")
def processes() -> Iterator[Runner]:
    """What runs the jobs of all tests of a module, which is quicker."""
    with Runner(WeakenedSettings(timeout_seconds=5.0)) as processes:
        yield processes


@pytest.fixture
def run_together(processes: Runner) -> Run:
    """Runs jobs as `run` does, each in a process of its own, but by what ran those of other tests."""

    def run(*jobs: Job) -> dict[str, JobResult]:
        return _by_id(jobs, processes.run(jobs))

    return run


def _by_id(jobs: Sequence[Job], ran: Iterable[JobResult]) -> dict[str, JobResult]:
    names = {job.spec.path: job.spec.id for job in jobs}
    results = list(ran)
    assert sorted(names[result.path] for result in results) == sorted(names.values())
    return {names[result.path]: result for result in results}


@pytest.fixture
def outcome(run: Run) -> Callable[..., tuple[Outcome, str]]:
    """What became of the one case of one job, and why, in the words of a report."""

    def outcome(job: Job, **settings: Any) -> tuple[Outcome, str]:
        (result,) = run(job, **settings).values()
        (case,) = result.cases
        return case.outcome, what_happened(case)

    return outcome


@pytest.fixture
def model() -> Callable[..., DataModel]:
    """A data model of one log type from mappings of name to path or method."""

    def model(mappings: Sequence[Any], body: Source | None = None) -> DataModel:
        return DataModel("Model", "Some.Log", tuple(mappings), body)

    return model


@pytest.fixture
def one_processor() -> Iterator[None]:
    """One process at a time, so that what follows runs in the same one if it may."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, [min(before)])
    yield
    os.sched_setaffinity(0, before)
