"""The table of all attacks by bodies."""

from tests.hostile.attacks import bombs, files, network, processes, secrets, verdicts

ATTACKS = {
    attack.name: attack
    for module in (secrets, files, network, processes, bombs, verdicts)
    for attack in module.ATTACKS
}
