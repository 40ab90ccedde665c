"""Everything that a run has to say, as plain data and as tables: one source for every format."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from mrv.engine.run import Run


def methodology_facts(run: Run) -> dict[str, object]:
    """Return what the run rests on: rules, choices, periods, factor release."""
    from mrv import __version__

    document = run.methodology.document
    return {
        "written_by": "mrv",
        "version": __version__,
        "methodology": document.name,
        "edition": document.edition,
        "status": document.status,
        "title": document.title,
        "periods": [period.label for period in run.session.periods],
        "organisations": len(run.session.dataset.organisations),
        "factor_releases": [
            {"release": layer.release, "content_sha256": layer.facts["content_sha256"]}
            for layer in run.factors.store.layers
        ],
        "choices": [
            {"name": one.name, "value": one.value, "stated": one.stated}
            for one in run.outcome.choices
        ],
    }


def results(run: Run) -> list[dict[str, object]]:
    """Return the results of the report; ``value`` is a number, a text, yes or no, or missing."""
    return [
        {
            "organisation": one.organisation,
            "period": one.period,
            "result": one.name,
            "role": one.role,
            "value": one.value,
            "unit": one.unit,
            "rounded": one.rounded,
            "label": one.label,
            "formula": one.formula,
        }
        for one in run.outcome.outputs
    ]


def checks(run: Run) -> list[dict[str, object]]:
    """Return the checks that fired."""
    return [
        {
            "check": one.name,
            "severity": one.severity,
            "organisation": one.organisation,
            "period": one.period,
            "count": one.count,
            "first": list(one.first),
            "message": one.message,
            "source": one.source,
        }
        for one in run.outcome.checks
    ]


def marks(run: Run) -> list[dict[str, object]]:
    """Return everything that must not stay silent."""
    return [
        {
            "kind": one.kind,
            "organisation": one.organisation,
            "period": one.period,
            "count": one.count,
            "message": one.message,
        }
        for one in run.outcome.marks
    ]


def factors(run: Run) -> list[dict[str, object]]:
    """Return the factors that rows of the run used, each with its source."""
    from mrv.engine.notices import used_answers

    found: list[dict[str, object]] = []
    for answer in used_answers(run.session, run.factors):
        row = answer.resolution.row
        if row is None:
            continue
        found.append(
            {
                "factor": answer.factor,
                "key": ", ".join(value for _, value in answer.key),
                "period": answer.period,
                "value": row.value,
                "unit": row.unit,
                "id": row.id,
                "release": answer.resolution.release,
                "dataset": row.dataset,
                "region": row.region,
                "document": row.document,
                "clause": row.clause,
                "confidence": row.confidence,
                "fallbacks": "; ".join(one.en for one in answer.resolution.fallbacks),
            }
        )
    return found


def row_results(run: Run) -> list[dict[str, object]]:
    """Return the results that have rows of their own, with those rows."""
    found: list[dict[str, object]] = []
    for one in run.outcome.row_outputs:
        table = run.table(one.formula)
        kept = ["organisation", "period", *one.keys, one.formula]
        names = [*kept[:-1], "value"]
        rows = table.select(kept).rename_columns(names).to_pylist()
        plain: dict[str, object] = {
            "result": one.name,
            "role": one.role,
            "unit": one.unit,
            "keys": list(one.keys),
            "label": one.label,
            "rows": rows,
        }
        if "withheld" in table.column_names and "withheld" not in one.keys:
            counts = table.column("withheld").to_pylist()
            plain["rows"] = [row for row, count in zip(rows, counts, strict=True) if not count]
            plain["withheld"] = [
                {
                    "organisation": row["organisation"], "period": row["period"],
                    "rows": count, "value": row["value"],
                }
                for row, count in zip(rows, counts, strict=True)
                if count
            ]  # fmt: skip
        found.append(plain)
    return found


def whole(run: Run) -> dict[str, object]:
    """Return everything as plain data, in a fixed order."""
    return {
        **methodology_facts(run),
        "failed": run.outcome.failed,
        "results": results(run),
        "row_results": row_results(run),
        "checks": checks(run),
        "marks": marks(run),
        "factors": factors(run),
    }


def results_table(run: Run) -> pa.Table:
    """Return the results of the report as a table: numbers in ``value``, others in ``text``."""
    import pyarrow as pa

    rows = results(run)
    numbers = [row["value"] if isinstance(row["value"], float) else None for row in rows]
    texts = [_word(row["value"]) for row in rows]

    def words(name: str) -> pa.Array:
        return pa.array([row[name] for row in rows], pa.string())

    rounded = [None if row["rounded"] is None else str(row["rounded"]) for row in rows]
    return pa.table(
        {
            "organisation": words("organisation"),
            "period": words("period"),
            "result": words("result"),
            "role": words("role"),
            "value": pa.array(numbers, pa.float64()),
            "text": pa.array(texts, pa.string()),
            "unit": words("unit"),
            "rounded": pa.array(rounded, pa.string()),
        }
    )


def _word(value: object) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else None


def flat_table(rows: Sequence[Mapping[str, object]], names: Sequence[str]) -> pa.Table:
    """Make a table of texts and counts from plain rows; a bilingual text becomes two columns."""
    import pyarrow as pa

    from mrv.messages import Text

    columns: dict[str, pa.Array] = {}
    for name in names:
        values = [row[name] for row in rows]
        if name == "message":
            said = [value for value in values if isinstance(value, Text)]
            columns["message_zh"] = pa.array([one.zh for one in said], pa.string())
            columns["message_en"] = pa.array([one.en for one in said], pa.string())
        elif name == "count":
            columns[name] = pa.array(values, pa.int64())
        else:
            cells = ["; ".join(v) if isinstance(v, list) else v for v in values]
            columns[name] = pa.array(cells, pa.string())
    return pa.table(columns)
