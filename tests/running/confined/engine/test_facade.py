"""What bodies can import of `panther_core`, where bodies run."""

from typing import Any

import pytest

from panther_ci.model import Outcome
from tests.jobs import processes
from tests.jobs import run_together as run

__all__ = ["processes", "run"]  # one runner does for the module

IMPORTS = """
import json
from collections.abc import Mapping, Sequence
import panther_core
from panther_core import PantherEvent, enriched_event
from panther_core.immutable import (
    ImmutableCaseInsensitiveDict, ImmutableContainerMixin, ImmutableList, json_encoder,
)
from panther_core.exceptions import FunctionReturnTypeError, PantherError, UnknownDestinationError
from panther_core.data_model import DataModel

MODEL = {"id": "M", "mappings": [{"name": "x", "path": "b"}]}

def raises(kind, call):
    try:
        call()
    except kind:
        return True
    return False

"""


@pytest.mark.parametrize(
    "expression",
    [
        "type(event) is PantherEvent is enriched_event.PantherEvent is panther_core.PantherEvent",
        "isinstance(event, ImmutableCaseInsensitiveDict) and isinstance(event, Mapping)",
        "type(event['a']) is ImmutableCaseInsensitiveDict and not isinstance(event['a'], PantherEvent)",
        "type(event['l']) is ImmutableList and isinstance(event['l'], Sequence)",
        "all(isinstance(each, ImmutableContainerMixin) for each in (event, event['a'], event['l']))",
        "not isinstance(event['l'], list) and not isinstance('text', ImmutableContainerMixin)",
        "event == PantherEvent(event.to_dict()) and event['l'] == ImmutableList([1, {'b': 2}])",
        "json.loads(json.dumps(event, default=PantherEvent.json_encoder)) == event",
        "json.loads(json.dumps(event, default=event.json_encoder)) == event",
        "json.dumps(event['l'], default=json_encoder) == '[1, {\"b\": 2}]'",
        "issubclass(FunctionReturnTypeError, PantherError)",
        "issubclass(UnknownDestinationError, PantherError)",
        "raises(PantherError, lambda: event.udm_path('x'))",
        "raises(TypeError, lambda: event['l'] + [1]) and raises(TypeError, lambda: event | {})",
        "raises(TypeError, lambda: json.dumps(event))",
        "raises(AttributeError, lambda: event['l'].append(1))",
        "raises(AttributeError, lambda: event.pop('a'))",
        "raises(AttributeError, lambda: 3 in event) and raises(AttributeError, lambda: event.get(None))",
        "raises(TypeError, lambda: hash(event)) and raises(TypeError, lambda: hash(event['l']))",
        "type(event['l'][0:1]) is tuple and str(event['empty']) != '[]'",
        "PantherEvent({'b': 5}, DataModel(MODEL)).udm('x') == 5",
        "raises(ImportError, lambda: __import__('panther_core.nothing'))",
        "__import__('panther_core.enriched_event').enriched_event.PantherEvent is PantherEvent",
        "__import__('panther_analysis_tool.enriched_event').enriched_event.PantherEvent is PantherEvent",
        "__import__('panther_analysis_tool.immutable').immutable.ImmutableList is ImmutableList",
        "raises(ImportError, lambda: __import__('panther_analysis_tool.main'))",
    ],
)
def test_a_body_finds_the_classes_of_its_event(make: Any, outcome: Any, expression: str) -> None:
    case = make.case({"a": {"x": 1}, "l": [1, {"b": 2}], "empty": []})
    job = make.job(f"{IMPORTS}def rule(event):\n    return {expression}\n", case)
    assert outcome(job) == (Outcome.PASSED, "")


def test_a_helper_of_that_name_hides_them(make: Any, run: Any) -> None:
    body = "from panther_core import MINE\ndef rule(event):\n    return MINE"
    own = make.job(body, helpers=(make.helper("panther_core", "MINE = True"),))
    ours = make.job("from panther_core import PantherEvent\ndef rule(event):\n    return True", name="b")
    results = run(own, ours)
    assert [result.cases[0].outcome for result in results.values()] == [Outcome.PASSED] * 2


def test_what_one_detection_changes_in_them_the_next_one_does_not_see(make: Any, run: Any) -> None:
    patch = (
        "import panther_core\nfrom panther_core import PantherEvent\n{}\ndef rule(event):\n    return True"
    )
    read = "import panther_core\ndef rule(event):\n    return event.get('a') is None"
    jobs = (
        make.job(patch.format("PantherEvent.get = lambda self, key: 1"), name="a", group=frozenset()),
        make.job(patch.format("panther_core.PantherEvent = None"), name="b", group=frozenset()),
        make.job(read, name="c", group=frozenset()),
    )
    results = run(*jobs)
    assert [results[name].cases[0].outcome for name in "abc"] == [Outcome.PASSED] * 3


def test_the_value_that_a_report_shows_is_plain(make: Any, outcome: Any) -> None:
    _, message = outcome(make.job("def rule(event):\n    return event['l']", make.case({"l": [1, "x"]})))
    assert message.startswith("rule() returned [1, 'x'] (ImmutableList), not True or False"), message
