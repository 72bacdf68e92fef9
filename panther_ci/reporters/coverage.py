"""Which controls of a framework the checked detections cover."""

import re

from panther_ci.model import Report, SpecReport


def list_controls(report: Report, framework: str) -> tuple[tuple[str, tuple[SpecReport, ...]], ...]:
    """The controls of a framework in their natural order (1.2 before 1.10), each with its detections."""
    controls: dict[str, list[SpecReport]] = {}
    for spec in report.specs:
        for control in dict.fromkeys(spec.reports.get(framework, ())):
            controls.setdefault(control, []).append(spec)
    return tuple((control, tuple(controls[control])) for control in sorted(controls, key=_natural))


def _natural(control: str) -> tuple[tuple[int, int, str], ...]:
    parts = re.findall(r"[0-9]+|[^0-9]+", control)
    return tuple(
        (0, len(part.lstrip("0")), part.lstrip("0")) if part.isdigit() else (1, 0, part) for part in parts
    )
