"""The table of the costs: a line of Markdown for each scenario."""

from collections.abc import Iterable

from benchmarks.measure import Cost, UnexpectedEndError, middle, middle_ratio, run_in_turn
from benchmarks.scenarios import Scenario

COLUMNS = (
    "scenario",
    *("CPU s", "wall s", "peak MiB"),
    *("rival CPU s", "rival wall s", "rival peak MiB"),
    *("CPU ratio", "wall ratio", "peak ratio"),
    "goal",
    "met",
)


def line(cells: Iterable[str]) -> str:
    """A line of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def head(columns: Iterable[str]) -> str:
    """The first two lines of a table."""
    names = tuple(columns)
    return f"{line(names)}\n{line('---' for _ in names)}"


def measure(scenario: Scenario, rounds: int) -> str:
    """Run a scenario and return its line; where a command ends otherwise than it should, it says so."""
    contestants = [scenario.ours, *([scenario.rival] if scenario.rival else [])]
    try:
        ours, *theirs = run_in_turn(contestants, rounds)
    except UnexpectedEndError as error:
        return line([scenario.name, str(error), *[""] * (len(COLUMNS) - 2)])
    ratio = middle_ratio(ours, theirs[0]) if theirs else None
    cells = [scenario.name, *show(middle(ours)), *(show(middle(theirs[0])) if theirs else [""] * 3)]
    cells += [f"{each:.3f}" for each in (ratio.cpu, ratio.wall, ratio.peak)] if ratio else [""] * 3
    return line([*cells, scenario.goal.text, scenario.goal.judge(middle(ours), ratio)])


def show(cost: Cost) -> list[str]:
    """The figures of one program."""
    return [f"{cost.cpu:.2f}", f"{cost.wall:.2f}", f"{cost.peak:.0f}"]
