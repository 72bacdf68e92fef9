"""The exceptions that bodies can import."""


class PantherError(Exception):
    """The base of the others; it is raised where a unified field is asked for without a data model."""


class FunctionReturnTypeError(PantherError):
    """A function of a detection returned a value of the wrong type."""


class UnknownDestinationError(PantherError):
    """A detection named a destination that the deployment does not have."""
