"""Credentials are found as GitHub and AWS document it; every failure names the next step."""

import pytest

from panther_ci.errors import DeploymentError

ROLE = "arn:aws:iam::123456789012:role/deploy"


@pytest.fixture
def no_keys(aws):
    aws.delenv("AWS_ACCESS_KEY_ID")
    aws.delenv("AWS_SECRET_ACCESS_KEY")
    return aws


@pytest.fixture
def on_github(no_keys, deployment):
    """A job with `permissions: id-token: write`."""
    no_keys.setenv("GITHUB_ACTIONS", "true")
    no_keys.setenv("GITHUB_RUN_ID", "1234")
    no_keys.setenv("ACTIONS_ID_TOKEN_REQUEST_URL", deployment.token_url)
    no_keys.setenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "request-secret")
    return no_keys


def failure(deploy, *arguments) -> DeploymentError:
    with pytest.raises(DeploymentError) as raised:
        deploy(*arguments)
    return raised.value


def test_the_keys_of_the_environment_sign_the_upload(aws, deployment, panther, archives):
    panther().deploy(archives)
    assert deployment.invocations[0].access_key == "AKIAEXAMPLEEXAMPLE00"


def test_a_role_is_assumed_with_the_keys(aws, deployment, panther, archives):
    panther(role_to_assume=ROLE).deploy(archives)
    (request,) = deployment.roles
    assert (request.action, request.role, request.session) == ("AssumeRole", ROLE, "panther-ci")
    assert (request.access_key, deployment.invocations[0].access_key) == (
        "AKIAEXAMPLEEXAMPLE00",
        "ASIAROLEROLEROLEROLE",
    )


def test_a_role_is_assumed_with_the_jobs_token(on_github, deployment, panther, archives):
    panther(role_to_assume=ROLE).deploy(archives)
    assert (deployment.tokens[0].audience, deployment.tokens[0].authorization) == (
        "sts.amazonaws.com",
        "Bearer request-secret",
    )
    (request,) = deployment.roles
    assert (request.action, request.token) == ("AssumeRoleWithWebIdentity", "header.claims.signature")
    assert (request.session, request.access_key) == ("panther-ci-1234", "")
    assert deployment.invocations[0].access_key == "ASIAROLEROLEROLEROLE"


def test_keys_of_an_earlier_step_are_preferred_to_the_jobs_token(on_github, deployment, panther, archives):
    on_github.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLEEXAMPLE00")
    on_github.setenv("AWS_SECRET_ACCESS_KEY", "not-a-secret")
    panther(role_to_assume=ROLE).deploy(archives)
    assert deployment.tokens == [] and deployment.roles[0].action == "AssumeRole"


def test_a_token_file_is_used_as_boto3_does(no_keys, deployment, panther, archives, tmp_path):
    (tmp_path / "token").write_text("file.token.here")
    no_keys.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(tmp_path / "token"))
    no_keys.setenv("AWS_ROLE_ARN", ROLE)
    panther().deploy(archives)
    assert deployment.roles[0].token == "file.token.here" and len(deployment.invocations) == 1


def test_a_missing_token_file_is_reported(no_keys, panther, archives):
    no_keys.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere/token")
    no_keys.setenv("AWS_ROLE_ARN", ROLE)
    error = failure(panther().deploy, archives)
    assert "can't be read: No such file" in error.message
    assert "AWS_WEB_IDENTITY_TOKEN_FILE" in error.hint


def test_no_credentials_at_all(no_keys, panther, archives):
    error = failure(panther().deploy, archives)
    assert error.message == "There are no AWS credentials." and "AWS_PROFILE" in error.hint


def test_no_credentials_in_a_job(no_keys, panther, archives):
    no_keys.setenv("GITHUB_ACTIONS", "true")
    assert "configure-aws-credentials" in failure(panther().deploy, archives).hint


def test_a_role_without_the_permission_for_a_token(no_keys, panther, archives):
    no_keys.setenv("GITHUB_ACTIONS", "true")
    assert "id-token: write" in failure(panther(role_to_assume=ROLE).deploy, archives).hint


def test_half_of_the_keys(aws, panther, archives):
    aws.delenv("AWS_SECRET_ACCESS_KEY")
    assert "AWS_SECRET_ACCESS_KEY is missing" in failure(panther().deploy, archives).message


def test_a_profile_that_stayed_on_the_host(no_keys, panther, archives):
    no_keys.setenv("AWS_PROFILE", "deployer")
    no_keys.setenv("GITHUB_ACTIONS", "true")
    error = failure(panther().deploy, archives)
    assert "no AWS profile 'deployer'" in error.message and "`aws-profile`" in error.hint


def test_a_profile_that_is_not_there(no_keys, panther, archives):
    no_keys.setenv("AWS_DEFAULT_PROFILE", "deployer")
    error = failure(panther().deploy, archives)
    assert "no AWS profile 'deployer'" in error.message and "Check AWS_PROFILE" in error.hint


def test_a_profile_of_the_machine(no_keys, deployment, panther, archives, tmp_path):
    no_keys.setenv("AWS_PROFILE", "deployer")
    lines = "[deployer]\naws_access_key_id = AKIAPROFILEPROFILE00\naws_secret_access_key = x\n"
    (tmp_path / "credentials").write_text(lines)
    panther().deploy(archives)
    assert deployment.invocations[0].access_key == "AKIAPROFILEPROFILE00"


def test_a_configuration_file_that_is_no_such_thing(no_keys, panther, archives, tmp_path):
    (tmp_path / "config").write_text("what = is this\n")
    assert "can't be used (ConfigParseError)" in failure(panther().deploy, archives).message


def test_no_region(aws, panther, archives):
    aws.delenv("AWS_REGION")
    error = failure(panther().deploy, archives)
    assert error.message == "The AWS region isn't known." and "aws-region" in error.hint


def test_a_key_with_a_line_break_is_not_printed(aws, deployment, panther, archives):
    aws.setenv("AWS_SESSION_TOKEN", "secret-session\nsecond")
    error = failure(panther().deploy, archives)
    assert "secret-session" not in error.message + error.hint
    assert deployment.invocations == []


def test_an_endpoint_that_is_no_address(aws, panther, archives):
    aws.setenv("AWS_ENDPOINT_URL", "nonsense")
    assert "can't be used" in failure(panther().deploy, archives).message


def test_a_proxy_that_is_down_is_named_without_its_password(aws, panther, archives):
    aws.setenv("AWS_ENDPOINT_URL", "http://lambda.invalid")
    aws.setenv("HTTP_PROXY", "http://user:proxy-secret@127.0.0.1:9")
    error = failure(panther().deploy, archives)
    assert error.message == "The proxy can't be used." and "proxy-secret" not in error.hint


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("sts:403:AccessDenied", "sts:AssumeRoleWithWebIdentity"),
        ("sts:400:InvalidIdentityToken", "identity provider"),
        ("sts:400:ExpiredTokenException", "new credentials"),
        ("oidc:403", "id-token: write"),
        ("oidc:302", "id-token: write"),
        ("oidc:500", "id-token: write"),
        ("oidc-answer:nope", "id-token: write"),
        ("oidc-answer:[]", "id-token: write"),
        ("oidc-answer:" + "[" * 100_000, "id-token: write"),
        ('oidc-answer:{"value": ""}', "id-token: write"),
    ],
)
def test_what_goes_wrong_on_the_way_to_a_role(fault, words, on_github, deployment, panther, archives):
    deployment.fail(fault)
    error = failure(panther(role_to_assume=ROLE).deploy, archives)
    assert words in error.hint and "request-secret" not in error.message
    assert deployment.invocations == [] and len(deployment.tokens) == 1


def test_a_role_the_keys_may_not_assume(aws, deployment, panther, archives):
    deployment.fail("sts:403:AccessDenied")
    error = failure(panther(role_to_assume=ROLE).deploy, archives)
    assert f"may not assume {ROLE}. AWS says: words of STS" in error.message


def test_an_sts_that_hangs_up_is_no_upload_of_unknown_fate(aws, deployment, panther, archives):
    deployment.fail("sts-close")
    error = failure(panther(role_to_assume=ROLE).deploy, archives)
    assert "ConnectionClosedError" in error.message and "was not sent" in error.hint


def test_a_login_that_has_ended(no_keys, panther, archives, tmp_path):
    lines = ("[default]", "sso_start_url = https://x.invalid", "sso_region = eu-west-3", "sso_account_id = 1")
    (tmp_path / "config").write_text("\n".join([*lines, "sso_role_name = x"]) + "\n")
    no_keys.setenv("HOME", str(tmp_path))
    assert "aws sso login" in failure(panther().deploy, archives).hint


def test_a_throttled_role_request_is_tried_again(aws, deployment, panther, archives, clock):
    deployment.fail("sts:400:Throttling")
    panther(role_to_assume=ROLE).deploy(archives)
    assert len(clock.slept) == 1 and len(deployment.roles) == 2


def test_a_token_is_only_asked_for_over_https(on_github, panther, archives):
    on_github.setenv("ACTIONS_ID_TOKEN_REQUEST_URL", "http://example.invalid/token")
    assert "not an https address" in failure(panther(role_to_assume=ROLE).deploy, archives).message


def test_secrets_are_not_in_the_representation_of_settings(on_github, panther):
    assert "request-secret" not in repr(panther(role_to_assume=ROLE))
