"""What is wrong with the data: grouped for people, complete in a file.

A million bad cells are a handful of groups, each with its count, its first rows, the cause and
the remedy; the complete list is written to Parquet on request and never travels through Python.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mrv.messages import Diagnostic, Place, Refused, text

if TYPE_CHECKING:
    from pathlib import Path

    from sqlglot import exp

    from mrv.activity.workspace import Workspace
    from mrv.messages import Lang, Text

FIRST_ROWS = 5
_REPORT_BYTES = 18_000
_CELL = 60
_SENTENCE = 400


@dataclass(frozen=True)
class Group:
    """All violations of one rule in one column of one table.

    Attributes:
        rule: stable rule name such as ``cell.missing``.
        table: name of the input table.
        origin: file, sheet or frame as the user knows it.
        column: heading as the user knows it; None if the finding concerns the whole table.
        count: how many rows; 1 for a finding about the table or column as such.
        rows: the first of them: row number in the user's table and the text of the cell.
        what: the cause.
        why: why it matters, where that is not plain.
        hint: the remedy.
    """

    rule: str
    table: str
    origin: str
    what: Text
    column: str | None = None
    count: int = 1
    rows: tuple[tuple[int, str | None], ...] = ()
    why: Text | None = None
    hint: Text | None = None

    def diagnostic(self) -> Diagnostic:
        """Return the group as one finding, placed at its first row."""
        line = self.rows[0][0] if self.rows else None
        place = Place(file=self.origin, line=line, field=self.column)
        what = self.what
        if self.rows:
            what = text(
                f"{what.zh}；共 {self.count} 行：{_listed(self, 'zh')}",
                f"{what.en}; {_rows(self.count)}: {_listed(self, 'en')}",
            )
        return Diagnostic(self.rule, what, place, self.why, self.hint)


def _rows(count: int) -> str:
    return f"{count} row" if count == 1 else f"{count} rows"


def _listed(group: Group, lang: Lang) -> str:
    """List the first rows with their cells: ``row 7 "abc", row 9 (empty), …``."""
    zh = lang == "zh"
    parts = []
    for row, value in group.rows:
        cell = ("（空）" if zh else "(empty)") if value in (None, "") else _quote(str(value), lang)
        parts.append(f"第 {row} 行{cell}" if zh else f"row {row} {cell}")
    more = " …" if group.count > len(group.rows) else ""
    return ("、" if zh else ", ").join(parts) + more


def _quote(value: str, lang: Lang) -> str:
    value = " ".join(value.split())
    value = value if len(value) <= _CELL else value[: _CELL - 1] + "…"
    return f"“{value}”" if lang == "zh" else f'"{value}"'


@dataclass(frozen=True)
class Findings:
    """Everything that is wrong with a data set.

    Attributes:
        groups: one per table, column and rule, in the order of the tables and columns.
        files: findings about files and the call, made before any table could be read.
        lists: queries that give the complete list; columns table, row, column, rule, value.
        workspace: where the queries can be run.
    """

    groups: tuple[Group, ...]
    files: tuple[Diagnostic, ...] = ()
    lists: tuple[exp.Select, ...] = field(default=(), repr=False)
    workspace: Workspace | None = field(default=None, repr=False, compare=False)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Every finding, one for each group."""
        return (*self.files, *(group.diagnostic() for group in self.groups))

    def render(self, lang: Lang = "en") -> str:
        """Write a report of at most 20 kB, whatever the number of findings.

        Example:
            >>> from mrv.messages import text
            >>> group = Group("file.empty", "trip", "trip.csv", text("文件为空", "empty file"))
            >>> print(Findings((group,)).render())
            1 kind of finding
            trip.csv: error[file.empty]: empty file
        """
        diagnostics = self.diagnostics
        total = len(diagnostics)
        kinds = "kind" if total == 1 else "kinds"
        blocks = [f"发现 {total} 类问题" if lang == "zh" else f"{total} {kinds} of finding"]
        size = len(blocks[0].encode())
        for done, diagnostic in enumerate(diagnostics):
            block = _shorten(diagnostic.render(lang))
            size += len(block.encode()) + 1
            if size > _REPORT_BYTES:
                left = total - done
                blocks.append(f"另有 {left} 类问题" if lang == "zh" else f"and {left} kinds more")
                break
            blocks.append(block)
        return "\n".join(blocks)

    def refused(self) -> InvalidData:
        """Return the exception that carries the findings."""
        return InvalidData(self)

    def write_parquet(self, path: Path) -> int:
        """Write the complete list, one row per violation, and return how many there are.

        The columns are table, row (missing where a whole table or column is meant), column, rule
        and value (the text of the user's cell). The file is written aside and then renamed.

        Args:
            path: the Parquet file to write.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        from mrv.activity.sql import render, words

        single: list[tuple[str, int | None, str | None, str, None]] = []
        single += [(g.table, None, g.column, g.rule, None) for g in self.groups if not g.rows]
        for diagnostic in self.files:
            place = diagnostic.place
            file, line = (place.file, place.line) if place else (None, None)
            single.append((file or "", line, place.field if place else None, diagnostic.rule, None))
        kinds = (pa.string(), pa.int64(), pa.string(), pa.string(), pa.string())
        names = ("table", "row", "column", "rule", "value")
        columns = [pa.array([row[i] for row in single], kind) for i, kind in enumerate(kinds)]
        listed = pa.table(columns, names=list(names))
        aside = path.with_name(path.name + ".part")
        if not self.lists or self.workspace is None:
            pq.write_table(listed, aside)
        else:
            connection = self.workspace.connection
            connection.register("whole_findings", listed)
            parts = ["SELECT * FROM whole_findings", *(render(part) for part in self.lists)]
            union = " UNION ALL ".join(f"({part})" for part in parts)
            target = render(words(str(aside)))
            connection.execute(f"COPY ({union}) TO {target} (FORMAT parquet, COMPRESSION zstd)")
            connection.unregister("whole_findings")
        aside.replace(path)
        return int(pq.read_metadata(path).num_rows)


def _shorten(block: str) -> str:
    lines = (
        line if len(line) <= _SENTENCE else line[: _SENTENCE - 1] + "…"
        for line in block.split("\n")
    )
    return "\n".join(lines)


class InvalidData(Refused):
    """Bad data, with the grouped findings and the way to the complete list."""

    def __init__(self, findings: Findings) -> None:
        """Keep the findings; each group becomes one diagnostic."""
        self.findings = findings
        super().__init__(findings.diagnostics)
