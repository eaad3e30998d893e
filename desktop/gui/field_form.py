"""Fields one below the other: each with its label, its editor, and a place for what is wrong that never moves the rest."""

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from desktop.gui.editors import make_editor
from desktop.gui.line_editor import Context, LineEditor, NoteEditor
from desktop.gui.look import SIGNS, kind, label, restyle, small
from desktop.registers.kinds import Value
from desktop.registers.problems import NotReadable, Problem
from desktop.registers.register import Field
from desktop.registers.rules import Row

LABEL_WIDTH = 148


class Message(QLabel):
    """One line below a field, whose height is kept free; a text too long for it ends in dots and stands in the tool tip."""

    def __init__(self) -> None:
        """Say nothing."""
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        kind(self, "hint")
        small(self)
        self.setMinimumWidth(1)
        self.setFixedHeight(self.fontMetrics().lineSpacing())
        self.whole = ""

    def say(self, text: str) -> None:
        """Say *text*."""
        self.whole = text
        self._fit()

    def _fit(self) -> None:
        shown = self.fontMetrics().elidedText(self.whole, Qt.TextElideMode.ElideRight, max(self.width(), 40))
        self.setText(shown)
        self.setToolTip(self.whole if shown != self.whole else "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the text to the width."""
        super().resizeEvent(event)
        self._fit()


class FieldRow(QWidget):
    """One field: asked or not, read or not, with its worst problem below it."""

    edited = Signal()
    left = Signal()

    def __init__(self, field: Field, context: Context) -> None:
        """Make an empty row of *field*."""
        super().__init__()
        self.field, self.context = field, context
        self.touched = False
        words = context.words
        name = words.of(field.label)
        unit = words.of(context.zone.definitions.codes["units"].codes[field.unit].label) if field.unit else ""
        is_said = not unit or name.casefold().startswith(unit.casefold().rstrip("."))
        self.caption = label(f"{name}{'' if is_said else f', {unit}'}{' *' if field.required else ''}", wrap=True)
        self.caption.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.caption.setFixedWidth(LABEL_WIDTH)
        self.message = Message()
        self.editor: LineEditor | NoteEditor | QLabel = label() if field.value else make_editor(field, context)
        self.editor.setAccessibleName(name)
        self._hint = words.of(field.hint) if field.hint else ""
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(12)
        layout.setVerticalSpacing(0)
        layout.addWidget(self.caption, 0, 0)
        layout.addWidget(self.editor, 0, 1)
        layout.addWidget(self.message, 1, 1)
        layout.setColumnStretch(1, 1)
        self._value: Value = None
        if isinstance(self.editor, LineEditor | NoteEditor):
            self.caption.setBuddy(self.editor)
            self.editor.edited.connect(self._edited)
            self.editor.left.connect(self._left)
        self.say(None)

    @property
    def is_computed(self) -> bool:
        """Tell whether the program fills this field in."""
        return bool(self.field.value)

    def put(self, value: Value, unread: str | None = None) -> None:
        """Show *value*, or the text that could not be read as one."""
        shown = self.context.words.show(value, self.field, self.context.reading)
        if isinstance(self.editor, QLabel):
            self._value = value
            self.editor.setText(shown or "—")
            return
        if self.field.register and value:
            shown = self.context.zone.describe(self.field.register, str(value)) or shown
        self.editor.put(unread if unread is not None else shown)
        self.touched = False

    def read(self) -> Value:
        """Give the value. Raises NotReadable where the text is none."""
        if isinstance(self.editor, QLabel):
            return self._value
        return self.field.kind.read(self.editor.typed, self.field, self.context.reading)

    @property
    def typed(self) -> str:
        """Give the text as it stands."""
        return self.editor.text() if isinstance(self.editor, QLabel) else self.editor.typed

    def _edited(self) -> None:
        self.say(None)
        self.edited.emit()

    def _left(self) -> None:
        """Write what was typed the way it is kept, `280313` as 28.03.2013."""
        if self.typed:
            self.touched = True
        try:
            value = self.read()
        except NotReadable as slip:
            self.say_unread(slip)
        else:
            if isinstance(self.editor, LineEditor) and not self.field.register:
                shown = self.context.words.show(value, self.field, self.context.reading)
                if shown != self.typed:
                    self.editor.put(shown)
        self.left.emit()

    def say_unread(self, slip: NotReadable) -> None:
        """Say that the typed text is no value of this field."""
        self._write(SIGNS["error"], self.context.words.of(slip.text), "error")

    def say(self, problem: Problem | None) -> None:
        """Say what is wrong, or the field's hint where nothing is."""
        if problem is None:
            self._write("", self._hint, "")
        else:
            self._write(SIGNS[problem.severity], self.context.words.of(problem.text), problem.severity)

    def _write(self, sign: str, text: str, state: str) -> None:
        said = f"{sign} {text}".strip()
        self.message.say(said)
        restyle(self.message, "state", state)
        restyle(self.editor, "state", state)
        self.editor.setAccessibleDescription(said)

    def lock(self, *, locked: bool) -> None:
        """Keep the field from being changed."""
        if isinstance(self.editor, LineEditor | NoteEditor):
            self.editor.setReadOnly(locked)


class FieldForm(QWidget):
    """The rows of some fields of a record or of a line."""

    edited = Signal()
    left = Signal()

    def __init__(self, fields: Iterable[Field], context: Context) -> None:
        """Make a row for each of *fields* that is still in use."""
        super().__init__()
        self.rows = {field.name: FieldRow(field, context) for field in fields}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        for row in self.rows.values():
            layout.addWidget(row)
            row.edited.connect(self.edited)
            row.left.connect(self.left)

    def load(self, values: Mapping[str, Value], unread: Mapping[str, str]) -> None:
        """Show a row of the store, and texts of it that could not be read."""
        for name, row in self.rows.items():
            row.put(values.get(name), unread.get(name))

    def read(self, into: Row) -> dict[str, str]:
        """Read every field that is typed *into* a row, and give the texts that cannot be read."""
        unread = {}
        for name, row in self.rows.items():
            if row.is_computed:
                continue
            try:
                into[name] = row.read()
            except NotReadable:
                into[name] = None
                unread[name] = row.typed
        return unread

    def show_judgement(
        self, problems: Sequence[Problem], not_asked: set[str], record: Row, *, everywhere: bool, typing: QWidget | None
    ) -> None:
        """Hide what is not asked, fill in what is computed, and say what is wrong: of touched fields, or *everywhere*.

        A text that is half typed in the editor *typing* is no mistake yet.
        """
        for name, row in self.rows.items():
            if row.is_computed:
                row.put(record.get(name))
            hidden = (name in not_asked and not row.typed) or (bool(row.field.until) and not row.typed)
            if row.isHidden() != hidden:
                row.setVisible(not hidden)
            try:
                row.read()
            except NotReadable as slip:
                if row.editor is not typing:
                    row.say_unread(slip)
                continue
            found = [p for p in problems if p.about[0] == name] if everywhere or row.touched else []
            row.say(min(found, key=lambda p: p.severity != "error") if found else None)

    def focusables(self) -> list[QWidget]:
        """List the editors a person goes through, in their order."""
        return [row.editor for row in self.rows.values() if not row.isHidden() and not row.is_computed]

    def lock(self, *, locked: bool) -> None:
        """Keep every field from being changed."""
        for row in self.rows.values():
            row.lock(locked=locked)
