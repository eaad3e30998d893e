"""Putting a backup back: which one, who does it, what it would change here, and only then the restore itself.

It needs no open station, so that it can be shown where the station's own files do not open any more.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from desktop.gui import background, prompts
from desktop.gui.backup_cards import empty
from desktop.gui.backup_rows import backup_columns, backup_row, zone_names
from desktop.gui.foreseen_zone import ForeseenZone
from desktop.gui.look import SIGNS, button, kind, label, restyle, scaled, sized, small
from desktop.gui.password_editor import PasswordEditor
from desktop.gui.plain_table import Cell, Column, PlainTable
from desktop.gui.shortcuts import answer_keys
from desktop.gui.words import Words
from desktop.registers.declarations import Definitions
from desktop.registers.problems import AppError
from desktop.store import keyring
from desktop.store.backups import Backup, backups_at
from desktop.store.keyring import Keys
from desktop.store.restoring import REPLACED, Foreseen, Restored, foresee, keys_for, lacking, restore
from desktop.store.roles import may, roles_of
from desktop.store.vault import Vault

# What becomes of a record, worst first.
FATES = {"lost": "error", "older": "warning", "differs": "warning", "newer": "good", "returns": "good"}


class RestoreWizard(QWidget):
    """Puts a backup back in two steps; *restored* tells that the station must be opened anew, *left* that nothing was done."""

    left = Signal()
    restored = Signal()

    def __init__(self, folder: Path, definitions: Definitions, words: Words, vault: Vault | None = None) -> None:
        """Look after the station in *folder*, which is open as *vault* or cannot be opened."""
        super().__init__()
        self.folder, self.definitions, self.words, self.vault = folder, definitions, words, vault
        self.found: list[Backup] = []
        self.backup: Backup | None = None
        self.keys: Keys | None = None
        self.zones: list[ForeseenZone] = []
        kind(self, "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._build()
        self._connect()

    # What stands on it

    def _build(self) -> None:
        self.step = label("", "second")
        self.doing = label("", "second")
        self.close_button = button(self.words("form.close"), keys="Esc")
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(scaled(label(self.words("restore_wizard.title"), "title"), 1.45))
        head.addWidget(self.step, 1)
        head.addWidget(self.doing)
        head.addWidget(self.close_button)
        self.steps = QStackedWidget()
        self.steps.addWidget(self._build_choice())
        self.steps.addWidget(self._build_look())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self.steps, 1)

    def _build_choice(self) -> QWidget:
        words = self.words
        page = QWidget()
        self.where = label("", "second", wrap=True)
        self.elsewhere = button(words("restore_wizard.elsewhere"), picture="folder-open")
        self.table = PlainTable(words("window.backups"), backup_columns(words))
        self.empty = label("", "second", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row = QHBoxLayout()
        row.addWidget(self.where, 1)
        row.addWidget(self.elsewhere)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(row)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.empty, 1)
        layout.addWidget(self._build_identity())
        return page

    def _build_identity(self) -> QFrame:
        words = self.words
        self.person = QComboBox()
        self.person.setAccessibleName(words("unlock.person"))
        self.password = PasswordEditor(words, words("cli.password"))
        self.password.setPlaceholderText(words("cli.password"))
        self.password.setFixedWidth(sized(230))
        self.message = label("", "error", wrap=True)
        self.next_button = button(words("restore_wizard.look"), picture="arrow-right", primary=True, keys="Enter")
        bar = QFrame()
        kind(bar, "card")
        row = QHBoxLayout(bar)
        row.setContentsMargins(14, 10, 14, 10)
        row.setSpacing(8)
        for widget in (self.person, self.password):
            row.addWidget(widget)
        row.addWidget(self.message, 1)
        row.addWidget(self.next_button)
        return bar

    def _build_look(self) -> QWidget:
        words = self.words
        page = QWidget()
        self.chosen = scaled(label("", "title", wrap=True), 1.1)
        self.cards = QVBoxLayout()
        self.cards.setSpacing(6)
        inner = QWidget()
        inner.setLayout(self.cards)
        self.cards.setContentsMargins(0, 0, 6, 0)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        self.records = PlainTable(words("restore_wizard.records"), [
            Column(words("tables_page.number"), 190), Column(words("restore_wizard.register"), 240),
            Column(words("restore_wizard.fate")),
        ])  # fmt: skip
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.chosen)
        layout.addWidget(area, 3)
        self.records_title = small(label(words("restore_wizard.records").upper(), "section"))
        layout.addWidget(self.records_title)
        layout.addWidget(self.records, 2)
        layout.addWidget(self._build_foot())
        return page

    def _build_foot(self) -> QFrame:
        words = self.words
        self.loss = label("", wrap=True)
        self.back_button = button(words("restore_wizard.back"))
        self.restore_button = button(words("restore_wizard.restore"), picture="history", primary=True, keys="F2")
        bar = QFrame()
        kind(bar, "card")
        row = QHBoxLayout(bar)
        row.setContentsMargins(14, 10, 14, 10)
        row.setSpacing(8)
        row.addWidget(self.loss, 1)
        row.addWidget(self.back_button)
        row.addWidget(self.restore_button)
        return bar

    def _connect(self) -> None:
        self.elsewhere.clicked.connect(self._choose_folder)
        self.table.marked.connect(self._offer_people)
        self.table.activated.connect(self._to_password)
        self.password.returnPressed.connect(self.look)
        self.next_button.clicked.connect(self.look)
        self.back_button.clicked.connect(self.go_back)
        self.close_button.clicked.connect(self.leave)
        self.restore_button.clicked.connect(self.restore)
        answer_keys(self, [Qt.Key.Key_F2], self.restore, "restore")
        answer_keys(self, [Qt.Key.Key_Escape], self.leave, "back")

    def leave(self) -> None:
        """Leave everything as it is."""
        self._forget()
        self.left.emit()

    def _forget(self) -> None:
        self.keys = None
        self.password.forget()

    # The first step: which one, and who

    def begin(self, number: int | None = None, said: str = "") -> None:
        """Show the backups beside the station, the one with *number* marked, with what is *said* of why."""
        self._list(self.folder, self.words("restore_wizard.here"))
        places = [backup.number for backup in self.found]
        if number in places:
            self.table.selectRow(places.index(number))
        self.go_back()
        self._object(said)

    def go_back(self) -> None:
        """Show the first step."""
        self._forget()
        self.steps.setCurrentIndex(0)
        self.step.setText(self.words("restore_wizard.step_choose"))
        (self.password if self.found else self.elsewhere).setFocus()

    def _choose_folder(self) -> None:
        if folder := prompts.choose_folder(self, self.words("restore_wizard.elsewhere")):
            self._list(Path(folder), folder)
            (self.password if self.found else self.elsewhere).setFocus()

    def _list(self, folder: Path, where: str) -> None:
        """List what may be put back here: the station's own backups, or any where no station can be read."""
        station = self._station()
        every = backups_at(folder)
        self.found = [backup for backup in every if station is None or backup.station.id == station]
        self.where.setText(where)
        self.empty.setText(self.words("restore_wizard.others_only" if every else "restore_wizard.nothing_there"))
        self.table.show_rows([backup_row(one, self.definitions, self.words) for one in self.found], 0)
        for widget, shown in ((self.table, bool(self.found)), (self.empty, not self.found)):
            widget.setVisible(shown)
        for one in (self.person, self.password, self.next_button):
            one.setEnabled(bool(self.found))
        self.message.setText("")

    def _station(self) -> str | None:
        try:
            return keyring.read_station(self.folder).id
        except AppError:
            return None

    def _offer_people(self, place: int) -> None:
        """Offer who may do it: whoever is logged in, or the people of the station, or of the backup where it has none."""
        names = [self.vault.person] if self.vault else self._people(self.found[place])
        self.person.clear()
        self.person.addItems(names)
        self.person.setEnabled(len(names) > 1)

    def _people(self, backup: Backup) -> list[str]:
        for folder in (self.folder, backup.folder):
            try:
                return keyring.people(folder)
            except AppError:
                continue
        return []

    def _to_password(self) -> None:
        self.password.setFocus()

    def _object(self, text: str) -> None:
        self.message.setText(f"{SIGNS['error']} {text}" if text else "")

    def look(self) -> None:
        """Prove who it is, verify the marked backup, and find out what it would change here."""
        if not self.found or self.steps.currentIndex():
            return
        if not self.password.text():
            self._object(self.words("restore_wizard.password_needed"))
            self.password.setFocus()
            return
        self._object("")
        self.doing.setText(self.words("restore_wizard.looking"))
        backup, password, person = self.found[self.table.place], self.password.text(), self.person.currentText()
        background.run(self, lambda: self._looked(backup, password, person), self._show_look, self._not_looked)

    def _looked(self, backup: Backup, password: str, person: str) -> tuple[Backup, Keys, tuple[Foreseen, ...]]:
        keys = keys_for(self.folder, backup, password, person or None)
        if self.vault:
            return backup, keys, foresee(self.vault, backup)
        with Vault(self.folder, self.definitions, backup.station, keys) as vault:
            return backup, keys, foresee(vault, backup)

    def _not_looked(self, error: AppError) -> None:
        self.doing.setText("")
        self._object(self.words.of(error.text))
        self.password.setFocus()
        self.password.selectAll()

    # The second step: what it would change

    def _show_look(self, looked: tuple[Backup, Keys, tuple[Foreseen, ...]]) -> None:
        self.backup, self.keys, found = looked
        self.doing.setText("")
        told = backup_row(self.backup, self.definitions, self.words)
        self.chosen.setText(self.words("restore_wizard.chosen", number=told[0].text, at=told[1].text, why=told[2].text))
        self.step.setText(self.words("restore_wizard.step_look"))
        places = list(self.definitions.codes["zones"].codes)
        found = tuple(one for one in found if self._may_restore(one))
        self._show_zones(sorted(found, key=lambda one: places.index(one.copy.zone)))
        self._choice_changed()
        self.steps.setCurrentIndex(1)
        first = next((one for one in self.zones if one.choice.isEnabled()), None)
        (self.restore_button if self.restore_button.isEnabled() or not first else first.choice).setFocus()

    def _may_restore(self, one: Foreseen) -> bool:
        """Tell whether this person puts back a part: one they can open, or any who may copy the closed files."""
        assert self.keys is not None  # noqa: S101 - asked once the keys are there
        return one.copy.zone in self.keys.zones or may(roles_of(self.definitions), self.keys.roles, "backup")

    def _show_zones(self, found: Sequence[Foreseen]) -> None:
        empty(self.cards)
        held = self.keys.zones if self.keys else {}
        self.zones = [
            ForeseenZone(one, self.definitions, self.words, is_closed=one.copy.zone not in held, is_gone=self._is_gone(one))
            for one in found
        ]
        for one in self.zones:
            one.choice.toggled.connect(self._choice_changed)
            self.cards.addWidget(one)
        self.cards.addStretch(1)
        rows = self._fates(found)
        self.records.show_rows(rows)
        for widget in (self.records_title, self.records):
            widget.setVisible(bool(rows))

    def _is_gone(self, one: Foreseen) -> bool:
        return not (self.folder / one.copy.file).exists()

    def _fates(self, found: Sequence[Foreseen]) -> list[Sequence[Cell]]:
        registers = self.definitions.registers
        fates = [fate for one in found for fate in one.fates]
        fates.sort(key=lambda fate: (list(FATES).index(fate.kind), fate.number))
        return [
            [Cell(fate.number), Cell(self.words.of(registers[fate.register].label)),
             Cell(self.words(f"restore_wizard.{fate.kind}"), FATES[fate.kind])]
            for fate in fates
        ]  # fmt: skip

    @property
    def _wanted(self) -> list[ForeseenZone]:
        return [one for one in self.zones if one.choice.isChecked()]

    def _choice_changed(self) -> None:
        """Say what would be lost of what is chosen."""
        wanted = self._wanted
        self.restore_button.setEnabled(bool(wanted))
        text, look = self._of_loss([one.foreseen for one in wanted], is_known=not any(one.is_sealed for one in wanted))
        self.loss.setText(f"{SIGNS[look]} {text}" if look in SIGNS else text)
        restyle(self.loss, "kind", look)

    def _of_loss(self, wanted: Sequence[Foreseen], *, is_known: bool) -> tuple[str, str]:
        words = self.words
        if not wanted:
            return words("restore_wizard.nothing_chosen"), "second"
        if not is_known:
            return words("restore_wizard.loss_unknown", folder=REPLACED), "warning"
        if any(one.loses for one in wanted):
            lost, older = (sum(one.count(name) for one in wanted) for name in ("lost", "older"))
            return words("restore_wizard.loss", lost=lost, older=older, folder=REPLACED), "warning"
        return words("restore_wizard.no_loss", folder=REPLACED), "second"

    # The restore itself

    def restore(self) -> None:
        """Put back what is chosen."""
        if self.steps.currentIndex() and self._wanted and self.backup and self.keys:
            self.doing.setText(self.words("restore_wizard.restoring"))
            backup, keys, files = self.backup, self.keys, [*self._files(self.backup)]
            background.run(self, lambda: self._restored(backup, keys, files), self._done, self._failed)

    def _files(self, backup: Backup) -> Iterator[str]:
        """Walk through what is put back: what is chosen, and whatever else the station has lost."""
        yield from (one.foreseen.copy.file for one in self._wanted)
        yield from lacking(self.folder, backup)
        # A part that only the station's own definitions know, where those are gone as well.
        strange = [copy for copy in backup.zones if copy.zone not in self.definitions.zones]
        yield from (copy.file for copy in strange if not (self.folder / copy.file).exists())

    def _restored(self, backup: Backup, keys: Keys, files: Sequence[str]) -> Restored:
        if self.vault:
            self.vault.close()
        return restore(self.folder, backup, keys, files)

    def _done(self, restored: Restored) -> None:
        zones = zone_names((one.foreseen.copy.zone for one in self._wanted), self.definitions, self.words)
        text = self.words("restore_wizard.done_text", zones=zones, folder=str(restored.kept))
        prompts.inform(self, self.words, f"{SIGNS['good']} {self.words('restore_wizard.done')}", text)
        self._forget()
        self.restored.emit()

    def _failed(self, error: AppError) -> None:
        """Say why nothing was put back; what was open is closed by now, and must be opened anew."""
        self.doing.setText("")
        prompts.tell(self, self.words, error)
        if self.vault:
            self._forget()
            self.restored.emit()
