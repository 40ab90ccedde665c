"""``mrv seal``: run a methodology and seal everything into one file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from mrv.cli.calls import Call, do_run
from mrv.cli.commands import Command, option
from mrv.cli.options import data_options, rule_options
from mrv.cli.speech import say
from mrv.messages import text

if TYPE_CHECKING:
    import click

    from mrv.engine.run import Run
    from mrv.messages import Lang

PASSWORD = "MRV_KEY_PASSWORD"  # noqa: S105 - the name of a variable, not a password


def command(lang: Lang) -> click.Command:
    """Build the command."""

    def call(**given: object) -> int:
        return _seal(lang, **given)  # type: ignore[arg-type]

    return Command(
        "seal",
        lang=lang,
        about=text(
            "计算并把数据、规则、所用因子、选项和结果封存为一个凭证文件（.mrv），"
            "核查方凭它即可重算。计算有误则不封存。",
            "Run and seal data, rules, the factors used, choices and results into one receipt "
            "(.mrv) from which a verifier can run everything again. A run that is refused is not "
            "sealed.",
        ),
        metavar=text("名称或文件", "NAME|FILE").in_(lang),
        examples=("mrv seal my-rule.yaml --data my.xlsx --period 2025 --out report.mrv",),
        params=[
            *rule_options(lang),
            *data_options(lang),
            option(
                lang,
                "--out",
                text("要写的凭证文件", "the receipt to write"),
                required=True,
                metavar="FILE.mrv",
            ),
            key_option(lang),
        ],
        callback=call,
    )


def key_option(lang: Lang) -> click.Option:
    """Return the option that names a private key."""
    return option(
        lang,
        "--key",
        text(
            f"用这个私钥签名（密码取自环境变量 {PASSWORD}）",
            f"sign with this private key (its password in {PASSWORD})",
        ),
        metavar="FILE",
    )


def _seal(lang: Lang, *, out: str, key: str | None, **given: object) -> int:
    check_seal(out, key)
    with do_run(Call(**given), lang) as run:  # type: ignore[arg-type]
        return seal_run(run, out, key, lang)


def check_seal(out: str, key: str | None) -> None:
    """Refuse what cannot be sealed in the end before anything is computed.

    Raises:
        Refused: ``call.seal`` where no file can be written, ``key.*`` for a key that cannot sign.
    """
    from mrv.messages import refuse
    from mrv.receipt.signing import sign

    path = Path(out)
    if path.is_dir() or not path.parent.is_dir():
        refuse(
            "call.seal",
            text(f"无法把凭证写到“{out}”", f'the receipt cannot be written to "{out}"'),
            hint=text("请给出已有文件夹中的文件名。", "Name a file in a folder that exists."),
        )
    if key is not None:
        sign("0" * 64, Path(key), os.environ.get(PASSWORD))


def seal_run(run: Run, out: str, key: str | None, lang: Lang) -> int:
    """Seal a run and say what was sealed.

    Returns:
        1 where a check of severity error fired, else 0.
    """
    from mrv.cli.progress import Progress
    from mrv.receipt import Signing, seal

    target = Path(out)
    signed = Signing(Path(key), os.environ.get(PASSWORD)) if key is not None else None
    with Progress(lang) as progress:
        progress.step("write")
        receipt = seal(run, target, signed=signed)
    size = target.stat().st_size / 1e6
    say(
        text(
            f"已封存为 {out}（{size:.1f} MB）{'，已签名' if signed else ''}",
            f"sealed as {out} ({size:.1f} MB){', signed' if signed else ''}",
        ).in_(lang)
    )
    withheld = {answer.row for answer in receipt.answers if answer.withheld}
    if withheld:
        say(
            text(
                f"其中 {len(withheld)} 个因子因许可只记编号和散列，重算时须另有该因子库：",
                f"{len(withheld)} factors are named by id and hash only because of their licence; "
                "running it again needs their release: ",
            ).in_(lang)
            + ", ".join(sorted(withheld)[:6])
        )
    if receipt.failed:
        say(
            text(
                "有错误级检查未通过，已记入凭证；结果不可用",
                "checks of severity error failed, as the receipt says; do not use the results",
            ).in_(lang)
        )
    return 1 if receipt.failed else 0
