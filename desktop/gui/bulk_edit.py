"""One value for a field of many records: chosen, looked at record by record, and only then made, with one reason."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.gui import progress, prompts
from desktop.gui.editors import make_editor
from desktop.gui.line_editor import Context
from desktop.gui.look import SIGNS, button, label, restyle, scaled
from desktop.gui.plain_table import Cell, Column, PlainTable, Told
from desktop.gui.words import Words
from desktop.registers.problems import AppError, NotReadable
from desktop.registers.register import Field
from desktop.store.bulk_changes import CHANGED, LOCKED, NOT_VALID, SAME, Foreseen, Made, change_all, changeable, foresee
from desktop.store.records import Records

if TYPE_CHECKING:
    from desktop.registers.kinds import Value

WIDTH, HEIGHT = 820, 600
_COLOURS = {CHANGED: "good", SAME: "second", LOCKED: "second", NOT_VALID: "error"}
_SIGNS = {CHANGED: SIGNS["good"], SAME: "", LOCKED: "", NOT_VALID: SIGNS["error"]}


def ask_change(parent: QWidget, records: Records, words: Words, uids: Sequence[str]) -> Made | None:
    """Ask which field of the records gets which value, and make it; None where nothing was changed."""
    dialog = BulkEdit(parent, records, words, uids)
    dialog.exec()
    made = dialog.made
    dialog.deleteLater()
    return made


class BulkEdit(QDialog):
    """Shows what a value would make of each record before it is given; `made` is what came of it."""

    def __init__(self, parent: QWidget, records: Records, words: Words, uids: Sequence[str]) -> None:
        """Begin with no field chosen."""
        super().__init__(parent)
        self.records, self.words, self.uids = records, words, list(uids)
        self.made: Made | None = None
        self.foreseen: list[Foreseen] = []
        self._value: Value = None
        self._context = Context(words, records.zone, lambda: "")
        self.setWindowTitle(words("window.program"))
        self.resize(WIDTH, HEIGHT)
        self._build()
        self._choose_field()
        self.field_box.setFocus()

    # What stands in it

    def _build(self) -> None:
        words = self.words
        self.field_box = QComboBox()
        self.field_box.setMaxVisibleItems(16)
        for f in changeable(self.records.register, self.records.zone.today.isoformat()):
            self.field_box.addItem(words.of(f.label), f)
        self.field_box.currentIndexChanged.connect(self._choose_field)
        self.why = QLineEdit()
        self.why.setPlaceholderText(words("list_page.why_hint"))
        self.why.textEdited.connect(self._show_whether_to_change)
        self.message = label("", "hint", wrap=True)
        self.preview_button = button(words("list_page.preview"), picture="eye")
        self.preview_button.clicked.connect(self.preview)
        self.form = QFormLayout()
        self.form.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        self.form.setVerticalSpacing(8)
        for name, editor in (("field", self.field_box), ("why", self.why)):
            editor.setAccessibleName(words(f"list_page.{name}"))
            self.form.addRow(words(f"list_page.{name}"), editor)
        self.table = PlainTable(words("list_page.preview"), [
            Column(words.of(self.records.zone.definitions.header.by_name["number"].label), 150),
            Column(words("list_page.now")), Column(words("list_page.then")), Column(words("list_page.outcome")),
        ])  # fmt: skip
        self.change_button = button("", primary=True)
        self.change_button.clicked.connect(self.change)
        self.leave_button = button(words("form.stay"), keys="Esc")
        self.leave_button.clicked.connect(self.reject)
        line, foot = QHBoxLayout(), QHBoxLayout()
        line.addWidget(self.message, 1)
        line.addWidget(self.preview_button)
        foot.addStretch(1)
        foot.addWidget(self.change_button)
        foot.addWidget(self.leave_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(10)
        title = words("list_page.change_title", n=len(self.uids))
        layout.addWidget(scaled(label(title, "title"), 1.25))
        layout.addWidget(label(words("list_page.change_text"), "second", wrap=True))
        layout.addLayout(self.form)
        layout.addLayout(line)
        layout.addWidget(self.table, 1)
        layout.addLayout(foot)

    @property
    def field(self) -> Field:
        """Give the field that is to be changed."""
        found: Field = self.field_box.currentData()
        return found

    def _choose_field(self) -> None:
        """Ask for a value of the chosen field, in an editor of its kind."""
        if self.form.rowCount() > 2:
            self.form.removeRow(1)
        self.editor = make_editor(self.field, self._context)
        name = self.words("list_page.value")
        self.editor.setAccessibleName(name)
        self.editor.edited.connect(self._forget_preview)
        self.form.insertRow(1, name, self.editor)
        QWidget.setTabOrder(self.field_box, self.editor)
        QWidget.setTabOrder(self.editor, self.why)
        self._forget_preview()

    def _forget_preview(self) -> None:
        self.foreseen = []
        self.table.show_rows([])
        self._say(self.words("list_page.preview_first"), "hint")
        self._show_whether_to_change()

    def _say(self, text: str, severity: str) -> None:
        self.message.setText(text)
        restyle(self.message, "kind", severity)

    # Looked at first

    def preview(self) -> None:
        """Show what the value would make of each record."""
        self.editor.settle()
        try:
            self._value = self.field.kind.read(self.editor.typed, self.field, self._context.reading)
        except NotReadable as error:
            self._say(f"{SIGNS['error']} {self.words.of(error.text)}", "error")
            self.editor.setFocus()
            return
        work = partial(foresee, self.records, self.uids, self.field.name, self._value)
        title = self.words("list_page.looking")
        progress.run(self, self.words, title, len(self.uids), work, self._show, self._failed)

    def _show(self, foreseen: list[Foreseen]) -> None:
        # What needs a person's eye comes first.
        order = (NOT_VALID, LOCKED, CHANGED, SAME)
        self.foreseen = sorted(foreseen, key=lambda one: order.index(one.outcome))
        self.table.show_rows(Told(self.foreseen, self._row))
        counts = [(outcome, sum(one.outcome == outcome for one in foreseen)) for outcome in order]
        told = [self.words(f"list_page.count_{outcome}", n=count) for outcome, count in counts if count]
        self._say(" · ".join(told), "warning" if counts[0][1] else "second")
        self._show_whether_to_change()
        (self.why if self._count() else self.editor).setFocus()

    def _row(self, one: Foreseen) -> list[Cell]:
        words, reading = self.words, self._context.reading
        after = self._value if one.outcome in (CHANGED, NOT_VALID, SAME) else one.old
        said = words(f"list_page.outcome_{one.outcome}")
        if one.problem:
            said = words.of(one.problem.text)
        shown = [words.brief(value, self.field, reading) for value in (one.old, after)]
        outcome = f"{_SIGNS[one.outcome]} {said}".strip()
        return [Cell(one.number), Cell(shown[0], "second"), Cell(shown[1]), Cell(outcome, _COLOURS[one.outcome])]

    def _count(self) -> int:
        return sum(one.outcome == CHANGED for one in self.foreseen)

    def _show_whether_to_change(self) -> None:
        count = self._count()
        self.change_button.setText(self.words("list_page.change_yes", n=count))
        self.change_button.setEnabled(bool(count and self.why.text().strip()))

    # Then made

    def change(self) -> None:
        """Give the value to all records that can take it."""
        why = self.why.text().strip()
        if not self._count() or not why:
            return
        work = partial(change_all, self.records, self.foreseen, self.field.name, self._value, why)
        title = self.words("list_page.changing")
        progress.run(self, self.words, title, self._count(), work, self._take, self._failed)

    def _take(self, made: Made) -> None:
        self.made = made
        self.accept()

    def _failed(self, error: AppError) -> None:
        if error.name == "list_page.called_off":
            self._say(self.words.of(error.text), "warning")
        else:
            prompts.tell(self, self.words, error)
            self._forget_preview()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter look first, and then change."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not self.foreseen:
                self.preview()
            elif self.change_button.isEnabled():
                self.change()
            return
        super().keyPressEvent(event)
