"""What packs have to contain, and what they may not, as `panther_analysis_tool check-packs` has it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from panther_ci.catalogue import CheckId
from panther_ci.kinds import UNRELEASED, AnalysisType
from panther_ci.model import Finding, Json, Spec
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.loader import SpecLoader
from panther_ci.specs.outline import Outline, find_references
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import cut

_PACKED: Final = frozenset(
    {
        AnalysisType.RULE,
        AnalysisType.SCHEDULED_RULE,
        AnalysisType.CORRELATION_RULE,
        AnalysisType.DATAMODEL,
        AnalysisType.LOOKUP_TABLE,
    }
)
# Of what has one of these tags, in any case, no pack is made.
_TAGS: Final = frozenset({"no pack", "configuration required", "multi-table query"})
# Globals of this name are settings; what they import is not asked for.
_SETTINGS: Final = "global_filter_"
_MOST_NAMED: Final = 10


@dataclass
class _Finder:
    """Finds what is wrong with packs, and with specs that should be in one."""

    project: Project
    loader: SpecLoader = field(default_factory=SpecLoader)

    def find_in_pack(self, pack: Spec) -> Iterator[Finding]:
        """What a pack lacks, and what should not be in it."""
        listed = {name: keys for keys, name in find_references(pack.type, pack.fields)}
        items = [each for name in listed if (each := self.project.search.provider(f"detection:{name}"))]
        if lacking := sorted(self.list_needed(items) - listed.keys()):
            more = f" and {len(lacking) - _MOST_NAMED:,} more" if len(lacking) > _MOST_NAMED else ""
            names = ", ".join(f"`{cut(name)}`" for name in lacking[:_MOST_NAMED])
            where = self.project.locate(pack.path, ("PackDefinition", "IDs"))
            message = f"What is in this pack needs {names}{more}."
            yield Finding.of(CheckId.INCOMPLETE_PACK, message, where, "Add the ids.", pack.id)
        for name, keys in listed.items():
            item = self.project.search.provider(f"detection:{name}")
            if item and item.type in _PACKED and (reason := self.explain(item.path)):
                where, message = self.project.locate(pack.path, keys), f"`{cut(name)}` has {reason}."
                yield Finding.of(CheckId.UNFIT_FOR_PACKS, message, where, "Remove its id.", pack.id)

    def find_unpacked(self, spec: Spec) -> Iterator[Finding]:
        """A finding on a spec that is in no pack and has no reason for it."""
        search = self.project.search
        paths = search.requirers(f"detection:{spec.id}")
        outlines = (search.outline(path) for path in paths)
        if not _explain(spec.fields) and not any(_is_pack(each) for each in outlines):
            message = f"`{cut(spec.id)}` is in no pack."
            hint = "Add its id to a pack, or the tag `no pack` to the spec."
            yield Finding.of(CheckId.MISSING_IN_PACKS, message, spec.location, hint, spec.id)

    def explain(self, path: str) -> str:
        """Why a spec may not be in a pack; empty if it may."""
        spec = self.project.specs.get(path) or self.loader.read(path, self.project.files[path]).spec
        return _explain(spec.fields) if spec else ""

    def list_needed(self, items: Iterable[Outline]) -> set[str]:
        """The ids of all that these need: globals, rules, queries and data models of the repository."""
        found: dict[str, Outline] = {}
        waiting = list(items)
        while waiting:
            item = waiting.pop()
            if item.path not in found:
                found[item.path] = item
                waiting += self.list_next(item)
        needed = {each.ids[0] for each in found.values() if each.ids}
        queries = {name for each in found.values() for name in each.queries}
        needed |= {name for name in queries if self.project.search.provider(f"query:{name}")}
        return needed | self.list_models(found.values())

    def list_next(self, item: Outline) -> Iterator[Outline]:
        """The rules that a correlation rule names, or the globals that a body imports."""
        names = {f"detection:{each}" for each in item.references}
        is_setting = item.type is AnalysisType.GLOBAL and any(each.startswith(_SETTINGS) for each in item.ids)
        body = None if is_setting or item.type is AnalysisType.DATAMODEL else self.project.body(item.body)
        names |= {f"module:{each}" for each in (body.modules if body else ())}
        return (each for name in sorted(names) if (each := self.project.search.provider(name)))

    def list_models(self, items: Iterable[Outline]) -> set[str]:
        """The ids of the data models of the log types of all these."""
        types = {name for each in items for name in each.log_types}
        models = (self.project.search.provider(f"log-type:{name}") for name in sorted(types))
        return {each.ids[0] for each in models if each and each.ids}


def find_wrong_packs(project: Project, settings: CheckSettings) -> Iterator[Finding]:
    """The findings on selected packs, and on selected specs that are in none, where packs are strict."""
    if settings.packs != "strict":
        return
    finder = _Finder(project)
    for spec in project.selected:
        if spec.type is AnalysisType.PACK:
            yield from finder.find_in_pack(spec)
        elif spec.type in _PACKED:
            yield from finder.find_unpacked(spec)


def _is_pack(outline: Outline | None) -> bool:
    return outline is not None and outline.type is AnalysisType.PACK


def _explain(fields: Mapping[str, Json]) -> str:
    """Why a spec with these fields may not be in a pack, as what it has; empty if it may."""
    status, tags = fields.get("Status"), fields.get("Tags")
    if isinstance(status, str) and status.lower() in UNRELEASED:
        return f"the `Status` {status.lower()}"
    texts = [tag for tag in (tags if isinstance(tags, list) else ()) if isinstance(tag, str)]
    return next((f"the tag `{tag}`" for tag in texts if tag.lower() in _TAGS), "")
