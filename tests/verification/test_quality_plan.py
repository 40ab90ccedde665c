"""Quality plans by themselves and against a methodology: started, complete, wrong in every way."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrv.api import words
from mrv.factors import open_store
from mrv.language.library import listing
from mrv.language.loading import load
from mrv.messages import Refused
from mrv.verification.plan_calibration import uncovered
from mrv.verification.plan_catalogue import naming_columns, wanted
from mrv.verification.plan_check import Against, check_plan
from mrv.verification.plan_diff import changes
from mrv.verification.plan_head import facility_findings, head_findings
from mrv.verification.plan_new import new_plan
from mrv.verification.plan_read import parse_plan
from mrv.verification.plan_revisions import order_of
from mrv.verification.plan_rules import entry_findings
from mrv.verification.plan_words import CAUSES, ENTRY_FIELDS, FIELDS, OBTAINED, RECORDED, RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mrv.language.checked import Methodology
    from mrv.messages import Diagnostic

    Check = Callable[..., tuple[Diagnostic, ...]]

EXAMPLE = Path(__file__).parents[2] / "examples" / "water-freight" / "quality-plan.yaml"
RULES_OF = "water-freight/enterprise"
GOOD = EXAMPLE.read_text(encoding="utf-8")
WORDS = words(open_store())
_LOADED: dict[tuple[str, str], Methodology] = {}


def loaded(name: str, edition: str | None, choices: Mapping[str, str]) -> Methodology:
    key = name, str(sorted(choices.items())) + str(edition)
    if key not in _LOADED:
        _LOADED[key] = load(
            name, edition=edition, choices=choices, vocabularies=WORDS, every_choice=False
        )
    return _LOADED[key]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Check a text as a plan."""

    def checked(content: str, **against: object) -> tuple[Diagnostic, ...]:
        path = tmp_path / "plan.yaml"
        path.write_text(content, encoding="utf-8")
        return check_plan(path, Against(**against), loaded)  # type: ignore[arg-type]

    return checked


def swapped(old: str, new: str, count: int = 1) -> str:
    assert old in GOOD, old
    return GOOD.replace(old, new, count)


def told(check: Check, content: str) -> tuple[Diagnostic, ...]:
    """Return the findings, whether or not the check could go on to its end."""
    try:
        return check(content)
    except Refused as refused:
        return refused.diagnostics


def rules(found: tuple[Diagnostic, ...]) -> list[str]:
    return [one.rule for one in found]


# -- right ---------------------------------------------------------------------------------------


def test_the_example_is_complete(check: Check) -> None:
    assert check(GOOD) == ()


@pytest.mark.parametrize(
    "name", [h.name for h in listing() if h.kind == "methodology" and h.problem is None]
)
def test_a_new_plan_has_an_entry_for_everything_and_lacks_only_what_people_know(name: str) -> None:
    methodology = loaded(name, None, {})
    plan, root, found = parse_plan(new_plan(methodology, "2025"))
    assert found == []
    listed = wanted(methodology)
    assert {(e.kind, e.name) for e in plan.entries} == {(w.kind, w.name) for w in listed}
    assert {one.rule for one in entry_findings(plan, methodology, listed)} == {"plan.empty"}
    assert not [value for key, value in root.entries if key.text == "待填"]


def test_every_field_of_an_entry_has_words_for_people() -> None:
    fields = {key for keys in ENTRY_FIELDS.values() for key in keys}
    assert fields <= FIELDS.keys()
    assert all(t.zh and t.en for w in (OBTAINED, RECORDED, RULES, CAUSES) for t in w.values())


def test_keys_that_name_persons_are_no_facilities() -> None:
    travel = loaded("carbon-inclusion/low-carbon-travel", None, {})
    secret = {f"{t.name}.{c.name}" for t in travel.inputs.values() for c in t.columns if c.secret}
    assert secret
    assert not {f"{t}.{c}" for t, c in naming_columns(travel).items()} & secret


# -- wrong ---------------------------------------------------------------------------------------

WRONG = {
    "unit": (("unit: t\n", "unit: GJ\n"), "plan.unit"),
    "unit unknown": (("unit: t\n", "unit: tonz\n"), "unit.unknown"),
    "unknown entry": (("    metered:", "    meterd:"), "plan.unknown-entry"),
    "tier": (("tier: meter}", "tier: metre}"), "plan.tier"),
    "tier of another parameter": (("planned: default", "planned: supplier"), "plan.tier"),
    "instrument": (("[flow-jhf, ", "[flow-jhg, "), "plan.instrument"),
    "idle": (("[flow-jhf, ", "["), "plan.instrument-idle"),
    "not conservative": (
        ("{rule: highest, how: 以该船", "{rule: mean, how: 以该船"),
        "plan.not-conservative",
    ),
    "share": (("at_most: 0.05", "at_most: 5"), "plan.share"),
    "seldom": (
        ("recorded: daily\n      missing", "recorded: yearly\n      missing"),
        "plan.frequency",
    ),
    "rows by a quantity": (("{ship: 津港集 8}", "{green: 1}"), "plan.rows"),
    "rows by a word": (("trade: domestic,", "trade: domestik,"), "plan.rows"),
    "facility table": (("of: ship, name: 津海丰", "of: shp, name: 津海丰"), "plan.facility-table"),
    "facility twice": (("name: 津港集 8, what", "name: 津海丰, what"), "plan.facility-twice"),
    "dates": (("from: 2025-04-01", "from: 2025-04-01, until: 2025-01-01"), "plan.dates"),
    "no day": (("from: 2025-04-01", "from: 2025-02-30"), "schema.date"),
    "calibrated backwards": (("until: 2025-06-11", "until: 2024-06-11"), "plan.dates"),
    "calibrated for too long": (("until: 2025-06-11", "until: 2026-06-11"), "plan.calibration"),
    "calibration gap": (("{on: 2025-06-10", "{on: 2025-06-20"), "plan.calibration"),
    "interval": (("calibrate_every: 12 months", "calibrate_every: often"), "plan.interval"),
    "archive": (("archive_years: 5", "archive_years: 3"), "plan.archive"),
    "version": (('version: "1.1"\n', 'version: "1.2"\n'), "plan.revision"),
    "no version": (('version: "1.1"\n', 'version: "new"\n'), "plan.version"),
    "revisions turned": (("date: 2025-04-01", "date: 2024-04-01"), "plan.revision-order"),
    "period": (('period: "2025"', 'period: "2025-13"'), "schema.value"),
    "methodology": (("methodology: water-freight", "methodology: water-frieght"),
                    "plan.methodology"),
    "edition": (('"2025-draft.1"', '"2019.1"'), "plan.edition"),
    "choice": (("fuel_table: national", "fuel_tabel: national"), "plan.choice"),
    "choice value": (("shore_power: memo", "shore_power: memmo"), "plan.choice"),
    "a wrong word": (("obtained: measured", "obtained: guessed"), "schema.value"),
    "a wrong key": (("department: 机务部", "departement: 机务部"), "schema.unknown-key"),
    "a list": (("method: 国际吨位证书所载总吨", "method: [a, b]"), "schema.type"),
    "a result is left out": (
        ('  total:  # 合计 / Total\n    unit: "t CO2"\n    obtained: calculated',
         '  total:\n    why: 不报\n    unit: "t CO2"\n    obtained: not-used'),
        "plan.cannot-be-left-out",
    ),
    "a result is measured": (("obtained: calculated", "obtained: measured"), "plan.way"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_named_at_its_line(check: Check, name: str) -> None:
    (old, new), rule = WRONG[name]
    content = swapped(old, new)
    found = told(check, content)
    assert rule in rules(found)
    one = next(one for one in found if one.rule == rule)
    assert one.place is not None
    assert one.place.line is not None
    assert one.what.zh != one.what.en
    assert re.search("[\u4e00-\u9fff]", one.what.zh)


def test_a_misspelt_entry_is_missing_and_its_near_name_told(
    check: Check,
) -> None:
    found = check(swapped("    metered:", "    meterd:"))
    assert sorted(rules(found)) == ["plan.missing-entry", "plan.unknown-entry"]
    hints = [one.hint.en for one in found if one.rule == "plan.unknown-entry" and one.hint]
    assert hints == ['Did you mean "fuel_use.metered"?']


def test_all_findings_come_at_once(check: Check) -> None:
    content = GOOD
    for name in ("unit", "tier", "instrument", "archive", "calibration gap"):
        old, new = WRONG[name][0]
        content = content.replace(old, new, 1)
    found = rules(check(content))
    assert {"plan.unit", "plan.tier", "plan.instrument", "plan.archive"} <= set(found)


def test_another_choice_wants_other_factors(
    check: Check,
) -> None:
    found = check(swapped("fuel_table: national", "fuel_table: imo"))
    assert any(
        one.rule == "plan.missing-entry" and "ship_fuel.co2_per_mass" in one.what.en
        for one in found
    )
    assert any(one.rule == "plan.not-needed" for one in found)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ("a: [1", "yaml.syntax"),
        ("just words", "plan.not-a-plan"),
        ("[1, 2]", "plan.not-a-plan"),
        ("methodology: water-freight/enterprise", "plan.not-a-plan"),
        ("quality_plan: &a x\nversion: *a", "yaml.alias"),
        ("quality_plan: " + "x" * 1_000_001, "yaml.size"),
        ("quality_plan: " + "[" * 60 + "]" * 60, "yaml.depth"),
        ("", "yaml.empty"),
    ],
)
def test_what_is_no_plan_is_refused(check: Check, content: str, rule: str) -> None:
    with pytest.raises(Refused) as refused:
        check(content)
    assert rule in [one.rule for one in refused.value.diagnostics]


SHAPES = ["[]", "{}", "1", "text", "[[1]]", "{a: {b: 1}}", "null", "true", "[{a: 1}]"]
TOP = [
    "version", "period", "methodology", "edition", "choices", "revisions", "entity", "boundary",
    "instruments", "inputs", "parameters", "factors", "results", "quality_control",
]  # fmt: skip


@pytest.mark.parametrize("key", TOP)
@pytest.mark.parametrize("shape", SHAPES)
def test_no_shape_of_a_block_is_a_fault_of_the_program(check: Check, key: str, shape: str) -> None:
    lines = GOOD.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(f"{key}:"))
    end = start + 1
    while end < len(lines) and lines[end].startswith((" ", "-")):
        end += 1
    content = "\n".join([*lines[:start], f"{key}: {shape}", *lines[end:]])
    assert told(check, content) or key == "choices"


# -- free ----------------------------------------------------------------------------------------

DAYS = st.integers(0, 60).map(lambda n: date(2025, 1, 1) + timedelta(days=n))


@settings(max_examples=60, deadline=None)
@given(DAYS, DAYS, st.lists(st.tuples(DAYS, DAYS), max_size=5))
def test_gaps_are_the_days_that_no_calibration_covers(
    one: date, two: date, spans: list[tuple[date, date]]
) -> None:
    first, last = min(one, two), max(one, two)
    valid = [(min(span), max(span)) for span in spans]
    days = {first + timedelta(days=n) for n in range((last - first).days + 1)}
    open_ = {day for day in days if not any(a <= day <= b for a, b in valid)}
    told = {
        a + timedelta(days=n)
        for a, b in uncovered(first, last, valid)
        for n in range((b - a).days + 1)
    }
    assert told == open_


FILLED = [
    number
    for number, line in enumerate(GOOD.splitlines())
    if re.match(r"\s+(unit|department|recorded|method|source|why|obtained): [^\[{]", line)
]


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(FILLED), st.sampled_from(["待填", "null", "''", "待填  # 部门"]))
def test_any_field_emptied_is_found_and_is_a_change(number: int, blank: str) -> None:
    lines = GOOD.splitlines()
    key = lines[number].split(":")[0].strip()
    lines[number] = lines[number].split(":")[0] + f": {blank}"
    plan, root, found = parse_plan("\n".join(lines))
    _, before, _ = parse_plan(GOOD)
    assert found == []
    methodology = loaded(RULES_OF, None, {})
    findings = list(entry_findings(plan, methodology, wanted(methodology)))
    optional = key == "source" and not any(
        e.kind == "factor" and e.place.line and e.place.line <= number for e in plan.entries
    )
    assert optional or any(one.rule == "plan.empty" for one in findings)
    assert len(changes(before, root)) == 1


VALUES = [
    number
    for number, line in enumerate(GOOD.splitlines())
    if re.match(r"\s+[^#]*: \S", line) and "{" not in line
]


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(VALUES), st.sampled_from([*SHAPES, "2025-99", '"\'; DROP"', "-1", "1e999"]))
def test_no_value_of_a_field_is_a_fault_of_the_program(number: int, shape: str) -> None:
    lines = GOOD.splitlines()
    lines[number] = lines[number].split(": ")[0] + f": {shape}"
    plan, root, found = parse_plan("\n".join(lines))
    methodology = loaded(RULES_OF, None, {})
    found += head_findings(plan, root)
    found += entry_findings(plan, methodology, wanted(methodology))
    found += facility_findings(plan, naming_columns(methodology))
    assert all(one.what.zh and one.what.en for one in found)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 20), min_size=1, max_size=4))
def test_versions_are_ordered_by_number(parts: list[int]) -> None:
    word = ".".join(map(str, parts))
    higher = ".".join(map(str, [*parts[:-1], parts[-1] + 1]))
    assert order_of(higher) > order_of(word)
    assert order_of(word + ".0" if len(parts) < 4 else word) == order_of(word)


# -- versions ------------------------------------------------------------------------------------


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "old.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


NEXT = (
    'version: "1.1"\nperiod', 'version: "1.2"\nperiod',
    "\nentity:",
    '\n  - {version: "1.2", date: 2025-06-01, cause: better-data, reason: 改测}\nentity:',
)  # fmt: skip


def test_a_changed_plan_needs_a_higher_version(check: Check, old: Path) -> None:
    assert check(GOOD, previous=old) == ()
    changed = swapped("method: 国际吨位证书所载总吨", "method: 国籍证书")
    assert rules(check(changed, previous=old)) == ["plan.revision"]
    raised = changed.replace(NEXT[0], NEXT[1], 1)
    assert rules(check(raised, previous=old)) == ["plan.revision"]  # no revision of its own
    assert check(raised.replace(NEXT[2], NEXT[3], 1), previous=old) == ()


def test_a_revision_without_reason_or_date_is_empty(check: Check, old: Path) -> None:
    content = GOOD.replace(NEXT[0], NEXT[1], 1).replace(
        NEXT[2], '\n  - {version: "1.2", date: 待填, cause: other, reason: null}\nentity:', 1
    )
    assert rules(check(content, previous=old)) == ["plan.empty", "plan.empty"]


def test_history_is_not_rewritten(check: Check, old: Path) -> None:
    assert rules(check(swapped("reason: 首次制定", "reason: 试行"), previous=old)) == [
        "plan.history"
    ]
    lower = GOOD.replace('version: "1.1"\n', 'version: "1.0"\n', 1)
    lower = re.sub(r'\n  - \{version: "1.1".*', "", lower)
    assert set(rules(check(lower, previous=old))) == {"plan.revision", "plan.history"}


def test_differences_are_told_by_entry() -> None:
    content = swapped("at_most: 0.05", "at_most: 0.1")
    content = content.replace(
        "{model: 测深尺与温度计, number: CS-301", "{model: 雷达液位计, number: CS-301"
    )
    content = re.sub(r"\n    - \{of: ship, name: 津港集 8.*", "", content)
    content = content.replace("archive_years: 5", "archive_years: 5.0  # the same")
    _, one, _ = parse_plan(GOOD)
    _, two, _ = parse_plan(content)
    told = {(c.name, c.field, c.kind, c.old, c.new) for c in changes(one, two)}
    assert told == {
        ("parameters.burned", "missing.at_most", "changed", "1/20", "1/10"),
        ("instruments.tank-jhf", "model", "changed", "测深尺与温度计", "雷达液位计"),
        ("boundary.facilities.ship:津港集 8", "", "removed", None, None),
    }
    back = {(c.name, c.field, c.kind) for c in changes(two, one)}
    assert ("boundary.facilities.ship:津港集 8", "", "added") in back
