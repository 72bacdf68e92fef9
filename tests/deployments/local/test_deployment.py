"""The local deployment keeps what it took, whole or not at all."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from panther_ci.delivery import deploy
from panther_ci.deployments.base import Deletion
from panther_ci.deployments.local.deployment import LocalDeployment
from panther_ci.errors import DeploymentError
from panther_ci.kinds import AnalysisType
from panther_ci.model import ArchiveLimit, PackItem
from panther_ci.packaging.archive import build_archives


@pytest.fixture
def local(tmp_path):
    return LocalDeployment(tmp_path / "panther.sqlite")


def changes(plan) -> dict[str, tuple[int, ...]]:
    return {
        kind.type: tuple(len(ids) for ids in (kind.new, kind.modified, kind.unchanged, kind.remaining))
        for kind in plan.types
    }


def test_a_first_upload_is_new(local, archives):
    summary = local.deploy(archives)
    assert (summary.counts["newRules"], summary.counts["modifiedRules"], summary.counts["totalRules"]) == (
        1,
        0,
        1,
    )
    assert summary.uploaded == (archives[0].sha256,) and not summary.already_deployed


def test_a_plan_changes_nothing_and_makes_no_file(local, archives):
    assert changes(local.plan(archives)) == {"rule": (1, 0, 0, 0)}
    assert not local.path.exists()


def test_a_plan_tells_new_modified_unchanged_and_what_stays(local, make_rule):
    local.deploy(build_archives([make_rule("A"), make_rule("B"), make_rule("C")]))
    plan = local.plan(build_archives([make_rule("B"), make_rule("C", body="rule = all\n"), make_rule("D")]))
    (kind,) = plan.types
    assert (kind.new, kind.modified, kind.unchanged, kind.remaining) == (("D",), ("C",), ("B",), ("A",))


def test_the_same_archive_again_is_not_uploaded(local, archives):
    local.deploy(archives)
    summary = deploy(local, archives, force=False)
    assert summary.already_deployed and summary.uploaded == () and summary.answers == ()
    assert local.plan(archives).already_deployed


def answers_of_both(local, archives):
    """Whether a plan and then an upload tell that the deployment has all of these archives already."""
    return local.plan(archives).already_deployed, local.deploy(archives).already_deployed


def test_an_archive_is_there_already_only_if_it_was_uploaded_and_would_change_nothing(local, make_rule):
    one, other = (build_archives([make_rule("A", body=f"rule = {name}\n")]) for name in ("all", "any"))
    assert answers_of_both(local, one) == (False, False)
    assert answers_of_both(local, other) == (False, False)  # modified, and never uploaded
    assert answers_of_both(local, one) == (False, False)  # uploaded before, but modified since
    assert answers_of_both(local, one) == (True, True)


def test_the_same_specs_in_another_archive_are_an_upload(local, make_rule):
    both = [make_rule("A"), make_rule("B")]
    local.deploy(build_archives(both))
    assert answers_of_both(local, build_archives(both[:1])) == (
        False,
        False,
    )  # changes nothing, but is unknown


def test_several_archives_are_there_already_only_if_each_is(local, make_rule):
    local.deploy(build_archives([make_rule("A")]))
    apart = build_archives([make_rule("A"), make_rule("B")], ArchiveLimit(600))
    local.deploy(build_archives([make_rule("A"), make_rule("B")]))
    assert len(apart) == 2
    assert answers_of_both(local, apart) == (False, False)  # the first one is known, and nothing changes
    assert answers_of_both(local, apart) == (True, True)


def test_an_archive_that_was_uploaded_is_not_there_if_a_new_id_comes_with_it(local, archives, make_rule):
    local.deploy(archives)
    with closing(sqlite3.connect(local.path, isolation_level=None)) as other:
        other.execute("DELETE FROM entity")
    assert answers_of_both(local, archives) == (False, False)


def test_force_uploads_it_again(local, archives):
    local.deploy(archives)
    summary = deploy(local, archives, force=True)
    assert summary.already_deployed and summary.uploaded
    assert summary.counts["totalRules"] == 1 and summary.counts["newRules"] == 0


def test_going_back_to_an_older_archive_is_an_upload(local, archives, make_rule):
    local.deploy(archives)
    local.deploy(build_archives([make_rule(body="rule = all\n")]))
    assert local.deploy(archives).counts["modifiedRules"] == 1


def test_several_archives_are_added_up(local, make_rule):
    archives = build_archives([make_rule("A"), make_rule("B")], ArchiveLimit(600))
    summary = local.deploy(archives)
    assert len(summary.answers) == 2 and summary.counts["newRules"] == 2


def test_an_empty_pack_is_no_upload_that_was_there_before(local):
    summary = local.deploy(())
    assert summary.counts == {} and not summary.already_deployed


def test_a_query_called_like_a_rule_stands_beside_it(local, make_rule):
    text = b"AnalysisType: saved_query\nQueryName: A\nQuery: select 1\n"
    query = PackItem("q.yml", "A", AnalysisType.SAVED_QUERY, (("q.yml", text),))
    archives = build_archives([make_rule("A"), query])
    assert local.deploy(archives).counts["newQueries"] == 1
    assert changes(local.plan(archives)) == {"rule": (0, 0, 1, 0), "saved_query": (0, 0, 1, 0)}


def test_a_refused_archive_leaves_no_trace(local, make_rule):
    bad = PackItem(
        "x.yml", "X", AnalysisType.RULE, (("x.yml", b"AnalysisType: rule\nRuleID: X\nFilename: x.py\n"),)
    )
    with pytest.raises(DeploymentError, match="400: rule X is missing a body"):
        local.deploy(build_archives([make_rule(), bad]))
    assert not local.path.exists()


def test_an_id_of_another_type_is_refused_whole(local, make_rule):
    local.deploy(build_archives([make_rule("A")]))
    spec = b"AnalysisType: policy\nPolicyID: A\nFilename: p.py\n"
    policy = PackItem("p.yml", "A", AnalysisType.POLICY, (("p.yml", spec), ("p.py", b"")))
    for call in (local.plan, local.deploy):
        with pytest.raises(DeploymentError, match="409: A exists as rule"):
            call(build_archives([policy, make_rule("B")]))
    assert changes(local.plan(build_archives([make_rule("A")]))) == {"rule": (0, 0, 1, 0)}


def test_two_uploads_at_a_time_are_refused(local, archives, make_rule):
    local.deploy(build_archives([make_rule("A")]))
    with closing(sqlite3.connect(local.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DeploymentError, match="another upload in progress"):
            local.deploy(archives)
    assert local.deploy(archives).counts["newRules"] == 1


def test_a_plan_waits_for_nobody(local, archives):
    local.deploy(archives)
    with closing(sqlite3.connect(local.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DeploymentError, match="another upload in progress"):
            local.plan(archives)


def test_a_plan_during_an_upload_tells_what_was_there_before_it(local, archives, make_rule):
    local.deploy(archives)
    with closing(sqlite3.connect(local.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("DELETE FROM entity")
        assert changes(local.plan(archives)) == {"rule": (0, 0, 1, 0)}
        other.execute("ROLLBACK")


@pytest.mark.parametrize("call", ["plan", "deploy"])
def test_an_upload_that_was_killed_leaves_nothing_behind(call, local, archives):
    local.deploy(archives)
    rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION SELECT i + 1 FROM n LIMIT 2000) "
    rows += "SELECT 'X' || i, 'rule', hex(zeroblob(99)) FROM n"
    killed = (
        "import os, sqlite3, sys\n"
        "connection = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "connection.execute('PRAGMA cache_size = 1')\n"
        "connection.execute('BEGIN IMMEDIATE')\n"
        f'connection.execute("INSERT INTO entity {rows}")\n'
        "os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", killed, str(local.path)], check=False)
    assert Path(f"{local.path}-journal").exists()
    getattr(local, call)(archives)
    assert changes(local.plan(archives)) == {"rule": (0, 0, 1, 0)}


@pytest.mark.parametrize("call", ["plan", "deploy"])
def test_a_file_that_is_no_database_is_left_alone(call, local, archives):
    local.path.write_bytes(b"precious notes\n" * 100)
    with pytest.raises(DeploymentError, match="not a sound SQLite file") as raised:
        getattr(local, call)(archives)
    assert "local-path" in raised.value.hint
    assert local.path.read_bytes() == b"precious notes\n" * 100


@pytest.mark.parametrize("statement", ["CREATE TABLE mine (a)", "PRAGMA application_id = 7"])
def test_the_database_of_another_program_is_left_alone(statement, local, archives):
    with closing(sqlite3.connect(local.path)) as other:
        other.execute(statement)
    before = local.path.read_bytes()
    with pytest.raises(DeploymentError, match="database of another program"):
        local.deploy(archives)
    assert local.path.read_bytes() == before


def test_a_damaged_database_is_said(local, archives):
    local.deploy(archives)
    data = bytearray(local.path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    local.path.write_bytes(data)
    with pytest.raises(DeploymentError, match="not a sound SQLite file"):
        local.deploy(archives)


@pytest.mark.parametrize(
    ("statement", "words"),
    [("UPDATE entity SET type = 'x'", "altered by hand"), ("DROP TABLE entity", "can't be used")],
)
def test_a_database_altered_by_hand_is_said(statement, words, local, archives):
    local.deploy(archives)
    with closing(sqlite3.connect(local.path, isolation_level=None)) as other:
        other.execute(statement)
    with pytest.raises(DeploymentError, match=words) as raised:
        local.plan(archives)
    assert "local-path" in raised.value.hint


@pytest.mark.parametrize("place", ["missing/folder/x.sqlite", ".", "x" * 300, "file/x.sqlite"])
def test_a_place_that_cannot_be_used_is_said(place, tmp_path, archives):
    (tmp_path / "file").write_text("")
    with pytest.raises(DeploymentError, match="can't be opened") as raised:
        LocalDeployment(tmp_path / place).deploy(archives)
    assert "local-path" in raised.value.hint


@pytest.mark.parametrize("place", [".", "x" * 300])
def test_a_place_that_cannot_be_read_is_said(place, tmp_path, archives):
    with pytest.raises(DeploymentError, match="can't be opened"):
        LocalDeployment(tmp_path / place).plan(archives)


def test_a_folder_that_cannot_be_written_is_said(archives):
    with pytest.raises(DeploymentError, match="can't be opened"):
        LocalDeployment(Path("/proc/panther.sqlite")).deploy(archives)


@pytest.fixture
def another_user():
    """No root, who may write to every file."""
    before = os.geteuid()
    os.seteuid(before or 61_000)
    yield
    os.seteuid(before)


def test_a_file_that_cannot_be_written_is_said(archives, another_user):
    with TemporaryDirectory() as folder:  # not below `tmp_path`, which only its owner can enter
        local = LocalDeployment(Path(folder) / "panther.sqlite")
        local.deploy(archives)
        local.path.chmod(0o444)
        with pytest.raises(DeploymentError, match="can't be opened: attempt to write a readonly database"):
            local.deploy(archives)


def test_names_that_sqlite_would_read_as_options_are_plain_names(tmp_path, archives):
    local = LocalDeployment(tmp_path / "a?mode=memory#b%41.sqlite")
    local.deploy(archives)
    assert [path.name for path in tmp_path.iterdir()] == ["a?mode=memory#b%41.sqlite"]


def test_an_empty_file_is_an_empty_deployment(local, archives):
    local.path.touch()
    assert changes(local.plan(archives)) == {"rule": (1, 0, 0, 0)}
    assert local.deploy(archives).counts["newRules"] == 1


def test_a_connection_is_checked_without_making_the_file(tmp_path, make_rule):
    deployment = LocalDeployment(tmp_path / "x.sqlite")
    assert deployment.check().lines == ("specs: 0", "upload: the file can be written")
    assert not deployment.path.exists()
    deployment.deploy(build_archives([make_rule("A"), make_rule("B")]))
    assert deployment.check().lines[0] == "specs: 2"


@pytest.mark.parametrize(("content", "words"), [(b"x" * 5000, "not a sound SQLite file"), (None, "written")])
def test_a_file_that_can_t_be_used_is_named_when_the_connection_is_checked(content, words, tmp_path):
    path = tmp_path / "nowhere" / "x.sqlite"
    if content:
        path.parent.mkdir()
        path.write_bytes(content)
    with pytest.raises(DeploymentError, match=words):
        LocalDeployment(path).check()


def test_rules_and_queries_are_deleted_by_their_own_names(local, make_rule):
    text = b"AnalysisType: saved_query\nQueryName: A\nQuery: SELECT 1\n"
    query = PackItem("q.yml", "A", AnalysisType.SAVED_QUERY, (("q.yml", text),))
    text = b"AnalysisType: global\nGlobalID: G\nFilename: g.py\n"
    helper = PackItem("g.yml", "G", AnalysisType.GLOBAL, (("g.yml", text), ("g.py", b"")))
    local.deploy(build_archives([make_rule("A"), query, helper]))
    wanted = Deletion(("A", "G", "absent"))
    assert local.delete(wanted, dry_run=True).found == Deletion(("A",))
    assert local.delete(wanted, dry_run=False).found == Deletion(("A",))
    assert local.delete(wanted, dry_run=False).found == Deletion()
    assert local.delete(Deletion((), ("A",)), dry_run=True).found == Deletion((), ("A",))
