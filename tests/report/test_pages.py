"""Pages: they escape everything, fetch nothing, close every tag, and say what they are about."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from sealed_runs import BAKERY, DATA

from mrv.api import load
from mrv.explain import explain
from mrv.receipt import Evidence, Means, seal, verify
from mrv.receipt.render import conclusion
from mrv.report import explanation_page, verdict_page

EVIL = "<script>alert(1)</script>"
QUOTED = "\"'><img src=x onerror=alert(2)>"
VOID = {"meta", "br", "link", "img", "hr", "col", "input", "wbr"}
FETCHING = {"src", "href", "action", "data", "poster", "srcset", "background"}


class Page(HTMLParser):
    """Reads a page, proving that its tags are balanced."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not self.open or self.open[-1] != "style":
            self.words.append(data)

    @property
    def said(self) -> str:
        return "".join(self.words)


def harmless(text: str) -> Page:
    """A page that runs nothing and fetches nothing."""
    page = Page(text)
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "iframe", "object", "embed", "form", "img", "base", "link"}
    for tag, attributes in page.tags:
        assert not any(name.startswith("on") for name in attributes), tag
        for name in FETCHING & set(attributes):
            assert (attributes[name] or "").startswith("#"), (tag, name)
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style is not None
    assert not re.search(r"url\(|@import|expression\(", style[1])
    assert "default-src 'none'" in text
    return page


@pytest.fixture(scope="module")
def evil(tmp_path_factory):
    """A receipt whose every name is an attack."""
    folder = tmp_path_factory.mktemp("evil")
    text = BAKERY.read_text("utf-8")
    title = "title: {zh: 面包房（虚构行业，只供检验引擎）,"
    assert title in text
    text = text.replace(title, f"title: {{zh: '面包房{EVIL}',").replace(
        "{title: a rule made up for tests,", f"{{title: '{EVIL} a rule',"
    )
    rule = folder / "evil.yaml"
    rule.write_text(text, "utf-8")
    swap = {"A": EVIL, "o1": QUOTED}
    data = {
        name: [
            {"organisation": EVIL + "&Co", **{k: swap.get(v, v) for k, v in row.items()}}
            for row in rows
        ]
        for name, rows in DATA.items()
    }
    path = folder / "<b>a&b.mrv"
    run = load(str(rule)).run(data, period="2024")
    with run:
        seal(run, path)
        yield path, explain(run, "direct"), data
    path.unlink()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_verdict_shows_names_as_they_are_and_runs_none(evil, lang):
    path, _, _ = evil
    verdict = verify(path)
    page = harmless(verdict_page(verdict, lang))
    assert conclusion(verdict).in_(lang) in page.said
    assert verdict.sealed in page.said
    assert "<b>a&b.mrv" in page.said
    if lang == "zh":
        assert f"面包房{EVIL}" in page.said


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_differences_name_their_rows_harmlessly(evil, lang):
    path, _, data = evil
    firing = [row | {"burned": "99 t"} for row in data["firing"]]
    verdict = verify(path, Means(evidence=Evidence({**data, "firing": firing}, threshold=0.05)))
    assert not verdict.upheld
    page = harmless(verdict_page(verdict, lang))
    assert EVIL in page.said
    assert QUOTED in page.said
    assert "burned" in page.said


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_explanation_shows_names_as_they_are_and_runs_none(evil, lang):
    _, explanation, _ = evil
    page = harmless(explanation_page(explanation, lang))
    assert QUOTED in page.said
    assert f"{EVIL} a rule" in page.said
    assert "direct" in page.said


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_no_receipt_has_a_page_too(tmp_path, lang):
    path = tmp_path / f"{'x' * 20}.mrv"
    path.write_bytes(b"PK\x03\x04" + EVIL.encode())
    verdict = verify(path)
    page = harmless(verdict_page(verdict, lang))
    assert conclusion(verdict).in_(lang) in page.said
    assert path.name in page.said


def test_the_language_of_a_page_is_stated(evil):
    path, explanation, _ = evil
    verdict = verify(path)
    for make, what in ((verdict_page, verdict), (explanation_page, explanation)):
        for lang, code in (("en", "en"), ("zh", "zh-CN")):
            page = Page(make(what, lang))
            assert dict(page.tags)["html"] == {"lang": code}
    said = Page(verdict_page(verdict, "en")).said.replace("面包房", "")
    assert not re.search(r"[\u4e00-\u9fff]", said)
