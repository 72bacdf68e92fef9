"""What a zygote imports and compiles for all bodies before it forks."""

from typing import Any

import pytest

from panther_ci.kinds import Evaluator
from panther_ci.model import FieldMapping
from panther_ci.running.confined.engine.evaluators import FILTERS
from panther_ci.running.preloading import Imports, imported_modules
from panther_ci.running.processes import ZygoteKind

PLAIN = "def rule(event):\n    return True\n"
CONDITION = [{"KeyPath": "a", "Condition": "Exists"}]


def test_imports_are_found_in_every_form() -> None:
    text = b"import a, b.c as d\nfrom e.f import (g)\n    import h # x\ntry: import i\nfrom . import k\n"
    assert imported_modules(text) == {"a", "b.c", "e.f", "h", "i", "."}
    assert imported_modules(b"datetime.strptime(x)") == {"_strptime"}
    assert imported_modules(b"x.decode('UTF-16LE') + y.decode('utf-16-le') + 'z'") == {"encodings.utf_16_le"}


def test_what_mocks_are_made_with_is_imported_first(make: Any) -> None:
    jobs = [make.job("", make.case(), make.case(mocks=mocks)) for mocks in ({}, {"a": "b"})]
    assert [Imports([job], ()).standard() for job in jobs] == [(), ("unittest.mock",)]


def test_helpers_are_no_packages(make: Any) -> None:
    job = make.job(
        "import first, json.decoder\nimport boto3, not_there\n",
        helpers=(make.helper("first", "import requests.auth\n"),),
    )
    imports = Imports([job], {"boto3", "requests", "first"})
    assert imports.standard() == ("json.decoder",)
    assert imports.packages() == ("boto3", "requests.auth")


def test_only_unchanged_helpers_of_several_are_compiled_for_all(make: Any) -> None:
    shared, changed, single = (make.helper(name, f"# {name}\n") for name in ("shared", "changed", "single"))
    jobs = [
        make.job("", helpers=(shared, changed), group=frozenset([changed.path]), name="a"),
        make.job("", helpers=(shared, changed, single), group=frozenset([changed.path]), name="b"),
    ]
    assert Imports(jobs, ()).shared() == (shared,)


@pytest.mark.parametrize("name", ["_A.b", "Zed", "z_9"])
def test_a_name_may_have_any_letters(name: str) -> None:
    assert imported_modules(f"import {name}\n".encode()) == {name}


@pytest.mark.parametrize(
    ("text", "modules"),
    [
        ("x.decode('latin1')", {"encodings.latin_1"}),
        ("x.encode('UTF-16-LE')", {"encodings.utf_16_le"}),
        ('x.decode("cp437")', {"encodings.cp437"}),
        ("x.decode(code), 'word'", set()),
        ("x = 'latin1'", set()),
    ],
)
def test_codecs_are_found_where_one_is_used(text: str, modules: set[str]) -> None:
    assert imported_modules(text.encode()) == modules


@pytest.mark.parametrize(
    "name",
    [
        *(
            "antigravity",
            "this",
            "test",
            "test.support",
            "unittest.test",
            "unittest.__main__",
            "distutils.util",
        ),
        *("ensurepip", "idlelib", "lib2to3.main", "tkinter", "turtle", "turtledemo", "venv"),
    ],
)
def test_what_does_something_when_it_is_imported_is_not_imported_for_all(make: Any, name: str) -> None:
    assert Imports([make.job(f"import {name}, json\n")], ()).standard() == ("json",)


def test_what_data_models_import_is_needed_too(make: Any, model: Any) -> None:
    bodies = (make.helper("model", "import json, boto3\n"), None)
    job = make.job(PLAIN, data_models=tuple(model([FieldMapping("x", "a")], body) for body in bodies))
    imports = Imports([job], {"boto3"})
    assert (imports.standard(), imports.packages()) == (("json",), ("boto3",))


def test_only_who_imports_a_package_needs_it(make: Any) -> None:
    jobs = [make.job(text, name=text) for text in ("import boto3, json", "import json", "import six")]
    imports = Imports(jobs, {"boto3", "json", "six"})
    assert [imports.packages_of(job) for job in jobs] == [{"boto3"}, frozenset(), {"six"}]
    assert imports.packages() == ("boto3", "six")
    kinds = [ZygoteKind.WITH_PACKAGES, ZygoteKind.BARE, ZygoteKind.WITH_PACKAGES]
    assert [imports.zygote_of(job) for job in jobs] == kinds


def test_only_the_parts_that_jobs_need_are_loaded(make: Any) -> None:
    python, filtered = make.job(PLAIN), make.filtered(PLAIN, CONDITION)
    simple = make.simple(CONDITION, Title="a")
    assert Imports([python], ()).parts() == {Evaluator.PYTHON}
    assert Imports([simple], ()).parts() == {simple.spec.evaluator}
    assert Imports([python, filtered, python], ()).parts() == {Evaluator.PYTHON, FILTERS}
    assert Imports([python, simple], ()).parts() == {Evaluator.PYTHON, simple.spec.evaluator}
