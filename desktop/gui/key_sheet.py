"""The sheet of keys, made of the keys that really answer: no list of them is kept that could go out of date."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from desktop.gui.shortcuts import SAYS
from desktop.gui.words import Words

_CYRILLIC = re.compile("[А-я]")

# What editors answer by themselves, without an action: its keys and its words.
_IN_FIELDS = (
    (("Enter",), "enter"), (("Shift+Enter",), "shift_enter"), (("Tab",), "tab"), (("F4", "Alt+↓"), "pick"), (("1 … 9",), "digits"),
    (("PgDn",), "next_part"), (("PgUp",), "part_before"),
)  # fmt: skip
_EVERYWHERE = ((("F1",), "help"), (("Esc",), "close_help"))


@dataclass(frozen=True)
class Key:
    """Keys that do the same, as they are written on the keyboard, and what they do."""

    keys: tuple[str, ...]
    does: str


def keys_of(part: QWidget, words: Words) -> list[Key]:
    """List the keys that answer on *part* of the window, each once."""
    found = {Key(shown_keys(action.shortcuts()), words_of(action, words)): None for action in actions_of(part)}
    return [key for key in found if key.keys]


def actions_of(part: QWidget) -> Iterator[QAction]:
    """Walk through what answers keys wherever on *part* the person is; what one field answers for itself is left out."""
    for action in part.findChildren(QAction):
        if action.shortcuts() and action.property(SAYS) is not None:
            yield action


def words_of(action: QAction, words: Words) -> str:
    """Say what an action does."""
    name = str(action.property(SAYS) or "")
    return words(f"keys.{name}") if name else action.text()


def shown_keys(sequences: Sequence[QKeySequence]) -> tuple[str, ...]:
    """Write keys as they stand on the keyboard; the same key of the Cyrillic layout and of the number block is not repeated."""
    texts = [sequence.toString(QKeySequence.SequenceFormat.PortableText) for sequence in sequences]
    plain = [
        text.replace("Return", "Enter")
        .replace("Escape", "Esc")
        .replace("Down", "↓")
        .replace("Up", "↑")
        .replace("Left", "←")
        .replace("Right", "→")
        for text in texts
    ]
    return tuple(dict.fromkeys(text for text in plain if not _CYRILLIC.search(text)))


def key_sheet(words: Words, everywhere: Sequence[Key], pages: Sequence[tuple[str, QWidget]]) -> str:
    """Write the sheet of keys in Markdown: those of each of *pages*, in a field, and *everywhere*."""
    parts = [f"## {words('keys.title')}"]
    for title, page in pages:
        parts += _table(title, keys_of(page, words), words)
    parts += _table(words("keys.in_fields"), _worded(_IN_FIELDS, words), words)
    parts += _table(words("keys.everywhere"), [*_worded(_EVERYWHERE, words), *everywhere], words)
    return "\n\n".join(parts)


def _worded(named: Sequence[tuple[tuple[str, ...], str]], words: Words) -> list[Key]:
    return [Key(keys, words(f"keys.{name}")) for keys, name in named]


def _table(title: str, keys: Sequence[Key], words: Words) -> list[str]:
    rows = [f"| {words('keys.key')} | {words('keys.does')} |", "|---|---|"]
    rows += [f"| **{', '.join(key.keys)}** | {key.does} |" for key in keys]
    return [f"### {title}", "\n".join(rows)] if keys else []
