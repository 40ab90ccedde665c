"""What differs between two releases, and which methodologies and cases that touches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mrv.factors.row import COLUMNS
from mrv.messages import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mrv.factors.needs import Need
    from mrv.factors.row import FactorRow
    from mrv.factors.store import Store
    from mrv.messages import Text

_COMPARED = tuple(name for name in COLUMNS if name not in {"row_hash", "number"})


@dataclass(frozen=True)
class Change:
    """A row that both releases have and that differs.

    Attributes:
        id: the row.
        cells: column, old text, new text.
    """

    id: str
    cells: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Diff:
    """The difference of two releases.

    Attributes:
        old: name of the earlier release.
        new: name of the later one.
        added: ids that only the later one has.
        changed: rows that differ, with old and new value of each column.
        withdrawn: ids that are gone or no longer active.
        methodologies: methodologies with a factor need that one of these rows may answer.
        cases: files of worked cases beside those methodologies.
    """

    old: str
    new: str
    added: tuple[str, ...]
    changed: tuple[Change, ...]
    withdrawn: tuple[str, ...]
    methodologies: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.added or self.changed or self.withdrawn)

    def lines(self) -> tuple[Text, ...]:
        """Return the difference as sentences, one a row."""
        found = [text(f"新增 {row_id}", f"added {row_id}") for row_id in self.added]
        for change in self.changed:
            zh = "；".join(f"{c}：{old or '空'} → {new or '空'}" for c, old, new in change.cells)
            en = "; ".join(f"{c}: {old or '-'} -> {new or '-'}" for c, old, new in change.cells)
            found.append(text(f"修改 {change.id}（{zh}）", f"changed {change.id} ({en})"))
        found += [text(f"停用 {row_id}", f"withdrawn {row_id}") for row_id in self.withdrawn]
        found += [text(f"涉及方法学 {n}", f"touches {n}") for n in self.methodologies]
        found += [text(f"涉及案例 {n}", f"touches the cases {n}") for n in self.cases]
        return tuple(found)

    def notes(self) -> dict[str, Any]:
        """Return what ``release.json`` records besides the lists of ids."""
        return {
            "values": {c.id: {name: [a, b] for name, a, b in c.cells} for c in self.changed},
            "touches": {"methodologies": list(self.methodologies), "cases": list(self.cases)},
        }


def diff(old: Store, new: Store, needs: Iterable[Need] | None = None) -> Diff:
    """Compare two releases.

    Args:
        old: the earlier release.
        new: the later one.
        needs: the factor needs to look for, as from `mrv.factors.needs.read_needs`; None reads
            those of the built-in methodologies.

    Example:
        >>> from mrv.factors import open_store
        >>> bool(diff(open_store(), open_store()))
        False
    """
    return diff_rows(old.rows, new.rows, needs, old.release, new.release)


def diff_rows(
    before: Sequence[FactorRow],
    after: Sequence[FactorRow],
    needs: Iterable[Need] | None = None,
    old: str = "",
    new: str = "",
) -> Diff:
    """Compare two sets of rows, as `diff` does."""
    then, now = {row.id: row for row in before}, {row.id: row for row in after}
    added = sorted(set(now) - set(then))
    gone = {i for i in then if i not in now}
    gone |= {i for i, row in then.items() if i in now and row.status == "active" != now[i].status}
    changed = [
        _change(then[i], now[i])
        for i in sorted(set(then) & set(now) - gone)
        if then[i].row_hash != now[i].row_hash
    ]
    touched = [now[i] for i in added] + [then[i] for i in sorted(gone)]
    touched += [row for c in changed for row in (then[c.id], now[c.id])]
    methodologies, cases = _touched(touched, needs)
    return Diff(old, new, tuple(added), tuple(changed), tuple(sorted(gone)), methodologies, cases)


def _change(old: FactorRow, new: FactorRow) -> Change:
    cells = (
        (name, str(getattr(old, name)), str(getattr(new, name)))
        for name in _COMPARED
        if getattr(old, name) != getattr(new, name)
    )
    return Change(new.id, tuple(cells))


def _touched(
    rows: Sequence[FactorRow], needs: Iterable[Need] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    from mrv.factors.needs import cases_of, read_needs

    if not rows:
        return (), ()
    known = read_needs() if needs is None else needs
    names = {
        name
        for need in known
        if any(need.may_take(row) for row in rows)
        for name in need.methodologies
    }
    return tuple(sorted(names)), cases_of(names)
