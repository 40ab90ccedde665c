"""Work out the encoding of a text file, say what it is taken for, refuse a mixture."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from mrv.messages import Diagnostic, Place, Refused, text

if TYPE_CHECKING:
    from mrv.messages import Text

_HIGH = 0x80
_PAIRED = 0.8
_SHOWN = 5
_RUN = re.compile(rb"[\x80-\xff]+")
_LETTERS = re.compile("[\u00a0-\u07ff]+")
_ODD = re.compile("[\u0180-\u036f\u0530-\u07ff]")
"""Letters and marks beyond the usual European ones."""
_UNDEFINED = frozenset((0x81, 0x8D, 0x8F, 0x90, 0x9D))
"""Bytes that Windows-1252 leaves undefined."""


def decode(body: bytes, file: str, stated: str | None = None) -> tuple[str, Text]:
    """Decode a text file.

    A byte-order mark or valid UTF-8 decides. Else bytes above 127 that stand in pairs are
    GB18030, and single ones are Windows-1252 or Latin-1: in Western text an accented letter
    stands between plain ones.

    Args:
        body: the file.
        file: its name, for messages.
        stated: the encoding that the user states; None works it out.

    Returns:
        The text and a sentence that says how it was read.

    Raises:
        Refused: ``import.encoding`` if the stated encoding does not fit or lines differ.

    Example:
        >>> decode("élément;unité".encode("cp1252"), "a.csv")[1].en
        'read as cp1252: single bytes above 127'
        >>> decode("产品名称".encode("gbk"), "a.csv")[1].en
        'read as gb18030: bytes above 127 stand in pairs'
    """
    if stated is not None:
        return _stated(body, file, stated)
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _stated(body, file, "utf-16")
    try:
        plain = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _without_utf8(body, file)
    if _chinese_by_chance(body, plain):
        return body.decode("gb18030"), text(
            "按 gb18030 读取：按 UTF-8 会得到混杂的字母",
            "read as gb18030: as UTF-8 it would be letters of mixed scripts",
        )
    return plain, text("按 UTF-8 读取", "read as UTF-8")


def _chinese_by_chance(body: bytes, plain: str) -> bool:
    """Tell whether text that is valid UTF-8 is rather Chinese in two bytes a character.

    A few characters, such as those of 联通, are valid in both; as UTF-8 they are letters that no
    language puts side by side.
    """
    runs = _LETTERS.findall(plain)
    if not any(_ODD.search(run) or len(_scripts(run)) > 1 for run in runs):
        return False
    try:
        body.decode("gb2312")
    except UnicodeDecodeError:
        return False
    return True


def _scripts(run: str) -> set[str]:
    """Name the scripts of a run of letters, as far as Chinese can be taken for them."""
    return {
        "Greek" if "\u0370" <= c < "\u0400" else "Cyrillic" if c >= "\u0400" else "Latin"
        for c in run
    }


def _stated(body: bytes, file: str, encoding: str) -> tuple[str, Text]:
    try:
        plain = body.decode(encoding)
    except (LookupError, UnicodeError):
        what = text(f"文件不能按 {encoding} 读取", f"the file cannot be read as {encoding}")
        raise Refused([Diagnostic("import.encoding", what, Place(file=file))]) from None
    return plain.removeprefix("\ufeff"), text(f"按 {encoding} 读取", f"read as {encoding}")


def _without_utf8(body: bytes, file: str) -> tuple[str, Text]:
    """Choose between GB18030 and the Western encodings; refuse a mixture with UTF-8."""
    lines = body.split(b"\n")
    marked = [number for number, line in enumerate(lines, 1) if not line.isascii()]
    other = [number for number in marked if not _is_utf8(lines[number - 1])]
    if len(other) < len(marked) and any(_long(lines[n - 1]) for n in marked if n not in set(other)):
        shown = ", ".join(map(str, other[:_SHOWN])) + (" …" if len(other) > _SHOWN else "")
        what = text(
            f"文件混用了 UTF-8 与其他编码；不是 UTF-8 的行：{shown}",
            f"the file mixes UTF-8 with another encoding; lines that are not UTF-8: {shown}",
        )
        hint = text(
            "请把文件另存为同一种编码，或写明 encoding。",
            "Save the file in one encoding, or state `encoding`.",
        )
        place = Place(file=file, line=other[0])
        raise Refused([Diagnostic("import.encoding", what, place, hint=hint)])
    if _share_in_pairs(body) >= _PAIRED:
        try:
            plain = body.decode("gb18030")
        except UnicodeDecodeError:
            pass
        else:
            return plain, text(
                "按 gb18030 读取：高位字节成对出现",
                "read as gb18030: bytes above 127 stand in pairs",
            )
    encoding = "latin-1" if _UNDEFINED & set(body) else "cp1252"
    return body.decode(encoding), text(
        f"按 {encoding} 读取：高位字节单独出现", f"read as {encoding}: single bytes above 127"
    )


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _long(line: bytes) -> bool:
    """Tell whether a line is UTF-8 beyond chance: two characters or more of it."""
    return len([char for char in line.decode("utf-8") if ord(char) >= _HIGH]) > 1


def _share_in_pairs(body: bytes) -> float:
    """Return the share of bytes above 127 that stand in runs of an even length."""
    runs = [len(run) for run in _RUN.findall(body)]
    return sum(length for length in runs if length % 2 == 0) / sum(runs) if runs else 0.0
