"""Boundaries: what our word means in an exchange format, and which ones may go there at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.messages import Diagnostic, text

if TYPE_CHECKING:
    from mrv.messages import Text

PACT_BOUNDARIES = {
    "cradle-to-gate": text(
        "从摇篮到大门：原料获取、前期运输与生产，到产品出厂为止",
        "Cradle-to-gate: raw materials, transport to the plant and production, up to the gate",
    ),
    "A1-A3": text(
        "A1 至 A3：原料供应、运输与生产，到产品出厂为止",
        "Cradle-to-gate (modules A1-A3): supply of materials, transport and production",
    ),
}
"""A PACT footprint ends at the gate; each boundary that does has its sentence here."""

UNITS = {
    "kilogram": ("kilogram", "kg"),
    "piece": ("piece", "piece"),
    "liter": ("liter", "L"),
    "cubic-meter": ("cubic meter", "m3"),
    "square-meter": ("square meter", "m2"),
}
"""Declared unit in a methodology: the word of PACT and our unit."""


def boundary_sentence(boundary: str, subject: str) -> Text | Diagnostic:
    """Return what a boundary means for PACT, or the finding that it does not fit there.

    Example:
        >>> boundary_sentence("cradle-to-gate", "x").en[:14]
        'Cradle-to-gate'
    """
    found = PACT_BOUNDARIES.get(boundary)
    if found is not None:
        return found
    listed = ", ".join(PACT_BOUNDARIES)
    return Diagnostic(
        "export.boundary",
        text(
            f"{subject} 的边界是“{boundary or '未注明'}”，PACT 只交换到出厂为止的足迹",
            f'the boundary of {subject} is "{boundary or "not stated"}", '
            "but PACT exchanges footprints up to the gate only",
        ),
        why=text(
            "换一个边界就是另一个量，不能改名顶替。",
            "Another boundary is another quantity and cannot stand in.",
        ),
        hint=text(f"可导出的边界：{listed}", f"Boundaries that can go there: {listed}"),
    )
