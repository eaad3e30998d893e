"""A chart of figures of one dimension: bars side by side over time, otherwise one below the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.analysis.tables import show
from desktop.gui.look import COLOURS

BAR_HEIGHT, BAR_STEP = 14, 24
WIDEST_COLUMN = 46
GAP = 8


@dataclass(frozen=True)
class Bar:
    """One figure: its *label*, its value and how that is written; a *faint* one has no known place in its dimension."""

    label: str
    value: Decimal
    text: str
    faint: bool = False


class FigureChart(QWidget):
    """Paints bars in the palette, each with its value where there is room for it."""

    def __init__(self) -> None:
        """Show nothing until `show_bars`."""
        super().__init__()
        self.bars: Sequence[Bar] = ()
        self.over_time, self.language = False, "ru"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_bars(self, bars: Sequence[Bar], *, over_time: bool, language: str) -> None:
        """Show *bars*: as columns where they go *over_time*."""
        self.bars, self.over_time, self.language = bars, over_time, language
        self.setAccessibleDescription("; ".join(f"{bar.label}: {bar.text}" for bar in bars))
        self.setMinimumHeight(160 if over_time else len(bars) * BAR_STEP)
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for enough to be read."""
        return QSize(320, max(160, self.minimumHeight()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bars."""
        if not self.bars:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.over_time:
            self._paint_columns(painter)
        else:
            self._paint_bars(painter)
        painter.end()

    @property
    def _most(self) -> float:
        return max((float(bar.value) for bar in self.bars), default=0.0) or 1.0

    def _paint_bars(self, painter: QPainter) -> None:
        metrics = self.fontMetrics()
        names = min(max(metrics.horizontalAdvance(bar.label) for bar in self.bars), int(self.width() * 0.42))
        values = max(metrics.horizontalAdvance(bar.text) for bar in self.bars)
        left, room = names + GAP, max(self.width() - names - values - 3 * GAP, 10)
        for place, bar in enumerate(self.bars):
            middle = place * BAR_STEP + BAR_STEP / 2
            line = QRectF(0, middle - BAR_STEP / 2, names, BAR_STEP)
            painter.setPen(QColor(COLOURS["second"]))
            label = metrics.elidedText(bar.label, Qt.TextElideMode.ElideRight, names)
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, label)
            length = float(bar.value) / self._most * room
            painter.fillRect(QRectF(left, middle - BAR_HEIGHT / 2, max(length, 1), BAR_HEIGHT), self._colour(bar))
            painter.setPen(QColor(COLOURS["ink"]))
            painter.drawText(
                QRectF(left + length + GAP, line.top(), values + GAP, BAR_STEP), Qt.AlignmentFlag.AlignVCenter, bar.text
            )

    @staticmethod
    def _colour(bar: Bar) -> QColor:
        return QColor(COLOURS["edge" if bar.faint else "accent"])

    def _paint_columns(self, painter: QPainter) -> None:
        metrics = self.fontMetrics()
        marks = ticks(self._most)
        axis = max(metrics.horizontalAdvance(self._written(mark)) for mark in marks) + GAP
        plot = QRectF(axis, metrics.height() + 4, self.width() - axis, self.height() - 2 * metrics.height() - 12)
        scale = plot.height() / float(marks[-1])
        for mark in marks:
            height = plot.bottom() - float(mark) * scale
            painter.setPen(QColor(COLOURS["line"]))
            painter.drawLine(QPointF(plot.left(), height), QPointF(plot.right(), height))
            painter.setPen(QColor(COLOURS["second"]))
            space = QRectF(0, height - 10, axis - GAP, 20)
            painter.drawText(space, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._written(mark))
        step = plot.width() / len(self.bars)
        columns = [self._column(place, bar, plot, scale) for place, bar in enumerate(self.bars)]
        for bar, column in zip(self.bars, columns, strict=True):
            painter.fillRect(column, self._colour(bar))
        self._write_labels(painter, plot, step)
        self._write_values(painter, columns)

    def _column(self, place: int, bar: Bar, plot: QRectF, scale: float) -> QRectF:
        step = plot.width() / len(self.bars)
        width, height = min(step * 0.68, WIDEST_COLUMN), float(bar.value) * scale
        return QRectF(plot.left() + (place + 0.5) * step - width / 2, plot.bottom() - height, width, height)

    def _write_labels(self, painter: QPainter, plot: QRectF, step: float) -> None:
        """Name as many columns as fit under them, at even distances."""
        widest = max(self.fontMetrics().horizontalAdvance(bar.label) for bar in self.bars) + GAP
        every = max(1, -(-widest // max(int(step), 1)))
        painter.setPen(QColor(COLOURS["second"]))
        for place in range(0, len(self.bars), every):
            middle = min(plot.left() + (place + 0.5) * step, plot.right() - (widest - GAP) / 2)
            space = QRectF(middle - widest / 2, plot.bottom() + 4, widest, self.fontMetrics().height())
            painter.drawText(space, Qt.AlignmentFlag.AlignHCenter, self.bars[place].label)

    def _write_values(self, painter: QPainter, columns: Sequence[QRectF]) -> None:
        """Write the values over their columns, the largest first, where nothing stands already."""
        metrics = self.fontMetrics()
        painter.setPen(QColor(COLOURS["accent"]))
        taken: list[QRectF] = [column for column in columns if column.height() > 0]
        for place in sorted(range(len(self.bars)), key=lambda place: -self.bars[place].value):
            width = metrics.horizontalAdvance(self.bars[place].text) + 4
            middle, top = columns[place].center().x(), columns[place].top() - metrics.height() - 1
            space = QRectF(middle - width / 2, top, width, metrics.height())
            if columns[place].height() > 0 and not any(space.intersects(other) for other in taken):
                painter.drawText(space, Qt.AlignmentFlag.AlignCenter, self.bars[place].text)
                taken.append(space)

    def _written(self, mark: Decimal) -> str:
        return show(mark, self.language)


def ticks(most: float) -> list[Decimal]:
    """Choose the marks of an axis that reaches *most*: at even distances of 1, 2 or 5 times a power of ten."""
    power = Decimal(10) ** (Decimal(str(most)).adjusted() - 1)
    step = next(power * times for times in (1, 2, 5, 10, 20, 50) if power * times * 5 >= Decimal(str(most)))
    marks = [Decimal(0)]
    while marks[-1] < Decimal(str(most)):
        marks.append(marks[-1] + step)
    return marks
