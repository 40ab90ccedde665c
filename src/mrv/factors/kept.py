"""The store: one release of the factors, opened, checked against its hash, and looked up."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mrv.factors.files import NAMES_FILE, ROWS_FILE, verified
from mrv.factors.large import LARGE, Narrowed
from mrv.factors.row import COLUMNS, FactorRow
from mrv.factors.table import empty_cell, open_table, read_names
from mrv.factors.vocabulary import KINDS, find_key
from mrv.messages import did_you_mean, refuse, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from mrv.factors.book import Book
    from mrv.factors.columns import Columns
    from mrv.factors.large import Reader, Where
    from mrv.factors.needs import Need
    from mrv.factors.search import Hit
    from mrv.factors.vocabulary import Names
    from mrv.messages import Text


@dataclass(frozen=True)
class Store:
    """One release, read only.

    Attributes:
        release: its name, such as ``2026-11.1``.
        path: the folder of the release.
        facts: the content of its ``release.json``: hashes, row count, notes.
        partly: read it in part whatever its size, for it stands beside a large one.
    """

    release: str
    path: Path
    facts: Mapping[str, Any] = field(compare=False, repr=False)
    partly: bool = field(default=False, compare=False, repr=False, kw_only=True)

    @cached_property
    def rows(self) -> tuple[FactorRow, ...]:
        """All rows, ordered by id; read from the Parquet file at the first use.

        Raises:
            Refused: ``factor.release-damaged`` if the file is not the one that was released.
        """
        file = open_table(self)
        table = file.read()
        # A release made before a column was added has no such column: nothing was known then.
        known = set(table.column_names)
        for name in known:
            if table.column(name).null_count:
                empty_cell(self.path / ROWS_FILE, name)
        blank = [""] * table.num_rows
        columns = [table.column(c).to_pylist() if c in known else blank for c in COLUMNS]
        rows = (FactorRow(*cells) for cells in zip(*columns, strict=True))
        return tuple(sorted(rows, key=lambda row: row.id))

    def narrow(self, name: str, where: Where = ()) -> Narrowed:
        """Return the rows of a property that meet conditions on columns, and what each left.

        A large release is read in part; the answer is the same.
        """
        if self.reader is not None:
            return self.reader.narrow(name, where)
        left = self.by_property.get(name, ())
        counts = [len(left)]
        for column, allowed in where:
            if not left:
                break
            wanted = frozenset(allowed)
            kept = tuple(row for row in left if getattr(row, column) in wanted)
            counts.append(len(kept))
            if not kept:
                there = frozenset(str(getattr(row, column)) for row in left)
                return Narrowed(tuple(counts), (), there)
            left = kept
        return Narrowed(tuple(counts), left)

    @cached_property
    def reader(self) -> Reader | None:
        """What reads a large release in part; None for one that is read whole."""
        if not self.large or "rows" in self.__dict__:
            return None
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
        path = self.path / NAMES_FILE
        return read_names(path, verified(path, str(self.facts["vocabulary_sha256"])))

    def vocabulary(self, kind: str) -> Mapping[str, Names]:
        """Return the keys of a kind with their Chinese and English names.

        Args:
            kind: fuel, region, gas, energy-carrier or property.

        Raises:
            Refused: ``call.unknown-vocabulary``.

        Example:
            >>> from mrv.factors import open_store
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
            >>> from mrv.factors import open_store
            >>> open_store().find_key("region", "天津市")
            'CN-TJ'
        """
        return find_key(self.vocabulary(kind), kind, word)

    def get(self, row_id: str) -> FactorRow:
        """Return the row with an id.

        Raises:
            Refused: ``factor.unknown-id`` with the nearest known ids.

        Example:
            >>> from mrv.factors import open_store
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
            hint=None if self._partial else did_you_mean(row_id, self._by_id),
        )

    @property
    def _partial(self) -> bool:
        """Whether any release of the store is read in part."""
        return any(layer.large for layer in self.layers)

    def _find(self, row_id: str) -> FactorRow | None:
        return self._by_id.get(row_id) if self.reader is None else self.reader.get(row_id)

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
    def _searched(self) -> tuple[Columns, Text | None]:
        """The columns of the release, and why they are not kept from one start to the next."""
        from mrv.factors.index import large_columns, small_columns

        return large_columns(self) if self.large else (small_columns(self), None)

    @cached_property
    def books(self) -> tuple[Book, ...]:
        """The texts that a search reads, one book a release, made at the first search."""
        from mrv.factors.book import Book

        return tuple(Book(layer.columns, self, layer.release) for layer in self.layers)

    def agree(self, rows: Iterable[FactorRow]) -> None:
        """Refuse rows that two releases of the store tell differently; one release never does."""

    @property
    def columns(self) -> Columns:
        """The columns of the release, made at the first search."""
        return self._searched[0]

    @property
    def large(self) -> bool:
        """Whether the release is read in part."""
        return self.partly or int(self.facts.get("rows", 0)) >= LARGE

    @property
    def notes(self) -> tuple[Text, ...]:
        """What the user should know about the searches made so far."""
        found = (layer.__dict__.get("_searched", (None, None))[1] for layer in self.layers)
        return tuple(note for note in found if note is not None)

    def search(self, words: str, **conditions: Any) -> tuple[Hit, ...]:
        """Find rows by words, best first; see `mrv.factors.search.search` for the conditions.

        Example:
            >>> from mrv.factors import open_store
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
            >>> from mrv.factors import open_store
            >>> needs = open_store().used_in("gbt32151.34-2024-c1/oxidation-factor/diesel")
            >>> "modules/combustion" in {need.document for need in needs}
            True
        """
        from mrv.factors.needs import used_in

        return used_in(self.get(row_id))
