"""The command line: parses, wires, maps the outcome to an exit code."""

import argparse
import gc
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import Field, fields
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

from panther_ci import __version__
from panther_ci.errors import ExitCode, PantherCIError
from panther_ci.inputs import Inputs, input_name
from panther_ci.model import Compare, Report, Verdict

if TYPE_CHECKING:
    from panther_ci.pipeline import Judged
    from panther_ci.wiring import Comparing, Surroundings

DESCRIPTION = "Tests and deploys Panther detections. Every command ends with 0 (accepted), 1 (rejected), \
2 (bad inputs), 3 (internal error) or 4 (deployment failed)."
COMMANDS = {
    "test": "run the cases of all detections",
    "check": "judge what changed, as a pull request would be",
    "zip": "test, then write the archive",
    "upload": "test, then upload",
    "deploy": "the same as upload, in the words of today",
    "plan": "test, then show what a deployment would change",
    "new": "start a detection from a template",
    "schema": "print the JSON Schema of a kind of spec, for editors",
}
# What makes no sense away from GitHub.
ACTION_ONLY = {
    "mode",
    "annotations",
    "github_token",
    "summary",
    "comment",
    "deploy_branches",
    "deploy_tags",
    "allow_unsafe_events",
}
DEPLOYING = ("upload", "deploy", "plan")
PACKING = ("zip", *DEPLOYING)
# Where the command line differs from action.yml: no file is written unasked.
LOCAL_DEFAULTS = {"junit_path": ""}
TARGETS = (
    "deployment",
    "function_name",
    "wire",
    "user_id",
    "aws_region",
    "role_to_assume",
    "local_path",
    "dry_run",
)
# The commands that have an input; those not listed here are for all.
COMMANDS_OF: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(TARGETS, DEPLOYING),
    "output_path": PACKING,
    "select": ("check",),
    "base_ref": ("check",),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; every failure is told on stderr."""
    gc.disable()  # a run lives for seconds and keeps nearly all that it makes
    open_streams()
    arguments = build_parser(sys.argv[1:] if argv is None else argv).parse_args(argv)
    try:
        return run(arguments, os.environ)
    except PantherCIError as error:
        return tell_failure(error)
    except BrokenPipeError:
        abandon_stdout()
        return ExitCode.INTERNAL_ERROR
    except Exception as error:  # the boundary of the process: nothing may end it without a word
        return tell_fault(error)
    finally:
        gc.freeze()  # the end of the interpreter would search all of it for garbage


def open_streams() -> None:
    """Have a stream that is closed lead nowhere, and print as escapes what the encoding can't write."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def build_parser(argv: Sequence[str]) -> argparse.ArgumentParser:
    """The parser; only the named command gets its flags, which keeps `--help` quick."""
    parser = argparse.ArgumentParser("panther-ci", description=DESCRIPTION)
    parser.add_argument("--version", action="version", version=f"panther-ci {__version__}")
    commands = parser.add_subparsers(prog="panther-ci", dest="command", metavar="COMMAND", required=True)
    for name, words in COMMANDS.items():
        command = commands.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
        if name in argv:
            add_arguments(command, name)
    return parser


def add_arguments(command: argparse.ArgumentParser, name: str) -> None:
    """The flags of one command, most of them from the fields of `Inputs`."""
    if name == "new":
        from panther_ci.scaffolding import KINDS

        command.add_argument("kind", choices=KINDS)
        command.add_argument("id", help="such as AWS.S3.BucketIsTagged")
        command.add_argument("--path", default=".", help="folder to write into [.]")
        return
    if name == "schema":
        from panther_ci.specs.schemas import TYPES

        command.add_argument("type", help=f"one of {', '.join(TYPES)}")
        return
    for item in fields(Inputs):
        if item.name not in ACTION_ONLY and name in COMMANDS_OF.get(item.name, COMMANDS):
            add_flag(command, item)
    command.add_argument("--explain", action="store_true", help="say why each spec was selected")
    if name == "check":
        command.add_argument("--staged", action="store_true", help="judge what is staged for the next commit")
    if name in ("upload", "deploy"):
        command.add_argument("--force", action="store_true", help="upload even what is deployed already")


def add_flag(command: argparse.ArgumentParser, item: "Field[Any]") -> None:
    """One flag; its help and default are those of the action's input."""
    names = ["--" + input_name(item)]
    if item.name == "path":
        names.append("--policies")
    default = LOCAL_DEFAULTS.get(item.name, item.default)
    shown = f" [{default}]" if default not in ("", False) else ""
    words = (item.metadata["help"] + shown).replace("%", "%%")
    if item.type is bool:
        command.add_argument(*names, dest=item.name, action="store_true", default=default, help=words)
    else:
        command.add_argument(*names, dest=item.name, default=default, type=item.type, metavar="X", help=words)


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Run the command that was parsed."""
    if arguments.command == "schema":
        return print_schema(arguments.type)
    if arguments.command == "new":
        return start_detection(arguments.kind, arguments.id, Path(arguments.path))
    return judge_and_act(arguments, environ)


def print_schema(kind: str) -> int:
    """Print a JSON Schema; raises `InputError` for an unknown kind of spec."""
    from panther_ci.specs.schemas import published

    print(published(kind), end="")
    return ExitCode.ACCEPTED


def start_detection(kind: str, detection: str, folder: Path) -> int:
    """Write a detection from the template and say where."""
    from panther_ci.scaffolding import write_detection

    for path in write_detection(kind, detection, folder):
        print(f"wrote {path}")
    print(f"Next: change them, then run panther-ci test --path {folder}")
    return ExitCode.ACCEPTED


def judge_and_act(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Judge, tell, and where all was accepted do what the command is for; a signal ends it with a word."""
    from panther_ci import wiring
    from panther_ci.pipeline import Interrupted

    wiring.stop_on_signals()
    try:
        return follow(arguments, environ)
    except Interrupted as stop:
        tell_failure(PantherCIError(f"Stopped by {stop}."))
        return ExitCode.REJECTED


def follow(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Take the steps of a command that judges."""
    from panther_ci import wiring

    inputs = read_inputs(arguments)
    place = wiring.find_place(Path.cwd(), inputs.path)
    around = wiring.Surroundings(
        environ, progress=show_progress if sys.stderr.isatty() else wiring.keep_quiet
    )
    judged = wiring.judge_place(inputs, place, what_to_compare(arguments, inputs, around), around)
    tell_report(arguments, inputs, judged.report, environ)
    wiring.write_reports(inputs, judged.report, Path.cwd())
    if judged.report.verdict is not Verdict.ACCEPTED:
        return ExitCode.REJECTED
    if arguments.command in PACKING:
        act(arguments, inputs, judged, environ)
    return ExitCode.ACCEPTED


def read_inputs(arguments: argparse.Namespace) -> Inputs:
    """The inputs a command was given; raises `InputError` for what makes no sense."""
    given = {
        item.name: getattr(arguments, item.name) for item in fields(Inputs) if hasattr(arguments, item.name)
    }
    if arguments.command == "zip":
        given["output_path"] = given["output_path"] or "."
    return Inputs(**given)


def what_to_compare(arguments: argparse.Namespace, inputs: Inputs, around: "Surroundings") -> "Comparing":
    """`check` compares the work tree or the index with the base; the other commands take everything.

    Outside of CI that is the user's own; in CI it may be a stranger's, unless it is to be deployed.
    """
    from panther_ci.repository.git import Side
    from panther_ci.wiring import Comparing

    if arguments.command != "check" or inputs.select == "all":
        everything = Compare(everything=f"`panther-ci {arguments.command}` judges everything")
        return Comparing(everything, trusted=arguments.command in DEPLOYING or not around.in_ci)
    if arguments.staged:
        return Comparing(Compare(base=inputs.base_ref or "HEAD"), Side.INDEX)
    return Comparing(Compare(base=inputs.base_ref, merge_base=True), Side.WORKTREE)


def tell_report(
    arguments: argparse.Namespace, inputs: Inputs, report: Report, environ: Mapping[str, str]
) -> None:
    """Print the report: the session of 2020, or for `check` the short form of CI."""
    from panther_ci.reporters.console import Style, render

    colour = sys.stdout.isatty() and "NO_COLOR" not in environ
    place = "" if arguments.command == "check" else inputs.path
    text = render(report, Style(place=place, colour=colour, explain=arguments.explain))
    try:
        print(text, end="", flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        abandon_stdout()
        raise PantherCIError(f"The report can't be printed: {error.strerror}.") from None


def act(arguments: argparse.Namespace, inputs: Inputs, judged: "Judged", environ: Mapping[str, str]) -> None:
    """Pack what was accepted and keep, plan or upload it."""
    from panther_ci import wiring
    from panther_ci.deployments import wording

    target = None
    if arguments.command != "zip" and inputs.deployment != "none":
        target = wiring.open_target(inputs, Path.cwd(), environ)
        wiring.tell_lines(wiring.describe_left_out(judged, target))
    archives = wiring.pack(judged, target)
    if inputs.output_path:
        around = wiring.Surroundings(environ)
        for path in wiring.keep_archives(inputs, Path.cwd(), archives, judged.report.head, around):
            print(f"[INFO]: Zipped policies in {path}")
        if not archives:
            print(f"[INFO]: There is nothing to zip, so no archive was written into {inputs.output_path}.")
    if target is None:
        return
    if arguments.command == "plan" or inputs.dry_run:
        wiring.tell_lines(wording.describe_plan(target.plan(archives)))
    else:
        wiring.tell_lines(wording.describe_answer(wiring.upload(target, archives, arguments.force)))


def tell_failure(error: PantherCIError) -> int:
    """Say on stderr what failed and the next step; returns the exit code."""
    from panther_ci.reporters.defuse import log_text

    print(f"panther-ci: {log_text(error.message)}", file=sys.stderr)
    if error.hint:
        print(log_text(error.hint), file=sys.stderr)
    return error.exit_code


def tell_fault(error: Exception) -> int:
    """Say on stderr what nobody expected; returns the exit code."""
    import traceback

    from panther_ci.reporters.defuse import log_text

    print(log_text("".join(traceback.format_exception(error))), file=sys.stderr)
    return tell_failure(PantherCIError("This is a fault of panther-ci.", "Report the lines above."))


def abandon_stdout() -> None:
    """Keep the interpreter from writing once more what can't be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def show_progress(done: int, total: int) -> None:
    """Count on one line of a terminal."""
    print(f"\r{done}/{total}", end="\n" if done == total else "", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
