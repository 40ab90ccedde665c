"""Commands and options that speak the chosen language throughout: help, headings, defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mrv.cli.width import pad, width, wrap
from mrv.messages import text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mrv.messages import Lang, Text

_LINE = 96
_FIRST_COLUMN = 30


def option(lang: Lang, flag: str, about: Text, **settings: Any) -> click.Option:
    """Make an option whose help is in the language."""
    return click.Option([*flag.split()], help=about.in_(lang), **settings)


def choice(lang: Lang, *allowed: str) -> Word:
    """Make the kind of an option that takes one of a few words."""
    return Word(lang, allowed)


class Word(click.ParamType):  # type: ignore[type-arg]  # not generic before click 8.4
    """One of a few words; the complaint names them in the chosen language."""

    name = "word"

    def __init__(self, lang: Lang, allowed: Sequence[str]) -> None:
        """Keep what is allowed."""
        self.lang = lang
        self.allowed = tuple(allowed)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> object:
        """Accept one of the words."""
        if value in self.allowed:
            return value
        shown = ", ".join(self.allowed)
        return self.fail(
            text(f"“{value}”不在可用的值之内：{shown}", f'"{value}" is not one of {shown}').in_(
                self.lang
            ),
            param,
            ctx,
        )


class Whole(click.ParamType):  # type: ignore[type-arg]
    """A whole number of at least one."""

    name = "number"

    def __init__(self, lang: Lang) -> None:
        """Keep the language."""
        self.lang = lang

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> object:
        """Accept a whole number above zero."""
        if isinstance(value, int) or (value.isascii() and value.isdecimal() and int(value) > 0):
            return int(value)
        return self.fail(
            text(f"“{value}”不是正整数", f'"{value}" is not a whole number above zero').in_(
                self.lang
            ),
            param,
            ctx,
        )


class Command(click.Command):
    """A command whose help and complaints are in one language."""

    def __init__(
        self,
        name: str,
        *,
        lang: Lang,
        about: Text,
        examples: Sequence[str] = (),
        params: Sequence[click.Parameter] = (),
        callback: Callable[..., object] | None = None,
        metavar: str = "",
    ) -> None:
        """Add the options that every command has."""
        self.lang = lang
        self.about = about.in_(lang)
        self.examples = tuple(examples)
        self.shown = metavar
        super().__init__(name, params=[*params, *_common(lang)], callback=callback)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Say nothing here: ``--help`` is among the common options."""
        del ctx
        return None

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Show the arguments and that options may follow."""
        del ctx
        return [self.shown, text("[选项]", "[OPTIONS]").in_(self.lang)]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse words that belong to nothing, in the chosen language."""
        ctx.allow_extra_args = True
        rest = super().parse_args(ctx, args)
        if rest and not isinstance(self, click.Group):
            ctx.fail(
                text(
                    f"多余的参数：{' '.join(rest)}",
                    f"these words belong to nothing: {' '.join(rest)}",
                ).in_(self.lang)
            )
        return rest

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help: usage, purpose, options, examples."""
        formatter.write("\n".join(help_lines(self, ctx)) + "\n")

    def summaries(self, ctx: click.Context) -> list[tuple[str, str]]:
        """Describe the commands below this one: none."""
        del ctx
        return []


class Group(Command, click.Group):
    """A command with commands below it."""

    def __init__(self, name: str, *, lang: Lang, about: Text, **settings: Any) -> None:
        """Make a group without commands; they are found by ``get_command``."""
        super().__init__(name, lang=lang, about=about, callback=_need_command, **settings)
        self.invoke_without_command = True
        self.no_args_is_help = False

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Show that a command follows."""
        del ctx
        return [text("命令 [选项]", "COMMAND [OPTIONS]").in_(self.lang)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command, or say which ones there are."""
        found = self.get_command(ctx, args[0])
        if found is None:
            from mrv.messages import did_you_mean, refuse

            refuse(
                "call.unknown-command",
                text(f"没有命令“{args[0]}”", f'there is no command "{args[0]}"'),
                hint=did_you_mean(args[0], self.list_commands(ctx)),
            )
        return found.name, found, args[1:]


def _need_command() -> None:
    """Show the help where no command is named; that is not yet a right call."""
    ctx = click.get_current_context()
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), err=True)
        ctx.exit(2)


def _common(lang: Lang) -> list[click.Option]:
    return [
        option(
            lang,
            "--lang",
            text(
                "语言：zh 或 en；缺省取 MRV_LANG、LC_ALL 或 LANG",
                "language, zh or en; else MRV_LANG, LC_ALL or LANG",
            ),
            type=choice(lang, "zh", "en"),
            expose_value=False,
            metavar="zh|en",
        ),
        option(
            lang,
            "--debug",
            text("程序内部出错时显示调用栈", "show the traceback of an internal error"),
            is_flag=True,
            expose_value=False,
        ),
        option(
            lang,
            "--help",
            text("显示帮助并退出", "show this help and exit"),
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_help,
        ),
    ]


def _help(ctx: click.Context, param: click.Parameter, value: object) -> None:
    del param
    if value:
        click.echo(ctx.get_help())
        ctx.exit(0)


def help_lines(command: Command, ctx: click.Context) -> list[str]:
    """Lay out the help of a command by the widths of its texts."""
    lang = command.lang
    usage = " ".join(piece for piece in command.collect_usage_pieces(ctx) if piece)
    lines = [f"{text('用法', 'Usage').in_(lang)}: {ctx.command_path} {usage}", ""]
    lines += wrap(command.about, _LINE)
    below = command.summaries(ctx)
    if below:
        lines += ["", text("命令", "Commands").in_(lang) + ":", *_pairs(below)]
    options = [
        (_flags(o, lang), o.help or "") for o in command.params if isinstance(o, click.Option)
    ]
    lines += ["", text("选项", "Options").in_(lang) + ":", *_pairs(options)]
    if command.examples:
        lines += ["", text("例", "Examples").in_(lang) + ":"]
        lines += [f"  {example}" for example in command.examples]
    return lines


def _flags(one: click.Option, lang: Lang) -> str:
    del lang
    value = "" if one.is_flag else f" {one.metavar or one.name}"
    return ", ".join(one.opts) + value


def _pairs(pairs: Sequence[tuple[str, str]]) -> list[str]:
    first = min(_FIRST_COLUMN, max(width(name) for name, _ in pairs))
    lines: list[str] = []
    for name, about in pairs:
        wrapped = wrap(about, _LINE - first - 4) or [""]
        if width(name) > first:
            lines.append(f"  {name}")
            wrapped = ["", *wrapped]
        else:
            lines.append(f"  {pad(name, first)}  {wrapped[0]}".rstrip())
        lines += [f"  {' ' * first}  {line}" for line in wrapped[1:]]
    return lines
