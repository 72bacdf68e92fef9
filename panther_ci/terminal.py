"""The audience of a command of the command line: standard output, and progress on standard error."""

import argparse
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from panther_ci.errors import PantherCIError
from panther_ci.inputs import Environment, Inputs
from panther_ci.model import Archive, Finding, Report

if TYPE_CHECKING:
    from panther_ci.deployments.base import Plan, Receipt, Summary


@dataclass(frozen=True)
class Terminal:
    """The audience of a command: standard output, and progress on standard error where that is a terminal."""

    arguments: argparse.Namespace
    inputs: Inputs
    environ: Mapping[str, str]

    def show_progress(self, done: int, total: int) -> None:
        """Count on one line of a terminal."""
        if sys.stderr.isatty():
            end = "\n" if done == total else ""
            print(f"\r{done}/{total}", end=end, file=sys.stderr, flush=True)

    def show_report(self, report: Report) -> None:
        """Print the report: in the format of panther-cli, or for `check` the short form of CI."""
        from panther_ci.reporters.console import Style, render

        colour = wants_colour(self.environ, sys.stdout.isatty())
        asked = self.arguments
        of_few = any(getattr(asked, name, ()) for name in ("names", "watch"))
        place = "" if asked.command == "check" or of_few else self.inputs.path
        style = Style(
            place=place,
            colour=colour,
            explain=asked.explain,
            failures_only=asked.failures_only,
            quiet=asked.quiet,
            sort=asked.sort,
            alerts=asked.show_alerts,
            output=getattr(asked, "show_output", False),
            detailed=of_few and not Environment(self.environ).in_ci,
        )
        text = render(report, style)
        try:
            print(text, end="", flush=True)
        except BrokenPipeError:
            raise
        except OSError as error:
            abandon_stdout()
            raise PantherCIError(f"The report can't be printed: {error.strerror}.") from None

    def note_files(self, files: Mapping[str, str]) -> None:
        """Nothing to print: the user named the files."""

    def publish(self, report: Report) -> None:
        """There is nobody else to inform."""

    def not_kept(self, reason: str) -> None:
        """Print why there is no archive."""
        print(f"[INFO]: No archive is kept: {reason}.")

    def packed(self, archives: Sequence[Archive]) -> None:
        """Nothing to print: what becomes of the archives comes next."""

    def not_packed(self, lines: Sequence[str]) -> None:
        """Print what is not in the archives."""
        print_lines(lines)

    def kept(self, paths: Sequence[str]) -> None:
        """Print where the archives are."""
        for path in paths:
            print(f"[INFO]: Zipped policies in {path}")
        if not paths:
            folder = self.inputs.output_path
            print(f"[INFO]: There is nothing to zip, so no archive was written into {folder}.")

    def received(self, receipt: "Receipt") -> None:
        """Print the receipt at once, so that it outlives this process; without a reader, it goes on."""
        from panther_ci.deployments.wording import describe_receipt

        try:
            print_lines(describe_receipt(receipt))
        except OSError:
            abandon_stdout()

    def waits(self, reason: str, seconds: float) -> None:
        """Print that the upload takes longer, and why."""
        print_lines([f"[INFO]: {reason.rstrip('.')}. Trying again in {seconds:.0f} s."])

    def planned(self, plan: "Plan") -> None:
        """Print what an upload would change."""
        from panther_ci.deployments.wording import describe_plan

        print_lines(describe_plan(plan))

    def deployed(self, summary: "Summary") -> None:
        """Print what the deployment answered."""
        from panther_ci.deployments.wording import describe_answer

        print_lines(describe_answer(summary))

    def refused(self, findings: Sequence[Finding]) -> None:
        """Print what the deployment refused: the report is printed already."""
        from panther_ci.reporters.console import render_findings

        print(render_findings(findings), end="", flush=True)

    def not_validated(self, reason: str) -> None:
        """Nothing to print: the error ends the command and is printed then."""

    def left_behind(self, lines: Sequence[str]) -> None:
        """Print what earlier deployments left."""
        print_lines(lines)

    def delivery_failed(self, error: PantherCIError) -> None:
        """Nothing to print: the error ends the command and is printed then."""


def wants_colour(environ: Mapping[str, str], is_terminal: bool) -> bool:
    """Whether output is coloured (https://no-color.org, https://force-color.org): the former wins."""
    return not environ.get("NO_COLOR") and (is_terminal or bool(environ.get("FORCE_COLOR")))


def print_lines(lines: Iterable[str]) -> None:
    """Print lines that may hold foreign text, made harmless: none of it begins another line."""
    from panther_ci.reporters.defuse import TEXT_LIMIT, log_name

    for line in lines:
        print(log_name(line, TEXT_LIMIT), flush=True)


def abandon_stdout() -> None:
    """Keep the interpreter from writing once more what can't be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
