"""Why a run differs from a receipt: where the difference begins, and what differs there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.language.tree import FormulaOf, OutcomeOf, walk
from mrv.messages import text
from mrv.receipt.compare import compare_outputs, reported
from mrv.receipt.rule_changes import rule_changes
from mrv.receipt.seal import software
from mrv.receipt.verdict import Cause, Effect

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mrv.engine.run import Run
    from mrv.factors.row import FactorRow
    from mrv.language.checked import Methodology
    from mrv.messages import Text
    from mrv.receipt.compare import OutputPair, TablesCompared
    from mrv.receipt.manifest import LookedUp, Receipt, Reported
    from mrv.receipt.opened import Opened

_SHOWN = 6


def own_causes(
    opened: Opened, run: Run, outputs: Sequence[OutputPair], tables: TablesCompared
) -> tuple[Cause, ...]:
    """Say why a receipt differs from its own rules, factors and data.

    Where the difference begins is told by the order of the formulas: those that differ although
    nothing that they are made of does.
    """
    receipt = opened.receipt
    found: list[Cause] = []
    begins = _beginnings(run.methodology, tables)
    if begins or tables.lacking:
        names = (*begins, *tables.lacking)
        found.append(_engine_or_altered(receipt, names))
    rounded = [pair.name for pair in outputs if pair.same_value and not pair.equal]
    if rounded:
        what = text(
            f"修约后的数与修约规则不符：{_listed(rounded)}",
            f"rounded numbers that do not follow from the rule: {_listed(rounded)}",
        )
        found.append(Cause("rounding", what, tuple(rounded)))
    values = [pair.name for pair in outputs if not pair.same_value]
    if values and not begins:
        what = text(
            f"报告的结果与其公式的封存值不符：{_listed(values)}",
            f"reported results that are not the sealed values of their formulas: {_listed(values)}",
        )
        found.append(Cause("altered", what, tuple(values)))
    found += _said_differently(receipt, run)
    return tuple(found)


def _beginnings(methodology: Methodology, tables: TablesCompared) -> tuple[str, ...]:
    """Return what differs although nothing below it does."""
    unlike = {column.of for column in tables.columns if column.role == "formula"}
    formulas = methodology.formulas
    first = [name for name in formulas if name in unlike and not unlike & _uses(methodology, name)]
    factors = [c.of for c in tables.columns if c.role == "factor"]
    rest = [c.column for c in tables.columns if c.role in {"tier", "check"} and c.of not in unlike]
    return tuple(dict.fromkeys([*first, *factors, *rest]))


def _uses(methodology: Methodology, name: str) -> set[str]:
    """Return the formulas that one is made of, also by way of a decision table."""
    found: set[str] = set()
    for node in walk(methodology.formulas[name].body):
        if isinstance(node, FormulaOf):
            found.add(node.name)
        elif isinstance(node, OutcomeOf):
            rules = methodology.decisions[node.table].rules
            bodies = [o for rule in rules for _, o in rule.outcomes if not isinstance(o, str)]
            inner = [part for body in bodies for part in walk(body)]
            found |= {part.name for part in inner if isinstance(part, FormulaOf)}
    return found - {name}


def _engine_or_altered(receipt: Receipt, names: tuple[str, ...]) -> Cause:
    """Tell a receipt made by another version of the program from one that was altered."""
    now = software()
    other = [
        f"{name} {version} / {now.get(name, '-')}"
        for name, version in receipt.software.items()
        if name != "python" and now.get(name) != version
    ]
    if other:
        what = text(
            f"封存时与现在的程序版本不同（{_listed(other)}），差异始于 {_listed(names)}；"
            "请用封存时的版本重算，仍不同则凭证被改动",
            f"made with other versions ({_listed(other)}); it differs from {_listed(names)} on. "
            "Run it again with those versions: if it still differs, the receipt was altered",
        )
        return Cause("engine", what, names)
    what = text(
        f"差异始于 {_listed(names)}：其下各项都相同，而数值不是由它们算出的",
        f"it differs from {_listed(names)} on: everything below agrees, and the value does not "
        "follow from it",
    )
    return Cause("altered", what, names)


def _said_differently(receipt: Receipt, run: Run) -> list[Cause]:
    """Compare checks and look-ups, which a reader relies on as much as on numbers."""
    found = []
    now = {(c.name, c.organisation, c.period): c.count for c in run.outcome.checks}
    then = {(c.name, c.organisation, c.period): c.count for c in receipt.checks}
    if now != then:
        names = sorted({key[0] for key, _ in now.items() ^ then.items()})
        what = text(
            f"未通过的检查与封存的记录不符：{_listed(names)}",
            f"checks that fired are not those recorded: {_listed(names)}",
        )
        found.append(Cause("altered", what, tuple(names)))
    kinds = _counted(mark.kind for mark in receipt.marks)
    again = _counted(mark.kind for mark in run.outcome.marks if mark.kind != "note")
    kinds.pop("note", None)
    if kinds != again:
        names = sorted(set(kinds) ^ set(again) | {k for k in kinds if kinds[k] != again.get(k)})
        what = text(
            f"结果所附的标记与封存的记录不符：{_listed(names)}",
            f"marks on the results are not those recorded: {_listed(names)}",
        )
        found.append(Cause("altered", what, tuple(names)))
    return found


def _counted(kinds: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for kind in kinds:
        found[kind] = found.get(kind, 0) + 1
    return found


SEALED_PUBLISHED = (text("封存", "sealed"), text("发布", "published"))
OLD_NEW = (text("旧", "old"), text("新", "new"))


def rule_causes(
    sealed: Methodology, published: Methodology, sides: tuple[Text, Text] = SEALED_PUBLISHED
) -> list[Cause]:
    """Name every piece of the rules that differs from what was published for the edition.

    Args:
        sealed: the rules as they were.
        published: the rules to compare with.
        sides: what the two are called.
    """
    one, two = sides
    found = []
    for change in rule_changes(sealed, published):
        kind = "choice" if change.piece == "choice" else "rule"
        old, new = change.old or "-", change.new or "-"
        what = text(
            f"{change.piece} {change.name}：{one.zh}“{old}”，{two.zh}“{new}”",
            f'{change.piece} {change.name}: {one.en} "{old}", {two.en} "{new}"',
        )
        found.append(Cause(kind, what, (change.name,)))  # type: ignore[arg-type]
    if not found and sealed.document.text != published.document.text:
        what = text(
            "方法学文本与发布的同一版本不同（文字或说明），计算规则相同",
            "the text differs from the published edition in words only; the rules are the same",
        )
        found.append(Cause("rule", what))
    return found


def factor_causes(receipt: Receipt, published: Run) -> list[Cause]:
    """Name every factor row that the published release answers with in another way."""
    now = {
        (answer.factor, tuple(sorted(answer.key)), answer.period): answer.resolution
        for answer in published.factors.answers
    }
    found: dict[str, Cause] = {}
    for answer in receipt.answers:
        new = now.get((answer.factor, tuple(sorted(answer.key.items())), answer.period))
        row = new.row if new is not None else None
        if row is None or (row.id, row.row_hash) != (answer.row, answer.row_sha256):
            found.setdefault(answer.row, _factor_cause(answer, row))
    return list(found.values())


def factor_changes(old: Run, new: Run) -> list[Cause]:
    """Name every factor row that two runs took otherwise, among those that values rest on."""
    used = {id(answer) for run in (old, new) for answer in run.outcome.factors}
    now = {(a.factor, tuple(sorted(a.key)), a.period): a for a in new.factors.answers}
    found: dict[tuple[str, str], Cause] = {}
    for was in old.factors.answers:
        answer = now.get((was.factor, tuple(sorted(was.key)), was.period))
        before, after = was.resolution.row, answer.resolution.row if answer else None
        if not {id(was), id(answer)} & used or before is None:
            continue
        if after is None or (before.id, before.row_hash) != (after.id, after.row_hash):
            then = f"{before.id} ({before.value} {before.unit})"
            here = f"{after.id} ({after.value} {after.unit})" if after else "-"
            what = text(
                f"因子 {was.factor}：{then} → {here}", f"factor {was.factor}: {then} -> {here}"
            )
            found.setdefault((then, here), Cause("factor", what, (was.factor,)))
    return list(found.values())


def _factor_cause(answer: LookedUp, new: FactorRow | None) -> Cause:
    row_id, factor, value = answer.row, answer.factor, answer.printed or "-"
    if new is None:
        what = text(
            f"因子 {row_id}（{value}）在发布的因子库中查不到",
            f"factor {row_id} ({value}) is not what the published release answers",
        )
    elif new.id != row_id:
        what = text(
            f"因子 {factor}：封存用 {row_id}（{value}），发布的因子库答 {new.id}"
            f"（{new.value} {new.unit}）",
            f"factor {factor}: sealed {row_id} ({value}), published {new.id} "
            f"({new.value} {new.unit})",
        )
    else:
        what = text(
            f"因子 {row_id}：封存 {value}，发布 {new.value} {new.unit}",
            f"factor {row_id}: sealed {value}, published {new.value} {new.unit}",
        )
    return Cause("factor", what, (factor,))


def effects(before: Sequence[Reported], after: Run) -> tuple[Effect, ...]:
    """Return what a change of basis does to each result of the report."""
    return tuple(
        Effect(pair.name, pair.organisation, pair.period, pair.unit, pair.change)
        for pair in compare_outputs(before, reported(after))
        if pair.change
    )


def _listed(names: Iterable[str]) -> str:
    names = list(dict.fromkeys(names))
    return ", ".join(names[:_SHOWN]) + (f" … ({len(names)})" if len(names) > _SHOWN else "")
