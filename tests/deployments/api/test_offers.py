"""What the deployment offers besides uploads: a limit, a plan, a list of what is there, and its patience."""

import base64

from panther_ci.deployments.api.deployment import ApiDeployment
from panther_ci.deployments.api.patience import Patience
from panther_ci.deployments.base import list_facts
from tests.deployments.api.conftest import operations
from tools.api_standin.state import LIMIT_CHARACTERS


def test_the_largest_archive_fills_a_request(panther):
    size, deflated = panther().limit
    largest, larger = (len(base64.b64encode(bytes(number))) for number in (size, size + 1))
    assert largest <= LIMIT_CHARACTERS < larger and deflated


def test_a_plan_counts_specs_and_contacts_nobody(standin, panther, archives):
    plan = panther(api_token="").plan(archives)
    assert (plan.target, plan.archives) == ("Panther API at 127.0.0.1", list_facts(archives))
    assert (plan.counts, plan.types) == ({"rule": 1}, ()) and "not asked for its state" in plan.unseen
    assert operations(standin) == []


def test_what_is_there_is_listed_and_can_be_deleted(standin, panther, archives):
    panther().deploy(archives)
    assert [*panther().list_everything().entries] == [("", "Aws.Root.Login")]
    assert panther().deletes


def test_unless_told_otherwise_it_waits_as_long_as_usual(panther):
    given = panther()
    assert ApiDeployment(given.settings, given.progress).patience == Patience()
