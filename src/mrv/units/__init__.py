"""What a quantity is: exact units with substances, counted things and tags.

The registry of units is a text file, ``registry.txt``. Nothing here is needed per row of data:
units are checked once, when a methodology is read or a table is mapped.
"""

from mrv.units.describe import describe
from mrv.units.imply import implied, implied_ratio
from mrv.units.misfit import explain_misfit
from mrv.units.parse import parse_unit, unit_text_with_choice
from mrv.units.unit import ONE, Unit

__all__ = [
    "ONE",
    "Unit",
    "describe",
    "explain_misfit",
    "implied",
    "implied_ratio",
    "parse_unit",
    "unit_text_with_choice",
]
