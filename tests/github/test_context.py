"""Every event becomes a mode and a comparison, or is refused with a reason."""

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panther_ci.errors import InputError
from panther_ci.github.context import Mode, Run, matches, read_run
from panther_ci.model import ComparisonRequest
from tests.options import make_event_options

PAYLOADS = Path(__file__).parent / "payloads"
BASE, HEAD, ZERO = "a" * 40, "b" * 40, "0" * 40
PULL = {
    "pull_request": {
        "number": 7,
        "head": {"sha": HEAD, "ref": "main", "repo": {"full_name": "me/fork"}},
        "base": {"sha": BASE, "ref": "main", "repo": {"full_name": "org/repo"}},
    }
}
PUSH = {"ref": "refs/heads/feature", "before": BASE, "after": HEAD}
GROUP = {
    "merge_group": {"base_sha": BASE, "head_sha": HEAD, "head_ref": "refs/heads/gh-readonly-queue/main/pr-1"}
}


def run(name: str, event: Mapping[str, Any], environ: Mapping[str, str] | None = None, **wanted: Any) -> Run:
    variables = {"GITHUB_EVENT_NAME": name, "GITHUB_REPOSITORY": "org/repo", "GITHUB_SHA": "c" * 40}
    return read_run(variables | dict(environ or {}), event, make_event_options(**wanted))


def push(ref: str, **more: Any) -> Mapping[str, Any]:
    return PUSH | {"ref": ref} | more


def list_examples() -> Iterator[Any]:
    for file in sorted(PAYLOADS.glob("*.json")):
        for number, payload in enumerate(json.loads(file.read_text())):
            action = payload.get("action") or payload["ref"]
            yield pytest.param(file.stem, payload, id=f"{file.stem}-{number}-{action}")


def expect(name: str, payload: Mapping[str, Any]) -> tuple[Mode, ComparisonRequest]:
    """What the published payloads ask for; of the pushes, all are of tags or of a new `master`."""
    if name == "pull_request":
        pull = payload["pull_request"]
        head = pull["head"]["sha"]
        return Mode.CHECK, ComparisonRequest(
            base=pull["base"]["sha"], merge_of=head, merge_base=True, must_contain=head
        )
    if name == "merge_group":
        return Mode.CHECK, ComparisonRequest(
            base=payload["merge_group"]["base_sha"], must_contain=payload["merge_group"]["head_sha"]
        )
    if name == "push" and payload["deleted"]:
        return Mode.CHECK, ComparisonRequest(judge_all_reason="`refs/tags/simple-tag` was deleted")
    if name == "push" and payload["ref"] == "refs/heads/master":
        return Mode.DEPLOY, ComparisonRequest(judge_all_reason="a deployment checks everything")
    return Mode.CHECK, ComparisonRequest(
        judge_all_reason={"push": "a tag was pushed"}.get(name, f"`{name}` names no commits to compare")
    )


@pytest.mark.parametrize(("name", "payload"), list(list_examples()))
def test_every_published_payload_is_understood(name: str, payload: Mapping[str, Any]) -> None:
    read = run(name, payload)
    assert (read.event, read.repository) == (name, "org/repo")
    assert (read.mode, read.comparison) == expect(name, payload)
    assert (read.pull_request, read.skip_reason != "") == (
        payload.get("number"),
        payload.get("deleted", False),
    )


def test_there_are_as_many_payloads_as_were_published() -> None:
    assert [len(json.loads(file.read_text())) for file in sorted(PAYLOADS.glob("*.json"))] == [2, 29, 7, 13]


# Events ----------------------------------------------------------------------------------------


def test_pull_request_is_checked_and_its_head_gets_the_checks() -> None:
    read = run("pull_request", PULL, {"GITHUB_SERVER_URL": "https://ghe.example"})
    assert read.comparison == ComparisonRequest(base=BASE, merge_of=HEAD, merge_base=True, must_contain=HEAD)
    assert (read.mode, read.head_sha, read.ref) == (Mode.CHECK, HEAD, "refs/pull/7/merge")
    assert read.server_url == "https://ghe.example"


def test_pull_request_of_a_deleted_fork_is_checked() -> None:
    event = copy.deepcopy(PULL)
    event["pull_request"]["head"]["repo"] = None
    assert run("pull_request", event).comparison.merge_of == HEAD


@pytest.mark.parametrize("name", ["pull_request_review", "pull_request_review_comment"])
def test_reviews_are_checked_as_the_pull_request(name: str) -> None:
    assert run(name, PULL).comparison == run("pull_request", PULL).comparison


def test_merge_group_is_compared_with_its_base() -> None:
    read = run("merge_group", GROUP)
    assert (read.mode, read.comparison, read.head_sha) == (
        Mode.CHECK,
        ComparisonRequest(base=BASE, must_contain=HEAD),
        HEAD,
    )


def test_push_to_a_branch_is_checked_against_the_commit_before() -> None:
    read = run("push", push("refs/heads/feature"))
    assert (read.mode, read.comparison) == (Mode.CHECK, ComparisonRequest(base=BASE))
    assert read.reason == "`push` of `refs/heads/feature` is checked only"


def test_force_push_is_compared_like_any_other() -> None:
    assert run("push", push("refs/heads/feature", forced=True)).comparison == ComparisonRequest(base=BASE)


def test_new_branch_checks_everything() -> None:
    read = run("push", push("refs/heads/feature", before=ZERO, created=True))
    assert read.comparison == ComparisonRequest(judge_all_reason="`feature` is a new branch")


def test_deleted_branch_leaves_nothing_to_do() -> None:
    read = run("push", push("refs/heads/main", after=ZERO, deleted=True))
    assert (read.mode, read.skip_reason) == (Mode.CHECK, "`refs/heads/main` was deleted")


@pytest.mark.parametrize("branch", ["main", "master"])
def test_push_to_a_deploy_branch_checks_everything_and_deploys(branch: str) -> None:
    read = run("push", push(f"refs/heads/{branch}"))
    assert (read.mode, read.comparison) == (
        Mode.DEPLOY,
        ComparisonRequest(judge_all_reason="a deployment checks everything"),
    )
    assert read.reason == f"`{branch}` is a deploy branch"


@pytest.mark.parametrize(
    ("tag", "mode"), [("v1.2", Mode.DEPLOY), ("nightly", Mode.CHECK), ("main", Mode.CHECK)]
)
def test_push_of_a_tag_checks_everything(tag: str, mode: Mode) -> None:
    read = run("push", push(f"refs/tags/{tag}", before=ZERO))
    assert read.mode is mode
    assert read.comparison.judge_all_reason


def test_patterns_of_branches_say_nothing_of_tags_and_the_other_way_round() -> None:
    assert run("push", push("refs/tags/nightly"), deploy_branches="*").mode is Mode.CHECK
    assert run("push", push("refs/heads/feature"), deploy_tags="*").mode is Mode.CHECK


def test_branch_named_like_a_deploy_tag_is_not_deployed() -> None:
    assert run("push", push("refs/heads/v1.2")).mode is Mode.CHECK


@pytest.mark.parametrize(
    "name", ["release", "workflow_dispatch", "schedule", "repository_dispatch", "fork", "new_one"]
)
def test_any_other_event_checks_everything(name: str) -> None:
    read = run(name, {}, {"GITHUB_REF": "refs/heads/main"})
    assert (read.mode, read.comparison) == (
        Mode.CHECK,
        ComparisonRequest(judge_all_reason=f"`{name}` names no commits to compare"),
    )
    assert (read.ref, read.head_sha) == ("refs/heads/main", "c" * 40)
    assert run(name, {}, {}).ref == ""


@pytest.mark.parametrize("name", ["issue_comment", "pull_request_target", "workflow_run"])
def test_events_that_run_with_secrets_are_refused(name: str) -> None:
    with pytest.raises(InputError, match="runs with secrets") as caught:
        run(name, PULL)
    assert "allow-unsafe-events" in caught.value.hint


def test_unsafe_events_are_checked_when_the_workflow_allows_them() -> None:
    assert run("pull_request_target", PULL, allow_unsafe_events=True).comparison.merge_of == HEAD
    assert run("workflow_run", {}, allow_unsafe_events=True).comparison.judge_all_reason
    assert run("issue_comment", {}, allow_unsafe_events=True).mode is Mode.CHECK


# Inputs ----------------------------------------------------------------------------------------


UNMERGED = [
    ("pull_request", PULL),
    ("pull_request", PULL | {"action": "closed"}),
    ("pull_request_review", PULL),
    ("pull_request_review_comment", PULL),
    ("pull_request_target", PULL),
    ("merge_group", GROUP),
    *((name, {}) for name in ("issue_comment", "issues", "create", "deployment", "check_suite", "new_one")),
    *(
        ("workflow_run", {"workflow_run": {"event": cause, "head_branch": "main", "head_sha": HEAD}})
        for cause in (
            "pull_request",
            "pull_request_target",
            "merge_group",
            "issue_comment",
            "workflow_run",
            "",
        )
    ),
    ("workflow_run", {}),
    ("workflow_run", {"workflow_run": {"event": ["push"], "head_branch": "main"}}),
]


@pytest.mark.parametrize(("name", "event"), UNMERGED)
def test_nothing_is_deployed_that_may_not_be_merged(name: str, event: Mapping[str, Any]) -> None:
    with pytest.raises(InputError, match="its commits may not be merged") as caught:
        run(name, event, {"GITHUB_REF": "refs/heads/main"}, mode="deploy", allow_unsafe_events=True)
    assert "deploys on the push to a deploy branch" in caught.value.hint


def test_what_caused_a_workflow_is_named_where_it_is_another_event() -> None:
    event = {"workflow_run": {"event": "pull_request", "head_branch": "main", "head_sha": HEAD}}
    for name, payload, by in (("workflow_run", event, ", caused by `pull_request`"), ("issues", {}, "")):
        with pytest.raises(InputError, match=f"refused on `{name}`{by}: its commits"):
            run(name, payload, {"GITHUB_REF": "refs/heads/main"}, mode="deploy", allow_unsafe_events=True)


@pytest.mark.parametrize(
    ("name", "ref"),
    [
        ("workflow_dispatch", "refs/heads/main"),
        ("workflow_dispatch", "refs/tags/v1"),
        ("repository_dispatch", "refs/heads/master"),
        ("schedule", "refs/heads/main"),
        ("release", "refs/tags/v1"),
    ],
)
def test_deployment_that_is_asked_for_checks_everything(name: str, ref: str) -> None:
    read = run(name, {}, {"GITHUB_REF": ref}, mode="deploy")
    assert (read.mode, read.reason) == (Mode.DEPLOY, "`mode: deploy` was asked for")
    assert read.comparison == ComparisonRequest(judge_all_reason="a deployment checks everything")
    assert read.head_sha == "c" * 40


@pytest.mark.parametrize("name", ["workflow_dispatch", "repository_dispatch", "schedule", "release"])
@pytest.mark.parametrize(
    "ref", ["", "main", "refs/heads/feature", "refs/heads/v1", "refs/tags/main", "refs/pull/1/merge"]
)
def test_deployment_of_no_deploy_branch_or_tag_is_refused(name: str, ref: str) -> None:
    with pytest.raises(InputError, match="it is not a deploy branch or tag") as caught:
        run(name, {}, {"GITHUB_REF": ref}, mode="deploy")
    assert "`deploy-branches`" in caught.value.hint


def test_deployment_of_a_branch_that_is_named_is_as_good_as_any() -> None:
    assert run("push", PUSH, mode="deploy", deploy_branches="feature").mode is Mode.DEPLOY
    with pytest.raises(InputError, match="`refs/heads/feature`: it is not a deploy branch"):
        run("push", PUSH, mode="deploy")


@pytest.mark.parametrize("cause", ["push", "schedule", "workflow_dispatch"])
def test_workflow_after_one_of_a_deploy_branch_deploys_the_default_branch(cause: str) -> None:
    event = {"workflow_run": {"event": cause, "head_branch": "main", "head_sha": HEAD}}
    place = {"GITHUB_REF": "refs/heads/main"}
    read = run("workflow_run", event, place, mode="deploy", allow_unsafe_events=True)
    assert (read.mode, read.head_sha) == (Mode.DEPLOY, "c" * 40)
    with pytest.raises(InputError, match="runs with secrets"):
        run("workflow_run", event, place, mode="deploy")


@pytest.mark.parametrize(("branch", "ref"), [("feature", "main"), ("main", "trunk"), ("", "main")])
def test_workflow_after_one_of_another_branch_deploys_nothing(branch: str, ref: str) -> None:
    event = {"workflow_run": {"event": "push", "head_branch": branch, "head_sha": HEAD}}
    with pytest.raises(InputError, match="it is not a deploy branch or tag"):
        run(
            "workflow_run",
            event,
            {"GITHUB_REF": f"refs/heads/{ref}"},
            mode="deploy",
            allow_unsafe_events=True,
        )


@pytest.mark.parametrize(("ref", "commit"), [("refs/heads/main", HEAD), ("refs/tags/v1", "c" * 40)])
def test_commit_of_a_push_is_that_of_the_branch_or_of_the_tag(ref: str, commit: str) -> None:
    """What a push of an annotated tag names is the tag, and no commit."""
    assert run("push", push(ref)).head_sha == commit


def test_deployment_of_a_deleted_branch_leaves_nothing_to_do() -> None:
    read = run("push", push("refs/heads/main", deleted=True, after=ZERO), mode="deploy")
    assert (read.mode, bool(read.skip_reason)) == (Mode.CHECK, True)


def test_push_to_a_deploy_branch_can_be_checked_only() -> None:
    read = run("push", push("refs/heads/main"), mode="check")
    assert (read.mode, read.comparison) == (Mode.CHECK, ComparisonRequest(base=BASE))


def test_unknown_mode_is_refused() -> None:
    with pytest.raises(InputError, match="mode: 'depoly' is unknown"):
        run("push", PUSH, mode="depoly")


def test_everything_can_be_asked_for() -> None:
    assert run("pull_request", PULL, select_all=True).comparison == ComparisonRequest(
        judge_all_reason="`select: all` was asked for", must_contain=HEAD
    )


def test_base_that_is_asked_for_takes_the_place_of_the_event_s() -> None:
    wanted = ComparisonRequest(base="stable", merge_base=True, of_origin=True)
    assert run("pull_request", PULL, base_ref="stable").comparison == replace(wanted, must_contain=HEAD)
    assert run("schedule", {}, base_ref="stable").comparison == wanted


@pytest.mark.parametrize(
    ("name", "patterns", "matched"),
    [
        ("main", "master, main", True),
        ("main", "master\n main \n", True),
        ("release/1", "release/*", True),
        ("Main", "main", False),
        ("mainline", "main", False),
        ("", "", False),
        ("main", " , ", False),
    ],
)
def test_patterns_of_branches_and_tags(name: str, patterns: str, matched: bool) -> None:
    assert matches(name, patterns) is matched


def test_pattern_that_excludes_is_refused() -> None:
    with pytest.raises(InputError, match="`!beta` is not supported"):
        run("push", PUSH, deploy_branches="main, !beta")


# Bad payloads ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "event", "missing"),
    [
        ("pull_request", {}, "has no `pull_request.head.sha`"),
        ("pull_request", {"pull_request": []}, "has no `pull_request.head.sha`"),
        (
            "pull_request",
            {"pull_request": PULL["pull_request"] | {"number": True}},
            "`pull_request.number` that is not a number",
        ),
        (
            "pull_request",
            {"pull_request": PULL["pull_request"] | {"base": {"sha": "--x"}}},
            "that is not a commit id",
        ),
        ("push", {}, "has no `ref`"),
        ("push", PUSH | {"before": None}, "has no `before`"),
        ("push", PUSH | {"after": 7}, "has a `after` that is not a commit id"),
        ("push", PUSH | {"deleted": "yes"}, "has a `deleted` that is not a boolean"),
        ("push", PUSH | {"ref": "refs/notes/x"}, "neither a branch nor a tag"),
        ("merge_group", {"merge_group": {"head_sha": HEAD}}, "has no `merge_group.base_sha`"),
    ],
)
def test_payload_that_lacks_something_is_refused_naming_it(
    name: str, event: Mapping[str, Any], missing: str
) -> None:
    with pytest.raises(InputError, match=missing.replace(".", r"\.")) as caught:
        run(name, event)
    assert caught.value.hint


def test_run_outside_of_github_is_refused() -> None:
    with pytest.raises(InputError, match="GITHUB_EVENT_NAME is not set"):
        read_run({}, {}, make_event_options())


def test_repository_is_read_from_the_payload_when_no_variable_names_it() -> None:
    variables = {"GITHUB_EVENT_NAME": "push"}
    assert (
        read_run(variables, PUSH | {"repository": {"full_name": "a/b"}}, make_event_options()).repository
        == "a/b"
    )
    with pytest.raises(InputError, match=r"has no `repository\.full_name`"):
        read_run(variables, PUSH, make_event_options())


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["sha", "repo", "x"]), inner, max_size=2)
    ),
    max_leaves=5,
)
KEYS = [
    ("pull_request",),
    ("pull_request", "head"),
    ("pull_request", "base", "repo"),
    ("pull_request", "number"),
]


@settings(max_examples=150, deadline=None)
@given(keys=st.sampled_from(KEYS), value=json_values)
def test_payload_of_any_shape_is_understood_or_refused(keys: tuple[str, ...], value: Any) -> None:
    event: Any = copy.deepcopy(PULL)
    inner = event
    for key in keys[:-1]:
        inner = inner[key]
    inner[keys[-1]] = value
    try:
        outcome = run("pull_request", event).event
    except InputError as error:
        outcome = error.hint
    assert outcome


@pytest.mark.parametrize(("sha", "head"), [("c" * 40, "c" * 40), ("main", ""), ("", ""), ("c" * 39, "")])
def test_only_the_id_of_a_commit_is_the_one_that_is_checked_out(sha: str, head: str) -> None:
    assert run("workflow_dispatch", {}, {"GITHUB_SHA": sha}).head_sha == head
