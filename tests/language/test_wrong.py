"""What the checker refuses: the rule, the place of the caret, and a hint that helps.

``«…»`` marks where the caret has to stand.
"""

from __future__ import annotations

import pytest
from marked import at, findings

F = "formulas"


def fuel(expression, kind="unit: t"):
    """Return a formula for each row of fuel_use, its expression quoted."""
    return {F: f"x: {{each: fuel_use, {kind}, is: '{expression}'}}"}


def ship(expression, kind="unit: t"):
    return {F: f"x: {{each: ship, {kind}, is: '{expression}'}}"}


def trip(expression, kind="unit: km"):
    return {F: f"x: {{each: voyage, {kind}, is: '{expression}'}}"}


def report(expression, kind="unit: t"):
    return {F: f"x: {{{kind}, is: '{expression}'}}"}


def table(rows, of="{size: ship.deadweight}", gives='{a: "1"}', hit="exactly-one", each="ship"):
    """Return a decision table and a formula that uses it."""
    lines = [f"    - {row}" for row in rows]
    head = [
        "own:",
        f"  of: {of}",
        f"  each: {each}",
        f"  hit: {hit}",
        f"  gives: {gives}",
        "  rows:",
    ]
    place = "ship" if "«" in each else each
    user = f"y: {{each: {place}, unit: 1, optional: true, is: own.a}}"
    return {"tables": "\n".join([*head, *lines]), F: user}


NAMES = [
    (fuel("«burnd»"), "name.unknown", "burned"),
    (fuel("burned * «oxydation»"), "name.unknown", "oxidation"),
    (fuel("«voyage.distanz»", "unit: km"), "name.unknown", "distance"),
    (fuel("«band.capacty»"), "name.unknown", "capacity"),
    (fuel("«fuel_use.burnt»"), "name.unknown", "burned"),
    (fuel("«voyage.limit»", "unit: km"), "name.unknown", "distance"),
    (fuel("«round(burned)»"), "function.unknown", "quantise"),
    (fuel("«magnitud(burned)»"), "function.unknown", "magnitude"),
    (fuel("«average(burned)»"), "function.unknown", "mean"),
    (fuel('burned if «choice.gas == "all"» else 0'), "name.unknown", "gases"),
    (fuel('burned if choice.gases == «"al"» else 0'), "word.unknown", "all"),
    (fuel('burned if choice.gases in ["all", «"cO2"»] else 0'), "word.unknown", "co2"),
    (fuel("«choice.gases»"), "choice.compared-only", None),
    (fuel('burned if «choice.gases < "all"» else 0'), "choice.compared-only", "choice.gases"),
    (fuel('burned if fuel == «"disel"» else 0'), "word.unknown", "diesel"),
    (fuel('burned if fuel in ["lng", «"hfoo"»] else 0'), "word.unknown", "hfo"),
    (trip('distance if remark == «"x"» else 0'), "word.open", "one_of"),
    (
        {
            F: "hours: {each: crew, unit: h, is: 2 * crew.hours}\n"
            "x: {each: crew, unit: h, is: 3 * «hours»}"
        },
        "name.ambiguous",
        "crew.hours",
    ),
    (report("«sum(fuel)»", "unit: 1"), "name.ambiguous", "fuel"),
    ({"results": "x: {of: «totl», role: memo}"}, "name.unknown", "total"),
    (
        {F: "y: {unit: h, is: 3 * period.hours}", "results": "«y»: {of: total, role: memo}"},
        "name.ambiguous",
        "name of its own",
    ),
    ({F: "x: {each: «shipp», unit: t, is: deadweight}"}, "name.unknown", "ship"),
    ({F: "x: {per: [«zones»], unit: 1, is: count(port)}"}, "name.unknown", "zone"),
    (
        {
            "factors": "z: {unit: t/t, property: p, match: {key: «fuel_use.fule»}}",
            F: "x: {each: fuel_use, unit: t, is: burned * z}",
        },
        "name.unknown",
        "fuel",
    ),
    (
        {"factors": "z: {unit: t/t, property: p, match: {key: «month»}}"},
        "factor.column",
        "fuel_use",
    ),
    (
        {"factors": '«z»: {unit: t/t, property: p, where: {dataset: "{gass}"}}'},
        "name.unknown",
        "gases",
    ),
    (
        {"factors": "z: {unit: t/t, property: p, where: {dataset: {choice: «gases», co2: a}}}"},
        "choice.incomplete",
        "every",
    ),
    (
        {
            "factors": "z: {unit: t/t, property: p, where: {dataset: {choice: «gases», co2: a, "
            "all: b, al: c}}}"
        },
        "choice.unknown-value",
        "all",
    ),
    (
        {"inputs": "t2:\n  key: [k]\n  columns:\n    k: {type: key}\n    s: {in: «shp»}"},
        "name.unknown",
        "ship",
    ),
    (
        {"inputs": "t2:\n  key: [k]\n  columns:\n    k: {type: key}\n    s: {in: «stock»}"},
        "reference.key",
        "several",
    ),
    (
        {"inputs": "t2:\n  key: [k]\n  columns:\n    k: {type: key}\n    s: {in: «factors.fule»}"},
        "name.unknown",
        "factors.fuel",
    ),
    ({"#end": "properties: {monotone: [«fuel_use.burnt»]}"}, "name.unknown", "burned"),
    ({"#end": "properties: {off: {splitt: why}}"}, "property.unknown", "split"),
    ({"#end": "properties: {extensive: [«voyage.laden»]}"}, "name.unknown", "distance"),
    (
        {"#end": "properties: {extensive: [fuel_use.burned, «fuel_use.burned»]}"},
        "name.duplicate",
        None,
    ),
]

UNITS = [
    (fuel("«burned * ncv»"), "unit.incompatible", "mass"),
    (fuel("burned + «ncv»"), "unit.incompatible", "heat"),
    (fuel("burned - «slip * burned»"), "unit.incompatible", "CH4"),
    (fuel("«burned * ncv * carbon»", "unit: t CO2"), "unit.incompatible", "CO2_per_C"),
    (fuel("«burned * slip»", "unit: t CO2"), "unit.incompatible", "CH4"),
    (fuel("co2 if burned > «1» else 0", "unit: t CO2"), "unit.incompatible", "mass"),
    (fuel("first(ncv_measured, «carbon»)", 'unit: "GJ[LHV]/t"'), "unit.incompatible", None),
    (fuel("max(burned, «co2»)"), "unit.incompatible", "CO2"),
    (fuel("capped(burned, at=«limit»)"), "unit.incompatible", None),
    (fuel("ratio(burned, burned, when_zero=«burned»)", "unit: 1"), "unit.incompatible", None),
    (fuel("sqrt(burned)".join("«»")), "unit.root", "magnitude"),
    (fuel("floor(«burned»)", "unit: 1"), "unit.incompatible", None),
    (fuel('«restate(burned, "t CO2")»', "unit: t CO2"), "unit.restate", "factor"),
    (
        fuel('«restate(co2 * gwp(CO2, AR5), "t CO2e[unstated]")»', 'unit: "t CO2e[unstated]"'),
        "unit.restate",
        "factor",
    ),
    (fuel('«restate(burned * ncv, "GJ[HHV]")»', 'unit: "GJ[HHV]"'), "unit.restate", "factor"),
    (fuel('measure(1, «"tt"»)'), "unit.unknown", None),
    (fuel("magnitude(burned, «1»)", "unit: 1"), "function.arguments", "example"),
    (fuel('magnitude(«burned», "km")', "unit: 1"), "unit.incompatible", None),
    (fuel("burned ** 2.5".join("«»"), "unit: 1"), "number.not-quantised", "quantise"),
    (fuel("exp(1)".join("«»"), "unit: 1"), "number.not-quantised", "quantise(exp"),
    (fuel("«great_circle(1, 2, 3, 4)»", "unit: km"), "number.not-quantised", "0.1"),
    (fuel("quantise(great_circle(1, 2, 3, «burned»), 1)", "unit: km"), "unit.incompatible", None),
    (fuel("quantise(«great_circle(1, 2)», 1)", "unit: km"), "function.arguments", None),
    (fuel("quantise(exp(«burned»), 1e-6)", "unit: 1"), "unit.incompatible", None),
    (fuel("quantise(burned, «0.3»)"), "number.step", "1e-6"),
    (fuel("«burned ** 13»"), "number.power", None),
    (fuel("«1 / 0»", "unit: 1"), "number.zero-division", "ratio"),
    (fuel("«burned / (2 - 2)»"), "number.zero-division", "ratio"),
    (fuel("«0 ** -1»", "unit: 1"), "number.zero-division", None),
    (fuel("burned * «1e301»"), "number.range", None),
    (fuel("burned * «((9**12)**12)**12»"), "number.range", None),
    (fuel("burned * «0x10»"), "expression.number", "0.98"),
    (fuel("burned * «gwp(CH5)»"), "gwp.gas", "CH4"),
    (fuel("burned * «gwp(CH4, AR7)»"), "gwp.set", "AR6"),
    (fuel('burned * «gwp("CH4")»'), "function.arguments", "gwp(CH4)"),
    ({F: "x: {each: fuel_use, unit: «tt», is: burned}"}, "unit.unknown", None),
    ({"constants": "c: {value: «five t»}"}, "constant.number", "90 kg"),
    ({"constants": "c: {value: «1/0 t»}"}, "constant.number", "44/12"),
    ({"constants": "c: {value: «5 tonnez»}"}, "unit.unknown", None),
    ({"constants": "c: {value: «1e999 t»}"}, "number.range", None),
    (trip("trip(«end - start»)", "unit: kg"), "unit.incompatible", None),
    (trip("«trip(distance, distance)»", "unit: kg"), "function.arguments", "km"),
    (
        {
            "curves": "c: {of: [distance], unit_of: [km], unit: kg, points: [[10, 2], [«1», 20]], "
            "outside: error}"
        },
        "curve.order",
        None,
    ),
]

GRAINS = [
    (report("«burned»"), "grain.needs-aggregation", "sum"),
    (report("«co2»", "unit: t CO2"), "grain.needs-aggregation", "each: fuel_use"),
    (report("sum(burned) + «distance»"), "grain.needs-aggregation", "voyage"),
    (report("«sum(total)»", "unit: t CO2"), "grain.nothing-to-aggregate", "Leave out"),
    ({F: "hours: {unit: h, is: «sum(hours)»}"}, "grain.nothing-to-aggregate", "sum(crew.hours)"),
    (fuel("«sum(burned)»"), "grain.nothing-to-aggregate", "coarser"),
    (ship("«sum(hours)»", "unit: h"), "grain.does-not-fit", "{in: ship}"),
    (ship("«co2»", "unit: t CO2"), "grain.does-not-fit", "sum"),
    (ship("«count(crew)»", "unit: 1"), "grain.does-not-fit", "{in: ship}"),
    (ship("«count(ship)»", "unit: 1"), "grain.nothing-to-aggregate", None),
    (trip("«distance * crew.hours»", "unit: km*h"), "grain.do-not-meet", "Aggregate"),
    (report("«sum(distance * hours)»", "unit: km*h"), "grain.do-not-meet", "formula"),
    (report("sum(«sum(burned)»)"), "grain.nested", "own"),
    (
        {F: "x: {per: [voyage.ship, voyage.origin], type: yes-no, is: «repeated(origin)»}"},
        "grain.rows-only",
        "each:",
    ),
    (
        {
            "inputs": "leg:\n  key: [leg]\n  columns:\n    leg: {type: key}\n    a: {in: ship}\n"
            "    b: {in: ship}",
            F: "x: {each: leg, unit: t CO2, is: «by_ship»}",
        },
        "grain.ambiguous",
        "a.column",
    ),
    ({F: "x: {per: [«burned»], unit: 1, is: count(fuel_use)}"}, "grain.key", None),
    ({F: "x: {per: [«start»], unit: 1, is: count(voyage)}"}, "grain.key", "day"),
    ({F: "x: {per: [«sister»], unit: 1, is: count(ship)}"}, "grain.key", None),
    ({F: "x: {per: [«month(distance)»], unit: 1, is: count(voyage)}"}, "type.instant", None),
    ({F: "x: {per: [origin, «origin»], unit: 1, is: count(voyage)}"}, "grain.key", None),
    ({F: "x: {per: [«week(start)»], unit: 1, is: count(voyage)}"}, "grain.key", None),
    (
        {F: "x: {per: [«month», fuel], unit: 1, is: count(fuel_use)}"},
        "name.ambiguous",
        "fuel_use.month",
    ),
    (
        {"checks": "c: {that: «burned» > 0, message: {zh: 一, en: one}}"},
        "grain.needs-aggregation",
        "fuel_use",
    ),
]

MISSING = [
    (fuel("«ncv_measured» * burned", 'unit: "GJ[LHV]"'), "missing.unresolved", "first"),
    (fuel("«ncv_measured»", 'unit: "GJ[LHV]/t"'), "missing.unresolved", "optional"),
    (fuel("burned if «ncv_measured» > ncv else 0"), "missing.unresolved", "given"),
    (fuel("«rare» * burned", "unit: t CO2"), "missing.unresolved", "first"),
    (
        fuel("ncv if given(ncv_measured) else «ncv_measured» * 1", 'unit: "GJ[LHV]/t"'),
        "missing.unresolved",
        "first",
    ),
    (fuel("first(«burned», 0)"), "missing.needless", "first"),
    (fuel("burned if «given(burned)» else 0"), "missing.needless", "given"),
    (fuel("burned * «stock.price»", "unit: CNY"), "missing.unresolved", "first"),
    (report("sum(«cargo»)"), "missing.unresolved", "first"),
    (report("sum(distance, where=«cargo» > 0)", "unit: km"), "missing.unresolved", "given"),
    (report("«mean(distance)»", "unit: km"), "missing.unresolved", "optional"),
    (report("total - «previous(total)»", "unit: t CO2"), "missing.unresolved", "first"),
    (ship("«sister.deadweight» + deadweight"), "missing.unresolved", "first"),
    (ship("«sister.by_ship» + by_ship", "unit: t CO2"), "missing.unresolved", "first"),
    (
        report("previous(«total + total»)", "unit: t CO2, optional: true"),
        "function.arguments",
        "own",
    ),
    (
        fuel('«when(choice.gases == "all", ncv_measured)»', 'unit: "GJ[LHV]/t"'),
        "missing.unresolved",
        "first",
    ),
    (
        fuel('«ncv_measured if choice.gases == "all" else ncv»', 'unit: "GJ[LHV]/t"'),
        "missing.unresolved",
        "first",
    ),
    (
        {"checks": "c: {each: voyage, that: «cargo» > 0, message: {zh: 一, en: one}}"},
        "missing.unresolved",
        "given",
    ),
]

KINDS = [
    (fuel("burned + «fuel»"), "type.quantity", None),
    (fuel("burned if «burned» else 0"), "type.yes-no", "x > 0"),
    (fuel("«burned > 0»"), "type.mismatch", "unit:"),
    (fuel("«burned»", "type: yes-no"), "type.mismatch", "yes-no"),
    (fuel("burned if month == «3» else 0"), "type.mismatch", "2025-03"),
    (fuel('burned if month == «"2025-13"» else 0'), "calendar.literal", "2025-03"),
    (trip('distance if day(start) == «"2025-02-30"» else 0'), "calendar.literal", "2025-03-31"),
    (trip('distance if start > «"2025-01-01"» else 0'), "type.mismatch", "day(t)"),
    (ship('deadweight if built == «"2010"» else 0'), "type.mismatch", "quotes"),
    (trip("distance if «laden > laden» else 0"), "type.order", "=="),
    (trip("«month(distance)»", "type: yes-no"), "type.instant", None),
    (trip("overlaps(start, «distance», within=ship)", "type: yes-no"), "type.instant", "instant"),
    (report("any(«burned»)", "type: yes-no"), "type.yes-no", "x > 0"),
    (report("sum(«laden»)", "unit: 1"), "type.quantity", None),
    (report("sum(burned, where=«burned»)"), "type.yes-no", "where"),
    (fuel("burned if «fuel in fuel» else 0"), "type.list", "in ["),
    (fuel("burned if burned in [0, «burned»] else 0"), "type.list", "=="),
    (fuel("«burned, burned»"), "expression.not-allowed", "comma"),
    (fuel("burned if «0 * burned < burned < 2 * burned» else 0"), "expression.not-allowed", "and"),
    (fuel('«"a" if burned > 0 else "b"»', "one_of: [a, c]"), "word.unknown", None),
    (report("count(«burned»)", "unit: 1"), "function.arguments", None),
    (fuel("«capped(burned)»"), "function.arguments", None),
    (fuel("«min(burned)»"), "function.arguments", None),
    (fuel("«ratio(burned, burned, zero=1)»", "unit: 1"), "function.arguments", "when_zero"),
    (fuel("«when(burned > 0, burned)»"), "choice.compared-only", "if"),
    (
        {"factors": "z: {unit: t/t, property: p, match: {key: «fuel_use.burned»}}"},
        "type.mismatch",
        "in: factors",
    ),
    (
        {"checks": "c: {each: voyage, that: «distance», message: {zh: 一, en: one}}"},
        "type.yes-no",
        "x > 0",
    ),
    (
        {
            F: '«x»: {each: fuel_use, unit: "GJ[LHV]/t", tiers: [a, b, c], '
            'is: "first(ncv_measured, ncv)"}'
        },
        "tiers.count",
        "one name",
    ),
    ({F: "«x»: {each: fuel_use, unit: t, tiers: [a], is: burned}"}, "tiers.count", "first"),
    ({F: "«x»: {each: fuel_use, unit: t, quantum: 0.3, is: burned}"}, "number.step", "1e-6"),
]

SYNTAX = [
    (fuel("burned +"), "expression.syntax", "brackets"),
    (fuel("burned * «（»burned)"), "expression.syntax", "ASCII"),
    (fuel("«(»burned + burned"), "expression.syntax", "bracket"),
    (fuel("burned«)» + (burned"), "expression.syntax", None),
    (fuel("burned = 3"), "expression.syntax", "=="),
    (fuel("3kg"), "expression.syntax", "constant"),
    (fuel("burned if burned > 0"), "expression.syntax", "else"),
    (fuel("«burned ^ 2»"), "expression.not-allowed", "**"),
    (fuel("«burned % 2»"), "expression.not-allowed", "percentage"),
    (fuel("«burned // 2»"), "expression.not-allowed", "floor"),
    (fuel("«burned[0]»"), "expression.not-allowed", "subscripts"),
    (fuel("sum(«lambda: burned»)"), "expression.not-allowed", "formula"),
    (fuel('__import__("os")'.join("«»")), "function.unknown", None),
    (fuel("+".join(["burned"] * 700)), "expression.too-long", "Split"),
    (fuel("-" * 100 + "burned"), "expression.too-deep", "Split"),
]

TABLES = [
    (table(['{size: "< 5 t", a: 1}', '{size: "> 5 t", a: 2}']), "table.gap", "none-or-one"),
    (table(['{size: "<= 5 t", a: 1}', '{size: ">= 5 t", a: 2}']), "table.overlap", "first"),
    (
        table(['{size: "«< 5 km»", a: 1}', "{size: any, a: 2}"], hit="first"),
        "unit.incompatible",
        None,
    ),
    (table(['{size: "«< 5»", a: 1}', "{size: any, a: 2}"], hit="first"), "unit.missing", "5 t"),
    (
        table(['{size: "«[5 t, 1 t)»", a: 1}', "{size: any, a: 2}"], hit="first"),
        "table.interval",
        "first",
    ),
    (
        table(['{size: "«[5, 5) t»", a: 1}', "{size: any, a: 2}"], hit="first"),
        "table.interval",
        None,
    ),
    (table(['{size: "«small»", a: 1}', "{size: any, a: 2}"], hit="first"), "table.interval", "any"),
    (table(["{size: any, a: «1.2.3»}"]), "table.cell", None),
    (table(["{size: any, a: «1e999»}"]), "number.range", None),
    (table(["{size: any, a: «size»}"]), "table.cell", "t"),
    (
        table(["{type: «bulkk», a: 1}", "{type: any, a: 2}"], of="{type: ship.type}", hit="first"),
        "word.unknown",
        "bulk",
    ),
    (table(["{type: bulk, a: 1}"], of="{type: ship.type}"), "table.gap", "Add rows"),
    (
        table(["{b: [2000, 2010], a: 1}"], of="{b: ship.built}", hit="none-or-one"),
        "table.cell",
        "rows",
    ),
    (
        table(['{b: "<= 2009", a: 1}', '{b: ">= 2012", a: 2}'], of="{b: ship.built}"),
        "table.gap",
        None,
    ),
    (table(["{r: any, a: 1}"], of="{r: «voyage.remark»}", each="voyage"), "word.open", "one_of"),
    (table(["{r: any, a: 1}"], of="{r: «voyage.start»}", each="voyage"), "type.mismatch", "year"),
    (table(["{size: any, a: 1}"], each="«shp»"), "name.unknown", "ship"),
    (table(["{size: any, a: 1}"], of="{size: «ship.dead»}"), "name.unknown", "deadweight"),
    (table(["{size: any, b: «c»}"], gives="{b: [d, e]}") | {F: ""}, "word.unknown", None),
    (
        {
            "tables": "«t1»: {of: {k: t2.b}, gives: {a: [p, q]}, hit: first, "
            "rows: [{k: any, a: p}]}\n"
            "t2: {of: {k: t1.a}, gives: {b: [p, q]}, hit: first, rows: [{k: any, b: p}]}"
        },
        "formula.cycle",
        None,
    ),
]

CIRCLES = [
    ({F: "x: {unit: t, is: «y + 0»}\ny: {unit: t, is: 2 * x}"}, "formula.cycle", "previous"),
    ({F: "x: {unit: t, is: «x»}"}, "formula.cycle", "previous"),
    (
        {"factors": "«f»: {unit: t, property: p, match: {key: f}}"},
        "formula.cycle",
        "column of an input",
    ),
    ({F: 'x: {unit: t, is: "«first(previous(x), 0)»"}'}, "formula.cycle", "previous"),
]

CASES = [*NAMES, *UNITS, *GRAINS, *MISSING, *KINDS, *SYNTAX, *TABLES, *CIRCLES]


@pytest.mark.parametrize(("patches", "rule", "hint"), CASES)
def test_wrong(patches, rule, hint):
    found, spots = findings(patches)
    assert [one.rule for one in found] == [rule], [one.render("en") for one in found]
    (finding,) = found
    if spots:
        assert at(finding) == spots[0], finding.render("en")
    else:
        assert finding.place is not None
        assert finding.place.line is not None
    assert finding.what.zh
    assert finding.what.zh != finding.what.en
    if hint is not None:
        said = " ".join(text.en for text in (finding.hint, finding.why) if text is not None)
        assert hint in said, finding.render("en")


def test_there_are_enough():
    assert len(CASES) >= 80
