"""Reads the specs of analysis/, and the facts in docs/ about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent
ANALYSIS = ROOT / "analysis"
DOCS = ROOT / "docs"

# The folders below analysis/ that contain detections, each a bundle, and their names.
BUNDLES = {
    "policies/cis": "CIS policies",
    "policies/managed": "Managed policies",
    "policies/s3": "S3 policies",
    "rules/cis": "CIS rules",
    "rules/s3_access_logs": "S3 access log rules",
    "rules/vpc_flow_logs": "VPC flow log rules",
}


@dataclass(frozen=True, slots=True)
class Detection:
    """A policy or rule of the library, as its spec describes it."""

    path: Path
    spec: Mapping[str, Any]

    @property
    def is_rule(self) -> bool:
        """Whether it is a rule rather than a policy."""
        return bool(self.spec["AnalysisType"] == "rule")

    @property
    def id(self) -> str:
        """Its PolicyID or RuleID."""
        return str(self.spec["RuleID" if self.is_rule else "PolicyID"])

    @property
    def types(self) -> list[str]:
        """The types of resources or logs that it judges."""
        return list(self.spec["LogTypes" if self.is_rule else "ResourceTypes"])

    @property
    def body(self) -> Path:
        """Its Python file."""
        return self.path.parent / str(self.spec["Filename"])

    @property
    def bundle(self) -> str:
        """Its folder below analysis/."""
        return self.path.parent.relative_to(ANALYSIS).as_posix()

    @property
    def cases(self) -> list[Mapping[str, Any]]:
        """Its cases."""
        return list(self.spec["Tests"])

    def event(self, case: Mapping[str, Any]) -> Any:
        """What the case feeds to the body."""
        return case["Log" if self.is_rule else "Resource"]

    def controls(self, framework: str) -> list[str]:
        """The controls of the framework, such as CIS, that it reports to."""
        return list(self.spec.get("Reports", {}).get(framework, []))


def read_yaml(path: Path) -> Any:
    """Return the value of a YAML file; raises where it is not YAML."""
    return yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)


def read_specs() -> dict[Path, Mapping[str, Any]]:
    """Return every spec of analysis/ by its path, in their order."""
    return {path: read_yaml(path) for path in sorted(ANALYSIS.rglob("*.yml"))}


@cache
def read_detections() -> tuple[Detection, ...]:
    """Return the policies and rules of analysis/, in the order of their ids."""
    kinds = ("policy", "rule")
    found = (Detection(path, spec) for path, spec in read_specs().items() if spec["AnalysisType"] in kinds)
    return tuple(sorted(found, key=lambda detection: detection.id))


def read_global_bodies() -> dict[str, Path]:
    """Return the Python files of the globals of analysis/ by the names they are imported by."""
    specs = read_specs().items()
    return {spec["GlobalID"]: path.parent / spec["Filename"] for path, spec in specs if "GlobalID" in spec}


@cache
def read_data_models() -> tuple[Mapping[str, Any], ...]:
    """Return the data models of analysis/, in the form in which the engine gets them."""
    specs = (spec for spec in read_specs().values() if spec["AnalysisType"] == "datamodel")
    return tuple(
        {
            "id": spec["DataModelID"],
            "log_type": spec["LogTypes"][0],
            "mappings": [
                {"name": mapping["Name"], "path": mapping["Path"], "method": ""}
                for mapping in spec["Mappings"]
            ],
            "body": None,
        }
        for spec in specs
    )
