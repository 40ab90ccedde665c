"""What a company states about its footprints, for PACT: a JSON file named in a call."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mrv.cli.commands import option
from mrv.messages import Place, refuse, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import click

    from mrv.messages import Lang


def details_option(lang: Lang) -> click.Option:
    """Return the option that names the file."""
    return option(
        lang,
        "--details",
        text(
            "PACT：JSON 文件，按产品或因子编号（或 *）给出企业说明的字段",
            "PACT: JSON file with what the company states, by product or row id (or *)",
        ),
        metavar="FILE.json",
    )


def details_of(written: str | None) -> Mapping[str, Mapping[str, Any]] | None:
    """Read the file.

    Raises:
        Refused: ``call.no-file`` or ``call.details``.
    """
    if written is None:
        return None
    path = Path(written)
    if not path.is_file():
        refuse("call.no-file", text(f"找不到文件“{path}”", f'there is no file "{path}"'))
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        body = None
    if not isinstance(body, dict) or not all(isinstance(one, dict) for one in body.values()):
        refuse(
            "call.details",
            text("不是“编号：字段”形式的 JSON", "this is no JSON of fields by row id"),
            Place(file=str(path)),
            hint=text('例如 {"*": {"companyName": "…"}}。', 'Such as {"*": {"companyName": "…"}}.'),
        )
    return body
