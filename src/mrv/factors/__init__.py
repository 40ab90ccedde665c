"""The factor store: fuel properties, grid factors, heat and GWPs, each with its source.

Text in ``factors/sources`` is reviewed and built into a release; a release never changes. What a
methodology asks for is resolved by conditions that never relax and an order that it declares.
"""

from mrv.factors.release import ReleaseInfo, build
from mrv.factors.resolve import FactorQuery, Resolution, resolve
from mrv.factors.row import FactorRow
from mrv.factors.store import Store, open_store
from mrv.factors.vocabulary import Names

__all__ = [
    "FactorQuery",
    "FactorRow",
    "Names",
    "ReleaseInfo",
    "Resolution",
    "Store",
    "build",
    "open_store",
    "resolve",
]
