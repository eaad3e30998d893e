"""The cards above the list of backups: the last one and what is in it, the copies outside, and what can be tried and checked."""

from collections.abc import Iterator

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from desktop.gui import prompts
from desktop.gui.card import Card
from desktop.gui.enter_line import EnterLine
from desktop.gui.look import SIGNS, button, label, restyle, small
from desktop.gui.words import Words
from desktop.store import backup_counts, clock
from desktop.store.backup_counts import SESSIONS
from desktop.store.backups import SUFFIX, Backup, is_due, own_place
from desktop.store.vault import Vault


class NewestCard(Card):
    """When the last backup was made, and what is in it of each part of the station."""

    def __init__(self, vault: Vault, words: Words) -> None:
        """Begin empty; `show_backups` fills it."""
        super().__init__(words("backups_page.newest"))
        self.vault, self.words = vault, words
        self.title = self.headline()
        self.zones = QVBoxLayout()
        self.zones.setSpacing(2)
        self.column.addLayout(self.zones)
        self.changed = self.line()
        self.column.addStretch(1)

    def show_backups(self, found: list[Backup]) -> None:
        """Show the newest of *found*, which stand newest first."""
        newest = found[0] if found else None
        empty(self.zones)
        self.changed.setText("")
        if newest is None:
            self.title.setText(self.words("backups_page.none"))
            return
        told = {"number": newest.number, "at": clock.shown(newest.at), "why": self.words.of(newest.occasion)}
        self.title.setText(self.words("backups_page.headline", **told))
        for look, text in self._of_zones(newest, found):
            self.zones.addWidget(label(f"{SIGNS[look]} {text}", look, wrap=True))
        if self.vault.zones:
            self._say_changed(is_changed=is_due(self.vault, own_place(self.vault.folder)))

    def _say_changed(self, *, is_changed: bool) -> None:
        text = self.words("backups_page.changed" if is_changed else "backups_page.unchanged")
        self.changed.setText(f"{SIGNS['warning']} {text}" if is_changed else text)
        restyle(self.changed, "kind", "warning" if is_changed else "second")

    def _of_zones(self, newest: Backup, found: list[Backup]) -> Iterator[tuple[str, str]]:
        """Tell of each zone that the station or the backup has how it stands in the newest backup."""
        here = {path.stem for path in self.vault.folder.glob(f"*{SUFFIX}")} | {copy.zone for copy in newest.zones}
        codes = self.vault.definitions.codes["zones"].codes
        for zone in (zone for zone in self.vault.definitions.zones if zone in here):
            name, copy = self.words.of(codes[zone].label), newest.zone(zone)
            if copy is None:
                yield "error", self.words("backups_page.zone_lacking", zone=name)
            elif copy.head:
                records = self.words("sheet.records", n=copy.records)
                yield "good", self.words("backups_page.zone_verified", zone=name, records=records)
            else:
                last = next((one.number for one in found if (older := one.zone(zone)) and older.head), None)
                sentence = "backups_page.zone_closed" if last else "backups_page.zone_never_verified"
                yield "warning", self.words(sentence, zone=name, number=last)


class OutsideCard(Card):
    """When something was last copied outside this computer, and the place to do it again."""

    asked = Signal(str)

    def __init__(self, vault: Vault, words: Words) -> None:
        """Begin empty; `refresh` fills it."""
        super().__init__(words("backups_page.outside"))
        self.vault, self.words = vault, words
        self.where, self.since = self.line(""), self.line()
        self.folder = EnterLine(words("handoff_page.folder"))
        self.folder.setPlaceholderText(words("handoff_page.folder"))
        self.choose = button(words("handoff_page.choose"), picture="folder-open")
        self.copy = button(words("backups_page.copy_there"), picture="upload")
        self.message = small(label("", "error", wrap=True))
        self.column.addStretch(1)
        for widgets in ((self.folder, self.choose), (self.copy, self.message)):
            row = QHBoxLayout()
            row.setSpacing(6)
            for widget in widgets:
                row.addWidget(widget, int(widget in (self.folder, self.message)))
            self.column.addLayout(row)
        self.choose.clicked.connect(self._choose)
        self.copy.clicked.connect(self._ask)
        self.folder.returnPressed.connect(self._ask)
        self.folder.textEdited.connect(lambda: self._object(""))

    def refresh(self) -> None:
        """Read anew when something was last copied."""
        counted = backup_counts.counts(self.vault.folder)
        self.where.setText(self.words("backups_page.outside_at", place=counted.place) if counted.place else "")
        self.where.setVisible(bool(counted.place))
        if counted.is_due or not counted.place:
            text = self.words.of(counted.reminder) if counted.is_due else self.words("backups_page.outside_never")
            self.since.setText(f"{SIGNS['warning']} {text}")
        else:
            self.since.setText(self.words("backups_page.sessions", n=counted.sessions, most=SESSIONS))
        restyle(self.since, "kind", "warning" if counted.is_due or not counted.place else "second")
        if not self.folder.text():
            self.folder.setText(counted.place)

    def _choose(self) -> None:
        if folder := prompts.choose_folder(self, self.words("handoff_page.folder")):
            self.folder.setText(folder)
            self._object("")
            self.copy.setFocus()

    def _object(self, text: str) -> None:
        self.message.setText(f"{SIGNS['error']} {text}" if text else "")
        restyle(self.folder, "state", "error" if text else "")

    def _ask(self) -> None:
        if folder := self.folder.text().strip():
            self.asked.emit(folder)
        else:
            self._object(self.words("handoff_page.folder_needed"))
            self.folder.setFocus()


class TrialCard(Card):
    """What can be tried and checked without changing anything."""

    def __init__(self, vault: Vault, words: Words) -> None:
        """Offer the trial, and the check to who can open something."""
        super().__init__(words("backups_page.trials"))
        self.prove = button(words("backups_page.prove"), picture="badge-check")
        self.check = button(words("backups_page.check"), picture="list-checks")
        self._offer(words("backups_page.prove_text"), self.prove)
        if vault.zones:
            self.column.addSpacing(6)
            self._offer(words("backups_page.check_text"), self.check)
        self.column.addStretch(1)

    def _offer(self, text: str, one: QWidget) -> None:
        self.line().setText(text)
        self.column.addWidget(one, 0, Qt.AlignmentFlag.AlignLeft)


def empty(layout: QLayout) -> None:
    """Take every widget out of *layout*, for good."""
    while item := layout.takeAt(0):
        if widget := item.widget():
            widget.hide()
            widget.deleteLater()
