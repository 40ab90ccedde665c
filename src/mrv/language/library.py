"""Find methodologies and modules by name, and list what there is.

A methodology ``water-freight/enterprise`` lies at ``<folder>/water-freight/enterprise.yaml``; that
file is its newest edition, earlier ones lie beside it as ``enterprise@2025.1.yaml``. A module may
be named without its folder ``modules/``. The user's folders come before what the program brings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast, get_args

from mrv import resources
from mrv.language.access import as_text, mapping, scalar, short, text_at
from mrv.language.declare import read_governs
from mrv.language.encoding import load
from mrv.language.model import Status
from mrv.language.nodes import MapNode
from mrv.language.reader import MAX_BYTES, read_file, read_tree
from mrv.messages import Diagnostic, Refused, did_you_mean, refuse, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mrv.language.model import Governs
    from mrv.language.nodes import Node
    from mrv.messages import Text

MODULES = "modules"
_ENDINGS = (".yaml", ".yml")
_NAME = re.compile(r"[^\W_][\w-]*(?:/[^\W_][\w-]*)*")
_HEAD_KEYS = ("methodology", "module", "edition", "status", "governs", "title")
_TOP_KEY = re.compile(r"([A-Za-z_]+)\s*:")


@dataclass(frozen=True)
class Header:
    """The head of a methodology or module file.

    Attributes:
        name: its name; from the file name where the head cannot be read.
        kind: methodology or module; None where the head does not say.
        edition: edition, or None where it cannot be read.
        status: status, or None where it cannot be read or is not given.
        governs: what it governs; None for modules.
        title: title, or the name.
        path: the file.
        problem: the first finding, if the file cannot be read to the end.
    """

    name: str
    kind: Literal["methodology", "module"] | None
    edition: str | None
    status: Status | None
    governs: Governs | None
    title: Text
    path: Path
    problem: Diagnostic | None = None


def find(name_or_path: str, folders: Iterable[Path] = (), edition: str | None = None) -> Path:
    """Find the file of a methodology or module.

    Args:
        name_or_path: a name such as ``water-freight/enterprise``, a name with an edition such as
            ``water-freight/enterprise@2025.1``, or the path of a file.
        folders: the user's own folders, searched first.
        edition: the edition that is asked for; the newest if left out.

    Raises:
        Refused: ``call.no-file`` for a path, ``call.unknown-methodology`` for a name, and
            ``call.unknown-edition`` for an edition that is not there.
    """
    path = Path(name_or_path)
    if name_or_path.endswith(_ENDINGS) or _is_file(path):
        if not _is_file(path):
            load(path, name_or_path, limit=MAX_BYTES)  # says what is wrong with the path
        return path
    name, _, asked = name_or_path.partition("@")
    wanted = asked or edition
    places = _folders(folders)
    if _NAME.fullmatch(name):
        for place in places:
            for stem in (place / name, place / MODULES / name):
                hit = _edition_of(stem, wanted)
                if hit:
                    return hit
    headers = listing(folders)
    same = [header for header in headers if header.name in {name, f"{MODULES}/{name}"}]
    if same and wanted:
        refuse(
            "call.unknown-edition",
            text(f"“{name}”没有版本“{wanted}”", f'"{name}" has no edition "{wanted}"'),
            hint=did_you_mean(wanted, [header.edition for header in same if header.edition]),
        )
    return refuse(
        "call.unknown-methodology",
        text(
            f"没有名为“{short(name_or_path)}”的方法学、模块或文件",
            f'there is no methodology, module or file "{short(name_or_path)}"',
        ),
        hint=did_you_mean(name, [header.name for header in headers]),
    )


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _folders(folders: Iterable[Path]) -> list[Path]:
    return [*folders, resources.folder("methodologies")]


def _edition_of(stem: Path, wanted: str | None) -> Path | None:
    """Return the file of a name, of one edition or else the newest."""
    newest = next((p for p in (_with(stem, end) for end in _ENDINGS) if _is_file(p)), None)
    if wanted is None:
        if newest:
            return newest
        earlier = [p for p in _siblings(stem) if p.name.startswith(stem.name + "@")]
        return max(earlier, key=lambda p: _natural(p.stem)) if earlier else None
    for end in _ENDINGS:
        exact = _with(stem.parent / f"{stem.name}@{wanted}", end)
        if _is_file(exact):
            return exact
    if newest is None:
        return None
    plainly = re.compile(rf"^edition: *{re.escape(wanted)} *$", re.MULTILINE)
    if plainly.search(newest.read_text(encoding="utf-8", errors="replace")):
        return newest  # found without reading the file as YAML; what it holds is checked later
    return newest if header(newest, stem.name).edition == wanted else None


def _with(stem: Path, ending: str) -> Path:
    return stem.parent / (stem.name + ending)


def _siblings(stem: Path) -> list[Path]:
    if not stem.parent.is_dir():
        return []
    return [path for path in stem.parent.iterdir() if path.suffix in _ENDINGS and _counts(path)]


def _counts(path: Path) -> bool:
    """Say whether a file is a methodology or module rather than its cases."""
    return not path.stem.endswith(".cases") and not path.name.startswith(".")


def _natural(word: str) -> list[tuple[int, str]]:
    """Return a sort key in which ``2025.10`` follows ``2025.9``."""
    parts = re.findall(r"[0-9]+|[^0-9]+", word)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def listing(folders: Iterable[Path] = ()) -> tuple[Header, ...]:
    """List every edition of every methodology and module, by name and edition.

    A file that is broken is listed too, with the finding in ``problem``. Of two files of one
    name and edition the one in the earlier folder counts.

    Args:
        folders: the user's own folders, before what the program brings.
    """
    known: dict[tuple[str, str | None], Header] = {}
    for place in _folders(folders):
        for path in _files(place):
            relative = path.relative_to(place).with_suffix("").as_posix()
            head = header(path, relative.partition("@")[0])
            known.setdefault((head.name, head.edition), head)
    ordered = sorted(known.values(), key=lambda h: (h.name, _natural(h.edition or "")))
    return tuple(ordered)


def later(folders: Iterable[Path] = ()) -> Iterator[Header]:
    """List as :func:`listing` does, but read no file before the first one is asked for."""
    yield from listing(folders)


def _files(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        return
    for path in sorted(folder.rglob("*")):
        if path.suffix in _ENDINGS and _counts(path) and path.is_file():
            yield path


def header(path: Path, name: str) -> Header:
    """Read the head of a file; what is broken below it does not matter, but is said.

    Args:
        path: the file.
        name: the name to fall back on.
    """
    problem: Diagnostic | None = None
    root: Node | None = None
    try:
        _, root = read_file(path)
    except Refused as refused:
        problem = refused.diagnostics[0]
        root = _head_only(path)
    if not isinstance(root, MapNode):
        problem = problem or Diagnostic(
            "schema.type", text("文件不是键值对", "the file is not a map of keys")
        )
        return Header(name, None, None, None, None, text(name, name), path, problem)
    kind: Literal["methodology", "module"] | None = None
    if root.key("methodology"):
        kind = "methodology"
    elif root.key("module"):
        kind = "module"
    said = text_at(root, kind) if kind else None
    status = scalar(root, "status")
    found: list[Diagnostic] = []
    governs = read_governs(root, found) if mapping(root, "governs") else None
    if problem is None and found:
        problem = found[0]
    if problem is None and kind is None:
        problem = Diagnostic(
            "schema.missing-key",
            text("文件没有写 methodology 或 module", "the file names no methodology or module"),
            root.place,
        )
    own = said or name
    return Header(
        name=own,
        kind=kind,
        edition=text_at(root, "edition"),
        status=cast("Status", status.text) if status and status.text in get_args(Status) else None,
        governs=governs,
        title=as_text(root.get("title")) or text(own, own),
        path=path,
        problem=problem,
    )


def _head_only(path: Path) -> Node | None:
    """Read only the lines of the head keys of a file that cannot be read as a whole."""
    try:
        content = load(path, str(path), limit=MAX_BYTES).decode("utf-8-sig", errors="replace")
    except Refused:
        return None
    kept: list[str] = []
    inside = False
    for line in content.splitlines():
        if line[:1].strip() and not line.startswith(("#", "}", "]")):
            top = _TOP_KEY.match(line)
            inside = bool(top and top[1] in _HEAD_KEYS)
        if inside:
            kept.append(line)
    try:
        return read_tree("\n".join(kept), str(path))
    except Refused:
        return None
