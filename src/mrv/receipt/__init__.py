"""Receipts: a run sealed into one file, opened safely, run again and judged."""

from mrv.receipt.as_data import verdict_data
from mrv.receipt.evidence import Evidence
from mrv.receipt.manifest import Receipt
from mrv.receipt.opened import Opened, open_receipt
from mrv.receipt.render import render_verdict
from mrv.receipt.rerun import run_again, sealed_basis, stores_at_hand
from mrv.receipt.seal import Signing, seal
from mrv.receipt.signing import check_signature, key_id_of, new_key, sign
from mrv.receipt.verdict import Verdict
from mrv.receipt.verify import Means, verify

__all__ = [
    "Evidence",
    "Means",
    "Opened",
    "Receipt",
    "Signing",
    "Verdict",
    "check_signature",
    "key_id_of",
    "new_key",
    "open_receipt",
    "render_verdict",
    "run_again",
    "seal",
    "sealed_basis",
    "sign",
    "stores_at_hand",
    "verdict_data",
    "verify",
]
