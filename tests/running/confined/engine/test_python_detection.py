"""Bodies, helpers, mocks and policies as they run."""

from typing import Any

import pytest

from panther_ci.model import Outcome
from panther_ci.reporters.fields import dotted
from panther_ci.reporters.wording import next_step, what_happened

PASSED = (Outcome.PASSED, "")


def test_helpers_import_each_other_by_every_form(make: Any, outcome: Any) -> None:
    helpers = (make.helper("first", "from second import value\n"), make.helper("second", "value = 5\n"))
    body = "import first as one\nfrom second import *\ndef rule(event):\n    import second\n"
    body += "    return one.value + value + second.value == 15\n"
    assert outcome(make.job(body, helpers=helpers)) == PASSED


def test_a_helper_that_raises_is_named_with_its_line(make: Any, run: Any) -> None:
    job = make.job(
        "import first\ndef rule(event):\n    return True\n", helpers=(make.helper("first", "\n1 / 0\n"),)
    )
    (case,) = run(job)["a"].cases
    assert (
        what_happened(case)
        == "importing rules/a.py raised ZeroDivisionError: division by zero at globals/first.py:2"
    )
    assert case.error is not None
    assert case.error.traceback == (
        "rules/a.py:1 in <module>\n    import first\nglobals/first.py:2 in <module>\n    1 / 0"
    )


def test_each_case_has_its_own_output_and_the_first_that_of_the_import(make: Any, run: Any) -> None:
    body = "print('loaded')\ndef rule(event):\n    print(event['n'])\n    return True\n"
    cases = run(make.job(body, *(make.case({"n": n}) for n in (111, 2))))["a"].cases
    assert [case.output for case in cases] == ["loaded\n111\n", "2\n"]


def test_modules_know_where_they_come_from(make: Any, outcome: Any) -> None:
    body = "import sys, first\ndef rule(event):\n    modules = sys.modules[__name__], first\n"
    body += "    assert all(each.__spec__.has_location for each in modules)\n"
    body += "    assert all(each.__loader__ is each.__spec__.loader for each in modules)\n"
    body += "    files = [(each.__file__, each.__spec__.origin) for each in modules]\n"
    body += "    return files == [('rules/a.py',) * 2, ('globals/first.py',) * 2]\n"
    assert outcome(make.job(body, helpers=(make.helper("first", ""),))) == PASSED


def test_a_missing_module_is_named_with_the_next_step(make: Any, run: Any) -> None:
    (case,) = run(make.job("import nothing_like_it\n"))["a"].cases
    assert "ModuleNotFoundError: No module named 'nothing_like_it' at rules/a.py:1" in what_happened(case)
    assert "`requirements`" in next_step(case)


def test_a_helper_wins_over_a_module_of_its_name(make: Any, run: Any) -> None:
    shadow = make.job(
        "import json\ndef rule(event):\n    return json.mine\n",
        helpers=(make.helper("json", "mine = True\n"),),
        name="shadow",
        group=frozenset(),
    )
    real = "import json\ndef rule(event):\n    return json.loads('true')\n"
    results = run(shadow, *(make.job(real, name=f"r{n}", group=frozenset()) for n in range(5)))
    assert {result.cases[0].outcome for result in results.values()} == {Outcome.PASSED}


@pytest.mark.parametrize("group", [frozenset(), frozenset(["a"])])
def test_a_body_may_take_away_what_imports_its_helpers(make: Any, run: Any, group: frozenset[str]) -> None:
    body = "import sys, first\nsys.meta_path.clear()\ndel sys.modules['first']\n"
    body += "def rule(event):\n    return first.value\n"
    helpers = (make.helper("first", "value = True\n"),)
    jobs = [make.job(body, helpers=helpers, name=f"r{n}", group=group) for n in range(6)]
    assert {result.cases[0].outcome for result in run(*jobs).values()} == {Outcome.PASSED}


@pytest.mark.parametrize(
    ("use", "output"),
    [
        ("print('\\ud800', file=sys.stderr)", "\\ud800\n"),
        ("sys.stdout.buffer.write(b'a\\xff')", "a\\xff"),
        ("assert sys.stdout.buffer.write(b'ab') == 2", "ab"),
        ("print('a'); sys.stdout.close()", ""),
        ("sys.stdout.buffer.seek(20_000); print('x' * 30_000)", ""),
        ("[print('x' * 9_999) for _ in range(2_000)]", "x" * 9_999 + "\n"),
    ],
)
def test_a_body_may_print_what_is_no_text_and_close_its_streams(
    make: Any, run: Any, use: str, output: str
) -> None:
    (case,) = run(make.job(f"import sys\ndef rule(event):\n    {use}\n    return True\n"))["a"].cases
    assert (case.outcome, case.output) == (Outcome.PASSED, output)


def test_modules_of_a_folder_of_packages_are_importable(make: Any, outcome: Any, tmp_path: Any) -> None:
    (tmp_path / "third").mkdir()
    (tmp_path / "third" / "__init__.py").write_text("from third.part import value\n")
    (tmp_path / "third" / "part.py").write_text("value = True\n")
    tmp_path.chmod(0o755)
    job = make.job("import third\ndef rule(event):\n    return third.value\n")
    assert outcome(job, module_path=str(tmp_path)) == PASSED


def test_a_package_that_ends_the_process_is_the_fault_of_who_imports_it(
    make: Any, run: Any, tmp_path: Any
) -> None:
    (tmp_path / "third.py").write_text("import os\nos._exit(0)\n")
    bad = make.job("import third\ndef rule(event):\n    return True\n")
    results = run(
        bad, make.job("def rule(event):\n    return True\n", name="good"), module_path=str(tmp_path)
    )
    ended = "the process ended without a result (exit code 0)"
    assert what_happened(results["a"].cases[0]) == f"{ended} before rules/a.py was imported"
    assert results["good"].cases[0].outcome is Outcome.PASSED


def test_changed_packages_are_imported_only_by_who_runs_the_body(make: Any, run: Any, tmp_path: Any) -> None:
    (tmp_path / "third.py").write_text("import os\npid = os.getpid()\n")
    body = "import os, third\ndef rule(event):\n    return third.pid == os.getpid()\n"
    results = [
        run(make.job(body), module_path=str(tmp_path), packages_changed=changed) for changed in (True, False)
    ]
    outcomes = [result["a"].cases[0].outcome for result in results]
    assert outcomes == [
        Outcome.PASSED,
        Outcome.FAILED,
    ]  # the other was imported by the process it was forked from


def test_mocks_replace_names_of_the_body_only_for_their_case(make: Any, run: Any) -> None:
    body = "from first import ask\ndef rule(event):\n    return ask(1, deep=2)['answer']\n"
    helpers = (make.helper("first", "def ask(*a, **k):\n    return {'answer': False}\n"),)
    mocked = make.case(mocks={"ask": {"answer": True}}, name="mocked")
    job = make.job(body, mocked, make.case(expected=False), helpers=helpers)
    assert [case.outcome for case in run(job)["a"].cases] == [Outcome.PASSED, Outcome.PASSED]


def test_a_body_recognises_a_mock_as_that_of_the_standard_library(make: Any, run: Any) -> None:
    body = (
        "import json\nfrom unittest.mock import MagicMock\nDOMAINS = ['own']\n"
        "def rule(event):\n    global DOMAINS\n    if isinstance(DOMAINS, MagicMock):\n"
        "        assert DOMAINS.call_count == 0\n        DOMAINS = json.loads(DOMAINS())\n"
        "    return DOMAINS == ['mocked']\n"
    )
    job = make.job(body, make.case(mocks={"DOMAINS": '["mocked"]'}), make.case(expected=False))
    assert [case.outcome for case in run(job)["a"].cases] == [Outcome.PASSED] * 2


@pytest.mark.parametrize(
    ("body", "idle"),
    [
        ("ALLOW = ['nobody']\ndef rule(event):\n    return 'a' not in ALLOW", True),
        ("ALLOW = ['nobody']\ndef rule(event):\n    return ALLOW() == 'text'", False),
        ("def ALLOW():\n    return 1\ndef rule(event):\n    return True", False),
    ],
)
def test_a_failed_case_names_the_mock_of_a_constant_that_nothing_called(
    make: Any, run: Any, body: str, idle: bool
) -> None:
    (case,) = run(make.job(body, make.case(expected=False, mocks={"ALLOW": "text"})))["a"].cases
    assert case.outcome is Outcome.FAILED
    assert ("nothing called ALLOW" in next_step(case)) is idle


HOST = "https://www.example.com/"


@pytest.mark.parametrize(
    "call",
    [
        "socket.create_connection(('192.0.2.1', 443))",
        "socket.getaddrinfo('www.example.com', 443)",
        f"urllib.request.urlopen('{HOST}')",
        "wrapped(lambda: socket.create_connection(('www.example.com', 443)))",
    ],
)
def test_an_attempt_to_use_the_network_says_what_to_mock(make: Any, run: Any, call: str) -> None:
    body = (
        "import socket, urllib.request\n"
        "def wrapped(call):\n    try:\n        call()\n    except OSError:\n        raise ValueError('no')\n"
        f"def rule(event):\n    return {call} is None\n"
    )
    (case,) = run(make.job(body))["a"].cases
    assert ": bodies have no network at rules/a.py:" in what_happened(case)
    assert next_step(case) == "mock the function that needs the network in the case (`Mocks`)"


@pytest.mark.parametrize("name", ["NoCredentialsError", "NoRegionError"])
def test_a_client_of_aws_without_an_account_needs_a_mock_too(make: Any, run: Any, name: str) -> None:
    body = f"class {name}(Exception):\n    pass\ndef rule(event):\n    raise {name}\n"
    (case,) = run(make.job(body))["a"].cases
    assert next_step(case) == "mock the function that needs the network in the case (`Mocks`)"


def test_a_mock_of_a_builtin_holds_in_the_body_for_its_case(make: Any, run: Any) -> None:
    body = "def rule(event):\n    return sorted([2, 1]) == 'mocked'\n"
    mocked = make.case(mocks={"sorted": "mocked"}, name="mocked")
    results = run(make.job(body, mocked, make.case(expected=False)))["a"].cases
    assert [case.outcome for case in results] == [Outcome.PASSED, Outcome.PASSED]


def test_a_mock_that_names_nothing_is_an_error(make: Any, run: Any) -> None:
    job = make.job("def rule(event):\n    return True\n", make.case(mocks={"nothing": 1}), make.case())
    first, second = run(job)["a"].cases
    assert (first.outcome, what_happened(first)) == (
        Outcome.ERRORED,
        "the mock 'nothing' names nothing in rules/a.py",
    )
    assert second.outcome is Outcome.PASSED


def test_a_policy_gets_a_plain_dictionary(make: Any, outcome: Any) -> None:
    body = "def policy(resource):\n    resource['new'] = 1\n    return type(resource['deep']) is dict\n"
    assert outcome(make.policy(body, make.case({"deep": {}}))) == PASSED


def test_a_policy_is_compliant_or_not(make: Any, outcome: Any) -> None:
    compliant = make.policy("def policy(resource):\n    return False\n")
    broken = make.policy("def policy(resource):\n    return True\n", make.case(expected=False))
    assert outcome(compliant)[1] == "expected compliant, but policy() returned False"
    assert outcome(broken)[1] == "expected not compliant, but policy() returned True"


def test_source_may_declare_its_encoding(make: Any, run: Any) -> None:
    job = make.job("")
    text = "# -*- coding: latin-1 -*-\ndef rule(event):\n    return '\xe9' == event['e']\n".encode("latin-1")
    job = type(job)(make.job("", make.case({"e": "\xe9"})).spec, type(job.body)("a", "rules/a.py", text))
    assert run(job)["a"].cases[0].outcome is Outcome.PASSED


def test_state_lasts_through_the_cases_of_a_detection_and_no_longer(make: Any, run: Any) -> None:
    body = (
        "import first\ndef rule(event):\n    first.seen.append(1)\n    return len(first.seen) == event['n']\n"
    )
    helper = (make.helper("first", "seen = []\n"),)
    cases = (make.case({"n": 1}), make.case({"n": 2}))
    jobs = [make.job(body, *cases, name=f"r{n}", helpers=helper, group=frozenset()) for n in range(6)]
    assert {case.outcome for result in run(*jobs).values() for case in result.cases} == {Outcome.PASSED}


@pytest.mark.parametrize(
    ("kind", "body", "event", "hint"),
    [
        (
            "job",
            "rule(event):\n    return event['userIdentity']['Arn2']",
            {"userIdentity": {"arn": 1}},
            "userIdentity.arn",
        ),
        (
            "job",
            "rule(event):\n    return event.get('user_identity') == 1",
            {"userIdentity": 1},
            "userIdentity",
        ),
        (
            "job",
            "rule(event):\n    return 'eventname' == event['items'][0]['nme']",
            {"items": [{"name": 1}]},
            "items[0].name",
        ),
        (
            "policy",
            "policy(r):\n    return r['Tags'][0].get('Kye') == 1",
            {"Tags": [{"Key": 1}]},
            "Tags[0].Key",
        ),
        ("policy", "policy(r):\n    return 'mfaactive' in r", {"MfaActive": True}, "MfaActive"),
    ],
)
def test_a_failing_case_says_which_field_was_missing(
    make: Any, run: Any, kind: str, body: str, event: Any, hint: str
) -> None:
    (case,) = run(getattr(make, kind)(f"def {body}\n", make.case(event)))["a"].cases
    assert case.outcome is not Outcome.PASSED
    assert f"is not in the event; did you mean `{hint}`?" in next_step(case)


def test_the_reads_of_a_failing_case_are_reported_with_their_values(make: Any, run: Any) -> None:
    body = "def rule(event):\n    return event.deep_get('a', 'b') == 2 or event.get('c')\n"
    (case,) = run(make.job(body, make.case({"a": {"b": "x" * 500}, "c": False})))["a"].cases
    reads = [(read.path, read.found) for read in case.reads]
    assert reads == [(("c",), True), (("a", "b"), True), (("a",), True)]
    assert (case.reads[0].value, len(case.reads[1].value)) == ("False", 200)
    passed = make.job("def rule(event):\n    return event.get('c') is None\n")
    assert run(passed)["a"].cases[0].reads == ()


def test_the_field_read_last_comes_first_and_what_many_items_have_is_one(make: Any, run: Any) -> None:
    body = "def rule(event):\n    event.get('first')\n    event.get('again')\n"
    body += "    for each in event['list']:\n        each.get('k'), each.get('other')\n"
    body += "    return event.get('again')\n"
    items = [{"k": f"v{number}"} if number % 2 else {} for number in range(300)]
    (case,) = run(make.job(body, make.case({"list": items, "again": 1})))["a"].cases
    told = [(dotted(read.path), read.found, read.items) for read in case.reads]
    assert told == [
        ("again", True, 1),
        ("list[299].other", False, 300),
        ("list[299].k", True, 150),
        ("list[298].k", False, 150),
        ("list", True, 1),
        ("first", False, 1),
    ]
    assert (case.reads[2].value, case.reads[2].others) == ("'v299'", ("'v297'", "'v295'"))


def test_of_many_fields_those_read_last_are_kept(make: Any, run: Any) -> None:
    body = "def rule(event):\n    for n in range(200):\n        event.get(f'f{n}')\n"
    (case,) = run(make.job(body, make.case()))["a"].cases
    assert [read.path for read in case.reads] == [(f"f{n}",) for n in range(199, 99, -1)]


def test_a_value_that_refuses_to_be_printed_costs_no_other_field(make: Any, run: Any) -> None:
    body = "class Shy:\n    def __repr__(self):\n        raise SystemExit\n"
    body += "def policy(resource):\n    resource['shy'] = Shy()\n    resource['a'], resource['shy']\n"
    (case,) = run(make.policy(body, make.case({"a": 1})))["a"].cases
    assert [(read.path, read.value) for read in case.reads] == [(("shy",), "an object"), (("a",), "1")]


def test_a_context_may_have_letters_of_any_kind_and_parts_of_the_event(make: Any, outcome: Any) -> None:
    body = "def rule(event):\n    return True\ndef alert_context(event):\n    return {'ö': event['list']}\n"
    assert outcome(make.job(body, make.case({"list": ["é", {"a": 1}]}))) == (Outcome.PASSED, "")


def test_a_context_that_python_refuses_without_a_word_is_not_taken(make: Any, outcome: Any) -> None:
    body = "class Odd(dict):\n    def items(self):\n        raise ValueError\n"
    body += "def rule(event):\n    return True\ndef alert_context(event):\n    return Odd(a=1)\n"
    told = "alert_context() returned a dictionary that is not JSON: ValueError"
    assert outcome(make.job(body)) == (Outcome.FAILED, told)


def test_what_a_policy_reads_of_its_resource_is_reported_by_its_path(make: Any, run: Any) -> None:
    body = "def policy(r):\n    return r['a']['b'] == 2 or 'c' in r['a'] or r['d'][0].get('e', False)\n"
    resource = {"a": {"b": 1}, "d": [{"f": 1}]}
    (case,) = run(make.policy(body, make.case(resource)))["a"].cases
    assert [(read.path, read.found) for read in case.reads] == [
        (("d", 0, "e"), False),
        (("d",), True),
        (("a", "c"), False),
        (("a",), True),
        (("a", "b"), True),
    ]


def test_a_value_is_cut_past_its_limit_only(make: Any, run: Any) -> None:
    body = "def rule(event):\n    return event.get('a') == event.get('b')\n"
    (case,) = run(make.job(body, make.case({"a": "x" * 198, "b": "x" * 199})))["a"].cases
    assert [read.value for read in case.reads] == [f"'{'x' * 198}…", f"'{'x' * 198}'"]


def test_a_field_that_an_event_lacks_has_no_value(make: Any, run: Any) -> None:
    body = "def rule(event):\n    return event.get('a', 5) == event.get('b')\n"
    (case,) = run(make.job(body, make.case({"b": None})))["a"].cases
    assert [(read.path, read.found, read.value) for read in case.reads] == [
        (("b",), True, "None"),
        (("a",), False, ""),
    ]


def test_a_traced_run_never_changes_the_verdict(make: Any, run: Any) -> None:
    traced = "def rule(event):\n    event.get('x')\n    return event._recorder is not None\n"
    ending = "import os\ndef rule(event):\n    if event._recorder:\n        os._exit(0)\n    return False\n"
    results = run(make.job(traced), make.job(ending, name="b"))
    assert what_happened(results["a"].cases[0]) == "expected an alert, but rule() returned False"
    assert what_happened(results["b"].cases[0]) == "expected an alert, but rule() returned False"
    assert [read.path for read in results["a"].cases[0].reads] == [("x",)]


def test_a_mock_shows_the_name_that_it_replaces(make: Any, run: Any) -> None:
    body = "def ask():\n    return 1\ndef rule(event):\n    return \"name='ask'\" in repr(ask)\n"
    (result,) = run(make.job(body, make.case(mocks={"ask": "text"}))).values()
    assert result.cases[0].outcome is Outcome.PASSED
