"""Cases: inputs and the results they must give, in ``<name>.cases.yaml`` beside a methodology."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from mrv.language.access import mapping, missing, must, scalar, text_at, written, written_at
from mrv.language.declare import in_order
from mrv.language.nodes import ListNode, MapNode, ScalarNode, plain
from mrv.language.period import parse_period
from mrv.language.reader import read_file, read_tree
from mrv.language.structure import violations
from mrv.messages import Diagnostic, Refused, did_you_mean, text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mrv.language.model import Written
    from mrv.language.nodes import Node
    from mrv.language.period import Period
    from mrv.messages import Place

CaseLabel = Literal["conformance", "regression"]


@dataclass(frozen=True)
class RowExpectation:
    """The value one row of a formula must have: its keys, and the value as written."""

    keys: Mapping[str, str]
    value: Written


@dataclass(frozen=True)
class Case:
    """A case.

    Attributes:
        name: what it is about.
        label: ``conformance`` checks a figure from outside, ``regression`` only our own.
        source: where the figure comes from; always there for conformance.
        period: accounting period, or None.
        choices: choices made.
        inputs: rows of each table; a row maps columns to texts as written, an empty cell is left
            out.
        expect: results or formulas of the report and the value each must have.
        expect_rows: formulas and the value each of some rows must have.
        tolerance: allowed differences; none where not named.
        must_fail: rule that must be reported, or None.
        place: where the case begins.
    """

    name: str
    label: CaseLabel
    source: str | None
    period: Period | None
    choices: Mapping[str, str]
    inputs: Mapping[str, tuple[Mapping[str, str], ...]]
    expect: Mapping[str, Written]
    expect_rows: Mapping[str, tuple[RowExpectation, ...]]
    tolerance: Mapping[str, Written]
    must_fail: str | None
    place: Place


def cases_path(methodology: Path) -> Path:
    """Return where the cases of a methodology lie.

    Example:
        >>> from pathlib import Path
        >>> cases_path(Path("a/ship.yaml")).as_posix()
        'a/ship.cases.yaml'
    """
    return methodology.parent / f"{methodology.stem}.cases.yaml"


def read_cases(path: Path, file: str | None = None) -> tuple[Case, ...]:
    """Read a file of cases.

    Raises:
        Refused: with every finding of the reader, else of the schema and the cases.
    """
    _, root = read_file(path, file)
    return _cases(root)


def parse_cases(content: str, file: str = "<text>") -> tuple[Case, ...]:
    """Read cases from a text.

    Raises:
        Refused: as :func:`read_cases`.

    Example:
        >>> parse_cases("cases: [{case: a, must_fail: unit.unknown}]")[0].label
        'regression'
    """
    return _cases(read_tree(content, file))


def _cases(root: Node) -> tuple[Case, ...]:
    found = violations(root, "cases")
    listed = root.get("cases") if isinstance(root, MapNode) else None
    nodes = listed.items if isinstance(listed, ListNode) else ()
    cases = tuple(_case(node, found) for node in nodes if isinstance(node, MapNode))
    seen: dict[str, Place] = {}
    for case in cases:
        if case.name and case.name in seen:
            line = seen[case.name].line
            what = text(
                f"算例“{case.name}”与第 {line} 行的同名",
                f'the case "{case.name}" has the name of the one on line {line}',
            )
            found.append(Diagnostic("name.duplicate", what, case.place))
        seen.setdefault(case.name, case.place)
    if found:
        raise Refused(in_order(found))
    return cases


def _case(node: MapNode, found: list[Diagnostic]) -> Case:
    label = cast("CaseLabel", text_at(node, "label") or "regression")
    must_fail = written_at(node, "must_fail")
    expect = _values(node, "expect")
    rows = _expected_rows(node)
    tolerance = _values(node, "tolerance")
    if label == "conformance" and text_at(node, "source") is None:
        hint = text(
            "写明数值出处；若只对照自己的数值，请用 label: regression。",
            "Say where the figure comes from; a figure of our own is label: regression.",
        )
        found.append(missing("source", node.place, hint))
    if not (expect or rows or must_fail):
        hint = text(
            "写 expect、expect_rows 或 must_fail。", "Write expect, expect_rows or must_fail."
        )
        found.append(missing("expect", node.place, hint))
    if must_fail and (expect or rows):
        what = text(
            "must_fail 与 expect 不能并存：出错时没有结果",
            "must_fail excludes expect: a run that fails has no results",
        )
        found.append(Diagnostic("schema.one-of", what, must_fail.place))
    known = [*expect, *rows]
    for name, value in tolerance.items():
        if name not in known:
            what = text(
                f"“{name}”有允许偏差，却没有应得的值",
                f'"{name}" has a tolerance but no expected value',
            )
            hint = did_you_mean(name, known)
            found.append(Diagnostic("name.unknown", what, value.place, hint=hint))
    name_node = scalar(node, "case")
    return Case(
        name=name_node.text if name_node else "",
        label=label,
        source=text_at(node, "source"),
        period=_period(node, found),
        choices={name: value.text for name, value in _values(node, "choices").items()},
        inputs=_inputs(node),
        expect=expect,
        expect_rows=rows,
        tolerance=tolerance,
        must_fail=must_fail.text if must_fail else None,
        place=name_node.place if name_node else node.place,
    )


def _period(node: MapNode, found: list[Diagnostic]) -> Period | None:
    value = scalar(node, "period")
    if value is None:
        return None
    try:
        return parse_period(value.text)
    except Refused as refused:
        said = refused.diagnostics[0]
        found.append(Diagnostic("schema.value", said.what, value.place, hint=said.hint))
        return None


def _values(node: MapNode, key: str) -> dict[str, Written]:
    block = mapping(node, key)
    return {
        name.text: written(value)
        for name, value in (block.entries if block else ())
        if isinstance(value, ScalarNode)
    }


def _inputs(node: MapNode) -> dict[str, tuple[Mapping[str, str], ...]]:
    block = mapping(node, "inputs")
    return {
        name.text: tuple(_row(row) for row in _maps(rows))
        for name, rows in (block.entries if block else ())
    }


def _expected_rows(node: MapNode) -> dict[str, tuple[RowExpectation, ...]]:
    block = mapping(node, "expect_rows")
    return {
        name.text: tuple(
            RowExpectation(
                {key: cell for key, cell in _row(row).items() if key != "is"},
                must(row, "is"),
            )
            for row in _maps(rows)
        )
        for name, rows in (block.entries if block else ())
    }


def _maps(node: Node) -> tuple[MapNode, ...]:
    items = node.items if isinstance(node, ListNode) else ()
    return tuple(item for item in items if isinstance(item, MapNode))


def _row(node: MapNode) -> dict[str, str]:
    """Return the cells of a row as written; an empty one is a missing value."""
    return {
        key.text: value.text
        for key, value in node.entries
        if isinstance(value, ScalarNode) and plain(value) is not None
    }
