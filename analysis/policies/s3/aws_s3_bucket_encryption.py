"""The bucket encrypts new objects by default."""

from aws_globals import read, read_maps, read_text


def policy(resource):
    for rule in read_maps(resource, "EncryptionRules"):
        default = read(rule, "ApplyServerSideEncryptionByDefault")
        if default is not None:
            return read_text(default, "SSEAlgorithm") != ""
    return False
