"""Secret keys become hashes while a table is opened, before anything else sees it.

What is staged, queried, validated and told about holds hashes only. Each different key of a batch
is hashed once; the hashes of a bounded number of keys are remembered from batch to batch.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mrv.activity.headers import find, find_written, spellings
from mrv.activity.mapping import ColumnMap
from mrv.activity.raw import Header
from mrv.activity.salt import TEST, tidied
from mrv.activity.sealed import SealedTable
from mrv.language.secret_keys import secret_columns
from mrv.messages import Diagnostic, Place, Refused, refuse, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import NoReturn

    import pyarrow as pa

    from mrv.activity.mapping import TableMap
    from mrv.activity.salt import Salt
    from mrv.activity.sources import Source
    from mrv.language.inputs import Column, Input
    from mrv.messages import Text

_REMEMBERED = 1 << 18
_ROW_GROUP = 122_880  # of DuckDB: larger batches only take more memory


@dataclass(frozen=True)
class Guard:
    """What is to be hashed in one table.

    Attributes:
        declared: the table.
        map: what the mapping says of it.
        salt: the salt.
    """

    declared: Input
    map: TableMap
    salt: Salt
    _hashes: dict[object, str | None] = field(default_factory=dict, repr=False)

    def positions(self, headings: Sequence[str]) -> frozenset[int]:
        """Return which of a user's columns hold secret keys, by the rules of reading them."""
        headers = [Header(heading, str(at), "text") for at, heading in enumerate(headings)]
        found: set[int] = set()
        for column in secret_columns(self.declared):
            source = self._map(column).source
            hits = (
                find(headers, spellings(column))
                if source is None
                else find_written(headers, source)
            )
            found |= {int(hit.column) for hit in hits}
        return frozenset(found)

    def hashed(self, table: Any, positions: frozenset[int]) -> Any:
        """Return an Arrow table or batch with hashes in some columns."""
        for at in positions:
            name = table.schema.field(at).name
            table = table.set_column(at, name, self._column(name, table.column(at)))
        return table

    def _map(self, column: Column) -> ColumnMap:
        return self.map.columns.get(column.name, ColumnMap())

    def _column(self, name: str, column: Any) -> Any:
        import pyarrow as pa

        if isinstance(column, pa.ChunkedArray):
            chunks = [self._array(name, chunk) for chunk in column.chunks]
            return pa.chunked_array(chunks, pa.string())
        return self._array(name, column)

    def _array(self, name: str, column: pa.Array) -> pa.Array:
        """Hash each different value once."""
        import pyarrow as pa

        if isinstance(column, pa.DictionaryArray):
            coded = column
        else:
            try:
                coded = column.dictionary_encode()
            except pa.ArrowNotImplementedError:
                _cannot(self.declared.name, name)
        kind = coded.type.value_type
        if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
            _cannot(self.declared.name, name)
        hashes = pa.array([self._hash(value) for value in coded.dictionary.to_pylist()], "string")
        return hashes.take(coded.indices)

    def _hash(self, value: object) -> str | None:
        try:
            return self._hashes[value]
        except KeyError:
            found = self._fresh(value)
        if len(self._hashes) < _REMEMBERED:
            self._hashes[value] = found
        return found

    def _fresh(self, value: object) -> str | None:
        from mrv.activity.frames import cell_text

        if value is None or value != value:  # noqa: PLR0124 - NaN
            return None
        written = tidied(value if isinstance(value, str) else cell_text(value))
        missing = {tidied(one) for one in self._missing()}
        return None if written in missing else self.salt.hashed(written)

    def _missing(self) -> tuple[str, ...]:
        """Return the texts that stand for a missing key in any secret column."""
        own = [self._map(column).missing for column in secret_columns(self.declared)]
        return ("", *self.map.missing, *(one for texts in own for one in texts))


def guard_of(declared: Input, table: TableMap, salt: Salt | None) -> Guard | None:
    """Return what guards a table; None if it has no secret keys.

    Raises:
        Refused: ``mapping.secret`` where the mapping asks for what cannot be done with hashes.
    """
    columns = secret_columns(declared)
    if not columns or salt is None:
        return None
    found = [
        Diagnostic(
            "mapping.secret",
            text(
                f"“{column.name}”是保密的键，映射中不能写 {word}",
                f'"{column.name}" is a secret key: the mapping cannot say `{word}` of it',
            ),
            Place(file="mapping", field=f"tables.{declared.name}.columns.{column.name}"),
            hint=text("请先在数据中处理好。", "Put the data right before."),
        )
        for column in columns
        for word in _asked(table.columns.get(column.name, ColumnMap()))
    ]
    guard = Guard(declared, table, salt)
    for condition in table.where:
        texts = condition.of or condition.never
        numbers = condition.above is not None or condition.below is not None
        if guard.positions([condition.column]) and (texts or numbers):
            found.append(
                Diagnostic(
                    "mapping.secret",
                    text(
                        f"“{condition.column}”是保密的键，不能按内容筛选",
                        f'"{condition.column}" is a secret key: rows cannot be chosen by it',
                    ),
                    Place(file="mapping", field=f"tables.{declared.name}.where"),
                    hint=text(
                        "只能用 missing: true 或 false；其余请按另一列筛选。",
                        "Only `missing: true` or `false` works; else filter by another column.",
                    ),
                )
            )
    if found:
        raise Refused(found)
    return guard


def open_secrets(inputs: Sequence[Input], sources: Mapping[str, Source]) -> list[str]:
    """Return the secret columns of the tables that are given, but for those already hashed."""
    return [
        f"{declared.name}.{column.name}"
        for declared in inputs
        if (source := sources.get(declared.name)) is not None
        and not isinstance(source.value, SealedTable)
        for column in secret_columns(declared)
    ]


def hashing_notes(guard: Guard | None, source: Source) -> list[Text]:
    """Say which columns appear as hashes, and under which salt."""
    if guard is None or isinstance(source.value, SealedTable):
        return []
    names = ", ".join(column.name for column in secret_columns(guard.declared))
    if guard.salt == TEST:
        return [
            text(
                f"{names}：以散列出现；所用的是公开的测试盐，不能保密",
                f"{names}: hashes under the public test salt, which keeps no secret",
            )
        ]
    mark = guard.salt.fingerprint
    return [
        text(
            f"{names}：只以加密散列出现（盐的指纹 {mark}）",
            f"{names}: keyed hashes only (fingerprint of the salt {mark})",
        )
    ]


def _asked(column: ColumnMap) -> list[str]:
    said = {
        "constant": column.constant is not None,
        "values": bool(column.values),
        "from: [...]": bool(column.joined),
        "row_number": column.row_number,
    }
    return [word for word, there in said.items() if there]


def _cannot(table: str, heading: str) -> NoReturn:
    refuse(
        "column.kind",
        text(
            f"“{heading}”的单元格是列表或二进制数据，无法读取",
            f'"{heading}" holds lists or binary data, which cannot be read',
        ),
        Place(file=table, field=heading),
    )


def stage_hashed(path: Path, staged: Path, guard: Guard, positions: frozenset[int]) -> None:
    """Copy a Parquet file, batch by batch, with hashes for secret keys.

    Args:
        path: the user's file.
        staged: the copy.
        guard: what is to be hashed.
        positions: in which columns.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        schema = file.schema_arrow
        for at in positions:
            schema = schema.set(at, pa.field(schema.field(at).name, pa.string()))
        with pq.ParquetWriter(staged, schema.remove_metadata(), compression="lz4") as out:
            for batch in file.iter_batches(_ROW_GROUP, use_threads=False):
                out.write_batch(guard.hashed(batch, positions), row_group_size=_ROW_GROUP)
    # what the copy needed is given back before the engine takes its share
    pa.default_memory_pool().release_unused()
