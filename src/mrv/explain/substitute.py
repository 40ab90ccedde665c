"""The formula with numbers and units in place of names: ``10 t × 42 GJ/t = 420 GJ``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mrv.explain.numbers import is_short, shown
from mrv.explain.words import number_text, to_math, write_values
from mrv.language import tree
from mrv.messages import Text

if TYPE_CHECKING:
    from mrv.explain.gather import Gather, RowRef
    from mrv.explain.step import Value
    from mrv.messages import Lang
    from mrv.units import Unit

_LANGS: tuple[Lang, Lang] = ("zh", "en")


def substituted(
    gather: Gather, body: tree.Node, row: RowRef, value: Value, unit: Unit | None
) -> Text | None:
    """Write an expression with the values of a row, and what it comes to.

    Only the branch that was taken is written. ``≈`` stands where digits are left out.

    Args:
        gather: the values of the explanation.
        body: the expression.
        row: the row.
        value: the value of the whole.
        unit: its unit.

    Returns:
        The line; None where it would only repeat the value.
    """
    lines: dict[Lang, str] = {}
    for lang in _LANGS:
        writer = _Writer(gather, lang)
        filled = writer.filled(body, row)
        left, right = write_values(filled, lang), shown(value, unit, lang)
        if isinstance(value, str):
            right = _quoted(value, lang)
        if left == right or (isinstance(value, bool) and _is_leaf(body)):
            return None
        sign = "→" if isinstance(value, bool) else "≈" if writer.cut or is_short(value) else "="
        lines[lang] = f"{left} {sign} {right}"
    return Text(lines["zh"], lines["en"])


def _is_leaf(node: tree.Node) -> bool:
    while isinstance(node, tree.Brought | tree.Scaled):
        node = node.inner
    return not isinstance(node, tree.Apply)


def _quoted(word: str, lang: Lang) -> str:
    return f"“{word}”" if lang == "zh" else f'"{word}"'


class _Writer:
    """Replaces operands by the texts of their values."""

    def __init__(self, gather: Gather, lang: Lang) -> None:
        self._gather, self._lang = gather, lang
        self.cut = False

    def filled(self, node: tree.Node, row: RowRef) -> tree.Node:
        """Return the expression with its operands as texts, only the branches taken."""
        match node:
            case tree.Number():
                return self._text(node, self._number(node))
            case tree.Word():
                return self._text(node, _quoted(node.value, self._lang))
            case tree.Truth() | tree.Nothing():
                return node
            case tree.Scaled():
                return self.filled(node.inner, row)
            case tree.Brought():
                coarse = self._gather.coarse(node, row)
                return self._missing(node) if coarse is None else self.filled(node.inner, coarse)
            case tree.LeftOut():
                return self._text(node, shown(0.0, node.type.unit, self._lang))
            case tree.Apply(op="if"):
                holds = self._gather.value(node.args[0], row) is True
                return self.filled(node.args[1 if holds else 2], row)
            case tree.Apply(op="first"):
                for part in node.args:
                    if self._gather.value(part, row) is not None:
                        return self.filled(part, row)
                return self._missing(node)
            case tree.Apply(op="ratio"):
                if self._gather.value(node.args[1], row) == 0:
                    return self.filled(node.args[2], row)
                pair = tuple(self.filled(part, row) for part in node.args[:2])
                return replace(node, op="div", args=pair)
            case tree.Apply(op="given") if self._gather.value(node.args[0], row) is None:
                name = to_math(node.args[0], self._lang)
                return self._text(
                    node, f"{name} 缺失" if self._lang == "zh" else f"{name} is missing"
                )
            case tree.Apply(op="quantise"):
                return replace(node, args=(self.filled(node.args[0], row), node.args[1]))
            case tree.Apply(op="in"):
                return replace(node, args=tuple(self.filled(part, row) for part in node.args))
            case tree.Apply():
                return replace(node, args=tuple(self.filled(part, row) for part in node.args))
            case tree.Interpolated():
                return replace(node, args=tuple(self.filled(part, row) for part in node.args))
            case tree.TracedAt():
                by = tuple(self.filled(part, row) for part in node.by)
                return replace(node, by=by, at=self.filled(node.at, row))
            case _:
                return self._value(node, row)

    def _value(self, node: tree.Node, row: RowRef) -> tree.Node:
        value = self._gather.value(node, row)
        self.cut = self.cut or is_short(value)
        if node.type.kind == "yes-no":
            truth, name = shown(value, None, self._lang), to_math(node, self._lang)
            return self._text(
                node, f"{name}（{truth}）" if self._lang == "zh" else f"{name} ({truth})"
            )
        if isinstance(value, str) and node.type.kind == "text":
            return self._text(node, _quoted(value, self._lang))
        return self._text(node, shown(value, node.type.unit, self._lang))

    def _number(self, node: tree.Number) -> str:
        named = self._gather.methodology.constants.get(node.name or "")
        unit = node.type.unit if named is None else named.unit
        if node.type.kind == "year" or unit is None:
            return str(node.value)
        written = number_text(node.value, unit, self._lang)
        bare = written.split(" ", maxsplit=1)[0]
        self.cut = self.cut or ("/" not in bare and float(bare) != float(node.value))
        return written

    def _missing(self, node: tree.Node) -> tree.Word:
        return self._text(node, shown(None, None, self._lang))

    @staticmethod
    def _text(node: tree.Node, written: str) -> tree.Word:
        return tree.Word(written, node.type, node.place)
