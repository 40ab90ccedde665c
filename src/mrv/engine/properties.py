"""Property tests that come with a methodology: a case's inputs, changed without consequence.

Or with a consequence that is known beforehand:

``units``  the same quantities in other units give the same results;
``order``  rows in any order give the same bits;
``split``  a row split in two gives the same results;
``double`` doubling every extensive input doubles totals and components;
``monotone`` more of a monotone input never lowers a total.

An author switches one off under ``properties: off:`` with a reason, which is reported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mrv.activity.salt import TEST
from mrv.engine.run import run
from mrv.engine.variations import NAMES, changed
from mrv.language.period import parse_period
from mrv.messages import Refused, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mrv.engine.variations import Name
    from mrv.factors import Store
    from mrv.language.casefile import Case
    from mrv.language.checked import Methodology
    from mrv.messages import Text

Values = dict[tuple[str, str], float]
_CLOSE = 1e-11


@dataclass(frozen=True)
class PropertyResult:
    """What became of a property on a case.

    Attributes:
        name: the property.
        case: name of the case.
        verdict: holds, broken, off (with the author's reason) or not-applicable.
        said: what broke it, or why it was not tried.
    """

    name: Name
    case: str
    verdict: Literal["holds", "broken", "off", "not-applicable"]
    said: Text | None = None


def check_properties(
    methodology: Methodology, case: Case, *, store: Store, names: Sequence[Name] = NAMES
) -> tuple[PropertyResult, ...]:
    """Try properties on the inputs of a case that must not fail.

    Args:
        methodology: checked for the choices of the case.
        case: its inputs are the start.
        store: the factor store.
        names: which properties; all if left out.
    """
    off = dict(methodology.document.properties.off)
    start = _values(methodology, case, case.inputs, store)
    results: list[PropertyResult] = []
    for name in names:
        if name in off:
            results.append(PropertyResult(name, case.name, "off", text(off[name], off[name])))
            continue
        results.append(_try(name, methodology, case, start, store))
    return tuple(results)


def _try(
    name: Name, methodology: Methodology, case: Case, start: Values, store: Store
) -> PropertyResult:
    variants = list(changed(name, methodology, case.inputs))
    if not variants:
        return PropertyResult(name, case.name, "not-applicable")
    for what, inputs in variants:
        try:
            found = _values(methodology, case, inputs, store)
        except Refused as refused:
            said = refused.diagnostics[0].what
            return PropertyResult(
                name, case.name, "broken", text(f"{what}：{said.zh}", f"{what}: {said.en}")
            )
        broken = _broken(name, methodology, start, found)
        if broken is not None:
            one, two = start.get(broken), found.get(broken)
            said = text(
                f"{what}：{broken[0]} 由 {one} 变为 {two}",
                f"{what}: {broken[0]} went from {one} to {two}",
            )
            return PropertyResult(name, case.name, "broken", said)
    return PropertyResult(name, case.name, "holds")


def _values(
    methodology: Methodology, case: Case, inputs: Mapping[str, object], store: Store
) -> Values:
    """Run and return every number of the report by result and organisation."""
    start = methodology.document.governs.start if methodology.document.governs else None
    period = case.period or parse_period(str(start.year if start else 2024))
    with run(methodology, dict(inputs), periods=(period,), store=store, salt=TEST) as found:
        return {
            (output.name, output.organisation): output.value
            for output in found.outcome.outputs
            if isinstance(output.value, float)
        }


def _broken(
    name: Name, methodology: Methodology, start: Values, found: Values
) -> tuple[str, str] | None:
    """Return the first result that does not behave as the property says."""
    roles = {result.name: result.role for result in methodology.results}
    for key in start.keys() | found.keys():
        one, two = start.get(key), found.get(key)
        role = roles[key[0]]
        if name == "order" and one != two:
            return key
        if name in {"units", "split"} and not _close(one, two):
            return key
        if (
            name == "double"
            and role in {"total", "component"}
            and not _close(None if one is None else 2 * one, two)
        ):
            return key
        if (
            name == "monotone"
            and role == "total"
            and one is not None
            and two is not None
            and two < one - abs(one) * _CLOSE
        ):
            return key
    return None


def _close(one: float | None, two: float | None) -> bool:
    if one is None or two is None:
        return one is two
    return abs(one - two) <= _CLOSE * max(abs(one), abs(two), 1.0) + 2e-9
