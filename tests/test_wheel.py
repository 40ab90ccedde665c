"""A wheel built from the checkout carries rules and examples, and gives the same report."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CALL = "import sys; from mrv.cli.main import main; sys.exit(main(sys.argv[1:]))"


def python(*words: str, cwd: Path, path: Path | None = None) -> str:
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    env |= {"PYTHONIOENCODING": "utf-8", "MRV_LANG": "en"}
    if path is not None:
        env["PYTHONPATH"] = str(path)
    done = subprocess.run(  # noqa: S603
        [sys.executable, *words], cwd=cwd, env=env, capture_output=True, check=False,
        encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    built = ("-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT))
    python(*built, cwd=folder)
    (wheel,) = folder.glob("mrv-*.whl")
    site = folder / "site"
    pip = ("-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(site))
    python(*pip, str(wheel), cwd=folder)
    return site


@pytest.mark.slow
def test_everything_comes_from_the_wheel(installed, tmp_path):
    code = (
        "import mrv; from mrv.resources import NAMES, folder; "
        "print(mrv.__file__, *(folder(name) for name in NAMES), sep='\\n')"
    )
    for place in python("-c", code, cwd=tmp_path, path=installed).split("\n")[:-1]:
        assert Path(place).is_relative_to(installed)


@pytest.mark.slow
def test_the_demo_of_the_wheel_gives_the_report_of_the_checkout(installed, tmp_path):
    words = ("-c", CALL, "run", "water-freight/enterprise", "--period", "2025", "--data")
    examples = installed / "mrv" / "_data" / "examples" / "water-freight"
    ours = python(*words, str(ROOT / "examples" / "water-freight"), cwd=ROOT, path=ROOT / "src")
    theirs = python(*words, str(examples), cwd=tmp_path, path=installed)
    assert theirs == ours
    assert "t CO2" in theirs


@pytest.mark.slow
def test_the_wheel_lists_checks_and_writes_sql(installed, tmp_path):
    for words in (
        ("list",),
        ("check", "water-freight/enterprise"),
        ("sql", "water-freight/enterprise"),
    ):
        assert python("-c", CALL, *words, cwd=tmp_path, path=installed)
