"""Asks the API what it would refuse in an archive, without uploading it."""

import base64

from panther_ci.deployment_rules.zips import deflate
from panther_ci.deployments.api.client import RequestError
from panther_ci.deployments.api.exchange import Exchange
from panther_ci.deployments.api.operations import VALIDATE, VALIDATE_STATUS
from panther_ci.deployments.api.words import read_failure, read_issues
from panther_ci.deployments.base import Issue
from panther_ci.errors import DeploymentError

_TOO_OLD = "Its version may be too old: leave `validate` out, or update the deployment."


def validate(exchange: Exchange, archive: bytes) -> tuple[Issue, ...]:
    """The issues of one archive; raises `DeploymentError` if there is no answer."""
    data = base64.b64encode(deflate(archive)).decode()
    try:
        receipt = exchange.request(VALIDATE, data)
        state = exchange.follow(VALIDATE_STATUS, receipt)
    except RequestError as error:
        if error.details.unsupported:
            target = exchange.client.settings.target
            raise DeploymentError(f"{target} can't validate archives.", _TOO_OLD) from None
        raise DeploymentError(f"Nothing was validated. {error.message}", error.hint) from None
    quote = exchange.client.settings.quote
    words, issues = read_failure(state.error, quote) if state.error else ("", ())
    issues = (*read_issues(state.result.get("issues"), quote), *issues)
    if words and not issues:
        return (Issue("", words),)
    if state.status == "FAILED" and not issues:
        return (Issue("", "the deployment refuses the archive and gives no reason"),)
    return issues
