"""Tables of words as declarations are written in, every word of which must be known and of the right type."""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from desktop.registers.codes import NAME
from desktop.registers.labels import Label
from desktop.registers.problems import DeclarationError


def parse(path: Path) -> dict[str, Any]:
    """Read a declaration file. Raises DeclarationError."""
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as slip:
        raise DeclarationError(path.name, "", f"cannot be read: {slip}") from slip


class Block:
    """One table of a declaration, every word of which must be known and of the right type."""

    def __init__(self, file: str, place: str, words: object, allowed: Mapping[str, type | tuple[type, ...]]) -> None:
        """Take the *words* of one table, which stands at *place* in *file*. Raises DeclarationError."""
        self.file, self.place = file, place
        if not isinstance(words, dict):
            self.refuse("must be a table of words")
        self.words: dict[str, Any] = dict(words)  # type: ignore[call-overload]
        for word, value in self.words.items():
            if word not in allowed:
                near = get_close_matches(word, allowed, 1)
                self.refuse(f"unknown word {word!r}" + (f", did you mean {near[0]!r}?" if near else ""))
            self.words[word] = self._typed(word, value, allowed[word])

    def _typed(self, word: str, value: Any, wanted: type | tuple[type, ...]) -> Any:
        if wanted is Label:
            if not isinstance(value, dict):
                self.refuse(f"{word!r} must give the words in ru, ky and en")
            try:
                return Label.of(value)
            except ValueError as slip:
                self.refuse(f"{word!r} {slip}")
        if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
            self.refuse(f"{word!r} cannot be {value!r}")
        return value

    def refuse(self, slip: str) -> Any:
        """Raise the DeclarationError for *slip* in this block."""
        raise DeclarationError(self.file, self.place, slip)

    def name(self) -> str:
        """Give the block's name, which the rest of its slips are reported under."""
        name = self.get("name")
        if not NAME.fullmatch(name):
            self.refuse(f"the name {name!r} must be lower-case letters, digits and _")
        return str(name)

    def get(self, word: str) -> Any:
        """Give a word that must be there."""
        if word not in self.words:
            self.refuse(f"the word {word!r} is missing")
        return self.words[word]

    def one_of(self, word: str, allowed: Sequence[str], default: str | None = None) -> str:
        """Give a word that must be one of *allowed*."""
        value = self.words.get(word, default) if default is not None else self.get(word)
        if value not in allowed:
            near = get_close_matches(str(value), allowed, 1)
            self.refuse(f"{word} = {value!r} is unknown" + (f", did you mean {near[0]!r}?" if near else ""))
        return str(value)

    def names(self, word: str) -> tuple[str, ...]:
        """Give a list of texts, empty where the word is not there."""
        values = self.words.get(word, [])
        if not all(isinstance(value, str) for value in values):
            self.refuse(f"{word!r} must be a list of names")
        return tuple(values)

    def parts(self, word: str, allowed: Mapping[str, type | tuple[type, ...]]) -> list["Block"]:
        """Give the tables listed under *word*, each with its own place."""
        found = []
        for number, words in enumerate(self.words.get(word, []), 1):
            name = words.get("name", number) if isinstance(words, dict) else number
            place = f"{self.place}, " if self.place else ""
            found.append(Block(self.file, f"{place}{word} {name}", words, allowed))
        return found


def check_names(block: Block, word: str, names: Sequence[str], known: Collection[str]) -> None:
    """Refuse a *word* that names what is not *known*."""
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, 1)
            block.refuse(f"{word} names {name!r}, which is no field" + (f", did you mean {near[0]!r}?" if near else ""))
