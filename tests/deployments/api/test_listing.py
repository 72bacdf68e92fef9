"""Lists come in pages, each of which names the next one."""

from typing import Any

import pytest

from panther_ci.deployments.api.listing import _read_list
from panther_ci.errors import DeploymentError


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


def test_a_page_without_results_is_an_error() -> None:
    with pytest.raises(DeploymentError, match="a page has no results"):
        read(Pages({"": {"next": "b"}}))
