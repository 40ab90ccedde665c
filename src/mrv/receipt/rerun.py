"""Run a receipt again: with the rules and factors sealed in it, or with others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrv.activity.sealed import SealedTable
from mrv.engine.run import run
from mrv.factors import open_store
from mrv.factors.store import open_store_at
from mrv.language.loading import load
from mrv.language.period import parse_period
from mrv.messages import Diagnostic, Place, Refused, refuse, text
from mrv.receipt.factors import write_release

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from mrv.activity import Settings
    from mrv.engine.run import Run
    from mrv.factors import Store
    from mrv.factors.row import FactorRow
    from mrv.language.checked import Methodology
    from mrv.receipt.manifest import LookedUp
    from mrv.receipt.opened import Opened


@dataclass(frozen=True)
class Basis:
    """What a receipt is run again with.

    Attributes:
        methodology: the rules, proved for the choices in force.
        store: the factors.
    """

    methodology: Methodology
    store: Store


def run_again(opened: Opened, basis: Basis, *, settings: Settings | None = None) -> Run:
    """Compute the sealed data with a basis.

    Raises:
        Refused: what any run would refuse: data that the rules do not let in, an edition that
            does not govern the period, a factor that is not there.
    """
    return run_on(opened, basis, sealed_data(opened), settings=settings)


def run_on(
    opened: Opened,
    basis: Basis,
    data: Mapping[str, object],
    *,
    mapping: Mapping[str, object] | Path | None = None,
    settings: Settings | None = None,
) -> Run:
    """Compute other data for the periods of a receipt."""
    periods = tuple(parse_period(label) for label in opened.receipt.periods)
    return run(
        basis.methodology, data,
        periods=periods, store=basis.store, mapping=mapping, settings=settings,
    )  # fmt: skip


def sealed_data(opened: Opened) -> dict[str, object]:
    """Return the sealed tables, as a run takes them."""
    return {
        table.name: SealedTable(opened.folder / table.member, table.origin or table.name)
        for table in opened.receipt.inputs
        if table.rows
    }


def sealed_basis(opened: Opened, stores: Sequence[Store] = ()) -> Basis:
    """Return the rules and factors that the receipt holds.

    Args:
        opened: the receipt.
        stores: where rows are looked for that the receipt names without holding them.

    Raises:
        Refused: ``receipt.factor-withheld`` naming the rows that are needed and not at hand, and
            what a broken methodology would raise.
    """
    store = _sealed_store(opened, stores)
    return Basis(sealed_rules(opened, store), store)


def sealed_rules(
    opened: Opened, store: Store, choices: Mapping[str, str] | None = None
) -> Methodology:
    """Load the rules that the receipt holds, with its choices or with others besides."""
    receipt = opened.receipt
    stated = {choice.name: choice.value for choice in receipt.choices if choice.stated}
    rules = receipt.methodology
    loaded = load(
        rules.name,
        edition=rules.edition,
        choices=stated | dict(choices or {}),
        vocabularies=_words(store),
        folders=[opened.folder / "rules"],
        every_choice=False,
    )
    held = {rule.name: (opened.folder / rule.member).read_text("utf-8")
            for rule in (rules, *receipt.modules)}  # fmt: skip
    strange = [
        document.name
        for document in (loaded.document, *loaded.modules)
        if held.get(document.name) != document.text
    ]
    if strange:
        names = ", ".join(strange)
        refuse(
            "receipt.rules",
            text(
                f"凭证中的方法学用到了凭证之外的文件：{names}",
                f"the sealed methodology draws on files outside the receipt: {names}",
            ),
            Place(file=opened.path.name),
        )
    return loaded


def _words(store: Store) -> dict[str, frozenset[str]]:
    return {kind: frozenset(store.vocabulary(kind)) for kind in ("fuel", "region", "gas")}


def _sealed_store(opened: Opened, stores: Sequence[Store]) -> Store:
    """Open the sealed rows, those held back taken from releases at hand."""
    receipt = opened.receipt
    wanted = [answer for answer in receipt.answers if answer.withheld]
    found = _at_hand(opened, wanted, stores)
    layers = []
    for release in receipt.releases:
        folder = opened.folder / release.folder
        layer = open_store_at(folder, release.name)
        extra = [row for answer, row in found if answer.release == release.name]
        if extra:
            whole = opened.folder / "with-withheld" / release.folder
            write_release(whole / release.name, layer, [*layer.rows, *_once(extra)])
            layer = open_store_at(whole, release.name)
        layers.append(layer)
    if len(layers) == 1:
        return layers[0]
    from mrv.factors.layers import layered

    return layered(layers)


def _once(rows: Sequence[FactorRow]) -> list[FactorRow]:
    return list({row.id: row for row in rows}.values())


def _at_hand(
    opened: Opened, wanted: Sequence[LookedUp], stores: Sequence[Store]
) -> list[tuple[LookedUp, FactorRow]]:
    """Find the rows held back in releases at hand, by id and hash.

    Raises:
        Refused: ``receipt.factor-withheld``, every row that is missing.
    """
    found, missing = [], {}
    for answer in wanted:
        rows = [store.get(answer.row) for store in stores if store.has(answer.row)]
        row = next((row for row in rows if row.row_hash == answer.row_sha256), None)
        if row is None:
            missing[answer.row] = answer
        else:
            found.append((answer, row))
    if missing:
        raise Refused([_withheld(opened.path, answer) for answer in missing.values()])
    return found


def _withheld(path: Path, answer: LookedUp) -> Diagnostic:
    return Diagnostic(
        "receipt.factor-withheld",
        text(
            f"因子 {answer.row}（版本 {answer.release}）因许可未随凭证提供，本机也没有散列为 "
            f"{answer.row_sha256[:12]}… 的同一行",
            f"factor {answer.row} of release {answer.release} is not in the receipt because of its "
            f"licence, and no row with the hash {answer.row_sha256[:12]}... is at hand",
        ),
        Place(file=path.name),
        hint=text(
            f"取得因子库版本 {answer.release}，并以 --factors 文件夹 给出。",
            f"Obtain the release {answer.release} and name its folder with --factors DIR.",
        ),
    )


def stores_at_hand(opened: Opened, folders: Sequence[Path] = ()) -> list[Store]:
    """Open the releases that the receipt names, where they are at hand."""
    found = []
    for release in opened.receipt.releases:
        try:
            found.append(open_store(release.name, folders))
        except Refused:
            continue
    return found
