"""The first screen: language, who it is, and the password."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.gui import background
from desktop.gui.look import SIGNS, button, kind, label, restyle, scaled
from desktop.gui.words import NAMES, Words
from desktop.registers.declarations import Definitions
from desktop.registers.problems import AppError
from desktop.store.keyring import people, read_station
from desktop.store.vault import Vault, open_vault


class UnlockPage(QWidget):
    """Opens a station with a password."""

    opened = Signal(object)
    language_chosen = Signal(str)

    def __init__(self, folder: Path, definitions: Definitions, words: Words) -> None:
        """Show whose station lies in *folder*. Raises AppError where there is none."""
        super().__init__()
        self.folder, self.definitions, self.words = folder, definitions, words
        kind(self, "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        station = read_station(folder)
        place = words.of(definitions.codes["prisons"].codes[station.prison].label)
        card = QFrame()
        kind(card, "card")
        card.setFixedWidth(420)
        layout = QVBoxLayout(card)
        layout.setContentsMargins(28, 24, 28, 24)
        layout.setSpacing(10)
        title = label(words("window.program"), "title")
        scaled(title, 1.8)
        layout.addWidget(title)
        layout.addWidget(label(place, "second", wrap=True))
        layout.addLayout(self._build_languages())
        self.person = QComboBox()
        self.person.addItems(people(folder))
        self.person.setAccessibleName(words("unlock.person"))
        if self.person.count() < 2:
            self.person.hide()
        layout.addWidget(self.person)
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setPlaceholderText(words("cli.password"))
        self.password.setAccessibleName(words("cli.password"))
        self.password.returnPressed.connect(self.unlock)
        layout.addWidget(self.password)
        self.message = label("", "error", wrap=True)
        layout.addWidget(self.message)
        self.enter = button(words("unlock.enter"), picture="lock-open", primary=True, keys="Enter")
        self.enter.clicked.connect(self.unlock)
        layout.addWidget(self.enter)
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        outer.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(3)
        self.setFocusProxy(self.password)

    def _build_languages(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        self.languages = QButtonGroup(self)
        for language, name in NAMES.items():
            one = QPushButton(name)
            kind(one, "pill")
            one.setCheckable(True)
            one.setAutoDefault(False)
            one.setChecked(language == self.words.language)
            restyle(one, "active", "true" if language == self.words.language else "false")
            one.clicked.connect(lambda _=False, chosen=language: self.language_chosen.emit(chosen))
            self.languages.addButton(one)
            row.addWidget(one)
        row.addStretch(1)
        return row

    def unlock(self) -> None:
        """Open the station with the typed password, or say why not."""
        self.message.setText("")
        typed, person = self.password.text(), self.person.currentText()
        background.run(self, lambda: self._opened(typed, person), self._done, self._failed)

    def _opened(self, password: str, person: str) -> Vault:
        """Open every zone at once: a file that does not open is better known before the first page."""
        vault = open_vault(self.folder, self.definitions, password, person)
        try:
            for zone in vault.zones:
                vault.zone(zone)
        except AppError:
            vault.close()
            raise
        return vault

    def _done(self, vault: Vault) -> None:
        self.password.clear()
        self.opened.emit(vault)

    def _failed(self, error: AppError) -> None:
        self.message.setText(f"{SIGNS['error']} {self.words.of(error.text)}")
        self.password.selectAll()
        self.password.setFocus()
