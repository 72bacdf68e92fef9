"""`check` says in one sentence what is wrong with a connection, or what the deployment is."""

import json
from uuid import UUID

import pytest

from panther_ci.errors import DeploymentError, InputError
from tests.deployments.api.conftest import operations, patience_for
from tools.api_standin.server import StandIn

BEGINNING = "Thu, 01 Jan 1970 00:0{}:00 GMT"


def test_the_version_the_clock_and_the_permission_are_told(standin, panther):
    standin.fail(f"version:date:{BEGINNING.format(1)}")
    assert panther().check().lines == (
        "version: 1.120.3",
        "clock: right",
        "upload: the token may ask about uploads",
    )
    assert operations(standin) == ["version", "status"] and standin.state.uploads == {}
    assert standin.state.calls[-1].variables == {"receipt": str(UUID(int=0))}


@pytest.mark.parametrize(("date", "words"), [(BEGINNING.format(5), "300 s behind"), ("no date", None)])
def test_a_clock_that_is_wrong_is_told(date, words, standin, panther):
    standin.fail(f"version:date:{date}")
    clock = [line for line in panther().check().lines if line.startswith("clock")]
    assert [words in line for line in clock] == ([True] if words else [])


@pytest.mark.parametrize(
    ("missing", "words"), [("api_host", "no host of Panther's API"), ("api_token", "no API token")]
)
def test_what_is_missing_is_named_before_anybody_is_asked(missing, words, standin, panther):
    with pytest.raises(InputError, match=f"There is {words}"):
        panther(**{missing: ""}).check()
    assert operations(standin) == []


def test_a_token_that_may_not_read_the_version_may_be_good_all_the_same(standin, panther):
    standin.fail("version:error:access denied")
    version, upload = panther().check().lines
    assert "access denied" in version and "may ask about uploads" in upload


@pytest.mark.parametrize("version", [None, 1.12, ["1.12"]])
def test_a_version_that_is_no_text_is_unknown(version, standin, panther):
    answer = {"data": {"generalSettings": {"pantherVersion": version}}}
    standin.fail(f"version:garbage:{json.dumps(answer)}")
    assert panther().check().lines[0] == "version: unknown"


def test_an_older_deployment_is_named(panther):
    with StandIn(lacking={"detectionEntitiesUploadStatus"}) as older:
        assert "without receipts" in panther(api_host=older.url).check().lines[-1]


MISHAPS = {
    "a token that may not upload": ("status:error:permission denied", "permission denied"),
    "silence about uploads": ("status:reset", "did not answer"),
    "a wrong token": ("version:http:403", r"doesn't accept the API token \(403\)"),
    "a wrong path": ("version:http:404", "answered 404"),
    "a broken answer": ("version:cut", "the connection broke off"),
    "no answer": ("version:hang:99", "no answer in time"),
    "a fault there": ("version:http:500", "answered 500"),
    "throttled": ("version:throttle", "is throttled"),
}


@pytest.mark.parametrize("mishap", MISHAPS)
def test_a_mishap_is_one_sentence(mishap, standin, panther):
    fault, words = MISHAPS[mishap]
    standin.fail(fault)
    with pytest.raises(DeploymentError, match=words) as raised:
        panther(patience_for(fault)).check()
    assert raised.value.message.count("\n") == 0


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("https://127.0.0.1:{port}/public/graphql", "the TLS connection failed"),
        ("http://127.0.0.1:9/public/graphql", "Connection refused"),
        ("no-such.invalid", "the name of the host is unknown"),
    ],
)
def test_what_is_not_there_is_named(host, words, standin, panther):
    port = standin.url.split(":")[2].split("/")[0]
    with pytest.raises(DeploymentError, match=words) as raised:
        panther(api_host=host.format(port=port)).check()
    assert "PANTHER_API_HOST" in raised.value.hint


@pytest.mark.parametrize(
    "words", ["Not authorized", "unauthorized", "FORBIDDEN", "access denied", "no permission"]
)
def test_what_a_token_may_not_do_is_told_by_many_words(words, standin, panther):
    standin.fail(f"status:error:{words}")
    with pytest.raises(DeploymentError, match=words) as raised:
        panther().check()
    assert raised.value.hint == "Give the API token this permission."


@pytest.mark.parametrize(
    ("path", "whole"),
    [(["other"], True), (["generalSettings"], False), ([], False), (["generalSettings", "x"], False)],
)
def test_an_error_about_another_field_is_none_of_this_answer(path, whole, standin, panther):
    answer = {
        "data": {"generalSettings": {"pantherVersion": "1.5"}},
        "errors": [{"message": "no", "path": path}],
    }
    standin.fail(f"version:garbage:{json.dumps(answer)}")
    line = panther().check().lines[0]
    assert (line == "version: 1.5", "answered only in part" in line) == (whole, not whole)
