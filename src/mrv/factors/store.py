"""Opening the store: a release by name, the newest one, or several in an order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

from mrv.factors.files import RELEASE_FILE, damaged, release_order
from mrv.factors.kept import Store
from mrv.messages import Place, did_you_mean, refuse, text
from mrv.resources import folder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["BUILT_IN", "Store", "open_store", "open_store_at", "open_with_own"]

BUILT_IN = "built-in"
"""In an order of releases: the newest one that comes with the program."""


def open_store(
    release: str | None = None,
    folders: Sequence[Path] = (),
    order: Sequence[str] = (),
) -> Store:
    """Open a release of the factor store, or several in an order.

    Args:
        release: its name; None takes the newest release of the first place that has any.
        folders: folders of the user, laid out like ``factors/`` (releases below ``releases/``),
            searched before the built-in one.
        order: names of releases, the preferred one first, to be looked up together; ``built-in``
            stands for the newest that comes with the program. Not together with ``release``.

    Raises:
        Refused: ``factor.unknown-release``, ``factor.release-damaged``, ``call.release-order``,
            ``factor.release-name-taken`` if two of the places have a release of that name with
            other content.

    Example:
        >>> open_store("2026-11.1").release
        '2026-11.1'
        >>> open_store(order=["built-in"]).release == open_store().release
        True
    """
    if not order:
        return _find(release, (*folders, folder("factors")))
    if release is not None or len(set(order)) != len(order):
        refuse(
            "call.release-order",
            text(
                "order 中每个版本只能写一次，且不能与 release 同用",
                "an order names each release once and does not go together with release",
            ),
        )
    found = [
        _find(None, (folder("factors"),))
        if name == BUILT_IN
        else _find(name, (*folders, folder("factors")))
        for name in order
    ]
    names = [store.release for store in found]
    for name in names:
        if names.count(name) > 1:
            refuse(
                "call.release-order",
                text(
                    f"版本 {name} 在 order 中出现两次（{BUILT_IN} 即随程序提供的最新版本）",
                    f"the order has release {name} twice ({BUILT_IN} stands for the newest that "
                    "comes with the program)",
                ),
                hint=_OTHER_NAME,
            )
    if len(found) == 1:
        return found[0]
    from mrv.factors.layers import layered

    return layered(found)


def open_with_own(
    release: str | None = None,
    own: Sequence[Path] = (),
    first: Literal["own", "built-in"] = "own",
) -> Store:
    """Open the user's own releases together with the built-in one.

    Args:
        release: one release by name, and no other; None takes the newest of each place.
        own: folders of the user, each laid out like ``factors/``.
        first: which answers where both could.

    Raises:
        Refused: as :func:`open_store`.

    Example:
        >>> open_with_own().release == open_store().release
        True
    """
    if release is not None or not own:
        return open_store(release, own)
    names = [open_store(None, [place]).release for place in own]
    order = [BUILT_IN, *names] if first == BUILT_IN else [*names, BUILT_IN]
    return open_store(folders=own, order=order)


def _find(release: str | None, places: Sequence[Path]) -> Store:
    """Open a release by name, or the newest of the first place that has any.

    One name for two contents is refused: a calculation that pins it could mean either.
    """
    there = [
        {path.parent.name: path.parent for path in place.glob(f"releases/*/{RELEASE_FILE}")}
        for place in places
    ]
    first: dict[str, Path] = next((here for here in there if here), {})
    name = release if release is not None else max(first, key=release_order, default=None)
    found = [here[name] for here in there if name in here]
    if name is None or not found:
        refuse(
            "factor.unknown-release",
            text(
                f"没有名为“{release}”的因子库版本" if release else "没有任何因子库版本",
                f'there is no factor release "{release}"' if release else "there is no release",
            ),
            hint=did_you_mean(release or "", (word for here in there for word in here)),
        )
    store = _open(name, found[0])
    for other in found[1:]:
        if _content(other) != store.facts["content_sha256"]:
            refuse(
                "factor.release-name-taken",
                text(
                    f"有两份内容不同的因子库版本都叫“{name}”：{found[0]} 与 {other}",
                    f'two factor releases of different content are called "{name}": '
                    f"{found[0]} and {other}",
                ),
                Place(file=str(found[0])),
                why=text(
                    "计算按版本名引用因子，一个名字只能指一份内容。",
                    "Calculations name the release they used, so one name has one content.",
                ),
                hint=_OTHER_NAME,
            )
    return store


_OTHER_NAME = text(
    "请给自己的版本另起名字，用该名重新导入或构建。",
    "Give your own release another name; import or build it again under that.",
)


def _content(path: Path) -> str:
    """Return the hash of the content of a release, empty if its description is unreadable."""
    try:
        return str(json.loads((path / RELEASE_FILE).read_text(encoding="utf-8"))["content_sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def open_store_at(releases: Path, release: str) -> Store:
    """Open a release in a folder of releases.

    Raises:
        Refused: ``factor.release-damaged``.
    """
    return _open(release, releases / release)


def _open(name: str, path: Path) -> Store:
    """Open the release in a folder; its description must be readable and name itself."""
    try:
        facts = json.loads((path / RELEASE_FILE).read_text(encoding="utf-8"))
        sound = facts["release"] == name and {
            "parquet_sha256",
            "vocabulary_sha256",
            "content_sha256",
        } <= set(facts)
    except (OSError, ValueError, KeyError, TypeError):
        sound, facts = False, {}
    if not sound:
        damaged(path / RELEASE_FILE)
    return Store(release=name, path=path, facts=facts)
