"""Read a quality plan from its file, with every finding about its form and its empty fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.language.access import day, mapping, named, number, one_or_many, scalar, written
from mrv.language.nodes import ListNode, MapNode, ScalarNode, plain
from mrv.language.period import parse_period
from mrv.language.reader import read_file, read_tree
from mrv.language.structure import violations
from mrv.messages import Diagnostic, Place, Refused, refuse, text
from mrv.verification.plan_entries import read_entries
from mrv.verification.plan_model import Calibration, Facility, Instrument, QualityPlan, Revision
from mrv.verification.plan_words import is_blank, span_days

if TYPE_CHECKING:
    from pathlib import Path

    from mrv.language.nodes import Node
    from mrv.language.period import Period
    from mrv.language.written import Written

SCHEMA = "quality-plan"


def read_plan(path: Path, file: str | None = None) -> tuple[QualityPlan, MapNode, list[Diagnostic]]:
    """Read a plan from a file.

    Args:
        path: the file.
        file: the name shown in messages.

    Returns:
        The plan, its tree, and the findings about its form; empty fields are none of them.

    Raises:
        Refused: ``call.no-file`` and the like, ``yaml.*``, ``plan.not-a-plan``.
    """
    _, root = read_file(path, file or str(path))
    return plan_of(root, file or str(path))


def parse_plan(content: str, file: str = "<text>") -> tuple[QualityPlan, MapNode, list[Diagnostic]]:
    r"""Read a plan from a text; as :func:`read_plan`.

    Example:
        >>> plan, _, found = parse_plan('quality_plan: A\nversion: "1.2"\nperiod: "2025"')
        >>> plan.version.text, plan.period.days, found
        ('1.2', 365, [])
    """
    return plan_of(read_tree(content, file), file)


def plan_of(root: Node, file: str) -> tuple[QualityPlan, MapNode, list[Diagnostic]]:
    """Read a plan from its tree."""
    if not isinstance(root, MapNode) or root.key("quality_plan") is None:
        refuse(
            "plan.not-a-plan",
            text("这不是质量控制方案", "this is not a quality plan"),
            Place(file=file, line=1) if not isinstance(root, MapNode) else root.place,
            hint=text(
                "方案以 quality_plan: 开头；mrv plan new 可生成一份。",
                "A plan begins with quality_plan:; mrv plan new makes one.",
            ),
        )
    found = violations(filled(root), SCHEMA)
    boundary, control = mapping(root, "boundary"), mapping(root, "quality_control")
    choices = mapping(root, "choices")
    plan = QualityPlan(
        file=file,
        place=root.entries[0][0].place,
        version=text_of(root, "version"),
        period=_period(root, found),
        methodology=text_of(root, "methodology"),
        edition=text_of(root, "edition"),
        choices={
            key.text: written(value)
            for key, value in (choices.entries if choices else ())
            if isinstance(value, ScalarNode) and not is_blank(value.text)
        },
        organisation=text_of(mapping(root, "entity"), "organisation"),
        revisions=tuple(_revision(node, found) for node in _maps(root, "revisions")),
        facilities=tuple(
            one for node in _maps(boundary, "facilities") if (one := _facility(node, found))
        ),
        instruments={key.text: _instrument(key, node, found)
                     for key, node in named(root, "instruments")},
        entries=tuple(read_entries(root)),
        archive_years=number(scalar(control, "archive_years")),
        places={key.text: key.place for key, _ in root.entries},
    )  # fmt: skip
    return plan, root, found


def filled(node: Node) -> Node:
    """Return a tree without the fields that are still to be filled in."""
    if isinstance(node, ListNode):
        return ListNode(tuple(filled(item) for item in node.items if not _empty(item)), node.place)
    if not isinstance(node, MapNode):
        return node
    kept = tuple((key, filled(value)) for key, value in node.entries if not _empty(value))
    index = {key.text: at for at, (key, _) in enumerate(kept)}
    return MapNode(kept, node.place, index)


def _empty(node: Node) -> bool:
    return isinstance(node, ScalarNode) and (plain(node) is None or is_blank(node.text))


def text_of(node: Node | None, key: str) -> Written | None:
    """Return the text under a key; one that is still to be filled in counts as absent."""
    value = scalar(node, key)
    return None if value is None or is_blank(value.text) else written(value)


def _filled_scalar(node: Node | None, key: str) -> ScalarNode | None:
    value = scalar(node, key)
    return None if value is None or is_blank(value.text) else value


def _maps(node: Node | None, key: str) -> list[MapNode]:
    listed = node.get(key) if isinstance(node, MapNode) else None
    items = listed.items if isinstance(listed, ListNode) else ()
    return [item for item in items if isinstance(item, MapNode)]


def _period(root: MapNode, found: list[Diagnostic]) -> Period | None:
    value = _filled_scalar(root, "period")
    if value is None:
        return None
    try:
        return parse_period(value.text)
    except Refused as refused:
        said = refused.diagnostics[0]
        found.append(Diagnostic("schema.value", said.what, value.place, hint=said.hint))
        return None


def _revision(node: MapNode, found: list[Diagnostic]) -> Revision:
    cause, reason = text_of(node, "cause"), text_of(node, "reason")
    return Revision(
        text_of(node, "version"),
        day(_filled_scalar(node, "date"), found),
        None if cause is None else cause.text,
        None if reason is None else reason.text,
        node.place,
    )


def _facility(node: MapNode, found: list[Diagnostic]) -> Facility | None:
    table, name = text_of(node, "of"), text_of(node, "name")
    if table is None or name is None:
        return None
    months = tuple(int(word.text) for word in one_or_many(node, "months") if word.text.isdecimal())
    start, end = day(_filled_scalar(node, "from"), found), day(_filled_scalar(node, "until"), found)
    if start is not None and end is not None and end < start:
        found.append(
            Diagnostic(
                "plan.dates",
                text(
                    f"设施“{name.text}”的 until 早于 from",
                    f'facility "{name.text}" ends before it begins',
                ),
                node.place,
            )
        )
    return Facility(table, name, start, end, months, node.place)


def _instrument(key: ScalarNode, node: MapNode, found: list[Diagnostic]) -> Instrument:
    every = text_of(node, "calibrate_every")
    days = None if every is None else span_days(every.text)
    if every is not None and days is None:
        found.append(
            Diagnostic(
                "plan.interval",
                text(f"“{every.text}”不是校准频次", f'"{every.text}" is not an interval of time'),
                every.place,
                hint=text("写作 12 months 或 12 个月。", "Write it as 12 months."),
            )
        )
    calibrations = []
    for one in _maps(node, "calibrations"):
        on, until = (day(_filled_scalar(one, name), found) for name in ("on", "until"))
        if on is None or until is None:
            continue
        if until < on:
            found.append(
                Diagnostic(
                    "plan.dates",
                    text(
                        f"仪表“{key.text}”的校准有效期（{until}）早于校准日（{on}）",
                        f'instrument "{key.text}": valid until {until}, before it was '
                        f"calibrated ({on})",
                    ),
                    one.place,
                )
            )
            continue
        calibrations.append(Calibration(on, until, one.place))
    return Instrument(written(key), text_of(node, "facility"), days, tuple(calibrations))
