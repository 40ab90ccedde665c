from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_up_tables import invalid, only, quantity, read

from mrv.activity import Findings, Group
from mrv.language.inputs import Column, Limits
from mrv.messages import text

if TYPE_CHECKING:
    from pathlib import Path

DECLARED = only(
    Column("name", "text"), quantity("mass", "kg", limits=Limits(lowest=0)), key=("name",)
)  # type: ignore[arg-type]


def test_a_report_in_both_languages_with_rows_and_values() -> None:
    frame = pd.DataFrame({"name": list("abcdefg"), "mass (kg)": [-1.0] * 7})
    findings = invalid(read, DECLARED, frame).findings
    en, zh = findings.render("en"), findings.render("zh")
    assert '7 rows: row 1 "-1", row 2 "-1"' in en
    assert "共 7 行：第 1 行“-1”" in zh
    assert "row 6" not in en


def test_the_complete_list_as_parquet(tmp_path: Path) -> None:
    frame = pd.DataFrame({"name": ["a", "a", None], "mass (kg)": [1.0, -1.0, 2.0]})
    findings = invalid(read, DECLARED, frame).findings
    assert findings.write_parquet(tmp_path / "f.parquet") == 4
    rows = pq.read_table(tmp_path / "f.parquet").to_pylist()
    assert sorted((r["rule"], r["row"], r["column"], r["value"]) for r in rows) == [
        ("cell.missing", 3, "name", None),
        ("key.duplicate", 1, "name", "a"),
        ("key.duplicate", 2, "name", "a"),
        ("number.at-least", 2, "mass", "-1"),
    ]
    assert list(tmp_path.iterdir()) == [tmp_path / "f.parquet"]


def test_findings_about_files_are_in_the_list_too(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes("name,mass (kg)\n油,1\n".encode("gbk"))
    findings = invalid(read, DECLARED, tmp_path / "t.csv").findings
    findings.write_parquet(tmp_path / "f.parquet")
    (row,) = pq.read_table(tmp_path / "f.parquet").to_pylist()
    assert (row["table"], row["row"], row["rule"]) == ("t.csv", 2, "file.encoding")


def test_the_report_is_bounded_whatever_the_findings() -> None:
    long = "x" * 10_000
    groups = tuple(
        Group("a.b", f"t{n}", long, text(long, long), long, 9, ((1, long),)) for n in range(500)
    )
    for lang in ("zh", "en"):
        report = Findings(groups).render(lang)  # type: ignore[arg-type]
        assert len(report.encode()) < 20_000
        assert "500" in report


@pytest.mark.slow
def test_a_million_bad_rows(tmp_path: Path) -> None:
    size = 1_000_000
    table = pa.table(
        {
            "name": pa.array(np.arange(size) // 2).cast(pa.string()),
            "mass (kg)": -np.arange(1, size + 1, dtype="float64"),
        }
    )
    pq.write_table(table, tmp_path / "t.parquet")
    findings = invalid(read, DECLARED, tmp_path / "t.parquet").findings
    assert [(g.rule, g.count) for g in findings.groups] == [
        ("number.at-least", size),
        ("key.duplicate", size),
    ]
    assert len(findings.render().encode()) < 20_000
    assert findings.write_parquet(tmp_path / "f.parquet") == 2 * size
