"""Who uses a factor: the needs that methodologies declare, and the rows that may answer them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrv.language.declare import parse_document
from mrv.language.model import ByChoice
from mrv.messages import Refused
from mrv.resources import folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from mrv.factors.row import FactorRow
    from mrv.language.model import Condition, Document

_CASES = ".cases.yaml"


@dataclass(frozen=True)
class Need:
    """A factor that a document asks the store for.

    Attributes:
        document: the methodology or module that declares it, as its path below the folder.
        factor: its name there.
        property: the property of the rows that may answer.
        where: columns and the values that they may have; a value that depends on the data is left
            out, so that a need answers to too many rows rather than too few.
        pin: the one row that it takes, if it names one.
        methodologies: the methodologies that it reaches: the document itself, or those that use
            the module, directly or through others.
        place: file and line of the declaration.
    """

    document: str
    factor: str
    property: str
    where: tuple[tuple[str, frozenset[str]], ...]
    pin: str | None
    methodologies: tuple[str, ...]
    place: str

    def may_take(self, row: FactorRow) -> bool:
        """Tell whether a row may answer this need for some key, region and period."""
        if row.property != self.property or (self.pin is not None and row.id != self.pin):
            return False
        return all(str(getattr(row, name, "")) in values for name, values in self.where)


def read_needs(place: Path | None = None) -> tuple[Need, ...]:
    """Read the factor needs of every methodology and module below a folder.

    Args:
        place: the folder; None takes the built-in methodologies. A file that cannot be read is
            passed over: `mrv check` is what says so.

    Example:
        >>> {need.property for need in read_needs()} >= {"grid-average", "oxidation-factor"}
        True
    """
    home = folder("methodologies") if place is None else place
    documents: dict[str, Document] = {}
    for path in sorted(home.rglob("*.yaml")):
        if path.name.endswith(_CASES):
            continue
        name = path.relative_to(home).with_suffix("").as_posix()
        try:
            documents[name] = parse_document(path, f"{name}.yaml")
        except Refused:
            continue
    reached = _reach(documents)
    return tuple(
        Need(
            name,
            use.name,
            use.property,
            tuple(_values(condition) for condition in use.where if _fixed(condition[1])),
            use.pin,
            reached[name],
            str(use.place),
        )
        for name, document in documents.items()
        for use in document.factors
    )


def used_in(row: FactorRow, needs: Iterable[Need] | None = None) -> tuple[Need, ...]:
    """Return the declared needs that a row may answer.

    Args:
        row: the row.
        needs: as from `read_needs`; None reads the built-in methodologies.

    Example:
        >>> from mrv.factors import open_store
        >>> row = open_store().get("mee-nbs-electricity/grid-average/electricity/CN-TJ/2023")
        >>> "modules/electricity" in {need.document for need in used_in(row)}
        True
    """
    known = read_needs() if needs is None else needs
    return tuple(need for need in known if need.may_take(row))


def cases_of(methodologies: Iterable[str], place: Path | None = None) -> tuple[str, ...]:
    """Return the files of worked cases that lie beside some methodologies."""
    home = folder("methodologies") if place is None else place
    names = (f"{name}{_CASES}" for name in sorted(set(methodologies)))
    return tuple(name for name in names if (home / name).is_file())


def _fixed(condition: Condition) -> bool:
    """Tell whether the allowed values are all written out, none taken from the data."""
    return all("{" not in value for value in _listed(condition))


def _listed(condition: Condition) -> tuple[str, ...]:
    if isinstance(condition, ByChoice):
        return tuple(value for _, branch in condition.values for value in _listed(branch))
    return condition


def _values(pair: tuple[str, Condition]) -> tuple[str, frozenset[str]]:
    return pair[0], frozenset(_listed(pair[1]))


def _reach(documents: Mapping[str, Document]) -> dict[str, tuple[str, ...]]:
    """Return for each document the methodologies that its content reaches."""
    users: dict[str, set[str]] = {name: set() for name in documents}
    for name, document in documents.items():
        for use in document.uses:
            for target in _targets(use.module.text, documents):
                users[target].add(name)
    return {name: _methodologies(name, documents, users) for name in documents}


def _targets(written: str, documents: Mapping[str, Document]) -> Sequence[str]:
    """Return the documents that a used module may be: by path, or by its last part."""
    module = written.partition("@")[0]
    return [n for n in documents if n == module or n.rsplit("/", 1)[-1] == module]


def _methodologies(
    name: str, documents: Mapping[str, Document], users: Mapping[str, set[str]]
) -> tuple[str, ...]:
    found: set[str] = set()
    seen, wait = set[str](), [name]
    while wait:
        here = wait.pop()
        if here in seen:
            continue
        seen.add(here)
        if documents[here].kind == "methodology":
            found.add(here)
        wait += users[here]
    return tuple(sorted(found))
