"""A new detection is written from the templates, next to what is there, and passes as it is."""

import importlib.util

import pytest
import yaml

from panther_ci.errors import InputError
from panther_ci.scaffolding import name_file, write_detection


@pytest.mark.parametrize(
    ("id_", "name"),
    [
        ("AWS.S3.BucketVersioning", "aws_s3_bucket_versioning"),
        ("AWS.IAM.UserMFA", "aws_iam_user_mfa"),
        ("GCP.HTTPServer-Errors", "gcp_http_server_errors"),
        ("Okta.2FA", "okta_2fa"),
        ("my_rule.", "my_rule"),
    ],
)
def test_files_are_named_after_the_id(id_, name):
    assert name_file(id_) == name


@pytest.mark.parametrize(("kind", "id_key"), [("policy", "PolicyID"), ("rule", "RuleID")])
def test_the_spec_names_its_id_and_body(tmp_path, kind, id_key):
    body, spec = write_detection(kind, "AWS.New.One", tmp_path / "detections" / "aws")
    written = yaml.safe_load(spec.read_text())
    assert (written["AnalysisType"], written[id_key], written["Filename"]) == (kind, "AWS.New.One", body.name)
    assert {case["ExpectedResult"] for case in written["Tests"]} == {True, False}


@pytest.mark.parametrize("id_", ["1.10", "yes", "null", "0x1F", "12e3"])
def test_an_id_that_yaml_would_bend_stays_text(tmp_path, id_):
    _, spec = write_detection("rule", id_, tmp_path)
    assert yaml.safe_load(spec.read_text())["RuleID"] == id_


def test_the_policy_passes_its_cases(tmp_path):
    body, spec = write_detection("policy", "AWS.New.One", tmp_path)
    module = load(body)
    cases = yaml.safe_load(spec.read_text())["Tests"]
    assert [module.policy(case["Resource"]) for case in cases] == [case["ExpectedResult"] for case in cases]


@pytest.mark.parametrize(
    "id_", ["", ".", "../evil", "a/b", "a b", 'a"b', "a\nb", "-x", "$id", "é", "a" * 121, "AWS.<b>"]
)
def test_an_id_that_is_no_file_name_is_refused(tmp_path, id_):
    with pytest.raises(InputError, match="can't be the id of a new detection"):
        write_detection("rule", id_, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_longest_id_still_names_a_file(tmp_path):
    assert len(write_detection("rule", "aB" * 60, tmp_path)) == 2


def test_an_unknown_kind_is_refused(tmp_path):
    with pytest.raises(InputError, match="no template for a 'global'"):
        write_detection("global", "a", tmp_path)


@pytest.mark.parametrize("name", ["aws_new_one.py", "aws_new_one.yml"])
def test_what_exists_is_left_alone_and_nothing_is_written(tmp_path, name):
    (tmp_path / name).write_text("mine")
    with pytest.raises(InputError, match=f"{name} exists already"):
        write_detection("policy", "AWS.New.One", tmp_path)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(name, "mine")]


def test_a_dangling_link_is_not_written_through(tmp_path):
    (tmp_path / "a.py").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="exists already"):
        write_detection("policy", "a", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["a.py"]


def test_a_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"Can't write into .*file"):
        write_detection("policy", "a", tmp_path / "file")


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
