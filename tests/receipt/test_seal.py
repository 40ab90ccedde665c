"""Sealing: the same run gives the same bytes, and the content hash knows no order of rows."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from sealed_runs import DATA, bake, members, put_together

from mrv.messages import Refused
from mrv.receipt import open_receipt, seal, verify
from mrv.receipt.canonical import parsed
from mrv.receipt.manifest import CRATE, RECEIPT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def contents(path: Path) -> dict[str, str]:
    tree = parsed(members(path)[RECEIPT], RECEIPT)
    return {table["member"]: table["content"] for table in (*tree["inputs"], *tree["results"])}


def test_the_same_run_gives_the_same_bytes(sealed: Path, tmp_path: Path) -> None:
    with bake() as run:
        seal(run, tmp_path / "again.mrv")
    assert (tmp_path / "again.mrv").read_bytes() == sealed.read_bytes()


def test_rows_in_another_order_have_the_same_content(sealed: Path, tmp_path: Path) -> None:
    turned = {name: rows[::-1] for name, rows in DATA.items()}
    with bake(turned) as run:
        seal(run, tmp_path / "turned.mrv")
    assert contents(tmp_path / "turned.mrv") == contents(sealed)


def test_frames_have_the_same_content_as_rows(sealed: Path, tmp_path: Path) -> None:
    frames = {name: pd.DataFrame(rows) for name, rows in DATA.items()}
    with bake(frames) as run:
        seal(run, tmp_path / "frames.mrv")
    assert contents(tmp_path / "frames.mrv") == contents(sealed)


def test_another_value_has_another_content(sealed: Path, tmp_path: Path) -> None:
    sales = [{"shop": "A", "month": "2024-01", "bread": "3.0000001 t"}]
    with bake(DATA | {"sales": sales}) as run:
        seal(run, tmp_path / "other.mrv")
    differ = {m for m, c in contents(tmp_path / "other.mrv").items() if contents(sealed)[m] != c}
    assert "inputs/sales.parquet" in differ
    assert "inputs/firing.parquet" not in differ


def test_places_of_the_emitters_rows_are_kept(sealed: Path) -> None:
    import io

    import pyarrow.parquet as pq

    rows = pq.read_table(io.BytesIO(members(sealed)["inputs/firing.parquet"])).to_pylist()
    assert [(r["oven"], r["month"], r["_row"]) for r in rows] == [
        ("o1", "2024-01", 1), ("o2", "2024-01", 2), ("o2", "2024-02", 3),
    ]  # fmt: skip


def test_only_the_factor_rows_that_were_asked_for_are_inside(sealed: Path) -> None:
    with open_receipt(sealed) as opened:
        answers = opened.receipt.answers
        assert {a.row for a in answers if a.factor == "ncv"} == {
            "gbt32151.34-2024-c1/net-calorific-value/diesel"
        }
        assert all(release.rows < 40 for release in opened.receipt.releases)


def test_the_crate_describes_every_member(sealed: Path) -> None:
    parts = members(sealed)
    graph = json.loads(parts[CRATE])["@graph"]
    described = {one["@id"] for one in graph if one["@type"] == "File"}
    assert described == set(parts) - {CRATE, "seal.json"}


def test_no_word_of_the_machine_or_the_clock(sealed: Path) -> None:
    import getpass
    import socket

    whole = sealed.read_bytes()
    for word in (str(sealed.parent), socket.gethostname(), f"/{getpass.getuser()}/"):
        assert word.encode() not in whole


@pytest.mark.parametrize("seed", range(3))
def test_no_byte_can_be_flipped(sealed: Path, tmp_path: Path, seed: int) -> None:
    whole, chance = sealed.read_bytes(), random.Random(seed)  # noqa: S311 - places to try
    for place in sorted(chance.sample(range(len(whole)), 40)):
        altered = bytearray(whole)
        altered[place] ^= 1 << chance.randrange(8)
        path = tmp_path / "altered.mrv"
        path.write_bytes(altered)
        verdict = verify(path)
        assert not verdict.upheld
        assert verdict.problems
        assert verdict.problems[0].rule.startswith("receipt.")


def opened_rules(path: Path) -> list[str]:
    with pytest.raises(Refused) as refused, open_receipt(path):
        pass
    return [found.rule for found in refused.value.diagnostics]


def wrong_content(tree: dict[str, Any]) -> None:
    tree["results"][0]["content"] = "0" * 64


def newer(tree: dict[str, Any]) -> None:
    tree["format"] = 2
    tree["something"] = "of a later time"


@pytest.mark.parametrize(
    ("say", "rule"),
    [
        (wrong_content, "receipt.content"),
        (newer, "receipt.newer-format"),
        (lambda t: t["members"].pop("inputs/sales.parquet"), "receipt.member-added"),
        (lambda t: t["members"].update(x={"bytes": 1, "sha256": "0"}), "receipt.member-missing"),
        (lambda t: t["inputs"][0].update(rows=9), "receipt.content"),
        (lambda t: t["methodology"].update(member="rules/other.yaml"), "receipt.member-missing"),
        (lambda t: t.update(extra=1), "receipt.shape"),
    ],
)  # fmt: skip
def test_a_receipt_put_together_is_named(
    sealed: Path, tmp_path: Path, say: Callable[[dict[str, Any]], Any], rule: str
) -> None:
    assert rule in opened_rules(put_together(sealed, tmp_path / "made.mrv", say=say))


def test_parts_of_two_receipts_do_not_go_together(sealed: Path, tmp_path: Path) -> None:
    from mrv.receipt.container import write_container

    with bake(gases="all") as run:
        seal(run, tmp_path / "other.mrv")
    other = members(tmp_path / "other.mrv")
    for name in ("receipt.json", "seal.json", "results/report.parquet"):
        parts = members(sealed) | {name: other[name]}
        write_container(tmp_path / "mixed.mrv", list(parts.items()))
        assert opened_rules(tmp_path / "mixed.mrv")[0] in {"receipt.seal", "receipt.member-altered"}


@pytest.mark.parametrize("member", ["inputs/sales.parquet", "seal.json", "receipt.json"])
def test_a_member_taken_out_is_missed(sealed: Path, tmp_path: Path, member: str) -> None:
    from mrv.receipt.container import write_container

    parts = members(sealed)
    parts.pop(member)
    write_container(tmp_path / "less.mrv", list(parts.items()))
    assert opened_rules(tmp_path / "less.mrv") == ["receipt.member-missing"]


def test_a_folder_is_no_place_for_a_receipt(tmp_path: Path) -> None:
    with bake() as run:
        for target in (tmp_path, tmp_path / "none" / "x.mrv"):
            with pytest.raises(Refused) as refused:
                seal(run, target)
            assert refused.value.diagnostics[0].rule == "call.seal"
