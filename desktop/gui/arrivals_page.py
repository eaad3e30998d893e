"""What each prison has handed off month by month: the matrix, one month in numbers, and all that is known of one cell."""

import datetime as dt
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from desktop.gui.arrival_words import SIGN_OF, day_in_words, facts, names_of_signs
from desktop.gui.arrivals_matrix import ArrivalsTable
from desktop.gui.look import COLOURS, button, icon, kind, label, restyle, scaled, sized, small
from desktop.gui.reminder_panel import ReminderPanel
from desktop.gui.shortcuts import answer_keys
from desktop.gui.words import Words
from desktop.store import arrivals
from desktop.store.arrivals import Cell, HandOff, Matrix, Place
from desktop.store.vault import Vault

PANEL_WIDTH = 312

# What a tile shows of a month, and the colour of its number where it is not nought.
TILES = {"sent": "ink", "late": "warning", "with_errors": "warning", "edited": "warning", "new": "ink", "doubles": "warning"}


class Tile(QFrame):
    """One number of the month, and what it counts."""

    def __init__(self, text: str, colour: str) -> None:
        """Show no number yet."""
        super().__init__()
        kind(self, "card")
        self._colour, self._text = colour, text
        self.number = scaled(label("", "title"), 1.45)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 5, 8, 6)
        layout.setSpacing(0)
        layout.addWidget(self.number)
        layout.addWidget(small(label(text, "second")))

    def show_number(self, text: str) -> None:
        """Show *text* large."""
        self.number.setText(text)
        restyle(self.number, "state", "" if text == "0" or self._colour == "ink" else self._colour)
        self.setAccessibleName(f"{text} {self._text}")


class ArrivalsPage(QWidget):
    """Shows a year of hand-offs; `merge_asked` where a person wants to merge files."""

    merge_asked = Signal()

    def __init__(self, vault: Vault, words: Words) -> None:
        """Show nothing until the page is arrived at."""
        super().__init__()
        self.vault, self.words = vault, words
        self.year = 0
        self.found: dict[str, list[HandOff]] = {}
        self.matrix = Matrix(0, (), (), {})
        self._build()
        self._connect()

    # What stands on the page

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(8)
        layout.addLayout(self._build_top())
        layout.addLayout(self._build_tiles())
        self.empty = label(self.words("arrivals_page.none_yet"), "second", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(self.empty, 1)
        self.body = QWidget()
        row = QHBoxLayout(self.body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addLayout(self._build_matrix(), 1)
        row.addWidget(self._build_panel())
        layout.addWidget(self.body, 1)

    def _build_top(self) -> QHBoxLayout:
        words = self.words
        self.subtitle = label("", "second")
        self.zone = QComboBox()
        self.zone.setAccessibleName(words("arrivals_page.zone"))
        codes = self.vault.definitions.codes["zones"].codes
        for name in self.vault.zones:
            self.zone.addItem(words.of(codes[name].label), name)
        if self.zone.count() > 1:
            self.zone.addItem(words("arrivals_page.all_zones"), "")
        self.earlier = self._stepper("chevron-left", "earlier")
        self.later = self._stepper("chevron-right", "later")
        self.year_label = label("", "title")
        self.merge_button = button(words("arrivals_page.to_merge"), picture="inbox", primary=True)
        self.merge_button.setVisible(self.vault.may("merge"))
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(scaled(label(words("arrivals_page.title"), "title"), 1.45))
        top.addWidget(self.subtitle, 1)
        for widget in (self.zone, self.earlier, self.year_label, self.later, self.merge_button):
            top.addWidget(widget)
        return top

    def _stepper(self, picture: str, name: str) -> QPushButton:
        made = button("", picture=picture)
        made.setAccessibleName(self.words(f"arrivals_page.{name}"))
        made.setToolTip(self.words(f"arrivals_page.{name}"))
        made.setFixedWidth(sized(32))
        return made

    def _build_tiles(self) -> QHBoxLayout:
        self.tiles = {name: Tile(self.words(f"arrivals_tile.{name}"), colour) for name, colour in TILES.items()}
        row = QHBoxLayout()
        row.setSpacing(8)
        for tile in self.tiles.values():
            row.addWidget(tile, 1)
        return row

    def _build_matrix(self) -> QVBoxLayout:
        codes = self.vault.definitions.codes
        self.table = ArrivalsTable(codes["prisons"], codes["zones"], self.words)
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addWidget(self.table, 1)
        column.addLayout(self._build_legend())
        return column

    def _build_legend(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        for name in names_of_signs():
            picture = QLabel()
            picture.setPixmap(icon(SIGN_OF[name].picture, SIGN_OF[name].colour, 12).pixmap(12, 12))
            row.addWidget(picture)
            row.addWidget(small(label(self.words(f"arrival_state.{name}"), "second")))
            row.addSpacing(6)
        row.addStretch(1)
        return row

    def _build_panel(self) -> QWidget:
        self.facts = QTextBrowser()
        self.facts.setAccessibleName(self.words("arrivals_page.facts"))
        self.facts.document().setDefaultStyleSheet(
            f"p {{ margin: 3px 0; }} .zone {{ color: {COLOURS['second']}; font-weight: 600; margin-top: 8px; }}"
            f" .title {{ font-weight: 600; margin-top: 8px; }} td {{ padding: 1px 0; }}"
            f" .name {{ color: {COLOURS['second']}; padding-right: 8px; }}"
        )
        self.reminders = ReminderPanel(self.vault, self.words)
        panel = QWidget()
        panel.setFixedWidth(sized(PANEL_WIDTH))
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.facts, 1)
        column.addWidget(self.reminders)
        return panel

    def _connect(self) -> None:
        self.zone.currentIndexChanged.connect(self._show)
        self.earlier.clicked.connect(partial(self.step, -1))
        self.later.clicked.connect(partial(self.step, 1))
        self.merge_button.clicked.connect(self.merge_asked)
        self.table.moved.connect(self._show_cell)
        self.table.asked.connect(self.facts.setFocus)
        answer_keys(self, ["Ctrl+Left"], partial(self.step, -1), "year_before")
        answer_keys(self, ["Ctrl+Right"], partial(self.step, 1), "year_after")

    # What is shown

    def arrive(self) -> None:
        """Read anew what has arrived, and keep the place."""
        is_first = not self.year
        self._read(self.year or self._today.year)
        if is_first:
            year = arrivals.year_to_show((h for found in self.found.values() for h in found), self._today)
            if year != self.year:
                self._read(year)
        self._show()
        self.table.setFocus()

    def _read(self, year: int) -> None:
        self.year = year
        self.found = {name: arrivals.hand_offs(self.vault.zone(name), year) for name in self.vault.zones}

    @property
    def _today(self) -> dt.date:
        """Give the day it is: the latest that any open zone is sure of."""
        return max(self.vault.zone(name).today for name in self.vault.zones)

    def step(self, years: int) -> None:
        """Show another year."""
        if (self.earlier if years < 0 else self.later).isEnabled():
            self._read(self.year + years)
            self._show()

    def _show(self) -> None:
        """Show the chosen zones of the year."""
        place, chosen = self.table.place, self.zone.currentData()
        zones = [chosen] if chosen else self.vault.zones
        self.matrix = arrivals.together(self.year, [self._reckoned(name) for name in zones])
        self.year_label.setText(str(self.year))
        self.table.setAccessibleName(self.words("arrivals_page.matrix", year=self.year))
        known = [hand_off.month for name in zones for hand_off in self.found[name]]
        self.earlier.setEnabled(bool(known) and min(known) < f"{self.year}-01")
        self.later.setEnabled(self.year < self._today.year)
        self.body.setVisible(bool(known))
        self.empty.setVisible(not known)
        month = place[1] if place and place[1] in self.matrix.months else arrivals.month_to_show(self.matrix, self._today)
        self.table.show_matrix(self.matrix, place[0] if place else "", month)
        self._show_cell()

    def _reckoned(self, name: str) -> dict[Place, Cell]:
        zone = self.vault.zone(name)
        prisons = self.vault.definitions.codes["prisons"]
        return arrivals.reckon(name, self.year, self.found[name], prisons, self._today, arrivals.due_day(zone))

    def _show_cell(self) -> None:
        """Show the month of the marked cell in numbers, and what is known of the cell."""
        place = self.table.place
        month = place[1] if place else self.matrix.months[-1]
        cells = self.matrix.cells[place] if place else ()
        self._show_month(month)
        self.facts.setHtml(facts(cells, self.vault.definitions, self.words) if cells else "")
        self.reminders.show_month(self.matrix, month, self._today)

    def _show_month(self, month: str) -> None:
        words, counted = self.words, arrivals.tally(self.matrix, month)
        dues = {cell.due for cells in self.matrix.cells.values() for cell in cells if cell.month == month and cell.due}
        said = words("arrivals_page.due", month=words.month(month), day=day_in_words(max(dues))) if dues else words.month(month)
        self.subtitle.setText(said)
        for name, tile in self.tiles.items():
            tile.show_number(str(getattr(counted, name)))
        self.tiles["sent"].show_number(words("arrivals_tile.of", sent=counted.sent, expected=counted.expected))
