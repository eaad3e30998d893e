"""The roll on the screen: people down, days across, one key a person a day."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from desktop.gui.look import COLOURS, kind, sized
from desktop.gui.words import Words
from desktop.registers.codes import CodeList
from desktop.registers.rolls import Roll
from desktop.store.roll_calls import RollCall, attended

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
DAY_WIDTH, NAME_WIDTH, SUM_WIDTH = 58, 260, 96
ROW_HEIGHT = 28


class RollModel(QAbstractTableModel):
    """A row for each person and one for the sums; a column for the name, for each day, and for the sum of a person."""

    def __init__(self, call: RollCall, roll: Roll, marks: CodeList, words: Words) -> None:
        """Begin with the marks that are kept."""
        super().__init__()
        self.call, self.roll, self.codes, self.words = call, roll, marks, words
        self.marks = dict(call.marks)

    @property
    def is_changed(self) -> bool:
        """Tell whether a mark differs from what is kept."""
        return self.marks != dict(self.call.marks)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Count the people, and the row of the sums."""
        return 0 if parent.isValid() else len(self.call.people) + 1

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Count the days, the name before and the sum after them."""
        return 0 if parent.isValid() else len(self.call.days) + 2

    def key_of(self, index: Index) -> tuple[str, dt.date] | None:
        """Give the person and the day of a cell that can be marked."""
        day = index.column() - 1
        if not (0 <= index.row() < len(self.call.people) and 0 <= day < len(self.call.days)):
            return None
        return self.call.people[index.row()].code, self.call.days[day]

    def mark(self, index: Index, mark: str) -> None:
        """Mark a cell, or clear it by no mark."""
        if key := self.key_of(index):
            self.marks.pop(key, None)
            if mark:
                self.marks[key] = mark
            self._tell()

    def mark_day(self, column: int, mark: str) -> int:
        """Mark everybody who has no mark on the day of *column*; give how many they were."""
        empty = [key for row in range(len(self.call.people)) if (key := self.key_of(self.index(row, column))) not in self.marks]
        found = [key for key in empty if key]
        self.marks |= dict.fromkeys(found, mark)
        self._tell()
        return len(found)

    def _tell(self) -> None:
        self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))

    # What is shown

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give the day of a column, with its year where the pointer rests."""
        if role == Qt.ItemDataRole.TextAlignmentRole and section == 0:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        if orientation != Qt.Orientation.Horizontal or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        if section == 0:
            return self.words("roll.person")
        if section == self.columnCount() - 1:
            return self.words("roll.attended")
        day = self.call.days[section - 1]
        return f"{day:%d.%m}" if role == Qt.ItemDataRole.DisplayRole else f"{day:%d.%m.%Y}"

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give the sign of a mark, the name of a person, or a sum."""
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(index)
            case Qt.ItemDataRole.AccessibleTextRole | Qt.ItemDataRole.ToolTipRole:
                return self._said(index)
            case Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignLeft if index.column() == 0 else Qt.AlignmentFlag.AlignHCenter
                return int(side | Qt.AlignmentFlag.AlignVCenter)
            case Qt.ItemDataRole.ForegroundRole:
                return QColor(COLOURS[self._colour(index)])
            case Qt.ItemDataRole.FontRole if index.row() == len(self.call.people):
                font = QFont()
                font.setBold(True)
                return font
        return None

    def _colour(self, index: Index) -> str:
        key = self.key_of(index)
        return "ink" if key is None or self.marks.get(key) in (*self.roll.counts, None) else "warning"

    def _text(self, index: Index) -> str:
        row, column = index.row(), index.column()
        if row == len(self.call.people):
            return self._sum(column)
        person = self.call.people[row]
        if column == 0:
            return f"{person.name} · {person.code}" if person.name else person.code
        if column == self.columnCount() - 1:
            days = attended(self.roll, self.marks)[person.code]
            return f"{days} / {len(self.call.days)} · {round(100 * days / len(self.call.days))} %"
        mark = self.marks.get((person.code, self.call.days[column - 1]), "")
        row_of_mark = self.codes.codes.get(mark)
        return (row_of_mark.other.get("sign") or mark) if row_of_mark else mark

    def _sum(self, column: int) -> str:
        if column == 0:
            return self.words("roll.were_there")
        if column == self.columnCount() - 1:
            return ""
        day = self.call.days[column - 1]
        there = sum(self.marks.get((person.code, day)) in self.roll.counts for person in self.call.people)
        return f"{there} / {len(self.call.people)}"

    def _said(self, index: Index) -> str:
        """Say a cell to who cannot see the sign: who, when, and what."""
        key = self.key_of(index)
        if key is None:
            return self._text(index)
        person, mark = self.call.people[index.row()], self.codes.codes.get(self.marks.get(key, ""))
        said = self.words.of(mark.label) if mark else self.words("roll.no_mark")
        return f"{person.name or person.code}, {key[1]:%d.%m.%Y}: {said}"


class RollGrid(QTableView):
    """Takes one key for each mark and goes on to the next person, after the last to the next day."""

    edited = Signal()

    def __init__(self, call: RollCall, roll: Roll, marks: CodeList, words: Words) -> None:
        """Begin at the first day that somebody has no mark on."""
        super().__init__()
        self.grid = RollModel(call, roll, marks, words)
        self.keys = keys_of(marks)
        self.setModel(self.grid)
        self.setAccessibleName(words("roll.title"))
        kind(self, "plain")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(sized(ROW_HEIGHT))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(True)
        header.setMinimumSectionSize(40)
        for column in range(self.grid.columnCount()):
            self.setColumnWidth(column, DAY_WIDTH)
        self.setColumnWidth(0, NAME_WIDTH)
        self.setColumnWidth(self.grid.columnCount() - 1, SUM_WIDTH)
        self.grid.dataChanged.connect(lambda *_: self.edited.emit())
        self.setCurrentIndex(self.grid.index(0, self._first_open_day()))

    def _first_open_day(self) -> int:
        people = [person.code for person in self.grid.call.people]
        days = self.grid.call.days
        open_days = (place for place, day in enumerate(days) if any((code, day) not in self.grid.marks for code in people))
        return next(open_days, 0) + 1

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Mark by the key of a mark, clear by Delete, go on by Enter; all other keys walk through the grid."""
        index, typed = self.currentIndex(), event.text()
        if self.grid.key_of(index) and typed and typed in self.keys:
            self.grid.mark(index, self.keys[typed])
            self._go_on()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.grid.mark(index, "")
        elif (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self._go_on()
        else:
            super().keyPressEvent(event)

    def _go_on(self) -> None:
        index = self.currentIndex()
        row, column = index.row() + 1, index.column()
        if row >= len(self.grid.call.people):
            row, column = 0, min(column + 1, len(self.grid.call.days))
        self.setCurrentIndex(self.grid.index(row, column))

    def mark_day(self) -> int:
        """Let everybody without a mark have been there on the day of the marked cell."""
        return self.grid.mark_day(self.currentIndex().column(), self.grid.roll.counts[0])


def keys_of(marks: CodeList) -> Mapping[str, str]:
    """Give what each key means: the letters of a mark in both layouts, as its code list has them, and a space the first mark."""
    found = {key: code for code, row in marks.codes.items() for key in row.other.get("keys") or ""}
    return found | {" ": next(iter(marks.codes))}
