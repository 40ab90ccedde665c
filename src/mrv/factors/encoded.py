"""The columns of a release made from its Parquet file, one at a time so that little is held."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrv.factors.columns import DERIVED, TEXTS, Columns, doubt, rest, years
from mrv.factors.table import empty_cell
from mrv.factors.texts import Column, Texts, grams, narrow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    import pyarrow as pa
    import pyarrow.parquet as pq

    from mrv.factors.texts import Array

_TOLD = ("property", "key", "region", "reference_to")
_PART = 1 << 16
"""How many cells are read at a time."""


def in_memory(file: pq.ParquetFile, path: Path) -> Columns:
    """Read the columns of a small release.

    Raises:
        Refused: ``factor.release-schema``.
    """
    made = dict(produced(file, path))
    numbers = made.pop("number")
    assert isinstance(numbers, np.ndarray)  # noqa: S101 - what `produced` says
    columns = {name: column for name, column in made.items() if isinstance(column, Column)}
    return Columns(file.metadata.num_rows, columns.__getitem__, numbers)


def produced(file: pq.ParquetFile, path: Path) -> Iterator[tuple[str, Column | Array]]:
    """Yield every column by name, one at a time, for each row in the order of hits.

    Raises:
        Refused: ``factor.release-schema``.
    """
    import pyarrow as pa

    ids = _different(file, "id", path)
    order = _order(file, path, ids)
    yield "id", Column(ids.codes[order], ids.texts)
    column = _tables(ids, [_read(file, name, path) for name in _TOLD])
    yield "table", Column(column.codes[order], column.texts)
    del ids, column
    for name in TEXTS[1:]:
        pa.default_memory_pool().release_unused()
        column = _read(file, name, path)
        yield name, Column(column.codes[order], column.texts)
    yield "number", _numbers(file, path)[order]
    for name, (sources, make) in DERIVED.items():
        column = _derive([_read(file, source, path) for source in sources], make)
        yield name, Column(column.codes[order], column.texts)


def _read(file: pq.ParquetFile, name: str, path: Path) -> Column:
    """Read a column in the order of the file; one that is not there is empty throughout."""
    if name not in file.schema_arrow.names:
        return Column(np.zeros(file.metadata.num_rows, np.uint8), Texts.of([""]))
    return _coded(_cells(file, name, path))


def _cells(file: pq.ParquetFile, name: str, path: Path) -> pa.ChunkedArray:
    import pyarrow as pa

    # In parts and in this thread: a whole column at once takes twice the memory.
    batches = file.iter_batches(_PART, columns=[name], use_threads=False)
    parts = [batch.column(0) for batch in batches]
    kind = file.schema_arrow.field(name).type
    cells = pa.chunked_array(parts, parts[0].type if parts else kind)
    if cells.null_count:
        empty_cell(path, name)
    return cells


def _coded(cells: pa.ChunkedArray) -> Column:
    """Number the different texts in their order, and say for each cell which it has."""
    import pyarrow as pa

    if not pa.types.is_dictionary(cells.type):
        cells = cells.dictionary_encode()
    if not cells.num_chunks:
        return Column(np.zeros(0, np.uint8), Texts.of([]))
    cells = cells.unify_dictionaries()
    words, rank = _sorted(cells.chunk(0).dictionary)
    codes = np.concatenate([part.indices.to_numpy() for part in cells.chunks])
    return Column(rank[codes], words)


def _different(file: pq.ParquetFile, name: str, path: Path) -> Column:
    """Read a column whose texts are all different; the longest one, so no copy is kept."""
    import pyarrow as pa

    cells = _cells(file, name, path)
    words = pa.concat_arrays(cells.chunks) if cells.num_chunks else pa.array([], pa.string())
    del cells
    pa.default_memory_pool().release_unused()
    texts, rank = _sorted(words)
    return Column(rank, texts)


def _sorted(words: pa.Array) -> tuple[Texts, Array]:
    """Sort texts; return them and the new place of each."""
    import pyarrow.compute as pc

    order = pc.sort_indices(words).to_numpy()
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return _texts(words.take(order)), narrow(rank)


def _texts(words: pa.Array) -> Texts:
    """Take over the bytes of an Arrow array."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = np.int64 if pa.types.is_large_string(words.type) else np.int32
    _, ends, body = words.buffers()
    blob = np.frombuffer(body, np.uint8) if body else np.zeros(0, np.uint8)
    places = np.frombuffer(ends, kind)[: len(words) + 1]
    blob = blob[: int(places[-1])]
    sizes = narrow(pc.utf8_length(words).to_numpy())
    return Texts(blob, narrow(places[1:]), sizes, grams(blob))


def _made(parts: Iterable[list[str]]) -> Column:
    """Make a column of texts that come in parts."""
    import pyarrow as pa

    return _coded(pa.chunked_array([pa.array(part, pa.string()) for part in parts], pa.string()))


def _derive(sources: list[Column], make: Callable[..., str]) -> Column:
    """Make a column from one or two others, once for each different text or pair of texts."""
    first, last = sources[0], sources[-1]
    if first is last:
        places = range(0, len(first.texts), _PART)
        made = _made(
            [make(first.texts[n]) for n in range(at, min(at + _PART, len(first.texts)))]
            for at in places
        )
        return Column(made.codes[first.codes], made.texts)
    many = len(last.texts)
    pairs, place = np.unique(first.codes * np.int64(many) + last.codes, return_inverse=True)
    made = _made([[make(first.texts[int(p) // many], last.texts[int(p) % many]) for p in pairs]])
    return Column(made.codes[place], made.texts)


def _tables(ids: Column, told: list[Column]) -> Column:
    """Make the column of what ids say beside property, key, region and year."""

    def parts() -> Iterator[list[str]]:
        for start in range(0, len(ids.codes), _PART):
            rows = [_words(column, start, start + _PART) for column in (ids, *told)]
            yield [
                rest(row_id, (*known, last[:4])) for row_id, *known, last in zip(*rows, strict=True)
            ]

    return _made(parts())


def _words(column: Column, start: int, stop: int) -> list[str]:
    codes, place = np.unique(column.codes[start:stop], return_inverse=True)
    words = [column.texts[int(code)] for code in codes]
    return [words[at] for at in place.tolist()]


def _numbers(file: pq.ParquetFile, path: Path) -> Array:
    found: Array = _cells(file, "number", path).to_numpy()
    return found


def _order(file: pq.ParquetFile, path: Path, ids: Column) -> Array:
    """Return the order of the rows: in use, better known, later year, id."""
    status, trust = _read(file, "status", path), _read(file, "confidence", path)
    spans = _derive([_read(file, n, path) for n in ("reference_from", "reference_to")], years)
    asleep = np.array([word != "active" for word in status.texts], bool)[status.codes]
    less = np.array([doubt(word) for word in trust.texts], np.int8)[trust.codes]
    age = np.array([-int(word[-4:] or 0) for word in spans.texts], np.int64)[spans.codes]
    found: Array = np.lexsort((ids.codes, age, less, asleep))
    return found
