"""Make texts comparable that people write differently: case, Kyrgyz letters, Latin spellings, a wrong keyboard layout."""

import re
import unicodedata
from functools import lru_cache

_CYRILLIC = {"ё": "е", "ө": "о", "ү": "у", "ң": "н"}
# A table of our own: the transliteration libraries leave ө ү ң as they are.
_LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "j", "з": "z", "и": "i", "й": "i",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u",
    "ф": "f", "х": "h", "ц": "c", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "", "ы": "i", "ь": "", "э": "e",
    "ю": "iu", "я": "ia",
}  # fmt: skip
# How the same sounds are spelled in Latin passports and by ear, brought to the spelling of the table above.
_SPELLINGS = (("zh", "j"), ("dj", "j"), ("kh", "h"), ("ts", "c"), ("yo", "e"), ("ye", "e"), ("y", "i"))
_RUSSIAN_KEYS = "йцукенгшщзхъфывапролджэячсмитьбюЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ"
_ENGLISH_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>"
_TO_ENGLISH = str.maketrans(_RUSSIAN_KEYS, _ENGLISH_KEYS)
_TO_RUSSIAN = str.maketrans(_ENGLISH_KEYS, _RUSSIAN_KEYS)
_ALPHABET = "абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя"
_PLACES = {letter: chr(0x430 + place) for place, letter in enumerate(_ALPHABET)}
_FOLD = str.maketrans({letter: _LATIN[_CYRILLIC.get(letter, letter)] for letter in [*_LATIN, *_CYRILLIC]})
_SORT = str.maketrans(_PLACES)
# Letters that nobody can tell apart on paper; в and b, н and h are alike as capitals only.
_ALIKE = str.maketrans("АВСЕНІЈКМОРЅТХУаеорсухіјѕ", "ABCEHIJKMOPSTXYaeopcyxijs")
_DOUBLED = re.compile(r"([a-z])\1+")


@lru_cache(maxsize=20_000)  # the same labels and headings are compared again for every file that is read
def fold(text: str) -> str:
    """Reduce *text* to a Latin key that finds осум for Өсүмдүк and Asanov for Асанов: both sides are folded."""
    plain = unicodedata.normalize("NFC", text).casefold()
    latin = plain.translate(_FOLD)
    for spelling, key in _SPELLINGS:
        latin = latin.replace(spelling, key)
    words = "".join(c if c.isalnum() else " " for c in latin).split()
    return _DOUBLED.sub(r"\1", " ".join(words))


def look(text: str) -> str:
    """Bring letters that look alike to one of them, so that two texts which look the same are the same: РНО and PHO."""
    return unicodedata.normalize("NFC", text).translate(_ALIKE).casefold()


def is_mixed(text: str) -> bool:
    """Tell whether a word of *text* has letters of both alphabets, Latin and Cyrillic."""
    words = ("".join(c for c in part if c.isalpha()) for part in text.split())
    return any({unicodedata.name(c, "").partition(" ")[0] for c in word} >= {"LATIN", "CYRILLIC"} for word in words)


def swap_layout(text: str) -> str:
    """Give what *text* would have been on the other keyboard layout (`ufi` is гаш, `в02` is d02)."""
    to_english = any(c in _RUSSIAN_KEYS for c in text)
    return text.translate(_TO_ENGLISH if to_english else _TO_RUSSIAN)


def sort_key(text: str) -> str:
    """Order *text* by the Kyrgyz alphabet of 36 letters, in which ң ө ү stand after н о у."""
    return unicodedata.normalize("NFC", text).casefold().translate(_SORT)
