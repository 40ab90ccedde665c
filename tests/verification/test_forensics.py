"""Patterns: planted and found; clean data left alone."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from mrv.verification.forensics import _OF_TABLE
from mrv.verification.material import material
from mrv.verification.oddities import KINDS

MONTHS = [f"2025-{month:02}" for month in range(1, 13)]


def clean(seed, shape="level", ships=None):
    """A fleet's months: fuel in tenths of a tonne, distance in kilometres, a speed."""
    rng = np.random.default_rng(seed)
    ships = ships or int(rng.integers(1, 30))
    count = ships * 12
    level = np.repeat(rng.lognormal(4.5, 0.8, ships), 12)
    fuel = level * rng.lognormal(0, 0.25, count)
    if shape == "even":
        fuel = rng.uniform(50, 500, count)
    speed = rng.normal(30, 5, count)
    return pd.DataFrame(
        {
            "_row": np.arange(2, count + 2),
            "ship": np.repeat([f"s{ship}" for ship in range(ships)], 12),
            "month": MONTHS * ships,
            "fuel": np.round(fuel, 1),
            "distance": np.round(fuel * speed * rng.lognormal(0, 0.1, count)),
            "speed": np.round(speed, 2),
        }
    )


def look(frame, kind, quantities=("fuel", "distance", "speed")):
    table = material("fuel_use", frame, quantities, facility="ship", month="month")
    return list(_OF_TABLE[kind](table))


@pytest.mark.parametrize("shape", ["level", "even"])
def test_clean_data_are_left_alone(shape):
    """Fewer than one of twenty tables without any pattern is remarked, for each pattern."""
    found = Counter()
    seeds = 100
    for seed in range(seeds):
        frame = clean(seed, shape)
        names = ["fuel"] if seed % 3 == 0 else ["fuel", "distance", "speed"]
        table = material("t", frame, names, facility="ship", month="month")
        found.update(kind for kind, one in _OF_TABLE.items() if list(one(table)))
    assert not {kind: count for kind, count in found.items() if count >= seeds / 20}


def test_rows_that_repeat_others():
    frame = clean(1, ships=10)
    for name in ("fuel", "distance", "speed"):
        frame.loc[[50, 51], name] = frame.loc[[7, 8], name].to_numpy()
    (one,) = look(frame, "duplicates")
    assert one.rows == (9, 10, 52, 53)
    assert one.statistic["groups"] == 2
    assert one.chance < 1e-3
    assert "4 rows" in one.said.en


def test_a_single_repeated_row_is_enough_where_several_figures_agree():
    frame = clean(1, ships=10)
    frame.loc[50, ["fuel", "distance", "speed"]] = frame.loc[7, ["fuel", "distance", "speed"]]
    (one,) = look(frame, "duplicates")
    assert one.rows == (9, 52)


def test_columns_that_follow_from_another_tell_nothing_more():
    frame = clean(2, ships=20)
    fuel = np.random.default_rng(0).integers(100, 400, len(frame)).astype(float)
    frame = frame.assign(fuel=fuel, distance=fuel * 31.7, speed=fuel * 0.113)
    assert frame[["fuel", "distance", "speed"]].duplicated().sum() > 30
    assert not look(frame, "duplicates")
    assert not look(frame, "copied-months")


def test_a_column_of_few_digits_repeats_without_a_reason():
    frame = clean(2, ships=20)
    frame["fuel"] = np.random.default_rng(0).integers(100, 400, len(frame)).astype(float)
    assert frame["fuel"].duplicated().sum() > 30
    assert not look(frame, "duplicates", ["fuel"])
    assert not look(frame, "copied-months", ["fuel"])


def test_rows_that_repeat_others_a_little_changed():
    frame = clean(3, ships=20)
    there, here = list(range(10)), list(range(100, 110))
    for name in ("fuel", "distance"):
        frame.loc[here, name] = frame.loc[there, name].to_numpy() * 1.0003
    (one,) = look(frame, "near-duplicates", ["fuel", "distance"])
    assert one.count >= 8
    assert set(one.rows) <= {row + 2 for row in here}
    assert not look(frame, "duplicates", ["fuel", "distance"])


def test_one_month_copied_into_another():
    frame = clean(4, ships=6)
    more = frame.assign(_row=frame["_row"] + 1000, fuel=frame["fuel"] * 3, speed=11.0)
    frame = pd.concat([frame, more], ignore_index=True)  # two rows a month
    months = frame["month"].to_numpy()
    of_s2 = (frame["ship"] == "s2").to_numpy()
    for name in ("fuel", "distance", "speed"):
        frame.loc[of_s2 & (months == "2025-05"), name] = frame.loc[
            of_s2 & (months == "2025-03"), name
        ].to_numpy()[::-1]  # in another order
    (one,) = look(frame, "copied-months")
    assert "s2 2025-03 = 2025-05" in one.said.en
    assert one.rows == (30, 1030)
    assert one.columns[:2] == ("ship", "month")


def test_the_same_names_in_two_organisations_are_two_facilities():
    frame = pd.concat([clean(5, ships=1)] * 2, ignore_index=True)
    frame["_row"] = range(2, len(frame) + 2)
    frame["organisation"] = ["X"] * 12 + ["Y"] * 12
    assert not look(frame, "copied-months")
    assert not look(frame, "jumps")


def test_round_numbers():
    rng = np.random.default_rng(6)
    frame = clean(6, ships=10)
    frame["distance"] = rng.integers(100, 9999, len(frame)).astype(float)
    assert not look(frame, "round-numbers", ["distance"])
    frame.loc[:14, "distance"] = frame.loc[:14, "distance"].round(-2) + 100
    (one,) = look(frame, "round-numbers", ["distance"])
    assert one.count >= 15
    assert one.statistic["share"] == pytest.approx(0.125, abs=0.03)
    assert set(range(2, 17)) <= set(one.rows)


def test_last_digits_against_a_chi_square_by_hand():
    """Figures 101 to 199 without those that end in 0 are even; then 90 more that end in 5."""
    figures = [float(n) for n in range(101, 200) if n % 10] * 2
    frame = pd.DataFrame({"_row": range(len(figures)), "x": figures})
    table = material("t", frame, ["x"])
    assert not list(_OF_TABLE["last-digits"](table))
    figures += [float(n) for n in range(105, 200, 10)] * 9
    frame = pd.DataFrame({"_row": range(len(figures)), "x": figures})
    (one,) = _OF_TABLE["last-digits"](material("t", frame, ["x"]))
    # 270 figures, 30 expected of each; 110 fives and 20 of each other digit
    assert one.statistic["chi-square"] == pytest.approx((80**2 + 8 * 10**2) / 30)
    assert one.count == 110


def benford_look(values):
    frame = pd.DataFrame({"_row": range(len(values)), "x": np.asarray(values, dtype=float)})
    return list(_OF_TABLE["benford"](material("t", frame, ["x"])))


def test_powers_of_two_follow_benford():
    assert not benford_look([2.0**n for n in range(1000)])


def test_even_first_digits_over_four_powers_of_ten_do_not():
    (one,) = benford_look(
        [(d + k / 20) * 10.0**p for d in range(1, 10) for p in range(4) for k in range(20)]
    )
    # nine equal shares: the mean distance from the law is known from the law alone
    law = [np.log10(1 + 1 / d) for d in range(1, 10)]
    even = sum(abs(1 / 9 - share) for share in law) / 9
    assert one.statistic["mean deviation"] == pytest.approx(even)


def test_benford_is_not_asked_of_few_or_narrow_figures():
    assert not benford_look([5.0] * 299)
    assert not benford_look(list(range(100, 999)))


def test_a_jump_against_the_month_before():
    frame = clean(7, ships=5)
    frame.loc[30, "fuel"] *= 1000  # kilograms called tonnes
    (one,) = look(frame, "jumps", ["fuel"])
    assert 32 in one.rows
    assert one.count <= 2
    assert one.statistic["largest factor"] > 300


def test_a_ratio_far_from_the_others():
    frame = clean(8, ships=5)
    frame.loc[12, "distance"] *= 10
    found = [one for one in look(frame, "ratios") if one.columns == ("fuel", "distance")]
    (one,) = found
    assert one.rows == (14,)
    assert one.statistic["largest factor"] == pytest.approx(10, rel=0.4)


@pytest.mark.parametrize("kind", list(_OF_TABLE))
def test_tables_with_little_in_them(kind):
    empty = clean(9).iloc[:0]
    assert look(empty, kind) == []
    assert look(clean(9, ships=1).iloc[:1], kind) == []
    zeros = clean(9, ships=12)
    zeros[["fuel", "distance", "speed"]] = 0.0
    assert look(zeros, kind) == []
    gaps = clean(9, ships=12)
    gaps["fuel"] = np.nan
    gaps.loc[::2, "distance"] = np.nan
    gaps.loc[::3, "ship"] = None
    gaps.loc[::5, "month"] = None
    assert look(gaps, kind) == []
    plain = material("t", clean(9, ships=12), [])
    assert list(_OF_TABLE[kind](plain)) == []


def test_every_pattern_has_words_in_both_languages():
    assert set(_OF_TABLE) | {"equal-to-default"} == set(KINDS)
    assert all(words.zh and words.en for words in KINDS.values())
