"""A methodology to be patched, and marks that say where a finding must point.

A patch is a line put under one of the blocks. The part between « and » is where the caret has to
stand; the marks themselves are taken out before the text is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mrv.language.check import check
from mrv.language.declare import parse_text
from mrv.messages import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrv.language.checked import Methodology
    from mrv.messages import Diagnostic

WORDS = {
    "fuel": frozenset({"diesel", "lng", "hfo"}),
    "gas": frozenset({"CO2", "CH4", "N2O"}),
    "region": frozenset({"CN", "CN-TJ"}),
}

BASE = """\
methodology: made-up/ships
edition: 2025.1
status: trial
governs: {sector: made-up, region: CN, from: 2025-01-01}
title: {zh: 虚构, en: Made up}
choices:
  gases: {of: [co2, all], default: co2}
  gwp: {of: [AR5, AR6], default: AR5}
  #choices
constants:
  oxidation: {value: 98 %}
  slip: {value: 2 kg CH4/t}
  limit: {value: 30 km}
  #constants
inputs:
  ship:
    key: [ship]
    columns:
      ship: {type: key}
      type: {one_of: [bulk, tanker]}
      deadweight: {unit: t, min: 0}
      built: {type: year}
      worth: {unit: CNY, optional: true}
      sister: {in: ship, optional: true}
  port:
    key: [port]
    columns:
      port: {type: key}
      zone: {one_of: [eca, open]}
  voyage:
    key: [voyage]
    columns:
      voyage: {type: key}
      ship: {in: ship}
      origin: {in: port}
      target: {in: port}
      start: {type: instant}
      end: {type: instant}
      distance: {unit: km, min: 0}
      cargo: {unit: t, optional: true}
      laden: {type: yes-no}
      remark: {type: key}
  fuel_use:
    key: [voyage, month, fuel]
    columns:
      voyage: {in: voyage}
      month: {type: month}
      fuel: {in: factors.fuel}
      burned: {unit: t, min: 0}
      ncv_measured: {unit: "GJ[LHV]/t", optional: true}
  stock:
    key: [month, fuel]
    columns:
      month: {type: month}
      fuel: {in: factors.fuel}
      price: {unit: CNY/t}
  crew:
    key: [person]
    columns:
      person: {type: key}
      hours: {unit: h, between: [0, 100]}
      rank: {unit: "1", whole: true, between: [1, 5]}
  船队:
    key: [编号]
    columns:
      编号: {type: key}
      油耗: {unit: t}
      里程: {unit: km}
  #inputs
factors:
  ncv: {unit: "GJ[LHV]/t", property: net-calorific-value, match: {key: fuel_use.fuel}}
  carbon: {unit: "t C/GJ[LHV]", property: carbon-content, match: {key: fuel_use.fuel}}
  rare: {unit: t CO2/t, property: co2, match: {key: fuel_use.fuel}, optional: true}
  grid: {unit: t CO2/MWh, property: grid}
  #factors
tables:
  band:
    of: {type: ship.type, size: ship.deadweight}
    each: ship
    hit: exactly-one
    gives: {capacity: t, a: "1", sort: [small, large]}
    rows:
      - {type: bulk, size: "< 100 t", capacity: size, a: 1, sort: small}
      - {type: bulk, size: ">= 100 t", capacity: 100 t, a: 2, sort: large}
      - {type: tanker, size: any, capacity: size, a: 3, sort: large}
  #tables
curves:
  trip: {of: [distance], unit_of: [km], unit: kg, points: [[1, 2], [10, 20]], outside: error}
  #curves
formulas:
  ncv_used: {each: fuel_use, unit: "GJ[LHV]/t", is: "first(ncv_measured, ncv)"}
  co2: {each: fuel_use, unit: t CO2, is: burned * ncv_used * carbon * oxidation * CO2_per_C}
  by_voyage: {each: voyage, unit: t CO2, is: sum(co2)}
  by_ship: {each: ship, unit: t CO2, is: sum(by_voyage)}
  monthly: {per: [fuel_use.month, fuel_use.fuel], unit: t CO2, is: sum(co2)}
  daily: {per: [ship, day(start)], unit: km, is: sum(distance)}
  total: {unit: t CO2, is: sum(co2)}
  worst: {unit: t CO2, optional: true, is: greatest(by_ship)}
  #formulas
results:
  total: {of: total, role: total}
  #results
checks:
  plausible: {each: voyage, that: distance < 1000 * limit, message: {zh: 远, en: far}}
  #checks
#end
"""


class Spot(NamedTuple):
    """Where a finding stands: line and column counted from 1, width of the caret."""

    line: int
    column: int
    width: int


def patched(patches: Mapping[str, str]) -> tuple[str, list[Spot]]:
    """Put patches into the base; return the text and the marked spots in order.

    A patch under ``old -> new`` (a key that is no block) replaces a line of the base.
    """
    content = BASE
    for block, lines in patches.items():
        mark = f"  #{block}\n" if f"  #{block}\n" in content else f"#{block}\n"
        if mark in content:
            indent = " " * (len(mark) - len(mark.lstrip()))
            put = "".join(f"{indent}{line}\n" if line else "\n" for line in lines.split("\n"))
            content = content.replace(mark, put + mark)
        else:
            assert block in content, f"no such line: {block}"
            content = content.replace(block, lines, 1)
    spots: list[Spot] = []
    clean: list[str] = []
    for number, line in enumerate(content.split("\n"), start=1):
        rest = line
        while "«" in rest:
            begin = rest.index("«")
            rest = rest.replace("«", "", 1)
            end = rest.index("»")
            rest = rest.replace("»", "", 1)
            spots.append(Spot(number, begin + 1, end - begin))
        clean.append(rest)
    return "\n".join(clean), spots


def checked(
    patches: Mapping[str, str], modules: Mapping[str, str] | None = None, **options: object
) -> Methodology:
    """Check the patched base."""
    content, _ = patched(patches)
    return check_text(content, modules, **options)


def check_text(
    content: str, modules: Mapping[str, str] | None = None, **options: object
) -> Methodology:
    """Check a text; modules are texts by name."""
    options.setdefault("vocabularies", WORDS)
    return check(parse_text(content, "made-up.yaml"), modules=loader(modules or {}), **options)


def loader(texts: Mapping[str, str]):
    """Return a loader of modules from texts."""
    return lambda written, _edition: parse_text(texts[written.text], f"{written.text}.yaml")


def findings(patches: Mapping[str, str], modules: Mapping[str, str] | None = None, **options):
    """Return what is wrong with the patched base, and the marked spots."""
    content, spots = patched(patches)
    try:
        check_text(content, modules, **options)
    except Refused as refused:
        return refused.diagnostics, spots
    return (), spots


def at(finding: Diagnostic) -> Spot | None:
    """Return where a finding stands."""
    place = finding.place
    if place is None or place.line is None or place.column is None:
        return None
    return Spot(place.line, place.column, place.width)
