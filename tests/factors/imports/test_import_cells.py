"""Numbers, names and encodings of foreign tables."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mrv.factors.imports.cells import half_digit, is_blank, read_number, slug
from mrv.factors.imports.encoding import decode
from mrv.factors.row import parse_value
from mrv.messages import Refused, Text

QUICK = settings(max_examples=80, deadline=None)
decimals = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9)


@QUICK
@given(decimals)
def test_a_plain_number_keeps_its_value_and_its_digits(number: Decimal) -> None:
    printed = f"{number:f}"
    read = read_number(printed)
    assert isinstance(read, str)
    assert Decimal(read) == number
    assert parse_value(read) is not None
    assert read_number(printed.replace(".", ","), decimal=",") == read


@QUICK
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_comes_back_as_the_same_float(number: float) -> None:
    read = read_number(number)
    assert isinstance(read, str)
    assert float(read) == number
    assert parse_value(read) is not None


@pytest.mark.parametrize(
    "cell", ["1,234.5", "1 234,5", "1.234,5", "1'234.5", "12.3.4", "< 1", "abc", "1e", "0x10"]
)
def test_a_doubtful_number_is_never_read(cell: str) -> None:
    assert isinstance(read_number(cell), Text)
    assert isinstance(read_number("1.234,5", decimal=","), Text)


@pytest.mark.parametrize("cell", ["", "-", "n/a", "N/A", " – ", None, float("nan"), "#N/A", "无"])
def test_blanks_are_blank(cell: object) -> None:
    assert is_blank(cell)


def test_zero_is_a_value() -> None:
    assert not is_blank(0)
    assert not is_blank("0")
    assert read_number("0.00000") == "0.00000"


@QUICK
@given(st.text(max_size=40))
def test_a_slug_can_stand_in_an_id(name: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9._+-]+", slug(name))


def test_chinese_names_stay_apart() -> None:
    assert slug("柴油") != slug("汽油")


def test_half_a_digit() -> None:
    assert half_digit("12.34") == pytest.approx(0.005)
    assert half_digit("1e3") == pytest.approx(500)


@QUICK
@given(st.text(alphabet="产品名称碳足迹摇篮到大门柴油电力", min_size=4, max_size=60))
@example("品品品碳")
def test_gbk_is_told_from_latin(words: str) -> None:
    plain, said = decode(f"id,{words}\n1,2\n".encode("gbk"), "x.csv")
    assert words in plain
    assert "gb18030" in said.en or "UTF-8" in said.en


@pytest.mark.parametrize(
    "words",
    ["", "élément", "Σύνολο;всего", "e\u0301le\u0301ment", "т CO2", "Ünïted — 10 µg", "柴油;été"],
)
def test_utf8_stays_utf8(words: str) -> None:
    plain, said = decode(words.encode(), "x.csv")
    assert plain == words
    assert "UTF-8" in said.en


@QUICK
@given(st.lists(st.sampled_from(["élément", "unité", "Période", "forêt", "été"]), min_size=1))
def test_latin_is_told_from_gbk(words: list[str]) -> None:
    line = ";".join(words)
    plain, said = decode(line.encode("latin-1"), "x.csv")
    assert plain == line
    assert "cp1252" in said.en


def test_a_mixture_names_its_lines() -> None:
    body = "nom;unité été\n".encode() + "forêt;é\n".encode("latin-1")
    with pytest.raises(Refused) as caught:
        decode(body, "x.csv")
    found = caught.value.diagnostics[0]
    assert found.rule == "import.encoding"
    assert found.place is not None
    assert found.place.line == 2


def test_a_stated_encoding_that_does_not_fit_is_refused() -> None:
    with pytest.raises(Refused, match=r"import\.encoding"):
        decode(b"\xff\xff", "x.csv", "utf-8")
    with pytest.raises(Refused, match=r"import\.encoding"):
        decode(b"abc", "x.csv", "klingon")
