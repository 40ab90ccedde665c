"""Refused input on the screen: every finding, bounded in size, and the way to the whole list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.cli.speech import say
from mrv.messages import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrv.messages import Diagnostic, Lang, Refused

MOST_FINDINGS = 50


def tell_refusal(refused: Refused, lang: Lang) -> int:
    """Write the findings to stderr and return the exit code."""
    findings = getattr(refused, "findings", None)
    if findings is None:
        say(rendered(refused.diagnostics, lang))
        return refused.exit_code
    say(findings.render(lang))
    if findings.lists:
        say(
            text(
                "逐行的完整清单：加 --errors 文件名.parquet",
                "For the complete list of rows add --errors FILE.parquet",
            ).in_(lang)
        )
    return refused.exit_code


def rendered(diagnostics: Sequence[Diagnostic], lang: Lang) -> str:
    """Render findings one below the other, and say how many are left out.

    Example:
        >>> from mrv.messages import Diagnostic, text
        >>> print(rendered([Diagnostic("a.b", text("错", "wrong"))] * 52, "en").splitlines()[-1])
        … and 2 findings more
    """
    blocks = [found.render(lang) for found in diagnostics[:MOST_FINDINGS]]
    left = len(diagnostics) - MOST_FINDINGS
    if left > 0:
        more = "1 finding" if left == 1 else f"{left} findings"
        blocks.append(text(f"……另有 {left} 个问题", f"… and {more} more").in_(lang))
    return "\n".join(blocks)
