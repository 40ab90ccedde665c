"""The plan as canonical JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from strategies import plans_with_tables

from mrv.engine.plan import Aggregate, Const, Curve, Derive, Field, Measure, Plan, Spine
from mrv.engine.plan_json import plan_from_json, plan_hash, plan_to_json
from mrv.messages import Refused


def plan(value: Any = 1.5, kind: Any = "number") -> Plan:
    derive = Derive("d", "s", (("x", Const(value, kind)),))
    field = Field("m.x", "d", "x", "number", "kg", ("a",), None, "tier", ("measured", "默认"))
    return Plan((Spine("s"), derive), (field,), "d", (), (("f", ("fuel",)),))


@settings(max_examples=60, deadline=None)
@given(plans_with_tables())
def test_every_plan_comes_back_the_same(drawn: Any) -> None:
    text = plan_to_json(drawn[0])
    assert plan_from_json(text) == drawn[0]
    assert plan_to_json(plan_from_json(text)) == text
    assert plan_hash(plan_from_json(text)) == plan_hash(drawn[0])


def test_the_text_is_canonical_and_the_hash_known() -> None:
    text = plan_to_json(Plan((Spine("甲"),), (), "甲", (), ()))
    assert text == (
        '{"curves":[],"factors":[],"fields":[],"is":"Plan",'
        '"relations":[{"is":"Spine","name":"甲"}],"report":"甲"}'
    )
    # printf of the same text, piped through sha256sum.
    assert plan_hash(plan_from_json(text)) == (
        "f605112b7585044a5b67030718c9cd180c6224e36c8599a09626e7ddafe543ec"
    )


@pytest.mark.parametrize("value", [0.1, -0.0, 5e-324, 1.7976931348623157e308, 1e22, None])
def test_numbers_keep_every_bit(value: float | None) -> None:
    back = plan_from_json(plan_to_json(plan(value))).relations[1]
    assert repr(back.columns[0][1].value) == repr(value)  # type: ignore[union-attr]


def test_equal_plans_have_equal_hashes_though_one_says_1_and_the_other_1_0() -> None:
    assert plan(1) == plan(1.0)
    assert plan_hash(plan(1)) == plan_hash(plan(1.0))
    one = Plan((), (), "r", (Curve("c", (0, 1), None, ((2, 3),), ((1,),), "error"),), ())
    assert '"values":[[2.0,3.0]]' in plan_to_json(one)
    assert plan_from_json(plan_to_json(one)) == one


def test_kinds_of_constants_stay_apart() -> None:
    hashes = {plan_hash(plan(v, k)) for v, k in [(1, "whole"), (1.0, "number"), (True, "flag")]}
    assert len(hashes) == 3
    back = plan_from_json(plan_to_json(plan(True, "flag"))).relations[1]
    assert back.columns[0][1].value is True  # type: ignore[union-attr]


def test_a_change_anywhere_changes_the_hash() -> None:
    base = plan()
    other = replace(base, fields=(replace(base.fields[0], tiers=("默认", "measured")),))
    assert len({plan_hash(base), plan_hash(other), plan_hash(plan(1.5000000000000002))}) == 3


def test_numbers_that_are_not_finite_are_no_plan() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        plan_to_json(plan(float("nan")))


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [
        ('"report":"d"', '"report":7', "$.report"),
        ('"report":"d"', '"reports":"d"', "$"),
        ('"is":"Spine"', '"is":"Spin"', "$.relations[0]"),
        ('"is":"Spine"', '"is":"Const"', "$.relations[0]"),
        ('"kind":"number","value"', '"kind":"float","value"', "$.relations[1].columns[0][1].kind"),
        ('"value":1.5', '"value":[1.5]', "$.relations[1].columns[0][1].value"),
        ('"value":1.5', '"value":Infinity', "$.relations[1].columns[0][1].value"),
        ('["f",["fuel"]]', '["f"]', "$.factors[0]"),
        ('"curves":[]', '"curves":{}', "$.curves"),
    ],
)
def test_a_malformed_plan_is_refused_at_its_path(old: str, new: str, at: str) -> None:
    text = plan_to_json(plan())
    assert old in text
    with pytest.raises(Refused) as caught:
        plan_from_json(text.replace(old, new))
    (finding,) = caught.value.diagnostics
    assert finding.rule == "plan.malformed"
    assert f" at {at}: " in finding.what.en
    assert f" {at} " in finding.what.zh


@pytest.mark.parametrize("text", ["", "{", "null", "[1]", '"Plan"', "[" * 100_000])
def test_what_is_no_plan_at_all_is_refused(text: str) -> None:
    with pytest.raises(Refused, match=r"plan\.malformed"):
        plan_from_json(text)


def test_spacing_and_order_of_keys_do_not_matter_to_the_reader() -> None:
    grouped = Aggregate("g", "s", (), (Measure("n", "count", None, None, 1, "whole"),))
    whole = replace(plan(), relations=(Spine("s"), grouped), report="g")
    loose = json.dumps(json.loads(plan_to_json(whole)), indent=2)
    assert plan_from_json(loose) == whole
    assert plan_hash(plan_from_json(loose)) == plan_hash(whole)
