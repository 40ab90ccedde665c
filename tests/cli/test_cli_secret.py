"""No raw key of a user stands in anything that the program says or writes."""

from __future__ import annotations

import json

import pytest

from mrv.activity.salt import salt_of

RULE = """\
methodology: toy/riders
edition: 2025.1
status: in-force
governs: {sector: toy, region: CN, from: 2025-01-01}
title: {zh: 骑行, en: Riders}
sources:
  rule: {title: made up, confidence: own}
inputs:
  member:
    key: [user]
    columns: {user: {type: key, secret: true}, since: {type: day}}
  trip:
    key: [user, start]
    columns:
      user: {in: member}
      mode: {one_of: [bike, walk]}
      start: {type: instant}
      km: {unit: km, min: 0}
formulas:
  clash: {each: trip, type: yes-no, is: "overlaps(start, start, within=trip.user)"}
  by_user: {per: [trip.user], unit: km, is: sum(km)}
  by_mode: {per: [mode], unit: km, is: sum(km)}
  users: {per: [mode], unit: "1", is: distinct(user)}
  total: {unit: km, is: sum(km)}
results:
  total: {of: total, role: total}
  by_user: {of: by_user, role: credit}
  by_mode: {of: by_mode, role: memo, withhold: {below: 2, of: users}}
checks:
  short: {each: trip, that: km < 5 * far, message: {zh: 太远, en: too far}}
constants:
  far: {value: 1 km, source: rule}
"""
CASES = """\
cases:
  - case: two riders
    period: 2025
    inputs:
      member: [{user: anna, since: 2024-01-01}, {user: ben, since: 2024-01-01}]
      trip:
        - {user: anna, mode: bike, start: 2025-03-01 10:00, km: 2 km}
        - {user: ben, mode: bike, start: 2025-03-01 10:00, km: 3 km}
        - {user: ben, mode: walk, start: 2025-03-02 10:00, km: 1 km}
    expect: {total: 6 km}
    expect_rows:
      by_user: [{user: ben, is: 4 km}]
      by_mode: [{mode: walk, is: withheld}, {mode: bike, is: withheld}]
  - case: what is withheld cannot be expected
    period: 2025
    inputs:
      member: [{user: ben, since: 2024-01-01}]
      trip: [{user: ben, mode: walk, start: 2025-03-02 10:00, km: 1 km}]
    expect_rows: {by_mode: [{mode: walk, is: 1 km}]}
"""
KEYS = ["13800000001", "13800000002", "13800000003"]
TRIPS = [
    (KEYS[0], "bike", "2025-03-01 10:00", "2"), (KEYS[1], "bike", "2025-03-01 10:00", "9"),
    (KEYS[2], "walk", "2025-03-02 10:00", "1"), (KEYS[1], "walk", "2025-03-03 10:00", "1"),
]  # fmt: skip


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with the rules, the data and a salt, and no salt in the environment."""
    monkeypatch.delenv("MRV_SALT", raising=False)
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / "riders.yaml").write_text(RULE, encoding="utf-8")
    (tmp_path / "toy" / "riders.cases.yaml").write_text(CASES, encoding="utf-8")
    data = tmp_path / "data"
    data.mkdir()
    lines = ["user,since", *(f"{key},2024-01-01" for key in KEYS)]
    (data / "member.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    lines = ["user,mode,start,km [km]", *(",".join(trip) for trip in TRIPS)]
    (data / "trip.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def call(mrv, place):
    """Call a command on the data; every byte said is looked at."""

    def called(command, *more, salt=True, clean=True):
        given = [command, place / "toy" / "riders.yaml", "--data", place / "data"]
        given += ["--period", "2025", *(["--salt-file", place / "users.salt"] if salt else [])]
        said = mrv(*given, *more)
        if clean:
            assert not any(key in said.out + said.err for key in KEYS)
        return said

    mrv("salt", place / "users.salt")
    return called


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", ["table", "json", "csv"])
def test_results_hold_no_key(call, kind, lang):
    said = call("run", "--format", kind, "--lang", lang)
    assert said.code == 0


@pytest.mark.parametrize("kind", ["json", "csv", "parquet"])
def test_files_hold_no_key(call, place, kind):
    assert call("run", "--format", kind, "--out", place / "out").code == 0
    written = list((place / "out").iterdir())
    assert {path.name for path in written} >= {f"rows-trip.{kind}", f"by-user.{kind}"}
    for path in written:
        assert not any(key.encode() in path.read_bytes() for key in KEYS), path


def test_the_same_salt_makes_the_same_hashes_and_another_one_others(call, place, mrv):
    def users():
        (found,) = [
            one
            for one in json.loads(call("run", "--format", "json").out)["row_results"]
            if one["result"] == "by_user"
        ]
        return {row["user"] for row in found["rows"]}

    first = users()
    assert first == {salt_of(place / "users.salt").hashed(key) for key in KEYS}
    assert users() == first
    (place / "users.salt").unlink()
    mrv("salt", place / "users.salt")
    assert not users() & first


def test_explanations_hold_no_key(call):
    said = call("explain", "--of", "by_user", "--row", f"user={KEYS[1]}", "--lang", "zh")
    assert said.code == 0
    assert "= 10 公里" in said.out
    assert call("explain", "--of", "total").code == 0
    gone = call("explain", "--of", "by_user", "--row", "user=13899999999")
    assert gone.code != 0
    assert "13899999999" not in gone.err


def test_findings_hold_no_key(call, place):
    with (place / "data" / "trip.csv").open("a") as file:
        file.write(f"{KEYS[0]},bike,2025-03-01 10:00,2\n13877777777,bike,2025-03-01 11:00,2\n")
        file.write(f"{KEYS[2]},car,2025-03-01 10:00,-2\n")
    said = call("run", "--errors", place / "all.parquet", "--lang", "en")
    assert said.code == 1
    assert {"key.duplicate", "reference.absent", "word.unknown"} <= {
        rule for rule in ("key.duplicate", "reference.absent", "word.unknown") if rule in said.err
    }
    assert "13877777777" not in said.err
    assert not any(key.encode() in (place / "all.parquet").read_bytes() for key in KEYS)


def test_without_a_salt_it_is_said_what_to_do(call, place, monkeypatch):
    said = call("run", salt=False, clean=False)
    assert said.code != 0
    assert "salt.missing" in said.err
    monkeypatch.setenv("MRV_SALT", (place / "users.salt").read_text())
    assert call("run", salt=False).code == 0


def test_a_salt_is_never_replaced(mrv, place):
    assert mrv("salt", place / "one.salt").code == 0
    before = (place / "one.salt").read_text()
    said = mrv("salt", place / "one.salt", "--lang", "zh")
    assert said.code != 0
    assert "salt.exists" in said.err
    assert (place / "one.salt").read_text() == before
    assert before.strip() not in said.err


def test_cases_name_users_openly_and_rows_that_are_withheld(mrv, place):
    said = mrv("cases", place / "toy" / "riders.yaml", "--lang", "en")
    assert said.code == 1
    lines = [line for line in said.out.splitlines() if "pass" in line or "FAIL" in line]
    assert [("pass" in line) for line in lines[:2]] == [True, False]
    assert "found withheld" in said.out
