"""The factor store for people who work with pandas: search, get, resolve."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mrv.factors.resolve import resolve
from mrv.factors.store import open_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from mrv.factors.resolve import Resolution
    from mrv.factors.store import Store
    from mrv.messages import Text


@dataclass(frozen=True)
class Factors:
    """An opened factor store that answers in frames.

    Attributes:
        store: the store itself, for programs.
    """

    store: Store

    def search(self, words: str = "", *, limit: int = 20, **wishes: Any) -> pd.DataFrame:
        """Find factors by words, the best first; without words all that pass the filters.

        Args:
            words: Chinese or English names, synonyms, codes, regions, years; each must occur.
            limit: how many rows at most.
            **wishes: filters: ``region``, ``year``, ``unit``, ``boundary``, ``source``,
                ``confidence``, ``kind``, ``property``; see `mrv.factors.search.search`.

        Returns:
            A row for each factor with every attribute, after ``release``, ``score`` and why it was
            found in both languages. If none was, ``attrs["hint"]`` tells what may have been meant;
            ``attrs["notes"]`` has what there is to know about the search itself.

        Raises:
            Refused: a filter names what the store does not know.

        Example:
            >>> found = open().search("柴油", property="低位发热量", source="32151.34")
            >>> found.loc[0, ["id", "value", "unit", "why_en"]].tolist()[1:]
            ['42.652', 'GJ[LHV]/t', '"柴油" in the name']
            >>> open().search("deisel").attrs["hint"].en
            'no row holds "deisel"; did you mean "diesel"?'
        """
        from mrv.factors.frames import to_frame
        from mrv.factors.search import pick, search

        if words.strip():
            found = search(self.store, words, limit=limit, **wishes)
        else:
            found = pick(self.store, limit=limit, **wishes)
        frame = to_frame(hit.row for hit in found)
        frame.insert(0, "release", [hit.release for hit in found])
        frame.insert(1, "score", [hit.score for hit in found])
        frame.insert(2, "why_zh", [hit.reason.zh for hit in found])
        frame.insert(3, "why_en", [hit.reason.en for hit in found])
        frame.attrs["notes"] = self.store.notes
        if not found:
            frame.attrs["hint"] = self.hint(words)
        return frame

    def hint(self, words: str) -> Text:
        """Say what a search that found nothing may have meant."""
        from mrv.factors.search import hint

        return hint(self.store, words)

    def get(self, row_id: str) -> pd.Series[Any]:
        """Return every attribute of one factor.

        Raises:
            Refused: ``factor.unknown-id`` with the nearest known ids.

        Example:
            >>> open().get("gbt32151.34-2024-c1/net-calorific-value/diesel")["value"]
            '42.652'
        """
        from mrv.factors.frames import to_frame

        return to_frame([self.store.get(row_id)]).iloc[0].rename(row_id)

    def resolve(self, property: str, **wishes: Any) -> Resolution:  # noqa: A002 - its name
        """Return what a methodology would get, and why; see `mrv.factors.wanted.wanted`.

        Args:
            property: what the number is, such as ``grid-average``.
            **wishes: ``key``, ``region`` (one or several in order), ``year``, ``unit``,
                ``dataset``, ``gwp_set``, ``time``, ``pin``.

        Raises:
            Refused: a wish names what the store does not know or cannot be.

        Example:
            >>> found = open().resolve("grid-average", region=["天津", "CN"], year=2023)
            >>> found.row.value, found.row.unit, found.cost
            ('0.6796', 'kg CO2/kWh', 0)
        """
        from mrv.factors.wanted import wanted

        return resolve(self.store, wanted(self.store, property, **wishes))


def open(  # noqa: A001 - ``mrv.factors.open()`` says what it does
    release: str | None = None,
    folders: str | Path | Sequence[str | Path] = (),
    order: Sequence[str] = (),
) -> Factors:
    """Open the factor store.

    Args:
        release: name of a release; None takes the newest.
        folders: the user's own folders of releases, looked in first.
        order: names of releases to be looked up together, the preferred one first; ``built-in``
            stands for the newest that comes with the program.

    Raises:
        Refused: as `mrv.factors.open_store`.

    Example:
        >>> open("2026-11.1").store.release
        '2026-11.1'
    """
    places = (folders,) if isinstance(folders, str | Path) else tuple(folders)
    return Factors(open_store(release, [Path(place) for place in places], order))
