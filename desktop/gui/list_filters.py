"""The filters above a list: a search as it is typed, a pill for each quick filter, and the filters that were given a name."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton, QVBoxLayout, QWidget

from desktop.gui import filter_prompts
from desktop.gui.look import button, icon, kind, restyle
from desktop.gui.shortcuts import answer_keys
from desktop.gui.words import Words
from desktop.registers.codes import CodeList
from desktop.registers.states import VOID
from desktop.store import narrowing
from desktop.store.narrowing import ALL, LAST_MONTH, THIS_MONTH, Narrowing
from desktop.store.records import Records

SEARCH_AFTER = 150  # milliseconds after the last key

Offer = Callable[[], Iterable[tuple[Any, str]]]


class Pill(QPushButton):
    """A filter with a menu of what it may be."""

    chosen = Signal()

    def __init__(self, nothing: str, name: str) -> None:
        """Begin with everything let through, called *nothing*; *name* is what a screen reader calls the filter."""
        super().__init__()
        kind(self, "pill")
        self.setAutoDefault(False)
        self.setAccessibleName(name)
        self.value: Any = None
        self._nothing = self._whole = nothing
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        self._offer: Offer = list
        self._menu.aboutToShow.connect(self._build)
        self.choose(None, nothing)

    def offer(self, offer: Offer) -> None:
        """Take *offer*, which gives value and text of each choice when the menu opens."""
        self._offer = offer

    def _build(self) -> None:
        self._menu.clear()
        for value, text in [(None, self._nothing), *self._offer()]:
            action = self._menu.addAction(text.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(value == self.value)
            action.triggered.connect(lambda _=False, v=value, t=text: self._take(v, t))

    def _take(self, value: Any, text: str) -> None:
        self.choose(value, text)
        self.chosen.emit()

    def pick(self, value: Any) -> None:
        """Choose one of what is offered, without telling; what is offered no more is shown as it is."""
        self.choose(value, dict([(None, self._nothing), *self._offer()]).get(value, str(value)))

    def choose(self, value: Any, text: str) -> None:
        """Set the choice without telling."""
        self.value = value
        self._whole = text
        self.setToolTip(f"{self.accessibleName()}: {text}")
        restyle(self, "active", "true" if value is not None else "false")
        self._fit()

    def text(self) -> str:
        """Give the whole text, of which a narrow list shows the beginning."""
        return f"{self._whole} ▾"

    def _fit(self) -> None:
        room = self.width() - super().sizeHint().width() + self.fontMetrics().horizontalAdvance(super().text())
        is_whole = self.fontMetrics().horizontalAdvance(self.text()) <= room or not self.isVisible()
        mark = self.fontMetrics().horizontalAdvance(" ▾")
        shown = (
            self._whole if is_whole else self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, room - mark)
        )
        self.setText(f"{shown.replace('&', '&&')} ▾")

    def sizeHint(self) -> QSize:
        """Ask for the room of the whole text."""
        hint, metrics = super().sizeHint(), self.fontMetrics()
        return QSize(
            hint.width() + metrics.horizontalAdvance(self.text()) - metrics.horizontalAdvance(super().text()), hint.height()
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the text to the width."""
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        """Fit the text once the width is known."""
        super().showEvent(event)
        self._fit()


class ListFilters(QWidget):
    """All that narrows a list; what it stands at is its `narrowing`."""

    changed = Signal()
    left = Signal()

    def __init__(self, records: Records, words: Words) -> None:
        """Let everything through but void records."""
        super().__init__()
        self.records, self.words, self.register = records, words, records.register
        self._searching = QTimer(self)
        self._searching.setSingleShot(True)
        self._searching.setInterval(SEARCH_AFTER)
        self._searching.timeout.connect(self.changed)
        self._build()
        self._offer()
        for pill in self._pills:
            pill.chosen.connect(self.changed)
        self.search.textEdited.connect(self._searching.start)
        self.search.textChanged.connect(lambda text: None if text else self.changed.emit())
        answer_keys(self.search, [Qt.Key.Key_Down], self.left.emit, "to_list")

    # What stands in it

    def _build(self) -> None:
        words, header = self.words, self.records.zone.definitions.header.by_name
        self.search = QLineEdit()
        self.search.setPlaceholderText(words("list.search"))
        self.search.setAccessibleName(words("list.search"))
        self.search.setClearButtonEnabled(True)
        self.search.addAction(icon("search", "second"), QLineEdit.ActionPosition.LeadingPosition)
        self.month = Pill(words("list.all_months"), words.of(header["month"].label))
        self.state = Pill(words("list_page.in_use"), words.of(header["state"].label))
        self.prison = Pill(words("list.all_prisons"), words.of(header["prison"].label))
        if not self.records.zone.station.is_headquarters:
            self.prison.hide()
        self.choices = {path: self._choice(path) for path in self.register.filtered}
        self.named = button(words("list_page.filters"), picture="funnel")
        self.named.setToolTip(words("list_page.filters_tip"))
        self._menu = QMenu(self.named)
        self._menu.aboutToShow.connect(self._build_menu)
        self.named.setMenu(self._menu)
        kind(self.named, "pill")
        top, row = QHBoxLayout(), QHBoxLayout()
        top.setSpacing(6)
        row.setSpacing(6)
        top.addWidget(self.search, 1)
        top.addWidget(self.named)
        self._top = top
        for pill in self._pills:
            row.addWidget(pill)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addLayout(row)

    def add(self, widget: QWidget) -> None:
        """Put *widget* behind the search."""
        self._top.addWidget(widget)

    def _choice(self, path: str) -> Pill:
        name = self.words.of(self.register.at(path).label)
        return Pill(self.words("list_page.any", label=name), name)

    @property
    def _pills(self) -> list[Pill]:
        return [self.month, *self.choices.values(), self.state, self.prison]

    def _offer(self) -> None:
        codes = self.records.zone.definitions.codes
        self.month.offer(self._months)
        self.state.offer(self._states)
        self.prison.offer(partial(self._codes, codes["prisons"]))
        for path, pill in self.choices.items():
            pill.offer(partial(self._codes, codes[self.register.at(path).codes]))

    def _months(self) -> Iterable[tuple[str, str]]:
        yield THIS_MONTH, self.words("list_page.this_month")
        yield LAST_MONTH, self.words("list_page.last_month")
        months = self.records.months()
        for year in dict.fromkeys(month[:4] for month in months):
            yield year, self.words("list_page.year", year=year)
            yield from ((month, self.words.month(month)) for month in months if month.startswith(year))

    def _codes(self, codes: CodeList) -> Iterable[tuple[str, str]]:
        return ((code.code, self.words.of(code.label)) for code in codes.codes.values())

    def _states(self) -> Iterable[tuple[str, str]]:
        for code in self.records.zone.definitions.codes["record_states"].codes.values():
            text = f"{code.other.get('sign', '')} {self.words.of(code.label)}"
            yield code.code, self.words("list_page.trash", state=text) if code.code == VOID else text
        yield ALL, self.words("list_page.all_states")

    # What it stands at

    @property
    def narrowing(self) -> Narrowing:
        """Tell what the filters stand at."""
        where = {path: pill.value for path, pill in self.choices.items() if pill.value}
        if self.prison.value:
            where["prison"] = self.prison.value
        return Narrowing(self.search.text().strip(), self.month.value or "", self.state.value or "", where)

    @property
    def told(self) -> str:
        """Say in words what the list is narrowed to."""
        text = self.search.text().strip()
        searched = [self.words("list_print.searched", text=text)] if text else []
        # Void records are kept out unless somebody asks for them, and paper must say so.
        shown = [pill.toolTip() for pill in self._pills if pill.value is not None or pill is self.state]
        return " · ".join([*searched, *shown])

    def stand_at(self, wanted: Narrowing) -> None:
        """Show what *wanted* says in every filter, and tell once."""
        self._searching.stop()
        self.search.blockSignals(True)
        self.search.setText(wanted.text)
        self.search.blockSignals(False)
        self.month.pick(wanted.month or None)
        self.state.pick(wanted.state or None)
        self.prison.pick(wanted.where.get("prison"))
        for path, pill in self.choices.items():
            pill.pick(wanted.where.get(path))
        self.changed.emit()

    def settle(self) -> None:
        """Wait for no more letters."""
        self._searching.stop()

    def begin_search(self, text: str) -> None:
        """Search for *text*, which somebody begins to type in the list."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.setText(text)
        self._searching.start()

    # Named filters

    def _build_menu(self) -> None:
        menu, words, now = self._menu, self.words, self.narrowing
        menu.clear()
        kept = narrowing.saved(self.records)
        for name, one in kept.items():
            action = menu.addAction(name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(one == now)
            action.triggered.connect(lambda _=False, one=one: self.stand_at(one))
        if kept:
            menu.addSeparator()
        self._entry(menu, words("list_page.clear"), lambda: self.stand_at(Narrowing()), enabled=not now.is_open)
        self._entry(menu, words("list_page.save_filter"), self.save, enabled=not now.is_open)
        for group, act in ((words("list_page.rename_filter"), self.rename), (words("list_page.forget_filter"), self.forget)):
            part = menu.addMenu(group)
            part.setEnabled(bool(kept))
            for name in kept:
                self._entry(part, name.replace("&", "&&"), partial(act, name))

    @staticmethod
    def _entry(menu: QMenu, text: str, act: Callable[[], object], *, enabled: bool = True) -> None:
        action = menu.addAction(text)
        action.setEnabled(enabled)
        action.triggered.connect(lambda _=False: act())

    def save(self) -> None:
        """Ask under which name the filters as they stand are kept, and keep them."""
        taken = list(narrowing.saved(self.records))
        if name := filter_prompts.ask_name(self, self.words, "", taken):
            narrowing.save(self.records, name, self.narrowing)

    def rename(self, name: str) -> None:
        """Ask for another name of a kept filter."""
        taken = [one for one in narrowing.saved(self.records) if one != name]
        if new := filter_prompts.ask_name(self, self.words, name, taken):
            narrowing.rename(self.records, name, new)

    def forget(self, name: str) -> None:
        """Drop a kept filter, once somebody is sure of it."""
        if filter_prompts.ask_forget(self, self.words, name):
            narrowing.forget(self.records, name)
