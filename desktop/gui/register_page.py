"""A register: its list on the left, the form of a record on the right."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from desktop.gui.look import button, icon, kind, label, restyle, scaled
from desktop.gui.record_form import RecordForm
from desktop.gui.record_list import RecordModel, RecordTable
from desktop.gui.short_line import ShortLine
from desktop.gui.shortcuts import answer_keys
from desktop.gui.words import Words
from desktop.registers.states import READY, VOID
from desktop.store.records import Filter, Records

SEARCH_AFTER = 150  # milliseconds after the last key


class Pill(QPushButton):
    """A filter with a menu of what it may be."""

    chosen = Signal()

    def __init__(self, nothing: str) -> None:
        """Begin with everything let through, called *nothing*."""
        super().__init__()
        kind(self, "pill")
        self.setAutoDefault(False)
        self.value: Any = None
        self._nothing = nothing
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        self._fill: Any = list
        self._menu.aboutToShow.connect(self._build)
        self.choose(None, nothing)

    def offer(self, fill: Any) -> None:
        """Take *fill*, which gives value and text of each choice when the menu opens."""
        self._fill = fill

    def _build(self) -> None:
        self._menu.clear()
        for value, text in [(None, self._nothing), *self._fill()]:
            action = self._menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(value == self.value)
            action.triggered.connect(lambda _=False, v=value, t=text: self._take(v, t))

    def _take(self, value: Any, text: str) -> None:
        self.choose(value, text)
        self.chosen.emit()

    def pick(self, value: Any) -> None:
        """Choose one of what is offered, without telling."""
        self.choose(value, dict([(None, self._nothing), *self._fill()])[value])

    def choose(self, value: Any, text: str) -> None:
        """Set the choice without telling."""
        self.value = value
        self.setText(f"{text} ▾")
        restyle(self, "active", "true" if value is not None else "false")


class RegisterPage(QWidget):
    """One register of an open zone."""

    changed = Signal()
    # The records, the uid and the words of what was just saved or voided, which can be undone.
    told = Signal(object, str, str)
    import_asked = Signal()
    transfer_asked = Signal(str)
    roll_asked = Signal(str)

    def __init__(self, records: Records, words: Words, *, may_write: bool = True) -> None:
        """Show the newest records, and no form yet."""
        super().__init__()
        self.may_write = may_write
        self.records, self.words = records, words
        self.register = records.register
        self._order, self._descending = self.register.counts_on, True
        self._searching = QTimer(self)
        self._searching.setSingleShot(True)
        self._searching.setInterval(SEARCH_AFTER)
        self._searching.timeout.connect(self.refresh)
        self.model = RecordModel(records, words)
        self.table = RecordTable(self.model)
        self.form = RecordForm(records, words, may_write=may_write)
        self._build()
        self._connect()
        self.refresh()
        self._is_fresh = True

    def _build(self) -> None:
        split = QSplitter()
        split.setChildrenCollapsible(False)
        split.setHandleWidth(1)
        split.addWidget(self._build_list())
        self.right = QStackedWidget()
        self.right.addWidget(self._build_empty())
        self.right.addWidget(self.form)
        split.addWidget(self.right)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 1)
        split.setSizes([630, 530])
        self.body = QStackedWidget()
        self.body.addWidget(split)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.body)

    def _build_list(self) -> QWidget:
        words = self.words
        side = QWidget()
        side.setMinimumWidth(360)
        layout = QVBoxLayout(side)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(8)
        title = label(words.of(self.register.label), "title")
        scaled(title, 1.45)
        title.setToolTip(words.of(self.register.purpose))
        self.new_button = button(words("list.new"), picture="plus", primary=True, keys="Ins")
        if not self.may_write:
            self.new_button.hide()
        top = QHBoxLayout()
        top.addWidget(title, 1)
        top.addWidget(self.new_button)
        layout.addLayout(top)
        self.search = QLineEdit()
        self.search.setPlaceholderText(words("list.search"))
        self.search.setAccessibleName(words("list.search"))
        self.search.setClearButtonEnabled(True)
        self.search.addAction(icon("search", "second"), QLineEdit.ActionPosition.LeadingPosition)
        self.month = Pill(words("list.all_months"))
        self.state = Pill(words("list.all_states"))
        self.prison = Pill(words("list.all_prisons"))
        if not self.records.zone.station.is_headquarters:
            self.prison.hide()
        filters = QHBoxLayout()
        filters.setSpacing(6)
        filters.addWidget(self.search, 1)
        for pill in (self.month, self.prison, self.state):
            filters.addWidget(pill)
        layout.addLayout(filters)
        self.empty = label("", "second", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.empty, 1)
        layout.addLayout(self._build_foot())
        return side

    def _build_foot(self) -> QHBoxLayout:
        words = self.words
        self.count = label("", "second")
        foot = QHBoxLayout()
        self.export_button = button(words("list_export_page.open"))
        self.export_button.setToolTip("Ctrl+E")
        kind(self.export_button, "link")
        foot.addWidget(self.count)
        self.import_button = button(words("foreign_page.button"))
        self.import_button.setToolTip(words("foreign_page.button_tip"))
        if not self.may_write:
            self.import_button.hide()
        kind(self.import_button, "link")
        foot.addWidget(self.export_button)
        foot.addWidget(self.import_button)
        foot.addStretch(1)
        foot.addWidget(ShortLine(words("list.keys"), "second"))
        return foot

    def _build_empty(self) -> QWidget:
        page = QWidget()
        kind(page, "form")
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(40, 40, 40, 40)
        text = label(f"{self.words.of(self.register.purpose)}\n\n{self.words('list.choose')}", "second", wrap=True)
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(text)
        return page

    def _connect(self) -> None:
        definitions, words = self.records.zone.definitions, self.words
        self.month.offer(lambda: [(month, words.month(month)) for month in self.records.months()])
        self.state.offer(
            lambda: [
                (c.code, f"{c.other.get('sign', '')} {words.of(c.label)}")
                for c in definitions.codes["record_states"].codes.values()
            ]
        )
        self.prison.offer(lambda: [(c.code, words.of(c.label)) for c in definitions.codes["prisons"].codes.values()])
        for pill in (self.month, self.state, self.prison):
            pill.chosen.connect(self.refresh)
        self.search.textEdited.connect(self._searching.start)
        self.search.textChanged.connect(lambda text: None if text else self.refresh())
        self.search.returnPressed.connect(self._to_first_hit)
        self.table.sort_asked.connect(self._sort)
        self.table.chosen.connect(self._chosen)
        self.new_button.clicked.connect(self.begin)
        self.export_button.clicked.connect(self.export)
        self.import_button.clicked.connect(self._ask_import)
        self.form.saved.connect(self._saved)
        self.form.closed.connect(self._closed)
        self.form.transfer_asked.connect(self.transfer_asked)
        self.form.roll_asked.connect(self.roll_asked)
        answer_keys(self, [Qt.Key.Key_Insert, Qt.Key.Key_F3], self.begin, "begin")
        answer_keys(self, [Qt.Key.Key_F2], self.form.save, "save")
        answer_keys(self, ["Ctrl+Return", "Ctrl+Enter"], self.form.save_then_new, "save_and_new")
        answer_keys(self, [Qt.Key.Key_Escape], self.form.leave, "leave_form")
        answer_keys(self, [Qt.Key.Key_F6], self._other_side, "list_or_form")
        answer_keys(self, [Qt.Key.Key_F7, "Ctrl+F", "Ctrl+А"], self._to_search, "search")
        answer_keys(self, ["Ctrl+E", "Ctrl+У"], self.export, "export")
        answer_keys(self, ["Ctrl+Z", "Ctrl+Я"], self.form.take_back, "undo")

    # The list

    @property
    def wanted(self) -> Filter:
        """Give the filter that the page shows."""
        where = {"prison": self.prison.value} if self.prison.value else {}
        states = (self.state.value,) if self.state.value else ()
        return Filter(
            text=self.search.text().strip(), month=self.month.value or "", states=states, where=where,
            order=self._order, descending=self._descending,
        )  # fmt: skip

    def refresh(self) -> None:
        """Read the list anew, and keep the marked record marked."""
        self._searching.stop()
        self.model.show(self.wanted)
        places = [c.name for c in self.model.columns]
        if self._order in places:
            order = Qt.SortOrder.DescendingOrder if self._descending else Qt.SortOrder.AscendingOrder
            self.table.horizontalHeader().setSortIndicator(places.index(self._order), order)
        self.table.mark(self.model.place_of(self.form.record.get("uid") or "") if self.form.is_open else -1)
        count = self.model.rowCount()
        self.count.setText(self.words("list.count", n=count))
        self.table.setVisible(bool(count))
        self.empty.setVisible(not count)
        filtered = replace(self.wanted, order="", descending=True) != Filter()
        self.empty.setText(self.words("list.nothing_found" if filtered else "list.empty"))

    def export(self) -> None:
        """Export the list as it is filtered."""
        from desktop.gui.list_export import export_list

        self.refresh()
        export_list(self, self.records, self.wanted, self.words, may_identify=self.may_write)

    def show_state(self, state: str) -> None:
        """Show all records in one state, whatever was filtered before."""
        self.search.clear()
        for pill, value in ((self.month, None), (self.prison, None), (self.state, state)):
            pill.pick(value)
        self.refresh()

    def _sort(self, name: str) -> None:
        self._descending = not self._descending if name == self._order else name == self.register.counts_on
        self._order = name
        self.refresh()

    def _to_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _to_first_hit(self) -> None:
        self.refresh()
        if self.model.rowCount():
            self.table.setFocus()
            self._chosen(0)

    def _ask_import(self) -> None:
        if self.form.may_leave():
            self.import_asked.emit()

    def cover(self, widget: QWidget) -> None:
        """Show *widget* over list and form, with the keys for itself, until `uncover`."""
        self.body.addWidget(widget)
        self.body.setCurrentWidget(widget)
        for action in self.actions():
            action.setEnabled(False)

    def uncover(self) -> None:
        """Show list and form again, and what has come meanwhile."""
        for action in self.actions():
            action.setEnabled(True)
        self.body.setCurrentIndex(0)
        while covering := self.body.widget(1):
            self.body.removeWidget(covering)
            covering.deleteLater()
        self.refresh()
        self.table.setFocus()

    # The form

    def _chosen(self, place: int) -> None:
        uid = str(self.model.row(place)["uid"])
        if self.form.is_open and self.form.record.get("uid") == uid:
            return
        if self.form.may_leave():
            self.open(uid)
        else:
            QTimer.singleShot(0, self, self.refresh)

    def open(self, uid: str) -> None:
        """Show a record in the form."""
        self.right.setCurrentWidget(self.form)
        self.form.open(uid)
        self.table.mark(self.model.place_of(uid))

    def begin(self) -> None:
        """Begin a new record."""
        if self.may_write and self.form.may_leave():
            self.right.setCurrentWidget(self.form)
            self.table.mark(-1)
            self.form.begin()

    def _saved(self, uid: str) -> None:
        self.refresh()
        self.changed.emit()
        state, number = self.form.state_of(uid)
        if state in (READY, VOID):
            words = self.words("form.voided_record" if state == VOID else "form.saved_record", number=number)
            self.told.emit(self.records, uid, words)

    def read_again(self, uid: str) -> None:
        """Show what became of a record that was changed elsewhere."""
        self.refresh()
        if self.form.is_open and self.form.record.get("uid") == uid:
            self.form.open(uid)

    def _closed(self) -> None:
        self.right.setCurrentIndex(0)
        self.table.mark(-1)
        self.table.setFocus()

    def _other_side(self) -> None:
        if self.form.is_open and self.table.hasFocus():
            self.form.focus_first()
        else:
            self.table.setFocus()

    def may_leave(self) -> bool:
        """Tell whether another page may be shown."""
        return self.form.may_leave()

    def keep(self) -> None:
        """Keep the open form, whatever happens next."""
        self.form.keep()

    def arrive(self) -> None:
        """Take up the page again: other pages may have changed records."""
        if not self._is_fresh:
            self.refresh()
            self._follow_form()
        self._is_fresh = False
        if not self.form.is_open and not self.body.currentIndex():
            self.table.setFocus() if self.model.rowCount() else self.new_button.setFocus()

    def _follow_form(self) -> None:
        """Show the open record anew where another page changed it: saved as it stands, the form would take that back."""
        shown = self.form.record if self.form.is_open and not self.form.is_dirty else {}
        if shown.get("uid") and self.records.read(shown["uid"])[0]["revision"] != shown["revision"]:
            self.form.open(shown["uid"])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep room for both sides."""
        super().resizeEvent(event)
        self.form.setMinimumWidth(min(520, self.width() // 2))
