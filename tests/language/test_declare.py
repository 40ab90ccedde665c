"""Declarations: what is accepted, what is refused and exactly where."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrv.language.declare import parse_document, parse_text
from mrv.language.model import ByChoice, Written
from mrv.messages import Refused, text

FULL = (Path(__file__).parent / "samples" / "full.yaml").read_text(encoding="utf-8")
HEAD = """\
methodology: a/b
edition: 2025.1
status: draft
governs: {sector: s, region: CN, from: 2025-01-01}
title: {zh: 名, en: Name}
"""
SOURCE = "sources: {gb34: {title: x, confidence: own}}\n"
# every snippet below begins on line 6
BAD = [
    ("extra: 1", [("schema.unknown-key", 6, 1)]),
    ("formula: {}", [("schema.unknown-key", 6, 1)]),
    ("inputs:", [("schema.type", 6, 1)]),
    ("inputs: [a]", [("schema.type", 6, 9)]),
    ("formulas: {f: {unit: 1}}", [("schema.missing-key", 6, 12)]),
    ("formulas: {f: {is: 1}}", [("schema.one-of", 6, 12)]),
    ("formulas: {f: {unit: t, type: yes-no, is: 1}}", [("schema.one-of", 6, 12)]),
    ("formulas: {f: {type: text, is: 1}}", [("schema.value", 6, 22)]),
    ("formulas: {f: {unit: 1, is: 1, each: t, per: [a]}}", [("schema.one-of", 6, 41)]),
    ("formulas: {f: {unit: 1, is: first(a, b), each: t}}", [("yaml.unquoted-comma", 6, 38)]),
    ("formulas: {f: {unit: 1, is: 1, quantum: 0}}", [("schema.value", 6, 41)]),
    ("formulas: {f: {unit: 1, is: [1]}}", [("schema.type", 6, 29)]),
    ("formulas: {1f: {unit: 1, is: 1}}", [("schema.name", 6, 12)]),
    ("formulas: {f-g: {unit: 1, is: 1}}", [("schema.name", 6, 12)]),
    ("formulas: {ｆ: {unit: 1, is: 1}}", [("schema.name", 6, 12)]),
    ("formulas: {lambda: {unit: 1, is: 1}}", [("name.reserved", 6, 12)]),
    ("formulas: {sum: {unit: 1, is: 1}}", [("name.reserved", 6, 12)]),
    ("formulas: {period: {unit: 1, is: 1}}", [("name.reserved", 6, 12)]),
    ("formulas: {f: {unit: 1, is: 1, source: gb}}", [("name.unknown-source", 6, 40)]),
    ("formulas: {f: {one_of: [a, a], is: 1}}", [("name.duplicate", 6, 28)]),
    ("constants: {k: {value: 1}}\nformulas: {k: {unit: 1, is: 1}}", [("name.duplicate", 7, 12)]),
    ("constants: {k: {}}", [("schema.missing-key", 6, 13)]),
    ("constants: {k: {value: true}}", [("schema.type", 6, 24)]),
    ("choices: {c: {of: [a, b], default: d}}", [("schema.value", 6, 36)]),
    ("choices: {c: {of: []}}", [("schema.count", 6, 19)]),
    ("choices: {c: {of: [true, b]}}", [("schema.type", 6, 20)]),
    ("choices: {c: {of: [a b]}}", [("schema.name", 6, 20)]),
    ("sources: {s: {title: x, confidence: sure}}", [("schema.value", 6, 37)]),
    ("sources: {s: {title: x, confidence: seen}}", [("schema.missing-key", 6, 11)]),
    (
        "sources: {s: {title: x, confidence: seen, checked: 2025-02-30}}",
        [("schema.date", 6, 52)],
    ),
    ("inputs: {t: {key: [k], columns: {a: {type: key}}}}", [("name.unknown-column", 6, 20)]),
    ("inputs: {t: {columns: {a: {type: key}}}}", [("schema.missing-key", 6, 10)]),
    ("inputs: {t: {key: [a], columns: {a: {}}}}", [("schema.one-of", 6, 34)]),
    ("inputs: {t: {key: [a], columns: {a: {type: key, unit: t}}}}", [("schema.one-of", 6, 34)]),
    ("inputs: {t: {key: [a], columns: {a: {type: date}}}}", [("schema.value", 6, 44)]),
    ("inputs: {t: {key: [a], columns: {a: {type: key, min: 0}}}}", [("schema.one-of", 6, 49)]),
    (
        "inputs: {t: {key: [a], columns: {a: {type: key, optional: true}}}}",
        [("schema.key", 6, 34)],
    ),
    (
        "inputs: {t: {key: [a], columns: {a: {type: key}, period: {type: month}}}}",
        [("name.reserved", 6, 50)],
    ),
    ("inputs: {t: {key: [], columns: {a: {unit: t, min: '0'}}}}", [("schema.type", 6, 51)]),
    ("inputs: {t: {key: [], columns: {a: {unit: t, min: 1e999}}}}", [("schema.type", 6, 51)]),
    ("inputs: {t: {key: [], columns: {a: {unit: t, whole: yes}}}}", [("schema.type", 6, 53)]),
    ("inputs: {t: {key: [], columns: {a: {unit: t, min: 2, max: 1}}}}", [("schema.range", 6, 59)]),
    (
        "inputs: {t: {key: [], columns: {a: {unit: t, between: [1, 2, 3]}}}}",
        [("schema.count", 6, 55)],
    ),
    (
        "inputs: {t: {key: [], columns: {a: {unit: t, between: [1, 2], min: 0}}}}",
        [("schema.one-of", 6, 63)],
    ),
    (
        "inputs: {t: {key: [], columns: {a: {unit: t, above: 2, below: 2}}}}",
        [("schema.range", 6, 63)],
    ),
    ("factors: {f: {unit: t}}", [("schema.missing-key", 6, 11)]),
    ("factors: {f: {unit: t, property: p, time: always}}", [("schema.value", 6, 43)]),
    (
        "factors: {f: {unit: t, property: p, where: {d: {a: b}}}}",
        [("schema.missing-key", 6, 48)],
    ),
    (
        "tables: {t: {of: {a: x}, gives: {b: 1}, rows: [{a: any}]}}",
        [("schema.missing-key", 6, 48)],
    ),
    (
        "tables: {t: {of: {a: x}, gives: {b: 1}, rows: [{a: any, b: 1, c: 2}]}}",
        [("schema.unknown-key", 6, 63)],
    ),
    (
        "tables: {t: {of: {a: x}, gives: {a: 1}, rows: [{a: any}]}}",
        [("name.duplicate", 6, 34)],
    ),
    (
        "tables: {t: {of: {a: x}, gives: {b: 1}, rows: [{a: any, b: [1]}]}}",
        [("schema.type", 6, 60)],
    ),
    (
        "tables: {t: {of: {a: x}, hit: one, gives: {b: 1}, rows: [{a: any, b: 1}]}}",
        [("schema.value", 6, 31)],
    ),
    ("curves: {c: {of: x, unit_of: km, unit: kg}}", [("schema.one-of", 6, 10)]),
    (
        "curves: {c: {of: x, unit_of: km, unit: kg, points: [[1, 2], [1, 3]]}}",
        [("curve.order", 6, 62)],
    ),
    (
        "curves: {c: {of: [x, y], unit_of: km, unit: kg, points: [[1, 2], [2, 3]]}}",
        [("curve.shape", 6, 10), ("curve.shape", 6, 49)],
    ),
    (
        "curves: {c: {of: [x, y], unit_of: [t, km], unit: kg, axes: [[1, 2], [1, 2]]}}",
        [("schema.missing-key", 6, 10)],
    ),
    (
        (
            "curves: {c: {of: [x, y], unit_of: [t, km], unit: kg, axes: [[1, 2], [1, 2]],\n"
            "  values: [[1, 2], [1, 2, 3]]}}"
        ),
        [("curve.shape", 7, 3)],
    ),
    ("results: {r: {of: f}}", [("schema.missing-key", 6, 11)]),
    ("results: {r: {of: f, role: sum}}", [("schema.value", 6, 28)]),
    ("results: {r: {of: f, role: total, round: {to: 1}}}", [("schema.missing-key", 6, 35)]),
    (
        "results: {r: {of: f, role: total, round: {to: 0, rule: half-up}}}",
        [("schema.value", 6, 47)],
    ),
    ("checks: {c: {that: x, severity: fatal, message: m}}", [("schema.value", 6, 33)]),
    ("checks: {c: {that: x}}", [("schema.missing-key", 6, 10)]),
    ("checks: {c: {that: x, message: {de: x}}}", [("schema.unknown-key", 6, 33)]),
    ("needs: {n: {table: true}}", [("schema.unknown-key", 6, 1)]),
    ("module: x", [("schema.one-of", 1, 1), ("schema.unknown-key", 4, 1)]),
]


@pytest.mark.parametrize(("snippet", "expected"), BAD, ids=[s[:50] for s, _ in BAD])
def test_what_is_refused_and_where(snippet, expected):
    parse_text(HEAD)
    with pytest.raises(Refused) as refused:
        parse_text(HEAD + snippet + "\n", "x.yaml")
    found = refused.value.diagnostics
    assert [(d.rule, d.place.line, d.place.column) for d in found] == expected
    for d in found:
        assert d.what.zh != d.what.en
        assert "is not of type" not in str(refused.value)


HEADS = [
    ("edition: 2025.1", [("schema.missing-key", 1, 1)]),
    ("module: A b\nedition: 1", [("schema.name", 1, 9)]),
    ("module: a\nedition: a b", [("schema.name", 2, 10)]),
    ("module: a\nedition: 1\ninputs: {}", [("schema.unknown-key", 3, 1)]),
    ("module: a\nedition: 1\nneeds: {b: {each: t, unit: 1}}", [("name.unknown", 3, 19)]),
    ("module: a\nedition: 1\nneeds: {b: {table: true, unit: 1}}", [("schema.one-of", 3, 26)]),
    ("module: a\nedition: 1\nneeds: {b: {optional: true}}", [("schema.one-of", 3, 9)]),
    (HEAD.replace("from: 2025-01-01", "awaited: maybe"),
     [("schema.missing-key", 4, 10), ("schema.type", 4, 43)]),
    (HEAD.replace("2025-01-01", "2025-1-1"), [("schema.date", 4, 40)]),
    (HEAD.replace("2025-01-01", "2025-01-01, until: 2024-01-01"), [("schema.range", 4, 59)]),
    (HEAD.replace(", en: Name", ""), [("schema.missing-key", 5, 8)]),
    (HEAD.replace("{zh: 名, en: Name}", "Name"), [("schema.type", 5, 8)]),
    (HEAD.replace("draft", "Draft"), [("schema.value", 3, 9)]),
    ("[1, 2]", [("schema.type", 1, 1)]),
    ("just a text", [("schema.type", 1, 1)]),
]  # fmt: skip


@pytest.mark.parametrize(("content", "expected"), HEADS)
def test_heads(content, expected):
    with pytest.raises(Refused) as refused:
        parse_text(content, "x.yaml")
    found = refused.value.diagnostics
    assert [(d.rule, d.place.line, d.place.column) for d in found] == expected


def test_all_findings_at_once_in_order():
    with pytest.raises(Refused) as refused:
        parse_text(
            HEAD + "formulas: {f: {is: 1, sourc: x}}\nresults: {r: {of: f, role: x}}\nwhat: 1\n"
        )
    found = refused.value.diagnostics
    assert [d.rule for d in found] == [
        "schema.one-of",
        "schema.unknown-key",
        "schema.value",
        "schema.unknown-key",
    ]
    assert '"source"' in found[1].hint.en


@pytest.mark.parametrize(
    ("snippet", "hinted"),
    [
        ("formulas: {f: {unit: 1, is: 1, surce: x}}", 'Did you mean "source"'),
        ("results: {r: {of: f, role: totl}}", "Allowed values: total, component"),
        ("inputs: {t: {key: [], columns: {a: {unit: t, min: 3 t}}}}", "without quotes or unit"),
        ("inputs: {t: {key: [], columns: {a: {unit: t, whole: on}}}}", "true or false"),
        ("choices: {c: {of: [true]}}", 'quotes: "true"'),
        (SOURCE + "formulas: {f: {unit: 1, is: 1, source: gb}}", 'Did you mean "gb34"'),
        (SOURCE + "formulas: {f: {unit: 1, is: 1, source: gb34 clause 5}}", "in brackets"),
    ],
)  # fmt: skip
def test_hints(snippet, hinted):
    with pytest.raises(Refused) as refused:
        parse_text(HEAD + snippet)
    assert hinted in refused.value.diagnostics[0].render("en")


def test_full_sample_head(full_text):
    document = parse_text(full_text, "full.yaml")
    assert document.name == "sample/full"
    assert document.text == full_text
    assert document.governs.until == date(2026, 12, 31)
    assert document.governs.successor == "2027.1"
    assert document.title == text("示例方法学", "Sample methodology")
    assert [s.checked for s in document.sources] == [date(2025, 11, 20), None]
    assert [c.default for c in document.choices] == ["national", None, "AR5"]
    assert document.constants[0].value.text == "90 kg/passenger"


def test_full_sample_inputs(full_text):
    ship, fuel_use, trip = parse_text(full_text).inputs
    assert [c.type for c in ship.columns] == ["key", "word", "quantity", "year", "quantity"]
    assert [c.type for c in fuel_use.columns] == [
        "ref", "month", "ref", "quantity", "quantity", "yes-no",
    ]  # fmt: skip
    assert fuel_use.optional
    assert not ship.optional
    measured = fuel_use.columns[4]
    assert (measured.lowest, measured.highest, measured.optional) == ("10", "60.5", True)
    assert (ship.columns[4].above, ship.columns[4].below, ship.columns[4].whole) == (
        "0", "1000", True,
    )  # fmt: skip
    assert [c.type for c in trip.columns][2:5] == ["instant", "instant", "day"]


def test_full_sample_lookups(full_text):
    document = parse_text(full_text)
    ncv, grid, carbon, pinned = document.factors
    assert ncv.where == (("dataset", ("{fuel_table}",)), ("tier", ("1", "2")))
    assert ncv.match[0][1].text == "fuel_use.fuel"
    assert grid.regions == ("CN-TJ", "CN-NORTH", "CN")
    assert (grid.time, ncv.time, pinned.pin) == (("same-year-else-latest",), ("any",), "row-17")
    by_choice = carbon.where[0][1]
    assert isinstance(by_choice, ByChoice)
    assert by_choice.values == (("national", ("gbt32151.34-2024-c1",)), ("imo", ("imo-a", "imo-b")))

    (line,) = document.tables
    assert [name for name, _ in line.gives] == ["capacity", "a", "class", "tone"]
    assert line.gives[2][1] == ("large", "small")
    assert line.gives[3][1] == ("loud", "quiet")
    assert isinstance(line.rows[1].conditions[0][1], tuple)
    assert line.rows[0].outcomes[1][1].text == "4745"

    flat, surface = document.curves
    assert flat.points == (("100", "900"), ("500", "2100.5"))
    assert surface.axes == (("1", "2"), ("10", "20"))
    assert surface.of == ("mass", "distance")


def test_full_sample_steps(full_text):
    document = parse_text(full_text)
    (use,) = document.uses
    assert use.edition == "2025.1"
    assert [(n, w.text) for n, w in use.choices] == [
        ("fuel_table", "fuel_table"),
        ("gases", "=all"),
    ]

    formulas = {f.name: f for f in document.formulas}
    assert formulas["ncv_used"].tiers == ("measured", "default")
    assert formulas["co2"].expression.text == "burned * ncv_used * carbon * CO2_per_C"
    assert (formulas["co2"].quantum, formulas["co2"].optional) == ("1e-6", True)
    assert formulas["late"].type == "yes-no"
    assert formulas["band"].words == ("low", "high")
    assert [g.text for g in formulas["day_km"].per] == ["user", "day(start)"]
    assert formulas["one"].unit.text == "1"
    total = document.results[0]
    assert (total.role, total.round_to, total.round_rule) == ("total", "0.1", "half-even")
    assert document.checks[0].when.text == "given(co2)"
    assert document.properties.off[1] == ("doubling", "there is a threshold")


def test_every_text_stands_where_its_place_says(full_text):
    """Walk through the whole document: every one-line text is found at its own place."""
    lines = full_text.splitlines()
    pending, seen = [parse_text(full_text)], 0
    while pending:
        item = pending.pop()
        if isinstance(item, Written):
            line = lines[item.place.line - 1]
            first = item.text.split("\n")[0].split("  ")[0][: item.place.width]
            assert line[item.place.column - 1 :].startswith(first), item
            seen += 1
        elif isinstance(item, tuple):
            pending += item
        elif hasattr(item, "__dataclass_fields__"):
            pending += [getattr(item, name) for name in item.__dataclass_fields__]
    assert seen > 80


def test_module():
    document = parse_text(
        "module: combustion\nedition: 2025.10\n"
        "needs:\n  rows: {table: true}\n  burned: {each: rows, unit: t, optional: true, min: 0}\n"
        "  fuel: {each: rows, in: factors.fuel}\n"
        "choices: {gwp: {of: [AR5, AR6]}}\n"
        "formulas: {co2: {each: rows, unit: t CO2, is: burned * 3}}\n"
    )
    assert (document.kind, document.edition, document.status) == ("module", "2025.10", "draft")
    rows, burned, fuel = document.needs
    assert rows.table
    assert rows.column is None
    assert burned.column.optional
    assert burned.column.lowest == "0"
    assert fuel.column.refers_to.text == "factors.fuel"


def test_chinese_names():
    document = parse_text(HEAD + "formulas: {排放量_1: {unit: t CO2, is: 燃料 * 3}}\n")
    assert document.formulas[0].name == "排放量_1"


def test_awaited_edition():
    document = parse_text(HEAD.replace("from: 2025-01-01", "awaited: true"))
    governs = document.governs
    assert (governs.awaited, governs.start) == (True, None)


def test_columns_may_be_named_as_functions():
    document = parse_text(HEAD + "inputs: {t: {key: [month], columns: {month: {type: month}}}}\n")
    assert [column.name for column in document.inputs[0].columns] == ["month"]


def test_a_file_is_read_as_its_text(tmp_path, full_text):
    file = tmp_path / "full.yaml"
    file.write_text(full_text, encoding="utf-8")
    assert parse_document(file, "full") == parse_text(full_text, "full")


SCALARS = st.sampled_from(
    ["1", "t", "true", "", "null", "'x'", "1e999", "2025-01-01", "a b", "[]", "{}", "[1, [2]]",
     "{zh: x}", "{a: {b: c}}", "first(a", "=x", "-0", ".inf", "any", '"< 3 t"'],
)  # fmt: skip
KEYS = st.sampled_from(
    [
        "methodology",
        "module",
        "edition",
        "status",
        "governs",
        "title",
        "sources",
        "open_questions",
        "choices",
        "constants",
        "inputs",
        "factors",
        "tables",
        "curves",
        "use",
        "needs",
        "formulas",
        "results",
        "checks",
        "properties",
        "key",
        "columns",
        "unit",
        "type",
        "one_of",
        "in",
        "of",
        "gives",
        "rows",
        "points",
        "axes",
        "values",
        "unit_of",
        "with",
        "where",
        "match",
        "between",
        "min",
        "each",
        "per",
        "is",
        "source",
        "round",
        "message",
        "off",
        "monotone",
        "f",
        "sum",
        "甲",
        "a-b",
    ]
)


def _read_or_refused(content):
    """Anything but a document or findings that can be shown is an error."""
    findings = ()
    try:
        parse_text(content)
    except Refused as refused:
        findings = refused.diagnostics or (None,)
    for finding in findings:
        assert finding.render("zh")
        assert finding.render("en")


@st.composite
def blocks(draw, depth=0):
    lines = []
    for key in draw(st.lists(KEYS, max_size=4, unique=True)):
        if depth < 3 and draw(st.booleans()):
            lines += [f"{key}:", *(f"  {line}" for line in draw(blocks(depth + 1)))]
        else:
            lines.append(f"{key}: {draw(SCALARS)}")
    return lines


@given(blocks())
@settings(max_examples=150, deadline=None)
def test_any_structure_is_read_or_refused(lines):
    for content in ("\n".join(lines), HEAD + "\n".join(lines)):
        _read_or_refused(content)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_damaged_sample_is_read_or_refused(data):
    start = data.draw(st.integers(0, len(FULL) - 1))
    length = data.draw(st.integers(0, 40))
    inserted = data.draw(st.sampled_from(["", ":", "\n", "  ", "[", "}", "'", "- ", "：", "1"]))
    _read_or_refused(FULL[:start] + inserted + FULL[start + length :])


DOCS = Path(__file__).parents[2] / "docs" / "language.md"


def test_the_examples_of_the_language_page_are_accepted():
    page = DOCS.read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL)
    tried = 0
    for block in blocks:
        first = block.split(":")[0]
        if first not in {"inputs", "factors", "formulas", "tables", "curves", "results"}:
            continue
        tried += 1
        content = block.replace("{…}", "text").replace("{zh, en}", "text")
        content = content.replace("source: …}", "source: gb34}").replace(", source}", "}")
        parse_text(HEAD + SOURCE + content, first)
    assert tried >= 5
