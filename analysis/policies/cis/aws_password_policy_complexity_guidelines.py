"""Checks that the account demands long passwords of mixed characters."""

from aws_cis_configuration import IGNORED_PASSWORD_CHECKS, MINIMUM_PASSWORD_LENGTH
from aws_globals import at_least, read, read_number

REQUIRED_CHARACTERS = [
    "RequireUppercaseCharacters",
    "RequireLowercaseCharacters",
    "RequireSymbols",
    "RequireNumbers",
]
LENGTH = "MinimumPasswordLength"


def policy(resource):
    missed = [field for field in REQUIRED_CHARACTERS if read(resource, field) is not True]
    if not at_least(read_number(resource, LENGTH), MINIMUM_PASSWORD_LENGTH):
        missed.append(LENGTH)
    return all(is_ignored(field) for field in missed)


def is_ignored(field):
    return field in IGNORED_PASSWORD_CHECKS
