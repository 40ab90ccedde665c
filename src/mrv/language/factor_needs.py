"""Look-ups: what is asked of the factor store, with the choices filled in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from mrv.language.checked import FactorNeed
from mrv.language.infer import infer
from mrv.language.lookup_nodes import factor_node
from mrv.language.model import ByChoice
from mrv.language.spots import Spots
from mrv.language.types import REPORT
from mrv.language.world import Context
from mrv.messages import Diagnostic, Refused, did_you_mean, text
from mrv.units import parse_unit

if TYPE_CHECKING:
    from mrv.language.model import Condition
    from mrv.language.scope import Scope
    from mrv.language.world import FactorHeader, World
    from mrv.messages import Place, Text

    Time = Literal["any", "same-year", "latest-not-after", "same-year-else-latest"]

_TIMES: dict[str, Time] = {
    "any": "any", "same-year": "same-year", "latest-not-after": "latest-not-after",
    "same-year-else-latest": "same-year-else-latest",
}  # fmt: skip
_CHOICE = re.compile(r"\{([^{}]*)\}")


def read_factor(header: FactorHeader, world: World) -> FactorNeed:
    """Read a look-up and fill the choices into its conditions.

    Raises:
        Refused: ``name.unknown``, ``choice.incomplete``, ``choice.unknown-value`` and whatever is
            wrong with the columns it is matched with.
    """
    declared, scope = header.declared, header.scope
    spots = Spots(declared.unit, scope.document.text)
    context = Context(world, scope, spots, header.name, REPORT, None, infer)
    factor_node(header, context, declared.place)
    filling = _Filling(scope, world, declared.place)
    where = tuple((name, filling.allowed(condition)) for name, condition in declared.where)
    regions = filling.allowed(declared.regions)
    time = filling.time(declared.time)
    if filling.findings:
        raise Refused(filling.findings)
    return FactorNeed(
        header.name, header.unit, declared.property, tuple(name for name, _ in declared.match),
        where, regions, time, declared.pin,
        declared.optional, declared.source, declared.note, declared.place,
    )  # fmt: skip


def gwp_need(name: str, gas: str, chosen: str) -> FactorNeed:
    """Return the look-up of a warming potential.

    Example:
        >>> gwp_need("gwp(CH4, AR5)", "CH4", "AR5").unit.spelling
        't CO2e[AR5]/t CH4'
    """
    unit = parse_unit(f"t CO2e[{chosen}]/t {gas}")
    where = (("key", (gas,)), ("gwp_set", (chosen,)))
    return FactorNeed(
        name, unit, "gwp-100", (), where, (), "any", None, optional=False, source=None, note=None,
        place=None,
    )  # fmt: skip


class _Filling:
    """Fills choices into conditions; every branch is read, the one in force is returned."""

    def __init__(self, scope: Scope, world: World, place: Place) -> None:
        """Begin without findings."""
        self.scope, self.world, self.place = scope, world, place
        self.findings: list[Diagnostic] = []

    def allowed(self, condition: Condition) -> tuple[str, ...]:
        """Return the values that a condition allows."""
        if not isinstance(condition, ByChoice):
            return tuple(_CHOICE.sub(self._value, text_) for text_ in condition)
        made = self.scope.choices.get(condition.choice.text)
        if made is None:
            self._unknown(condition.choice.text, condition.choice.place)
            return ()
        self.world.used.add(f"choice.{self.scope.prefix}{condition.choice.text}")
        branches = {value: self.allowed(inner) for value, inner in condition.values}
        of, place = made.declared.of, condition.choice.place
        if lacking := [value for value in of if value not in branches]:
            what = text(
                f"没有说明 {condition.choice.text} 取 {'、'.join(lacking)} 时怎么办",
                f"nothing is said for {condition.choice.text} = {', '.join(lacking)}",
            )
            hint = text("每个取值都要写明。", "Say it for every value of the choice.")
            self.findings.append(Diagnostic("choice.incomplete", what, place, hint=hint))
        for value in branches:
            if value not in of:
                what = text(
                    f"选项 {condition.choice.text} 没有取值“{value}”",
                    f'choice {condition.choice.text} has no value "{value}"',
                )
                hint = did_you_mean(value, of)
                self.findings.append(Diagnostic("choice.unknown-value", what, place, hint=hint))
        return branches.get(made.value, ())

    def time(self, condition: Condition) -> Time:
        """Return the rule for the year; every branch must be one."""
        for word in _words(condition):
            if word not in _TIMES:
                place = condition.choice.place if isinstance(condition, ByChoice) else self.place
                what = text(
                    f"没有名为“{word}”的取年规则", f'there is no rule for the year "{word}"'
                )
                hint = did_you_mean(word, _TIMES)
                self.findings.append(Diagnostic("schema.value", what, place, hint=hint))
        (found,) = self.allowed(condition) or ("any",)
        return _TIMES.get(found, "any")

    def _value(self, found: re.Match[str]) -> str:
        """Return the value of the choice that stands in braces."""
        made = self.scope.choices.get(found[1])
        if made is None:
            self._unknown(found[1], self.place)
            return found[0]
        self.world.used.add(f"choice.{self.scope.prefix}{found[1]}")
        return made.value

    def _unknown(self, name: str, place: Place) -> None:
        what: Text = text(f"没有名为“{name}”的选项", f'there is no choice named "{name}"')
        hint = did_you_mean(name, self.scope.choices)
        self.findings.append(Diagnostic("name.unknown", what, place, hint=hint))


def _words(condition: Condition) -> list[str]:
    """List every text of a condition, whatever is chosen."""
    if not isinstance(condition, ByChoice):
        return list(condition)
    return [word for _, inner in condition.values for word in _words(inner)]
