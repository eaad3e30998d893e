"""The recovery sheet of a zone on paper: one page with the code, what it is for and where to keep it, in every language.

The page is painted straight onto the printer, or in memory where it becomes a file; the code stands in no file unless
somebody chose so.
"""

from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPagedPaintDevice, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen

from desktop.gui.look import PAPER
from desktop.registers.declarations import Definitions
from desktop.registers.labels import LANGUAGES, Label
from desktop.registers.messages import message
from desktop.registers.problems import AppError
from desktop.store.keyring import read_station
from desktop.store.people import who_can_open

MARGIN = 15  # millimetres
# Everything on the page is measured in tenths of a millimetre.
PER_INCH = 254
COLUMNS, ROW, GAP = 5, 190, 45
LINE_LENGTH = 480
PARAGRAPHS = ("purpose", "keep", "use")


@dataclass(frozen=True)
class Sheet:
    """What a recovery sheet says: whose station it is of, which zone it opens, its number and its code."""

    station: Label
    zone: str
    label: Label
    number: int
    code: str = field(repr=False)

    @property
    def file_name(self) -> str:
        """Name the file that it may be saved as; it tells nothing of a person."""
        return f"depter-{self.zone}-{self.number}.pdf"


def sheet_of(folder: Path, definitions: Definitions, zone: str, code: str) -> Sheet:
    """Put together the sheet of the *code* that was just made for *zone*. Raises AppError."""
    station, number = read_station(folder), who_can_open(folder, zone).sheets_unproven[-1]
    prison = definitions.codes["prisons"].codes[station.prison].label
    place = Label({language: f"{prison[language]} {station.letter}".strip() for language in LANGUAGES})
    return Sheet(place, zone, definitions.codes["zones"].codes[zone].label, number, code)


def save_pdf(sheet: Sheet, path: Path) -> None:
    """Write the sheet as a PDF file. Raises AppError."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle("Depter")
    paint(sheet, writer)
    try:
        path.write_bytes(buffer.data().data())
    except OSError as error:
        raise AppError("people.not_written", file=path.name) from error


def paint(sheet: Sheet, device: QPagedPaintDevice) -> None:
    """Paint the page on a printer or into a PDF. Raises AppError where the printer takes nothing."""
    margins = QMarginsF(MARGIN, MARGIN, MARGIN, MARGIN)
    device.setPageLayout(
        QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter)
    )
    painter = QPainter()
    if not painter.begin(device):
        raise AppError("recovery_page.not_printed")
    scale = device.logicalDpiX() / PER_INCH
    painter.scale(scale, scale)
    _Page(painter, device.width() / scale).draw(sheet)
    painter.end()


class _Page:
    """The page as it is painted, from the top down."""

    def __init__(self, painter: QPainter, width: float) -> None:
        self._painter, self._width, self._y = painter, width, 0.0

    def draw(self, sheet: Sheet) -> None:
        """Draw the sheet from its heading to the lines for signatures."""
        first, *others = _each("title")
        self._text(first, 74, bold=True)
        self._text("  ·  ".join(others), 40, "second")
        self._y += 40
        self._text("  ·  ".join(dict.fromkeys(sheet.station.values())), 40)
        self._text("  ·  ".join(dict.fromkeys(sheet.label.values())), 56, bold=True)
        self._text("  ·  ".join(f"{word} {sheet.number}" for word in dict.fromkeys(_each("number"))), 34, "second")
        self._y += 40
        self._draw_code(sheet.code.split("-"))
        self._y += 60
        self._draw_words()
        self._draw_signatures()

    def _draw_code(self, groups: list[str]) -> None:
        width = self._width / COLUMNS
        rows = -(-len(groups) // COLUMNS)
        box = QRectF(0, self._y, self._width, rows * ROW + GAP)
        self._painter.setPen(QPen(QColor(PAPER["edge"]), 3))
        self._painter.drawRoundedRect(box, 20, 20)
        for place, group in enumerate(groups):
            row, column = divmod(place, COLUMNS)
            left, top = column * width + GAP, self._y + GAP + row * ROW
            self._at(QRectF(left, top, width, 40), str(place + 1), 28, "second")
            self._at(QRectF(left, top + 42, width, 120), group, 72, bold=True)
        self._y += box.height()

    def _draw_words(self) -> None:
        """Set the languages side by side."""
        width = (self._width - 2 * GAP) / len(LANGUAGES)
        ends = []
        for place, language in enumerate(LANGUAGES):
            top = self._y
            for name in PARAGRAPHS:
                text = message(f"recovery_sheet.{name}")[language]
                top = self._at(QRectF(place * (width + GAP), top, width, 3000), text, 36).bottom() + 30
            ends.append(top)
        self._y = max(ends)

    def _draw_signatures(self) -> None:
        self._y += 90
        self._painter.setPen(QPen(QColor(PAPER["ink"]), 2))
        step = (self._width - LINE_LENGTH) / 2
        for place in range(3):
            left = int(place * step)
            self._painter.drawLine(left, int(self._y), left + LINE_LENGTH, int(self._y))
            words = "  ·  ".join(_each("signature" if place else "date"))
            self._at(QRectF(left, self._y + 10, LINE_LENGTH, 60), words, 28, "second")

    def _text(self, text: str, height: int, colour: str = "ink", *, bold: bool = False) -> None:
        self._y = self._at(QRectF(0, self._y, self._width, 600), text, height, colour, bold=bold).bottom() + 6

    def _at(self, place: QRectF, text: str, height: int, colour: str = "ink", *, bold: bool = False) -> QRectF:
        """Write *text* in letters of *height*, and give the room that it took."""
        font = QFont("Noto Sans")
        font.setPixelSize(height)
        font.setBold(bold)
        self._painter.setFont(font)
        self._painter.setPen(QColor(PAPER[colour]))
        return self._painter.drawText(place, int(Qt.TextFlag.TextWordWrap), text)


def _each(name: str) -> list[str]:
    said = message(f"recovery_sheet.{name}")
    return [said[language] for language in LANGUAGES]
