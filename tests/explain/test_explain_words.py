"""Formulas as text, the golden explanation in both languages, and the register."""

from __future__ import annotations

import pytest

from mrv.explain import explain, register, render_text, to_math, to_words

MATH = {
    "co2": "heat × carbon × oxidation × CO2_per_C",
    "net": "direct − Σ discount",
    "intensity": "shop_co2 ÷ bread (where bread is 0: missing)",
    "saved": "distance × baseline if accepted, else 0 g CO2",
    "accepted": "distance ≥ shortest and speed ≤ fastest and not overlap and tested",
    "share": "(limit ÷ day_km (where day_km is 0: 1), at most 1)",
    "day_km": "Σ distance where accepted",
    "credit": "Σ (saved × share)",
    "before": "Σ emission where year = 2023",
    "overlap": "overlaps(start, end; same user)",
    "empirical": "round(floor^0.61, to 0.000001)",
    "change": "direct − previous(direct) if previous(direct) is given, else missing",
    "warm": "warmup(rated)",
    "peak": "first given of (greatest shop_month, 0 t CO2)",
    "per_day": "direct ÷ period.days",
}


@pytest.mark.parametrize("name", MATH)
def test_mathematics(bakery, name) -> None:
    assert to_math(bakery.formulas[name].body) == MATH[name]


def test_words_in_both_languages(bakery) -> None:
    body = bakery.formulas["heat"].body
    assert to_words(body, "en") == "burned times ncv_used"
    assert to_words(body, "zh") == "burned乘以ncv_used"
    total = bakery.formulas["direct"].body
    assert to_words(total, "en", bakery) == "the sum of co2 over each row of firing"
    assert to_words(total, "zh", bakery) == "firing 的每一行的co2之和"
    for formula in bakery.formulas.values():
        for lang in ("zh", "en"):
            assert "{" not in to_words(formula.body, lang).replace("∈ {", "")


GOLDEN_EN = """\
Why this number: heat (toy/bakery 2025.1, 2024)
the methodology is a trial: its results are not official
choices: gases=co2, gwp=AR5

heat [o2, 2024-01, diesel] = 21.326 GJ[LHV]
│    formula: burned × ncv_used
│    numbers: 0.5 t × 42.652 GJ[LHV]/t = 21.326 GJ[LHV]
├─ firing.burned [o2, 2024-01, diesel] = 0.5 t
│       read from: firing, row 2, column burned
└─ ncv_used [o2, 2024-01, diesel] = 42.652 GJ[LHV]/t
   │    formula: first given of (ncv_measured, ncv)
   │    branch: default
   │    ※ default is taken: there is no value for measured
"""
GOLDEN_ZH = """\
为什么是这个数：heat（toy/bakery 2025.1，2024）
方法学状态为“试行”，结果不能作为正式数据
选项：gases=co2, gwp=AR5

heat [o2, 2024-01, diesel] = 21.326 吉焦[LHV]
│    公式：burned × ncv_used
│    代入：0.5 吨 × 42.652 吉焦[LHV]/吨 = 21.326 吉焦[LHV]
├─ firing.burned [o2, 2024-01, diesel] = 0.5 吨
│       出处：firing，第 2 行，burned 列
└─ ncv_used [o2, 2024-01, diesel] = 42.652 吉焦[LHV]/吨
   │    公式：依次取首个有值者（ncv_measured，ncv）
   │    取值来源：default
   │    ※ 没有“measured”的值，取“default”
"""


@pytest.mark.parametrize(("lang", "golden"), [("en", GOLDEN_EN), ("zh", GOLDEN_ZH)])
def test_golden_text(baked, lang, golden) -> None:
    assert render_text(explain(baked, "heat", row={"oven": "o2"}), lang).startswith(golden)


def test_register_names_every_number_with_its_source(bakery, store) -> None:
    rows = register(bakery, store)
    by_name = {(row.kind, row.name): row for row in rows}
    oxidation = by_name["constant", "oxidation"]
    assert (oxidation.value, oxidation.unit, oxidation.used_in) == ("98", "%", ("co2",))
    assert oxidation.source.confidence == "own"
    assert by_name["constant", "CO2_per_C"].used_in == ("co2",)
    assert by_name["constant", "large"].used_in == ("big_oven",)
    diesel = by_name["factor", "ncv (diesel)"]
    assert (diesel.value, diesel.unit) == ("42.652", "GJ[LHV]/t")
    assert by_name["factor", "gwp(CO2, AR5)"].source.title.en.startswith("IPCC")
    assert by_name["table", "bonus"].used_in == ("discount",)
    assert by_name["curve", "warmup"].value == "200"
    assert ("empirical", "empirical") in by_name
    assert {name for kind, name in by_name if kind == "constant"} == {
        *bakery.constants,
        "CO2_per_C",
    }
    assert all(
        row.place.startswith("tests/toy/bakery.yaml:") for row in rows if row.kind == "table"
    )
