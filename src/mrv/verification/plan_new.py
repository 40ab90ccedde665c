"""A quality plan to be filled in, started from a methodology: nothing is made up."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from mrv.verification.plan_catalogue import naming_columns, wanted
from mrv.verification.plan_model import SECTIONS
from mrv.verification.plan_words import (
    CAUSES,
    ENTRY_FIELDS,
    FIELDS,
    KINDS,
    OBTAINED,
    RECORDED,
    RULES,
    TO_FILL,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrv.language.checked import Methodology
    from mrv.messages import Text
    from mrv.verification.plan_catalogue import Wanted

_PLAIN = re.compile(r"[^\W\d][\w./-]*")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off"}
_ENTITY = ("name", "products", "organisation_chart", "site_plan", "process_flow")
_VOCABULARIES = {"obtained": OBTAINED, "recorded": RECORDED, "rule": RULES, "cause": CAUSES}
_CONTROL = ("responsibilities", "training", "internal_review", "cross_checks", "archive")


def new_plan(methodology: Methodology, period: str) -> str:
    """Write a plan in which everything that a person must know is still to be filled in.

    Args:
        methodology: the rules, for the choices that the plan is to be for.
        period: label of the accounting period.

    Returns:
        YAML with a comment in both languages on every field; ``待填`` stands for what is wanted.
    """
    return "\n".join(_lines(methodology, period)) + "\n"


def _lines(methodology: Methodology, period: str) -> Iterator[str]:
    title = methodology.document.title
    stated = {choice.name: choice.value for choice in methodology.choices if choice.stated}
    yield f"# {title.zh} / {title.en}"
    yield f"# {TO_FILL} = 尚待填写，填完前 mrv plan check 会逐处指出 / still to be filled in"
    yield from _legend()
    yield f"quality_plan: {TO_FILL}  # 方案名称 / title of the plan"
    yield 'version: "1"  # 每次修订须更高 / higher with every revision'
    yield f'period: "{period}"'
    yield f"methodology: {methodology.name}"
    yield f"edition: {quoted(methodology.edition)}"
    if stated:
        yield "choices:"
        yield from (f"  {name}: {quoted(value)}" for name, value in stated.items())
    yield "revisions:"
    yield f'  - version: "1"\n    date: {TO_FILL}  # 2025-01-31'
    yield f"    cause: first-issue  # {' | '.join(CAUSES)}"
    yield f"    reason: {TO_FILL}  # {_both(FIELDS['reason'])}"
    yield "entity:"
    yield from _blanks(_ENTITY)
    yield "boundary:"
    yield from _blanks(("description",))
    yield from _facilities(methodology)
    yield from _instruments()
    yield from _sections(wanted(methodology))
    yield "quality_control:"
    yield from _blanks(_CONTROL)
    yield f"  archive_years: null  # {_both(FIELDS['archive_years'])}"


def _legend() -> Iterator[str]:
    """Explain the words once, so that the fields can name them shortly."""
    for key, words in _VOCABULARIES.items():
        yield f"# {key} = {_both(FIELDS[key])}:"
        yield from (f"#   {word}: {_both(said)}" for word, said in words.items())


def _blanks(keys: tuple[str, ...]) -> Iterator[str]:
    for key in keys:
        yield f"  {key}: {TO_FILL}  # {_both(FIELDS[key])}"


def _facilities(methodology: Methodology) -> Iterator[str]:
    listed = naming_columns(methodology)
    if not listed:
        yield "  # 数据中没有列出设施的表 / no table of the data lists facilities"
        return
    yield f"  facilities:  # {_both(FIELDS['facilities'])}"
    for table, column in listed.items():
        yield (
            f"    - {{of: {table}, name: {TO_FILL}, what: {TO_FILL}}}  # 与数据中 {table}.{column} "
            "一致；可加 from、until、months / as the data name it; from, until, months may follow"
        )


def _instruments() -> Iterator[str]:
    yield "instruments:  # 每台一项，名称自定 / one entry each, under a name of your own"
    yield f"  {TO_FILL}:"
    for key in ("model", "number", "position", "accuracy", "calibrate_every"):
        yield f"    {key}: {TO_FILL}  # {_both(FIELDS[key])}"
    yield (
        f"    calibrations:  # {_both(FIELDS['calibrations'])}\n"
        f"      - {{on: {TO_FILL}, until: {TO_FILL}, certificate: {TO_FILL}}}"
    )


def _sections(listed: tuple[Wanted, ...]) -> Iterator[str]:
    for kind, section in SECTIONS.items():
        own = [one for one in listed if one.kind == kind]
        if not own:
            continue
        yield f"{section}:  # {_both(KINDS[kind])}"
        table = ""
        for one in own:
            name = one.name
            if kind == "input":
                here, name = name.split(".", 1)
                if here != table:
                    yield f"  {quoted(here)}:"
                table = here
            yield from _entry(one, name, "    " if kind == "input" else "  ")


def _entry(one: Wanted, name: str, indent: str) -> Iterator[str]:
    said = [_both(one.label)] if one.label else []
    if one.optional and one.kind == "input":
        said.append("可不用：obtained: not-used / may be not-used")
    yield f"{indent}{quoted(name)}:" + (f"  # {'；'.join(said)}" if said else "")
    for key in ENTRY_FIELDS[one.kind]:
        yield f"{indent}  {_field(one, key)}"


def _field(one: Wanted, key: str) -> str:
    """Write a field: what the methodology itself settles, or what is wanted."""
    if key == "unit":
        spelling = "1" if one.unit is None else one.unit.spelling
        return f"unit: {quoted(spelling)}"
    if key == "missing":
        return f"missing: {{rule: {TO_FILL}, how: {TO_FILL}}}  # {_both(FIELDS[key])}"
    if key == "method" and one.method:
        return f"method: {quoted(one.method)}"
    if key == "planned":
        tiers = " | ".join(tier for tier in one.tiers if tier)
        return f"planned: {TO_FILL}  # {_both(FIELDS[key])}: {tiers}"
    if key == "obtained" and one.kind == "result":
        return "obtained: calculated"
    if key in _VOCABULARIES:
        return f"{key}: {TO_FILL}  # {' | '.join(_VOCABULARIES[key])}"
    if key == "instrument":
        return f"instrument: []  # {_both(FIELDS[key])}"
    return f"{key}: {TO_FILL}  # {_both(FIELDS[key])}"


def _both(words: Text) -> str:
    return words.zh if words.zh == words.en else f"{words.zh} / {words.en}"


def quoted(word: str) -> str:
    """Write a text as YAML, in quotes where it could be read as something else.

    Example:
        >>> quoted("fuel_use"), quoted("t CO2"), quoted("1"), quoted("no")
        ('fuel_use', '"t CO2"', '"1"', '"no"')
    """
    if _PLAIN.fullmatch(word) and word.lower() not in _WORDS:
        return word
    return json.dumps(word, ensure_ascii=False)
