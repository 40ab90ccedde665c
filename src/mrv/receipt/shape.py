"""Frozen dataclasses to plain data and back, and the JSON Schema that says the same.

One definition serves the program, the file and the published schema: the fields of a dataclass
are the keys of an object, in both directions, and nothing else is let in.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, Literal, NoReturn, TypeVar, Union, get_args, get_origin, get_type_hints

from mrv.messages import Place, refuse, text

_T = TypeVar("_T")
_PLAIN: dict[type, str] = {str: "string", int: "integer", float: "number", bool: "boolean"}


def encoded(value: object) -> Any:
    """Turn dataclasses, tuples and mappings into plain data; what is None is left out.

    Example:
        >>> from mrv.messages import text
        >>> encoded((text("吨", "tonne"),))
        [{'zh': '吨', 'en': 'tonne'}]
    """
    if is_dataclass(value) and not isinstance(value, type):
        pairs = ((field.name, getattr(value, field.name)) for field in fields(value))
        return {name: encoded(own) for name, own in pairs if own is not None}
    if isinstance(value, Mapping):
        return {str(key): encoded(own) for key, own in value.items()}
    if isinstance(value, tuple | list):
        return [encoded(one) for one in value]
    return value


def decoded(kind: type[_T], tree: object, member: str) -> _T:
    """Turn plain data into a dataclass, checking every type on the way.

    Args:
        kind: the dataclass.
        tree: what a JSON member holds.
        member: its name, for the message.

    Raises:
        Refused: ``receipt.shape`` with the path to what does not fit.
    """
    try:
        found: _T = _decoded(kind, tree, "$")
    except _MisfitError as misfit:
        _refuse(member, misfit)
    return found


def schema_of(kind: type, title: str, about: str) -> dict[str, Any]:
    """Return the JSON Schema of a dataclass and all that it holds."""
    parts: dict[str, Any] = {}
    _schema(kind, parts)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "description": about,
        "$ref": f"#/$defs/{kind.__name__}",
        "$defs": parts,
    }


class _MisfitError(Exception):
    def __init__(self, path: str, wanted: str, found: object) -> None:
        self.path, self.wanted, self.found = path, wanted, found
        super().__init__(path)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _optional(kind: Any) -> Any:
    """Return what a type is apart from None, or None if it may not be missing."""
    if get_origin(kind) in {Union, types.UnionType}:
        rest = [one for one in get_args(kind) if one is not type(None)]
        if len(rest) < len(get_args(kind)):
            return rest[0] if len(rest) == 1 else Union[tuple(rest)]  # noqa: UP007
    return None


def _decoded(kind: Any, tree: object, path: str) -> Any:
    inner = _optional(kind)
    if inner is not None:
        return None if tree is None else _decoded(inner, tree, path)
    origin = get_origin(kind)
    if origin in {Union, types.UnionType}:
        for one in get_args(kind):
            if type(tree) is one or (one is float and type(tree) is int):
                return float(tree) if one is float else tree  # type: ignore[arg-type]
        raise _MisfitError(path, " or ".join(one.__name__ for one in get_args(kind)), tree)
    if origin is Literal:
        if tree not in get_args(kind):
            raise _MisfitError(path, " or ".join(map(repr, get_args(kind))), tree)
        return tree
    if origin is tuple:
        if not isinstance(tree, list):
            raise _MisfitError(path, "a list", tree)
        return tuple(_decoded(get_args(kind)[0], one, f"{path}[{i}]") for i, one in enumerate(tree))
    if origin is Mapping:
        if not isinstance(tree, dict):
            raise _MisfitError(path, "an object", tree)
        of = get_args(kind)[1]
        return {key: _decoded(of, one, f"{path}.{key}") for key, one in tree.items()}
    if is_dataclass(kind):
        return _decoded_class(kind, tree, path)
    if type(tree) is kind or (kind is float and type(tree) is int):
        return float(tree) if kind is float else tree  # type: ignore[arg-type]
    raise _MisfitError(path, _PLAIN.get(kind, str(kind)), tree)


def _decoded_class(kind: Any, tree: object, path: str) -> Any:
    if not isinstance(tree, dict):
        raise _MisfitError(path, "an object", tree)
    hints = _hints(kind)
    strange = sorted(set(tree) - set(hints))
    if strange:
        raise _MisfitError(f"{path}.{strange[0]}", "no such key", tree[strange[0]])
    given = {}
    for field in fields(kind):
        if field.name in tree:
            given[field.name] = _decoded(
                hints[field.name], tree[field.name], f"{path}.{field.name}"
            )
        elif _optional(hints[field.name]) is not None:
            given[field.name] = None
        elif field.default is MISSING:
            raise _MisfitError(f"{path}.{field.name}", "a value", None)
    return kind(**given)


def _schema(kind: Any, parts: dict[str, Any]) -> dict[str, Any]:
    inner = _optional(kind)
    if inner is not None:
        return _schema(inner, parts)
    origin = get_origin(kind)
    if origin in {Union, types.UnionType}:
        return {"type": [_PLAIN[one] for one in get_args(kind)]}
    if origin is Literal:
        return {"enum": list(get_args(kind))}
    if origin is tuple:
        return {"type": "array", "items": _schema(get_args(kind)[0], parts)}
    if origin is Mapping:
        return {"type": "object", "additionalProperties": _schema(get_args(kind)[1], parts)}
    if not is_dataclass(kind):
        return {"type": _PLAIN[kind]}
    name = str(getattr(kind, "__name__", ""))
    if name not in parts:
        hints = _hints(kind)  # type: ignore[arg-type]
        parts[name] = {}
        needed = [f.name for f in fields(kind)
                  if _optional(hints[f.name]) is None and f.default is MISSING]  # fmt: skip
        parts[name] = {
            "type": "object",
            "description": (kind.__doc__ or "").split("\n")[0],
            "properties": {f.name: _schema(hints[f.name], parts) for f in fields(kind)},
            "required": needed,
            "additionalProperties": False,
        }
    return {"$ref": f"#/$defs/{name}"}


def _refuse(member: str, misfit: _MisfitError) -> NoReturn:
    shown = repr(misfit.found)[:60]
    refuse(
        "receipt.shape",
        text(
            f"{member} 的 {misfit.path}：应为 {misfit.wanted}，实为 {shown}",
            f"{member} at {misfit.path}: {misfit.wanted} is wanted, there is {shown}",
        ),
        Place(file=member),
    )
