"""Arrays in one file: written aside, put in place when whole, mapped for reading.

The last bytes of the file say where each array lies and what the hash of all of them is, so a file
that was cut short or touched is known as such.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mrv.factors.texts import Array

_MARK = b"mrv arrays 1\n"
_ALIGN = 64
_TAIL = 32 + 8 + len(_MARK)
"""Hash, length of the directory, mark."""


class Writer:
    """Puts arrays one after another into a file."""

    def __init__(self, file: BinaryIO) -> None:
        """Begin at the beginning of a file."""
        self._file = file
        self._hash = sha256()
        self._at = 0
        self._places: dict[str, tuple[int, str, int]] = {}

    def put(self, name: str, array: Array) -> None:
        """Add an array of one dimension."""
        self._write(b"\0" * (-self._at % _ALIGN))
        self._places[name] = (self._at, array.dtype.str, len(array))
        self._write(array.tobytes() if len(array) else b"")

    def close(self, said: Mapping[str, Any]) -> None:
        """Add the directory, with what the writer wants to say about the arrays, and the hash."""
        directory = json.dumps({"said": said, "places": self._places}).encode()
        self._write(directory)
        self._file.write(self._hash.digest() + len(directory).to_bytes(8, "big") + _MARK)

    def _write(self, body: bytes | memoryview) -> None:
        self._hash.update(body)
        self._file.write(body)
        self._at += len(body)


class Cabinet:
    """The arrays of a file, mapped: only what is used is read into memory."""

    def __init__(self, buffer: Array, directory: Mapping[str, Any]) -> None:
        """Keep the mapped bytes and where each array lies in them."""
        self.said: Mapping[str, Any] = directory["said"]
        self._buffer = buffer
        self._places: Mapping[str, tuple[int, str, int]] = directory["places"]

    def get(self, name: str) -> Array:
        """Return an array."""
        at, kind, count = self._places[name]
        size = np.dtype(kind).itemsize * count
        return self._buffer[at : at + size].view(kind)


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """Write a file aside and move it into place at the end; nothing is left of a failed try.

    Raises:
        OSError: the folder cannot be written or is full.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".aside-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield Writer(file)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def read(path: Path) -> Cabinet | None:
    """Map a file of arrays; None if there is none or it is not whole."""
    try:
        with path.open("rb") as file:
            directory = _checked(file)
        if directory is None:
            return None
        return Cabinet(np.asarray(np.memmap(path, np.uint8, "r")), directory)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _checked(file: BinaryIO) -> Mapping[str, Any] | None:
    """Return the directory of a file if its hash is right; the file is read in small parts."""
    size = file.seek(0, os.SEEK_END)
    if size < _TAIL:
        return None
    file.seek(size - _TAIL)
    tail = file.read(_TAIL)
    length = int.from_bytes(tail[32:40], "big")
    if not tail.endswith(_MARK) or length > size - _TAIL:
        return None
    file.seek(size - _TAIL - length)
    directory = file.read(length)
    file.seek(0)
    found, left, part = sha256(), size - _TAIL, memoryview(bytearray(1 << 18))
    while left and (count := file.readinto(part[: min(left, len(part))])):  # type: ignore[attr-defined]
        found.update(part[:count])
        left -= count
    if found.digest() != tail[:32]:
        return None
    body: Mapping[str, Any] = json.loads(directory)
    return body
