"""``python -m mrv.factors``: build, audit and compare releases from a checkout."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mrv.factors import build, diff, open_store
from mrv.messages import Refused
from mrv.resources import folder

if TYPE_CHECKING:
    from mrv.messages import Lang


def main(words: list[str] | None = None) -> int:
    """Run the command; return the exit code.

    Args:
        words: the arguments; None takes those of the process.
    """
    given = _parser().parse_args(words)
    try:
        return _run(given)
    except Refused as refused:
        for found in refused.diagnostics:
            sys.stderr.write(found.render(given.lang) + "\n")
        return refused.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m mrv.factors")
    commands = parser.add_subparsers(dest="command", required=True)
    made = commands.add_parser("build", help="build a release from the sources / 由源文件构建版本")
    made.add_argument("release", help="name, such as 2026-11.1 / 版本名")
    made.add_argument("--out", type=Path, default=folder("factors") / "releases")
    seen = commands.add_parser("audit", help="show every finding / 显示全部审查结果")
    for command in (made, seen):
        command.add_argument("--sources", type=Path, default=folder("factors") / "sources")
    two = commands.add_parser("diff", help="compare two releases / 比较两个版本")
    two.add_argument("old")
    two.add_argument("new")
    two.add_argument("--folder", type=Path, action="append", default=[])
    for command in (made, seen, two):
        command.add_argument("--lang", choices=("zh", "en"), default="en")
    return parser


def _run(given: argparse.Namespace) -> int:
    if given.command == "audit":
        return _audit(given.sources, given.lang)
    if given.command == "diff":
        old, new = (open_store(name, given.folder) for name in (given.old, given.new))
        for line in diff(old, new).lines():
            sys.stdout.write(line.in_(given.lang) + "\n")
        return 0
    info = build(given.sources, given.out, given.release)
    sys.stdout.write(f"{info.release}: {info.rows} rows, content {info.content_sha256}\n")
    return 0


def _audit(sources: Path, lang: Lang) -> int:
    from mrv.factors.audit import findings
    from mrv.factors.sources import read_sources

    found = findings(read_sources(sources))
    for finding in found:
        sys.stdout.write(finding.render(lang) + "\n")
    return 1 if any(finding.severity == "error" for finding in found) else 0


if __name__ == "__main__":
    sys.exit(main())
