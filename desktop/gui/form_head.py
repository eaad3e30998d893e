"""What stands above the fields of a record: its number and state, what came of the last save, and what can be done with it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from desktop.gui.announcing import announce
from desktop.gui.look import button, kind, label, restyle, scaled
from desktop.gui.short_line import ShortLine
from desktop.gui.words import Words


class FormHead(QWidget):
    """The first line of a form; none of its buttons is on the way of somebody who types."""

    def __init__(self, words: Words) -> None:
        """Begin with nothing to say."""
        super().__init__()
        self.words = words
        self.number, self.state = ShortLine("", "title"), ShortLine("", "chip")
        scaled(self.number, 1.25)
        self.said = label("", "good")
        self.transfer = self._link("transfers_page.button", "transfers_page.button_tip")
        self.roll = self._link("roll.button", "roll.button_tip")
        self.question = self._link("questions_page.button", "questions_page.button_tip")
        self.history = self._link("form.history")
        self.print_button = self._link("", "record_print.tip", "printer")
        self.print_button.setAccessibleName(words("record_print.title"))
        self.close_button = self._link("", picture="x")
        self.close_button.setToolTip(f"{words('form.close')} (Esc)")
        self.close_button.setAccessibleName(words("form.close"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.number)
        row.addWidget(self.state)
        row.addStretch(1)
        for one in (self.said, self.roll, self.transfer, self.question, self.history, self.print_button, self.close_button):
            row.addWidget(one)

    def _link(self, text: str, tip: str = "", picture: str = "") -> QPushButton:
        made = button(self.words(text) if text else "", picture=picture)
        kind(made, "link")
        made.setToolTip(self.words(tip) if tip else "")
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return made

    def say(self, text: str, name: str = "good") -> None:
        """Say what came of the last thing that was done."""
        self.said.setText(text)
        announce(self.said, text)
        restyle(self.said, "kind", name)
