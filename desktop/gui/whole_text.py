"""Rows as high as their text, for lists in which nothing may be cut off."""

from typing import cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from desktop.gui.plain_table import ROW_HEIGHT

PADDING = 13  # pixels left and right of a text in a cell


def show_whole(table: QTableView) -> None:
    """Let each row of *table* be as high as its whole text."""
    table.setWordWrap(True)
    table.setItemDelegate(_WholeText(table))
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)


class _WholeText(QStyledItemDelegate):
    """Measures with the padding of the style sheet, which Qt's own forgets."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Measure the text of a cell within its column."""
        table = cast("QTableView", self.parent())
        width = table.columnWidth(index.column()) - 2 * PADDING
        wraps = Qt.TextFlag.TextWordWrap.value
        text = table.fontMetrics().boundingRect(0, 0, width, 0, wraps, str(index.data() or ""))
        return QSize(width, max(text.height() + PADDING, ROW_HEIGHT))
