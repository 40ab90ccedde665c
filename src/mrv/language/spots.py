"""Where each part of an expression stands in its file, character by character."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from mrv.language.lines import split
from mrv.messages import Place

if TYPE_CHECKING:
    import ast

    from mrv.language.lines import Lines
    from mrv.language.model import Written

_ESCAPED = {"x": 2, "u": 4, "U": 8}


@dataclass(frozen=True)
class Spots:
    """The text of an expression and where it stands.

    A text on one line stands in the file as it is; one that is quoted with escapes or runs over
    several lines is matched with the file, white space left aside.

    Attributes:
        written: the text and the place of its first character.
        source: the whole file; without it only the first line is known.
    """

    written: Written
    source: str = ""

    def place(self, node: ast.AST) -> Place:
        """Return the place of a node."""
        row = getattr(node, "lineno", 1) - 1
        end_row = getattr(node, "end_lineno", row + 1) - 1
        begin = self._offset(row, getattr(node, "col_offset", 1))
        return self.span(begin, self._offset(end_row, getattr(node, "end_col_offset", 2)))

    def segment(self, node: ast.expr) -> str:
        """Return the author's own text of a node."""
        end_row = (node.end_lineno or node.lineno) - 1
        begin = self._offset(node.lineno - 1, node.col_offset)
        return self.written.text[begin : self._offset(end_row, node.end_col_offset or 0)]

    def span(self, begin: int, end: int) -> Place:
        """Return the place of the characters from ``begin`` to before ``end``."""
        start = self.written.place
        if self._verbatim:
            column = None if start.column is None else start.column + begin
            width = max(1, end - begin)
            return Place(start.file, start.line, column, start.field, start.source_line, width)
        if not self._matched:
            return start
        row, column_at = self._matched[min(begin, len(self._matched) - 1)]
        last_row, last = self._matched[max(0, min(end, len(self._matched)) - 1)]
        whole = len(self._lines.lines[row].rstrip()) if row < len(self._lines.lines) else 0
        width = (last + 1 if last_row == row else whole) - column_at
        found = self._lines.at(row, column_at, width)
        if self.source or start.line is None or found.line is None:
            return found
        return replace(found, line=start.line + row)

    @cached_property
    def _rows(self) -> list[str]:
        return self.written.text.split("\n")

    def _offset(self, row: int, byte: int) -> int:
        """Turn a row and a UTF-8 byte offset of the parsed text into a character offset.

        The parsed text has a bracket before the first row.
        """
        rows = self._rows
        if row >= len(rows):
            return len(self.written.text)
        byte = max(0, byte - 1) if row == 0 else byte
        line = rows[row]
        inside = byte if line.isascii() else len(line.encode()[:byte].decode(errors="ignore"))
        return sum(len(one) + 1 for one in rows[:row]) + min(inside, len(line))

    @cached_property
    def _verbatim(self) -> bool:
        """Whether the text stands in its line as it is."""
        start, own = self.written.place, self.written.text
        if start.line is None or start.column is None:
            return True
        if start.source_line is None:
            return not self.source and "\n" not in own
        return start.source_line[start.column - 1 :].startswith(own) and "\n" not in own

    @cached_property
    def _lines(self) -> Lines:
        """The lines of the file, or the one line that is known."""
        start = self.written.place
        return _cut(self.source or start.source_line or "", start.file or "")

    @cached_property
    def _matched(self) -> list[tuple[int, int]]:
        """The row and column of each character of the text, both counted from 0."""
        start, lines = self.written.place, self._lines.lines
        row, column = (start.line or 1) - 1 if self.source else 0, (start.column or 1) - 1
        quote = lines[row][column - 1 : column] if row < len(lines) else ""
        matched: list[tuple[int, int]] = []
        for char in self.written.text:
            if char.isspace():
                matched.append((row, column))
                line = lines[row] if row < len(lines) else ""
                if quote == '"' and line[column : column + 1] == "\\" and column + 1 < len(line):
                    column += _length(line, column, quote)  # white space written as an escape
                continue
            row, column = _next(lines, row, column)
            matched.append((row, column))
            if row < len(lines):
                column += _length(lines[row], column, quote)
        return matched


@lru_cache(maxsize=16)
def _cut(source: str, file: str) -> Lines:
    """Cut a file into lines once, not for each of its expressions."""
    return split(source, file)


def _next(lines: tuple[str, ...], row: int, column: int) -> tuple[int, int]:
    """Return where the next character that is not white space stands."""
    while row < len(lines):
        line = lines[row]
        while column < len(line):
            broken = line[column] == "\\" and column == len(line) - 1
            if not line[column].isspace() and not broken:
                return row, column
            column += 1
        row, column = row + 1, 0
    return row, column


def _length(line: str, column: int, quote: str) -> int:
    """Return how many characters of the file make one character of the text."""
    if quote == "'" and line[column : column + 2] == "''":
        return 2
    if quote == '"' and line[column] == "\\":
        return 2 + _ESCAPED.get(line[column + 1 : column + 2], 0)
    return 1
