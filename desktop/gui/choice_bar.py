"""A choice that must be made and explained: its answers side by side, and why."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from desktop.exchange.merge import Choice
from desktop.gui.look import label
from desktop.gui.words import Words


class ChoiceBar(QWidget):
    """Offers answers, the first of which holds where nobody chooses; every other needs a reason in words."""

    chosen = Signal(object)

    def __init__(self, words: Words) -> None:
        """Offer nothing yet."""
        super().__init__()
        self.words = words
        self.text = label("", wrap=True)
        self.why = QLineEdit()
        self.why.setPlaceholderText(words("merge_choice.why"))
        self.why.setAccessibleName(words("merge_choice.why"))
        self.why.textEdited.connect(self._tell)
        self.buttons: list[QRadioButton] = []
        self._group = QButtonGroup(self)
        self._takes: list[str] = []
        self._row = QHBoxLayout()
        self._row.setSpacing(14)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.setSpacing(4)
        layout.addWidget(self.text)
        layout.addLayout(self._row)
        layout.addWidget(self.why)

    def ask(self, text: str, answers: Sequence[tuple[str, str]], choice: Choice | None) -> None:
        """Ask *text*, with *answers* (a word and its wording), showing the *choice* made before."""
        for one in self.buttons:
            self._group.removeButton(one)
            one.hide()
            one.deleteLater()
        while self._row.count():
            self._row.takeAt(0)
        self.text.setText(text)
        self._takes, self.buttons = [take for take, _ in answers], [QRadioButton(worded) for _, worded in answers]
        taken = choice.take if choice else self._takes[0]
        for take, one in zip(self._takes, self.buttons, strict=True):
            one.setChecked(take == taken)
            self._group.addButton(one)
            self._row.addWidget(one)
            one.clicked.connect(self._tell)
        self._row.addStretch(1)
        self.why.setText(choice.why if choice else "")
        self._show_why()

    def _show_why(self) -> None:
        self.why.setEnabled(not self.buttons[0].isChecked())

    def _tell(self) -> None:
        self._show_why()
        take = next(take for take, one in zip(self._takes, self.buttons, strict=True) if one.isChecked())
        if self.sender() is not self.why and self.why.isEnabled():
            self.why.setFocus()
        self.chosen.emit(Choice(take, self.why.text().strip()))
