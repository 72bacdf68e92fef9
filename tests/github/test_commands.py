"""No text can end its output early, and no summary is hidden for its size."""

import os
from pathlib import Path

import pytest

from panther_ci.errors import InputError
from panther_ci.github.commands import (
    TRUNCATED,
    append_summary,
    cut_summary,
    make_token,
    render_outputs,
    write_outputs,
)

MEBIBYTE = 1_048_576  # GitHub's limit of a summary


def read_outputs(text: str) -> dict[str, str]:
    """Reads the file as the runner does: actions/runner, FileCommandManager."""
    lines = iter(text.removesuffix("\n").split("\n"))
    outputs = {}
    for line in lines:
        name, _, delimiter = line.partition("<<")
        value = []
        while (part := next(lines)) != delimiter:
            value.append(part)
        outputs[name] = "\n".join(value)
    return outputs


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "command"
    path.touch()
    return path


def test_outputs_arrive_as_they_are(file: Path) -> None:
    outputs = {"verdict": "rejected", "junit-path": "a b.xml", "deployment-summary": '{"a":\n1}', "empty": ""}
    write_outputs(str(file), outputs)
    assert read_outputs(file.read_text()) == outputs
    assert file.read_text().endswith("\n")


def test_outputs_are_added_to_what_is_there(file: Path) -> None:
    write_outputs(str(file), {"a": "1"})
    write_outputs(str(file), {"b": "x\nEOF\nc=injected\nc<<x\ninjected\nx"})
    assert read_outputs(file.read_text()) == {"a": "1", "b": "x\nEOF\nc=injected\nc<<x\ninjected\nx"}


def test_delimiter_is_never_the_same() -> None:
    assert len({make_token() for _ in range(50)}) == 50
    assert len(bytes.fromhex(make_token())) == 16


def test_value_that_holds_the_delimiter_is_refused() -> None:
    with pytest.raises(InputError, match="`a` contains the text that ends it"):
        render_outputs({"a": "x\nmark\nb<<mark"}, "mark")


@pytest.mark.parametrize("name", ["A", "Z", "a", "z", "_", "aB", "a0", "a9", "a_", "a-", "_a_b"])
def test_name_of_an_output_is_a_word(name: str) -> None:
    assert render_outputs({name: "x"}, "mark") == f"{name}<<mark\nx\nmark\n"


@pytest.mark.parametrize("name", ["", "a b", "a<<b", "a\nb", "a=b", "1a", "-a"])
def test_name_that_would_break_out_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="can't be the name of an output"):
        render_outputs({name: "x"}, "mark")


def test_text_that_is_not_text_is_written_in_a_form_that_is(file: Path) -> None:
    write_outputs(str(file), {"a": "\udcff"})
    append_summary(str(file), "\udcff")
    assert file.read_bytes().count(b"\\udcff") == 2


def test_summary_is_appended(file: Path) -> None:
    append_summary(str(file), "## One\n")
    append_summary(str(file), "## Two")
    assert file.read_text() == "## One\n## Two\n"


def test_summary_is_cut_below_the_limit_and_says_so(file: Path) -> None:
    file.write_text("x" * 500_000 + "\n")
    append_summary(str(file), "| é |\n" * 200_000)
    assert MEBIBYTE - 10 <= file.stat().st_size <= MEBIBYTE
    *rows, end = file.read_text().rstrip().split("\n")[1:]
    assert set(rows) == {"| é |", ""}
    assert "The rest of this summary is left out" in end


def test_summary_that_fits_exactly_is_not_cut() -> None:
    assert cut_summary("abc\n" * 100, 400) == b"abc\n" * 100
    assert cut_summary("abc\n" * 100, 399).endswith(b"The log has it all.**\n")


@pytest.mark.parametrize("room", [-5, 0, 50, 110])
def test_summary_without_room_for_a_word_is_left_out(room: int) -> None:
    assert len(cut_summary("x" * 1000, room)) <= max(room, 0)


@pytest.mark.parametrize(
    ("room", "kept"), [(-1, None), (0, b""), (2, b""), (3, b"abc"), (6, b"abc"), (7, b"abc\nabc")]
)
def test_summary_has_as_many_whole_lines_as_fit_beside_the_sentence(room: int, kept: bytes | None) -> None:
    sentence = TRUNCATED.encode()
    expected = b"" if kept is None else kept + sentence
    assert cut_summary("abc\n" * 100, len(sentence) + room) == expected


def test_summary_of_one_long_line_leaves_the_sentence() -> None:
    assert cut_summary("x" * 1000, 200).decode().strip().startswith("**The rest of this summary")


def test_links_are_not_followed(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(file)
    for write in (lambda: write_outputs(str(link), {"a": "1"}), lambda: append_summary(str(link), "x")):
        with pytest.raises(InputError, match="can't be written"):
            write()
    assert file.read_text() == ""


@pytest.mark.parametrize("path", ["", "/no/such/file", "/", "/dev/full", "a\0b"])
def test_file_that_can_not_be_written_is_reported(path: str) -> None:
    with pytest.raises(InputError) as caught:
        write_outputs(path, {"a": "1"})
    assert "GITHUB_OUTPUT" in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("write", "variable"), [("outputs", "GITHUB_OUTPUT"), ("summary", "GITHUB_STEP_SUMMARY")]
)
@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("", "{0} is not set."),
        ("pipe", "`{1}`, the file of {0}, is not a regular file."),
        ("missing", "`{1}`, the file of {0}, can't be written: [Errno 2] No such file or directory: '{1}'."),
    ],
)
def test_a_file_that_is_missing_or_no_regular_file_is_refused(
    tmp_path: Path, write: str, variable: str, path: str, told: str
) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    place = str(tmp_path / path) if path else ""
    with pytest.raises(InputError) as caught:
        write_outputs(place, {"a": "1"}) if write == "outputs" else append_summary(place, "x")
    assert caught.value.message == told.format(variable, place)
    assert caught.value.hint == "Run as a step of GitHub Actions, which provides the file."
    assert (os.read(reader, 9), (tmp_path / "missing").exists()) == (b"", False)
    os.close(reader)


def test_a_file_that_nobody_reads_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="can't be written"):
        write_outputs(str(tmp_path / "pipe"), {"a": "1"})
