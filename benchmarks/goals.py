"""What is aimed at, and whether it was reached."""

from dataclasses import dataclass, fields

from benchmarks.measure import Cost


@dataclass(frozen=True)
class Goal:
    """The most that a scenario should cost: ratios to the rival of each figure, or seconds of CPU alone."""

    cpu: float | None = None
    wall: float | None = None
    peak: float | None = None
    cpu_seconds: float | None = None

    @property
    def text(self) -> str:
        """All of it, for a cell of the table."""
        ratios = ((name, getattr(self, name)) for name in ("cpu", "wall", "peak"))
        said = [f"{name.replace('cpu', 'CPU')} ≤ {most:.2f}" for name, most in ratios if most is not None]
        return ", ".join([*said, *([f"CPU ≤ {self.cpu_seconds:.2f} s"] if self.cpu_seconds else [])])

    def judge(self, ours: Cost, ratio: Cost | None) -> str:
        """Whether it was met, or which of its figures was not."""
        if not any(getattr(self, each.name) for each in fields(self)):
            return ""
        found = [("CPU s", ours.cpu, self.cpu_seconds)]
        if ratio:
            found += [("CPU", ratio.cpu, self.cpu), ("wall", ratio.wall, self.wall)]
            found += [("peak", ratio.peak, self.peak)]
        missed = [name for name, is_now, most in found if most is not None and is_now > most]
        return f"not met: {', '.join(missed)}" if missed else "met"
