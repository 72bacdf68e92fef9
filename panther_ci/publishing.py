"""Shows a run on GitHub while it lasts and when it ends: a check run or annotations, and a comment."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from panther_ci.github.api import Api, ApiError
from panther_ci.github.checks import MAX_SUMMARY_CHARACTERS, CheckAnnotation, CheckRun, Ending
from panther_ci.github.context import Run
from panther_ci.inputs import Inputs
from panther_ci.model import Report, Verdict
from panther_ci.reporters import annotations, comment, defuse, summary, wording
from panther_ci.reporters.links import SourceLinks

CHECK_NAME = "panther-ci"
FALLBACK = "Annotations are written as workflow commands instead."
SECONDS_BETWEEN_UPDATES = 10.0
# After a signal, GitHub kills the process within 10 s (actions/runner).
HURRIED_SECONDS = 2.0
NOT_JUDGED = Ending(False, "Not judged", "The run ended before its verdict; its log says why.")


@dataclass
class Publisher:
    """What GitHub shows of one run.

    An error of GitHub's never fails the run. Without a check run, annotations are written as workflow
    commands, and the log says why.
    """

    inputs: Inputs
    run: Run
    environ: Mapping[str, str]
    api: Api
    clock: Callable[[], float] = time.monotonic
    check_run: CheckRun | None = field(default=None, init=False)
    updated: float = field(default=0.0, init=False)

    @property
    def links(self) -> SourceLinks:
        """Where GitHub shows the files of the judged commit."""
        return SourceLinks(self.run.server_url, self.run.repository, self.run.head_sha)

    @property
    def details(self) -> str:
        """The page of the run, which shows the whole report; empty if it is unknown."""
        run_id = self.environ.get("GITHUB_RUN_ID", "")
        page = f"{self.run.server_url}/{self.run.repository}/actions/runs/{run_id}"
        return page if run_id.isdecimal() else ""

    def begin(self) -> None:
        """Start a check run, if the inputs ask for one."""
        if self.inputs.annotations != "checks":
            return
        if not self.inputs.github_token:
            print_notice(f"annotations: checks needs a github-token. {FALLBACK}")
            return
        try:
            self.check_run = CheckRun.start(self.api, self.run.repository, CHECK_NAME, self.run.head_sha)
            self.updated = self.clock()
        except ApiError as error:
            print_notice(f"annotations: checks can't be used: {error.message}. {FALLBACK}")

    def show_progress(self, done: int, total: int) -> None:
        """Show how many detections are judged, every few seconds."""
        if self.check_run is None or self.clock() - self.updated < SECONDS_BETWEEN_UPDATES:
            return
        self.updated = self.clock()
        try:
            self.check_run.show_progress(f"Judged {done} of {total} detections")
        except ApiError as error:
            self.updated = math.inf
            print_notice(f"The check run is no longer updated: {error.message}.")

    def publish(self, report: Report) -> None:
        """Show the report; after a signal, there is no time to wait for GitHub."""
        if report.interrupted:
            self.api = self.api.without_waiting(HURRIED_SECONDS)
        if not self.complete(report) and self.inputs.annotations != "none":
            print(annotations.render(report), end="", flush=True)
        if self.inputs.comment and self.run.pull_request is not None:
            self.write_comment(report, self.run.pull_request)

    def complete(self, report: Report) -> bool:
        """Complete the check run with the report; false if there is none, or a part could not be posted."""
        if self.check_run is None:
            return False
        ending = Ending(
            report.verdict is Verdict.ACCEPTED,
            defuse.log_name(wording.headline(report)),
            self.summarise(report),
            tuple(
                CheckAnnotation(each.level, each.title, each.message, each.location)
                for each in annotations.list_annotations(report)
            ),
        )
        reason = replace(self.check_run, api=self.api).complete(ending)
        self.check_run = None  # only now: after a signal during the request, `close` has to end it
        if reason:
            print_notice(f"The check run is not complete: {reason}.")
        return not reason

    def summarise(self, report: Report) -> str:
        """The summary of the check run: the step's summary, or if that is too long the comment's text."""
        text = summary.render(report, self.links)
        if len(text.encode()) <= MAX_SUMMARY_CHARACTERS:
            return text
        return comment.render(report, self.links, self.details)

    def write_comment(self, report: Report, pull_request: int) -> None:
        """Create or update the comment on the pull request."""
        from panther_ci.github.comments import post_comment

        if not self.inputs.github_token:
            print_notice("comment needs a github-token, so no comment is written.")
            return
        text = comment.render(report, self.links, self.details)
        if reason := post_comment(self.api, self.run.repository, pull_request, text, comment.MARKER):
            print_notice(f"The comment could not be written: {reason}.")

    def close(self) -> None:
        """Complete a check run that no report completed; GitHub would show it as in progress for ever."""
        if self.check_run is not None and (reason := self.check_run.complete(NOT_JUDGED)):
            print_notice(f"The check run could not be completed: {reason}.")


def print_notice(text: str) -> None:
    """Print a notice of the run; what it quotes from GitHub is made harmless."""
    print(f"::notice title=panther-ci::{annotations.escape_data(defuse.log_text(text))}", flush=True)
