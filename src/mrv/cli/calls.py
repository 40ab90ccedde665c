"""What ``run`` and ``explain`` have in common: the call as typed, and the run that follows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mrv.cli.cmd_list import own_folders
from mrv.cli.progress import Progress
from mrv.cli.speech import say
from mrv.messages import Diagnostic, Refused, refuse, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrv.activity import Settings
    from mrv.engine.run import Run
    from mrv.factors import Store
    from mrv.language.checked import Methodology
    from mrv.messages import Lang


@dataclass(frozen=True)
class Call:
    """A call of a methodology on data, as it was typed."""

    name: str
    data: str | None
    map: str | None
    period: tuple[str, ...]
    choose: tuple[str, ...]
    units: str | None
    edition: str | None
    release: str | None
    methodologies: tuple[str, ...]
    threads: int | None
    memory: str | None
    errors: str | None
    salt_file: str | None = None
    factors: tuple[str, ...] = ()
    first: str | None = None


def stated(words: Sequence[str]) -> dict[str, str]:
    """Read ``name=value`` pairs.

    Raises:
        Refused: ``call.choose``, all bad pairs at once.

    Example:
        >>> stated(["gases=all", "gwp=AR6"])
        {'gases': 'all', 'gwp': 'AR6'}
    """
    found: dict[str, str] = {}
    bad: list[Diagnostic] = []
    for word in words:
        name, sign, value = word.partition("=")
        name, value = name.strip(), value.strip()
        if not (sign and name and value):
            bad.append(
                Diagnostic(
                    "call.choose",
                    text(
                        f"“{word}”不是“名称=值”的形式",
                        f'"{word}" is not of the form NAME=VALUE',
                    ),
                )
            )
        elif found.get(name, value) != value:
            bad.append(
                Diagnostic(
                    "call.choose",
                    text(
                        f"“{name}”给了两个不同的值：{found[name]}、{value}",
                        f'"{name}" is given two values: {found[name]} and {value}',
                    ),
                )
            )
        found.setdefault(name, value)
    if bad:
        raise Refused(bad)
    return found


def checked(
    name: str,
    *,
    choose: Sequence[str],
    edition: str | None,
    release: str | None,
    methodologies: tuple[str, ...],
    factors: Sequence[str] = (),
    first: str | None = None,
) -> tuple[Methodology, Store, tuple[Path, ...]]:
    """Load the rules for the choices stated; only these are proved, ``mrv check`` proves all."""
    from mrv.api import words
    from mrv.cli.own_factors import opened
    from mrv.language.loading import load

    folders = own_folders(methodologies)
    choices = stated(choose)
    store = opened(release, factors, first, "--factors")
    methodology = load(
        name,
        edition=edition,
        choices=choices,
        vocabularies=words(store),
        folders=folders,
        every_choice=False,
    )
    return methodology, store, folders


def do_run(call: Call, lang: Lang) -> Run:
    """Run a call, telling how far it is; bad rows are listed in the file asked for.

    Raises:
        Refused: everything that is wrong.
    """
    from mrv.api import salt_for
    from mrv.engine.run import run
    from mrv.language.library import later
    from mrv.language.period import parse_period

    if call.data is None:
        refuse(
            "call.no-data",
            text("没有给出数据", "no data are given"),
            hint=text(
                "加上 --data，或给出一份凭证（.mrv）。", "Add --data, or name a receipt (.mrv)."
            ),
        )
    errors = _errors_file(call.errors)
    mapping = _map_file(call.map)
    labels = [label for word in call.period for label in word.split(",")]
    periods = tuple(dict.fromkeys(parse_period(label) for label in labels))
    with Progress(lang) as progress:
        progress.step("load")
        methodology, store, folders = checked(
            call.name,
            choose=call.choose,
            edition=call.edition,
            release=call.release,
            methodologies=call.methodologies,
            factors=call.factors,
            first=call.first,
        )
        try:
            return run(
                methodology,
                call.data,
                periods=periods,
                store=store,
                mapping=mapping,
                settings=machine(call.threads, call.memory),
                units=call.units,
                editions=later(folders),
                progress=progress.step,
                salt=salt_for(methodology, Path(call.salt_file) if call.salt_file else None),
            )
        except Refused as refused:
            _write_errors(refused, errors, lang)
            raise


def machine(threads: int | None, memory: str | None) -> Settings:
    """Read the limits on the machine's means.

    Raises:
        Refused: ``call.memory``.
    """
    import re

    from mrv.activity import Settings

    if memory is not None and not re.fullmatch(
        r"[0-9]+(\.[0-9]+)?\s*[KMGT]i?B", memory, re.IGNORECASE
    ):
        refuse(
            "call.memory",
            text(f"“{memory}”不是内存大小", f'"{memory}" is not a size of memory'),
            hint=text("例如 2GB 或 512MB。", "For example 2GB or 512MB."),
        )
    return Settings(threads=threads, memory_limit=memory)


def _map_file(written: str | None) -> Path | None:
    path = Path(written) if written is not None else None
    if path is not None and not path.is_file():
        refuse(
            "call.no-file", text(f"找不到映射文件“{path}”", f'there is no mapping file "{path}"')
        )
    return path


def _errors_file(written: str | None) -> Path | None:
    if written is None:
        return None
    path = Path(written)
    if path.suffix != ".parquet" or not path.parent.is_dir() or path.is_dir():
        refuse(
            "call.errors",
            text(
                f"无法把问题清单写入“{path}”", f'the list of findings cannot be written to "{path}"'
            ),
            hint=text(
                "须是已有文件夹中以 .parquet 结尾的文件名。",
                "It must be a file name ending in .parquet in a folder that exists.",
            ),
        )
    return path


def _write_errors(refused: Refused, path: Path | None, lang: Lang) -> None:
    findings = getattr(refused, "findings", None)
    if path is None or findings is None:
        return
    count = findings.write_parquet(path)
    say(
        text(
            f"全部 {count} 处问题已写入 {path}", f"the complete list ({count}) is written to {path}"
        ).in_(lang)
    )
