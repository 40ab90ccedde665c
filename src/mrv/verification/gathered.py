"""Many receipts as one data set: those that rest on the same rules and choices run together.

Each receipt becomes an organisation of one run, so that a thousand receipts cost one run and not
a thousand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mrv.activity.sealed import SealedTable
from mrv.messages import Refused
from mrv.receipt.opened import open_receipt
from mrv.receipt.tables import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from contextlib import ExitStack
    from pathlib import Path

    from mrv.messages import Diagnostic
    from mrv.receipt.manifest import Receipt
    from mrv.receipt.opened import Opened

_BETWEEN = "\x1f"


@dataclass
class Together:
    """Receipts that rest on the same rules, modules and choices.

    Attributes:
        opened: the receipts, in the order given.
    """

    opened: list[Opened] = field(default_factory=list)

    @property
    def first(self) -> Opened:
        """The receipt whose rules stand for all."""
        return self.opened[0]

    @property
    def periods(self) -> tuple[str, ...]:
        """The accounting periods of all of them."""
        return tuple(dict.fromkeys(p for one in self.opened for p in one.receipt.periods))

    def whose(self, organisation: str) -> tuple[int, str]:
        """Return the receipt that an organisation of the joint run stands for, and its own name."""
        at, _, name = organisation.partition(_BETWEEN)
        return int(at), name

    def data(self, folder: Path) -> dict[str, object]:
        """Write the tables of all receipts together, as one run takes them."""
        import duckdb

        found: dict[str, object] = {}
        names = dict.fromkeys(t.name for one in self.opened for t in one.receipt.inputs)
        with duckdb.connect() as connection:
            for name in names:
                target = folder / f"{name}.parquet"
                parts = list(self._parts(name))
                if parts:
                    sql = " UNION ALL BY NAME ".join(parts)
                    path = str(target).replace("'", "''")
                    connection.execute(f"COPY ({sql}) TO '{path}' (FORMAT parquet)")
                    found[name] = SealedTable(target, name)
        return found

    def _parts(self, name: str) -> Iterable[str]:
        """Write the query of each receipt's rows, under the number of the receipt."""
        for at, one in enumerate(self.opened):
            table = next((t for t in one.receipt.inputs if t.name == name), None)
            if table is None or not table.rows:
                continue
            path = str(one.folder / table.member).replace("'", "''")
            columns = [c.name for c in table.columns if c.name not in {"organisation", "period"}]
            own = f"|| {quoted('organisation')}" if table.has_organisation else ""
            period = quoted("period") if table.has_period else f"'{one.receipt.periods[0]}'"
            # a table that is not dated stands in every period of a receipt with several
            dated = table.has_period or len(one.receipt.periods) == 1
            heads = [f"'{at}{_BETWEEN}' {own} AS organisation"]
            heads += [f"{period} AS period"] if dated else []
            yield f"SELECT {', '.join([*heads, *map(quoted, columns)])} FROM read_parquet('{path}')"


def open_all(
    stack: ExitStack, paths: Sequence[Path], told: Callable[[int], None] = lambda _: None
) -> tuple[list[Together], list[tuple[str, tuple[Diagnostic, ...]]]]:
    """Open receipts and put those together that rest on the same rules and choices.

    Args:
        stack: closes them in the end.
        paths: the receipts.
        told: is told how many are open.

    Returns:
        The receipts by what they rest on, and those that are not what they say, with the reasons.
    """
    groups: dict[object, Together] = {}
    refused: list[tuple[str, tuple[Diagnostic, ...]]] = []
    for count, path in enumerate(paths, start=1):
        try:
            opened = stack.enter_context(open_receipt(path))
        except Refused as error:
            refused.append((path.name, tuple(error.diagnostics)))
        else:
            groups.setdefault(_basis_of(opened.receipt), Together()).opened.append(opened)
        told(count)
    return list(groups.values()), refused


def _basis_of(receipt: Receipt) -> object:
    rules = tuple(rule.sha256 for rule in (receipt.methodology, *receipt.modules))
    choices = tuple((choice.name, choice.value) for choice in receipt.choices)
    releases = tuple(release.name for release in receipt.releases)
    lengths = {len(period) for period in receipt.periods}
    return rules, choices, releases, tuple(sorted(lengths)), len(receipt.periods) > 1
