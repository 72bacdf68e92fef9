"""The host and the token come from inputs or the environment; no token is sent in the open."""

import pytest

from panther_ci.deployments.api.settings import Settings, find_url
from panther_ci.errors import InputError
from tests.options import make_deployment_options


def read(environ=None, **options):
    return Settings.read(make_deployment_options(**options), environ or {})


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("acme.runpanther.net", "https://api.acme.runpanther.net/public/graphql"),
        ("1-Acme2.3com.n-et", "https://api.1-Acme2.3com.n-et/public/graphql"),
        ("api.acme.runpanther.net", "https://api.acme.runpanther.net/public/graphql"),
        ("https://a1.execute-api.eu-west-3.amazonaws.com/v1/public/graphql",) * 2,
        ("http://127.0.0.1:9/x",) * 2,
        ("http://localhost:9/x",) * 2,
        ("", ""),
    ],
)
def test_a_host_stands_for_its_api_and_a_url_for_itself(host, url):
    assert find_url(host) == url


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("http://acme.runpanther.net/x", "others could read the token"),
        ("ftp://acme.runpanther.net/x", "others could read the token"),
        ("http://127.0.0.1.evil.example/x", "others could read the token"),
        ("http://127.0.0.1@evil.example/x", "a user or a password"),
        ("https://me:secret@acme.runpanther.net/x", "a user or a password"),
        ("secret", "is not the name of a host, and has no dot"),
        ("acme.runpanther.net/path", "is not the name of a host"),
        ("acme runpanther.net", "is not the name of a host"),
        ("-acme.net", "is not the name of a host"),
        ("https://[", "is not an address"),
    ],
)
def test_what_is_no_safe_address_is_refused(host, words):
    with pytest.raises(InputError, match=words) as raised:
        find_url(host)
    assert "secret" not in raised.value.message and raised.value.hint


def test_the_environment_gives_what_no_input_does():
    environ = {"PANTHER_API_HOST": " acme.runpanther.net\n", "PANTHER_API_TOKEN": " key\n"}
    assert (read(environ).url, read(environ).token) == (find_url("acme.runpanther.net"), "key")
    assert read(environ, api_host="other.example", api_token="mine").token == "mine"


@pytest.mark.parametrize("token", ["a b", "a\nb", "é", "a\0"])
def test_a_token_with_characters_that_none_has_is_refused_unquoted(token):
    with pytest.raises(InputError, match="api-token contains characters") as raised:
        read(api_token=token)
    assert token not in raised.value.message


TOKEN = "tok/en+secret=12345"


@pytest.mark.parametrize(
    "form",
    [TOKEN, "tok\\/en+secret=12345", "tok%2Fen%2Bsecret%3D12345", "dG9rL2VuK3NlY3JldD0xMjM0NQ=="],
)
def test_the_token_is_hidden_in_every_form_that_answers_have(form):
    quote = read(api_token=TOKEN).quote
    assert quote(f"the key {form} is wrong").replace("=", "") == "the key *** is wrong"
    assert TOKEN[:8] not in quote(" " * 9_990 + form + "x" * 3_000)


def test_no_text_of_settings_or_options_has_the_token():
    assert "secret" not in repr(read(api_token="secret", api_host="acme.example"))
    assert "secret" not in repr(make_deployment_options(api_token="secret"))
