"""Canonical JSON (RFC 8785): one text for one content, so that a hash can stand for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

from mrv.messages import Place, refuse, text

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_BYTES = 64 << 20
"""The largest JSON member that is read."""


def canonical(tree: object) -> bytes:
    """Write plain data as canonical JSON in UTF-8.

    Example:
        >>> canonical({"b": 0.1, "a": [None, True]})
        b'{"a":[null,true],"b":0.1}'
    """
    import rfc8785

    return rfc8785.dumps(tree)  # type: ignore[arg-type]


def parsed(body: bytes, member: str) -> Any:
    """Read canonical JSON back, refusing any other spelling of it.

    Args:
        body: the bytes of the member.
        member: its name, for the message.

    Raises:
        Refused: ``receipt.json`` if it is no JSON, holds a key twice or is not canonical.

    Example:
        >>> parsed(b'{"a":1}', "receipt.json")
        {'a': 1}
    """
    if len(body) > MAX_BYTES:
        _malformed(member, f"> {MAX_BYTES} bytes")
    try:
        tree = json.loads(body.decode("utf-8"), object_pairs_hook=_once)
        same = canonical(tree) == body
    except (ValueError, RecursionError, TypeError, OverflowError) as error:
        _malformed(member, str(error)[:120])
    if not same:
        _malformed(member, "not canonical")
    return tree


def _once(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"key {key!r} twice")
        found[key] = value
    return found


def _malformed(member: str, detail: str) -> NoReturn:
    refuse(
        "receipt.json",
        text(f"{member} 不是规范的 JSON（{detail}）", f"{member} is not canonical JSON ({detail})"),
        Place(file=member),
        why=text("一份内容只能有一种写法，否则散列无从对照。", "A hash needs one spelling."),
        hint=text("请索取原件。", "Ask for the original file."),
    )
