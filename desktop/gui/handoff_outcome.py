"""What was written for headquarters: the check numbers, so large that they can be read over the telephone."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout

from desktop.exchange.handoff import Made
from desktop.gui.look import SIGNS, button, kind, label, scaled
from desktop.gui.words import Words


class HandoffOutcome(QFrame):
    """Shows the hand-offs that have just been made, and what to do with them now."""

    def __init__(self, words: Words) -> None:
        """Show nothing yet."""
        super().__init__()
        self.words = words
        kind(self, "card")
        self.heading = scaled(label("", "good"), 1.2)
        font = self.heading.font()
        font.setBold(True)
        self.heading.setFont(font)
        self.numbers = QGridLayout()
        self.numbers.setHorizontalSpacing(28)
        self.numbers.setVerticalSpacing(6)
        self.locked = label(words("lock.tell"), "warning", wrap=True)
        self.onward = button(words("handoff_page.onward"), keys="Esc")
        self.cover = button(words("handoff_page.cover"), picture="file-text")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(8)
        layout.addWidget(self.heading)
        layout.addWidget(label(words("handoff_page.read_out"), "second", wrap=True))
        layout.addWidget(self.locked)
        layout.addLayout(self.numbers)
        layout.addStretch(1)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.onward)
        below.addWidget(self.cover)
        below.addStretch(1)
        layout.addLayout(below)

    def show_made(self, made: Sequence[Made]) -> None:
        """Show the check number of each hand-off, its file and its records."""
        self.heading.setText(f"{SIGNS['good']} {self.words('handoff_page.written', n=len(made))}")
        self.locked.setVisible(any(one.is_locked for one in made))
        while (item := self.numbers.takeAt(0)) and (before := item.widget()):
            before.deleteLater()
        for row, one in enumerate(made):
            number = _selectable(one.check_number)
            number.setAccessibleName(f"{self.words('sheet.check')} {one.check_number}")
            kind(number, "title")
            scaled(number, 2.2)
            self.numbers.addWidget(number, row, 0)
            self.numbers.addWidget(_selectable(one.path.name), row, 1)
            said = [self.words("sheet.records", n=sum(one.counts.values()))]
            said += [self.words("lock.locked")] if one.is_locked else []
            self.numbers.addWidget(label(", ".join(said), "second"), row, 2)
        self.numbers.setColumnStretch(3, 1)


def _selectable(text: str) -> QLabel:
    shown = label(text)
    shown.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    shown.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return shown
