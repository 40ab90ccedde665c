"""Sealed runs of the made-up bakery, and receipts put together by somebody else."""

from __future__ import annotations

import zipfile
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mrv.engine.run import run
from mrv.factors import open_store
from mrv.language import load, parse_period
from mrv.receipt.canonical import canonical, parsed
from mrv.receipt.container import write_container
from mrv.receipt.manifest import RECEIPT, SEAL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mrv.engine.run import Run

BAKERY = Path(__file__).parents[1] / "toy" / "bakery.yaml"
DAY = "2024-01-02"
DATA: dict[str, list[dict[str, str]]] = {
    "shop": [
        {"shop": "A", "kind": "corner", "floor": "50 m2"},
        {"shop": "B", "kind": "factory", "floor": "500 m2", "rival": "A"},
    ],
    "oven": [
        {"oven": "o1", "home": "A", "rated": "12 kW"},
        {"oven": "o2", "home": "B", "rated": "500 kW"},
    ],
    "firing": [
        {
            "oven": "o1", "month": "2024-01", "fuel": "diesel", "burned": "10 t",
            "ncv_measured": "42 GJ/t",
        },
        {"oven": "o2", "month": "2024-01", "fuel": "柴油", "burned": "500 kg"},
        {"oven": "o2", "month": "2024-02", "fuel": "diesel", "burned": "0 t"},
    ],
    "sales": [{"shop": "A", "month": "2024-01", "bread": "3 t"}],
    "delivery": [
        {
            "ride": ride, "shop": "A", "user": user, "start": f"{DAY} {hour}:00:00",
            "end": f"{DAY} {hour + 1}:00:00", "distance": distance, "tested": tested,
        }
        for ride, user, hour, distance, tested in (
            ("1", "u", 10, "25 km", "yes"),
            ("2", "u", 12, "25 km", "yes"),
            ("3", "v", 12, "9 km", "no"),
        )
    ],
}  # fmt: skip


def bake(
    data: Mapping[str, Any] | None = None, *, release: str | None = None, **choices: str
) -> Run:
    """Run the bakery."""
    store = open_store(release)
    words = {kind: frozenset(store.vocabulary(kind)) for kind in ("fuel", "region", "gas")}
    methodology = load(str(BAKERY), vocabularies=words, choices=choices, every_choice=False)
    return run(methodology, data or DATA, periods=[parse_period("2024")], store=store)


def members(path: Path) -> dict[str, bytes]:
    """Return the members of a receipt in their order."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def put_together(
    path: Path,
    out: Path,
    *,
    swap: Mapping[str, bytes] | None = None,
    say: Callable[[dict[str, Any]], None] | None = None,
) -> Path:
    """Make a receipt whose hashes all fit, as somebody would who wants it to be believed.

    Args:
        path: a receipt.
        out: the file to write.
        swap: other bytes for members.
        say: changes what ``receipt.json`` says.
    """
    parts = members(path) | dict(swap or {})
    tree = parsed(parts.pop(RECEIPT), RECEIPT)
    parts.pop(SEAL)
    if say is not None:
        say(tree)
    for name, body in (swap or {}).items():
        if name in tree["members"]:
            tree["members"][name] = {"bytes": len(body), "sha256": sha256(body).hexdigest()}
    body = canonical(tree)
    seal = canonical(
        {"format": tree["format"], "sealed": RECEIPT, "sha256": sha256(body).hexdigest()}
    )
    write_container(out, [(RECEIPT, body), (SEAL, seal), *parts.items()])
    return out


def rewritten(path: Path, out: Path, member: str, change: Callable[[Any], Any]) -> Path:
    """Make a receipt with another table in it, its content hashes made to fit as well."""
    import io

    import pyarrow.parquet as pq

    from mrv.receipt.content import content_of

    table = change(pq.read_table(io.BytesIO(members(path)[member])))
    stream = io.BytesIO()
    pq.write_table(table, stream, store_schema=False)
    again = pq.read_table(io.BytesIO(stream.getvalue()))
    content = content_of(again.schema.names, again.to_batches())

    def say(tree: dict[str, Any]) -> None:
        for own in (*tree["inputs"], *tree["results"]):
            if own["member"] == member:
                own["content"], own["rows"] = content.sha256, content.rows
                for column in own["columns"]:
                    if column["name"] in content.columns:
                        column["sha256"] = content.columns[column["name"]]

    return put_together(path, out, swap={member: stream.getvalue()}, say=say)
