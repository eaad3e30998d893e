"""The cover sheets of a prison's hand-offs, month by month, for whoever answers for them and holds no key to any record."""

import datetime as dt
from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSplitter, QTextBrowser, QVBoxLayout, QWidget

from desktop.gui import printing, prompts
from desktop.gui.cover_sheet import document
from desktop.gui.look import SIGNS, button, kind, label, restyle, scaled
from desktop.gui.period import month_before, without_gaps
from desktop.gui.plain_table import Cell, Column, PlainTable
from desktop.gui.words import Words
from desktop.gui.zone_card import day
from desktop.registers.problems import AppError
from desktop.store.covers import CoverSheet, may_see, note_print, opened
from desktop.store.history import now
from desktop.store.vault import Vault

LIST_WIDTH = 520

Place = tuple[str, str]  # month and zone


class CoversPage(QWidget):
    """Shows what was handed off and what was not, and prints the sheet that is signed."""

    def __init__(self, vault: Vault, words: Words) -> None:
        """Show the cover sheets that were sealed to the person who is logged in."""
        super().__init__()
        self.vault, self.words = vault, words
        self.zones = [zone for zone in vault.definitions.zones if may_see(vault.definitions, vault.roles, zone)]
        self.sheets: dict[Place, list[CoverSheet]] = {}
        self.places: list[Place] = []
        self.broken = 0
        self._build()

    def _build(self) -> None:
        words = self.words
        self.months = PlainTable(words("covers_page.months"), [
            Column(words("sheet.month"), 120), Column(words("sheet.zone"), 190), Column(words("covers_page.sheet")),
        ])  # fmt: skip
        self.months.marked.connect(self._show_place)
        self.said = label("", wrap=True)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.months)
        splitter.addWidget(self._build_sheet())
        splitter.setSizes([LIST_WIDTH, LIST_WIDTH])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(8)
        layout.addWidget(scaled(label(words("covers_page.title"), "title"), 1.45))
        layout.addWidget(label(words("covers_page.note"), "second", wrap=True))
        layout.addWidget(self.said)
        layout.addWidget(splitter, 1)

    def _build_sheet(self) -> QWidget:
        words = self.words
        self.which = QComboBox()
        self.which.setAccessibleName(words("covers_page.which"))
        self.which.currentIndexChanged.connect(self._show_sheet)
        self.print = button(words("covers_page.print"), picture="printer")
        self.print.clicked.connect(self.print_sheet)
        self.paper = QTextBrowser()
        self.paper.setAccessibleName(words("covers_page.sheet"))
        row = QHBoxLayout()
        row.addWidget(self.which)
        row.addStretch(1)
        row.addWidget(self.print)
        side = QWidget()
        kind(side, "page")
        column = QVBoxLayout(side)
        column.setContentsMargins(12, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.paper, 1)
        return side

    def arrive(self) -> None:
        """Read the cover sheets anew, and keep the place."""
        kept = self.places[self.months.place] if self.months.place >= 0 else None
        try:
            found = opened(self.vault)
        except AppError as error:
            self._say(f"{SIGNS['error']} {self.words.of(error.text)}", "error")
            return
        self.sheets, self.broken = {}, found.broken
        for sheet in found.sheets:
            self.sheets.setdefault((sheet.month, sheet.zone), []).append(sheet)
        months = _months(sheet.month for sheet in found.sheets)
        self.places = [(month, zone) for month in months for zone in self.zones]
        place = self.places.index(kept) if kept in self.places else next(
            (n for n, key in enumerate(self.places) if key in self.sheets), -1)  # fmt: skip
        self.months.show_rows([self._row(*key) for key in self.places], place)
        self._tell_state()
        self._show_place(place)

    def _row(self, month: str, zone: str) -> list[Cell]:
        words, sheets = self.words, self.sheets.get((month, zone))
        state = Cell(f"{SIGNS['warning']} {words('covers_page.not_handed_off')}", "second")
        if sheets:
            newest = sheets[-1]
            text = words("covers_page.handed_off", revision=newest.revision, check=newest.check_number)
            state = Cell(f"{SIGNS['good']} {text}", "good")
        return [Cell(words.month(month)), Cell(self._zone(zone)), state]

    def _zone(self, zone: str) -> str:
        return self.words.of(self.vault.definitions.codes["zones"].codes[zone].label)

    def _tell_state(self) -> None:
        if self.broken:
            self._say(f"{SIGNS['error']} {self.words('covers_page.broken', n=self.broken)}", "error")
        elif not self.sheets:
            self._say(self.words("covers_page.none_yet"), "second")
        else:
            self._say("", "second")

    def _say(self, text: str, name: str) -> None:
        self.said.setText(text)
        self.said.setVisible(bool(text))
        restyle(self.said, "kind", name)

    # The sheet

    def _show_place(self, place: int) -> None:
        sheets = self._sheets_at(place)
        self.which.blockSignals(True)
        self.which.clear()
        for sheet in reversed(sheets):
            self.which.addItem(self.words("covers_page.revision", revision=sheet.revision, at=day(sheet.at)))
        self.which.blockSignals(False)
        self._show_sheet()

    def _sheets_at(self, place: int) -> Sequence[CoverSheet]:
        return self.sheets.get(self.places[place], ()) if 0 <= place < len(self.places) else ()

    @property
    def sheet(self) -> CoverSheet | None:
        """Give the cover sheet that is shown."""
        sheets = self._sheets_at(self.months.place)
        return sheets[-1 - self.which.currentIndex()] if sheets and self.which.currentIndex() >= 0 else None

    def _show_sheet(self) -> None:
        sheet, place = self.sheet, self.months.place
        for widget in (self.which, self.print):
            widget.setEnabled(sheet is not None)
        if sheet:
            shown = document(self.vault.definitions, self.vault.station.prison, sheet, self.words)
            shown.setParent(self.paper)  # which lets go of it with the next one
            self.paper.setDocument(shown)
        elif 0 <= place < len(self.places):
            month, zone = self.places[place]
            self.paper.setPlainText(
                self.words("covers_page.nothing_known", zone=self._zone(zone), month=self.words.month(month))
            )
        else:
            self.paper.clear()

    def print_sheet(self) -> None:
        """Print the sheet that is shown, and write down that it was."""
        words, sheet = self.words, self.sheet
        if sheet is None:
            return
        try:
            printer = printing.choose_printer(self, words("covers_page.print"), "covers_page.no_printer")
            if printer is None:
                return
            # Noted first: paper that nobody can account for would be worse than a note without paper.
            note_print(self.vault, sheet)
        except AppError as error:
            prompts.tell(self, words, error)
            return
        printed_by = words("cover_sheet.printed_by", at=day(now()), person=self.vault.person)
        document(self.vault.definitions, self.vault.station.prison, sheet, words, printed_by).print_(printer)
        self._say(f"{SIGNS['good']} {words('covers_page.printed')}", "good")


def _months(known: Iterable[str]) -> list[str]:
    """List the months from the first that is *known* to the one that is due, newest first."""
    due, found = month_before(dt.date.today()), list(known)
    last = max(found, default=due)
    # A clock that stands years ahead would otherwise fill the list with months in which nothing could be handed off.
    a_year_on = f"{int(last[:4]) + 1:04}{last[4:]}"
    return list(without_gaps([*found, due if last <= due <= a_year_on else last]))[::-1]
