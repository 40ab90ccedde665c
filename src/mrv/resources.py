"""Where the folders that people edit are: in a checkout, or inside the installed package.

``methodologies/``, ``factors/``, ``schemas/`` and ``examples/`` lie at the top of a checkout for
the people who edit them; the wheel carries the same folders below ``mrv/_data``. Nothing else in
the program knows the difference.
"""

from __future__ import annotations

from pathlib import Path

from mrv.messages import did_you_mean, refuse, text

NAMES = ("methodologies", "factors", "schemas", "examples")

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Return the folder ``name`` of the checkout if there is one, else of the installed package.

    Args:
        name: one of ``methodologies``, ``factors``, ``schemas``, ``examples``.

    Raises:
        Refused: ``call.unknown-folder`` for another name, ``install.folder-missing`` if neither
            place holds the folder.

    Example:
        >>> folder("factors").name
        'factors'
    """
    if name not in NAMES:
        refuse(
            "call.unknown-folder",
            text(f"没有名为“{name}”的资料文件夹", f'there is no data folder named "{name}"'),
            hint=did_you_mean(name, NAMES),
        )
    package = _PACKAGE
    # A source checkout keeps the package below src/; anywhere else a folder two levels up that
    # happens to be called "factors" would be a stranger's.
    places = [package / "_data" / name]
    if package.parent.name == "src":
        places.insert(0, package.parent.parent / name)
    for place in places:
        if place.is_dir():
            return place
    return refuse(
        "install.folder-missing",
        text(
            f"找不到随程序提供的“{name}”文件夹，安装可能不完整",
            f'the folder "{name}" that belongs to the program is missing; '
            "the installation may be incomplete",
        ),
        hint=text("请重新安装 mrv。", "Install mrv again."),
    )
