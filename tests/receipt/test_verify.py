"""The verdict: upheld where the numbers follow, and the cause named where they do not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sealed_runs import BAKERY, DATA, bake, members, put_together, rewritten

from mrv.receipt import Evidence, Means, render_verdict, seal, verdict_data, verify

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pyarrow as pa

    from mrv.receipt import Verdict


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the bakery is published."""
    folder = tmp_path_factory.mktemp("library")
    (folder / "toy").mkdir()
    (folder / "toy" / "bakery.yaml").write_text(BAKERY.read_text("utf-8"), "utf-8")
    return folder


def kinds(verdict: Verdict, basis: str = "again") -> list[str]:
    comparison = getattr(verdict, basis)
    assert comparison is not None
    return [cause.kind for cause in comparison.causes]


def said(verdict: Verdict) -> str:
    return render_verdict(verdict, "en")


def test_a_receipt_is_upheld(sealed: Path, library: Path) -> None:
    verdict = verify(sealed, Means(folders=(library,)))
    assert verdict.upheld
    assert verdict.again is not None
    assert verdict.again.tables is not None
    assert verdict.again.tables.values > 50
    assert verdict.published is not None
    assert verdict.published.equal
    assert "upheld" in said(verdict)


def test_rules_that_are_not_published_are_said(sealed: Path) -> None:
    verdict = verify(sealed)
    assert verdict.upheld
    assert verdict.published is None
    assert any("not compared with published rules" in note.en for note in verdict.notes)


def changed(column: str, value: object, row: int = 0) -> Any:
    def change(table: pa.Table) -> pa.Table:
        import pyarrow as pa

        cells = table.column(column).to_pylist()
        cells[row] = value
        array = pa.array(cells, table.schema.field(column).type)
        return table.set_column(table.schema.get_field_index(column), column, array)

    return change


def test_a_changed_input_shows_where_values_stop_following(sealed: Path, tmp_path: Path) -> None:
    path = rewritten(sealed, tmp_path / "x.mrv", "inputs/firing.parquet", changed("burned", 9.0))
    verdict = verify(path)
    assert not verdict.upheld
    assert kinds(verdict)[0] == "altered"
    assert verdict.again is not None
    first = verdict.again.causes[0]
    assert "heat" in first.formulas
    assert "total_co2" not in first.formulas


def test_a_changed_result_is_where_the_difference_begins(sealed: Path, tmp_path: Path) -> None:
    member = "results/rows.firing.parquet"
    verdict = verify(rewritten(sealed, tmp_path / "x.mrv", member, changed("heat", 1.0)))
    assert verdict.again is not None
    (cause,) = verdict.again.causes
    assert (cause.kind, cause.formulas) == ("altered", ("heat",))
    (column,) = verdict.again.tables.columns  # type: ignore[union-attr]
    assert (column.table, column.rows, column.first[0].old) == ("firing", 1, 1.0)


def test_the_last_bit_counts(sealed: Path, tmp_path: Path) -> None:
    from math import nextafter

    import pyarrow.parquet as pq

    member = "results/rows.firing.parquet"
    (tmp_path / "t.parquet").write_bytes(members(sealed)[member])
    value = pq.read_table(tmp_path / "t.parquet").column("heat")[0].as_py()
    path = rewritten(sealed, tmp_path / "x.mrv", member, changed("heat", nextafter(value, 1e9)))
    assert kinds(verify(path)) == ["altered"]


def test_minus_zero_is_not_zero(sealed: Path, tmp_path: Path) -> None:
    member = "results/rows.firing.parquet"
    path = rewritten(sealed, tmp_path / "x.mrv", member, changed("heat", -0.0, 2))
    assert kinds(verify(path)) == ["altered"]


def test_a_changed_total_in_the_report(sealed: Path, tmp_path: Path) -> None:
    def say(tree: dict[str, Any]) -> None:
        tree["outputs"][0]["value"] += 1

    verdict = verify(put_together(sealed, tmp_path / "x.mrv", say=say))
    assert kinds(verdict) == ["altered"]
    assert not verdict.upheld


def test_a_changed_rounding(sealed: Path, tmp_path: Path) -> None:
    def say(tree: dict[str, Any]) -> None:
        one = next(o for o in tree["outputs"] if "rounded" in o)
        one["rounded"] = "1"

    assert kinds(verify(put_together(sealed, tmp_path / "x.mrv", say=say))) == ["rounding"]


def test_marks_and_checks_cannot_be_taken_away(sealed: Path, tmp_path: Path) -> None:
    def say(tree: dict[str, Any]) -> None:
        tree["marks"] = [mark for mark in tree["marks"] if mark["kind"] != "default"]

    assert kinds(verify(put_together(sealed, tmp_path / "x.mrv", say=say))) == ["altered"]


def test_another_version_of_the_program_is_named(sealed: Path, tmp_path: Path) -> None:
    def say(tree: dict[str, Any]) -> None:
        tree["software"]["duckdb"] = "0.1"

    made = put_together(sealed, tmp_path / "y.mrv", say=say)
    member = "results/rows.firing.parquet"
    verdict = verify(rewritten(made, tmp_path / "x.mrv", member, changed("heat", 1.0)))
    assert kinds(verdict) == ["engine"]
    assert "duckdb 0.1" in said(verdict)


def republished(library: Path, folder: Path, old: str, new: str) -> Path:
    text = (library / "toy" / "bakery.yaml").read_text("utf-8")
    assert old in text
    (folder / "toy").mkdir(parents=True)
    (folder / "toy" / "bakery.yaml").write_text(text.replace(old, new), "utf-8")
    return folder


def test_other_published_rules_are_named_with_their_effect(
    sealed: Path, library: Path, tmp_path: Path
) -> None:
    other = republished(
        library, tmp_path / "other", "oxidation: {value: 98 %", "oxidation: {value: 99 %"
    )
    verdict = verify(sealed, Means(folders=(other,)))
    assert not verdict.upheld
    assert verdict.again is not None
    assert verdict.again.equal
    assert verdict.published is not None
    (cause,) = verdict.published.causes
    assert (cause.kind, cause.formulas) == ("rule", ("oxidation",))
    assert 'sealed "98 %", published "99 %"' in cause.what.en
    effect = next(e for e in cause.effects if e.output == verdict.published.outputs[0].name)
    old = verdict.published.outputs[0].old
    assert isinstance(old, float)
    assert effect.change == pytest.approx(old / 98, rel=0.1)


def test_other_words_in_the_rules_are_no_other_rules(
    sealed: Path, library: Path, tmp_path: Path
) -> None:
    other = republished(library, tmp_path / "other", "en: the rule leaves it open", "en: left open")
    verdict = verify(sealed, Means(folders=(other,)))
    assert verdict.published is not None
    assert [c.kind for c in verdict.published.causes] == ["rule"]
    assert "in words only" in verdict.published.causes[0].what.en
    assert all(pair.equal for pair in verdict.published.outputs)


def test_a_changed_rule_inside_does_not_follow_or_is_not_the_published_one(
    sealed: Path, library: Path, tmp_path: Path
) -> None:
    member = "rules/toy/bakery.yaml"
    body = members(sealed)[member].replace(b"oxidation: {value: 98 %", b"oxidation: {value: 90 %")
    verdict = verify(
        put_together(sealed, tmp_path / "x.mrv", swap={member: body}), Means(folders=(library,))
    )
    assert kinds(verdict)[0] == "altered"
    assert kinds(verdict, "published")[0] == "rule"


def test_rules_that_cannot_be_read_are_refused_and_never_run(sealed: Path, tmp_path: Path) -> None:
    member = "rules/toy/bakery.yaml"
    for body in (b"methodology: [", b"!!python/object/apply:os.system ['true']", b"\xff\xfe"):
        verdict = verify(put_together(sealed, tmp_path / "x.mrv", swap={member: body}))
        assert not verdict.upheld
        assert verdict.again is not None
        assert verdict.again.refused


def test_an_edition_that_does_not_govern_the_period(sealed: Path, tmp_path: Path) -> None:
    member = "rules/toy/bakery.yaml"
    body = members(sealed)[member].replace(b"from: 2024-01-01", b"from: 2025-01-01")
    verdict = verify(put_together(sealed, tmp_path / "x.mrv", swap={member: body}))
    assert not verdict.upheld
    assert verdict.again is not None
    assert any(found.rule.startswith("edition.") for found in verdict.again.refused)


def own_release(folder: Path, row_id: str, value: str) -> Path:
    """Publish a factor release of the same name in which one row has another value."""
    from mrv.factors import open_store
    from mrv.factors.row import SOURCE_COLUMNS, complete
    from mrv.receipt.factors import write_release

    store = open_store()
    rows = []
    for row in store.rows:
        texts = {name: getattr(row, name) for name in SOURCE_COLUMNS}
        rows.append(complete(texts | {"value": value}) if row.id == row_id else row)
    write_release(folder / "releases" / store.release, store, rows)
    return folder


def test_another_factor_row_is_named_with_old_and_new_value(
    sealed: Path, library: Path, tmp_path: Path
) -> None:
    row = "gbt32151.34-2024-c1/net-calorific-value/diesel"
    folder = own_release(tmp_path / "own", row, "43.652")
    verdict = verify(sealed, Means(folders=(library,), factors=(folder,)))
    assert verdict.again is not None
    assert verdict.again.equal
    assert verdict.published is not None
    (cause,) = verdict.published.causes
    assert (cause.kind, cause.formulas) == ("factor", ("ncv",))
    assert "sealed 42.652 GJ" in cause.what.en
    assert "published 43.652 GJ" in cause.what.en
    assert any(effect.change > 0 for effect in cause.effects)


def test_a_factor_that_may_not_be_passed_on_is_named_and_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = "gbt32151.34-2024-c1/net-calorific-value/diesel"
    monkeypatch.setattr("mrv.receipt.factors.may_be_passed_on", lambda one: one.id != row)
    with bake() as run:
        receipt = seal(run, tmp_path / "x.mrv")
    assert [a.row for a in receipt.answers if a.withheld] == [row]
    assert b"42.652" not in (tmp_path / "x.mrv").read_bytes().replace(b"inputs", b"")
    assert verify(tmp_path / "x.mrv").upheld  # the release is at hand here
    folder = own_release(tmp_path / "own", row, "43.652")
    verdict = verify(tmp_path / "x.mrv", Means(factors=(folder,)))
    assert verdict.again is not None
    (found,) = verdict.again.refused
    assert found.rule == "receipt.factor-withheld"
    assert row in found.what.en


def other_data(**tables: list[dict[str, str]]) -> Mapping[str, object]:
    return dict(tables)


def test_evidence_that_agrees(sealed: Path) -> None:
    verdict = verify(
        sealed, Means(evidence=Evidence(other_data(firing=DATA["firing"]), threshold=0.05))
    )
    assert verdict.upheld
    assert [(one.table, one.same, one.equal) for one in verdict.inputs] == [("firing", 3, True)]


def test_evidence_that_differs_and_what_it_does(sealed: Path) -> None:
    rows = [DATA["firing"][0] | {"burned": "12 t"}, *DATA["firing"][1:2]]
    rows.append({"oven": "o1", "month": "2024-03", "fuel": "diesel", "burned": "1 t"})
    verdict = verify(sealed, Means(evidence=Evidence(other_data(firing=rows), threshold=0.05)))
    (one,) = verdict.inputs
    assert (one.same, one.changed, one.only_sealed, one.only_evidence) == (1, 1, 1, 1)
    assert one.first[0][1:] == ("burned", "10.0", "12.0")
    assert verdict.evidence is not None
    assert [cause.kind for cause in verdict.evidence.causes] == ["data"]
    assert [total.crossed for total in verdict.material] == [True] * len(verdict.material)
    assert not verdict.upheld


def test_evidence_of_some_rows_leaves_the_others(sealed: Path) -> None:
    rows = [DATA["firing"][1] | {"burned": "501 kg"}]
    evidence = Evidence(other_data(firing=rows), partial=True, threshold=0.05)
    verdict = verify(sealed, Means(evidence=evidence))
    (one,) = verdict.inputs
    assert (one.same, one.changed, one.only_sealed, one.only_evidence) == (0, 1, 0, 0)
    assert verdict.material
    assert not any(total.crossed for total in verdict.material)
    assert all(total.relative and total.relative < 0.001 for total in verdict.material)
    whole = verify(sealed, Means(evidence=replace(evidence, partial=False)))
    assert any(total.crossed for total in whole.material)


def test_a_verdict_is_the_same_in_data(sealed: Path) -> None:
    import json

    found = verdict_data(verify(sealed))
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found["upheld"] is True
    assert found["again"]["equal"] is True
