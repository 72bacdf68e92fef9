"""YAML and JSON are read as their standards say, with positions, and nothing in a file gets through."""

import json
import time

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from panther_ci.deployment_rules.yaml_scalars import find_tag
from panther_ci.model import Location
from panther_ci.specs.reading.parse import parse
from panther_ci.specs.reading.scalars import Scalars, construct
from panther_ci.specs.reading.yaml_reader import read_top_keys

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufeff"))
SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**63) | TEXT
TREES = st.recursive(
    SCALARS | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
HOSTILE = {
    "control character": b"a: \x00",
    "byte that is no UTF-8": b"a: \xff",
    "UTF-16": "a: 1".encode("utf-16"),
    "nothing": b"",
    "comments only": b"# a\n# b\n",
    "two documents": b"a: 1\n---\nb: 2\n",
    "deep list": b"[" * 100_000,
    "deep mapping": b"{a: " * 100_000,
    "deep blocks": b"".join(b" " * depth + b"a:\n" for depth in range(300)),
    "digits": b"a: " + b"1" * 5000,
    "digits of a float": b"a: 1." + b"1" * 5000,
    "digits to the base 60": b"a: 1" + b":59" * 5000 + b".5",
    "exponent": b"a: 1.0e+999",
    "python object": b"a: !!python/object/apply:os.system ['true']",
    "tag of our own": b"a: !mine 1",
    "binary": b"a: !!binary aGk=",
    "key that is a list": b"? [a]\n: b",
    "key that is an alias of a list": b"a: &a [1]\n*a : b",
    "alias without anchor": b"a: *b",
    "alias of itself": b"a: &a {b: *a}",
    "merge of a text": b"<<: text",
    "merge of a list of texts": b"<<: [text]",
    "merge of itself": b"a: &a\n  <<: *a",
    "open quote": b"a: 'b",
    "tab": b"a:\n\tb: 1",
    "duplicate": b"a: 1\na: 2",
    "duplicate merge": b"a: &a {b: 1}\n<<: *a\n<<: *a",
    "fault far before a byte that is no UTF-8": b"a: ]\n" + b"# b\n" * 50_000 + b"\xff",
    "directive": b"%YAML 9.9\n---\na: 1",
}
BOMB = b"a: &a [x, x, x, x, x, x, x, x, x, x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (name, name, b", ".join([b"*%c" % (name - 1)] * 10))
    for name in range(ord("b"), ord("j"))
)


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_yaml_can_hide_is_a_finding(data):
    assert parse(data, "a.yml").findings


@pytest.mark.parametrize(
    "data",
    [
        b"a: \xff",
        b"a: \x80",
        b"a: \xc3(",
        b"a: \xc3",
        b"a: \xc0\xaf",
        b"a: \xe0\x80\xaf",
    ],
)
def test_bytes_that_are_no_utf_8_are_told_as_such(data):
    (finding,) = parse(data + b"\n", "a.yml").findings
    assert (finding.message, finding.hint) == ("The file is not UTF-8 from here on.", "Save it as UTF-8.")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("path", ["a.yml", "a.json"])
def test_utf_16_is_known_by_its_mark(path, encoding):
    (finding,) = parse("\ufeff{}".encode(encoding), path).findings
    assert (finding.check, finding.message) == ("encoding", "The file is UTF-16.")


@pytest.mark.parametrize("text", ["x" * 1000, "[" + "x, " * 200 + "]", "{a: " + "x" * 900 + "}"])
def test_aliases_can_not_multiply(text):
    many = f"a: &a {text}\n" + f"b: [{', '.join(['*a'] * 9000)}]\n"
    assert [each.check for each in parse(many.encode(), "a.yml").findings] == ["expansion-limit"]


def test_aliases_may_expand_to_4_mib_and_no_more():
    def checks(length):
        text = f"a: &a {'x' * length}\nb: [*a, *a, *a, *a]\n"
        return [each.check for each in parse(text.encode(), "a.yml").findings]

    assert (checks(2**20 - 1), checks(2**20)) == ([], ["expansion-limit"])  # each alias counts as one more


@pytest.mark.parametrize("number", ["0." + "5" * 62, "1" * 64])
def test_a_number_has_up_to_64_characters(number):
    short, long = (parse(f"a: {each}\n".encode(), "a.yml") for each in (number, number + "1"))
    assert (type(short.value["a"]), short.findings) == (float if "." in number else int, ())
    assert (long.value["a"], [each.check for each in long.findings]) == (number + "1", ["not-json"])


def test_a_bomb_of_aliases_is_refused_at_once():
    before = time.process_time()
    assert parse(BOMB, "a.yml").findings[0].check == "expansion-limit"
    assert time.process_time() - before < 10  # its billion texts would take minutes


def test_merged_mappings_count_as_expanded():
    lines = ["a: &a {" + ", ".join(f"k{n}: {n}" for n in range(100)) + "}"]
    lines += [f"b{n}: {{<<: *a}}" for n in range(9000)]
    assert parse("\n".join(lines).encode(), "a.yml").findings[0].check == "expansion-limit"


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"[1,]",
        b"{a: 1}",
        b"'a'",
        b"[1] 2",
        b"[01]",
        b"[NaN]",
        b"[-Infinity]",
        b"[1e999]",
        b'["\\ud800"]',
        b'["\x01"]',
        b'{"a": 1, "a": 2}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" + b"1" * 5000 + b"]",
        b"\xff",
        "{}".encode("utf-16"),
        b"",
        b"// comment\n{}",
    ],
)
def test_what_json_can_hide_is_a_finding(data):
    assert parse(data, "a.json").findings


@pytest.mark.parametrize(("number", "refused"), [(100, False), (101, True), (40_000, True)])
def test_directives_that_libyaml_compares_with_each_other_have_a_limit(number, refused):
    tags = b"".join(b"%%TAG !a%d! tag:x,2000:\n" % each for each in range(number))
    document = parse(b"# tags\n" + tags + b"---\na: 1\n", "a.yml")
    found = [(each.check, str(each.location)) for each in document.findings]
    assert (found, document.value) == (([("yaml-feature", "a.yml:2:1")], None) if refused else ([], {"a": 1}))


@pytest.mark.parametrize(("text", "tabs"), [("a:\n\tb: 1\n", True), ("a: [\n", False), ("a: b: c\n", False)])
def test_tabs_that_yaml_forbids_are_named(text, tabs):
    (finding,) = parse(text.encode(), "a.yml").findings
    assert (finding.hint == "YAML forbids tabs for indentation.") is tabs


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\x85", "\u2028", "\u2029"])
def test_directives_are_counted_after_each_line_break_of_yaml(end):
    tags = "".join(f"%TAG !a{each}! tag:x,2000:{end}" for each in range(101))
    data = f"# tags{end}{tags}---{end}a: 1{end}".encode()
    assert [each.check for each in parse(data, "a.yml").findings] == ["yaml-feature"]
    assert read_top_keys(data) is None


@given(TREES)
def test_yaml_that_pyyaml_writes_is_read_back(tree):
    document = parse(yaml.safe_dump(tree, allow_unicode=True).encode(), "a.yml")
    assert (document.value, document.findings) == (tree, ())


@given(TREES)
def test_json_is_read_back(tree):
    document = parse(json.dumps(tree, indent=1).encode(), "a.json")
    assert (document.value, document.findings) == (tree, ())


@pytest.mark.parametrize(
    "text",
    ["[\n1 ,\t2\r\n, 3 ]", '"\\u00E4 \\u00e4 \\" \\/ \\b\\f\\n\\r\\t"', "[1e2, 1E2, 1e+2, 1E-2, -0.50, 0]"],
)
def test_json_may_be_written_in_any_way_of_its_standard(text):
    document = parse(text.encode(), "a.json")
    assert (document.value, document.findings) == (json.loads(text), ())


@given(st.text("[]{}:,\"'\\ \n01-+.eEtrufalsn/u*&#", max_size=40))
def test_json_is_accepted_where_the_standard_reader_accepts_it(text):
    try:
        json.loads(text, object_pairs_hook=no_duplicates, parse_constant=refuse)
        wanted = True
    except ValueError:
        wanted = False
    assert (not parse(text.encode(), "a.json").findings) == wanted


def refuse(text):
    raise ValueError(text)


def no_duplicates(pairs):
    if len(dict(pairs)) < len(pairs):
        raise ValueError("duplicate")
    return dict(pairs)


@given(st.binary(max_size=200))
def test_no_bytes_raise(data):
    documents = [parse(data, "a.yml"), parse(data, "a.json")]
    assert all(document.value is not None or document.findings or data for document in documents)


class Peer(yaml.CSafeLoader):
    """PyYAML with the types of a deployment, to compare everything else with ours."""

    def resolve(self, kind, value, implicit):
        is_plain = kind is yaml.ScalarNode and implicit[0]
        return f"tag:yaml.org,2002:{find_tag(value)}" if is_plain else super().resolve(kind, value, implicit)


Peer.add_constructor("tag:yaml.org,2002:int", lambda loader, node: construct("int", node.value)[0])


@given(st.text("ab:- \n{}[],&*<?!'\"#|>%@1.=", max_size=60))
def test_values_are_those_of_pyyaml(text):
    try:
        wanted = yaml.load(text, Peer)
    except (yaml.YAMLError, ValueError, TypeError):
        return
    document = parse(text.encode(), "a.yml")
    if not document.findings and is_plain(wanted):
        assert document.value == wanted


def is_plain(value):
    if isinstance(value, dict):
        return all(isinstance(key, str) for key in value) and all(map(is_plain, value.values()))
    return all(map(is_plain, value)) if isinstance(value, list) else True


PLACES = b"""\
top: 1
list:
  - a: [x, y]
    "b": &anchor {c: 1}
  - <<: *anchor
    d: z
"""


@pytest.mark.parametrize(
    ("keys", "line", "column"),
    [
        ((), 1, 1),
        (("top",), 1, 6),
        (("list",), 3, 3),
        (("list", 0, "a", 1), 3, 12),
        (("list", 0, "b", "c"), 4, 22),
        (("list", 1, "c"), 4, 22),
        (("list", 1, "d"), 6, 8),
        (("list", 1, "missing", "more"), 5, 5),
    ],
)
def test_values_are_located(keys, line, column):
    assert parse(PLACES, "a.yml").locate(keys) == Location("a.yml", line, column)


def test_keys_are_located():
    document = parse(PLACES, "a.yml")
    assert document.locate_key(("list", 0, "b")) == Location("a.yml", 4, 5)


def test_places_of_json_count_characters():
    document = parse('{"ä": "😀",\n  "b": [1,\n 2]}'.encode(), "a.json")
    assert [document.locate(("ä",)), document.locate_key(("b",)), document.locate(("b", 1))] == [
        Location("a.json", 1, 7),
        Location("a.json", 2, 3),
        Location("a.json", 3, 2),
    ]


def test_a_syntax_error_past_the_end_is_placed_on_the_last_line():
    assert parse(b"a:\n  b: [1\n", "a.yml").findings[0].location == Location("a.yml", 2, 8)


def test_an_unknown_place_is_left_out():
    assert parse(b"", "a.yml").findings[0].location == Location("a.yml")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2020-01-01", "2020-01-01"),
        ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
        ("0123456789", "0123456789"),
        ("y", "y"),
        ("N", "N"),
        ("no", "no"),
        ("On", "On"),
        ("yes", "yes"),
        ("OFF", "OFF"),
        ("tRue", "tRue"),
        ("TRUE", True),
        ("nUll", "nUll"),
        ("NULL", None),
        ("08", "08"),
        ("0_8", "0_8"),
        ("0o17", "0o17"),
        ("0X1F", "0X1F"),
        ("0b102", "0b102"),
        ("1.5e3", "1.5e3"),
        ("1.5e+3", 1500.0),
        (".5", 0.5),
        ("+.5", 0.5),
        ("-.5", "-.5"),
        ("5.", 5.0),
        ("0", 0),
        ("0.0", 0.0),
        ("1:30", "1:30"),
        ("12:30:45", "12:30:45"),
        ("190:60:30.5", "190:60:30.5"),
        ("!!str 1", "1"),
        ("!!int 1", 1),
        ("! x", "x"),
        ("~", None),
        ("1e3", "1e3"),
        ("'no'", "no"),
    ],
)
def test_plain_values_nobody_doubts(text, value):
    document = parse(f"a: {text}".encode(), "a.yml")
    assert (document.value, document.odd, document.findings) == ({"a": value}, (), ())


@pytest.mark.parametrize("text", ["a: =", "a: [<<]", "= : a", "a: {b: =}"])
def test_signs_without_a_value_are_reported(text):
    (finding,) = parse(text.encode(), "a.yml").findings
    assert (finding.check, finding.hint) == ("yaml-feature", "Put it into quotes.")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("012345670123", 12345670123),
        ("-017", -17),
        ("012", 12),
        ("0644", 644),
        ("01.5", 1.5),
        ("+0b11", 3),
        ("-0x1f", -31),
        ("0x1F", 31),
        ("0b11", 3),
        ("1_000", 1000),
        ("190:20:30.15", 685230.15),
        ("1:30.5", 90.5),
        ("-1:30.5", -90.5),
        ("+1:30.5", 90.5),
        ("+1_0.5", 10.5),
        ("-1_0.5", -10.5),
        ("1.10", 1.1),
        ("2.00", 2.0),
        ("1_0.5", 10.5),
        ("18446744073709551616", 2**64),
    ],
)
def test_values_that_were_hardly_meant_are_noted(text, value):
    document = parse(f"a: [{text}]".encode(), "a.yml")
    assert document.value == {"a": [value]}
    assert [(odd.keys, odd.suspicious.text, odd.location.column) for odd in document.odd] == [
        (("a", 0), text, 5)
    ]


@pytest.mark.parametrize(
    ("text", "key"),
    [("on", "on"), ("True", "true"), ("~", "null"), ("010", "10"), ("7", "7"), ("1.5", "1.5")],
)
def test_keys_are_text_as_json_writes_it(text, key):
    assert parse(f"{text}: x".encode(), "a.yml").value == {key: "x"}


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("a: {b: 1, c: [d]}\ne:\n- f: g\nh: i\n1: j\n", {"a", "e", "h", "1"}),
        ("{}", set()),
        ("- a: 1", None),
        ("a", None),
        ("", None),
        ("a: 1\n<<: {b: 1}", None),
        ("a: 1\n[b]: 1", None),
        ("a: &a b\n*a : 1", None),
        ("a: 1\n---\nb: 1", None),
        ("a: [", None),
    ],
)
def test_the_keys_of_a_mapping_are_told_where_no_more_has_to_be_read(text, keys):
    assert read_top_keys(text.encode()) == keys


def test_plain_values_are_kept_for_the_next_file_and_odd_ones_are_not():
    scalars = Scalars()
    for _ in range(2):
        document = parse(b"a: [true, 1.5, 1.10]", "a.yml", scalars)
        assert (document.value, len(document.odd)) == ({"a": [True, 1.5, 1.1]}, 1)
    assert scalars.known == {"a": "a", "true": True, "1.5": 1.5}
