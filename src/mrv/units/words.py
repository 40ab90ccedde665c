"""Words of a unit text: clean the text, cut it into tokens and look each word up.

Every unknown word is found here, before the grammar is looked at, so that a text with two
misspelt units is refused once, with both.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from fractions import Fraction
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from mrv.messages import Diagnostic, Text, did_you_mean, text
from mrv.units.registry import registry
from mrv.units.unit import ONE

if TYPE_CHECKING:
    from mrv.messages import Place
    from mrv.units.unit import Unit

NUMERALS = {
    "十": 1,
    "百": 2,
    "千": 3,
    "万": 4,
    "十万": 5,
    "百万": 6,
    "千万": 7,
    "亿": 8,
    "十亿": 9,
    "百亿": 10,
    "千亿": 11,
    "万亿": 12,
    "thousand": 3,
    "million": 6,
}
_PREFIX = re.compile(r"(?:万|十|百|千)?亿|(?:十|百|千)?万|十|百|千")
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_RAISED = re.compile("[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_SIGNS = str.maketrans({"−": "-", "–": "-", "⋅": "·", "•": "·", "∙": "·", "・": "·", "✕": "*"})
_TOKEN = re.compile(
    r"(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+(?![0-9.]))?)"
    r"|(?P<raised>\^ *(?:[+-]?[0-9]+|\([+-]?[0-9]+\)))"
    r"|(?P<tag>\[[^\[\]]*\])"
    r"|(?P<sign>[()/*·])"
    r"|(?P<word>°?[^\W\d_](?:\w|-(?=\w))*|[%‰$¥£€])"
)
_MAX_EXPONENT = 30


class Token(NamedTuple):
    """A piece of a unit text.

    Attributes:
        kind: ``number``, ``numeral`` (a Chinese one glued to the next unit), ``unit``,
            ``substance``, ``tag``, ``raised`` or the sign itself.
        text: as written, after cleaning.
        unit: the unit, if it is one; ONE otherwise.
        number: the number or exponent, if it is one.
    """

    kind: str
    text: str
    unit: Unit = ONE
    number: Fraction = Fraction(1)


def clean(written: str) -> str:
    """Make full-width, raised and lowered characters plain.

    Example:
        >>> clean("ｔ CO₂／ｍ³")
        't CO2/m^3'
    """
    raised = _RAISED.sub(lambda hit: "^" + hit.group().translate(_SUPERSCRIPT), written)
    plain = unicodedata.normalize("NFKC", raised).translate(_SIGNS)
    return " ".join(plain.replace("×", "*").replace("**", "^").split())


def tokens(plain: str, place: Place | None) -> tuple[list[Token], list[Diagnostic]]:
    """Cut cleaned text into tokens; unknown words come back as findings."""
    found: list[Token] = []
    findings: list[Diagnostic] = []
    at, began = 0, 0
    while at < len(plain):
        if plain[at] == " ":
            at += 1
            continue
        phrase = _phrase_at(plain, at)
        hit = None if phrase else _TOKEN.match(plain, at)
        if phrase is None and hit is None:
            findings.append(_unknown(plain[at], place))
            at += 1
            continue
        word = phrase or (hit.group() if hit else "")
        at += len(word)
        kind = hit.lastgroup if hit else "word"
        if kind == "word":
            stuck = _stuck(plain, at - len(word), found)
            read = () if stuck else resolve(word)
            found += read
            findings += [] if read else [_unknown(plain[began:at] if stuck else word, place)]
        else:
            found.append(_plain_token(kind or "", word))
        began = at - len(word)
    return found, findings


def _stuck(plain: str, at: int, before: list[Token]) -> bool:
    """Say whether a word hangs on the piece before it without a space, as in ``US$m``."""
    return bool(before) and before[-1].kind != "number" and plain[at - 1] not in " */·("


def _plain_token(kind: str, word: str) -> Token:
    if kind == "number":
        mantissa, _, exponent = word.lower().partition("e")
        power = min(int(exponent or 0), _MAX_EXPONENT + 1)
        return Token("number", word, number=Fraction(mantissa) * Fraction(10) ** power)
    if kind == "raised":
        return Token("raised", word, number=Fraction(int(word[1:].strip(" ()"))))
    return Token(word if kind == "sign" else kind, word)


@cache
def _phrases() -> dict[str, tuple[str, ...]]:
    """List spellings that are not one plain word by their first letter, longest first."""
    known = registry()
    every = {*known.unit_names, *known.substance_names, *known.compounds}
    phrases: dict[str, list[str]] = {}
    for name in sorted(every, key=len, reverse=True):
        if not name.replace("-", "").replace("_", "").isalnum():
            phrases.setdefault(name[0], []).append(name)
    return {first: tuple(names) for first, names in phrases.items()}


def _phrase_at(plain: str, at: int) -> str | None:
    """Return the spelling of several words or signs, such as ``t·km``, that starts here."""
    numeral = _PREFIX.match(plain, at)
    for start in {at, numeral.end() if numeral else at}:
        for name in _phrases().get(plain[start : start + 1], ()):
            end = start + len(name)
            if plain.startswith(name, start) and not _goes_on(plain, end):
                return plain[at:end]
    return None


def _goes_on(plain: str, end: int) -> bool:
    """Say whether the word does not stop here: a letter, a digit, an exponent."""
    rest = plain[end : end + 1]
    return rest in {"^", "_"} or (rest.isalnum() and plain[end - 1].isalnum())


@lru_cache(maxsize=4096)
def resolve(word: str) -> tuple[Token, ...]:
    """Look a word up: a unit, a substance, both glued, a numeral, or nothing.

    Example:
        >>> [token.text for token in resolve("kgCO2")]
        ['kg', 'CO2']
        >>> resolve("kilogramme")
        ()
    """
    known = registry()
    if word in NUMERALS:
        return (Token("number", word, number=Fraction(10) ** NUMERALS[word]),)
    if word in known.substance_names:
        return (Token("substance", known.substance_names[word]),)
    return _measured(word) or _glued(word)


def _measured(word: str) -> tuple[Token, ...]:
    """Look up a unit or compound, perhaps after a Chinese numeral or before an exponent."""
    known = registry()
    if word in known.unit_names:
        name = known.unit_names[word]
        return (Token("unit", name, known.units[name]),)
    if word in known.compounds:
        left, right = known.compounds[word].split("*")
        unit = known.units[left] * known.units[right]
        return (Token("unit", known.compounds[word], unit),)
    if word in known.refused:
        return ()
    numeral = _PREFIX.match(word)
    if numeral:
        rest = _measured(word[numeral.end() :])
        size = Fraction(10) ** NUMERALS[numeral.group()]
        plain = rest and rest[0].kind == "unit"
        return (Token("numeral", numeral.group(), number=size), *rest) if plain else ()
    raised = re.fullmatch(r"(.*[^\W\d_])(-?[1-9])", word)
    if raised and raised.group(1) in known.unit_names:
        name = known.unit_names[raised.group(1)]
        power = Token("raised", raised.group(2), number=Fraction(raised.group(2)))
        return (Token("unit", name, known.units[name]), power)
    return ()


def _glued(word: str) -> tuple[Token, ...]:
    """Look up ``kgCO2``, ``tC``, ``吨二氧化碳``, ``t-CO2``."""
    for spelling, name in registry().substance_names.items():
        before = word.removesuffix(spelling)
        if before != word:
            measured = _measured(before.removesuffix("-"))
            if measured and measured[-1].kind == "unit":
                return (*measured, Token("substance", name))
    return ()


def _unknown(word: str, place: Place | None) -> Diagnostic:
    """Make the finding for a word that is no unit, or one that is refused on purpose."""
    known = registry()
    for name in (word, *_beginnings(word)):
        if name in known.refused:
            refusal = known.refused[name]
            what = _REFUSED[refusal.rule]
            said = Text(zh=what.zh.format(word=word), en=what.en.format(word=word))
            return Diagnostic(f"unit.{refusal.rule}", said, place, hint=refusal.hint)
    what = text(zh=f"未知单位“{word}”", en=f'unknown unit "{word}"')
    names = {*known.unit_names, *known.substance_names}
    near = get_close_matches(word.casefold(), {name.casefold() for name in names}, n=1)
    hint = did_you_mean(word, names) if near else _EXAMPLES
    return Diagnostic("unit.unknown", what, place, hint=hint)


def _beginnings(word: str) -> list[str]:
    """Return the word without a glued substance or a Chinese numeral."""
    names = [word.removesuffix(name).removesuffix("-") for name in registry().substance_names]
    numeral = _PREFIX.match(word)
    return names + ([word[numeral.end() :]] if numeral else [])


_EXAMPLES = Text(
    zh="可用 t、kg、GJ、kWh、L、Nm3、km、passenger 等；物质可写 C、CO2、CO2e[AR5]。",
    en="Known are t, kg, GJ, kWh, L, Nm3, km, passenger …, and substances such as C, CO2e[AR5].",
)
_REFUSED = {
    "ambiguous": Text(zh="单位“{word}”有歧义", en='unit "{word}" is ambiguous'),
    "calendar": Text(
        zh="“{word}”是日历期间，不能作单位", en='"{word}" is a calendar period, not a unit'
    ),
    "temperature": Text(zh="“{word}”不能作单位", en='"{word}" cannot be a unit'),
}
