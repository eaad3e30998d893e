"""Buttons side by side that leave out the keys written on them where there is no room for all."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget


class ButtonRow(QWidget):
    """Shows *first* on the left and *last* on the right; keys that are left out stand in the tool tip."""

    def __init__(self, first: Sequence[QPushButton], last: Sequence[QPushButton]) -> None:
        """Take buttons as `look.button` makes them: their accessible name is their text without keys."""
        super().__init__()
        self._whole = {one: one.text() for one in (*first, *last)}
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for one in first:
            row.addWidget(one)
        row.addStretch(1)
        for one in last:
            row.addWidget(one)
        for one in self._whole:
            # Or the row would be as wide as it was once, and never be told that it is too wide.
            one.setMinimumWidth(1)

    def _fit(self) -> None:
        shown = {one: text for one, text in self._whole.items() if not one.isHidden()}
        wanted = sum(_width(one, text) for one, text in shown.items()) + (len(shown) - 1) * self._row.spacing()
        is_brief = wanted > self.width()
        for one, text in self._whole.items():
            wished = one.accessibleName() if is_brief else text
            if one.text() != wished:
                one.setText(wished)
                one.setToolTip(text if is_brief else "")

    def event(self, event: QEvent) -> bool:
        """Fit anew when a button was shown or hidden."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the buttons to the width."""
        super().resizeEvent(event)
        self._fit()


def _width(button: QPushButton, text: str) -> int:
    """Give the width that *button* would ask for with *text*."""
    metrics = button.fontMetrics()
    return button.sizeHint().width() + metrics.horizontalAdvance(text) - metrics.horizontalAdvance(button.text())
