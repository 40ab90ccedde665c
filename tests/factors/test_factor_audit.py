"""Each mistake in a source is caught, with file and line, and all of them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mrv.factors import build
from mrv.messages import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    Write = Callable[[Sequence[Mapping[str, str]]], Path]

PERCENT = {
    "id": "toy/oxidation-factor/diesel",
    "property": "oxidation-factor",
    "value": "98",
    "unit": "%",
}
GWP = {
    "id": "toy/gwp-100/CH4/AR5",
    "property": "gwp-100",
    "key": "CH4",
    "key_kind": "gas",
    "value": "28",
    "unit": "kg CO2e[AR5]/kg CH4",
    "substance": "CO2e",
    "gwp_set": "AR5",
}

BROKEN = [
    ("factor.number", {"value": "42,652"}, "value"),
    ("factor.number", {"value": "1e999"}, "value"),
    ("factor.number", {"value": "nan"}, "value"),
    ("unit.unknown", {"unit": "GJ[LHV]/furlong"}, "unit"),
    ("factor.unit", {"unit": "t CO2/t", "substance": "CO2"}, "unit"),
    ("factor.unit", {"unit": "GJ/t"}, "unit"),
    ("factor.unknown-key", {"key": "diesle", "id": "toy/net-calorific-value/diesle"}, "key"),
    ("factor.unknown-key-kind", {"key_kind": "feul"}, "key_kind"),
    ("factor.unknown-region", {"region": "CN-XX"}, "region"),
    ("factor.unknown-confidence", {"confidence": "certain"}, "confidence"),
    ("factor.unknown-status", {"status": "aktive"}, "status"),
    ("factor.unknown-data-type", {"data_type": "guess"}, "data_type"),
    ("factor.unknown-property", {"property": "ncv", "id": "toy/ncv/diesel"}, "property"),
    ("factor.unknown-supersedes", {"supersedes": "toy/not/there"}, "supersedes"),
    ("factor.date", {"valid_from": "2024"}, "valid_from"),
    ("factor.date", {"reference_to": "2024-13"}, "reference_to"),
    ("factor.date", {"valid_from": "2025-01-01", "valid_to": "2024-01-01"}, "valid_from"),
    ("factor.id", {"id": "柴油"}, "id"),
    ("factor.id", {"id": "toy/net-calorific-value/dieseling"}, "id"),
    ("factor.incomplete", {"source": ""}, "source"),
    ("factor.percent", PERCENT | {"value": "100.5"}, "value"),
    ("factor.percent", PERCENT | {"value": "-1"}, "value"),
    ("factor.gwp-set", GWP | {"gwp_set": "AR4"}, "gwp_set"),
    ("factor.gwp-set", {"gwp_set": "AR5"}, "gwp_set"),
    ("factor.substance", GWP | {"substance": "CO2"}, "substance"),
    ("factor.substance", {"substance": "CO2"}, "substance"),
]


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_cell_is_named(
    broken: tuple[str, dict[str, str], str],
    good: dict[str, str],
    sources: Write,
    tmp_path: Path,
) -> None:
    rule, change, column = broken
    with pytest.raises(Refused) as caught:
        build(sources([good | change]), tmp_path / "out", "2026-11.1")
    found = [d for d in caught.value.diagnostics if d.rule == rule]
    assert found, caught.value
    place = found[0].place
    assert place is not None
    assert (place.file, place.line, place.field) == ("toy.csv", 2, column)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("change", [{}, PERCENT, PERCENT | {"value": "0"}, GWP])
def test_a_sound_row_passes(
    change: dict[str, str], good: dict[str, str], sources: Write, tmp_path: Path
) -> None:
    assert build(sources([good | change]), tmp_path / "out", "2026-11.1").rows == 1


def test_all_findings_come_at_once(good: dict[str, str], sources: Write, tmp_path: Path) -> None:
    rows = [good | {"value": "x"}, good | {"id": "toy/net-calorific-value/diesel/2", "region": "?"}]
    with pytest.raises(Refused) as caught:
        build(sources(rows), tmp_path / "out", "2026-11.1")
    assert {(d.rule, d.place.line) for d in caught.value.diagnostics if d.place} == {
        ("factor.number", 2),
        ("factor.unknown-region", 3),
    }


def test_an_id_may_be_used_once(good: dict[str, str], sources: Write, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"factor\.repeated-id.*toy\.csv:2"):
        build(sources([good, good]), tmp_path / "out", "2026-11.1")


def test_two_values_for_the_same_thing_are_refused(
    good: dict[str, str], sources: Write, tmp_path: Path
) -> None:
    other = good | {"id": good["id"] + "/b", "value": "43.33"}
    with pytest.raises(Refused, match=r"factor\.contradiction"):
        build(sources([good, other]), tmp_path / "out", "2026-11.1")


@pytest.mark.parametrize(
    "change",
    [
        {"value": "42652", "unit": "MJ[LHV]/t"},
        {"value": "43.33", "region": "CN-TJ"},
        {"value": "43.33", "reference_to": "2020"},
        {"value": "43.33", "status": "witness"},
    ],
)
def test_what_does_not_contradict_passes(
    change: dict[str, str], good: dict[str, str], sources: Write, tmp_path: Path
) -> None:
    rows = [good, good | {"id": good["id"] + "/b"} | change]
    assert build(sources(rows), tmp_path / "out", "2026-11.1").rows == 2


VOCABULARY = [
    ("factor.repeated-key", "diesel,柴油,diesel,,,liquid,,\ndiesel,柴油,diesel,,,liquid,,\n"),
    ("factor.ambiguous-spelling", "diesel,柴油,diesel,,,l,,\nlng,液化气,LNG,Diesel,,l,,\n"),
    ("factor.unknown-parent", "diesel,柴油,diesel,,oil,liquid,,\n"),
    ("factor.incomplete", "diesel,,diesel,,,liquid,,\n"),
    ("unit.unknown", "diesel,柴油,diesel,,,liquid,furlong/t,\n"),
]


@pytest.mark.parametrize(("rule", "lines"), VOCABULARY)
def test_a_broken_vocabulary_is_named(
    rule: str, lines: str, good: dict[str, str], sources: Write, tmp_path: Path
) -> None:
    place = sources([good])
    header = "key,zh,en,synonyms,parent,group,units,note\n"
    (place / "vocabulary-fuel.csv").write_text(header + lines, encoding="utf-8")
    with pytest.raises(Refused) as caught:
        build(place, tmp_path / "out", "2026-11.1")
    found = [d for d in caught.value.diagnostics if d.rule == rule]
    assert found, caught.value
    assert found[0].place is not None
    assert found[0].place.file == "vocabulary-fuel.csv"


FILES = [
    ("source.header", "id,property\n"),
    ("source.encoding", "编号\n"),
    ("source.cells", None),
    ("source.vocabulary", "vocabulary-feul.csv"),
]


@pytest.mark.parametrize(("rule", "body"), FILES)
def test_a_broken_file_is_named(
    rule: str, body: str | None, good: dict[str, str], sources: Write, tmp_path: Path
) -> None:
    place = sources([good])
    toy = place / "toy.csv"
    if rule == "source.header":
        toy.write_text(str(body), encoding="utf-8")
    elif rule == "source.encoding":
        toy.write_bytes(str(body).encode("gb18030"))
    elif rule == "source.cells":
        toy.write_text(toy.read_text(encoding="utf-8") + "one,two\n", encoding="utf-8")
    else:
        (place / str(body)).write_text("key\n", encoding="utf-8")
    with pytest.raises(Refused) as caught:
        build(place, tmp_path / "out", "2026-11.1")
    assert [d.rule for d in caught.value.diagnostics] == [rule]


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"source\.missing"):
        build(tmp_path / "nowhere", tmp_path / "out", "2026-11.1")
