"""How much of everything a generated repository holds."""

from dataclasses import asdict, dataclass, replace


@dataclass(frozen=True)
class Size:
    """Counts, and shares of the detections. `idioms` is how often each habit of public forks is repeated.

    `simple` rules come in addition to the detections. So many detections as `wrong` says, and a tenth as
    many simple and correlation rules, have a case that expects the contrary of what is true. `lifelike` is
    as uneven as a grown library: see `lifelike.py`.
    """

    detections: int = 200
    globals_: int = 10
    data_models: int = 6
    queries: int = 6
    packs: int = 4
    correlation_rules: int = 2
    lookup_tables: int = 1
    simple: int = 0
    prompts: int = 0
    data_tables: int = 0
    wrong: int = 0
    idioms: int = 2
    json: float = 0.1
    forms_of_2020: float = 0.1
    derived: float = 0.05
    lifelike: bool = False

    def times(self, factor: int) -> "Size":
        """So many times the counts, in the same shares."""
        counts = {name: value * factor for name, value in asdict(self).items() if type(value) is int}
        return replace(self, **counts)


# The counts of the public library that the goals of speed were measured on. Only YAML in today's form,
# since the peer reads nothing else.
FULL = Size(
    detections=1013,
    globals_=44,
    data_models=34,
    queries=96,
    packs=64,
    correlation_rules=31,
    lookup_tables=13,
    simple=32,
    idioms=3,
    json=0.0,
    forms_of_2020=0.0,
    derived=0.0,
    lifelike=True,
)


# The counts of a large private fork with everything that a deployment takes: a thousand detections and some
# three thousand cases.
EVERYTHING = Size(
    detections=1000,
    globals_=40,
    data_models=30,
    queries=90,
    packs=60,
    correlation_rules=30,
    lookup_tables=6,
    simple=20,
    prompts=5,
    data_tables=6,
    wrong=40,
)
