"""The list of a register's records: filtered and sorted in SQL, read a page at a time."""

from array import array
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from desktop.gui.look import COLOURS
from desktop.gui.words import Words
from desktop.registers.kinds import Reading
from desktop.registers.register import Field, Lines
from desktop.registers.rules import Row
from desktop.registers.states import DRAFT, QUERIED, READY, SUBMITTED, VOID
from desktop.store import clock
from desktop.store.list_columns import column, possible
from desktop.store.records import Filter, Records

PAGE = 50
# A list is shown by its first records: reading the places of a hundred thousand takes longer than all else at a log-in.
FIRST = 200
ROW_HEIGHT = 30
STATE, NUMBER = "state", "number"
_MOMENTS = ("created_at", "changed_at")
_STATE_COLOURS = {DRAFT: "second", READY: "good", SUBMITTED: "good", QUERIED: "warning", VOID: "faint"}

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
        self.columns: list[Field | Lines] = []
        self.set_columns(self.register.list)
        self.ids = array("q")
        self.filter = Filter()
        self._count = 0
        self._pages: dict[int, list[Row]] = {}

    def set_columns(self, names: Sequence[str]) -> None:
        """Show the columns *names* instead of those before."""
        self.beginResetModel()
        self.columns = [column(self.records.zone.definitions, self.register, name) for name in names]
        self._pages = {}
        self.endResetModel()

    @property
    def possible(self) -> list[Field | Lines]:
        """List all that may be a column."""
        return possible(self.records.zone.definitions, self.register)

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
            self._pages[page] = self._rows(self.ids[page * PAGE : (page + 1) * PAGE])
        return self._pages[page][place % PAGE]

    def _rows(self, ids: Sequence[int]) -> list[Row]:
        rows = self.records.rows(ids)
        if any(isinstance(one, Lines) and one.name not in self.register.list for one in self.columns):
            lines = self.records.lines_of([row["uid"] for row in rows])
            for row in rows:
                row.update({table.name: lines[row["uid"]].get(table.name, []) for table in self.register.lines})
        return rows

    def ids_of(self, places: Sequence[int]) -> list[int]:
        """Give the row ids of the records at *places*."""
        if places and max(places) >= len(self.ids):
            self._read_rest()
        return [self.ids[place] for place in places]

    def texts(self, ids: Sequence[int], columns: Sequence[Field | Lines]) -> list[list[str]]:
        """Give the records *ids* as rows of text, as they are shown in *columns*."""
        found = []
        for start in range(0, len(ids), PAGE):
            rows = self._rows(ids[start : start + PAGE])
            found += [[self._text(row, one) for one in columns] for row in rows]
        return found

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
        """Count the columns."""
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
        shown = self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(self.row(index.row()), shown)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(self._alignment(shown))
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._text(self.row(index.row()), shown) or None
        if role == Qt.ItemDataRole.ForegroundRole:
            state = str(self.row(index.row())["state"])
            if shown.name == STATE or state == VOID:
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
        if column.name in _MOMENTS:
            return clock.shown(str(row[column.name]))
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
