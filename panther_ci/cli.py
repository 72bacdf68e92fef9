"""The command line: parses, wires, maps the outcome to an exit code."""

import argparse
import gc
import importlib
import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import Field, fields
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from panther_ci import __version__
from panther_ci.commands import TARGET, Command
from panther_ci.errors import ExitCode, Interrupted, PantherCIError
from panther_ci.inputs import Environment, Inputs, input_name
from panther_ci.model import ComparisonRequest

if TYPE_CHECKING:
    from panther_ci.repository.place import Place
    from panther_ci.run import RunRequest

DESCRIPTION = "Tests and deploys Panther detections. Every command ends with 0 (accepted), 1 (rejected), \
2 (bad inputs), 3 (internal error) or 4 (deployment failed)."
COMMANDS = {
    "test": "run the cases of all detections",
    "check": "judge what changed, as on a pull request",
    "zip": "test, then write the archive",
    "upload": "test, then upload",
    "deploy": "the same as upload",
    "plan": "test, then show what a deployment would change",
    "drift": "show what the API has in another form than the detections here",
    "delete": "delete detections and queries from a deployment",
    "mutate": "show which small faults in a detection its cases do not notice",
    "check-connection": "ask a deployment whether it can be used",
    "new": "start a detection from a template",
    "schema": "print the JSON Schema of a kind of spec, for editors",
    "explain": "print what the id of a check means, and how to fix what it finds",
}
# Inputs that are of no use outside of GitHub.
ACTION_ONLY = {
    "mode",
    "annotations",
    "github_token",
    "api_token",
    "summary",
    "comment",
    "alerts",
    "deploy_branches",
    "deploy_tags",
    "allow_unsafe_events",
}
# Commands that do not judge as a whole, each with its module in `panther_ci/commands/`.
OWN = {"drift": "drift", "delete": "delete", "mutate": "mutate", "check-connection": "check_connection"}
DEPLOYING = ("upload", "deploy", "plan")
PACKING = ("zip", *DEPLOYING)
# Other names of flags, in Panther's own tools.
ALIASES = {"path": ("--policies",), "exclude": ("--ignore-files",)}
# Flags that take several words and may be repeated.
LISTS = ("exclude", "filter", "available_destination", "valid_table_names")
# Where the command line differs from action.yml: no file is written unasked.
LOCAL_DEFAULTS = {"junit_path": ""}
TARGETS = (*TARGET, "deploy_timeout_minutes", "wire", "user_id", "dry_run", "prune")
# The commands that have an input; those not listed here are for all.
COMMANDS_OF: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(TARGETS, DEPLOYING),
    "output_path": PACKING,
    "manifest": (*DEPLOYING, "check"),
    "select": ("check",),
    "base_ref": ("check",),
    "fail_on": ("check",),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; every failure is printed on stderr."""
    gc.disable()  # a run lives for seconds and keeps nearly all that it makes
    open_streams()
    arguments = build_parser(sys.argv[1:] if argv is None else argv).parse_args(argv)
    try:
        return run_command(arguments, os.environ)
    except PantherCIError as error:
        return print_failure(error)
    except BrokenPipeError:
        from panther_ci.terminal import abandon_stdout

        abandon_stdout()
        return ExitCode.INTERNAL_ERROR
    except Exception as error:  # the boundary of the process: no exception may end it silently
        return print_fault(error)
    finally:
        gc.freeze()  # the end of the interpreter would search all of it for garbage


def open_streams() -> None:
    """Replace closed streams by /dev/null, and print characters that the encoding lacks as escapes."""
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
            hidden = argparse.SUPPRESS
            command.add_argument("--api-token", type=refuse_token, default=hidden, help=hidden)
    return parser


def refuse_token(_: str) -> str:
    """Say what to do instead; argparse would quote the token, if it did not know the flag."""
    raise argparse.ArgumentTypeError("others can read flags, so a token is none; set PANTHER_API_TOKEN")


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
    if name in OWN:
        own = own_command(name)
        for item in fields(Inputs):
            if item.name in own.INPUTS:
                add_flag(command, item)
        own.add_arguments(command)
        return
    if name == "explain":
        command.add_argument("check", nargs="?", help="such as duplicate-id; without one, all are listed")
        return
    for item in fields(Inputs):
        if item.name not in ACTION_ONLY and name in COMMANDS_OF.get(item.name, COMMANDS):
            add_flag(command, item)
    command.add_argument(
        "--ignore-table-names",
        dest="table_names",
        action="store_const",
        const="off",
        help="--table-names off",
    )
    command.add_argument("--explain", action="store_true", help="say why each spec was selected")
    only = ("--failures-only", "--show-failures-only")
    command.add_argument(*only, action="store_true", help="list only the cases that went wrong")
    command.add_argument("--quiet", action="store_true", help="list no detections, only what is wrong")
    command.add_argument("--show-alerts", action="store_true", help="show the alert that each case makes")
    sorts = ("--sort", "--sort-test-results")
    command.add_argument(*sorts, action="store_true", help="list by id, those with failures last")
    if name == "check":
        command.add_argument("--staged", action="store_true", help="judge what is staged for the next commit")
    if name in DEPLOYING:
        words = "judge and deploy an older commit, such as a tag, and leave the work tree as it is"
        command.add_argument("--ref", metavar="COMMIT", help=words)
    if name in ("upload", "deploy"):
        command.add_argument("--force", action="store_true", help="upload even what is deployed already")
        words = "judge and send nothing, but wait for the end of the upload with this receipt"
        command.add_argument("--resume", metavar="RECEIPT", help=words)


def own_command(name: str) -> Command:
    """The module of a command."""
    return cast("Command", importlib.import_module(f"panther_ci.commands.{OWN[name]}"))


def add_flag(command: argparse.ArgumentParser, item: "Field[Any]") -> None:
    """One flag; its help and default are those of the action's input."""
    names = ["--" + input_name(item), *ALIASES.get(item.name, ())]
    default = LOCAL_DEFAULTS.get(item.name, item.default)
    shown = f" [{default}]" if default not in ("", False) else ""
    words = (item.metadata["help"] + shown).replace("%", "%%")
    if item.type is bool:
        command.add_argument(*names, dest=item.name, action="store_true", default=default, help=words)
    elif item.name in LISTS:
        command.add_argument(
            *names, dest=item.name, action="extend", nargs="+", default=[], metavar="X", help=words
        )
    else:
        command.add_argument(*names, dest=item.name, default=default, type=item.type, metavar="X", help=words)


def run_command(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Run the command that was parsed."""
    if arguments.command == "schema":
        return print_schema(arguments.type)
    if arguments.command == "explain":
        return explain_check(arguments.check)
    if arguments.command == "new":
        return start_detection(arguments.kind, arguments.id, Path(arguments.path))
    from panther_ci.run import stop_on_signals

    stop_on_signals()
    try:
        if arguments.command in OWN:
            return own_command(arguments.command).run(arguments, read_inputs(arguments), environ)
        if getattr(arguments, "resume", None) is not None:
            from panther_ci.commands import resume

            return resume.run(arguments, read_inputs(arguments), environ)
        return judge_and_act(arguments, environ)
    except Interrupted as stop:
        print_failure(PantherCIError(f"Stopped by {stop}."))
        return ExitCode.REJECTED


def print_schema(kind: str) -> int:
    """Print a JSON Schema; raises `InputError` for an unknown kind of spec."""
    from panther_ci.specs.schemas import published

    print(published(kind), end="")
    return ExitCode.ACCEPTED


def explain_check(name: str | None) -> int:
    """Print what a check means, or the ids of all; raises `InputError` for an unknown one."""
    from panther_ci.explanations import explain, list_checks

    print(explain(name) if name else list_checks(), end="")
    return ExitCode.ACCEPTED


def start_detection(kind: str, detection: str, folder: Path) -> int:
    """Write a detection from the template and say where."""
    from panther_ci.scaffolding import write_detection

    for path in write_detection(kind, detection, folder):
        print(f"wrote {path}")
    print(f"Next: change them, then run panther-ci test --path {folder}")
    return ExitCode.ACCEPTED


def judge_and_act(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Judge, report, and pack or deploy what was accepted."""
    from panther_ci.commands.trees import find_tree
    from panther_ci.run import run
    from panther_ci.terminal import Terminal, print_lines

    inputs, environment = read_inputs(arguments), Environment(environ)
    terminal = Terminal(arguments, inputs, environ)
    name = getattr(arguments, "ref", None)
    with find_tree(inputs, environment, name) as place:
        if name is not None:
            print_lines([f"[INFO]: Judging {name} instead of the work tree, which stays as it is."])
        return run(build_request(arguments, inputs, environment, place), terminal, environment)


def read_inputs(arguments: argparse.Namespace) -> Inputs:
    """The inputs a command was given; raises `InputError` for what makes no sense."""
    from panther_ci.specs.filters import join_flags

    given = {
        item.name: getattr(arguments, item.name) for item in fields(Inputs) if hasattr(arguments, item.name)
    }
    joined = {
        "exclude": shlex.join,
        "filter": join_flags,
        "available_destination": ",".join,
        "valid_table_names": ",".join,
    }
    given |= {name: join(given[name]) for name, join in joined.items() if name in given}
    if "show_alerts" in arguments:
        given["alerts"] = "all" if arguments.show_alerts else "changed"
    if arguments.command == "zip":
        given["output_path"] = given["output_path"] or "."
    return Inputs(**given)


def build_request(
    arguments: argparse.Namespace, inputs: Inputs, environment: Environment, place: "Place"
) -> "RunRequest":
    """What a command asks a run to do; paths of reports begin in the working directory.

    Outside of CI the content is the user's own; in CI it may be a stranger's, unless it is to be deployed.
    """
    from panther_ci.delivery import DeliveryRequest
    from panther_ci.run import RunRequest

    command, folder = arguments.command, Path.cwd()
    comparison = what_to_compare(arguments, inputs)
    delivery = None
    if command in PACKING:
        plan_only = command == "plan" or inputs.dry_run
        force = getattr(arguments, "force", False)
        delivery = DeliveryRequest(inputs, place.root, folder, command in DEPLOYING, plan_only, force)
    compares = not comparison.judge_all_reason
    trusted = not compares and (command in DEPLOYING or not environment.in_ci)
    return RunRequest(
        inputs,
        folder,
        place,
        comparison,
        trusted,
        delivery,
        inputs.fail_on == "new",
        validates=inputs.validate,
    )


def what_to_compare(arguments: argparse.Namespace, inputs: Inputs) -> ComparisonRequest:
    """`check` compares the work tree or the index with the base; the other commands judge everything."""
    if arguments.command != "check" or inputs.select == "all":
        return ComparisonRequest(judge_all_reason=f"`panther-ci {arguments.command}` judges everything")
    if arguments.staged:
        return ComparisonRequest(base=inputs.base_ref or "HEAD", staged=True)
    return ComparisonRequest(base=inputs.base_ref, merge_base=True)


def print_failure(error: PantherCIError) -> int:
    """Print on stderr what failed and the next step; returns the exit code."""
    from panther_ci.reporters.defuse import log_text

    print(f"panther-ci: {log_text(error.message)}", file=sys.stderr)
    if error.hint:
        print(log_text(error.hint), file=sys.stderr)
    return error.exit_code


def print_fault(error: Exception) -> int:
    """Print an unexpected exception on stderr; returns the exit code."""
    import traceback

    from panther_ci.reporters.defuse import log_text

    print(log_text("".join(traceback.format_exception(error))), file=sys.stderr)
    return print_failure(PantherCIError("This is a fault of panther-ci.", "Report the lines above."))


if __name__ == "__main__":
    sys.exit(main())
