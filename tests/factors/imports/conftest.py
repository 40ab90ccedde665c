"""Write small tables for the importers."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    """Write rows as CSV and return the path."""

    def write(
        rows: Sequence[Sequence[Any]],
        name: str = "file.csv",
        encoding: str = "utf-8",
        separator: str = ",",
    ) -> Path:
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as stream:
            csv.writer(stream, delimiter=separator).writerows(rows)
        return path

    return write
