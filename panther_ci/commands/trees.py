"""The tree of files that a command is about."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from panther_ci.inputs import Environment, Inputs
from panther_ci.repository.place import Place, find_place


@contextmanager
def find_tree(inputs: Inputs, environment: Environment, name: str | None) -> Iterator[Place]:
    """The work tree, or that of a commit until the context ends."""
    if name is None:
        yield find_place(Path.cwd(), inputs.path)
        return
    from panther_ci.repository.git import Repository
    from panther_ci.repository.older import find_within, older_place

    root, within = find_within(Path.cwd(), inputs.path)
    with older_place(Repository(root, environment.environ), within, name) as place:
        yield place
