"""The Python interface: load a methodology, run it on frames, read frames back."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mrv.engine.run import run
from mrv.factors.store import open_with_own
from mrv.language.library import later
from mrv.language.loading import load as load_checked
from mrv.language.period import parse_period

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mrv.activity import Settings
    from mrv.activity.salt import Salt
    from mrv.engine.run import Run
    from mrv.factors import Store
    from mrv.language.checked import Methodology


@dataclass(frozen=True)
class Loaded:
    """A checked methodology with the factor store that it runs against.

    Attributes:
        methodology: the checked rules, for the choices stated when it was loaded.
        store: the factor release.
    """

    methodology: Methodology
    store: Store = field(repr=False)
    folders: tuple[Path, ...] = field(default=(), repr=False)

    def run(
        self,
        data: Mapping[str, object] | Path | str,
        *,
        period: int | str | Sequence[int | str],
        mapping: Mapping[str, object] | Path | None = None,
        units: str | None = None,
        settings: Settings | None = None,
        salt: Path | str | bytes | None = None,
    ) -> Run:
        """Run on pandas frames, Arrow tables, rows, or files.

        Args:
            data: tables by input name, or a folder, or a file.
            period: accounting period such as ``2025`` or ``"2025-Q1"``, or several of one kind.
            mapping: how foreign columns become the declared ones.
            units: ``"declared"`` where columns that state no unit are in the declared one.
            settings: threads and memory.
            salt: what secret keys are hashed with, if the methodology has any: the path of a salt
                file, its hexadecimal digits, or bytes; else that of the environment (``MRV_SALT``).

        Returns:
            The run: ``outputs`` and ``frame(name)`` are pandas frames.

        Raises:
            Refused: everything that is wrong with the data, at once.

        Example:
            >>> import mrv
            >>> ships = mrv.load("water-freight/annual-ship-report")  # doctest: +SKIP
            >>> ships.run({"ship_year": frame}, period=2018).outputs  # doctest: +SKIP
        """
        listed = [period] if isinstance(period, int | str) else list(period)
        return run(
            self.methodology, data,
            periods=tuple(parse_period(str(one)) for one in listed), store=self.store,
            mapping=mapping, settings=settings, units=units, editions=later(self.folders),
            salt=salt_for(self.methodology, salt),
        )  # fmt: skip


def salt_for(methodology: Methodology, given: Path | str | bytes | None) -> Salt | None:
    """Return the salt that a methodology needs; None if it has no secret keys or none is at hand.

    Raises:
        Refused: ``salt.*`` for what cannot be one.
    """
    from mrv.activity.salt import salt_of

    secret = any(c.secret for table in methodology.inputs.values() for c in table.columns)
    return salt_of(given) if secret or given is not None else None


def load(
    name: str,
    *,
    edition: str | None = None,
    choices: Mapping[str, str] | None = None,
    folders: Iterable[Path] = (),
    release: str | None = None,
    factors: Iterable[Path | str] = (),
    first: Literal["own", "built-in"] = "own",
) -> Loaded:
    """Load and check a methodology by name or path.

    Args:
        name: such as ``water-freight/enterprise``, or a path to a file.
        edition: the edition wanted; None for the newest.
        choices: choices stated, such as ``{"shore_power": "counted"}``.
        folders: own folders of methodologies, looked into first.
        release: the factor release to use; None for the newest.
        factors: own folders of factor releases, looked up together with the built-in one.
        first: which of them answers where both could.

    Raises:
        Refused: every finding about the file and the choices.
    """
    store = open_with_own(release, [Path(place) for place in factors], first)
    own = tuple(folders)
    checked = load_checked(
        name, edition=edition, choices=choices, vocabularies=words(store), folders=own
    )
    return Loaded(checked, store, own)


def words(store: Store) -> dict[str, frozenset[str]]:
    """Return the words of the store's vocabularies, which formulas may compare with."""
    return {kind: frozenset(store.vocabulary(kind)) for kind in ("fuel", "region", "gas")}
