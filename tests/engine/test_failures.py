"""Values that cannot be computed: refused, with the cause and the way to the cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from engine_runs import HEAD, PLANTS, ROWS, bits, execute, formulas, outputs

import mrv.engine.run
from mrv.engine.second import disagreements
from mrv.messages import Refused

if TYPE_CHECKING:
    from mrv.messages import Diagnostic

DIVISION, FACTOR, CURVE = "run.division-by-zero", "run.factor-missing", "run.outside-curve"
MEASURED = 'measure(sqrt(magnitude(m, "t")), "t")'
ONE = "one: {unit: t/kW, is: 'measure(1, \"t/kW\")'}"
FAILING = {
    "division in a row": (
        "d: {each: use, unit: t/kW, is: m / plant.size}\ntot: {unit: t/kW, is: sum(d)}",
        (DIVISION, "use:2 [plant]"),
        ("d 有 2 个值算不出：除数 plant.size 为零（第 2 行，id=2；第 3 行", "plant.size is zero"),
    ),
    "division inside a sum": (
        "tot: {unit: t/kW, is: sum(m / plant.size)}",
        (DIVISION, "use:2 [plant]"),
        ("tot 有 2 个值算不出", "tot cannot be computed for 2 row(s)"),
    ),
    "division inside the condition of a sum": (
        f'tot: {{unit: t, is: "sum(m, where=m / plant.size > one)"}}\n{ONE}',
        (DIVISION, "use:2 [plant]"),
        ("除数 plant.size 为零", "(row 2, id=2; row 3, id=3)"),
    ),
    "division of a value that may be missing": (
        ('d: {each: use, unit: t/m3, optional: true, is: "m / v if given(v) else missing"}\n'
        'tot: {unit: t/m3, is: "sum(first(d, 0))"}'),
        (DIVISION, "use:2 [v]"),
        ("d 有 1 个值算不出：除数 use.v 为零（第 2 行，id=2）", "for 1 row(s)"),
    ),
    "division in a group": (
        ("d: {per: [use.plant], unit: t, is: sum(m)}\n"
        "g: {per: [use.plant], unit: t/kW, is: d / plant.size}\n"
        "tot: {unit: t/kW, is: sum(g)}"),
        (DIVISION, "toy:29:3"),
        ("g 有 1 个值算不出：除数 plant.size 为零（plant=q）", "(plant=q)"),
    ),
    "division in the report": (
        "tot: {unit: t/m3, is: 'sum(m) / sum(first(v, 0), where=fuel == \"animal-dung\")'}",
        (DIVISION, "toy:28:3"),
        ("除数 sum(first(use.v, 0)) 为零（整份报告）", "is zero (the report)"),
    ),
    "a factor that the store lacks": (
        'd: {each: use, unit: "GJ[LHV]", is: m * ncv}\ntot: {unit: "GJ[LHV]", is: sum(d)}',
        (FACTOR, "use:3 [fuel]"),
        ("因子 ncv（key=animal-dung）", "factor ncv (key=animal-dung)"),
    ),
    "a factor inside a sum": (
        'tot: {unit: "GJ[LHV]", is: sum(m * ncv)}',
        (FACTOR, "use:3 [fuel]"),
        ("因子 ncv（key=animal-dung）", "(row 3, id=3)"),
    ),
    "the root of a negative number": (
        f"d: {{each: use, unit: t, is: '{MEASURED}'}}\ntot: {{unit: t, is: sum(d)}}",
        ("run.no-value", "use:2 [m]"),
        ("负数不能开方：use.m = -4", "the negative number use.m = -4"),
    ),
    "a curve that is left": (
        "d: {each: plant, unit: kg, is: c(size)}\ntot: {unit: kg, is: sum(d)}",
        (CURVE, "plant:2 [size]"),
        ("0 kW 落在插值表 c（1–10 kW）之外", "0 kW lies outside the curve c, which covers 1–10 kW"),
    ),
}  # fmt: skip


def refusal(text: str, data: Any = ROWS, **options: Any) -> Diagnostic:
    with pytest.raises(Refused) as refused:
        execute(formulas(text), data, **options)
    (finding,) = refused.value.diagnostics
    return finding


@pytest.mark.parametrize("case", FAILING)
@pytest.mark.parametrize("few_rows", [0, 50_000])
def test_a_failure_names_cause_and_cell(case: str, few_rows: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(mrv.engine.run, "FEW_ROWS", few_rows)
    text, (rule, place), (zh, en) = FAILING[case]
    finding = refusal(text)
    assert (finding.rule, str(finding.place)) == (rule, place)
    assert zh in finding.what.zh
    assert en in finding.what.en
    assert finding.hint is not None


def test_a_formula_that_only_uses_a_failed_one_is_not_named_too() -> None:
    finding = refusal(
        "d: {each: use, unit: t/kW, is: m / plant.size}\n"
        'e: {each: use, unit: "1", is: "d / (d + one)"}\n'
        "one: {unit: t/kW, is: 'measure(1, \"t/kW\")'}\n"
        'tot: {unit: "1", is: sum(e)}'
    )
    assert finding.what.en.startswith("d cannot be computed")


def test_a_branch_that_is_not_taken_cannot_fail() -> None:
    text = """
    zero: {unit: kW, is: 'measure(0, "kW")'}
    runs: {each: use, type: yes-no, is: plant.size > zero}
    d: {each: use, unit: t/kW, optional: true, is: "m / plant.size if runs else missing"}
    e: {each: use, unit: t/kW, optional: true, is: "first(d, missing)"}
    f: {each: use, type: yes-no, is: "plant.size > zero and m / plant.size > one"}
    one: {unit: t/kW, is: 'measure(1, "t/kW")'}
    dung: {each: use, type: yes-no, is: 'fuel == "animal-dung"'}
    g: {each: use, unit: "GJ[LHV]", is: "known if dung else m * ncv"}
    known: {unit: "GJ[LHV]", is: 'measure(3, "GJ[LHV]")'}
    sums: {unit: t/kW, is: "sum(first(e, 0))"}
    yes: {unit: "1", is: "count(use, where=f)"}
    tot: {unit: "GJ[LHV]", is: sum(g)}
    """
    with execute(formulas(text), ROWS) as made:
        assert disagreements(made) == ()
        values = {row["id"]: row["d"] for row in made.table("d").to_pylist()}
        assert values == {"1": 2.0, "2": None, "3": None}
        # 42.652 GJ/t of 6 t diesel in all, and 3 GJ of the fuel that the table lacks.
        assert outputs(made)["", "2024", "x"] == pytest.approx(6 * 42.652 + 3, abs=1e-9)
        assert [dict(a.key)["key"] for a in made.outcome.factors] == ["diesel"]


def test_a_look_up_that_a_measured_value_replaced_is_not_among_the_factors() -> None:
    text = """
    d: {each: use, unit: "GJ[LHV]", is: "first(measured, m * ncv)"}
    tot: {unit: "GJ[LHV]", is: sum(d)}
    """
    head = (HEAD + PLANTS).replace(
        "v: {unit: m3, optional: true}", 'measured: {unit: "GJ[LHV]", optional: true}'
    )
    rows = [{**row, "measured": "1 GJ"} for row in ROWS["use"]]
    for row in rows:
        row.pop("v", None)
    with execute(formulas(text, head=head), {**ROWS, "use": rows}) as made:
        assert made.outcome.factors == ()
        assert outputs(made)["", "2024", "x"] == 3


def large(value: str) -> dict[str, list[dict[str, str]]]:
    return {
        **ROWS,
        "use": [ROWS["use"][0], {"id": "9", "plant": "q", "fuel": "diesel", "m": value}],
    }


@pytest.mark.parametrize("few_rows", [0, 50_000])
@pytest.mark.parametrize(
    "text",
    [
        "tot: {unit: t, is: sum(m)}",
        "d: {each: use, unit: t, is: m + m}\ntot: {unit: t, is: sum(d)}",
        "d: {per: [use.plant], unit: t, is: sum(m)}\ntot: {unit: t, is: 'first(greatest(d), 0)'}",
    ],
)
def test_a_value_that_no_exact_sum_can_hold(text: str, few_rows: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(mrv.engine.run, "FEW_ROWS", few_rows)
    finding = refusal(text, large("1e12 t"))
    assert (finding.rule, str(finding.place)) == ("run.sum-overflow", "use:2")
    assert "id=9" in finding.what.en
    assert "太大，无法精确求和" in finding.what.zh


def test_a_coarser_quantum_makes_room() -> None:
    text = "d: {each: use, unit: t, quantum: 1e-3, is: m * 1}\ntot: {unit: t, is: sum(d)}"
    with execute(formulas(text), large("1e12 t")) as made:
        assert outputs(made)["", "2024", "x"] == 1e12 + 10


CUBE = 'd: {each: use, unit: t^3, is: "m * m * m"}\n'


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (CUBE, "use:2"),
        (CUBE + "tot: {unit: t^3, is: 'first(greatest(d), 0)'}", "toy:29:3"),
        (
            CUBE + "tot: {per: [use.plant], unit: t^3, is: 'greatest(d)', optional: true}",
            "toy:29:3",
        ),
    ],
)
def test_no_infinite_value_leaves(text: str, place: str) -> None:
    result = "tot" if "tot" in text else "d"
    with pytest.raises(Refused) as refused:
        execute(formulas(text, result=result), large("1e200 t"))
    (finding,) = refused.value.diagnostics
    assert (finding.rule, str(finding.place)) == ("engine.not-finite", place)
    assert "超出双精度数的范围" in finding.what.zh


def test_the_folder_of_a_refused_run_is_gone(monkeypatch: Any, tmp_path: Any) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    refusal(FAILING["division in a row"][0])
    assert list(tmp_path.iterdir()) == []
    with execute(formulas("tot: {unit: t, is: sum(m)}"), ROWS) as made:
        assert len(list(tmp_path.iterdir())) == 1
        assert bits(made)["tot"]
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_run_leaves_nothing(monkeypatch: Any, tmp_path: Any) -> None:
    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(mrv.engine.run, "compute", interrupt)
    with pytest.raises(KeyboardInterrupt):
        execute(formulas("tot: {unit: t, is: sum(m)}"), ROWS)
    assert list(tmp_path.iterdir()) == []


def test_a_check_that_cannot_be_computed_does_not_hold() -> None:
    head = (
        HEAD
        + PLANTS
        + (
            "checks:\n  dense: {each: use, that: m / plant.size > one, severity: warning, "
            "message: {zh: 密, en: dense}, source: rule}\n"
        )
    )
    text = "one: {unit: t/kW, is: 'measure(1, \"t/kW\")'}\ntot: {unit: t, is: sum(m)}"
    with execute(formulas(text, head=head), ROWS) as made:
        (fired,) = made.outcome.checks
    assert (fired.count, fired.first) == (2, ("id=2", "id=3"))
