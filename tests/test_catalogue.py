"""The catalogue of check ids, and what `panther-ci explain` says of them."""

import pytest

from panther_ci.catalogue import CheckId
from panther_ci.errors import InputError
from panther_ci.explanations import explain, list_checks, read_page


def test_an_id_is_called_the_same_in_our_code():
    assert [check for check in CheckId if check.name != check.upper().replace("-", "_")] == []


@pytest.mark.parametrize("check", CheckId)
def test_the_texts_of_a_check_are_whole_sentences(check):
    assert (check.description[-1], check.help[-1]) == (".", ".")
    assert ". " not in check.description


@pytest.mark.parametrize("check", CheckId)
def test_every_check_has_a_page(check):
    assert "\n## Wrong\n" in read_page(check)
    assert "\n## Right\n" in read_page(check)
    assert "\n## Why\n" in read_page(check)


def test_an_explanation_has_the_texts_of_the_catalogue_and_the_page_without_markdown():
    text = explain("duplicate-case")
    assert text.startswith("duplicate-case (warning)\n\nTwo cases of a spec have the same name.\n")
    assert "\nWrong\n\nrules/root_login.yml:\n    AnalysisType: rule\n" in text
    assert "```" not in text


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("duplicate-cases", "Did you mean `duplicate-case`?"),
        ("Missing_Body", "Did you mean `missing-body`?"),
        ("qqqq", "`panther-ci explain` lists all ids."),
    ],
)
def test_an_unknown_id_is_refused_with_a_near_one(name, hint):
    with pytest.raises(InputError, match=name) as caught:
        explain(name)
    assert caught.value.hint == hint


def test_the_list_has_a_line_for_each_check():
    lines = list_checks().splitlines()
    assert [line.split()[0] for line in lines] == sorted(CheckId)
    assert [line for line in lines if CheckId.ID_LENGTH.description in line] == [
        f"id-length              warning  {CheckId.ID_LENGTH.description}"
    ]
