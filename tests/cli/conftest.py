"""The program called as a user calls it, and a small made-up methodology with its data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from mrv.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RULE = """\
methodology: toy/boats
edition: 2025.1
status: in-force
governs: {sector: toy, region: CN, from: 2025-01-01, until: 2027-12-31}
title: {zh: 小船, en: Boats}
sources:
  rule: {title: made up, confidence: own}
choices:
  scope: {of: [all, large], default: all, why: {zh: 未定, en: open}}
constants:
  most: {value: 900 t, source: rule}
  big: {value: 100 t, source: rule}
inputs:
  ship:
    key: [ship]
    columns:
      ship: {type: key, label: {zh: 船名, en: ship name}}
      size: {unit: t, above: 0}
  fuel_use:
    key: [ship, month]
    columns:
      ship: {in: ship}
      month: {type: month}
      fuel: {in: factors.fuel}
      burned: {unit: t, min: 0, label: {zh: 消耗量, en: burned}}
      measured: {unit: "GJ[LHV]/t", optional: true}
factors:
  ncv:
    {unit: "GJ[LHV]/t", property: net-calorific-value, match: {key: fuel_use.fuel},
    where: {dataset: gbt32151.34-2024-c1}}
  carbon:
    {unit: "t C/GJ[LHV]", property: carbon-content-per-energy, match: {key: fuel_use.fuel},
    where: {dataset: gbt32151.34-2024-c1}}
formulas:
  heat: {each: fuel_use, unit: "GJ[LHV]", is: burned * used}
  used: {each: fuel_use, unit: "GJ[LHV]/t", is: "first(measured, ncv)", tiers: [measured, default]}
  counts: {each: fuel_use, type: yes-no, is: 'choice.scope == "all" or ship.size >= big'}
  co2: {each: fuel_use, unit: t CO2, is: heat * carbon * CO2_per_C if counts else 0}
  total: {unit: t CO2, is: sum(co2)}
  ship_co2: {each: ship, unit: t CO2, is: sum(co2)}
results:
  total: {of: total, role: total, round: {to: 1, rule: half-even}}
  by_ship: {of: ship_co2, role: memo}
checks:
  plenty:
    {each: fuel_use, severity: error, that: burned <= most,
    message: {zh: 用油太多, en: too much fuel}}
"""
SHIPS = "ship,size [t]\nA,50\nB,500\n"
FUEL = "ship,month,fuel,burned [t]\nA,2025-01,diesel,10\nA,2025-02,柴油,20\nB,2025-01,fuel-oil,30\n"


@dataclass(frozen=True)
class Said:
    """What a call gave: exit code, stdout, stderr."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MRV_LANG", "en")


@pytest.fixture
def mrv(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Call the program; whatever happens, no traceback may be seen."""

    def call(*words: object) -> Said:
        capsys.readouterr()
        code = main([str(word) for word in words])
        seen = capsys.readouterr()
        assert "Traceback" not in seen.out + seen.err
        return Said(code, seen.out, seen.err)

    return call


@pytest.fixture
def rule(tmp_path: Path) -> Path:
    path = tmp_path / "boats.yaml"
    path.write_text(RULE, encoding="utf-8")
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "ship.csv").write_text(SHIPS, encoding="utf-8")
    (folder / "fuel_use.csv").write_text(FUEL, encoding="utf-8")
    return folder


@pytest.fixture
def run(mrv: Callable[..., Said], rule: Path, data: Path) -> Callable[..., Said]:
    """Run the small methodology for 2025, with further words."""

    def call(*words: object) -> Said:
        return mrv("run", rule, "--data", data, "--period", "2025", *words)

    return call
