"""Choices: bound by a host, stated by the reporter, or standing at their defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.language.checked import ChoiceMade
from mrv.messages import Diagnostic, did_you_mean, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrv.language.model import Document, Use, Written
    from mrv.messages import Text


def choose(
    document: Document,
    prefix: str,
    bound: Mapping[str, str],
    stated: Mapping[str, str],
    findings: list[Diagnostic],
) -> dict[str, ChoiceMade]:
    """Answer every choice of a file.

    Args:
        document: the file.
        prefix: put before the names of its choices.
        bound: values that the host has bound.
        stated: values that the reporter stated, by full name.
        findings: what is wrong is added here; the first value stands in for it.
    """
    made: dict[str, ChoiceMade] = {}
    for choice in document.choices:
        full = f"{prefix}{choice.name}"
        said = stated.get(full)
        value = bound.get(choice.name, said if said is not None else choice.default)
        if value is None:
            findings.append(_needed(full, choice.of, choice.why))
            value = choice.of[0]
        elif value not in choice.of:
            findings.append(
                Diagnostic(
                    "call.unknown-value",
                    text(
                        f"选项“{full}”没有取值“{value}”", f'choice "{full}" has no value "{value}"'
                    ),
                    hint=did_you_mean(value, choice.of),
                )
            )
            value = choice.of[0]
        made[choice.name] = ChoiceMade(full, value, said is not None, choice)
    return made


def _needed(full: str, of: tuple[str, ...], why: Text | None) -> Diagnostic:
    return Diagnostic(
        "call.choice-needed",
        text(
            f"必须为选项“{full}”选定一个值：{'、'.join(of)}",
            f'choice "{full}" must be made: {", ".join(of)}',
        ),
        why=why,
        hint=text(
            f"加上 --choose {full}={of[0]}（或其他值）。",
            f"Add --choose {full}={of[0]}, or another value.",
        ),
    )


def bound_choices(
    use: Use, module: Document, made: Mapping[str, ChoiceMade], findings: list[Diagnostic]
) -> dict[str, str]:
    """Return the values to which a use binds choices of its module.

    Args:
        use: the use; a choice is bound to a choice of the host, or fixed by ``=value``.
        module: the module.
        made: the host's choices.
        findings: what is wrong is added here, and the choice is left unbound.
    """
    declared = {choice.name: choice for choice in module.choices}
    bound: dict[str, str] = {}
    for name, written in use.choices:
        if name not in declared:
            what = text(
                f"模块 {module.name} 没有选项“{name}”",
                f'module {module.name} has no choice "{name}"',
            )
            findings.append(_unknown("module.unknown-choice", what, written, name, declared))
            continue
        of = declared[name].of
        fixed = written.text.startswith("=")
        values: tuple[str, ...]
        if fixed:
            values = (written.text[1:].strip(),)
        elif written.text in made:
            values = made[written.text].declared.of
        else:
            what = text(
                f"没有名为“{written.text}”的选项",
                f'there is no choice named "{written.text}"',
            )
            findings.append(_unknown("name.unknown", what, written, written.text, made))
            bound[name] = of[0]
            continue
        strange = [value for value in values if value not in of]
        for value in strange:
            what = text(
                f"模块选项 {name} 没有取值“{value}”",
                f'choice {name} of the module has no value "{value}"',
            )
            findings.append(_unknown("choice.unknown-value", what, written, value, of))
        chosen = values[0] if fixed else made[written.text].value
        bound[name] = chosen if chosen in of else of[0]
    return bound


def _unknown(
    rule: str,
    what: Text,
    written: Written,
    word: str,
    known: Mapping[str, object] | tuple[str, ...],
) -> Diagnostic:
    return Diagnostic(rule, what, written.place, hint=did_you_mean(word, known))
