"""Tags in brackets: GWP set, life-cycle stage, scope, method, heating value, state of a gas.

A substance and its tags are one base symbol (``CO2e[AR5,WTT]``): amounts of different tags do
not add up by accident. A tag on a unit without substance is a symbol of its own (``[LHV]``).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NoReturn

from mrv.messages import did_you_mean, refuse, text
from mrv.units.registry import registry
from mrv.units.unit import Unit, make_powers

if TYPE_CHECKING:
    from mrv.messages import Text

_ON_SUBSTANCE = ("gwp", "stage", "scope", "method")
UNSTATED = "unstated"
"""The tag of CO2e whose source names no GWP set: it never fits a set that is named."""


def split_symbol(symbol: str) -> tuple[str, tuple[str, ...]]:
    """Take a base symbol apart into its name and tags.

    Example:
        >>> split_symbol("CO2e[AR5,WTT]")
        ('CO2e', ('AR5', 'WTT'))
    """
    name, _, tags = symbol.partition("[")
    return name, tuple(tags.rstrip("]").split(",")) if tags else ()


@cache
def substances() -> frozenset[str]:
    """Return the canonical names of all substances."""
    return frozenset(registry().substance_names.values())


def is_substance(symbol: str) -> bool:
    """Say whether a base symbol is a substance, with or without tags."""
    return split_symbol(symbol)[0] in substances()


def substance_with_tags(unit: Unit, name: str, tag_text: str, plain: str) -> Unit:
    """Make ``t CO2e[AR5]`` of a unit, a substance and its tags.

    Raises:
        Refused: ``unit.gwp_set``, ``unit.tag`` or, for a unit that holds no matter,
            ``unit.syntax``.
    """
    tags = _read_tags(tag_text, plain)
    families = {registry().tags[tag]: tag for tag in tags}
    for family, tag in families.items():
        if family not in _ON_SUBSTANCE:
            _misplaced(tag, name, plain)
    if name == "CO2e" and "gwp" not in families:
        refuse(
            "unit.gwp_set",
            text(
                f"单位“{plain}”中的 CO2e 没有写明 GWP 版本", f'CO2e in "{plain}" names no GWP set'
            ),
            why=text("不同版本的 CO2e 数值不能相加。", "CO2e of different sets does not add up."),
            hint=text(
                "请写 CO2e[AR5] 等（SAR、AR4、AR5、AR6）。", "Write CO2e[AR5], or SAR, AR4, AR6."
            ),
        )
    if name != "CO2e" and "gwp" in families:
        _misplaced(families["gwp"], name, plain)
    physical = {symbol: power for symbol, power in unit.powers if not symbol.startswith("[")}
    if physical not in ({"mass": 1}, {"length": 3}, {"amount": 1}):
        refuse(
            "unit.syntax",
            text(
                f"“{plain}”：{unit.spelling} 不能度量 {name}",
                f'"{plain}": {unit.spelling} of {name}',
            ),
            hint=text(
                "物质跟在质量、体积或物质的量之后。", "A substance follows a mass or a volume."
            ),
        )
    symbol = f"{name}[{','.join(tags)}]" if tags else name
    powers = make_powers({**dict(unit.powers), symbol: 1})
    return Unit(unit.scale, powers, f"{unit.spelling} {symbol}")


def unit_with_tags(unit: Unit, tag_text: str, plain: str) -> Unit:
    """Make ``GJ[LHV]`` or ``m3[0C]``.

    Raises:
        Refused: the tag is unknown or does not belong there (``unit.tag``).
    """
    tags = _read_tags(tag_text, plain)
    powers = dict(unit.powers)
    for tag in tags:
        family = registry().tags[tag]
        of_energy = family == "heating" and "energy" in powers
        of_volume = family == "state" and powers == {"length": 3}
        if not (of_energy or of_volume):
            _misplaced(tag, unit.spelling, plain)
        powers[f"[{tag}]"] = 1
    return Unit(unit.scale, make_powers(powers), f"{unit.spelling}[{','.join(tags)}]")


def _read_tags(tag_text: str, plain: str) -> list[str]:
    """Read ``[AR5,WTT]`` and put the tags in canonical order."""
    known = list(registry().tags)
    tags = [tag.strip() for tag in tag_text.strip("[]").split(",")] if tag_text else []
    for tag in tags:
        if tag not in known:
            what = text(
                f"单位“{plain}”中有未知标签“{tag}”", f'unknown tag "{tag}" in unit "{plain}"'
            )
            refuse("unit.tag", what, hint=did_you_mean(tag, known))
    families = [registry().tags[tag] for tag in tags]
    if len(set(families)) < len(families):
        what = text(
            f"单位“{plain}”中同一类标签写了两次", f'two tags of one family in unit "{plain}"'
        )
        refuse("unit.tag", what, hint=text("每类标签只写一个。", "Write one tag of each family."))
    return sorted(tags, key=known.index)


def _misplaced(tag: str, name: str, plain: str) -> NoReturn:
    """Refuse a tag where it says nothing."""
    hints: dict[str, Text] = {
        "gwp": text("GWP 版本只用于 CO2e。", "A GWP set belongs to CO2e only."),
        "heating": text("LHV、HHV 只用于能量单位。", "LHV and HHV belong to units of energy."),
        "state": text("气体状态只用于体积单位。", "The state of a gas belongs to a volume."),
    }
    other = text("该标签用于物质，如 CO2[scope2]。", "The tag belongs to a substance: CO2[scope2].")
    refuse(
        "unit.tag",
        text(
            f"“{plain}”：标签 {tag} 不能用于 {name}",
            f'"{plain}": tag {tag} does not go with {name}',
        ),
        hint=hints.get(registry().tags[tag], other),
    )
