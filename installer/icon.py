"""Draw the program's icon: an open register on the accent's ground. `python -m installer.icon` writes depter.ico."""

import struct
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QGuiApplication, QImage, QPainter, QPen

SIZES = (16, 20, 24, 32, 40, 48, 64, 256)
GROUND, PAPER, INK, MARK = "#0b6b6b", "#ffffff", "#0b6b6b", "#e0a83a"
FINE = 32  # below this a line of the page would be a blur


def drawn(size: int) -> QImage:
    """Draw the icon *size* points wide."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size / 64, size / 64)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(QColor(GROUND)))
    painter.drawRoundedRect(QRectF(0, 0, 64, 64), 12, 12)
    painter.setBrush(QBrush(QColor(PAPER)))
    painter.drawRoundedRect(QRectF(13, 10, 38, 44), 4, 4)
    painter.setBrush(QBrush(QColor(MARK)))
    painter.drawRect(QRectF(13, 18, 38, 7))
    painter.setPen(QPen(QColor(INK), 3 if size >= FINE else 5))
    for y in (33, 40, 47) if size >= FINE else (34, 45):
        painter.drawLine(20, y, 44, y)
    painter.end()
    return image


def write(path: Path) -> None:
    """Write the icon in all sizes, each a PNG, as Windows has read them since Vista."""
    pictures = []
    for size in SIZES:
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        drawn(size).save(buffer, "PNG")
        pictures.append((size, buffer.data().data()))
    head = struct.pack("<HHH", 0, 1, len(pictures))
    place = len(head) + 16 * len(pictures)
    entries = b""
    for size, content in pictures:
        entries += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(content), place)
        place += len(content)
    path.write_bytes(head + entries + b"".join(content for _, content in pictures))


if __name__ == "__main__":
    app = QGuiApplication(["icon", "-platform", "offscreen"])
    write(Path(__file__).with_name("depter.ico"))
