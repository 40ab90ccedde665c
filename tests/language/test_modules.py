"""Modules: bindings, choices bound, fixed and left open, nesting, and modules by themselves."""

from __future__ import annotations

import pytest
from marked import WORDS, at, check_text, checked, findings, loader, patched

from mrv.language.check import check, check_document
from mrv.language.declare import parse_text
from mrv.messages import Refused

BURN = """\
module: burn
edition: 2025.1
needs:
  rows: {table: true}
  burned: {each: rows, unit: kg}
  fuel: {each: rows, in: factors.fuel}
  at_month: {each: rows, type: month}
  ncv_measured: {each: rows, unit: "GJ[LHV]/t", optional: true}
  share: {unit: "1"}
choices:
  route: {of: [heat, mass]}
  gwp: {of: [AR5, AR6], default: AR5}
constants:
  slip: {value: 1 kg CH4/t}
factors:
  ncv: {unit: "GJ[LHV]/t", property: net-calorific-value, match: {key: fuel}}
formulas:
  heat: {each: rows, unit: "GJ[LHV]", is: "burned * first(ncv_measured, ncv) * share"}
  ch4:
    each: rows
    unit: "t CO2e[{gwp}]"
    is: burned * slip * gwp(CH4) if choice.route == "heat" else 0
  by_month: {per: [at_month], unit: "t CO2e[{gwp}]", is: sum(ch4)}
  all: {unit: "t CO2e[{gwp}]", is: sum(ch4)}
"""
WITH = (
    "rows: fuel_use, burned: fuel_use.burned, fuel: fuel_use.fuel, at_month: fuel_use.month, "
    "ncv_measured: fuel_use.ncv_measured, share: oxidation"
)
USE = f"u: {{module: burn, with: {{{WITH}}}, choices: {{route: =heat, gwp: gwp}}}}"


def use(text=USE, formulas="y: {unit: 't CO2e[{gwp}]', is: u.all + sum(u.ch4)}"):
    return {"#end": f"use:\n  {text}", "formulas": formulas}


def wrong(patches, modules=None):
    return findings(patches, modules or {"burn": BURN})


def test_a_module_is_bound():
    found = checked(use(), {"burn": BURN})
    assert found.formulas["u.ch4"].type.grain.describe() == "each row of fuel_use"
    assert found.formulas["u.by_month"].type.grain.describe() == "per at_month"
    assert found.formulas["y"].type.unit.spelling == "t CO2e[AR5]"
    assert [made.name for made in found.choices] == ["gases", "gwp"]
    assert list(found.formulas).index("u.all") < list(found.formulas).index("y")


def test_a_choice_left_open_is_the_reporters():
    open_use = USE.replace("choices: {route: =heat, gwp: gwp}", "choices: {gwp: gwp}")
    found = checked(use(open_use), {"burn": BURN}, choices={"u.route": "mass"})
    assert ("u.route", "mass", True) in [(m.name, m.value, m.stated) for m in found.choices]
    found, _ = wrong(use(open_use))
    assert [one.rule for one in found] == ["call.choice-needed"]


CASES = [
    (USE.replace("burn,", "«burnn»,"), None),
    (USE.replace("burned: fuel_use.burned", "burned: «fuel_use.fuel»"), "type.mismatch"),
    (USE.replace("burned: fuel_use.burned", "burned: «ncv»"), "unit.incompatible"),
    (USE.replace("burned: fuel_use.burned", "burned: «ship.deadweight»"), None),
    (USE.replace("burned: fuel_use.burned", "burned: «crew.hours»"), "grain.does-not-fit"),
    (USE.replace("burned: fuel_use.burned", "burned: «fuel_use.burnt»"), "name.unknown"),
    (USE.replace("burned: fuel_use.burned, ", "").replace("u:", "«u»:"), "module.need"),
    (USE.replace("rows: fuel_use, ", "").replace("u:", "«u»:"), "module.need"),
    (USE.replace("rows: fuel_use", "rows: «fuel»"), "name.unknown"),
    (USE.replace("share: oxidation", "share: oxidation, more: «slip»"), "module.unknown-need"),
    (USE.replace("share: oxidation", "share: «oxydation»"), "name.unknown"),
    (USE.replace("fuel: fuel_use.fuel", "fuel: «voyage.remark»"), None),
    (USE.replace("at_month: fuel_use.month", "at_month: «fuel_use.fuel»"), "type.mismatch"),
    (USE.replace("fuel: fuel_use.fuel", "fuel: «ship.type»"), "word.unknown"),
    (USE.replace("route: =heat", "route: «=heet»"), "choice.unknown-value"),
    (USE.replace("route: =heat", "rout: «=heat», route: =mass"), "module.unknown-choice"),
    (USE.replace("gwp: gwp", "gwp: «gpw»"), "name.unknown"),
    (USE.replace("gwp: gwp", "gwp: «gases»"), "choice.unknown-value"),
]


@pytest.mark.parametrize(("text", "rule"), [case for case in CASES if case[1]])
def test_bindings_that_do_not_fit(text, rule):
    found, (spot,) = wrong(use(text))
    assert {one.rule for one in found} == {rule}, [one.render("en") for one in found]
    assert at(found[0]) == spot


def test_a_value_that_may_be_missing_does_not_fit_a_need_that_must_be_there():
    found, (spot,) = wrong(
        use(USE.replace("share: oxidation", "share: «maybe»"))
        | {
            "formulas": "y: {unit: 't CO2e[{gwp}]', is: u.all}\n"
            "maybe: {unit: '1', optional: true, is: 'ratio(total, total, when_zero=missing)'}"
        }
    )
    assert [one.rule for one in found] == ["missing.unresolved"]
    assert at(found[0]) == spot


def test_a_module_sees_nothing_of_its_host_but_its_needs():
    leaky = BURN.replace(
        "is: sum(ch4)}\n  all",
        "is: sum(ch4)}\n  leak: {each: rows, unit: km, is: voyage.distance}\n  all",
    )
    found, _ = wrong(use(), {"burn": leaky})
    assert [(one.rule, one.place.file) for one in found] == [("name.unknown", "burn.yaml")]


NEST = """\
module: nest
edition: 2025.1
needs:
  t: {table: true}
  mass: {each: t, unit: t}
  kind: {each: t, in: factors.fuel}
  when_: {each: t, type: month}
choices:
  set: {of: [AR5, AR6], default: AR6}
constants: {one: {value: 1}}
use:
  b:
    module: burn
    with: {rows: t, burned: mass, fuel: kind, at_month: when_, ncv_measured: missing, share: one}
    choices: {route: =mass, gwp: set}
formulas:
  sum_: {unit: "t CO2e[{set}]", is: b.all + sum(b.by_month)}
"""


NEST_WITH = "t: fuel_use, mass: fuel_use.burned, kind: fuel_use.fuel, when_: fuel_use.month"


def test_modules_in_modules():
    text = f"n: {{module: nest, with: {{{NEST_WITH}}}, choices: {{set: gwp}}}}"
    found = checked(
        use(text, "y: {unit: 't CO2e[{gwp}]', is: n.sum_}"), {"nest": NEST, "burn": BURN}
    )
    assert "n.b.ch4" in found.formulas
    assert found.formulas["n.sum_"].type.unit.spelling == "t CO2e[AR5]"


def test_a_module_that_uses_itself_is_refused():
    itself = NEST.replace("module: burn", "module: nest")
    text = f"n: {{module: nest, with: {{{NEST_WITH}}}}}"
    found, _ = wrong(use(text, ""), {"nest": itself})
    assert "module.too-deep" in {one.rule for one in found}


def test_an_error_in_a_branch_that_only_another_choice_takes():
    """The default is right; the other value of the shaping choice gives the wrong unit."""
    patch = {"formulas": "y: {unit: 't CO2e[{gwp}]', is: '«sum(co2 * gwp(CO2, AR5))»'}"}
    found, (spot,) = wrong(patch)
    assert [one.rule for one in found] == ["unit.incompatible"]
    assert at(found[0]) == spot
    assert "gwp=AR6" in found[0].what.en


def test_the_same_through_a_bound_choice():
    broken = BURN.replace(
        'all: {unit: "t CO2e[{gwp}]", is: sum(ch4)}', 'all: {unit: "t CO2e[AR5]", is: sum(ch4)}'
    )
    found, _ = wrong(use(formulas="y: {unit: 't CO2e[AR5]', is: u.all}"), {"burn": broken})
    assert {one.rule for one in found} == {"unit.incompatible"}
    assert all("gwp=AR6" in one.what.en for one in found)


@pytest.mark.parametrize("text", [BURN, NEST])
def test_a_module_by_itself(text):
    found = check_document(
        parse_text(text, "m.yaml"), modules=loader({"burn": BURN}), vocabularies=WORDS
    )
    assert found.formulas
    assert not found.warnings


def test_what_is_wrong_in_a_module_by_itself():
    bad = (
        BURN.replace("burned * slip", "burnd * slip")
        .replace("unit: kg}", "unit: kgg}")
        .replace("slip: {", "unused: {value: 1}\n  slip: {")
    )
    with pytest.raises(Refused) as refused:
        check_document(parse_text(bad, "m.yaml"), modules=loader({}), vocabularies=WORDS)
    assert [one.rule for one in refused.value.diagnostics] == ["unit.unknown", "name.unknown"]


def test_unused_names_of_a_module_by_itself_are_warned_about():
    more = BURN.replace("slip: {", "spare: {value: 1}\n  slip: {")
    found = check_document(parse_text(more, "m.yaml"), modules=loader({}), vocabularies=WORDS)
    assert [(one.rule, one.severity) for one in found.warnings] == [("name.unused", "warning")]


def test_unused_names_of_a_methodology():
    found = checked(
        {
            "constants": "spare: {value: 1 t}",
            "choices": "idle: {of: [a, b], default: a}",
            "factors": "spare_f: {unit: t/t, property: p}",
            "curves": "spare_c: {of: [x], unit_of: [km], unit: kg, points: [[1, 2], [3, 4]], "
            "outside: error}",
            "formulas": "spare_x: {unit: t, is: sum(burned)}",
        }
    )
    warned = " ".join(one.what.en for one in found.warnings)
    for name in ("spare", "idle", "spare_f", "spare_c", "spare_x"):
        assert f'"{name}"' in warned


def test_a_host_without_its_module_is_told_once():
    content, _ = patched(use())

    def none(_written, _edition):
        raise Refused(findings({"results": "r: {of: nope, role: memo}"})[0])

    document = parse_text(content, "h.yaml")
    with pytest.raises(Refused) as refused:
        check(document, modules=none, vocabularies=WORDS)
    assert len(refused.value.diagnostics) == 1
    assert check_text(content, {"burn": BURN})


SINGLE = [
    (USE.replace("rows: fuel_use", "rows: «crew»"), "module.other-rows"),
    (USE.replace("rows: fuel_use", "rows: «voyage»"), "module.other-rows"),
    (USE.replace("burned: fuel_use.burned", "burned: «crew.hours»"), "grain.does-not-fit"),
]


@pytest.mark.parametrize(("text", "rule"), SINGLE)
def test_what_follows_from_a_wrong_binding_is_not_told(text, rule):
    worse = f"{BURN}  b: {{each: rows, unit: t, is: heat}}\n"
    found, (spot,) = wrong(use(text), {"burn": worse})
    assert [one.rule for one in found] == [rule], [one.render("en") for one in found]
    assert at(found[0]) == spot


OPTIONAL = """\
module: maybe
edition: 2025.1
needs:
  rows: {table: true}
  sure: {each: rows, type: yes-no, optional: true}
  other: {each: rows, type: yes-no, optional: true}
  mass: {each: rows, unit: t, optional: true}
  part: {each: rows, unit: "%", optional: true}
  fuel: {each: rows, in: factors.fuel, optional: true}
  sort: {each: rows, one_of: [a, b], optional: true}
  when_: {each: rows, type: month, optional: true}
formulas:
  truth: {each: rows, type: yes-no, is: "first(sure, other, False)"}
  share: {each: rows, unit: t, is: "mass * first(part, 1) if given(mass) else 0"}
  word: {each: rows, one_of: [a, b], is: "first(sort, 'a')"}
  early: {each: rows, type: yes-no, is: "given(when_) and when_ == '2025-01'"}
  lng: {each: rows, type: yes-no, is: "fuel == 'lng' if given(fuel) else False"}
"""


def test_optional_needs_are_bound_to_missing_one_or_all():
    names = ["sure", "other", "mass", "part", "fuel", "sort", "when_"]
    nothing = ", ".join(f"{name}: missing" for name in names)
    text = f"u: {{module: maybe, with: {{rows: fuel_use, {nothing}}}}}"
    found = checked(use(text, "y: {each: fuel_use, unit: t, is: u.share}"), {"maybe": OPTIONAL})
    assert found.formulas["u.truth"].type.kind == "yes-no"
    text = text.replace("sure: missing", "sure: voyage.laden").replace(
        "fuel: missing", "fuel: fuel"
    )
    assert checked(use(text, "y: {each: fuel_use, unit: t, is: u.share}"), {"maybe": OPTIONAL})


TWO = """\
module: two
edition: 2025.1
needs:
  whole: {table: true}
  parts: {table: true, refers_to: whole}
  mass: {each: parts, unit: t}
  price: {each: whole, unit: CNY}
formulas:
  heavy: {each: whole, unit: t, is: sum(mass)}
  cost: {each: parts, unit: CNY, is: "ratio(mass, heavy, when_zero=0) * price"}
  all: {unit: CNY, is: sum(cost)}
"""
USE_TWO = (
    "u: {module: two, with: {whole: ship, parts: voyage, "
    "mass: 'first(cargo, 0)', price: 'first(worth, 0)'}}"
)


def test_a_module_over_two_tables():
    found = checked(use(USE_TWO, "y: {unit: CNY, is: u.all}"), {"two": TWO})
    assert found.formulas["u.cost"].type.grain.describe() == "each row of voyage"
    alone = check_document(parse_text(TWO, "m.yaml"), modules=loader({}), vocabularies=WORDS)
    assert alone.formulas["two.cost"].type.grain.describe() == "each row of parts"


TWO_WRONG = [
    (
        USE_TWO.replace("parts: voyage", "parts: «crew»").replace("'first(cargo, 0)'", "0"),
        "module.reference",
    ),
    (
        USE_TWO.replace("whole: ship", "whole: «port»").replace("'first(worth, 0)'", "0"),
        "grain.ambiguous",
    ),
]


@pytest.mark.parametrize(("text", "rule"), TWO_WRONG)
def test_tables_without_the_reference(text, rule):
    found, _ = findings(use(text, "y: {unit: CNY, is: u.all}"), {"two": TWO})
    assert [one.rule for one in found] == [rule], [one.render("en") for one in found]


NEEDS_WRONG = [
    ("refers_to: «hole»", "name.unknown"),
    ("refers_to: «price»", "name.unknown"),
]


@pytest.mark.parametrize(("text", "rule"), NEEDS_WRONG)
def test_references_between_needs(text, rule):
    bad = TWO.replace("refers_to: whole", text).replace("«", "").replace("»", "")
    with pytest.raises(Refused) as refused:
        parse_text(bad, "m.yaml")
    assert [one.rule for one in refused.value.diagnostics] == [rule]
