"""What is asked: flags of the command line or INPUT_* variables, and the environment, as frozen values."""

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any

from panther_ci.errors import InputError

# Variables that stand for a secret a body could use; their presence makes the confinement fail closed.
SECRET_WORDS = ("TOKEN", "SECRET", "PASSWORD", "API_KEY", "PRIVATE_KEY", "ACCESS_KEY", "CREDENTIALS")

# Inputs that a settings file of the repository may set: none that decides what code may do, or what is
# deployed where, or with which token.
IN_FILE = (
    *("path", "exclude", "select", "fail_on", "minimum_tests", "skip_disabled_tests", "filter"),
    *("deploy_status", "strict_references", "strict_skips", "table_names", "valid_table_names", "packs"),
    *("available_destination", "requirements", "annotations", "junit_path", "sarif_path", "html_path"),
    *("summary", "comment", "alerts", "output_path", "timeout_seconds"),
)
# Inputs that may be given as several words.
LISTS = ("exclude", "filter", "available_destination", "valid_table_names")


def option(default: Any, help_text: str, *, choices: tuple[str, ...] = (), secret: bool = False) -> Any:
    """A field of `Inputs` with all that action.yml and `--help` say of it."""
    return field(default=default, repr=not secret, metadata={"help": help_text, "choices": choices})


@dataclass(frozen=True)
class Inputs:
    """Every input, by the names of action.yml with `_` for `-`."""

    path: str = option(".", "Folder of the detections, inside the repository.")
    exclude: str = option(
        "",
        "Files that are left out, as patterns from the repository's root: `legacy/ **/fixtures/*.yml`.",
    )
    mode: str = option(
        "auto",
        "auto decides by the event: pull requests and merge groups are checked, pushes to a deploy "
        "branch or of a deploy tag are checked and deployed. deploy also deploys on a schedule, a "
        "dispatch, a release, or after a workflow, of such a branch or tag.",
        choices=("auto", "check", "deploy"),
    )
    select: str = option(
        "changed",
        "changed judges what a pull request changes and everything that depends on it; all judges "
        "everything.",
        choices=("changed", "all"),
    )
    base_ref: str = option(
        "",
        "Commit to compare with, instead of the one that the event names or, on the command line, the "
        "main branch. On GitHub, a branch is that of origin. A name of several commits is refused.",
    )
    fail_on: str = option(
        "auto",
        "new rejects a change only for what it breaks, and reports what is wrong on the base too as already "
        "there; all rejects whatever is wrong. auto is new on pull requests and merge groups, else all.",
        choices=("auto", "new", "all"),
    )
    minimum_tests: int = option(
        0, "Cases that each detection must have; from 2 on, at least one must expect true and one false."
    )
    skip_disabled_tests: bool = option(False, "Skip the cases of detections with `Enabled: false`.")
    filter: str = option(
        "", "Judge only matching detections: `Severity=High,Critical LogTypes!=AWS.VPCFlow`."
    )
    deploy_status: str = option(
        "released",
        "released keeps specs whose `Status` is experimental or deprecated out of archives and uploads; "
        "all packs them too.",
        choices=("released", "all"),
    )
    strict_references: bool = option(
        False,
        "Reject a base, a query or a rule of a correlation rule that is not in the repository; otherwise "
        "the deployment may have it.",
    )
    strict_skips: bool = option(
        False,
        "Reject a detection whose cases can't be run here; otherwise they are skipped, and the reason is "
        "told.",
    )
    table_names: str = option(
        "on",
        "on rejects scheduled queries that read tables without their database and schema, and warns of "
        "those that are not Panther's; off accepts any.",
        choices=("on", "off"),
    )
    valid_table_names: str = option(
        "",
        "More tables that scheduled queries may read, separated by commas; `*` is any text, and what "
        "follows the pattern does not matter: `my_database.*`.",
    )
    packs: str = option(
        "ids",
        "ids rejects a pack that lists an id which no spec has; strict also one that lacks what its specs "
        "need or has specs that are not for packs, and specs that are in no pack; off checks none of it.",
        choices=("ids", "strict", "off"),
    )
    available_destination: str = option(
        "",
        "Names of all destinations that the deployment has, separated by commas; a body that returns "
        "another one is wrong.",
    )
    requirements: str = option(
        "",
        "File with more packages for bodies: in pip's format, a Pipfile.lock or a pyproject.toml.",
    )
    requirements_build: bool = option(
        False,
        "Also install packages that have no wheel: their own code builds them, confined by Landlock and "
        "seccomp, without network and secrets, but able to run programs.",
    )
    annotations: str = option(
        "workflow",
        "How annotations are written: workflow uses workflow commands, checks uses the Checks API "
        "(needs checks: write), none writes no annotations.",
        choices=("workflow", "checks", "none"),
    )
    github_token: str = option("", "Token for the Checks API and the comment.", secret=True)
    junit_path: str = option("panther-ci-junit.xml", "Where the JUnit report is written; empty for none.")
    sarif_path: str = option("", "Where a SARIF report is written; empty for none.")
    html_path: str = option("", "Where a self-contained HTML report is written; empty for none.")
    summary: bool = option(True, "Write the step summary.")
    comment: bool = option(
        False, "Keep one comment on the pull request up to date (needs pull-requests: write)."
    )
    alerts: str = option(
        "changed",
        "Of which detections the reports show the alerts of their cases, and what changed in them.",
        choices=("changed", "all", "none"),
    )
    output_path: str = option(
        "",
        "Folder where the archive and its manifest are saved if everything was judged; empty for none.",
    )
    deployment: str = option(
        "lambda",
        "Where to upload: api is Panther's public API, lambda is Panther's Lambda function, local is a "
        "SQLite simulation, none uploads nothing.",
        choices=("api", "lambda", "local", "none"),
    )
    api_host: str = option(
        "",
        "Host of the deployment, such as acme.runpanther.net, or the URL of its GraphQL API; if empty, "
        "PANTHER_API_HOST is used.",
    )
    api_token: str = option(
        "", "API token that may upload; if empty, PANTHER_API_TOKEN is used.", secret=True
    )
    deploy_timeout_minutes: float = option(
        30.0, "How long an upload to the API may take, in minutes; then its receipt can be resumed."
    )
    deploy_branches: str = option(
        "master, main", "Branches that are deployed; patterns are allowed, empty for none."
    )
    deploy_tags: str = option("v*", "Tags that are deployed; patterns are allowed, empty for none.")
    validate: bool = option(
        False,
        "Ask the API what it would refuse of the whole repository, before the merge: on pushes, "
        "dispatches and merge groups where there is an API token, never on pull requests.",
    )
    dry_run: bool = option(False, "Do everything except the upload.")
    manifest: str = option(
        "",
        "File with the manifest of the last deployment, which shows what a change adds, changes and leaves "
        "behind; a deployment brings it up to date. Empty for none.",
    )
    prune: str = option(
        "report",
        "What becomes of what an earlier deployment put there and the repository no longer has, by the "
        "manifest: delete deletes it after the upload, report names it, off does neither.",
        choices=("off", "report", "delete"),
    )
    function_name: str = option("panther-analysis-api", "Lambda function that receives the upload.")
    wire: str = option(
        "upload",
        "How the upload is written for the Lambda function: upload as Panther before 1.16 reads it, "
        "bulk-upload as Panther does since.",
        choices=("upload", "bulk-upload"),
    )
    user_id: str = option("9f0c7a1e-6d3b-4c58-8a2e-51b7d0c4e6f3", "UUID of the user who uploads.")
    aws_region: str = option("", "AWS region of the deployment; if empty, AWS_REGION is used.")
    role_to_assume: str = option("", "ARN of the role to assume before the upload.")
    local_path: str = option("", "File of the local simulation; if empty, panther-ci-local.sqlite is used.")
    timeout_seconds: float = option(10.0, "Time limit for each detection, in seconds.")
    allow_unsafe_events: bool = option(
        False,
        "Also run on issue_comment, pull_request_target and workflow_run, which give pull requests access "
        "to secrets.",
    )
    sandbox: str = option(
        "strict",
        "strict refuses to run bodies that can't be confined; reduced accepts weaker confinement on "
        "older kernels; off confines nothing.",
        choices=("strict", "reduced", "off"),
    )

    def __post_init__(self) -> None:
        check_values(self)


@dataclass(frozen=True)
class Environment:
    """The environment variables of this process, read once."""

    environ: Mapping[str, str]

    @property
    def in_ci(self) -> bool:
        """Whether a CI service runs us."""
        return self.environ.get("CI", "").lower() not in ("", "0", "false")

    @property
    def metered(self) -> bool:
        """Whether to tell what the phases of the confined processes take: see `make profile`."""
        return bool(self.environ.get("PANTHER_CI_METER"))

    @property
    def on_github(self) -> bool:
        """Whether this is a job of GitHub Actions, whose workspace belongs to another user."""
        return self.environ.get("GITHUB_ACTIONS") == "true"

    @property
    def secrets_present(self) -> bool:
        """Whether any variable looks like a secret."""
        return any(
            value and word in name.upper() for name, value in self.environ.items() for word in SECRET_WORDS
        )


def input_name(item: "Field[Any]") -> str:
    """The name of a field as action.yml and the command line write it."""
    return item.name.replace("_", "-")


def read_given(environ: Mapping[str, str]) -> dict[str, Any]:
    """The inputs that a workflow sets, from INPUT_* variables, by the names of fields.

    There, dashes stay, and values arrive untrimmed (actions/runner). What is the default that action.yml
    declares counts as not set. Raises `InputError` for a value of the wrong kind, naming the input.
    """
    values: dict[str, Any] = {}
    for item in fields(Inputs):
        default = declared_default(item)
        text = environ.get("INPUT_" + input_name(item).upper(), default).strip()
        if text != default and (text or _may_be_none(item)):
            values[item.name] = parse_value(item, text)
    return values


def declared_default(item: "Field[Any]") -> str:
    """The default of an input in action.yml, which GitHub hands over as if a workflow had set it.

    It is empty for what a settings file may set, so that the two differ, unless empty stands for none.
    """
    if item.name in IN_FILE and not _may_be_none(item):
        return ""
    if item.type is bool:
        return str(item.default).lower()
    return f"{item.default:g}" if item.type is float else str(item.default)


def _may_be_none(item: "Field[Any]") -> bool:
    """Whether an empty value stands for none, and not for the default."""
    return bool(item.default) and item.name.endswith(("_path", "_branches", "_tags"))


def split_names(text: str) -> tuple[str, ...]:
    """The names in a list with commas or line breaks; a name may contain blanks."""
    parts = text.replace("\n", ",").split(",")
    return tuple(part.strip() for part in parts if part.strip())


def parse_value(item: "Field[Any]", text: str) -> Any:
    """The value of one input; raises `InputError` naming it."""
    name = input_name(item)
    if item.type is bool:
        return parse_boolean(name, text)
    if item.type is int or item.type is float:
        try:
            return item.type(text)
        except ValueError:
            raise InputError(
                f"{name}: {text!r} is not a number.", f"Give {name} a number such as {item.default}."
            ) from None
    return text


def parse_boolean(name: str, text: str) -> bool:
    """A boolean as YAML 1.2's core schema writes it, which is what GitHub's toolkit accepts."""
    if text in ("true", "True", "TRUE"):
        return True
    if text in ("false", "False", "FALSE"):
        return False
    raise InputError(f"{name}: {text!r} is not a boolean.", "Write true or false.")


def check_values(inputs: Inputs) -> None:
    """Raise `InputError` for a value outside what its input allows."""
    for item in fields(inputs):
        value, choices = getattr(inputs, item.name), item.metadata["choices"]
        if choices and value not in choices:
            raise InputError(
                f"{input_name(item)}: {value!r} is unknown.", f"Use one of {', '.join(choices)}."
            )
        if isinstance(value, str) and "\0" in value:
            raise InputError(f"{input_name(item)} holds a NUL character.", "Remove it.")
    for name in ("junit_path", "sarif_path", "html_path"):
        path = getattr(inputs, name)
        if path.lower().endswith((".yml", ".yaml", ".py")):
            words = f"{name.replace('_', '-')}: {path!r} may be a spec, a body or a workflow."
            raise InputError(words, "A report would replace it: name another file.")
    if inputs.minimum_tests < 0:
        raise InputError("minimum-tests is below 0.", "Use 0 or more.")
    if not 0 < inputs.timeout_seconds <= 3600:
        raise InputError("timeout-seconds must be above 0 and at most 3600.", "Use 10, say.")
    if inputs.prune == "delete" and not inputs.manifest:
        raise InputError("prune: delete needs a manifest.", "Name the one of the last deployment.")
    if not 0 < inputs.deploy_timeout_minutes <= 24 * 60:
        raise InputError("deploy-timeout-minutes must be above 0 and at most 1440.", "Use 30, say.")
