"""Tells GitHub of a run while it is under way and when it ends: a check run or annotations, and a comment."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from panther_ci.github.api import Api, ApiError
from panther_ci.github.checks import MAX_SUMMARY_CHARACTERS, CheckAnnotation, CheckRun, Ending
from panther_ci.github.context import Run
from panther_ci.inputs import Inputs
from panther_ci.model import Report, Verdict
from panther_ci.reporters import annotations, comment, defuse, markdown, summary, wording

CHECK_NAME = "panther-ci"
SECONDS_BETWEEN_UPDATES = 10.0
# Once a signal came, GitHub kills us after 10 s (actions/runner).
HURRIED_SECONDS = 2.0
CUT_SHORT = Ending(False, "Not judged", "The run ended before its verdict; its log says why.")


@dataclass
class Publisher:
    """What GitHub shows of one run. None of GitHub's own errors fails the run: annotations by workflow
    commands take the place of a check run that can't be had, and the log says why."""

    inputs: Inputs
    run: Run
    environ: Mapping[str, str]
    clock: Callable[[], float] = time.monotonic
    check_run: CheckRun | None = field(default=None, init=False)
    updated: float = field(default=0.0, init=False)
    hurried: bool = field(default=False, init=False)

    @property
    def api(self) -> Api:
        """GitHub's API with the token of the inputs; it is not waited for when there is no time."""
        url = self.environ.get("GITHUB_API_URL") or "https://api.github.com"
        api = Api(url, self.inputs.github_token)
        return replace(api, timeout_seconds=HURRIED_SECONDS, patience_seconds=0) if self.hurried else api

    @property
    def links(self) -> markdown.SummaryLinks:
        """Where the files of the judged commit can be seen."""
        return markdown.SummaryLinks(self.run.server_url, self.run.repository, self.run.head_sha)

    @property
    def details(self) -> str:
        """The page of the run, where the whole report is; empty where it isn't known."""
        run_id = self.environ.get("GITHUB_RUN_ID", "")
        page = f"{self.run.server_url}/{self.run.repository}/actions/runs/{run_id}"
        return page if run_id.isdecimal() else ""

    def begin(self) -> None:
        """Show a check run as under way, where that is asked for."""
        if self.inputs.annotations != "checks":
            return
        if not self.inputs.github_token:
            tell("annotations: checks takes a github-token. Workflow commands take its place.")
            return
        try:
            self.check_run = CheckRun.start(self.api, self.run.repository, CHECK_NAME, self.run.head_sha)
            self.updated = self.clock()
        except ApiError as error:
            tell(f"annotations: checks can't be used: {error.message}. Workflow commands take their place.")

    def show_progress(self, done: int, total: int) -> None:
        """Show how far the run is, now and then."""
        if self.check_run is None or self.clock() - self.updated < SECONDS_BETWEEN_UPDATES:
            return
        self.updated = self.clock()
        try:
            self.check_run.show_progress(f"Judged {done} of {total} detections")
        except ApiError as error:
            self.updated = math.inf
            tell(f"The check run is updated no more: {error.message}.")

    def publish(self, report: Report) -> None:
        """Show the report."""
        self.hurried = bool(report.interrupted)
        if not self.complete(report) and self.inputs.annotations != "none":
            print(annotations.render(report), end="", flush=True)
        if self.inputs.comment and self.run.pull_request is not None:
            self.write_comment(report, self.run.pull_request)

    def complete(self, report: Report) -> bool:
        """End the check run with the report; false where there is none, or not all of it could be posted."""
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
        self.check_run = None  # not before: a signal may come in the midst of it, and `close` has to end it
        if reason:
            tell(f"The check run is not complete: {reason}.")
        return not reason

    def summarise(self, report: Report) -> str:
        """The summary of the check run: that of the step, or where it is too long the comment's text."""
        text = summary.render(report, self.links)
        if len(text.encode()) <= MAX_SUMMARY_CHARACTERS:
            return text
        return comment.render(report, self.links, self.details)

    def write_comment(self, report: Report, pull_request: int) -> None:
        """Write the comment on the pull request anew."""
        from panther_ci.github.comments import post_comment

        if not self.inputs.github_token:
            tell("comment takes a github-token, so none is written.")
            return
        text = comment.render(report, self.links, self.details)
        if reason := post_comment(self.api, self.run.repository, pull_request, text, comment.MARKER):
            tell(f"The comment could not be written: {reason}.")

    def close(self) -> None:
        """End a check run that no report ended, so that it isn't under way for ever."""
        if self.check_run is not None and (reason := self.check_run.complete(CUT_SHORT)):
            tell(f"The check run could not be ended: {reason}.")


def tell(words: str) -> None:
    """A notice of the run; GitHub's own words are made harmless."""
    print(f"::notice title=panther-ci::{annotations.escape_data(defuse.log_text(words))}", flush=True)
