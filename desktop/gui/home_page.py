"""The first page: the registers in numbers, what waits for this person, and what was worked on last.

It stands at once; the numbers come one by one behind it, so a log-in waits for none of them.
"""

from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QMenu,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.gui import home_due
from desktop.gui.card import Card
from desktop.gui.home_backup import BackupPanel
from desktop.gui.home_cards import Cards, Line, Lines, RegisterCard
from desktop.gui.home_due import Ways
from desktop.gui.home_records import RecalledList, RecentPanel
from desktop.gui.look import button, icon, label, scaled, sized
from desktop.gui.shortcuts import answer_keys
from desktop.gui.steps import Steps
from desktop.gui.words import Words
from desktop.registers.register import Register
from desktop.store import due
from desktop.store.vault import Vault

# Below this width what is to be done and what was worked on stand one below the other.
TWO_COLUMNS = 860


class HomePage(QWidget):
    """Shows where the station stands; every signal asks the window to go somewhere."""

    page_asked = Signal(str)
    drafts_asked = Signal(str)
    record_asked = Signal(str, str)
    new_asked = Signal(str)
    search_asked = Signal()
    date_confirmed = Signal()

    def __init__(self, vault: Vault, words: Words) -> None:
        """Show names and places; `arrive` counts."""
        super().__init__()
        self.vault, self.words = vault, words
        self.month = ""
        self.steps = Steps(self, vault)
        self._lines: list[Line] = []
        self._ways = Ways(self.page_asked.emit, self.drafts_asked.emit, self._show_records, self._confirm_date)
        self._build()
        self._connect()

    # What stands on the page

    def _build(self) -> None:
        """Build from the outside in: a widget that moves into another is dressed anew with all that it holds."""
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self.stack = QStackedWidget()
        outer.addWidget(self.stack)
        layout = QVBoxLayout(self._build_scroll())
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(10)
        layout.addLayout(self._build_top())
        cards = Cards()
        layout.addWidget(cards)
        self.cards = {register.name: RegisterCard(register, self.words, cards) for register in self.vault.registers}
        cards.show_cards(list(self.cards.values()))
        self._build_columns(layout)
        layout.addStretch(1)
        self.recalled = RecalledList(self.vault, self.words)
        self.stack.addWidget(self.recalled)

    def _build_scroll(self) -> QWidget:
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.stack.addWidget(scroll)
        inner = QWidget()
        scroll.setWidget(inner)
        return inner

    def _build_top(self) -> QHBoxLayout:
        words = self.words
        self.place = scaled(label("", "title"), 1.45)
        self.search_button = button(words("home.search"), picture="search", keys="F7")
        self.new_button = button(words("home.new"), picture="plus", primary=True, keys="Ins")
        self.menu = QMenu(self)
        if not self._writable:
            self.new_button.hide()
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.place, 1)
        top.addWidget(self.search_button)
        top.addWidget(self.new_button)
        return top

    def _build_columns(self, layout: QVBoxLayout) -> None:
        self._columns = QHBoxLayout()
        self._columns.setSpacing(10)
        layout.addLayout(self._columns)
        panel = Card(self.words("home.due"))
        self._columns.addWidget(panel, 1)
        right = QVBoxLayout()
        right.setSpacing(10)
        self._columns.addLayout(right, 1)
        self.due, self.recent, self.backup = Lines(), RecentPanel(self.vault, self.words), BackupPanel(self.vault, self.words)
        panel.column.addWidget(self.due)
        panel.column.addStretch(1)
        right.addWidget(self.recent)
        right.addWidget(self.backup)
        right.addStretch(1)

    def _connect(self) -> None:
        for name, card in self.cards.items():
            card.clicked.connect(partial(self.page_asked.emit, name))
        self.search_button.clicked.connect(self.search_asked)
        self.new_button.clicked.connect(self.choose)
        self.recent.list.chosen.connect(self.record_asked)
        self.recalled.list.chosen.connect(self.record_asked)
        self.recalled.left.connect(self._come_back)
        self.backup.made.connect(self.arrive)
        answer_keys(self, [Qt.Key.Key_Insert, Qt.Key.Key_F3], self.begin, "begin")

    @property
    def _writable(self) -> list[Register]:
        return [register for register in self.vault.registers if self.vault.may("write", register.zone)]

    # What is shown

    def arrive(self) -> None:
        """Count anew: other pages may have changed records."""
        if self.stack.currentIndex():
            self.recalled.read_again()
        self._lines = []
        self.steps.begin(self._work())
        self._take_focus()

    def _take_focus(self) -> None:
        """Begin at the first card, unless somebody is in the page already."""
        if not self.stack.currentIndex() and not self.isAncestorOf(QApplication.focusWidget() or self):
            next(iter(self.cards.values()), self.search_button).setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """Take the focus that could not be taken while the window was still without its page."""
        super().showEvent(event)
        self._take_focus()

    def _work(self) -> Iterator[Callable[[], None]]:
        """Give the steps, what is looked at first before what takes longer."""
        told = (self.vault, self.words, self._ways)
        yield self._tell_place
        for register in self.vault.registers:
            yield partial(self._count, register)
        yield partial(self._take, partial(home_due.lines_of_clock, *told))
        for zone in self.vault.zones:
            yield partial(self._take, partial(home_due.lines_of_zone, zone, *told))
        if self.vault.station.is_headquarters:
            yield partial(self._take, partial(home_due.lines_of_prisons, *told))
        yield self.recent.read
        yield self.backup.read
        for register in self.vault.registers:
            for reminder in register.reminders:
                yield partial(self._take, partial(home_due.lines_of_reminder, register, reminder, *told))
        yield self._show_due

    def _tell_place(self) -> None:
        vault, words = self.vault, self.words
        today = max(vault.zone(name).today for name in vault.zones)
        self.month = due.month_before(today) if vault.station.is_headquarters else f"{today:%Y-%m}"
        place = words.of(vault.definitions.codes["prisons"].codes[vault.station.prison].label)
        self.place.setText(words("home.place", place=place, month=words.month(self.month)))

    def _count(self, register: Register) -> None:
        found = due.counts(self.vault.records(register.name), self.month)
        self.cards[register.name].show_counts(found)
        self._take(partial(home_due.lines_of_register, register, found, self.vault, self.words, self._ways))

    def _take(self, lines: Callable[[], Iterator[Line]]) -> None:
        self._lines += lines()

    def _show_due(self) -> None:
        self.due.show_lines(self._lines or [Line("good", self.words("home.nothing_due"))])

    # What is done here

    def begin(self) -> None:
        """Begin a record of the card that is marked, or of a register that is chosen."""
        marked = next((register.name for register in self._writable if self.cards[register.name].hasFocus()), "")
        if marked:
            self.new_asked.emit(marked)
        else:
            self.choose()

    def choose(self) -> None:
        """Begin a record of the only register, or of one chosen from a menu."""
        writable = self._writable
        if len(writable) == 1:
            self.new_asked.emit(writable[0].name)
            return
        self.menu.clear()
        for register in writable:
            action = self.menu.addAction(icon(register.icon, "second"), self.words.of(register.label))
            action.triggered.connect(lambda _=False, name=register.name: self.new_asked.emit(name))
        if writable:
            self.menu.setActiveAction(self.menu.actions()[0])
            self.menu.popup(self.new_button.mapToGlobal(self.new_button.rect().bottomLeft()))

    def _show_records(self, title: str, register: str, uids: list[str]) -> None:
        self.recalled.show_records(title, register, uids)
        self.stack.setCurrentIndex(1)
        self.recalled.list.setFocus()

    def _come_back(self) -> None:
        self.stack.setCurrentIndex(0)
        self.arrive()

    def _confirm_date(self) -> None:
        for name in self.vault.zones:
            if self.vault.zone(name).clock_doubt:
                self.vault.zone(name).confirm_date()
        self.date_confirmed.emit()
        self.arrive()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stand the columns one below the other where there is no room beside."""
        super().resizeEvent(event)
        wide = self.width() >= sized(TWO_COLUMNS)
        self._columns.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)

    def hideEvent(self, event: QHideEvent) -> None:
        """Count no further for somebody who has gone."""
        super().hideEvent(event)
        self.steps.stop()
