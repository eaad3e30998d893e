"""A list of values on the screen: rows of text to walk through and read; nothing in it is edited."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, overload

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from desktop.gui.look import COLOURS, kind, sized

ROW_HEIGHT = 28

Index = QModelIndex | QPersistentModelIndex

NOWHERE = QModelIndex()


@dataclass(frozen=True)
class Column:
    """One column: its heading and its width in pixels; without a width it takes a share of what is left."""

    title: str
    width: int = 0
    is_number: bool = False


@dataclass(frozen=True)
class Cell:
    """A text in a colour of the palette, told in full where the pointer rests on it."""

    text: str
    colour: str = "ink"
    tip: str = ""


T = TypeVar("T")


class Told(Sequence[Sequence[Cell]], Generic[T]):
    """Rows that are told by *tell* only when they are looked at: there may be a hundred thousand."""

    def __init__(self, items: Sequence[T], tell: Callable[[T], Sequence[Cell]]) -> None:
        """Stand for the rows of *items*."""
        self.items, self._tell = items, tell

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.items)

    @overload
    def __getitem__(self, place: int) -> Sequence[Cell]: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Sequence[Cell]]: ...
    def __getitem__(self, place: int | slice) -> Sequence[Cell] | Sequence[Sequence[Cell]]:
        """Tell one row, or several."""
        return [self._tell(item) for item in self.items[place]] if isinstance(place, slice) else self._tell(self.items[place])


class PlainModel(QAbstractTableModel):
    """Rows of cells."""

    def __init__(self, columns: Sequence[Column]) -> None:
        """Begin without rows."""
        super().__init__()
        self.columns = list(columns)
        self.rows: Sequence[Sequence[Cell]] = []

    def show(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Show *rows* instead of those before."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Count the rows."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Count the columns."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give a column's heading."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.columns[section].title
        return int(self._alignment(section)) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give a cell's text, colour or alignment."""
        if not index.isValid():
            return None
        cell = self.rows[index.row()][index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cell.text
            case Qt.ItemDataRole.ToolTipRole:
                return cell.tip or cell.text
            case Qt.ItemDataRole.ForegroundRole:
                return QColor(COLOURS[cell.colour])
            case Qt.ItemDataRole.TextAlignmentRole:
                return int(self._alignment(index.column()))
        return None

    def _alignment(self, place: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if self.columns[place].is_number else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter


class PlainTable(QTableView):
    """The list on the screen; one row is marked at a time."""

    marked = Signal(int)

    def __init__(self, name: str, columns: Sequence[Column]) -> None:
        """Show no rows yet; *name* is what a screen reader calls the list."""
        super().__init__()
        self.plain_model = PlainModel(columns)
        self.setModel(self.plain_model)
        self.setAccessibleName(name)
        kind(self, "plain")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(sized(ROW_HEIGHT))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._spread(self.horizontalHeader())

    def _spread(self, header: QHeaderView) -> None:
        header.setHighlightSections(False)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        for place, column in enumerate(self.plain_model.columns):
            if column.width:
                header.resizeSection(place, column.width)
            else:
                header.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)

    @property
    def place(self) -> int:
        """Give the place of the marked row, -1 where none is."""
        return self.currentIndex().row()

    def show_rows(self, rows: Sequence[Sequence[Cell]], place: int = -1) -> None:
        """Show *rows*, and mark the one at *place*."""
        self.plain_model.show(rows)
        if 0 <= place < len(rows):
            self.selectRow(place)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tell which row a person went to."""
        super().currentChanged(current, previous)
        if current.isValid() and current.row() != previous.row():
            self.marked.emit(current.row())
