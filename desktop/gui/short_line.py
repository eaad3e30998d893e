"""A line of text that gives way where room is short: it ends in dots, and its tool tip says it whole."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel

from desktop.gui.look import kind


class ShortLine(QLabel):
    """Takes the room of its whole text where there is room, and no more than is left elsewhere."""

    def __init__(self, text: str = "", name: str = "") -> None:
        """Say *text* in one kind of the style sheet."""
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        kind(self, name)
        self._whole = ""
        self.setText(text)

    def setText(self, text: str) -> None:
        """Say *text*, as much of it as fits."""
        self._whole = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self._fit()

    def text(self) -> str:
        """Give the whole text."""
        return self._whole

    def _fit(self) -> None:
        room = self.width() - self._around
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, max(room, 0))
        super().setText(shown)
        self.setToolTip(self._whole if shown != self._whole else "")

    @property
    def _around(self) -> int:
        """Give the width of what the style sheet puts around the text."""
        shown = super().text()
        return super().sizeHint().width() - self.fontMetrics().horizontalAdvance(shown) if shown else 0

    def sizeHint(self) -> QSize:
        """Ask for the room of the whole text."""
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + max(self._around, 20), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Do with a few letters."""
        return QSize(self.fontMetrics().averageCharWidth() * 4, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the text to the width."""
        super().resizeEvent(event)
        self._fit()
