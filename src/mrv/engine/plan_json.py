"""The plan as canonical JSON: what receipts quote, hashes stand for and other programs read.

One plan has exactly one text: sorted keys, no spaces, shortest exact floats, and every object
tagged with its class under ``is``.
"""

from __future__ import annotations

import hashlib
import json
import math
import types
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Literal, NoReturn, Union, get_args, get_origin, get_type_hints

from mrv.engine import plan as model
from mrv.engine.plan import Const, Plan
from mrv.messages import Text, refuse

_TAG = "is"
_CLASSES = {name: kind for name, kind in vars(model).items() if is_dataclass(kind)}


def plan_to_json(plan: Plan) -> str:
    """Write a plan as canonical JSON.

    Raises:
        ValueError: if a number of the plan is not finite.

    Example:
        >>> from mrv.engine.plan import Spine
        >>> text = plan_to_json(Plan((Spine("s"),), (), "s", (), ()))
        >>> text
        '{"curves":[],"factors":[],"fields":[],"is":"Plan","relations":[{"is":"Spine","name":"s"}],"report":"s"}'
    """
    return json.dumps(
        _encode(plan), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def plan_from_json(text: str) -> Plan:
    """Read a plan back from its JSON, the inverse of :func:`plan_to_json`.

    Raises:
        Refused: ``plan.malformed`` if the text is not JSON, or not that of a plan.
    """
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError) as error:
        _malformed("$", str(error))
    plan = _decode(Plan, tree, "$")
    assert isinstance(plan, Plan)  # noqa: S101 - _decode checks it; this tells the type checker
    return plan


def plan_hash(plan: Plan) -> str:
    """Return the SHA-256 of the canonical JSON in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(plan_to_json(plan).encode()).hexdigest()


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _encode(value: Any, hint: Any = Any) -> Any:
    """Turn dataclasses and tuples into plain JSON values; a field of floats holds floats."""
    if is_dataclass(value) and not isinstance(value, type):
        kind = type(value)
        tree = {f.name: _encode(getattr(value, f.name), _hints(kind)[f.name]) for f in fields(kind)}
        if isinstance(value, Const) and value.kind == "number" and value.value is not None:
            tree["value"] = float(value.value)
        return {_TAG: kind.__name__, **tree}
    if isinstance(value, tuple):
        inner = get_args(hint)
        each = inner[:1] * len(value) if inner[1:] == (...,) else inner
        options = [Any] * len(value) if len(each) != len(value) else each
        return [_encode(item, one) for item, one in zip(value, options, strict=True)]
    return float(value) if hint is float else value


def _decode(hint: Any, tree: Any, at: str) -> Any:
    """Read a JSON value as what the type of its field says, or refuse it at its path."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        return _decode(_option(inner, tree, at), tree, at)
    if origin is Literal and tree in inner:
        return tree
    if origin is tuple and isinstance(tree, list):
        each = inner[:1] * len(tree) if inner[1:] == (...,) else inner
        if len(each) == len(tree):
            pairs = zip(each, tree, strict=True)
            return tuple(_decode(one, item, f"{at}[{i}]") for i, (one, item) in enumerate(pairs))
    if isinstance(hint, type) and is_dataclass(hint) and isinstance(tree, dict):
        hints = _hints(hint)
        if tree.get(_TAG) == hint.__name__ and tree.keys() == {_TAG, *hints}:
            return hint(
                **{name: _decode(hints[name], tree[name], f"{at}.{name}") for name in hints}
            )
    if type(tree) is hint and not (isinstance(tree, float) and not math.isfinite(tree)):
        return tree
    return _malformed(at, json.dumps(tree, ensure_ascii=False)[:60])


def _option(options: tuple[Any, ...], tree: Any, at: str) -> Any:
    """Choose the member of a union that the value belongs to, by its tag or JSON type."""
    wanted = _CLASSES.get(str(tree.get(_TAG))) if isinstance(tree, dict) else type(tree)
    members = {list if get_origin(option) is tuple else option: option for option in options}
    if wanted not in members:
        _malformed(at, json.dumps(tree, ensure_ascii=False)[:60])
    return members[wanted]


def _malformed(at: str, found: str) -> NoReturn:
    """Refuse the text of a plan."""
    zh, en = f"计划文件在 {at} 处不合格式：{found}", f"not the JSON of a plan at {at}: {found}"
    hint = Text("请使用由本程序导出的计划。", "Use a plan that this program has written.")
    refuse("plan.malformed", Text(zh, en), hint=hint)
