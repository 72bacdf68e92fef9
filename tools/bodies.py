"""Loads the bodies of analysis/ into this process and runs their cases.

panther-ci itself judges bodies in processes of their own; here they are the project's own code, and
tests and mutation runs want thousands of verdicts a second.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from panther_ci.running.confined.engine.panther_core.data_model import DataModel
from panther_ci.running.confined.engine.panther_core.enriched_event import PantherEvent
from panther_ci.running.confined.engine.panther_core.immutable import view
from tools.library import Detection, read_data_models, read_global_bodies


@cache
def compile_body(path: Path) -> CodeType:
    """Return the compiled file, with its path, so that coverage and tracebacks find it."""
    return compile(path.read_bytes(), str(path), "exec")


class Globals(MetaPathFinder, Loader):
    """Lets bodies import the globals of analysis/ by their names; `code` may be replaced by a mutant's."""

    def __init__(self) -> None:
        """Read and compile the globals."""
        self.code = {name: compile_body(path) for name, path in read_global_bodies().items()}

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        """Answer the import system for the names of globals only."""
        return spec_from_loader(name, self) if name in self.code else None

    def exec_module(self, module: ModuleType) -> None:
        """Run the body of a global."""
        exec(self.code[module.__name__], vars(module))

    def forget(self) -> None:
        """Forget the imported globals, so that they are imported again."""
        for name in self.code:
            sys.modules.pop(name, None)


@contextmanager
def importable_globals() -> Iterator[Globals]:
    """Make the globals importable for a while."""
    finder = Globals()
    sys.meta_path.insert(0, finder)
    try:
        yield finder
    finally:
        sys.meta_path.remove(finder)
        finder.forget()


def load_body(name: str, code: CodeType) -> ModuleType:
    """Return a module in which the body ran."""
    module = ModuleType(name)
    exec(code, vars(module))
    return module


@cache
def load_data_models() -> Mapping[str, DataModel]:
    """Return the data models of analysis/ by their log types; none of them has a body."""
    return {model["log_type"]: DataModel(model, None) for model in read_data_models()}


def as_event(data: Any) -> Any:
    """Return the data as rules get it, read-only at every depth, with the data models of analysis/."""
    if type(data) is not dict:
        return view(data, None, ())
    log_type = data.get("p_log_type")
    return PantherEvent(data, load_data_models().get(log_type) if isinstance(log_type, str) else None)


@contextmanager
def mocked(module: ModuleType, mocks: list[Mapping[str, Any]]) -> Iterator[None]:
    """Replace names of the module for a while, as the mocks of a case say."""
    kept = {mock["objectName"]: getattr(module, mock["objectName"]) for mock in mocks}
    for mock in mocks:
        setattr(module, mock["objectName"], lambda *_, answer=mock["returnValue"], **__: answer)
    try:
        yield
    finally:
        for name, value in kept.items():
            setattr(module, name, value)


def judge(detection: Detection, module: ModuleType, case: Mapping[str, Any]) -> object:
    """Return what the body answers to a case; its exceptions pass through."""
    event = detection.event(case)
    with mocked(module, case.get("Mocks", [])):
        return module.rule(as_event(event)) if detection.is_rule else module.policy(event)


def describe_alert(detection: Detection, module: ModuleType, event: Any) -> dict[str, object]:
    """Return what a rule says about an event: its title, dedup key and context; nothing for a policy."""
    names = ("title", "dedup", "alert_context") if detection.is_rule else ()
    return {name: getattr(module, name)(as_event(event)) for name in names}
