"""The program ``mrv``: which language, which command, which exit code.

Nothing heavy is imported here: ``mrv --help`` must answer at once. Exit codes: 0 fine, 1 the data
or the verdict is bad, 2 the call is wrong, 3 an error of the program, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from mrv.cli.speech import language_of, say
from mrv.messages import Refused, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrv.messages import Lang

INTERNAL = 3
INTERRUPTED = 130
_CLOSED_PIPE = 141


def main(words: Sequence[str] | None = None) -> int:
    """Run the program.

    Args:
        words: the arguments; None takes those of the process.

    Returns:
        The exit code.

    Example:
        >>> main(["--version"]) == 0
        mrv 0.1.0
        True
    """
    given = list(sys.argv[1:] if words is None else words)
    lang = language_of(given, os.environ)
    if words is None:
        _prepare_process()
    try:
        return _call(given, lang)
    except KeyboardInterrupt:
        return _interrupted(lang)
    except BrokenPipeError:
        # the reader of the pipe has seen enough; nothing may be written any more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _CLOSED_PIPE
    except Exception as error:  # noqa: BLE001 - a traceback is for developers, not for users
        return _internal(error, lang, debug="--debug" in given)


def _call(given: list[str], lang: Lang) -> int:
    import click

    from mrv.cli.root import root
    from mrv.cli.usage import complaint

    try:
        code = root(lang).main(args=given, prog_name="mrv", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as left:
        return left.exit_code
    except click.Abort as error:
        raise KeyboardInterrupt from error
    except click.UsageError as error:
        say(complaint(error, lang).render(lang))
        return 2
    except Refused as refused:
        from mrv.cli.refusal import tell_refusal

        return tell_refusal(refused, lang)
    return code if isinstance(code, int) else 0


def _prepare_process() -> None:
    """Let no character that a console cannot show end the program, and tidy up when ended."""
    import signal

    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))


def _interrupted(lang: Lang) -> int:
    say(
        text(
            "已中断；没有写出任何不完整的结果。", "Interrupted; no incomplete result was written."
        ).in_(lang)
    )
    return INTERRUPTED


def _internal(error: Exception, lang: Lang, *, debug: bool) -> int:
    if type(error).__name__ == "InterruptException" or str(error) == "Query interrupted":
        return _interrupted(lang)  # what the engine makes of Ctrl-C
    if debug:
        import traceback

        say(traceback.format_exc().rstrip())
    cause = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    if type(error).__name__ == "OutOfMemoryException":
        say(
            text(
                f"错误[run.out-of-memory]: 内存不够：{cause}\n  建议: 用 --memory 提高上限。",
                f"error[run.out-of-memory]: memory does not suffice: {cause}\n"
                "  hint: Raise the limit with --memory.",
            ).in_(lang)
        )
        return 1
    if isinstance(error, OSError):
        say(
            text(
                f"错误[file.system]: 读写文件失败：{cause}",
                f"error[file.system]: a file cannot be read or written: {cause}",
            ).in_(lang)
        )
        return 1
    say(
        text(
            f"程序内部错误，请报告给开发者（加 --debug 可看详情）：{cause}",
            f"internal error, please report it (--debug shows the details): {cause}",
        ).in_(lang)
    )
    return INTERNAL
