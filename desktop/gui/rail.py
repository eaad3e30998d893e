"""The rail on the left: what this person may open, zone by zone, one click or Alt and a digit away."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop.gui.look import icon, kind, label, scaled, small

WIDTH, TEXT_WIDTH = 204, 136
MOST_NUMBERED = 9


@dataclass(frozen=True)
class Entry:
    """A page of the rail: *key* names it, *group* is the heading it stands under."""

    key: str
    text: str
    picture: str
    group: str = ""


class Rail(QWidget):
    """Shows entries and tells which was chosen."""

    chosen = Signal(str)

    def __init__(self, name: str, place: str, entries: Sequence[Entry], foot: Sequence[QWidget]) -> None:
        """List *entries* under the name of the program and the *place* it serves; *foot* stands at the bottom."""
        super().__init__()
        kind(self, "rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self.buttons: dict[str, QPushButton] = {}
        self._badges: dict[str, QLabel] = {}
        title = label(name, "title")
        scaled(title, 1.3)
        head = QVBoxLayout()
        head.setContentsMargins(14, 12, 8, 4)
        head.setSpacing(0)
        head.addWidget(title)
        head.addWidget(label(place, "second", wrap=True))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 1, 8)  # the line on the right stays to be seen
        layout.setSpacing(2)
        layout.addLayout(head)
        layout.addWidget(self._build_entries(entries), 1)
        for widget in foot:
            layout.addWidget(widget)

    def _build_entries(self, entries: Sequence[Entry]) -> QScrollArea:
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(6, 0, 4, 4)
        layout.setSpacing(0)
        group = ""
        for number, entry in enumerate(entries, 1):
            if entry.group != group:
                group = entry.group
                layout.addWidget(small(label(group, "zone")))
            layout.addWidget(self._build_entry(entry, number))
        layout.addStretch(1)
        scroll = self._area = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        return scroll

    def _build_entry(self, entry: Entry, number: int) -> QPushButton:
        made = QPushButton()
        kind(made, "entry")
        made.setText(made.fontMetrics().elidedText(entry.text, Qt.TextElideMode.ElideRight, TEXT_WIDTH))
        made.setIcon(icon(entry.picture, "second"))
        made.setCheckable(True)
        made.setAutoDefault(False)
        made.setAccessibleName(entry.text)
        made.setToolTip(entry.text)
        made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        made.clicked.connect(lambda _=False, key=entry.key: self.chosen.emit(key))
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 8, 0)
        row.addStretch(1)
        badge = self._badges[entry.key] = label("", "warning")
        row.addWidget(badge)
        if number <= MOST_NUMBERED:
            row.addWidget(label(str(number), "second"))
            action = QAction(self)
            action.setShortcut(f"Alt+{number}")
            action.triggered.connect(lambda _=False, key=entry.key: self.chosen.emit(key))
            self.addAction(action)
        self.buttons[entry.key] = made
        return made

    def count(self, key: str, number: int, said: str) -> None:
        """Show beside an entry how much waits there, and *said* where the pointer rests on it; nothing for 0."""
        if key not in self.buttons:
            return
        name = self.buttons[key].accessibleName().partition(": ")[0]
        self._badges[key].setText(str(number) if number else "")
        self.buttons[key].setToolTip(f"{name}: {said}" if number else name)
        self.buttons[key].setAccessibleName(f"{name}: {said}" if number else name)

    def mark(self, key: str) -> None:
        """Show *key* as the page that is open."""
        for name, one in self.buttons.items():
            one.setChecked(name == key)
        if key in self.buttons:
            self._area.ensureWidgetVisible(self.buttons[key], 0, 8)
