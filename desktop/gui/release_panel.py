"""One case before or after release: the steps that must be ready, what was tried, and the papers that go along."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.analysis.continuity import Due
from desktop.gui.look import button, kind, label, scaled, small
from desktop.gui.release_papers import ReleasePapers
from desktop.gui.words import Words
from desktop.registers.continuity import Continuity, Step
from desktop.registers.kinds import Reading
from desktop.registers.register import Register, Table
from desktop.registers.rules import Row
from desktop.store.continuity import Course
from desktop.store.vault import Vault


class ReleasePanel(QFrame):
    """Shows one case and tells what the person at the screen wants written."""

    record_asked = Signal(str, str)
    begun = Signal()
    ticked = Signal(str, bool)
    arrived = Signal()
    said = Signal(str, str)

    def __init__(self, vault: Vault, words: Words) -> None:
        """Show no case yet."""
        super().__init__()
        kind(self, "card")
        self.vault, self.words = vault, words
        self.course: Course | None = None
        self.boxes: dict[str, QCheckBox] = {}
        self._of = ""
        self._build()

    def _build(self) -> None:
        words = self.words
        self.title = scaled(label("", "title", wrap=True), 1.12)
        self.second = label("", "second", wrap=True)
        self.steps_title = small(label(words("release_page.steps").upper(), "section"))
        self.begin_note = label(words("release_page.begin_note"), wrap=True)
        self.steps = QVBoxLayout()
        self.steps.setSpacing(4)
        self.tries_title = small(label(words("release_page.tries").upper(), "section"))
        self.tries = label("", wrap=True)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(14, 12, 14, 8)
        column.setSpacing(8)
        for widget in (self.title, self.second, self.steps_title, self.begin_note):
            column.addWidget(widget)
        column.addLayout(self.steps)
        column.addWidget(self.tries_title)
        column.addWidget(self.tries)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inner)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 10)
        layout.setSpacing(8)
        self.papers = ReleasePapers(self.vault, words)
        self.papers.said.connect(self.said)
        layout.addWidget(scroll, 1)
        layout.addWidget(self.papers)
        layout.addLayout(self._build_foot())

    def _build_foot(self) -> QHBoxLayout:
        words = self.words
        self.begin_button = button(words("release_page.begin"), picture="plus", primary=True)
        self.arrived_button = button(words("release_page.confirm"), picture="check", primary=True)
        self.record_button = button(words("release_page.open"), picture="pencil")
        self.begin_button.clicked.connect(self.begun)
        self.arrived_button.clicked.connect(self.arrived)
        self.record_button.clicked.connect(self.ask_record)
        foot = QHBoxLayout()
        foot.setContentsMargins(14, 0, 14, 0)
        foot.setSpacing(8)
        foot.addWidget(self.begin_button)
        foot.addWidget(self.arrived_button)
        foot.addWidget(self.record_button)
        foot.addStretch(1)
        return foot

    def ask_record(self) -> None:
        """Ask for the form of the case."""
        if self.course:
            self.record_asked.emit(self.course.register, self.course.uid)

    def show_due(self, name: str, due: Due | None) -> None:
        """Show the case *due* of the list *name*, or none."""
        self.setVisible(due is not None)
        self.course = due.course if due else None
        if due is None:
            return
        course, register = due.course, self.vault.definitions.registers[due.course.register]
        told = register.continuity
        if told is None:
            return
        self.vault.records(register.name).viewed(course.uid)
        lines = self.vault.records(register.name).read(course.uid)[1]
        row = next((one for one in lines.get(told.lines, []) if one["uid"] == course.line), {})
        self.papers.show_course(course)
        self._show_head(register, told, course)
        self._show_steps(register, told, course, row)
        self._show_tries(register, told, lines.get(told.tries, []) if name == "awaited" else [])
        self.begin_button.setVisible(not course.line and name != "interrupted")
        self.arrived_button.setVisible(name == "awaited" and bool(course.line))
        self.steps_title.setVisible(name != "interrupted" or bool(course.line))
        self.begin_note.setVisible(self.begin_button.isVisibleTo(self))

    def _reading(self, register: Register) -> Reading:
        return Reading(self.vault.zone(register.zone).today, dict(self.vault.definitions.codes))

    def _show_head(self, register: Register, told: Continuity, course: Course) -> None:
        words = self.words
        people = register.by_name[told.person].register
        self.title.setText(self.vault.zone(register.zone).describe(people, course.person) or course.person)
        self.second.setText(f"{words.of(told.label)} · {course.number}")

    def _show_steps(self, register: Register, told: Continuity, course: Course, row: Row) -> None:
        of = f"{course.uid} {course.line}"
        if of != self._of:
            self._clear()
            self._of = of
        # The same boxes stay where the case is the same, so that the keyboard does not lose its place at a tick.
        for step in told.steps if course.line else ():
            if step.name not in self.boxes:
                self.boxes[step.name] = self._box(step)
            box, is_done = self.boxes[step.name], step.name in course.done
            shown = self._shown(register.lines_by_name[told.lines], step, row, register)
            box.setText(f"{self.words.of(step.label)}{f': {shown}' if shown else ''}")
            box.blockSignals(True)
            box.setChecked(is_done)
            box.blockSignals(False)

    def _clear(self) -> None:
        for box in self.boxes.values():
            self.steps.removeWidget(box)
            box.hide()
            box.deleteLater()
        self.boxes = {}

    def _box(self, step: Step) -> QCheckBox:
        box = QCheckBox()
        box.setAccessibleName(self.words.of(step.label))
        if step.ticks:
            box.toggled.connect(partial(self.ticked.emit, step.name))
        else:
            # What needs a name, a number or a day is written in the form, and the box only tells of it.
            box.setToolTip(self.words("release_page.in_record"))
            box.toggled.connect(partial(self._lead, box))
        self.steps.addWidget(box)
        return box

    def _lead(self, box: QCheckBox, is_checked: bool) -> None:
        box.blockSignals(True)
        box.setChecked(not is_checked)
        box.blockSignals(False)
        self.ask_record()

    def _shown(self, table: Table, step: Step, row: Row, register: Register) -> str:
        reading = self._reading(register)
        fields = [table.by_name[name] for name in step.shows if row.get(name) is not None]
        return ", ".join(self.words.brief(row[f.name], f, reading) for f in fields)

    def _show_tries(self, register: Register, told: Continuity, rows: Sequence[Row]) -> None:
        self.tries_title.setVisible(bool(rows))
        self.tries.setVisible(bool(rows))
        if rows:
            table, reading = register.lines_by_name[told.tries], self._reading(register)
            self.tries.setText("\n".join(self._told(table, row, reading) for row in rows))

    def _told(self, table: Table, row: Row, reading: Reading) -> str:
        return " · ".join(self.words.brief(row[f.name], f, reading) for f in table.fields if row.get(f.name) is not None)
