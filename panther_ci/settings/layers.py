"""Which value of an input counts: what was given, else a variable, `.panther-ci.yml`, Panther's own file.

What is given are flags, or inputs that the workflow sets; the defaults come last.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from panther_ci.errors import InputError
from panther_ci.inputs import Environment, Inputs
from panther_ci.settings.files import SettingsFiles, Source, find_files
from panther_ci.settings.own import OWN_FILE, read_own
from panther_ci.settings.pat import PAT_FILE, PatSettings, read_flag_variables, read_pat, read_variables
from panther_ci.settings.values import FIELDS, PATHS, Value


class Asked(NamedTuple):
    """What was given, which inputs there are at all, the working directory and the variables of this process.

    `defaults` are those of the command that differ from the usual ones.
    """

    given: Mapping[str, Any]
    names: frozenset[str]
    folder: Path
    environ: Mapping[str, str]
    defaults: Mapping[str, Any] = {}

    @property
    def foreign_names(self) -> frozenset[str]:
        """The inputs that settings of Panther's own tool may set: `out` is only where `zip` writes."""
        return self.names if "output_path" in self.defaults else self.names - {"output_path"}


class Resolved(NamedTuple):
    """The inputs, and the origin of each that was neither given nor is the default.

    `notes` are for every report, `told` says in lines for the log which settings count. `files` are those of
    the work tree that count, and `flags` what settings of Panther's own tool give that is no input.
    """

    inputs: Inputs
    origins: Mapping[str, str] = {}
    notes: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    flags: Mapping[str, Value] = {}


def read_settings(asked: Asked, source: Source) -> Resolved:
    """The value of every input; raises `InputError` naming the place of a setting that can't be used."""
    variables = read_variables(asked.environ, asked.foreign_names)
    path = asked.given.get("path") or (variables["path"].value if "path" in variables else ".")
    files = find_files(asked.folder / path, Environment(asked.environ), source)
    pat, own = _read_contents(files, asked.foreign_names)
    set_there = {name: value for name, value in (pat.values | own).items() if name in asked.names}
    found = {name: _rebase(name, value, files.root, asked.folder) for name, value in set_there.items()}
    found = {name: value for name, value in (found | variables).items() if name not in asked.given}
    return Resolved(
        Inputs(**{**asked.defaults, **{name: value.value for name, value in found.items()}, **asked.given}),
        {name: value.origin for name, value in found.items()},
        (*_describe_filter(found), *pat.notes, *_describe_proposed(files), *_describe_unknown(files)),
        tuple(_describe_origins(found, files.commit)),
        () if files.commit else tuple(files.contents),
        {**pat.flags, **read_flag_variables(asked.environ)},
    )


def _read_contents(files: SettingsFiles, names: frozenset[str]) -> tuple[PatSettings, dict[str, Value]]:
    """What the files say that count; an error in those of a commit names it: the checkout may be right."""
    try:
        return _read_pat(files.contents, names), _read_own(files.contents)
    except InputError as error:
        where = f"In {files.commit[:12]}, whose settings count: " if files.commit else ""
        raise InputError(f"{where}{error.message}", error.hint) from None


def _read_own(contents: Mapping[str, bytes]) -> dict[str, Value]:
    return read_own(contents[OWN_FILE]) if OWN_FILE in contents else {}


def _read_pat(contents: Mapping[str, bytes], names: frozenset[str]) -> PatSettings:
    return read_pat(contents[PAT_FILE], names) if PAT_FILE in contents else PatSettings({})


def _rebase(name: str, value: Value, root: Path, folder: Path) -> Value:
    """A path of a file begins at the root of the repository, and one of an input in the working directory."""
    if name not in PATHS or not value.value:
        return value
    return value._replace(value=os.path.relpath(root / value.value, folder.resolve()))


def _describe_proposed(files: SettingsFiles) -> Iterator[str]:
    """What a change does to settings; raises `InputError` for some by which nothing could be judged."""
    proposed = {name: data for name, data in files.proposed.items() if data is not None}
    _read_own(proposed)
    _read_pat(proposed, frozenset(FIELDS))
    for name, data in files.proposed.items():
        done = "removed" if data is None else "changed" if name in files.contents else "added"
        count = "those" if name in files.contents else "the settings"
        yield (
            f"`{name}` is {done} here, which takes effect after the merge: until then {count} of "
            f"{files.commit[:12]} count."
        )


def _describe_unknown(files: SettingsFiles) -> Iterator[str]:
    """That settings may have been taken away, where nothing shows whether there were any."""
    if files.is_unknown:
        yield (
            f"Whether what this is merged into has a `{OWN_FILE}` or a `{PAT_FILE}` is not known, so the "
            "defaults count. Check out more of the history: `fetch-depth: 2` for the action on pull "
            "requests, else `0`."
        )


def _describe_filter(found: Mapping[str, Value]) -> Iterator[str]:
    """That not all is judged and packed, where nobody who starts a run asked for that."""
    if "filter" in found:
        text, origin = found["filter"]
        yield f"Only what matches the filter of {origin} is judged, packed and deployed: {text}"


def _describe_origins(found: Mapping[str, Value], commit: str) -> Iterator[str]:
    """Which inputs have their values from which file or variable."""
    of = f" of {commit[:12]}" if commit else ""
    for source, words in ((OWN_FILE, f"`{OWN_FILE}`{of}"), (PAT_FILE, f"`{PAT_FILE}`{of}"), ("PANTHER_", "")):
        names = [
            f"{name.replace('_', '-')}{'' if words else f' ({value.origin})'}"
            for name, value in found.items()
            if value.origin.startswith(source)
        ]
        if names:
            yield f"[INFO]: {words or 'The environment'} sets {', '.join(names)}."
