"""Random small methodologies that the checker accepts, with random rows for them.

A methodology is drawn as its text: energies and shares over uses, over sites, over groups of uses
and over the report, each from what was drawn before it. Rows are drawn as a number and a unit for
each quantity, so that they can be written as texts, as pandas frames or as Parquet files.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine_runs import HEAD
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

INPUTS = """\
constants:
  content: {value: "42.6 GJ[LHV]/t", source: rule}
  limit: {value: "7 GJ[LHV]", source: rule}
  small: {value: 3 t, source: rule}
  big: {value: 30 kW, source: rule}
inputs:
  site:
    key: [site]
    columns:
      site: {type: key}
      size: {unit: kW, min: 0}
      kind: {one_of: [shop, mill]}
  use:
    key: [id]
    columns:
      id: {type: key}
      at: {in: site}
      month: {type: month}
      fuel: {in: factors.fuel}
      mass: {unit: t, min: 0}
      heat: {unit: "GJ[LHV]", optional: true}
      own: {type: yes-no}
  sale:
    optional: true
    key: [place, month]
    columns:
      place: {in: site}
      month: {type: month}
      sold: {unit: t, min: 0}
factors:
  ncv:
    unit: GJ[LHV]/t
    property: net-calorific-value
    match: {key: use.fuel}
    where: {dataset: gbt32151.34-2024-c1}
tables:
  bonus:
    of: {kind: site.kind, size: site.size}
    each: site
    hit: exactly-one
    gives: {share: "1"}
    rows:
      - {kind: shop, size: "< 30 kW", share: 0.1}
      - {kind: shop, size: ">= 30 kW", share: 0.25}
      - {kind: mill, size: any, share: 1}
curves:
  load:
    of: [x]
    unit_of: [kW]
    unit: "1"
    points: [[0, 0.1], [10, 0.7], [1000, 0.3]]
    outside: hold-and-say
"""  # fmt: skip
ENERGY = '"GJ[LHV]"'
UNITS = {
    "mass": ("t", "kg", "g"),
    "size": ("kW", "MW", "W"),
    "heat": ("GJ", "MJ", "kWh"),
    "sold": ("t", "kg"),
}
FUELS = ("diesel", "gasoline", "fuel-oil", "kerosene")


@dataclass
class Draft:
    """The formulas drawn so far, by grain."""

    draw: Callable[[st.SearchStrategy[Any]], Any]
    lines: list[str] = field(default_factory=list)
    uses: list[str] = field(default_factory=lambda: ["mass * content"])
    rows: list[str] = field(default_factory=lambda: ["mass * content"])
    perhaps: list[str] = field(default_factory=lambda: ["heat"])
    sites: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    report: list[str] = field(default_factory=list)

    def pick(self, *options: Any) -> Any:
        return self.draw(st.sampled_from(options))

    def use(self, depth: int = 2) -> str:
        """Draw an energy of a use."""
        if depth == 0 or self.pick(True, False, False):
            return self.pick(*self.uses, "mass * ncv")
        one, two = self.use(depth - 1), self.use(depth - 1)
        return self.pick(
            f"({one} + {two})", f"({one} - {two})", f"min({one}, {two})", f"max({one}, {two})",
            f"capped({one}, at=limit)",
            f"({one} if {self.test(depth - 1, one, two)} else {two})",
            f"first({self.pick(*self.perhaps)}, {one})", f"{one} * {self.share(depth - 1)}",
            f"abs({one} - {two})", f"{one} / 7",
        )  # fmt: skip

    def share(self, depth: int) -> str:
        """Draw a pure number of a use."""
        one, two = self.use(depth), self.use(depth)
        ratio = f"ratio({one}, {two}, when_zero=0.5)"
        return self.pick("0.3", "bonus.share", "load(site.size)", f"min({ratio}, 2)", "1 / 3")

    def test(self, depth: int, *guarded: str) -> str:
        """Draw a condition on a use; what it guards must not fall back on what it says is there."""
        one, two = self.use(depth), self.use(depth)
        simple = self.pick(
            "own", "mass >= small", 'site.kind == "shop"', "site.size > big", "given(heat)",
            f"{one} > {two}", 'fuel == "diesel"',
        )  # fmt: skip
        if simple == "given(heat)" and any("(heat" in part for part in guarded):
            simple = "own"
        return self.pick(simple, f"not ({simple})", f"(own and {simple})", f"(own or {simple})")

    def add(self, stem: str, head: str, body: str) -> str:
        name = f"{stem}{len(self.lines)}"
        self.lines.append(f"  {name}: {{{head}, is: '{body}'}}\n")
        return name

    def over_uses(self) -> str:
        row = self.pick(*self.rows)
        value = self.pick(row, f"{row} + {self.use(1)}")
        where = self.pick("", f", where={self.test(1, value)}")
        return self.pick(
            f"sum({value}{where})",
            f"first(greatest({value}{where}), 0)",
            f"first(mean({value}), 0)",
        )

    def formula(self) -> None:
        """Add one formula of some grain."""
        quantum = self.pick("", ", quantum: 1e-6")
        match self.pick("use", "use", "perhaps", "site", "site", "group", "sold", "report"):
            case "use":
                name = self.add("u", f"each: use, unit: {ENERGY}{quantum}", self.use())
                self.uses.append(name)
                self.rows.append(name)
            case "perhaps":
                row = self.pick(*self.rows)
                body = self.pick(f"{row} if {self.test(1, row)} else missing", "heat")
                self.perhaps.append(
                    self.add("o", f"each: use, unit: {ENERGY}, optional: true", body)
                )
            case "site":
                body = self.over_uses()
                if self.sites:
                    one = self.pick(*self.sites)
                    body = self.pick(body, f"{one} * bonus.share", f"max({one}, {body})")
                name = self.add("s", f"each: site, unit: {ENERGY}{quantum}", body)
                self.sites.append(name)
                self.uses.append(f"{name} * 0.5")
            case "group":
                keys = self.pick("use.at, use.month", "use.fuel", "use.month")
                body = f"sum({self.pick(*self.rows)})"
                self.groups.append(self.add("g", f"per: [{keys}], unit: {ENERGY}{quantum}", body))
            case "sold":
                body = "sum(sale.sold) * content"
                self.sites.append(self.add("s", f"each: site, unit: {ENERGY}", body))
            case _:
                self.report.append(self.add("r", f"unit: {ENERGY}", self.whole()))

    def whole(self) -> str:
        """Draw an energy of the report."""
        options = [self.over_uses(), "count(use) * limit"]
        options += [f"sum({name})" for name in [*self.sites, *self.groups]]
        options += [f"first(greatest({name}), 0)" for name in self.groups]
        options += [f"{name} * 2 + limit" for name in self.report]
        return self.pick(*options)


@st.composite
def texts(draw: Any) -> str:
    """Draw the text of a methodology."""
    draft = Draft(draw)
    for _ in range(draw(st.integers(3, 7))):
        draft.formula()
    total = draft.add("total", f"unit: {ENERGY}", draft.whole())
    lines = "".join(draft.lines)
    return f"{HEAD}{INPUTS}formulas:\n{lines}results:\n  total: {{of: {total}, role: total}}\n"


def _amount(draw: Any, column: str) -> tuple[str, str]:
    number = draw(
        st.one_of(st.integers(0, 40).map(str), st.decimals("0", "5000", places=3).map(str))
    )
    return number, draw(st.sampled_from(UNITS[column]))


@st.composite
def tables(draw: Any) -> dict[str, list[dict[str, Any]]]:
    """Draw rows; a quantity is a pair of number and unit, an absent cell None."""
    sites = ["A", "乙", "c c"][: draw(st.integers(1, 3))]
    months = st.sampled_from(["2024-01", "2024-02", "2024-12"])
    kinds = st.sampled_from(["shop", "mill"])
    site = [{"site": s, "size": _amount(draw, "size"), "kind": draw(kinds)} for s in sites]
    use = [
        {
            "id": f"{number}", "at": draw(st.sampled_from(sites)), "month": draw(months),
            "fuel": draw(st.sampled_from(FUELS)), "mass": _amount(draw, "mass"),
            "heat": draw(st.sampled_from([None, _amount(draw, "heat")])),
            "own": draw(st.sampled_from(["yes", "no"])),
        }
        for number in range(draw(st.integers(1, 9)))
    ]  # fmt: skip
    pairs = draw(st.lists(st.tuples(st.sampled_from(sites), months), max_size=3, unique=True))
    sale = [{"place": at, "month": when, "sold": _amount(draw, "sold")} for at, when in pairs]
    return {"site": site, "use": use, "sale": sale}


def written(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Write rows as texts: each quantity with its unit."""

    def text(cell: Any) -> str:
        return " ".join(cell) if isinstance(cell, tuple) else cell

    return [{n: text(cell) for n, cell in row.items() if cell is not None} for row in rows]


def typed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give quantities as floats, with their units in columns of their own."""
    found = []
    for row in rows:
        cells: dict[str, Any] = {}
        for name, cell in row.items():
            if name in UNITS:
                number, unit = cell or (None, None)
                cells |= {name: None if number is None else float(number), f"{name}_unit": unit}
            else:
                cells[name] = cell
        found.append(cells)
    return found
