"""A runner as others build it, for positive controls: every body runs in its own process.

Reads a list of jobs from standard input and prints a line for each.
"""

import json
import sys
import types


def judge(got, expected):
    """The judgement of a verdict, by equality."""
    return "passed" if got == expected else "failed"


def main() -> None:
    """Runs all that is on standard input."""
    print("begun", flush=True)
    jobs = json.load(sys.stdin)
    for job in jobs:
        name = job["name"]
        module = types.ModuleType(name)
        sys.modules[name] = module
        try:
            exec(job["body"], module.__dict__)
            got = module.rule(job["event"])
            if hasattr(module, "title"):
                module.title(job["event"])
            word = judge(got, job["expected"])
        except Exception as error:
            got, word = f"{type(error).__name__}: {error}", "errored"
        print(f"\n@{name}={word} {got!r}", flush=True)


if __name__ == "__main__":
    main()
