"""``python -m mrv.factors build``: build a release from a checkout."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mrv.factors import build
from mrv.messages import Refused
from mrv.resources import folder


def main(words: list[str] | None = None) -> int:
    """Run the command; return the exit code.

    Args:
        words: the arguments; None takes those of the process.
    """
    parser = argparse.ArgumentParser(prog="python -m mrv.factors")
    commands = parser.add_subparsers(dest="command", required=True)
    made = commands.add_parser("build", help="build a release from the sources / 由源文件构建版本")
    made.add_argument("release", help="name, such as 2026-11.1 / 版本名")
    made.add_argument("--sources", type=Path, default=folder("factors") / "sources")
    made.add_argument("--out", type=Path, default=folder("factors") / "releases")
    made.add_argument("--lang", choices=("zh", "en"), default="en")
    given = parser.parse_args(words)
    try:
        info = build(given.sources, given.out, given.release)
    except Refused as refused:
        for found in refused.diagnostics:
            sys.stderr.write(found.render(given.lang) + "\n")
        return refused.exit_code
    sys.stdout.write(f"{info.release}: {info.rows} rows, content {info.content_sha256}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
