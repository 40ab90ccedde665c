"""The verdict on a receipt: what was checked, what came out, and why it differs where it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mrv.messages import text

if TYPE_CHECKING:
    from mrv.messages import Diagnostic, Text
    from mrv.receipt.compare import OutputPair, TablesCompared
    from mrv.receipt.manifest import Receipt
    from mrv.receipt.signing import SignatureFound

CauseKind = Literal["data", "factor", "rule", "choice", "rounding", "engine", "altered"]

CAUSES: dict[CauseKind, Text] = {
    "data": text("活动数据不同", "data"),
    "factor": text("因子不同", "factor row"),
    "rule": text("规则不同", "rule"),
    "choice": text("选项不同", "choice"),
    "rounding": text("修约不同", "rounding"),
    "engine": text("程序版本不同", "engine version"),
    "altered": text("封存的数值不是由封存的数据和规则算出的", "altered after the calculation"),
}


@dataclass(frozen=True)
class Effect:
    """What one cause alone does to a result."""

    output: str
    organisation: str
    period: str
    unit: str | None
    change: float


@dataclass(frozen=True)
class Cause:
    """One reason why numbers differ.

    Attributes:
        kind: what differs.
        what: which piece of it, with old and new value.
        formulas: formulas or tables in which the difference begins.
        effects: what it does to results, where that could be told apart.
    """

    kind: CauseKind
    what: Text
    formulas: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """The receipt compared with one run.

    Attributes:
        basis: ``sealed``: rules and factors of the receipt; ``published``: those of this
            library; ``evidence``: sealed rules over the verifier's data.
        outputs: every result of the report, paired.
        tables: every value of every table; None where the rules do not have the same tables.
        causes: why they differ.
        refused: why the run could not be made.
    """

    basis: Literal["sealed", "published", "evidence"]
    outputs: tuple[OutputPair, ...]
    tables: TablesCompared | None
    causes: tuple[Cause, ...] = ()
    refused: tuple[Diagnostic, ...] = ()

    @property
    def equal(self) -> bool:
        """Whether every value is the same to the bit."""
        same = all(pair.equal for pair in self.outputs)
        tables = self.tables is None or self.tables.equal
        return same and tables and not self.refused and not self.causes


@dataclass(frozen=True)
class InputDifference:
    """A table of the verifier's own evidence against the sealed one.

    Attributes:
        table: the input table.
        same: rows that agree.
        changed: rows with another value, the first of them in ``first``.
        only_sealed: rows that only the receipt has.
        only_evidence: rows that only the evidence has.
        first: (keys, column, sealed value, value of the evidence).
    """

    table: str
    same: int
    changed: int
    only_sealed: int
    only_evidence: int
    first: tuple[tuple[str, str, str, str], ...]

    @property
    def equal(self) -> bool:
        """Whether the two tables have the same rows."""
        return not (self.changed or self.only_sealed or self.only_evidence)


@dataclass(frozen=True)
class Material:
    """Whether a difference of a total crosses the threshold of materiality."""

    output: str
    organisation: str
    period: str
    unit: str | None
    reported: float
    found: float
    relative: float | None
    threshold: float
    crossed: bool


@dataclass(frozen=True)
class Verdict:
    """What a verifier is told about a receipt.

    Attributes:
        file: its file name.
        problems: why it could not be opened or is not what it says; empty if it is whole.
        receipt: what it says; None if it could not be opened.
        sealed: hash of ``receipt.json``.
        signature: what became of the signature.
        again: the calculation repeated with what the receipt holds.
        published: the same with rules and factors as published; None where they are not at hand.
        inputs: the verifier's evidence against the sealed tables.
        evidence: the calculation over the evidence.
        material: totals against the threshold.
        notes: what else a reader of the verdict must know.
    """

    file: str
    problems: tuple[Diagnostic, ...] = ()
    receipt: Receipt | None = None
    sealed: str | None = None
    signature: SignatureFound | None = None
    again: Comparison | None = None
    published: Comparison | None = None
    inputs: tuple[InputDifference, ...] = ()
    evidence: Comparison | None = None
    material: tuple[Material, ...] = ()
    notes: tuple[Text, ...] = ()

    @property
    def upheld(self) -> bool:
        """Whether the numbers follow from the data and the rules, and nothing speaks against."""
        if self.problems or self.receipt is None or self.again is None or not self.again.equal:
            return False
        if self.signature is not None and self.signature.state in {"bad", "unknown-key"}:
            return False
        if self.published is not None and not self.published.equal:
            return False
        if any(one.crossed for one in self.material):
            return False
        return all(one.equal for one in self.inputs) or bool(self.material)
