"""How fast and how small large factor stores answer: look-ups, searches, memory.

Usage: python benchmarks/factor_search.py [rows of the large store] [rows of the smaller one]

The stores are the built-in rows repeated under other dataset names; in those called "own names"
every row has names and a code of its own, which is the most that an index can have to read. Each
figure stands beside the same thing written by hand where there is such a thing: SQL over the
Parquet file, and an SQLite FTS5 table with bigrams of Chinese. Linux only: the peak of memory is
read from /proc, for that of getrusage counts the parent process too.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from mrv.factors import Store

WORDS = (
    *("柴油", "碳", "油", "天津 电力", "电力 天津 2023", "船用柴油低位发热量", "天然氣", "電力"),
    *("diesel", "natural gas", "a", "2023", "17500", "00012", "zzzz", "天津柴油燃烧"),
    "gbt32151.34-2024-c1/net-calorific-value/diesel",
)  # common and rare, long and single, with and without a hit
FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"region": "天津"},
    {"year": 2023, "confidence": "secondary"},
    {"unit": "kg CO2/kWh", "source": "mee", "property": "grid-average"},
    {"boundary": "cradle", "kind": "product"},
)
KEY = ("net-calorific-value", "gbt32151.34-2024-c1-7", "diesel")
SQL_FTS = "SELECT rowid FROM t WHERE t MATCH ? ORDER BY rowid LIMIT 20"
SQL_KEY = "SELECT * FROM read_parquet(?) WHERE property = ? AND dataset = ? AND key = ?"


def make(place: Path, rows: int, own_names: str) -> str:
    """Write a release of so many rows; return its name."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from mrv.factors import open_store
    from mrv.factors.row import COLUMNS

    store = open_store("2026-11.1")
    name = f"bench-{rows}{own_names}"
    here = place / "releases" / name
    here.mkdir(parents=True)
    base = {c: [getattr(row, c) for row in store.rows] for c in COLUMNS}
    size = len(store.rows)
    parts = []
    for n in range(rows // size + 1):
        part = dict(base)
        part["dataset"] = [f"{cell}-{n}" for cell in base["dataset"]]
        part["id"] = [cell.replace("/", f"-{n}/", 1) for cell in base["id"]]
        if own_names:
            part["name_zh"] = [f"{cell}{n:04d}{i % 7}型" for i, cell in enumerate(base["name_zh"])]
            part["name_en"] = [f"{c} type {n:04d}{i % 7}" for i, c in enumerate(base["name_en"])]
            part["classification"] = [f"SKU {n * size + i:08d}" for i in range(size)]
        parts.append(pa.table(part))
    table = pa.concat_tables(parts).slice(0, rows)
    table = table.sort_by([(c, "ascending") for c in ("property", "key", "id")])
    pq.write_table(table, here / "factors.parquet", row_group_size=20_000, compression="zstd")
    shutil.copy(store.path / "vocabulary.json", here)
    body = (here / "factors.parquet").read_bytes()
    facts = {"release": name, "rows": rows, "parquet_sha256": sha256(body).hexdigest()}
    facts["content_sha256"] = facts["parquet_sha256"]
    (here / "release.json").write_text(json.dumps(dict(store.facts) | facts), encoding="utf-8")
    return name


def timed(action: Callable[[], object], rounds: int = 5) -> tuple[float, float]:
    """Return medians of some rounds in milliseconds, by the clock and of the processor.

    The first round is not counted. On a machine that does other work the second is the steadier.
    """
    taken = []
    for _ in range(rounds + 1):
        began, used = time.perf_counter(), time.process_time()
        action()
        taken.append((time.perf_counter() - began, time.process_time() - used))
    clock, processor = zip(*taken[1:], strict=True)
    return median(clock) * 1000, median(processor) * 1000


def peak() -> float:
    """Return the peak of memory of this process in MB."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def key_of(store: Store) -> None:
    """Resolve one key."""
    from mrv.factors import FactorQuery, resolve
    from mrv.units import parse_unit

    where = (("dataset", (KEY[1],)), ("key", (KEY[2],)))
    found = resolve(store, FactorQuery(KEY[0], parse_unit("GJ[LHV]/t"), where))
    assert found.row is not None
    assert found.row.value == "42.652", found.reason


def measure(what: str, place: Path, name: str, order: list[str]) -> dict[str, Any]:
    """Do one thing in a process of its own; return its figures."""
    from mrv.factors import open_store

    began = time.perf_counter()
    store = open_store(folders=[place], order=order) if order else open_store(name, [place])
    if what == "key":
        key_of(store)
        return {"warm": timed(lambda: key_of(store)), "peak": peak()}
    if what == "index":
        store.search("柴油")
        return {"seconds": time.perf_counter() - began, "peak": peak()}
    key_of(store)
    figures = [
        (*timed(lambda w=word, f=wish: store.search(w, **f), 3), word, str(wish or ""))
        for wish in FILTERS
        for word in WORDS
    ]
    return {"figures": sorted(figures, reverse=True), "peak": peak()}


def alone(what: str, place: Path, name: str, *order: str) -> tuple[float, dict[str, Any]]:
    """Run `measure` in a fresh process; return the seconds that it lived and its figures."""
    command = [sys.executable, __file__, "--one", what, str(place), name, *order]
    began = time.perf_counter()
    run = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    return time.perf_counter() - began, json.loads(run.stdout)


def show(
    what: str, figure: float, target: float, by_hand: float | None = None, cpu: float | None = None
) -> None:
    """Print a figure, its ratio to what it should be, and to the same written by hand."""
    other = f"  processor {cpu:.1f}" if cpu is not None else ""
    other += f"  by hand {by_hand:.1f}, ratio {figure / by_hand:.2f}" if by_hand else ""
    print(f"{what:60} {figure:9.2f}   {figure / target:5.2f} of {target:g}{other}", flush=True)


def sql(parquet: Path, words: tuple[str, ...]) -> list[float]:
    """Time the search that one writes by hand over the Parquet file: names and ids, no ranking."""
    import duckdb

    base = duckdb.connect()
    told = "name_zh || '/' || lower(name_en) || '/' || id || '/' || region"
    taken = []
    for word in words:
        terms = word.lower().split()
        tests = " AND ".join(f"contains({told}, ?)" for _ in terms)
        query = f"SELECT * FROM read_parquet(?) WHERE {tests} LIMIT 20"
        taken.append(
            timed(lambda q=query, t=terms: base.execute(q, [str(parquet), *t]).fetchall())[0]
        )
    return taken


def bigrams(text: str) -> str:
    """Split Chinese into pairs of characters, and leave the rest as words."""
    runs = re.findall(r"[\u3400-\u9fff]+|[a-z0-9.]+", text.lower())
    return " ".join(
        " ".join(run[n : n + 2] for n in range(max(1, len(run) - 1))) if run[0] > "\u2fff" else run
        for run in runs
    )


def fts(parquet: Path, file: Path, words: tuple[str, ...]) -> tuple[float, list[float]]:
    """Time an SQLite FTS5 table of names, made by hand: seconds to make, each query; no ranking."""
    import duckdb

    began = time.perf_counter()
    rows = duckdb.connect().execute(
        "SELECT name_zh || ' ' || name_en || ' ' || region || ' ' || key FROM read_parquet(?)",
        [str(parquet)],
    )
    base = sqlite3.connect(file)
    base.execute("CREATE VIRTUAL TABLE t USING fts5(x, content='')")
    texts = (bigrams(row[0]) for row in rows.fetchall())
    base.executemany("INSERT INTO t(rowid, x) VALUES (?, ?)", enumerate(texts, 1))
    base.commit()
    made = time.perf_counter() - began
    taken = []
    for word in words:
        query = " ".join(f'"{bigrams(term)}"' for term in word.split() if bigrams(term))
        taken.append(timed(lambda q=query: base.execute(SQL_FTS, [q]).fetchall())[0])
    base.close()
    return made, taken


def searches(title: str, figures: list[list[Any]], target: float, by_hand: float) -> None:
    """Print the median and the slowest searches of a store."""
    middle = median(f[0] for f in figures)
    used = median(f[1] for f in figures)
    show(f"search, {title}: median, ms", middle, target, by_hand, used)
    for figure, cpu, word, wish in figures[:3]:
        show(f"search, {title}: slowest: {word} {wish}"[:60], figure, target, None, cpu)


def main() -> None:
    """Build the stores, ask them, print."""
    import duckdb

    given = [int(word) for word in sys.argv[1:3]]
    many, some = [*given, *(1_000_000, 100_000)[len(given) :]]
    place = Path(tempfile.mkdtemp(prefix="mrv-bench-"))
    os.environ["MRV_CACHE"] = str(place / "cache")
    try:
        name = make(place, many, "")
        parquet = place / "releases" / name / "factors.parquet"
        cold, found = min((alone("key", place, name) for _ in range(3)), key=lambda one: one[0])
        base = duckdb.connect()
        asked = [str(parquet), *KEY]
        by_hand = timed(lambda: base.execute(SQL_KEY, asked).fetchall())[0]
        clock, cpu = found["warm"]
        show(f"resolve one key of {many:,} rows, warm, ms", clock, 10, by_hand, cpu)
        show("resolve one key, cold process, s", cold, 0.25)
        show("resolve one key, peak memory, MB", found["peak"], 300)
        layers = (name, "built-in")
        cold, found = min(
            (alone("key", place, name, *layers) for _ in range(3)), key=lambda o: o[0]
        )
        clock, cpu = found["warm"]
        show("resolve one key, before the built-in release, warm, ms", clock, 10, None, cpu)
        show("resolve one key, before the built-in release, cold, s", cold, 0.25)
        for rows, target in ((some, 30), (many, 150)):
            for own_names in ("", "-own-names"):
                name = f"bench-{rows}{own_names}"
                if not (place / "releases" / name).exists():
                    make(place, rows, own_names)
                parquet = place / "releases" / name / "factors.parquet"
                title = f"{rows:,} rows{own_names.replace('-', ' ')}"
                _, made = alone("index", place, name)
                print(f"index, {title}: {made['seconds']:.1f} s, peak {made['peak']:.0f} MB")
                _, found = alone("search", place, name, name, "built-in")
                searches(title, found["figures"], target, median(sql(parquet, WORDS)))
                if rows == some:
                    seconds, taken = fts(parquet, place / f"{name}.db", WORDS)
                    print(f"FTS5 by hand: made in {seconds:.1f} s, median {median(taken):.2f} ms,")
                    print("  for names only, without ranking, substrings of words or 碳 alone")
                show(f"search, {title}, before built-in: peak, MB", found["peak"], 300)
    finally:
        shutil.rmtree(place)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(sys.argv[2], Path(sys.argv[3]), sys.argv[4], sys.argv[5:])))
    else:
        main()
