"""The entries of a plan against the methodology: what is missing, unknown or does not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.messages import Diagnostic, Refused, Text, did_you_mean, text
from mrv.units import explain_misfit, parse_unit
from mrv.verification.plan_catalogue import month_column
from mrv.verification.plan_model import SECTIONS
from mrv.verification.plan_say import about, empty
from mrv.verification.plan_words import ENTRY_FIELDS, KINDS, NOT_CONSERVATIVE, RULES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from mrv.language.checked import Methodology
    from mrv.verification.plan_catalogue import Wanted
    from mrv.verification.plan_model import Entry, EntryKind, Only, QualityPlan

_COARSE = ("quarterly", "yearly")


def entry_findings(
    plan: QualityPlan, methodology: Methodology, listed: Sequence[Wanted]
) -> Iterator[Diagnostic]:
    """Find everything about entries that can be told without data.

    Args:
        plan: the plan.
        methodology: the rules that it is for, with its choices.
        listed: what the plan must speak of.
    """
    known = {(one.kind, one.name): one for one in listed}
    there = {(entry.kind, entry.name) for entry in plan.entries}
    for one in listed:
        if (one.kind, one.name) not in there:
            yield _absent(one, plan)
    for entry in plan.entries:
        wanted = known.get((entry.kind, entry.name))
        if wanted is None:
            yield _unknown(entry, methodology, listed, there)
        else:
            yield from _fields(entry, wanted)
            yield from _ways(entry, wanted)
            yield from _instruments(entry, plan)
            yield from _unit(entry, wanted)
            yield from _tiers(entry, wanted, methodology)
            yield from _rows(entry.only, entry, wanted, methodology)
            yield from _missing(entry, wanted, methodology)


def _absent(one: Wanted, plan: QualityPlan) -> Diagnostic:
    section, kind = SECTIONS[one.kind], KINDS[one.kind]
    label = one.label or text("", "")
    return Diagnostic(
        "plan.missing-entry",
        text(
            f"{kind.zh}“{one.name}”{label.zh}没有条目",
            f'the {kind.en} "{one.name}"{" " if label.en else ""}{label.en} has no entry',
        ),
        plan.at(section),
        hint=text(
            f"在 {section} 下补上；不用的写 obtained: not-used 和 why。",
            f"Add it under {section}; what is not used says obtained: not-used and why.",
        ),
    )


def _unknown(
    entry: Entry,
    methodology: Methodology,
    listed: Sequence[Wanted],
    there: AbstractSet[tuple[EntryKind, str]],
) -> Diagnostic:
    kind = KINDS[entry.kind]
    if entry.kind == "factor" and entry.name in methodology.factors:
        return about(
            entry, "plan.not-needed",
            text("按方案的选项，没有结果用到这个因子",
                 "with the choices of the plan no result needs this factor"),
            hint=text("删去它，或核对 choices。", "Remove it, or look at choices."), warning=True,
        )  # fmt: skip
    own = [one.name for one in listed if one.kind == entry.kind]
    free = [name for name in own if (entry.kind, name) not in there]
    hint = did_you_mean(entry.name, free)
    if not hint.en.startswith("Did"):
        hint = did_you_mean(entry.name, own)
    return about(
        entry, "plan.unknown-entry",
        text(f"方法学没有这样的{kind.zh}", f"the methodology has no such {kind.en}"), hint=hint,
    )  # fmt: skip


def _fields(entry: Entry, wanted: Wanted) -> Iterator[Diagnostic]:
    """Find required fields that are empty."""
    if entry.word("obtained") == "not-used":
        if not entry.word("why"):
            yield empty("why", entry.at("why"), entry.name)
        return
    for key in ENTRY_FIELDS[entry.kind]:
        if key == "missing":
            if entry.missing.rule is None:
                yield empty("rule", entry.missing.place, entry.name)
            if entry.missing.how is None:
                yield empty("how", entry.missing.place, entry.name)
        elif key == "planned":
            if not entry.planned:
                yield empty(key, entry.at(key), entry.name)
        elif key == "instrument":
            if entry.word("obtained") == "measured" and not entry.instruments:
                yield empty(key, entry.at(key), entry.name)
        elif not entry.word(key) and not (key == "unit" and wanted.unit is None):
            yield empty(key, entry.at(key), entry.name)


def _ways(entry: Entry, wanted: Wanted) -> Iterator[Diagnostic]:
    """Find a way of obtaining that cannot be."""
    way = entry.word("obtained")
    if way == "not-used" and not wanted.optional:
        yield about(
            entry, "plan.cannot-be-left-out",
            text("方法学必须用到它，不能写 not-used",
                 "the methodology needs it, so it cannot be not-used"), "obtained",
        )  # fmt: skip
    if wanted.kind == "result" and way not in {"", "calculated", "not-used"}:
        yield about(
            entry, "plan.way",
            text("结果由计算得出", "a result is calculated"), "obtained",
        )  # fmt: skip


def _instruments(entry: Entry, plan: QualityPlan) -> Iterator[Diagnostic]:
    for one in entry.instruments:
        if one.text not in plan.instruments:
            yield Diagnostic(
                "plan.instrument",
                text(
                    f"{entry.name}：instruments 中没有仪表“{one.text}”",
                    f'{entry.name}: there is no instrument "{one.text}" under instruments',
                ),
                one.place,
                hint=did_you_mean(one.text, plan.instruments),
            )


def _unit(entry: Entry, wanted: Wanted) -> Iterator[Diagnostic]:
    written = entry.texts.get("unit")
    if written is None or wanted.unit is None:
        return
    try:
        unit = parse_unit(written.text, written.place)
    except Refused as refused:
        yield from refused.diagnostics
        return
    if not unit.fits(wanted.unit):
        yield about(
            entry, "plan.unit",
            text(f"单位 {unit.spelling} 与方法学的 {wanted.unit.spelling} 不符",
                 f"the unit {unit.spelling} does not fit {wanted.unit.spelling} of the "
                 "methodology"),
            "unit", hint=explain_misfit(unit, wanted.unit),
        )  # fmt: skip


def _tiers(entry: Entry, wanted: Wanted, methodology: Methodology) -> Iterator[Diagnostic]:
    known = [tier for tier in wanted.tiers if tier]
    for planned in entry.planned:
        if planned.tier.text not in known:
            yield Diagnostic(
                "plan.tier",
                text(
                    f"{entry.name}：没有层级“{planned.tier.text}”",
                    f'{entry.name}: there is no tier "{planned.tier.text}"',
                ),
                planned.tier.place,
                hint=did_you_mean(planned.tier.text, known),
            )
        yield from _rows(planned.only, entry, wanted, methodology)


def _rows(
    only: Only, entry: Entry, wanted: Wanted, methodology: Methodology
) -> Iterator[Diagnostic]:
    """Find conditions on columns that are not there, or on words that a column cannot hold."""
    table = methodology.inputs.get(wanted.table or "")
    columns = [] if table is None else [c for c in table.columns if c.kind != "quantity"]
    for name, values in (pair for case in only for pair in case):
        column = next((c for c in columns if c.name == name.text), None)
        if column is None:
            yield Diagnostic(
                "plan.rows",
                text(
                    f"{entry.name}：不能按“{name.text}”选行",
                    f'{entry.name}: rows cannot be told by "{name.text}"',
                ),
                name.place,
                hint=did_you_mean(name.text, [c.name for c in columns if not c.secret]),
            )
            continue
        for value in values:
            if column.words and value.text not in column.words:
                yield Diagnostic(
                    "plan.rows",
                    text(
                        f"{entry.name}：“{name.text}”没有“{value.text}”这个值",
                        f'{entry.name}: "{name.text}" cannot be "{value.text}"',
                    ),
                    value.place,
                    hint=did_you_mean(value.text, column.words),
                )


def _missing(entry: Entry, wanted: Wanted, methodology: Methodology) -> Iterator[Diagnostic]:
    """Find treatments that are not conservative, and records that come too seldom."""
    rule, share = entry.missing.rule, entry.missing.at_most
    if rule is not None and wanted.raises and rule.text in NOT_CONSERVATIVE:
        said = RULES[rule.text]
        yield Diagnostic(
            "plan.not-conservative",
            text(
                f"{entry.name}：缺失时“{said.zh}”会低估排放",
                f'{entry.name}: missing data "{said.en}" can understate emissions',
            ),
            rule.place,
            why=text(
                "缺失数据须保守填补：不得低估排放，也不得多得配额。",
                "Missing data are filled conservatively: emissions are never understated, "
                "allowances never overstated.",
            ),
            hint=text("改用 highest、estimate 或 none-allowed。",
                      "Take highest, estimate or none-allowed."),
        )  # fmt: skip
    if share is not None and not 0 <= share <= 1:
        yield about(
            entry, "plan.share",
            text("at_most 应在 0 与 1 之间", "at_most lies between 0 and 1"), "missing",
        )  # fmt: skip
    table = methodology.inputs.get(wanted.table or "")
    dated = table is not None and month_column(table) is not None
    seldom = entry.word("recorded") in _COARSE and not entry.only
    if entry.kind == "input" and dated and seldom:
        yield about(
            entry, "plan.frequency",
            text("方法学要逐月数据，记录却更稀", "the methodology wants data by month; they are "
                 "recorded more seldom"), "recorded",
            why=Text(zh="按年的数拆到各月就不是记录了。",
                     en="A yearly figure shared out among months is no record."),
        )  # fmt: skip
