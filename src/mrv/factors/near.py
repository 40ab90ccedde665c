"""What a search that found nothing may have meant."""

from __future__ import annotations

import re
from difflib import SequenceMatcher, get_close_matches
from typing import TYPE_CHECKING

from mrv.factors.folding import plain
from mrv.factors.vocabulary import KINDS
from mrv.messages import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mrv.factors.store import Store
    from mrv.messages import Text

_WORD = re.compile("[A-Za-z]{3,}")
_LAST_LATIN = 0x2E7F
_SHOWN = 3
_ALIKE = 0.66
_ALIKE_HAN = 0.5
"""A Chinese word is two or three characters long: one wrong of two is half."""

_MOST = 20_000
"""Of a release with more different English names, those of the vocabularies are enough."""


def hint(store: Store, terms: Sequence[str]) -> Text:
    """Say what a search for some words that found nothing may have meant.

    Args:
        store: the store that was searched.
        terms: the words, folded as `mrv.factors.search.words_of` does.

    Example:
        >>> from mrv.factors import open_store
        >>> hint(open_store(), ["deisel"]).en
        'no row holds "deisel"; did you mean "diesel"?'
        >>> hint(open_store(), ["柴由"]).zh
        '没有因子含有“柴由”，是否应为“柴油”？'
    """
    unknown = [term for term in terms if not _occurs(store, term)]
    if not unknown:
        return text(
            "各个词都有，但没有一条因子同时含有全部的词并符合全部条件；请减少词或条件。",
            "each word occurs, but no row holds all of them and meets every condition; "
            "leave out a word or a condition.",
        )
    known = _spellings(store)
    said: list[Text] = []
    for term in unknown:
        pieces = _pieces(store, term)
        strange = [piece for piece in pieces if not _occurs(store, piece)]
        near = {piece: nearest(piece, known) for piece in strange if len(pieces) > 1}
        if near and all(near.values()):
            said += [_said(piece, words) for piece, words in near.items()]
        else:
            said.append(_said(term, nearest(term, known)))
    return text("；".join(one.zh for one in said), "; ".join(one.en for one in said))


def _occurs(store: Store, term: str) -> bool:
    return any(book.knows(term) for book in store.books)


def _pieces(store: Store, term: str) -> list[str]:
    """Part a run of Chinese; single characters that follow one another stay together."""
    from mrv.factors.search import parted

    if all(ord(char) <= _LAST_LATIN for char in term):
        return [term]
    found: list[str] = []
    alone = False
    for part in parted(store.books, term):
        if alone and len(part) == 1:
            found[-1] += part
        else:
            found.append(part)
        alone = len(part) == 1
    return found


def nearest(term: str, known: Mapping[str, str]) -> list[str]:
    """Return the known spellings nearest to a word, the nearest first.

    Args:
        term: a folded word.
        known: spellings by how they are folded.

    Example:
        >>> nearest("anthracit", {"anthracite": "anthracite", "coke": "coke"})
        ['anthracite']
    """
    if all(ord(char) <= _LAST_LATIN for char in term):
        found = get_close_matches(term, known, n=_SHOWN, cutoff=_ALIKE)
        alike, least = {word: _likeness(term, word) for word in found}, _ALIKE
    else:
        shared = (word for word in known if set(term) & set(word) and word not in term)
        alike, least = {word: _likeness(term, word) for word in shared}, _ALIKE_HAN
    best = max([least, *alike.values()])
    found = sorted(word for word, likeness in alike.items() if likeness >= best)
    return list(dict.fromkeys(known[word] for word in found[:_SHOWN]))


def _likeness(term: str, word: str) -> float:
    """Return the share of characters that two words have in one order, and a little for place."""
    same = sum(one == other for one, other in zip(term, word, strict=False))
    return SequenceMatcher(None, term, word).ratio() + same / (10 * len(term))


def _said(term: str, near: Sequence[str]) -> Text:
    zh, en = f"没有因子含有“{term}”", f'no row holds "{term}"'
    if not near:
        return text(zh, en)
    names_zh = "或".join(f"“{name}”" for name in near)
    names_en = " or ".join(f'"{name}"' for name in near)
    return text(f"{zh}，是否应为{names_zh}？", f"{en}; did you mean {names_en}?")


def _spellings(store: Store) -> dict[str, str]:
    """Return the names that people may have meant, by how they are folded."""
    return {folded: word for word in _words(store) if (folded := plain(word))}


def _words(store: Store) -> Iterator[str]:
    for kind in KINDS:
        for key, names in store.vocabulary(kind).items():
            yield from _split((key, names.en, *names.synonyms))
            yield from (names.zh, names.en, *names.synonyms)
    for layer in store.layers:
        for column in ("name_zh", "name_en"):
            texts = layer.columns[column].texts
            if len(texts) <= _MOST:
                yield from _split(texts)
                yield from texts


def _split(names: Iterable[str]) -> Iterator[str]:
    """Yield the English words of names, for one of several may be misspelt."""
    for name in names:
        yield from _WORD.findall(name)
