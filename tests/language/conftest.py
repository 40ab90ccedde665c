"""Helpers shared by the tests of the language."""

from __future__ import annotations

from pathlib import Path

import pytest

SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture
def full_text() -> str:
    """The sample that uses every key of the language."""
    return (SAMPLES / "full.yaml").read_text(encoding="utf-8")
