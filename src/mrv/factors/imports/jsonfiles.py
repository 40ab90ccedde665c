"""Find the JSON documents of a data set in a folder or zip; paths never leave it."""

from __future__ import annotations

import zipfile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from mrv.factors.imports.files import open_json, parse_json
from mrv.messages import Place, refuse, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_LARGEST = 200_000_000


def hub_tables(path: Path, stems: frozenset[str]) -> dict[str, Any]:
    """Read the JSON tables of the EPA hub: a folder that has any of them, or one file."""
    if path.is_file():
        return {path.stem: open_json(path)} if path.stem in stems else {}
    files = sorted(path.glob("*.json"))
    if not any(file.stem in stems for file in files):
        return {}
    return {file.stem: open_json(file) for file in files}


def openlca_parts(path: Path, folders: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Read the documents of the wanted folders by their ``@id``.

    Raises:
        Refused: ``import.file-damaged`` for a broken zip or JSON.
    """
    found: dict[str, dict[str, Any]] = {}
    for name, body in _members(path, folders):
        document = parse_json(body, name)
        if isinstance(document, dict) and "@id" in document:
            found.setdefault(PurePosixPath(name).parent.name, {})[str(document["@id"])] = document
    return found if set(found) & {"processes", "epds"} else {}


def _members(path: Path, folders: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the documents that lie directly in one of the folders, ordered by name."""
    if path.is_dir():
        for folder in folders:
            for file in sorted((path / folder).glob("*.json")):
                yield f"{folder}/{file.name}", file.read_bytes()
        return
    try:
        with zipfile.ZipFile(path) as box:
            for entry in sorted(box.infolist(), key=lambda info: info.filename):
                inside = PurePosixPath(entry.filename)
                if inside.suffix != ".json" or inside.parent.name not in folders:
                    continue
                if entry.file_size > _LARGEST:
                    what = text("压缩包内的文件过大", "a file in the zip is too large")
                    refuse("import.file-damaged", what, Place(file=entry.filename))
                yield entry.filename, box.read(entry)
    except (zipfile.BadZipFile, EOFError, OSError):
        what = text("压缩包被截断或已损坏", "the zip is cut short or damaged")
        refuse("import.file-damaged", what, Place(file=path.name))
