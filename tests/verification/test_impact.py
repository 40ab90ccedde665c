"""What a change does to one receipt and to many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sealed_runs import BAKERY, DATA, bake

from mrv.messages import Refused
from mrv.receipt import seal
from mrv.verification.basis_words import read_basis
from mrv.verification.impact import Library, impact

if TYPE_CHECKING:
    from pathlib import Path

SEALED = read_basis("sealed")


def baked(path, tonnes=10, data=None):
    firing = [{**DATA["firing"][0], "burned": f"{tonnes} t"}, *DATA["firing"][1:]]
    with bake({**(data or DATA), "firing": firing}) as run:
        seal(run, path)
    return path


@pytest.fixture(scope="module")
def receipts(tmp_path_factory) -> list[Path]:
    folder = tmp_path_factory.mktemp("receipts")
    return [baked(folder / f"{n}.mrv", 10 + n) for n in range(6)]


def by_file(found):
    return {
        (s.file, s.pair.organisation, s.pair.period, s.pair.name): (s.pair.old, s.pair.new)
        for s in found.shifts
    }


def test_nothing_changes_where_nothing_is_changed(receipts):
    found = impact(SEALED, SEALED, receipts)
    assert (found.receipts, found.shifts, found.causes, found.refused) == (6, (), (), ())
    assert found.same > 6
    assert all(old == new for _, old, new in found.totals.values())


def test_another_choice_on_one_receipt(receipts):
    found = impact(SEALED, read_basis("choice:gases=all"), receipts[:1])
    (shift,) = [s for s in found.shifts if s.pair.name == "direct_e"]
    # ten and a half tonnes with 2 kg of methane each, 28 times CO2 by AR5
    assert shift.pair.change == pytest.approx(10.5 * 2e-3 * 28)
    assert {cause.kind for cause in found.causes} == {"choice"}
    assert found.totals["direct"][1] == found.totals["direct"][2]


def test_receipts_together_are_the_same_as_one_by_one(receipts):
    new = read_basis("choice:gases=all+choice:gwp=AR6")
    together = impact(SEALED, new, receipts[:3])
    alone = [impact(SEALED, new, [path]) for path in receipts[:3]]
    assert by_file(together) == {k: v for one in alone for k, v in by_file(one).items()}
    assert together.same == sum(one.same for one in alone)
    unit, old, now = together.totals["direct"]
    assert unit == "t CO2"
    assert old == pytest.approx(sum(one.totals["direct"][1] for one in alone))
    assert now == pytest.approx(sum(one.totals["direct"][2] for one in alone))
    changes = [abs(s.pair.change or 0) for s in together.shifts]
    assert changes == sorted(changes, reverse=True)


def test_organisations_of_the_same_name_in_two_receipts_stay_apart(tmp_path):
    def owned(tonnes):
        firing = [{**DATA["firing"][0], "burned": f"{tonnes} t"}, *DATA["firing"][1:]]
        rows = {**DATA, "firing": firing}
        return {
            name: [{"organisation": who, **row} for who in ("X", "Y") for row in table]
            for name, table in rows.items()
        }

    paths = []
    for tonnes in (10, 20):
        paths.append(tmp_path / f"{tonnes}.mrv")
        with bake(owned(tonnes)) as run:
            seal(run, paths[-1])
    new = read_basis("choice:gases=all")
    found = by_file(impact(SEALED, new, paths))
    alone = {k: v for path in paths for k, v in by_file(impact(SEALED, new, [path])).items()}
    assert found == alone
    assert {(file, who) for file, who, _, _ in found} == {
        (f"{t}.mrv", who) for t in (10, 20) for who in ("X", "Y")
    }


def test_receipts_of_two_years(tmp_path):
    from mrv.api import load

    paths = []
    for year in ("2024", "2025"):
        data = {
            name: [{k: v.replace("2024", year) for k, v in row.items()} for row in table]
            for name, table in DATA.items()
        }
        paths.append(tmp_path / f"{year}.mrv")
        with load(str(BAKERY)).run(data, period=year) as run:
            seal(run, paths[-1])
    new = read_basis("choice:gases=all")
    found = by_file(impact(SEALED, new, paths))
    assert {(file, period) for file, _, period, _ in found} == {
        ("2024.mrv", "2024"), ("2025.mrv", "2025"),
    }  # fmt: skip
    assert found == {k: v for p in paths for k, v in by_file(impact(SEALED, new, [p])).items()}


@pytest.fixture
def draft(tmp_path) -> Path:
    text = BAKERY.read_text("utf-8")
    assert "oxidation: {value: 98 %" in text
    path = tmp_path / "draft.yaml"
    path.write_text(text.replace("oxidation: {value: 98 %", "oxidation: {value: 100 %"), "utf-8")
    return path


def test_another_edition_from_a_file(receipts, draft):
    found = impact(SEALED, read_basis(str(draft)), receipts[:2])
    _, old, new = found.totals["direct"]
    assert new == pytest.approx(old / 0.98)
    (cause,) = [cause for cause in found.causes if cause.kind == "rule"]
    assert cause.formulas == ("oxidation",)
    assert found.parts == ()  # one kind of change: nothing to tell apart


def other_release(folder):
    """The release in use with another heating value of diesel, under its own name."""
    from mrv.factors import open_store
    from mrv.factors.row import SOURCE_COLUMNS, complete
    from mrv.receipt.factors import write_release

    store = open_store()
    rows = []
    for row in store.rows:
        texts = {name: getattr(row, name) for name in SOURCE_COLUMNS}
        mine = row.id == "gbt32151.34-2024-c1/net-calorific-value/diesel"
        rows.append(complete(texts | {"value": "43.652"}) if mine else row)
    write_release(folder / "releases" / store.release, store, rows)
    return store.release


def test_effects_of_factors_and_of_rules_add_up(receipts, draft, tmp_path):
    release = other_release(tmp_path / "own")
    library = Library(factors=(tmp_path / "own",))
    found = impact(SEALED, read_basis(f"{draft}+release:{release}"), receipts[:1], library)
    assert found.refused == ()
    kinds = {cause.kind for cause in found.causes}
    assert kinds == {"factor", "rule"}
    _, old, new = found.totals["direct"]
    parts = {part.kind: part.change for part in found.parts if part.output == "direct"}
    assert set(parts) == {"factor", "rule"}
    assert sum(parts.values()) == pytest.approx(new - old)
    # half a tonne at 1 GJ/t more
    carbon = 0.0202
    assert parts["factor"] == pytest.approx(0.5 * carbon * 44 / 12 * 0.98, rel=1e-3)


def test_a_broken_receipt_is_named_and_the_others_are_run(receipts, tmp_path):
    broken = tmp_path / "broken.mrv"
    body = receipts[0].read_bytes()
    broken.write_bytes(body[: len(body) // 2])
    missing = tmp_path / "missing.mrv"
    new = read_basis("choice:gases=all")
    found = impact(SEALED, new, [broken, missing, *receipts[:2]])
    assert [names for names, _ in found.refused] == ["broken.mrv", "missing.mrv"]
    rules = [reasons[0].rule for _, reasons in found.refused]
    assert rules[0].startswith("receipt.")
    assert all("mrv" in reasons[0].render("en") for _, reasons in found.refused)
    assert by_file(found) == by_file(impact(SEALED, new, receipts[:2]))


@pytest.mark.parametrize(
    "basis", ["choice:gases=some", "choice:colour=red", "release:1999-1.1", "no/such@2025.1"]
)
def test_a_basis_that_is_not_there_is_said_once_for_all(receipts, basis):
    found = impact(SEALED, read_basis(basis), receipts)
    ((names, reasons),) = found.refused
    assert names == "0.mrv, 1.mrv, 2.mrv ... (6)"
    assert reasons
    assert found.shifts == ()


@pytest.mark.parametrize(
    "written", ["", "choice:", "choice:gwp", "release:", "a.yaml+b.yaml", "choice:a=1+choice:a=2"]
)
def test_words_that_are_no_basis(written):
    with pytest.raises(Refused) as refused:
        read_basis(written)
    assert [d.rule for d in refused.value.diagnostics] == ["call.basis"]
