"""How everything looks: one quiet palette, the bundled fonts, icons in the colour of their text, one style sheet."""

from functools import cache
from string import Template
from typing import Any

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from desktop.registers.resources import RESOURCES

# Contrast of every text colour on its ground is 4.5 to 1 or better; a test measures it.
LIGHT = {
    "ground": "#f4f6f8", "card": "#ffffff", "line": "#dde3e9", "edge": "#b9c3cc", "ink": "#1c2733", "second": "#5b6875",
    "accent": "#0b6b6b", "deep": "#095656", "tint": "#e3f1f0", "error": "#b3261e", "error_tint": "#fdf0ef",
    "warning": "#8a5a00", "warning_tint": "#fdf6e8", "good": "#2e6b34", "faint": "#66727e",
    "practice": "#f2a33a",
}  # fmt: skip
DARK = {
    "ground": "#12181f", "card": "#1b232c", "line": "#303b46", "edge": "#5a6874", "ink": "#e6ebf0", "second": "#a9b5c0",
    "accent": "#5cc2ba", "deep": "#7fd3cc", "tint": "#17383a", "error": "#ff9d94", "error_tint": "#3a1f1f",
    "warning": "#e9b95a", "warning_tint": "#362b14", "good": "#86cf8b", "faint": "#98a4af",
    "practice": "#7a4a08",
}  # fmt: skip
# What the window wears now; what is printed is on white paper always.
COLOURS = dict(LIGHT)
PAPER = LIGHT

SIGNS = {"error": "✖", "warning": "!", "good": "✔", "draft": "✎"}


# The size that the lengths of the pages are drawn for.
DRAWN_AT = 9


def dress(app: QApplication, points: int = DRAWN_AT, scheme: str = "light") -> None:
    """Give the program its fonts, palette and style sheet; *points* is the size of ordinary text.

    Widgets that are there already keep their icons and their own sizes: they must be made anew.
    """
    _load_fonts()
    app.styleHints().setColorScheme(_SCHEMES[scheme])
    COLOURS.update(DARK if _is_dark(app, scheme) else LIGHT)
    icon.cache_clear()
    _worn.update(points=points, scheme=scheme)
    app.setStyle("Fusion")
    app.setFont(QFont("Noto Sans", points))
    app.setPalette(_palette())
    sheet = Template((RESOURCES / "style" / "window.qss").read_text("utf-8"))
    arrow = "chevron-down-on-dark" if COLOURS["card"] == DARK["card"] else "chevron-down"
    app.setStyleSheet(sheet.substitute(COLOURS, icons=(RESOURCES / "icons").as_posix(), arrow=arrow))


_SCHEMES = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark, "system": Qt.ColorScheme.Unknown}
_worn: dict[str, Any] = {"points": DRAWN_AT, "scheme": "light"}


def wears(points: int, scheme: str) -> bool:
    """Tell whether the program is dressed so already."""
    return _worn == {"points": points, "scheme": scheme}


def _is_dark(app: QApplication, scheme: str) -> bool:
    return scheme == "dark" or (scheme == "system" and app.styleHints().colorScheme() == Qt.ColorScheme.Dark)


@cache
def _load_fonts() -> None:
    for path in sorted((RESOURCES / "fonts").glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(path))


def sized(length: int) -> int:
    """Give a length that was drawn for text of 9 points as the size of text asks for now."""
    return round(length * int(_worn["points"]) / DRAWN_AT)


def _palette() -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for name, colour in (
        (role.Window, "ground"), (role.Base, "card"), (role.AlternateBase, "ground"), (role.Text, "ink"),
        (role.WindowText, "ink"), (role.Button, "card"), (role.ButtonText, "ink"), (role.Highlight, "accent"),
        (role.HighlightedText, "card"), (role.PlaceholderText, "faint"), (role.ToolTipBase, "card"), (role.ToolTipText, "ink"),
        (role.Link, "accent"), (role.LinkVisited, "accent"),
    ):  # fmt: skip
        palette.setColor(name, QColor(COLOURS[colour]))
    return palette


@cache
def icon(name: str, colour: str = "ink", size: int = 16) -> QIcon:
    """Draw the icon *name* in a colour of the palette."""
    made = QIcon()
    for scale in (1, 2):
        made.addPixmap(_drawn(name, COLOURS[colour], size, scale))
    return made


def _drawn(name: str, colour: str, size: int, scale: int) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer

    # QtSvg paints currentColor black.
    path = RESOURCES / "icons" / f"{name}.svg"
    if not path.exists():
        path = RESOURCES / "icons" / "book-open.svg"
    text = path.read_text("utf-8").replace("currentColor", colour)
    pixmap = QPixmap(size * scale, size * scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(text.encode())).render(painter, QRectF(0, 0, size * scale, size * scale))
    painter.end()
    pixmap.setDevicePixelRatio(scale)
    return pixmap


def kind(widget: QWidget, name: str) -> QWidget:
    """Mark *widget* for the style sheet."""
    widget.setProperty("kind", name)
    return widget


def restyle(widget: QWidget, name: str, value: object) -> None:
    """Change a property that the style sheet looks at, and redraw."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def label(text: str = "", name: str = "", *, wrap: bool = False) -> QLabel:
    """Make a label of plain text, of one kind of the style sheet."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if name:
        kind(made, name)
    return made


def small(widget: QLabel) -> QLabel:
    """Set a label in smaller letters than the rest."""
    return scaled(widget, 0.88)


def scaled(widget: QLabel, factor: float) -> QLabel:
    """Set a label in letters *factor* times as large as the rest."""
    font = widget.font()
    font.setPointSizeF(font.pointSizeF() * factor)
    widget.setFont(font)
    return widget


def button(text: str, *, picture: str = "", primary: bool = False, keys: str = "") -> QPushButton:
    """Make a button, with its keys written on it; a page has one *primary* button at most."""
    made = QPushButton(f"{text}  {keys}" if keys else text)
    made.setAutoDefault(False)
    made.setAccessibleName(text)
    if primary:
        kind(made, "primary")
    if picture:
        made.setIcon(icon(picture, "card" if primary else "ink"))
    return made
