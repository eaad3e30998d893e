"""What a table leaves out of its total, reason by reason, each with the way to its records."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QScrollArea, QSizePolicy, QWidget

from desktop.analysis.tables import Uncounted
from desktop.gui.explanation import LOOKS
from desktop.gui.figure_grid import Target, with_unit
from desktop.gui.look import kind, label
from desktop.gui.words import Words
from desktop.registers.codes import CodeList

ROW_HEIGHT = 24
LARGEST_SHARE = 0.23  # of the window's height


class LeftOut(QScrollArea):
    """Lists reasons: the doubtful first, with their amounts, then those for not counting."""

    asked = Signal(object)

    def __init__(self, words: Words, units: CodeList) -> None:
        """Show nothing until `show_reasons`."""
        super().__init__()
        self.words, self.units = words, units
        self.buttons: dict[str, QPushButton] = {}
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def show_reasons(self, doubtful: Sequence[Uncounted], not_counted: Sequence[Uncounted], *, summed: bool) -> None:
        """Show the reasons; amounts are written where the table is *summed*."""
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 0, 6, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        self.buttons = {}
        for row, one in enumerate((*doubtful, *not_counted)):
            self._add(grid, row, one, summed=summed and one.verdict == "doubtful")
        if not self.buttons:
            grid.addWidget(label(self.words("tables_page.all_counted"), "good", wrap=True), 0, 0, 1, 3)
        self.setWidget(inner)
        self._fit()

    def _fit(self) -> None:
        """Take as much height as the reasons need at this width, and no more than leaves room for the figures."""
        if inner := self.widget():
            room = max(ROW_HEIGHT, int((self.window().height()) * LARGEST_SHARE))
            self.setFixedHeight(min(inner.heightForWidth(self.viewport().width()) + 2, room))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit into the new width."""
        super().resizeEvent(event)
        self._fit()

    def _add(self, grid: QGridLayout, row: int, one: Uncounted, *, summed: bool) -> None:
        sign, look = LOOKS[one.verdict]
        text = f"{self.words(f'tables_page.{one.verdict}')}: {self.words.of(one.text)}"
        grid.addWidget(label(f"{sign} {text}", look, wrap=True), row, 0)
        amounts = [with_unit(value, unit, self.units, self.words) for unit, value in one.amounts.items() if value]
        grid.addWidget(label("; ".join(amounts) if summed else "", look), row, 1, Qt.AlignmentFlag.AlignRight)
        records = self.words("list.count", n=one.records)
        grid.setRowMinimumHeight(row, ROW_HEIGHT)
        button = QPushButton(records)
        button.setAutoDefault(False)
        button.setAccessibleName(f"{text}: {records}")
        kind(button, "link")
        button.clicked.connect(lambda: self.asked.emit(Target(self.words.of(one.text), reason=one.name)))
        grid.addWidget(button, row, 2)
        self.buttons[one.name] = button
