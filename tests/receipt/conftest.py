"""A sealed run, made once for all tests of receipts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sealed_runs import bake

from mrv.receipt import seal

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sealed") / "bakery.mrv"
    with bake() as run:
        seal(run, path)
    return path
