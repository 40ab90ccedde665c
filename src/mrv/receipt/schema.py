"""The JSON Schema of ``receipt.json``, made from the dataclasses that read and write it."""

from __future__ import annotations

from typing import Any

from mrv.receipt.manifest import Receipt
from mrv.receipt.shape import schema_of


def receipt_schema() -> dict[str, Any]:
    """Return the schema that is published as ``schemas/receipt.schema.json``."""
    return schema_of(
        Receipt,
        "Sealed receipt of a greenhouse-gas calculation",
        "The content of receipt.json in a .mrv file: canonical JSON (RFC 8785). Hashes are "
        "SHA-256 in hexadecimal digits.",
    )
