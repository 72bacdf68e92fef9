"""Where the characters of a text are in its file, whatever the notation."""

import json
import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from panther_ci.specs.reading.parse import parse
from panther_ci.specs.reading.text_places import TextPlaces

WRITTEN = st.text("ab1'\"\\:#-|>&*%\t\n \u00e9\U0001f600", min_size=1, max_size=80)


def places(text: str, path: str = "a.yml") -> TextPlaces:
    """The places of the value of `Query`."""
    document = parse(text.encode(), path)
    return TextPlaces(text.encode(), document.locate(("Query",)), document.value["Query"])


def find(text: str, word: str, path: str = "a.yml") -> str:
    """The place of the first letter of a word of the value, and what is there in the file."""
    found = places(text, path)
    place = found.locate(found.value.index(word))
    line = text.split("\n")[place.line - 1]
    return f"{place.line}:{place.column} {line[place.column - 1 :][: len(word)]}"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Query: |\n  a\n   b WORD\n", "3:6 WORD"),
        ("Query: |2-\n\n  a\n   b WORD\n", "4:6 WORD"),
        ("Query: | # a comment\n  # a WORD\n", "2:7 WORD"),
        ("A: 1\nQuery: >-\n  a\n  b\n\n    c\n  WORD\n", "7:3 WORD"),
        ("Query: a\n  b WORD c\n", "2:5 WORD"),
        ("Query: 'it''s\n  a ''WORD'\n", "2:7 WORD"),
        ('Query: "a\\n\\tb \\u00e9 \\"WORD\\""\n', "1:25 WORD"),
        ('Query: "a \\\n  WORD"\n', "2:3 WORD"),
        ("Query: &anchor !!str |\n  a WORD\n", "2:5 WORD"),
        ("{Query: a WORD}\n", "1:11 WORD"),
        ("Query:\n  a\n  WORD\n", "3:3 WORD"),
        ("Query: |\r\n  a WORD\r\n", "2:5 WORD"),
    ],
)
def test_a_word_of_a_text_is_found(text, place) -> None:
    assert find(text, "WORD") == place


def test_a_word_of_json_is_found() -> None:
    text = '{\n "Query": "a\\n\\"b\\" \\ud83d\\ude00 \u00e9 WORD"}'
    assert find(text, "WORD", "a.json") == "2:36 WORD"


def test_a_line_is_counted_as_yaml_counts_it() -> None:
    found = places('A: "\u2028"\nQuery: |\n  WORD\n')
    assert (str(found.start), str(found.locate(0))) == ("a.yml:3:8", "a.yml:4:3")


def test_what_is_written_elsewhere_is_at_the_start_of_the_value() -> None:
    found = places("A: &a b WORD\nQuery: *a\n")
    assert found.locate(2) == found.start


@given(WRITTEN, st.sampled_from(["|", ">", "'", '"', None]), st.sampled_from([8, 20, 1000]))
def test_every_character_is_where_it_is_written(value, style, width) -> None:
    text = yaml.dump({"Query": value}, default_style=style, width=width, allow_unicode=True)
    found = places(text)
    for match in re.finditer(r"\S", found.value):
        place = found.locate(match.start())
        there = text.split("\n")[place.line - 1][place.column - 1 :]
        assert there.startswith((match[0], "\\")), (text, match.start())


@given(WRITTEN)
def test_every_character_of_json_is_where_it_is_written(value) -> None:
    text = json.dumps({"Query": value}, ensure_ascii=False)
    found = places(text, "a.json")
    for match in re.finditer(r"\S", found.value):
        place = found.locate(match.start())
        assert text[place.column - 1 :].startswith((match[0], "\\"))
