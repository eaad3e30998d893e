"""The editor of a day: typed, or picked from a calendar."""

import datetime as dt

from PySide6.QtCore import QDate, QLocale, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence
from PySide6.QtWidgets import QCalendarWidget, QLineEdit, QVBoxLayout, QWidget

from desktop.gui.line_editor import Asking, LineEditor
from desktop.gui.look import icon
from desktop.registers.problems import NotReadable
from desktop.registers.register import Field


class DateEditor(LineEditor):
    """A day, typed or picked from a calendar (F4)."""

    def __init__(self, field: Field, context: Asking) -> None:
        """Make an empty editor with its calendar button."""
        super().__init__(field, context)
        self.pick = QAction(icon("calendar", "second"), context.words("form.calendar"), self)
        self.pick.setShortcuts([QKeySequence(Qt.Key.Key_F4), QKeySequence("Alt+Down")])
        self.pick.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.pick.triggered.connect(self._open)
        self.addAction(self.pick, QLineEdit.ActionPosition.TrailingPosition)

    def _open(self) -> None:
        if self.isReadOnly():
            return
        self.popup = CalendarPopup(self, self.context)
        self.popup.picked.connect(self._take)
        self.popup.move(self.mapToGlobal(QPoint(0, self.height())))
        self.popup.show()
        self.popup.calendar.setFocus()

    def _take(self, day: dt.date) -> None:
        self.replace(f"{day:%d.%m.%Y}")


class CalendarPopup(QWidget):
    """A month to pick a day from; Enter picks, Esc closes."""

    picked = Signal(dt.date)

    def __init__(self, editor: DateEditor, context: Asking) -> None:
        """Show the month of what was typed, or of today."""
        super().__init__(editor, Qt.WindowType.Popup)
        self._editor = editor
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.calendar = QCalendarWidget()
        self.calendar.setLocale(QLocale({"ru": "ru_RU", "ky": "ky_KG"}.get(context.words.language, "en_GB")))
        self.calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self.calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        try:
            day = dt.date.fromisoformat(str(editor.field.kind.read(editor.typed, editor.field, context.reading)))
        except (NotReadable, ValueError):
            day = context.reading.today
        self.calendar.setSelectedDate(QDate(day.year, day.month, day.day))
        self.calendar.activated.connect(self._pick)
        self.calendar.clicked.connect(self._pick)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(self.calendar)

    def _pick(self, day: QDate) -> None:
        self.close()
        self.picked.emit(dt.date(day.year(), day.month(), day.day()))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Give the keyboard back to the editor, whatever closes the calendar."""
        super().closeEvent(event)
        self._editor.setFocus(Qt.FocusReason.PopupFocusReason)
