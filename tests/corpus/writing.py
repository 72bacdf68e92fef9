"""Composes the files of a generated repository and notes what each of them needs."""

from collections import defaultdict
from pathlib import PurePosixPath
from random import Random
from typing import Any

from tests.corpus import bodies, lifelike, others
from tests.corpus import detections as written
from tests.corpus.events import LOG_SHAPES
from tests.corpus.notation import to_json, to_yaml
from tests.corpus.size import Size

# So many globals make a chain, each importing the one before it; some also import one of another chain.
CHAIN = 4
IMPORTED = (0, 1, 1, 1, 2)


class Writer:
    """Collects files; every choice comes from one seeded source."""

    def __init__(self, size: Size, seed: int) -> None:
        self.size = size
        self.random = Random(seed)
        self.files: dict[str, bytes] = {}
        self.detections: dict[str, str] = {}
        self.globals_: dict[str, str] = {}
        self.names: list[str] = []
        self.imports: dict[str, set[str]] = defaultdict(set)
        self.requires: dict[str, set[str]] = defaultdict(set)
        self.models: dict[str, str] = {}
        self.queries: dict[str, str] = {}
        self.bases: list[tuple[str, int]] = []
        self.cases = 0
        self.wrong: set[tuple[str, str]] = set()

    def write_all(self) -> None:
        """Compose everything, what is needed before who needs it."""
        self._write_globals()
        self._write_data_models()
        for number in range(self.size.queries):
            path = self._write_query(number)
            self.queries[f"Query.{number}"] = path
        derived = round(self.size.detections * self.size.derived)
        for number in range(self.size.detections - derived):
            self._write_detection(written.plan(number, self.size.queries, self.random, self.size.lifelike))
        for number in range(derived):
            self._write_derived(number)
        self._write_others()
        self._write_declared()

    def _write_globals(self) -> None:
        names = [f"example_helpers_{number}" for number in range(self.size.globals_)]
        self.names = sorted(names)
        for number, name in enumerate(names):
            imported = set(names[number - 1 : number] if number % CHAIN else ())
            if number > CHAIN and self.random.random() < 0.2:
                imported.add(names[self.random.randrange(number - 1)])
            if self.size.lifelike and self.random.random() >= lifelike.CHAINED:
                imported = set()
            uses = [bodies.use(one, self.random) for one in sorted(imported)]
            extra = "import boto3" if self.size.lifelike and number == 0 else ""
            body = f"global_helpers/{name}.py"
            text = bodies.write_helper(name, uses, extra, self.random)
            if self.size.lifelike:
                text = lifelike.lengthen(text, lifelike.helper_lines(number, len(names)))
            self.files[body] = text.encode()
            fields = {
                "AnalysisType": "global",
                "Filename": f"{name}.py",
                "GlobalID": name,
                "Description": "Shared.",
            }
            spec = self._spec(f"global_helpers/{name}", fields)
            self.requires[body] = {spec, *(self.globals_[one] for one in imported)}
            self.globals_[name], self.imports[name] = body, imported

    def _write_data_models(self) -> None:
        kinds = [(shape, log_type) for shape in LOG_SHAPES for log_type in shape.log_types]
        step = len(kinds) // max(1, self.size.data_models)
        for number, (shape, log_type) in enumerate(kinds[:: max(1, step)][: self.size.data_models]):
            name = f"{log_type.lower().replace('.', '_')}_data_model"
            helpers, uses = self._uses(1 if number % 3 == 0 else 0)
            body = f"data_models/{name}.py"
            first = shape.fields[0].path[0]
            self.files[body] = bodies.write_data_model(first, uses, self.random).encode()
            self.requires[body] = helpers
            fields = written.write_data_model(shape, log_type, f"{name}.py")
            self.models[log_type] = self._spec(f"data_models/{name}", fields)
            self.requires[self.models[log_type]].add(body)

    def _write_query(self, number: int) -> str:
        fields = others.query(number, self.random, number % 2 == 0, self.size.lifelike)
        return self._spec(f"queries/query_{number}", fields)

    def _write_detection(self, planned: written.Plan) -> None:
        fields = written.write_spec(planned, self.random)
        wrong = planned.number < self.size.wrong
        if wrong:
            self._spoil(planned.id, fields["Tests"][0])
        today = bool(planned.query) or self.random.random() >= self.size.forms_of_2020
        spec = self._spec(planned.stem, fields if today else written.write_as_of_2020(fields))
        self.detections[spec] = planned.id
        self.cases += len(fields["Tests"])
        self.requires[spec].add(self._write_body(planned))
        if planned.query:
            self.requires[spec].add(self.queries[planned.query])
        elif planned.log_type in self.models:
            self.requires[spec].add(self.models[planned.log_type])
        if planned.kind == "rule" and today and not wrong:
            self.bases.append((spec, len(fields["Tests"])))

    def _write_body(self, planned: written.Plan) -> str:
        mentioned = self.random.choice(self.names or ["nothing"])
        names = {"title": f"Written before {mentioned} was there, which would do as well."}
        template = bodies.POLICY
        if planned.kind != "policy":
            template = bodies.RULE
            steps = ", ".join(repr(step) for step in planned.shape.actor.split("."))
            unified = planned.log_type in self.models and not planned.query and planned.unified
            names |= {
                "id": planned.id,
                "first": planned.shape.fields[0].path[0],
                "actor": 'event.udm("actor_user")'
                if unified
                else f"event.deep_get({steps}, default='<unknown>')",
                "address": planned.shape.address.split(".")[0],
            }
        helpers, uses = self._uses(self.random.choice(lifelike.IMPORTED if planned.lifelike else IMPORTED))
        path = f"{planned.stem}.py"
        text = bodies.write_body(template, names, planned.conditions, uses, self.random)
        if (
            planned.lifelike
            and planned.kind == "policy"
            and planned.number // lifelike.POLICIES % lifelike.EVALUATING == 0
        ):
            text = bodies.write_evaluation(text)
        self.files[path] = text.encode()
        self.requires[path] = helpers
        return path

    def _write_derived(self, number: int) -> None:
        base, cases = self.random.choice(self.bases)
        fields = written.write_derived(number, self.detections[base], self.random)
        spec = self._spec(f"{PurePosixPath(base).parent}/derived_rule_{number}", fields)
        self.detections[spec] = fields["RuleID"]
        self.requires[spec].add(base)
        self.cases += cases

    def _write_others(self) -> None:
        ids = list(self.detections.values())
        for number in range(self.size.packs):
            chosen = self.random.sample(ids, min(8, len(ids)))
            self._spec(f"packs/pack_{number}", others.pack(number, chosen))
        for number in range(self.size.correlation_rules):
            rules = [self.detections[path] for path, _ in self.random.sample(self.bases, 2)]
            fields = others.correlation_rule(number, rules)
            if number < self.size.wrong // 10:
                self._spoil(fields["RuleID"], fields["Tests"][number % len(fields["Tests"])])
            self.cases += len(fields["Tests"])
            self._spec(f"correlation_rules/correlation_{number}", fields)
        for number in range(self.size.lookup_tables):
            self._spec(f"lookup_tables/table_{number}", others.lookup_table(number))
        for number in range(self.size.idioms):
            for path, data in others.write_idioms(number).items():
                self.files[path] = data
                body = path.removesuffix(".yml") + ".py"
                self.requires[path] = {body} if path.endswith(".yml") and "twin" in path else set()

    def _write_declared(self) -> None:
        """What has no Python: rules, prompts, and tables with their data."""
        for number in range(self.size.simple):
            # No policy, and no rule that reads a query.
            planned = written.plan(4 * number + 1, 0, self.random)
            fields = written.write_simple(planned, self.random)
            if number < self.size.wrong // 10:
                self._spoil(fields["RuleID"], fields["Tests"][0])
            self.cases += len(fields["Tests"])
            self._spec(f"rules/simple_rules/simple_{number}", fields)
        for number in range(self.size.prompts):
            self._spec(f"scheduled_prompts/prompt_{number}", others.prompt(number))
        for number in range(self.size.data_tables):
            self._spec(f"lookup_tables/own_table_{number}", others.data_table(number))
            self.files[f"lookup_tables/own_table_{number}.csv"] = others.write_rows(number)

    def _spoil(self, identity: str, case: dict[str, Any]) -> None:
        """Let a case expect the contrary of what is true."""
        case["ExpectedResult"] = not case["ExpectedResult"]
        self.wrong.add((identity, case["Name"]))

    def _uses(self, count: int) -> tuple[set[str], list[bodies.Use]]:
        """Helpers for a file: the paths of their bodies, and how it imports them."""
        if self.size.lifelike:
            names = lifelike.pick_helpers([*self.globals_], count, self.random)
        else:
            names = self.random.sample(self.names, min(count, len(self.names)))
        return {self.globals_[name] for name in names}, [bodies.use(name, self.random) for name in names]

    def _spec(self, stem: str, fields: dict[str, Any]) -> str:
        as_json = self.random.random() < self.size.json
        path = stem + (".json" if as_json else ".yml")
        self.files[path] = to_json(fields) if as_json else to_yaml(fields)
        self.requires[path] = set()
        return path
