"""What is fuzzed: each target takes bytes as an attacker would send them, and fails by raising.

The first byte of an input chooses between the ways that bytes come in; the rest is what comes.
"""

import json
from collections.abc import Callable

from panther_ci.errors import RepositoryError
from panther_ci.judging.judge import judge_job, needs_trace
from panther_ci.kinds import AnalysisType
from panther_ci.model import Case, Finding, Job, Location, Report, Source, Spec, SpecReport
from panther_ci.model.reasons import MalformedMessage
from panther_ci.reporters import annotations, junit, sarif
from panther_ci.repository.records import parse_batch, parse_index, parse_raw_diff
from panther_ci.running.attempt import Attempt
from panther_ci.running.protocol import Frames, ProtocolError
from panther_ci.running.schedule import Task
from panther_ci.specs.loader import SpecLoader
from panther_ci.specs.reading.parse import parse
from panther_ci.specs.search import Search

# What one finding of a hostile file may weigh in a report, in characters.
MAX_MESSAGE = 10_000


def read_file(data: bytes) -> None:
    """A file of the repository: any bytes are a tree or findings, in JSON's values, at places that exist."""
    path = ("file.yml", "file.json", "file.py")[data[0] % 3] if data else "file.yml"
    text = data[1:]
    if not path.endswith(".py"):
        document = parse(text, path)
        json.dumps(document.value, allow_nan=False).encode()
        loaded = SpecLoader().read(path, text)
        for finding in (*document.findings, *loaded.findings):
            _check_finding(finding, text)
    Search({path: text}).names()


def search_file(data: bytes) -> None:
    """A spec or a body: a search finds each of its names, as reading it exactly does."""
    path = ("a/file.yml", "a/file.json", "a/file.py")[data[0] % 3] if data else "a/file.yml"
    exact, search = Search({path: data[1:]}, -1), Search({path: data[1:]})
    node = exact.node(path)
    assert [name for name in node.provides if search.providers(name) != exact.providers(name)] == []
    assert [name for name in node.requires if search.requirers(name) != exact.requirers(name)] == []


def read_git(data: bytes) -> None:
    """What git prints: records or a RepositoryError."""
    text = data[1:].decode("utf-8", "surrogateescape")
    parsers: tuple[Callable[[], object], ...] = (
        lambda: parse_raw_diff(text),
        lambda: parse_index(text),
        lambda: parse_batch(data[1:]),
    )
    try:
        parsers[data[0] % 3 if data else 0]()
    except RepositoryError as error:
        assert error.message


def read_frames(data: bytes) -> None:
    """What a process that runs bodies writes: a result for each case, which all reports can show."""
    framed = bool(data) and data[0] % 2 == 1
    stream = data[1:] if framed else _frame_lines(data[1:])
    attempt = Attempt(Task(_JOB), 1)
    frames = Frames()
    ended = None
    try:
        for at in range(0, len(stream), 1000):
            for message in frames.feed(stream[at : at + 1000]):
                attempt.take(message)
    except ProtocolError as error:
        ended = MalformedMessage(str(error))
    observed = attempt.observed(ended)
    needs_trace(_JOB, observed)
    result = judge_job(_JOB, observed, observed)
    assert [case.case for case in result.cases] == [case.name for case in _JOB.spec.cases]
    report = Report((SpecReport("Id", "rule.yml", "rule", cases=result.cases),), result.findings)
    for render in (junit.render, annotations.render, sarif.render):
        render(report).encode()


def _check_finding(finding: Finding, text: bytes) -> None:
    assert finding.check and finding.message
    assert len(finding.message) + len(finding.hint) < MAX_MESSAGE
    (finding.message + finding.hint + finding.detection).encode()
    line = finding.location.line
    assert line is None or 1 <= line <= text.count(b"\n") + text.count(b"\r") + _odd_ends(text) + 1


def _odd_ends(text: bytes) -> int:
    """YAML ends lines at U+0085, U+2028 and U+2029 as well, whatever the encoding."""
    return text.count(b"\x85") + text.count(b"\xa8") + text.count(b"\xa9") + text.count(b"\x28\x20")


def _frame_lines(data: bytes) -> bytes:
    """Each line as one frame, so that the search for inputs needn't find lengths."""
    return b"".join(len(line).to_bytes(4, "big") + line for line in data.split(b"\n"))


def _job() -> Job:
    place = Location("rule.yml", 1, 1)
    cases = (
        Case("alerts", True, {"user": {"name": "root"}, "ports": [1, 2]}, place),
        Case("keeps quiet", False, {"user": {"name": "other"}}, place),
    )
    spec = Spec("rule.yml", AnalysisType.RULE, "Id", place, body="rule.py", cases=cases)
    body = b"def rule(event):\n    return event['user']['name'] == 'root'\n"
    return Job(spec, Source("rule", "rule.py", body))


_JOB = _job()
TARGETS: dict[str, Callable[[bytes], None]] = {
    "files": read_file,
    "search": search_file,
    "git": read_git,
    "frames": read_frames,
}
