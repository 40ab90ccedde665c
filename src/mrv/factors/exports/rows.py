"""Footprints of a run as factor rows for the user's own release."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING

from mrv.factors.exports.boundary import UNITS
from mrv.factors.exports.footprint import footprints, spelled
from mrv.factors.row import SOURCE_COLUMNS, complete
from mrv.messages import Diagnostic, Refused, text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from mrv.factors.exports.footprint import Footprint, FootprintRun
    from mrv.factors.row import FactorRow

PROPERTY = "product-footprint"

_STATUS = {"draft": "草案", "trial": "试行", "superseded": "已被取代的"}

_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def footprint_rows(
    run: FootprintRun,
    *,
    publisher: str,
    retrieved: date,
    dataset: str = "own",
    region: str = "CN",
    licence: str = "own-data",
    keys: Mapping[str, str] | None = None,
) -> tuple[FactorRow, ...]:
    """Turn the footprints of a run into factor rows, one per product.

    The value is the footprint without biogenic uptake, in kg CO2e per declared unit. A result of
    a draft methodology says so in its note; its confidence is ``derived`` in any case.

    Args:
        run: a finished run of ``product-footprint/...``.
        publisher: whose figure it is.
        retrieved: the day of the calculation.
        dataset: the name of the user's own table of factors.
        region: where it is produced, a key of the vocabulary ``region``.
        licence: terms of use.
        keys: key of each product in the vocabulary ``product``, such as ``bamboo-box``; by
            default made from the product's name.

    Returns:
        Rows that :func:`mrv.factors.exports.export` writes and a release can be built from.

    Raises:
        Refused: as :func:`footprints`; ``export.key`` for a key that cannot stand in an id;
            ``export.duplicate`` if two rows would have one id.
    """
    keys = keys or {}
    findings: list[Diagnostic] = []
    rows: dict[str, FactorRow] = {}
    for found in footprints(run):
        key = keys.get(found.product) or product_key(found.product)
        if not _KEY.fullmatch(key):
            what = text(f"产品键“{key}”不合规", f'the product key "{key}" is not well formed')
            hint = text("用小写字母、数字和连字符。", "Use lower-case letters, digits and dashes.")
            findings.append(Diagnostic("export.key", what, hint=hint))
            continue
        cells = _cells(found, key, dataset=dataset, region=region)
        row = complete(
            dict.fromkeys(SOURCE_COLUMNS, "")
            | cells
            | {"publisher": publisher, "retrieved": retrieved.isoformat(), "licence": licence}
        )
        if row.id in rows:
            what = text(
                f"两个产品的因子编号都是 {row.id}", f"two products would have the id {row.id}"
            )
            hint = text("用 keys 给各产品不同的键。", "Give each product a key of its own.")
            findings.append(Diagnostic("export.duplicate", what, hint=hint))
        rows[row.id] = row
    if findings:
        raise Refused(findings)
    return tuple(rows.values())


def product_key(name: str) -> str:
    """Make a key of a product's name: its Latin letters and digits, else a short hash.

    Example:
        >>> product_key("Bamboo Box 25g"), product_key("竹塑餐盒")
        ('bamboo-box-25g', 'product-7a79c6d7')
    """
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    # A name that is partly Chinese would lose what tells it apart.
    if plain and name.isascii():
        return plain
    return f"product-{sha256(name.encode()).hexdigest()[:8]}"


def _cells(found: Footprint, key: str, *, dataset: str, region: str) -> dict[str, str]:
    numbers = found.numbers
    last = found.end - timedelta(days=1)
    parts = [dataset, PROPERTY, key, found.boundary, region]
    parts += [_slug(found.organisation)] if found.organisation else []
    parts.append(f"{found.start:%Y%m%d}-{last:%Y%m%d}")
    return {
        "id": "/".join(parts),
        "property": PROPERTY,
        "dataset": dataset,
        "key": key,
        "key_kind": "product",
        "name_zh": found.product,
        "name_en": found.product,
        "value": spelled(numbers["excluding"] or Decimal(0)),
        "unit": f"kg CO2e[{found.gwp_set}]/{UNITS[found.declared_as][1]}",
        "substance": "CO2e",
        "gwp_set": found.gwp_set,
        "boundary": found.boundary,
        "region": region,
        "reference_from": found.start.isoformat(),
        "reference_to": last.isoformat(),
        "document": f"{found.methodology} {found.edition} ({found.status})",
        "clause": f"allocation={found.allocation}",
        "source": "mrv run",
        "confidence": "derived",
        "data_type": "model",
        "quality": _quality(numbers),
        "status": "active",
        "note": _note(found),
    }


def _slug(name: str) -> str:
    return product_key(name).replace("product-", "org-")


def _quality(numbers: Mapping[str, Decimal | None]) -> str:
    """Write the ratings in the scheme of the methodology, 1 best and 5 worst."""
    names = {"technology": "technology_score", "geography": "geography_score", "time": "time_score"}
    said = [f"{word}={_short(numbers[n])}" for word, n in names.items() if numbers[n] is not None]
    if numbers["primary_share"] is not None:
        said.append(f"primary={_short(numbers['primary_share'])} %")
    return "; ".join(said)


def _short(value: Decimal | None) -> str:
    return "" if value is None else spelled(round(value, 2))


def _note(found: Footprint) -> str:
    said = ["不含生物吸收 / without biogenic uptake"]
    net = found.numbers["net_biogenic_uptake"]
    if net:
        said.append(f"net biogenic uptake {spelled(net)} kg CO2e")
    if found.status != "in-force":
        zh = _STATUS[found.status]
        said.append(f"由{zh}方法学算得，非正式结果 / by a {found.status} methodology, not official")
    return "; ".join(said)
