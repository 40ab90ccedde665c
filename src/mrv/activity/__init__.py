"""A user's tables: read, mapped, brought to declared units, validated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.activity.columns import Vocabularies
from mrv.activity.dataset import open_dataset
from mrv.activity.findings import Findings, Group, InvalidData
from mrv.activity.mapping import read_mapping
from mrv.activity.tables import Dataset, Table
from mrv.activity.workspace import Settings

if TYPE_CHECKING:
    from pandera.pandas import DataFrameSchema

    from mrv.language.inputs import Input


def pandera_schema(declared: Input) -> DataFrameSchema:
    """Return the pandera schema of a declared table, for frames in declared units.

    pandera is imported only here, because that takes half a second; see
    :func:`mrv.activity.validate_pandera.pandera_schema`.
    """
    from mrv.activity.validate_pandera import pandera_schema as make

    return make(declared)


__all__ = [
    "Dataset",
    "Findings",
    "Group",
    "InvalidData",
    "Settings",
    "Table",
    "Vocabularies",
    "open_dataset",
    "pandera_schema",
    "read_mapping",
]
