"""The report of an import: what was taken, what was refused and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrv.factors.counting import counted
from mrv.messages import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrv.factors.imports.options import Options
    from mrv.factors.row import FactorRow
    from mrv.messages import Diagnostic, Text
    from mrv.messages.text import Lang


@dataclass(frozen=True)
class ImportReport:
    """What an import would bring in; nothing is written yet.

    Attributes:
        kind: the kind of file, one of ``kinds()``.
        detected: why the file was taken for that kind.
        file: name of the file.
        sha256: hash of the file, empty for a folder.
        rows_read: lines or records that were looked at.
        taken: factor rows, as the store keeps them.
        refused: one finding per refused row or part of a row, with its place.
        notes: what a user should know about the file as a whole.
        options: what the user stated.
        places: English names of the regions that occur.
    """

    kind: str
    detected: Text
    file: str
    sha256: str
    rows_read: int
    taken: tuple[FactorRow, ...]
    refused: tuple[Diagnostic, ...]
    notes: tuple[Text, ...]
    options: Options
    places: Mapping[str, str]

    @property
    def counts(self) -> dict[str, int]:
        """How many findings each rule made, most frequent first."""
        return dict(Counter(found.rule for found in self.refused).most_common())

    def summary(self, lang: Lang = "en") -> str:
        """Write the report in a few lines."""
        head = text(
            f"{self.file}：{self.detected.zh}；读 {self.rows_read} 行，"
            f"得 {len(self.taken)} 条因子，拒 {len(self.refused)} 处",
            f"{self.file}: {self.detected.en}; {counted(self.rows_read, 'row')} read, "
            f"{counted(len(self.taken), 'factor')} taken, "
            f"{counted(len(self.refused), 'refusal')}",
        )
        lines = [head.in_(lang)]
        lines += [f"  {number:>7}  {rule}" for rule, number in self.counts.items()]
        lines += [f"  - {note.in_(lang)}" for note in self.notes]
        return "\n".join(lines)
