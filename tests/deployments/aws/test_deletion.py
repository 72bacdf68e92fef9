"""Deletions by the Lambda function, in the current format only."""

import json

import pytest

from panther_ci.deployments.base import Deletion
from panther_ci.deployments.deletion import delete, preview
from panther_ci.deployments.local.acceptance import Entity
from panther_ci.errors import DeploymentError
from panther_ci.kinds import AnalysisType


def put(deployment, *ids, kind=AnalysisType.RULE):
    for id in ids:
        entity = Entity(id, kind, "")
        deployment.entities[entity.key] = entity


def there(deployment):
    return sorted(entity.id for entity in deployment.entities.values())


@pytest.fixture
def function(aws, panther):
    """The client of a deployment that can delete."""
    return panther(wire="bulk-upload")


def test_only_the_current_format_can_delete(aws, panther):
    assert panther(wire="bulk-upload").deletes and not panther(wire="upload").deletes


def test_what_is_there_is_found_and_then_deleted(deployment, function):
    put(deployment, "A", "B")
    put(deployment, "Q", kind=AnalysisType.SAVED_QUERY)
    wanted = Deletion(("A", "C"), ("Q",))
    assert preview(function, wanted).found == Deletion(("A",), ("Q",)) and len(there(deployment)) == 3
    assert list(delete(function, Deletion(("A",), ("Q",)))) == [Deletion(("A",)), Deletion((), ("Q",))]
    assert there(deployment) == ["B"]


def test_the_requests_are_those_of_the_function(deployment, function):
    list(delete(function, Deletion(("A",), ("Q",))))
    user = function.settings.user_id
    assert deployment.deletions == [
        {
            "deleteDetections": {
                "dryRun": False,
                "userId": user,
                "entries": [{"id": "A"}],
                "includeSavedQueries": False,
            }
        },
        {
            "deleteSavedQueriesByName": {
                "dryRun": False,
                "userId": user,
                "names": ["Q"],
                "includeDetections": False,
            }
        },
    ]


def test_what_is_linked_is_told_by_a_dry_run(deployment, function):
    body = json.dumps({"ids": ["A"], "savedQueryNames": ["Q"]})
    deployment.fail(f"answer:{json.dumps({'statusCode': 200, 'body': body})}")
    answer = preview(function, Deletion(("A",)))
    assert (answer.found, answer.linked) == (Deletion(("A",)), Deletion((), ("Q",)))


FAULTS = {
    "close": "closed the connection",
    "function-error:out of memory": "out of memory",
    "status:500:broken": "broken",
    "status:400:no such user": "no such user",
    "answer:<html>": "can't be read",
    "answer:{}": "can't be read",
    'answer:{"statusCode": 200, "body": "[]"}': "can't be read",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_deletion_that_fails_is_not_asked_for_again(fault, deployment, function):
    deployment.fail(fault)
    with pytest.raises(DeploymentError, match=FAULTS[fault]) as raised:
        list(delete(function, Deletion(("A",))))
    assert len(deployment.deletions) == 1 and "archive" not in raised.value.message + raised.value.hint
    assert raised.value.hint


def test_a_dry_run_that_fails_says_that_nothing_was_deleted(deployment, function):
    deployment.fail("function-error:out of memory")
    with pytest.raises(DeploymentError, match=r"Nothing was deleted\. .*out of memory"):
        preview(function, Deletion(("A",)))
