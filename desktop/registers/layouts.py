"""Tell on which keyboard layout a text was meant, by the pairs of letters that words of both alphabets are made of."""

import math
from collections import Counter
from collections.abc import Iterable

from desktop.registers.folding import swap_layout

# Shorter words say too little: an abbreviation is as likely as its neighbours on the keys.
_LEAST = 4
# How much likelier, for each pair of letters, the swapped word must be (in natural logarithms): names of both kinds stay.
_MARGIN = 1.2


class Letters:
    """How often letters follow each other in a language's words."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Count the pairs of *texts*, words in Russian, Kyrgyz and English."""
        self._pairs: Counter[str] = Counter()
        self._first: Counter[str] = Counter()
        for text in texts:
            for word in text.casefold().split():
                for pair in _pairs(word):
                    self._pairs[pair] += 1
                    self._first[pair[0]] += 1

    def likelihood(self, word: str) -> float:
        """Give how likely the letters of *word* follow each other, as the mean logarithm of each pair."""
        pairs = _pairs(word.casefold())
        found = (math.log((self._pairs[pair] + 0.1) / (self._first[pair[0]] + 4)) for pair in pairs)
        return sum(found) / len(pairs)

    def mended(self, text: str) -> str | None:
        """Give *text* with those words swapped that look as if typed on the other layout; None where none does."""
        words = text.split(" ")
        mended = [self._mended_word(word) for word in words]
        for place, word in enumerate(words):
            beside = place + 1 if place + 1 < len(words) else place - 1
            if 0 < len(word) < _LEAST and word.isalpha() and beside >= 0 and mended[beside] != words[beside]:
                mended[place] = swap_layout(word)
        return " ".join(mended) if mended != words else None

    def _mended_word(self, word: str) -> str:
        if len(word) < _LEAST or any(c.isdigit() for c in word):
            return word
        swapped = swap_layout(word)
        if not all(c.isalpha() for c in swapped.rstrip(".,;:!?")):
            return word
        return swapped if self.likelihood(swapped) - self.likelihood(word) > _MARGIN else word


def _pairs(word: str) -> list[str]:
    bounded = f" {word} "
    return [bounded[place : place + 2] for place in range(len(bounded) - 1)]
