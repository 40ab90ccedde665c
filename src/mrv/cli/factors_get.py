"""``mrv factors get``: one row with every attribute, its history and where it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mrv.cli.commands import Command
from mrv.cli.factors_options import store_options
from mrv.cli.options import format_option
from mrv.cli.own_factors import opened
from mrv.cli.speech import show
from mrv.messages import text

if TYPE_CHECKING:
    from mrv.factors import FactorRow, Store
    from mrv.messages import Lang


def command(lang: Lang) -> click.Command:
    """Build the command."""

    def call(**given: Any) -> int:
        return _get(lang, given)

    return Command(
        "get",
        lang=lang,
        about=text(
            "按编号显示一条因子：全部属性、它在各版本中的样子、哪些方法学会用到。",
            "Show one factor by its id: every attribute, what it was in each release, and which "
            "methodologies may use it.",
        ),
        metavar=text("编号", "ID").in_(lang),
        examples=("mrv factors get gbt32151.34-2024-c1/net-calorific-value/diesel",),
        params=[
            click.Argument(["row_id"], metavar=text("编号", "ID").in_(lang)),
            *store_options(lang),
            format_option(lang),
        ],
        callback=call,
    )


def _get(lang: Lang, given: dict[str, Any]) -> int:
    from mrv.cli.factors_words import attributes, plain

    store = opened(given["release"], given["folder"], given["first"])
    row = store.get(given["row_id"])
    past = _history(store, row)
    needs = store.used_in(row.id)
    release = store.release_of(row.id)
    if given["format"] == "json":
        from mrv.cli.as_json import dumped

        used = [
            {
                "document": need.document,
                "factor": need.factor,
                "methodologies": list(need.methodologies),
                "place": need.place,
            }
            for need in needs
        ]
        history = [
            {
                "release": name,
                "value": one.value,
                "unit": one.unit,
                "status": one.status,
                "row_hash": one.row_hash,
            }
            for name, one in past
        ]
        show(dumped({"release": release, "row": plain(row), "history": history, "used_in": used}))
        return 0
    from mrv.cli.width import pad, width

    pairs = [(text("版本", "release").in_(lang), release), *attributes(row, lang)]
    wide = max(width(label) for label, _ in pairs)
    lines = [f"{pad(label, wide)}  {said}" for label, said in pairs]
    lines += ["", text("历史", "History").in_(lang)]
    before = ""
    for name, one in past:
        same = text("（未变）", " (unchanged)") if one.row_hash == before else text("", "")
        lines.append(f"  {name}: {one.value} {one.unit}, {one.status}{same.in_(lang)}")
        before = one.row_hash
    lines += ["", text("可能用到它的方法学和模块", "May be used in").in_(lang)]
    for need in needs:
        reached = ", ".join(need.methodologies)
        arrow = f" -> {reached}" if reached and reached != need.document else ""
        lines.append(f"  {need.document} [{need.factor}] ({need.place}){arrow}")
    if not needs:
        lines.append("  " + text("没有", "none").in_(lang))
    show("\n".join(lines))
    return 0


def _history(store: Store, row: FactorRow) -> list[tuple[str, FactorRow]]:
    """Return the row in each release beside the one that it is from, the earliest first."""
    from mrv.factors.files import RELEASE_FILE, release_order
    from mrv.factors.store import open_store_at

    home = next(one for one in store.layers if one.release == store.release_of(row.id))
    place = home.path.parent
    names = sorted(
        (path.parent.name for path in place.glob(f"*/{RELEASE_FILE}")), key=release_order
    )
    others = (home if name == home.release else open_store_at(place, name) for name in names)
    return [(one.release, one.get(row.id)) for one in others if one.has(row.id)]
