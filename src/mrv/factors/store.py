"""The store: one release of the factors, opened, checked against its hash, and looked up."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mrv.factors.files import (
    NAMES_FILE,
    RELEASE_FILE,
    ROWS_FILE,
    damaged,
    release_order,
    verified,
)
from mrv.factors.large import LARGE, Narrowed
from mrv.factors.row import COLUMNS, FactorRow
from mrv.factors.vocabulary import KINDS, Names, find_key
from mrv.messages import did_you_mean, refuse, text
from mrv.resources import folder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from mrv.factors.book import Book
    from mrv.factors.large import Reader, Where
    from mrv.factors.needs import Need
    from mrv.factors.search import Hit



@dataclass(frozen=True)
class Store:
    """One release, read only.

    Attributes:
        release: its name, such as ``2026-11.1``.
        path: the folder of the release.
        facts: the content of its ``release.json``: hashes, row count, notes.
    """

    release: str
    path: Path
    facts: Mapping[str, Any] = field(compare=False, repr=False)

    @cached_property
    def rows(self) -> tuple[FactorRow, ...]:
        """All rows, ordered by id; read from the Parquet file at the first use.

        Raises:
            Refused: ``factor.release-damaged`` if the file is not the one that was released.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        body = verified(self.path / ROWS_FILE, str(self.facts["parquet_sha256"]))
        table = pq.ParquetFile(pa.BufferReader(body)).read()
        # A release made before a column was added has no such column: nothing was known then.
        known = set(table.column_names)
        blank = [""] * table.num_rows
        columns = [table.column(c).to_pylist() if c in known else blank for c in COLUMNS]
        rows = (FactorRow(*cells) for cells in zip(*columns, strict=True))
        return tuple(sorted(rows, key=lambda row: row.id))

    def narrow(self, name: str, where: Where = ()) -> Narrowed:
        """Return the rows of a property that meet conditions on columns, and what each left.

        A large release is read in part; the answer is the same.
        """
        if self._reader is not None:
            return self._reader.narrow(name, where)
        left = self.by_property.get(name, ())
        counts = [len(left)]
        for column, allowed in where:
            if not left:
                break
            kept = tuple(row for row in left if getattr(row, column) in allowed)
            counts.append(len(kept))
            if not kept:
                there = frozenset(str(getattr(row, column)) for row in left)
                return Narrowed(tuple(counts), (), there)
            left = kept
        return Narrowed(tuple(counts), left)

    @cached_property
    def _reader(self) -> Reader | None:
        """What reads a large release in part; None for one that is read whole."""
        if int(self.facts.get("rows", 0)) < LARGE or "rows" in self.__dict__:
            return None
        from mrv.factors.book import Book
    from mrv.factors.large import Reader

        verified(self.path / ROWS_FILE, str(self.facts["parquet_sha256"]))
        return Reader(self.path / ROWS_FILE)

    @cached_property
    def by_property(self) -> Mapping[str, tuple[FactorRow, ...]]:
        """The rows of each property, ordered by id."""
        found: dict[str, list[FactorRow]] = {}
        for row in sorted(self.rows, key=lambda row: row.id):
            found.setdefault(row.property, []).append(row)
        return {name: tuple(rows) for name, rows in found.items()}

    @cached_property
    def _by_id(self) -> Mapping[str, FactorRow]:
        return {row.id: row for row in self.rows}

    @cached_property
    def _names(self) -> Mapping[str, Mapping[str, Names]]:
        body = verified(self.path / NAMES_FILE, str(self.facts["vocabulary_sha256"]))
        return {
            kind: {
                key: Names(**{**n, "synonyms": tuple(n["synonyms"]), "units": tuple(n["units"])})
                for key, n in names.items()
            }
            for kind, names in json.loads(body).items()
        }

    def vocabulary(self, kind: str) -> Mapping[str, Names]:
        """Return the keys of a kind with their Chinese and English names.

        Args:
            kind: fuel, region, gas, energy-carrier or property.

        Raises:
            Refused: ``call.unknown-vocabulary``.

        Example:
            >>> open_store().vocabulary("fuel")["diesel"].zh
            '柴油'
        """
        if kind not in KINDS:
            refuse(
                "call.unknown-vocabulary",
                text(f"没有“{kind}”这种词表", f'there is no vocabulary kind "{kind}"'),
                hint=did_you_mean(kind, KINDS),
            )
        return self._names.get(kind, {})

    def find_key(self, kind: str, word: str) -> str:
        """Find the key that a Chinese or English spelling means.

        Raises:
            Refused: ``factor.unknown-key`` with the nearest known spelling.

        Example:
            >>> open_store().find_key("region", "天津市")
            'CN-TJ'
        """
        return find_key(self.vocabulary(kind), kind, word)

    def get(self, row_id: str) -> FactorRow:
        """Return the row with an id.

        Raises:
            Refused: ``factor.unknown-id`` with the nearest known ids.

        Example:
            >>> open_store().get("gbt32151.34-2024-c1/net-calorific-value/diesel").value
            '42.652'
        """
        found = self._find(row_id)
        if found is not None:
            return found
        return refuse(
            "factor.unknown-id",
            text(
                f"因子库 {self.release} 版中没有编号为“{row_id}”的因子",
                f'release {self.release} of the factors has no row "{row_id}"',
            ),
            hint=None if self._reader is not None else did_you_mean(row_id, self._by_id),
        )

    def _find(self, row_id: str) -> FactorRow | None:
        return self._by_id.get(row_id) if self._reader is None else self._reader.get(row_id)

    def has(self, row_id: str) -> bool:
        """Tell whether the release has a row with this id."""
        return self._find(row_id) is not None

    @property
    def layers(self) -> tuple[Store, ...]:
        """The releases that the store is made of, the preferred one first: here, itself."""
        return (self,)

    def release_of(self, row_id: str) -> str:
        """Return the name of the release that a row is from; empty if none has it."""
        return self.release if self.has(row_id) else ""

    @cached_property
    def book(self) -> Book:
        """The folded texts that a search reads, made at the first one."""
        from mrv.factors.book import Book

        return Book(self)

    def search(self, words: str, **conditions: Any) -> tuple[Hit, ...]:
        """Find rows by words, best first; see `mrv.factors.search.search` for the conditions.

        Example:
            >>> open_store().search("柴油", property="oxidation-factor", limit=1)[0].row.value
            '98'
        """
        from mrv.factors.search import search

        return search(self, words, **conditions)

    def used_in(self, row_id: str) -> tuple[Need, ...]:
        """Return the factor needs of the built-in methodologies that a row may answer.

        Raises:
            Refused: ``factor.unknown-id``.

        Example:
            >>> needs = open_store().used_in("gbt32151.34-2024-c1/oxidation-factor/diesel")
            >>> sorted({need.document for need in needs})
            ['modules/combustion']
        """
        from mrv.factors.needs import used_in

        return used_in(self.get(row_id))


BUILT_IN = "built-in"
"""In an order of releases: the newest one that comes with the program."""


def open_store(
    release: str | None = None,
    folders: Sequence[Path] = (),
    order: Sequence[str] = (),
) -> Store:
    """Open a release of the factor store, or several in an order.

    Args:
        release: its name; None takes the newest release of the first place that has any.
        folders: folders of the user, laid out like ``factors/`` (releases below ``releases/``),
            searched before the built-in one.
        order: names of releases, the preferred one first, to be looked up together; ``built-in``
            stands for the newest that comes with the program. Not together with ``release``.

    Raises:
        Refused: ``factor.unknown-release``, ``factor.release-damaged``, ``call.release-order``.

    Example:
        >>> open_store("2026-11.1").release
        '2026-11.1'
        >>> open_store(order=["built-in"]).release == open_store().release
        True
    """
    if not order:
        return _find(release, (*folders, folder("factors")))
    if release is not None or len(set(order)) != len(order):
        refuse(
            "call.release-order",
            text(
                "order 中每个版本只能写一次，且不能与 release 同用",
                "an order names each release once and does not go together with release",
            ),
        )
    found = [
        _find(None, (folder("factors"),))
        if name == BUILT_IN
        else _find(name, (*folders, folder("factors")))
        for name in order
    ]
    if len(found) == 1:
        return found[0]
    from mrv.factors.layers import layered

    return layered(found)


def _find(release: str | None, places: Sequence[Path]) -> Store:
    """Open a release by name, or the newest of the first place that has any."""
    known: list[str] = []
    for place in places:
        here = {p.parent.name: p.parent for p in place.glob(f"releases/*/{RELEASE_FILE}")}
        known += here
        name = release if release is not None else max(here, key=release_order, default=None)
        if name is not None and name in here:
            return _open(name, here[name])
    return refuse(
        "factor.unknown-release",
        text(
            f"没有名为“{release}”的因子库版本" if release else "没有任何因子库版本",
            f'there is no factor release "{release}"' if release else "there is no factor release",
        ),
        hint=did_you_mean(release or "", known),
    )


def open_store_at(releases: Path, release: str) -> Store:
    """Open a release in a folder of releases.

    Raises:
        Refused: ``factor.release-damaged``.
    """
    return _open(release, releases / release)


def _open(name: str, path: Path) -> Store:
    """Open the release in a folder; its description must be readable and name itself."""
    try:
        facts = json.loads((path / RELEASE_FILE).read_text(encoding="utf-8"))
        sound = facts["release"] == name and {
            "parquet_sha256",
            "vocabulary_sha256",
            "content_sha256",
        } <= set(facts)
    except (OSError, ValueError, KeyError, TypeError):
        sound, facts = False, {}
    if not sound:
        damaged(path / RELEASE_FILE)
    return Store(release=name, path=path, facts=facts)
