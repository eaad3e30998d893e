"""How hard a password is to guess: by its length, less what every guesser tries first, and by no other rule."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from desktop.registers.folding import swap_layout

LEAST, GOOD, STRONG = 8, 12, 16

# What people here write when they are asked for a password; each counts as one letter.
_KNOWN = (
    "пароль", "сырсөз", "сырсоз", "parol", "password", "passw0rd", "admin", "админ", "user", "дептер", "depter",
    "кыргызстан", "киргизия", "kyrgyzstan", "бишкек", "bishkek", "манас", "manas", "турма", "түрмө", "тюрьма", "гсин", "gsin",
    "жакт", "начальник", "добро", "привет", "салам", "люблю", "qwerty", "iloveyou", "welcome", "1q2w3e", "январь", "март",
)  # fmt: skip
_ROWS = ("1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю")
_KEYS = {letter: 100 * row + place for row, letters in enumerate(_ROWS) for place, letter in enumerate(letters)}
# Stands for a known word; no keyboard has it.
_ONE = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True)
class Strength:
    """What is said of a password: *name* is short, guessable, fair, good or strong; *missing* letters make it long enough."""

    name: str
    missing: int

    @property
    def is_enough(self) -> bool:
        """Tell whether the password may be taken."""
        return self.missing == 0


def strength(password: str, names: Iterable[str] = ()) -> Strength:
    """Judge a password; *names* are words that stand close to the person, whose own name comes first to mind."""
    hard = _hard_letters(unicodedata.normalize("NFC", password).casefold(), [*_KNOWN, *_words(names)])
    if hard < LEAST:
        return Strength("short" if len(password) < LEAST else "guessable", LEAST - hard)
    return Strength("strong" if hard >= STRONG else "good" if hard >= GOOD else "fair", 0)


def _words(names: Iterable[str]) -> list[str]:
    split = (word.strip(".,").casefold() for name in names for word in name.split())
    return [word for word in split if len(word) > 2]


def _hard_letters(text: str, known: Sequence[str]) -> int:
    """Count the letters that a guesser has to find one by one."""
    for word in sorted({typed for name in known for typed in (name, swap_layout(name))}, key=len, reverse=True):
        text = text.replace(word, _ONE)
    period = (text + text).find(text, 1)
    if 0 < period < len(text):
        text = text[:period]
    return sum(not _runs_on(text[max(place - 2, 0) : place + 1]) for place in range(len(text)))


def _runs_on(three: str) -> bool:
    """Tell whether the third letter follows from the two before it: ааа, абв, 321, qwe."""
    if len(three) < 3:
        return False
    for order in (ord, lambda letter: _KEYS.get(letter, -ord(letter) * 1000)):
        first, second = (order(after) - order(before) for before, after in pairwise(three))
        if first == second and first in (-1, 0, 1):
            return True
    return False
