"""A deployment is opened by its name, and options that make no sense end before anything happens."""

import subprocess
import sys

import pytest

from panther_ci.deployments.registry import open_deployment
from panther_ci.errors import InputError
from tests.options import Silence, make_deployment_options


def test_lambda_is_named_with_its_region():
    opened = open_deployment("lambda", make_deployment_options(), {"AWS_REGION": "eu-west-3"}, Silence())
    assert opened.plan(()).target == "Lambda function panther-analysis-api in eu-west-3"


def test_local_has_a_file_of_its_own(tmp_path):
    opened = open_deployment(
        "local", make_deployment_options(local_path=str(tmp_path / "x.sqlite")), {}, Silence()
    )
    assert opened.plan(()).target == f"local deployment {tmp_path / 'x.sqlite'}"


def test_an_unknown_deployment_is_refused():
    with pytest.raises(InputError, match="deployment: 'cloud' is unknown"):
        open_deployment("cloud", make_deployment_options(), {}, Silence())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("user_id", "me"),
        ("user_id", ""),
        ("function_name", ""),
        ("function_name", "../function"),
        ("aws_region", "us east"),
        ("aws_region", "evil.example/"),
        ("role_to_assume", "deployer"),
    ],
)
def test_an_option_that_makes_no_sense_is_named(name, value):
    with pytest.raises(InputError, match=name.replace("_", "-")) as raised:
        open_deployment("lambda", make_deployment_options(**{name: value}), {}, Silence())
    assert raised.value.hint


def test_a_region_of_the_environment_that_makes_no_sense_is_named():
    with pytest.raises(InputError, match="aws-region: ' us-east-1'"):
        open_deployment("lambda", make_deployment_options(), {"AWS_REGION": " us-east-1"}, Silence())


def test_opening_a_deployment_imports_nothing_heavy():
    code = (
        "import sys; from panther_ci.deployments.registry import *\n"
        "from panther_ci.deployments.base import DeploymentOptions, Wire\n"
        "user = '9f0c7a1e-6d3b-4c58-8a2e-51b7d0c4e6f3'\n"
        "open_deployment('lambda', DeploymentOptions('f', Wire.UPLOAD, user, '', '', ''), {}, None)\n"
        "print(sorted({'boto3', 'botocore', 'yaml', 'sqlite3', 'http.client', 'urllib3'} & set(sys.modules)))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
