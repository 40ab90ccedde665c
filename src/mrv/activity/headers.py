"""Headings: which declared column one means, and the unit written beside it."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrv.activity.raw import Header
    from mrv.language.inputs import Column, Input
    from mrv.messages import Text

_PAIRS = {")": "(", "]": "[", "】": "【"}
_OUTER: dict[str, tuple[str, ...]] = {
    "organisation": ("organisation", "organization", "组织", "企业", "核算主体"),
    "period": ("period", "核算期", "报告期", "期间"),
}


def fold(written: str) -> str:
    """Make spellings of one name alike: width, case, spaces, hyphens and underscores.

    Example:
        >>> fold(" Fuel-Use ") == fold("ｆｕｅｌ_use")
        True
    """
    plain = unicodedata.normalize("NFKC", written).casefold().strip()
    return re.sub(r"[\s_\-]+", "_", plain)


def split_unit(heading: str) -> tuple[str, str | None]:
    """Split a heading into its name and the text in its last brackets.

    Example:
        >>> split_unit("消耗量（吨）"), split_unit("ncv [GJ[LHV]/t]"), split_unit("ship")
        (('消耗量', '吨'), ('ncv', 'GJ[LHV]/t'), ('ship', None))
    """
    plain = unicodedata.normalize("NFKC", heading).strip()
    if not plain or plain[-1] not in _PAIRS:
        return plain, None
    closing, opening = plain[-1], _PAIRS[plain[-1]]
    depth = 0
    for index in range(len(plain) - 1, -1, -1):
        depth += (plain[index] == closing) - (plain[index] == opening)
        if depth == 0:
            name, unit = plain[:index].strip(), plain[index + 1 : -1].strip()
            return (name, unit) if name and unit else (plain, None)
    return plain, None


def spellings(column: Column) -> tuple[str, ...]:
    """Return the folded spellings that name a declared column: its name and its labels."""
    return _spellings(column.name, column.label)


def table_spellings(declared: Input) -> tuple[str, ...]:
    """Return the folded spellings that name a declared table."""
    return _spellings(declared.name, declared.label)


def _spellings(name: str, label: Text | None) -> tuple[str, ...]:
    labels = (label.zh, label.en) if label else ()
    return tuple(dict.fromkeys(fold(spelling) for spelling in (name, *labels) if spelling))


def outer_spellings(name: str) -> tuple[str, ...]:
    """Return the folded spellings of ``organisation`` or ``period``."""
    return _OUTER[name]


def find(headers: Sequence[Header], names: Sequence[str]) -> tuple[Header, ...]:
    """Return the headings that mean one of the folded names, with or without a unit.

    A heading that is the name itself beats one that is the name with something in brackets.
    """
    exact = tuple(h for h in headers if fold(h.text) in names)
    return exact or tuple(h for h in headers if fold(split_unit(h.text)[0]) in names)


def find_written(headers: Sequence[Header], written: str) -> tuple[Header, ...]:
    """Return the headings that are what a mapping wrote: exactly, else but for width and case."""
    exact = tuple(h for h in headers if h.text == written)
    tidy = " ".join(written.split())
    return exact or tuple(h for h in headers if h.text == tidy or fold(h.text) == fold(written))


def find_companion(headers: Sequence[Header], names: Sequence[str]) -> tuple[Header, ...]:
    """Return the headings of the column that gives each row's unit (``burned_unit``)."""
    wanted = {f"{name}_unit" for name in names} | {f"{name}单位" for name in names}
    wanted |= {f"{name}_单位" for name in names}
    return tuple(h for h in headers if fold(h.text) in wanted)
