"""Several releases as one store: a user's own in front of the built-in one, or behind it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from itertools import combinations
from typing import TYPE_CHECKING

from mrv.factors.kept import Store
from mrv.factors.large import Narrowed, shared_ids
from mrv.messages import Diagnostic, Place, Refused, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mrv.factors.large import Where
    from mrv.factors.row import FactorRow
    from mrv.factors.vocabulary import Names


@dataclass(frozen=True)
class Layered(Store):
    """Releases in order of preference; each row still knows which of them it is from.

    Rows that two releases have alike are there once, from the front release; two meanings of one
    id are refused as soon as an answer could depend on them.

    Attributes:
        stores: the releases, front first.
    """

    stores: tuple[Store, ...] = field(default=(), repr=False)

    @property
    def layers(self) -> tuple[Store, ...]:
        """The releases, front first."""
        return self.stores

    @cached_property
    def rows(self) -> tuple[FactorRow, ...]:
        """All rows of all releases, ordered by id.

        Raises:
            Refused: ``factor.id-in-two-releases`` where two releases mean different things by one
                id; equal rows are kept once, from the front release.
        """
        found = self._joined((store, store.rows) for store in self.stores)
        return tuple(found[row_id] for row_id in sorted(found))

    def narrow(self, name: str, where: Where = ()) -> Narrowed:
        """Return the rows of a property that meet conditions on columns, and what each left.

        Raises:
            Refused: ``factor.id-in-two-releases``.
        """
        parts = [store.narrow(name, where) for store in self.stores]
        twice = self._twice(name)
        counts: list[int] = []
        for stage in range(len(where) + 1):
            left = sum(part.counts[stage] for part in parts if stage < len(part.counts))
            tests = where[:stage]
            counts.append(left - sum(all(getattr(r, c) in v for c, v in tests) for r in twice))
            if not counts[-1]:
                break
        found = self._joined(
            (store, part.rows) for store, part in zip(self.stores, parts, strict=True)
        )
        there = frozenset[str]().union(
            *(part.there for part in parts if len(part.counts) == len(counts))
        )
        rows = tuple(found[row_id] for row_id in sorted(found))
        return Narrowed(tuple(counts), rows, frozenset() if rows else there)

    def _joined(self, parts: Iterable[tuple[Store, Sequence[FactorRow]]]) -> dict[str, FactorRow]:
        """Put rows of several releases together by id, remembering where each is from."""
        found: dict[str, FactorRow] = {}
        clashes: list[Diagnostic] = []
        for store, rows in parts:
            for row in rows:
                first = found.setdefault(row.id, row)
                if first is row:
                    self._homes.setdefault(row.id, store.release)
                elif first.row_hash != row.row_hash:
                    clashes.append(_clash(self._homes[row.id], store, first, row))
        if clashes:
            raise Refused(clashes)
        return found

    def _twice(self, name: str) -> tuple[FactorRow, ...]:
        """Return the rows of a property that a release repeats from one before it.

        Raises:
            Refused: ``factor.id-in-two-releases``.
        """
        found = self._repeats.get(name)
        if found is None:
            pairs = combinations(self.stores, 2)
            ids = {row_id for pair in pairs for row_id in shared_ids(*pair, name)}
            where = (("id", tuple(sorted(ids))),)
            parts = [
                (store, store.narrow(name, where).rows if ids else ()) for store in self.stores
            ]
            once = self._joined(parts)
            times = Counter(row.id for _, rows in parts for row in rows)
            found = tuple(row for row in once.values() for _ in range(1, times[row.id]))
            self._repeats[name] = found
        return found

    @cached_property
    def _repeats(self) -> dict[str, tuple[FactorRow, ...]]:
        return {}

    @cached_property
    def _homes(self) -> dict[str, str]:
        """The release of each row met so far: what has been found need not be found again."""
        return {}

    def _find(self, row_id: str) -> FactorRow | None:
        here = ((store, store._find(row_id)) for store in self.stores)  # noqa: SLF001 - a store
        rows = self._joined((store, [row]) for store, row in here if row is not None)
        return rows.get(row_id)

    def agree(self, rows: Iterable[FactorRow]) -> None:
        """Refuse rows whose id means another thing in another release.

        Raises:
            Refused: ``factor.id-in-two-releases``.
        """
        ids = [row.id for row in rows]
        here = ((store, map(store.columns.find, ids)) for store in self.stores)
        self._joined((store, [row for row in found if row is not None]) for store, found in here)

    def release_of(self, row_id: str) -> str:
        """Return the name of the release that a row is from; empty if none has it."""
        if row_id not in self._homes:
            self._find(row_id)
        return self._homes.get(row_id, "")

    @cached_property
    def _names(self) -> Mapping[str, Mapping[str, Names]]:
        """The vocabularies together: a key keeps the names of the front release and gains more."""
        found: dict[str, dict[str, Names]] = {}
        for store in self.stores:
            for kind, names in store._names.items():  # noqa: SLF001 - a store of the same class
                here = found.setdefault(kind, {})
                for key, name in names.items():
                    here[key] = _both(here[key], name) if key in here else name
        return found


def _both(front: Names, behind: Names) -> Names:
    """Add the spellings of the release behind to those of the one in front."""
    if front == behind:
        return front
    words = dict.fromkeys((*front.synonyms, behind.zh, behind.en, *behind.synonyms))
    told = {front.zh, front.en, ""}
    return replace(front, synonyms=tuple(word for word in words if word not in told))


def layered(stores: Sequence[Store]) -> Layered:
    """Put releases in order, front first.

    The content hash is that of the hashes of the releases in their order, so that a receipt tells
    one order from another.
    """
    if any(store.large for store in stores):
        # What reads a large release is loaded then, and reads a small one as well.
        stores = [replace(store, partly=True) for store in stores]
    joined = "\n".join(str(store.facts["content_sha256"]) for store in stores)
    release = " + ".join(store.release for store in stores)
    facts = {
        "release": release,
        "content_sha256": sha256(joined.encode()).hexdigest(),
        "layers": [
            {"release": store.release, "content_sha256": store.facts["content_sha256"]}
            for store in stores
        ],
    }
    return Layered(release, stores[0].path, facts, tuple(stores))


def _clash(front: str, behind: Store, one: FactorRow, other: FactorRow) -> Diagnostic:
    what = text(
        f"编号“{one.id}”在版本 {front} 中为 {one.value} {one.unit}，"
        f"在 {behind.release} 中为 {other.value} {other.unit}",
        f'the id "{one.id}" is {one.value} {one.unit} in release {front} and '
        f"{other.value} {other.unit} in {behind.release}",
    )
    hint = text(
        "请给自己的因子另起数据表名（dataset），编号即随之不同。",
        "Give your own rows a dataset of their own; their ids then differ.",
    )
    place = Place(file=str(behind.path))
    return Diagnostic("factor.id-in-two-releases", what, place, hint=hint)
