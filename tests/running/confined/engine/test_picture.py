"""Which objects of an interpreter are looked at for changes."""

import subprocess
import sys

import pytest

from panther_ci.running.confined.engine.picture import differ

LOOK = """
import codecs, collections.abc, contextvars, functools, http, sys, weakref
from panther_ci.running.confined.engine.picture import WholePicture, all_objects
class Some: pass
some, kept = Some(), [1]
ours = {OURS}
wanted = id(ours)
picture = WholePicture(each for each in all_objects([]) if id(each) == wanted)
picture.take()
{CHANGE}
print(picture.changed())
"""


@pytest.mark.parametrize(
    ("ours", "change", "seen"),
    [
        ("{'a': weakref.ref(some)}", "ours['b'] = 1", True),
        ("{1: weakref.ref(some)}", "ours[2] = 1", False),  # what a class knows of its subclasses
        ("{1: some}", "ours[2] = 1", True),
        ("{'a': 1}", "ours['a'] = 2", True),
        ("{'a': kept, 'b': kept}", "ours['c'] = ours.pop('b')", True),
        ("[kept]", "kept.append(2)", False),  # that is another object
        ("[kept]", "ours.clear()", True),
        ("some", "some.name = 1", True),
        ("some", "some.__class__ = type('Other', (), {})", True),
        ("some", "pass", False),
        # What a path has, what was asked before, and what runs.
        (
            "next(each for each in sys.path_importer_cache.values() if hasattr(each, '_path_mtime'))",
            "ours._path_mtime = 5.5",
            False,
        ),
        ("functools.lru_cache(str)", "ours(5)", False),
        ("vars(collections.abc.Collection)['_abc_impl']", "isinstance(5, collections.abc.Collection)", False),
        ("contextvars.Context()", "ours.run(contextvars.ContextVar('name').set, some)", False),
        ("(each for each in [kept, some])", "next(ours)", False),
        ("http.HTTPStatus._value2member_map_", "ours[5] = some", False),
        ("http.HTTPStatus._member_map_", "ours[5] = some", True),
        ("{'a': codecs.lookup('utf-8')}", "ours['b'] = codecs.lookup('ascii')", False),
    ],
)
def test_a_change_of_an_object_is_seen_unless_it_is_a_cache(ours: str, change: str, seen: bool) -> None:
    code = LOOK.replace("{OURS}", ours).replace("{CHANGE}", change)
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == f"{seen}\n"


class Refuses:
    """What can't be compared."""

    def __eq__(self, other: object) -> bool:
        raise ValueError


def test_what_can_not_be_compared_differs_from_all_but_itself() -> None:
    one = Refuses()
    assert (differ([one], [one]), differ([one], [Refuses()]), differ([1], [1.5])) == (False, True, True)
