"""Greenhouse-gas accounting and MRV with rules as data.

``mrv.load("water-freight/enterprise").run({...}, period=2025)`` is the whole interface; see
:mod:`mrv.api`. Nothing heavy is imported before it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mrv.api import load

__version__ = "0.1.0"
__all__ = ["__version__", "load"]


def __getattr__(name: str) -> object:
    """Import the interface when it is first asked for."""
    if name == "load":
        from mrv.api import load

        return load
    msg = f"module 'mrv' has no attribute {name!r}"
    raise AttributeError(msg)
