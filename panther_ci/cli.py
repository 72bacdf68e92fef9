"""The command line: parses, wires, maps the outcome to an exit code."""

import argparse
import errno
import gc
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Final

from panther_ci.errors import ExitCode, InputError, Interrupted, PantherCIError
from panther_ci.flags import (
    COMMANDS,
    DEPLOYING,
    LOCAL_DEFAULTS,
    PACKING,
    build_parser,
    inputs_of,
    own_command,
    own_defaults,
)
from panther_ci.inputs import IN_FILE, LISTS, Environment, Inputs
from panther_ci.model import ComparisonRequest
from panther_ci.signals import stop_on_signals

if TYPE_CHECKING:
    from panther_ci.naming import Named
    from panther_ci.repository.place import Place
    from panther_ci.run import RunRequest
    from panther_ci.settings.files import Source
    from panther_ci.settings.layers import Resolved
    from panther_ci.settings.values import Value

# What the place of the output, or of a temporary file, may lack.
NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EIO)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; every failure is printed on stderr."""
    if sys.platform == "win32":
        print("panther-ci: It runs on Linux and macOS. On Windows, use WSL or the image.", file=sys.stderr)
        return ExitCode.BAD_INPUTS
    gc.disable()  # a run lives for seconds and keeps nearly all that it makes
    open_streams()
    try:
        arguments = build_parser(sys.argv[1:] if argv is None else argv).parse_args(argv)
        code = run_command(arguments, os.environ)
        sys.stdout.flush()
        return code
    except PantherCIError as error:
        return print_failure(error)
    except BrokenPipeError:
        from panther_ci.terminal import abandon_stdout

        abandon_stdout()
        return ExitCode.INTERNAL_ERROR
    except OSError as error:
        return print_fault(error) if error.errno not in NO_ROOM else print_no_room(error)
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


def run_command(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Run the command that was parsed; raises `PantherCIError`, also where there is no working directory."""
    stop_on_signals()
    try:
        Path.cwd()
    except OSError as error:
        words = f"The working directory can't be used: {error.strerror}."
        raise InputError(words, "Change into a folder that exists.") from None
    try:
        settings = read_all_inputs(arguments, environ)
        inputs = settings.inputs
        if COMMANDS[arguments.command].module:
            return own_command(arguments.command).run(arguments, inputs, environ)
        if getattr(arguments, "resume", None) is not None:
            from panther_ci.commands import resume

            return resume.run(arguments, inputs, environ)
        return judge_and_act(arguments, settings, environ)
    except Interrupted as stop:
        print_failure(PantherCIError(f"Stopped by {stop}."))
        return ExitCode.REJECTED


def judge_and_act(arguments: argparse.Namespace, settings: "Resolved", environ: Mapping[str, str]) -> int:
    """Judge, report, and pack or deploy what was accepted."""
    from panther_ci.commands.trees import find_tree
    from panther_ci.run import run
    from panther_ci.terminal import Terminal, print_lines

    inputs, environment = settings.inputs, Environment(environ)
    notes = (*settings.notes, *set_flags(arguments, settings.flags))
    terminal = Terminal(arguments, inputs, environ)
    name = getattr(arguments, "ref", None)
    with find_tree(inputs, environment, name) as place:
        if name is not None:
            print_lines([f"[INFO]: Judging {name} instead of the work tree, which stays as it is."])
        request = build_request(arguments, inputs, environment, place)
        request = request._replace(notes=notes, settings=settings.files)
        if getattr(arguments, "watch", False):
            from panther_ci.commands import watch

            return watch.run(request, terminal, environment)
        return run(request, terminal, environment)


def set_flags(arguments: argparse.Namespace, flags: "Mapping[str, Value]") -> Iterator[str]:
    """Set the flags of a command that were not given; yields what a reader of the report should know."""
    for flag, (value, origin) in flags.items():
        if getattr(arguments, flag, True) in (False, []):
            setattr(arguments, flag, value)
            if flag == "test_names":
                yield f"Only the cases that {origin} names are run: {', '.join(value)}"


def read_all_inputs(arguments: argparse.Namespace, environ: Mapping[str, str]) -> "Resolved":
    """The inputs of a command: its flags, and below them what the environment and the repository set.

    Raises `InputError` for what makes no sense.
    """
    from panther_ci.settings.layers import Asked, Resolved, read_settings
    from panther_ci.settings.values import join_words

    names = inputs_of(arguments.command)
    given = {**own_defaults(arguments.command)}
    given |= {name: getattr(arguments, name) for name in names if hasattr(arguments, name)}
    given |= {name: join_words(name, given[name]) for name in LISTS if name in given}
    if "show_alerts" in arguments:
        given["alerts"] = "all" if arguments.show_alerts else "changed"
    defaults = {**LOCAL_DEFAULTS, **({"output_path": "."} if arguments.command == "zip" else {})}
    if names.isdisjoint(IN_FILE):
        return Resolved(Inputs(**defaults | given))
    asked = Asked(given, names, Path.cwd(), environ, defaults)
    settings = read_settings(asked, find_source(arguments, Environment(environ)))
    if not getattr(arguments, "quiet", False):
        notes = settings.notes if COMMANDS[arguments.command].module else ()
        print_aside((*settings.told, *notes))
    return settings


def find_source(arguments: argparse.Namespace, environment: Environment) -> "Source":
    """Whose settings count: those of what is judged, but in CI those of what it is to be merged into."""
    from panther_ci.settings.files import Source, find_ci_source

    if arguments.command in DEPLOYING:
        return Source(commit=getattr(arguments, "ref", None) or "")
    if not environment.in_ci:
        return Source()
    if base := getattr(arguments, "base_ref", "") or ("HEAD" if getattr(arguments, "staged", False) else ""):
        return Source(ComparisonRequest(base=base))
    return find_ci_source(environment)


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
        named=find_named(arguments, place),
    )


def find_named(arguments: argparse.Namespace, place: "Place") -> "Named":
    """What the words of a command name, seen from the working directory."""
    from panther_ci.naming import Named

    folder = place.seen_from_root(Path.cwd())
    names, cases = (tuple(getattr(arguments, name, ())) for name in ("names", "test_names"))
    return Named(names, folder, cases)


def what_to_compare(arguments: argparse.Namespace, inputs: Inputs) -> ComparisonRequest:
    """`check` compares the work tree or the index with the base; the other commands judge everything."""
    if arguments.command != "check" or inputs.select == "all":
        what = "what is named" if getattr(arguments, "names", ()) else "everything"
        return ComparisonRequest(judge_all_reason=f"`panther-ci {arguments.command}` judges {what}")
    if arguments.staged:
        return ComparisonRequest(base=inputs.base_ref or "HEAD", staged=True)
    return ComparisonRequest(base=inputs.base_ref, merge_base=True)


def print_aside(lines: Sequence[str]) -> None:
    """Print lines on stderr, since a program may read what a command prints."""
    if lines:
        from panther_ci.reporters.defuse import BLOCK_LIMIT, log_name

        print("".join(f"{log_name(line, BLOCK_LIMIT)}\n" for line in lines), end="", file=sys.stderr)


def print_failure(error: PantherCIError) -> int:
    """Print on stderr what failed and the next step; returns the exit code."""
    from panther_ci.reporters.defuse import log_text

    print(f"panther-ci: {log_text(error.message)}", file=sys.stderr)
    if error.hint:
        print(log_text(error.hint), file=sys.stderr)
    return error.exit_code


def print_no_room(error: OSError) -> int:
    """Print on stderr that what was to be printed, or kept, can't be written; returns the exit code."""
    from panther_ci.terminal import abandon_stdout

    try:
        sys.stdout.flush()
    except OSError:
        abandon_stdout()
    hint = "Make room there, or write to another place."
    return print_failure(PantherCIError(f"Not all can be written: {error.strerror}.", hint))


def print_fault(error: Exception) -> int:
    """Print an unexpected exception on stderr; returns the exit code."""
    import traceback

    from panther_ci.reporters.defuse import BLOCK_LIMIT, log_text

    print(log_text("".join(traceback.format_exception(error)), BLOCK_LIMIT), file=sys.stderr)
    return print_failure(PantherCIError("This is a fault of panther-ci.", "Report the lines above."))


if __name__ == "__main__":
    sys.exit(main())
