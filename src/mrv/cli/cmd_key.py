"""``mrv key``: make keys for signing receipts, and tell which key is which."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mrv.cli.cmd_seal import PASSWORD
from mrv.cli.commands import Command, Group
from mrv.cli.speech import say, show
from mrv.messages import text

if TYPE_CHECKING:
    from mrv.messages import Lang

_ABOUT = {
    "new": text(
        "生成一对密钥：私钥自己保管，公钥（.pub）交给核查方",
        "make a pair of keys: keep the private one, give the public one (.pub) to verifiers",
    ),
    "show": text(
        "显示公钥的标识，用来当面或电话核对",
        "show the identifier of a public key, to compare in person",
    ),
    "check": text(
        "检查凭证的签名是否由这个公钥的主人所作",
        "check whether a receipt was signed by the holder of this key",
    ),
}


class _Keys(Group):
    """The commands about keys."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands."""
        del ctx
        return list(_ABOUT)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Build one command."""
        del ctx
        made = {"new": _new, "show": _show, "check": _check}
        return made[cmd_name](self.lang) if cmd_name in made else None

    def summaries(self, ctx: click.Context) -> list[tuple[str, str]]:
        """Describe the commands."""
        del ctx
        return [(name, words.in_(self.lang)) for name, words in _ABOUT.items()]


def command(lang: Lang) -> click.Group:
    """Build the group."""
    return _Keys(
        "key",
        lang=lang,
        about=text("凭证签名用的密钥（Ed25519）。", "Keys for signing receipts (Ed25519)."),
        examples=("mrv key new company.key", "mrv key check report.mrv company.key.pub"),
        params=[],
    )


def _new(lang: Lang) -> click.Command:
    def call(file: str) -> int:
        from mrv.receipt import key_id_of, new_key

        public = new_key(Path(file), os.environ.get(PASSWORD))
        say(
            text(
                f"私钥 {file}（自己保管，不要外传），公钥 {public}",
                f"private key {file} (keep it to yourself), public key {public}",
            ).in_(lang)
        )
        if not os.environ.get(PASSWORD):
            say(
                text(
                    f"私钥没有密码；要加密，请先设环境变量 {PASSWORD}",
                    f"the private key has no password; set {PASSWORD} first to encrypt it",
                ).in_(lang)
            )
        show(key_id_of(public))
        return 0

    return Command(
        "new", lang=lang, about=_ABOUT["new"], metavar="FILE",
        examples=("mrv key new company.key",),
        params=[click.Argument(["file"], metavar="FILE")], callback=call,
    )  # fmt: skip


def _show(lang: Lang) -> click.Command:
    def call(file: str) -> int:
        from mrv.receipt import key_id_of

        show(key_id_of(Path(file)))
        return 0

    return Command(
        "show", lang=lang, about=_ABOUT["show"], metavar="FILE.pub",
        examples=("mrv key show company.key.pub",),
        params=[click.Argument(["file"], metavar="FILE.pub")], callback=call,
    )  # fmt: skip


def _check(lang: Lang) -> click.Command:
    def call(receipt: str, key: str) -> int:
        from mrv.receipt import check_signature, open_receipt

        with open_receipt(receipt) as opened:
            found = check_signature(opened.signature, opened.sealed, [Path(key)])
        show(found.said.in_(lang))
        return 0 if found.state == "good" else 1

    return Command(
        "check", lang=lang, about=_ABOUT["check"], metavar="FILE.mrv FILE.pub",
        examples=("mrv key check report.mrv company.key.pub",),
        params=[
            click.Argument(["receipt"], metavar="FILE.mrv"),
            click.Argument(["key"], metavar="FILE.pub"),
        ],
        callback=call,
    )  # fmt: skip
