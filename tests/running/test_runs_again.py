"""What is run a second time: what left something changed behind others, and what it may have reached."""

from collections import Counter
from typing import Any

import pytest

from panther_ci.model import Outcome
from panther_ci.running import runner
from panther_ci.running.attempt import Attempt
from panther_ci.running.schedule import Task
from tests.jobs import GOOD, SHARING, good

# Seen at a glance, after every detection; and only by who looks at everything, after many of them.
SEEN = f"import json\njson.new = 1\n{GOOD}"
UNSEEN = f"import urllib.parse\nurllib.parse.uses_netloc.append('x')\n{GOOD}"


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Counter[tuple[str, bool]]:
    """How often each detection runs, and whether alone in its process since it ran before."""
    counted: Counter[tuple[str, bool]] = Counter()

    def count(task: Task, number: int) -> Attempt:
        counted[task.job.spec.id, task.retried] += 1
        return Attempt(task, number)

    monkeypatch.setattr(runner, "Attempt", count)
    return counted


@pytest.mark.usefixtures("one_processor")
@pytest.mark.parametrize(
    ("body", "place", "again"),
    [
        (GOOD, 0, {}),
        # Nothing was before it, and its process ends with it.
        (SEEN, 0, {}),
        # What was before it did nothing that a glance finds, but nobody looked at everything.
        (SEEN, 3, {("bad", True): 1, ("g0", False): 1, ("g1", False): 1, ("g2", False): 1}),
        # The last look, at all that shared the process, does not show who it was.
        (UNSEEN, 3, {(f"g{n}", True): 1 for n in range(SHARING)} | {("bad", True): 1}),
    ],
)
def test_what_may_have_been_reached_runs_again(
    make: Any,
    run: Any,
    runs: Counter[tuple[str, bool]],
    body: str,
    place: int,
    again: dict[tuple[str, bool], int],
) -> None:
    jobs = good(make, SHARING)
    jobs.insert(place, make.job(body, name="bad", group=frozenset()))
    results = run(*jobs)
    assert {case.outcome for result in results.values() for case in result.cases} == {Outcome.PASSED}
    once = Counter((job.spec.id, False) for job in jobs)
    assert runs - once == Counter(again)
    assert once - runs == Counter()
