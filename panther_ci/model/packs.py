"""What goes to a deployment: specs with their bodies, in archives."""

from typing import Final, NamedTuple

from panther_ci.kinds import AnalysisType


class PackItem(NamedTuple):
    """An accepted spec as it is deployed: its file and its body's, as (path, judged bytes).

    `bases` counts the detections it is derived from, directly or not, which have to arrive before it.
    `deployed` is false for one that its `Status` keeps out of archives.
    """

    spec_path: str
    id: str
    type: AnalysisType
    files: tuple[tuple[str, bytes], ...]
    bases: int = 0
    deployed: bool = True


class Archive(NamedTuple):
    """A zip file that goes to a deployment in one request, its SHA-256 in hex, and its specs."""

    data: bytes
    sha256: str
    items: tuple[PackItem, ...]


class ArchiveLimit(NamedTuple):
    """How many bytes an archive may have for a deployment: as it is, or as `deflated` for the request."""

    size: int
    deflated: bool = False


# A Lambda request takes 6 MB (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html), and base64
# makes four bytes out of three.
DEFAULT_LIMIT: Final = ArchiveLimit(4_400_000)
