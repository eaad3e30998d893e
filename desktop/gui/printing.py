"""What goes on paper: on which printer, page by page with its foot, or as a PDF of the same pages."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QGuiApplication,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextDocument,
)
from PySide6.QtWidgets import QWidget

from desktop.gui.look import PAPER
from desktop.registers.problems import AppError

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

MARGIN = 15  # millimetres
POINTS, FOOT_POINTS = 9.5, 7.5
# Lines that the foot of a page may take, with the blank one above it.
FOOT_LINES = 3.2

# Words the foot of a page by its number and that of all.
Foot = Callable[[int, int], str]


def choose_printer(parent: QWidget, title: str, none_there: str) -> "QPrinter | None":
    """Ask for a printer; None for not printing. Raises AppError with the sentence *none_there* where there is none."""
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo

    if not QPrinterInfo.availablePrinterNames():
        raise AppError(none_there)
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    # Print queues show the name of a document to everybody.
    printer.setDocName("Depter")
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle(title)
    return printer if dialog.exec() else None


def set_page(device: QPagedPaintDevice, *, landscape: bool = False) -> None:
    """Let *device* take A4 with the margins that every printer can keep."""
    orientation = QPageLayout.Orientation.Landscape if landscape else QPageLayout.Orientation.Portrait
    margins = QMarginsF(MARGIN, MARGIN, MARGIN, MARGIN)
    device.setPageLayout(QPageLayout(QPageSize(QPageSize.PageSizeId.A4), orientation, margins, QPageLayout.Unit.Millimeter))


def paint(documents: Sequence[QTextDocument], device: QPagedPaintDevice, foot: Foot) -> int:
    """Paint *documents* on a printer or into a PDF, each from a page of its own, all pages counted; give their number.

    Raises AppError where the printer takes nothing.
    """
    inches = device.pageLayout().paintRect(QPageLayout.Unit.Inch).size()
    dots = QGuiApplication.primaryScreen().logicalDotsPerInch()
    size = QSizeF(inches.width() * dots, inches.height() * dots)
    painter = QPainter()
    if not painter.begin(device):
        raise AppError("printing.not_printed")
    painter.scale(device.logicalDpiX() / dots, device.logicalDpiX() / dots)
    font = QFont("Noto Sans")
    # In dots, for points would be those of the device and then scaled once more.
    font.setPixelSize(round(FOOT_POINTS * dots / 72))
    foot_height = FOOT_POINTS * FOOT_LINES * 1.4 * dots / 72
    body = QSizeF(size.width(), size.height() - foot_height)
    for document in documents:
        document.setDocumentMargin(0)
        document.setPageSize(body)
    pages, page = sum(document.pageCount() for document in documents), 0
    for document in documents:
        for place in range(document.pageCount()):
            if page:
                device.newPage()
            page += 1
            painter.save()
            painter.translate(0, -place * body.height())
            # A clip that touches the next page would have its first line written here as well, though nobody sees it.
            document.drawContents(painter, QRectF(0, place * body.height() + 1, body.width(), body.height() - 2))
            painter.restore()
            painter.setFont(font)
            painter.setPen(QColor(PAPER["second"]))
            bottom = Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(0, body.height(), size.width(), foot_height), int(bottom), foot(page, pages))
    painter.end()
    return pages


def document_of(html: str) -> QTextDocument:
    """Set *html* in the bundled font, as everything on paper is."""
    made = QTextDocument()
    font = QFont("Noto Sans")
    font.setPointSizeF(POINTS)
    made.setDefaultFont(font)
    made.setDefaultStyleSheet(
        f"h1 {{ font-size: 14pt; }} h2 {{ font-size: 11pt; }} th {{ color: {PAPER['second']}; text-align: left; }}"
        f" .second {{ color: {PAPER['second']}; }}"
    )
    made.setHtml(html)
    return made


def as_pdf(documents: Sequence[QTextDocument], foot: Foot, *, landscape: bool = False) -> bytes:
    """Give *documents* as one PDF of A4 pages, whose title says nothing of what is in it."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle("Depter")
    writer.setResolution(600)
    set_page(writer, landscape=landscape)
    paint(documents, writer, foot)
    del writer
    return bytes(content.data())


def write_pdf(path: Path, content: bytes) -> None:
    """Write a PDF where a person chose. Raises AppError."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise AppError("printing.not_written", file=path.name) from error
