"""Which language to speak, and where: results to stdout, everything else to stderr."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mrv.messages import Lang, Text


def language_of(words: Sequence[str], environment: Mapping[str, str]) -> Lang:
    """Choose the language: ``--lang`` anywhere, else ``MRV_LANG``, else the locale.

    It is found before the arguments are read, so that complaints about them are in it too.

    Example:
        >>> language_of(["run", "--lang", "zh"], {}), language_of([], {"LANG": "zh_CN.UTF-8"})
        ('zh', 'zh')
        >>> language_of(["--lang=en"], {"MRV_LANG": "zh"}), language_of([], {"LC_ALL": "C"})
        ('en', 'en')
    """
    found = ""
    for place, word in enumerate(words):
        if word == "--":
            break
        if word.startswith("--lang="):
            found = word.removeprefix("--lang=")
        elif word == "--lang" and place + 1 < len(words):
            found = words[place + 1]
    for name in ("MRV_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        found = found or environment.get(name, "")
    return "zh" if found.lower().startswith("zh") else "en"


def say(words: str) -> None:
    """Write a message to stderr."""
    sys.stdout.flush()
    sys.stderr.write(words + "\n")
    sys.stderr.flush()


def show(words: str) -> None:
    """Write a result to stdout."""
    sys.stdout.write(words + "\n")


def listed(names: Sequence[str], lang: Lang) -> str:
    """Join names as the language does.

    Example:
        >>> listed(["a", "b"], "zh"), listed(["a", "b"], "en")
        ('a、b', 'a, b')
    """
    return ("、" if lang == "zh" else ", ").join(names)


def phrase(words: Text | None, lang: Lang, otherwise: str = "") -> str:
    """Return a text in the language, or something else where there is none."""
    return words.in_(lang) if words is not None else otherwise
