"""A GitHub run: inputs and event become a verdict, reports, and on the way to production a deployment."""

import gc
import json
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from panther_ci import wiring
from panther_ci.errors import ExitCode, PantherCIError
from panther_ci.github import commands, context
from panther_ci.github.payload import read_event
from panther_ci.inputs import Inputs, read_action_inputs
from panther_ci.model import Archive, Outcome, Report, Verdict
from panther_ci.pipeline import Interrupted, Judged
from panther_ci.publishing import Publisher
from panther_ci.reporters import annotations, console, defuse, summary
from panther_ci.repository.git import Side

if TYPE_CHECKING:
    from panther_ci.deployments.base import Deployment

# The outputs of action.yml.
OUTPUTS = (
    "verdict", "selected", "passed", "failed", "errored", "skipped", "findings", "junit-path", "sarif-path",
    "html-path", "archive-path", "archive-sha256", "deployed", "deployment-summary",
)  # fmt: skip


def main(environ: Mapping[str, str]) -> int:
    """Run the action and return its exit code; whatever happens, the log says why."""
    gc.disable()  # a run lives for seconds and keeps nearly all that it makes
    wiring.stop_on_signals()
    try:
        return read_action(environ).perform()
    except PantherCIError as error:
        return tell_failure(error)
    except Interrupted as stop:
        tell_failure(PantherCIError(f"Stopped by {stop}."))
        return ExitCode.REJECTED
    except Exception:  # the boundary of the process: nothing may end it without a word
        print(defuse.log_text(traceback.format_exc()), file=sys.stderr)
        return tell_failure(PantherCIError("This is a fault of panther-ci.", "Report the lines above."))
    finally:
        gc.freeze()  # the end of the interpreter would search all of it for garbage


def read_action(environ: Mapping[str, str]) -> "Action":
    """The run that inputs and event ask for; where they can't be read the outputs say rejected."""
    try:
        inputs = read_action_inputs(environ)
        run = context.read_run(environ, read_event(environ.get("GITHUB_EVENT_PATH", "")), wanted_of(inputs))
    except PantherCIError:
        set_outputs(environ, {"verdict": Verdict.REJECTED.value})
        raise
    return Action(inputs, run, environ)


def set_outputs(environ: Mapping[str, str], outputs: Mapping[str, str]) -> None:
    """Set every output of action.yml; what didn't come about is empty."""
    if path := environ.get("GITHUB_OUTPUT"):
        commands.write_outputs(path, dict.fromkeys(OUTPUTS, "") | {"deployed": "false"} | dict(outputs))


def tell_failure(error: PantherCIError) -> int:
    """Say what went wrong as an annotation of the run, and return the exit code."""
    words = f"{error.message} {error.hint}".strip()
    print(f"::error title=panther-ci::{annotations.escape_data(defuse.log_text(words))}", flush=True)
    return error.exit_code


def wanted_of(inputs: Inputs) -> context.RunInputs:
    """What of the inputs decides about an event."""
    return context.RunInputs(
        mode=inputs.mode,
        select_all=inputs.select == "all",
        base_ref=inputs.base_ref,
        deploy_branches=inputs.deploy_branches,
        deploy_tags=inputs.deploy_tags,
        allow_unsafe_events=inputs.allow_unsafe_events,
    )


@dataclass(frozen=True)
class Action:
    """One run of the action in a workspace."""

    inputs: Inputs
    run: context.Run
    environ: Mapping[str, str]

    @property
    def workspace(self) -> Path:
        """The checkout; GitHub and its emulators mount it at different places."""
        return Path(self.environ.get("GITHUB_WORKSPACE") or Path.cwd())

    def perform(self) -> int:
        """Judge, report, and deploy where that is asked for and all was accepted."""
        print(defuse.log_text(self.run.reason), flush=True)
        if self.run.nothing:
            return ExitCode.ACCEPTED
        outputs = {"verdict": Verdict.REJECTED.value}
        publisher = Publisher(self.inputs, self.run, self.environ)
        try:
            publisher.begin()
            judged = self.judge(publisher)
            outputs = outputs_of(judged.report)
            print(console.render(judged.report, console.Style(quiet=True)), end="", flush=True)
            with ExitStack() as after:  # one that fails keeps no other from its turn
                # Last, since GitHub may take its time, and after a signal there is little.
                after.callback(publisher.publish, judged.report)
                after.callback(self.append_summary, summary.render(judged.report, publisher.links))
                outputs |= wiring.write_reports(self.inputs, judged.report, self.workspace)
            if judged.report.verdict is Verdict.ACCEPTED:
                for known in self.follow_up(judged):
                    outputs |= known
        finally:
            try:
                set_outputs(self.environ, outputs)
            finally:
                publisher.close()
        return ExitCode.ACCEPTED if judged.report.verdict is Verdict.ACCEPTED else ExitCode.REJECTED

    def judge(self, publisher: Publisher) -> Judged:
        """Judge what the event brings and what earlier steps changed; only what is merged is trusted."""
        place = wiring.find_place(self.workspace, self.inputs.path)
        trusted = self.run.mode == context.Mode.DEPLOY
        comparing = wiring.Comparing(self.run.compare, Side.WORKTREE, trusted)
        around = wiring.Surroundings(self.environ, publisher.show_progress)
        return wiring.judge_place(self.inputs, place, comparing, around)

    @property
    def deploys(self) -> bool:
        """Whether the event and the inputs ask for a deployment."""
        return self.run.mode == context.Mode.DEPLOY and self.inputs.deployment != "none"

    def follow_up(self, judged: Judged) -> Iterator[dict[str, str]]:
        """Pack and deploy what was accepted; a failure stands in the summary too, below the verdict."""
        try:
            yield from self.pack_and_deploy(judged)
        except PantherCIError as error:
            title = "❌ Not deployed" if self.deploys else "❌ No archive was kept"
            self.append_sequel(title, (error.message, error.hint))
            raise

    def pack_and_deploy(self, judged: Judged) -> Iterator[dict[str, str]]:
        """Keep the archive where asked, deploy it where the event asks; the outputs as they become known."""
        if not self.deploys and not (self.inputs.output_path and judged.report.everything):
            if self.inputs.output_path:
                print("[INFO]: No archive is kept: only what changed was judged.", flush=True)
            return
        target = wiring.open_target(self.inputs, self.workspace, self.environ) if self.deploys else None
        archives = wiring.pack(judged, target)
        yield {"archive-sha256": "\n".join(archive.sha256 for archive in archives)}
        if self.inputs.output_path:
            around = wiring.Surroundings(self.environ)
            kept = wiring.keep_archives(self.inputs, self.workspace, archives, judged.report.head, around)
            yield {"archive-path": "\n".join(kept)}
        if target:
            left_out = tuple(wiring.describe_left_out(judged, target))
            yield self.deploy(target, archives, left_out)

    def deploy(
        self, target: "Deployment", archives: tuple[Archive, ...], left_out: tuple[str, ...]
    ) -> dict[str, str]:
        """Upload the archives, or with dry-run say what an upload would change; and what isn't in them."""
        from panther_ci.deployments import wording

        if self.inputs.dry_run:
            plan = wording.describe_plan(target.plan(archives))
            self.tell_deployment("Not deployed: a dry run", (*left_out, *plan))
            return {}
        answer = wiring.upload(target, archives)
        title = "✅ Deployed" if answer.uploaded else "✅ Nothing to deploy"
        self.tell_deployment(title, (*left_out, *wording.describe_answer(answer)))
        counts = json.dumps(answer.counts, sort_keys=True)
        return {"deployed": "true" if answer.uploaded else "false", "deployment-summary": counts}

    def tell_deployment(self, title: str, lines: Iterable[str]) -> None:
        """Say in the log and in the step summary what a deployment did or would do."""
        told = tuple(lines)
        wiring.tell_lines(told)
        self.append_sequel(title, told)

    def append_sequel(self, title: str, lines: Iterable[str]) -> None:
        """Write below the verdict in the step summary; where that fails, what was done holds all the same."""
        with suppress(PantherCIError):
            self.append_summary(summary.render_sequel(title, lines))

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
    }
