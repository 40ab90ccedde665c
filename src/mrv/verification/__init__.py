"""A verifier's work on receipts: what to look at, what looks odd, what a change would do."""

from mrv.verification.findings import Evaluation, evaluate
from mrv.verification.findings_file import Found, read_findings
from mrv.verification.sampled import plan_of_receipt
from mrv.verification.sampling import Asked, Plan, sampling_plan

__all__ = [
    "Asked",
    "Evaluation",
    "Found",
    "Plan",
    "evaluate",
    "plan_of_receipt",
    "read_findings",
    "sampling_plan",
]
