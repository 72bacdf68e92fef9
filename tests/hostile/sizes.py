"""Pull requests of at most 1 MB that try to keep the host busy; `make benchmark-host-time` measures them.

Each function makes the files that a pull request adds, from a number that says how many of something.
"""

import json
import random
import subprocess
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple, TypeAlias

Files: TypeAlias = Mapping[str, str]
Build: TypeAlias = Callable[[int], Files]
REQUIREMENTS = "requirements.txt"
LOCK = "Pipfile.lock"
BODY = "def rule(event):\n    return True\n"
LONG = 90
_CORRELATION = (
    "AnalysisType: correlation_rule\nRuleID: C\nEnabled: true\nSeverity: Low\nDetection:\n- Sequence:\n"
)


class Size(NamedTuple):
    """A pull request: `most` is its size for the benchmark, `tested` a smaller one for a test.

    `requirements` is the file that the input of this name gives.
    """

    build: Build
    most: int
    tested: int
    requirements: str = ""

    @property
    def name(self) -> str:
        """The name of the builder in words."""
        return self.build.__name__.replace("_", " ")

    def command(self, folder: Path) -> tuple[str, ...]:
        """The command that judges the pull request, with all reports in a folder."""
        requirements = [f"--requirements={self.requirements}"] if self.requirements else []
        reports = [f"--{kind}-path={folder / kind}" for kind in ("junit", "sarif", "html")]
        return ("check", "--base-ref=HEAD", "--fail-on=new", "--timeout-seconds=3", *requirements, *reports)


def write_pull_request(folder: Path, files: Files, requirements: str = "") -> None:
    """A repository with one commit and these files, which are not committed yet."""
    before = {"base/b.yml": write_rule(99999, body="b.py"), "base/b.py": BODY}
    if requirements:
        before[requirements] = "{}"
    _write(folder, before)
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@example.com", "-C", str(folder))
    for command in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message=Before")):
        subprocess.run((*git, *command), check=True)
    _write(folder, files)


def _write(folder: Path, files: Files) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def write_rule(number: int = 0, more: str = "", body: str = "r.py", log_types: str = "[A.B]") -> str:
    """A rule without cases."""
    return (
        f"AnalysisType: rule\nRuleID: R{number}\nEnabled: true\nSeverity: Low\n"
        f"Filename: {body}\nLogTypes: {log_types}\n{more}"
    )


def write_global(name: str) -> str:
    """A global in a body of its name."""
    return f"AnalysisType: global\nGlobalID: {name}\nFilename: {name}.py\n"


def write_derived(number: int, base: str, more: str = "") -> str:
    """A rule that is derived from another one."""
    head = f"AnalysisType: rule\nRuleID: R{number}\nBaseDetection: {base}\n"
    return f"{head}Enabled: true\nSeverity: Low\n{more}"


def write_query(name: str) -> str:
    """A saved query."""
    return f"AnalysisType: saved_query\nQueryName: {name}\nQuery: select 1\n"


def write_sql(number: int, sql: str) -> str:
    """A scheduled query."""
    head = f"AnalysisType: scheduled_query\nQueryName: Q{number}\nEnabled: true\n"
    return f"{head}Schedule: {{RateMinutes: 60, TimeoutMinutes: 2}}\nQuery: >-\n  {sql}\n"


def write_mocks(names: Iterable[str]) -> str:
    """A case with mocks of these names."""
    mocks = "".join(f"  - {{objectName: {name}, returnValue: 1}}\n" for name in names)
    return f"Tests:\n- Name: a\n  ExpectedResult: true\n  Log: {{}}\n  Mocks:\n{mocks}"


def write_model(number: int = 0, mappings: str = "- {Name: a, Path: b}\n", more: str = "") -> str:
    """A data model."""
    head = f"AnalysisType: datamodel\nDataModelID: D{number}\nEnabled: true\nLogTypes: [A.B]\n"
    return f"{head}{more}Mappings:\n{mappings}"


def write_cases(lines: list[str]) -> str:
    """The list of cases, one a line."""
    return "Tests:\n" + "".join(f"- {line}\n" for line in lines)


def with_body(more: str, body: str = BODY) -> Files:
    """One rule and its body."""
    return {"d/r.yml": write_rule(0, more), "d/r.py": body}


def make_names(count: int, length: int = LONG) -> list[str]:
    """Names of the same letters in different orders, which a search for near names can't reject early."""
    dice = random.Random(0)
    letters = list("abcdefghij" * 30)[: length - 1]
    names = []
    for _ in range(count):
        dice.shuffle(letters)
        names.append("N" + "".join(letters))
    return names


# Names ------------------------------------------------------------------------------------------


def mocks_of_one_case(count: int) -> Files:
    defined = "".join(f"rule{number} = 1\n" for number in range(count))
    return with_body(write_mocks(f"rul{number}" for number in range(count)), defined + BODY)


def mocks_with_long_names(count: int) -> Files:
    names = make_names(2 * count)
    defined = "".join(f"{name} = 1\n" for name in names[count:])
    return with_body(write_mocks(names[:count]), defined + BODY)


def missing_bodies_beside_others(count: int) -> Files:
    specs = {f"d/s{number}.yml": write_rule(number, body=f"nobody{number}.py") for number in range(count)}
    return specs | {f"d/b{number}.py": "x = 1\n" for number in range(count)}


def missing_modules_among_files(count: int) -> Files:
    imports = "".join(f"import m{number}\n" for number in range(count * 10))
    return with_body("", imports + BODY) | {f"d/f{number}.json": "{}" for number in range(count)}


def functions_without_a_matcher(count: int) -> Files:
    body = "".join(f"def {name}(e): pass\n" for name in make_names(300, 50))
    return {f"d/s{number}.yml": write_rule(number) for number in range(count)} | {"d/r.py": body}


def names_of_one_pack(count: int) -> Files:
    names = "".join(f"  - Nothing.Of.This.Name.{number}\n" for number in range(count))
    pack = f"AnalysisType: pack\nPackID: P\nDisplayName: P\nDescription: P\nPackDefinition:\n IDs:\n{names}"
    return {"p/p.yml": pack, **with_body("")}


def packs_with_long_names(count: int) -> Files:
    names = make_names(2 * count)
    packs = {
        f"p/p{number}.yml": f"AnalysisType: pack\nPackID: P{number}\nDisplayName: P{number}\nDescription: P\n"
        f"PackDefinition:\n IDs:\n  - {name}\n"
        for number, name in enumerate(names[:count])
    }
    return packs | {f"q/{number}.yml": write_query(name) for number, name in enumerate(names[count:])}


def queries_of_rules(count: int) -> Files:
    names = "".join(f"- A.Query.Of.Some.Name.{number}\n" for number in range(count))
    rules = {
        f"d/s{number}.yml": f"AnalysisType: scheduled_rule\nRuleID: R{number}\nEnabled: true\nSeverity: Low\n"
        f"Filename: r.py\nScheduledQueries:\n{names}"
        for number in range(20)
    }
    queries = {f"q/q{number}.yml": write_query(f"A.Query.Of.Some.Names.{number}") for number in range(count)}
    return rules | queries | {"d/r.py": BODY}


def tables_of_one_query(count: int) -> Files:
    tables = ", ".join(f"t{number}" for number in range(count))
    return {"q.yml": write_sql(0, f"select 1 from {tables}")}


def joins_that_can_be_read_in_many_ways(count: int) -> Files:
    joins = "rule join rule " * 400
    return {f"q{number}.yml": write_sql(number, f"select join {joins}{number}") for number in range(count)}


def words_of_many_queries(count: int) -> Files:
    words = ", ".join("abcdefghij" * 900)
    return {f"q{number}.yml": write_sql(number, f"select {words}, {number}") for number in range(count)}


def levels_of_one_query(count: int) -> Files:
    return {"q.yml": write_sql(0, f"select {'(' * count}1{')' * count}")}


def templates_that_never_end(count: int) -> Files:
    return {"q.yml": write_sql(0, "select " + "{{ " * count)}


def quotes_of_many_queries(count: int) -> Files:
    text = "a " * 4_000
    return {f"q{number}.yml": write_sql(number, f"select {number}, '{text}") for number in range(count)}


def references_of_one_correlation(count: int) -> Files:
    rules = "".join(f"  - {{ID: I{number}, RuleID: A.Rule.{number}}}\n" for number in range(count))
    return {"c/c.yml": f"{_CORRELATION}{rules}"}


def ids_of_no_entry(count: int) -> Files:
    names = make_names(2 * count)
    entries = "".join(f"  - {{ID: {name}, RuleID: A}}\n" for name in names[:count])
    outputs = "".join(f"    - {{ID: {name}, Matches: {{f: {{v: [no]}}}}}}\n" for name in names[count:])
    return {"c/c.yml": f"{_CORRELATION}{entries}Tests:\n- Name: a\n  RuleOutputs:\n{outputs}"}


def times_of_one_correlation(count: int) -> Files:
    """Entries whose matches have to be moved on one after the other, twenty times."""
    entries = "".join(f"  - {{ID: {name}, RuleID: A}}\n" for name in "ab")
    links = "  Transitions:\n  - {From: a, To: b, WithinTimeFrameMinutes: 1}\n"
    times = [",".join(str(4 * number + shift) for number in range(count)) for shift in (0, 2)]
    outputs = ", ".join(
        f"{{ID: {name}, Matches: {{f: {{v: [{own}]}}}}}}" for name, own in zip("ab", times, strict=True)
    )
    cases = [f"{{Name: c{number}, ExpectedResult: true, RuleOutputs: [{outputs}]}}" for number in range(20)]
    return {"c/c.yml": f"{_CORRELATION}{entries}{links}{write_cases(cases)}"}


def names_of_one_correlation(count: int) -> Files:
    entries = "".join(f"  - {{ID: Entry {number}, RuleID: A}}\n" for number in range(count))
    transitions = "".join(f"  - {{From: Entri {number}, To: Entry {number}}}\n" for number in range(count))
    return {"c/c.yml": f"{_CORRELATION}{entries}  Transitions:\n{transitions}"}


def conditions_of_one_rule(count: int) -> Files:
    conditions = "".join(f"- {{Key: a{number}, Condition: Equalz, Value: b}}\n" for number in range(count))
    return {
        "d/r.yml": "AnalysisType: rule\nRuleID: R\nEnabled: true\nSeverity: Low\nLogTypes: [A.B]\n"
        f"Detection:\n{conditions}"
    }


def values_of_one_condition(count: int) -> Files:
    values = "a, " * count
    return {
        "d/r.yml": "AnalysisType: rule\nRuleID: R\nEnabled: true\nSeverity: Low\nLogTypes: [A.B]\n"
        f"Detection:\n- {{Key: a, Condition: IsIn, Values: [{values}1]}}\n"
    }


def rows_of_one_table(count: int) -> Files:
    return {"l/t.yml": _write_table(0), "l/rows.jsonl": "{}\n" * count}


def tables_of_one_file(count: int) -> Files:
    tables = {f"l/t{number}.yml": _write_table(number) for number in range(count)}
    return {**tables, "l/rows.jsonl": '{"a": 1}\n' * count * 40}


def _write_table(number: int) -> str:
    return (
        f"AnalysisType: lookup_table\nLookupName: t{number}\nEnabled: true\nSchema: Custom.A\n"
        "Filename: rows.jsonl\nLogTypeMap: {PrimaryKey: a}\n"
    )


def log_types_of_one_rule(count: int) -> Files:
    types = "".join(f"- AWS.CloudTrai{number}\n" for number in range(count))
    case = "{{Name: c{0}, ExpectedResult: true, Log: {{p_log_type: Other{0}}}}}"
    cases = write_cases([case.format(number) for number in range(count)])
    return {"d/r.yml": write_rule(0, cases, log_types=f"\n{types}"), "d/r.py": BODY}


def log_types_of_many_rules(count: int) -> Files:
    names = [name.replace("N", "A.", 1) for name in make_names(10)]
    types = "[" + ", ".join(names) + "]"
    rules = {f"d/s{number}.yml": write_rule(number, log_types=types) for number in range(count)}
    return rules | {"d/r.py": BODY}


def one_id_for_all(count: int) -> Files:
    return {f"q/q{number}.yml": write_query("A.Query") for number in range(count)}


def one_body_name_for_all(count: int) -> Files:
    text = "AnalysisType: global\nGlobalID: g{}\nFilename: r.py\n"
    specs = {f"g/{number}/g.yml": text.format(number) for number in range(count)}
    return specs | {f"g/{number}/r.py": "" for number in range(count)}


def one_log_type_for_all(count: int) -> Files:
    return {f"m/m{number}.yml": write_model(number) for number in range(count)}


# Chains and meshes ------------------------------------------------------------------------------


def chain_of_bases(count: int) -> Files:
    specs = {f"d/s{number}.yml": write_derived(number, f"R{number + 1}") for number in range(count)}
    return specs | {f"d/s{count}.yml": write_rule(count), "d/r.py": BODY}


def cases_of_one_base(count: int) -> Files:
    cases = [f"{{Name: c{number}, ExpectedResult: true, Log: {{}}}}" for number in range(100)]
    specs = {f"d/s{number}.yml": write_derived(number, "R0") for number in range(1, count)}
    return specs | with_body(write_cases(cases))


def conditions_of_one_base(count: int) -> Files:
    conditions = "".join(f"    - {{KeyPath: a{number}, Condition: Exists}}\n" for number in range(count))
    base = write_rule().replace("Filename: r.py\n", f"Detection:\n- All:\n{conditions}")
    severities = f"DynamicSeverities:\n- ChangeTo: High\n  Conditions:\n  - Any:\n{conditions}"
    derived = {
        f"d/s{each}.yml": write_derived(each, "R0", "AlertTitle: a\n") for each in range(1, count // 4)
    }
    return derived | {"d/b.yml": f"{base}InlineFilters:\n- All:\n{conditions}{severities}"}


def conditions_of_cases_that_fail(count: int) -> Files:
    conditions = "".join(f"- {{KeyPath: a{number}, Condition: IsNull}}\n" for number in range(count // 4))
    conditions += "- {Condition: AlwaysFalse}\n"
    base = write_rule().replace("Filename: r.py\n", f"Detection:\n{conditions}")
    cases = [f"{{Name: c{number}, ExpectedResult: true, Log: {{}}}}" for number in range(count)]
    return {"d/b.yml": base + write_cases(cases)}


def conditions_that_can_not_be_decided(count: int) -> Files:
    condition = "Detection:\n- {KeyPath: a, Condition: IsLessThan, Value: 1}\n"
    cases = [f"{{Name: c{number}, ExpectedResult: true, Log: {{a: b}}}}" for number in range(count)]
    return {"d/b.yml": write_rule().replace("Filename: r.py\n", condition) + write_cases(cases)}


def paths_that_only_a_deployment_reads(count: int) -> Files:
    path = "a." * 400 + "a | b"
    condition = f"Detection:\n- {{KeyPath: {path}, Condition: Exists}}\n"
    head = write_rule(body="x").replace("Filename: x\n", condition)
    return {f"d/s{number}.yml": head.replace("R0", f"R{number}") for number in range(count)}


def chain_of_globals(count: int) -> Files:
    specs = {f"g/g{number}.yml": write_global(f"g{number}") for number in range(count)}
    bodies = {f"g/g{number}.py": f"import g{number + 1}\n" for number in range(count - 1)}
    return specs | bodies | {f"g/g{count - 1}.py": ""} | with_body("", f"import g0\n{BODY}")


def mesh_of_globals(count: int) -> Files:
    imports = "".join(f"import g{number}\n" for number in range(count))
    files = {f"g/g{number}.yml": write_global(f"g{number}") for number in range(count)}
    files |= {f"g/g{number}.py": imports for number in range(count)}
    rules = {f"d/s{number}.yml": write_rule(number, body=f"r{number}.py") for number in range(count)}
    return files | rules | {f"d/r{number}.py": f"import g0\n{BODY}" for number in range(count)}


def placeholders_of_one_global(count: int) -> Files:
    settings = "".join(f"SETTING_{number} = 'X'\n" for number in range(count * 50))
    files = {"g/g.yml": write_global("g"), "g/g.py": f"PLACEHOLDERS = ['X']\n{settings}"}
    files |= {"g/h.yml": write_global("h"), "g/h.py": f"import g\n{settings}"}
    files |= {f"d/s{number}.yml": write_rule(number, body=f"r{number}.py") for number in range(count)}
    return files | {f"d/r{number}.py": f"import h\n{BODY}" for number in range(count)}


def modules_by_computed_names(count: int) -> Files:
    words = " ".join(f"word{number}" for number in range(count))
    return with_body("", f"TEXT = '{words}'\nfor each in TEXT.split():\n    __import__(each)\n{BODY}")


# Bodies -----------------------------------------------------------------------------------------


def one_f_string(count: int) -> Files:
    return with_body("", "x = f'" + "{a}" * count + "'\n" + BODY)


def f_strings_in_many_bodies(count: int) -> Files:
    text = "x = f'" + "{a}" * 17_000 + "'\n" + BODY
    specs = {f"d/s{number}.yml": write_rule(number, body=f"r{number}.py") for number in range(count)}
    return specs | {f"d/r{number}.py": text for number in range(count)}


def formats_of_an_f_string(count: int) -> Files:
    return with_body("", "x = f'''" + "{a:{b}}\n" * count + "'''\n" + BODY)


def f_string_after_text(count: int) -> Files:
    return with_body("", "x = f'" + "t" * 3 * count + "{a}" * count + "'\n" + BODY)


def quotes_that_never_end(count: int) -> Files:
    return with_body("", "x = f'{a}'\ny = '" + '\\"' * count + "{" * count + "\n" + BODY)


def statements_on_one_line(count: int) -> Files:
    return with_body("", "a=1;" * count + "\n" + BODY)


def functions_of_one_body(count: int) -> Files:
    return with_body("", "".join(f"def f{number}(a): pass\n" for number in range(count)) + BODY)


def bodies_that_are_broken(count: int) -> Files:
    specs = {f"d/s{number}.yml": write_rule(number, body=f"r{number}.py") for number in range(count)}
    return specs | {f"d/r{number}.py": "def rule(:\n" for number in range(count)}


# Cases and events -------------------------------------------------------------------------------


def cases_of_one_name(count: int) -> Files:
    return with_body(write_cases(["{Name: a, ExpectedResult: true, Log: {}}"] * count))


def cases_that_fail(count: int) -> Files:
    cases = [f"{{Name: c{number}, ExpectedResult: false, Log: {{}}}}" for number in range(count)]
    return with_body(write_cases(cases))


def alerts_of_a_long_spec(count: int) -> Files:
    cases = [f"{{Name: c{number}, ExpectedResult: true, Log: {{}}}}" for number in range(count)]
    outputs = (
        f"DisplayName: {'n' * 100_000}\nOutputIds: [{', '.join(f'o{number}' for number in range(count))}]\n"
    )
    return with_body(outputs + write_cases(cases))


def cases_that_raise(count: int) -> Files:
    cases = [f"{{Name: c{number}, ExpectedResult: true, Log: {{}}}}" for number in range(count)]
    return with_body(write_cases(cases), "def rule(event):\n    raise ValueError('x' * 10_000)\n")


def one_failing_case_by_aliases(count: int) -> Files:
    return with_body(write_cases(["&c {Name: a, ExpectedResult: false, Log: {}}", *["*c"] * count]))


def controls_of_one_rule(count: int) -> Files:
    cases = write_cases(["&c {Name: a, ExpectedResult: true, Log: {}}", *["*c"] * count])
    controls = ", ".join(f"C{number}" for number in range(count))
    return with_body(f"Reports: {{CIS: [{controls}]}}\n{cases}")


def tags_of_one_file(count: int) -> Files:
    tags = "".join(f"%TAG !a{number}! tag:x,{number}:\n" for number in range(count))
    return {"d/r.yml": f"{tags}---\n{write_rule()}", "d/r.py": BODY}


def case_names_that_are_long(count: int) -> Files:
    cases = [f"{{Name: {'n' * 5000}{number}, ExpectedResult: false, Log: {{}}}}" for number in range(count)]
    return with_body(write_cases(cases))


def fields_that_are_not_there(count: int) -> Files:
    names = make_names(100, 60)
    event = ", ".join(f"{name}: 1" for name in names)
    cases = [f"Name: c\n  ExpectedResult: false\n  Log: &e {{{event}}}"]
    cases += [f"{{Name: c{number}, ExpectedResult: false, Log: *e}}" for number in range(9)]
    reads = "".join(f"    event.get('x{name[2:]}')\n" for name in names[:10])
    specs = {f"d/s{number}.yml": write_rule(number, write_cases(cases)) for number in range(count)}
    return specs | {"d/r.py": f"def rule(event):\n{reads}    return True\n"}


def keys_of_one_event(count: int) -> Files:
    keys = "".join(f"    key{number}: {number}\n" for number in range(count))
    return with_body(f"Tests:\n- Name: a\n  ExpectedResult: false\n  Log:\n{keys}")


def levels_of_many_events(count: int) -> Files:
    event = "{a: " * 55 + "1" + "}" * 55
    cases = [f"{{Name: c{number}, ExpectedResult: true, Log: {event}}}" for number in range(count)]
    return with_body(write_cases(cases))


def aliases_of_one_event(count: int) -> Files:
    keys = ", ".join(f"key{number}: 1" for number in range(100))
    cases = [f"Name: c\n  ExpectedResult: true\n  Log: &e {{{keys}}}"]
    cases += [f"{{Name: c{number}, ExpectedResult: true, Log: *e}}" for number in range(count)]
    return with_body(write_cases(cases))


def merges_of_one_mapping(count: int) -> Files:
    keys = ", ".join(f"key{number}: 1" for number in range(100))
    cases = [f"Name: c\n  ExpectedResult: true\n  Log: &e {{{keys}}}"]
    cases += [f"{{Name: c{number}, ExpectedResult: true, Log: {{<<: *e}}}}" for number in range(count)]
    return with_body(write_cases(cases))


def keys_that_are_merged(count: int) -> Files:
    keys = ", ".join(f"key{number}: 1" for number in range(count))
    merges = ", ".join(["*e"] * count)
    return with_body(
        f"Tests:\n- Name: c\n  ExpectedResult: true\n  Log: {{a: &e {{{keys}}}, b: {{<<: [{merges}]}}}}\n"
    )


def numbers_of_one_event(count: int) -> Files:
    event = {"numbers": [int("9" * 60)] * count}
    case = {"Name": "a", "ExpectedResult": True, "Log": event}
    spec = {"AnalysisType": "rule", "RuleID": "R", "Enabled": True, "Severity": "Low", "Filename": "r.py"}
    return {"d/r.json": json.dumps({**spec, "LogTypes": ["A.B"], "Tests": [case]}), "d/r.py": BODY}


# Specs ------------------------------------------------------------------------------------------


def mappings_with_long_paths(count: int) -> Files:
    return {"d/m.yml": write_model(0, f"- {{Name: a, Path: '{'[:' * 500}'}}\n" * count)}


def mappings_with_nested_paths(count: int) -> Files:
    path = "|".join(["(" * 30 + "a" + ")" * 30] * 15)
    return {"d/m.yml": write_model(0, f"- {{Name: a, Path: '{path}'}}\n" * count)}


def mappings_of_one_name(count: int) -> Files:
    return {"d/m.yml": write_model(0, "- {Name: a, Path: b}\n" * count)}


def methods_of_one_model(count: int) -> Files:
    mappings = "".join(f"- {{Name: n{number}, Method: m{number}}}\n" for number in range(count))
    body = "".join(f"def n{number}(e): pass\n" for number in range(count))
    return {"d/m.yml": write_model(0, mappings, "Filename: m.py\n"), "d/m.py": body}


def keys_of_one_spec(count: int) -> Files:
    return with_body("".join(f"Severit{number}: 1\n" for number in range(count)))


def keys_of_many_specs(count: int) -> Files:
    keys = "".join(f"Severiti{number}: 1\n" for number in range(20))
    return {f"d/s{number}.yml": write_rule(number, keys, "no.py") for number in range(count)}


def one_key_again_and_again(count: int) -> Files:
    return with_body("Threshold: 5\n" * count)


def values_again_and_again(count: int) -> Files:
    return with_body(f"Tags: [{'a, ' * count}b]\n")


def tests_that_are_no_cases(count: int) -> Files:
    return with_body(f"Tests: [{'1, ' * count}1]\n")


def values_that_are_odd(count: int) -> Files:
    return with_body(write_cases([f"{{Name: a, ExpectedResult: true, Log: {{a: [{'0x1, ' * count}1]}}}}"]))


def findings_of_many_files(count: int) -> Files:
    more = "Tags: [a, a, b, b]\nDedupPeriodMinutes: 1\nThreshold: 0\nOdd: 1\n"
    return {
        f"d/s{number}.yml": write_rule(number, more, body=f"x/y{number}.py", log_types="[A.B, A.B]")
        for number in range(count)
    }


def files_that_are_no_yaml(count: int) -> Files:
    return {f"d/s{number}.yml": "AnalysisType: rule\nRuleID: [\n" for number in range(count)}


def files_with_one_bracket_more(count: int) -> Files:
    return {"d/s.yml": "AnalysisType: rule\nTests: " + "[a, " * 60 + "{a: 1}, " * count}


def files_in_folders(count: int) -> Files:
    return {f"{'d/' * 20}{number}/s.yml": write_rule(number) for number in range(count)}


def line_of_one_megabyte(count: int) -> Files:
    return with_body(f"Description: {'word ' * count}\n")


def blanks_before_keys(count: int) -> Files:
    return with_body("LogTypes:\n" + "\n" * count + "- A\n" + " \n" * count + "Tests: []\n")


# Requirements -----------------------------------------------------------------------------------


def requirement_with_blanks(count: int) -> Files:
    return {REQUIREMENTS: "a" + " " * count + "$\n", **with_body("")}


def lines_of_requirements(count: int) -> Files:
    return {REQUIREMENTS: "six==1.17.0\n" * count + "-e .\n", **with_body("")}


def wrong_lines_of_requirements(count: int) -> Files:
    return {REQUIREMENTS: f"a{'-' * 400}{','.join(['>=1.0'] * 90)} x\n" * count, **with_body("")}


def hashes_of_one_requirement(count: int) -> Files:
    return {REQUIREMENTS: "six==1.17.0" + f" --hash=sha256:{'0' * 64}" * count + " -e\n", **with_body("")}


def entries_of_a_lock_file(count: int) -> Files:
    entry = {"version": "==1.0", "hashes": ["sha256:00"]}
    entries: dict[str, object] = {f"p{number}": entry for number in range(count)}
    return {LOCK: json.dumps({"default": entries | {"x": {}}}), **with_body("")}


SIZES = (
    Size(mocks_of_one_case, 9_000, 4_000),
    Size(mocks_with_long_names, 3_500, 1_000),
    Size(missing_bodies_beside_others, 6_000, 1_500),
    Size(missing_modules_among_files, 3_800, 1_500),
    Size(functions_without_a_matcher, 1_500, 50),
    Size(names_of_one_pack, 30_000, 3_000),
    Size(packs_with_long_names, 3_500, 600),
    Size(queries_of_rules, 1_600, 300),
    Size(tables_of_one_query, 12_000, 6_000),
    Size(joins_that_can_be_read_in_many_ways, 150, 10),
    Size(words_of_many_queries, 36, 4),
    Size(levels_of_one_query, 49_000, 20_000),
    Size(templates_that_never_end, 330_000, 300_000),
    Size(quotes_of_many_queries, 120, 10),
    Size(references_of_one_correlation, 25_000, 3_000),
    Size(names_of_one_correlation, 14_000, 1_500),
    Size(conditions_of_one_rule, 20_000, 2_000),
    Size(values_of_one_condition, 330_000, 20_000),
    Size(rows_of_one_table, 330_000, 30_000),
    Size(tables_of_one_file, 1_900, 100),
    Size(ids_of_no_entry, 3_500, 1_500),
    Size(times_of_one_correlation, 3_500, 2_000),
    Size(log_types_of_one_rule, 10_000, 3_000),
    Size(log_types_of_many_rules, 900, 50),
    Size(one_id_for_all, 13_000, 1_500),
    Size(one_body_name_for_all, 10_000, 1_000),
    Size(one_log_type_for_all, 7_000, 800),
    Size(chain_of_bases, 8_000, 1_300),
    Size(cases_of_one_base, 500, 20),
    Size(conditions_of_one_base, 2_000, 200),
    Size(conditions_of_cases_that_fail, 14_000, 500),
    Size(conditions_that_can_not_be_decided, 16_000, 500),
    Size(paths_that_only_a_deployment_reads, 1_000, 50),
    Size(chain_of_globals, 8_000, 400),
    Size(mesh_of_globals, 250, 15),
    Size(placeholders_of_one_global, 300, 30),
    Size(modules_by_computed_names, 50_000, 8_000),
    Size(one_f_string, 170_000, 170_000),
    Size(f_strings_in_many_bodies, 19, 1),
    Size(formats_of_an_f_string, 60_000, 60_000),
    Size(f_string_after_text, 85_000, 85_000),
    Size(quotes_that_never_end, 150_000, 150_000),
    Size(statements_on_one_line, 120_000, 10_000),
    Size(functions_of_one_body, 20_000, 2_000),
    Size(bodies_that_are_broken, 6_000, 200),
    Size(cases_of_one_name, 20_000, 1_500),
    Size(alerts_of_a_long_spec, 15_000, 5_000),
    Size(cases_that_fail, 18_000, 1_000),
    Size(cases_that_raise, 18_000, 500),
    Size(one_failing_case_by_aliases, 80_000, 1_500),
    Size(controls_of_one_rule, 60_000, 8_000),
    Size(tags_of_one_file, 40_000, 40_000),
    Size(case_names_that_are_long, 190, 100),
    Size(fields_that_are_not_there, 130, 10),
    Size(keys_of_one_event, 45_000, 8_000),
    Size(levels_of_many_events, 3_300, 200),
    Size(aliases_of_one_event, 3_000, 2_000),
    Size(merges_of_one_mapping, 3_000, 1_000),
    Size(keys_that_are_merged, 60_000, 8_000),
    Size(numbers_of_one_event, 16_000, 2_000),
    Size(mappings_with_long_paths, 1_000, 300),
    Size(mappings_with_nested_paths, 1_000, 100),
    Size(mappings_of_one_name, 45_000, 3_000),
    Size(methods_of_one_model, 20_000, 2_000),
    Size(keys_of_one_spec, 50_000, 6_000),
    Size(keys_of_many_specs, 2_200, 150),
    Size(one_key_again_and_again, 75_000, 6_000),
    Size(values_again_and_again, 300_000, 30_000),
    Size(tests_that_are_no_cases, 300_000, 15_000),
    Size(values_that_are_odd, 180_000, 15_000),
    Size(findings_of_many_files, 4_500, 150),
    Size(files_that_are_no_yaml, 9_000, 300),
    Size(files_with_one_bracket_more, 120_000, 10_000),
    Size(files_in_folders, 8_000, 200),
    Size(line_of_one_megabyte, 200_000, 100_000),
    Size(blanks_before_keys, 300_000, 100_000),
    Size(requirement_with_blanks, 1_000_000, 1_000_000, REQUIREMENTS),
    Size(lines_of_requirements, 80_000, 5_000, REQUIREMENTS),
    Size(wrong_lines_of_requirements, 1_000, 500, REQUIREMENTS),
    Size(hashes_of_one_requirement, 12_000, 5_000, REQUIREMENTS),
    Size(entries_of_a_lock_file, 16_000, 5_000, LOCK),
)
