"""The plan as a document: identity, revisions, boundary, instruments, internal control."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.language.access import mapping
from mrv.messages import Diagnostic, did_you_mean, text
from mrv.verification.plan_calibration import gaps_said, uncovered
from mrv.verification.plan_read import text_of
from mrv.verification.plan_revisions import is_version, revision_findings
from mrv.verification.plan_say import empty
from mrv.verification.plan_words import is_blank

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mrv.language.nodes import MapNode
    from mrv.language.period import Period
    from mrv.messages import Place
    from mrv.verification.plan_calibration import Span
    from mrv.verification.plan_model import Instrument, QualityPlan

_TOP = ("quality_plan", "version", "period", "methodology", "edition")
_BLOCKS = {
    "entity": ("name", "products", "organisation_chart", "site_plan", "process_flow"),
    "boundary": ("description",),
    "quality_control": (
        "responsibilities", "training", "internal_review", "cross_checks", "archive",
        "archive_years",
    ),
}  # fmt: skip
_INSTRUMENT = ("model", "number", "position", "accuracy", "calibrate_every")
_YEARS = 5
_DAYS_OF_GRACE = 1


def head_findings(plan: QualityPlan, root: MapNode) -> Iterator[Diagnostic]:
    """Find what is missing or wrong in everything but the entries."""
    yield from _blanks(root, _TOP, plan.place, "")
    for name, keys in _BLOCKS.items():
        block, key = mapping(root, name), root.key(name)
        place = plan.place if key is None else key.place
        yield from _blanks(block, keys, place, name)
    if plan.version is not None and not is_version(plan.version.text):
        yield Diagnostic(
            "plan.version",
            text(f"“{plan.version.text}”不是版本号", f'"{plan.version.text}" is no version number'),
            plan.version.place,
            hint=text('写作 "1" 或 "1.2"。', 'Write it as "1" or "1.2".'),
        )
    if plan.archive_years is not None and plan.archive_years < _YEARS:
        yield Diagnostic(
            "plan.archive",
            text(
                f"存档 {plan.archive_years} 年，少于 {_YEARS} 年",
                f"records are kept for {plan.archive_years} years, fewer than {_YEARS}",
            ),
            plan.at("quality_control"),
            why=text(
                "《碳排放权交易管理暂行条例》第十一条：原始记录和管理台账至少保存五年。",
                "Interim regulation on carbon trading, article 11: five years at least.",
            ),
        )
    yield from revision_findings(plan)
    for instrument in plan.instruments.values():
        yield from _instrument(instrument, root)


def _blanks(
    block: MapNode | None, keys: Iterable[str], place: Place, whose: str
) -> Iterator[Diagnostic]:
    for key in keys:
        if text_of(block, key) is None:
            at = block.key(key) if block is not None else None
            yield empty(key, place if at is None else at.place, whose)


def _instrument(instrument: Instrument, root: MapNode) -> Iterator[Diagnostic]:
    name, place = instrument.name.text, instrument.name.place
    if is_blank(name):
        yield empty("name", place, "instruments")
        return
    block = mapping(mapping(root, "instruments"), name)
    yield from _blanks(block, _INSTRUMENT, place, name)
    if not instrument.calibrations:
        yield empty("calibrations", place, name)
    for one in instrument.calibrations:
        days = (one.until - one.on).days
        if instrument.every is not None and days > instrument.every + _DAYS_OF_GRACE:
            yield Diagnostic(
                "plan.calibration",
                text(
                    f"仪表“{name}”：{one.on} 的校准有效期 {days} 天，长于所定的校准频次",
                    f'instrument "{name}": calibrated on {one.on}, valid for {days} days, longer '
                    "than the interval laid down",
                ),
                one.place,
            )


def calibration_findings(
    plan: QualityPlan, periods: Iterable[Period], used: Iterable[str], *, warning: bool
) -> Iterator[Diagnostic]:
    """Find days of periods on which an instrument in use had no valid calibration.

    Args:
        plan: the plan.
        periods: what must be covered; an instrument of a facility only while that is within.
        used: names of the instruments that entries rely on.
        warning: whether it is only to be reminded of, because the period is still to come.
    """
    wanted = set(used)
    for name, instrument in plan.instruments.items():
        if name not in wanted or not instrument.calibrations:
            continue
        valid = [(one.on, one.until) for one in instrument.calibrations]
        gaps: list[Span] = []
        for period in periods:
            first, last = period.start, period.end
            for facility in plan.facilities:
                if instrument.facility and facility.name.text == instrument.facility.text:
                    first = max(first, facility.start or first)
                    last = min(last, facility.end or last)
            if first <= last:
                gaps += uncovered(first, last, valid)
        if gaps:
            shown = gaps_said(gaps)
            yield Diagnostic(
                "plan.calibration",
                text(
                    f"仪表“{name}”在 {shown} 没有有效的校准",
                    f'instrument "{name}" has no valid calibration on {shown}',
                ),
                instrument.name.place,
                why=text(
                    "测得的数据须来自在有效期内的仪表。",
                    "A measured value needs an instrument whose calibration is valid.",
                ),
                hint=text(
                    "按期校准后在 calibrations 中补记；漏检期间的数据按缺失数据处理。",
                    "Add the calibration when it is done; data of the time between are to be "
                    "treated as missing.",
                ),
                severity="warning" if warning else "error",
            )


def facility_findings(plan: QualityPlan, listed: dict[str, str]) -> Iterator[Diagnostic]:
    """Find facilities that are named twice, or in a table that lists none.

    Args:
        plan: the plan.
        listed: tables that list facilities, with the column that names them.
    """
    seen = set()
    for one in plan.facilities:
        name = one.of.text, one.name.text
        if one.of.text not in listed:
            yield Diagnostic(
                "plan.facility-table",
                text(f"“{one.of.text}”不是列出设施的表", f'"{one.of.text}" lists no facilities'),
                one.of.place,
                hint=did_you_mean(one.of.text, listed),
            )
        if name in seen:
            yield Diagnostic(
                "plan.facility-twice",
                text(
                    f"设施“{one.name.text}”列了两次",
                    f'the facility "{one.name.text}" is listed twice',
                ),
                one.name.place,
            )
        seen.add(name)
    if listed and not plan.facilities:
        yield empty("facilities", plan.at("boundary"), "boundary")
    names = {one.name.text for one in plan.facilities}
    for instrument in plan.instruments.values():
        if instrument.facility is not None and instrument.facility.text not in names:
            yield Diagnostic(
                "plan.facility-unknown",
                text(
                    f"仪表“{instrument.name.text}”所在的设施“{instrument.facility.text}”不在方案中",
                    f'instrument "{instrument.name.text}" belongs to "{instrument.facility.text}", '
                    "a facility that the plan does not name",
                ),
                instrument.facility.place,
                hint=did_you_mean(instrument.facility.text, names),
            )
