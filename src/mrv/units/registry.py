"""The registry: the units, substances and tags of ``registry.txt``, parsed once.

The text file is meant to be read and amended by people of the field; this module only turns its
lines into lookup tables. A malformed line is a mistake in the package, not of a user, and raises
`ValueError` with the line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mrv.messages import Text
from mrv.units.unit import Unit

if TYPE_CHECKING:
    from collections.abc import Iterator


class Refusal(NamedTuple):
    """Why a known spelling is not accepted: the last part of the rule name, and the hint."""

    rule: str
    hint: Text


@dataclass(frozen=True)
class Registry:
    """Lookup tables of everything that may stand in a unit text.

    Attributes:
        units: canonical name to unit.
        unit_names: every spelling of a unit to its canonical name.
        substance_names: every spelling of a substance to its canonical name.
        compounds: spelling such as ``t·km`` to the canonical product ``t*km``.
        refused: known spellings that are refused, with the reason.
        labels: Chinese label of a canonical unit or substance.
        notes: source note of a canonical unit or substance.
        kinds: base symbol to ``physical``, ``counted``, ``money`` or ``index``.
        dimensions: base symbol to its name in both languages.
        tags: tag to its family.
        tag_texts: tag to its name in both languages.
    """

    units: dict[str, Unit] = field(default_factory=dict)
    unit_names: dict[str, str] = field(default_factory=dict)
    substance_names: dict[str, str] = field(default_factory=dict)
    compounds: dict[str, str] = field(default_factory=dict)
    refused: dict[str, Refusal] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    dimensions: dict[str, Text] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    tag_texts: dict[str, Text] = field(default_factory=dict)


@cache
def registry() -> Registry:
    """Return the registry that ships with the package."""
    return read_registry(Path(__file__).with_name("registry.txt").read_text(encoding="utf-8"))


def read_registry(source: str) -> Registry:
    r"""Parse the text of a registry.

    Args:
        source: lines as described at the head of ``registry.txt``.

    Raises:
        ValueError: a line cannot be read or a spelling is used twice.

    Example:
        >>> tables = read_registry("[dimensions]\nmass = physical ; 质量 ; mass\n"
        ...     "[units]\nkg = base mass ; kilo ; 千克 ; SI\nt = 1000 kg ; ; 吨 ; SI")
        >>> tables.units["t"].scale
        Fraction(1000, 1)
    """
    tables = Registry()
    for section, name, rest in _lines(source):
        try:
            _READERS[section](tables, name, rest)
        except (KeyError, ValueError, IndexError) as error:
            msg = f"registry, [{section}] {name}: {error}"
            raise ValueError(msg) from error
    return tables


def _lines(source: str) -> Iterator[tuple[str, str, str]]:
    """Yield section, name and the rest of every line that says something."""
    section = ""
    for line in source.splitlines():
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1]
        elif line and not line.startswith("#"):
            name, _, rest = line.partition(" = ")
            yield section, name, rest


def _fields(rest: str, count: int) -> list[str]:
    fields = [part.strip() for part in rest.split(" ;", count - 1)]
    if len(fields) != count:
        msg = f"{count} fields wanted, {len(fields)} found"
        raise ValueError(msg)
    return fields


def _spellings(written: str) -> list[str]:
    return [part for part in (piece.strip() for piece in written.split(",")) if part]


def _claim(names: dict[str, str], spelling: str, canonical: str) -> None:
    if spelling in names:
        msg = f"{spelling!r} is already {names[spelling]!r}"
        raise ValueError(msg)
    names[spelling] = canonical


def _dimension(tables: Registry, name: str, rest: str) -> None:
    kind, zh, en = _fields(rest, 3)
    tables.kinds[name] = kind
    tables.dimensions[name] = Text(zh=zh, en=en)


def _unit(tables: Registry, name: str, rest: str) -> None:
    definition, spellings, zh, note = _fields(rest, 4)
    tables.units[name] = _defined(tables, name, definition)
    tables.labels[name] = zh
    tables.notes[name] = note
    for spelling in (name, *_spellings(spellings)):
        _claim(tables.unit_names, spelling, name)


def _defined(tables: Registry, name: str, definition: str) -> Unit:
    """Work out ``base mass``, ``1/1000 kg``, ``1 nmi/h``, ``1 m^3`` or ``1 m3[0C]``."""
    if definition.startswith("base "):
        symbol = definition.removeprefix("base ")
        if symbol not in tables.kinds:
            msg = f"no dimension {symbol!r}"
            raise ValueError(msg)
        return Unit(Fraction(1), ((symbol, 1),), name)
    number, _, expression = definition.partition(" ")
    unit = Unit(Fraction(number), (), "1")
    expression, bracket, tag = expression.partition("[")
    for sign, part, exponent in re.findall(r"(/?)([^/*^]+)(?:\^(\d))?", expression):
        factor = tables.units[part] ** int(exponent or 1)
        unit = unit / factor if sign else unit * factor
    powers = (("[" + tag, 1),) if bracket else ()
    return Unit(unit.scale, tuple(sorted(unit.powers + powers)), name)


def _substance(tables: Registry, name: str, rest: str) -> None:
    spellings, zh, note = _fields(rest, 3)
    tables.labels[name] = zh
    tables.notes[name] = note
    for spelling in (name, *_spellings(spellings)):
        _claim(tables.substance_names, spelling, name)


def _compound(tables: Registry, name: str, rest: str) -> None:
    for spelling in _spellings(rest):
        _claim(tables.compounds, spelling, name)


def _refusal(tables: Registry, name: str, rest: str) -> None:
    rule, zh, en = _fields(rest, 3)
    tables.refused[name] = Refusal(rule, Text(zh=zh, en=en))


def _tag(tables: Registry, name: str, rest: str) -> None:
    family, zh, en = _fields(rest, 3)
    tables.tags[name] = family
    tables.tag_texts[name] = Text(zh=zh, en=en)


_READERS = {
    "dimensions": _dimension,
    "units": _unit,
    "substances": _substance,
    "compounds": _compound,
    "refused": _refusal,
    "tags": _tag,
}
