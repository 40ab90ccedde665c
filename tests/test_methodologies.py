"""Every methodology of the library: its file, its cases, its properties."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from mrv.engine.cases import run_cases
from mrv.engine.properties import check_properties
from mrv.engine.variations import NAMES as NAMES_OF_ALL
from mrv.factors import open_store
from mrv.language import load
from mrv.language.casefile import cases_path, read_cases
from mrv.language.library import find
from mrv.resources import folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrv.engine.cases import CaseResult
    from mrv.engine.variations import Name
    from mrv.factors import Store
    from mrv.language import Methodology
    from mrv.language.casefile import Case

ROOT = folder("methodologies")
FILES = sorted(
    path
    for path in ROOT.rglob("*.yaml")
    if not path.name.endswith(".cases.yaml") and not path.is_relative_to(ROOT / "modules")
)
NAMES = [path.relative_to(ROOT).with_suffix("").as_posix() for path in FILES]
MOST_LINES = 300
MOST_CASES = 2
"""Further cases on which each property is tried; all of them would take many minutes."""


@cache
def store() -> Store:
    return open_store()


def checked(name: str, **choices: str) -> Methodology:
    words = {kind: frozenset(store().vocabulary(kind)) for kind in ("fuel", "region", "gas")}
    return load(name, choices=choices, vocabularies=words)


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_it_loads_without_a_warning(name: str) -> None:
    assert [warning.render() for warning in checked(name).warnings] == []


def test_it_is_short_and_says_where_it_comes_from(name: str) -> None:
    document = checked(name).document
    assert len(find(name, []).read_text(encoding="utf-8").splitlines()) < MOST_LINES
    cited = {f.declared.source for f in checked(name).formulas.values()}
    cited |= {c.source for c in checked(name).constants.values()}
    assert document.sources
    assert any(cited)
    if document.status == "draft":
        assert document.open_questions


def failures(results: tuple[CaseResult, ...]) -> dict[str, list[str]]:
    return {
        found.case.name: [d.render() for d in found.diagnostics]
        + [f"{d.what}: {d.found} instead of {d.expected}" for d in found.deviations if not d.holds]
        for found in results
        if not (found.passed and found.engines_agree)
    }


def test_every_case_passes_in_both_engines_and_every_formula_is_reached(name: str) -> None:
    results = run_cases(name, store=store())
    assert failures(results) == {}
    assert any(found.case.must_fail for found in results)
    reached = frozenset().union(*(found.reached for found in results))
    assert set(checked(name).formulas) - reached == set()


def good(name: str) -> list[Case]:
    return [case for case in read_cases(cases_path(find(name, []))) if not case.must_fail]


def broken(name: str, cases: list[Case], properties: Sequence[Name] = NAMES_OF_ALL) -> list[str]:
    off = dict(checked(name).document.properties.off)
    assert all(reason.strip() for reason in off.values())
    return [
        f"{case.name}: {found.name} {found.said.en if found.said else ''}"
        for case in cases
        for found in check_properties(
            checked(name, **case.choices), case, store=store(), names=properties
        )
        if found.verdict == "broken"
    ]


def test_properties_hold_or_are_off_with_a_reason(name: str) -> None:
    assert broken(name, good(name)[:1]) == []


@pytest.mark.slow
@pytest.mark.parametrize("turn", range(len(NAMES_OF_ALL)), ids=NAMES_OF_ALL)
def test_properties_take_turns_on_the_other_cases(name: str, turn: int) -> None:
    """Each further case is tried with one of them."""
    cases = good(name)[1 + turn :: len(NAMES_OF_ALL)][:MOST_CASES]
    assert broken(name, cases, NAMES_OF_ALL[turn : turn + 1]) == []
