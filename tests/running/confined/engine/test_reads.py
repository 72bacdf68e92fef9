"""How much is recorded of what a body reads: the host is told no more."""

from panther_ci.running import protocol
from panther_ci.running.confined.engine.reads import FieldRecorder


def test_only_the_last_fields_are_recorded_with_the_first_keys_that_lead_to_them() -> None:
    recorder = FieldRecorder()
    for number in range(protocol.MAX_READS + 5):
        recorder.record((f"k{number}", "x" * 300, *"abcdefghijklmnopqrstuvwxyz"), None, found=False)
    fields = recorder.fields()
    assert [path[0] for _, path, *_ in fields] == [f"k{number}" for number in range(104, 4, -1)]
    assert {(len(path), len(path[1])) for _, path, *_ in fields} == {(20, 200)}
