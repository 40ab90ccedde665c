from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrv.messages import Place, Refused
from mrv.units import ONE, describe, explain_misfit, parse_unit, unit_text_with_choice
from mrv.units.registry import read_registry, registry

SAME = [
    ("tCO2/GJ", "t CO2/GJ"),
    ("ｔＣＯ₂／ＧＪ", "t CO2/GJ"),
    ("吨二氧化碳/吉焦", "t CO2/GJ"),
    ("t-CO2/GJ", "t CO2/GJ"),
    ("tC/GJ", "t C/GJ"),
    ("kgCO2/千瓦时", "kg CO2/kWh"),
    ("千克二氧化碳当量[AR6]/kWh", "kg CO2e[AR6]/kWh"),
    ("t CO2e[WTT, AR5]", "t CO2e[AR5,WTT]"),
    ("t CO2[location,scope2]", "t CO2[scope2,location]"),
    ("g/(kW·h)", "g/kWh"),
    ("g/kW·h", "g/kWh"),
    ("g / (kW * h)", "g/kWh"),
    ("t CO2/t·km", "t CO2/(t*km)"),
    ("吨海里", "t*nmi"),
    ("人公里", "passenger*km"),
    ("人·km", "passenger*km"),
    ("万吨公里", "10^4 t*km"),
    ("万t·km", "10000 t*km"),
    ("百万吨", "1e6 t"),
    ("亿kWh", "10^8 kWh"),
    ("万 kWh", "万kWh"),
    ("万m²", "10000 m2"),
    ("万km²", "10000 km^2"),
    ("万Nm³", "10^4 m3[0C]"),
    ("10⁴ t", "10000 t"),
    ("m**2", "m2"),
    ("h⁻¹", "1/h"),
    ("h-1", "1/h"),
    ("s^-2", "1/s^2"),
    ("L/100km", "升/百公里"),
    ("t CO2/10^4 m3", "t CO2/万m3"),
    ("(t CO2/GJ)*GJ", "t CO2"),
    ("t/t/km", "1/km"),
    ("(万t)^2", "10^8 t^2"),
    ("万t^2", "10^4 t^2"),
    ("GJ[LHV]^2", "GJ[LHV]*GJ[LHV]"),
    ("m tonnes", "t"),
    ("metric tons", "t"),
    ("载重吨", "t"),
    ("dwt", "t"),
    ("人次", "passenger"),
    ("KWH", "kWh"),
    ("KG", "kg"),
    ("n mile", "nmi"),
    ("NM", "nmi"),
    ("海里", "nmi"),
    ("mmBtu", "MMBTU"),
    ("百万千焦", "GJ"),
    ("吨标准煤", "tce"),
    ("标方", "Nm3"),
    ("艘次", "call"),
    ("标箱", "TEU"),
    ("总吨", "GT"),
    ("万元", "10^4 CNY"),
    ("％", "%"),
    ("kn", "nmi/h"),
]

REFUSED = [
    ("tonn/gigaj", "unit.unknown", "tonne"),
    ("千瓦史", "unit.unknown", "千瓦时"),
    ("M3", "unit.unknown", "m3"),
    ("t/zzzzqq", "unit.unknown", "Known are t, kg"),
    ("US$m", "unit.unknown", ""),
    ("t;GJ", "unit.unknown", ""),
    ("MT", "unit.ambiguous", "Mt"),
    ("MTCO2", "unit.ambiguous", "Mt"),
    ("ton", "unit.ambiguous", "short_ton"),
    ("gallon", "unit.ambiguous", "US_gallon"),
    ("nm", "unit.ambiguous", "nmi"),
    ("mwh", "unit.ambiguous", "MWh"),
    ("T", "unit.ambiguous", "small t"),
    ("万度", "unit.ambiguous", "kWh"),
    ("scf", "unit.ambiguous", "Nm3"),
    ("t CO2/t*km", "unit.ambiguous", "parentheses"),
    ("t CO2/t km", "unit.ambiguous", "parentheses"),
    ("g/kg·km", "unit.ambiguous", "parentheses"),
    ("10*12/L", "unit.ambiguous", "10^12"),
    ("t/a", "unit.calendar", "not a duration"),
    ("吨/年", "unit.calendar", "not a duration"),
    ("month", "unit.calendar", "not a duration"),
    ("℃", "unit.temperature", "offset"),
    ("", "unit.syntax", ""),
    ("t/", "unit.syntax", ""),
    ("/t", "unit.syntax", ""),
    ("(t", "unit.syntax", ""),
    ("t)", "unit.syntax", ""),
    ("()", "unit.syntax", ""),
    ("t^0", "unit.syntax", ""),
    ("t^99", "unit.syntax", ""),
    ("0 t", "unit.syntax", ""),
    ("1e99 t", "unit.syntax", ""),
    ("(" * 50 + "t" + ")" * 50, "unit.syntax", ""),
    ("t*" * 150 + "t", "unit.syntax", ""),
    ("CO2", "unit.syntax", ""),
    ("t CO2^2", "unit.syntax", ""),
    ("GJ^2[LHV]", "unit.syntax", ""),
    ("km CO2", "unit.syntax", "mass"),
    ("t CO2e", "unit.gwp_set", "AR5"),
    ("t CO2e[WTT]", "unit.gwp_set", "AR5"),
    ("t CO2[AR5]", "unit.tag", "CO2e only"),
    ("t CO2e[AR7]", "unit.tag", "AR6"),
    ("t CO2e[AR4,AR5]", "unit.tag", "one tag"),
    ("t CO2[LHV]", "unit.tag", "energy"),
    ("t[LHV]", "unit.tag", "energy"),
    ("GJ[0C]", "unit.tag", "volume"),
    ("GJ[scope1]", "unit.tag", "substance"),
    ("Nm3[20C]", "unit.tag", "volume"),
]


@pytest.mark.parametrize(("written", "plain"), SAME)
def test_spellings_of_one_unit(written, plain):
    assert parse_unit(written) == parse_unit(plain)


@pytest.mark.parametrize(("written", "rule", "hint"), REFUSED)
def test_refused_with_rule_and_hint_in_both_languages(written, rule, hint):
    place = Place(file="a.yaml", line=3)
    with pytest.raises(Refused) as caught:
        parse_unit(written, place)
    for finding in caught.value.diagnostics:
        assert finding.rule == rule
        assert finding.place == place
        assert finding.hint
        assert finding.what.zh != finding.what.en
        assert hint in finding.hint.en or len(caught.value.diagnostics) > 1


def test_all_unknown_words_are_reported_at_once():
    with pytest.raises(Refused) as caught:
        parse_unit("tonn CO2/(gigaj*year)")
    rules = [finding.rule for finding in caught.value.diagnostics]
    assert rules == ["unit.unknown", "unit.unknown", "unit.calendar"]


@pytest.mark.parametrize("name", registry().units)
def test_every_registered_unit_reads_back_and_is_described(name):
    known = registry()
    unit = known.units[name]
    assert parse_unit(name) == unit
    assert parse_unit(unit.spelling) == unit
    assert describe(unit, "zh") == known.labels[name]
    assert known.notes[name]


@pytest.mark.parametrize("table", ["unit_names", "compounds"])
def test_every_spelling_is_read_as_its_unit(table):
    for spelling, name in getattr(registry(), table).items():
        assert parse_unit(spelling) == parse_unit(name), spelling


def test_every_spelling_of_a_substance_is_read():
    for spelling, name in registry().substance_names.items():
        tag = "[AR5]" if name == "CO2e" else ""
        assert parse_unit(f"t {spelling}{tag}") == parse_unit(f"t {name}{tag}"), spelling
        if " " not in spelling:
            assert parse_unit(f"kg{spelling}{tag}/t") == parse_unit(f"kg {name}{tag}/t"), spelling


def test_no_refused_spelling_is_also_accepted():
    known = registry()
    assert not set(known.refused) & {*known.unit_names, *known.substance_names, *known.compounds}


def test_tonnes_of_three_kinds_and_of_none():
    sizes = {parse_unit(name).scale for name in ("t", "short_ton", "long_ton")}
    assert len(sizes) == 3
    assert parse_unit("long_ton").scale == Fraction("1016.0469088")
    assert not parse_unit("GT").fits(parse_unit("t"))


def test_pure_numbers():
    assert parse_unit("1") == ONE
    assert parse_unit("%").dimensionless
    assert parse_unit("5 %").scale == Fraction(1, 20)
    assert parse_unit("t C/t").powers == (("C", 1),)


@pytest.mark.parametrize(
    ("written", "zh", "en"),
    [
        ("t CO2/GJ", "吨CO2/吉焦", "t CO2/GJ"),
        ("万元", "万元", "万CNY"),
        ("万Nm3", "万标准立方米", "万Nm3"),
        ("km^2", "公里²", "km²"),
        ("(t CO2)^2", "(吨CO2)²", "(t CO2)²"),
        ("t CO2e[AR5]/10^4 m3", "吨CO2e[AR5]/(10000·立方米)", "t CO2e[AR5]/(10000·m3)"),
        ("1", "1", "1"),
    ],
)
def test_described_for_people(written, zh, en):
    assert describe(parse_unit(written), "zh") == zh
    assert describe(parse_unit(written), "en") == en


def test_choice_fills_the_braces():
    assert unit_text_with_choice("t CO2e[{gwp}]", {"gwp": "AR6"}) == "t CO2e[AR6]"
    with pytest.raises(Refused) as caught:
        unit_text_with_choice("t CO2e[{gpw}]/{x}", {"gwp": "AR6"})
    assert [d.rule for d in caught.value.diagnostics] == ["unit.choice", "unit.choice"]


@pytest.mark.parametrize(
    "lines",
    [
        "[units]\nkg = base mass ; ; 千克 ; SI",
        "[dimensions]\nmass = physical ; 质量 ; mass\n[units]\nkg = base mass ; kg ; 千克 ; SI",
        "[units]\nt = 1000 kg ; ; 吨 ; SI",
        "[units]\nt = 1000 kg",
        "t = 1",
    ],
)
def test_a_bad_registry_line_is_named(lines):
    with pytest.raises(ValueError, match="registry"):
        read_registry(lines)


def only_refused(written):
    """Read any text: either it is a unit that reads back, or it is refused."""
    try:
        unit = parse_unit(written)
    except Refused:
        return
    assert parse_unit(unit.spelling) == unit
    assert explain_misfit(unit, unit).zh
    assert describe(unit, "zh")


PIECES = [
    *"()/*·^[] 0123456789.万亿-²",
    "t",
    "kWh",
    "CO2",
    "CO2e",
    "[AR5]",
    "[LHV]",
    "m",
    "km",
    "h",
]


@settings(max_examples=250, deadline=None)
@given(st.text(max_size=30))
def test_random_text_is_a_unit_or_refused(written):
    only_refused(written)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_text_of_unit_pieces_is_a_unit_or_refused(written):
    only_refused(written)


UCUM = Path(__file__).parents[3] / "shared/data/units/ucum_validation.csv"


@pytest.mark.data
@pytest.mark.skipif(not UCUM.exists(), reason="../shared/data/units/ucum_validation.csv is absent")
def test_ucum_codes_are_units_or_refused():
    with UCUM.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            only_refused(row["unit"])
