"""Groups that are withheld because too few persons are behind them."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from mrv.language.checked import Withholding
from mrv.language.order import uses
from mrv.language.tree import Aggregated, Brought, ColumnOf, FormulaOf, KeyOf, walk
from mrv.messages import Diagnostic, Refused, did_you_mean, refuse, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrv.language.checked import CheckedFormula, Decision
    from mrv.language.inputs import Input
    from mrv.language.model import Result, Withhold
    from mrv.language.scope import Scope
    from mrv.language.tree import Node
    from mrv.language.types import Grain
    from mrv.language.world import World

SMALLEST = 2
_CHOICE = re.compile(r"\{([^{}]*)\}")


def read_withholdings(
    scope: Scope,
    world: World,
    formulas: Mapping[str, CheckedFormula],
    decisions: Mapping[str, Decision],
) -> tuple[tuple[Withholding, ...], list[Diagnostic]]:
    """Read which groups are withheld, and find results that show small groups of persons.

    Args:
        scope: the methodology.
        world: its names.
        formulas: its formulas, typed.
        decisions: its decision tables.

    Returns:
        One for each grain that is guarded, and what is wrong: ``withhold.*``, and
        ``secret.group`` for groups of persons that nothing guards.
    """
    guarded: dict[Grain, Withholding] = {}
    findings: list[Diagnostic] = []
    persons = _Persons(world.inputs, formulas, decisions)
    known = [result for result in scope.document.results if result.of.text in formulas]
    for result in known:
        if result.withhold is None or result.withhold.of.text in world.broken:
            continue
        try:
            one = _read(result, result.withhold, scope, world, formulas)
            before = guarded.get(one.grain)
            guarded[one.grain] = one if before is None else _stricter(before, one, result)
        except Refused as refused:
            findings += refused.diagnostics
    if not findings:
        findings += [
            _open_group(result, formulas[result.of.text].grain)
            for result in known
            if formulas[result.of.text].grain not in guarded
            and persons.shown_in_groups(formulas[result.of.text])
        ]
    return tuple(guarded.values()), findings


def _read(
    result: Result,
    declared: Withhold,
    scope: Scope,
    world: World,
    formulas: Mapping[str, CheckedFormula],
) -> Withholding:
    """Read one ``withhold``."""
    grain = formulas[result.of.text].grain
    counting = formulas.get(declared.of.text)
    world.used.add(declared.of.text)
    if counting is None:
        refuse(
            "name.unknown",
            text(
                f"没有名为“{declared.of.text}”的公式",
                f'there is no formula named "{declared.of.text}"',
            ),
            declared.of.place,
            hint=did_you_mean(declared.of.text, formulas),
        )
    if grain.is_report or counting.grain != grain:
        refuse(
            "withhold.grain",
            text(
                f"{declared.of.text} 是“{counting.grain.describe('zh')}”的值，"
                f"结果是“{grain.describe('zh')}”的值",
                f"{declared.of.text} is a value for {counting.grain.describe()}, the result one "
                f"for {grain.describe()}",
            ),
            declared.of.place,
            hint=text(
                "另写一条与结果同粒度的公式，如 distinct(user)。",
                "Write a formula of the result's own grain, such as distinct(user).",
            ),
        )
    body = counting.body
    if not isinstance(body, Aggregated) or body.function != "distinct":
        refuse(
            "withhold.of",
            text(f"{declared.of.text} 应是 distinct(…)", f"{declared.of.text} must be distinct(…)"),
            declared.of.place,
            why=text(
                "略去的各行合起来的人数也要数清。",
                "Those behind all withheld rows together must be counted too.",
            ),
        )
    if any(c.secret for t in world.inputs.values() for c in t.columns) and not _counts_secret(
        body.value, world
    ):
        refuse(
            "withhold.of",
            text(
                f"{declared.of.text} 数的不是保密的键",
                f"{declared.of.text} does not count a secret key",
            ),
            declared.of.place,
            hint=text("数标识个人的列，如 distinct(user)。", "Count persons: distinct(user)."),
        )
    return Withholding(grain, _least(declared, scope, world), declared.of.text, (result.name,))


def _counts_secret(node: Node | None, world: World) -> bool:
    while isinstance(node, Brought):
        node = node.inner
    if isinstance(node, ColumnOf):
        column = world.inputs[node.table].column(node.column)
        return column is not None and column.secret
    if isinstance(node, KeyOf):
        return any(
            column.secret and column.name == node.key
            for table in world.inputs.values()
            for column in table.columns
        )
    return False


def _least(declared: Withhold, scope: Scope, world: World) -> int:
    """Return the smallest number that is shown."""

    def chosen(found: re.Match[str]) -> str:
        made = scope.choices.get(found[1])
        if made is None:
            refuse(
                "name.unknown",
                text(f"没有名为“{found[1]}”的选项", f'there is no choice named "{found[1]}"'),
                declared.below.place,
                hint=did_you_mean(found[1], scope.choices),
            )
        world.used.add(f"choice.{found[1]}")
        return made.value

    said = _CHOICE.sub(chosen, declared.below.text).strip()
    constant = world.constants.get(said)
    if constant is not None:
        world.used.add(said)
        plain = constant.unit.dimensionless and constant.unit.scale == 1
        least = constant.value if plain and constant.value.denominator == 1 else None
    else:
        least = Fraction(said) if said.isascii() and said.isdecimal() else None
    if least is None or least < SMALLEST:
        refuse(
            "withhold.below",
            text(f"“{said}”不是不小于 2 的整数", f'"{said}" is no whole number of at least 2'),
            declared.below.place,
            hint=text(
                "写整数、无单位常数的名称，或“{选项}”。",
                'Write a whole number, the name of a plain constant, or "{choice}".',
            ),
        )
    return int(least)


def _stricter(before: Withholding, one: Withholding, result: Result) -> Withholding:
    """Join what two results of one grain ask for."""
    if before.of != one.of:
        refuse(
            "withhold.differs",
            text(
                f"同一粒度的结果须按同一个数略去：{before.of}、{one.of}",
                f"results of one grain are withheld by one count, not by {before.of} and {one.of}",
            ),
            result.place,
        )
    return Withholding(
        before.grain, max(before.least, one.least), before.of, (*before.results, *one.results)
    )


def _open_group(result: Result, grain: Grain) -> Diagnostic:
    return Diagnostic(
        "secret.group",
        text(
            f"结果“{result.name}”（{grain.describe('zh')}）的一组可能只有一两个人",
            f'a group of the result "{result.name}" ({grain.describe()}) may be one or two persons',
        ),
        result.place,
        why=text(
            "保密的键不出现，很小的组仍会泄露个人的数值。",
            "The secret key does not appear, but a very small group gives its persons away.",
        ),
        hint=text(
            "写 withhold: {below: 10, of: 人数公式}，人数公式如 distinct(user)。",
            "Write withhold: {below: 10, of: USERS}, where USERS is a formula like distinct(user).",
        ),
    )


class _Persons:
    """Which formulas show groups of persons."""

    def __init__(
        self,
        inputs: Mapping[str, Input],
        formulas: Mapping[str, CheckedFormula],
        decisions: Mapping[str, Decision],
    ) -> None:
        """Find the tables whose rows are about persons, through references too."""
        self._inputs, self._formulas, self._decisions = inputs, formulas, decisions
        about = {t.name for t in inputs.values() if any(c.secret for c in t.columns)}
        while True:
            more = {t.name for t in inputs.values() if any(c.refers_to in about for c in t.columns)}
            if more <= about:
                break
            about |= more
        self._about = about

    def shown_in_groups(self, formula: CheckedFormula) -> bool:
        """Say whether a formula has values for groups of persons that do not name them."""
        grain = formula.grain
        if grain.is_report or self._names_persons(grain):
            return False
        if grain.keys is not None and grain.table in self._about:
            return True
        return any(
            isinstance(node, Aggregated)
            and node.source.table in self._about
            and not node.type.grain.is_report
            and not self._names_persons(node.type.grain)
            for name in self._below(formula.name)
            for node in walk(self._formulas[name].body)
        )

    def _below(self, name: str) -> set[str]:
        """Return a formula and all that it uses."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            one = waiting.pop()
            if one in found or one not in self._formulas:
                continue
            found.add(one)
            waiting += uses(self._formulas[one], self._decisions)
            waiting += [n.name for n in walk(self._formulas[one].body) if isinstance(n, FormulaOf)]
        return found

    def _names_persons(self, grain: Grain) -> bool:
        """Say whether each row or group is that of one person, who appears as a hash."""
        table = self._inputs.get(grain.table or "")
        if table is None:
            return False
        if grain.keys is None:
            return table.name in self._about
        columns = [table.column(key.column) for key in grain.keys]
        return any(c is not None and (c.secret or c.refers_to in self._about) for c in columns)
