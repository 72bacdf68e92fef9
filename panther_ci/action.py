"""A GitHub run: inputs and event become a verdict, reports, and on the way to production a deployment."""

import gc
import json
import sys
import traceback
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from panther_ci.delivery import DeliveryRequest
from panther_ci.errors import ExitCode, Interrupted, PantherCIError
from panther_ci.github import commands, context
from panther_ci.github.api import Api
from panther_ci.github.payload import read_event
from panther_ci.inputs import Environment, Inputs, read_given
from panther_ci.model import Archive, Finding, Outcome, Report, Verdict
from panther_ci.publishing import Publisher
from panther_ci.reporters import annotations, console, defuse, summary, wording
from panther_ci.repository.comparison import require_head
from panther_ci.repository.git import Repository
from panther_ci.repository.place import find_place
from panther_ci.run import RunRequest, run
from panther_ci.settings.files import Source
from panther_ci.settings.layers import Asked, Resolved, read_settings
from panther_ci.signals import stop_on_signals
from panther_ci.web import WebClient

if TYPE_CHECKING:
    from panther_ci.deployments.base import Plan, Receipt, Summary

# The outputs of action.yml.
OUTPUTS = (
    "verdict", "selected", "passed", "failed", "errored", "skipped", "findings", "already-there",
    "junit-path", "sarif-path", "html-path", "archive-path", "archive-sha256", "deployed",
    "deployment-summary", "deployment-receipt",
)  # fmt: skip


def main(environ: Mapping[str, str]) -> int:
    """Run the action and return its exit code; whatever happens, the log says why."""
    gc.disable()  # a run lives for seconds and keeps nearly all that it makes
    stop_on_signals()
    try:
        return read_action(environ).perform()
    except PantherCIError as error:
        return print_failure(error)
    except Interrupted as stop:
        print_failure(PantherCIError(f"Stopped by {stop}."))
        return ExitCode.REJECTED
    except Exception:  # the boundary of the process: no exception may end it silently
        print(defuse.log_text(traceback.format_exc(), defuse.BLOCK_LIMIT), file=sys.stderr)
        return print_failure(PantherCIError("This is a fault of panther-ci.", "Report the lines above."))
    finally:
        gc.freeze()  # the end of the interpreter would search all of it for garbage


def read_action(environ: Mapping[str, str]) -> "Action":
    """The run that inputs and event ask for; where they can't be read the outputs say rejected."""
    try:
        given = read_given(environ)
        payload = read_event(environ.get("GITHUB_EVENT_PATH", ""))
        event = context.read_run(environ, payload, event_options(Inputs(**given)))
        settings = read_all_inputs(given, event, environ)
        event = context.read_run(environ, payload, event_options(settings.inputs))
    except PantherCIError:
        set_outputs(environ, {"verdict": Verdict.REJECTED.value})
        raise
    publisher = Publisher(settings.inputs, event, environ, open_api(settings.inputs, environ))
    return Action(settings.inputs, event, environ, publisher, settings)


def read_all_inputs(given: Mapping[str, Any], event: context.Run, environ: Mapping[str, str]) -> Resolved:
    """All inputs: those of the workflow, and below them the settings of the repository."""
    if event.skip_reason:
        return Resolved(Inputs(**given))
    asked = Asked(given, frozenset(item.name for item in fields(Inputs)), find_workspace(environ), environ)
    return read_settings(asked, Source(event.settings_of))


def find_workspace(environ: Mapping[str, str]) -> Path:
    """The checkout; GitHub and its emulators mount it at different places."""
    return Path(environ.get("GITHUB_WORKSPACE") or Path.cwd())


def open_api(inputs: Inputs, environ: Mapping[str, str]) -> Api:
    """GitHub's API with the token of the inputs; nothing is sent yet."""
    url = environ.get("GITHUB_API_URL") or "https://api.github.com"
    return Api(url, inputs.github_token, WebClient(environ))


def set_outputs(environ: Mapping[str, str], outputs: Mapping[str, str]) -> None:
    """Set every output of action.yml; what was not reached is empty."""
    if path := environ.get("GITHUB_OUTPUT"):
        commands.write_outputs(path, dict.fromkeys(OUTPUTS, "") | {"deployed": "false"} | dict(outputs))


def print_failure(error: PantherCIError) -> int:
    """Print what went wrong as an annotation of the run, and return the exit code."""
    words = f"{error.message} {error.hint}".strip()
    print(f"::error title=panther-ci::{annotations.escape_data(defuse.log_text(words))}", flush=True)
    return error.exit_code


def event_options(inputs: Inputs) -> context.EventOptions:
    """What of the inputs decides about an event."""
    return context.EventOptions(
        mode=inputs.mode,
        select_all=inputs.select == "all",
        base_ref=inputs.base_ref,
        deploy_branches=inputs.deploy_branches,
        deploy_tags=inputs.deploy_tags,
        allow_unsafe_events=inputs.allow_unsafe_events,
    )


@dataclass
class Action:
    """One run of the action in a workspace, and the audience of it: the log, the outputs and GitHub."""

    inputs: Inputs
    event: context.Run
    environ: Mapping[str, str]
    publisher: Publisher
    settings: Resolved
    outputs: dict[str, str] = field(default_factory=lambda: {"verdict": Verdict.REJECTED.value})

    @property
    def workspace(self) -> Path:
        """The checkout."""
        return find_workspace(self.environ)

    @property
    def deploys(self) -> bool:
        """Whether the event and the inputs ask for a deployment."""
        return self.event.mode == context.Mode.DEPLOY and self.inputs.deployment != "none"

    def perform(self) -> int:
        """Judge, report, and deploy where that is asked for and all was accepted."""
        print(defuse.log_text(self.event.reason), flush=True)
        if self.event.skip_reason:
            return ExitCode.ACCEPTED
        print("".join(f"{line}\n" for line in self.settings.told), end="", flush=True)
        try:
            self.publisher.begin()
            return run(self.build_request(), self, Environment(self.environ))
        finally:
            try:
                set_outputs(self.environ, self.outputs)
            finally:
                self.publisher.close()

    def build_request(self) -> RunRequest:
        """What the event brings, and what earlier steps changed; only what is merged is trusted.

        Raises `PantherCIError` for a deployment of another commit than the event's: it may not be merged.
        """
        place = find_place(self.workspace, self.inputs.path)
        trusted = self.event.mode == context.Mode.DEPLOY
        if trusted:
            require_head(Repository(place.root, self.environ, trusted=True), self.event.head_sha)
        delivery = DeliveryRequest(
            self.inputs, place.root, self.workspace, self.deploys, plan_only=self.inputs.dry_run
        )
        fail_on_new = self.inputs.fail_on == "new" or (self.inputs.fail_on == "auto" and self.event.proposes)
        return RunRequest(
            self.inputs,
            self.workspace,
            place,
            self.event.comparison,
            trusted,
            delivery,
            fail_on_new,
            self.publisher.links,
            self.inputs.validate and not self.why_not_validated,
            notes=self.settings.notes,
            settings=self.settings.files,
        )

    @property
    def why_not_validated(self) -> str:
        """Why the deployment may not be asked, or can't be; empty if it can."""
        if not self.event.is_trusted:
            return f"`{self.event.event}` may bring changes of people without write access."
        if not (self.inputs.api_token or self.environ.get("PANTHER_API_TOKEN")):
            return "There is no API token, as in runs that Dependabot starts."
        return ""

    def show_progress(self, done: int, total: int) -> None:
        """Show how far the run is on the pull request."""
        self.publisher.show_progress(done, total)

    def show_report(self, report: Report) -> None:
        """Print the report, and note what of the outputs it decides."""
        self.outputs = outputs_of(report)
        print(console.render(report, console.Style(ci=True)), end="", flush=True)

    def note_files(self, files: Mapping[str, str]) -> None:
        """Note where the reports are."""
        self.outputs |= {f"{name}-path": path for name, path in files.items()}

    def publish(self, report: Report) -> None:
        """Write the step summary, then tell GitHub, which may be slow."""
        try:
            self.append_summary(summary.render(report, self.publisher.links))
            if self.inputs.validate and self.why_not_validated:
                self.not_validated(self.why_not_validated)
        finally:
            self.publisher.publish(report)

    def not_kept(self, reason: str) -> None:
        """Print why there is no archive."""
        print(f"[INFO]: No archive is kept: {reason}.", flush=True)

    def packed(self, archives: Sequence[Archive]) -> None:
        """Note the digests."""
        self.outputs["archive-sha256"] = "\n".join(archive.sha256 for archive in archives)

    def not_packed(self, lines: Sequence[str]) -> None:
        """Report what is not in the archives."""
        self.report_deployment("Not in the archives", lines)

    def kept(self, paths: Sequence[str]) -> None:
        """Note where the archives are."""
        self.outputs["archive-path"] = "\n".join(paths)

    def received(self, receipt: "Receipt") -> None:
        """Write the receipt at once where it outlives this process: the log, the summary and the outputs."""
        from panther_ci.deployments.wording import describe_receipt

        known = self.outputs.get("deployment-receipt", "")
        self.outputs["deployment-receipt"] = f"{known}\n{receipt.id}".strip()
        self.report_deployment("Received by the deployment", tuple(describe_receipt(receipt)))
        # The upload goes on without the file of the outputs: that it can't be written is told at the end.
        with suppress(PantherCIError):
            if path := self.environ.get("GITHUB_OUTPUT"):
                commands.write_outputs(path, {"deployment-receipt": self.outputs["deployment-receipt"]})

    def waits(self, reason: str, seconds: float) -> None:
        """Print that the upload takes longer, and why."""
        print(defuse.log_text(f"[INFO]: {reason.rstrip('.')}. Trying again in {seconds:.0f} s."), flush=True)

    def planned(self, plan: "Plan") -> None:
        """Report what an upload would change."""
        from panther_ci.deployments.wording import describe_plan

        self.report_deployment("Not deployed: a dry run", tuple(describe_plan(plan)))

    def deployed(self, answer: "Summary") -> None:
        """Report what the deployment answered."""
        from panther_ci.deployments.wording import describe_answer

        title = "✅ Deployed" if answer.uploaded else "✅ Nothing to deploy"
        self.report_deployment(title, tuple(describe_answer(answer)))
        counts = json.dumps(answer.counts, sort_keys=True)
        self.outputs |= {"deployed": "true" if answer.uploaded else "false", "deployment-summary": counts}

    def refused(self, findings: Sequence[Finding]) -> None:
        """Show what the deployment refused: the annotations of the report are written already."""
        print(annotations.render(Report((), tuple(findings))), end="", flush=True)
        lines = [f"{wording.place(each.location)}{each.message}" for each in findings]
        self.append_below_verdict("❌ Refused by the deployment", lines)

    def not_validated(self, reason: str) -> None:
        """Report that the deployment was not asked, and why."""
        self.report_deployment("Not validated by the deployment", (f"[INFO]: Not validated: {reason}",))

    def left_behind(self, lines: Sequence[str]) -> None:
        """Report what earlier deployments left."""
        self.report_deployment("Left by earlier deployments", lines)

    def delivery_failed(self, error: PantherCIError) -> None:
        """Write the failure into the summary, below the verdict."""
        title = "❌ Not deployed" if self.deploys else "❌ No archive was kept"
        self.append_below_verdict(title, (error.message, error.hint))

    def report_deployment(self, title: str, lines: Sequence[str]) -> None:
        """Write what a deployment did or would do into the log and the step summary."""
        shown = [defuse.log_name(line, defuse.TEXT_LIMIT) for line in lines]
        print("".join(f"{line}\n" for line in shown), end="", flush=True)
        self.append_below_verdict(title, shown)

    def append_below_verdict(self, title: str, lines: Iterable[str]) -> None:
        """Write below the verdict in the step summary; even where that fails, the run goes on."""
        with suppress(PantherCIError):
            self.append_summary(summary.render_below_verdict(title, lines))

    def append_summary(self, text: str) -> None:
        """Write to the step summary, where there is one and it is asked for."""
        path = self.environ.get("GITHUB_STEP_SUMMARY")
        if path and self.inputs.summary:
            commands.append_summary(path, text)


def outputs_of(report: Report) -> dict[str, str]:
    """The outputs that the report alone decides."""
    counts = {outcome.value: str(report.count(outcome)) for outcome in Outcome}
    return counts | {
        "verdict": report.verdict.value,
        "selected": str(len(report.specs)),
        "findings": str(len(report.findings)),
        "already-there": str(report.already_there),
    }
