"""Writes the generated pages of docs/; with --check only says whether they are up to date.

Exit code 0 if the pages are up to date or written, 1 if --check finds one that is not.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from panther_ci.catalogue import CheckId
from panther_ci.explanations import read_page
from panther_ci.specs.schemas.editors import published
from tools.library import BUNDLES, DOCS, Detection, read_detections, read_yaml

GENERATED = "<!-- Written by `make docs`; changes here are lost. -->"
_FENCE = re.compile(r"^```(\w+) (\S+)$", re.MULTILINE)
# The later version of the CIS benchmark whose numbers docs/cis-controls.yml has.
LATER_BENCHMARKS = ("5.0.0",)
LATER_NUMBERS = (
    "`Reports` has the numbers of version 1.2.0, as Panther's libraries do. The next column has the number "
    "of the same control in 5.0.0, which AWS Security Hub checks; `-` where there is none. Controls that "
    "only later versions have are not listed."
)
# The frameworks that detections report to, and the headings of their columns.
FRAMEWORKS = {"CIS": "CIS 1.2.0", "PCI": "PCI DSS", "MITRE ATT&CK": "MITRE ATT&CK"}

SCHEMA = "panther-spec.schema.json"
SCHEMA_ADDRESS = f"https://raw.githubusercontent.com/panther-labs/panther-ci/v1/docs/{SCHEMA}"
# Those of Panther's public library. The schema says nothing about other files in them.
SPEC_FOLDERS = (
    "rules",
    "correlation_rules",
    "policies",
    "queries",
    "data_models",
    "global_helpers",
    "packs",
    "lookup_tables",
    "scheduled_prompts",
)


def render_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = (header, ["---"] * len(header), *rows)
    return "".join(f"| {' | '.join(cell or '-' for cell in line)} |\n" for line in lines)


def link(detection: Detection) -> str:
    """Return the id of a detection as a link from docs/ to its spec."""
    state = "" if detection.spec["Enabled"] else " (disabled as shipped)"
    return f"[{detection.id}](../analysis/{detection.bundle}/{detection.path.name}){state}"


def render_detections(detections: Sequence[Detection]) -> str:
    """Return the page that maps the ids of Panther 1.x to the current ones and to the controls."""
    by_id = {detection.id: detection for detection in detections}
    originals = read_yaml(DOCS / "original-library.yml")
    parts = [
        f"# The built-in detections\n\n{GENERATED}\n\n"
        f"The library that Panther published in February 2020 had {len(originals)} detections besides its "
        f"global. Two of them are split here, so `analysis/` has {len(detections)}. The ids "
        "are the current ones of deployments, so "
        "an upload replaces what is there. [analysis/README.md](../analysis/README.md) says where verdicts "
        "differ, and [cis-coverage.md](cis-coverage.md) which controls are covered.\n"
    ]
    for bundle, name in BUNDLES.items():
        pairs = [
            (original["original"], by_id[id_])
            for original in originals
            for id_ in original["today"]
            if original["bundle"] == bundle
        ]
        parts.append(f"\n## {name}\n\n{render_bundle(pairs)}")
    return "".join(parts)


def render_bundle(pairs: Sequence[tuple[str, Detection]]) -> str:
    """Return the table of a bundle: original ids and detections, with the frameworks that any reports to."""
    frameworks = [name for name in FRAMEWORKS if any(found.controls(name) for _, found in pairs)]
    rows = [
        (
            f"`{original}`",
            link(found),
            found.spec["Severity"],
            *(", ".join(found.controls(name)) for name in frameworks),
        )
        for original, found in pairs
    ]
    header = ("Id in the library of 2020", "Id today", "Severity", *(FRAMEWORKS[name] for name in frameworks))
    return render_table(header, rows)


def render_coverage(detections: Sequence[Detection]) -> str:
    """Return the page that shows for each control of the CIS benchmark what covers it."""
    controls = read_yaml(DOCS / "cis-controls.yml")
    covering = {
        number: [detection for detection in detections if number in detection.controls("CIS")]
        for number in controls
    }
    rows = [
        (
            number,
            *(control.get("later", {}).get(version, "") for version in LATER_BENCHMARKS),
            control["title"],
            "<br>".join(map(link, covering[number])) or "**nothing**",
        )
        for number, control in controls.items()
    ]
    gaps = {number: control for number, control in controls.items() if not covering[number]}
    return (
        f"# Coverage of the CIS AWS Foundations Benchmark\n\n{GENERATED}\n\n"
        f"{render_summary(covering)}{LATER_NUMBERS}\n\n"
        f"{render_table(('1.2.0', *LATER_BENCHMARKS, 'What it asks', 'Covered by'), rows)}\n"
        f"## Not covered\n\n{render_texts('note', 'Why', gaps)}\n"
        f"## What the later versions ask differently\n\n{render_texts('difference', 'Difference', controls)}"
    )


def render_summary(covering: Mapping[str, Sequence[Detection]]) -> str:
    """Return how many controls are covered, and which of them only by disabled detections."""
    covered = {number: found for number, found in covering.items() if found}
    asleep = [number for number, found in covered.items() if not any(d.spec["Enabled"] for d in found)]
    return (
        f"{len(covered)} of the {len(covering)} controls of version 1.2.0 are covered by a detection that "
        "reports their number. Covered only by detections that are disabled as shipped: "
        f"{', '.join(asleep) or 'none'}. The titles are our own short descriptions.\n\n"
    )


def render_texts(key: str, heading: str, controls: Mapping[str, Mapping[str, str]]) -> str:
    """Return a table of the controls that have a text under the key."""
    rows = [(number, each["title"], each[key]) for number, each in controls.items() if key in each]
    return render_table(("Control", "What it asks", heading), rows)


def render_checks() -> str:
    """Return the page that explains every check id."""
    checks = sorted(CheckId)
    rows = [(f"[{check}](#{check})", check.level, check.description) for check in checks]
    return (
        f"# The checks\n\n{GENERATED}\n\n"
        f"Every problem that panther-ci reports has one of these {len(checks)} ids; `panther-ci explain ID` "
        "prints the same text. Only errors reject a change. A few checks report a less certain problem at a "
        f"lower level than the one shown here.\n\n{render_table(('Id', 'Level', 'What it means'), rows)}"
        + "".join(map(render_check, checks))
    )


def render_check(check: CheckId) -> str:
    """Return the section of one check, with the paths of its example files above them."""
    page = _FENCE.sub(r"`\2`:\n\n```\1", read_page(check)).replace("\n## ", "\n### ")
    return f"\n## {check}\n\n**{check.level}**: {check.description} {check.help}\n\n{page}"


def render_catalog() -> str:
    """Return the catalogue for editors, as SchemaStore writes its own."""
    entry = {
        "name": "Panther specs",
        "description": "Rules, policies and other specs of Panther",
        "fileMatch": [f"**/{name}/**/*.{suffix}" for name in SPEC_FOLDERS for suffix in ("yml", "yaml")],
        "url": SCHEMA_ADDRESS,
    }
    form = "https://json.schemastore.org/schema-catalog.json"
    return json.dumps({"$schema": form, "version": 1, "schemas": [entry]}, indent=2) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Write or check the pages; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.pages", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    check = parser.parse_args(arguments).check
    detections = read_detections()
    pages = {
        "checks.md": render_checks(),
        "detections.md": render_detections(detections),
        "cis-coverage.md": render_coverage(detections),
        "catalog.json": render_catalog(),
        SCHEMA: published(),
    }
    stale = [DOCS / name for name, text in pages.items() if read_or_empty(DOCS / name) != text]
    for path in stale:
        if check:
            sys.stderr.write(f"{path} is not up to date: run `make docs`\n")
        else:
            path.write_text(pages[path.name], encoding="utf-8")
    return int(check and bool(stale))


def read_or_empty(path: Path) -> str:
    """Return the text of a file, empty when there is none."""
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
