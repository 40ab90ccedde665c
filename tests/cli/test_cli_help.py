from __future__ import annotations

import subprocess
import sys

import pytest

from mrv.cli.root import COMMANDS
from mrv.cli.speech import language_of

LEAVES = [*(name for name in COMMANDS if name != "factors"), "factors build"]


@pytest.mark.parametrize("name", ["", "factors", *LEAVES])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_command_has_help_in_both_languages(mrv, name, lang):
    said = mrv(*name.split(), "--help", "--lang", lang)
    assert said.code == 0
    assert not said.err
    chinese = any(ord(char) > 0x2E7F for char in said.out)
    assert chinese == (lang == "zh")
    assert said.out.startswith("用法: mrv" if lang == "zh" else "Usage: mrv")
    assert "--lang zh|en" in said.out


def test_help_of_english_has_no_chinese_and_of_chinese_no_click_words(mrv):
    said = mrv("run", "--help", "--lang", "zh")
    for word in ("Usage", "Options", "Show this message", "Commands"):
        assert word not in said.out


def test_help_lines_fit_a_terminal(mrv):
    from mrv.cli.width import width

    for name in LEAVES:
        for lang in ("zh", "en"):
            said = mrv(*name.split(), "--help", "--lang", lang)
            assert max(width(line) for line in said.out.splitlines()) <= 110


def test_without_a_command_the_help_goes_to_stderr(mrv):
    said = mrv()
    assert (said.code, said.out) == (2, "")
    assert "Commands:" in said.err
    assert mrv("--lang", "zh").code == 2


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (["lst"], "call.unknown-command"),
        (["list", "--foo"], "call.unknown-option"),
        (["list", "extra"], "call.usage"),
        (["list", "--format"], "call.option"),
        (["list", "--format", "xml"], "call.option"),
        (["list", "--sector", "toy"], "call.missing-option"),
        (["list", "--lang", "fr"], "call.option"),
        (["run", "water-freight/enterprise"], "call.missing-option"),
        (["run"], "call.missing-option"),
        (["run", "x", "--data", ".", "--threads", "0"], "call.option"),
        (["check"], "call.missing-option"),
        (["explain", "x", "--data", "."], "call.missing-option"),
        (["factors", "biuld"], "call.unknown-command"),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_wrong_calls_are_said_in_the_chosen_language(mrv, words, rule, lang, monkeypatch):
    if "--lang" in words:
        monkeypatch.setenv("MRV_LANG", lang)
        lang = "en"  # what --lang asks for is not a language
    else:
        words = [*words, "--lang", lang] if words[-1] != "--format" else ["--lang", lang, *words]
    said = mrv(*words)
    assert (said.code, said.out) == (2, "")
    assert f"{'错误' if lang == 'zh' else 'error'}[{rule}]" in said.err
    if lang == "en":
        assert not any(ord(char) > 0x2E7F for char in said.err)
    else:
        for word in ("Missing", "Error:", "No such", "requires an argument", "Got unexpected"):
            assert word not in said.err


def test_the_language_comes_from_the_call_then_the_environment():
    assert language_of(["--lang", "en"], {"MRV_LANG": "zh"}) == "en"
    assert language_of([], {"MRV_LANG": "zh", "LC_ALL": "en_US.UTF-8"}) == "zh"
    assert language_of([], {"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}) == "en"
    assert language_of([], {"LANG": "zh_CN.UTF-8"}) == "zh"
    assert language_of([], {}) == "en"
    assert language_of(["--", "--lang", "zh"], {}) == "en"


def test_an_internal_error_is_one_line_unless_debug_is_asked_for(mrv, monkeypatch, capsys):
    from mrv.cli.main import main
    from mrv.language import library

    def broken(*_: object) -> None:
        msg = "boom"
        raise ZeroDivisionError(msg)

    monkeypatch.setattr(library, "listing", broken)
    said = mrv("list")
    assert said.code == 3
    assert "internal error" in said.err
    assert "ZeroDivisionError: boom" in said.err
    assert len(said.err.splitlines()) == 1
    assert main(["list", "--debug"]) == 3
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("raised", [KeyboardInterrupt(), RuntimeError("Query interrupted")])
def test_an_interruption_is_said_and_has_its_own_code(mrv, monkeypatch, raised):
    from mrv.language import library

    def stopped(*_: object) -> None:
        raise raised

    monkeypatch.setattr(library, "listing", stopped)
    said = mrv("list")
    assert said.code == 130
    assert "Interrupted" in said.err


def test_a_full_disk_and_too_little_memory_are_no_faults_of_the_program(mrv, monkeypatch):
    import duckdb

    from mrv.language import library

    raised: list[Exception] = [OSError(28, "No space left"), duckdb.OutOfMemoryException("64 MB")]
    for error in raised:

        def failing(*_: object, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr(library, "listing", failing)
        said = mrv("list")
        assert said.code == 1
        assert said.err.startswith("error[")


def test_help_imports_nothing_heavy():
    heavy = ["pandas", "duckdb", "pyarrow", "jsonschema", "sqlglot", "yaml", "rich", "numpy"]
    code = (
        "import sys; from mrv.cli.main import main; main(['--help']); "
        f"sys.exit(' '.join(set({heavy!r}) & set(sys.modules)))"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert not done.stderr.strip(), done.stderr
