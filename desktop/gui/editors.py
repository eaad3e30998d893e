"""Editors of a field: each takes text as a person types it, and its kind reads that text.

None of Qt's own date and number boxes is used: they silently store something else than was typed (QDateEdit makes
28.01.2000 of a typed 28.03.2013, QDoubleSpinBox takes 12.5 for 125).
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from PySide6.QtCore import (
    QDate,
    QEvent,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QStringListModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QFocusEvent, QFontMetrics, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QCalendarWidget,
    QCompleter,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop.gui.look import icon
from desktop.gui.words import Words
from desktop.registers.kinds import Reading
from desktop.registers.problems import NotReadable
from desktop.registers.register import Field
from desktop.store.records import Filter
from desktop.store.zone import Zone

MOST_SUGGESTIONS = 30
SEPARATOR = "; "

Suggest = Callable[[str], Sequence[str]]


class Asking(Protocol):
    """What an editor needs of the form around it."""

    @property
    def words(self) -> Words:
        """Give the words."""

    @property
    def reading(self) -> Reading:
        """Give what kinds need to read and show."""


@dataclass(frozen=True)
class Context:
    """What the editors of a form share: the words, the zone its records lie in, and the day that codes must be valid on."""

    words: Words
    zone: Zone
    day: Callable[[], str]

    @property
    def reading(self) -> Reading:
        """Give what kinds need to read and show."""
        return Reading(self.zone.today, dict(self.zone.definitions.codes))


class LineEditor(QLineEdit):
    """A line of text."""

    edited = Signal()
    left = Signal()

    def __init__(self, field: Field, context: Asking) -> None:
        """Make an empty editor of *field*."""
        super().__init__()
        self.field, self.context = field, context
        self.textEdited.connect(self.edited)
        if field.kind.is_number:
            self.setAlignment(Qt.AlignmentFlag.AlignLeft)

    @property
    def typed(self) -> str:
        """Give the text as it stands."""
        return self.text()

    def put(self, text: str) -> None:
        """Set the text without it counting as typed."""
        self.setText(text)
        self.setCursorPosition(0)

    def settle(self) -> None:
        """Make of a half-typed text what it surely means; called on leaving."""

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Settle what was typed, unless only a popup of this editor took over."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.settle()
            self.left.emit()


class NoteEditor(QPlainTextEdit):
    """Several lines of text; Enter makes a line, and on an empty line goes on as it does everywhere else."""

    edited = Signal()
    left = Signal()

    def __init__(self, field: Field, context: Asking) -> None:
        """Make an empty editor of *field*."""
        super().__init__()
        self.field = field
        self.setTabChangesFocus(True)
        self.setFixedHeight(QFontMetrics(self.font()).lineSpacing() * 3 + 16)
        self._putting = False
        self.textChanged.connect(self._changed)

    def _changed(self) -> None:
        if not self._putting:
            self.edited.emit()

    @property
    def typed(self) -> str:
        """Give the text as it stands."""
        return self.toPlainText()

    def put(self, text: str) -> None:
        """Set the text without it counting as typed."""
        self._putting = True
        self.setPlainText(text)
        self._putting = False

    def settle(self) -> None:
        """Leave the text as it is."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave Enter on an empty line, and with Ctrl or Shift anywhere, to the form."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        modified = bool(event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier)
        if enter and (modified or not self.textCursor().block().text().strip()):
            event.ignore()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that the person went on."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()


class DateEditor(LineEditor):
    """A day, typed or picked from a calendar (F4)."""

    def __init__(self, field: Field, context: Asking) -> None:
        """Make an empty editor with its calendar button."""
        super().__init__(field, context)
        self.pick = QAction(icon("calendar", "second"), context.words("form.calendar"), self)
        self.pick.setShortcut(QKeySequence(Qt.Key.Key_F4))
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
        self.put(f"{day:%d.%m.%Y}")
        self.setFocus(Qt.FocusReason.PopupFocusReason)
        self.edited.emit()


class CalendarPopup(QWidget):
    """A month to pick a day from; Enter picks, Esc closes."""

    picked = Signal(dt.date)

    def __init__(self, editor: DateEditor, context: Asking) -> None:
        """Show the month of what was typed, or of today."""
        super().__init__(editor, Qt.WindowType.Popup)
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


class ChoiceEditor(LineEditor):
    """One of a list (or several, apart by semicolons): typed as code or label in any language, offered while typing."""

    def __init__(self, field: Field, context: Asking, suggest: Suggest, *, several: bool = False) -> None:
        """Offer what *suggest* finds for a text."""
        super().__init__(field, context)
        self._suggest, self._several = suggest, several
        self._model = QStringListModel(self)
        self._completer = _PartCompleter(self._model, self, several=several)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._popup = QListView()
        self._popup.setObjectName("suggestions")
        self._completer.setPopup(self._popup)
        self._completer.setMaxVisibleItems(12)
        self._popup.installEventFilter(self)
        self._completer.setWidget(self)
        self._completer.activated.connect(self._take)
        self.textEdited.connect(partial(self._offer, least=1))
        self.all = QAction(icon("chevron-down", "second"), context.words("form.list"), self)
        self.all.setShortcut(QKeySequence(Qt.Key.Key_F4))
        self.all.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.all.triggered.connect(self.offer_all)
        self.addAction(self.all, QLineEdit.ActionPosition.TrailingPosition)

    def offer_all(self) -> None:
        """Show the whole list."""
        if not self.isReadOnly():
            self._model.setStringList(list(self._suggest("")))
            self._show()

    def _offer(self, text: str, least: int) -> None:
        wanted = self._last_part(text)
        if len(wanted) < least:
            self._popup.hide()
            return
        found = list(self._suggest(wanted))[:MOST_SUGGESTIONS]
        self._model.setStringList(found)
        if found:
            self._show()
        else:
            self._popup.hide()

    def _show(self) -> None:
        self._completer.setCompletionPrefix("")
        self._completer.complete()
        self._popup.setMinimumWidth(self.width())
        self._popup.clearSelection()
        self._popup.setCurrentIndex(QModelIndex())

    def _last_part(self, text: str) -> str:
        return text.rpartition(";")[2].strip() if self._several else text.strip()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Enter and Tab in the popup take what is marked, or the first where nothing is, and go on."""
        popup = self._popup
        if watched is popup and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
                self._take_from(popup.currentIndex())
                popup.hide()
                QApplication.sendEvent(self, QKeyEvent(event))
                return True
            if event.key() == Qt.Key.Key_F2:
                popup.hide()
                QApplication.sendEvent(self, QKeyEvent(event))
                return True
        return super().eventFilter(watched, event)

    def _take_from(self, marked: QModelIndex | QPersistentModelIndex) -> None:
        if marked.isValid():
            self._take(str(marked.data()))
        elif not self._is_read() and self._model.stringList():
            self._take(self._model.stringList()[0])

    def _take(self, text: str) -> None:
        if self._several:
            before = self.text().rpartition(";")[0].strip()
            text = f"{before}{SEPARATOR}{text}" if before else text
        self.setText(text)
        self.edited.emit()

    def _is_read(self) -> bool:
        try:
            self.field.kind.read(self.text(), self.field, self.context.reading)
        except NotReadable:
            return False
        return True

    def settle(self) -> None:
        """Take the only thing that a half-typed word can mean."""
        self._popup.hide()
        wanted = self._last_part(self.text())
        if wanted and not self._is_read():
            found = self._suggest(wanted)
            if len(found) == 1:
                self._take(found[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the list with the down arrow."""
        if event.key() == Qt.Key.Key_Down:
            self.offer_all()
            return
        super().keyPressEvent(event)


class _PartCompleter(QCompleter):
    """Completes the part behind the last semicolon."""

    def __init__(self, model: QStringListModel, editor: ChoiceEditor, *, several: bool) -> None:
        super().__init__(model, editor)
        self._editor, self._several = editor, several

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        """Give the whole text that taking *index* makes, which arrow keys show while they pass over it."""
        return str(index.data())


def make_editor(field: Field, context: Context) -> LineEditor | NoteEditor:
    """Make the editor of a field's kind."""
    return EDITORS[field.kind_name](field, context)


def _choice(field: Field, context: Context) -> LineEditor:
    codes = context.zone.definitions.codes[field.codes]

    def suggest(text: str) -> list[str]:
        day = context.day()
        found = codes.suggest(text, most=len(codes.codes))
        return [codes.show(code, context.words.language) for code in found if not day or codes.codes[code].is_valid(day)]

    return ChoiceEditor(field, context, suggest, several=field.kind_name == "choices")


def _reference(field: Field, context: Context) -> LineEditor:
    records = context.zone.records(field.register)

    def suggest(text: str) -> list[str]:
        rows = records.rows(records.search(Filter(text=text))[:MOST_SUGGESTIONS])
        return [context.zone.describe(field.register, row["number"]) or row["number"] for row in rows]

    return ChoiceEditor(field, context, suggest)


def _yes_no(field: Field, context: Context) -> LineEditor:
    words = [context.words("value.yes"), context.words("value.no")]
    return ChoiceEditor(field, context, lambda text: [w for w in words if w.casefold().startswith(text.casefold())])


EDITORS: dict[str, Callable[[Field, Context], LineEditor | NoteEditor]] = {
    "text": LineEditor,
    "note": NoteEditor,
    "integer": LineEditor,
    "decimal": LineEditor,
    "date": DateEditor,
    "time": LineEditor,
    "yes_no": _yes_no,
    "choice": _choice,
    "choices": _choice,
    "reference": _reference,
}
