"""What of a window's texts cannot be read whole: cut by its own edge, by its neighbours, or by the window's."""

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QLabel,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QToolButton,
    QWidget,
)

from desktop.gui.short_line import ShortLine

# Layouts round.
SLACK = 2


def settle():
    """Let layouts inside layouts find their sizes, each of which takes a turn of its own."""
    for _ in range(5):
        QApplication.processEvents()


def clipped(window):
    """Describe each text of *window* that is cut, but those that a tool tip gives whole."""
    texts = [w for w in window.findChildren(QWidget) if isinstance(w, QLabel | QAbstractButton) and w.isVisible()]
    return [f"{text_of(w)[:60]!r}: {why}" for w in texts if text_of(w) and not w.toolTip() and (why := cut(w))]


def text_of(widget):
    return widget.text().strip() if not isinstance(widget, QLabel) or widget.pixmap().isNull() else ""


def cut(widget):
    """Say how the text of *widget* is cut, or nothing."""
    wanted, has = widget.sizeHint(), widget.size()
    if isinstance(widget, ShortLine):
        return ""
    if isinstance(widget, QLabel) and widget.wordWrap():
        if (height := widget.heightForWidth(has.width())) > has.height() + SLACK:
            return f"{height} high in {has.height()}, {has.width()} wide"
    elif isinstance(widget, QLabel | QPushButton | QCheckBox | QRadioButton | QToolButton):
        if wanted.width() > has.width() + SLACK:
            return f"{wanted.width()} wide in {has.width()}"
        if wanted.height() > has.height() + SLACK:
            return f"{wanted.height()} high in {has.height()}"
    return cut_by_parent(widget)


def cut_by_parent(widget):
    """Say which widget around *widget* shows a part of it only; what scrolls does so on purpose."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent.parentWidget(), QScrollArea):
            return ""
        place = QRect(widget.mapTo(parent, QPoint()), widget.size())
        if not parent.rect().adjusted(-SLACK, -SLACK, SLACK, SLACK).contains(place):
            return f"outside of {type(parent).__name__}"
        if parent.isWindow():
            return ""
        parent = parent.parentWidget()
    return ""
