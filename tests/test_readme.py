"""Every command, file and output that the two READMEs show is true."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
READMES = {"en": ROOT / "README.md", "zh": ROOT / "README.zh.md"}
PAGES = [
    page for page in sorted((ROOT / "docs").glob("*.md"))
    if "```sh test" in page.read_text(encoding="utf-8")
]  # fmt: skip
_BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: language, the words after it, content."""

    lang: str
    info: str
    body: str


def blocks(path: Path) -> list[Block]:
    found = _BLOCK.findall(path.read_text(encoding="utf-8"))
    return [Block(lang, info.strip(), body) for lang, info, body in found]


def call(line: str, folder: Path, lang: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(  # noqa: S602 - the lines are those of our own README
        line, shell=True, cwd=folder, capture_output=True, text=True, check=False, encoding="utf-8",
        env={**os.environ, "PATH": path, "MRV_LANG": lang},
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("lang", READMES)
def test_what_the_readme_shows_is_true(lang, tmp_path):
    assert run_page(READMES[lang], tmp_path, lang) > 8


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_what_a_page_shows_is_true(page, tmp_path):
    assert run_page(page, tmp_path, "en") > 0


def run_page(page: Path, tmp_path: Path, lang: str) -> int:
    """Run what a page shows, in its order, and count the commands."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    ran, said = 0, ""
    for block in blocks(page):
        if block.info.startswith("file="):
            target = tmp_path / block.info.removeprefix("file=")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.body, encoding="utf-8")
        elif block.lang == "sh" and block.info == "test":
            said = ""
            for line in block.body.replace("\\\n", " ").splitlines():
                done = call(line, tmp_path, lang)
                wanted = int(line.rpartition("# exit ")[2]) if "# exit " in line else 0
                assert done.returncode == wanted, (line, done.stdout, done.stderr)
                said += done.stdout + done.stderr
                ran += 1
        elif block.lang == "python":
            done = subprocess.run(  # noqa: S603
                [sys.executable, "-c", block.body], cwd=tmp_path, capture_output=True, text=True,
                check=False, encoding="utf-8", env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
            said = done.stdout
            ran += 1
        elif block.info == "output":
            for line in block.body.splitlines():
                assert "…" in line or line.rstrip() in said, line
    return ran


def test_both_readmes_show_the_same_commands():
    shown = {
        lang: [(b.lang, b.info, b.body) for b in blocks(path) if b.lang == "sh"]
        for lang, path in READMES.items()
    }
    english = [re.sub(r" --lang \w\w", "", body) for _, _, body in shown["en"]]
    assert english == [re.sub(r" --lang \w\w", "", body) for _, _, body in shown["zh"]]


@pytest.mark.parametrize("lang", READMES)
def test_the_readme_is_short_and_its_links_lead_somewhere(lang):
    content = READMES[lang].read_text(encoding="utf-8")
    assert len(content.splitlines()) <= 290
    for link in re.findall(r"\]\(([^)#]+)\)", content):
        assert (ROOT / link).exists(), link


def test_make_demo_runs_what_the_readme_shows():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    first = next(b for b in blocks(READMES["en"]) if b.lang == "sh" and b.info == "test")
    assert first.body.splitlines()[0].removeprefix("mrv ") in makefile
