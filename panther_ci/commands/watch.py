"""`panther-ci test --watch`: judges again what a saved file touches, until it is interrupted."""

import gc
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from panther_ci.errors import ExitCode, InputError, Interrupted
from panther_ci.model import Change, ChangeKind, ChangeSet, Report, Verdict
from panther_ci.pipeline import judge
from panther_ci.repository.exclusions import leave_out, parse_patterns
from panther_ci.repository.files import find_related
from panther_ci.repository.sweep import sweep, wait_for_change
from panther_ci.run import Audience, Ready, RunRequest, prepared, read_folders, tell
from panther_ci.specs.search import Memory, Search
from panther_ci.terminal import print_lines

if TYPE_CHECKING:
    from panther_ci.inputs import Environment
    from panther_ci.scope import Request

_SHOWN: Final = 3


def run(request: RunRequest, audience: Audience, environment: "Environment") -> int:
    """Judge what is named, then what each change touches of it, or of everything where nothing is named.

    Returns 0 or 1 by the last verdict when it is interrupted; raises `InputError` in CI.
    """
    if environment.in_ci:
        raise InputError(
            "`--watch` waits for someone who saves files, so it does not run in CI.", "Leave it out."
        )
    gc.enable()  # this process does not end soon
    watch = Watch(request, audience)
    try:
        watch.loop(environment)
    except Interrupted:
        print_lines(["Stopped."])
    return watch.code


class Watch:
    """The state between two changes: the last verdict."""

    def __init__(self, request: RunRequest, audience: Audience) -> None:
        self._request = request
        self._audience = audience
        self.code = ExitCode.ACCEPTED

    def loop(self, environment: "Environment") -> None:
        """Wait and judge until a signal ends it, which raises `Interrupted`."""
        place = self._request.place
        last = sweep(place.root, (place.within, *find_related(place.root, place.within)))
        with prepared(self._request, self._audience.show_progress, environment) as ready:
            asked = replace(ready.asked, memory=Memory())
            if asked.named.specs:
                self._judge(asked, ready)
            read_all(asked)
            print_lines([f"Watching {len(asked.files)} files. Ctrl-C ends it."])
            while True:
                seen = wait_for_change(last)
                if paths := seen.changed_since(last):
                    asked = self._take(asked, paths, ready)
                    read_all(asked)
                last = seen

    def _take(self, asked: "Request", paths: Sequence[str], ready: Ready) -> "Request":
        """Judge what changes of these files touch; the files as they are now."""
        try:
            now = read_again(asked, self._request, paths)
            if not now.comparison.changes:
                return now
            print_lines(["", f"--- {time.strftime('%H:%M:%S')}: {describe(now.comparison.changes)}"])
            self._judge(now, ready)
        except InputError as error:  # what is gone, a folder or a name, may come back with the next change
            self.code = ExitCode.REJECTED
            print_lines(filter(None, [error.message, error.hint]))
            return asked
        return now

    def _judge(self, asked: "Request", ready: Ready) -> None:
        begun = time.monotonic()
        report = judge(asked, ready.jobs.run).report
        warnings = (*ready.warnings, *ready.jobs.warnings)
        seconds = time.monotonic() - begun
        self._show(replace(report, tier=ready.jobs.tier, warnings=warnings, seconds=seconds, effects=()))

    def _show(self, report: Report) -> None:
        if report.specs or report.verdict is Verdict.REJECTED:  # else what was last judged still holds
            self.code = ExitCode.ACCEPTED if report.verdict is Verdict.ACCEPTED else ExitCode.REJECTED
        tell(report, self._request, self._audience)
        if report.interrupted:
            raise Interrupted(report.interrupted)


def read_again(asked: "Request", request: RunRequest, paths: Sequence[str]) -> "Request":
    """The files now, compared with how they were; raises `InputError` where the folder is gone."""
    tree = read_folders(request.place)
    remainder = leave_out(tree, parse_patterns(request.inputs.exclude), request.place.within)
    files, before = remainder.tree.files, asked.files
    differing = {path for path in {**before, **files} if before.get(path) != files.get(path)}
    saved = {path for path in paths if path in files}
    changed = sorted(differing | saved)
    if asked.memory:
        asked.memory.forget(changed)
    old = {path: before[path] for path in changed if path in before}
    changes = tuple(Change(path, _kind(path in before, path in files)) for path in changed)
    return replace(
        asked,
        files=files,
        comparison=ChangeSet(changes=changes, base_files=old),
        read_findings=remainder.tree.findings,
    )


def read_all(asked: "Request") -> None:
    """Remember all specs while nobody waits, so that each change costs what it is about."""
    for _ in Search(asked.files, memory=asked.memory).read_all():
        pass


def describe(changes: Sequence[Change]) -> str:
    """What changed, as a line."""
    words = {ChangeKind.ADDED: "is new", ChangeKind.DELETED: "was deleted"}
    told = [f"{change.path} {words.get(change.kind, 'changed')}" for change in changes[:_SHOWN]]
    more = len(changes) - len(told)
    return ", ".join(told) + (f" and {more} more" if more else "")


def _kind(was: bool, is_now: bool) -> ChangeKind:
    if not is_now:
        return ChangeKind.DELETED
    return ChangeKind.MODIFIED if was else ChangeKind.ADDED
