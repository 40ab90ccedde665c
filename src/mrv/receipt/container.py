"""The file of a receipt: a ZIP of stored members, of which every byte is determined by them.

It is written by the standard library as a stream, with fixed dates and rights and without
compression. To read one is to check that writing its members again would give the very same
bytes: whatever was flipped, cut, added or hidden between the members is found that way, and
nothing in the file can unpack to more than it weighs.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from mrv.messages import Place, Refused, refuse, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from mrv.messages import Text

MAX_BYTES = 16 << 30
MAX_MEMBERS = 1000
_EPOCH = (1980, 1, 1, 0, 0, 0)
_BLOCK = 1 << 20
_END = struct.Struct("<4s4H2LH")
_PART = r"[A-Za-z0-9\u00b7-\uffff_@+=()\[\], -][A-Za-z0-9\u00b7-\uffff._@+=()\[\], -]*"
_NAME = re.compile(rf"{_PART}(?:/{_PART}){{0,6}}")
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, RuntimeError,
    NotImplementedError, OverflowError, KeyError, IndexError,
)  # fmt: skip


def write_container(target: Path, members: Sequence[tuple[str, Path | bytes]]) -> None:
    """Write members into a file, aside first and moved into place when it is whole.

    Args:
        target: the file.
        members: names with a file or bytes, in the order in which they are to stand.
    """
    import os
    import tempfile
    from pathlib import Path

    handle, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
    aside = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            _write(stream, [(own, _opener(body)) for own, body in members])
        aside.chmod(0o644)
        aside.replace(target)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


@contextmanager
def open_container(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a receipt file after proving that it is what its members determine.

    Raises:
        Refused: ``call.no-file``, ``receipt.not-one`` for a file of another kind,
            ``receipt.damaged`` with where, ``receipt.member`` for names that no receipt has,
            ``receipt.too-large``.
    """
    try:
        size = path.stat().st_size
        stream = path.open("rb")
    except OSError:
        if path.is_dir():
            refuse(
                "call.no-file",
                text(f"“{path}”是文件夹，不是凭证", f'"{path}" is a folder and no receipt'),
            )
        refuse("call.no-file", text(f"找不到文件“{path}”", f'there is no file "{path}"'))
    with stream:
        _check_end(stream, size, path.name)
        try:
            archive = zipfile.ZipFile(stream)
        except _BROKEN:
            _damaged(path.name, text("成员目录无法读取", "its list of members cannot be read"))
        with archive:
            _check_members(archive, size, path.name)
            _check_bytes(archive, path, size)
            yield archive


def _opener(body: Path | bytes) -> Callable[[], BinaryIO]:
    if isinstance(body, bytes):
        return lambda: io.BytesIO(body)
    return lambda: body.open("rb")


def _write(stream: BinaryIO, members: Sequence[tuple[str, Callable[[], BinaryIO]]]) -> None:
    with zipfile.ZipFile(_Onward(stream), "w", zipfile.ZIP_STORED) as archive:
        for name, opened in members:
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system, info.external_attr = 3, 0o100644 << 16
            with opened() as source, archive.open(info, "w", force_zip64=True) as out:
                while block := source.read(_BLOCK):
                    out.write(block)


class _Onward(io.RawIOBase):
    """A stream that only goes forward, so that the ZIP is written without looking back."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._stream.write(data)
        return len(data)


class _Compare(io.RawIOBase):
    """Takes bytes as if writing a file and stops at the first that the file does not have."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self.offset = stream, 0

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        there = self._stream.read(len(data))
        if there != bytes(data):
            same = next((i for i, (a, b) in enumerate(zip(there, data, strict=False)) if a != b),
                        min(len(there), len(data)))  # fmt: skip
            self.offset += same
            raise _Different
        self.offset += len(data)
        return len(data)


class _Different(Exception):  # noqa: N818 - a signal between two functions of this file
    pass


def _check_end(stream: BinaryIO, size: int, file: str) -> None:
    """Read the last record, so that the list of members is of bounded size before it is read."""
    if size > MAX_BYTES:
        refuse(
            "receipt.too-large",
            text(f"文件大于 {MAX_BYTES >> 30} GiB", f"the file is above {MAX_BYTES >> 30} GiB"),
            Place(file=file),
        )
    start = stream.read(4)
    if start != b"PK\x03\x04":
        refuse(
            "receipt.not-one",
            text("这不是核算凭证（.mrv）文件", "this is not a receipt (.mrv) file"),
            Place(file=file),
            hint=text("凭证由 mrv run … --seal 生成。", "Receipts are made by mrv run ... --seal."),
        )
    stream.seek(max(0, size - _END.size))
    tail = stream.read(_END.size)
    cut = text("文件不完整：结尾缺失", "it is cut short: its end is missing")
    if len(tail) < _END.size:
        _damaged(file, cut)
    mark, disk, start_disk, here, total, length, _, comment = _END.unpack(tail)
    if mark != b"PK\x05\x06" or comment:
        _damaged(file, cut)
    if disk or start_disk or here != total or total > MAX_MEMBERS or length > _BLOCK:
        _damaged(file, text("成员目录不合规", "its list of members is not one that a receipt has"))
    stream.seek(0)


def _check_members(archive: zipfile.ZipFile, size: int, file: str) -> None:
    """Refuse names that leave the folder or come twice, and sizes beyond the file itself."""
    names = [info.filename for info in archive.infolist()]
    bad = [name for name in names if not _NAME.fullmatch(name) or _climbs(name)]
    bad += [name for name in set(names) if names.count(name) > 1]
    if bad:
        shown = repr(bad[0])[:80]
        refuse(
            "receipt.member",
            text(f"成员名不合规或重复：{shown}", f"a member's name is not allowed: {shown}"),
            Place(file=file),
            why=text(
                "这样的名字会写到文件夹之外，或有两种读法。",
                "Such a name could leave the folder or be read in two ways.",
            ),
        )
    packed = [info for info in archive.infolist() if info.compress_type != zipfile.ZIP_STORED]
    if packed or sum(info.file_size for info in archive.infolist()) > size:
        _damaged(file, text("成员被压缩或互相重叠", "members are compressed or overlap"))


def _climbs(name: str) -> bool:
    return any(part in {"", ".", ".."} or part.endswith((" ", ".")) for part in name.split("/"))


def _check_bytes(archive: zipfile.ZipFile, path: Path, size: int) -> None:
    """Write the members again and compare with the file, byte by byte."""
    infos = archive.infolist()
    with path.open("rb") as stream:
        sink = _Compare(stream)
        openers = [(info.filename, lambda info=info: archive.open(info)) for info in infos]
        try:
            _write(sink, openers)  # type: ignore[arg-type]
        except _Different:
            _differs(infos, sink.offset, path.name)
        except _BROKEN:
            # a checksum or header that does not fit; the offset is where the writer had come to
            _differs(infos, sink.offset, path.name)
        except Refused:
            raise
        if sink.offset != size:
            _differs(infos, sink.offset, path.name)


def _differs(infos: Sequence[zipfile.ZipInfo], offset: int, file: str) -> NoReturn:
    inside = [info.filename for info in infos if info.header_offset <= offset]
    member = inside[-1] if inside else "-"
    _damaged(
        file,
        text(
            f"自第 {offset} 字节起（成员 {member} 内或其后）与封存时不同",
            f"from byte {offset} on (in or after member {member}) it is not what was sealed",
        ),
    )


def _damaged(file: str, what: Text) -> NoReturn:
    refuse(
        "receipt.damaged",
        text(f"凭证文件已损坏或被改动：{what.zh}", f"the receipt is damaged or altered: {what.en}"),
        Place(file=file),
        hint=text("请重新索取原件。", "Ask for the original file again."),
    )
