"""Versions of a plan: a changed plan has a higher version and says when and why it changed."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from mrv.messages import Diagnostic, text
from mrv.verification.plan_diff import changes
from mrv.verification.plan_say import empty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrv.language.nodes import MapNode
    from mrv.verification.plan_model import QualityPlan, Revision

_VERSION = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6}){0,3}", re.ASCII)


def is_version(word: str) -> bool:
    """Whether a text is a version number.

    Example:
        >>> is_version("1.2"), is_version("draft")
        (True, False)
    """
    return _VERSION.fullmatch(word) is not None


def order_of(version: str) -> tuple[int, ...]:
    """Return what versions are ordered by; ``1`` and ``1.0`` are the same.

    Example:
        >>> order_of("1.10") > order_of("1.9"), order_of("1") == order_of("1.0")
        (True, True)
    """
    if not is_version(version):
        return ()
    parts = [int(part) for part in version.split(".")]
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def revision_findings(plan: QualityPlan) -> Iterator[Diagnostic]:
    """Find revisions without date, kind or reason, out of order, or not up to the version."""
    if not plan.revisions:
        yield empty("revisions", plan.at("revisions"))
        return
    for one in plan.revisions:
        for key in ("version", "date", "cause", "reason"):
            if getattr(one, key) is None:
                yield empty(key, one.place, "revisions")
    for before, after in pairwise(plan.revisions):
        if order_of(_word(after)) <= order_of(_word(before)) or _dates_turn(before, after):
            yield Diagnostic(
                "plan.revision-order",
                text(
                    f"修订 {_word(after)} 应晚于并高于 {_word(before)}",
                    f"revision {_word(after)} must be later and higher than {_word(before)}",
                ),
                after.place,
            )
    last = plan.revisions[-1]
    if plan.version is None or last.version is None:
        return
    if order_of(plan.version.text) != order_of(last.version.text):
        yield Diagnostic(
            "plan.revision",
            text(
                f"方案版本为 {plan.version.text}，最后一条修订记录却是 {last.version.text}",
                f"the plan is version {plan.version.text}, its last revision is "
                f"{last.version.text}",
            ),
            plan.version.place,
            hint=text(
                "每个版本须有一条带日期和理由的修订记录。",
                "Every version needs a revision with its date and reason.",
            ),
        )


def _word(one: Revision) -> str:
    return "" if one.version is None else one.version.text


def _dates_turn(before: Revision, after: Revision) -> bool:
    return before.date is not None and after.date is not None and after.date < before.date


def succession_findings(
    old: QualityPlan, old_root: MapNode, new: QualityPlan, new_root: MapNode
) -> Iterator[Diagnostic]:
    """Find a change without a higher version and a revision of its own, or a rewritten history.

    Args:
        old: the plan before.
        old_root: its tree.
        new: the plan now.
        new_root: its tree.
    """
    place = new.at("version") if new.version is None else new.version.place
    changed = changes(old_root, new_root)
    one = order_of("" if old.version is None else old.version.text)
    two = order_of("" if new.version is None else new.version.text)
    shown = "" if old.version is None else old.version.text
    if two < one:
        yield Diagnostic(
            "plan.revision",
            text(f"版本低于原方案（{shown}）", f"the version is below the previous one ({shown})"),
            place,
        )
    elif changed and two == one:
        names = [change.name for change in changed]
        listed = ", ".join(dict.fromkeys(names[:5])) + (" …" if len(names) > 5 else "")  # noqa: PLR2004
        yield Diagnostic(
            "plan.revision",
            text(
                f"方案已改动（{listed}），版本仍是 {shown}",
                f"the plan has changed ({listed}) and is still version {shown}",
            ),
            place,
            hint=text(
                "提高 version，并在 revisions 中记明日期和理由。",
                "Raise version, and say when and why under revisions.",
            ),
        )
    kept = {order_of(_word(one)): one for one in new.revisions}
    for before in old.revisions:
        after = kept.get(order_of(_word(before)))
        if after is None or (after.date, after.cause, after.reason) != (
            before.date, before.cause, before.reason,
        ):  # fmt: skip
            yield Diagnostic(
                "plan.history",
                text(
                    f"原方案的修订记录 {_word(before)} 被删改",
                    f"the revision {_word(before)} of the previous plan was altered or removed",
                ),
                new.at("revisions") if after is None else after.place,
            )
