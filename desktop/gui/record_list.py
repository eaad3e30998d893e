"""The list of a register's records: filtered and sorted in SQL, read a page at a time."""

from array import array
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from desktop.gui.look import COLOURS
from desktop.gui.words import Words
from desktop.registers.kinds import Reading
from desktop.registers.register import Field, Lines
from desktop.registers.rules import Row
from desktop.registers.states import DRAFT, QUERIED, READY, SUBMITTED, VOID
from desktop.store.records import Filter, Records

PAGE = 50
# A list is shown by its first records: reading the places of a hundred thousand takes longer than all else at a log-in.
FIRST = 200
ROW_HEIGHT = 30
STATE, NUMBER = "state", "number"
_STATE_COLOURS = {DRAFT: "second", READY: "good", SUBMITTED: "good", QUERIED: "warning", VOID: "faint"}
_WIDTHS = {"date": 92, "time": 60, "integer": 84, "decimal": 96, STATE: 112, "yes_no": 60}
_NUMBER_WIDTHS = {False: 98, True: 142}  # without and with the prison's code before it

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()


def is_number(column: Field | Lines) -> bool:
    """Tell whether a column shows the number of a record, its own or another's."""
    return isinstance(column, Field) and (column.name == NUMBER or column.kind_name == "reference")


class RecordModel(QAbstractTableModel):
    """The records that a filter lets through, as rows of text."""

    def __init__(self, records: Records, words: Words) -> None:
        """Show nothing until `show`."""
        super().__init__()
        self.records, self.words = records, words
        self.register = records.register
        self._reading = Reading(records.zone.today, dict(records.zone.definitions.codes))
        self.columns: list[Field | Lines] = [self._column(name) for name in self.register.list]
        self.ids = array("q")
        self.filter = Filter()
        self._count = 0
        self._pages: dict[int, list[Row]] = {}

    def _column(self, name: str) -> Field | Lines:
        header = self.records.zone.definitions.header.by_name
        return self.register.lines_by_name.get(name) or self.register.by_name.get(name) or header[name]

    def show(self, wanted: Filter) -> None:
        """Show what *wanted* lets through."""
        self.beginResetModel()
        self.filter = wanted
        # Words are looked for in every record anyway.
        self.ids = self.records.search(wanted) if wanted.text else self.records.ids(wanted, FIRST)
        is_whole = bool(wanted.text) or len(self.ids) < FIRST
        self._count = len(self.ids) if is_whole else self.records.count_of(wanted)
        self._pages = {}
        self.endResetModel()

    def _read_rest(self) -> None:
        """Read the places of all records, once somebody goes beyond the first."""
        if len(self.ids) < self._count:
            self.ids = self.records.ids(self.filter, self._count)

    def row(self, place: int) -> Row:
        """Give the record at *place*."""
        page = place // PAGE
        if page not in self._pages:
            if (page + 1) * PAGE > len(self.ids):
                self._read_rest()
            self._pages[page] = self.records.rows(self.ids[page * PAGE : (page + 1) * PAGE])
        return self._pages[page][place % PAGE]

    def place_of(self, uid: str) -> int:
        """Find the place of a record, -1 where the filter keeps it out."""
        found = self.records.id_of(uid)
        if found is not None and found not in self.ids:
            self._read_rest()
        return self.ids.index(found) if found is not None and found in self.ids else -1

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Count the records."""
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Count the columns that the register's list names."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give a column's label."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.words.of(self.columns[section].label)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(self._alignment(self.columns[section]))
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give a cell's text, colour or alignment."""
        if not index.isValid():
            return None
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(self.row(index.row()), column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(self._alignment(column))
        if role == Qt.ItemDataRole.ForegroundRole:
            state = str(self.row(index.row())["state"])
            if column.name == STATE or state == VOID:
                return QColor(COLOURS[_STATE_COLOURS.get(state, "ink")])
        return None

    def _text(self, row: Row, column: Field | Lines) -> str:
        if isinstance(column, Lines):
            f = column.by_name[column.title[0]]
            names = [
                self._title(line, column) or self.words.brief(line.get(f.name), f, self._reading) for line in row[column.name]
            ]
            return ", ".join(dict.fromkeys(name for name in names if name)) if len(names) < 4 else str(len(names))
        if column.name == STATE:
            code = self._reading.codes["record_states"].codes.get(str(row["state"]))
            return f"{code.other.get('sign', '')} {self.words.of(code.label).lower()}" if code else str(row["state"])
        text = self.words.brief(row.get(column.name), column, self._reading)
        if is_number(column) and not self.records.zone.station.is_headquarters:
            return text.removeprefix(f"{row['prison']}-")
        return text.partition("\n")[0]

    def _title(self, line: Row, lines: Lines) -> str:
        """Name a line by the first of its title's fields that says most: the last choice that is given."""
        choices = [f for f in (lines.by_name[name] for name in lines.title) if f.codes and not f.unit and line.get(f.name)]
        return self.words.brief(line.get(choices[-1].name), choices[-1], self._reading) if choices else ""

    @staticmethod
    def _alignment(column: Field | Lines) -> Qt.AlignmentFlag:
        counts = isinstance(column, Field) and column.kind.is_number
        side = Qt.AlignmentFlag.AlignRight if counts else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter


class RecordTable(QTableView):
    """The list on the screen; a click on a heading sorts, and moving on asks the form first."""

    chosen = Signal(int)
    sort_asked = Signal(str)

    def __init__(self, model: RecordModel) -> None:
        """Show *model*."""
        super().__init__()
        self.records_model = model
        self._is_arriving = False
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.setHighlightSections(False)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setSortIndicatorShown(True)
        header.sectionClicked.connect(self._sort)
        self._spread(header)

    def _spread(self, header: QHeaderView) -> None:
        """Give each column the width its kind needs, and the rest to those that hold words."""
        for place, column in enumerate(self.records_model.columns):
            width = _WIDTHS.get(column.name) or (_WIDTHS.get(column.kind_name) if isinstance(column, Field) else None)
            if is_number(column):
                width = _NUMBER_WIDTHS[self.records_model.records.zone.station.is_headquarters]
            if width:
                header.resizeSection(place, width)
                header.setSectionResizeMode(place, QHeaderView.ResizeMode.Interactive)
            else:
                header.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)

    def _sort(self, section: int) -> None:
        column = self.records_model.columns[section]
        if isinstance(column, Field):
            self.sort_asked.emit(column.name)

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

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tell which row a person went to."""
        super().currentChanged(current, previous)
        marking = self._is_arriving or self.selectionModel().signalsBlocked()
        if current.isValid() and current.row() != previous.row() and not marking:
            self.chosen.emit(current.row())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Mark the first row on arriving, and open nothing: a record is looked at only where somebody asks for it."""
        self._is_arriving = True
        super().focusInEvent(event)
        self._is_arriving = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the marked record by Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.chosen.emit(self.currentIndex().row())
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open a record by a click, also the one that is marked already."""
        before = self.currentIndex().row()
        super().mousePressEvent(event)
        if self.indexAt(event.position().toPoint()).row() == before >= 0:
            self.chosen.emit(before)
