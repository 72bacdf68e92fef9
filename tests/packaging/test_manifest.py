"""The manifest names all that an upload holds, in the same words each time."""

import hashlib
import json

from panther_ci.kinds import AnalysisType
from panther_ci.model import PackItem
from panther_ci.packaging.archive import build_archives
from panther_ci.packaging.manifest import render

ITEMS = [
    PackItem("b.yml", "B", AnalysisType.POLICY, (("b.yml", b"spec"), ("b.py", b"body"))),
    PackItem("a.yml", "A", AnalysisType.GLOBAL, (("a.yml", b""),)),
]


def test_ids_paths_digests_commit_and_version_are_told():
    archives = build_archives(ITEMS)
    waiting = [PackItem("w.yml", "W", AnalysisType.RULE, (), deployed=False)]
    manifest = json.loads(render(archives, "c0ffee", ["b.py"], "1.2.3", waiting))
    (archive,) = manifest.pop("archives")
    assert manifest.pop("differs-from-commit") == ["b.py"]
    assert manifest.pop("not-deployed") == [{"id": "W", "type": "rule", "spec": "w.yml"}]
    assert manifest == {"tool": "panther-ci", "version": "1.2.3", "commit": "c0ffee"}
    assert (archive["sha256"], archive["bytes"]) == (archives[0].sha256, len(archives[0].data))
    assert archive["items"][1] == {
        "id": "B",
        "type": "policy",
        "spec": "b.yml",
        "files": [
            {"path": "b.py", "sha256": hashlib.sha256(b"body").hexdigest(), "bytes": 4},
            {"path": "b.yml", "sha256": hashlib.sha256(b"spec").hexdigest(), "bytes": 4},
        ],
    }


def test_the_same_pack_has_the_same_manifest():
    texts = {render(build_archives(items), "c0ffee", [], "1.2.3") for items in (ITEMS, ITEMS[::-1])}
    assert len(texts) == 1 and texts.pop().endswith("}\n")


def test_what_is_not_deployed_is_in_order_of_paths_and_ids():
    waiting = [
        PackItem(path, id, AnalysisType.RULE, (), deployed=False)
        for path, id in (("b.yml", "B"), ("a.yml", "Z"), ("a.yml", "A"))
    ]
    manifest = json.loads(render((), "c0ffee", [], "1.2.3", waiting))
    assert [(each["spec"], each["id"]) for each in manifest["not-deployed"]] == [
        *(("a.yml", "A"), ("a.yml", "Z"), ("b.yml", "B"))
    ]
    assert manifest["archives"] == []


def test_it_is_text_that_a_diff_shows_line_by_line():
    assert render((), "c0ffee", ["b.py", "a.py"], "1.2.3") == (
        '{\n  "archives": [],\n  "commit": "c0ffee",\n  "differs-from-commit": [\n'
        '    "b.py",\n    "a.py"\n  ],\n'
        '  "not-deployed": [],\n  "tool": "panther-ci",\n  "version": "1.2.3"\n}\n'
    )
