"""Every attack by a body succeeds where nothing confines it, and fails where something does."""

import os
from collections.abc import Callable

import pytest

from tests.hostile.attack import Control, Effect
from tests.hostile.attacks import ATTACKS
from tests.hostile.play import EVERYTHING, HANGING_SECONDS, HARMLESS, Played, Setting, play, play_naively

SETTINGS = (
    "as we are",
    "as we are, without Landlock",
    "root, with a Python for all",
    "plain user",
    "plain user, without Landlock",
    "hanging",
)
# Each that hangs takes its timeout twice at most, and a process that doesn't end 2 s more; two at once.
HANGING = [name for name, attack in ATTACKS.items() if attack.effect is Effect.HUNG]
LONGEST_SECONDS = len(HANGING) * (2 * HANGING_SECONDS + 2) + 30
# Only the clock ends those that hang; no layer of confinement has a part in it, so one setting shows it.
CONTAINED = [
    (name, setting) for name in ATTACKS for setting in SETTINGS if (setting == "hanging") == (name in HANGING)
]
ROOTS_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="what root can do without confinement")


def test_there_are_attacks_enough() -> None:
    assert len(ATTACKS) >= 60
    assert all(attack.tries for attack in ATTACKS.values())


@ROOTS_ONLY
@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_succeeds_without_confinement(name: str, played: Callable[[str], Played]) -> None:
    attack = ATTACKS[name]
    if attack.control is Control.NAIVE:
        effects, message = play_naively(name), ""
    else:
        alone = attack.effect not in HARMLESS
        result = play([name], Setting("alone", without=EVERYTHING)) if alone else played("unconfined")
        effects, message = result.effects[name], result.messages.get(name, "")
    if attack.effect.name not in effects and attack.missing:
        pytest.skip(f"this machine lacks it: {attack.missing}")
    assert attack.effect.name in effects, message


@pytest.mark.parametrize(("name", "setting"), CONTAINED)
def test_an_attack_is_contained(name: str, setting: str, played: Callable[[str], Played]) -> None:
    result = played(setting)
    allowed = {Effect.ACCEPTED} if ATTACKS[name].effect is not Effect.ACCEPTED else set()
    assert set(result.effects[name]) <= {effect.name for effect in allowed}, result.messages[name]


@pytest.mark.parametrize("setting", SETTINGS)
def test_all_attacks_together_end_in_bounded_time(setting: str, played: Callable[[str], Played]) -> None:
    result = played(setting)
    assert result.seconds < LONGEST_SECONDS
    assert result.left == 0
    assert result.tier == ("B" if "without" in setting else "A")
