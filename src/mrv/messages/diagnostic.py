"""Diagnostics: what is wrong, where, why it matters and what to do.

Everything that a person must act on is a :class:`Diagnostic`; bad input raises
:class:`Refused`, which carries all of them at once. Nothing else ever reaches the user.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NoReturn

from mrv.messages.text import Text

if TYPE_CHECKING:
    from mrv.messages.text import Lang

Severity = Literal["error", "warning"]

_LEVEL = {"error": Text(zh="错误", en="error"), "warning": Text(zh="警告", en="warning")}


@dataclass(frozen=True)
class Place:
    """A place in a text file or in a table.

    Attributes:
        file: file name, methodology name or table name as the user knows it.
        line: line in a text file, or row in a table, counted from 1.
        column: column in a text file, counted from 1; or None.
        field: column name or cell reference in a table (``burned``, ``D17``).
        source_line: the text of the line, shown with a caret below it.
        width: how many characters the caret underlines.
    """

    file: str | None = None
    line: int | None = None
    column: int | None = None
    field: str | None = None
    source_line: str | None = None
    width: int = 1

    def __str__(self) -> str:
        """Return ``file:line:column`` or ``table row line, field``."""
        parts = [str(part) for part in (self.file, self.line, self.column) if part is not None]
        place = ":".join(parts)
        return f"{place} [{self.field}]" if self.field else place


@dataclass(frozen=True)
class Diagnostic:
    """One finding about a file, a table or a call.

    Attributes:
        rule: stable name of the rule that was broken, such as ``unit.incompatible``.
        what: what is wrong, with the words and numbers of the case.
        place: where; None if it concerns the call as a whole.
        why: why it matters, where that is not plain.
        hint: what to do about it.
        severity: an error stops the run, a warning does not.
    """

    rule: str
    what: Text
    place: Place | None = None
    why: Text | None = None
    hint: Text | None = None
    severity: Severity = "error"

    def render(self, lang: Lang = "en") -> str:
        """Write the finding as plain text: place, cause, line with caret, reason and remedy.

        Example:
            >>> print(Diagnostic("name.unknown", Text("未知名称", "unknown name")).render("en"))
            error[name.unknown]: unknown name
        """
        at = f"{self.place}: " if self.place and str(self.place) else ""
        lines = [f"{at}{_LEVEL[self.severity].in_(lang)}[{self.rule}]: {self.what.in_(lang)}"]
        lines += _caret(self.place)
        if self.why:
            lines.append(f"  {'原因' if lang == 'zh' else 'why'}: {self.why.in_(lang)}")
        if self.hint:
            lines.append(f"  {'建议' if lang == 'zh' else 'hint'}: {self.hint.in_(lang)}")
        return "\n".join(lines)


def _caret(place: Place | None) -> list[str]:
    """Return the source line and a caret below it; wide characters take two cells."""
    if place is None or place.source_line is None or place.column is None:
        return []
    before = place.source_line[: place.column - 1]
    pad = "".join("  " if ord(char) > 0x2E7F else " " for char in before)  # noqa: PLR2004
    return [f"    {place.source_line.rstrip()}", f"    {pad}{'^' * max(1, place.width)}"]


class Refused(Exception):  # noqa: N818 - the word says what happened to the input
    """Bad input, with every finding that could be made before stopping."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...] | list[Diagnostic]) -> None:
        """Keep the findings; the exception text is their English rendering."""
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(d.render("en") for d in self.diagnostics))

    @property
    def exit_code(self) -> int:
        """2 if the call itself was wrong (rules ``call.*``), else 1: the data or file is bad."""
        return 2 if all(d.rule.startswith("call.") for d in self.diagnostics) else 1


def refuse(
    rule: str,
    what: Text,
    place: Place | None = None,
    *,
    why: Text | None = None,
    hint: Text | None = None,
) -> NoReturn:
    """Refuse the input with one finding.

    Raises:
        Refused: always.
    """
    raise Refused([Diagnostic(rule, what, place, why, hint)])
