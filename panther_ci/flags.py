"""The parser of the command line: which commands there are, and the flags of each."""

import argparse
import importlib
from collections.abc import Mapping, Sequence
from dataclasses import Field, fields
from typing import Any, NamedTuple, TypeAlias, cast

from panther_ci import __version__
from panther_ci.commands import TARGET, Command, shorten
from panther_ci.inputs import LISTS, Inputs, input_name

DESCRIPTION = """Tests and deploys Panther detections.

Every command ends with 0 (accepted), 1 (rejected), 2 (bad inputs), 3 (internal error) or
4 (deployment failed)."""


class Listed(NamedTuple):
    """A command in `--help`: what it does, an example, and its module in `panther_ci/commands/`.

    Those without a module judge all that they are given, and may deploy it.
    """

    words: str
    example: str
    module: str = ""


CHAPTERS: Mapping[str, Mapping[str, Listed]] = {
    "judge": {
        "test": Listed(
            "run the cases of all detections, or of those named", "test AWS.Root.ConsoleLogin --watch"
        ),
        "check": Listed("judge what changed, as on a pull request", "check --base-ref main --explain"),
        "debug": Listed(
            "run one case in the terminal, unconfined, with breakpoint() and input",
            "debug AWS.Root.ConsoleLogin 'root logs in'",
            "debug",
        ),
        "mutate": Listed(
            "show which small faults in a detection its cases do not notice",
            "mutate AWS.Root.ConsoleLogin --min-score 90",
            "mutate",
        ),
    },
    "deploy": {
        "zip": Listed("test, then write the archive", "zip --output-path build"),
        "plan": Listed("test, then show what a deployment would change", "plan --deployment api"),
        "upload": Listed("test, then upload", "upload --deployment api --api-host acme.runpanther.net"),
        "deploy": Listed("the same as upload", "deploy --deployment api --ref v1.4.0"),
        "drift": Listed(
            "show what the API has in another form than the detections here",
            "drift --api-host acme.runpanther.net",
            "drift",
        ),
        "delete": Listed(
            "delete detections and queries from a deployment",
            "delete AWS.Old.Rule --query 'Old query' --deployment api",
            "delete",
        ),
        "check-connection": Listed(
            "ask a deployment whether it can be used",
            "check-connection --deployment api --api-host acme.runpanther.net",
            "check_connection",
        ),
    },
    "write": {
        "new": Listed("start a detection from a template", "new rule AWS.Root.Login --path rules", "new"),
        "schema": Listed(
            "print the JSON Schema of specs, for editors", "schema > panther-spec.schema.json", "schema"
        ),
        "explain": Listed(
            "print what the id of a check means, and how to fix what it finds",
            "explain duplicate-id",
            "explain",
        ),
        "settings": Listed(
            "show what the settings of the repository make of the inputs", "settings", "settings"
        ),
    },
}
COMMANDS: Mapping[str, Listed] = {
    name: listed for chapter in CHAPTERS.values() for name, listed in chapter.items()
}
DEPLOYING = ("upload", "deploy", "plan")
PACKING = ("zip", *DEPLOYING)
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
SHELLS = ("bash", "zsh", "fish")
# The headings in the help of a command, each with its inputs.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "what is judged": ("path", "exclude", "filter", "select", "base_ref", "skip_disabled_tests"),
    "how strictly": (
        *("fail_on", "minimum_tests", "strict_references", "strict_skips", "table_names"),
        *("valid_table_names", "packs", "available_destination"),
    ),
    "how bodies run": ("requirements", "requirements_build", "timeout_seconds", "sandbox"),
    "what is shown": (),
    "reports": ("junit_path", "sarif_path", "html_path"),
    "archive and deployment": (
        *("output_path", "deploy_status", *TARGET, "deploy_timeout_minutes", "validate", "dry_run"),
        *("manifest", "prune", "wire", "user_id"),
    ),
}
# Other names of flags, in Panther's own tools.
ALIASES = {"path": ("--policies",), "exclude": ("--ignore-files",)}
# Where the command line differs from action.yml: no file is written unasked.
LOCAL_DEFAULTS: Mapping[str, Any] = {"junit_path": ""}
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
Groups: TypeAlias = "Mapping[str, argparse._ArgumentGroup]"


class PrintCompletion(argparse.Action):
    """`--completion SHELL`: the script by which a shell completes commands and flags."""

    def __call__(self, parser: argparse.ArgumentParser, *values: Any) -> None:
        """Print the script and end the program."""
        from panther_ci.completion import render

        print(render(build_parser([*COMMANDS], for_shell=True), values[1]), flush=True)
        parser.exit()


def build_parser(argv: Sequence[str], for_shell: bool = False) -> argparse.ArgumentParser:
    """The parser; only the commands in `argv` get their flags, which keeps `--help` quick.

    A parser `for_shell` has no list of commands in its help, but the help of each for a script.
    """
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        "panther-ci",
        usage="panther-ci [-h] [--version] [--completion SHELL] COMMAND ...",
        description=DESCRIPTION,
        epilog=list_commands(),
        formatter_class=as_written,
    )
    parser.add_argument("--version", action="version", version=f"panther-ci {__version__}")
    words = f"print what completes commands and flags in {', '.join(SHELLS)}"
    parser.add_argument("--completion", action=PrintCompletion, choices=SHELLS, metavar="SHELL", help=words)
    hidden = argparse.SUPPRESS
    commands = parser.add_subparsers(
        prog="panther-ci",
        dest="command",
        metavar="COMMAND",
        required=True,
        help="commands" if for_shell else hidden,
    )
    for name, listed in COMMANDS.items():
        shown: dict[str, Any] = {"help": listed.words} if for_shell else {}
        if not listed.module:  # all its flags would fill a screen, above the error
            shown["usage"] = f"panther-ci {name} [FLAG ...]{' [ID|PATH ...]' if name == 'test' else ''}"
        command = commands.add_parser(
            name,
            **shown,
            description=f"{listed.words[0].upper()}{listed.words[1:]}.",
            epilog=f"example:\n  panther-ci {listed.example}",
            formatter_class=as_written,
        )
        if name in argv:
            add_arguments(command, name)
            command.add_argument("--api-token", type=refuse_token, default=hidden, help=hidden)
    return parser


def list_commands() -> str:
    """All commands, by chapters."""
    width = max(map(len, COMMANDS))
    lines = []
    for title, chapter in CHAPTERS.items():
        rows = (f"  {name:{width}}  {listed.words}" for name, listed in chapter.items())
        lines += [f"commands to {title}:", *rows, ""]
    return "\n".join((*lines, "`panther-ci COMMAND --help` lists the flags of a command, with an example."))


def refuse_token(_: str) -> str:
    """Say what to do instead; argparse would quote the token, if it did not know the flag."""
    raise argparse.ArgumentTypeError("others can read flags, so a token is none; set PANTHER_API_TOKEN")


def own_command(name: str) -> Command:
    """The module of a command that has one."""
    return cast("Command", importlib.import_module(f"panther_ci.commands.{COMMANDS[name].module}"))


def add_arguments(command: argparse.ArgumentParser, name: str) -> None:
    """The flags of one command, most of them from the fields of `Inputs`."""
    groups = {title: command.add_argument_group(title) for title in GROUPS}
    names, defaults = inputs_of(name), {**LOCAL_DEFAULTS, **own_defaults(name)}
    for item in fields(Inputs):
        if item.name in names:
            add_flag(groups[find_group(item.name)], item, defaults.get(item.name, item.default))
    if COMMANDS[name].module:
        own_command(name).add_arguments(command)
    else:
        add_run_arguments(groups, name)


def inputs_of(command: str) -> frozenset[str]:
    """The inputs that are flags of a command."""
    if COMMANDS[command].module:
        return frozenset(own_command(command).INPUTS)
    names = frozenset(item.name for item in fields(Inputs)) - ACTION_ONLY
    return frozenset(name for name in names if command in COMMANDS_OF.get(name, COMMANDS))


def own_defaults(command: str) -> Mapping[str, Any]:
    """What a command has in the place of the usual defaults, whatever settings say."""
    return getattr(own_command(command), "DEFAULTS", {}) if COMMANDS[command].module else {}


def find_group(name: str) -> str:
    """The heading of an input."""
    return next(title for title, names in GROUPS.items() if name in names)


def add_run_arguments(groups: Groups, name: str) -> None:
    """The flags of a command that judges, but for the inputs."""
    groups["how strictly"].add_argument(
        "--ignore-table-names",
        dest="table_names",
        action="store_const",
        const="off",
        default=argparse.SUPPRESS,
        help="--table-names off",
    )
    judged, shown = groups["what is judged"], groups["what is shown"]
    shown.add_argument("--explain", action="store_true", help="say why each spec was selected")
    only = ("--failures-only", "--show-failures-only")
    shown.add_argument(*only, action="store_true", help="list only the cases that went wrong")
    shown.add_argument("--quiet", action="store_true", help="list no detections, only what is wrong")
    shown.add_argument("--show-alerts", action="store_true", help="show the alert that each case makes")
    sorts = ("--sort", "--sort-test-results")
    shown.add_argument(*sorts, action="store_true", help="list by id, those with failures last")
    if name == "test":
        add_loop_arguments(groups)
    if name == "check":
        judged.add_argument("--staged", action="store_true", help="judge what is staged for the next commit")
    if name in DEPLOYING:
        words = "judge and deploy an older commit, such as a tag, and leave the work tree as it is"
        judged.add_argument("--ref", metavar="COMMIT", help=words)
    if name in ("upload", "deploy"):
        add_upload_arguments(groups["archive and deployment"])


def add_loop_arguments(groups: Groups) -> None:
    """The flags of who writes a detection: only `test` has them, so that they weaken nothing that decides."""
    judged, shown = groups["what is judged"], groups["what is shown"]
    words = "judge only these, with what they need: ids, or paths of specs, bodies or folders"
    judged.add_argument("names", nargs="*", type=shorten, metavar="ID|PATH", help=words)
    words = "judge again what a saved file touches, until Ctrl-C"
    judged.add_argument("--watch", action="store_true", help=words)
    words = "run only the cases of these names; what has none of them is skipped"
    judged.add_argument("--test-names", action="extend", nargs="+", default=[], metavar="X", help=words)
    shown.add_argument(
        "--show-output", action="store_true", help="show what bodies print in cases that pass, too"
    )


def add_upload_arguments(group: "argparse._ArgumentGroup") -> None:
    """The flags of an upload, but for the inputs."""
    group.add_argument("--force", action="store_true", help="upload even what is deployed already")
    words = "judge and send nothing, but wait for the end of the upload with this receipt"
    group.add_argument("--resume", metavar="RECEIPT", help=words)


def add_flag(group: "argparse._ArgumentGroup", item: "Field[Any]", default: Any) -> None:
    """One flag, with the help of the action's input; one that is not given has no value."""
    names = ["--" + input_name(item), *ALIASES.get(item.name, ())]
    text = f"{default:g}" if item.type is float else default
    shown = "" if default == "" or item.type is bool else f" [{text}]"
    words = (item.metadata["help"] + shown).replace("%", "%%")
    kind: dict[str, Any] = {"type": item.type, "metavar": "X"}
    if item.type is bool:
        kind = {"action": argparse.BooleanOptionalAction}
    elif item.name in LISTS:
        kind = {"action": "extend", "nargs": "+", "metavar": "X"}
    elif item.metadata["choices"]:
        kind = {"choices": item.metadata["choices"]}
    group.add_argument(*names, dest=item.name, default=argparse.SUPPRESS, help=words, **kind)
