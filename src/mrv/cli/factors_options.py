"""What the commands about factors have in common: which releases, which rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mrv.cli.commands import Whole, choice, option
from mrv.messages import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import click

    from mrv.factors import Store
    from mrv.factors.search import Hit
    from mrv.messages import Lang, Text

FILTERS = (*("region", "year", "unit", "boundary", "source", "confidence", "property", "kind"),)
_CONFIDENCE = ("seen", "transcribed", "secondary", "recalled", "unverified", "derived")
EVERY = 1_000_000_000
"""A limit that no release reaches."""


def folder_option(lang: Lang) -> click.Option:
    """Return the option that names folders with releases of the user."""
    return option(
        lang,
        "--folder",
        text(
            "自己的因子文件夹，版本在其 releases/ 之下（可多次给出）",
            "own folder of factors with its releases below releases/ (repeatable)",
        ),
        multiple=True,
        metavar="DIR",
    )


def limit_option(lang: Lang, about: Text) -> click.Option:
    """Return the option that bounds a list, 20 unless it is stated."""
    return option(lang, "--limit", about, type=Whole(lang), default=20, metavar="N")


def store_options(lang: Lang) -> list[click.Parameter]:
    """Return the options that say which releases are looked in."""
    return [
        option(
            lang,
            "--release",
            text(
                "只查这个版本；缺省为最新的随附版本，加上自己的",
                "look in this release only; else in the newest that comes with mrv and your own",
            ),
            metavar="RELEASE",
        ),
        folder_option(lang),
        option(
            lang,
            "--first",
            text(
                "先查自己的（own，缺省）还是随附的（built-in）",
                "which come first: own (the default) or built-in",
            ),
            type=choice(lang, "own", "built-in"),
            metavar="own|built-in",
        ),
    ]


def filter_options(lang: Lang) -> list[click.Parameter]:
    """Return the options that narrow a search."""
    known = "|".join(_CONFIDENCE)
    plain = {
        "--region": (text("地区，如 CN-TJ 或 天津", "region, such as CN-TJ"), "REGION"),
        "--unit": (text("单位可换算为，如 kg CO2/kWh", "unit converts to, as kg CO2/kWh"), "UNIT"),
        "--boundary": (text("边界以此开头，如 TTW", "boundary begins with, as TTW"), "TEXT"),
        "--source": (
            text("文件、出处、发布者或数据表含有", "document, source, publisher or table holds"),
            "TEXT",
        ),
        "--property": (text("参数，如 grid-average", "property, such as grid-average"), "NAME"),
        "--kind": (text("词表，如 fuel、product", "vocabulary, as fuel or product"), "KIND"),
    }
    found: list[click.Parameter] = [
        option(lang, flag, about, metavar=shown) for flag, (about, shown) in plain.items()
    ]
    found.insert(
        1,
        option(
            lang, "--year", text("数据年份", "year described"), type=Whole(lang), metavar="YEAR"
        ),
    )
    confidence = option(
        lang,
        "--confidence",
        text(f"把握程度（可多次给出）：{known}", f"how sure it is (repeatable): {known}"),
        type=choice(lang, *_CONFIDENCE),
        multiple=True,
        metavar="WORD",
    )
    return [*found, confidence]


def hits(store: Store, words: Sequence[str], given: dict[str, Any], limit: int) -> tuple[Hit, ...]:
    """Search by words and the filters as typed; without words every row that passes them.

    Raises:
        Refused: as `mrv.factors.search.search`.
    """
    from mrv.factors.search import Hit, filters

    wishes = {name: given[name] for name in FILTERS}
    wishes["confidence"] = wishes["confidence"] or None
    if words:
        return store.search(" ".join(words), **wishes, limit=limit)
    wishes["wanted"] = wishes.pop("property")
    keep = tuple(filters(store, **wishes))
    rows = [row for row in store.rows if all(test(row) for test in keep)]
    why = text("符合全部条件", "meets every condition")
    return tuple(Hit(row, 0.0, why, store.release_of(row.id)) for row in rows[:limit])
