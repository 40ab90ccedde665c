"""An explanation as a page: the tree of steps, each with its formula, numbers and sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.explain import cell, citation, shown
from mrv.report.page import page

if TYPE_CHECKING:
    from mrv.explain import Explanation
    from mrv.messages import Lang


def explanation_page(explanation: Explanation, lang: Lang) -> str:
    """Write an explanation as one HTML file that opens offline.

    Args:
        explanation: what :func:`mrv.explain.explain` returned.
        lang: the language.
    """
    return page(
        "explanation.html",
        lang,
        explanation=explanation,
        shown=lambda value, unit: shown(value, unit, lang),
        cited=lambda source: citation(source, lang),
        cell=lambda place: cell(place, lang),
    )
