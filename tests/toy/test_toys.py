"""The made-up sectors: they are clean, they check quickly enough, and their cases hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from mrv.api import words
from mrv.engine.cases import run_cases
from mrv.factors import open_store
from mrv.language.loading import check_file, load

HERE = Path(__file__).parent
TOYS = ("bakery", "mill")


@pytest.fixture(scope="module")
def store():
    return open_store(None)


@pytest.mark.parametrize("toy", [*TOYS, "modules/kneading"])
def test_a_toy_is_clean(toy, store):
    found = check_file(str(HERE / f"{toy}.yaml"), vocabularies=words(store))
    assert [one.what.en for one in found.warnings] == []


def test_every_choice_of_the_mill_shapes_a_result(store):
    file = str(HERE / "mill.yaml")
    plain = load(file, vocabularies=words(store))
    other = load(file, vocabularies=words(store), choices={"losses": "with"})
    assert plain.formulas["mixing.co2"].body != other.formulas["mixing.co2"].body
    assert plain.formulas["milling.co2"].body == other.formulas["milling.co2"].body


@pytest.mark.parametrize("toy", [pytest.param("bakery", marks=pytest.mark.slow), "mill"])
def test_cases(toy, store):
    results = run_cases(str(HERE / f"{toy}.yaml"), store=store)
    wrong = [
        (one.case.name, [d for d in one.deviations if not d.holds], one.diagnostics)
        for one in results
        if not one.passed
    ]
    assert not wrong
    assert len(results) >= (10 if toy == "bakery" else 2)
