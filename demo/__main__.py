"""Shows the main job: a pull request is checked, fixed, merged, deployed and tagged.

A private fork is made in a temporary folder, and the action's entry point is started on each event
with the variables and files that GitHub would give it. The deployment is the embedded local one, and
then a stand-in of Panther's public API on this machine.
"""

import sys
import tempfile
from pathlib import Path

from demo.fork import Fork
from demo.runner import Runner
from tools.api_standin.server import StandIn

BROKEN_RULE = "rules/aws_cloudtrail_root_activity.py"
HELPER = "globals/aws_cloudtrail_events.py"


def main() -> int:
    """Play the story and return 0 if every verdict was the right one."""
    with tempfile.TemporaryDirectory(prefix="panther-ci-demo-") as folder:
        fork = Fork.create(Path(folder) / "fork")
        runner = Runner(fork.root, Path(folder) / "runner")
        wrong = [step for step, expected in play(fork, runner) if not expected]
    print("\n" + ("Every verdict was the right one." if not wrong else f"Wrong verdicts: {', '.join(wrong)}"))
    return 1 if wrong else 0


def play(fork: Fork, runner: Runner) -> list[tuple[str, bool]]:
    """The events, each with whether it ended as it should."""
    fork.start_branch("watch-root")
    fork.replace(BROKEN_RULE, '"userIdentity", "type"', '"userIdentity", "typ"')
    fork.replace(HELPER, '"""', '"""Reviewed. ')
    fork.commit("Tidy the root rule and a helper")
    rejected = runner.run("1. A pull request breaks a rule and changes a helper", fork.pull_request(7))
    runner.show_reports()

    fork.replace(BROKEN_RULE, '"userIdentity", "typ"', '"userIdentity", "type"')
    fork.commit("Read the right field")
    fixed = runner.run("2. The pull request is fixed", fork.pull_request(7))
    deployed = runner.run("3. It is merged to main, and deployed", fork.merge(7))
    tagged = runner.run("4. The release is tagged: nothing new to deploy", fork.tag("v1.0.0"))
    with StandIn() as api:
        given = {"deployment": "api", "api-host": api.url, "api-token": api.state.key}
        by_token = runner.run("5. The same by Panther's public API, with a token", fork.tag("v1.0.1"), given)
        print(
            f"The API has {len(api.state.entities)} specs, by one upload of {len(api.state.calls)} requests."
        )
    return [
        ("pull request", rejected == 1),
        ("fixed pull request", fixed == 0),
        ("merge", deployed == 0),
        ("tag", tagged == 0),
        ("API", by_token == 0),
    ]


if __name__ == "__main__":
    sys.exit(main())
