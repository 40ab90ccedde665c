"""An import becomes a release of the user, whole or not at all."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from import_samples import DEFRA_HEADER, GWPS, defra_row

from mrv.factors import FactorQuery, open_store, resolve
from mrv.factors.imports import read, release, to_release
from mrv.messages import Refused
from mrv.units import parse_unit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mrv.factors import Resolution
    from mrv.factors.imports import ImportReport

ROWS = [
    defra_row("0.20000"),
    defra_row("0.19000", "kg CO2e of CO2"),
    defra_row("0.00600", "kg CO2e of CH4"),
    defra_row("0.00400", "kg CO2e of N2O"),
]


@pytest.fixture
def report(table: Callable[..., Path]) -> ImportReport:
    """A small report with a total and its parts."""
    return read(table([DEFRA_HEADER, *GWPS, *ROWS]), retrieved="2031-06-01")


def test_a_release_can_be_opened_in_front_of_the_built_in_one(
    report: ImportReport, tmp_path: Path
) -> None:
    path = to_release(report, tmp_path / "mine", "toy-2031", "A. Owner")
    assert path == tmp_path / "mine" / "releases" / "toy-2031"
    store = open_store("toy-2031", [tmp_path / "mine"])
    assert {row.id for row in store.rows} == {row.id for row in report.taken}
    said = json.loads((path / "import.json").read_text(encoding="utf-8"))
    assert (said["owner"], said["kind"], said["taken"]) == ("A. Owner", "defra", 6)
    assert said["sha256"] == report.sha256


@pytest.mark.parametrize("order", [["toy-2031", "built-in"], ["built-in", "toy-2031"]])
def test_a_look_up_finds_the_row_before_and_behind_the_built_in_release(
    report: ImportReport, tmp_path: Path, order: list[str]
) -> None:
    to_release(report, tmp_path, "toy-2031", "me")
    store = open_store(folders=[tmp_path], order=order)
    total = next(row for row in report.taken if row.value == "0.20000")

    def ask(unit: str) -> Resolution:
        where = (("key", (total.key,)), ("dataset", (total.dataset,)))
        query = FactorQuery("emission-factor", parse_unit(unit), where=where, regions=("GB",))
        return resolve(store, query)

    found = ask("t CO2e[AR5]/MWh[LHV]")
    assert found.row is not None
    assert (found.row.id, found.release) == (total.id, "toy-2031")
    assert found.number == Fraction(1, 5)
    # Another heating basis, GWP set or substance never answers.
    for unit in ("kg CO2e[AR5]/kWh[HHV]", "kg CO2e[AR6]/kWh[LHV]", "kg CO2/kWh[LHV]"):
        assert ask(unit).status == "none"


def test_the_same_import_again_changes_nothing(report: ImportReport, tmp_path: Path) -> None:
    path = to_release(report, tmp_path, "toy-1", "me")
    before = {file.name: file.read_bytes() for file in path.iterdir()}
    assert to_release(report, tmp_path, "toy-1", "me") == path
    assert {file.name: file.read_bytes() for file in path.iterdir()} == before


def test_other_content_under_the_same_name_is_refused(
    report: ImportReport, table: Callable[..., Path], tmp_path: Path
) -> None:
    path = to_release(report, tmp_path, "toy-1", "me")
    before = {file.name: file.read_bytes() for file in path.iterdir()}
    other = read(table([DEFRA_HEADER, *GWPS, defra_row("0.3")]), retrieved="2031-06-01")
    with pytest.raises(Refused, match=r"factor\.release-frozen"):
        to_release(other, tmp_path, "toy-1", "me")
    assert {file.name: file.read_bytes() for file in path.iterdir()} == before


def test_nothing_is_left_when_writing_fails(
    report: ImportReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr(release, "_describe", fail)
    with pytest.raises(OSError, match="no space"):
        to_release(report, tmp_path, "toy-1", "me")
    assert list((tmp_path / "releases").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "owner", "rule"),
    [("../x", "me", "call.release-name"), ("a", " ", "call.owner"), ("a", "", "call.owner")],
)
def test_bad_calls(report: ImportReport, tmp_path: Path, name: str, owner: str, rule: str) -> None:
    with pytest.raises(Refused, match=rule):
        to_release(report, tmp_path, name, owner)


def test_an_empty_report_and_another_kind_are_refused(
    report: ImportReport, table: Callable[..., Path], tmp_path: Path
) -> None:
    empty = read(table([DEFRA_HEADER, defra_row("-")]))
    with pytest.raises(Refused, match=r"import\.nothing-taken"):
        to_release(empty, tmp_path, "toy-1", "me")
    to_release(report, tmp_path, "toy-1", "me")
    header = ["year", "region", "product", "property", "value", "unit"]
    fuels = read(table([header, [2019, "World", "oil", "def", 42.3, "GJ/t"]], name="ipcc.csv"))
    with pytest.raises(Refused, match=r"import\.other-kind"):
        to_release(fuels, tmp_path, "toy-2", "me")
