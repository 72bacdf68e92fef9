"""Lookup tables and their data files."""

import pytest

from panther_ci.catalogue import Level
from tests.specs.found import find, find_one
from tests.specs.sound import OWNERS, TABLE_OF_FILE

FILES = {"t.yml": TABLE_OF_FILE, "owners.csv": OWNERS}


def test_a_file_that_two_tables_name_is_told_of_once():
    second = TABLE_OF_FILE.replace("sound_file", "other").replace("PrimaryKey: address", "PrimaryKey: gone")
    found = find({**FILES, "u.yml": second, "owners.csv": OWNERS + "10.0.0.1,us\n"})
    assert [(each.check, each.location.path) for each in found] == [
        ("repeated-key", "owners.csv"),
        ("primary-key", "u.yml"),
    ]


def test_the_file_that_was_probably_meant_is_offered():
    found = find_one({**FILES, "t.yml": TABLE_OF_FILE.replace("owners.csv", "owner.csv")})
    assert (found.check, found.hint) == ("lookup-data", "Did you mean `owners.csv`?")


def test_the_column_that_was_probably_meant_is_offered_or_all_are_listed():
    near = find_one({**FILES, "t.yml": TABLE_OF_FILE.replace("PrimaryKey: address", "PrimaryKey: adress")})
    far = find_one({**FILES, "t.yml": TABLE_OF_FILE.replace("PrimaryKey: address", "PrimaryKey: host")})
    assert (near.hint, far.hint) == ("Did you mean `address`?", "The columns are address, owner.")


@pytest.mark.parametrize(("length", "end"), [(191, "."), (192, "….")])
def test_columns_are_listed_up_to_two_hundred_characters(length, end):
    name = "x" * length
    table = TABLE_OF_FILE.replace("PrimaryKey: address", "PrimaryKey: host")
    found = find_one({"t.yml": table, "owners.csv": OWNERS.replace("owner", name)})
    shown = f"address, {name}"[:200]
    assert found.hint == f"The columns are {shown}{end}"


def test_a_finding_on_the_data_names_its_table_and_is_a_warning_for_rows():
    found = find_one({**FILES, "owners.csv": OWNERS + "10.0.0.1,us\n"})
    assert (found.detection, found.level, found.location.line) == ("sound_file", Level.WARNING, 4)


def test_data_that_no_selected_table_names_is_not_read():
    assert find({**FILES, "other.csv": "\0"}, ["other.csv"]) == ()


@pytest.mark.parametrize("key", ["''", "1", "[address]"])
def test_a_primary_key_that_is_no_name_is_looked_for_in_no_column(key):
    files = {**FILES, "t.yml": TABLE_OF_FILE.replace("PrimaryKey: address", f"PrimaryKey: {key}")}
    assert "primary-key" not in [each.check for each in find(files)]
