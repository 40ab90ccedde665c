"""What the check of a quality plan found, on the screen or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.cli.refusal import rendered
from mrv.cli.speech import show
from mrv.messages import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrv.messages import Diagnostic, Lang
    from mrv.verification.plan_diff import Change

_CHANGED = {
    "added": text("新增", "added"),
    "removed": text("删去", "removed"),
    "changed": text("改动", "changed"),
}


def report(
    file: str,
    found: Sequence[Diagnostic],
    lang: Lang,
    *,
    form: str,
    strict: bool,
    stopped: bool,
) -> int:
    """Write findings and return the exit code: 1 where there are errors, else 0.

    Args:
        file: the plan.
        found: the findings.
        lang: the language of the screen; JSON has both.
        form: ``table`` or ``json``.
        strict: whether warnings count as errors.
        stopped: whether the check could not go on to its end.
    """
    from mrv.factors.counting import counted

    errors = sum(one.severity == "error" for one in found)
    warnings = len(found) - errors
    if form == "json":
        from mrv.cli.as_json import dumped

        show(
            dumped(
                {
                    "plan": file, "errors": errors, "warnings": warnings, "complete": not stopped,
                    "findings": [_plain(one) for one in found],
                }
            )
        )  # fmt: skip
    else:
        if found:
            show(rendered(found, lang))
        end = text("；检查未能进行到底", "; the check could not go on") if stopped else text("", "")
        show(
            text(
                f"{file}：{errors} 个错误，{warnings} 个警告{end.zh}",
                f"{file}: {counted(errors, 'error')}, {counted(warnings, 'warning')}{end.en}",
            ).in_(lang)
        )
    return 1 if errors or (strict and warnings) else 0


def _plain(one: Diagnostic) -> dict[str, object]:
    place = one.place
    return {
        "rule": one.rule,
        "severity": one.severity,
        "file": None if place is None else place.file,
        "line": None if place is None else place.line,
        "column": None if place is None else place.column,
        "what": one.what,
        "why": one.why,
        "hint": one.hint,
    }


def change_said(change: Change, lang: Lang) -> str:
    """Write a change on one line."""
    what = ".".join(part for part in (change.name, change.field) if part)
    line = f"{_CHANGED[change.kind].in_(lang)}  {what}"
    if change.old is None and change.new is None:
        return line
    return f"{line}: {change.old or '–'} → {change.new or '–'}"
