"""How fast large factor stores answer: one key of a million rows, words in a hundred thousand.

Usage: python benchmarks/factor_search.py [rows to resolve in] [rows to search in]

The stores are made of the built-in rows, repeated under other dataset names. Linux only: the
peak of memory is read from /proc, for that of getrusage counts the parent process too.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

TARGETS = {
    "resolve one key, warm": 0.010,
    "resolve one key, cold process": 0.25,
    "search": 0.030,
    "memory of the cold process, MB": 300.0,
}
COLD = """
import sys
from pathlib import Path
from mrv.factors import FactorQuery, open_store, resolve
from mrv.units import parse_unit
store = open_store(sys.argv[2], [Path(sys.argv[1])])
where = (("dataset", ("gbt32151.34-2024-c1-7",)), ("key", ("diesel",)))
found = resolve(store, FactorQuery("net-calorific-value", parse_unit("GJ[LHV]/t"), where))
assert found.row is not None and found.row.value == "42.652", found.reason
status = Path("/proc/self/status").read_text()
print(int(status.split("VmHWM:")[1].split()[0]) / 1024)
"""


def make(place: Path, rows: int) -> str:
    """Write a release of so many rows; return its name."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from mrv.factors import open_store
    from mrv.factors.row import COLUMNS

    store = open_store()
    name = f"bench-{rows}"
    here = place / "releases" / name
    here.mkdir(parents=True)
    base = {c: [getattr(row, c) for row in store.rows] for c in COLUMNS}
    parts = []
    for n in range(rows // len(store.rows) + 1):
        part = dict(base)
        part["dataset"] = [f"{cell}-{n}" for cell in base["dataset"]]
        part["id"] = [cell.replace("/", f"-{n}/", 1) for cell in base["id"]]
        parts.append(pa.table(part))
    table = pa.concat_tables(parts).slice(0, rows)
    table = table.sort_by([(c, "ascending") for c in ("property", "key", "id")])
    pq.write_table(table, here / "factors.parquet", row_group_size=20_000, compression="zstd")
    shutil.copy(store.path / "vocabulary.json", here)
    body = (here / "factors.parquet").read_bytes()
    facts = {"release": name, "rows": rows, "parquet_sha256": sha256(body).hexdigest()}
    (here / "release.json").write_text(json.dumps(dict(store.facts) | facts), encoding="utf-8")
    return name


def timed(action: Callable[[int], object], rounds: int = 7) -> float:
    """Return the median of some rounds in seconds; the first is not counted."""
    taken = []
    for n in range(rounds + 1):
        began = time.perf_counter()
        action(n)
        taken.append(time.perf_counter() - began)
    return median(taken[1:])


def show(what: str, figure: float) -> None:
    """Print a figure and its ratio to what it should be."""
    target = TARGETS[what.split(":", maxsplit=1)[0]]
    print(f"{what:55} {figure:10.4f}   {figure / target:6.2f} of {target}")


def main() -> None:
    """Build the stores, ask them, print."""
    from mrv.factors import FactorQuery, open_store, resolve
    from mrv.units import parse_unit

    given = [int(word) for word in sys.argv[1:3]]
    many, some = [*given, *(1_000_000, 100_000)[len(given) :]]
    place = Path(tempfile.mkdtemp(prefix="mrv-bench-"))
    try:
        name = make(place, many)
        store = open_store(name, [place])
        unit = parse_unit("GJ[LHV]/t")

        def one(n: int) -> None:
            where = (("dataset", (f"gbt32151.34-2024-c1-{n}",)), ("key", ("diesel",)))
            assert resolve(store, FactorQuery("net-calorific-value", unit, where)).row

        show("resolve one key, warm", timed(one))
        command = [sys.executable, "-c", COLD, str(place), name]
        said: list[str] = []

        def cold(_: int) -> None:
            run = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
            said.append(run.stdout)

        show("resolve one key, cold process", timed(cold, 3))
        show("memory of the cold process, MB", max(map(float, said)))
        words = open_store(make(place, some), [place])
        for word in ("柴油", "碳", "天津 电力", "diesel", "船用柴油低位发热量"):
            show(f"search: {word}", timed(lambda _, w=word: words.search(w)))
    finally:
        shutil.rmtree(place)


if __name__ == "__main__":
    main()
