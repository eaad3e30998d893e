"""Fields one below the other: each with its label, its editor, and a place for what is wrong that never moves the rest."""

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.gui.announcing import announce
from desktop.gui.editors import make_editor
from desktop.gui.line_editor import Context, LineEditor, NoteEditor
from desktop.gui.look import SIGNS, icon, kind, label, restyle, sized, small
from desktop.registers.kinds import Value, is_product, show_millionths
from desktop.registers.problems import NotReadable, Problem
from desktop.registers.register import Field
from desktop.registers.rules import Row
from desktop.registers.units import UNITS, common_unit, unit_beside
from desktop.store.habits import place_of

LABEL_WIDTH = 148
# Between label and editor, where the pin stands.
GAP = 14
COPIED = "copied"


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
        self.touched = self.is_copied = False
        self.mended: str | None = None
        # How an amount came about, and what it is in the unit in which it is added up.
        self.reckoned = self.in_common = ""
        words = context.words
        name = words.of(field.label)
        unit = words.of(context.zone.definitions.codes["units"].codes[field.unit].label) if field.unit else ""
        is_said = not unit or name.casefold().startswith(unit.casefold().rstrip("."))
        self.caption = label(f"{name}{'' if is_said else f', {unit}'}{' *' if field.required else ''}", wrap=True)
        self.caption.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.caption.setFixedWidth(sized(LABEL_WIDTH))
        self.message = Message()
        self.editor: LineEditor | NoteEditor | QLabel = label() if field.value else make_editor(field, context)
        self.editor.setAccessibleName(name)
        self._hint = words.of(field.hint) if field.hint else ""
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(0)
        layout.setVerticalSpacing(0)
        self.pin = self._make_pin()
        layout.addWidget(self.caption, 0, 0)
        layout.addWidget(self.pin, 0, 1)
        layout.addWidget(self.editor, 0, 2)
        layout.addWidget(self.message, 1, 2)
        layout.setColumnStretch(2, 1)
        self._value: Value = None
        if isinstance(self.editor, LineEditor | NoteEditor):
            self.caption.setBuddy(self.editor)
            self.editor.edited.connect(self._edited)
            self.editor.left.connect(self._left)
        self.say(None)
        self.show_pin()

    def _make_pin(self) -> QPushButton:
        made = QPushButton()
        kind(made, "pin")
        made.setFixedWidth(sized(GAP))
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        made.clicked.connect(self.unpin)
        return made

    @property
    def place(self) -> str:
        """Name the field, with the lines it stands in: `items.quantity`."""
        return place_of(self.context.table, self.field.name)

    @property
    def is_pinned(self) -> bool:
        """Tell whether the next record begins with the same value."""
        habits = self.context.habits
        return bool(habits and not self.is_computed and habits.is_pinned(self.context.table, self.field))

    def show_pin(self) -> None:
        """Show the pin beside the label of a field that stays."""
        self.pin.setIcon(icon("pin", "accent") if self.is_pinned else QIcon())
        self.pin.setEnabled(self.is_pinned)
        tip = self.context.words("entry.unpin" if self.is_pinned else "entry.pin")
        self.pin.setToolTip(tip if self.context.habits and not self.is_computed else "")
        self.pin.setAccessibleName(tip)

    def unpin(self) -> None:
        """Let the field no longer stay."""
        if self.context.habits:
            self.context.habits.pin(self.context.table, self.field, stays=False)
            self.show_pin()

    @property
    def is_computed(self) -> bool:
        """Tell whether the program fills this field in."""
        return bool(self.field.value)

    def put(self, value: Value, unread: str | None = None) -> None:
        """Show *value*, or the text that could not be read as one."""
        if isinstance(self.editor, QLabel):
            self._value = value
            self.editor.setText(self.shown(value) or "—")
            return
        self.editor.put(unread if unread is not None else self.shown(value))
        self.touched = self.is_copied = False
        self.mended = None
        self.reckoned = ""

    def shown(self, value: Value) -> str:
        """Write *value* as the editor shows it."""
        if self.field.register and value:
            return self.context.zone.describe(self.field.register, str(value)) or str(value)
        return self.context.words.show(value, self.field, self.context.reading)

    def repeat(self, value: Value) -> None:
        """Put a value of an earlier record as if it was typed, and mark the field for whoever looks over it."""
        if isinstance(self.editor, LineEditor | NoteEditor):
            self.editor.replace(self.shown(value))
            self.mark_copied()

    def mark_copied(self) -> None:
        """Mark the field as copied, until something is typed in it."""
        self.is_copied = bool(self.typed)
        self.say(None)

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
        self.is_copied = False
        self.reckoned = self.in_common = ""
        is_free = self.field.kind_name in ("text", "note") and not self.is_computed
        self.mended = self.context.mended(self.typed) if is_free and self.typed else None
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
                    if self.field.kind_name == "decimal" and is_product(self.typed):
                        self.reckoned = f"{self.typed.strip()} = {shown}"
                        self.say(None)
                    self.editor.put(shown)
        self.left.emit()

    def say_unread(self, slip: NotReadable) -> None:
        """Say that the typed text is no value of this field."""
        self._write(SIGNS["error"], self.context.words.of(slip.text), "error")

    def say(self, problem: Problem | None) -> None:
        """Say what is wrong, or what else there is to know of the field, or its hint."""
        words = self.context.words
        if problem is None and self.mended:
            self._write(SIGNS["warning"], words("entry.layout"), "")
        elif problem is None and self.is_copied:
            self._write("", words("entry.copied"), COPIED)
        elif problem is None:
            self._write("", "   ".join(filter(None, (self.reckoned, self.in_common))) or self._hint, "")
        else:
            self._write(SIGNS[problem.severity], words.of(problem.text), problem.severity)

    def _write(self, sign: str, text: str, state: str) -> None:
        said = f"{sign} {text}".strip()
        if state in ("error", "warning") and said != self.message.whole:
            announce(self.editor, f"{self.editor.accessibleName()}: {text}", is_urgent=state == "error")
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
        self.context = context
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
            row.in_common = self._in_common(row, record)
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

    def _in_common(self, row: FieldRow, record: Row) -> str:
        """Say what an amount is in the unit in which it is added up, where that is another than the one chosen beside it."""
        codes, value = self.context.zone.definitions.codes, record.get(row.field.name)
        beside = unit_beside([one.field for one in self.rows.values()], row.field.name, codes)
        unit = str(record.get(beside) or "")
        common, factor = common_unit(unit, codes)
        if common == unit or not isinstance(value, int):
            return ""
        words = self.context.words
        converted = show_millionths(int(value * factor), words.language)
        return f"= {converted} {words.of(codes[UNITS].codes[common].label)}"

    def focusables(self) -> list[QWidget]:
        """List the editors a person goes through, in their order."""
        return [row.editor for row in self.rows.values() if not row.isHidden() and not row.is_computed]

    def lock(self, *, locked: bool) -> None:
        """Keep every field from being changed."""
        for row in self.rows.values():
            row.lock(locked=locked)
