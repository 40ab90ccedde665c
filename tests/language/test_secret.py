"""Secret keys, groups that must be withheld, and counts of different values."""

from __future__ import annotations

import pytest
from marked import at, checked, findings

USERS = """\
member:
  key: [user]
  columns: {user: {type: key, secret: true}, joined: {type: day}}
journey:
  key: [journey]
  columns:
    journey: {type: key}
    rider: {in: member}
    stop: {in: stop}
    mode: {one_of: [walk, bike]}
    begin: {type: instant}
    km: {unit: km}
stop:
  key: [stop]
  columns: {stop: {type: key}}"""
FAR = "far: {per: [mode], unit: km, is: sum(km)}"
RIDERS = 'riders: {per: [mode], unit: "1", is: distinct(rider)}'
CONSTANTS = "few: {value: 5}\nhalf: {value: 2.5}\none: {value: 1 km}"


def file(formulas, results, **more):
    return {"inputs": USERS, "formulas": formulas, "results": results, **more}


def test_a_reference_to_a_secret_key_is_secret():
    made = checked(file("x: {unit: km, is: sum(km)}", "x: {of: x, role: total}"))
    secret = [f"{t.name}.{c.name}" for t in made.inputs.values() for c in t.columns if c.secret]
    assert secret == ["member.user", "journey.rider"]


@pytest.mark.parametrize(("below", "least"), [("10", 10), ("few", 5), ('"{least}"', 20)])
def test_the_smallest_number_is_a_number_a_constant_or_a_choice(below, least):
    made = checked(
        file(
            f"{FAR}\n{RIDERS}",
            f"far: {{of: far, role: memo, withhold: {{below: {below}, of: riders}}}}",
            constants=CONSTANTS,
            choices="least: {of: ['20', '30'], default: '20', why: {zh: 无, en: none}}",
        )
    )
    (guard,) = made.withheld
    assert (guard.least, guard.of, guard.results) == (least, "riders", ("far",))
    assert guard.grain == made.formulas["far"].grain


def test_the_strictest_of_two_results_holds_for_both():
    made = checked(
        file(
            f"{FAR}\n{RIDERS}\nn: {{per: [mode], unit: '1', is: count(journey)}}",
            "far: {of: far, role: memo, withhold: {below: 3, of: riders}}\n"
            "n: {of: n, role: memo, withhold: {below: 7, of: riders}}\n"
            "riders: {of: riders, role: memo}",
        )
    )
    (guard,) = made.withheld
    assert (guard.least, guard.results) == (7, ("far", "n"))


RIGHT = [
    ("x: {per: [rider], unit: km, is: sum(km)}", "x: {of: x, role: credit}"),
    ("x: {per: [rider, mode], unit: km, is: sum(km)}", "x: {of: x, role: credit}"),
    ("x: {each: member, unit: km, is: sum(km)}", "x: {of: x, role: credit}"),
    ("x: {each: journey, unit: km, is: km}", "x: {of: x, role: credit}"),
    ("x: {unit: '1', is: 'distinct(rider, where=km > 0)'}", "x: {of: x, role: memo}"),
    ("x: {unit: '1', is: distinct(mode) + distinct(day(begin))}", "x: {of: x, role: memo}"),
    ("x: {each: stop, unit: '1', is: '1'}", "x: {of: x, role: memo}"),
]


@pytest.mark.parametrize(("formulas", "results"), RIGHT)
def test_right(formulas, results):
    checked(file(formulas, results))


OPEN = "x: {of: x, role: memo}"
WRONG = [
    (("x: {per: [mode], unit: km, is: sum(km)}", "«x»: {of: x, role: memo}"), "secret.group"),
    (("x: {each: stop, unit: km, is: sum(km)}", "«x»: {of: x, role: memo}"), "secret.group"),
    (
        ("y: {each: stop, unit: km, is: sum(km)}\nx: {each: stop, unit: km, is: y + one}",
         "«x»: {of: x, role: memo}"),
        "secret.group",
    ),
    ((f"{FAR}\n{RIDERS}", "far: {of: far, role: memo, withhold: {below: «1», of: riders}}"),
     "withhold.below"),
    ((f"{FAR}\n{RIDERS}", "far: {of: far, role: memo, withhold: {below: «half», of: riders}}"),
     "withhold.below"),
    ((f"{FAR}\n{RIDERS}", "far: {of: far, role: memo, withhold: {below: 3, of: «rider»}}"),
     "name.unknown"),
    ((f"{FAR}\nn: {{per: [mode], unit: '1', is: count(journey)}}",
      "far: {of: far, role: memo, withhold: {below: 3, of: «n»}}"), "withhold.of"),
    ((f"{FAR}\nn: {{per: [mode], unit: '1', is: distinct(journey)}}",
      "far: {of: far, role: memo, withhold: {below: 3, of: «n»}}"), "withhold.of"),
    ((f"{FAR}\nn: {{unit: '1', is: distinct(rider)}}",
      "far: {of: far, role: memo, withhold: {below: 3, of: «n»}}"), "withhold.grain"),
    (("x: {unit: '1', is: distinct(«km»)}", OPEN), "type.distinct"),
    (("x: {unit: '1', is: distinct(«begin»)}", OPEN), "type.distinct"),
    (("x: {each: journey, unit: '1', is: «distinct(mode)»}", OPEN), "grain.nothing-to-aggregate"),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "rule"), WRONG)
def test_wrong(parts, rule):
    formulas, results = parts
    found, spots = findings(file(formulas, results, constants=CONSTANTS))
    assert [one.rule for one in found] == [rule], found
    assert (at(found[0]).line, at(found[0]).column) == spots[0][:2]


@pytest.mark.parametrize(
    ("inputs", "rule"),
    [
        (
            "t:\n  key: [a]\n  columns: {a: {type: key}, u: {unit: t, «secret»: true}}",
            "secret.kind",
        ),
        ("t:\n  key: [a]\n  columns: {a: {type: key}, u: {in: t, «secret»: true}}", "secret.kind"),
        (
            """t:
  key: [u]
  columns: {u: {type: key, secret: true}}
s:
  key: [u]
  columns: {«u»: {type: key}}""",
            "secret.unlike",
        ),
    ],
)
def test_wrong_tables(inputs, rule):
    found, spots = findings({"inputs": inputs})
    assert [one.rule for one in found] == [rule], found
    assert (at(found[0]).line, at(found[0]).column) == spots[0][:2]
