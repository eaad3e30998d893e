"""The lines inside a record: the items of a seizure, the participants of a course. One is open at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.gui.field_form import FieldForm, FieldRow
from desktop.gui.line_editor import Context
from desktop.gui.look import SIGNS, icon, kind, label, restyle
from desktop.registers.kinds import Value
from desktop.registers.problems import Problem
from desktop.registers.register import TODAY, Lines
from desktop.registers.rules import Judgement, Row

# Held down, these make of a letter a command.
_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class LineCard(QWidget):
    """One line: closed, its title; open, its fields."""

    edited = Signal()
    left = Signal()
    opened = Signal(object)
    removed = Signal(object)

    def __init__(self, lines: Lines, context: Context, blank: Row) -> None:
        """Make an empty line, which begins with *blank*; its fields are built when it is first opened."""
        super().__init__()
        self.lines, self.context, self.blank = lines, context, blank
        self.is_copied = False
        self.values: Row = {}
        self.unread: dict[str, str] = {}
        self.form: FieldForm | None = None
        self._locked = False
        self.head = QPushButton()
        kind(self.head, "line")
        self.head.setAutoDefault(False)
        self.head.setCheckable(True)
        self.head.clicked.connect(lambda: self.opened.emit(self))
        self.head.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.remove = QPushButton()
        self.remove.setIcon(icon("trash-2", "second"))
        self.remove.setToolTip(context.words("form.remove_line"))
        self.remove.setAccessibleName(context.words("form.remove_line"))
        self.remove.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        kind(self.remove, "link")
        self.remove.clicked.connect(lambda: self.removed.emit(self))
        top = QHBoxLayout()
        top.setSpacing(0)
        top.addWidget(self.head, 1)
        top.addWidget(self.remove)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        self._layout.addLayout(top)

    def load(self, values: Row, unread: Mapping[str, str]) -> None:
        """Take a row of the store."""
        self.values, self.unread = dict(values), dict(unread)
        if self.form:
            self.form.load(self.values, self.unread)

    def read(self) -> Row:
        """Give the row as it stands; what cannot be read is kept in `unread`."""
        if self.form:
            self.unread = self.form.read(self.values)
        return self.values

    @property
    def is_open(self) -> bool:
        """Tell whether the fields are shown."""
        return bool(self.form and not self.form.isHidden())

    def open(self, *, shown: bool) -> None:
        """Show or hide the fields."""
        if shown and not self.form:
            self.form = FieldForm(self.lines.fields, self.context)
            self.form.load(self.values, self.unread)
            self.form.lock(locked=self._locked)
            for row in self.form.rows.values() if self.is_copied else ():
                row.mark_copied()
            self.form.edited.connect(self.edited)
            self.form.left.connect(self.left)
            self._layout.addWidget(self.form)
        elif self.form:
            self.read()
        if self.form:
            self.form.setVisible(shown)
        self.head.setChecked(shown)

    def name(self, number: int, problems: Sequence[Problem]) -> None:
        """Write the title: its number, what its declaration says names it, and a sign where something is wrong."""
        reading = self.context.reading
        fields = [self.lines.by_name[name] for name in self.lines.title]
        parts = [self.context.words.brief(self.values.get(f.name), f, reading) for f in fields]
        worst = min((p.severity for p in problems), default="")
        sign = SIGNS["error"] if self.unread else SIGNS.get(worst, "")
        title = " ".join(part for part in parts if part)
        self.head.setText(f"{number}   {title}   {sign}".rstrip())
        self.head.setAccessibleName(f"{self.context.words.of(self.lines.label)} {number}: {title}")
        restyle(self.head, "state", "error" if self.unread else worst)

    def lock(self, *, locked: bool) -> None:
        """Keep the line from being changed."""
        self._locked = locked
        self.remove.setVisible(not locked)
        if self.form:
            self.form.lock(locked=locked)


class LinesEditor(QFrame):
    """All lines of one kind in a record, and the button that adds one."""

    edited = Signal()
    left = Signal()

    def __init__(self, lines: Lines, context: Context) -> None:
        """Begin without lines."""
        super().__init__()
        self.lines, self.context = lines, replace(context, table=lines.name)
        self.cards: list[LineCard] = []
        self._locked = False
        kind(self, "card")
        self.message = label("", "error")
        self.message.hide()
        self.add = _AddButton(context.words("form.add_line", label=lines.label))
        self.add.clicked.connect(self.begin_line)
        self.add.typed.connect(self._begin_typing)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(1, 1, 1, 4)
        self._layout.setSpacing(2)
        self._layout.addWidget(self.add)
        self._layout.addWidget(self.message)

    def load(self, rows: Sequence[Row], unread: Mapping[str, str], *, are_copied: bool = False) -> None:
        """Show rows of the store, or *are_copied* of another record; *unread* holds texts by `place/field`."""
        for card in self.cards:
            self._drop(card)
        self.cards = []
        for place, row in enumerate(rows):
            of_line = {key.partition("/")[2]: text for key, text in unread.items() if key.partition("/")[0] == str(place)}
            self._append(row, of_line).is_copied = are_copied
        if not rows and self.lines.at_least and not self._locked:
            self._append_blank()
        if len(self.cards) == 1:
            self._open(self.cards[0])
        self.show_judgement(None, everywhere=False)

    def _blank(self) -> Row:
        """Give what a new line begins with: its defaults, and what stays of the line above, or of the last record."""
        defaults: Row = {f.name: f.default for f in self.lines.fields if f.default is not None}
        today = self.context.zone.today.isoformat()
        defaults = {name: today if value == TODAY else value for name, value in defaults.items()}
        habits = self.context.habits
        if not habits:
            return defaults
        if not self.cards:
            return defaults | habits.pinned(self.lines)
        above = self.cards[-1].read()
        names = [f.name for f in self.lines.fields if not f.value and habits.is_pinned(self.lines.name, f)]
        return defaults | {name: above[name] for name in names if above.get(name) is not None}

    def copy(self, rows: Sequence[Row]) -> None:
        """Take lines of another record as if they were typed."""
        self.load(rows, {}, are_copied=True)
        self.edited.emit()

    def value_above(self, row: FieldRow) -> Value:
        """Give what the field of *row* holds in the line above; None in the first."""
        place = next((n for n, card in enumerate(self.cards) if card.form and row in card.form.rows.values()), 0)
        return self.cards[place - 1].read().get(row.field.name) if place else None

    def _append(self, row: Row, unread: Mapping[str, str], blank: Row | None = None) -> LineCard:
        card = LineCard(self.lines, self.context, self._blank() if blank is None else blank)
        card.load(row, unread)
        card.lock(locked=self._locked)
        card.edited.connect(self.edited)
        card.left.connect(self.left)
        card.opened.connect(self._toggle)
        card.removed.connect(self._remove)
        self._layout.insertWidget(len(self.cards), card)
        self.cards.append(card)
        return card

    def _append_blank(self) -> LineCard:
        blank = self._blank()
        return self._append(blank, {}, blank)

    def begin_line(self) -> None:
        """Add a line and go to its first field."""
        card = self._append_blank()
        self._open(card)
        self.left.emit()
        if card.form and (fields := card.form.focusables()):
            fields[0].setFocus(Qt.FocusReason.TabFocusReason)

    def _begin_typing(self, text: str) -> None:
        """Add a line whose first field begins with a typed letter."""
        self.begin_line()
        focus = QApplication.focusWidget()
        if isinstance(focus, QLineEdit) and self.isAncestorOf(focus):
            key = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, text)
            QApplication.sendEvent(focus, key)

    def _toggle(self, card: LineCard) -> None:
        if card.is_open:
            card.open(shown=False)
            self.left.emit()
        else:
            self._open(card)
            self.left.emit()

    def _open(self, card: LineCard) -> None:
        for other in self.cards:
            other.open(shown=other is card)

    def open_line(self, place: int) -> FieldForm | None:
        """Open the line at *place*, to go to a field of it."""
        if place < len(self.cards):
            self._open(self.cards[place])
            return self.cards[place].form
        return None

    def _drop(self, card: LineCard) -> None:
        # Taking its parent away would make it a window that draws the focus to itself.
        self._layout.removeWidget(card)
        card.hide()
        card.deleteLater()

    def _remove(self, card: LineCard) -> None:
        self.cards.remove(card)
        self._drop(card)
        self.edited.emit()
        self.left.emit()
        self.add.setFocus()

    def read(self, *, blanks: bool) -> tuple[list[Row], dict[str, str]]:
        """Give the rows, those that hold nothing only with *blanks*, and the texts that cannot be read, by `place/field`."""
        rows: list[Row] = []
        unread: dict[str, str] = {}
        for card in self.cards:
            row = card.read()
            if blanks or not self._is_blank(card):
                unread |= {f"{len(rows)}/{name}": text for name, text in card.unread.items()}
                rows.append(row)
        return rows, unread

    def _is_blank(self, card: LineCard) -> bool:
        typed = {f.name for f in self.lines.fields if not f.value}
        entered = {name: value for name, value in card.values.items() if value is not None and name in typed}
        return not card.values.get("uid") and not card.unread and entered == card.blank

    def show_judgement(self, judgement: Judgement | None, *, everywhere: bool, typing: QWidget | None = None) -> None:
        """Show what was found of every line, blank ones with them."""
        for place, card in enumerate(self.cards):
            problems = [p for p in judgement.problems if p.lines == self.lines.name and p.line == place] if judgement else []
            if card.form and judgement:
                not_asked = judgement.lines_not_asked.get((self.lines.name, place), set())
                card.form.show_judgement(problems, not_asked, card.values, everywhere=everywhere, typing=typing)
            card.name(place + 1, problems if everywhere else [])
        missing = [p for p in judgement.problems if p.about[0] == self.lines.name and not p.lines] if judgement else []
        self.message.setVisible(bool(missing) and everywhere)
        if missing:
            self.message.setText(f"  {SIGNS[missing[0].severity]} {self.context.words.of(missing[0].text)}")
            restyle(self.message, "kind", missing[0].severity)

    def focusables(self) -> list[QWidget]:
        """List what a person goes through: heads of closed lines, fields of the open one, the button for another."""
        found: list[QWidget] = []
        for card in self.cards:
            found += card.form.focusables() if card.form and card.is_open else [card.head]
        return found if self._locked else [*found, self.add]

    def lock(self, *, locked: bool) -> None:
        """Keep the lines from being changed."""
        self._locked = locked
        self.add.setVisible(not locked)
        for card in self.cards:
            card.lock(locked=locked)


class _AddButton(QPushButton):
    """Adds a line by the space bar or `+`, or by typing its first value; Enter only goes on."""

    typed = Signal(str)

    def __init__(self, text: str) -> None:
        super().__init__(text)
        kind(self, "link")
        self.setAccessibleName(text)
        self.setIcon(icon("plus", "accent"))
        self.setAutoDefault(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take `+` for a click, and a letter or digit for the beginning of the next line."""
        if event.text() == "+":
            self.click()
        elif event.text().isalnum() and not event.modifiers() & _COMMANDS:
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)
