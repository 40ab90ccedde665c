"""Several releases as one store: a user's own in front of the built-in one, or behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from mrv.factors.kept import Store
from mrv.messages import Diagnostic, Place, Refused, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mrv.factors.row import FactorRow
    from mrv.factors.vocabulary import Names


@dataclass(frozen=True)
class Layered(Store):
    """Releases in order of preference; each row still knows which of them it is from.

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
        found: dict[str, FactorRow] = {}
        clashes: list[Diagnostic] = []
        for store in self.stores:
            for row in store.rows:
                first = found.setdefault(row.id, row)
                if first.row_hash != row.row_hash:
                    clashes.append(_clash(self.release_of(row.id), store, first, row))
        if clashes:
            raise Refused(clashes)
        return tuple(found[row_id] for row_id in sorted(found))

    @cached_property
    def _home(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for store in self.stores:
            for row in store.rows:
                found.setdefault(row.id, store.release)
        return found

    def release_of(self, row_id: str) -> str:
        """Return the name of the release that a row is from; empty if none has it."""
        return self._home.get(row_id, "")

    @cached_property
    def _names(self) -> Mapping[str, Mapping[str, Names]]:
        found: dict[str, dict[str, Names]] = {}
        for store in self.stores:
            for kind, names in store._names.items():  # noqa: SLF001 - a store of the same class
                for key, name in names.items():
                    found.setdefault(kind, {}).setdefault(key, name)
        return found


def layered(stores: Sequence[Store]) -> Layered:
    """Put releases in order, front first.

    The content hash is that of the hashes of the releases in their order, so that a receipt tells
    one order from another.
    """
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
