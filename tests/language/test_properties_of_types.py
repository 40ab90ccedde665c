"""Unit inference is sound: what the checker accepts means the same in every system of units.

Random expressions over typed columns are checked in files that declare the columns in different
units. Each is evaluated with exact fractions; the physical result must be the same.
"""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from marked import check_text

from mrv.language.tree import Apply, Brought, ColumnOf, KeyOf, LeftOut, Number, Scaled, Truth
from mrv.messages import Refused
from mrv.units import parse_unit

SYSTEMS = {
    "m1": ("t", "kg", "g"),
    "m2": ("kg", "g", "t"),
    "len": ("km", "m", "nmi"),
    "en": ("GJ", "kWh", "MJ"),
    "inv": ("t CO2/GJ", "kg CO2/MJ", "g CO2/kWh"),
    "part": ("1", "%", "1"),
    "opt": ("t", "kg", "g"),
}
OUT = ("t", "kg", "km", "GJ", "1", "t*km", "t/km", "t CO2", "km^2", "1/t", "t^2", "GJ/t")

leaves = st.sampled_from([*SYSTEMS, "0", "1", "2.5", "44/12", "weight", "span", "half"])
binary = st.sampled_from(["+", "-", "*", "/"])


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, inner)
    return st.one_of(
        st.tuples(inner, binary, inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        inner.map(lambda x: f"(-{x})"),
        inner.map(lambda x: f"abs({x})"),
        inner.map(lambda x: f"({x} ** 2)"),
        pair.map(lambda p: f"min({p[0]}, {p[1]})"),
        pair.map(lambda p: f"capped({p[0]}, at={p[1]})"),
        pair.map(lambda p: f"first(opt, {p[0]})"),
        pair.map(lambda p: f"ratio({p[0]}, {p[1]}, when_zero=0)"),
        st.tuples(inner, inner, inner, inner).map(
            lambda q: f"({q[0]} if {q[1]} < {q[2]} else {q[3]})"
        ),
    )


expressions = st.recursive(leaves, _larger, max_leaves=6)
numbers = st.fractions(min_value=-5, max_value=5, max_denominator=8)


def _document(system: int, expression: str, out: str) -> str:
    columns = "".join(
        f'      {name}: {{unit: "{units[system]}"{", optional: true" if name == "opt" else ""}}}\n'
        for name, units in SYSTEMS.items()
    )
    return (
        "methodology: p\nedition: 2025.1\nstatus: trial\n"
        "governs: {sector: p, region: CN, from: 2025-01-01}\ntitle: {zh: 一, en: one}\n"
        "constants:\n  weight: {value: 3 kg}\n  span: {value: 2 nmi}\n  half: {value: 50 %}\n"
        f"inputs:\n  r:\n    key: [k]\n    columns:\n      k: {{type: key}}\n{columns}"
        f'formulas:\n  x: {{each: r, unit: "{out}", is: "{expression}"}}\n'
        "results:\n  x: {of: x, role: memo}\n"
    )


def _value(node, row):
    """Evaluate a typed expression exactly; None is missing."""
    match node:
        case Number() | Truth():
            return node.value
        case ColumnOf():
            return row[node.column]
        case Scaled():
            inner = _value(node.inner, row)
            return None if inner is None else inner * node.ratio
        case Brought() | LeftOut():
            return _value(node.inner, row)
        case Apply():
            return _applied(node.op, [_value(one, row) for one in node.args])
        case KeyOf():
            raise AssertionError(node)
    raise AssertionError(node)


def _applied(op, args):
    simple = {
        "add": lambda a, b: a + b,
        "sub": lambda a, b: a - b,
        "mul": lambda a, b: a * b,
        "div": lambda a, b: a / b,
        "pow": lambda a, b: a ** int(b),
        "neg": lambda a: -a,
        "abs": abs,
        "min": min,
        "capped": min,
        "lt": lambda a, b: a < b,
        "if": lambda test, a, b: a if test else b,
        "ratio": lambda a, b, zero: zero if b == 0 else a / b,
        "first": lambda a, b: b if a is None else a,
    }
    return simple[op](*args)


def _out_unit(expression):
    """Return a unit in which the checker accepts an expression, if it accepts it in any."""
    for out in OUT:
        try:
            check_text(_document(0, expression, out))
        except Refused as refused:
            if any(one.rule != "unit.incompatible" for one in refused.diagnostics):
                return OUT[0]
        else:
            return out
    return OUT[0]


@settings(max_examples=100, deadline=None)
@given(
    expression=expressions,
    row=st.fixed_dictionaries(dict.fromkeys(SYSTEMS, numbers)),
    gone=st.booleans(),
)
def test_the_result_does_not_depend_on_the_units_of_the_columns(expression, row, gone):
    out = _out_unit(expression)
    results, refusals = [], []
    for system in range(3):
        try:
            body = check_text(_document(system, expression, out)).formulas["x"].body
        except Refused as refused:
            refusals.append(tuple(one.rule for one in refused.diagnostics))
            continue
        assert body.type.unit == parse_unit(out)
        there = {
            name: value * parse_unit(SYSTEMS[name][0]).ratio_to(parse_unit(SYSTEMS[name][system]))
            for name, value in row.items()
        }
        if gone:
            there["opt"] = None
        try:
            results.append(_value(body, there))
        except ZeroDivisionError:
            results.append("zero")
    assert len(set(refusals)) <= 1
    assert not (refusals and results), "accepted in one system of units and refused in another"
    assert len(set(results)) <= 1, (expression, results)
    assert all(isinstance(one, Fraction | str | int) for one in results)


UNIT_OF = {
    "m1": "t",
    "m2": "t",
    "len": "km",
    "en": "GJ",
    "inv": "t CO2/GJ",
    "part": "1",
    "opt": "t",
}


@settings(max_examples=100, deadline=None)
@given(
    name=st.sampled_from([*UNIT_OF]),
    other=st.sampled_from([*UNIT_OF]),
    op=st.sampled_from(["+", "-"]),
)
def test_a_sum_is_accepted_exactly_where_the_units_fit(name, other, op):
    expression = f"{name} {op} {other}".replace("opt", "first(opt, 0)")
    try:
        check_text(_document(1, expression, UNIT_OF[name]))
        accepted = True
    except Refused:
        accepted = False
    assert accepted == parse_unit(UNIT_OF[name]).fits(parse_unit(UNIT_OF[other]))
