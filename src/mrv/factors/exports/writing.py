"""Write a file whole or not at all, and keep spreadsheets from running what a cell says."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from mrv.messages import Place, refuse, text

if TYPE_CHECKING:
    from collections.abc import Callable

_RUNS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a text that begins with one of these for a formula."""


def write_whole(path: Path, write: Callable[[Path], None], *, overwrite: bool) -> None:
    """Write a file aside, then move it into place.

    Args:
        path: where the file goes; its folder must be there.
        write: writes the whole content to the path that it is given.
        overwrite: whether a file of that name may be replaced.

    Raises:
        Refused: ``call.out`` if the place cannot be written to, ``call.out-exists`` if a file is
            there and may not be replaced. Then nothing has changed.
    """
    place = Place(file=str(path))
    if not path.parent.is_dir():
        refuse("call.out", text("目标文件夹不存在", "the target folder does not exist"), place)
    if path.is_dir():
        refuse("call.out", text("目标是一个文件夹", "the target is a folder"), place)
    if path.exists() and not overwrite:
        refuse(
            "call.out-exists",
            text("同名文件已存在", "a file of that name is already there"),
            place,
            hint=text("换一个文件名，或允许覆盖。", "Choose another name, or allow overwriting."),
        )
    try:
        handle, name = tempfile.mkstemp(prefix=".mrv-part-", suffix=path.suffix, dir=path.parent)
    except OSError as error:
        reason = text(str(error.strerror), str(error.strerror))
        refuse("call.out", text("无法写入", "it cannot be written to"), place, why=reason)
    os.close(handle)
    aside = Path(name)
    try:
        write(aside)
        aside.chmod(0o644)
        aside.replace(path)
    except OSError as error:
        reason = text(str(error.strerror), str(error.strerror))
        refuse("call.out", text("写入失败", "writing failed"), place, why=reason)
    finally:
        with contextlib.suppress(OSError):
            aside.unlink()


def runs_as_formula(cell: str) -> bool:
    """Tell whether a spreadsheet would take a text for a formula.

    Example:
        >>> [runs_as_formula(cell) for cell in ("=1+1", "@cmd", "柴油", "-3.5")]
        [True, True, False, False]
    """
    if not cell.startswith(_RUNS):
        return False
    try:
        float(cell)
    except ValueError:
        return True
    return cell[0] in "\t\r"


def harmless(cell: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run.

    Example:
        >>> harmless("=HYPERLINK(1)"), harmless("-3.5")
        ("'=HYPERLINK(1)", '-3.5')
    """
    return f"'{cell}" if runs_as_formula(cell) else cell
