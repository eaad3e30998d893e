"""The languages to choose from, each by the name its speakers give it."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from desktop.gui.look import kind, restyle
from desktop.gui.words import NAMES


class LanguageRow(QWidget):
    """A button for each language, the spoken one marked."""

    chosen = Signal(str)

    def __init__(self, spoken: str) -> None:
        """Mark the language *spoken* now."""
        super().__init__()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        group = QButtonGroup(self)
        self.buttons: dict[str, QPushButton] = {}
        for language, name in NAMES.items():
            one = QPushButton(name)
            kind(one, "pill")
            one.setCheckable(True)
            one.setAutoDefault(False)
            one.setChecked(language == spoken)
            restyle(one, "active", "true" if language == spoken else "false")
            one.clicked.connect(partial(self.chosen.emit, language))
            group.addButton(one)
            self.buttons[language] = one
            layout.addWidget(one)
        layout.addStretch(1)
