"""A runner as others build it, for positive controls: every body runs in its own process.

Reads `[[name, body, event, expected], …]` from standard input and prints a line for each.
"""

import json
import sys
import types


def main() -> None:
    """Runs all that is on standard input."""
    for name, body, event, expected in json.load(sys.stdin):
        module = types.ModuleType(name)
        sys.modules[name] = module
        try:
            exec(body, module.__dict__)
            got = module.rule(event)
            word = "passed" if got == expected else "failed"
        except Exception as error:
            got, word = f"{type(error).__name__}: {error}", "errored"
        print(f"\n@{name}={word} {got!r}", flush=True)


if __name__ == "__main__":
    main()
