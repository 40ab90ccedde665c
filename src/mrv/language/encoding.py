"""From the bytes of a file to its text, naming the encoding if it is not UTF-8."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mrv.messages import Diagnostic, Place, Refused, did_you_mean, refuse, text

if TYPE_CHECKING:
    from pathlib import Path

    from mrv.language.lines import Lines
    from mrv.messages import Text

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_AT_MOST = 20


def load(path: Path, name: str, *, limit: int) -> bytes:
    """Read the bytes of a file.

    Args:
        path: the file.
        name: what the user calls it.
        limit: largest size in bytes.

    Raises:
        Refused: ``call.no-file``, ``call.not-a-file``, ``call.no-permission``, ``yaml.size``.
    """
    try:
        if path.is_dir():
            refuse(
                "call.not-a-file",
                text(f"“{name}”是文件夹，不是文件", f'"{name}" is a folder, not a file'),
                hint=text("请给出文件名。", "Name a file in it."),
            )
        with path.open("rb") as stream:
            content = stream.read(limit + 1)
    except FileNotFoundError:
        refuse("call.no-file", text(f"找不到文件“{name}”", f'there is no file "{name}"'),
               hint=_beside(path))  # fmt: skip
    except PermissionError:
        refuse(
            "call.no-permission",
            text(f"没有读取“{name}”的权限", f'no permission to read "{name}"'),
        )
    except (OSError, ValueError):
        refuse("call.no-file", text(f"无法打开“{name}”", f'"{name}" cannot be opened'))
    if len(content) > limit:
        refuse(
            "yaml.size",
            text(f"文件超过 {limit:,} 字节", f"the file exceeds {limit:,} bytes"),
            Place(name),
        )
    return content


def _beside(path: Path) -> Text | None:
    """Suggest files of the same kind in the same folder."""
    try:
        near = [p.name for p in path.parent.iterdir() if p.suffix == path.suffix]
    except OSError:
        return None
    return did_you_mean(path.name, near) if near else None


def decode(content: bytes, name: str) -> str:
    """Return the text of UTF-8 bytes (a byte-order mark is dropped).

    Raises:
        Refused: ``file.encoding``, naming the encoding that the bytes look like.

    Example:
        >>> decode("年".encode(), "x.yaml")
        '年'
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused([_encoding(name, "UTF-16", 1)])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        raise Refused([_encoding(name, None, line)]) from None
    raise Refused([_encoding(name, "GBK/GB18030", line)])


def _encoding(name: str, guess: str | None, line: int) -> Diagnostic:
    zh = f"，看起来是 {guess}" if guess else ""
    en = f"; it looks like {guess}" if guess else ""
    code = {"UTF-16": "UTF-16", "GBK/GB18030": "GB18030"}.get(guess or "")
    zh_how = f"，或运行 iconv -f {code} -t UTF-8" if code else ""
    en_how = f", or run iconv -f {code} -t UTF-8" if code else ""
    return Diagnostic(
        "file.encoding",
        text(f"文件不是 UTF-8 编码{zh}", f"the file is not encoded in UTF-8{en}"),
        Place(name, line),
        hint=text(
            f"请在编辑器里“另存为”UTF-8{zh_how}。",
            f'Save it as UTF-8 in the editor ("Save with encoding"){en_how}.',
        ),
    )


def characters(content: str, lines: Lines) -> list[Diagnostic]:
    """Find characters that no text file should hold: NUL and other control characters."""
    found = []
    if _SURROGATE.search(content):
        found.append(_encoding(lines.file, None, 1))
    if not _UNPRINTABLE.search(content):
        return found
    for number, line in enumerate(lines.lines):
        for hit in _UNPRINTABLE.finditer(line):
            code = f"U+{ord(hit[0]):04X}"
            place = Place(lines.file, number + 1, hit.start() + 1)
            what = text(f"文件含有控制字符 {code}", f"the file holds the control character {code}")
            hint = text("请删去它。", "Delete it.")
            found.append(Diagnostic("file.characters", what, place, hint=hint))
            if len(found) >= _AT_MOST:
                return found
    return found
