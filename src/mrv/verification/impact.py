"""What other rules, factors or choices do to sealed runs, one or thousands of them."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mrv.engine.run import run
from mrv.factors import open_store
from mrv.language.loading import load
from mrv.language.period import parse_period
from mrv.messages import Refused
from mrv.receipt.causes import OLD_NEW, factor_changes, rule_causes
from mrv.receipt.compare import compare_outputs, reported
from mrv.receipt.rerun import Basis, sealed_basis, sealed_rules, stores_at_hand
from mrv.verification.gathered import Together, open_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from mrv.engine.run import Run
    from mrv.factors import Store
    from mrv.language.checked import Methodology
    from mrv.messages import Diagnostic
    from mrv.receipt.compare import OutputPair
    from mrv.receipt.manifest import Reported
    from mrv.receipt.verdict import Cause
    from mrv.verification.basis_words import BasisWords

_NAMED = 3
"""How many receipts are named where all of them are refused for the same reason."""


@dataclass(frozen=True)
class Shift:
    """A result of one receipt under both bases."""

    file: str
    pair: OutputPair


@dataclass(frozen=True)
class PartEffect:
    """What a change of one kind alone does to a result, over all receipts."""

    kind: str
    output: str
    unit: str | None
    change: float


@dataclass(frozen=True)
class Impact:
    """What another basis does.

    Attributes:
        receipts: how many receipts were run.
        shifts: every result that has another value, the largest change first.
        same: how many results did not change.
        totals: for each result of role total, its sum over all receipts: old, new.
        causes: which pieces of the rules and which factor rows differ.
        parts: what each kind of change does by itself.
        refused: receipts that could not be run, with the reasons.
    """

    receipts: int
    shifts: tuple[Shift, ...]
    same: int
    totals: Mapping[str, tuple[str | None, float, float]]
    causes: tuple[Cause, ...]
    parts: tuple[PartEffect, ...]
    refused: tuple[tuple[str, tuple[Diagnostic, ...]], ...]


@dataclass(frozen=True)
class Library:
    """Where other rules and factors are looked for."""

    folders: tuple[Path, ...] = ()
    factors: tuple[Path, ...] = ()


def impact(
    old: BasisWords,
    new: BasisWords,
    paths: Sequence[Path],
    library: Library | None = None,
    *,
    told: Callable[[int], None] = lambda _: None,
) -> Impact:
    """Run receipts under two bases and say what differs and why.

    Args:
        old: the basis before.
        new: the basis after.
        paths: the receipts.
        library: own folders of methodologies and releases.
        told: is told how many receipts are open.

    Returns:
        What differs; receipts that are not what they say or cannot be run are named in it.
    """
    library = library or Library()
    done: list[_Group] = []
    with ExitStack() as stack:
        groups, refused = open_all(stack, paths, told)
        for together in groups:
            whole, unable = _as_far_as_possible(together, old, new, library)
            done += whole
            refused += unable
    shifts = [shift for group in done for shift in group.shifts]
    unlike = [shift for shift in shifts if not shift.pair.equal]
    unlike.sort(key=lambda s: (-abs(s.pair.change or 0.0), s.file, s.pair.name))
    return Impact(
        len(paths), tuple(unlike), len(shifts) - len(unlike), _totals(shifts, done),
        tuple(dict.fromkeys(cause for group in done for cause in group.causes)),
        _joined(part for group in done for part in group.parts), tuple(refused),
    )  # fmt: skip


@dataclass(frozen=True)
class _Group:
    shifts: tuple[Shift, ...]
    causes: tuple[Cause, ...]
    parts: tuple[PartEffect, ...]
    totals: frozenset[str]


def _as_far_as_possible(
    together: Together, old: BasisWords, new: BasisWords, library: Library
) -> tuple[list[_Group], list[tuple[str, tuple[Diagnostic, ...]]]]:
    """Run receipts together; where that is refused, each by itself, to name those that cannot."""
    try:
        return [_group(together, old, new, library)], []
    except Refused as error:
        if len(together.opened) == 1:
            return [], [(together.first.path.name, tuple(error.diagnostics))]
    done: list[_Group] = []
    refused: list[tuple[str, tuple[Diagnostic, ...]]] = []
    for opened in together.opened:
        alone, unable = _as_far_as_possible(Together([opened]), old, new, library)
        done += alone
        refused += unable
    if not done and all(reasons == refused[0][1] for _, reasons in refused):
        # the same for all: the rules or the release asked for, not the receipts
        shown = ", ".join(name for name, _ in refused[:_NAMED])
        more = "" if len(refused) <= _NAMED else f" ... ({len(refused)})"
        refused = [(shown + more, refused[0][1])]
    return done, refused


def _group(together: Together, old: BasisWords, new: BasisWords, library: Library) -> _Group:
    """Run the receipts of one basis together, before and after."""
    before, after = _basis(together, old, library), _basis(together, new, library)
    with tempfile.TemporaryDirectory(prefix="mrv-impact-") as name:
        data = together.data(Path(name))
        with _run(together, before, data) as was, _run(together, after, data) as now:
            outputs, results = reported(was), reported(now)
            causes = rule_causes(before.methodology, after.methodology, OLD_NEW)
            causes += factor_changes(was, now)
            mixed = _mixed(together, before, after, data, causes)
    totals = {r.name for r in after.methodology.results if r.role == "total"}
    return _Group(
        tuple(_shifts(together, outputs, results)), tuple(causes),
        _parts(outputs, mixed, results), frozenset(totals),
    )  # fmt: skip


def _run(together: Together, basis: Basis, data: Mapping[str, object]) -> Run:
    periods = tuple(parse_period(label) for label in together.periods)
    return run(basis.methodology, data, periods=periods, store=basis.store)


def _mixed(
    together: Together,
    before: Basis,
    after: Basis,
    data: Mapping[str, object],
    causes: Sequence[Cause],
) -> list[Reported] | None:
    """Run the old rules with the new factors, where both changed, to tell their effects apart."""
    kinds = {cause.kind for cause in causes}
    if "factor" not in kinds or kinds == {"factor"}:
        return None
    try:
        with _run(together, Basis(before.methodology, after.store), data) as run:
            return reported(run)
    except Refused:
        return None


def _basis(together: Together, words: BasisWords, library: Library) -> Basis:
    """Open what the words name; what they do not name is as sealed."""
    opened = together.first
    if words.sealed and len(together.opened) == 1:
        return sealed_basis(opened, stores_at_hand(opened, library.factors))
    releases = [release.name for release in opened.receipt.releases]
    if words.release is not None:
        store = open_store(words.release, library.factors)
    elif len(releases) == 1:
        store = open_store(releases[0], library.factors)
    else:
        store = open_store(folders=library.factors, order=releases)
    return Basis(_rules(together, words, store, library), store)


def _rules(together: Together, words: BasisWords, store: Store, library: Library) -> Methodology:
    from mrv.api import words as vocabularies

    opened = together.first
    if words.rules is None:
        return sealed_rules(opened, store, words.choices)
    stated = {c.name: c.value for c in opened.receipt.choices if c.stated} | dict(words.choices)
    return load(
        words.rules, choices=stated, vocabularies=vocabularies(store),
        folders=library.folders, every_choice=False,
    )  # fmt: skip


def _shifts(
    together: Together, old: Sequence[Reported], new: Sequence[Reported]
) -> Iterable[Shift]:
    there = {(at, p) for at, one in enumerate(together.opened) for p in one.receipt.periods}
    for pair in compare_outputs(old, new):
        at, name = together.whose(pair.organisation)
        if (at, pair.period) in there:
            yield Shift(together.opened[at].path.name, replace(pair, organisation=name))


def _parts(
    old: Sequence[Reported], mixed: Sequence[Reported] | None, new: Sequence[Reported]
) -> tuple[PartEffect, ...]:
    """Tell the effect of factors from that of everything else, summed over all receipts."""
    if mixed is None:
        return ()
    found = [_summed("factor", old, mixed), _summed("rule", mixed, new)]
    return tuple(part for parts in found for part in parts)


def _summed(kind: str, old: Sequence[Reported], new: Sequence[Reported]) -> list[PartEffect]:
    sums: dict[str, tuple[str | None, float]] = {}
    amounts = {one.name for one in new if one.role in {"total", "component", "credit"}}
    for pair in compare_outputs(old, new):
        if pair.change and pair.name in amounts:
            unit, so_far = sums.get(pair.name, (pair.unit, 0.0))
            sums[pair.name] = unit, so_far + pair.change
    return [PartEffect(kind, name, unit, change) for name, (unit, change) in sums.items()]


def _joined(parts: Iterable[PartEffect]) -> tuple[PartEffect, ...]:
    sums: dict[tuple[str, str, str | None], float] = {}
    for part in parts:
        key = (part.kind, part.output, part.unit)
        sums[key] = sums.get(key, 0.0) + part.change
    return tuple(PartEffect(*key, change) for key, change in sums.items())


def _totals(
    shifts: Iterable[Shift], groups: Iterable[_Group]
) -> dict[str, tuple[str | None, float, float]]:
    wanted = {name for group in groups for name in group.totals}
    found: dict[str, tuple[str | None, float, float]] = {}
    for shift in shifts:
        pair = shift.pair
        if pair.name in wanted and isinstance(pair.old, float) and isinstance(pair.new, float):
            unit, old, new = found.get(pair.name, (pair.unit, 0.0, 0.0))
            found[pair.name] = unit, old + pair.old, new + pair.new
    return found
