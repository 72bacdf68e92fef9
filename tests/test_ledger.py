"""What a deployment leaves behind, and what a plan says of it."""

import os
import subprocess
from pathlib import Path
from typing import cast

import pytest

from panther_ci.delivery import Listener, deploy_and_prune
from panther_ci.deployments.base import Deletion, Summary, TypePlan
from panther_ci.deployments.local.deployment import LocalDeployment
from panther_ci.errors import DeploymentError, InputError, Interrupted
from panther_ci.inputs import Inputs
from panther_ci.kinds import AnalysisType
from panther_ci.ledger import Ledger, Leftovers, compare, count_merging, describe_unsure, find_leftovers
from panther_ci.model import Effect, EffectKind, PackItem, Report
from panther_ci.packaging.archive import build_archives
from panther_ci.packaging.record import Entry, Record
from panther_ci.pruning import Pruned, Upkeep, _add_leftovers, describe_leftovers
from panther_ci.repository.git import Repository

RULE = b"AnalysisType: rule\nRuleID: A\nFilename: a.py\nEnabled: true\nSeverity: Low\nLogTypes: [A.B]\n"
NO_KEYS: frozenset[tuple[str, str]] = frozenset()


def entry(id: str, text: str = "", kind: AnalysisType = AnalysisType.RULE) -> Entry:
    return Entry.of(PackItem(f"{id}.yml", id, kind, ((f"{id}.yml", text.encode()),)))


def write(folder: Path, path: str, id: str, more: str = "") -> None:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"AnalysisType: rule\nRuleID: {id}\nFilename: a.py\n{more}")


def find(folder: Path, *ids: str) -> Leftovers:
    return find_leftovers(
        Record(confirmed=tuple(map(entry, ids))), (), NO_KEYS, Repository(folder, os.environ)
    )


def test_what_no_file_has_is_gone(tmp_path: Path) -> None:
    write(tmp_path, "rules/a.yml", "Kept")
    left = find(tmp_path, "Kept", "Gone")
    assert ([each.id for each in left.held], [each.id for each in left.gone]) == (["Kept"], ["Gone"])


def test_what_is_packed_is_not_left(tmp_path: Path) -> None:
    record = Record(confirmed=(entry("A"),), unsure=(entry("A", "new"),))
    assert find_leftovers(record, (entry("A"),), NO_KEYS, Repository(tmp_path, os.environ)) == Leftovers()


class CountedId(str):
    """An id that counts how often it is looked up."""

    __slots__ = ()
    lookups = 0
    __eq__ = str.__eq__

    def __hash__(self) -> int:
        CountedId.lookups += 1
        return str.__hash__(self)


def count_lookups(folder: Path, ids: int) -> int:
    """How many lookups it takes to tell so many ids apart of which nothing is sure."""
    entries = tuple(entry("A")._replace(id=CountedId(number)) for number in range(ids))
    record = Record(confirmed=entries, unsure=entries)
    CountedId.lookups = 0
    find_leftovers(record, record.unsure, NO_KEYS, Repository(folder, os.environ))
    return CountedId.lookups


def test_the_work_for_an_id_does_not_grow_with_their_number(tmp_path: Path) -> None:
    assert count_lookups(tmp_path, 400) <= 2 * count_lookups(tmp_path, 200)


@pytest.mark.parametrize("path", ["elsewhere/a.yml", "rules/deep/er/a.yaml", "rules/a.json"])
def test_what_is_anywhere_in_the_repository_is_not_gone(tmp_path: Path, path: str) -> None:
    write(tmp_path, path, "A")
    if path.endswith("json"):
        (tmp_path / path).write_text('{"AnalysisType": "rule", "RuleID": "A"}')
    assert find(tmp_path, "A").gone == ()


def test_what_is_in_a_broken_file_is_not_gone(tmp_path: Path) -> None:
    write(tmp_path, "rules/a.yml", "A", "Tests: [\n")
    assert find(tmp_path, "A").gone == ()


def test_an_id_in_the_text_of_another_spec_is_gone(tmp_path: Path) -> None:
    write(tmp_path, "rules/b.yml", "B", "Description: replaces A, the old one\n")
    assert [each.id for each in find(tmp_path, "A").gone] == ["A"]


def test_a_query_does_not_keep_a_rule_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "q.yml").write_text("AnalysisType: saved_query\nQueryName: A\nQuery: SELECT 1\n")
    assert [each.id for each in find(tmp_path, "A").gone] == ["A"]


def test_what_never_surely_arrived_is_told_apart(tmp_path: Path) -> None:
    left = find_leftovers(Record(unsure=(entry("A"),)), (), NO_KEYS, Repository(tmp_path, os.environ))
    assert (left.gone, [each.id for each in left.unsure]) == ((), ["A"])


def test_a_plan_names_what_is_new_modified_unchanged_left_and_deleted() -> None:
    record = Record(confirmed=tuple(map(entry, ("Same", "Other", "Gone", "Pruned", "Held"))))
    packed = (entry("Same"), entry("Other", "new"), entry("New"))
    left = Leftovers((entry("Gone"), entry("Pruned")), (entry("Held"),))
    (plan,) = compare(record, packed, left, frozenset({entry("Pruned").key}))
    assert (plan.new, plan.modified, plan.unchanged) == (("New",), ("Other",), ("Same",))
    assert (plan.remaining, plan.held, plan.deleted) == (("Gone",), ("Held",), ("Pruned",))


def test_after_an_upload_of_unknown_fate_what_it_had_counts_as_modified() -> None:
    record = Record(confirmed=(entry("A"),), unsure=(entry("A", "new"),))
    (plan,) = compare(record, (entry("A"),), Leftovers(), NO_KEYS)
    assert (plan.modified, plan.unchanged) == (("A",), ())


def test_a_moved_file_is_unchanged() -> None:
    moved = Entry.of(PackItem("x/A.yml", "A", AnalysisType.RULE, (("x/A.yml", b""),)))
    (plan,) = compare(Record(confirmed=(entry("A"),)), (moved,), Leftovers(), NO_KEYS)
    assert plan.unchanged == ("A",)


def test_a_file_that_is_not_there_is_that_of_no_deployment_yet(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path, "m.json")
    assert (ledger.record, ledger.exists) == (Record(), False)
    assert ledger.save(Record("here", confirmed=(entry("A"),))).exists
    assert Ledger.open(tmp_path, "m.json").record.target == "here"


@pytest.mark.parametrize("kind", ["link", "fifo", "folder"])
def test_only_a_plain_file_is_read(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "m.json"
    {
        "link": lambda: place.symlink_to("/etc/passwd"),
        "fifo": lambda: os.mkfifo(place),
        "folder": place.mkdir,
    }[kind]()
    with pytest.raises(InputError, match=r"manifest: m\.json"):
        Ledger.open(tmp_path, "m.json")


def test_the_manifest_of_a_large_fork_is_read(tmp_path: Path) -> None:
    seventeen_mebibytes = b" " * (17 * 1024 * 1024)
    text = b'{"tool": "panther-ci", "commit": "1234567"}'
    (tmp_path / "manifest.json").write_bytes(seventeen_mebibytes + text)
    assert Ledger.open(tmp_path, "manifest.json").record.commit == "1234567"


def test_the_manifest_of_another_deployment_is_refused(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path, "m.json").save(Record("staging"))
    ledger.require_target("staging")
    with pytest.raises(InputError, match="is of a deployment to staging, and this is production"):
        ledger.require_target("production")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (AnalysisType.RULE, "delete --deployment api 'a $(b) c'`"),
        (AnalysisType.SAVED_QUERY, "delete --deployment api --query 'a $(b) c'`"),
    ],
)
def test_the_next_step_may_be_given_to_a_shell_as_it_is(kind: AnalysisType, words: str) -> None:
    left = Leftovers(gone=(Entry("a $(b) c", kind, (), {}),))
    (line,) = describe_leftovers(left, None, "api")
    assert words in line


def test_what_was_deleted_is_no_longer_told_to_remain() -> None:
    query = entry("Q", kind=AnalysisType.SAVED_QUERY)
    left = Leftovers(gone=(entry("A"), entry("B"), query))
    pruned = Pruned(Deletion(("A",)), Deletion((), ("Q",)), Deletion())
    told = [line.partition(";")[0] for line in describe_leftovers(left, pruned, "api")]
    assert told == [
        "- A: deleted, as the repository no longer has it",
        "- query Q: it was not there any more",
        "! rule B: it remains deployed",
    ]


@pytest.mark.parametrize(
    ("kind", "rest", "held", "deleted"),
    [
        (AnalysisType.RULE, ("Other", "Fixed"), ("Held",), ("Gone",)),
        (AnalysisType.SAVED_QUERY, ("Held", "Gone", "Other", "Fixed"), (), ()),
    ],
)
def test_what_is_left_of_one_type_says_nothing_of_another_with_the_same_names(
    kind: AnalysisType, rest: tuple[str, ...], held: tuple[str, ...], deleted: tuple[str, ...]
) -> None:
    left = Leftovers(gone=(entry("Gone"), entry("Fixed")), held=(entry("Held"),))
    plan = TypePlan(kind.value, remaining=("Held", "Gone", "Other", "Fixed"))
    found = _add_leftovers(plan, left, {entry("Gone").key})
    assert (found.remaining, found.held, found.deleted) == (rest, held, deleted)


class Stopped:
    """Is told of the end of an upload at the moment at which a signal comes."""

    def deployed(self, _: Summary) -> None:
        raise Interrupted("SIGTERM")


def test_a_signal_after_the_upload_says_that_it_succeeded(tmp_path: Path) -> None:
    inputs = Inputs(deployment="local", manifest="m.json")
    target = LocalDeployment(tmp_path / "panther.db")
    item = PackItem("a.yml", "A", AnalysisType.RULE, (("a.yml", RULE), ("a.py", b"def rule(e): return True")))
    upkeep = Upkeep.open(inputs, Ledger.open(tmp_path, "m.json"), target)
    archives = build_archives([item])
    with pytest.raises(DeploymentError, match="Stopped by SIGTERM after the upload, which succeeded"):
        deploy_and_prune(upkeep, archives, False, "c0ffee", cast(Listener, Stopped()))
    assert target.plan(archives).already_deployed


def test_a_plan_has_the_types_in_their_order_and_ids_sorted() -> None:
    packed = (entry("R2"), entry("R1"), entry("P", kind=AnalysisType.POLICY))
    left = Leftovers((entry("G", kind=AnalysisType.GLOBAL),), (entry("Q", kind=AnalysisType.SAVED_QUERY),))
    plans = compare(Record(), packed, left, NO_KEYS)
    assert [plan.type for plan in plans] == ["policy", "rule", "global", "saved_query"]
    assert [plan.new for plan in plans] == [("P",), ("R1", "R2"), (), ()]
    assert (plans[2].remaining, plans[3].held) == (("G",), ("Q",))


def test_what_the_repository_is_known_to_have_is_held_without_a_search(tmp_path: Path) -> None:
    record = Record(confirmed=(entry("A"), entry("B")), unsure=(entry("A", "new"), entry("C")))
    missing = Repository(tmp_path / "missing", os.environ)
    left = find_leftovers(record, (), frozenset(entry(id).key for id in "ABC"), missing)
    assert [each.id for each in left.held] == ["A", "B"]
    assert (left.gone, left.unsure) == ((), ())


def test_what_a_sparse_checkout_leaves_out_is_not_gone(tmp_path: Path) -> None:
    def git(*command: str) -> None:
        identity = ("-c", "user.name=A", "-c", "user.email=a@example.com")
        subprocess.run(["git", *identity, *command], cwd=tmp_path, check=True, capture_output=True)

    write(tmp_path, "rules/a.yml", "A")
    write(tmp_path, "policies/b.yml", "B")
    (tmp_path / "rules/notes.txt").write_text("RuleID: C\nAnalysisType: rule\n")
    git("init", "--quiet")
    git("add", "--all")
    git("commit", "--quiet", "--message", "one")
    git("sparse-checkout", "set", "policies")
    assert not (tmp_path / "rules").exists()
    left = find(tmp_path, "A", "B", "C")
    assert ([each.id for each in left.held], [each.id for each in left.gone]) == (["A", "B"], ["C"])


def effect(kind: EffectKind, id: str, before: str = "", now: str = "", type: str = "rule") -> Effect:
    return Effect(kind, type, id, f"{id}.yml", before, now)


def pack_item(id: str, text: str = "", deployed: bool = True) -> PackItem:
    files = ((f"{id}.yml", text.encode()), (f"{id}.py", b""))
    return PackItem(f"{id}.yml", id, AnalysisType.RULE, files, deployed=deployed)


@pytest.mark.parametrize(
    ("effects", "leaves"),
    [
        ([effect(EffectKind.REMOVED, "Gone")], 1),
        ([effect(EffectKind.REMOVED, "Unknown")], 0),
        ([effect(EffectKind.REMOVED, "Gone"), effect(EffectKind.REMOVED, "Gone")], 1),
        ([effect(EffectKind.REMOVED, "Gone", type="saved_query")], 0),
        ([effect(EffectKind.ID, "New", "Gone", "New")], 1),
        ([effect(EffectKind.ID, "Gone", "Unknown", "Gone")], 0),
        ([effect(EffectKind.STATUS, "Gone", "stable", "experimental")], 1),
        ([effect(EffectKind.STATUS, "Gone", "stable", "deprecated")], 1),
        ([effect(EffectKind.STATUS, "Gone", "experimental", "stable")], 0),
        ([effect(EffectKind.SEVERITY, "Gone", "Low", "experimental")], 0),
        ([effect(EffectKind.REMOVED, "Same")], 0),
        ([], 0),
    ],
)
def test_merging_leaves_what_is_no_longer_deployed(effects: list[Effect], leaves: int) -> None:
    record = Record(confirmed=tuple(Entry.of(pack_item(id)) for id in ("Gone", "Same", "Other")))
    report = Report((), (), effects=tuple(effects), changed={"Same.yml": 1})
    assert count_merging(record, [pack_item("Same")], report) == (0, 0, leaves)


def test_merging_adds_and_modifies_what_is_changed_and_deployed() -> None:
    record = Record(confirmed=tuple(Entry.of(pack_item(id)) for id in ("Same", "Other", "Far")))
    items = [
        *(pack_item("Same"), pack_item("Other", "x"), pack_item("New"), pack_item("Far", "x")),
        pack_item("Draft", deployed=False),
    ]
    changed = dict.fromkeys(("Same.yml", "Other.py", "New.yml", "Draft.yml"), 1)
    assert count_merging(record, items, Report((), (), changed=changed)) == (1, 1, 0)


def test_an_upload_that_did_not_end_well_is_told_with_its_size() -> None:
    words = "may be there in another form than shown."
    for unsure, told in (((), []), (("A",), ["1 spec"]), (("A", "B"), ["2 specs"])):
        lines = [*describe_unsure(Record(unsure=tuple(map(entry, unsure))))]
        assert lines == [f"An earlier upload did not end well, so {each} {words}" for each in told]


def test_the_manifest_of_an_archive_is_of_no_deployment(tmp_path: Path) -> None:
    assert Ledger(tmp_path, "m.json", Record()).exists
    missing = Ledger.open(tmp_path, "m.json")
    missing.require_deployed()
    missing.require_target("anything")
    missing.save(Record("here")).require_deployed()
    archive = missing.save(Record())
    archive.require_target("anything")
    with pytest.raises(InputError, match="is the manifest of an archive, and names no deployment"):
        archive.require_deployed()


def test_a_manifest_larger_than_any_is_refused(tmp_path: Path) -> None:
    for more, words in ((0, "is no manifest"), (1, r"manifest: m\.json is larger than 128 MiB\.")):
        with (tmp_path / "m.json").open("wb") as file:
            file.truncate(128 * 1024 * 1024 + more)
        with pytest.raises(InputError, match=words):
            Ledger.open(tmp_path, "m.json")


@pytest.mark.parametrize(("kind", "why"), [("fifo", "is no plain file"), ("link", "can't be read")])
def test_why_a_manifest_is_not_read_is_told(tmp_path: Path, kind: str, why: str) -> None:
    place = tmp_path / "m.json"
    os.mkfifo(place) if kind == "fifo" else place.symlink_to("/etc/hostname")
    with pytest.raises(InputError, match=rf"manifest: m\.json {why}") as caught:
        Ledger.open(tmp_path, "m.json")
    assert caught.value.hint == "Name the manifest that a deployment by panther-ci left."
