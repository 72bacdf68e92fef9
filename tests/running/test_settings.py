"""What a run accepts of confinement unless it is told otherwise."""

import pytest

from panther_ci.running.settings import LAYERS, RunSettings

ALL = {"identity", "landlock", "seccomp", "limits"}


def test_without_other_wishes_all_layers_have_to_be_there() -> None:
    settings = RunSettings()
    assert (settings.timeout_seconds, settings.sandbox, settings.module_path) == (10.0, "strict", "")
    flags = (settings.secrets_present, settings.in_ci, settings.packages_changed)
    assert flags == (False, False, False)


@pytest.mark.parametrize(("sandbox", "layers"), [("strict", ALL), ("reduced", ALL), ("off", {"limits"})])
def test_only_a_sandbox_that_is_off_leaves_layers_out(sandbox: str, layers: set[str]) -> None:
    assert RunSettings(sandbox=sandbox).layers == layers
    assert LAYERS == ALL
