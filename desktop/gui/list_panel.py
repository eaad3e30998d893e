"""The left side of a register: its filters, its list in the columns a person chose, and the foot that counts and adds up."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from desktop.gui.list_filters import ListFilters
from desktop.gui.list_foot import ListFoot
from desktop.gui.look import button, label, scaled, sized
from desktop.gui.notice import Notices
from desktop.gui.record_list import RecordModel
from desktop.gui.record_table import RecordTable
from desktop.gui.shortcuts import answer_keys
from desktop.gui.words import Words
from desktop.registers.states import VOID
from desktop.store import list_columns
from desktop.store.narrowing import Narrowing
from desktop.store.records import Filter, Records

KEEP_AFTER = 400  # milliseconds after the last move of a heading


class ListPanel(QWidget):
    """A register's list; which record is opened is for the page to decide."""

    chosen = Signal(int)
    selected = Signal()

    def __init__(self, records: Records, words: Words, *, may_write: bool, opened: Callable[[], str]) -> None:
        """Show no records until `refresh`; *opened* gives the uid of the record in the form, empty for none."""
        super().__init__()
        self._opened = opened
        self.records, self.words, self.register, self.may_write = records, words, records.register, may_write
        self._order, self._descending = self.register.counts_on, True
        self.model = RecordModel(records, words)
        self.table = RecordTable(self.model, words.of(self.register.label))
        columns = list_columns.chosen(records)
        self.table.show_columns(columns.names, columns.widths)
        self._keeping = QTimer(self)
        self._keeping.setSingleShot(True)
        self._keeping.setInterval(KEEP_AFTER)
        self._keeping.timeout.connect(self.keep_columns)
        self._build()
        self._connect()

    # What stands in it

    def _build(self) -> None:
        words = self.words
        self.setMinimumWidth(sized(360))
        title = label(words.of(self.register.label), "title")
        scaled(title, 1.45)
        title.setToolTip(words.of(self.register.purpose))
        title.setMinimumWidth(sized(40))
        self.new_button = button(words("list.new"), picture="plus", primary=True, keys="Ins")
        # Shown before it stands in a window, it would be one of its own.
        if not self.may_write:
            self.new_button.hide()
        top = QHBoxLayout()
        top.addWidget(title, 1)
        top.addWidget(self.new_button)
        self.filters = ListFilters(self.records, words)
        self.columns_button = button("", picture="columns-3")
        self.columns_button.setAccessibleName(words("list_page.columns"))
        self.columns_button.setToolTip(words("list_page.columns_tip"))
        self.filters.add(self.columns_button)
        self.notices = Notices(words)
        self.empty = label("", "second", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.clear_button = button(words("list_page.clear"))
        self.foot = ListFoot(self.records, words, may_write=self.may_write)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(14, 10, 14, 10)
        self._column.setSpacing(8)
        self._column.addLayout(top)
        self._column.addWidget(self.filters)
        self._column.addWidget(self.notices)
        self._column.addWidget(self.table, 1)
        self._column.addWidget(self._build_empty(), 1)
        self._column.addWidget(self.foot)

    def _build_empty(self) -> QWidget:
        self._nothing = QWidget()
        layout = QVBoxLayout(self._nothing)
        layout.addStretch(1)
        layout.addWidget(self.empty)
        layout.addWidget(self.clear_button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        return self._nothing

    def place_bar(self, bar: QWidget) -> None:
        """Put *bar*, which tells what can be done with the marked records, below the list."""
        self._column.insertWidget(self._column.count() - 1, bar)

    def _connect(self) -> None:
        self.filters.changed.connect(self.refresh)
        self.filters.left.connect(self._enter)
        self.clear_button.clicked.connect(lambda: self.filters.stand_at(Narrowing()))
        self.columns_button.clicked.connect(self.ask_columns)
        table = self.table
        table.sort_asked.connect(self.sort)
        table.chosen.connect(self.chosen)
        table.typed.connect(self.filters.begin_search)
        table.selected.connect(self._tell_selected)
        table.moved.connect(self._keeping.start)
        table.menu_asked.connect(self._open_heading_menu)
        answer_keys(table, ["Ctrl+A", "Ctrl+Ф"], table.selectAll, "select_all")

    # What it shows

    @property
    def wanted(self) -> Filter:
        """Give the filter that the list shows."""
        today = self.records.zone.today
        return self.filters.narrowing.filter(today, self._order, descending=self._descending)

    def refresh(self) -> None:
        """Read the list anew, and mark the record that is open where it is shown."""
        self.filters.settle()
        self.model.show(self.wanted)
        self._show_order()
        uid = self._opened()
        self.table.mark(self.model.place_of(uid) if uid else -1)
        count = self.model.rowCount()
        self.table.setVisible(bool(count))
        self._nothing.setVisible(not count)
        self.empty.setVisible(not count)
        narrowing = self.filters.narrowing
        self.clear_button.setVisible(not count and not narrowing.is_open)
        self.empty.setText(self._say_empty(narrowing))
        self._tell_selected()

    def _say_empty(self, narrowing: Narrowing) -> str:
        if narrowing == Narrowing(state=VOID):
            return self.words("list_page.trash_empty")
        if not narrowing.is_open:
            return self.words("list.nothing_found")
        return self.words("list.empty" if self.may_write else "list_page.empty_to_read")

    def _show_order(self) -> None:
        places = [one.name for one in self.model.columns]
        header = self.table.horizontalHeader()
        order = Qt.SortOrder.DescendingOrder if self._descending else Qt.SortOrder.AscendingOrder
        header.setSortIndicator(places.index(self._order) if self._order in places else -1, order)

    def sort(self, name: str) -> None:
        """Sort by a column, and back where it is sorted by it already."""
        self._descending = not self._descending if name == self._order else name == self.register.counts_on
        self._order = name
        self.refresh()

    def _enter(self) -> None:
        """Go from the search to the first record, and open none."""
        if self.model.rowCount():
            self.table.setFocus(Qt.FocusReason.TabFocusReason)
            self.table.mark(0)

    # What is marked

    def marked_ids(self) -> list[int]:
        """Give the row ids of the marked records, from the top down."""
        return self.model.ids_of(self.table.places())

    def marked_uids(self) -> list[str]:
        """Give the uids of the marked records, from the top down."""
        return self.records.uids(self.marked_ids())

    def _tell_selected(self) -> None:
        marked = self.table.count_selected()
        ids: Sequence[int] | None = self.model.ids if self.filters.narrowing.text else None
        if 1 < marked < self.model.rowCount():
            ids = self.marked_ids()
        self.foot.tell(self.model.rowCount(), marked, self.wanted, ids)
        self.selected.emit()

    # Columns

    def ask_columns(self) -> None:
        """Ask which columns are shown, in which order."""
        from desktop.gui.columns_dialog import ask_columns

        names = ask_columns(self, self.words, self.register, self.model.possible, [one.name for one in self.model.columns])
        if names is not None:
            widths = {name: width for name, width in self.table.widths.items() if name in names}
            self.show_columns(names, widths if tuple(names) != self.register.list else {})

    def show_columns(self, names: Sequence[str], widths: dict[str, int]) -> None:
        """Show other columns, and remember them."""
        self.table.show_columns(tuple(names), widths)
        self.keep_columns()
        self._show_order()

    def keep_columns(self) -> None:
        """Remember the columns as they are now."""
        self._keeping.stop()
        list_columns.choose(self.records, [one.name for one in self.model.columns], self.table.widths)

    def _open_heading_menu(self, name: str, at: QPoint) -> None:
        menu, words = QMenu(self), self.words
        names = [one.name for one in self.model.columns]
        if name and len(names) > 1:
            shown = words.of(self.model.columns[names.index(name)].label)
            hide = menu.addAction(words("list_page.hide_column", label=shown))
            hide.triggered.connect(lambda: self.show_columns([one for one in names if one != name], self.table.widths))
        menu.addAction(words("list_page.columns")).triggered.connect(self.ask_columns)
        reset = menu.addAction(words("list_page.reset_columns"))
        reset.triggered.connect(lambda: self.show_columns(self.register.list, {}))
        menu.exec(at)
        menu.deleteLater()
