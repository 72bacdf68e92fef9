"""Lists come in pages, each of which names the next one."""

from typing import Any

import pytest

from panther_ci.deployments.api.client import Client, RequestError
from panther_ci.deployments.api.listing import _read_list
from panther_ci.deployments.api.settings import Settings
from panther_ci.errors import DeploymentError
from tests.options import make_deployment_options


class Pages:
    """Answers with the page of a cursor."""

    def __init__(self, pages: dict[str, Any]) -> None:
        self._pages = pages
        self.asked: list[str] = []

    def read(self, path: str, parameters: dict[str, str]) -> Any:
        assert (path, parameters["limit"].isdigit()) == ("/rules", True)
        self.asked.append(parameters.get("cursor", ""))
        return self._pages[self.asked[-1]]


def read(pages: Any) -> list[Any]:
    """The names of all entries that pages have."""
    return [entry["id"] for entry in _read_list(pages, "/rules")]


def page(number: int, following: Any) -> dict[str, Any]:
    return {"results": [{"id": str(number)}, "no entry"], "next": following}


@pytest.mark.parametrize("end", ["", None, 7])
def test_pages_are_read_until_none_follows(end: Any) -> None:
    pages = Pages({"": page(1, "b"), "b": page(2, "c"), "c": page(3, end)})
    assert read(pages) == ["1", "2", "3"]
    assert pages.asked == ["", "b", "c"]


@pytest.mark.parametrize("back", ["b", "c"])
def test_pages_that_lead_back_are_read_once(back: str) -> None:
    pages = Pages({"": page(1, "b"), "b": page(2, "c"), "c": page(3, back)})
    with pytest.raises(DeploymentError, match="its pages do not end"):
        read(pages)
    assert pages.asked == ["", "b", "c"]


@pytest.mark.parametrize(
    ("path", "fault", "unsupported"), [("/nothing", "", True), ("/rules", "list:http:500", False)]
)
def test_only_a_list_that_is_not_there_is_one_that_the_deployment_lacks(
    path: str, fault: str, unsupported: bool, standin: Any
) -> None:
    if fault:
        standin.fail(fault)
    options = make_deployment_options(api_host=standin.url, api_token=standin.state.key)
    with pytest.raises(RequestError) as caught:
        Client(Settings.read(options, {})).get(path, {"limit": "5"})
    assert caught.value.details.unsupported is unsupported


def test_a_page_without_results_is_an_error() -> None:
    with pytest.raises(DeploymentError, match="a page has no results"):
        read(Pages({"": {"next": "b"}}))
