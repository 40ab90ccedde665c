"""Which of a user's columns stands for which declared one, and which rows the filter keeps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from mrv.activity.headers import (
    find,
    find_companion,
    find_written,
    fold,
    outer_spellings,
    spellings,
)
from mrv.activity.mapping import OUTER, ColumnMap
from mrv.activity.raw import Header
from mrv.activity.reading import Binding, as_text, tidy
from mrv.activity.sql import (
    among,
    both,
    call,
    cast,
    choose,
    col,
    compare,
    double,
    either,
    is_null,
    named,
    negate,
    null,
    render,
    select,
    try_cast,
    words,
)
from mrv.language.inputs import Column
from mrv.messages import did_you_mean, text

if TYPE_CHECKING:
    from mrv.activity.mapping import Condition
    from mrv.activity.reading import Reading
    from mrv.activity.sql import (
        Sql,
    )
    from mrv.messages import Text


_LISTED = 12


def bind(reading: Reading) -> tuple[dict[str, Binding], dict[str, Binding]]:
    """Match the declared columns, and ``organisation`` and ``period``, with the user's.

    Args:
        reading: the table; findings and remarks are collected in it, the filter is set.

    Returns:
        The declared columns by name, and those of the outer keys that are there.
    """
    constants = _add_made(reading)
    reading.kept = _filter(reading)
    declared: dict[str, Binding] = {}
    outer: dict[str, Binding] = {}
    for column in reading.declared.columns:
        binding = _bind(reading, column, spellings(column), constants)
        if binding is not None:
            declared[column.name] = binding
    for name in OUTER:
        pseudo = Column(name, "text", optional=name in OUTER)
        binding = _bind(reading, pseudo, outer_spellings(name), constants, silent=True)
        if binding is not None and binding.header is not None:
            outer[name] = binding
    _note_unused(reading, [*declared.values(), *outer.values()])
    return declared, outer


def _add_made(reading: Reading) -> dict[str, Header]:
    """Put what the mapping makes beside the user's columns, so that it is read alike.

    That is a constant, the number of the row, or several columns joined to one key.
    """
    made: dict[str, tuple[str, Sql]] = {}
    for name, map_ in reading.map.columns.items():
        if map_.constant is not None:
            made[name] = (f"{name} = {map_.constant}", words(map_.constant))
        elif map_.row_number:
            made[name] = (f"{name} = #", cast(col("_row"), "VARCHAR"))
        elif map_.joined and (parts := _parts(reading, map_)):
            made[name] = (map_.join.join(map_.joined), _joined(parts, map_.join))
    if not made:
        return {}
    view = reading.workspace.fresh(f"mapped.{reading.declared.name}")
    added = {name: f"made.{name}" for name in made}
    columns: list[Sql] = [exp.Star()]
    columns += [named(value, added[name]) for name, (_, value) in made.items()]
    query = select(columns, reading.raw.view)
    reading.workspace.connection.execute(f"CREATE TEMP VIEW {render(col(view))} AS {render(query)}")
    reading.raw = replace(reading.raw, view=view)
    return {name: Header(shown, added[name], "text") for name, (shown, _) in made.items()}


def _parts(reading: Reading, map_: ColumnMap) -> list[Header]:
    """Return the columns that are joined; nothing, with findings, if one is not there."""
    found = [(written, find_written(reading.raw.headers, written)) for written in map_.joined]
    for written, hits in found:
        if not hits:
            _no_heading(reading, written)
    return [hits[0] for _, hits in found] if all(hits for _, hits in found) else []


def _joined(parts: list[Header], between: str) -> Sql:
    """Join the cells of a row to one text, which is missing where one of them is."""
    texts = [tidy(as_text(header)) for header in parts]
    gone = either([either([is_null(one), compare("=", one.copy(), words(""))]) for one in texts])
    return choose([(gone, null("VARCHAR"))], call("concat_ws", words(between), *texts))


def _bind(
    reading: Reading,
    column: Column,
    names: tuple[str, ...],
    constants: dict[str, Header],
    *,
    silent: bool = False,
) -> Binding | None:
    """Find the user's column for one declared column; None if it is not there."""
    map_ = reading.map.columns.get(column.name, ColumnMap())
    headers = reading.raw.headers
    if column.name in constants:
        return Binding(column, map_, constants[column.name], _companion(reading, map_, names))
    if map_.joined:
        return None  # one of the columns is not there, which was told
    if map_.source is not None:
        hits = find_written(headers, map_.source)
        if not hits:
            _no_heading(reading, map_.source)
            return None
    else:
        hits = find(headers, names)
    if len(hits) > 1:
        shown = ", ".join(f'"{hit.text}"' for hit in hits)
        reading.find(
            "column.twice",
            text(
                f"列“{column.name}”出现多次：{shown}",
                f'column "{column.name}" is there twice: {shown}',
            ),
            hits[1].text,
            hint=text(
                "请在映射中写 from，或删去一列。", "Write `from` in the mapping, or delete one."
            ),
        )
        return None
    if hits:
        return Binding(column, map_, hits[0], _companion(reading, map_, names))
    if silent:
        return None
    if column.optional:
        reading.note(
            text(
                f"没有可选列“{column.name}”，全部按缺失处理",
                f'the optional column "{column.name}" is not there: all its cells are missing',
            )
        )
        return Binding(column, map_)
    _no_column(reading, column)
    return None


def _companion(reading: Reading, map_: ColumnMap, names: tuple[str, ...]) -> Header | None:
    if map_.unit_column is not None:
        hits = find_written(reading.raw.headers, map_.unit_column)
        if not hits:
            _no_heading(reading, map_.unit_column)
        return hits[0] if hits else None
    hits = find_companion(reading.raw.headers, names)
    return hits[0] if hits else None


def _headings(reading: Reading) -> list[str]:
    return [header.text for header in reading.raw.headers]


def _no_heading(reading: Reading, written: str) -> None:
    reading.find(
        "mapping.unknown-heading",
        text(
            f"映射所写的列“{written}”不在表中",
            f'the table has no column "{written}", which the mapping names',
        ),
        written,
        hint=did_you_mean(written, _headings(reading)),
    )


def _no_column(reading: Reading, column: Column) -> None:
    label = f"（{column.label.zh}）" if column.label else ""
    label_en = f" ({column.label.en})" if column.label else ""
    near = did_you_mean(column.name, _headings(reading))
    reading.find(
        "column.missing",
        text(f"缺少列“{column.name}”{label}", f'column "{column.name}"{label_en} is missing'),
        column.name,
        hint=text(
            f"{near.zh}也可在映射中写 from。",
            f"{near.en} Or say in the mapping where it is (`from`).",
        ),
    )


def _note_unused(reading: Reading, bindings: list[Binding]) -> None:
    used = {header.column for b in bindings for header in (b.header, b.unit_header) if header}
    conditions = {fold(condition.column) for condition in reading.map.where}
    conditions |= {fold(one) for map_ in reading.map.columns.values() for one in map_.joined}
    left = [
        header.text
        for header in reading.raw.headers
        if header.column not in used and fold(header.text) not in conditions
    ]
    if left:
        shown = ", ".join(left[:_LISTED]) + (" …" if len(left) > _LISTED else "")
        reading.note(text(f"未使用的列：{shown}", f"columns not used: {shown}"))


def _filter(reading: Reading) -> Sql:
    """Return the condition of the mapping's ``where``; TRUE without one."""
    return both([_condition(reading, condition) for condition in reading.map.where])


def _condition(reading: Reading, condition: Condition) -> Sql:
    hits = find_written(reading.raw.headers, condition.column)
    if not hits:
        _no_heading(reading, condition.column)
        return exp.true()
    written = tidy(as_text(hits[0]))
    empty = call("coalesce", compare("=", written, words("")), exp.true())
    number = try_cast(written, "DOUBLE")
    parts: list[Sql] = []
    if condition.of is not None:
        parts.append(_sure(among(written, condition.of)))
    if condition.never:
        parts.append(negate(_sure(among(written, condition.never))))
    if condition.missing is not None:
        parts.append(empty if condition.missing else negate(empty))
    if condition.above is not None:
        parts.append(_sure(compare(">", number, double(condition.above))))
    if condition.below is not None:
        parts.append(_sure(compare("<", number, double(condition.below))))
    return both(parts)


def _sure(condition: Sql) -> Sql:
    """Return the condition with missing counted as no."""
    return call("coalesce", condition, exp.false())


def note_left_out(reading: Reading) -> None:
    """Say how many rows the filter leaves out."""
    if not reading.map.where:
        return
    query = select([exp.Count(this=exp.Star())], reading.raw.view).where(negate(reading.kept))
    (count,) = reading.workspace.run(query).fetchall()[0]
    if count:
        reading.note(_left_out(int(count)))


def _left_out(count: int) -> Text:
    return text(
        f"按映射的条件略去 {count} 行", f"{count} rows left out by the filter of the mapping"
    )
