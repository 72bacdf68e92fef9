"""The deployment is asked what it would refuse, and nothing is uploaded."""

import json

import pytest

from panther_ci.errors import DeploymentError, InputError
from tests.deployments.api.conftest import operations
from tools.api_standin.server import StandIn

ISSUE = {"path": "a", "errorMessage": "b"}


def test_an_archive_that_would_be_taken_has_no_issues(standin, panther, archives):
    assert panther().validate(archives) == ()
    assert operations(standin) == ["validate", "validation"] and standin.state.entities == {}


def test_issues_are_given_with_their_files(standin, panther, archives):
    issues = [{"path": "rules/a.yml", "errorMessage": "no body"}, {"path": "", "errorMessage": "too many"}]
    standin.fail(f"validate:issues:{json.dumps(issues)}")
    assert panther().validate(archives) == (("rules/a.yml", "no body"), ("", "too many"))


@pytest.mark.parametrize(
    ("state", "issues"),
    [
        ({"status": "FAILED", "error": "it broke"}, (("", "it broke"),)),
        ({"status": "COMPLETED", "error": "it broke"}, (("", "it broke"),)),
        ({"status": "FAILED", "error": "it broke", "result": {"issues": [ISSUE]}}, (("a", "b"),)),
        ({"status": "FAILED"}, (("", "the deployment refuses the archive and gives no reason"),)),
        ({"status": "COMPLETED", "result": None}, ()),
        ({"status": "FAILED", "error": json.dumps({"issues": [ISSUE]})}, (("a", "b"),)),
    ],
)
def test_what_an_answer_says_is_an_issue_where_it_has_no_others(state, issues, standin, panther, archives):
    standin.fail("validation:garbage:" + json.dumps({"data": {"validateBulkUploadStatus": state}}))
    assert panther().validate(archives) == issues


def test_without_archives_nobody_is_asked_but_a_token_is_needed(standin, panther):
    assert panther().validate(()) == () and operations(standin) == []
    with pytest.raises(InputError, match="no API token"):
        panther(api_token="").validate(())


def test_an_issue_that_quotes_the_token_is_shown_without_it(standin, panther, archives):
    standin.fail("validate:issues:" + json.dumps([{"path": "a.yml", "errorMessage": standin.state.key}]))
    assert panther().validate(archives) == (("a.yml", "***"),)


def test_a_deployment_that_can_t_validate_says_so(panther, archives):
    with StandIn(lacking={"validateBulkUpload"}) as older, pytest.raises(DeploymentError) as raised:
        panther(api_host=older.url).validate(archives)
    assert "can't validate" in raised.value.message and "`validate`" in raised.value.hint


@pytest.mark.parametrize("fault", ["validate:reset", "validation:expire", "validate:http:401"])
def test_no_answer_is_no_verdict(fault, standin, panther, archives):
    standin.fail(fault)
    with pytest.raises(DeploymentError, match="Nothing was validated") as raised:
        panther().validate(archives)
    assert raised.value.hint
