"""The salt: the key from outside the files under which secret keys become hashes.

A hash is the first 128 bits of HMAC-SHA-256 over the text of the key, in hexadecimal: any program
can make it, and whoever has not the salt cannot try names until one fits.
"""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from mrv.activity.reading import BLANKS
from mrv.messages import refuse, text

if TYPE_CHECKING:
    import hashlib
    from collections.abc import Mapping
    from typing import NoReturn

    from mrv.messages import Text

VARIABLE = "MRV_SALT"
DIGITS = 32
"""Hexadecimal digits of a hash: 128 bits."""
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){16,64}")
_HASH = re.compile(rf"[0-9a-f]{{{DIGITS}}}")
_BLOCK = 64
_HINT = text(
    "用 mrv salt 文件 生成一次，此后各年各平台用同一个，并与数据、结果分开保存。",
    "Make one once with mrv salt FILE, use the same one for every year and platform, and keep it "
    "apart from data and results.",
)


@dataclass(frozen=True)
class Salt:
    """A key for hashing.

    Attributes:
        key: 16 to 64 secret bytes.

    Example:
        >>> salt = Salt(bytes(16))
        >>> salt.hashed(" 13800000000 ") == salt.hashed("13800000000")
        True
        >>> len(salt.hashed("13800000000"))
        32
    """

    key: bytes = field(repr=False)

    @cached_property
    def _pads(self) -> tuple[hashlib._Hash, hashlib._Hash]:
        """Return the hashes of the two padded keys of HMAC, from which every value goes on."""
        filled = self.key.ljust(_BLOCK, b"\0")
        return sha256(bytes(b ^ 0x36 for b in filled)), sha256(bytes(b ^ 0x5C for b in filled))

    def hashed(self, written: str) -> str:
        """Return the hash of a key, whatever blanks stand around it and however it is encoded."""
        inner, outer = (pad.copy() for pad in self._pads)
        inner.update(tidied(written).encode("utf-8", "replace"))
        outer.update(inner.digest())
        return outer.hexdigest()[:DIGITS]

    def known_as(self, named: str) -> str:
        """Return the hash that a person means: the hash itself, or the key behind it."""
        return named if _HASH.fullmatch(named) else self.hashed(named)

    @property
    def fingerprint(self) -> str:
        """Return what tells two salts apart without giving one away."""
        return self.hashed("mrv salt fingerprint")[:8]


TEST = Salt(bytes.fromhex("7465737473616c74" * 4))
"""The salt of cases, which everybody knows: runs refuse it."""


def tidied(written: str) -> str:
    """Return the text that is hashed: no blanks at its ends, characters composed (NFC)."""
    plain = written.strip(BLANKS)
    return plain if plain.isascii() else unicodedata.normalize("NFC", plain)


def salt_of(
    given: Salt | Path | str | bytes | None, environ: Mapping[str, str] | None = None
) -> Salt | None:
    """Return the salt that a caller gives, else that of the environment; None without one.

    Args:
        given: a salt, the path of a salt file, hexadecimal digits, or bytes.
        environ: the environment, whose ``MRV_SALT`` holds the digits; that of the process if None.

    Raises:
        Refused: ``salt.file``, ``salt.digits``, ``salt.public``. What was given is never repeated.
    """
    if given is None:
        digits = (os.environ if environ is None else environ).get(VARIABLE, "")
        return _read(digits, VARIABLE) if digits.strip() else None
    if isinstance(given, Salt):
        return given
    if isinstance(given, bytes):
        return _read(given.hex(), "salt")
    return _of_file(given) if isinstance(given, Path) else _read(given, "salt")


def _of_file(path: Path) -> Salt:
    try:
        digits = path.read_text(encoding="ascii")
    except (OSError, UnicodeError):
        refuse(
            "salt.file",
            text(f"读不到盐文件“{path}”", f'the salt file "{path}" cannot be read'),
            hint=_HINT,
        )
    return _read(digits, path.name)


def _read(digits: str, where: str) -> Salt:
    plain = digits.strip()
    if not _HEX.fullmatch(plain):
        refuse(
            "salt.digits",
            text(
                f"{where} 不是盐：应为 32 至 128 个十六进制数字",
                f"{where} is no salt: it must be 32 to 128 hexadecimal digits",
            ),
            hint=_HINT,
        )
    salt = Salt(bytes.fromhex(plain))
    if salt == TEST or len(set(salt.key)) < 8:  # noqa: PLR2004 - a handful of bytes is no secret
        refuse(
            "salt.public",
            text(f"{where} 人人可知或可猜，不能用", f"{where} is known to everybody or guessable"),
            hint=_HINT,
        )
    return salt


def refuse_without(columns: list[str]) -> NoReturn:
    """Refuse data with secret keys where no salt is given.

    Raises:
        Refused: ``salt.missing``.
    """
    shown = ", ".join(columns)
    refuse(
        "salt.missing",
        text(f"{shown} 是保密的键，但没有给出盐", f"{shown}: secret keys, and no salt is given"),
        why=text(
            "这些键只以加密散列出现；没有盐，别人可以逐个猜出。",
            "Such keys appear as keyed hashes only; without a salt they could be guessed.",
        ),
        hint=_without_hint(),
    )


def _without_hint() -> Text:
    return text(
        f"{_HINT.zh}再加 --salt-file 文件，或设环境变量 {VARIABLE}；Python 中写 salt=。",
        f"{_HINT.en} Then add --salt-file FILE, or set {VARIABLE}; in Python give salt=.",
    )


def new_salt(path: Path) -> None:
    """Write a fresh salt of 256 bits to a file that only its owner may read.

    Raises:
        Refused: ``salt.exists`` if the file is there, ``salt.file`` if it cannot be written.
    """
    import secrets

    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        refuse(
            "salt.exists",
            text(f"“{path}”已存在，不会覆盖", f'"{path}" is there and is not replaced'),
            why=text(
                "换了盐，以前的散列就再也对不上。",
                "With another salt, earlier hashes would never be met again.",
            ),
        )
    except OSError:
        refuse("salt.file", text(f"无法写入“{path}”", f'"{path}" cannot be written'))
    with os.fdopen(number, "w", encoding="ascii", newline="\n") as file:
        file.write(secrets.token_hex(32) + "\n")
