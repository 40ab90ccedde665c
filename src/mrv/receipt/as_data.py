"""A verdict as plain data for JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mrv.receipt.render import conclusion
from mrv.receipt.shape import encoded

if TYPE_CHECKING:
    from mrv.messages import Diagnostic
    from mrv.receipt.verdict import Comparison, Verdict


def verdict_data(verdict: Verdict) -> dict[str, Any]:
    """Turn a verdict into plain data; results and rows that agree are only counted."""
    receipt = verdict.receipt
    found: dict[str, Any] = {
        "file": verdict.file,
        "upheld": verdict.upheld,
        "said": encoded(conclusion(verdict)),
        "problems": [_finding(one) for one in verdict.problems],
    }
    if receipt is None:
        return found
    rules = receipt.methodology
    found |= {
        "sealed": verdict.sealed,
        "methodology": {"name": rules.name, "edition": rules.edition, "status": rules.status},
        "periods": list(receipt.periods),
        "software": dict(receipt.software),
        "signature": encoded(verdict.signature),
        "again": _comparison(verdict.again),
        "published": _comparison(verdict.published),
        "inputs": encoded(verdict.inputs),
        "evidence": _comparison(verdict.evidence),
        "material": encoded(verdict.material),
        "notes": encoded(verdict.notes),
    }
    return found


def _comparison(comparison: Comparison | None) -> dict[str, Any] | None:
    if comparison is None:
        return None
    tables = comparison.tables
    return {
        "basis": comparison.basis,
        "equal": comparison.equal,
        "outputs": len(comparison.outputs),
        "outputs_that_differ": [encoded(p) for p in comparison.outputs if not p.equal],
        "rows": tables.rows if tables else None,
        "values": tables.values if tables else None,
        "columns_that_differ": encoded(tables.columns) if tables else [],
        "lacking": list(tables.lacking) if tables else [],
        "causes": encoded(comparison.causes),
        "refused": [_finding(one) for one in comparison.refused],
    }


def _finding(one: Diagnostic) -> dict[str, Any]:
    return {"rule": one.rule, "what": encoded(one.what), "hint": encoded(one.hint)}
