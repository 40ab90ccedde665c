"""A verdict as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.receipt.render import BASES, conclusion
from mrv.receipt.verdict import CAUSES
from mrv.report.page import page

if TYPE_CHECKING:
    from mrv.messages import Lang
    from mrv.receipt.verdict import Verdict


def verdict_page(verdict: Verdict, lang: Lang) -> str:
    """Write a verdict as one HTML file that opens offline.

    Args:
        verdict: what :func:`mrv.receipt.verify` found.
        lang: the language.
    """
    return page(
        "verdict.html",
        lang,
        verdict=verdict,
        conclusion=conclusion(verdict),
        causes=CAUSES,
        bases=BASES,
    )
