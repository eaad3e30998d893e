"""The foot of a list: how many records are shown and marked, what their numbers add up to, and the ways in and out."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.gui.look import button, kind, sized
from desktop.gui.short_line import ShortLine
from desktop.gui.words import Words
from desktop.registers.kinds import Reading
from desktop.store.records import Filter, Records
from desktop.store.sums import Sum, Summing

# Sums wait until the list itself is on the screen.
SUM_AFTER = 60  # milliseconds
# Not yet added up to the end.
GOING_ON = "…"


class FootLine(QLabel):
    """One line of text that ends in dots where it does not fit, and is told in full by its tool tip."""

    def __init__(self) -> None:
        """Say nothing."""
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        kind(self, "second")
        self.setMinimumWidth(sized(60))
        self.whole = ""

    def say(self, text: str) -> None:
        """Say *text*."""
        self.whole = text
        shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, max(self.width(), 60))
        self.setText(shown)
        self.setToolTip(text if shown != text else "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the text to the width."""
        super().resizeEvent(event)
        self.say(self.whole)


class ListFoot(QWidget):
    """Counts and sums of what the list shows or, where several records are marked, of those."""

    def __init__(self, records: Records, words: Words, *, may_write: bool) -> None:
        """Tell nothing yet; *may_write* offers to import."""
        super().__init__()
        self.records, self.words = records, words
        self._shown = self._marked = 0
        self._summing: Summing | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go_on)
        self._build(may_write=may_write)

    def _build(self, *, may_write: bool) -> None:
        words = self.words
        self.line = FootLine()
        self.export_button = button(words("list_export_page.open"))
        self.export_button.setToolTip("Ctrl+E")
        self.print_button = button(words("list_print.open"))
        self.print_button.setToolTip("Ctrl+P")
        self.import_button = button(words("foreign_page.button"))
        self.import_button.setToolTip(words("foreign_page.button_tip"))
        if not may_write:
            self.import_button.hide()
        row = QHBoxLayout()
        for one in (self.export_button, self.print_button, self.import_button):
            kind(one, "link")
            row.addWidget(one)
        row.addStretch(1)
        row.addWidget(ShortLine(words("list.keys"), "second"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.line)
        layout.addLayout(row)

    def tell(self, shown: int, marked: int, wanted: Filter, ids: Sequence[int] | None = None) -> None:
        """Tell how many records are *shown* and *marked*, and add up those of *wanted*, or of *ids* alone."""
        self._shown, self._marked = shown, marked
        self._summing = Summing(self.records, wanted, ids)
        self._say(is_done=not self.records.register.summed or not shown)
        if self.records.register.summed and shown:
            self._timer.start(SUM_AFTER)

    def _go_on(self) -> None:
        # A lock closes the files before it takes the pages away.
        if self._summing is None or not self.records.zone.is_open:
            return
        if not self.window().isEnabled():  # the file is in use by long work
            self._timer.start(SUM_AFTER)
            return
        is_done = not self._summing.go_on()
        self._say(is_done=is_done)
        if not is_done:
            self._timer.start(0)

    def _say(self, *, is_done: bool) -> None:
        parts = [self.words("list.count", n=self._shown)]
        if self._marked > 1:
            parts.append(self.words("list_page.marked", n=self._marked))
        parts += self._sums() if is_done else [GOING_ON]
        self.line.say(" · ".join(parts))

    def _sums(self) -> list[str]:
        return sums_in_words(self.records, self._summing.sums if self._summing else [], self.words)


def sums_in_words(records: Records, sums: Sequence[Sum], words: Words) -> list[str]:
    """Word *sums*, each number once with all of its units, named where it could be mistaken for another."""
    register, told = records.register, []
    for path in dict.fromkeys(one.path for one in sums):
        amounts = ", ".join(_amount(records, one, words) for one in sums if one.path == path)
        named = len(register.summed) > 1 or any(not one.unit for one in sums if one.path == path)
        told.append(f"{words.of(register.at(path).label)}: {amounts}" if named else amounts)
    return told


def _amount(records: Records, one: Sum, words: Words) -> str:
    codes = records.zone.definitions.codes
    shown = one.field.kind.show(one.value, one.field, Reading(records.zone.today, dict(codes)), words.language)
    unit = codes["units"].codes.get(one.unit)
    return f"{shown} {words.of(unit.label)}" if unit else shown
