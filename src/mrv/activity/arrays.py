"""Arrow columns as NumPy values with missing marks, for evaluators that work on arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    Array = np.ndarray[Any, Any]


def to_arrays(table: pa.Table) -> dict[str, tuple[Array, Array]]:
    """Return values and missing marks of each column; under a mark the value is fixed.

    Example:
        >>> import pyarrow as pa
        >>> values, missing = to_arrays(pa.table({"x": [1.5, None]}))["x"]
        >>> values.tolist(), missing.tolist()
        ([1.5, 0.0], [False, True])
    """
    return {name: _column(table.column(name)) for name in table.column_names}


def _column(column: pa.ChunkedArray) -> tuple[Array, Array]:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    missing = np.asarray(pc.is_null(column).to_numpy(zero_copy_only=False), dtype=bool)
    kind = column.type
    if pa.types.is_timestamp(kind):
        whole = pc.fill_null(column.cast(pa.timestamp("us")).cast(pa.int64()), 0)
        return np.array(whole.to_numpy(), dtype="int64").view("datetime64[us]"), missing
    if pa.types.is_boolean(kind):
        return np.array(pc.fill_null(column, False).to_numpy(), dtype=bool), missing
    if pa.types.is_floating(kind):
        return np.array(pc.fill_null(column, 0.0).to_numpy(), dtype="float64"), missing
    if pa.types.is_integer(kind):
        return np.array(pc.fill_null(column, 0).to_numpy(), dtype="int64"), missing
    return np.array(pc.fill_null(column, "").to_pylist(), dtype=object), missing
