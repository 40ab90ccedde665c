"""``mrv verify``: run a receipt again and say whether its numbers follow."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mrv.cli.commands import Command, Whole, choice, option
from mrv.cli.speech import show
from mrv.messages import refuse, text

if TYPE_CHECKING:
    from mrv.messages import Lang
    from mrv.receipt import Evidence

_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*(%?)")


def command(lang: Lang) -> click.Command:
    """Build the command."""

    def call(**given: object) -> int:
        return _verify(lang, **given)  # type: ignore[arg-type]

    return Command(
        "verify",
        lang=lang,
        about=text(
            "核查一份凭证（.mrv）：是否完整、签名是否有效、用其中的规则和数据重算是否逐位相同、"
            "与已发布的规则和因子是否一致。退出码：0 成立，1 不成立，2 调用有误。",
            "Judge a receipt (.mrv): is it whole, is the signature good, does running it again "
            "give the same bits, does it agree with rules and factors as published. Exit code: "
            "0 upheld, 1 not upheld, 2 wrong call.",
        ),
        metavar=text("文件.mrv", "FILE.mrv").in_(lang),
        examples=(
            "mrv verify report.mrv",
            "mrv verify report.mrv --key company.pub --format html --out verdict.html",
            "mrv verify report.mrv --against evidence --partial --materiality 5%",
        ),
        params=[
            click.Argument(["file"], metavar="FILE.mrv"),
            option(
                lang,
                "--key",
                text("信任的公钥文件（可多次给出）", "public key that is trusted (repeatable)"),
                multiple=True,
                metavar="FILE.pub",
            ),
            option(
                lang,
                "--against",
                text(
                    "核查方自己的数据：文件夹或文件；未给的表取自凭证",
                    "the verifier's own data: folder or file; other tables come from the receipt",
                ),
                metavar="PATH",
            ),
            option(
                lang,
                "--map",
                text("核查方数据的映射文件", "mapping file of the verifier's data"),
                metavar="FILE",
            ),
            option(
                lang,
                "--partial",
                text(
                    "核查方数据只含部分行（抽样）：其余行按凭证",
                    "the verifier's data hold some rows only: the others stay as sealed",
                ),
                is_flag=True,
            ),
            option(
                lang,
                "--materiality",
                text("总量的重要性阈值，如 5%", "threshold of materiality for totals, such as 5%"),
                metavar="SHARE",
            ),
            option(
                lang,
                "--methodologies",
                text(
                    "自己的方法学文件夹（可多次给出）", "own folder of methodologies (repeatable)"
                ),
                multiple=True,
                metavar="DIR",
            ),
            option(
                lang,
                "--factors",
                text(
                    "自己的因子库文件夹（可多次给出）", "own folder of factor releases (repeatable)"
                ),
                multiple=True,
                metavar="DIR",
            ),
            option(
                lang,
                "--format",
                text("text、json 或 html", "text, json or html"),
                type=choice(lang, "text", "json", "html"),
                default="text",
                metavar="FORMAT",
            ),
            option(
                lang,
                "--out",
                text("写入这个文件，而不是标准输出", "write to this file instead of stdout"),
                metavar="FILE",
            ),
            option(
                lang,
                "--threads",
                text("最多使用的线程数", "how many threads at most"),
                type=Whole(lang),
                metavar="N",
            ),
            option(
                lang,
                "--memory",
                text(
                    "内存上限，如 2GB；超出则暂存磁盘",
                    "memory limit such as 2GB; beyond it disk is used",
                ),
                metavar="SIZE",
            ),
        ],
        callback=call,
    )


def _verify(
    lang: Lang,
    *,
    file: str,
    key: tuple[str, ...],
    methodologies: tuple[str, ...],
    factors: tuple[str, ...],
    format: str,  # noqa: A002 - the name of the option
    out: str | None,
    threads: int | None,
    memory: str | None,
    **evidence: object,
) -> int:
    from mrv.cli.calls import machine
    from mrv.cli.cmd_list import own_folders
    from mrv.receipt import Means, verify

    means = Means(
        keys=tuple(map(Path, key)),
        folders=tuple(own_folders(methodologies)),
        factors=tuple(map(Path, factors)),
        evidence=_evidence(**evidence),  # type: ignore[arg-type]
        settings=machine(threads, memory),
    )
    verdict = verify(file, means)
    if format == "json":
        from mrv.cli.as_json import dumped
        from mrv.receipt import verdict_data

        said = dumped(verdict_data(verdict))
    elif format == "html":
        from mrv.report import verdict_page

        said = verdict_page(verdict, lang)
    else:
        from mrv.receipt import render_verdict

        said = render_verdict(verdict, lang).rstrip("\n")
    if out is None:
        show(said)
    else:
        write_text(Path(out), said + "\n", lang)
    return 0 if verdict.upheld else 1


def _evidence(
    *,
    against: str | None,
    map: str | None,  # noqa: A002 - the name of the option
    partial: bool,
    materiality: str | None,
) -> Evidence | None:
    from mrv.receipt import Evidence

    if against is None:
        for flag, given in (("--map", map), ("--partial", partial), ("--materiality", materiality)):
            if given:
                refuse(
                    "call.needs-against",
                    text(f"{flag} 须与 --against 同用", f"{flag} goes together with --against"),
                )
        return None
    mapping = Path(map) if map is not None else None
    return Evidence(Path(against), mapping, partial, share(materiality))


def share(written: str | None) -> float | None:
    """Read a share such as ``5%`` or ``0.05``.

    Raises:
        Refused: ``call.share``.

    Example:
        >>> share("5%"), share("0.05"), share(None)
        (0.05, 0.05, None)
    """
    if written is None:
        return None
    found = _SHARE.fullmatch(written.strip())
    value = float(found[1]) / (100 if found[2] else 1) if found else -1.0
    if not 0 <= value <= 1:
        refuse(
            "call.share",
            text(f"“{written}”不是 0 到 100% 的比例", f'"{written}" is not a share up to 100%'),
            hint=text("例如 5% 或 0.05。", "For example 5% or 0.05."),
        )
    return value


def write_text(path: Path, body: str, lang: Lang) -> None:
    """Write a text aside and move it into place, and say where it is.

    Raises:
        Refused: ``call.out`` if it cannot be written there.
    """
    from mrv.cli.speech import say

    aside = path.with_name(f".{path.name}.part")
    try:
        aside.write_text(body, encoding="utf-8")
        aside.replace(path)
    except OSError:
        aside.unlink(missing_ok=True) if path.parent.is_dir() else None
        refuse(
            "call.out",
            text(f"无法写入“{path}”", f'"{path}" cannot be written'),
            hint=text("请给出已有文件夹中的文件名。", "Name a file in a folder that exists."),
        )
    say(text(f"已写入 {path}", f"written to {path}").in_(lang))
