"""What is said to whoever hears the screen: a screen reader speaks it at once, wherever the keyboard is."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


class Announcer(QObject):
    """Hands what was announced to whoever listens besides the screen reader."""

    said = Signal(str)


announcer = Announcer()


def announce(widget: QWidget, text: str, *, is_urgent: bool = False) -> None:
    """Let a screen reader say *text*, which *widget* shows; what is urgent interrupts it."""
    if not text:
        return
    event = QAccessibleAnnouncementEvent(widget, text)
    politeness = QAccessible.AnnouncementPoliteness
    event.setPoliteness(politeness.Assertive if is_urgent else politeness.Polite)
    QAccessible.updateAccessibility(event)
    announcer.said.emit(text)
