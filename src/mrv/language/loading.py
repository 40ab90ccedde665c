"""From a name or a path to a checked methodology, its modules found and read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.language.check import check, check_document
from mrv.language.declare import parse_document
from mrv.language.library import find
from mrv.messages import refuse, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from mrv.language.checked import Methodology
    from mrv.language.model import Document, Written


def load(
    name: str,
    *,
    edition: str | None = None,
    choices: Mapping[str, str] | None = None,
    vocabularies: Mapping[str, frozenset[str]] | None = None,
    folders: Iterable[Path] = (),
    every_choice: bool = True,
) -> Methodology:
    """Find, read and check a methodology.

    Args:
        name: its name, such as ``water-freight/enterprise``, or a path to its file.
        edition: the edition wanted; None for the newest.
        choices: choices stated by the reporter.
        vocabularies: words of the factor store by kind.
        folders: the user's own folders of methodologies, looked into first.
        every_choice: also check the other values of choices that shape units or look-ups.

    Raises:
        Refused: every finding about the file, its modules and the choices.
    """
    folders = list(folders)
    path = find(name, folders, edition)
    document = parse_document(path, shown(path, name))
    if document.kind == "module":
        refuse(
            "call.module",
            text(f"“{name}”是模块，不能单独计算", f'"{name}" is a module and is not run by itself'),
            hint=text("在方法学的 use: 中使用它。", "Use it under use: of a methodology."),
        )
    return check(
        document,
        modules=module_loader([*folders, *_beside(path)]),
        choices=choices,
        vocabularies=vocabularies,
        every_choice=every_choice,
    )


def check_file(
    name: str,
    *,
    vocabularies: Mapping[str, frozenset[str]] | None = None,
    folders: Iterable[Path] = (),
) -> Methodology:
    """Find, read and check a methodology or a module as a file, for every choice it offers.

    Args:
        name: its name, or a path to its file.
        vocabularies: words of the factor store by kind.
        folders: the user's own folders of methodologies, looked into first.

    Raises:
        Refused: every finding about the file and its modules.

    Example:
        >>> len(check_file("heat").formulas) > 0
        True
    """
    folders = list(folders)
    path = find(name, folders)
    return check_document(
        parse_document(path, shown(path, name)),
        modules=module_loader([*folders, *_beside(path)]),
        vocabularies=vocabularies,
    )


def module_loader(folders: Iterable[Path]) -> Callable[[Written, str | None], Document]:
    """Return what loads a module by its written name and edition, each file once."""
    kept: dict[tuple[str, str | None], Document] = {}
    folders = list(folders)

    def modules(written: Written, edition: str | None) -> Document:
        key = (written.text, edition)
        if key not in kept:
            path = find(written.text, folders, edition)
            document = parse_document(path, shown(path, written.text))
            if document.kind != "module":
                refuse(
                    "module.kind",
                    text(f"“{written.text}”不是模块", f'"{written.text}" is not a module'),
                    written.place,
                )
            if edition is not None and document.edition != edition:
                refuse(
                    "module.edition",
                    text(
                        f"模块 {written.text} 的版本是 {document.edition}，这里要的是 {edition}",
                        f"module {written.text} is edition {document.edition}, not {edition}",
                    ),
                    written.place,
                )
            kept[key] = document
        return kept[key]

    return modules


def _beside(path: Path) -> list[Path]:
    """Return the folders in which modules of a user's own file may lie."""
    return [path.parent, path.parent.parent]


def shown(path: Path, name: str) -> str:
    """Return how a file is named to people: as they wrote it, or its path from the library."""
    return name if name.endswith((".yaml", ".yml")) else f"{name}{path.suffix}"
