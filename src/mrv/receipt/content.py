"""Content hashes of tables: the same for the same rows, whatever the file and its layout.

The rows are read in a stated order (see :mod:`mrv.receipt.tables`), so the order in which the
emitter had them does not matter; each column is hashed as plain little-endian values with a byte
per row that says whether it is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from mrv.receipt.canonical import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    import pyarrow as pa

PLACE = "_row"
"""Where a row stands in the emitter's file: recorded, but no part of the content."""


@dataclass(frozen=True)
class Content:
    """What a table holds.

    Attributes:
        rows: number of rows.
        columns: hash of each column, in the table's order, without the place.
        sha256: hash of them all with their names.
    """

    rows: int
    columns: Mapping[str, str]
    sha256: str


class Hasher:
    """Takes batches of a table, whatever their size, and tells its content at the end."""

    def __init__(self, names: Sequence[str]) -> None:
        """Begin a table with the columns named."""
        self._names = list(names)
        self._values = [sha256() for _ in names]
        self._lengths = [sha256() for _ in names]
        self._there = [sha256() for _ in names]
        self._rows = 0

    def add(self, batch: pa.RecordBatch) -> None:
        """Take further rows; the columns are those named, in that order."""
        self._rows += batch.num_rows
        hashers = zip(self._values, self._lengths, self._there, strict=True)
        for column, (values, lengths, there) in zip(batch.columns, hashers, strict=True):
            plain, long = _plain(column)
            values.update(plain)
            lengths.update(long)
            there.update(_there(column))

    def content(self) -> Content:
        """Return the hashes of all that was taken."""
        hashers = zip(self._names, self._values, self._lengths, self._there, strict=True)
        columns = {
            name: sha256(b"".join(one.digest() for one in own)).hexdigest()
            for name, *own in hashers
            if name != PLACE
        }
        body = {"rows": self._rows, "columns": [[n, h] for n, h in columns.items()]}
        return Content(self._rows, columns, sha256(canonical(body)).hexdigest())


def content_of(names: Sequence[str], batches: Iterable[pa.RecordBatch]) -> Content:
    """Hash a table that comes in batches.

    Example:
        >>> import pyarrow as pa
        >>> one = pa.record_batch({"ship": ["A", "B"], "burned": [1.0, None]})
        >>> two = [one.slice(0, 1), one.slice(1)]
        >>> content_of(["ship", "burned"], [one]) == content_of(["ship", "burned"], two)
        True
    """
    hasher = Hasher(names)
    for batch in batches:
        hasher.add(batch)
    return hasher.content()


def _there(column: pa.Array) -> bytes:
    import pyarrow.compute as pc

    if not column.null_count:
        return b"\x01" * len(column)
    flags: np.ndarray[Any, Any] = pc.is_valid(column).to_numpy(zero_copy_only=False)
    return flags.tobytes()


def _plain(column: pa.Array) -> tuple[bytes, bytes]:
    """Return the values of a column as bytes, and the lengths of texts.

    What is missing counts as zero or empty.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    there = column if not column.null_count else None
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        plain = column.cast(pa.large_binary())
        filled = plain if there is not None else pc.fill_null(plain, b"")
        lengths = pc.binary_length(filled).to_numpy(zero_copy_only=False).astype("<i8")
        return _letters(filled, int(lengths.sum())), lengths.tobytes()
    if pa.types.is_timestamp(kind):
        column = column.cast(pa.timestamp("us")).cast(pa.int64())
    elif pa.types.is_boolean(kind):
        column = column.cast(pa.int8())
    filled = column if there is not None else pc.fill_null(column, 0)
    width = "<f8" if pa.types.is_floating(column.type) else "<i8"
    return filled.to_numpy(zero_copy_only=False).astype(width, copy=False).tobytes(), b""


def _letters(column: pa.Array, size: int) -> bytes:
    """Return all texts of a column without gaps, as they lie in its buffer."""
    _, offsets, letters = column.buffers()
    if letters is None:
        return b""
    first = int.from_bytes(offsets[column.offset * 8 : column.offset * 8 + 8], "little")
    return bytes(letters[first : first + size])
