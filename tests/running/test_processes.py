"""The pipes of a child and the socket of a zygote, which may be dead, late or wrong at any time."""

import os
import signal
import stat
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from panther_ci.errors import RunnerError
from panther_ci.model import Outcome
from panther_ci.running.confined import limits
from panther_ci.running.meter import Meter
from panther_ci.running.processes import Child, ProcessGoneError, ZygoteHandle
from panther_ci.running.protocol import Frames, ProtocolError, encode
from tests.family import children_of, descriptors, runs, wait_for

ORDERS: dict[str, Any] = {"layers": ["limits"]}
ORDERS |= {name: [] for name in ("parts", "paths", "readable", "preload", "sources")}
PIPE = 65536


@pytest.fixture
def ends() -> Iterator[tuple[Child, int, int]]:
    """A child, and the other ends of its two pipes."""
    job_reader, job_writer = os.pipe()
    result_reader, result_writer = os.pipe()
    for end in (job_writer, result_reader):
        os.set_blocking(end, False)
    child = Child(1, job_writer, result_reader, Frames(), bytearray())
    yield child, job_reader, result_writer
    child.close()
    for end in (job_reader, result_writer):
        if is_open(end):
            os.close(end)


def is_open(descriptor: int) -> bool:
    return Path(f"/proc/self/fd/{descriptor}").exists()


def test_what_fits_into_a_pipe_is_written_and_the_rest_waits(ends: tuple[Child, int, int]) -> None:
    child, jobs, _ = ends
    child.outbox += b"a" * PIPE + b"b" * 5
    child.write()
    assert child.outbox == b"b" * 5
    child.write()
    assert child.outbox == b"b" * 5
    assert os.read(jobs, 2 * PIPE) == b"a" * PIPE
    child.write()
    assert (child.outbox, os.read(jobs, PIPE)) == (b"", b"b" * 5)


def test_nothing_is_kept_for_a_child_that_is_gone(ends: tuple[Child, int, int]) -> None:
    child, jobs, _ = ends
    child.outbox += b"a"
    os.close(jobs)
    child.write()
    assert child.outbox == b""


def test_messages_are_read_as_they_arrive_until_the_end(ends: tuple[Child, int, int]) -> None:
    child, _, results = ends
    os.write(results, encode({"a": 1}) + encode({"b": 2})[:3])
    assert list(child.read() or ()) == [{"a": 1}]
    os.write(results, encode({"b": 2})[3:])
    assert list(child.read() or ()) == [{"b": 2}]
    os.write(results, b"\xff" * 4)
    with pytest.raises(ProtocolError):
        list(child.read() or ())
    os.close(results)
    assert child.read() is None


def test_no_message_is_not_the_end(ends: tuple[Child, int, int]) -> None:
    arrived = ends[0].read()
    assert arrived is not None
    assert list(arrived) == []


def test_pipes_are_closed_once(ends: tuple[Child, int, int]) -> None:
    child = ends[0]
    jobs, results = child.jobs, child.results
    child.close_jobs()
    assert (child.jobs, is_open(jobs), is_open(results)) == (-1, False, True)
    for _ in range(2):
        child.close()
        assert (child.jobs, child.results, is_open(jobs), is_open(results)) == (-1, -1, False, False)


@contextmanager
def zygote(**orders: Any) -> Iterator[ZygoteHandle]:
    handle = ZygoteHandle({}, Meter(on=True))
    try:
        handle.begin({**ORDERS, **orders})
        yield handle
    finally:
        handle.close()


def test_a_zygote_is_apart_from_us_and_says_what_confines_it() -> None:
    before, left = set(children_of(os.getpid())), descriptors()
    with zygote() as handle:
        (pid,) = set(children_of(os.getpid())) - before
        assert (handle.layers, handle.notes) == (frozenset(), ())
        handle.ready()
        assert handle.layers == {"limits"}
        assert (os.getsid(pid), str(Path(f"/proc/{pid}/cwd").readlink())) == (pid, "/")
        assert str(Path(f"/proc/{pid}/fd/0").readlink()) == os.devnull
        assert str(Path(f"/proc/{pid}/fd/1").readlink()) == os.devnull
    assert not runs(pid)
    assert descriptors() == left


@pytest.mark.parametrize("name", ["landlock", "confined", "picture", "site"])
def test_bodies_find_the_standard_library_and_nothing_of_ours(make: Any, outcome: Any, name: str) -> None:
    found = "sys.modules" if name == "site" else "[name] if find_spec(name) else []"
    body = f"import sys\nfrom importlib.util import find_spec\nname = {name!r}\n"
    became, words = outcome(make.job(f"{body}def rule(event):\n    return name not in ({found})\n"))
    assert (became, words) == (Outcome.PASSED, "")


def test_children_have_their_own_numbers_and_limits_and_their_end_is_seen() -> None:
    with zygote() as handle:
        handle.ready()
        left = descriptors()
        first, second = (handle.fork({"RLIMIT_NOFILE": number}) for number in (40, 50))
        assert [first.number, second.number] == [1, 2]
        assert not os.get_blocking(first.jobs)
        assert not os.get_blocking(first.results)
        assert stat.S_ISFIFO(os.fstat(second.results).st_mode)
        second.close_jobs()
        while second.read() is not None:
            continue
        assert handle.end(second) == 0
        assert handle.end(first) in (0, signal.SIGKILL)
        assert descriptors() == left


def test_the_time_of_each_phase_is_counted_where_it_is_asked_for() -> None:
    meter = Meter(on=True)
    handle = ZygoteHandle({}, meter)
    try:
        handle.begin(ORDERS)
        handle.ready()
        assert {phase for process, phase in meter.seconds if process == "zygote"} >= {"confine", "compile"}
        handle.end(handle.fork({}))
        assert ("zygote", "fork") in meter.seconds
    finally:
        handle.close()


def test_the_self_test_of_a_child_tries_to_reach_us() -> None:
    with zygote() as handle:
        handle.ready()
        assert {"signal the host", "run a program"} <= set(handle.self_test(limits.bounds(1)))


@pytest.mark.parametrize(
    "do",
    [
        lambda handle, child: handle.fork({}),
        lambda handle, child: handle.end(child),
        lambda handle, child: handle.ask(child),
        lambda handle, child: handle.begin(ORDERS),
        lambda handle, child: handle.ready(),
    ],
    ids=["fork", "end", "ask", "begin", "ready"],
)
def test_a_dead_zygote_is_noticed_by_whatever_is_asked_of_it(
    do: Callable[[ZygoteHandle, Child], object],
) -> None:
    before = set(children_of(os.getpid()))
    with zygote() as handle:
        handle.ready()
        child = handle.fork({})
        (pid,) = set(children_of(os.getpid())) - before
        os.kill(pid, signal.SIGKILL)
        assert wait_for(handle.has_answered)  # the child has closed its end of the socket too
        left = descriptors()
        with pytest.raises(ProcessGoneError):
            do(handle, child)
        assert descriptors() == left
        child.close()


@contextmanager
def play(monkeypatch: pytest.MonkeyPatch, folder: Path, code: str) -> Iterator[ZygoteHandle]:
    """A handle of a program that runs this code in the place of a zygote; its socket is `control`."""
    program = folder / "program"
    head = f"#!{sys.executable}\nimport os, socket, sys\ncontrol = int(sys.argv[5])\n"
    tail = "\nwhile os.read(control, 9999):\n    pass\n"
    program.write_text(f"{head}{textwrap.dedent(code)}{tail}")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    handle = ZygoteHandle(os.environ, Meter(on=False))
    try:
        yield handle
    finally:
        handle.close()


def say(*messages: dict[str, Any]) -> str:
    return "\n".join(f"os.write(control, {encode(message)!r})" for message in messages)


def test_what_a_zygote_says_of_its_layers_is_read_as_texts(monkeypatch: Any, tmp_path: Path) -> None:
    with play(monkeypatch, tmp_path, say({"layers": ["a", 1], "notes": ["n", 2]})) as handle:
        handle.ready()
    assert (handle.layers, handle.notes) == ({"a", "1"}, ("n", "2"))


def test_an_answer_may_come_in_parts(monkeypatch: Any, tmp_path: Path) -> None:
    data = encode({"layers": [], "notes": ["n"]})
    code = f"import time\nfor byte in {data!r}:\n    os.write(control, bytes([byte]))\n    time.sleep(0.001)"
    with play(monkeypatch, tmp_path, code) as handle:
        handle.ready()
    assert handle.notes == ("n",)


@pytest.mark.parametrize("code", [say({"layers": [], "notes": []}), "os._exit(0)"])
def test_it_is_known_without_waiting_whether_an_answer_came(
    monkeypatch: Any, tmp_path: Path, code: str
) -> None:
    with play(monkeypatch, tmp_path, f"os.read(control, 1)\n{code}") as handle:
        assert not handle.has_answered()
        handle.begin({})
        assert wait_for(handle.has_answered)


def test_why_a_zygote_can_not_be_confined_is_told(monkeypatch: Any, tmp_path: Path) -> None:
    code = say({"failed": "OSError: no"})
    refused = pytest.raises(RunnerError, match=r"can't be confined: OSError: no$")
    with play(monkeypatch, tmp_path, code) as handle, refused:
        handle.ready()


@pytest.mark.parametrize("code", ["os._exit(0)", "os.write(control, b'\\xff' * 9)", "os.close(control)"])
def test_a_zygote_that_answers_nothing_or_nonsense_is_gone(
    monkeypatch: Any, tmp_path: Path, code: str
) -> None:
    with play(monkeypatch, tmp_path, code) as handle, pytest.raises(ProcessGoneError):
        handle.ready()


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ({"child": 7, "status": 256}, 256),
        ({"child": 8, "status": 0}, None),
        ({"status": 0}, None),
        ({"child": 7}, None),
        ({"child": 7, "status": "0"}, None),
        ({"child": 7, "status": True}, None),
    ],
)
def test_only_the_status_of_the_child_that_was_asked_for_counts(
    monkeypatch: Any, tmp_path: Path, ends: tuple[Child, int, int], answer: Any, status: int | None
) -> None:
    child = ends[0]
    child.number = 7
    with play(monkeypatch, tmp_path, say(answer)) as handle:
        if status is None:
            with pytest.raises(ProcessGoneError):
                handle.end(child)
        else:
            assert handle.end(child) == status
    assert (child.jobs, child.results) == (-1, -1)


RECORDS = """
    data = b""
    while more := socket.recv_fds(socket.socket(fileno=os.dup(control)), 9999, 2)[0]:
        data += more
        if b'"end"' in more:
            os.write(control, {ended!r})
            break
    with open({file!r}, "wb") as file:
        file.write(data)
"""


def test_a_zygote_is_asked_with_all_that_it_needs(monkeypatch: Any, tmp_path: Path) -> None:
    file = tmp_path / "asked"
    code = RECORDS.format(ended=encode({"child": 1, "status": 0}), file=str(file))
    with play(monkeypatch, tmp_path, code) as handle:
        handle.begin({"a": 1})
        child = handle.fork({"b": 2}, shared=True, wary=True)
        handle.fork({}).close()
        handle.ask(child)
        assert handle.end(child) == 0
    fork = {"do": "fork", "self_test": 0, "metered": False}
    assert list(Frames().feed(file.read_bytes())) == [
        {"do": "begin", "metered": False, "a": 1},
        {**fork, "child": 1, "limits": {"b": 2}, "shared": True, "wary": True},
        {**fork, "child": 2, "limits": {}, "shared": False, "wary": False},
        {"do": "ask", "child": 1},
        {"do": "end", "child": 1},
    ]


LEAKS = """
    while True:
        data, found, _, _ = socket.recv_fds(socket.socket(fileno=os.dup(control)), 9999, 2)
        if b'"fork"' in data:
            os.write(found[1], {said!r})
            break
    for end in found:
        os.close(end)
    os.write(control, {ended!r})
"""


@pytest.mark.parametrize(
    ("said", "leaks"),
    [
        (encode({"leaks": []}), ()),
        (encode({"leaks": ["a", 5]}), ("a", "5")),
        (encode({"leaks": "a"}), ("end without an answer",)),
        (encode({"a": 1}), ("end without an answer",)),
        (b"\xff" * 9, ("end without an answer",)),
        (b"", ("end without an answer",)),
    ],
)
def test_what_a_child_managed_to_do_is_read_or_counts_as_a_leak(
    monkeypatch: Any, tmp_path: Path, said: bytes, leaks: tuple[str, ...]
) -> None:
    code = LEAKS.format(said=said, ended=encode({"child": 1, "status": 0}))
    with play(monkeypatch, tmp_path, code) as handle:
        assert handle.self_test({}) == leaks


@pytest.mark.parametrize(("said", "last"), [("first\\n last \\n\\n", "last"), ("", ""), ("\\xff", "\ufffd")])
def test_the_last_words_of_a_zygote_are_its_last_line(
    monkeypatch: Any, tmp_path: Path, said: str, last: str
) -> None:
    with play(monkeypatch, tmp_path, f"os.write(2, b'{said}')\nos._exit(1)") as handle:
        with pytest.raises(ProcessGoneError):
            handle.ready()
        assert handle.last_words() == last


def test_a_python_that_is_not_there_is_told_and_nothing_stays_open(monkeypatch: Any) -> None:
    left = descriptors()
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(RunnerError, match=r"could not be started: .*/nowhere/python"):
        ZygoteHandle({}, Meter(on=False))
    assert descriptors() == left


def test_no_pipe_takes_the_place_of_a_standard_stream() -> None:
    script = textwrap.dedent(
        f"""
        import os
        from panther_ci.running.meter import Meter
        from panther_ci.running.processes import ZygoteHandle
        os.closerange(0, 3)
        handle = ZygoteHandle({{}}, Meter(on=False))
        handle.begin({ORDERS!r})
        handle.ready()
        children = [handle.fork({{}}) for _ in range(2)]
        low = min(end for child in children for end in (child.jobs, child.results))
        taken = sum(os.path.exists(f"/proc/self/fd/{{end}}") for end in range(3))
        handle.close()
        os._exit(low if taken <= 1 else 99)  # one may be that of the last words
        """
    )
    done = subprocess.run([sys.executable, "-c", script], check=False, timeout=60)
    assert 3 <= done.returncode < 20
