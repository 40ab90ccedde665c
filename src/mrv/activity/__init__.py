"""A user's tables: read, mapped, brought to declared units, validated."""

from mrv.activity.dataset import open_dataset
from mrv.activity.findings import Findings, Group, InvalidData
from mrv.activity.mapping import read_mapping
from mrv.activity.tables import Dataset, Table
from mrv.activity.workspace import Settings

__all__ = [
    "Dataset",
    "Findings",
    "Group",
    "InvalidData",
    "Settings",
    "Table",
    "open_dataset",
    "read_mapping",
]
