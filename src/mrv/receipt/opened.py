"""Open a receipt safely: bounded, nothing outside its own folder, every byte accounted for."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mrv.messages import Diagnostic, Place, Refused, did_you_mean, refuse, text
from mrv.receipt.canonical import MAX_BYTES, parsed
from mrv.receipt.container import open_container
from mrv.receipt.content import content_of
from mrv.receipt.manifest import FORMAT, RECEIPT, SEAL, SIGNATURE, Receipt
from mrv.receipt.shape import decoded
from mrv.receipt.tables import GROUP

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator

    from mrv.receipt.manifest import TableOf

_BLOCK = 1 << 20
_READERS = 2
_ROWS_FREE, _ROWS_PER_BYTE = 1_000_000, 1_000


@dataclass(frozen=True)
class Opened:
    """A receipt that is what it says: every member there, whole and named.

    Attributes:
        path: the file.
        folder: where its members lie unpacked while it is open.
        receipt: what it says.
        sealed: hash of ``receipt.json``, which stands for the whole.
        signature: the signature's envelope, if there is one; not yet checked.
    """

    path: Path
    folder: Path
    receipt: Receipt
    sealed: str
    signature: bytes | None


@contextmanager
def open_receipt(path: Path | str) -> Iterator[Opened]:
    """Open a receipt, proving that nothing in it was flipped, cut, added, taken out or swapped.

    Raises:
        Refused: ``receipt.*`` naming what is wrong and where; ``call.no-file``.
    """
    file = Path(path)
    with (
        open_container(file) as archive,
        tempfile.TemporaryDirectory(prefix="mrv-receipt-") as name,
    ):
        body = _small(archive, RECEIPT, file)
        sealed = _sealed(archive, body, file)
        receipt = _receipt(body, file)
        there = set(archive.namelist())
        signature = _small(archive, SIGNATURE, file) if SIGNATURE in there else None
        _check_members(receipt, there - {RECEIPT, SEAL, SIGNATURE}, file)
        folder = Path(name)
        _unpack(archive, receipt, folder, file)
        opened = Opened(file, folder, receipt, sealed, signature)
        _check_tables(opened)
        yield opened


def _small(archive: zipfile.ZipFile, member: str, file: Path) -> bytes:
    """Read a member of bounded size."""
    if member not in archive.namelist():
        refuse(
            "receipt.member-missing",
            text(f"凭证中没有成员 {member}", f"the receipt has no member {member}"),
            Place(file=file.name),
        )
    if archive.getinfo(member).file_size > MAX_BYTES:
        refuse(
            "receipt.too-large",
            text(f"成员 {member} 过大", f"the member {member} is too large"),
            Place(file=file.name),
        )
    return archive.read(member)


def _sealed(archive: zipfile.ZipFile, body: bytes, file: Path) -> str:
    """Check the seal against the receipt and return its hash."""
    seal = parsed(_small(archive, SEAL, file), SEAL)
    found = sha256(body).hexdigest()
    _check_format(seal, file)
    if not isinstance(seal, dict) or seal.get("sha256") != found:
        refuse(
            "receipt.seal",
            text(
                f"{RECEIPT} 与封条 {SEAL} 的散列不符：其一在封存后被改动，或取自另一份凭证",
                f"{RECEIPT} is not what {SEAL} seals: one of them was altered after sealing, or "
                "comes from another receipt",
            ),
            Place(file=file.name),
            hint=text("请索取原件。", "Ask for the original file."),
        )
    return found


def _check_format(tree: Any, file: Path) -> None:
    """Refuse a file of a later format before anything else in it is read."""
    wanted = tree.get("format") if isinstance(tree, dict) else None
    if isinstance(wanted, int) and not isinstance(wanted, bool) and wanted > FORMAT:
        refuse(
            "receipt.newer-format",
            text(
                f"凭证的格式版本是 {wanted}，本程序只认到 {FORMAT}",
                f"the receipt is of format {wanted}; this program knows up to {FORMAT}",
            ),
            Place(file=file.name),
            hint=text("请用较新的 mrv 打开。", "Open it with a newer mrv."),
        )


def _receipt(body: bytes, file: Path) -> Receipt:
    tree = parsed(body, RECEIPT)
    _check_format(tree, file)
    return decoded(Receipt, tree, RECEIPT)


def _check_members(receipt: Receipt, there: set[str], file: Path) -> None:
    """Refuse members that the receipt does not name, and names without a member."""
    found = [
        Diagnostic(
            "receipt.member-missing",
            text(f"凭证所列的 {name} 不在文件中", f"the receipt names {name}; it is not there"),
            Place(file=file.name),
        )
        for name in sorted(set(receipt.members) - there)
    ]
    found += [
        Diagnostic(
            "receipt.member-added",
            text(f"文件中有凭证未列的成员 {name}", f"the file holds {name}, not in the receipt"),
            Place(file=file.name),
            hint=did_you_mean(name, receipt.members),
        )
        for name in sorted(there - set(receipt.members))
    ]
    named = [r.member for r in (receipt.methodology, *receipt.modules)]
    named += [table.member for table in (*receipt.inputs, *receipt.results)]
    found += [
        Diagnostic(
            "receipt.member-missing",
            text(f"凭证引用了未列出的成员 {name}", f"the receipt refers to {name}, not listed"),
            Place(file=file.name),
        )
        for name in sorted(set(named) - set(receipt.members))
    ]
    if found:
        raise Refused(found)


def _unpack(archive: zipfile.ZipFile, receipt: Receipt, folder: Path, file: Path) -> None:
    """Unpack every member named, comparing size and hash; all that differ are told at once."""
    found = []
    for name, member in receipt.members.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        digest, size = sha256(), 0
        with archive.open(name) as source, target.open("wb") as out:
            while block := source.read(_BLOCK):
                digest.update(block)
                size += len(block)
                out.write(block)
        if (size, digest.hexdigest()) != (member.bytes, member.sha256):
            found.append(
                Diagnostic(
                    "receipt.member-altered",
                    text(
                        f"成员 {name} 与封存时的散列不符：已被改动，或取自另一份凭证",
                        f"{name} is not what was sealed: altered, or from another receipt",
                    ),
                    Place(file=file.name),
                )
            )
    if found:
        raise Refused(found)


def _check_tables(opened: Opened) -> None:
    """Check that every table holds what its content hash says, in the order of sealed tables."""
    receipt = opened.receipt
    tables = (*receipt.inputs, *receipt.results)
    with ThreadPoolExecutor(_READERS) as readers:
        holds = list(readers.map(lambda t: _holds(opened.folder / t.member, t), tables))
    found = [
        Diagnostic(
            "receipt.content",
            text(
                f"表 {table.member} 的内容与其内容散列不符",
                f"the rows of {table.member} are not those that its content hash stands for",
            ),
            Place(file=opened.path.name),
            why=text(
                "成员散列相符而内容散列不符，说明凭证是拼凑的。",
                "Its bytes are as listed and its rows are not: the receipt was put together.",
            ),
        )
        for table, sound in zip(tables, holds, strict=True)
        if not sound
    ]
    if found:
        raise Refused(found)


def _holds(path: Path, table: TableOf) -> bool:
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = [column.name for column in table.columns]
    limit = _ROWS_FREE + _ROWS_PER_BYTE * path.stat().st_size
    try:
        with pq.ParquetFile(path) as file:
            if file.schema_arrow.names != names or file.metadata.num_rows != table.rows:
                return False
            if table.rows > limit:
                return False
            content = content_of(names, file.iter_batches(GROUP))
    except (pa.ArrowException, OSError, ValueError, KeyError, MemoryError):
        return False
    hashes = {c.name: c.sha256 for c in table.columns if c.sha256 is not None}
    return content.sha256 == table.content and hashes == dict(content.columns)
