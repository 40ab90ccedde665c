"""Made-up tables that the tests of this room share."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from mrv.activity import InvalidData, open_dataset
from mrv.language.inputs import Column, Input, Limits
from mrv.language.period import parse_period
from mrv.messages import Refused, text
from mrv.units import parse_unit

if TYPE_CHECKING:
    from mrv.activity import Dataset

VOCABULARY = {"fuel": {"diesel": "diesel", "柴油": "diesel", "lng": "lng", "液化天然气": "lng"}}
YEAR = (parse_period("2024"),)


def quantity(name: str, unit: str, **more: object) -> Column:
    return Column(name, "quantity", parse_unit(unit), **more)  # type: ignore[arg-type]


SHIP = Input(
    "ship",
    ("ship",),
    (
        Column("ship", "text"),
        Column("type", "text", words=("bulk-carrier", "tanker")),
        quantity("deadweight", "t", optional=True, limits=Limits(lowest=Fraction(0))),
    ),
    label=text("船舶", "Ships"),
)
FUEL = Input(
    "fuel_use",
    ("ship", "month", "fuel"),
    (
        Column("ship", "text", refers_to="ship"),
        Column("month", "month", label=text("月份", "Month")),
        Column("fuel", "text", vocabulary="fuel"),
        quantity("burned", "t", limits=Limits(lowest=Fraction(0)), label=text("消耗量", "Burned")),
        quantity(
            "ncv",
            "GJ[LHV]/t",
            optional=True,
            limits=Limits(lowest=Fraction(10), highest=Fraction(60)),
        ),
    ),
    optional=True,
)


def only(*columns: Column, key: tuple[str, ...] = (), optional: bool = False) -> Input:
    """One table named ``t``."""
    return Input("t", key, columns, optional=optional)


def read(declared: Input, rows: object, **more: object) -> Dataset:
    """Open one table."""
    more.setdefault("periods", YEAR)
    return open_dataset([declared], {declared.name: rows}, **more)  # type: ignore[arg-type]


def values(data: Dataset, column: str, table: str = "t") -> list[object]:
    """The cells of a column by row, None where missing."""
    found, missing = data.columns(table)[column]
    return [None if gone else cell for cell, gone in zip(found.tolist(), missing, strict=True)]


def rules(call: object, *args: object, **kwargs: object) -> list[str]:
    """The rules that a refused call names."""
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)  # type: ignore[operator]
    return [d.rule for d in caught.value.diagnostics]


def refusal(call: object, *args: object, **kwargs: object) -> Refused:
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)  # type: ignore[operator]
    return caught.value


def invalid(*args: object, **kwargs: object) -> InvalidData:
    found = refusal(*args, **kwargs)
    assert isinstance(found, InvalidData)
    return found
