"""What stands on the first page: a card for each register, and lines that say what is to be done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.gui.look import SIGNS, button, icon, kind, label, sized
from desktop.gui.words import Words
from desktop.registers.register import Register
from desktop.store.due import Counts

CARD_HEIGHT, CARD_WIDTH = 58, 176
# What a line may be, the most urgent first, and the sign and colour it is told by.
LOOKS = {"error": "error", "warning": "warning", "draft": "second", "notice": "second", "good": "good"}


class RegisterCard(QPushButton):
    """A register in numbers; a click goes to it."""

    def __init__(self, register: Register, words: Words, parent: QWidget) -> None:
        """Show the name alone until `show_counts`."""
        super().__init__(parent)
        kind(self, "figure")
        self.register, self.words = register, words
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._name = words.of(register.label)
        self.setAccessibleName(self._name)
        picture = QLabel()
        picture.setPixmap(icon(register.icon, "second").pixmap(16, 16))
        self._title = label(self._name, "title")
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.number = label(" ", "second")
        self.number.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.more = label("", "warning")
        for one in (picture, self._title, self.number, self.more):
            one.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 10, 6)
        layout.setSpacing(1)
        head, foot = QHBoxLayout(), QHBoxLayout()
        for row in (head, foot):
            row.setSpacing(6)
            layout.addLayout(row)
        head.addWidget(picture)
        head.addWidget(self._title, 1)
        foot.addWidget(self.number, 1)
        foot.addWidget(self.more)

    def show_counts(self, found: Counts) -> None:
        """Show the number of the month that the page names, and what is not finished of any month."""
        words = self.words
        number = words("home.in_month", n=found.month) if found.month else words("home.no_records")
        told = {"draft": (found.drafts, "home.drafts"), "warning": (found.warned, "home.warned")}
        self.number.setText(number)
        self.more.setText("  ".join(f"{SIGNS[sign]} {n}" for sign, (n, _) in told.items() if n))
        said = ", ".join([self._name, number, *(words(name, n=n) for n, name in told.values() if n)])
        self.setAccessibleName(said)
        self.setToolTip(f"{said}\n{words.of(self.register.purpose)}")

    def sizeHint(self) -> QSize:
        """Ask for the height of two lines: a button itself asks for its own text alone."""
        return QSize(sized(CARD_WIDTH), sized(CARD_HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten the name where it does not fit."""
        super().resizeEvent(event)
        room = self.width() - 44
        self._title.setText(self._title.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideRight, room))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the register by Enter as by the space bar."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)


class Cards(QWidget):
    """Cards side by side, as many in a row as fit."""

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self._cards: Sequence[RegisterCard] = ()
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)

    def show_cards(self, cards: Sequence[RegisterCard]) -> None:
        """Lay *cards* out, anew as soon as the width is known."""
        self._cards = cards
        self._lay_out(max(1, len(cards)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fill the width."""
        super().resizeEvent(event)
        self._lay_out(max(1, (self.width() + 8) // (sized(CARD_WIDTH) + 8)))

    def _lay_out(self, columns: int) -> None:
        if columns == self._columns:
            return
        for column in range(self._columns):
            self._grid.setColumnStretch(column, 0)
        self._columns = columns
        for place, card in enumerate(self._cards):
            self._grid.addWidget(card, place // columns, place % columns)
        for column in range(columns):
            self._grid.setColumnStretch(column, 1)


@dataclass(frozen=True)
class Line:
    """Something to be done: how urgent it is, and what helps, under a name."""

    look: str
    text: str
    action: str = ""
    do: Callable[[], None] | None = None


class Lines(QWidget):
    """Lines of what is to be done, the most urgent first."""

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self.lines: list[Line] = []
        self.buttons: list[QPushButton] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show *lines* in place of those before."""
        order = list(LOOKS)
        found = sorted(lines, key=lambda line: order.index(line.look))
        if [(one.look, one.text, one.action) for one in found] == [(one.look, one.text, one.action) for one in self.lines]:
            return
        self._clear()
        self.lines = found
        for row, line in enumerate(found):
            self._add(row, line)

    def _clear(self) -> None:
        self.buttons = []
        while item := self._grid.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()

    def _add(self, row: int, line: Line) -> None:
        top = Qt.AlignmentFlag.AlignTop
        look = LOOKS[line.look]
        self._grid.addWidget(label(SIGNS.get(line.look, "·"), look), row, 0, top)
        text = label(line.text, "" if look == "second" else look, wrap=True)
        self._grid.addWidget(text, row, 1, top)
        if line.do:
            made = button(line.action)
            kind(made, "link")
            made.setAccessibleName(f"{line.action}: {line.text}")
            made.clicked.connect(lambda _=False, do=line.do: do())
            self._grid.addWidget(made, row, 2, top)
            self.buttons.append(made)
