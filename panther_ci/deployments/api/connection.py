"""Asks the API whether it can be used: can it be reached, is the token accepted, which version is it."""

from collections.abc import Iterator

from panther_ci.deployments.api import operations
from panther_ci.deployments.api.client import Client, RequestError, as_mapping
from panther_ci.deployments.base import Connection, describe_clock

# An id that no upload has: the answer shows whether the token may ask for uploads at all.
_NO_RECEIPT = "00000000-0000-0000-0000-000000000000"


def check_connection(client: Client, now: float) -> Connection:
    """What the API says of itself; `now` is the time of day in seconds since 1970.

    Raises `RequestError` if it can't be reached, and if it does not accept the token.
    """
    return Connection(client.settings.target, tuple(_ask(client, now)))


def _ask(client: Client, now: float) -> Iterator[str]:
    try:
        reply = client.ask(operations.VERSION, {})
    except RequestError as error:
        if not error.details.answered:
            raise
        yield f"version: unknown ({error.message})"
    else:
        version = as_mapping(reply.data[operations.VERSION.field]).get("pantherVersion")
        yield f"version: {client.settings.quote(version) if isinstance(version, str) else 'unknown'}"
        yield from describe_clock(reply.date, now)
    yield f"upload: {_ask_permission(client)}"


def _ask_permission(client: Client) -> str:
    """Whether the token may upload, as far as a question about an upload shows it."""
    try:
        client.ask(operations.upload_status({"rules"}), {"receipt": _NO_RECEIPT})
    except RequestError as error:
        if error.details.unsupported:
            return "without receipts, as this deployment has no others; whether the token may is unknown"
        if error.details.denied or not error.details.answered:
            raise
    return "the token may ask about uploads"
