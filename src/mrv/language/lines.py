"""Places in a text: from the line and column of a mark to the line that is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mrv.messages import Place

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # what YAML readers count as a line break
_SHOWN = 160


@dataclass(frozen=True)
class Lines:
    """A file cut into lines, which knows how to make places in itself."""

    file: str
    lines: tuple[str, ...]

    def at(self, line: int, column: int, width: int = 1) -> Place:
        """Make a place; ``line`` and ``column`` are counted from 0, as marks count them.

        A very long line is shown only around the column.
        """
        source = self.lines[line] if line < len(self.lines) else ""
        width = max(1, min(width, _SHOWN // 2, len(source) - column))
        return Place(
            file=self.file,
            line=line + 1,
            column=column + 1,
            source_line=source if len(source) <= _SHOWN else None,
            width=width,
        )


def split(text: str, file: str) -> Lines:
    """Cut a text into lines.

    Example:
        >>> str(split("a: 1", "x.yaml").at(0, 3))
        'x.yaml:1:4'
    """
    return Lines(file, tuple(_BREAK.split(text)))
