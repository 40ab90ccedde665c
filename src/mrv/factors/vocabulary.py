"""Vocabularies: the keys of the store and every spelling that people use for them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrv.messages import did_you_mean, refuse, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KINDS = (
    *("fuel", "region", "gas", "energy-carrier", "property"),
    *("product", "transport", "ship-type", "indicator"),
)


_LAST_LATIN = 0x2E7F


@dataclass(frozen=True)
class Names:
    """The names of one key.

    Attributes:
        zh: Chinese name.
        en: English name.
        synonyms: further spellings in either language.
        parent: the key that this one lies in, for regions; empty if none.
        group: solid, liquid or gas for fuels; level for regions; family for gases.
        units: for properties, one example of each kind of unit that a value may have.
        note: what a user should know before choosing it.
    """

    zh: str
    en: str
    synonyms: tuple[str, ...] = ()
    parent: str = ""
    group: str = ""
    units: tuple[str, ...] = ()
    note: str = ""

    def spellings(self, key: str) -> Iterator[str]:
        """Yield every spelling that means this key."""
        yield from (key, self.zh, self.en, *self.synonyms)


def fold(word: str) -> str:
    """Fold what does not matter in a name: width, case, spaces, dashes and underscores.

    Example:
        >>> fold("Ｈeavy  Fuel_Oil") == fold("heavy-fuel-oil")
        True
    """
    plain = unicodedata.normalize("NFKC", word).casefold()
    return "".join(char for char in plain if char not in " \t-_－–—")


def find_key(vocabulary: Mapping[str, Names], kind: str, word: str) -> str:
    """Find the key that a Chinese or English spelling means.

    Args:
        vocabulary: keys with their names.
        kind: the vocabulary's kind, for the message.
        word: what the user wrote.

    Raises:
        Refused: ``factor.unknown-key`` with the nearest known spelling.

    Example:
        >>> find_key({"diesel": Names("柴油", "diesel", ("轻柴油",))}, "fuel", "轻柴油")
        'diesel'
    """
    if word in vocabulary:
        return word
    wanted = fold(word)
    for key, names in vocabulary.items():
        if any(fold(spelling) == wanted for spelling in names.spellings(key)):
            return key
    known = [s for key, names in vocabulary.items() for s in names.spellings(key) if s]
    # A short Chinese word has few letters to be near in: offer what shares a character.
    shared = {char for char in wanted if ord(char) > _LAST_LATIN}
    known = [s for s in known if shared & set(s)] or known
    return refuse(
        "factor.unknown-key",
        text(
            f"因子库的{_KIND_ZH[kind]}词表中没有“{word}”",
            f'the factor store knows no {kind} "{word}"',
        ),
        hint=did_you_mean(word, known),
    )


_KIND_ZH = {
    "fuel": "燃料",
    "region": "地区",
    "gas": "气体",
    "energy-carrier": "能源品种",
    "property": "参数",
    "product": "产品",
    "transport": "运输方式",
    "ship-type": "船型",
    "indicator": "指标",
}
