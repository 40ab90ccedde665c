"""Low-carbon travel over generated trips: the rules' SQL against the same SQL written by hand.

Users are secret: they are hashed while the file is read, and both queries run on the hashes.

Usage: python benchmarks/trips.py [rows, such as 1e7] [rounds] [memory limit, such as 600MB]
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

CHUNK = 1_000_000
THREADS = 2
MEMORY = "600MB"
NAME = "carbon-inclusion/low-carbon-travel"
SALT = "5d0c2f4e9a7b13868f21d4c0be6a597310f2e4d3c5b6a79887766554433221100f"[:64]

RULES = """
WITH rules(mode, shortest, slowest, fastest) AS (VALUES
    ('walk', CAST(0.5 AS DOUBLE), CAST(1 AS DOUBLE), CAST(8 AS DOUBLE)),
    ('bike', 0.5, 1, 30), ('bus', 1, 1, 80), ('metro', 1, 1, 80)
), """
SOUND = """authorised AND evidence <> 'self-declared' AND elapsed > 0 AND elapsed <= 24
        AND distance >= shortest AND distance <= fastest * elapsed
        AND distance >= slowest * elapsed"""
ELAPSED = """CAST(epoch_us("end") - epoch_us(start) AS DOUBLE)
            * CAST('2.7777777777777777e-10' AS DOUBLE) AS elapsed"""
MEETS = """coalesce(max("end") OVER (PARTITION BY user ORDER BY start, "end"
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) > start, false)
        OR coalesce(lead(start) OVER (PARTITION BY user ORDER BY start, "end") < "end", false)"""
SAVED = "distance * b.value - distance * coalesce(m.value, CAST(0 AS DOUBLE))"
CREDITS = """
), days AS (
    SELECT user, day, {sum_claim} AS total FROM claims GROUP BY user, day
), credits AS (
    SELECT c.user, {sum_credit} AS by_user
    FROM (
        SELECT c.user, c.claim * CASE WHEN d.total = 0 THEN CAST(1 AS DOUBLE)
            ELSE least(d.total, CAST(3 AS DOUBLE)) / d.total END AS credit
        FROM claims AS c JOIN days AS d USING (user, day)
    ) AS c GROUP BY c.user
)"""
EVERY_TRIP = f"""{RULES} trips AS (
    SELECT t._row, user, mode, start, "end", distance, {SOUND} AS sound
    FROM (SELECT *, {ELAPSED} FROM trip) AS t LEFT JOIN rules USING (mode)
), overlapping AS (
    SELECT _row FROM trips WHERE sound QUALIFY {MEETS}
), claims AS (
    SELECT user, CAST(start AS DATE) AS day,
        CASE WHEN sound AND o._row IS NULL THEN {SAVED} ELSE CAST(0 AS DOUBLE) END AS claim
    FROM trips AS t
    LEFT JOIN overlapping AS o USING (_row)
    LEFT JOIN "factor mode_factor" AS m ON m.key = t.mode
    CROSS JOIN "factor baseline_factor" AS b
{CREDITS}
SELECT user, by_user FROM credits ORDER BY user"""
COUNTED_ONLY = f"""{RULES} sound AS (
    SELECT user, mode, start, "end", distance
    FROM (SELECT *, {ELAPSED} FROM trip) AS t JOIN rules USING (mode)
    WHERE {SOUND}
), claims AS (
    SELECT user, CAST(start AS DATE) AS day, {SAVED} AS claim
    FROM (SELECT * FROM sound QUALIFY NOT ({MEETS})) AS t
    LEFT JOIN "factor mode_factor" AS m ON m.key = t.mode
    CROSS JOIN "factor baseline_factor" AS b
{CREDITS}
SELECT user, coalesce(by_user, CAST(0 AS DOUBLE)) AS by_user
FROM (SELECT DISTINCT user FROM trip) LEFT JOIN credits USING (user) ORDER BY user"""
SUM = """coalesce(CAST(CAST(sum(CAST(floor({} * 1e9 + CAST('0.5' AS DOUBLE)) AS BIGINT))
    AS VARCHAR) AS DOUBLE), CAST(0 AS DOUBLE)) / 1e9"""


def make(path: Path, rows: int) -> None:
    """Write seeded trips: one user for a hundred trips, four platforms, some of them impossible."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(20261123)
    platforms = pa.array(["cycle", "metro-app", "bus-card", "steps"])
    modes = pa.array(["walk", "bike", "bus", "metro"])
    evidence = pa.array(["ticket", "ride-order", "gps-track", "self-declared"])
    speeds = np.array([4.5, 13.0, 22.0, 34.0])
    users = max(rows // 100, 10)
    first = np.datetime64("2026-01-01T05:00:00", "s").astype("int64")
    writer: pq.ParquetWriter | None = None
    for begin in range(0, rows, CHUNK):
        size = min(CHUNK, rows - begin)
        mode = rng.integers(0, 4, size)
        distance = np.round(rng.gamma(2.0, 2.5, size) * np.array([0.4, 0.8, 1.4, 2.2])[mode], 2)
        hours = distance / (speeds[mode] * rng.uniform(0.3, 1.7, size))
        start = first + rng.integers(0, 365, size) * 86_400 + rng.integers(0, 18 * 3600, size)
        end = start + np.maximum(hours * 3600, 30).astype("int64")
        trips = np.char.add("T", np.char.zfill(np.arange(begin, begin + size).astype(str), 9))
        number = (rng.random(size) ** 1.5 * users).astype("int64")
        names = np.char.add("1", np.char.zfill((number * 7_919 % 10**10).astype(str), 10))
        table = pa.table(
            {
                "platform": platforms.take(pa.array(rng.integers(0, 4, size))),
                "trip": pa.array(trips),
                "user": pa.array(names),
                "mode": modes.take(pa.array(mode)),
                "start": pa.array(start.astype("datetime64[s]")).cast(pa.timestamp("us")),
                "end": pa.array(end.astype("datetime64[s]")).cast(pa.timestamp("us")),
                "distance": distance,
                "evidence": evidence.take(pa.array(rng.choice(4, size, p=[0.4, 0.3, 0.2, 0.1]))),
                "authorised": rng.random(size) < 0.97,
            }
        )
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table, row_group_size=CHUNK)
    if writer is not None:
        writer.close()


def run_whole(path: str, memory: str) -> None:
    """Do the whole run in this process: hashing, validation, every result; print time and peak."""
    import mrv
    from mrv.activity import Settings

    began, busy = time.perf_counter(), time.process_time()
    loaded = mrv.load(NAME)
    settings = Settings(threads=THREADS, memory_limit=memory)
    run = loaded.run({"trip": path}, period=2026, units="declared", settings=settings, salt=SALT)
    found = {one.name: one.value for one in run.outcome.outputs}
    took, work = time.perf_counter() - began, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"  whole run: {took:.1f} s ({work:.1f} s of processor), peak memory {peak:.0f} MB at a "
        f"limit of {memory}; {found['trips']:,.0f} trips, {found['counted']:,.0f} counted, "
        f"{found['credited']:.1f} t CO2"
    )
    run.close()


def compare(path: Path, rounds: int, memory: str) -> None:
    """Time the generated and the hand-written query in turn, and check that they agree."""
    from mrv.activity import Settings, open_dataset
    from mrv.activity.salt import salt_of
    from mrv.api import load
    from mrv.engine.factor_tables import factor_tables
    from mrv.engine.planner import plan
    from mrv.engine.run import spellings
    from mrv.engine.session import open_session
    from mrv.language.period import parse_period

    loaded, period = load(NAME), parse_period("2026")
    began, busy = time.perf_counter(), time.process_time()
    dataset = open_dataset(
        tuple(loaded.methodology.inputs.values()), {"trip": str(path)},
        periods=[period], vocabularies=spellings(loaded.store), units="declared",
        settings=Settings(threads=THREADS, memory_limit=memory), salt=salt_of(SALT),
    )  # fmt: skip
    took, work = time.perf_counter() - began, time.process_time() - busy
    print(f"  hashing, reading, validation: {took:.1f} s ({work:.1f} s of processor)")
    planned = plan(loaded.methodology)
    factors = factor_tables(planned, loaded.store, [period])
    session = open_session(planned, dataset, factors, (period,))
    field = planned.field("by_user")

    generated = session.query(field.relation, [field.column], keys=field.keys)
    sums = {"sum_claim": SUM.format("claim"), "sum_credit": SUM.format("credit")}
    connection = dataset.connection
    queries = {
        "generated": generated,
        "by hand": EVERY_TRIP.format(**sums),
        "by hand, counted trips only": COUNTED_ONLY.format(**sums),
    }
    results = {name: connection.sql(sql).to_arrow_table() for name, sql in queries.items()}
    users = results["generated"].num_rows
    assert users > 0
    for name, table in results.items():
        for one, two in zip(results["generated"].columns, table.columns, strict=True):
            assert one.equals(two), f"{name}: the queries differ"
    wall: dict[str, list[float]] = {name: [] for name in queries}
    cpu: dict[str, list[float]] = {name: [] for name in queries}
    for _ in range(rounds):
        for which, sql in queries.items():
            began, busy = time.perf_counter(), time.process_time()
            connection.sql(sql).to_arrow_table()
            wall[which].append(time.perf_counter() - began)
            cpu[which].append(time.process_time() - busy)
    mine, work = median(wall["generated"]), median(cpu["generated"])
    print(f"  credits of {users:,} users: {mine:.2f} s ({work:.2f} s of processor)")
    for name in list(queries)[1:]:
        theirs, busy = median(wall[name]), median(cpu[name])
        print(
            f"    against {name}: {theirs:.2f} s ({busy:.2f} s of processor); "
            f"ratio {mine / theirs:.2f} wall, {work / busy:.2f} processor"
        )
    dataset.close()


def main() -> None:
    """Make the data, compare the queries, and measure a whole run in a process of its own."""
    if len(sys.argv) > 3 and sys.argv[1] == "--whole":
        run_whole(sys.argv[2], sys.argv[3])
        return
    rows = int(float(sys.argv[1])) if len(sys.argv) > 1 else CHUNK
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    memory = sys.argv[3] if len(sys.argv) > 3 else MEMORY
    with tempfile.TemporaryDirectory(prefix="mrv-bench-", dir=os.environ.get("TMPDIR")) as folder:
        path = Path(folder) / "trips.parquet"
        make(path, rows)
        print(f"{rows:,} trips, {path.stat().st_size / 1e6:.0f} MB of Parquet, {THREADS} threads")
        if rounds:
            compare(path, rounds, memory)
            sys.stdout.flush()
        subprocess.run([sys.executable, __file__, "--whole", str(path), memory], check=True)  # noqa: S603


if __name__ == "__main__":
    main()
