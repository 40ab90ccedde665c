"""Why two units do not fit, said so that a person can act on it.

The difference of the powers is looked at part by part: substance, tag, counted thing, money,
then what physics says of the rest. Each part that differs gives one sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.messages import Text, text
from mrv.units.describe import describe, quantity
from mrv.units.registry import registry
from mrv.units.tags import UNSTATED, is_substance, split_symbol

if TYPE_CHECKING:
    from mrv.units.unit import Unit

_Powers = dict[str, int]


def explain_misfit(found: Unit, wanted: Unit) -> Text:
    """Say which part of two units differs, and what would bridge it.

    Args:
        found: the unit that is there.
        wanted: the unit that should be there.

    Example:
        >>> from mrv.units import parse_unit
        >>> explain_misfit(parse_unit("t C"), parse_unit("t CO2")).en
        'mass of C is not mass of CO2: multiply by CO2_per_C (44/12)'
    """
    if found.fits(wanted):
        return text(
            f"{describe(found, 'zh')}与{describe(wanted, 'zh')}相符，只是大小不同",
            f"{describe(found, 'en')} and {describe(wanted, 'en')} fit and differ in size only",
        )
    have = {s: p for s, p in found.powers if (s, p) not in wanted.powers}
    want = {s: p for s, p in wanted.powers if (s, p) not in found.powers}
    parts = [*_matter(have, want), *_tags(have, want)]
    physical = _difference(_rest(have), _rest(want))
    if physical:
        parts += _physics(physical, found, wanted) or [_in_general(found, wanted)]
    if not parts:
        parts = [_in_general(found, wanted)]
    return Text(zh="；".join(p.zh for p in parts), en="; ".join(p.en for p in parts))


def _in_general(found: Unit, wanted: Unit) -> Text:
    """Name both quantities; say so if one is the other upside down."""
    have, want = quantity(found), quantity(wanted)
    hint = text("", "")
    if found.powers == (wanted**-1).powers:
        hint = text("，两者互为倒数", ", the other way up")
    wanted_zh = f"应为{want.zh}（如 {describe(wanted, 'zh')}）"
    return text(
        f"{describe(found, 'zh')} 是{have.zh}，{wanted_zh}{hint.zh}",
        f"{describe(found, 'en')} is {have.en}, wanted is {want.en}"
        f" ({describe(wanted, 'en')}){hint.en}",
    )


def _rest(powers: _Powers) -> _Powers:
    return {s: p for s, p in powers.items() if not is_substance(s) and not s.startswith("[")}


def _difference(have: _Powers, want: _Powers) -> _Powers:
    symbols = have.keys() | want.keys()
    powers = {s: have.get(s, 0) - want.get(s, 0) for s in symbols}
    return {s: p for s, p in powers.items() if p}


def _matter(have: _Powers, want: _Powers) -> list[Text]:
    """Compare the substances, numerators with numerators."""
    parts = []
    for sign in (1, -1):
        ours = [s for s, p in have.items() if is_substance(s) and p * sign > 0]
        theirs = [s for s, p in want.items() if is_substance(s) and p * sign > 0]
        for index in range(max(len(ours), len(theirs))):
            one = ours[index] if index < len(ours) else None
            two = theirs[index] if index < len(theirs) else None
            parts.append(_two_substances(one, two))
    return parts


def _two_substances(one: str | None, two: str | None) -> Text:
    """Say how one substance differs from the other, or that one is not said."""
    if one is None or two is None:
        named = one or two
        if two is None:
            return text(
                f"应不带物质，却是 {named} 的量",
                f"an amount of {named} where no substance is wanted",
            )
        return text(
            f"没有写明物质，应为 {named} 的量",
            f"no substance is said, an amount of {named} is wanted",
        )
    (name, tags), (other, other_tags) = split_symbol(one), split_symbol(two)
    if name == other:
        return _two_tag_sets(one, two, tags, other_tags)
    zh, en = f"{one} 的质量不是 {two} 的质量", f"mass of {one} is not mass of {two}"
    bridge = {
        ("C", "CO2"): text("：应乘以 CO2_per_C（44/12）", ": multiply by CO2_per_C (44/12)"),
        ("CO2", "C"): text("：应除以 CO2_per_C（44/12）", ": divide by CO2_per_C (44/12)"),
    }.get((name, other), text("", ""))
    if other == "CO2e":
        bridge = text(f"：应乘以 gwp({name})", f": multiply by gwp({name})")
    elif name == "CO2e":
        bridge = text(
            "：当量不能折回单一气体", ": an equivalent cannot be turned back into one gas"
        )
    return text(zh + bridge.zh, en + bridge.en)


def _two_tag_sets(one: str, two: str, tags: tuple[str, ...], others: tuple[str, ...]) -> Text:
    """Say in which family of tags the same substance differs."""
    families = registry().tags
    differing = {families[tag] for tag in set(tags) ^ set(others)}
    if "gwp" in differing and (UNSTATED in tags) != (UNSTATED in others):
        silent, stated = (one, two) if UNSTATED in tags else (two, one)
        return text(
            f"{silent} 的来源未注明 GWP 版本，不能当作 {stated}",
            f"the source of {silent} names no GWP set, so it is not {stated}",
        )
    if "gwp" in differing:
        return text(
            f"{one} 与 {two} 的 GWP 版本不同，不能互换", f"{one} and {two} are different GWP sets"
        )
    names = [_FAMILIES[family] for family in _FAMILIES if family in differing]
    zh, en = "、".join(n.zh for n in names), " and ".join(n.en for n in names)
    return text(f"{one} 与 {two} 的{zh}不同", f"{one} and {two} differ in {en}")


_FAMILIES = {
    "stage": text("生命周期阶段", "life-cycle stage"),
    "scope": text("范围", "scope"),
    "method": text("电力核算方法", "market- or location-based method"),
}
_KINDS = {
    "heating": text("发热量基准", "the basis of the heating value"),
    "state": text("气体状态", "the state of the gas"),
}


def _tags(have: _Powers, want: _Powers) -> list[Text]:
    """Compare tags that stand on units: heating value and state of a gas."""
    parts = []
    known = registry()
    for family, name in _KINDS.items():
        ours, theirs = (
            [s.strip("[]") for s in powers if s.startswith("[") and known.tags[s[1:-1]] == family]
            for powers in (have, want)
        )
        if not ours and not theirs:
            continue
        parts.append(_two_bases(name, ours, theirs))
    return parts


def _two_bases(name: Text, ours: list[str], theirs: list[str]) -> Text:
    """Say how the heating value or the state of a gas differs, or that one is not said."""
    known = registry().tag_texts
    ours_zh, theirs_zh = ("、".join(known[tag].zh for tag in tags) for tags in (ours, theirs))
    ours_en, theirs_en = (", ".join(known[tag].en for tag in tags) for tags in (ours, theirs))
    if ours and theirs:
        return text(
            f"{name.zh}不同：现为{ours_zh}，应为{theirs_zh}",
            f"{name.en} differs: {ours_en}, wanted is {theirs_en}",
        )
    if ours:
        return text(
            f"{name.zh}写明为{ours_zh}，而此处要求不写明",
            f"{name.en} is said ({ours_en}) where none is wanted",
        )
    return text(
        f"没有写明{name.zh}，应为{theirs_zh}", f"{name.en} is not said, wanted is {theirs_en}"
    )


def _physics(difference: _Powers, found: Unit, wanted: Unit) -> list[Text]:
    """Name well-known confusions among mass, volume, energy, counts and money."""
    upside = {s: -p for s, p in difference.items()}
    one, two = describe(found, "zh"), describe(wanted, "zh")
    first, second = describe(found, "en"), describe(wanted, "en")
    for pattern, said in _CONFUSIONS:
        if pattern in (difference, upside):
            return [text(f"{one} 与 {two}：{said.zh}", f"{first} against {second}: {said.en}")]
    kinds = {registry().kinds[symbol] for symbol in difference}
    names = [
        registry().dimensions[symbol] for symbol in sorted(difference, key=difference.__getitem__)
    ]
    if len(kinds) == 1 and len(names) == 2 and sum(difference.values()) == 0:  # noqa: PLR2004
        wanted_name, found_name = names
        if kinds == {"money"}:
            return [
                text(
                    f"{found_name.zh}不是{wanted_name.zh}：需要写明汇率",
                    f"{found_name.en} is not {wanted_name.en}: a rate of exchange is needed",
                )
            ]
        if kinds == {"counted"}:
            return [
                text(
                    f"{found_name.zh}与{wanted_name.zh}不是同一种计数对象",
                    f"{found_name.en} and {wanted_name.en} are different counted things",
                )
            ]
    return []


_TONNAGE = text(
    "GT 是总吨位，属于容积指数，不是质量", "GT is gross tonnage, a volume index, not a mass"
)
_CONFUSIONS: tuple[tuple[_Powers, Text], ...] = (
    ({"GT": 1, "mass": -1}, _TONNAGE),
    (
        {"length": 3, "mass": -1},
        text("体积与质量之间需要密度", "a density is needed between volume and mass"),
    ),
    (
        {"length": 3, "energy": -1},
        text("体积与能量之间需要单位体积热值", "a heating value per volume is needed"),
    ),
    (
        {"mass": 1, "energy": -1},
        text("质量与能量之间需要热值", "a heating value is needed between mass and energy"),
    ),
    (
        {"energy": 1, "coal_equivalent": -1},
        text(
            "标准煤须用写明的折标系数换算；电力有当量值与等价值两种",
            "coal equivalent needs a named coefficient; electricity has two of them",
        ),
    ),
    (
        {"mass": 1, "coal_equivalent": -1},
        text(
            "标准煤量不是实物质量，须用折标系数",
            "coal equivalent is not the mass of the fuel itself",
        ),
    ),
    (
        {"time": 1},
        text(
            "相差一个时间（如功率与能量、速度与距离）",
            "they differ by a time, as power and energy do",
        ),
    ),
    ({"length": 1}, text("相差一个距离", "they differ by a distance")),
    ({"passenger": 1}, text("相差一个人数", "they differ by a number of passengers")),
    ({"vehicle": 1}, text("相差一个车辆数", "they differ by a number of vehicles")),
    ({"mass": 1}, text("相差一个质量", "they differ by a mass")),
)
