"""Random well-formed plans with tables, for holding two engines against each other.

No plan drawn here overflows: derived numbers are held within 1e12, sums within 64 bits, divisors
are constants or steps of a thousandth. Powers and logarithms stand below ``quantise`` only.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import strategies as st

from mrv.engine import plan as p
from mrv.engine.reference import Columns

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ORGANISATIONS = ("甲厂", "B's", "z")
TEXTS = ("柴油", "LNG", "lng", "", "a'b", "é")
PERIODS = (24287, 24288, 24289, 24290)
LIMIT = 1e12
_EDGES = (0.0, -0.0, 1.0, -1.0, 0.1, 0.3, 1 / 3, 2.5, 5e-10, 1e9, -8123456789.123457, 7.0 / 1000)
_DTYPES = {"number": float, "whole": np.int64, "flag": bool, "text": object}

numbers = st.one_of(
    st.sampled_from(_EDGES),
    st.integers(-4000, 4000).map(lambda n: n / 8),
    st.integers(-(10**7), 10**7).map(lambda n: n / 1000),
    st.floats(-1e10, 1e10, allow_subnormal=False),
)
instants = st.datetimes(datetime(1999, 12, 30), datetime(2000, 1, 3)).map(  # noqa: DTZ001
    lambda when: when.replace(minute=0, second=when.second // 30, microsecond=when.microsecond % 2)
)
DATA: dict[str, st.SearchStrategy[Any]] = {
    "number": numbers,
    "whole": st.sampled_from((*PERIODS, 0, -3, 2**40)),
    "flag": st.booleans(),
    "text": st.sampled_from(TEXTS),
    "instant": instants.map(datetime.isoformat),
}


def columns(kinds: dict[str, p.Kind], rows: Sequence[dict[str, Any]]) -> Columns:
    """Make columns from rows; a value that is None or absent is missing."""
    values, missing = {}, {}
    for name, kind in kinds.items():
        column = [row.get(name) for row in rows]
        missing[name] = np.array([value is None for value in column], dtype=bool)
        fill = {"text": "", "instant": "1970-01-01"}.get(kind, 0)
        data = [fill if value is None else value for value in column]
        values[name] = np.array(data, dtype=_DTYPES.get(kind, "datetime64[us]"))
    return Columns(len(rows), values, missing)


def curve(
    name: str, x: Sequence[float], rows: Any, y: Any = None, *, outside: Any = "error"
) -> p.Curve:
    """Make a curve, or with ``y`` a surface, with correctly rounded slopes."""
    along = [Fraction(knot) for knot in (x if y is None else y)]
    slopes = []
    for row in rows:
        rise = [Fraction(b) - Fraction(a) for a, b in itertools.pairwise(row)]
        runs = [b - a for a, b in itertools.pairwise(along)]
        slopes.append(tuple(float(up / run) for up, run in zip(rise, runs, strict=True)))
    axis = None if y is None else tuple(y)
    return p.Curve(name, tuple(x), axis, tuple(map(tuple, rows)), tuple(slopes), outside)


@dataclass
class Draft:
    """A plan being drawn; per relation its columns, and its keys if they are unique."""

    draw: Callable[[st.SearchStrategy[Any]], Any]
    curves: list[p.Curve] = field(default_factory=list)
    factors: dict[str, tuple[str, ...]] = field(default_factory=dict)
    relations: list[p.Relation] = field(default_factory=list)
    fields: list[p.Field] = field(default_factory=list)
    schemas: dict[str, dict[str, p.Kind]] = field(default_factory=dict)
    keys: dict[str, tuple[str, ...] | None] = field(default_factory=dict)
    tables: dict[str, str | None] = field(default_factory=dict)
    made: int = 0

    def pick(self, *options: Any) -> Any:
        return self.draw(st.sampled_from(options))

    def fresh(self, stem: str) -> str:
        self.made += 1
        return f"{stem}{self.made}"

    def add(self, made: p.Relation, source: str, schema: dict[str, p.Kind]) -> str:
        """Add a relation that keeps the rows of its source."""
        self.relations.append(made)
        self.schemas[made.name] = schema
        self.keys[made.name], self.tables[made.name] = self.keys[source], self.tables[source]
        self.describe(made.name, set(schema) - set(self.schemas[source]))
        return made.name

    def describe(self, name: str, new: set[str]) -> None:
        keys, table = self.keys[name], self.tables[name]
        for column in sorted(new):
            kind = self.schemas[name][column]
            named = keys if keys is not None else ("_row",)
            self.fields.append(p.Field(f"{name}.{column}", name, column, kind, None, named, table))

    # Scalars

    def scalar(self, kind: p.Kind, source: str, depth: int = 2) -> p.Scalar:
        schema: dict[str, p.Kind] = {"organisation": "text", "period": "whole"}
        schema |= self.schemas[source]
        cols = [p.Col(name, k) for name, k in schema.items() if k == kind]
        leaf = self.draw(st.integers(0, 12))
        if depth <= 0 or leaf < 3:
            if cols and leaf != 0:
                return self.pick(*cols)
            missing = self.draw(st.integers(0, 5)) == 0
            return p.Const(None if missing else self.draw(DATA[kind]), kind)

        def sub(wanted: p.Kind = kind) -> p.Scalar:
            return self.scalar(wanted, source, depth - 1)

        if leaf == 3:
            return p.Call("if", (sub("flag"), sub(), sub()), kind)
        if leaf == 4:
            return p.Call("first", tuple(sub() for _ in range(self.pick(2, 3))), kind)
        return getattr(self, f"_{kind}")(sub)

    def _number(self, sub: Callable[..., p.Scalar]) -> p.Scalar:
        op = self.pick(
            *(
                "add",
                "sub",
                "mul",
                "div",
                "least",
                "greatest",
                "neg",
                "abs",
                "floor",
                "ceil",
                "sqrt",
            ),
            *("quantise", "number", "microseconds", "curve", "curve", "libm"),
        )
        if op in {"add", "sub", "mul", "least", "greatest"}:
            return call(op, sub(), sub())
        if op == "div":
            constant = number(self.pick(3.0, 0.1, -7.0, 1e9, 0.0))
            return call(op, sub(), self.pick(constant, call("quantise", sub(), number(1000.0))))
        if op == "quantise":
            return call(op, sub(), number(self.pick(1.0, 10.0, 1000.0, 1e6)))
        if op == "number":
            return call(op, sub("whole"))
        if op == "microseconds":
            return call(op, sub("instant"), sub("instant"))
        if op == "curve":
            table = self.pick(*self.curves)
            points = [
                self.pick(sub(), within(sub(), 8.0)) for _ in ([0] if table.y is None else [0, 1])
            ]
            name = p.Const(table.name, "text")
            return call("curve" if table.y is None else "surface", name, *points)
        if op == "libm":
            small = call("quantise", within(sub(), 9.0), number(100.0))
            power = call("pow", small, number(self.pick(-2.0, 0.5, 1.5, 3.0)))
            inner = self.pick(power, call("exp", small), call("log", sub()))
            return call("quantise", inner, number(1000.0))
        return call(op, sub())

    def _text(self, sub: Callable[..., p.Scalar]) -> p.Scalar:
        return p.Call(self.pick("month", "day"), (sub("instant"),), "text")

    def _whole(self, sub: Callable[..., p.Scalar]) -> p.Scalar:
        return p.Call("year", (sub("instant"),), "whole")

    def _instant(self, sub: Callable[..., p.Scalar]) -> p.Scalar:
        return p.Call("if", (sub("flag"), sub(), sub()), "instant")

    def _flag(self, sub: Callable[..., p.Scalar]) -> p.Scalar:
        op = self.pick("compare", "compare", "and", "or", "not", "given", "in")
        if op == "compare":
            of = self.pick("number", "number", "whole", "instant", "text", "flag")
            either = of in {"text", "flag"}
            op = self.pick("eq", "ne") if either else self.pick("eq", "ne", "lt", "le", "gt", "ge")
            return p.Call(op, (sub(of), sub(of)), "flag")
        if op in {"and", "or"}:
            return p.Call(op, (sub(), sub()), "flag")
        if op == "given":
            return p.Call(op, (sub(self.pick(*DATA)),), "flag")
        if op == "in":
            options = self.draw(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=3))
            return p.Call(op, (sub("text"), *(p.Const(text, "text") for text in options)), "flag")
        return p.Call(op, (sub(),), "flag")

    # Relations

    def derive(self, source: str) -> str:
        schema, new = dict(self.schemas[source]), []
        for _ in range(self.pick(1, 2, 3)):
            kind, name = self.pick(*DATA, "number", "number"), self.fresh("列 ")
            value = self.scalar(kind, source, 3)
            new.append((name, within(value, LIMIT) if kind == "number" else value))
            schema[name] = kind
        return self.add(p.Derive(self.fresh("derived"), source, tuple(new)), source, schema)

    def look_up(self, source: str) -> str:
        factor = self.pick(*self.factors)
        plain = [p.Col("fuel", "text")] if "fuel" in self.schemas[source] else []
        on = tuple(
            (key, self.pick(*plain, self.scalar("text", source, 1))) for key in self.factors[factor]
        )
        value, row = self.fresh("value"), self.fresh("row")
        schema = self.schemas[source] | {value: "number", row: "whole"}
        made = p.LookUp(self.fresh("found"), source, factor, on, value, row)
        return self.add(made, source, schema)

    def join(self, source: str, other: str) -> str:
        schema, theirs = dict(self.schemas[source]), self.schemas[other]
        on = [(self.scalar(theirs[key], source, 1), key) for key in self.keys[other] or ()]
        names = self.draw(st.lists(st.sampled_from(sorted(theirs)), min_size=1, max_size=3))
        taken = tuple((name, self.fresh("taken"), theirs[name]) for name in names)
        schema |= {new: kind for _, new, kind in taken}
        earlier = self.pick(0, 0, 1, 2)
        made = p.Join(self.fresh("joined"), source, other, tuple(on), taken, earlier)
        return self.add(made, source, schema)

    def aggregate(self, source: str, most: int = 2) -> str:
        kinds = [self.pick("text", "text", "whole", "flag", "instant") for _ in range(most)]
        kinds = kinds[: self.draw(st.integers(0, most))]
        keys = tuple((self.fresh("key"), self.scalar(kind, source, 1)) for kind in kinds)
        schema: dict[str, p.Kind] = {
            name: kind for (name, _), kind in zip(keys, kinds, strict=True)
        }
        measures = [self._measure(source) for _ in range(self.pick(1, 2, 4))]
        schema |= {measure.name: measure.kind for measure in measures}
        name = self.fresh("grouped")
        self.relations.append(p.Aggregate(name, source, keys, tuple(measures)))
        self.schemas[name], self.tables[name] = schema, None
        self.keys[name] = tuple(key for key, _ in keys)
        self.describe(name, {measure.name for measure in measures})
        return name

    def _measure(self, source: str) -> p.Measure:
        function = self.pick("sum", "sum", "sum", "count", "least", "greatest", "any", "every")
        where = self.pick(None, self.scalar("flag", source, 2))
        name, scale, value = self.fresh(function), 1.0, None
        kind: p.Kind = "number"
        if function == "sum":
            scale = self.pick(1.0, 100.0, 1e6, 1e9)
            value = within(self.scalar("number", source), min(LIMIT, 9e18 / scale))
        elif function == "count":
            kind, value = "whole", self.pick(None, self.scalar(self.pick(*DATA), source, 1))
        else:
            kind = "number" if function in {"least", "greatest"} else "flag"
            value = self.scalar(kind, source)
            value = within(value, LIMIT) if kind == "number" else value
        return p.Measure(name, function, value, where, scale, kind)

    def window(self, source: str) -> str:
        function, column = self.pick("overlaps", "repeated"), self.fresh("flag")
        args: tuple[p.Scalar, ...]
        within_: tuple[p.Scalar, ...] = ()
        if function == "repeated":
            kinds = self.draw(st.lists(st.sampled_from(tuple(DATA)), min_size=1, max_size=3))
            args = tuple(self.scalar(kind, source, 1) for kind in kinds)
        else:
            a, b = self.scalar("number", source, 1), self.scalar("number", source, 1)
            args = (call("least", a, b), call("greatest", a, b))
            if {"begun", "ended"} <= self.schemas[source].keys():
                times = (p.Col("begun", "instant"), p.Col("ended", "instant"))
                args = self.pick(times, times, args)
            within_ = tuple(self.scalar("text", source, 1) for _ in range(self.pick(0, 1, 2)))
        where = self.pick(None, None, self.scalar("flag", source, 1))
        order = self.pick((), (p.Col("_row", "whole"),))
        made = p.Window(
            self.fresh("flagged"), source, column, function, args, within_, where,
            self.draw(st.booleans()), order, self.draw(st.booleans()),
        )  # fmt: skip
        return self.add(made, source, self.schemas[source] | {column: "flag"})

    def step(self) -> None:
        source = self.pick(*(name for name, schema in self.schemas.items() if schema))
        keyed = [
            name for name, keys in self.keys.items() if keys is not None and self.schemas[name]
        ]
        step = self.pick("derive", "look_up", "aggregate", "window", "join")
        if step == "window" and "_row" not in self.schemas[source]:
            return  # a window is about the rows of a table
        if step == "join" and keyed:
            self.join(source, self.pick(*keyed))
        elif step != "join":
            getattr(self, step)(source)


def call(op: str, *args: p.Scalar) -> p.Call:
    """Make a call that gives a number."""
    return p.Call(op, args, "number")


def number(value: float) -> p.Const:
    """Make a constant number."""
    return p.Const(value, "number")


def within(value: p.Scalar, limit: float) -> p.Scalar:
    """Hold a number between two limits."""
    return call("least", call("greatest", value, number(-limit)), number(limit))


FIELDS: dict[str, p.Kind] = {
    "用量": "number",
    "order": "number",
    "fuel": "text",
    "used": "flag",
    "begun": "instant",
    "ended": "instant",
}


@st.composite
def _tables(draw: Any, spine: list[dict[str, Any]]) -> Columns:
    kinds: dict[str, p.Kind] = {"organisation": "text", "period": "whole", "_row": "whole"}
    rows = []
    for number_ in range(draw(st.integers(0, 7))):
        row = dict(draw(st.sampled_from(spine)), _row=number_ + 2)
        given = [name for name in FIELDS if draw(st.integers(0, 5)) != 1]
        row |= {name: draw(DATA[FIELDS[name]]) for name in given}
        if {"begun", "ended"} <= row.keys():
            row["begun"], row["ended"] = sorted((row["begun"], row["ended"]))
        rows.append(row)
    return columns(kinds | FIELDS, draw(st.permutations(rows)))


@st.composite
def _factor(draw: Any, keys: tuple[str, ...]) -> Columns:
    kinds: dict[str, p.Kind] = {"period": "whole", **dict.fromkeys(keys, "text")}
    fewest = draw(st.sampled_from((4, 0)))
    entry = st.tuples(st.sampled_from(PERIODS), *(DATA["text"] for _ in keys))
    rows = [
        {**dict(zip(kinds, key, strict=True)), "value": draw(numbers), "factor_row": line + 2}
        for line, key in enumerate(draw(st.lists(entry, unique=True, min_size=fewest, max_size=12)))
    ]
    return columns(kinds | {"value": "number", "factor_row": "whole"}, rows)


@st.composite
def curves(draw: Any, name: str, *, flat: bool = True) -> p.Curve:
    """Curves of 2 to 5 knots, or surfaces of as many each way."""
    knot = st.integers(-40, 40).map(lambda n: n / 4) | st.sampled_from((0.1, 0.3, 1e9))
    axis = st.lists(knot, min_size=2, max_size=5, unique=True).map(sorted)
    x, y = draw(axis), None if flat else draw(axis)
    wide, high = (len(x), 1) if y is None else (len(y), len(x))
    rows = [[draw(numbers) for _ in range(wide)] for _ in range(high)]
    outside = st.sampled_from(["error", "hold", *(["extend"] if y is None else [])])
    return curve(name, x, rows, y, outside=draw(outside))


@st.composite
def plans_with_tables(draw: Any, steps: int = 6) -> tuple[p.Plan, Any, Any, Columns]:
    """A plan of up to ``steps`` relations between inputs and report, and all that it reads.

    Returns:
        Plan, tables by name, factor tables by name, and the spine.
    """
    named = draw(st.lists(st.sampled_from(ORGANISATIONS), min_size=1, max_size=2, unique=True))
    spine = [
        {"organisation": o, "period": n} for o in named for n in PERIODS[: draw(st.integers(1, 4))]
    ]
    tables = {name: draw(_tables(spine)) for name in ("fuel", "旅程")}
    made = Draft(draw)
    made.factors = {"kg CO2": (), "by fuel": ("fuel",), "by two": ("fuel", "地区")}
    factors = {name: draw(_factor(keys)) for name, keys in made.factors.items()}
    made.curves = [draw(curves("line")), draw(curves("曲面", flat=False))]
    for table in tables:
        name = made.fresh("scan")
        made.relations.append(p.Scan(name, table, tuple(FIELDS.items())))
        made.schemas[name] = {"_row": "whole", **FIELDS}
        made.keys[name], made.tables[name] = None, table
    made.relations.append(p.Spine("spine"))
    made.schemas["spine"], made.keys["spine"], made.tables["spine"] = {}, (), None
    for _ in range(draw(st.integers(0, steps))):
        made.step()
    source = made.pick(*(name for name, schema in made.schemas.items() if schema))
    report = made.derive(made.join("spine", made.aggregate(source, most=0)))
    plan = p.Plan(
        tuple(made.relations),
        tuple(made.fields),
        report,
        tuple(made.curves),
        tuple(made.factors.items()),
    )
    return plan, tables, factors, columns({"organisation": "text", "period": "whole"}, spine)
