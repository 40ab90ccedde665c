"""A receipt described for other programs: RO-Crate 1.1 metadata (JSON-LD).

No date of publication is stated, because a receipt never asks the clock; the accounting periods
stand in ``temporalCoverage``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.receipt.manifest import CRATE, RECEIPT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrv.receipt.manifest import Receipt

_KINDS = {
    ".parquet": "application/vnd.apache.parquet",
    ".json": "application/json",
    ".yaml": "application/yaml",
}


def crate(receipt: Receipt, members: Sequence[str]) -> dict[str, object]:
    """Describe a receipt and its members as a research object.

    Args:
        receipt: what the receipt says.
        members: names of its files.
    """
    rules = receipt.methodology
    name = rules.title.en if rules.title else rules.name
    files: list[object] = [{"@id": member} for member in (RECEIPT, *members)]
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": f"{rules.name} {rules.edition}, {', '.join(receipt.periods)}",
        "description": f"Sealed greenhouse-gas calculation: {name}. {RECEIPT} says what is what.",
        "temporalCoverage": "/".join(dict.fromkeys((receipt.periods[0], receipt.periods[-1]))),
        "hasPart": files,
        "mentions": {"@id": "#run"},
    }
    run = {
        "@id": "#run",
        "@type": "CreateAction",
        "name": "calculation",
        "instrument": [{"@id": rules.member}, *({"@id": one.member} for one in receipt.modules)],
        "object": [{"@id": table.member} for table in receipt.inputs],
        "result": [{"@id": table.member} for table in receipt.results],
    }
    head = {
        "@id": CRATE,
        "@type": "CreativeWork",
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        "about": {"@id": "./"},
    }
    parts = [
        {"@id": member, "@type": "File", "encodingFormat": _kind(member)}
        for member in (RECEIPT, *members)
    ]
    return {
        "@context": "https://w3id.org/ro/crate/1.1/context",
        "@graph": [head, root, run, *parts],
    }


def _kind(member: str) -> str:
    return next((kind for end, kind in _KINDS.items() if member.endswith(end)), "text/plain")
