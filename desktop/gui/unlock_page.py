"""The first screen: language, who it is, and the password, or what to do when it is lost."""

import math
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.gui import background, people_prompts
from desktop.gui.language_row import LanguageRow
from desktop.gui.look import SIGNS, button, kind, label, restyle, scaled, sized
from desktop.gui.password_editor import PasswordEditor
from desktop.gui.people_prompts import Recovery
from desktop.gui.words import Words
from desktop.registers.declarations import Definitions
from desktop.registers.problems import AppError
from desktop.store.keyring import people, read_station, seconds_to_wait
from desktop.store.recovery import Recovered, recover
from desktop.store.vault import Vault, open_vault

# What a backup puts right.
LOST = ("store.does_not_open", "store.file_missing", "store.damaged")


class UnlockPage(QWidget):
    """Opens a station with a password."""

    opened = Signal(object)
    language_chosen = Signal(str)
    restore_asked = Signal()
    practice_asked = Signal()

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
        card.setFixedWidth(sized(420))
        layout = QVBoxLayout(card)
        layout.setContentsMargins(28, 24, 28, 24)
        layout.setSpacing(10)
        title = label(words("window.program"), "title")
        scaled(title, 1.8)
        layout.addWidget(title)
        layout.addWidget(label(place, "second", wrap=True))
        languages = LanguageRow(words.language)
        languages.chosen.connect(self.language_chosen)
        layout.addWidget(languages)
        self.person = QComboBox()
        self.person.addItems(people(folder))
        self.person.setAccessibleName(words("unlock.person"))
        if self.person.count() < 2:
            self.person.hide()
        layout.addWidget(self.person)
        self.password = PasswordEditor(words, words("cli.password"))
        self.password.setPlaceholderText(words("cli.password"))
        self.password.returnPressed.connect(self.unlock)
        layout.addWidget(self.password)
        self.message = label("", "error", wrap=True)
        layout.addWidget(self.message)
        self.enter = button(words("unlock.enter"), picture="lock-open", primary=True, keys="Enter")
        self.enter.clicked.connect(self.unlock)
        layout.addWidget(self.enter)
        layout.addLayout(self._build_other_ways())
        self.person.currentTextChanged.connect(self._changed_person)
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self.tick)
        self.tick()
        # Aligned, the card would have the height of its texts in one line.
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(card)
        row.addStretch(1)
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        outer.addLayout(row)
        outer.addStretch(3)
        self.setFocusProxy(self.password)

    def _build_other_ways(self) -> QVBoxLayout:
        """Build what helps where the password or a file is lost; a backup only once a file has not opened."""
        words = self.words
        self.lost, self.restore = button(words("lost.link")), button(words("restore_wizard.offer"))
        self.practice_button = button(words("practice.offer"), picture="graduation-cap")
        self.practice_button.setToolTip(words("practice.offer_tip"))
        column = QVBoxLayout()
        ways = (
            (self.lost, self.recover),
            (self.practice_button, self.practice_asked.emit),
            (self.restore, self.restore_asked.emit),
        )
        for one, what in ways:
            kind(one, "link")
            one.clicked.connect(what)
            column.addWidget(one, 0, Qt.AlignmentFlag.AlignLeft)
        self.restore.hide()
        return column

    def unlock(self) -> None:
        """Open the station with the typed password, or say why not."""
        if not self.enter.isEnabled():
            return
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
        self.password.forget()
        self.opened.emit(vault)

    def _failed(self, error: AppError) -> None:
        self._say(self.words.of(error.text), "error")
        self.restore.setVisible(error.name in LOST)
        self.password.selectAll()
        self.password.setFocus()
        self.tick()

    def _say(self, text: str, severity: str) -> None:
        restyle(self.message, "kind", severity)
        self.message.setText(f"{SIGNS[severity]} {text}")

    # Too many wrong passwords

    def tick(self) -> None:
        """Count down the seconds in which no password is tried; the window waits for nothing meanwhile."""
        with suppress(AppError):
            left = math.ceil(seconds_to_wait(self.folder, self.person.currentText()))
            if left:
                self._say(self.words("people.wait", n=left), "error")
                self._clock.start()
            elif not self.enter.isEnabled():
                self.message.setText("")
            self.enter.setEnabled(not left)
            if not left:
                self._clock.stop()

    def _changed_person(self) -> None:
        self.message.setText("")
        self.tick()

    # A lost password

    def recover(self) -> None:
        """Let somebody in by a recovery sheet, with a password chosen now."""
        self._ask_recovery(None, "")

    def _ask_recovery(self, before: Recovery | None, said: str) -> None:
        zones = {zone: self._zone(zone) for zone in self.definitions.zones}
        asked = people_prompts.ask_recovery(self, self.words, zones, people(self.folder), before, said)
        if asked is None:
            return
        background.run(
            self,
            lambda: recover(self.folder, self.definitions, asked.zone, asked.code, asked.name, asked.password),
            self._recovered,
            lambda error: self._ask_recovery(asked, self.words.of(error.text)),
        )

    def _recovered(self, found: Recovered) -> None:
        text = self.words("lost.done")
        if found.lost:
            named = ", ".join(self.words("people_page.quoted", zone=self._zone(zone)) for zone in found.lost)
            text = f"{text} {self.words('lost.lost_zones', zones=named)}"
        self.person.setCurrentText(found.person)
        self._say(text, "good")
        self.password.setFocus()

    def _zone(self, zone: str) -> str:
        return self.words.of(self.definitions.codes["zones"].codes[zone].label)
