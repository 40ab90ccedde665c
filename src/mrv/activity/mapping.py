"""The mapping: how a user's tables become the tables that a methodology asks for."""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from mrv.messages import Diagnostic, Place, Refused, did_you_mean, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from mrv.language.inputs import Input
    from mrv.messages import Text

OUTER = ("organisation", "period")


@dataclass(frozen=True)
class Condition:
    """A filter on the user's rows; every part that is given must hold.

    Attributes:
        column: heading in the user's table.
        of: allowed texts (``is``), or None.
        never: refused texts (``not``).
        missing: True for empty cells only, False for filled ones only, None for both.
        above: the number must be greater.
        below: the number must be less.
    """

    column: str
    of: tuple[str, ...] | None = None
    never: tuple[str, ...] = ()
    missing: bool | None = None
    above: float | None = None
    below: float | None = None


@dataclass(frozen=True)
class ColumnMap:
    """Where one declared column comes from; see ``mapping.schema.json``.

    Attributes:
        source: heading of the user's column.
        joined: headings of several columns whose cells make one key, ``join`` between them.
        row_number: whether the row's number is the key.
    """

    source: str | None = None
    joined: tuple[str, ...] = ()
    join: str = " / "
    row_number: bool = False
    constant: str | None = None
    unit: str | None = None
    unit_column: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    format: str | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableMap:
    """Where one input table comes from; see ``mapping.schema.json``."""

    file: str | None = None
    sheet: str | None = None
    header_row: int = 1
    encoding: str | None = None
    missing: tuple[str, ...] = ()
    units_declared: bool = False
    where: tuple[Condition, ...] = ()
    columns: Mapping[str, ColumnMap] = field(default_factory=dict)


def read_mapping(path: Path) -> Mapping[str, Any]:
    """Read a mapping file and check its structure.

    Args:
        path: a YAML file.

    Raises:
        Refused: everything that is wrong with it: YAML, unknown keys, wrong kinds of value.
    """
    from mrv.language.nodes import to_plain
    from mrv.language.reader import read_file

    _, node = read_file(path, path.name)
    tree = to_plain(node)
    found = check_mapping(tree, path.name)
    if found:
        raise Refused(found)
    return dict(tree)


@cache
def _validator() -> Any:
    import json

    from jsonschema import Draft202012Validator

    from mrv.resources import folder

    schema = json.loads((folder("schemas") / "mapping.schema.json").read_text("utf-8"))
    return Draft202012Validator(schema)


def check_mapping(tree: object, file: str = "mapping") -> list[Diagnostic]:
    """Check the structure of a mapping and return what is wrong.

    Args:
        tree: the mapping as plain data.
        file: what the user calls it.

    Example:
        >>> [d.rule for d in check_mapping({"tables": {"trip": {"colums": {}}}})]
        ['mapping.unknown-key']
    """
    found = []
    for error in sorted(_validator().iter_errors(tree), key=lambda e: [str(p) for p in e.path]):
        where = ".".join(str(part) for part in error.path) or "-"
        place = Place(file=file, field=where)
        if error.validator == "additionalProperties":
            known = tuple(error.schema.get("properties", ()))
            for key in sorted(set(error.instance) - set(known)):
                what = text(f"未知的项“{key}”", f'unknown key "{key}"')
                hint = did_you_mean(str(key), known)
                found.append(Diagnostic("mapping.unknown-key", what, place, hint=hint))
        else:
            found.append(Diagnostic("mapping.value", _explain(error), place))
    return found


def _explain(error: Any) -> Text:
    if error.validator == "required":
        missing = ", ".join(sorted(set(error.validator_value) - set(error.instance)))
        return text(f"缺少 {missing}", f"{missing} is missing")
    shown = str(error.instance)[:40]
    wanted = str(error.validator_value)
    names = {"object": text("映射（键: 值）", "a map"), "array": text("列表", "a list"),
             "string": text("文字", "a text"), "integer": text("整数", "a whole number"),
             "boolean": text("true 或 false", "true or false"),
             "number": text("数字", "a number")}  # fmt: skip
    expected = names.get(wanted, text(wanted, wanted))
    return text(
        f"“{shown}”不合要求，应为{expected.zh}", f'"{shown}" will not do: {expected.en} is due'
    )


def table_maps(
    mapping: Mapping[str, Any] | None, inputs: Sequence[Input], file: str = "mapping"
) -> dict[str, TableMap]:
    """Turn a mapping into one :class:`TableMap` for each input.

    Args:
        mapping: the mapping as plain data, or None.
        inputs: the declared tables.
        file: what the user calls the mapping.

    Raises:
        Refused: ``mapping.*`` with all findings, such as tables and columns that nobody declared.
    """
    if mapping is None:
        return {declared.name: TableMap() for declared in inputs}
    found = check_mapping(mapping, file)
    if found:
        raise Refused(found)
    tables = mapping["tables"]
    by_name = {declared.name: declared for declared in inputs}
    for name in sorted(set(tables) - set(by_name)):
        what = text(f"方法学没有表“{name}”", f'the methodology has no table "{name}"')
        place = Place(file=file, field=f"tables.{name}")
        found.append(
            Diagnostic("mapping.unknown-table", what, place, hint=did_you_mean(name, by_name))
        )
    for name, declared in by_name.items():
        known = [*(column.name for column in declared.columns), *OUTER]
        for column in sorted(set(tables.get(name, {}).get("columns", {})) - set(known)):
            what = text(f"表“{name}”没有列“{column}”", f'table "{name}" has no column "{column}"')
            place = Place(file=file, field=f"tables.{name}.columns.{column}")
            hint = did_you_mean(column, known)
            found.append(Diagnostic("mapping.unknown-column", what, place, hint=hint))
        found += _made_keys(declared, tables.get(name, {}).get("columns", {}), file)
    if found:
        raise Refused(found)
    return {name: _table(tables.get(name, {})) for name in by_name}


def _made_keys(declared: Input, columns: Mapping[str, Any], file: str) -> list[Diagnostic]:
    """Find columns other than keys and words that are joined from several or made of numbers."""
    return [
        Diagnostic(
            "mapping.kind",
            text(
                f"“{column.name}”不是文字列，不能由几列连成，也不能取行号",
                f'"{column.name}" holds no texts: it cannot be joined or be the number of the row',
            ),
            Place(file=file, field=f"tables.{declared.name}.columns.{column.name}"),
        )
        for column in declared.columns
        if column.kind != "text"
        and (asked := columns.get(column.name))
        and (isinstance(asked.get("from"), list) or "row_number" in asked)
    ]


def _table(tree: Mapping[str, Any]) -> TableMap:
    where = tree.get("where", [])
    conditions = [where] if isinstance(where, AbstractMapping) else where
    return TableMap(
        file=tree.get("file"),
        sheet=tree.get("sheet"),
        header_row=tree.get("header_row", 1),
        encoding=tree.get("encoding"),
        missing=_texts(tree.get("missing", ())),
        units_declared=tree.get("units") == "declared",
        where=tuple(_condition(condition) for condition in conditions),
        columns={name: _column(column) for name, column in tree.get("columns", {}).items()},
    )


def _condition(tree: Mapping[str, Any]) -> Condition:
    return Condition(
        column=tree["column"],
        of=_texts(tree["is"]) if "is" in tree else None,
        never=_texts(tree.get("not", ())),
        missing=tree.get("missing"),
        above=tree.get("above"),
        below=tree.get("below"),
    )


def _column(tree: Mapping[str, Any]) -> ColumnMap:
    source = tree.get("from")
    return ColumnMap(
        source=source if isinstance(source, str) else None,
        joined=() if isinstance(source, str) else tuple(source or ()),
        join=tree.get("join", " / "),
        row_number=tree.get("row_number", False),
        constant=_text(tree["constant"]) if "constant" in tree else None,
        unit=tree.get("unit"),
        unit_column=tree.get("unit_column"),
        values={_text(key): _text(value) for key, value in tree.get("values", {}).items()},
        format=tree.get("format"),
        missing=_texts(tree.get("missing", ())),
    )


def _texts(values: Sequence[object]) -> tuple[str, ...]:
    return tuple(_text(value) for value in values)


def _text(value: object) -> str:
    from mrv.activity.frames import cell_text

    return cell_text(value)
