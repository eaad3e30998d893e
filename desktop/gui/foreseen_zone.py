"""One part of a backup before it is put back: chosen or not, and what that would change."""

from collections.abc import Iterator

from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QVBoxLayout

from desktop.gui.look import SIGNS, kind, label
from desktop.gui.words import Words
from desktop.registers.declarations import Definitions
from desktop.store.restoring import Foreseen

# What is counted of a part: by its records, then by what travelled.
_COUNTED = ("lost", "older", "differs", "newer", "returns")


class ForeseenZone(QFrame):
    """A card that says what putting one zone's copy back would do; chosen at first where that loses nothing."""

    def __init__(self, foreseen: Foreseen, definitions: Definitions, words: Words, *, is_closed: bool, is_gone: bool) -> None:
        """Tell of *foreseen*: *is_closed* where this person has no key, *is_gone* where nothing of it lies here any more."""
        super().__init__()
        self.foreseen, self.words = foreseen, words
        self.is_closed, self.is_gone = is_closed, is_gone
        kind(self, "card")
        name = words.of(definitions.codes["zones"].codes[foreseen.copy.zone].label)
        self.choice = QCheckBox(name)
        self.choice.setAccessibleName(name)
        font = self.choice.font()
        font.setBold(True)
        self.choice.setFont(font)
        self.choice.setEnabled(foreseen.problem is None)
        self.choice.setChecked(self.is_harmless)
        head = QHBoxLayout()
        head.addWidget(self.choice, 1)
        if foreseen.here is not None:
            counts = words("restore_wizard.counts", copied=foreseen.copy.records, here=foreseen.here)
            head.addWidget(label(counts, "second"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 8, 14, 8)
        layout.setSpacing(2)
        layout.addLayout(head)
        for text, look in self._told():
            layout.addWidget(label(f"{SIGNS[look]} {text}" if look in SIGNS else text, look, wrap=True))

    @property
    def is_sealed(self) -> bool:
        """Tell whether something lies here of which this person can know nothing."""
        return self.is_closed and not self.is_gone

    @property
    def is_harmless(self) -> bool:
        """Tell whether putting this part back brings something and loses nothing that is known of."""
        found = self.foreseen
        if found.problem:
            return False
        if found.unknown:
            return not self.is_sealed
        return bool(found.fates) and not found.loses

    def _told(self) -> Iterator[tuple[str, str]]:
        found, words = self.foreseen, self.words
        if found.problem:
            yield words.of(found.problem), "error"
        elif self.is_sealed:
            yield words("restore_wizard.closed"), "warning"
        elif found.unknown:
            yield words.of(found.unknown), "error"
        else:
            counts = [words(f"restore_wizard.{name}_n", n=count) for name in _COUNTED if (count := found.count(name))]
            yield (
                "; ".join(counts) if counts else words("restore_wizard.nothing_changes"),
                "warning" if found.loses else "second",
            )
            for name, count in (("hand_offs", found.hand_offs), ("merges", found.merges)):
                if count:
                    yield words(f"restore_wizard.{name}", n=count), "warning"
