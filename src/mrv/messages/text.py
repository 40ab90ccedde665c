"""A text in the two languages of the program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Lang = Literal["zh", "en"]


@dataclass(frozen=True)
class Text:
    """The same sentence in Chinese and in English.

    Example:
        >>> Text(zh="单位不符", en="units do not fit").in_("zh")
        '单位不符'
    """

    zh: str
    en: str

    def in_(self, lang: Lang) -> str:
        """Return the sentence in one language."""
        return self.zh if lang == "zh" else self.en


def text(zh: str, en: str) -> Text:
    """Make a bilingual text: short, because messages are written in great number."""
    return Text(zh=zh, en=en)
