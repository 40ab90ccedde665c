"""Finding methodologies by name, and listing them."""

from __future__ import annotations

import pytest

from mrv.language.library import find, header, listing
from mrv.messages import Refused


def head(name, edition, kind="methodology"):
    return (
        f"{kind}: {name}\nedition: {edition}\nstatus: trial\n"
        "governs: {sector: s, region: CN, from: 2025-01-01}\ntitle:\n  zh: 名\n  en: Name\n"
    )


@pytest.fixture
def folder(tmp_path, monkeypatch):
    own, brought = tmp_path / "own", tmp_path / "brought"
    files = {
        own / "ship/enterprise.yaml": head("ship/enterprise", "2025.10"),
        own / "ship/enterprise@2025.9.yaml": head("ship/enterprise", "2025.9"),
        own / "ship/enterprise.cases.yaml": "cases: []",
        own / "broken.yaml": head("broken", "1") + "formulas: [a, b\n",
        own / "hopeless.yaml": "a: [",
        brought / "modules/combustion.yaml": head("combustion", "2025.1", "module"),
        brought / "ship/enterprise.yaml": head("ship/enterprise", "2025.10") + "# shadowed\n",
        brought / "ship/old@2.yaml": head("ship/old", "2"),
        brought / "ship/old@10.yaml": head("ship/old", "10"),
    }
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    monkeypatch.setattr("mrv.resources.folder", lambda _: brought)
    return own


@pytest.mark.parametrize(
    ("name", "edition", "expected"),
    [
        ("ship/enterprise", None, "own/ship/enterprise.yaml"),
        ("ship/enterprise", "2025.10", "own/ship/enterprise.yaml"),
        ("ship/enterprise", "2025.9", "own/ship/enterprise@2025.9.yaml"),
        ("ship/enterprise@2025.9", None, "own/ship/enterprise@2025.9.yaml"),
        ("combustion", None, "brought/modules/combustion.yaml"),
        ("combustion", "2025.1", "brought/modules/combustion.yaml"),
        ("modules/combustion", None, "brought/modules/combustion.yaml"),
        ("ship/old", None, "brought/ship/old@10.yaml"),
    ],
)
def test_find(folder, name, edition, expected):
    assert find(name, [folder], edition).as_posix().endswith(expected)


def test_find_path(folder):
    path = folder / "broken.yaml"
    assert find(str(path)) == path


@pytest.mark.parametrize(
    ("name", "edition", "rule", "hinted"),
    [
        ("ship/entreprise", None, "call.unknown-methodology", "ship/enterprise"),
        ("ship/enterprise", "2024.1", "call.unknown-edition", "2025.9"),
        ("combustion", "1", "call.unknown-edition", "2025.1"),
        ("../etc/passwd", None, "call.unknown-methodology", ""),
        ("", None, "call.unknown-methodology", ""),
        ("a\x00b", None, "call.unknown-methodology", ""),
        ("x" * 5000, None, "call.unknown-methodology", ""),
        ("no/such.yaml", None, "call.no-file", ""),
    ],
)
def test_not_found(folder, name, edition, rule, hinted):
    with pytest.raises(Refused) as refused:
        find(name, [folder], edition)
    (finding,) = refused.value.diagnostics
    assert finding.rule == rule
    assert hinted in finding.render("en")
    assert refused.value.exit_code == 2


def test_listing(folder):
    found = listing([folder])
    assert [(h.name, h.edition) for h in found] == [
        ("broken", "1"),
        ("combustion", "2025.1"),
        ("hopeless", None),
        ("ship/enterprise", "2025.9"),
        ("ship/enterprise", "2025.10"),
        ("ship/old", "2"),
        ("ship/old", "10"),
    ]
    broken, combustion, hopeless, *_, newest, _, _ = found
    assert broken.problem.rule == "yaml.syntax"
    assert broken.governs.region == "CN"
    assert broken.title.zh == "名"
    assert hopeless.problem is not None
    assert combustion.kind == "module"
    assert newest.problem is None
    assert newest.path.parent.parent == folder


def test_header_of_a_file_that_is_no_methodology(tmp_path):
    file = tmp_path / "x.yaml"
    file.write_text("a: 1")
    assert header(file, "x").problem.rule == "schema.missing-key"
    file.write_text("[1]")
    assert header(file, "x").problem.rule == "schema.type"
    file.write_bytes("methodology: a\ntitle: {zh: 名, en: n}\n".encode("gbk"))
    assert header(file, "x").problem.rule == "file.encoding"
    assert header(file, "x").name == "a"


def test_what_the_program_brings_can_be_listed():
    assert all(h.problem is None for h in listing()), [h.problem for h in listing()]
