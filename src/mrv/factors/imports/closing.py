"""Close an import: ids once, negatives marked, parts that add up; then rows of the store."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mrv.factors.imports.cells import half_digit
from mrv.factors.row import complete
from mrv.messages import text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mrv.factors.imports.collector import Collector, Draft
    from mrv.factors.row import FactorRow

_SLOP = 1.001
_NEEDED = ("name_en", "name_zh", "region", "publisher", "licence", "document")
_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


def close(found: Collector) -> tuple[FactorRow, ...]:
    """Check the rows against each other and complete them.

    Args:
        found: rows taken so far; refusals are added to it, and its drafts are used up.
    """
    drafts = _once(found, found.drafts)
    drafts = [draft for draft in drafts if _whole(found, draft) and _signed(found, draft)]
    kept = _sums(found, drafts)
    found.drafts.clear()
    rows: list[FactorRow] = []
    for draft in kept:
        rows.append(complete(draft.texts))
        draft.texts = {}  # half of the memory of a large import
    return tuple(rows)


def _once(found: Collector, drafts: Iterable[Draft]) -> list[Draft]:
    """Keep the first row of each id; refuse the others."""
    first: dict[str, Draft] = {}
    for draft in drafts:
        before = first.setdefault(draft.texts["id"], draft)
        if before is draft:
            continue
        same = before.texts["value"] == draft.texts["value"]
        what = text(
            f"编号“{draft.source_id}”重复，已见于第 {before.line} 行"
            f"（{'数值相同' if same else '数值不同'}）",
            f'the id "{draft.source_id}" is repeated, it stands in row {before.line} already '
            f"({'same' if same else 'another'} value)",
        )
        found.refuse("repeated-id", what, draft.line)
    return list(first.values())


def _whole(found: Collector, draft: Draft) -> bool:
    """Refuse a row that lacks what every row must have, or whose dates are none."""
    texts = draft.texts
    lost = [column for column in _NEEDED if not texts[column]]
    if lost:
        shown = ", ".join(lost)
        found.refuse("incomplete", text(f"缺少 {shown}", f"missing: {shown}"), draft.line)
        return False
    for first, last in (("reference_from", "reference_to"), ("valid_from", "valid_to")):
        wrong = [texts[c] for c in (first, last) if texts[c] and not _DATE.fullmatch(texts[c])]
        if texts[first] and texts[last] and texts[first] > texts[last]:
            wrong.append(f"{texts[first]} > {texts[last]}")
        if wrong:
            what = text(f"日期不成立：{wrong[0]}", f"no sound date: {wrong[0]}")
            found.refuse("date", what, draft.line, first)
            return False
    return True


def _signed(found: Collector, draft: Draft) -> bool:
    """Refuse a negative value that nothing marks as a removal."""
    if not draft.texts["value"].startswith("-") or draft.removal:
        return True
    if draft.source_id in found.options.removals:
        boundary = draft.texts["boundary"]
        draft.texts["boundary"] = "; ".join(p for p in (boundary, "removal") if p)
        return True
    what = text(
        f"{draft.texts['value']} 为负，却没有标明是清除量",
        f"{draft.texts['value']} is negative and nothing marks it as a removal",
    )
    hint = text(
        f"若确为清除量，请在 removals 中列出“{draft.source_id}”；避免的排放不是清除量。",
        f'If it is a removal, list "{draft.source_id}" in removals; avoided emissions are none.',
    )
    found.refuse("negative", what, draft.line, hint=hint)
    return False


def _sums(found: Collector, drafts: list[Draft]) -> list[Draft]:
    """Refuse parts without their total, and all parts of a total that they do not add up to."""
    by_id = {draft.texts["id"]: draft for draft in drafts}
    parts: dict[str, list[Draft]] = {}
    for draft in drafts:
        if draft.texts["part_of"]:
            parts.setdefault(draft.texts["part_of"], []).append(draft)
    dropped: set[str] = set()
    for total_id, members in parts.items():
        total = by_id.get(total_id)
        if total is None or total_id in dropped:
            what = text("所属的合计值未被采用", "the total that it is a part of was not taken")
            for member in members:
                found.refuse("no-total", what, member.line)
        elif abs(_gap(total, members)) > _SLOP * _room(total, members):
            added, printed = sum(float(m.texts["value"]) for m in members), total.texts["value"]
            what = text(
                f"各分项之和 {added:.9g} 与合计 {printed} 不符",
                f"the parts add up to {added:.9g}, the total is {printed}",
            )
            found.refuse("sum", what, total.line)
            total.texts["conflict"] = what.en
        else:
            continue
        dropped |= {member.texts["id"] for member in members}
    kept = [draft for draft in drafts if draft.texts["id"] not in dropped]
    ids = {draft.texts["id"] for draft in kept}
    # A part of a dropped part goes too.
    return [d for d in kept if not d.texts["part_of"] or d.texts["part_of"] in ids]


def _gap(total: Draft, members: list[Draft]) -> float:
    return sum(float(m.texts["value"]) for m in members) - float(total.texts["value"])


def _room(total: Draft, members: list[Draft]) -> float:
    """Return how far rounding alone may part a sum from its total."""
    return sum(half_digit(draft.texts["value"]) for draft in (total, *members))
