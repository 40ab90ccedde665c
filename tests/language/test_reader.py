"""The reader: places, exact scalars, and what it refuses."""

from __future__ import annotations

import os
import time
from fractions import Fraction

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mrv.language.nodes import ListNode, MapNode, ScalarNode, plain, to_plain
from mrv.language.reader import MAX_BYTES, MAX_FINDINGS, read_file, read_tree
from mrv.messages import Place, Refused

BOMB = "a: &a [x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
)

BAD = [
    # text, (rule, line, column) of every finding in order
    ("a: 1\n\tb: 2", [("yaml.syntax", 2, 1)]),
    ("a:\n  \tb: 2\n c", [("yaml.syntax", 2, 3)]),
    ('a: 1\nb: "open\nc: 2\n', [("yaml.syntax", 2, 4)]),
    ("a: 1\nb: [1, 2\nc: 3\n", [("yaml.syntax", 2, 4)]),
    ('a: {is: x["k"], b: 1}', [("yaml.syntax", 1, 10)]),
    ("a: {b: 1,\n  unit: GJ[LHV]/t,\n  c: 2}", [("yaml.syntax", 2, 11)]),
    ("a: 1\nb: {c: [1, 2}\n", [("yaml.syntax", 2, 8)]),
    ("a: 1\nedition:2025\nb: 3\n", [("yaml.syntax", 2, 8)]),
    ("a: 1\n名称：甲\nb: 2\n", [("yaml.syntax", 2, 3)]),
    ("a: b: c", [("yaml.syntax", 1, 5)]),
    ("a: 1\n b: 2", [("yaml.syntax", 2, 3)]),
    ("a: 1\nb: @x", [("yaml.syntax", 2, 4)]),
    ("a: 1\nb: %x", [("yaml.syntax", 2, 4)]),
    ('a: "\\q"', [("yaml.syntax", 1, 5)]),
    ("a: 1\n- b", [("yaml.syntax", 2, 1)]),
    ("{a: 1}}", [("yaml.syntax", 1, 7)]),
    ("a: 1\nb: 2\na: 3\nb: 4", [("yaml.duplicate-key", 3, 1), ("yaml.duplicate-key", 4, 1)]),
    ("x: {k: 1, k: 2}", [("yaml.duplicate-key", 1, 11)]),
    ("a: &x 1\nb: *x", [("yaml.alias", 1, 4), ("yaml.alias", 2, 4)]),
    ("a: {<<: {b: 1}}", [("yaml.alias", 1, 5)]),
    ("a: !!python/object/apply:os.system [ls]", [("yaml.tag", 1, 4)]),
    ("a: !local 1\nb: !!str 2", [("yaml.tag", 1, 4), ("yaml.tag", 2, 4)]),
    ("a: 1\n---\nb: 2", [("yaml.documents", 2, 1)]),
    ("? [a]\n: 1", [("yaml.key", 1, 3)]),
    ("unit: {gwp}: {a: 1}: 2", [("yaml.syntax", 1, 12)]),
    ("a: {{x}: 1}", [("yaml.key", 1, 5)]),
    ("", [("yaml.empty", None, None)]),
    ("# only a comment\n", [("yaml.empty", None, None)]),
    ("---\n", [("yaml.empty", None, None)]),
    ("a: 1\nb: x\x00y\x07", [("file.characters", 2, 5), ("file.characters", 2, 7)]),
    ("a: " + "[" * 60 + "]" * 60, [("yaml.depth", 1, 43)]),
    ("a: \ud800", [("file.encoding", 1, None)]),
]


@pytest.mark.parametrize(("content", "expected"), BAD, ids=[repr(c[:20]) for c, _ in BAD])
def test_what_is_refused_and_where(content, expected):
    with pytest.raises(Refused) as refused:
        read_tree(content, "x.yaml")
    found = refused.value.diagnostics
    assert [
        (d.rule, d.place and d.place.line, d.place and d.place.column) for d in found
    ] == expected
    for d in found:
        assert d.what.zh != d.what.en
        assert "x.yaml" in d.render("zh")


def test_duplicate_names_the_first_line():
    with pytest.raises(Refused) as refused:
        read_tree("a: 1\nb: 2\na: 3", "x")
    assert "line 1" in refused.value.diagnostics[0].what.en


def test_bomb_is_refused_at_once():
    start = time.perf_counter()
    with pytest.raises(Refused) as refused:
        read_tree(BOMB, "x")
    assert time.perf_counter() - start < 1
    assert {d.rule for d in refused.value.diagnostics} == {"yaml.alias"}


def test_too_many_nodes():
    with pytest.raises(Refused) as refused:
        read_tree("[" + "1," * 200_001 + "]", "x")
    assert refused.value.diagnostics[0].rule == "yaml.size"


def test_findings_are_bounded():
    with pytest.raises(Refused) as refused:
        read_tree("a: 1\n" * 5000, "x")
    assert len(refused.value.diagnostics) <= MAX_FINDINGS


def test_long_expression_is_fine():
    expression = " + ".join(["x"] * 2500)
    tree = read_tree(f"is: {expression}", "x")
    assert isinstance(tree, MapNode)
    assert tree.get("is").text == expression


@pytest.mark.parametrize(
    ("written", "meaning"),
    [
        ("12", 12),
        ("-3", -3),
        ("012", 12),
        ("0x1F", 31),
        ("0o17", 15),
        ("0.1", Fraction(1, 10)),
        ("1e3", Fraction(1000)),
        ("-.5", Fraction(-1, 2)),
        ("1e-6", Fraction(1, 10**6)),
        ("true", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
        *((same, same) for same in ("no", "on", "yes", "off", "y", "2024-01", "2025-01-31")),
        *((same, same) for same in ("12:30", "1_000", ".inf", ".nan", "NaN", "1e99999", "１２")),
        ("9" * 500, "9" * 500),
        ("'12'", "12"),
        ('"true"', "true"),
        ("90 kg", "90 kg"),
    ],
)
def test_meaning_of_scalars(written, meaning):
    node = read_tree(f"a: {written}\nb: 1", "x").get("a")
    assert plain(node) == meaning
    assert type(plain(node)) is type(meaning)


@given(st.fractions().map(lambda f: Fraction(round(f * 10**6), 10**6)))
@settings(max_examples=100, deadline=None)
def test_decimals_are_exact(number):
    whole, rest = divmod(abs(number.numerator * (10**6 // number.denominator)), 10**6)
    written = f"{'-' if number < 0 else ''}{whole}.{rest:06d}"
    assert plain(ScalarNode(written, "plain", Place(), Place())) == number


@pytest.mark.parametrize(
    ("content", "at"),
    [
        ("is: a + b", (1, 5, "a + b")),
        ('is: "a + b"', (1, 6, "a + b")),
        ("x: 1\nis: >-\n    a\n    + b\n", (3, 5, "a")),
        ("x: 1\nis: |\n\n  a + b\n", (4, 3, "a + b")),
        ("量: 1\n是: 甲 + 乙", (2, 4, "甲 + 乙")),
    ],
)
def test_place_of_content(content, at):
    tree = read_tree(content, "x")
    place = tree.entries[-1][1].content
    assert (place.line, place.column) == at[:2]
    shown = place.source_line[place.column - 1 :][: place.width]
    assert shown == at[2]


def test_windows_line_ends_and_byte_order_mark(tmp_path):
    file = tmp_path / "x.yaml"
    file.write_bytes("\ufeffa: 1\r\nb: [2]\r\n".encode())
    text, tree = read_file(file)
    assert to_plain(tree) == {"a": 1, "b": [2]}
    assert not text.startswith("\ufeff")
    assert tree.get("b").place.line == 2
    assert tree.get("b").place.source_line == "b: [2]"


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("a: 方法学\n".encode("gbk"), "GB18030"),
        ("a: 方法学\n".encode("utf-16"), "UTF-16"),
        (b"a: \xff\xff\xff\n", "not encoded in UTF-8"),
    ],
)
def test_other_encodings_are_named(tmp_path, content, named):
    file = tmp_path / "x.yaml"
    file.write_bytes(content)
    with pytest.raises(Refused) as refused:
        read_file(file)
    assert refused.value.diagnostics[0].rule == "file.encoding"
    assert named in str(refused.value)


def test_files_that_are_none(tmp_path):
    (tmp_path / "ship.yaml").write_text("a: 1")
    (tmp_path / "big.yaml").write_bytes(b"a" * (MAX_BYTES + 1))
    for path, rule in [
        (tmp_path, "call.not-a-file"),
        (tmp_path / "shop.yaml", "call.no-file"),
        (tmp_path / ("x" * 400), "call.no-file"),
        (tmp_path / "x\x00y", "call.no-file"),
        (tmp_path / "big.yaml", "yaml.size"),
    ]:
        with pytest.raises(Refused) as refused:
            read_file(path)
        assert refused.value.diagnostics[0].rule == rule
    with pytest.raises(Refused) as refused:
        read_file(tmp_path / "shop.yaml")
    assert "ship.yaml" in str(refused.value)
    assert refused.value.exit_code == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_no_permission(tmp_path):
    file = tmp_path / "x.yaml"
    file.write_text("a: 1")
    file.chmod(0)
    with pytest.raises(Refused) as refused:
        read_file(file)
    assert refused.value.diagnostics[0].rule == "call.no-permission"


YAMLISH = st.text(alphabet="ab:- \n\t[]{}\"'#&*!|>%@`,?<~0.\\年：\u2028\x85\x00", max_size=60)


@given(YAMLISH | st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused(content):
    findings = ()
    try:
        tree = read_tree(content, "x")
    except Refused as refused:
        findings = refused.diagnostics or (None,)
    else:
        assert isinstance(tree, ScalarNode | ListNode | MapNode)
        to_plain(tree)
    for finding in findings:
        assert finding.render("zh")
        assert finding.render("en")


@given(st.binary(max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_read_or_refused(tmp_path_factory, content):
    file = tmp_path_factory.mktemp("bytes") / "x.yaml"
    file.write_bytes(content)
    try:
        text, _ = read_file(file)
    except Refused:
        return
    assert text.encode() == content.removeprefix(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    "sign", ["[", "{", "- ", "? ", "a: ", '"', "'", "&a ", "!", "[a, ", "{a: "]
)
def test_hostile_repetition_is_quick(sign):
    start = time.perf_counter()
    with pytest.raises(Refused):
        read_tree(sign * (400_000 // len(sign)) + "\x00", "x")
    with pytest.raises(Refused):
        read_tree(sign * (400_000 // len(sign)) + "]", "x")
    assert time.perf_counter() - start < 5


def test_the_slow_reader_reads_the_same(monkeypatch, full_text):
    """Where PyYAML was built without its C library the tree and its places are the same."""
    quick = read_tree(full_text, "x")
    monkeypatch.setattr("mrv.language.reader._LOADER", yaml.SafeLoader)
    assert read_tree(full_text, "x") == quick


@pytest.mark.parametrize("content", [content for content, _ in BAD], ids=repr)
def test_the_slow_reader_refuses_the_same(monkeypatch, content):
    monkeypatch.setattr("mrv.language.reader._LOADER", yaml.SafeLoader)
    with pytest.raises(Refused) as refused:
        read_tree(content, "x")
    rules = {d.rule for d in refused.value.diagnostics}
    assert rules == {rule for text, found in BAD if text == content for rule, _, _ in found}
