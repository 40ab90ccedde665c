"""Findings about a quality plan, said the same way everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.messages import Diagnostic, Text, text
from mrv.verification.plan_words import FIELDS

if TYPE_CHECKING:
    from mrv.messages import Place
    from mrv.verification.plan_model import Entry, Only


def empty(key: str, place: Place, whose: str = "") -> Diagnostic:
    """Say that a required field is not filled in, and what is wanted there."""
    zh, en = (f"{whose}：", f"{whose}: ") if whose else ("", "")
    wanted = FIELDS.get(key)
    return Diagnostic(
        "plan.empty",
        text(f"{zh}“{key}”尚未填写", f'{en}"{key}" is not filled in'),
        place,
        hint=None if wanted is None else text(f"填写{wanted.zh}。", f"Wanted: {wanted.en}."),
    )


def about(
    entry: Entry,
    rule: str,
    said: Text,
    key: str = "",
    *,
    hint: Text | None = None,
    why: Text | None = None,
    warning: bool = False,
) -> Diagnostic:
    """Say something about an entry, at one of its keys."""
    return Diagnostic(
        rule,
        text(f"{entry.name}：{said.zh}", f"{entry.name}: {said.en}"),
        entry.at(key) if key else entry.place,
        why,
        hint,
        "warning" if warning else "error",
    )


def rows_said(only: Only) -> Text:
    """Name the rows that a condition selects.

    Example:
        >>> rows_said(()).en
        'all rows'
    """
    if not only:
        return text("全部行", "all rows")
    cases = [
        ", ".join(f"{column.text} = {' | '.join(v.text for v in values)}" for column, values in one)
        for one in only
    ]
    return Text(zh="；".join(cases), en="; ".join(cases))
