"""The audit that every source passes before it becomes a release: all findings at once.

Errors refuse the release; warnings point at what a person should look at and never stop it.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from mrv.factors.audit_groups import audit_groups
from mrv.factors.audit_names import audit_names
from mrv.factors.audit_parts import audit_parts
from mrv.factors.audit_values import Checked, audit_values
from mrv.factors.hints import Hints
from mrv.factors.measure import any_set
from mrv.factors.row import CONFIDENCE, DATA_TYPES, GWP_SETS, STATUS, parse_value
from mrv.factors.vocabulary import KINDS
from mrv.messages import Diagnostic, Refused, text
from mrv.units import parse_unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from fractions import Fraction

    from mrv.factors.sources import SourceRow, Sources
    from mrv.factors.vocabulary import Names
    from mrv.units import Unit

REQUIRED = (
    *("id", "property", "dataset", "key", "key_kind", "name_zh", "name_en", "value", "unit"),
    *("region", "document", "source", "publisher", "licence", "confidence", "data_type"),
    *("status", "retrieved"),
)

_ID = re.compile(r"[A-Za-z0-9._+-]+(/[A-Za-z0-9._+-]+)+")
_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_DATES = {"reference_from": _DATE, "reference_to": _DATE, "published": _DATE}
_DAYS = {"valid_from": _DAY, "valid_to": _DAY, "retrieved": _DAY}
_SET = re.compile(r"CO2e\[(\w+)")
_PERCENT = 100


def audit(sources: Sources) -> tuple[Diagnostic, ...]:
    """Refuse the sources if anything in them is wrong.

    Returns:
        The warnings.

    Raises:
        Refused: with every error, each with its file and line; rules ``factor.*``.
    """
    found = findings(sources)
    errors = [d for d in found if d.severity == "error"]
    if errors:
        raise Refused(errors)
    return found


def findings(sources: Sources) -> tuple[Diagnostic, ...]:
    """Return every finding of the audit, errors and warnings, without refusing anything."""
    names = {kind: sources.vocabulary(kind) for kind in KINDS}
    units = {text: _unit(text) for text in {row.texts["unit"] for row in sources.rows}}
    hints = Hints()
    found = list(audit_names(sources, names, hints))
    for row in sources.rows:
        found += _cells(row, names, hints)
        found += _measure(row, names["property"], units[row.texts["unit"]])
    found += _repeats(sources.rows, units)
    found += _successions(sources.rows, hints)
    sound = [checked for row in sources.rows if (checked := _checked(row, units)) is not None]
    found += audit_values(sound, names)
    found += audit_groups(sound, names)
    found += audit_parts(sound, hints)
    return tuple(found)


def _checked(row: SourceRow, units: Mapping[str, Unit | tuple[Diagnostic, ...]]) -> Checked | None:
    """Return the row with its number and unit, None if one of them is not sound."""
    exact, unit = parse_value(row.texts["value"]), units[row.texts["unit"]]
    if exact is None or isinstance(unit, tuple) or not _is_double(exact):
        return None
    return Checked(row, exact, unit)


def _unit(spelling: str) -> Unit | tuple[Diagnostic, ...]:
    """Parse a unit, or keep what is wrong with it."""
    try:
        return parse_unit(spelling)
    except Refused as refused:
        return refused.diagnostics


def _cells(
    row: SourceRow, names: Mapping[str, Mapping[str, Names]], hints: Hints
) -> Iterator[Diagnostic]:
    """Check each cell by itself: filled, spelt as its list demands."""
    cell = row.texts
    for column in REQUIRED:
        if not cell[column]:
            what = text(f"缺少 {column}", f"{column} is missing")
            yield Diagnostic("factor.incomplete", what, row.at(column))
    lists: dict[str, Sequence[str]] = {
        "property": tuple(names["property"]),
        "key_kind": KINDS,
        "region": tuple(names["region"]),
        "confidence": CONFIDENCE,
        "data_type": DATA_TYPES,
        "status": STATUS,
        "gwp_set": GWP_SETS,
        "key": tuple(names.get(cell["key_kind"], ())),
    }
    for column, known in lists.items():
        if cell[column] and cell[column] not in known:
            what = text(
                f"{column} 的取值“{cell[column]}”未知", f'unknown {column} "{cell[column]}"'
            )
            hint = hints(cell[column], known)
            rule = f"factor.unknown-{column.replace('_', '-')}"
            yield Diagnostic(rule, what, row.at(column), hint=hint)
    for column, form in (_DATES | _DAYS).items():
        if cell[column] and not form.fullmatch(cell[column]):
            what = text(f"“{cell[column]}”不是日期", f'"{cell[column]}" is not a date')
            hint = text("写作 2024 或 2024-08-23。", "Write 2024 or 2024-08-23.")
            yield Diagnostic("factor.date", what, row.at(column), hint=hint)
    for first, last in (("reference_from", "reference_to"), ("valid_from", "valid_to")):
        if cell[first] and cell[last] and cell[first] > cell[last]:
            what = text(f"{first} 晚于 {last}", f"{first} is after {last}")
            yield Diagnostic("factor.date", what, row.at(first))
    stem = f"{cell['dataset']}/{cell['property']}/{cell['key']}"
    if not _ID.fullmatch(cell["id"]) or not f"{cell['id']}/".startswith(f"{stem}/"):
        what = text(f"编号“{cell['id']}”不合规", f'the id "{cell["id"]}" is not well formed')
        hint = text(f"编号以 {stem} 开头。", f"An id begins with {stem}.")
        yield Diagnostic("factor.id", what, row.at("id"), hint=hint)


def _measure(
    row: SourceRow, properties: Mapping[str, Names], unit: Unit | tuple[Diagnostic, ...]
) -> Iterator[Diagnostic]:
    """Check the number, its unit, and that both suit the property, substance and GWP set."""
    cell = row.texts
    exact = parse_value(cell["value"])
    if cell["value"] and (exact is None or not _is_double(exact)):
        what = text(f"“{cell['value']}”不是数", f'"{cell["value"]}" is not a number')
        hint = text("写作 43.070，不加千分位。", "Write 43.070, without thousands separators.")
        yield Diagnostic("factor.number", what, row.at("value"), hint=hint)
    if exact is not None and cell["unit"] == "%" and not 0 <= exact <= _PERCENT:
        what = text(
            f"百分数 {cell['value']} 不在 0 到 100 之间", f"{cell['value']} % is not in 0..100"
        )
        yield Diagnostic("factor.percent", what, row.at("value"))
    if isinstance(unit, tuple):
        for found in unit if cell["unit"] else ():
            yield Diagnostic(found.rule, found.what, row.at("unit"), found.why, found.hint)
        return
    wanted = properties[cell["property"]].units if cell["property"] in properties else ()
    if wanted and not any(_fits(unit, example) for example in wanted):
        what = text(
            f"单位 {cell['unit']} 不适合参数 {cell['property']}",
            f"the unit {cell['unit']} does not suit the property {cell['property']}",
        )
        hint = text("例如：" + "、".join(wanted), "For example: " + ", ".join(wanted))
        yield Diagnostic("factor.unit", what, row.at("unit"), hint=hint)
    found_set = _SET.search(cell["unit"])
    if (found_set.group(1) if found_set else "") != cell["gwp_set"]:
        what = text(
            f"gwp_set“{cell['gwp_set']}”与单位 {cell['unit']} 不一致",
            f'gwp_set "{cell["gwp_set"]}" does not agree with the unit {cell["unit"]}',
        )
        yield Diagnostic("factor.gwp-set", what, row.at("gwp_set"))
    numerator = cell["unit"].split("/", maxsplit=1)[0].split("[", maxsplit=1)[0].split()
    if cell["substance"] != (numerator[1] if len(numerator) > 1 else ""):
        what = text(
            f"substance“{cell['substance']}”与单位 {cell['unit']} 不一致",
            f'substance "{cell["substance"]}" does not agree with the unit {cell["unit"]}',
        )
        yield Diagnostic("factor.substance", what, row.at("substance"))


def _is_double(exact: Fraction) -> bool:
    """Tell whether a number has a finite double."""
    try:
        return math.isfinite(exact.numerator / exact.denominator)
    except OverflowError:
        return False


def _fits(unit: Unit, example: str) -> bool:
    known = _unit(example)
    return not isinstance(known, tuple) and any_set(unit).fits(any_set(known))


def _repeats(
    rows: Sequence[SourceRow], units: Mapping[str, Unit | tuple[Diagnostic, ...]]
) -> Iterator[Diagnostic]:
    """Find ids used twice, and active rows that say two things about the same."""
    ids: dict[str, SourceRow] = {}
    said: dict[tuple[str, ...], SourceRow] = {}
    about = (
        *("property", "dataset", "key", "region", "reference_from", "reference_to"),
        *("gwp_set", "boundary", "condition", "valid_from", "valid_to", "part_of"),
    )
    for row in rows:
        first = ids.setdefault(row.texts["id"], row)
        if first is not row:
            what = text(
                f"编号“{row.texts['id']}”已用于 {first.at()}",
                f'the id "{row.texts["id"]}" is already used at {first.at()}',
            )
            yield Diagnostic("factor.repeated-id", what, row.at("id"))
        if row.texts["status"] != "active":
            continue
        first = said.setdefault(tuple(row.texts[name] for name in about), row)
        if first is not row and _differ(first, row, units):
            what = text(
                f"与 {first.at()} 说的是同一件事，数值却不同："
                f"{first.texts['value']} {first.texts['unit']} 与 "
                f"{row.texts['value']} {row.texts['unit']}",
                f"this and {first.at()} are about the same and differ: "
                f"{first.texts['value']} {first.texts['unit']} and "
                f"{row.texts['value']} {row.texts['unit']}",
            )
            yield Diagnostic("factor.contradiction", what, row.at("value"))


def _differ(
    one: SourceRow, other: SourceRow, units: Mapping[str, Unit | tuple[Diagnostic, ...]]
) -> bool:
    """Tell whether two rows state different quantities of the same kind."""
    left, right = units[one.texts["unit"]], units[other.texts["unit"]]
    if isinstance(left, tuple) or isinstance(right, tuple) or not left.fits(right):
        return False
    numbers = parse_value(one.texts["value"]), parse_value(other.texts["value"])
    if numbers[0] is None or numbers[1] is None:
        return False
    return numbers[0] * left.ratio_to(right) != numbers[1]


def _successions(rows: Sequence[SourceRow], hints: Hints) -> Iterator[Diagnostic]:
    """Find rows that say to follow a row that is not there, or themselves."""
    ids = {row.texts["id"] for row in rows}
    for row in rows:
        before = row.texts["supersedes"]
        if before and (before not in ids or before == row.texts["id"]):
            what = text(
                f"被取代的因子“{before}”不存在", f'the superseded row "{before}" is unknown'
            )
            hint = hints(before, ids)
            yield Diagnostic("factor.unknown-supersedes", what, row.at("supersedes"), hint=hint)
