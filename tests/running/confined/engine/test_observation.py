"""What is told of an exception, whatever led to it."""

import json

import pytest

from panther_ci.running.confined.engine.observation import measured, raised


class NoRegionError(Exception):
    """The name of what botocore raises before it opens a connection."""


def chain(cause: BaseException | None, context: BaseException | None) -> BaseException:
    error = ValueError("last")
    error.__cause__, error.__context__ = cause, context
    return error


@pytest.mark.parametrize(
    ("error", "network"),
    [
        (NoRegionError("no region"), True),
        (chain(NoRegionError(), None), True),
        (chain(None, NoRegionError()), True),
        (chain(chain(None, NoRegionError()), KeyError()), True),
        (chain(KeyError(), NoRegionError()), False),
        (chain(None, None), False),
    ],
)
def test_a_network_may_have_been_needed_by_what_led_to_an_exception(
    error: BaseException, network: bool
) -> None:
    told = raised(error, ())
    assert (told["network"], told["raised"]) == (network, type(error).__name__)


@pytest.mark.parametrize("value", ["\u00e9", "\u65e5", "e", "\\u00e9"])
def test_a_mapping_is_shown_as_it_was_written_and_counted_as_it_is_sent(value: str) -> None:
    told = measured({"a": value})
    assert told["text"] == json.dumps({"a": value}, ensure_ascii=False)
    assert told["size"] == len(json.dumps({"a": value}))
