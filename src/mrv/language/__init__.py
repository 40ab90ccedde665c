"""The methodology language: from the text of a file to a methodology that is proved.

The rooms in order: ``reader`` and ``structure`` read the file, ``declare`` says what it holds,
``scope`` and ``headers`` what its names mean, ``infer`` and its neighbours what its formulas
mean, ``check`` that all of it holds together.
"""

from mrv.language.check import check
from mrv.language.checked import Methodology
from mrv.language.declare import parse_document, parse_text
from mrv.language.loading import load
from mrv.language.period import Period, parse_period

__all__ = ["Methodology", "Period", "check", "load", "parse_document", "parse_period", "parse_text"]
