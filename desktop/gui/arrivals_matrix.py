"""The matrix of prisons and months on the screen: signs drawn in their cells, each said in words as well."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from desktop.gui.arrival_words import Sign, in_words, signs
from desktop.gui.look import COLOURS, icon, kind, sized
from desktop.gui.words import Words
from desktop.registers.codes import CodeList
from desktop.store.arrivals import Cells, Matrix, Place

ROW_HEIGHT = 23
LABEL_WIDTH = 186
SIGN = 13
MANY = 3

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()


class ArrivalsModel(QAbstractTableModel):
    """The cells of a year: prisons down, months across."""

    def __init__(self, prisons: CodeList, zones: CodeList, words: Words) -> None:
        """Show nothing until `show`."""
        super().__init__()
        self.prisons, self.zones, self.words = prisons, zones, words
        self.matrix = Matrix(0, (), (), {})
        self.month = ""
        self._bold = QFont(QApplication.font())
        self._bold.setBold(True)

    def show(self, matrix: Matrix) -> None:
        """Show *matrix*."""
        self.beginResetModel()
        self.matrix = matrix
        self.endResetModel()

    def mark_month(self, month: str) -> None:
        """Set the heading of *month* apart."""
        self.month = month
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, max(self.columnCount() - 1, 0))

    def place(self, index: Index) -> Place:
        """Give the prison and the month of *index*."""
        return self.matrix.prisons[index.row()], self.matrix.months[index.column()]

    def cells(self, index: Index) -> Cells:
        """Give what stands at *index*, one cell a zone."""
        return self.matrix.cells[self.place(index)]

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Count the prisons."""
        return 0 if parent.isValid() else len(self.matrix.prisons)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Count the months."""
        return 0 if parent.isValid() else len(self.matrix.months)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give the name of a prison, or a month in short."""
        across = orientation == Qt.Orientation.Horizontal
        if not 0 <= section < (self.columnCount() if across else self.rowCount()):
            return None
        if not across:
            return self._prison(section) if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole) else None
        return self._heading(self.matrix.months[section], role)

    def _heading(self, month: str, role: int) -> Any:
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.words.month(month)[:3]
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return self.words.month(month)
            case Qt.ItemDataRole.FontRole if month == self.month:
                return self._bold
            case Qt.ItemDataRole.ForegroundRole if month == self.month:
                return QColor(COLOURS["accent"])
        return None

    def _prison(self, row: int) -> str:
        return self.words.of(self.prisons.codes[self.matrix.prisons[row]].label)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Say a cell in words; what is drawn is the delegate's."""
        if not index.isValid() or role not in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        month = self.words.month(self.place(index)[1])
        said = in_words(self.cells(index), self.words, self.zones)
        return self.words("arrivals_page.cell", prison=self._prison(index.row()), month=month, state=said)


class _Painter(QStyledItemDelegate):
    """Draws the signs of a cell side by side, on a tint where something is the matter."""

    def __init__(self, arrivals: ArrivalsModel, parent: QTableView) -> None:
        super().__init__(parent)
        self._arrivals = arrivals

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        drawn = signs(self._arrivals.cells(index))
        box = QRectF(option.rect)
        is_here = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(COLOURS["line"]))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        tint = next((sign.tint for sign in drawn if sign.tint), "")
        if tint or is_here:
            painter.setPen(QColor(COLOURS["accent"]) if is_here else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(COLOURS[tint or "tint"]))
            painter.drawRoundedRect(box.adjusted(2.5, 1.5, -2.5, -2.5), 4, 4)
        _draw(painter, box, drawn)
        painter.restore()


def _draw(painter: QPainter, box: QRectF, drawn: Sequence[Sign]) -> None:
    """Draw signs in the middle of *box*, smaller where there are many."""
    size, gap = (SIGN, 2) if len(drawn) <= MANY else (SIGN - 2, 1)
    width = len(drawn) * (size + gap) - gap
    at = QPointF(box.center().x() - width / 2, box.center().y() - size / 2 - 0.5).toPoint()
    for sign in drawn:
        icon(sign.picture, sign.colour, size).paint(
            painter, at.x(), at.y(), size, size, Qt.AlignmentFlag.AlignCenter, QIcon.Mode.Normal
        )
        at.setX(at.x() + size + gap)


class ArrivalsTable(QTableView):
    """Shows a year and tells which cell a person went to; `asked` by Enter, to read what is known of it."""

    moved = Signal()
    asked = Signal()

    def __init__(self, prisons: CodeList, zones: CodeList, words: Words) -> None:
        """Show no year yet."""
        super().__init__()
        self.arrivals = ArrivalsModel(prisons, zones, words)
        self.setModel(self.arrivals)
        self.setItemDelegate(_Painter(self.arrivals, self))
        kind(self, "figures")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        for bar in (self.horizontalHeader(), self.verticalHeader()):
            bar.setHighlightSections(False)
            bar.setTextElideMode(Qt.TextElideMode.ElideRight)
            bar.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setMinimumSectionSize(30)
        self.verticalHeader().setMinimumSectionSize(ROW_HEIGHT)
        self.verticalHeader().setDefaultSectionSize(sized(ROW_HEIGHT))
        self.verticalHeader().setFixedWidth(sized(LABEL_WIDTH))
        self.verticalHeader().setSectionsClickable(False)
        self.horizontalHeader().setSectionsClickable(True)
        self.horizontalHeader().sectionClicked.connect(self._go_to_month)

    @property
    def place(self) -> Place | None:
        """Give the prison and month of the marked cell."""
        index = self.currentIndex()
        return self.arrivals.place(index) if index.isValid() else None

    def show_matrix(self, matrix: Matrix, prison: str, month: str) -> None:
        """Show *matrix*, with the cell of *prison* and *month* marked."""
        self.arrivals.show(matrix)
        if matrix.prisons:
            row = matrix.prisons.index(prison) if prison in matrix.prisons else 0
            self.setCurrentIndex(self.arrivals.index(row, matrix.months.index(month)))
        self._spread()

    def _go_to_month(self, column: int) -> None:
        self.setCurrentIndex(self.arrivals.index(max(self.currentIndex().row(), 0), column))

    def _spread(self) -> None:
        """Share the width among the months."""
        months = self.arrivals.columnCount()
        if months:
            self.horizontalHeader().setDefaultSectionSize(max(self.viewport().width() // months, 30))

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tell where a person went."""
        super().currentChanged(current, previous)
        if current.isValid():
            self.arrivals.mark_month(self.arrivals.place(current)[1])
            self.moved.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Enter for the wish to read on."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.asked.emit()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new width."""
        super().resizeEvent(event)
        self._spread()
