"""Why a number is what it is: formulas, operands, sources and rows as a tree, and the register."""

from mrv.explain.as_data import to_json
from mrv.explain.build import explain
from mrv.explain.numbers import shown
from mrv.explain.register import RegisterRow, register
from mrv.explain.render import cell, citation, render_text
from mrv.explain.step import Citation, Contributor, Explanation, Spread, Step, TierShare
from mrv.explain.words import to_math, to_words

__all__ = [
    "Citation",
    "Contributor",
    "Explanation",
    "RegisterRow",
    "Spread",
    "Step",
    "TierShare",
    "cell",
    "citation",
    "explain",
    "register",
    "render_text",
    "shown",
    "to_json",
    "to_math",
    "to_words",
]
