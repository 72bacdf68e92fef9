"""The gate accepts the library as it is shipped, and what the templates make, without a word."""

import sys

import pytest

from panther_ci.deployments.local.deployment import LocalDeployment
from panther_ci.model import Outcome, PackItem
from panther_ci.packaging.archive import build_archives
from panther_ci.repository.files import read_tree
from panther_ci.running.settings import RunSettings
from panther_ci.scaffolding import write_detection
from panther_ci.specs.assembly import build_jobs
from panther_ci.specs.checks import CheckSettings, check_project
from panther_ci.specs.project import load_project
from panther_ci.specs.search import Search
from tests.runs import run_jobs
from tools.library import ROOT, read_detections, read_global_bodies

MODULES = frozenset(sys.stdlib_module_names) | {"boto3"}


def judge_folder(root, within="."):
    """Return the findings on a folder, and the outcomes of its cases."""
    files = read_tree(root, within).files
    project = load_project(Search(files), set(files))
    findings = list(check_project(project, CheckSettings(2, MODULES)))
    results = list(run_jobs(build_jobs(project, frozenset()), RunSettings(sandbox="off")))
    return (
        findings + [finding for result in results for finding in result.findings],
        [case.outcome for result in results for case in result.cases],
    )


def test_the_library_is_accepted_without_a_word():
    findings, outcomes = judge_folder(ROOT, "analysis")
    assert findings == []
    assert outcomes == [Outcome.PASSED] * sum(len(detection.cases) for detection in read_detections())


def test_a_policy_that_is_enabled_with_a_placeholder_is_warned_of():
    files = read_tree(ROOT, "analysis").files
    files = {path: data.replace(b"\nEnabled: false\n", b"\nEnabled: true\n") for path, data in files.items()}
    findings = check_project(load_project(Search(files), files), CheckSettings(2, MODULES))
    assert {finding.check for finding in findings} == {"left-placeholder"}
    assert sorted(finding.detection for finding in findings) == [
        "AWS.ApplicationLoadBalancer.WebACL",
        "AWS.EC2.AMI.ApprovedHost",
        "AWS.EC2.AMI.ApprovedInstanceType",
        "AWS.EC2.AMI.ApprovedTenancy",
        "AWS.EC2.Instance.ApprovedAMI",
        "AWS.EC2.Instance.ApprovedHost",
        "AWS.EC2.Instance.ApprovedVPC",
        "AWS.IAM.Policy.Blacklist",
        "AWS.IAM.Policy.RoleMapping",
        "AWS.WAF.RuleOrdering",
    ]


@pytest.mark.parametrize(("kind", "cases"), [("policy", 3), ("rule", 4)])
def test_a_new_detection_is_accepted_as_it_is(tmp_path, kind, cases):
    write_detection(kind, "AWS.New.One", tmp_path)
    assert judge_folder(tmp_path) == ([], [Outcome.PASSED] * cases)


def paths_of(spec):
    return [path for path in (spec.path, spec.body) if path]


def test_the_local_deployment_takes_the_library_and_counts_it(tmp_path):
    files = read_tree(ROOT, "analysis").files
    specs = load_project(Search(files), set(files)).specs.values()
    items = [
        PackItem(spec.path, spec.id, spec.type, tuple((path, files[path]) for path in paths_of(spec)))
        for spec in specs
    ]
    deployment = LocalDeployment(tmp_path / "deployment.db")
    counts = deployment.deploy(build_archives(items)).counts
    assert {name: counts[name] for name in counts if name.startswith(("new", "total"))} == {
        "newPolicies": 71,
        "totalPolicies": 71,
        "newRules": 24,
        "totalRules": 24,
        "newDataModels": 2,
        "totalDataModels": 2,
        "newGlobals": len(read_global_bodies()),
        "totalGlobals": len(read_global_bodies()),
    }
    assert deployment.deploy(build_archives(items)).already_deployed
