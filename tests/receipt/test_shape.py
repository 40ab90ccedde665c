"""Plain data and dataclasses: both ways, strictly, and as the published schema says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from sealed_runs import members

from mrv import resources
from mrv.messages import Refused
from mrv.receipt.canonical import canonical, parsed
from mrv.receipt.manifest import RECEIPT, Receipt
from mrv.receipt.schema import receipt_schema
from mrv.receipt.shape import decoded, encoded

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def tree(sealed: Path) -> dict[str, Any]:
    found: dict[str, Any] = parsed(members(sealed)[RECEIPT], RECEIPT)
    return found


def test_there_and_back(tree: dict[str, Any]) -> None:
    assert encoded(decoded(Receipt, tree, RECEIPT)) == tree


def test_the_published_schema_is_that_of_the_program() -> None:
    path = resources.folder("schemas") / "receipt.schema.json"
    assert json.loads(path.read_text(encoding="utf-8")) == receipt_schema()


def test_a_sealed_receipt_meets_the_schema(tree: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator(receipt_schema()).validate(tree)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda t: t.pop("plan"), "$.plan"),
        (lambda t: t.update(extra=1), "$.extra"),
        (lambda t: t.update(plan=1), "$.plan"),
        (lambda t: t.update(periods="2024"), "$.periods"),
        (lambda t: t["inputs"][0].update(rows="2"), "$.inputs[0].rows"),
        (lambda t: t["inputs"][0]["columns"][1].update(role="boss"), "$.inputs[0].columns[1].role"),
        (lambda t: t["members"].update(x=[]), "$.members.x"),
    ],
)
def test_what_does_not_fit_is_named(
    tree: dict[str, Any], change: Callable[[dict[str, Any]], Any], where: str
) -> None:
    change(tree)
    with pytest.raises(Refused) as refused:
        decoded(Receipt, tree, RECEIPT)
    (found,) = refused.value.diagnostics
    assert found.rule == "receipt.shape"
    assert where in found.what.en
    assert where in found.what.zh
    assert not jsonschema.Draft202012Validator(receipt_schema()).is_valid(tree)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b'{"a": 1}', b'{"a":1,"a":2}', b"[" * 100_000, b'{"b":1,"a":2}', b"NaN", b"\xff"],
)
def test_only_canonical_json_is_read(body: bytes) -> None:
    with pytest.raises(Refused) as refused:
        parsed(body, RECEIPT)
    assert refused.value.diagnostics[0].rule == "receipt.json"


def test_canonical_json_reads_back() -> None:
    tree = {"b": [1, 0.1, None, True, "水"], "a": {}}
    assert parsed(canonical(tree), RECEIPT) == tree
