"""Whatever form the error of a deployment has, its words and the files it names are found."""

import pytest

from panther_ci.deployments.api.words import bound, is_busy, read_failure

ISSUES = '[{"path": "a.yml", "errorMessage": "no"}]'


@pytest.mark.parametrize(
    ("text", "words", "issues"),
    [
        ("plain words", "plain words", ()),
        ("", "", ()),
        ('{"error": "it failed"}', "it failed", ()),
        ('{"error": "it failed", "issues": ' + ISSUES + "}", "it failed", (("a.yml", "no"),)),
        ('{"error": "", "issues": ' + ISSUES + "}", "", (("a.yml", "no"),)),
        ('{"issues": ' + ISSUES + "}", "", (("a.yml", "no"),)),
        ('{"issues": null}', '{"issues": null}', ()),
        ('{"issues": [7, {"path": null}]}', "", (("", "it gives no reason"),)),
        ("{'message': 'no body', 'path': ['x'], 'n': None}", "no body", ()),
        ("""{"error": "{'message': 'no body'}"}""", "no body", ()),
        ("{'message': 7}", "{'message': 7}", ()),
        ("{1, 2}", "{1, 2}", ()),
        ("{broken", "{broken", ()),
        ("[1]", "[1]", ()),
        ("{[]: 1}", "{[]: 1}", ()),
        (' {"error": "", "message": "it failed"}\n', "it failed", ()),
        ("""{"error": "{'message': ''}"}""", "{'message': ''}", ()),
        ("({'message': 'no body'})", "({'message': 'no body'})", ()),
    ],
)
def test_words_and_issues_are_read(text, words, issues):
    assert read_failure(text, bound) == (words, issues)


@pytest.mark.parametrize(
    "text", ["{" * 100_000, '{"a":' * 50_000, "{'a':" * 50_000, "{" + "-" * 200_000 + "1}"]
)
def test_a_text_made_to_break_parsers_is_only_quoted(text):
    words, issues = read_failure(text, bound)
    assert len(words) < 2100 and issues == ()


def test_long_words_and_long_lists_are_cut():
    assert bound(f" {'x' * 2000}\n") == "x" * 2000
    assert bound("x" * 3000) == "x" * 2000 + "… (3,000 characters)"
    assert len(read_failure('{"issues": [' + ",".join(["{}"] * 5000) + "]}", bound)[1]) == 1000


@pytest.mark.parametrize(("length", "read"), [(1_000_000, True), (1_000_001, False)])
def test_a_text_of_more_than_a_million_characters_is_only_quoted(length, read):
    text = '{"error": "it failed", "more": "' + "x" * (length - 34) + '"}'
    assert len(text) == length
    assert (read_failure(text, bound)[0] == "it failed") is read


@pytest.mark.parametrize(
    ("text", "busy"),
    [
        ("there is another upload in progress", True),
        ("could not get the ddb lock", True),
        ("Upload does not exist", True),
        ("upload failed", True),
        ("upload failed: a rule has no body", False),
        ("", False),
    ],
)
def test_only_the_known_words_are_worth_another_attempt(text, busy):
    assert is_busy(text) is busy
