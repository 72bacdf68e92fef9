"""Python of a repository: helpers that import each other, bodies that use them, methods of data models."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from tests.corpus.events import Field

STANDARD = ("json", "re", "datetime", "ipaddress", "fnmatch", "collections")
MODULE = '''"""{title}"""

{imports}

{constants}

'''
HELPER = (
    MODULE
    + '''
def among(value, wanted):
    """Whether a value is one of those wanted; text is compared without regard to case."""
{inner}    if isinstance(value, str):
        value = value.strip().lower()
    return {among}


def pick(mapping, *path, default=""):
    """A nested value, or the default where a step is missing."""
    value = mapping
    for step in path:
        if value is None or step not in value:
            return default
        value = value[step]
    return default if value is None else value


def context(event, names):
    """What a responder wants to see first."""
    found = {{name: str(pick(event, name))[:200] for name in names}}
    return {{"source": "{name}", "fields": found, "count": len(found)}}


def shorten(text, limit=LIMIT):
    """Cut a long text at a word."""
    words, length = [], 0
    for word in str(text).split():
        length += len(word) + 1
        if length > limit:
            return " ".join(words) + " ..."
        words.append(word)
    return " ".join(words)
'''
)
RULE = (
    MODULE
    + """
def rule(event):
{inner}    if not isinstance(event.get("{first}"), str):
        return False
    return {condition}


def title(event):
    who = {actor}
    return f"{id}: {{who}} did what {{event.get('{first}')}} says"


def dedup(event):
    return str({actor})


def severity(event):
    if event.get("{first}") == "nothing like it":
        return "INFO"
    return "HIGH"


def alert_context(event):
    return {{
        "actor": str({actor}),
        "what": event.get("{first}"),
        "where": event.get("{address}", "<unknown>"),
    }}
"""
)
POLICY = (
    MODULE
    + """
def policy(resource):
{inner}    if {condition}:
        return False
    return resource.get("TimeCreated") is not None
"""
)
# Loading this package takes half a second, and each evaluation some more.
EVALUATED = """from policyuniverse.policy import Policy

DOCUMENT = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
            "Action": ["s3:Get*", "s3:List*", "kms:Decrypt"],
            "Resource": "*",
        }
    ],
}
"""
DATA_MODEL = (
    MODULE
    + """
def describe_action(event):
{inner}    action = event.get("{first}")
    return {described}
"""
)


@dataclass(frozen=True)
class Use:
    """How one file reaches a helper: what its top says, what a function says, and the name to call."""

    top: str
    inner: str
    among: str


@dataclass(frozen=True)
class Condition:
    """A field a body looks at, and the values it wants there."""

    field: Field
    wanted: tuple[str, ...]

    @property
    def others(self) -> tuple[str, ...]:
        """Values that it doesn't want."""
        return tuple(value for value in self.field.values if value not in self.wanted)


def use(module: str, random: Random) -> Use:
    """Import a helper in one of the forms that Python has."""
    name = f"{module}_among"
    several = f"from {module} import (\n    LIMIT as LIMIT_OF_{module.upper()},\n    among as {name},\n)"
    forms = (
        Use(f"import {module}", "", f"{module}.among"),
        Use(f"import {module} as of_{module}", "", f"of_{module}.among"),
        Use(f"from {module} import among as {name}", "", name),
        Use(several, "", name),
        Use("", f"    from {module} import among as {name}\n\n", name),
    )
    return random.choice(forms)


def write_helper(name: str, uses: Sequence[Use], extra: str, random: Random) -> str:
    """A global; `extra` is an import more."""
    among = " and ".join(
        ["value in {str(item).lower() for item in wanted}", *(f"{one.among}(value, wanted)" for one in uses)]
    )
    return HELPER.format(name=name, among=among, **_head(f"Shared by rules: {name}.", uses, random, extra))


def write_body(
    template: str, names: dict[str, str], conditions: Sequence[Condition], uses: Sequence[Use], random: Random
) -> str:
    """The body of a rule or a policy that holds where all its conditions do."""
    subject = "resource" if template is POLICY else "event"
    tests = [_test(subject, number, condition, uses) for number, condition in enumerate(conditions)]
    head = _head(names["title"], uses, random)
    for number, condition in enumerate(conditions):
        head["constants"] += f"\nWANTED_{number} = {{{', '.join(repr(value) for value in condition.wanted)}}}"
    return template.format(
        condition=" and ".join(tests), **head, **{key: text for key, text in names.items() if key != "title"}
    )


def write_data_model(first: str, uses: Sequence[Use], random: Random) -> str:
    """The methods of a data model."""
    described = f"str({uses[0].among}(action, [action])) + str(action)" if uses else "str(action)"
    return DATA_MODEL.format(
        first=first, described=described, **_head("Fields by another name.", uses, random)
    )


def write_evaluation(body: str) -> str:
    """The body of a policy that also evaluates a policy of AWS."""
    return body.replace("\ndef policy", f"{EVALUATED}\n\ndef policy", 1).replace(
        "    if ", "    if not Policy(DOCUMENT).is_internet_accessible() and ", 1
    )


def _test(subject: str, number: int, condition: Condition, uses: Sequence[Use]) -> str:
    path = condition.field.path
    value = f'{subject}.get("{path[0]}")'
    if len(path) > 1 and subject == "event":
        value = f"event.deep_get({', '.join(repr(step) for step in path)}, default='')"
    elif len(path) > 1:
        value = f'{subject}.get("{path[0]}", {{}})' + "".join(f'.get("{step}")' for step in path[1:])
    if number < len(uses):
        return f"{uses[number].among}({value}, WANTED_{number})"
    return f"{value} in WANTED_{number}"


def _head(title: str, uses: Sequence[Use], random: Random, extra: str = "") -> dict[str, str]:
    standard = sorted(random.sample(STANDARD, random.randrange(3)))
    return {
        "title": title,
        "imports": _lines([*(f"import {name}" for name in standard), extra, *(one.top for one in uses)]),
        "inner": "".join(one.inner for one in uses),
        "constants": f"LIMIT = {random.randrange(40, 200)}",
    }


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(line for line in lines if line)
