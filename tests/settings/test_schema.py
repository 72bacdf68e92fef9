"""The schema for editors accepts and refuses what a run does."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from panther_ci.errors import InputError
from panther_ci.settings.own import read_own
from panther_ci.settings.schema import published
from tests.commands import run_command


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ("minimum-tests: 2\nexclude: [a/, b/]\nfail-on: all\ntimeout-seconds: 2.5\n", True),
        ("exclude: a/ b/\nstrict-skips: true\n", True),
        ("{}", True),
        ("minumum-tests: 2\n", False),
        ("minimum-tests: two\n", False),
        ("minimum-tests: 1.5\n", False),
        ("exclude: [1]\n", False),
        ("fail-on: never\n", False),
        ("strict-skips: [true]\n", False),
        ("sandbox: reduced\n", False),
    ],
)
def test_the_schema_takes_what_a_run_takes(text: str, accepted: bool) -> None:
    assert Draft202012Validator(json.loads(published())).is_valid(yaml.safe_load(text)) is accepted
    if accepted:
        read_own(text.encode())
    else:
        with pytest.raises(InputError):
            read_own(text.encode())


def test_the_schema_is_printed(tmp_path: Path) -> None:
    done = run_command(tmp_path, "schema", "settings")
    assert (done.returncode, done.stdout) == (0, published())
