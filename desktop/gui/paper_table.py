"""A long table on paper: set row by row over A4 pages, its headings on each, by a thread that may be called off."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPagedPaintDevice, QPainter

from desktop.gui.look import PAPER
from desktop.gui.printing import Foot
from desktop.registers.problems import AppError

TITLE_POINTS, POINTS, FOOT_POINTS = 13, 8.5, 7.5
PADDING = 1.1  # millimetres around the text of a cell
# The widths of columns are weighed by so many rows; all of a hundred thousand would say little more.
WEIGHED = 500
# No column is narrower than a date or wider than so many letters before its text is broken into lines.
LEAST, MOST = 7, 40
TELL_EVERY = 50  # rows

Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Sheet:
    """What is printed: *second* and *last* are lines below the title and below the rows; *rights* are columns of numbers."""

    title: str
    second: str
    headings: Sequence[str]
    rights: Sequence[bool]
    rows: Sequence[Sequence[str]]
    last: str


def paint(sheet: Sheet, device: QPagedPaintDevice, foot: Foot, tell: Tell) -> int:
    """Paint *sheet* on a printer or into a PDF, telling how many rows are set; give the number of pages.

    Raises AppError where the printer takes nothing, and what *tell* raises to call it off.
    """
    painter = QPainter()
    if not painter.begin(device):
        raise AppError("printing.not_printed")
    try:
        return _Setting(sheet, device, painter).paint(foot, tell)
    finally:
        painter.end()


class _Setting:
    """The sheet on one device, measured in its dots."""

    def __init__(self, sheet: Sheet, device: QPagedPaintDevice, painter: QPainter) -> None:
        self.sheet, self.device, self.painter = sheet, device, painter
        inches = device.pageLayout().paintRect(device.pageLayout().Unit.Inch).size()
        self._dots = float(device.logicalDpiX())
        self.width, self.height = inches.width() * self._dots, inches.height() * self._dots
        self.pad = PADDING * self._dots / 25.4
        self.plain, self.bold = self._font(POINTS), self._font(POINTS, bold=True)
        self.title, self.small = self._font(TITLE_POINTS, bold=True), self._font(FOOT_POINTS)
        self.widths = self._widths()
        self.bottom = self.height - QFontMetricsF(self.small, device).height() * 2.4

    def _font(self, points: float, *, bold: bool = False) -> QFont:
        font = QFont("Noto Sans")
        font.setPixelSize(round(points * self._dots / 72))
        font.setBold(bold)
        return font

    def _widths(self) -> list[float]:
        columns = range(len(self.sheet.headings))
        weighed = self.sheet.rows[:WEIGHED]
        # A heading may be broken between words; what stands below it has the longest word whole at least.
        longest = [
            max([*(len(row[at]) for row in weighed), *map(len, self.sheet.headings[at].split()), LEAST]) for at in columns
        ]
        wished = [min(letters, MOST) for letters in longest]
        return [self.width * letters / sum(wished) for letters in wished]

    def _height(self, texts: Sequence[str], font: QFont) -> float:
        metrics = QFontMetricsF(font, self.device)
        tallest = metrics.height()
        for text, width in zip(texts, self.widths, strict=True):
            room = width - 2 * self.pad
            if metrics.horizontalAdvance(text) > room:
                tallest = max(tallest, metrics.boundingRect(QRectF(0, 0, room, self.height), _flags(), text).height())
        return min(tallest + self.pad, self.height / 2)

    def paint(self, foot: Foot, tell: Tell) -> int:
        """Break the rows into pages first, for each foot says how many there are, and paint them then."""
        rows, of = self.sheet.rows, 2 * len(self.sheet.rows)
        head = self._height(self.sheet.headings, self.bold)
        heights, pages = [], [0]
        top = at = self._top() + head
        for place, row in enumerate(rows):
            heights.append(self._height(row, self.plain))
            if at + heights[-1] > self.bottom and place > pages[-1]:
                pages.append(place)
                at = head
            at += heights[-1]
            if not place % TELL_EVERY:
                tell(place, of)
        last = self._text_height(self.sheet.last, self.bold)
        count = len(pages) + (at + last > self.bottom)
        at = top - head
        for page, first in enumerate(pages):
            if page:
                self._next(foot(page, count))
                at = 0.0
            else:
                self._paint_title()
            self._row(at, head, self.sheet.headings, self.bold)
            at += head
            for place in range(first, pages[page + 1] if page + 1 < len(pages) else len(rows)):
                self._row(at, heights[place], rows[place], self.plain)
                at += heights[place]
                if not place % TELL_EVERY:
                    tell(len(rows) + place, of)
        if count > len(pages):
            self._next(foot(len(pages), count))
            at = 0.0
        self._text(at + self.pad, self.sheet.last, self.bold)
        self._foot(foot(count, count))
        return count

    def _next(self, foot: str) -> None:
        self._foot(foot)
        if not self.device.newPage():
            raise AppError("printing.not_printed")

    def _top(self) -> float:
        return self._text_height(self.sheet.title, self.title) + self._text_height(self.sheet.second, self.plain) + 2 * self.pad

    def _paint_title(self) -> None:
        self._text(0, self.sheet.title, self.title)
        self._text(self._text_height(self.sheet.title, self.title), self.sheet.second, self.plain)

    def _text_height(self, text: str, font: QFont) -> float:
        room = QRectF(0, 0, self.width, self.height)
        return QFontMetricsF(font, self.device).boundingRect(room, _flags(), text).height() + self.pad

    def _text(self, at: float, text: str, font: QFont) -> None:
        self.painter.setFont(font)
        self.painter.setPen(QColor(PAPER["ink"]))
        self.painter.drawText(QRectF(0, at, self.width, self.height - at), _flags(), text)

    def _row(self, at: float, height: float, texts: Sequence[str], font: QFont) -> None:
        painter, left = self.painter, 0.0
        painter.setFont(font)
        painter.setPen(QColor(PAPER["ink"]))
        for text, width, is_right in zip(texts, self.widths, self.sheet.rights, strict=True):
            box = QRectF(left + self.pad, at + self.pad / 2, width - 2 * self.pad, height)
            painter.drawText(box, _flags(right=is_right), text)
            left += width
        pen = painter.pen()
        pen.setColor(QColor(PAPER["edge"]))
        pen.setWidthF(self._dots / 144)
        painter.setPen(pen)
        painter.drawLine(0, round(at + height), round(self.width), round(at + height))

    def _foot(self, text: str) -> None:
        self.painter.setFont(self.small)
        self.painter.setPen(QColor(PAPER["second"]))
        flags = Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextWordWrap
        self.painter.drawText(QRectF(0, self.bottom, self.width, self.height - self.bottom), int(flags), text)


def _flags(*, right: bool = False) -> int:
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    return int(side | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWrapAnywhere | Qt.TextFlag.TextWordWrap)
