"""What a glance and a look find of what was changed since a guard began, row by row."""

import json
import subprocess
import sys

import pytest

# Runs each row in a process of its own, forked from one that has a guard; a row is code and an expression.
LOOKS = """
import _strptime, ipaddress, json, linecache, logging, os, re, sys, types, urllib.parse
from panther_ci.running.confined.engine.guard import Guard
ours = []
odd = sys.modules["odd"] = types.SimpleNamespace(a=1)
class Slot:
    __slots__ = ("a",)
slot, some = Slot(), [1]
slot.a = None
sys.modules["slot"] = slot
rows = json.load(sys.stdin)
guard = Guard([ours])
for name, (code, expression) in rows.items():
    pid = os.fork()
    if pid:
        os.waitpid(pid, 0)
        continue
    status = 1
    try:
        guard.begin(wary=False)
        exec(code)
        print(json.dumps([name, eval(expression)]), flush=True)
        status = 0
    finally:
        os._exit(status)
"""
GLANCE, LOOK = "guard.glance(False)", "guard.look()"
NOTHING, NOTHING_AT_ALL = ["", False], ["", True]
MODULE, STATE = ["a module was changed", False], ["the state of the interpreter was changed", False]
ADDED = ["a module was added, replaced or lost", False]
LIBRARY = ["something in a library was changed", True]
BEFORE = "json.new = urllib.parse.uses_netloc.append('')"
UNSEEN = ["something may have changed that can't be seen", False]
ROWS = {
    "nothing": ("", GLANCE, NOTHING),
    "nothing at all": ("", LOOK, NOTHING_AT_ALL),
    "what can't be seen": ("", "guard.glance(True)", UNSEEN),
    "tracing": ("sys.settrace(lambda *_: None)", GLANCE, ["calls are traced", False]),
    "profiling": ("sys.setprofile(lambda *_: None)", GLANCE, ["calls are traced", False]),
    "a new module": ("sys.modules['new'] = sys", GLANCE, ADDED),
    "another module": ("sys.modules['json'] = sys", GLANCE, ADDED),
    "a lost module": ("del sys.modules['json']", GLANCE, ADDED),
    "the working folder": ("os.chdir('/proc')", GLANCE, STATE),
    "an attribute": ("json.new = 1", GLANCE, MODULE),
    "an attribute of what is in the place of a module": ("odd.a = 2", GLANCE, MODULE),
    "a slot of what is in the place of a module": ("slot.a = some", GLANCE, MODULE),
    "a glance before": ("guard.glance(False)", LOOK, NOTHING_AT_ALL),
    "what was changed back": ("json.new = 1; del json.new; guard.glance(False)", LOOK, NOTHING_AT_ALL),
    "the environment": ("os.environ['NEW'] = ''", GLANCE, MODULE),
    "a list": ("urllib.parse.uses_netloc.append('')", GLANCE, NOTHING),
    "a list, looked at": ("urllib.parse.uses_netloc.append('')", LOOK, LIBRARY),
    "a list of ours": ("ours.append([])", LOOK, NOTHING_AT_ALL),
    "a logger": ("logging.getLogger('new')", GLANCE, NOTHING),
    "what a logger was asked": ("logging.getLogger().isEnabledFor(5)", LOOK, NOTHING_AT_ALL),
    "patterns": ("re.compile('new')", LOOK, NOTHING_AT_ALL),
    "formats of times": ("_strptime._strptime('2024', '%Y')", LOOK, NOTHING_AT_ALL),
    "masks": ("ipaddress.ip_network('10.1.0.0/17')", LOOK, NOTHING_AT_ALL),
    "longer masks": ("ipaddress.ip_network('2001:db8::/33')", LOOK, NOTHING_AT_ALL),
    "lines": ("linecache.getlines(json.__file__)", LOOK, NOTHING_AT_ALL),
    "folders": ("sys.path_importer_cache['/new'] = None", LOOK, NOTHING_AT_ALL),
    "an object that dies": (
        "class Last:\n    def __del__(self):\n        urllib.parse.uses_netloc.append('')\n"
        "last = Last()\nlast.last = last\ndel last, Last",
        LOOK,
        LIBRARY,
    ),
    "glances": ("guard.glance(False), guard.glance(False)", "guard.unseen", 2),
    "a glance that finds something": ("guard.glance(False), guard.glance(True)", "guard.unseen", 0),
    "a look after glances": ("guard.glance(False), guard.look()", "guard.unseen", 0),
    "many glances": (
        "number = next(n for n in range(9999) if guard.glance(False).looked)",
        "[2 < number < 9000, guard.unseen]",
        [True, 0],
    ),
    "a change before many glances": (
        "urllib.parse.uses_netloc.append('')",
        "next(look for look in (guard.glance(False) for _ in range(9999)) if look.looked)",
        LIBRARY,
    ),
    "a change before it began": (
        "json.new = urllib.parse.uses_netloc.append(''); guard.begin(wary=False)",
        GLANCE,
        NOTHING,
    ),
    "another one": (
        "json.new = urllib.parse.uses_netloc.append(''); guard.begin(wary=False)",
        LOOK,
        NOTHING_AT_ALL,
    ),
}


@pytest.fixture(scope="module")
def found() -> dict[str, object]:
    rows = json.dumps({name: (code, expression) for name, (code, expression, _) in ROWS.items()})
    done = subprocess.run(
        [sys.executable, "-c", LOOKS], input=rows, capture_output=True, text=True, check=True
    )
    return dict(json.loads(line) for line in done.stdout.splitlines())


@pytest.mark.parametrize("name", ROWS)
def test_what_was_changed_is_found(found: dict[str, object], name: str) -> None:
    assert found[name] == ROWS[name][2]
