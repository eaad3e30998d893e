"""The hand-off of a prison-month: what would go, where to, the check numbers to read out, and what headquarters has."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.analysis.totals import month_totals
from desktop.exchange.handoff import Made, write_handoff
from desktop.exchange.sealed import must_be_sealed
from desktop.exchange.template import write_template
from desktop.gui import background, prompts
from desktop.gui.handoff_outcome import HandoffOutcome
from desktop.gui.lock_choice import LockChoice
from desktop.gui.look import SIGNS, button, kind, label, restyle, scaled, small
from desktop.gui.period import month_before
from desktop.gui.plain_table import Cell, Column, PlainTable
from desktop.gui.sent_list import SentList
from desktop.gui.shortcuts import answer_keys
from desktop.gui.words import Words
from desktop.gui.zone_card import ZoneCard, outgoing, sent_here
from desktop.registers.problems import AppError
from desktop.store.vault import Vault

CARD_WIDTH = 340  # as many cards stand side by side as have this much room
WORKBOOKS = "Excel (*.xlsx)"


class _Cards(QScrollArea):
    """Scrolls only where the window is too low for the whole of *inner*."""

    def __init__(self, inner: QWidget) -> None:
        super().__init__()
        self._inner = inner
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setMinimumHeight(120)
        self.setWidget(inner)

    def sizeHint(self) -> QSize:
        """Ask for the height that the cards have at this width."""
        width = self.width()
        return QSize(width, max(self._inner.heightForWidth(width), self._inner.minimumSizeHint().height()))


class HandoffPage(QWidget):
    """Hands off the months of a prison."""

    drafts_asked = Signal(str)
    written = Signal()
    cover_asked = Signal()

    def __init__(self, vault: Vault, words: Words) -> None:
        """Show the last month that has records."""
        super().__init__()
        self.vault, self.words = vault, words
        self.zones = [zone for zone in vault.zones if vault.may("hand_off", zone)]
        self.cards = [ZoneCard(vault, zone, words) for zone in self.zones]
        self._build()
        self._connect()
        self._offer_months()
        self.refresh()
        self._choose_unsent()

    # What stands on the page

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(8)
        layout.addLayout(self._build_top())
        self.upper = QStackedWidget()
        self.upper.addWidget(self._build_choice())
        self.outcome = HandoffOutcome(self.words)
        self.onward, self.cover = self.outcome.onward, self.outcome.cover
        self.cover.setVisible(self.vault.may("covers"))
        self.upper.addWidget(self.outcome)
        self.upper.addWidget(self._build_records())
        layout.addWidget(self.upper)
        self.sent = SentList(self.vault, self.zones, self.words)
        layout.addWidget(self.sent, 1)

    def _build_top(self) -> QHBoxLayout:
        words = self.words
        title = label(words("handoff_page.title"), "title")
        scaled(title, 1.45)
        self.month = QComboBox()
        self.month.setAccessibleName(words("sheet.month"))
        self.month.setMaxVisibleItems(24)
        self.template = button(words("handoff_page.template"), picture="file-spreadsheet")
        menu = QMenu(self.template)
        for card in self.cards:
            if not must_be_sealed(self.vault.definitions, card.zone):
                menu.addAction(card.choice.text()).triggered.connect(partial(self.save_template, card.zone))
        self.template.setMenu(menu)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(title)
        top.addWidget(self.month)
        top.addStretch(1)
        top.addWidget(self.template)
        return top

    def _build_choice(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self._inner = QWidget()
        self._columns = QHBoxLayout(self._inner)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(10)
        self._scroll = _Cards(self._inner)
        layout.addWidget(self._scroll if self.zones else label(self.words("handoff_page.nobody"), "second", wrap=True))
        layout.addWidget(self._build_target())
        return page

    def _build_target(self) -> QWidget:
        """Build the bar that says where to, why once more, and writes."""
        words = self.words
        self.folder = _editor(words("handoff_page.folder"))
        self.choose = button(words("handoff_page.choose"), picture="folder-open")
        self.why = _editor(words("handoff_page.why"))
        self.write = button("", picture="send", primary=True)
        self.message = small(label("", "error", wrap=True))
        bar = QFrame()
        kind(bar, "card")
        grid = QGridLayout(bar)
        grid.setContentsMargins(14, 10, 14, 6)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        for place, widget in enumerate((self.folder, self.choose, self.why, self.write)):
            grid.addWidget(widget, 0, place)
        self.lock = LockChoice(words)
        grid.addWidget(self.lock, 1, 0, 1, 4)
        grid.addWidget(self.message, 2, 0, 1, 4)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(2, 2)
        self.message.setFixedHeight(self.message.fontMetrics().lineSpacing() + 2)
        return bar

    def _build_records(self) -> QWidget:
        """Build the list of the records that would go."""
        words = self.words
        page = QWidget()
        self.records_title = label("", "section")
        self.records = PlainTable(words("handoff_page.records"), [
            Column(words("handoff_page.register"), 260), Column(words("handoff_page.number"), 220), Column(words("handoff_page.how")),
        ])  # fmt: skip
        self.records.setMinimumHeight(260)
        back = button(words("handoff_page.back"), keys="Esc")
        back.clicked.connect(self.go_on)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.records_title)
        layout.addWidget(self.records, 1)
        layout.addWidget(back, 0, Qt.AlignmentFlag.AlignLeft)
        return page

    def _connect(self) -> None:
        self.month.activated.connect(self._month_chosen)
        for card in self.cards:
            card.toggled.connect(self._show_write)
            card.drafts_asked.connect(self.drafts_asked)
            card.records_asked.connect(partial(self.show_records, card))
        self.choose.clicked.connect(self._choose_folder)
        self.write.clicked.connect(self.hand_off)
        self.folder.returnPressed.connect(self.hand_off)
        self.why.returnPressed.connect(self.hand_off)
        self.lock.entered.connect(self.hand_off)
        for edited in (self.folder.textEdited, self.why.textEdited, self.lock.edited):
            edited.connect(partial(self._object, None, ""))
        self.onward.clicked.connect(self.go_on)
        self.cover.clicked.connect(self.cover_asked)
        self.sent.acknowledged.connect(self.refresh)
        answer_keys(self, [Qt.Key.Key_F2], self.hand_off, "hand_off")
        answer_keys(self, [Qt.Key.Key_Escape], self.go_on, "back")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put as many cards side by side as there is room for."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Share the cards out among the columns, each to the one that is shortest so far."""
        wanted = min(max(self.width() // CARD_WIDTH, 1), max(len(self.cards), 1))
        if wanted != self._columns.count():
            while item := self._columns.takeAt(0):
                _empty(item.layout())
            columns = [QVBoxLayout() for _ in range(wanted)]
            heights = [0] * wanted
            for card in sorted(self.cards, key=lambda card: not card.may_leave):
                place = heights.index(min(heights))
                heights[place] += len(self.vault.definitions.of_zone(card.zone)) if card.may_leave else 2
                columns[place].addWidget(card, 1 if card.may_leave else 0)
            for column in columns:
                column.setSpacing(8)
                self._columns.addLayout(column, 1)
        self._scroll.updateGeometry()

    # The month and what would go

    @property
    def wanted(self) -> str:
        """Give the month that is chosen, as `YYYY-MM`."""
        return str(self.month.currentData())

    def _offer_months(self) -> None:
        """Offer the months that have records or were handed off, and this one and the last for a nil report."""
        today = self.vault.zone(self.zones[0]).today if self.zones else None
        if not today:
            return
        this = f"{today:%Y-%m}"
        written = {
            month
            for zone in self.zones
            for r in self.vault.zone(zone).registers
            for month in self.vault.records(r.name).months()
        }
        handed = {row["month"] for zone in self.zones for row in sent_here(self.vault, zone)}
        chosen = self.wanted if self.month.count() else max((month for month in written if month <= this), default=this)
        self.month.clear()
        for month in sorted({*written, *handed, this, month_before(today)}, reverse=True):
            self.month.addItem(self.words.month(month), month)
        self.month.setCurrentIndex(self.month.findData(chosen))

    def _month_chosen(self) -> None:
        for card in self.cards:
            card.forget_answers()
        self.refresh()
        self._choose_unsent()

    def _choose_unsent(self) -> None:
        """Choose the zones of which the month has never been handed off."""
        for card in self.cards:
            card.choice.setChecked(card.may_leave and not card.revision)
        self._show_write()

    def refresh(self) -> None:
        """Read anew what would go and what went."""
        for card in self.cards:
            card.admit()
            if card.may_leave:
                card.show_outgoing(outgoing(self.vault, card.zone, self.wanted))
        self._show_write()
        self.sent.refresh()
        self._arrange()

    def arrive(self) -> None:
        """Take up the page again: other pages may have changed records."""
        self._offer_months()
        self.refresh()
        self.month.setFocus()

    # Writing

    @property
    def _chosen(self) -> list[ZoneCard]:
        return [card for card in self.cards if card.is_chosen]

    def _show_write(self) -> None:
        chosen = self._chosen
        text = self.words("handoff_page.write", n=len(chosen)) if chosen else self.words("handoff_page.nothing_chosen")
        self.write.setText(f"{text}  F2" if chosen else text)
        self.write.setAccessibleName(text)
        self.write.setEnabled(bool(chosen))
        self.why.setVisible(any(card.revision for card in chosen))
        sealed = sum(must_be_sealed(self.vault.definitions, card.zone) for card in chosen)
        self.lock.offer(len(chosen) - sealed, sealed)
        self._object(None, "")

    def _choose_folder(self) -> None:
        if folder := prompts.choose_folder(self, self.words("handoff_page.folder")):
            self.folder.setText(folder)
            self._object(None, "")
            self.write.setFocus()

    def _object(self, editor: QWidget | None, said: str, *_: object) -> None:
        """Say what is missing, at its editor; nothing where *editor* is None."""
        self.message.setText(f"{SIGNS['error']} {said}" if editor else "")
        for one in (self.folder, self.why, self.lock.first, self.lock.second):
            restyle(one, "state", "error" if one is editor else "")
        if editor:
            editor.setFocus()

    def hand_off(self) -> None:
        """Write the workbooks of the chosen zones, or say what is missing."""
        chosen, why = self._chosen, self.why.text().strip()
        if not chosen or self.upper.currentIndex():
            return
        if not self.folder.text().strip():
            self._object(self.folder, self.words("handoff_page.folder_needed"))
        elif empty := next((card for card in chosen if card.unanswered), None):
            first = empty.unanswered[0]
            name = self.words.of(self.vault.definitions.registers[first].label)
            self._object(empty.nil[first], self.words("handoff_page.nil_needed", n=len(empty.unanswered), name=name))
        elif not why and any(card.revision for card in chosen):
            self._object(self.why, self.words("handoff_page.why_needed"))
        elif problem := self.lock.problem:
            self._object(*problem)
        else:
            folder, month = Path(self.folder.text().strip()), self.wanted
            self.message.setText(self.words("handoff_page.writing"))
            zones = [(card.zone, why if card.revision else None) for card in chosen]
            write = partial(write_handoff, lock=self.lock.password)
            background.run(self, lambda: self._write(write, zones, month, folder), self._written, self._failed)

    def _write(
        self, handoff: Callable[..., Made], zones: Sequence[tuple[str, str | None]], month: str, folder: Path
    ) -> tuple[list[Made], AppError | None]:
        """Write one workbook after the other, until one fails: those before it have been handed off."""
        made: list[Made] = []
        write = partial(handoff, self.vault, language=self.words.language, totals=month_totals)
        for zone, why in zones:
            try:
                made.append(write(zone, month, folder, why=why))
            except AppError as error:
                return made, error
        return made, None

    def _written(self, outcome: tuple[list[Made], AppError | None]) -> None:
        made, error = outcome
        self._offer_months()
        self.refresh()
        self._choose_unsent()
        if made:
            self.why.clear()
            self.lock.forget()
            self.outcome.show_made(made)
            self.upper.setCurrentIndex(1)
            self.onward.setFocus()
            self.written.emit()
        for failure in (*(one.cover_lost for one in made), error):
            if failure:
                self._failed(failure)

    def _failed(self, error: AppError) -> None:
        self._object(None, "")
        prompts.tell(self, self.words, error)

    def show_records(self, card: ZoneCard) -> None:
        """List the records that would go of one zone."""
        names = self.vault.definitions.registers
        rows = [
            [Cell(self.words.of(names[name].label)), Cell(number), Cell(self.words(f"handoff_page.how_{how}"))]
            for name, number, how in card.records
        ]
        self.records_title.setText(f"{card.choice.text()}, {self.words.month(self.wanted)}".upper())
        self.records.show_rows(rows)
        self.upper.setCurrentIndex(2)
        self.records.setFocus()

    def go_on(self) -> None:
        """Go back from the check numbers or the list of records to what else would go."""
        if self.upper.currentIndex():
            self.upper.setCurrentIndex(0)
            self.month.setFocus()

    # The template

    def save_template(self, zone: str) -> None:
        """Save the empty workbook of a zone where the person wants it."""
        station, month = self.vault.station, self.wanted
        name = f"{station.prison}_{month}_{zone}.xlsx"
        target = prompts.choose_target(self, self.words("handoff_page.template"), name, WORKBOOKS)
        if not target:
            return
        path = Path(target).with_suffix(".xlsx")
        definitions, language = self.vault.definitions, self.words.language
        background.run(
            self,
            lambda: write_template(definitions, zone, path, prison=station.prison, month=month, language=language),
            lambda _: prompts.inform(self, self.words, self.words("handoff_page.template_saved"), path.name),
            self._failed,
        )


def _editor(name: str) -> QLineEdit:
    editor = QLineEdit()
    editor.setAccessibleName(name)
    editor.setPlaceholderText(name)
    return editor


def _empty(layout: Any) -> None:
    while layout.takeAt(0):
        pass
