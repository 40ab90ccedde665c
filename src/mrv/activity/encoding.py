"""Which encoding a text table is in, and its way to UTF-8; guesses are said, never acted on."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from mrv.messages import Diagnostic, Place, Refused, text

if TYPE_CHECKING:
    from pathlib import Path

_BLOCK = 1 << 22
KNOWN = ("utf-8", "gb18030", "gbk", "gb2312", "big5", "utf-16", "utf-16-le", "utf-16-be", "latin-1",
         "cp1252", "shift_jis")  # fmt: skip


def check_utf8(path: Path, origin: str) -> None:
    """Make sure that a file is UTF-8 (a byte-order mark is fine), in bounded memory.

    Args:
        path: the file.
        origin: the file as the user knows it.

    Raises:
        Refused: ``file.encoding`` naming the encoding that it looks like and how to say so,
            ``file.characters`` for NUL characters.
    """
    with path.open("rb") as stream:
        start = stream.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Refused([_not_utf8(origin, 1, "utf-16")])
    line = _first_broken_line(path, "utf-8")
    if line:
        guess = None if _first_broken_line(path, "gb18030") else "gb18030"
        raise Refused([_not_utf8(origin, line, guess)])
    with path.open("rb") as stream:
        holds_nul = any(b"\0" in block for block in iter(lambda: stream.read(_BLOCK), b""))
    if holds_nul:
        what = text(
            "文件含有 NUL 字符，不是文本文件", "the file holds NUL characters: it is not text"
        )
        raise Refused([Diagnostic("file.characters", what, Place(file=origin))])


def _first_broken_line(path: Path, encoding: str) -> int:
    """Return the line of the first byte that does not decode, or 0."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 1
    with path.open("rb") as stream:
        while True:
            block = stream.read(_BLOCK)
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return lines + error.object.count(b"\n", 0, error.start)
            except UnicodeError:  # UTF-16 without its mark
                return lines
            if not block:
                return 0
            lines += block.count(b"\n")


def to_utf8(path: Path, encoding: str, target: Path, origin: str) -> None:
    """Write a UTF-8 copy of a file whose encoding the user has named.

    Raises:
        Refused: ``file.encoding`` if the encoding is unknown or does not fit the file.
    """
    try:
        codecs.lookup(encoding)
    except LookupError:
        from mrv.messages import did_you_mean

        what = text(f"未知的编码“{encoding}”", f'unknown encoding "{encoding}"')
        hint = did_you_mean(encoding, KNOWN)
        raise Refused([Diagnostic("file.encoding", what, Place(file=origin), hint=hint)]) from None
    try:
        with (
            path.open("r", encoding=encoding, newline="") as source,
            target.open("w", encoding="utf-8", newline="") as copy,
        ):
            while block := source.read(_BLOCK):
                copy.write(block)
    except (UnicodeError, ValueError):
        line = _first_broken_line(path, encoding)
        raise Refused([_does_not_fit(origin, line, encoding)]) from None


def _does_not_fit(origin: str, line: int, encoding: str) -> Diagnostic:
    return Diagnostic(
        "file.encoding",
        text(
            f"映射中写明编码为 {encoding}，但文件内容与之不符",
            f"the mapping says that the encoding is {encoding}, but the file does not fit it",
        ),
        Place(file=origin, line=line or None),
        hint=text("请核对映射中的 encoding。", "Check `encoding` in the mapping."),
    )


def _not_utf8(origin: str, line: int, guess: str | None) -> Diagnostic:
    names = {"utf-16": "UTF-16", "gb18030": "GBK/GB18030"}
    zh = f"，看起来是 {names[guess]}" if guess else ""
    en = f"; it looks like {names[guess]}" if guess else ""
    code = guess or "…"
    return Diagnostic(
        "file.encoding",
        text(f"文件不是 UTF-8 编码{zh}", f"the file is not encoded in UTF-8{en}"),
        Place(file=origin, line=line),
        why=text(
            "编码猜错时文字会变成别的字，因此不自动猜测。",
            "A wrong guess turns words into other words, so it is not made for you.",
        ),
        hint=text(
            f"在映射文件中写 encoding: {code}，或另存为“CSV UTF-8”。",
            f'Write `encoding: {code}` in the mapping, or save the file as "CSV UTF-8".',
        ),
    )
