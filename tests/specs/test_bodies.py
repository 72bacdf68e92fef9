"""What a Python file defines and imports, without running it."""

import pytest

from panther_ci.model import Location
from panther_ci.specs.bodies import LARGEST, find_matcher, read_body

IMPORTS = {
    "import a": "import a",
    "import a.b": "import a.b.c as d",
    "two in one": "import os, a",
    "from a import": "from a import b",
    "from a.b import": "from a.b import (\n    c,\n)",
    "star": "from a import *",
    "in a function": "def rule(event):\n    import a",
    "in a class": "class B:\n    from a import c",
    "in try": "try:\n    import a\nexcept ImportError:\n    a = None",
    "after a semicolon": "x = 1; import a",
    "over two lines": "import \\\n    a",
    "import_module": "import importlib\nimportlib.import_module('a')",
    "import_module alone": "from importlib import import_module\nx = import_module('a.b')",
    "import_module by name": "import importlib\nimportlib.import_module(name='a')",
    "__import__": "x = __import__('a').b",
    "name in a variable": "import importlib\nNAME = 'a'\nimportlib.import_module(NAME)",
    "import_module under another name": "from importlib import import_module as load\nload('a')",
    "import_module kept": "import importlib\nload = importlib.import_module\nload('a')",
    "import_module by getattr": "import importlib\ngetattr(importlib, 'import_module')('a')",
    "exec": "exec('import os, a')",
    "eval": "x = eval (\"__import__('a')\")",
    "form feed": "\x0cimport a",
    "in a lambda": "f = lambda: __import__('a')",
}
BROKEN = {
    "syntax": b"def rule(:\n",
    "bytes": b"x = '\xff'\n",
    "NUL": b"x = 1\x00\n",
    "deep brackets": b"x = " + b"(" * 5000 + b")" * 5000,
    "deep signs": b"x = " + b"-" * 200_000 + b"1",
    "deep names": b"x = a" + b".b" * 200_000,
    "deep sum": b"x = 1" + b"+1" * 200_000,
    "digits": b"x = " + b"1" * 10_000,
    "f-string": b"x = f'" + b"{a}" * 170_000 + b"'\n",
    "f-strings": b"".join(b"x%d = rf'''%s'''\n" % (number, b"{a:{b}}\n" * 9000) for number in range(7)),
    "f-string after text": b"x = F'" + b"t" * 450_000 + b"{a}" * 8000 + b"'\n",
    "too large": b"#" * (LARGEST + 1),
    "unknown coding": b"# coding: nonsense\nx = 1\n",
}


@pytest.mark.parametrize("source", IMPORTS.values(), ids=IMPORTS.keys())
def test_every_form_of_import_is_seen(source):
    assert "a" in read_body("a.py", source.encode()).modules


@pytest.mark.parametrize("source", ["from . import a", "from .a import b", "# import a", "x = 'import a'"])
def test_what_is_no_import_of_a_module_is_none(source):
    assert read_body("a.py", source.encode()).modules == frozenset()


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_what_can_not_be_parsed_is_broken(data):
    body = read_body("a.py", data)
    assert body.broken
    assert body.broken_at is not None


def test_a_body_may_be_as_large_as_is_said():
    assert read_body("a.py", b"#" * LARGEST).broken == ""
    body = read_body("a.py", b"#" * (LARGEST + 1))
    assert (body.broken, body.broken_at) == ("it is larger than 512 KiB", Location("a.py"))


@pytest.mark.parametrize(
    ("data", "problem", "line", "column"),
    [
        (b"x = 1\ndef rule(:\n", "invalid syntax", 2, 10),
        (b"# coding: nonsense\n", "unknown encoding: nonsense", None, None),
        ("x = 1\n".encode("utf-16"), "the file is UTF-16", None, None),
        ("x = 'é'\ny = 'ü\0".encode(), "there is a NUL character here", 2, 7),
        ("x = 'é'\ny = 'ü".encode() + b"\xff'", "the file is not UTF-8 from here on", 2, 7),
        (b"x = " + b"-" * 200_000 + b"1", "it nests too deeply", None, None),
    ],
)
def test_what_is_broken_is_told_with_its_place(data, problem, line, column):
    body = read_body("a.py", data)
    assert (body.broken, body.broken_at) == (problem, Location("a.py", line, column))


def test_an_f_string_that_takes_python_too_long_is_named_with_its_place():
    body = read_body("a.py", b"a = {}\nx = f'" + b"{a}" * 30_000 + b"'\n")
    assert body.broken.startswith("the f-string here has 90,002 characters and 30,000 expressions")
    assert body.broken_at == Location("a.py", 2, 6)


@pytest.mark.parametrize(
    "source",
    [
        b"x = {'a': f'{a}', 'b': {}}\n" * 18_000,
        b"x = f'" + b"{{" * 200_000 + b"'\n",
        b"# f'" + b"{" * 200_000 + b"\nx = '" + b"{" * 200_000 + b"'\n",
        b"x = '''f\"" + b"{\n" * 200_000 + b"'''\n",
        b"x = ''\ny = 'f' \"" + b"{" * 300_000 + b'"\n',
    ],
    ids=["short ones", "double braces", "no f-strings", "quotes in another text", "after quotes"],
)
def test_braces_that_are_no_expressions_of_an_f_string_do_not_count(source):
    assert read_body("a.py", source).broken == ""


def test_nothing_is_printed_about_odd_escapes(recwarn, capfd):
    read_body("a.py", b"x = '\\d'\nif x is 'y':\n    pass\n")
    assert (list(recwarn), capfd.readouterr()) == ([], ("", ""))


def test_an_import_is_certain_only_where_nothing_guards_it():
    sources = {
        "import a": True,
        "class B:\n    import a": True,
        "with b:\n    import a": True,
        "x = __import__('a')": True,
        "try:\n    import a\nfinally:\n    pass": False,
        "def f():\n    import a": False,
        "def f():\n    with b:\n        import a": False,
        "async def f():\n    import a": False,
        "if b:\n    import a": False,
        "x = lambda: __import__('a')": False,
        "def f():\n    return __import__('a')": False,
        "__import__(x + 'a')": False,
    }
    found = {source: read_body("a.py", source.encode()).imports for source in sources}
    assert {source: [each.certain for each in imports] for source, imports in found.items()} == {
        source: [certain] for source, certain in sources.items()
    }


def test_places_are_those_of_the_source():
    body = read_body("a.py", b"import a\nasync def f(): pass\ndef g(x): pass\n")
    assert [each.location for each in body.functions] == [Location("a.py", 2, 11), Location("a.py", 3, 5)]
    assert body.imports[0].location == Location("a.py", 1, 1)


@pytest.mark.parametrize(
    ("signature", "takes_one"),
    [
        ("event", True),
        ("event, /", True),
        ("event, more=1", True),
        ("*events", True),
        ("event=None", True),
        ("event, *, flag=1", True),
        ("", False),
        ("**events", False),
        ("event, more", False),
        ("*, event", False),
        ("event, *, flag", False),
    ],
)
def test_a_matcher_is_called_with_one_value(signature, takes_one):
    body = read_body("a.py", f"def rule({signature}): pass".encode())
    assert body.function("rule").takes_one is takes_one


def test_the_last_definition_counts():
    body = read_body("a.py", b"def rule(): pass\nif True:\n    def rule(event): pass\n")
    assert body.function("rule").takes_one


@pytest.mark.parametrize(
    "source",
    [
        "a = 1",
        "a: int = 1",
        "(a, b) = 1, 2",
        "for a in (): pass",
        "with open('x') as a: pass",
        "import a.b",
        "import b as a",
        "from b import a",
        "from b import c as a",
        "class a: pass",
        "def a(): pass",
        "async def a(): pass",
        "if True:\n    a = 1",
        "try:\n    pass\nexcept Exception as a:\n    pass",
        "def f():\n    global a\n    a = 1",
        "(a := 1)",
        "match 1:\n    case a: pass",
    ],
)
def test_names_of_the_module_are_known(source):
    assert "a" in read_body("a.py", source.encode()).names


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    a = 1",
        "def f():\n    if f:\n        a = 1",
        "class B:\n    a = 1",
        "class B:\n    def f(self):\n        import a",
        "print(a)",
        "def f(a): pass",
    ],
)
def test_names_of_inner_scopes_are_not_the_modules(source):
    assert "a" not in read_body("a.py", source.encode()).names


def test_an_exception_without_a_name_binds_none():
    assert read_body("a.py", b"try:\n    a = 1\nexcept B:\n    pass\n").names == {"a"}


@pytest.mark.parametrize(
    "source",
    [
        "from a import *",
        "__import__(x)",
        "__import__(1)",
        "import_module()",
        "import_module(package='a')",
        "load = importlib.import_module",
        "from importlib import import_module as load",
        "getattr(importlib, 'import_module')",
        "exec('x')",
        "eval (x)",
    ],
)
def test_a_body_whose_names_can_not_be_told_says_so(source):
    assert read_body("a.py", source.encode()).open_ended


@pytest.mark.parametrize(
    ("source", "modules"),
    [
        ("import_module('a.b', 'c d')", {"a"}),
        ("importlib.import_module(name='a', package='b')", {"a"}),
        ("from importlib import import_module\nx = __import__('a')", {"a", "importlib"}),
        ("# eval(a)\nx = 'exec', 'b', b'eval'", set()),
        ("def f():\n    from a import *", {"a"}),
    ],
)
def test_a_body_whose_imports_can_all_be_told_is_not_open_ended(source, modules):
    body = read_body("a.py", source.encode())
    assert (body.modules, body.open_ended) == (modules, False)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ("x = 1\n".encode("utf-16"), "the file is UTF-16"),
        ("x = 1\n".encode("utf-16-le"), "there is a NUL character here"),
        (b"x = '\xff'\n", "the file is not UTF-8 from here on"),
    ],
)
def test_a_body_in_another_encoding_is_to_be_saved_as_utf_8(data, problem):
    body = read_body("a.py", data)
    assert (body.broken, "save" in body.remedy.lower(), "UTF-8" in body.remedy) == (problem, True, True)


def test_a_call_that_leads_on_from_a_package_names_no_module_for_certain() -> None:
    body = read_body("a.py", b"import importlib\nimportlib.import_module('.client', 'boto3')\n")
    assert [each.module for each in body.imports if each.certain] == ["importlib"]
    assert {"client", "boto3"} <= body.modules


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (b"import os\ndef rule(event):\n    return True\n", b"rule"),
        (b"def policy(resource): return True", b"policy"),
        (b"def ruler(event):\n    return True\n", None),
        (b"X = 1\n", None),
    ],
)
def test_the_line_of_a_matcher_is_found_in_the_text(text, name):
    found = find_matcher(text)
    assert (found and found[1]) == name
