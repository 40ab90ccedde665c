"""How long it takes to start: load and check methodologies, ``mrv --help``, the demo.

Usage: python benchmarks/startup.py [rounds]
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent
MRV = [str(Path(sys.executable).with_name("mrv"))]
TARGETS = {
    "load and check one methodology": 0.050,
    "load and check the whole library": 0.300,
    "mrv --help": 0.150,
    "mrv run, the demo": 1.500,
}


def timed(action: Callable[[], object], rounds: int) -> float:
    """Return the median of some rounds in seconds, one round before them not counted."""
    action()
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        action()
        taken.append(time.perf_counter() - began)
    return median(taken)


def command(*words: str) -> Callable[[], object]:
    """Return what runs the command line in a process of its own."""

    def call() -> object:
        return subprocess.run([*MRV, *words], cwd=ROOT, capture_output=True, check=True)  # noqa: S603

    return call


def main() -> None:
    """Print each figure beside the ratio to what it should be."""
    from mrv.api import words
    from mrv.factors import open_store
    from mrv.language.library import listing
    from mrv.language.loading import load

    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    vocabularies = words(open_store())
    names = [header.name for header in listing() if not header.name.startswith("modules/")]
    names = [name for name in names if "/" in name]
    demo = (
        "run",
        "water-freight/enterprise",
        "--data",
        "examples/water-freight",
        "--period",
        "2025",
    )
    actions: dict[str, Callable[[], object]] = {
        "load and check one methodology": lambda: load(
            "water-freight/enterprise", vocabularies=vocabularies
        ),
        "load and check the whole library": lambda: [
            load(name, vocabularies=vocabularies) for name in names
        ],
        "mrv --help": command("--help"),
        "mrv run, the demo": command(*demo),
    }
    for name, action in actions.items():
        took = timed(action, rounds)
        print(f"{name}: {took * 1000:.0f} ms, {took / TARGETS[name]:.2f} of what it may take")


if __name__ == "__main__":
    main()
