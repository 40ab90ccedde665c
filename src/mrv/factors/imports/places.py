"""Places: from ISO codes and English country names to the keys of the factor store."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files

from mrv.factors.imports.cells import fold_header, slug

_PARENTHESIS = re.compile(r"\s*\([^)]*\)\s*$")
WORLD = "GLOBAL"


@cache
def _table() -> tuple[dict[str, str], dict[str, str]]:
    """Return the keys by code and folded name, and the English name of each key."""
    found: dict[str, str] = {}
    names: dict[str, str] = {WORLD: "world"}
    body = files("mrv.factors.imports").joinpath("countries.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(body.splitlines()):
        names[row["key"]] = row["en"]
        spellings = [row["alpha2"], row["alpha3"], row["en"], *row["synonyms"].split(";")]
        for spelling in spellings:
            found.setdefault(fold_header(spelling), row["key"])
    for spelling in ("world", "global", "monde", "owid_wrl", "glo", "earth"):
        found[fold_header(spelling)] = WORLD
    found.pop("", None)
    return found, names


def find_place(name: str) -> str | None:
    """Find the key of a country or the world by its code or English name.

    Hong Kong, Macao and Taiwan have keys below China, as in the built-in store.

    Example:
        >>> find_place("FRA"), find_place("Viet Nam"), find_place("HKG"), find_place("Narnia")
        ('FR', 'VN', 'CN-HK', None)
    """
    found, _ = _table()
    return found.get(fold_header(name)) or found.get(fold_header(_PARENTHESIS.sub("", name)))


def place_or_slug(name: str) -> str:
    """Return the key of a place; a place without a code gets a key made from its name.

    Example:
        >>> place_or_slug("Canary Islands (Spain)")
        'place-canary-islands-spain'
    """
    return find_place(name) or f"place-{slug(name)}"


def place_name(key: str) -> str:
    """Return the English name of a key, or the key itself."""
    return _table()[1].get(key, key)
