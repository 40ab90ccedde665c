"""Receipts timed: sealing, size, verifying against the run itself, explaining one row of many.

Usage: python benchmarks/receipts.py [rows to seal, such as 1e6] [rows to explain, such as 1e7]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from engine import HERE, THREADS, make

ROUNDS = 3


def timed(label: str, work: object) -> float:
    """Run something a few times and print the medians of its wall and processor time."""
    walls, cpus = [], []
    for _ in range(ROUNDS):
        wall, cpu = time.perf_counter(), time.process_time()
        work()  # type: ignore[operator]
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    print(f"{label:44} {median(walls):7.2f} s wall {median(cpus):7.2f} s processor")
    return median(walls)


def sealing(data: Path, receipt: Path) -> None:
    """Print what sealing and verifying take beside the run itself."""
    import mrv
    from mrv.activity import Settings
    from mrv.receipt import Means, seal, verify

    settings = Settings(threads=THREADS)
    loaded = mrv.load(str(HERE / "fuel.yaml"))

    def run() -> object:
        return loaded.run({"fuel_use": data}, period=2025, units="declared", settings=settings)

    def whole() -> None:
        with run() as made:  # type: ignore[attr-defined]
            made.row_table("fuel_use")

    alone = timed("run: results, checks, marks", lambda: run().close())  # type: ignore[attr-defined]
    timed("run: the value of every row besides", whole)
    with run() as made:  # type: ignore[attr-defined]
        bare = timed("every value of every row", lambda: tracing(made, trace=False))
        traced = timed("the same with its trace", lambda: tracing(made, trace=True))
        print(f"{'extra for the trace (target 20 %)':44} {traced / bare - 1:7.1%}")
        timed("seal (target 10 s)", lambda: seal(made, receipt))
    print(f"{'size (target 60 MB)':44} {receipt.stat().st_size / 1e6:7.1f} MB")
    means = Means(folders=(HERE,), settings=settings)
    assert verify(receipt, means).upheld
    judged = timed("verify", lambda: verify(receipt, means))
    print(f"{'verify against the run (target 3)':44} {judged / alone:7.2f}")


def tracing(run: object, *, trace: bool) -> None:
    """Compute every formula of every row, with or without tier, factor rows and fired checks."""
    planned = run.session.planned  # type: ignore[attr-defined]
    for grain, relation, _ in planned.frames:
        if not grain.is_row:
            continue
        fields = [field for field in planned.plan.fields if field.relation == relation]
        columns = [field.column for field in fields]
        if trace:
            columns += [field.tier for field in fields if field.tier]
            columns += [column for own, _, column in planned.factor_rows if own == grain]
            columns += [fired.flag for fired in planned.fired if fired.grain == grain]
        sql = run.session.query(relation, columns, rows=True)  # type: ignore[attr-defined]
        numbers = ", ".join(f'bit_xor(hash("{column}"))' for column in columns)
        query = f"SELECT {numbers} FROM ({sql})"
        run.session.dataset.connection.execute(query).fetchall()  # type: ignore[attr-defined]


def explaining(data: Path, rows: int) -> None:
    """Print what explaining one row of many takes in a run that is open."""
    import mrv
    from mrv.activity import Settings
    from mrv.explain import explain

    loaded = mrv.load(str(HERE / "fuel-by-slip.yaml"))
    with loaded.run(
        {"fuel_use": data}, period=2025, units="declared", settings=Settings(threads=THREADS)
    ) as run:
        slips = iter((rows // 3, rows // 2, rows - 1))
        timed(
            "explain one row (target 0.5 s)",
            lambda: explain(run, "co2", row={"slip": f"F{next(slips)}"}),
        )


def with_slips(source: Path, target: Path) -> None:
    """Give every record the number of its slip, so that one can be named."""
    import duckdb

    duckdb.execute(
        f"COPY (SELECT 'F' || file_row_number AS slip, * EXCLUDE (file_row_number) "
        f"FROM read_parquet('{source}', file_row_number = true)) TO '{target}' (FORMAT parquet)"
    )


def main() -> None:
    """Run each part in a process of its own."""
    if len(sys.argv) > 3:
        part, data, rest = sys.argv[1:4]
        if part == "seal":
            sealing(Path(data), Path(rest))
        else:
            explaining(Path(data), int(rest))
        return
    sealed, explained = (
        int(float(word)) for word in (*sys.argv[1:3], *("1e6", "1e7")[len(sys.argv) - 1 :])
    )
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part, rows in (("seal", sealed), ("explain", explained)):
            data = folder / f"{part}.parquet"
            make(data, rows)
            rest = str(folder / "out.mrv")
            if part == "explain":
                with_slips(data, folder / "slips.parquet")
                data, rest = folder / "slips.parquet", str(rows)
            print(f"-- {rows:,} rows", flush=True)
            call = [sys.executable, __file__, part, str(data), rest]
            subprocess.run(call, check=True, env=environment)  # noqa: S603


if __name__ == "__main__":
    main()
