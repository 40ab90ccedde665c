"""How long a factor file takes to be read, and how much memory, in a process of its own.

Usage: python benchmarks/imports.py FILE
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path


def main() -> None:
    """Read the file and print rows, processor time and peak memory."""
    from mrv.factors.imports import read

    began = time.process_time()
    report = read(Path(sys.argv[1]))
    took = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{report.kind}: {report.rows_read} rows, {len(report.taken)} factors "
        f"in {took:.2f} s, peak {peak:.0f} MB"
    )


if __name__ == "__main__":
    main()
