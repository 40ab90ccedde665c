"""What a published release refuses: other content, touched bytes, a release out of turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from mrv.factors.diff import diff_rows
from mrv.factors.files import release_order
from mrv.factors.published import check_published, list_of, pending_in, read_published
from mrv.messages import Diagnostic, Place, Refused, refuse, text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mrv.factors.row import FactorRow
    from mrv.factors.sources import Sources
    from mrv.factors.store import Store
    from mrv.messages import Text


def check_place(out: Path, release: str) -> None:
    """Refuse to build where the published releases are not whole, or out of turn.

    Raises:
        Refused: ``factor.release-altered``, ``factor.release-pending``, ``factor.release-order``.
    """
    altered = check_published(out)
    if altered:
        raise Refused(altered)
    listed = read_published(out)
    if listed is None or release in listed:
        return
    others = [name for name in pending_in(out) if name != release]
    if others:
        refuse(
            "factor.release-pending",
            text(
                f"版本 {others[0]} 尚未发布，不能另建 {release}",
                f"release {others[0]} is not published yet, so {release} cannot be begun",
            ),
            Place(file=str(out / others[0])),
            hint=text(
                f"改动写入待发布的版本：mrv factors build {others[0]}；"
                f"或先发布：mrv factors build {others[0]} --publish",
                f"Changes go into the pending one: mrv factors build {others[0]}; "
                f"or publish it first: mrv factors build {others[0]} --publish",
            ),
        )
    newest = max(listed, key=release_order, default="")
    if release_order(release) < release_order(newest):
        refuse(
            "factor.release-order",
            text(
                f"{release} 排在已发布的 {newest} 之前",
                f"{release} comes before {newest}, which is published",
            ),
            Place(file=str(list_of(out))),
            hint=_next(newest),
        )


def refuse_changes(store: Store, rows: Sequence[FactorRow], found: Sources) -> NoReturn:
    """Refuse sources that say something else than a published release, row by row.

    Raises:
        Refused: ``factor.release-frozen`` with a finding for each row, at its line.
    """
    places = {row.texts["id"]: row.at() for row in found.rows}
    differ = diff_rows(store.rows, rows, ())
    findings = [
        _frozen(store, f"新增 {row_id}", f"{row_id} is new", places.get(row_id))
        for row_id in differ.added
    ]
    for change in differ.changed:
        cells = "; ".join(f"{c}: {old or '-'} -> {new or '-'}" for c, old, new in change.cells)
        findings.append(
            _frozen(
                store,
                f"{change.id} 有改动（{cells}）",
                f"{change.id} differs ({cells})",
                places.get(change.id),
            )
        )
    findings += [
        _frozen(store, f"停用 {row_id}", f"{row_id} is withdrawn", places.get(row_id))
        for row_id in differ.withdrawn
    ]
    if not findings:
        findings.append(_frozen(store, "词表有改动", "the vocabulary differs", None))
    raise Refused(findings)


def _frozen(store: Store, chinese: str, english: str, place: Place | None) -> Diagnostic:
    what = text(
        f"版本 {store.release} 已发布，内容不得改变；{chinese}",
        f"release {store.release} is published and cannot change; {english}",
    )
    at = place or Place(file=str(store.path))
    return Diagnostic("factor.release-frozen", what, at, hint=_next(store.release))


def _next(newest: str) -> Text:
    """Say under which name the change can be built."""
    name = next_name(newest)
    return text(
        f"请用新的版本名构建：mrv factors build {name}",
        f"Build under a new release name: mrv factors build {name}",
    )


def next_name(release: str) -> str:
    """Return the name that follows: its last number, one up.

    Example:
        >>> next_name("2026-11.9"), next_name("own")
        ('2026-11.10', 'own-2')
    """
    stem = release.rstrip("0123456789")
    number = release[len(stem) :]
    return f"{stem}{int(number) + 1}" if number else f"{release}-2"
