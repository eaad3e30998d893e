"""A pack of definitions arrives at a station: what it changes is shown first, and the program opens anew with it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from desktop.exchange.letters import LARGEST_LETTER, SUFFIX
from desktop.exchange.packs import KIND, Arrived, apply_pack, read_pack
from desktop.gui import background, prompts
from desktop.gui.definitions_prompts import ask_changes
from desktop.gui.words import Words
from desktop.registers.declarations import Definitions
from desktop.registers.problems import AppError
from desktop.store.vault import Vault

PACKS = f"Depter (*_{KIND}_*{SUFFIX})"


def choose_pack(parent: QWidget, vault: Vault, words: Words, applied: Callable[[Definitions], None]) -> None:
    """Ask for the letter with a pack, and take it; *applied* gets the definitions to open the station with."""
    if found := prompts.choose_files(parent, words("definitions_page.read_pack"), PACKS):
        take_pack(parent, vault, words, Path(found[0]), applied)


def take_pack(parent: QWidget, vault: Vault, words: Words, path: Path, applied: Callable[[Definitions], None]) -> None:
    """Show what the pack in the letter at *path* changes, and apply it where the person agrees."""
    failed = partial(prompts.tell, parent, words)

    def ask(arrived: Arrived) -> None:
        title = words("definitions_page.apply_title", number=arrived.pack.number)
        text, answer = words("definitions_page.opens_anew"), words("definitions_page.apply")
        if ask_changes(parent, words, title, text, arrived.definitions, arrived.changes, answer):
            background.run(parent, lambda: apply_pack(vault, arrived.pack), applied, failed)

    background.run(parent, lambda: read_pack(vault, path.name, _content(path)), ask, failed)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_LETTER + 1)
    except OSError as error:
        raise AppError("file.not_readable", file=path.name) from error
