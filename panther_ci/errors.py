"""The exceptions of this tool: our own failures, each with the exit code it ends in.

Problems in the content of a repository are `Finding` values, never exceptions.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """How the process ended, for its caller."""

    ACCEPTED = 0
    REJECTED = 1
    BAD_INPUTS = 2
    INTERNAL_ERROR = 3
    DEPLOYMENT_FAILED = 4


class PantherCIError(Exception):
    """A failure that ends the run; `hint` is the next step for the reader."""

    exit_code = ExitCode.INTERNAL_ERROR

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InputError(PantherCIError):
    """An input, the event or the folder we were started in can't be used."""

    exit_code = ExitCode.BAD_INPUTS


class RepositoryError(PantherCIError):
    """git is missing or refuses what we need."""

    exit_code = ExitCode.BAD_INPUTS


class ConfinementError(PantherCIError):
    """Bodies can't be confined as strictly as was asked for."""


class RunnerError(PantherCIError):
    """The processes that run bodies could not be started or kept."""


class PackagingError(PantherCIError):
    """The accepted specs can't go into one pack: the content has to change."""

    exit_code = ExitCode.REJECTED


class DeploymentError(PantherCIError):
    """The deployment refused the archive, or can't be reached."""

    exit_code = ExitCode.DEPLOYMENT_FAILED


class Interrupted(BaseException):
    """A signal asked us to stop; raised by the roots' handlers, so that a report is still made."""
