"""What the two pages about receipts share: a list of what was said of records, and below it the marked one and its record."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.gui.look import label, restyle, scaled, small
from desktop.gui.plain_table import Cell, Column, PlainTable


class Replies(QWidget):
    """A page with its title and what it can do on top, a list, and what the marked entry says below."""

    def build(
        self,
        title: str,
        able: Iterable[QPushButton],
        listed: str,
        columns: Sequence[Column],
        none: str,
        below: Iterable[QPushButton],
    ) -> None:
        """Lay the page out: *able* stand beside the title, *below* under what the marked entry says."""
        self.said = label("", wrap=True)
        self.said.hide()
        self.table = PlainTable(listed, list(columns))
        self.empty = label(none, "second", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(8)
        layout.addLayout(_row([(scaled(label(title, "title"), 1.45), 1), *((one, 0) for one in able)]))
        layout.addWidget(self.said)
        layout.addWidget(small(label(listed.upper(), "section")))
        layout.addWidget(self.table, 1)
        layout.addWidget(self.empty, 1)
        layout.addWidget(self._build_details(below))

    def _build_details(self, below: Iterable[QPushButton]) -> QWidget:
        self.details = QWidget()
        self.text, self.more = label("", wrap=True), label("", "second", wrap=True)
        buttons = _row([(one, 0) for one in below])
        buttons.addStretch(1)
        layout = QVBoxLayout(self.details)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.text)
        layout.addWidget(self.more)
        layout.addLayout(buttons)
        return self.details

    def show_entries(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Show the entries as *rows*, the marked one still marked, or say that there are none."""
        self.table.show_rows([list(row) for row in rows], max(self.table.place, 0))
        for widget in (self.table, self.details):
            widget.setVisible(bool(rows))
        self.empty.setVisible(not rows)

    def say(self, text: str, severity: str) -> None:
        """Say below the title what something came to."""
        self.said.setText(text)
        self.said.show()
        restyle(self.said, "kind", severity)


def _row(widgets: Iterable[tuple[QWidget, int]]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for widget, stretch in widgets:
        row.addWidget(widget, stretch)
    return row
