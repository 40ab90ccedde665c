"""The audit of the vocabularies: each key once, each spelling for one key, parents known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.factors.sources import NAME_COLUMNS
from mrv.factors.vocabulary import fold
from mrv.messages import Diagnostic, Refused, text
from mrv.units import parse_unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mrv.factors.hints import Hints
    from mrv.factors.sources import Sources
    from mrv.factors.vocabulary import Names


def audit_names(
    sources: Sources, names: Mapping[str, Mapping[str, Names]], hints: Hints
) -> Iterator[Diagnostic]:
    """Yield what is wrong in the vocabulary files, with file and line."""
    for kind, rows in sources.names.items():
        owners: dict[str, str] = {}
        seen: set[str] = set()
        for row in rows:
            key = row.texts["key"]
            for column in NAME_COLUMNS[:3]:
                if not row.texts[column]:
                    what = text(f"缺少 {column}", f"{column} is missing")
                    yield Diagnostic("factor.incomplete", what, row.at(column))
            if key in seen:
                what = text(f"“{key}”重复", f'the key "{key}" is repeated')
                yield Diagnostic("factor.repeated-key", what, row.at("key"))
                continue
            seen.add(key)
            for spelling in names[kind][key].spellings(key):
                owner = owners.setdefault(fold(spelling), key)
                if owner != key:
                    what = text(
                        f"“{spelling}”同时指 {owner} 与 {key}",
                        f'"{spelling}" means both {owner} and {key}',
                    )
                    yield Diagnostic("factor.ambiguous-spelling", what, row.at("synonyms"))
            parent = row.texts["parent"]
            if parent and parent not in names[kind]:
                what = text(f"上级“{parent}”未知", f'unknown parent "{parent}"')
                hint = hints(parent, names[kind])
                yield Diagnostic("factor.unknown-parent", what, row.at("parent"), hint=hint)
            for example in names[kind][key].units:
                try:
                    parse_unit(example)
                except Refused as refused:
                    for found in refused.diagnostics:
                        place = row.at("units")
                        yield Diagnostic(found.rule, found.what, place, found.why, found.hint)
