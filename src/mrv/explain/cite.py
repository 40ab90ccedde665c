"""Citations: which document, clause and confidence stands behind a name of a methodology."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mrv.explain.step import Citation
from mrv.messages import text

if TYPE_CHECKING:
    from mrv.factors.row import FactorRow
    from mrv.language.checked import Methodology
    from mrv.language.model import Document

_REFERENCE = re.compile(r"([^\s(]+)\s*(.*)", re.DOTALL)


def cite(document: Document, reference: str | None) -> Citation | None:
    """Return the citation that ``source: gb34 (3)`` means in a document.

    Args:
        document: the file in which the reference stands.
        reference: name of a source, with a clause in brackets if need be; or None.
    """
    found = _REFERENCE.fullmatch(reference or "")
    if found is None:
        return None
    source = next((one for one in document.sources if one.name == found[1]), None)
    if source is None:
        return Citation(text(reference or "", reference or ""))
    return Citation(
        source.title,
        _bare(found[2]) or source.clause,
        source.confidence,
        source.checked,
        source.note,
    )


def _bare(clause: str) -> str | None:
    """Take off the brackets around a clause, unless they are part of it: ``(1)(2)``, ``(3)``."""
    inner = clause.strip()
    if inner.startswith("(") and inner.endswith(")") and inner.count("(") == 1:
        bare = inner[1:-1].strip()
        return f"({bare})" if bare.isdigit() else bare or None
    return inner or None


def of_factor(row: FactorRow) -> Citation:
    """Return the citation of a row of the factor store."""
    document = row.document or row.source
    return Citation(text(document, document), row.clause or None, row.confidence or None)


def home(methodology: Methodology, name: str) -> Document:
    """Return the file that declares a full name such as ``ship_fuel.oxidation``."""
    document = methodology.document
    for part in name.split(".")[:-1]:
        use = next((use for use in document.uses if use.name == part), None)
        if use is None:
            break
        same = [m for m in methodology.modules if m.name == use.module.text]
        fitting = [m for m in same if use.edition in {None, m.edition}] or same
        if not fitting:
            break
        document = fitting[0]
    return document
