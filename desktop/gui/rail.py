"""The rail on the left: what this person may open, zone by zone, one click or Alt and a digit away.

Where not all fits, groups close from the last one up, but never the one whose page is open; a narrow window keeps the
pictures alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop.gui.look import icon, kind, label, scaled, sized

WIDTH, NARROW, TEXT_WIDTH = 204, 48, 136
MOST_NUMBERED = 9


@dataclass(frozen=True)
class Entry:
    """A page of the rail: *key* names it, *group* is the heading it stands under."""

    key: str
    text: str
    picture: str
    group: str = ""


class EntryButton(QPushButton):
    """An entry: its picture, its name in up to two lines, how much waits there, and the digit that opens it."""

    def __init__(self, entry: Entry, number: int) -> None:
        """Show the entry that stands at *number*."""
        super().__init__()
        kind(self, "entry")
        self.entry = entry
        self.said = ""
        self.setIcon(icon(entry.picture, "second"))
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.addStretch(1)
        self.badge = label("", "warning")
        self.digit = label(str(number) if number <= MOST_NUMBERED else "", "second")
        row.addWidget(self.badge)
        row.addWidget(self.digit)
        self.narrow(is_narrow=False)
        self.tell(0, "")

    def narrow(self, *, is_narrow: bool) -> None:
        """Show the picture alone, or the name beside it."""
        lines = in_lines(self.entry.text, self.fontMetrics(), sized(TEXT_WIDTH))
        self.setText("" if is_narrow else "\n".join(lines).replace("&", "&&"))
        for one in (self.badge, self.digit):
            one.setVisible(not is_narrow and bool(one.text()))
        self._is_narrow = is_narrow

    def tell(self, number: int, said: str) -> None:
        """Show that *number* records wait there, and *said* where the pointer rests."""
        self.badge.setText(str(number) if number else "")
        self.badge.setVisible(bool(number) and not self._is_narrow)
        self.said = said if number else ""
        name = f"{self.entry.text}: {said}" if number else self.entry.text
        self.setAccessibleName(name)
        digit = f"  Alt+{self.digit.text()}" if self.digit.text() else ""
        self.setToolTip(f"{name}{digit}")


def in_lines(text: str, metrics: QFontMetrics, width: int) -> list[str]:
    """Break *text* between words so that it stands in one line of *width* pixels or two, the second shortened at need."""
    if metrics.horizontalAdvance(text) <= width:
        return [text]
    words = text.split()
    fitting = [n for n in range(1, len(words)) if metrics.horizontalAdvance(" ".join(words[:n])) <= width]
    if not fitting:
        return [metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)]
    first, rest = " ".join(words[: fitting[-1]]), " ".join(words[fitting[-1] :])
    return [first, metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width)]


class Group(QWidget):
    """Entries under a heading, which opens and closes them; entries without a heading are always there."""

    def __init__(self, name: str) -> None:
        """Begin open and empty."""
        super().__init__()
        self.buttons: list[EntryButton] = []
        self.is_open, self._is_narrow = True, False
        self.heading = QPushButton(name)
        kind(self.heading, "heading")
        self.heading.setAutoDefault(False)
        self.heading.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._name = name
        small_font = self.heading.font()
        small_font.setPointSizeF(small_font.pointSizeF() * 0.88)
        self.heading.setFont(small_font)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self.heading)
        self._show()

    def add(self, made: EntryButton) -> None:
        """Put an entry below the others."""
        self.buttons.append(made)
        self._layout.addWidget(made)

    def open(self, *, is_open: bool) -> None:
        """Show the entries, or the heading alone."""
        if self._name and is_open != self.is_open:
            self.is_open = is_open
            self._show()

    def narrow(self, *, is_narrow: bool) -> None:
        """Show pictures alone, whether the group is open or not: a heading has no room."""
        self._is_narrow = is_narrow
        for made in self.buttons:
            made.narrow(is_narrow=is_narrow)
        self._show()

    def _show(self) -> None:
        self.heading.setVisible(bool(self._name) and not self._is_narrow)
        self.heading.setIcon(icon("chevron-down" if self.is_open else "chevron-right", "faint", 12))
        for made in self.buttons:
            made.setVisible(self.is_open or self._is_narrow)

    @property
    def heights(self) -> tuple[int, int]:
        """Give the height of the heading, and that of the entries below it."""
        heading = self.heading.sizeHint().height() if self._name and not self._is_narrow else 0
        return heading, sum(made.sizeHint().height() for made in self.buttons)


class Area(QScrollArea):
    """The part of the rail that scrolls; tells when it has become larger or smaller."""

    resized = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell it."""
        super().resizeEvent(event)
        self.resized.emit()


class Rail(QWidget):
    """Shows entries and tells which was chosen."""

    chosen = Signal(str)

    def __init__(
        self, name: str, place: str, entries: Sequence[Entry], foot: Sequence[QPushButton], parent: QWidget | None = None
    ) -> None:
        """List *entries* under the name of the program and the *place* it serves; *foot* stands at the bottom."""
        super().__init__(parent)
        kind(self, "rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(sized(WIDTH))
        self.buttons: dict[str, EntryButton] = {}
        self.groups: dict[str, Group] = {}
        self.is_narrow = False
        self._page = ""
        # What the person opened or closed stays so.
        self._wished: dict[str, bool] = {}
        self._foot = {button: button.text() for button in foot}
        self._title = scaled(label(name, "title"), 1.3)
        self._place = label(place, "second", wrap=True)
        head = QVBoxLayout()
        head.setContentsMargins(14, 12, 8, 4)
        head.setSpacing(0)
        head.addWidget(self._title)
        head.addWidget(self._place)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 1, 8)  # the line on the right stays to be seen
        layout.setSpacing(2)
        layout.addLayout(head)
        self._area = self._build_area()
        layout.addWidget(self._area, 1)
        self._build_entries(self._area, entries)
        for button in foot:
            button.setToolTip(button.text())
            button.setAccessibleName(button.text())
            layout.addWidget(button)

    def _build_area(self) -> Area:
        scroll = Area()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return scroll

    def _build_entries(self, scroll: Area, entries: Sequence[Entry]) -> None:
        # Built from the outside in: a widget that moves into another is dressed anew with all that it holds.
        inner = QWidget()
        scroll.setWidget(inner)
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(6, 0, 4, 4)
        layout.setSpacing(0)
        for number, entry in enumerate(entries, 1):
            if entry.group not in self.groups:
                group = self.groups[entry.group] = Group(entry.group)
                group.heading.clicked.connect(lambda _=False, name=entry.group: self._toggle(name))
                layout.addWidget(group)
            self.groups[entry.group].add(self._build_entry(entry, number))
        layout.addStretch(1)
        scroll.resized.connect(self._fit)

    def _build_entry(self, entry: Entry, number: int) -> EntryButton:
        made = self.buttons[entry.key] = EntryButton(entry, number)
        made.clicked.connect(lambda _=False, key=entry.key: self.chosen.emit(key))
        if number <= MOST_NUMBERED:
            action = QAction(self)
            action.setShortcut(f"Alt+{number}")
            action.triggered.connect(lambda _=False, key=entry.key: self.chosen.emit(key))
            self.addAction(action)
        return made

    def count(self, key: str, number: int, said: str) -> None:
        """Show beside an entry how much waits there, and *said* where the pointer rests on it; nothing for 0."""
        if key in self.buttons:
            self.buttons[key].tell(number, said)

    def mark(self, key: str) -> None:
        """Show *key* as the page that is open."""
        self._page = key
        for name, one in self.buttons.items():
            one.setChecked(name == key)
        self._fit()
        if key in self.buttons:
            self._area.ensureWidgetVisible(self.buttons[key], 0, 8)

    def narrow(self, *, is_narrow: bool) -> None:
        """Keep the pictures alone, or show the names beside them."""
        if is_narrow == self.is_narrow:
            return
        self.is_narrow = is_narrow
        self.setFixedWidth(NARROW if is_narrow else sized(WIDTH))
        for one in (self._title, self._place):
            one.setVisible(not is_narrow)
        for button, text in self._foot.items():
            button.setText("" if is_narrow else text)
        for group in self.groups.values():
            group.narrow(is_narrow=is_narrow)
        self._fit()

    # What fits

    def _toggle(self, name: str) -> None:
        group = self.groups[name]
        self._wished[name] = not group.is_open
        group.open(is_open=not group.is_open)

    def _fit(self) -> None:
        """Close groups from the last one up until the rest fits, but for those that are looked at or were opened by hand."""
        room = self._area.viewport().height() - 4
        heights = {name: group.heights for name, group in self.groups.items()}
        is_open = {name: self._wished.get(name, True) or self._holds_page(name) for name in self.groups}
        needed = sum(heading + below * is_open[name] for name, (heading, below) in heights.items())
        for name in reversed(self.groups):
            if needed <= room:
                break
            if name and is_open[name] and not self._wished.get(name) and not self._holds_page(name):
                is_open[name] = False
                needed -= heights[name][1]
        for name, group in self.groups.items():
            group.open(is_open=is_open[name])

    def _holds_page(self, name: str) -> bool:
        return any(made.entry.key == self._page for made in self.groups[name].buttons)
