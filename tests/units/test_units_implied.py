from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrv.units import explain_misfit, implied, implied_ratio, parse_unit

MAY = [
    ("t", "t CO2", Fraction(1)),
    ("kg", "t CO2", Fraction(1, 1000)),
    ("kg CO2", "t CO2", Fraction(1, 1000)),
    ("t/GJ", "t C/GJ", Fraction(1)),
    ("t/TJ", "t C/GJ", Fraction(1, 1000)),
    ("1", "t CO2/t", Fraction(1)),
    ("%", "t C/t", Fraction(1, 100)),
    ("t CO2/t", "t CO2/t CaCO3", Fraction(1)),
    ("GJ", "GJ[LHV]", Fraction(1)),
    ("MJ/kg", "GJ[LHV]/t", Fraction(1)),
    ("万Nm3", "Nm3", Fraction(10000)),
    ("t CO2", "t CO2[scope2,location]", Fraction(1)),
    ("t CO2[scope2]", "t CO2[scope2,location]", Fraction(1)),
    ("t CO2e[AR5]", "t CO2e[AR5,WTT]", Fraction(1)),
    ("kg", "t CO2e[AR5]", Fraction(1, 1000)),
    ("kWh", "GJ", Fraction(9, 2500)),
]
MAY_NOT = [
    ("t C", "t CO2"),
    ("t CO2", "t C"),
    ("t CO2", "t"),
    ("t CO2/t", "1"),
    ("GJ[HHV]", "GJ[LHV]"),
    ("GJ[LHV]", "GJ"),
    ("Sm3", "Nm3"),
    ("m3", "Nm3"),
    ("万m3", "Sm3"),
    ("GJ/m3", "GJ[LHV]/Nm3"),
    ("t CO2e[AR4]", "t CO2e[AR5]"),
    ("t CO2", "t CO2e[AR5]"),
    ("t CO2e[AR5,WTT]", "t CO2e[AR5]"),
    ("t CO2[scope2,market]", "t CO2[scope2,location]"),
    ("t C/GJ", "GJ/t C"),
    ("GT", "t"),
    ("L", "t"),
    ("km", "passenger*km"),
    ("CNY", "USD"),
    ("tce", "GJ"),
    ("kW", "kWh"),
    ("1", "t CO2"),
]


@pytest.mark.parametrize(("user", "declared", "ratio"), MAY)
def test_what_is_unsaid_is_filled_in(user, declared, ratio):
    assert implied(parse_unit(user), parse_unit(declared))
    assert implied_ratio(parse_unit(user), parse_unit(declared)) == ratio


@pytest.mark.parametrize(("user", "declared"), MAY_NOT)
def test_what_contradicts_is_not(user, declared):
    assert not implied(parse_unit(user), parse_unit(declared))
    with pytest.raises(ValueError, match="does not stand for"):
        implied_ratio(parse_unit(user), parse_unit(declared))


ALL = sorted({text for pair in [*MAY_NOT, *MAY] for text in pair[:2]})


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(ALL), st.sampled_from(ALL))
def test_fitting_implies_and_misfits_are_explained(one, two):
    a, b = parse_unit(one), parse_unit(two)
    assert not a.fits(b) or implied(a, b)
    assert not (implied(a, b) and implied(b, a)) or a.fits(b)
    said = explain_misfit(a, b)
    assert said.zh
    assert said.en
    assert ("differ in size only" in said.en) == a.fits(b)


EXPLAINED = [
    ("t C", "t CO2", "multiply by CO2_per_C (44/12)", "44/12"),
    ("t CO2", "t C", "divide by CO2_per_C", "除以"),
    ("t CH4", "t CO2e[AR5]", "multiply by gwp(CH4)", "gwp(CH4)"),
    ("t CO2e[AR5]", "t CH4", "cannot be turned back", "不能折回"),
    ("t CO2e[AR4]", "t CO2e[AR5]", "different GWP sets", "GWP 版本不同"),
    ("t CO2e[AR5,TTW]", "t CO2e[AR5,WTW]", "life-cycle stage", "生命周期阶段"),
    ("t CO2[scope1]", "t CO2[scope2]", "scope", "范围"),
    ("t", "t CO2", "no substance is said", "没有写明物质"),
    ("t CO2", "t", "no substance is wanted", "不带物质"),
    ("GT", "t", "gross tonnage, a volume index, not a mass", "不是质量"),
    ("GT*nmi", "t*nmi", "gross tonnage", "总吨位"),
    ("Sm3", "Nm3", "20 °C", "20 ℃"),
    ("Nm3", "m3", "is said (0 °C", "不写明"),
    ("m3", "Nm3", "is not said, wanted is 0 °C", "没有写明气体状态"),
    ("GJ", "GJ[LHV]", "is not said", "没有写明"),
    ("GJ[HHV]", "GJ[LHV]", "higher heating value", "高位发热量"),
    ("L", "t", "a density is needed", "密度"),
    ("GJ/L", "GJ/t", "a density is needed", "密度"),
    ("t", "GJ", "a heating value is needed", "热值"),
    ("Nm3", "GJ", "heating value per volume", "热值"),
    ("kWh", "tce", "electricity has two", "等价值"),
    ("t", "tce", "coal equivalent is not the mass", "实物"),
    ("kW", "kWh", "differ by a time", "时间"),
    ("km", "passenger*km", "number of passengers", "人数"),
    ("vehicle", "passenger", "different counted things", "计数对象"),
    ("USD", "CNY", "rate of exchange", "汇率"),
    ("GJ/t", "t/GJ", "the other way up", "倒数"),
    ("kWh/t", "t CO2/km", "wanted is mass of CO2 per length", "应为"),
    ("t C/L", "t CO2/t", "density", "密度"),
]


@pytest.mark.parametrize(("found", "wanted", "en", "zh"), EXPLAINED)
def test_the_part_that_differs_is_named(found, wanted, en, zh):
    said = explain_misfit(parse_unit(found), parse_unit(wanted))
    assert en in said.en
    assert zh in said.zh


def test_money_names_what_is_there_first():
    said = explain_misfit(parse_unit("USD"), parse_unit("CNY"))
    assert said.en.startswith("money in USD is not money in CNY")
