"""docs/settings.md says what the code does."""

import re
from dataclasses import fields
from pathlib import Path

from panther_ci.inputs import IN_FILE, Inputs, input_name
from panther_ci.settings.own import read_own
from panther_ci.settings.pat import FLAG_OF, FLAG_VARIABLES, INPUT_OF, VARIABLES

PAGE = (Path(__file__).parents[2] / "docs/settings.md").read_text()


def test_the_page_lists_every_input_and_whether_the_file_may_set_it() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (yes|refused) \|$", PAGE, re.MULTILINE)
    assert rows == [
        (input_name(item), "yes" if item.name in IN_FILE else "refused") for item in fields(Inputs)
    ]


def test_the_page_lists_every_key_and_variable_of_panthers_own_tool() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (?:`(PANTHER_\w+)`)? ?\| `", PAGE, re.MULTILINE)
    assert {key for key, _ in rows} == {*INPUT_OF, *FLAG_OF}
    named = {variable: (INPUT_OF | FLAG_OF)[key] for key, variable in rows if variable}
    assert named == VARIABLES | FLAG_VARIABLES


def test_the_example_of_the_page_is_a_settings_file() -> None:
    (example,) = re.findall(r"```yaml settings\n(.*?)```", PAGE, re.DOTALL)
    assert read_own(example.encode())["exclude"].value == "legacy/ '**/fixtures/*.yml'"
