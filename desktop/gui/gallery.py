"""Every page of a station, drawn one after another: what the self-test looks at, and what pictures are taken of."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QFont, QFontInfo, QImage, QRawFont
from PySide6.QtWidgets import QApplication, QWidget

from desktop.gui import pages
from desktop.gui.look import dress
from desktop.gui.main_window import MainWindow
from desktop.gui.qt_words import speak_qt
from desktop.gui.recovery_sheet import save_pdf, sheet_of
from desktop.registers.declarations import Definitions
from desktop.store.vault import Vault

WIDTH, HEIGHT = 1366, 728  # a screen of 1366x768 less the bar of Windows
FAMILY = "Noto Sans"
# The letters that Kyrgyz has and Russian has not, with marks that the pages use.
LETTERS = "ЯяЁёҢңӨөҮү№✖✔▸"
# A page that was drawn has more colours than the ground and one ink.
FEWEST_COLOURS = 8
# What the platform that draws for nobody says of itself.
OF_NOBODY = "This plugin does not support"


def begin(*, on_screen: bool) -> QApplication:
    """Give the dressed application, which draws for nobody unless *on_screen*."""
    platform = [] if on_screen else ["-platform", "offscreen"]
    app = QApplication.instance() or QApplication([sys.argv[0], *platform])
    assert isinstance(app, QApplication)  # noqa: S101 - this program makes no other
    dress(app)
    return app


@contextmanager
def complaints() -> Iterator[list[str]]:
    """Gather what Qt complains of meanwhile."""
    found: list[str] = []

    def hear(kind: QtMsgType, _: QMessageLogContext, text: str) -> None:
        if kind in (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg) and not text.startswith(OF_NOBODY):
            found.append(text)

    before = qInstallMessageHandler(hear)
    try:
        yield found
    finally:
        qInstallMessageHandler(before)


def missing_letters() -> str:
    """Give the letters that the bundled font should have and has not, or all of them where it was not loaded."""
    font = QFont(FAMILY, 9)
    if QFontInfo(font).family() != FAMILY:
        return LETTERS
    raw = QRawFont.fromFont(font)
    return "".join(letter for letter in LETTERS if letter.isalpha() and not raw.supportsCharacter(ord(letter)))


def draw_first(folder: Path, definitions: Definitions, language: str, pictures: Path | None = None) -> list[str]:
    """Draw what somebody sees who has not opened the station in *folder* yet, and give the names of what stayed empty."""
    window = _shown(MainWindow(folder, definitions, language))
    try:
        return [] if _is_drawn(window, pictures, f"{language}-first") else ["first"]
    finally:
        _put_away(window)


def draw_pages(vault: Vault, language: str, pictures: Path | None = None) -> tuple[list[str], list[str]]:
    """Draw every page of an open station, and give the names of all pages and of those that stayed empty."""
    window = MainWindow(vault.folder, vault.definitions, language)
    window.open(vault)
    _shown(window)
    try:
        names = [entry.key for entry in pages.entries(vault, window.words)]
        empty = []
        for name in names:
            window.show_page(name)
            if not _is_drawn(window, pictures, f"{language}-{vault.station.prison}-{name}"):
                empty.append(name)
        return names, empty
    finally:
        _put_away(window)


def print_sheet(vault: Vault, zone: str, code: str, path: Path) -> None:
    """Print the recovery sheet of the *code* that was just made into a PDF file. Raises AppError."""
    save_pdf(sheet_of(vault.folder, vault.definitions, zone, code), path)


def dialogs_speak(app: QApplication, language: str) -> bool:
    """Tell whether Qt's own dialogs have words for readers of *language*."""
    return speak_qt(app, language)


def _shown(window: MainWindow) -> MainWindow:
    window.resize(WIDTH, HEIGHT)
    window.show()
    settle()
    return window


def settle() -> None:
    """Let layouts inside layouts find their sizes, each of which takes a turn of its own."""
    for _ in range(5):
        QApplication.processEvents()


def _is_drawn(window: QWidget, pictures: Path | None, name: str) -> bool:
    settle()
    image = window.grab().toImage()
    if pictures:
        pictures.mkdir(parents=True, exist_ok=True)
        # To Windows a colon in a name is no part of it.
        image.save(str(pictures / f"{name.replace(':', '-')}.png"))
    return _colours(image) >= FEWEST_COLOURS


def _colours(image: QImage) -> int:
    """Count the colours of every seventh point, as far as it matters."""
    found: set[int] = set()
    for y in range(0, image.height(), 7):
        found |= {image.pixel(x, y) for x in range(0, image.width(), 7)}
        if len(found) >= FEWEST_COLOURS:
            break
    return len(found)


def _put_away(window: MainWindow) -> None:
    # Closing would back the station up first.
    window.hide()
    window.vault = None
    window.deleteLater()
    settle()
