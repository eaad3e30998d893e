"""Records of several registers in one list: each as the list of its register says it, under the name of the register."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem

from desktop.gui.look import COLOURS, icon, kind
from desktop.gui.words import Words
from desktop.registers.kinds import Reading
from desktop.registers.register import Lines, Register
from desktop.registers.rules import Row
from desktop.registers.states import DRAFT, QUERIED, READY, SUBMITTED, VOID
from desktop.store.zone import Zone

_COLOURS = {DRAFT: "second", READY: "good", SUBMITTED: "good", QUERIED: "warning", VOID: "faint"}
_PLACE = Qt.ItemDataRole.UserRole
_MOST_LINES = 3
STATE_COLUMN = 3
ROW_HEIGHT = 26


@dataclass(frozen=True)
class Hit:
    """A record to be gone to: number, day, what its list says of it, and its state."""

    register: str
    uid: str
    number: str
    day: str
    what: str
    state: str
    colour: str
    picture: str


class Teller:
    """Says records of one register in a line each."""

    def __init__(self, zone: Zone, register: Register, words: Words) -> None:
        """Say them in the language of *words*."""
        self.register, self.words = register, words
        self._station, self._header = zone.station, zone.definitions.header.by_name
        self._reading = Reading(zone.today, dict(zone.definitions.codes))

    def tell(self, row: Row) -> Hit:
        """Say what the list of the register shows of a record, and nothing more."""
        register, state = self.register, str(row["state"])
        counted = register.by_name[register.counts_on]
        number = str(row["number"])
        if not self._station.is_headquarters:
            number = number.removeprefix(f"{row['prison']}-")
        said = [self._said(name, row) for name in register.list if name not in ("number", "state", counted.name)]
        code = self._reading.codes["record_states"].codes.get(state)
        named = f"{code.other.get('sign', '')} {self.words.of(code.label).lower()}" if code else state
        day = self.words.brief(row.get(counted.name), counted, self._reading)
        what = " · ".join(text for text in said if text)
        return Hit(register.name, str(row["uid"]), number, day, what, named, _COLOURS.get(state, "ink"), register.icon)

    def _said(self, name: str, row: Row) -> str:
        if lines := self.register.lines_by_name.get(name):
            found = [self._of_line(lines, line) for line in row.get(name, ())]
            names = list(dict.fromkeys(text for text in found if text))
            return ", ".join(names) if len(names) <= _MOST_LINES else str(len(found))
        f = self.register.by_name.get(name) or self._header[name]
        return self.words.brief(row.get(name), f, self._reading).partition("\n")[0]

    def _of_line(self, lines: Lines, line: Row) -> str:
        """Name a line by the first field of its title that says something: the last choice, or the first word."""
        fields = [lines.by_name[name] for name in lines.title if line.get(name) is not None]
        choices = [f for f in fields if f.codes and not f.unit]
        f = choices[-1] if choices else fields[0] if fields else None
        return self.words.brief(line[f.name], f, self._reading) if f else ""


class HitList(QTreeWidget):
    """Shows hits in groups; Enter or a click goes to one."""

    chosen = Signal(str, str)

    def __init__(self, name: str) -> None:
        """Begin empty, called *name* for who cannot see it."""
        super().__init__()
        self.setAccessibleName(name)
        self.setColumnCount(4)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setIndentation(0)
        self.setUniformRowHeights(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.header()
        header.setMinimumSectionSize(40)
        header.setStretchLastSection(False)
        for column, width in ((0, 112), (1, 92), (STATE_COLUMN, 116)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, width)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self.itemClicked.connect(self._go)

    def be_part(self) -> None:
        """Be a part of a card: no frame, no bars, and no states, for which there is little room."""
        kind(self, "bare")
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.header().resizeSection(0, 132)
        self.setColumnHidden(STATE_COLUMN, True)

    def widen_numbers(self) -> None:
        """Make room for the prison's code before the numbers."""
        self.header().resizeSection(0, 176)

    def add(self, group: str, hits: Iterable[Hit], tip: str = "") -> None:
        """Add *hits* under the heading *group*, and mark the first record there is."""
        if group:
            heading = QTreeWidgetItem(self, [group])
            heading.setFirstColumnSpanned(True)
            heading.setSizeHint(0, QSize(0, ROW_HEIGHT))
            heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
            heading.setForeground(0, QColor(COLOURS["second"]))
            heading.setToolTip(0, tip)
            font = heading.font(0)
            font.setBold(True)
            heading.setFont(0, font)
        for hit in hits:
            self._add(hit)
        self.mark_first()

    def add_mixed(self, hits: Iterable[Hit]) -> None:
        """Add *hits* of several registers without a heading, each with the picture of its own."""
        for hit in hits:
            self._add(hit).setIcon(0, icon(hit.picture, "second"))

    def mark_first(self) -> None:
        """Mark the first record, where none is marked."""
        first = self._first()
        if first and not self._current():
            self.setCurrentItem(first)

    def _add(self, hit: Hit) -> QTreeWidgetItem:
        item = QTreeWidgetItem(self, [hit.number, hit.day, hit.what, hit.state])
        item.setData(0, _PLACE, (hit.register, hit.uid))
        item.setSizeHint(0, QSize(0, ROW_HEIGHT))
        item.setToolTip(2, hit.what)
        item.setForeground(STATE_COLUMN, QColor(COLOURS[hit.colour]))
        return item

    @property
    def places(self) -> Sequence[tuple[str, str]]:
        """List the register and uid of every record shown."""
        items = (self.topLevelItem(place) for place in range(self.topLevelItemCount()))
        return [tuple(place) for item in items if item and (place := item.data(0, _PLACE))]

    def go_to_first(self) -> None:
        """Go to the first record, where there is one."""
        if item := self._first():
            self._go(item)

    def _first(self) -> QTreeWidgetItem | None:
        items = (self.topLevelItem(place) for place in range(self.topLevelItemCount()))
        return next((item for item in items if item and item.data(0, _PLACE)), None)

    def _current(self) -> QTreeWidgetItem | None:
        item = self.currentItem()
        return item if item and item.data(0, _PLACE) else None

    def _go(self, item: QTreeWidgetItem) -> None:
        if place := item.data(0, _PLACE):
            self.chosen.emit(*place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the marked record by Enter."""
        item = self._current()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and item:
            self._go(item)
            return
        super().keyPressEvent(event)
