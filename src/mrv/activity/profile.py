"""One look at the texts of a table, so that clean columns are read without any cleaning.

Cutting blanks off ten million keys takes longer than summing them; where no cell has any, the
query need not say so.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from mrv.activity.mapping import OUTER
from mrv.activity.reading import as_text, missing_cells, missing_texts
from mrv.activity.sql import call, col, count_where, named, negate, select, words

if TYPE_CHECKING:
    from mrv.activity.raw import Header
    from mrv.activity.reading import Binding, Reading
    from mrv.activity.sql import Sql

_BLANK = r"\s\x{b}\x{a0}\x{3000}\x{feff}"
_NEAT = f"(?s)(?:[^{_BLANK}](?:.*[^{_BLANK}])?)?"
_EMPTY = frozenset({""})


def profile(reading: Reading, bindings: dict[str, Binding]) -> dict[str, Binding]:
    """Find out which columns are neat and full.

    Args:
        reading: the table.
        bindings: its bound columns by name.

    Returns:
        The same bindings with ``neat``, ``full`` and ``unit_neat`` set.
    """
    by_row: dict[str, Header] = {}
    found: dict[str, tuple[bool, bool]] = {}
    for name, binding in bindings.items():
        header = binding.header
        if header is None or not _read_by_row(binding):
            continue
        if header.kind == "text" and (binding.column.refers_to or name in OUTER):
            found[name] = _of_few(reading, header, missing_texts(reading, binding))
        else:
            by_row[name] = header
    questions = [
        count_where(question)
        for name, header in by_row.items()
        for question in _questions(header, missing_texts(reading, bindings[name]))
    ]
    if questions:
        ((*counts,),) = reading.ask(questions)
        clean = [count == 0 for count in counts]
        found |= dict(zip(by_row, zip(clean[::2], clean[1::2], strict=True), strict=True))
    return {name: _answered(reading, b, found.get(name)) for name, b in bindings.items()}


def _read_by_row(binding: Binding) -> bool:
    """Whether the cells are read one by one and not by their few different texts."""
    column = binding.column
    free = column.words is None and column.vocabulary is None and column.name != "period"
    return column.kind in {"quantity", "instant"} or (column.kind == "text" and free)


def _questions(header: Header, texts: frozenset[str]) -> tuple[Sql, Sql]:
    """Ask which cells are untidy, and which are missing if none is untidy."""
    written = as_text(header)
    neat = call("regexp_full_match", written, words(_NEAT))
    untidy = negate(neat) if header.kind == "text" else exp.false()
    return untidy, missing_cells(header, written, texts)


def _of_few(reading: Reading, header: Header, texts: frozenset[str]) -> tuple[bool, bool]:
    """Ask the same of a column with few different texts, looking at each text once."""
    inner = select([named(col(header.column), header.column)], reading.raw.view)
    inner = inner.where(reading.kept.copy()).distinct()
    questions = [count_where(question) for question in _questions(header, texts)]
    ((untidy, empty),) = reading.workspace.run(select(questions, inner)).fetchall()
    return untidy == 0, empty == 0


def _answered(reading: Reading, binding: Binding, found: tuple[bool, bool] | None) -> Binding:
    if found is not None:
        neat, full = found
        binding = replace(binding, neat=neat, full=neat and full)
    if binding.unit_header is not None:
        neat, full = _of_few(reading, binding.unit_header, _EMPTY)
        binding = replace(binding, unit_neat=neat and full)
    return binding
