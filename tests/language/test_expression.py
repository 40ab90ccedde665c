"""Reading expressions: only whitelisted syntax, exact numbers, bounded size, never a traceback."""

from __future__ import annotations

import ast
from fractions import Fraction

import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st
from marked import checked, findings

from mrv.language.expression import MAX_DEPTH, MAX_LENGTH, names, parse
from mrv.language.model import Written
from mrv.language.tree import Number
from mrv.messages import Place, Refused

AT = Place("f.yaml", 3, 5, source_line="x: a")


def rule_of(text):
    with pytest.raises(Refused) as refused:
        parse(Written(text, AT))
    return {one.rule for one in refused.value.diagnostics}


alphabet = st.sampled_from("ab1.+-*/()[]{}\"'<>=!,:;@#\\ \n\t船（，\x00\ud800&|^~%if else not in")


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=40), st.text(alphabet, max_size=40)))
@example("a) + (b")
@example("\x00")
@example("f'{a}'")
@example("(yield)")
@example("a if b else")
@example("\\")
@example("'" * 3)
@example("0" * 5000)
@example("9" * 3999)
def test_any_text_is_read_or_refused(text):
    try:
        tree, spots = parse(Written(text, AT), f"\n\n    {text}")
    except Refused as refused:
        said = [one.what for one in refused.diagnostics]
        event("refused")
    else:
        said = []
        tree_is_placed(tree, spots)
    assert all(what.zh and what.en for what in said)


def tree_is_placed(tree, spots):
    for node in ast.walk(tree):
        if isinstance(node, ast.expr):
            assert spots.place(node).width >= 1


PLACES = {
    "formula": {"formulas": "x: {each: fuel_use, unit: t, is: 'burned + TEXT'}"},
    "constant": {"constants": "c: {value: '1 TEXT'}"},
    "unit": {"formulas": "x: {each: fuel_use, unit: 'TEXT', is: burned}"},
    "group": {"formulas": "x: {per: ['TEXT'], unit: '1', is: count(fuel_use)}"},
    "cell": {
        "tables": "own: {of: {s: ship.deadweight}, each: ship, hit: first, gives: {a: t}, "
        "rows: [{s: 'TEXT', a: s}, {s: any, a: '2 TEXT'}]}"
    },
    "match": {"factors": "f: {unit: t, property: p, match: {key: 'TEXT'}}"},
}


@pytest.mark.parametrize("where", PLACES)
@settings(max_examples=30, deadline=None)
@given(text=st.one_of(st.text(max_size=30), st.text(alphabet, max_size=30)))
def test_any_text_in_a_file_is_checked_or_refused(where, text):
    bare = "".join(c for c in text if c.isprintable() and c not in "«»")
    quoted = bare.replace("'", "''")
    findings({block: line.replace("TEXT", quoted) for block, line in PLACES[where].items()})


@pytest.mark.parametrize(
    "text",
    [
        "a[0]", "lambda: 1", "[x for x in y]", "{1: 2}", "{1}", "f'{a}'", "a := 1", "*a",
        "await a", "(yield a)", "a @ b", "a << 1", "a & b", "a | b", "~a", "a is b", "a // b",
        "a % b", "a ^ b",
    ],
)  # fmt: skip
def test_other_syntax_is_refused(text):
    assert rule_of(text) <= {"expression.not-allowed", "expression.syntax"}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("a" * (MAX_LENGTH + 1), "expression.too-long"),
        ("(" * 10_000 + "a" + ")" * 10_000, "expression.too-long"),
        ("-" * 3_900 + "a", "expression.too-deep"),
        ("(" * 1_900 + "a" + ")" * 1_900, "expression.too-deep"),
        ("not " * 900 + "a", "expression.too-deep"),
        ("a" + "+a" * MAX_DEPTH, "expression.too-deep"),
        ("f(" * 300 + "a" + ")" * 300, "expression.too-deep"),
        ("a) + (b", "expression.syntax"),
        ("(a)) + ((b)", "expression.syntax"),
        ("", "expression.syntax"),
        ("a b", "expression.syntax"),
    ],
)
def test_limits(text, rule):
    found = rule_of(text)
    assert found == {rule} or (rule == "expression.too-deep" and found == {"expression.syntax"})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("44/12", Fraction(11, 3)),
        ("0.1 + 0.2", Fraction(3, 10)),
        ("1e-6", Fraction(1, 10**6)),
        ("1_000.5", Fraction(2001, 2)),
        ("2 ** 10 / 1024", Fraction(1)),
        ("-(3 - 1)", Fraction(-2)),
        ("2 ** -2", Fraction(1, 4)),
        (".5", Fraction(1, 2)),
    ],
)
def test_numbers_are_folded_exactly(text, value):
    body = checked({"formulas": f"x: {{unit: '1', is: '{text}'}}"}).formulas["x"].body
    assert isinstance(body, Number)
    assert body.value == value


def test_names_are_found_without_functions():
    tree, _ = parse(Written("sum(a.b, where=c) if d else 船 * first(e, 1)", AT))
    assert names(tree) == {"a.b", "c", "d", "船", "e"}


def test_nothing_is_executed():
    found, _ = findings({"formulas": "x: {unit: '1', is: '__import__(\"os\").getcwd()'}"})
    assert {one.rule for one in found} <= {"function.unknown", "expression.not-allowed"}
