"""One row of the factor store: a value with everything that is needed to trust or refuse it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

CONFIDENCE = ("seen", "transcribed", "secondary", "recalled", "unverified", "derived")
"""How the value is known, from the text itself down to memory; ``derived`` is our arithmetic."""

STATUS = ("active", "superseded", "withdrawn", "witness")
"""``witness`` rows are kept to show a conflict; like the last two, they are never resolved."""

DATA_TYPES = ("default", "statistic", "definition", "model", "rule")

UNSTATED = "unstated"
"""The GWP set of a CO2e value whose source does not say which one it used."""

GWP_SETS = ("SAR", "AR4", "AR5", "AR6", UNSTATED)

NOT_PERMITTED = "not-permitted"
"""The licence of a row that may be recorded but not used."""

_DECIMAL = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
_YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True)
class FactorRow:
    """A factor as the store keeps it; the fields are the columns of a release, in this order.

    Texts are empty where nothing is known; a row is never completed by a guess.

    Attributes:
        id: stable and readable: dataset/property/key, then set, region and year where they apply.
        property: what the number is, a key of the vocabulary ``property``.
        dataset: the table that the value belongs to; tables are never mixed.
        key: the fuel, gas, product, vehicle ... that it is about.
        key_kind: the vocabulary of ``key``.
        classification: codes in public classifications, such as ``CPC 17500``; several with ``;``.
        name_zh: Chinese name as the source prints it.
        name_en: English name as the source prints it.
        value: the number as printed, with its zeros.
        number: the double nearest to ``value``.
        unit: numerator and denominator, such as ``t C/GJ[LHV]``.
        substance: what the numerator counts: C, CO2, CO2e or nothing.
        gwp_set: SAR, AR4, AR5 or AR6 where the value depends on one.
        boundary: what is inside the value, such as ``full-oxidation`` or ``cradle-to-gate``.
        condition: the state or class that it holds for, such as ``p=1.0 MPa; t=179.88 degC``.
        region: a key of the vocabulary ``region``.
        reference_from: first year or date that the value describes.
        reference_to: last year or date that the value describes.
        valid_from: first accounting date for which the value may be used.
        valid_to: last accounting date for which the value may be used.
        price_year: year of the prices, for factors per unit of money.
        published: date of the source document.
        document: the document that states the value.
        clause: clause, table or cell in it.
        source: where the value was read.
        publisher: who issued the document.
        licence: terms of use; single figures cited from a public document are ``facts-cited``.
        confidence: one of ``CONFIDENCE``.
        data_type: one of ``DATA_TYPES``.
        quality: quality mark in the scheme of the source.
        uncertainty: as the source states it.
        status: one of ``STATUS``.
        supersedes: id of the row that this one follows.
        part_of: id of the total that this gas or stage is a part of; all parts add up to it.
        retrieved: when it was read.
        conflict: what contradicts it.
        note: anything else that a user of the number should know.
        row_hash: SHA-256 over all other fields.
    """

    id: str
    property: str
    dataset: str
    key: str
    key_kind: str
    classification: str
    name_zh: str
    name_en: str
    value: str
    number: float
    unit: str
    substance: str
    gwp_set: str
    boundary: str
    condition: str
    region: str
    reference_from: str
    reference_to: str
    valid_from: str
    valid_to: str
    price_year: str
    published: str
    document: str
    clause: str
    source: str
    publisher: str
    licence: str
    confidence: str
    data_type: str
    quality: str
    uncertainty: str
    status: str
    supersedes: str
    part_of: str
    retrieved: str
    conflict: str
    note: str
    row_hash: str

    @cached_property
    def exact(self) -> Fraction:
        """The printed value as an exact fraction, in the row's own unit."""
        return Fraction(self.value)

    @cached_property
    def year(self) -> int | None:
        """The last year that the value describes, None where the source names no period."""
        found = _YEAR.match(self.reference_to or self.reference_from)
        return int(found.group()) if found else None


COLUMNS = tuple(field.name for field in fields(FactorRow))
SOURCE_COLUMNS = tuple(name for name in COLUMNS if name not in {"number", "row_hash"})
"""What people write and review; the other two columns follow from these."""


def parse_value(printed: str) -> Fraction | None:
    """Read a printed decimal number exactly; None if it is not a plain one.

    Example:
        >>> parse_value("43.070")
        Fraction(4307, 100)
        >>> parse_value("3,206") is None
        True
    """
    return Fraction(printed) if _DECIMAL.fullmatch(printed) else None


def hash_row(texts: Mapping[str, str]) -> str:
    """Hash a row: SHA-256 over canonical JSON of its filled source columns.

    ``number`` is left out because ``value`` determines it and JSON has several spellings of a
    double; all hashed fields are texts, so sorted compact JSON is already canonical (RFC 8785).
    Empty cells are left out, so that a column which later versions add leaves old hashes alone.

    Example:
        >>> len(hash_row({name: "" for name in SOURCE_COLUMNS}))
        64
    """
    body = {name: texts[name] for name in SOURCE_COLUMNS if texts[name]}
    plain = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(plain.encode()).hexdigest()


def complete(texts: Mapping[str, str]) -> FactorRow:
    """Make a row from its source columns, computing the number and the hash.

    Raises:
        ValueError: if ``value`` is not a plain decimal number; audit the texts first.
    """
    exact = parse_value(texts["value"])
    if exact is None:
        raise ValueError(texts["value"])
    body = {name: texts[name] for name in SOURCE_COLUMNS}
    # Division of two Python integers is correctly rounded, so this is the nearest double.
    number = exact.numerator / exact.denominator
    return FactorRow(**body, number=number, row_hash=hash_row(texts))
