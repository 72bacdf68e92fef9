"""A few of the pull requests that `make fuzz-pull-requests` makes by the thousand."""

from hypothesis import HealthCheck, given, settings

from tests.fuzz.pull_requests import PullRequest, compare, pull_requests


@settings(max_examples=4, suppress_health_check=list(HealthCheck))
@given(pull_requests())
def test_a_run_of_the_changes_finds_what_a_run_of_everything_finds(request: PullRequest) -> None:
    compare(request)
