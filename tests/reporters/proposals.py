"""Pull requests of every kind against one library, and what the author of each has to see first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Files: TypeAlias = dict[str, bytes]

LOG = "AWS.CloudTrail"
SHARED = """def is_bad(event):
    return event.get("kind") == "bad"


def name_of(event):
    return event.get("user", "nobody")
"""
IMPORTING = """from shared import is_bad, name_of


def rule(event):
    return is_bad(event)


def title(event):
    return f"{name_of(event)} did something bad"
"""
LOGIN = """def rule(event):
    if event.get("mfa"):
        return False
    return event.get("outcome") == "success"


def title(event):
    return f"{event.get('user')} without a second factor"


def alert_context(event):
    return {"ip": event.get("ip")}
"""
READING = """def rule(event):
    return event.udm("actor") == "root"
"""
MANY = """def rule(event):
    return event.get("number", 0) >= 0
"""


def spec(kind: str, name: str, body: str = "", **keys: str) -> bytes:
    """A spec of a detection, a global or a data model."""
    id_key = {"global": "GlobalID", "datamodel": "DataModelID", "policy": "PolicyID"}.get(kind, "RuleID")
    lines = {"AnalysisType": kind, id_key: name, **({"Filename": body} if body else {})}
    usual = {"Enabled": "true", "LogTypes": f"[{LOG}]", "Severity": "Medium"} if kind == "rule" else {}
    text = "".join(f"{key}: {value}\n" for key, value in (lines | usual | keys).items())
    return text.encode()


def case(name: str, expected: bool, event: str) -> str:
    """A case as lines of a list."""
    return f"\n  - Name: {name}\n    ExpectedResult: {str(expected).lower()}\n    Log: {event}"


def rule(name: str, body: str, *cases: str, folder: str = "rules", **keys: str) -> Files:
    """A rule with its body."""
    file = name.lower().replace(".", "_")
    data = spec("rule", name, f"{file}.py", **keys, Tests="".join(cases) or "[]")
    return {f"{folder}/{file}.yml": data, f"{folder}/{file}.py": body.encode()}


def importing(number: int) -> Files:
    """A rule that needs the global, with eleven cases."""
    cases = [
        case(f"case {n}", n < 6, f"{{kind: {'bad' if n < 6 else 'good'}, user: u{n}}}") for n in range(11)
    ]
    return rule(f"Shared.User{number}", IMPORTING, *cases)


def failing(number: int) -> Files:
    """A rule that fails already, each in a way of its own."""
    kinds = (
        f"def rule(event):\n    return event['key{number}']\n",
        f"def rule(event):\n    return 'text {number}'\n",
        "def rule(event):\n    return False\n",
        f"import nothing_{number}\n\n\ndef rule(event):\n    return True\n",
        f"def rule(event):\n    return True\n\n\ndef title(event):\n    return {number}\n",
    )
    body = f"from shared import is_bad\n\n{kinds[number % 5]}"
    return rule(f"Old.Rule{number:02}", body, case("always failed", True, "{kind: bad}"), folder="old")


LIBRARY: Files = {
    "globals/shared.yml": spec("global", "shared", "shared.py"),
    "globals/shared.py": SHARED.encode(),
    "models/model.yml": spec(
        "datamodel",
        "Model",
        LogTypes="[Custom.Log]",
        Enabled="true",
        Mappings="\n  - {Name: actor, Path: who}",
    ),
    **{path: data for number in range(8) for path, data in importing(number).items()},
    **rule(
        "AWS.Login",
        LOGIN,
        case("without a second factor", True, "{outcome: success, user: ann, ip: 192.0.2.1}"),
        case("with a second factor", False, "{outcome: success, mfa: true, user: ann}"),
        case("failed", False, "{outcome: failure, user: ann}"),
    ),
    **{
        path: data
        for number in range(3)
        for path, data in rule(
            f"Custom.Reader{number}",
            READING,
            case("root", True, "{p_log_type: Custom.Log, who: root}"),
            case("another one", False, "{p_log_type: Custom.Log, who: bob}"),
            LogTypes="[Custom.Log]",
        ).items()
    },
    **rule("Many.Cases", MANY, *(case(f"number {n}", True, f"{{number: {n}}}") for n in range(200))),
    "rules/derived.yml": b"AnalysisType: rule\nRuleID: AWS.Login.Derived\nBaseDetection: AWS.Login\n"
    b"Enabled: true\nSeverity: High\n",
}
OLD: Files = {path: data for number in range(46) for path, data in failing(number).items()}


@dataclass(frozen=True)
class Proposal:
    """A pull request: what it does to the files of the base, and what its report begins with.

    `first` is part of what the first entry says, empty for an accepted one. `more` are further files of the
    base, `renamed` new paths with the old ones, and `timeout_seconds` is what a detection may take.
    """

    change: Callable[[Files], Mapping[str, bytes | None]]
    first: str = ""
    more: Files = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)
    timeout_seconds: float = 30

    @property
    def base(self) -> Files:
        """The files before the change."""
        return LIBRARY | self.more

    @property
    def head(self) -> Files:
        """The files with the change; None deletes one."""
        changed = self.base | dict(self.change(self.base))
        return {path: data for path, data in changed.items() if data is not None}


def edit(path: str, *pairs: tuple[str, str]) -> Callable[[Files], Mapping[str, bytes | None]]:
    """A change of one file: each text by another."""

    def change(files: Files) -> Mapping[str, bytes | None]:
        text = files[path].decode()
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new, 1)
        return {path: text.encode()}

    return change


def write(path: str, text: str | None) -> Callable[[Files], Mapping[str, bytes | None]]:
    """A change that writes or deletes one file."""
    return lambda files: {path: None if text is None else text.encode()}


def move(old: str, new: str, *pairs: tuple[str, str]) -> Callable[[Files], Mapping[str, bytes | None]]:
    """A change that moves a file and edits it."""
    return lambda files: {old: None, new: edit(old, *pairs)(files)[old]}


def both(
    *changes: Callable[[Files], Mapping[str, bytes | None]],
) -> Callable[[Files], Mapping[str, bytes | None]]:
    """Several changes together."""
    return lambda files: {path: data for change in changes for path, data in change(files).items()}


def add(files: Files) -> Callable[[Files], Mapping[str, bytes | None]]:
    """A change that adds files."""
    return lambda _: files


LOGIN_SPEC, LOGIN_BODY = "rules/aws_login.yml", "rules/aws_login.py"
HELPER = "globals/shared.py"
LONG = "rules/" + "a_very_long_folder_name_that_goes_on/" * 2 + "and_on"
PROPOSALS: Mapping[str, Proposal] = {
    "wrong-verdict": Proposal(edit(LOGIN_BODY, ('"success"', '"succes"')), "expected an alert, but rule()"),
    "wrong-expectation": Proposal(
        edit(LOGIN_SPEC, ("ExpectedResult: true", "ExpectedResult: false")), "expected no alert, but rule()"
    ),
    "exception": Proposal(
        edit(LOGIN_BODY, ('event.get("mfa")', 'event["mfa"]')), "2 cases: rule() raised KeyError"
    ),
    "exception-in-a-global": Proposal(
        edit(HELPER, ('event.get("kind")', 'event["knd"]')), "88 cases of 8 detections raise KeyError"
    ),
    "wrong-verdict-through-a-global": Proposal(
        edit(HELPER, ('"bad"', '"worse"')),
        "The change of `globals/shared.py` makes 48 cases of 8 detections fail",
    ),
    "one-case-through-a-global": Proposal(
        edit("globals/solo.py", ("return True", "return False")),
        "The change of `globals/solo.py` makes 1 case of 1 detection fail",
        more={
            "globals/solo.yml": spec("global", "solo", "solo.py"),
            "globals/solo.py": b"def answer():\n    return True\n",
            **rule(
                "Lonely",
                "import solo\n\n\ndef rule(event):\n    return solo.answer()\n",
                case("alone", True, "{a: b}"),
            ),
        },
    ),
    "not-a-boolean": Proposal(edit(LOGIN_BODY, ("return False", "return None")), "rule() returned None"),
    "title-raises": Proposal(
        edit(LOGIN_BODY, ("event.get('user')", "event['usr']")), "title() raised KeyError"
    ),
    "bad-yaml": Proposal(edit(LOGIN_SPEC, ("Severity: Medium", "Severity: [Medium")), "This is not YAML"),
    "misspelt-key": Proposal(edit(LOGIN_SPEC, ("Severity:", "Severty:")), "Severty"),
    "misspelt-field": Proposal(edit(LOGIN_BODY, ('"outcome"', '"outcom"')), "expected an alert"),
    "body-syntax": Proposal(
        edit(LOGIN_BODY, ("def rule(event):", "def rule(event)")), "Python can't read this"
    ),
    "missing-body": Proposal(write(LOGIN_BODY, None), "rules/aws_login.py"),
    "missing-package": Proposal(
        edit(LOGIN_BODY, ("def rule", "import nowhere\n\n\ndef rule")),
        "The module `nowhere` is not installed",
    ),
    "deleted-global": Proposal(
        both(write("globals/shared.yml", None), write(HELPER, None)),
        "This change deletes the global `shared`: 8 detections need it, and 88 cases fail",
    ),
    "renamed-global": Proposal(
        both(move("globals/shared.yml", "globals/common.yml", ("GlobalID: shared", "GlobalID: common"))),
        "This change renames the global `shared` to `common`: 8 detections need it, and 88 cases fail",
        renamed={"globals/common.yml": "globals/shared.yml"},
    ),
    "global-that-can-not-be-read": Proposal(
        edit(HELPER, ("def is_bad(event):", "def is_bad(event)")),
        "88 cases of 8 detections can't run because of it",
    ),
    "global-that-lacks-a-package": Proposal(
        edit(HELPER, ("def is_bad", "import nowhere\n\n\ndef is_bad")), "88 cases of 8 detections can't run"
    ),
    "data-model-changed": Proposal(
        edit("models/model.yml", ("Path: who", "Path: user")),
        "The change of `models/model.yml` makes 3 cases of 3 detections fail",
    ),
    "data-model-deleted": Proposal(
        write("models/model.yml", None),
        "This change deletes the data model of `Custom.Log`: 3 detections need it",
    ),
    "base-detection-broken": Proposal(
        edit(LOGIN_BODY, ('event.get("outcome")', 'event["nothing"]["here"]')),
        "2 cases: rule() raised KeyError",
    ),
    "two-hundred-cases": Proposal(
        edit("rules/many_cases.py", (">= 0", "< 0")), "200 cases: expected an alert"
    ),
    "one-new-among-fifty": Proposal(
        both(edit(HELPER, ('"nobody"', '"somebody"')), edit(LOGIN_BODY, ('"success"', '"succes"'))),
        "expected an alert, but rule()",
        more=OLD,
    ),
    "comment-in-a-global": Proposal(edit(HELPER, ("def is_bad", "# A comment.\ndef is_bad")), more=OLD),
    "fails-in-another-way": Proposal(
        edit("old/old_rule00.py", ("event['key0']", "event['other']")), "rule() raised KeyError", more=OLD
    ),
    "touched-and-fails-as-before": Proposal(
        edit("old/old_rule00.yml", ("{kind: bad}", "{kind: worse}")), "rule() raised KeyError", more=OLD
    ),
    "repaired": Proposal(edit("old/old_rule00.py", ("event['key0']", "is_bad(event)")), more=OLD),
    "unicode": Proposal(
        add(
            rule(
                "Örtlich.日本語",
                "def rule(event):\n    return event.get('größe') == 1\n",
                case('"größer als „eins“ 🦊"', True, "{größe: 2}"),
                folder="rules/ünïcode",
            )
        ),
        "expected an alert",
    ),
    "hostile-texts": Proposal(
        add(
            rule(
                "Hostile",
                "def rule(event):\n    print('::error::x')\n    raise ValueError('</pre><script>|`@x`')\n",
                case('"::error::x <img src=x> @octocat #1 | ]( `"', True, "{a: b}"),
            )
        ),
        "rule() raised ValueError",
    ),
    "timeout-among-innocents": Proposal(
        both(
            edit(LOGIN_BODY, ("    if event", "    while event.get('forever'): pass\n    if event")),
            edit(
                LOGIN_SPEC,
                (
                    "\n  - Name: with a",
                    f"{case('forever', True, '{forever: true}')}\n  - Name: with a",
                ),
            ),
        ),
        "ran longer than 3 s",
        timeout_seconds=3,
    ),
    "process-ended": Proposal(
        edit(
            LOGIN_BODY, ("    if event", "    if event.get('mfa'): __import__('os')._exit(0)\n    if event")
        ),
        "the process ended without a result",
    ),
    "deleted-rule": Proposal(both(write("rules/many_cases.yml", None), write("rules/many_cases.py", None))),
    "changed-id": Proposal(edit("rules/many_cases.yml", ("Many.Cases", "Many.Events"))),
    "moved-rule": Proposal(
        both(
            move("rules/many_cases.yml", "more/many_cases.yml"),
            move("rules/many_cases.py", "more/many_cases.py"),
        ),
        renamed={f"more/many_cases.{suffix}": f"rules/many_cases.{suffix}" for suffix in ("yml", "py")},
    ),
    "duplicate-id": Proposal(
        add(rule("Copy", "def rule(event):\n    return True\n", RuleID="Many.Cases")), "Many.Cases"
    ),
    "status-severity-and-enabled": Proposal(
        edit(
            LOGIN_SPEC,
            ("Severity: Medium", "Severity: Critical\nStatus: experimental"),
            ("Enabled: true", "Enabled: false"),
        )
    ),
    "title-changed": Proposal(edit(LOGIN_BODY, ("without a second factor", "alone"))),
    "new-rule": Proposal(add(rule("New.Rule", LOGIN, case("alerts", True, "{outcome: success, user: eve}")))),
    "long-paths": Proposal(
        add(
            rule(
                "Long.Path",
                "def rule(event):\n    return False\n",
                case("fails", True, "{a: b}"),
                folder=LONG,
            )
        ),
        "expected an alert",
    ),
}
