"""Enabled detections that read a setting in which a placeholder was left.

A global declares what its placeholders are: a list of texts under the name `PLACEHOLDERS` in its body.
"""

import ast
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from heapq import nsmallest
from typing import Final

from panther_ci.catalogue import CheckId
from panther_ci.model import Finding, Source, Spec
from panther_ci.specs.assembly import find_helpers, resolve
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.checks.bounds import tell_more
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import MOST_PROBLEMS, cut

DECLARATION: Final = "PLACEHOLDERS"
_WORD = re.compile(rb"[A-Za-z_]\w*")


def find_left_placeholders(project: Project, _: CheckSettings) -> Iterator[Finding]:
    """A finding for each such detection and setting."""
    left = {name: found for name in project.globals if (found := _read_settings(project, name))}
    finder = _Finder(project, left)
    for spec in project.selected if left else ():
        whole = resolve(project, spec)
        if spec.type.judged and whole.enabled and whole.body in project.files:
            yield from finder.judge(whole)


@dataclass
class _Finder:
    """Finds who reads the settings that were `left`; the words of each file are read once."""

    project: Project
    left: Mapping[str, Mapping[str, str]]
    words: dict[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of all settings that were left."""
        return frozenset[str]().union(*self.left.values())

    def judge(self, spec: Spec) -> Iterator[Finding]:
        """The findings on one detection."""
        body = Source("", spec.body or "", self.project.files[spec.body or ""])
        helpers = find_helpers(self.project, (body.path,))
        for settings in (helper for helper in helpers if helper.name in self.left):
            found = self.left[settings.name]
            read = self.read_words((body, *helpers), settings) & found.keys()
            for name in nsmallest(MOST_PROBLEMS, read):
                yield self.report(spec, settings, name, found[name])
            if len(read) > MOST_PROBLEMS:
                name = max(read)
                yield tell_more(self.report(spec, settings, name, found[name]), len(read) - MOST_PROBLEMS)

    def report(self, spec: Spec, settings: Source, name: str, text: str) -> Finding:
        """The finding on one setting."""
        message = (
            f"This detection is enabled, but `{cut(name)}` in `{settings.path}` still has the "
            f"placeholder `{cut(text)}`."
        )
        hint = "Replace the placeholder by your own value, or set `Enabled: false`."
        stated = "Enabled" in self.project.specs[spec.path].fields
        where = self.project.locate(spec.path, ("Enabled",)) if stated else spec.location
        return Finding.of(CheckId.LEFT_PLACEHOLDER, message, where, hint, spec.id)

    def read_words(self, sources: tuple[Source, ...], settings: Source) -> frozenset[str]:
        """The words in the sources that import the settings, except in the settings themselves."""
        importing = (
            source
            for source in sources
            if source.path != settings.path and settings.name in _imports(self.project, source.path)
        )
        return frozenset[str]().union(*map(self.find_words, importing))

    def find_words(self, source: Source) -> frozenset[str]:
        """The words of a source that are names of settings."""
        if source.path not in self.words:
            words = {word.decode() for word in _WORD.findall(source.text)}
            self.words[source.path] = frozenset(words.intersection(self.names))
        return self.words[source.path]


def _imports(project: Project, path: str) -> frozenset[str]:
    body = project.body(path)
    return body.modules if body else frozenset()


def _read_settings(project: Project, name: str) -> Mapping[str, str]:
    """The settings of a global in which a placeholder was left, each with the first one."""
    body = project.body(project.globals[name].body)
    if body is None or body.broken or DECLARATION not in body.names:
        return {}
    assigned = dict(_read_assignments(project.files[body.path]))
    placeholders = set(assigned.pop(DECLARATION, ()))
    left = {key: [text for text in texts if text in placeholders] for key, texts in assigned.items()}
    return {key: texts[0] for key, texts in left.items() if texts}


def _read_assignments(data: bytes) -> Iterator[tuple[str, list[str]]]:
    """The names that a body assigns at its top level, each with the texts in its value."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(data)
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            values = (each.value for each in ast.walk(node.value) if isinstance(each, ast.Constant))
            texts = [value for value in values if isinstance(value, str)]
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from ((target.id, texts) for target in targets if isinstance(target, ast.Name))
