"""Generated SQL against the same SQL written by hand, on seeded fuel records from Parquet.

Usage: python benchmarks/engine.py [rows, such as 1e7] [rounds]
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
CHUNK = 1_000_000
THREADS = 2

BY_HAND = {
    "by ship, month, fuel": """
        SELECT ship, month, fuel, {total} AS co2
        FROM read_parquet('{path}') AS u
        LEFT JOIN "factor ncv" AS n ON n.key = u.fuel
        LEFT JOIN "factor carbon" AS c ON c.key = u.fuel
        GROUP BY ship, month, fuel ORDER BY ship, month, fuel""",
    "total, tiers and failures": """
        SELECT {total} AS co2,
               count(ncv_measured), count(*) - count(ncv_measured),
               count(*) - count(coalesce(ncv_measured, n.value)),
               count(*) - count(burned * coalesce(ncv_measured, n.value) * c.value)
        FROM read_parquet('{path}') AS u
        LEFT JOIN "factor ncv" AS n ON n.key = u.fuel
        LEFT JOIN "factor carbon" AS c ON c.key = u.fuel""",
}
TOTAL = """CAST(CAST(sum(CAST(floor(
    (((burned * coalesce(ncv_measured, n.value)) * c.value) * CAST('3.5933333333333333' AS DOUBLE))
    * 1e9 + CAST('0.5' AS DOUBLE)) AS BIGINT)) AS VARCHAR) AS DOUBLE) / 1e9"""


def make(path: Path, rows: int) -> None:
    """Write seeded fuel records: 200 ships, 12 months, 5 fuels, 80 % without a measured NCV."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(20251123)
    ships = pa.array([f"S{i:03d}" for i in range(200)])
    months = pa.array([f"2025-{m:02d}" for m in range(1, 13)])
    fuels = pa.array(["diesel", "gasoline", "fuel-oil", "lng", "lpg"])
    writer: pq.ParquetWriter | None = None
    for start in range(0, rows, CHUNK):
        size = min(CHUNK, rows - start)
        missing = rng.random(size) < 0.8
        table = pa.table(
            {
                "ship": ships.take(pa.array(rng.integers(0, 200, size))),
                "month": months.take(pa.array(rng.integers(0, 12, size))),
                "fuel": fuels.take(pa.array(rng.integers(0, 5, size))),
                "burned": rng.uniform(0, 100, size).round(3),
                "ncv_measured": pa.array(rng.uniform(30, 45, size).round(3), mask=missing),
            }
        )
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table, row_group_size=CHUNK)
    if writer is not None:
        writer.close()


def run_whole(path: str) -> None:
    """Do the whole run in this process and print its time and peak memory."""
    import mrv
    from mrv.activity import Settings

    began = time.perf_counter()
    loaded = mrv.load(str(HERE / "fuel.yaml"))
    run = loaded.run(
        {"fuel_use": path}, period=2025, units="declared", settings=Settings(threads=THREADS)
    )
    groups = run.table("by_month").num_rows
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    took = time.perf_counter() - began
    print(f"  whole run: {took:.2f} s, {groups} groups, peak memory {peak:.0f} MB")
    run.close()


def compare(path: Path, rounds: int) -> None:
    """Time the generated and the hand-written query in turn, and check that they agree."""
    import mrv
    from mrv.activity import Settings

    loaded = mrv.load(str(HERE / "fuel.yaml"))
    run = loaded.run(
        {"fuel_use": path}, period=2025, units="declared", settings=Settings(threads=THREADS)
    )
    session, planned = run.session, run.session.planned
    groups, total = planned.field("by_month"), planned.field("total")
    counts = [name for tier in planned.tiers for _, name in tier.counts]
    counts += ["ncv_used__failures", "co2__failures"]
    generated = {
        "by ship, month, fuel": session.query(groups.relation, [groups.column], keys=groups.keys),
        "total, tiers and failures": session.query(total.relation, [total.column, *counts]),
    }
    connection = session.dataset.connection
    for name, sql in generated.items():
        by_hand = BY_HAND[name].format(path=path, total=TOTAL)
        assert connection.sql(sql).fetchall() == connection.sql(by_hand).fetchall(), name
        wall: dict[str, list[float]] = {"generated": [], "by hand": []}
        cpu: dict[str, list[float]] = {"generated": [], "by hand": []}
        for _ in range(rounds):
            for which, text in (("generated", sql), ("by hand", by_hand)):
                began, busy = time.perf_counter(), time.process_time()
                connection.sql(text).to_arrow_table()
                wall[which].append(time.perf_counter() - began)
                cpu[which].append(time.process_time() - busy)
        print(
            f"  {name}: {median(wall['generated']):.3f} s against {median(wall['by hand']):.3f} s; "
            f"ratio {median(wall['generated']) / median(wall['by hand']):.2f} wall, "
            f"{median(cpu['generated']) / median(cpu['by hand']):.2f} processor"
        )
    run.close()


def main() -> None:
    """Make the data, compare the queries, and measure a whole run in a process of its own."""
    if len(sys.argv) > 2 and sys.argv[1] == "--whole":
        run_whole(sys.argv[2])
        return
    rows = int(float(sys.argv[1])) if len(sys.argv) > 1 else CHUNK
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    with tempfile.TemporaryDirectory(prefix="mrv-bench-") as folder:
        path = Path(folder) / "fuel.parquet"
        make(path, rows)
        print(f"{rows:,} rows, {path.stat().st_size / 1e6:.0f} MB of Parquet, {THREADS} threads")
        compare(path, rounds)
        sys.stdout.flush()
        subprocess.run([sys.executable, __file__, "--whole", str(path)], check=True)  # noqa: S603


if __name__ == "__main__":
    main()
