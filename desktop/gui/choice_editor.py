"""The editor of a choice: typed as code or label in any language, or taken from a list by its number."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QStringListModel, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QCompleter,
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from desktop.gui.line_editor import LEAPS, Asking, LineEditor
from desktop.gui.look import icon
from desktop.registers.problems import NotReadable
from desktop.registers.register import Field

MOST_SUGGESTIONS = 30
SEPARATOR = "; "
# Only the first nine have a key of one digit.
NUMBERED = 9

Suggest = Callable[[str], Sequence[str]]


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
        self._numbers = _Numbers(self._popup)
        self._popup.setItemDelegate(self._numbers)
        self._completer.setPopup(self._popup)
        self._completer.setMaxVisibleItems(12)
        self._popup.installEventFilter(self)
        self._completer.setWidget(self)
        self._completer.activated.connect(self._take)
        self.textEdited.connect(partial(self._offer, least=1))
        self.all = QAction(icon("chevron-down", "second"), context.words("form.list"), self)
        self.all.setShortcuts([QKeySequence(Qt.Key.Key_F4), QKeySequence("Alt+Down")])
        self.all.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.all.triggered.connect(self.offer_all)
        self.addAction(self.all, QLineEdit.ActionPosition.TrailingPosition)

    def offer_all(self) -> None:
        """Show the whole list, numbered: what was chosen lately stands first."""
        if not self.isReadOnly():
            self._model.setStringList(list(self._suggest("")))
            self._numbers.are_shown = True
            self._show()

    def _offer(self, text: str, least: int) -> None:
        wanted = self._last_part(text)
        if len(wanted) < least:
            self._popup.hide()
            return
        found = list(self._suggest(wanted))[:MOST_SUGGESTIONS]
        self._numbers.are_shown = False
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
        """Let Enter and Tab in the popup take what is marked, or the first where nothing is, and a digit its own; and go on."""
        popup = self._popup
        if watched is popup and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if self._take_numbered(event.text()):
                popup.hide()
                QApplication.sendEvent(self, _enter())
                return True
            leaps = event.key() in LEAPS and not self._numbers.are_shown
            if leaps or event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
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

    def _take_numbered(self, digit: str) -> bool:
        """Take the row that *digit* numbers; where something is typed, a digit is part of it."""
        offered = self._model.stringList()
        if not self._numbers.are_shown or digit not in "123456789"[: len(offered)] or not digit:
            return False
        self._take(offered[int(digit) - 1])
        return True

    def _take(self, text: str) -> None:
        if self._several:
            before = self.text().rpartition(";")[0].strip()
            text = f"{before}{SEPARATOR}{text}" if before else text
        self.replace(text)

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


class _Numbers(QStyledItemDelegate):
    """Writes its number before each of the first rows, by which a key chooses it."""

    are_shown = False

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Add the number to what is painted; the row itself stays as it is taken."""
        super().initStyleOption(option, index)
        if self.are_shown:
            number = str(index.row() + 1) if index.row() < NUMBERED else "\N{FIGURE SPACE}"
            option.text = f"{number}   {option.text}"


def _enter() -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r")


class _PartCompleter(QCompleter):
    """Completes the part behind the last semicolon."""

    def __init__(self, model: QStringListModel, editor: ChoiceEditor, *, several: bool) -> None:
        super().__init__(model, editor)
        self._editor, self._several = editor, several

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        """Give the whole text that taking *index* makes, which arrow keys show while they pass over it."""
        return str(index.data())
