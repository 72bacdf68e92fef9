"""Links from a report to the lines of the judged commit."""

from dataclasses import dataclass

from panther_ci.model import Location
from panther_ci.reporters.defuse import url_path


@dataclass(frozen=True, slots=True)
class SourceLinks:
    """What links to a line of a file need: `https://host`, `owner/name` and the commit."""

    server: str
    repository: str
    sha: str

    def url(self, location: Location) -> str:
        """The page of a file at the commit, at the line where that is known."""
        line = f"#L{location.line}" if location.line else ""
        tree = f"{self.server}/{url_path(self.repository)}/blob/{url_path(self.sha)}"
        return f"{tree}/{url_path(location.path)}{line}"
