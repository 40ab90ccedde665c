"""Wrong calls, as findings in the chosen language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mrv.messages import Diagnostic, did_you_mean, text

if TYPE_CHECKING:
    from mrv.messages import Lang, Text


def complaint(error: click.UsageError, lang: Lang) -> Diagnostic:
    """Turn what click found wrong with the call into a finding.

    Args:
        error: the complaint of click, whose own words are English.
        lang: the language; complaints of our own kinds of option are already in it.
    """
    path = error.ctx.command_path if error.ctx else "mrv"
    see = text(f"用 {path} --help 查看用法。", f"See {path} --help.")
    rule, what, hint = _parts(error, lang)
    if hint is None:
        return Diagnostic(rule, what, hint=see)
    return Diagnostic(rule, what, hint=text(f"{hint.zh}{see.zh}", f"{hint.en} {see.en}"))


def _parts(error: click.UsageError, lang: Lang) -> tuple[str, Text, Text | None]:
    del lang
    if isinstance(error, click.NoSuchOption):
        known = _options(error.ctx)
        name = error.option_name
        hint = did_you_mean(name, known) if known else None
        return "call.unknown-option", text(f"没有选项 {name}", f"there is no option {name}"), hint
    if isinstance(error, click.MissingParameter):
        name = _named(error.param)
        kind_zh, kind_en = (
            ("选项", "option") if isinstance(error.param, click.Option) else ("参数", "argument")
        )
        return (
            "call.missing-option",
            text(f"缺少{kind_zh} {name}", f"the {kind_en} {name} is missing"),
            None,
        )
    if isinstance(error, click.BadOptionUsage):
        name = error.option_name
        return (
            "call.option",
            text(
                f"选项 {name} 的用法不对：要么缺值，要么不该有值",
                f"{name} is used wrongly: it lacks its value, or takes none",
            ),
            None,
        )
    if isinstance(error, click.BadParameter) and error.param is not None:
        name = _named(error.param)
        return (
            "call.option",
            text(f"{name}：{error.message}", f"{name}: {error.message}"),
            None,
        )
    return "call.usage", text(error.message, error.message), None


def _named(param: click.Parameter | None) -> str:
    if isinstance(param, click.Option):
        return param.opts[-1]
    return (param.metavar or param.name or "").strip("[]….") if param else ""


def _options(ctx: click.Context | None) -> list[str]:
    if ctx is None:
        return []
    return [
        flag for one in ctx.command.params if isinstance(one, click.Option) for flag in one.opts
    ]
