"""Releases of factors that a call names: the built-in one, the user's own, and their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.messages import refuse, text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mrv.factors import Store
    from mrv.messages import Text


def factor_folders(given: Sequence[str]) -> tuple[Path, ...]:
    """Return the user's folders of factors; each must hold a release.

    Raises:
        Refused: ``call.no-folder`` or ``call.no-release``.
    """
    from mrv.cli.cmd_list import own_folders

    folders = own_folders(tuple(given))
    for folder in folders:
        if not any(folder.glob("releases/*/release.json")):
            refuse(
                "call.no-release",
                text(f"“{folder}”中没有因子库版本", f'there is no factor release in "{folder}"'),
                hint=text(
                    "版本应在其 releases/ 之下；可用 mrv factors import 写出。",
                    "Releases lie below its releases/; mrv factors import writes them.",
                ),
            )
    return folders


def opened(
    release: str | None, given: Sequence[str], first: str | None, flag: str = "--folder"
) -> Store:
    """Open the releases that the options name.

    Args:
        release: one release by name; None takes the newest of each folder and of the program.
        given: own folders.
        first: ``own`` or ``built-in``; None is ``own``.
        flag: the option that names the folders, for the message.

    Raises:
        Refused: ``call.first``, ``call.no-folder``, ``call.no-release``, ``factor.*``.
    """
    from mrv.factors.store import open_with_own

    folders = factor_folders(given)
    if first is not None and (not folders or release is not None):
        refuse(
            "call.first",
            text(
                f"--first 只与 {flag} 同用，且不与 --release 同用",
                f"--first goes together with {flag}, and not with --release",
            ),
        )
    return open_with_own(release, folders, "built-in" if first == "built-in" else "own")


def releases_said(store: Store) -> Text:
    """Say which releases of factors a result rests on, and that a pending one may still change."""
    from mrv.factors.published import is_published

    chinese, english = [], []
    for layer in store.layers:
        done = is_published(layer.path.parent, layer.release)
        chinese.append(layer.release if done else f"{layer.release}（待发布）")
        english.append(layer.release if done else f"{layer.release} (pending)")
    return text(f"因子库 {'、'.join(chinese)}", f"factors {', '.join(english)}")
