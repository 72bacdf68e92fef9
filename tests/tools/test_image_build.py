"""What the image's packages lose is nothing that a program can notice."""

import gettext
import gzip
import io
import json
import shutil
from pathlib import Path
from typing import Any

import botocore
import pycountry
import pytest
from botocore.loaders import Loader

from tools.image_build.packages import read_catalogue, shrink, undocument, write_catalogue

SERVICES = ("lambda", "sts", "sso", "sso-oidc", "iam", "s3")
MODEL: dict[str, Any] = {
    "documentation": "<p>A service.</p>",
    "shapes": {
        "Part": {
            "type": "structure",
            "required": ["documentation"],
            "members": {"documentation": {"shape": "String", "documentation": "<p>A text.</p>"}},
        }
    },
}


def test_a_model_loses_its_documentation_but_no_member_of_that_name() -> None:
    bare = json.loads(gzip.decompress(undocument(gzip.compress(json.dumps(MODEL).encode()))))
    part = {"type": "structure", "required": ["documentation"], "members": {}}
    part["members"] = {"documentation": {"shape": "String"}}
    assert bare == {"shapes": {"Part": part}}


def test_the_same_model_becomes_the_same_bytes() -> None:
    one, other = (gzip.compress(json.dumps(MODEL).encode(), mtime=when) for when in (1, 2))
    assert undocument(one) == undocument(other)


def translate(data: bytes, texts: list[str]) -> list[str]:
    translations = gettext.GNUTranslations(io.BytesIO(data))
    return [translations.gettext(text) for text in texts]


@pytest.mark.parametrize("language", ["de", "ta", "zh_CN"])
@pytest.mark.parametrize("domain", ["iso3166-1", "iso3166-2"])
def test_every_text_is_translated_as_before(tmp_path: Path, language: str, domain: str) -> None:
    path = Path("pycountry/locales", language, "LC_MESSAGES", f"{domain}.mo")
    original = (Path(pycountry.__file__).parents[1] / path).read_bytes()
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_bytes(original)
    shrink(tmp_path)
    smaller = (tmp_path / path).read_bytes()
    texts = [key.decode() for key, _ in read_catalogue(original) if key]
    assert translate(smaller, texts) == translate(original, texts)
    assert len(smaller) < len(original)


def test_plurals_keep_the_rule_of_their_language(tmp_path: Path) -> None:
    header = b"Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n > 1);\n"
    entries = [(b"", header), (b"rule\0rules", b"rule\0rules"), (b"same", b"same")]
    place = tmp_path / "pycountry/locales/fr/LC_MESSAGES/a.mo"
    place.parent.mkdir(parents=True)
    place.write_bytes(write_catalogue(entries))
    shrink(tmp_path)
    assert read_catalogue(place.read_bytes()) == entries[:2]
    assert gettext.GNUTranslations(io.BytesIO(place.read_bytes())).ngettext("rule", "rules", 0) == "rule"


def test_another_byte_order_is_refused() -> None:
    with pytest.raises(ValueError, match="little-endian"):
        read_catalogue(b"\x95\x04\x12\xde" + b"\0" * 24)


@pytest.mark.parametrize("service", SERVICES)
def test_operations_and_shapes_stay(tmp_path: Path, service: str) -> None:
    data = Path(botocore.__file__).parent / "data"
    shutil.copytree(data / service, tmp_path / "botocore/data" / service)
    shrink(tmp_path)
    before, after = (
        Loader(include_default_search_paths=False, extra_search_paths=[str(place)]).load_service_model(
            service, "service-2"
        )
        for place in (data, tmp_path / "botocore/data")
    )
    assert list(before["operations"]) == list(after["operations"])
    assert {name: members_of(shape) for name, shape in before["shapes"].items()} == {
        name: members_of(shape) for name, shape in after["shapes"].items()
    }


def members_of(shape: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The members of a shape in their order, each without its text."""
    members = shape.get("members", {})
    return {name: {k: v for k, v in each.items() if k != "documentation"} for name, each in members.items()}
