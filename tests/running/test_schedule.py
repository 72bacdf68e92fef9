"""Who shares a process: only detections of the same group of trust."""

from typing import Any

from panther_ci.running.processes import ZygoteKind
from panther_ci.running.schedule import Schedule, Task


def test_only_tasks_of_one_group_share_a_process(make: Any) -> None:
    def process_group(*changed: str, **more: Any) -> Any:
        return Task(make.job("", group=frozenset(changed)), **more).process_group

    assert process_group() == process_group()
    assert process_group("a", "b") == process_group("b", "a")
    different = [
        process_group(),
        process_group("a"),
        process_group("a", "b"),
        process_group("a", zygote=ZygoteKind.WITH_PACKAGES),
        process_group("a", traced=(0,)),
    ]
    assert len(set(different)) == len(different)


def test_who_is_tried_again_is_alone(make: Any) -> None:
    tasks = [Task(make.job("", name=name, group=frozenset())) for name in "ab"]
    assert len({task.again().process_group for task in tasks} | {tasks[0].process_group}) == 3


def test_new_processes_go_where_the_fewest_work(make: Any) -> None:
    tasks = [Task(make.job("", name=str(n), group=frozenset([group]))) for n, group in enumerate("aab")]
    schedule = Schedule(tasks)
    first = schedule.open()
    assert first == tasks[0].process_group
    schedule.count_started(first)
    assert schedule.open() == tasks[2].process_group
    assert schedule.take(first) is tasks[0]
    assert schedule.count_waiting(first)
    assert schedule.take(first) is tasks[1]
    assert not schedule.count_waiting(first)
    assert schedule.take(first) is None
    assert schedule.take(tasks[2].process_group) is tasks[2]
    assert not schedule
    assert schedule.open() is None


def test_only_processes_at_work_count(make: Any) -> None:
    first, second = (Task(make.job("", name=name, group=frozenset([name]))) for name in "ab")
    schedule = Schedule([first, second])
    schedule.count_started(first.process_group)
    schedule.count_started(first.process_group)
    schedule.count_stopped(first.process_group)
    assert schedule.open() == second.process_group
    schedule.count_stopped(first.process_group)
    assert schedule.open() == first.process_group


def test_a_group_that_gets_another_task_still_has_its_processes(make: Any) -> None:
    first, second = (Task(make.job("", name=name, group=frozenset([name]))) for name in "ab")
    schedule = Schedule([first, second])
    for process_group in (first.process_group, first.process_group, second.process_group):
        schedule.count_started(process_group)
    schedule.add(first)
    assert schedule.open() == second.process_group


class CountedGroup(frozenset[str]):
    """A group that counts how often it is looked up."""

    lookups = 0

    def __hash__(self) -> int:
        CountedGroup.lookups += 1
        return super().__hash__()


def count_lookups(make: Any, groups: int) -> int:
    """How many lookups it takes to run one task of each of so many groups."""
    CountedGroup.lookups = 0
    schedule = Schedule(Task(make.job("", group=CountedGroup([str(number)]))) for number in range(groups))
    while (process_group := schedule.open()) is not None:
        schedule.count_started(process_group)
        schedule.take(process_group)
        schedule.count_stopped(process_group)
    return CountedGroup.lookups


def test_the_work_for_a_group_does_not_grow_with_their_number(make: Any) -> None:
    assert count_lookups(make, 400) <= 2 * count_lookups(make, 200)
