"""Exports: factor rows, product footprints and shipments in the forms that others read."""

from mrv.factors.exports.export import KINDS, Exported, export
from mrv.factors.exports.footprint import Footprint, footprints
from mrv.factors.exports.ileap import Shipment, TransportElement, as_extension
from mrv.factors.exports.rows import footprint_rows

__all__ = [
    "KINDS",
    "Exported",
    "Footprint",
    "Shipment",
    "TransportElement",
    "as_extension",
    "export",
    "footprint_rows",
    "footprints",
]
