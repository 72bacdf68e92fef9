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
