"""Runs jobs in processes without secrets, and judges what they report; always within bounded time.

This is the trusted side: it starts a zygote, has it fork a child for each group of trust, hands out
jobs, watches the deadlines and kills. See `confined` for the other side.
"""

import math
import os
import selectors
import time
from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import Any

from panther_ci.judging.judge import judge_job, needs_trace
from panther_ci.judging.observations import Observed
from panther_ci.model import Job, JobResult
from panther_ci.model.reasons import Ending, MalformedMessage, NoResult, ProcessEnded, TimedOut
from panther_ci.running import machine
from panther_ci.running.attempt import Attempt
from panther_ci.running.job_frames import Encoder
from panther_ci.running.meter import Meter
from panther_ci.running.processes import Child, ProcessGoneError, ZygoteHandle, ZygoteKind
from panther_ci.running.protocol import ProtocolError
from panther_ci.running.schedule import ProcessGroup, Schedule, Task
from panther_ci.running.settings import RunSettings
from panther_ci.running.zygotes import Zygotes

# A process that has not ended by itself so long after its last job is killed.
ENDING_SECONDS = 2.0
# A process is asked where its body is when this share of its time is left.
ASKED_BEFORE = 0.1
# So few tasks take less time each in a process of its own than it takes to guard a process that they share.
FEW_TASKS = 16
# A process keeps what it was sent, and the code of it: some ten kilobytes for each detection. After so many
# bytes, a few thousand detections, another one takes its place.
MOST_SENT = 16 * 1024 * 1024
# More reads than it takes to empty a full pipe.
READS_WHEN_LATE = 20


class _Worker:
    """A child at work: its process group, the attempt under way, and its deadline.

    `held` are finished attempts; they count once the process is seen to be as it was before them, and
    that of a process with a single one once it ended as it should.
    """

    def __init__(self, child: Child, process_group: ProcessGroup, shared: bool) -> None:
        self.child = child
        self.process_group = process_group
        self.shared = shared
        self.known: set[int] = set()
        self.sent = 0
        self.attempts = 0
        self.attempt: Attempt | None = None
        self.held: list[Attempt] = []
        self.deadline = 0.0
        self.ask_at = math.inf
        self.overdue = 0
        self.quiet = True
        self.malformed = ""

    @property
    def full(self) -> bool:
        """Whether it must not get another task."""
        return self.attempts > 0 and (not self.shared or self.sent > MOST_SENT)

    @property
    def clean(self) -> bool:
        """Whether nothing can have gone from one of the held attempts to another."""
        return self.attempts == 1 or (self.held[-1].looked and not self.held[-1].leak)


class Runner:
    """The processes of one run, the first of which may be there already; it ends them all as a context."""

    def __init__(
        self, settings: RunSettings, meter: Meter | None = None, first: ZygoteHandle | None = None
    ) -> None:
        self._settings = settings
        self._meter = meter or Meter(on=False)
        self._zygotes = Zygotes(settings, self._meter, first)
        self._selector = selectors.DefaultSelector()
        self._workers: list[_Worker] = []
        self._encoder = Encoder()
        self._numbers = 0
        self._most_workers = machine.processors()
        self._schedule = Schedule(())
        self._wary = False
        self._left_at = math.inf

    @property
    def tier(self) -> str:
        """How bodies are confined: A (Landlock and seccomp), B (seccomp), C (limits); known once running."""
        return self._zygotes.tier

    @property
    def warnings(self) -> tuple[str, ...]:
        """In which ways the confinement is less than full, for the report."""
        return self._zygotes.warnings

    def __enter__(self) -> "Runner":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends every process."""
        for worker in self._workers:
            worker.child.close()
        self._workers.clear()
        self._selector.close()
        self._zygotes.close()

    def begin(self, jobs: Sequence[Job]) -> None:
        """Takes jobs, when all results of those before have come; `work` and `finish` run them."""
        imports = self._zygotes.begin(jobs)
        self._schedule = Schedule(Task(job, imports.zygote_of(job)) for job in jobs)

    def work(self) -> Iterator[JobResult]:
        """The results that came, and new work for who has none; waits for nobody.

        No process is late because nobody called us after this.
        """
        yield from self._step(wait=False)
        self._left_at = time.monotonic()

    def finish(self) -> Iterator[JobResult]:
        """The results of all jobs that have not come yet, in any order."""
        while self._schedule or self._workers:
            yield from self._step(wait=True)

    def run(self, jobs: Sequence[Job]) -> Iterator[JobResult]:
        """A result for each job, in any order; may be called again when all of them have come."""
        if jobs:
            self.begin(jobs)
            yield from self.finish()

    def _step(self, wait: bool) -> Iterator[JobResult]:
        self._excuse(self._workers, time.monotonic() - self._left_at)
        self._left_at = math.inf
        yield from self._start_workers(wait)
        yield from self._listen(wait)

    # Handing out -------------------------------------------------------------------------------

    def _start_workers(self, wait: bool) -> Iterator[JobResult]:
        while len(self._workers) < self._most_workers and (group := self._schedule.open()) is not None:
            if not (wait or self._zygotes.is_ready(group.zygote)):
                return
            shared = self._schedule.count_waiting(group) > FEW_TASKS
            began = time.monotonic()
            try:
                child = self._zygotes.fork(group.zygote, shared, self._wary)
                # To start a zygote for it, which imports and compiles for all, may take seconds.
                unwritten = [worker for worker in self._workers if worker.child.outbox]
                self._excuse(unwritten, time.monotonic() - began)
            except ProcessGoneError:
                yield from self._restart(group.zygote)
                continue
            worker = _Worker(child, group, shared)
            self._schedule.count_started(group)
            self._workers.append(worker)
            self._selector.register(child.results, selectors.EVENT_READ, worker)
            yield from self._hand_out(worker)

    def _hand_out(self, worker: _Worker) -> Iterator[JobResult]:
        """Gives a worker its next task, or closes its pipe if none follows."""
        while not worker.full and (task := self._schedule.take(worker.process_group)) is not None:
            self._numbers += 1
            attempt = Attempt(task, self._numbers)
            try:
                frame = self._encoder.encode(attempt, worker.known)
            except (ValueError, RecursionError):
                yield from self._settle(task, attempt.observed(NoResult.EVENT_NOT_JSON))
                continue
            if worker.held and worker.held[-1].looked:
                yield from self._release(worker)
            worker.attempt = attempt
            worker.attempts += 1
            worker.sent += len(frame)
            worker.child.outbox += frame
            worker.child.write()
            worker.deadline = time.monotonic() + self._settings.timeout_seconds
            worker.ask_at = worker.deadline - self._settings.timeout_seconds * ASKED_BEFORE
            if worker.child.outbox:
                self._selector.register(worker.child.jobs, selectors.EVENT_WRITE, worker)
            return
        self._retire(worker)

    def _excuse(self, workers: Iterable[_Worker], seconds: float) -> None:
        """Gives processes the time in which nobody wrote their jobs, or read what they say."""
        for worker in workers:
            worker.deadline += max(0.0, seconds)
            worker.ask_at += max(0.0, seconds)

    def _release(self, worker: _Worker) -> Iterator[JobResult]:
        held, worker.held = worker.held, []
        for attempt in held:
            yield from self._settle(attempt.task, attempt.observed())

    def _retire(self, worker: _Worker) -> None:
        """Closes the pipe of a worker without further jobs; what it holds counts once it has ended well."""
        worker.deadline = time.monotonic() + ENDING_SECONDS
        worker.ask_at = math.inf
        worker.child.close_jobs()

    # Listening ---------------------------------------------------------------------------------

    def _listen(self, wait: bool) -> Iterator[JobResult]:
        for key, events in self._selector.select(self._most_seconds() if wait else 0.0):
            worker: _Worker = key.data
            if worker not in self._workers:
                continue
            if events & selectors.EVENT_WRITE:
                self._write(worker)
            if events & selectors.EVENT_READ:
                worker.quiet = False
                yield from self._read(worker)
        yield from self._keep_deadlines()

    def _most_seconds(self) -> float:
        """How long nothing is to be done if no process says anything."""
        soonest = min(min(worker.deadline, worker.ask_at) for worker in self._workers)
        return max(0.0, soonest - time.monotonic())

    def _write(self, worker: _Worker) -> None:
        worker.child.write()
        if not worker.child.outbox:
            self._selector.unregister(worker.child.jobs)

    def _read(self, worker: _Worker) -> Iterator[JobResult]:
        try:
            messages = worker.child.read()
            if messages is None:
                yield from self._reap(worker)
                return
            for message in messages:
                if worker.attempt is None:
                    _take_last_look(worker, message)
                    continue
                worker.attempt.take(message)
                self._meter.add("child", message)
                if worker.attempt.done and worker.child.outbox:
                    raise ProtocolError("a result came before its job was read")
                if worker.attempt.done:
                    yield from self._finish(worker, worker.attempt)
        except ProtocolError as error:
            worker.malformed = str(error)
            yield from self._reap(worker)

    def _keep_deadlines(self) -> Iterator[JobResult]:
        """Kills late workers; what they wrote in time is read first, even if nobody called us for a while."""
        now = time.monotonic()
        for worker in self._workers:
            if worker.ask_at <= now:
                worker.ask_at = math.inf
                self._zygotes.ask(worker.process_group.zygote, worker.child)
        for worker in [worker for worker in self._workers if worker.deadline <= now]:
            if worker not in self._workers:
                continue  # the end of another one showed that the zygote of both is dead
            worker.overdue += 1
            if (worker.quiet and worker.overdue > 1) or worker.overdue > READS_WHEN_LATE:
                yield from self._reap(worker, late=True)
            worker.quiet = True

    # Settling ----------------------------------------------------------------------------------

    def _finish(self, worker: _Worker, attempt: Attempt) -> Iterator[JobResult]:
        """A task has ended: the process goes on with the next one, unless this one changed it."""
        worker.attempt = None
        worker.overdue = 0
        worker.held.append(attempt)
        if not attempt.leak:
            yield from self._hand_out(worker)
            return
        if not worker.clean:
            if not attempt.looked:
                worker.held.remove(attempt)
                self._schedule.add(attempt.task.again())
            self._discard(worker, suspicious=attempt.looked)
        self._retire(worker)

    def _discard(self, worker: _Worker, suspicious: bool) -> None:
        """What a process holds has to be tried again: alone if it is suspicious."""
        held, worker.held = worker.held, []
        self._wary |= suspicious
        for attempt in held:
            self._schedule.add(attempt.task.again() if suspicious else attempt.task)

    def _reap(self, worker: _Worker, late: bool = False) -> Iterator[JobResult]:
        """A process ended or has to end: what it was doing is judged, or tried again alone."""
        self._forget(worker)
        try:
            status = self._zygotes.end(worker.process_group.zygote, worker.child)
        except ProcessGoneError:
            self._workers.append(worker)
            yield from self._restart(worker.process_group.zygote)
            return
        if worker.attempt is None and status == 0 and not worker.malformed and worker.held and worker.clean:
            yield from self._release(worker)
            return
        yield from self._try_again(worker, late, status)

    def _try_again(self, worker: _Worker, late: bool, status: int) -> Iterator[JobResult]:
        """A process ended as it should not: what was under way is to blame, or else all that it holds."""
        attempt = worker.attempt or (worker.held.pop() if worker.held else None)
        if attempt is None:
            return
        if worker.attempts == 1 or (late and worker.attempt):
            yield from self._settle(attempt.task, attempt.observed(self._ending(worker, late, status)))
        else:
            self._schedule.add(attempt.task.again())
        self._discard(worker, suspicious=worker.attempt is None)

    def _forget(self, worker: _Worker) -> None:
        self._selector.unregister(worker.child.results)
        if worker.child.outbox and worker.child.jobs >= 0:
            self._selector.unregister(worker.child.jobs)
        self._workers.remove(worker)
        self._schedule.count_stopped(worker.process_group)

    def _restart(self, kind: ZygoteKind) -> Iterator[JobResult]:
        """A zygote died and its children with it: what they worked on is tried once more, alone."""
        for worker in [worker for worker in self._workers if worker.process_group.zygote is kind]:
            if worker.child.results in self._selector.get_map():
                self._forget(worker)
            else:
                self._workers.remove(worker)
            worker.child.close()
            for attempt in [*worker.held, *([worker.attempt] if worker.attempt else [])]:
                if attempt.task.retried:
                    yield from self._settle(attempt.task, attempt.observed(NoResult.DIED_TWICE))
                else:
                    self._schedule.add(attempt.task.again())
        self._zygotes.restart(kind)

    def _settle(self, task: Task, observed: Observed) -> Iterator[JobResult]:
        """Judges a job, after a traced run of the cases that went wrong."""
        if task.observed is not None:
            yield judge_job(task.job, task.observed, observed)
            return
        traced = needs_trace(task.job, observed)
        if traced:
            self._schedule.add(Task(task.job, task.zygote, traced=traced, observed=observed))
        else:
            yield judge_job(task.job, observed)

    def _ending(self, worker: _Worker, late: bool, status: int) -> Ending:
        """Why a process ended without a result."""
        if late:
            return TimedOut(self._settings.timeout_seconds) if worker.attempt else NoResult.STILL_RUNNING
        if worker.malformed:
            return MalformedMessage(worker.malformed)
        return ProcessEnded(os.waitstatus_to_exitcode(status))


def _take_last_look(worker: _Worker, message: dict[str, Any]) -> None:
    """What a process without further tasks says of what it holds; raises ProtocolError for other words."""
    if not worker.held:
        raise ProtocolError("a message came after the end")
    worker.held[-1].take(message)
