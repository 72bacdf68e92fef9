"""What a deployment offers to bodies is there, works confined, and fails at once where it needs a network."""

import configparser
import re
from pathlib import Path
from typing import Any

import pytest

from panther_ci.deployment_rules.packages import OFFERED
from panther_ci.model import Outcome

ROOT = Path(__file__).parents[2]
NAME = re.compile(r"[\w-]+")


def names_in(text: str) -> set[str]:
    lines = [line for line in text.splitlines() if line and line[0] not in "#-"]
    return {match.group().replace("_", "-") for line in lines if (match := NAME.match(line))}


def test_the_image_and_the_extra_have_what_a_deployment_offers() -> None:
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg")
    always = names_in(settings["options"]["install_requires"]) & set(OFFERED)
    assert always | names_in(settings["options.extras_require"]["bodies"]) == set(OFFERED)
    assert names_in((ROOT / "requirements/bodies.in").read_text()) == set(OFFERED)


# How a body imports each package, and what it then finds true.
USES = {
    "boto3": ("import boto3", "boto3.client('s3').meta.region_name == 'us-east-1'"),
    "jsonpath-ng": ("from jsonpath_ng import parse", "parse('a').find({'a': 1})[0].value == 1"),
    "panther-detection-helpers": (
        "from panther_detection_helpers.mocking import is_mock",
        "is_mock(print) is False",
    ),
    "policyuniverse": (
        "from policyuniverse.policy import Policy",
        "Policy({'Statement': [{'Effect': 'Allow', 'Principal': '*'}]}).is_internet_accessible()",
    ),
    "pycountry": ("import pycountry", "pycountry.countries.get(alpha_2='DE').name == 'Germany'"),
    "python-dateutil": ("from dateutil import parser", "parser.parse('2024-02-29').day == 29"),
    "requests": ("import requests", "requests.Request('GET', 'https://a.example').prepare().body is None"),
}


@pytest.mark.parametrize("name", OFFERED)
def test_a_body_uses_a_package_that_a_deployment_offers(make: Any, outcome: Any, name: str) -> None:
    statement, condition = USES[name]
    body = f"{statement}\n\n\ndef rule(event):\n    return {condition}\n"
    assert outcome(make.job(body)) == (Outcome.PASSED, "")


CACHING = """from panther_detection_helpers.caching import get_counter


def rule(event):
    return get_counter("a") > 1
"""


def test_a_mocked_cache_answers(make: Any, outcome: Any) -> None:
    body = CACHING.replace("> 1", "== '2'")
    case = make.case({}, mocks={"get_counter": "2"})
    assert outcome(make.job(body, case)) == (Outcome.PASSED, "")


def test_a_cache_that_is_not_mocked_fails_before_anything_is_tried_again(make: Any, outcome: Any) -> None:
    became, message = outcome(make.job(CACHING))
    assert (became, "rule() raised NoCredentialsError" in message) == (Outcome.ERRORED, True), message


def test_the_temporary_folder_has_a_name(make: Any, outcome: Any) -> None:
    body = "import tempfile\nFOLDER = tempfile.gettempdir()\ndef rule(event):\n    return FOLDER == '/tmp'\n"
    assert outcome(make.job(body)) == (Outcome.PASSED, "")


def test_the_temporary_folder_takes_no_file(make: Any, outcome: Any) -> None:
    body = "import tempfile\ndef rule(event):\n    return bool(tempfile.TemporaryFile())\n"
    became, message = outcome(make.job(body))
    assert (became, "rule() raised PermissionError" in message) == (Outcome.ERRORED, True), message


def test_types_of_files_are_known_without_files(make: Any, outcome: Any) -> None:
    body = (
        "import mimetypes\nmimetypes.add_type('x/y', '.y')\ndef rule(event):\n"
        "    return mimetypes.guess_type('a.html')[0] == 'text/html'\n"
    )
    assert outcome(make.job(body)) == (Outcome.PASSED, "")
