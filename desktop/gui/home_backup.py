"""How old the last backup is, and the button that makes another."""

import datetime as dt

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from desktop.gui import background, prompts
from desktop.gui.card import Card
from desktop.gui.look import SIGNS, button, label, restyle
from desktop.gui.words import Words
from desktop.registers.problems import AppError
from desktop.store import backup_counts, clock
from desktop.store.backups import Backup, back_up, backups, own_place
from desktop.store.vault import Vault

# Days after which a backup is old: a week of work would be done again.
OLD = 7


class BackupPanel(Card):
    """The last backup beside the station's files, and what is said of copies outside; `made` once there is another."""

    made = Signal()

    def __init__(self, vault: Vault, words: Words) -> None:
        """Begin empty; `read` fills it."""
        super().__init__(words("home.backup"))
        self.vault, self.words = vault, words
        self.said, self.outside = label("", "second", wrap=True), label("", "warning", wrap=True)
        self.outside.hide()
        self.make_button = button(words("home.back_up"), picture="shield")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.said, 1)
        row.addWidget(self.make_button)
        self.column.addLayout(row)
        self.column.addWidget(self.outside)
        self.make_button.clicked.connect(self.make)

    def read(self) -> None:
        """Say how old the last backup is."""
        newest = next(backups(own_place(self.vault.folder)), None)
        is_old, text = self._told(newest)
        self.said.setText(f"{SIGNS['warning']} {text}" if is_old else text)
        restyle(self.said, "kind", "warning" if is_old else "second")
        counted = backup_counts.counts(self.vault.folder)
        self.outside.setText(f"{SIGNS['warning']} {self.words.of(counted.reminder)}" if counted.is_due else "")
        self.outside.setVisible(counted.is_due)

    def _told(self, newest: Backup | None) -> tuple[bool, str]:
        if newest is None:
            return True, self.words("home.backup_never")
        at = clock.shown(newest.at)
        days = (clock.now().date() - _day(newest.at)).days
        if days < 1:
            return False, self.words("home.backup_today", at=at)
        return days >= OLD, self.words("home.backup_days", n=days, at=at)

    def make(self) -> None:
        """Make a backup beside the station's files."""
        vault = self.vault
        self.make_button.setEnabled(False)
        background.run(self, lambda: back_up(vault, own_place(vault.folder), "wish"), self._done, self._failed)

    def _done(self, _: Backup) -> None:
        self.make_button.setEnabled(True)
        self.made.emit()

    def _failed(self, error: AppError) -> None:
        self.make_button.setEnabled(True)
        prompts.tell(self, self.words, error)


def _day(stamped: str) -> dt.date:
    """Give the day of a stamped moment, whatever else is said of it."""
    return dt.date.fromisoformat(stamped[:10])
