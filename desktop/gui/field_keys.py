"""What the function keys do to the field that is being typed in: help, repeat, mend the layout, pin."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.gui.field_form import FieldRow
from desktop.gui.line_editor import swap
from desktop.gui.shortcuts import answer_keys
from desktop.registers.kinds import Value
from desktop.registers.register import TODAY, Field, Lines, Register
from desktop.registers.rules import LinesOf, Row

if TYPE_CHECKING:
    from desktop.gui.record_form import RecordForm


class FieldKeys:
    """The keys of one form, wherever in it the person is."""

    def __init__(self, form: "RecordForm") -> None:
        """Let *form* answer them."""
        self.form = form
        self._before: tuple[Row, LinesOf, dict[str, str]] | None = None
        for keys, what, says in (
            ([Qt.Key.Key_F1], self.ask_help, "help"), ([Qt.Key.Key_F5], self.repeat, "repeat"),
            (["Shift+F5"], self.be_as_last, "as_last"), ([Qt.Key.Key_F8], self.mend_layout, "layout"),
            ([Qt.Key.Key_F9], self.pin, "pin"),
        ):  # fmt: skip
            answer_keys(form, keys, what, says)

    def forget(self) -> None:
        """Forget what was copied over: another record is shown."""
        self._before = None

    def _row(self) -> FieldRow | None:
        """Give the field that is being typed in, where it may be changed."""
        focus = QApplication.focusWidget()
        return next((row for row in self.form.rows() if row.editor is focus), None)

    def ask_help(self) -> None:
        """Ask for help on the field."""
        if row := self._row():
            self.form.help_asked.emit(self.form.register.name, row.place)

    def mend_layout(self) -> None:
        """Write what was typed on the wrong layout as it was meant."""
        if (row := self._row()) and not row.is_computed:
            swap(row.editor, row.mended)  # type: ignore[arg-type]  # only a computed field shows a label

    def pin(self) -> None:
        """Let the field stay from one record to the next, or no longer."""
        form = self.form
        if form.is_locked or not (row := self._row()) or not form.context.habits:
            return
        stays = not row.is_pinned
        form.context.habits.pin(row.context.table, row.field, stays=stays)
        for other in form.rows():
            other.show_pin()
        form.say(form.words("entry.pinned" if stays else "entry.unpinned", label=form.words.of(row.field.label)))

    # Repeating

    def repeat(self) -> None:
        """Put the last value of the field: of the line above where there is one, else of the last record."""
        form = self.form
        if form.is_locked or not (row := self._row()):
            return
        value = self._value_above(row)
        if value is None and form.context.habits:
            value = form.context.habits.last_value(row.context.table, row.field.name)
        if value is None:
            form.say(form.words("entry.nothing_to_repeat"), "warning")
        else:
            row.repeat(value)

    def _value_above(self, row: FieldRow) -> Value:
        editor = self.form.lines_editors.get(row.context.table)
        return editor.value_above(row) if editor else None

    def be_as_last(self) -> None:
        """Fill in what is still empty as in the last record; once more takes it back."""
        form, habits = self.form, self.form.context.habits
        if form.is_locked or not form.is_open:
            return
        if self._before is not None:
            form.show_content(*self._before)
            self._before = None
            form.say(form.words("entry.as_before"))
        elif form.record.get("uid"):
            form.say(form.words("entry.only_new"), "warning")
        elif habits is None or habits.last is None:
            form.say(form.words("entry.no_last"), "warning")
        else:
            before = form.read(blanks=True)
            self._copy(habits.last.record, habits.last.lines)
            self._before = before
            form.say(form.words("entry.as_last", number=habits.last.record["number"]))

    def _copy(self, record: Row, lines: LinesOf) -> None:
        form = self.form
        fresh = form.begun_with
        for row in form.rows():
            name = row.field.name
            if row.context.table or not _may_copy(row.field, form.register) or record.get(name) is None:
                continue
            if row.typed == row.shown(fresh.get(name)) and record[name] != fresh.get(name):
                row.repeat(record[name])
        for table in form.register.lines:
            editor = form.lines_editors[table.name]
            if not editor.read(blanks=False)[0] and (rows := _copied(lines.get(table.name, []), table, form.register)):
                editor.copy(rows)
        form.judge()


def _copied(rows: list[Row], table: Lines, register: Register) -> list[Row]:
    kept = {f.name for f in table.fields if _may_copy(f, register)}
    found = [{name: value for name, value in row.items() if name in kept and value is not None} for row in rows]
    return [row for row in found if any(value != table.by_name[name].default for name, value in row.items())]


def _may_copy(f: Field, register: Register) -> bool:
    """Tell whether a value may be taken over unasked: no person, no day of its own, nothing that no two records share."""
    own: tuple[Any, ...] = (*register.unique,)
    return not (f.value or f.identifies or f.register or f.until or f.default == TODAY or f.name in own)
