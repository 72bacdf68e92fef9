"""Posts check runs with annotations: https://docs.github.com/rest/checks/runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from panther_ci.github.api import Api, ApiError, check_repository
from panther_ci.model import Json, Level, Location

ANNOTATIONS_A_REQUEST = 50
# GitHub limits clients that create more than 80 things a minute.
MAX_REQUESTS = 10
MAX_SUMMARY_CHARACTERS = 65_535
MAX_TITLE_CHARACTERS = 255
MAX_MESSAGE_BYTES = 64 * 1024
LEVELS = {Level.ERROR: "failure", Level.WARNING: "warning", Level.NOTICE: "notice"}


@dataclass(frozen=True, slots=True)
class CheckAnnotation:
    """A message on a line of a file; its texts must have been made harmless."""

    level: Level
    title: str
    message: str
    location: Location


@dataclass(frozen=True, slots=True)
class Ending:
    """How a check run ends: its summary in Markdown, and its annotations, the most important first."""

    accepted: bool
    title: str
    summary: str
    annotations: tuple[CheckAnnotation, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckRun:
    """A check run, which GitHub shows as in progress until it is completed; `path` is its path in the API."""

    api: Api
    path: str

    @classmethod
    def start(cls, api: Api, repository: str, name: str, head_sha: str) -> "CheckRun":
        """Create a check run on a commit; raises `ApiError` if that fails."""
        path = f"/repos/{check_repository(repository)}/check-runs"
        created = api.send("POST", path, {"name": name, "head_sha": head_sha, "status": "in_progress"})
        return cls(api, f"{path}/{_read_id(created)}")

    def show_progress(self, words: str) -> None:
        """Show how far the run is; raises `ApiError` if that fails."""
        self.api.send("PATCH", self.path, {"output": {"title": words, "summary": words}})

    def complete(self, ending: Ending) -> str:
        """Complete the check run, with its annotations in the given order.

        Returns why something could not be posted, empty if all was. Annotations without a line can't be
        posted, and no more than 500; the summary has to contain the others.
        """
        placed = [each for each in ending.annotations if each.location.path and each.location.line]
        size = ANNOTATIONS_A_REQUEST
        batches = [placed[at : at + size] for at in range(0, len(placed), size)] or [[]]
        closing: dict[str, Json] = {
            "status": "completed",
            "conclusion": "success" if ending.accepted else "failure",
        }
        posted = 0
        try:
            for batch in batches[:MAX_REQUESTS]:
                self.api.send("PATCH", self.path, closing | {"output": _describe_output(ending, batch)})
                posted += len(batch)
        except ApiError as error:
            if posted:
                return f"only {posted} of {len(placed)} annotations: {error.message}"
            bare = closing | {"output": _describe_output(ending, ())}
            return self._end_bare(bare, error) if placed else error.message
        return f"only {posted} of {len(placed)} annotations" if posted < len(placed) else ""

    def _end_bare(self, closing: Mapping[str, Json], refused: ApiError) -> str:
        """Complete the check run without its annotations, and return why GitHub refused them."""
        try:
            self.api.send("PATCH", self.path, closing)
        except ApiError as error:
            return error.message
        return f"no annotations: {refused.message}"


def _read_id(created: Json) -> int:
    number = created.get("id") if isinstance(created, dict) else None
    if not isinstance(number, int):
        raise ApiError("GitHub names no check run")
    return number


def _describe_output(ending: Ending, batch: Sequence[CheckAnnotation]) -> dict[str, Json]:
    return {
        "title": ending.title[:MAX_TITLE_CHARACTERS],
        "summary": cut(ending.summary, MAX_SUMMARY_CHARACTERS),
        "annotations": [_describe_annotation(annotation) for annotation in batch],
    }


def _describe_annotation(annotation: CheckAnnotation) -> dict[str, Json]:
    line, column = annotation.location.line, annotation.location.column
    described: dict[str, Json] = {
        "path": annotation.location.path,
        "start_line": line,
        "end_line": line,
        "annotation_level": LEVELS[annotation.level],
        "title": annotation.title[:MAX_TITLE_CHARACTERS],
        "message": cut(annotation.message, MAX_MESSAGE_BYTES) or "-",
    }
    if column:
        described |= {"start_column": column, "end_column": column}
    return described


def cut(text: str, most: int) -> str:
    """The text in at most so many bytes of UTF-8, and so characters; `…` replaces what is cut."""
    data = text.encode("utf-8", "backslashreplace")
    if len(data) <= most:
        return data.decode()
    return data[: most - 3].decode("utf-8", "ignore") + "…"
