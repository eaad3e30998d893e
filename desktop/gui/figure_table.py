"""A laid out table on the screen: every number is a way to the records behind it."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QTableView

from desktop.gui.figure_grid import Cell, Grid, Line
from desktop.gui.look import COLOURS, kind, label, sized

ROW_HEIGHT = 27
NARROWEST, WIDEST = 72, 150  # of a column of numbers
LABEL_NARROWEST, LABEL_WIDEST = 130, 270

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()


class FigureModel(QAbstractTableModel):
    """The lines of a grid; its labels are the headings of the rows, so that they stay when columns scroll."""

    def __init__(self) -> None:
        """Show nothing until `show`."""
        super().__init__()
        self.grid = Grid("", (), ())
        self._bold = QFont(QApplication.font())
        self._bold.setBold(True)

    def show(self, grid: Grid) -> None:
        """Show *grid*."""
        self.beginResetModel()
        self.grid = grid
        self.endResetModel()

    def line(self, row: int) -> Line:
        """Give the line at *row*."""
        return self.grid.lines[row]

    def cell(self, index: Index) -> Cell:
        """Give the cell at *index*; an empty one where the line has none."""
        cells = self.line(index.row()).cells if index.isValid() else ()
        return cells[index.column()] if index.isValid() and index.column() < len(cells) else Cell()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Count the lines."""
        return 0 if parent.isValid() else len(self.grid.lines)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Count the columns of numbers."""
        return 0 if parent.isValid() else len(self.grid.headings)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give the heading of a column or the label of a line."""
        across = orientation == Qt.Orientation.Horizontal
        if not 0 <= section < (self.columnCount() if across else self.rowCount()):
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.grid.headings[section] if across else self._label(section)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if across else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.FontRole and not across and self.line(section).kind == "total":
            return self._bold
        return None

    def _label(self, row: int) -> str:
        line = self.line(row)
        return line.label.upper() if line.kind == "section" else line.label

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give a number's text, weight or alignment."""
        if not index.isValid():
            return None
        line, cell = self.line(index.row()), self.cell(index)
        if role == Qt.ItemDataRole.FontRole:
            return self._bold if line.kind == "total" else None
        if role == Qt.ItemDataRole.ForegroundRole:
            return None if cell.target else QColor(COLOURS["second"])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{line.label}, {self.grid.headings[index.column()]}: {cell.text}"
        return cell.text if role == Qt.ItemDataRole.DisplayRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let the cursor pass over sections."""
        if not index.isValid() or self.line(index.row()).kind == "section":
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class FigureTable(QTableView):
    """Shows a grid and tells what was asked about: a click or Enter on a number."""

    asked = Signal(object)

    def __init__(self) -> None:
        """Show an empty grid."""
        super().__init__()
        self.figures = FigureModel()
        self.setModel(self.figures)
        kind(self, "figures")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setMouseTracking(True)
        for bar in (self.horizontalHeader(), self.verticalHeader()):
            bar.setSectionsClickable(False)
            bar.setHighlightSections(False)
            bar.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.verticalHeader().setDefaultSectionSize(sized(ROW_HEIGHT))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.corner = label("", "second")
        self.corner.setParent(self)
        self.clicked.connect(self._ask)
        self.entered.connect(self._point)

    def show_grid(self, grid: Grid) -> None:
        """Show *grid*, with the same place marked where it is still there."""
        marked = self.currentIndex()
        place = max(marked.row(), 0), max(marked.column(), 0)
        self.figures.show(grid)
        self.corner.setText(grid.corner)
        self._fit()
        index = self.figures.index(*place)
        self.setCurrentIndex(index if index.isValid() else self.figures.index(0, 0))

    def _fit(self) -> None:
        """Give each column what its numbers need, and the labels the rest of the width."""
        metrics, grid = self.fontMetrics(), self.figures.grid
        for place, heading in enumerate(grid.headings):
            texts = [heading, *(line.cells[place].text for line in grid.lines if line.cells)]
            widest = max(metrics.horizontalAdvance(text) for text in texts) + 26
            self.setColumnWidth(place, min(max(widest, NARROWEST), WIDEST))
        longest = max(metrics.horizontalAdvance(label) for label in (grid.corner, *(line.label for line in grid.lines))) + 30
        left = self.width() - self.horizontalHeader().length() - self.verticalScrollBar().sizeHint().width() - 4
        wanted = left if len(grid.headings) <= 2 else max(min(LABEL_WIDEST, longest), min(left, longest))
        self.verticalHeader().setFixedWidth(max(LABEL_NARROWEST, wanted))
        self.corner.setGeometry(9, 1, self.verticalHeader().width() - 16, self.horizontalHeader().height())

    def _ask(self, index: Index) -> None:
        if target := self.figures.cell(index).target:
            self.asked.emit(target)

    def _point(self, index: Index) -> None:
        pointing = self.figures.cell(index).target is not None
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if pointing else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Enter for a click."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self._ask(self.currentIndex())
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the labels into the new width."""
        super().resizeEvent(event)
        self._fit()
