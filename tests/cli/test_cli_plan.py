"""``mrv plan`` as a person calls it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mrv.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any as Said

GOOD = Path(__file__).parents[2] / "examples" / "water-freight" / "quality-plan.yaml"


@pytest.fixture
def started(mrv: Callable[..., Said], rule: Path, tmp_path: Path) -> Path:
    """Start a plan for the small methodology."""
    path = tmp_path / "plan.yaml"
    said = mrv("plan", "new", rule, "--period", "2025", "--out", path)
    assert said.code == 0, said.err
    return path


def test_a_plan_is_started_filled_and_checked(
    mrv: Callable[..., Said], rule: Path, started: Path, tmp_path: Path, data: Path
) -> None:
    folders = "--methodologies", tmp_path
    body = started.read_text(encoding="utf-8")
    assert body.count("待填") > 30
    assert "# 消耗量 / burned" in body
    unfilled = mrv("plan", "check", started, "--methodology", rule)
    assert unfilled.code == 1
    assert "plan.empty" in unfilled.out
    sealed = tmp_path / "run.mrv"
    assert (
        main(["run", str(rule), "--data", str(data), "--period", "2025", "--seal", str(sealed)])
        == 0
    )
    said = mrv("plan", "check", started, "--receipt", sealed, "--format", "json", *folders)
    tree = json.loads(said.out)
    assert said.code == 1
    assert tree["complete"] is True
    assert tree["errors"] == sum(one["severity"] == "error" for one in tree["findings"])
    rules = {one["rule"] for one in tree["findings"]}
    assert {"plan.empty", "plan.facility-unknown"} <= rules
    assert all(one["what"]["zh"] and one["what"]["en"] for one in tree["findings"])
    assert all(one["line"] for one in tree["findings"])


def test_a_plan_that_is_there_is_never_overwritten(
    mrv: Callable[..., Said], rule: Path, started: Path
) -> None:
    before = started.read_bytes()
    said = mrv("plan", "new", rule, "--period", "2025", "--out", started)
    assert said.code == 2
    assert "call.file-exists" in said.err
    assert started.read_bytes() == before


def test_the_example_has_no_findings_in_either_language(mrv: Callable[..., Said]) -> None:
    for lang, words in (("zh", "0 个错误，0 个警告"), ("en", "0 errors, 0 warnings")):
        said = mrv("plan", "check", GOOD, "--lang", lang)
        assert said.code == 0
        assert words in said.out


def test_differences_as_text_and_json(mrv: Callable[..., Said], tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(
        GOOD.read_text(encoding="utf-8").replace("archive_years: 5", "archive_years: 8"),
        encoding="utf-8",
    )
    same = mrv("plan", "diff", GOOD, GOOD)
    assert (same.code, same.out) == (0, "")
    told = mrv("plan", "diff", GOOD, other)
    assert told.code == 0
    assert told.out == "changed  quality_control.archive_years: 5 → 8\n"
    tree = json.loads(mrv("plan", "diff", GOOD, other, "--format", "json").out)
    assert [(c["field"], c["old"], c["new"]) for c in tree["changes"]] == [
        ("archive_years", "5", "8")
    ]
    after = mrv("plan", "check", other, "--previous", GOOD)
    assert after.code == 1
    assert "plan.revision" in after.out


def test_strict_counts_warnings(mrv: Callable[..., Said], tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    text = GOOD.read_text(encoding="utf-8").replace("instrument: [meter-heat]", "instrument: [lab]")
    other.write_text(text, encoding="utf-8")
    assert mrv("plan", "check", other).code == 0
    assert mrv("plan", "check", other, "--strict").code == 1


@pytest.mark.parametrize(
    ("words", "code", "rule"),
    [
        (("check", "nowhere.yaml"), 2, "call.no-file"),
        (("check", GOOD, "--receipt", "nowhere.mrv"), 2, "call.no-file"),
        (("check", GOOD, "--receipt", GOOD), 1, "receipt."),
        (("check", GOOD, "--methodology", "ports/enterprise"), 1, "plan.methodology"),
        (("check", GOOD, "--methodology", "nothing"), 2, "call.unknown-methodology"),
        (("check", GOOD, "--previous", "nowhere.yaml"), 2, "call.no-file"),
        (("new", "nothing", "--period", "2025"), 2, "call.unknown-methodology"),
        (("new", "water-freight/enterprise", "--period", "soon"), 2, "call.period"),
        (("new", "water-freight/enterprise", "--period", "2025", "--out", "/no/where/p.yaml"), 2,
         "call.out"),
        (("chekc",), 2, "call.unknown-command"),
        (("diff", GOOD, "nowhere.yaml"), 2, "call.no-file"),
    ],
)  # fmt: skip
def test_bad_calls_say_what_is_wrong(
    mrv: Callable[..., Said], words: tuple[object, ...], code: int, rule: str
) -> None:
    said = mrv("plan", *words)
    assert rule in said.out + said.err
    assert said.code == code
