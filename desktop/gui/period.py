"""The months that figures are asked for, typed as clerks type them."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from desktop.gui.look import SIGNS, label, restyle, sized
from desktop.gui.words import Words
from desktop.registers.kinds import Reading
from desktop.registers.labels import Label
from desktop.registers.messages import message
from desktop.registers.problems import NotReadable
from desktop.registers.register import Field

WIDTH = 84
# Two numbers may be a day and a month, or a month and a year.
_TWO_NUMBERS = re.compile(r"\s*\d{1,2}([./\- ]+\d{1,2})?\s*")


def read_month(text: str, reading: Reading) -> str:
    """Read a month or a year, typed `03.2013`, `2013-03`, `2013`, or as any day of the month. Raises NotReadable."""
    if _TWO_NUMBERS.fullmatch(text):
        raise NotReadable("reading.month", text=text.strip(), example=f"{reading.today:%m.%Y}")
    field = Field("month", "date", Label.same(""), precision="year")
    found = field.kind.read(text, field, reading)
    return str(found or "")[:7]


def in_digits(month: str) -> str:
    """Write a month, or a year where no more is known, for people: 03.2013."""
    return ".".join(reversed(month.split("-")))


def month_before(day: dt.date) -> str:
    """Give the month before that of *day*: the one that is due."""
    return f"{day.year - (day.month == 1)}-{(day.month - 2) % 12 + 1:02}"


def without_gaps(labels: Sequence[str]) -> Iterator[str]:
    """Give every year or month from the first to the last of *labels*, written `YYYY` or `YYYY-MM`."""
    if not labels:
        return
    at, last = min(labels), max(labels)
    while at <= last:
        yield at
        year, _, month = at.partition("-")
        follows = int(year) * 12 + int(month or 12)
        at = f"{follows // 12:04}-{follows % 12 + 1:02}" if month else f"{int(year) + 1:04}"


class Period(QWidget):
    """Two months; an empty one sets no limit. Whoever shows them finds a place for the *message*."""

    changed = Signal()

    def __init__(self, words: Words, reading: Reading) -> None:
        """Begin with all months."""
        super().__init__()
        self.words, self.reading = words, reading
        self.months = ("", "")
        self.editors = {name: self._build_editor(name) for name in ("first", "last")}
        self.message = label("", "error", wrap=True)
        self.message.hide()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(label(words("tables_page.period"), "second"))
        layout.addWidget(self.editors["first"])
        layout.addWidget(label("–", "second"))
        layout.addWidget(self.editors["last"])
        layout.addStretch(1)

    def _build_editor(self, name: str) -> QLineEdit:
        editor = QLineEdit()
        editor.setFixedWidth(sized(WIDTH))
        editor.setPlaceholderText(self.words(f"tables_page.{name}_month"))
        editor.setAccessibleName(self.words(f"tables_page.{name}"))
        editor.setToolTip(f"{self.words(f'tables_page.{name}')}: 03.2013, 2013")
        editor.editingFinished.connect(self.read)
        return editor

    def read(self) -> None:
        """Take what was typed, and tell where it is another period; what cannot be read stays as it was typed."""
        self.message.hide()
        found = [self._read(editor) for editor in self.editors.values()]
        if None in found:
            return
        first, last = (month or "" for month in found)
        if first and last and first > f"{last}-12"[:7]:
            self._refuse(self.editors["last"], message("tables_page.reversed"))
        elif (first, last) != self.months:
            self.months = first, last
            self.changed.emit()

    def _read(self, editor: QLineEdit) -> str | None:
        try:
            found = read_month(editor.text(), self.reading)
        except NotReadable as problem:
            self._refuse(editor, problem.text)
            return None
        editor.setText(in_digits(found))
        restyle(editor, "state", "")
        editor.setAccessibleDescription("")
        return found

    def _refuse(self, editor: QLineEdit, why: Label) -> None:
        self.message.setText(f"{SIGNS['error']} {self.words.of(why)}")
        self.message.show()
        restyle(editor, "state", "error")
        editor.setAccessibleDescription(self.words.of(why))

    def in_words(self) -> str:
        """Say the period."""
        if not any(self.months):
            return self.words("tables_page.all_months")
        names = (self.words("tables_page.first_month"), self.words("tables_page.last_month"))
        first, last = (in_digits(month) or name for month, name in zip(self.months, names, strict=True))
        return f"{first} – {last}"
