"""The table of a register's records on the screen: walked through, marked singly or together, its columns moved and sized."""

from collections.abc import Iterator, Mapping

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from desktop.gui.look import sized
from desktop.gui.record_list import STATE, Index, RecordModel, is_number
from desktop.registers.register import Field, Lines

ROW_HEIGHT = 30
# A column without a width of its own takes a share of what is left, and this at least.
LEAST_WIDTH = 90
_WIDTHS = {"date": 92, "time": 60, "integer": 84, "decimal": 96, STATE: 112, "yes_no": 60}
_NUMBER_WIDTHS = {False: 98, True: 142}  # without and with the prison's code before it
_SEVERAL = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class RecordTable(QTableView):
    """The list on the screen; a click on a heading sorts, and moving on asks the form first."""

    chosen = Signal(int)
    sort_asked = Signal(str)
    typed = Signal(str)
    selected = Signal()
    moved = Signal()
    menu_asked = Signal(str, QPoint)

    def __init__(self, model: RecordModel, name: str) -> None:
        """Show *model*; *name* is what a screen reader calls the list."""
        super().__init__()
        self.records_model = model
        self._is_arriving = self._is_gathering = self._is_spreading = False
        self.widths: dict[str, int] = {}
        self.setModel(model)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(sized(ROW_HEIGHT))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.setSectionsMovable(True)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(40)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setSortIndicatorShown(True)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._ask_menu)
        header.sectionClicked.connect(self._sort)
        header.sectionResized.connect(self._resized)
        header.sectionMoved.connect(lambda *_: QTimer.singleShot(0, self, self._take_order))
        self.selectionModel().selectionChanged.connect(lambda *_: self.selected.emit())

    # Columns

    def show_columns(self, names: tuple[str, ...], widths: Mapping[str, int]) -> None:
        """Show the columns *names*, those of *widths* as wide as they say."""
        self.widths = dict(widths)
        self.records_model.set_columns(names)
        self.spread()

    def spread(self) -> None:
        """Give each column its width, and what is left in equal parts to those that hold words."""
        columns, header = self.records_model.columns, self.horizontalHeader()
        given = [self._width(one) for one in columns]
        rest, sharing = self.viewport().width() - sum(given), given.count(0)
        self._is_spreading = True
        for place, width in enumerate(given):
            # The last takes what the division leaves over.
            share = width or max(rest // sharing, LEAST_WIDTH)
            if not width:
                rest, sharing = rest - share, sharing - 1
            header.resizeSection(place, share)
        self._is_spreading = False

    def _width(self, column: Field | Lines) -> int:
        if width := self.widths.get(column.name):
            return width
        if is_number(column):
            return _NUMBER_WIDTHS[self.records_model.records.zone.station.is_headquarters]
        return _WIDTHS.get(column.name) or (_WIDTHS.get(column.kind_name, 0) if isinstance(column, Field) else 0)

    def _resized(self, section: int, _before: int, width: int) -> None:
        """Remember the width that a person gives a column."""
        if not self._is_spreading and section < len(self.records_model.columns):
            self.widths[self.records_model.columns[section].name] = width
            self.moved.emit()

    def _take_order(self) -> None:
        """Make the order that the headings were dragged to the order of the columns themselves."""
        header = self.horizontalHeader()
        names = [self.records_model.columns[header.logicalIndex(place)].name for place in range(header.count())]
        if names == [one.name for one in self.records_model.columns]:
            return
        header.blockSignals(True)
        for place in range(header.count()):
            header.moveSection(header.visualIndex(place), place)
        header.blockSignals(False)
        self.show_columns(tuple(names), self.widths)
        self.moved.emit()

    def _ask_menu(self, at: QPoint) -> None:
        section = self.horizontalHeader().logicalIndexAt(at)
        name = self.records_model.columns[section].name if section >= 0 else ""
        self.menu_asked.emit(name, self.horizontalHeader().mapToGlobal(at))

    def _sort(self, section: int) -> None:
        column = self.records_model.columns[section]
        if isinstance(column, Field):
            self.sort_asked.emit(column.name)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new width out."""
        super().resizeEvent(event)
        self.spread()

    # Rows

    def mark(self, place: int) -> None:
        """Mark the row at *place* without telling that it was chosen."""
        self.selectionModel().blockSignals(True)
        if place < 0:
            self.clearSelection()
        else:
            self.selectRow(place)
            self.scrollTo(self.records_model.index(place, 0))
        self.selectionModel().blockSignals(False)
        self.viewport().update()
        self.selected.emit()

    def places(self) -> list[int]:
        """List the places of the marked rows from the top down."""
        return sorted(place for first, last in self._ranges() for place in range(first, last + 1))

    def count_selected(self) -> int:
        """Count the marked rows, of which there may be a hundred thousand."""
        return sum(last - first + 1 for first, last in self._ranges())

    def _ranges(self) -> Iterator[tuple[int, int]]:
        selection = self.selectionModel().selection()
        return ((part.top(), part.bottom()) for part in selection.toList() if part.isValid())

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tell which row a person went to, unless several are being marked."""
        super().currentChanged(current, previous)
        marking = self._is_arriving or self._is_gathering or self.selectionModel().signalsBlocked()
        if current.isValid() and current.row() != previous.row() and not marking:
            self.chosen.emit(current.row())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Mark the first row on arriving, and open nothing: a record is looked at only where somebody asks for it."""
        self._is_arriving = True
        super().focusInEvent(event)
        self._is_arriving = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the marked record by Enter; search for what is typed."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.chosen.emit(self.currentIndex().row())
            return
        if event.text().strip() and event.text().isprintable() and not event.modifiers() & _COMMANDS:
            self.typed.emit(event.text())
            return
        self._is_gathering = bool(event.modifiers() & _SEVERAL)
        if event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            # To the first and the last record, not to the first and the last column.
            modifiers = event.modifiers() | Qt.KeyboardModifier.ControlModifier
            event = QKeyEvent(event.type(), event.key(), modifiers)
        super().keyPressEvent(event)
        self._is_gathering = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open a record by a click, also the one that is marked already; with Shift or Ctrl only mark it."""
        before = self.currentIndex().row()
        self._is_gathering = bool(event.modifiers() & _SEVERAL) or event.button() != Qt.MouseButton.LeftButton
        super().mousePressEvent(event)
        if not self._is_gathering and self.indexAt(event.position().toPoint()).row() == before >= 0:
            self.chosen.emit(before)
        self._is_gathering = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark the rows that the pointer is dragged over, and open none of them."""
        self._is_gathering = bool(event.buttons())
        super().mouseMoveEvent(event)
        self._is_gathering = False
