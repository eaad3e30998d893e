"""The editors that only take text, a line or several, and what every editor knows of the form around it.

None of Qt's own date and number boxes is used: they silently store something else than was typed (QDateEdit makes
28.01.2000 of a typed 28.03.2013, QDoubleSpinBox takes 12.5 for 125).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from desktop.gui.words import Words
from desktop.registers.declarations import Definitions
from desktop.registers.folding import swap_layout
from desktop.registers.kinds import Reading
from desktop.registers.labels import LANGUAGES
from desktop.registers.layouts import Letters
from desktop.registers.register import Field
from desktop.store.habits import Habits
from desktop.store.zone import Zone

# On to the next part of a form, and back.
LEAPS = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}


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
    """What the editors of a form share: the words, the zone its records lie in, and the day that codes must be valid on.

    *table* names the lines that the fields stand in; *habits* are missing where no record of a register is typed.
    """

    words: Words
    zone: Zone
    day: Callable[[], str]
    habits: Habits | None = None
    table: str = ""

    @property
    def reading(self) -> Reading:
        """Give what kinds need to read and show."""
        return Reading(self.zone.today, dict(self.zone.definitions.codes))

    def mended(self, text: str) -> str | None:
        """Give *text* as it was meant where it looks typed on the other keyboard layout; None where it does not."""
        return _letters(self.zone.definitions).mended(text)


# By the fingerprint of the definitions: they are read in a tenth of a second, and asked at every key.
_LEARNT: dict[str, Letters] = {}


def _letters(definitions: Definitions) -> Letters:
    """Learn the letters of this country's words from the labels of code lists."""
    if definitions.fingerprint not in _LEARNT:
        rows = (row for codes in definitions.codes.values() for row in codes.codes.values())
        _LEARNT[definitions.fingerprint] = Letters(row.label[language] for row in rows for language in LANGUAGES)
    return _LEARNT[definitions.fingerprint]


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

    def replace(self, text: str) -> None:
        """Set the text as if it was typed, so that Ctrl+Z takes it back."""
        blocked = self.blockSignals(True)
        self.selectAll()
        self.insert(text)
        self.blockSignals(blocked)
        self.edited.emit()

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

    def replace(self, text: str) -> None:
        """Set the text as if it was typed, so that Ctrl+Z takes it back."""
        self.selectAll()
        self.insertPlainText(text)

    def settle(self) -> None:
        """Leave the text as it is."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave to the form the keys that leap, and Enter on an empty line, or with Ctrl or Shift anywhere."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        modified = bool(event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier)
        if event.key() in LEAPS or (enter and (modified or not self.textCursor().block().text().strip())):
            event.ignore()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that the person went on."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()


Editor = LineEditor | NoteEditor


def swap(editor: Editor, mended: str | None) -> None:
    """Write what stands in *editor* as *mended*, or where nothing is known of it as the other keyboard layout has it."""
    if editor.typed and not editor.isReadOnly():
        editor.replace(mended or swap_layout(editor.typed))


def undo(editor: object) -> bool:
    """Take back what was typed last in *editor*; False where it is no editor, or nothing was typed in it."""
    if isinstance(editor, QLineEdit) and editor.isUndoAvailable():
        editor.undo()
        return True
    if isinstance(editor, QPlainTextEdit) and editor.document().isUndoAvailable():
        editor.undo()
        return True
    return False
