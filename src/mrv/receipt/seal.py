"""Seal a run: one file with everything that its numbers rest on."""

from __future__ import annotations

import platform
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from mrv.engine.plan_json import plan_hash
from mrv.messages import refuse, text
from mrv.receipt.canonical import canonical
from mrv.receipt.container import write_container
from mrv.receipt.crate import crate
from mrv.receipt.factors import looked_up, seal_factors, used_answers
from mrv.receipt.manifest import (
    CRATE,
    FORMAT,
    RECEIPT,
    SEAL,
    SIGNATURE,
    Chosen,
    FiredAt,
    Marked,
    Member,
    Receipt,
    Reported,
    RuleText,
)
from mrv.receipt.results import seal_tables
from mrv.receipt.shape import encoded
from mrv.receipt.signing import sign

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrv.engine.run import Run
    from mrv.language.model import Document


@dataclass(frozen=True)
class Signing:
    """A private key in a file, and its password if it has one."""

    key: Path
    password: str | None = None


MOST_OUTPUTS = 20_000
"""Beyond this many results, as of a whole city, they stand in the table of the report only."""

_SOFTWARE = ("duckdb", "numpy", "pyarrow", "sqlglot", "PyYAML")


def seal(run: Run, target: Path | str, *, signed: Signing | None = None) -> Receipt:
    """Seal a finished run into one file.

    The same run gives the same bytes: nothing in the file tells when, where or by whom it was
    made.

    Args:
        run: a finished run whose data set is open.
        target: the file to write, such as ``report.mrv``; written aside and moved into place.
        signed: the key to sign it with; None leaves it unsigned.

    Returns:
        What the receipt says.

    Raises:
        Refused: ``call.seal`` if the file cannot be written there.
    """
    path = Path(target)
    if path.is_dir() or not path.parent.is_dir():
        refuse(
            "call.seal",
            text(f"无法把凭证写到“{path}”", f'the receipt cannot be written to "{path}"'),
            hint=text("请给出已有文件夹中的文件名。", "Name a file in a folder that exists."),
        )
    with tempfile.TemporaryDirectory(prefix="mrv-seal-") as name:
        folder = Path(name)
        receipt = _filled(run, folder)
        members: list[tuple[str, Path | bytes]] = list(closed(receipt, signed))
        members += [(name, folder / name) for name in receipt.members]
        write_container(path, members)
    return receipt


def closed(receipt: Receipt, signed: Signing | None = None) -> list[tuple[str, bytes]]:
    """Return the members that close a receipt: what it says, the hash of that, the signature."""
    body = canonical(encoded(receipt))
    digest = sha256(body).hexdigest()
    mark = {"format": FORMAT, "sealed": RECEIPT, "sha256": digest}
    signature = [(SIGNATURE, sign(digest, signed.key, signed.password))] if signed else []
    return [(RECEIPT, body), (SEAL, canonical(mark)), *signature]


def _filled(run: Run, folder: Path) -> Receipt:
    """Write every member into a folder and describe them."""
    methodology = run.methodology
    rules = [_rule(document, folder) for document in (methodology.document, *methodology.modules)]
    tables = seal_tables(run, folder)
    answers = used_answers(run, tables.numbers)
    releases = seal_factors(answers, run.factors.store, folder)
    outputs = run.outcome.outputs if len(run.outcome.outputs) <= MOST_OUTPUTS else ()
    receipt = Receipt(
        format=FORMAT,
        software=software(),
        methodology=rules[0],
        modules=tuple(rules[1:]),
        choices=tuple(Chosen(c.name, c.value, c.stated) for c in run.outcome.choices),
        periods=tuple(period.label for period in run.session.periods),
        organisations=len(run.session.dataset.organisations),
        plan=plan_hash(run.session.planned.plan),
        releases=releases,
        answers=looked_up(answers, run),
        inputs=tables.inputs,
        results=tables.results,
        outputs=tuple(
            Reported(
                o.name, o.formula, o.organisation, o.period, o.role, o.value, o.unit,
                None if o.rounded is None else str(o.rounded), o.label,
            )
            for o in outputs
        ),
        checks=tuple(
            FiredAt(
                c.name, c.severity, c.organisation, c.period, c.count, c.first, c.message,
                c.source, c.organisations,
            )
            for c in run.outcome.checks
        ),
        marks=tuple(
            Marked(m.kind, m.message, m.organisation, m.period, m.count)
            for m in run.outcome.marks
        ),
        notes=run.session.dataset.notes,
        members={},
    )  # fmt: skip
    (folder / CRATE).write_bytes(canonical(crate(receipt, _files(folder))))
    return _with_members(receipt, folder)


def _with_members(receipt: Receipt, folder: Path) -> Receipt:
    from dataclasses import replace

    members = {name: Member((folder / name).stat().st_size, file_hash(folder / name))
               for name in _files(folder)}  # fmt: skip
    return replace(receipt, members=members)


def _files(folder: Path) -> Sequence[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def _rule(document: Document, folder: Path) -> RuleText:
    """Write the text of a methodology or module where a reader of the folder would look for it."""
    name = document.name if document.kind == "methodology" else f"modules/{document.name}"
    member = f"rules/{name}.yaml"
    path = folder / member
    path.parent.mkdir(parents=True, exist_ok=True)
    body = document.text.encode("utf-8")
    path.write_bytes(body)
    return RuleText(
        document.name, document.edition, member, sha256(body).hexdigest(), document.status,
        document.title,
    )  # fmt: skip


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file."""
    found = sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            found.update(block)
    return found.hexdigest()


def software() -> dict[str, str]:
    """Name the versions of the program and of what its numbers and files depend on."""
    from mrv import __version__

    known = {"mrv": __version__, "python": platform.python_version()}
    return known | {name.lower(): version(name) for name in _SOFTWARE}
