"""Who is about to leave in the middle of treatment, who has left and is not heard of, and who goes without treatment now."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from desktop.analysis.continuity import Continuities, Due, in_words, is_lost, look, urgency
from desktop.gui.look import SIGNS, kind, label, restyle, scaled
from desktop.gui.plain_table import Cell, Column, PlainTable
from desktop.gui.release_panel import ReleasePanel
from desktop.gui.shortcuts import answer_keys
from desktop.gui.words import Words
from desktop.registers.problems import AppError
from desktop.registers.register import Register
from desktop.store import continuity
from desktop.store.continuity import Course
from desktop.store.records import Records, Saved
from desktop.store.vault import Vault

LEAVING, AWAITED, INTERRUPTED = "leaving", "awaited", "interrupted"
NAMES = (LEAVING, AWAITED, INTERRUPTED)
LIST_WIDTH, PANEL_WIDTH = 760, 380


class ReleasePage(QWidget):
    """Shows the three lists of one zone, and what must be ready for whoever is marked."""

    record_asked = Signal(str, str)

    def __init__(self, vault: Vault, zone: str, words: Words) -> None:
        """Show nothing before somebody arrives at the page."""
        super().__init__()
        self.vault, self.words = vault, words
        self.zone = vault.zone(zone)
        self.found = Continuities([], [], [])
        self.name = LEAVING
        self._build()

    def _build(self) -> None:
        words = self.words
        self.list = PlainTable(words("release_page.title"), [
            Column(words("release_page.day"), 96), Column(words("release_page.term"), 110),
            Column(words("release_page.person")), Column(words("release_page.care"), 100),
            Column(words("release_page.state"), 160),
        ])  # fmt: skip
        self.list.marked.connect(self._show_place)
        self.empty = label("", "second", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.said, self.note = label("", wrap=True), label("", "second", wrap=True)
        self.panel = ReleasePanel(self.vault, self.words)
        self.panel.record_asked.connect(self.record_asked)
        self.panel.begun.connect(self._begin)
        self.panel.ticked.connect(self._tick)
        self.panel.arrived.connect(self._confirm)
        self.panel.said.connect(self._say)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list, 1)
        column.addWidget(self.empty, 1)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(left)
        splitter.addWidget(self.panel)
        splitter.setSizes([LIST_WIDTH, PANEL_WIDTH])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(8)
        layout.addWidget(scaled(label(words("release_page.title"), "title"), 1.45))
        layout.addLayout(self._build_pills())
        layout.addWidget(self.note)
        layout.addWidget(self.said)
        layout.addWidget(splitter, 1)
        answer_keys(self, ["F5"], self.arrive, "read_again")

    def _build_pills(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        self.pills: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        for name in NAMES:
            pill = QPushButton()
            kind(pill, "pill")
            pill.setCheckable(True)
            pill.clicked.connect(partial(self.show_list, name))
            group.addButton(pill)
            row.addWidget(pill)
            self.pills[name] = pill
        row.addStretch(1)
        return row

    # The lists

    def arrive(self) -> None:
        """Take up the page again: records may have changed, and so has the day."""
        self._say("", "")
        self.refresh()

    def refresh(self) -> None:
        """Read the lists anew, and keep the marked case marked."""
        self.found = look(self.vault, self.zone.name)
        for name, dues in self.found.lists():
            self.pills[name].setText(f"{self.words(f'release_page.{name}')}  {len(dues)}")
        self.show_list(self.name)

    def show_list(self, name: str) -> None:
        """Show the list *name*."""
        kept = self.marked.course.uid if self.marked and name == self.name else ""
        self.name = name
        for each, pill in self.pills.items():
            pill.setChecked(each == name)
            restyle(pill, "active", "true" if each == name else "false")
        self.note.setText(self.words(f"release_page.note_{name}"))
        dues = self.dues
        places = [place for place, due in enumerate(dues) if due.course.uid == kept]
        self.list.show_rows([self._row(due) for due in dues], places[0] if places else 0)
        self.list.setVisible(bool(dues))
        self.empty.setVisible(not dues)
        self.empty.setText(self.words(f"release_page.none_{name}"))
        self._show_place(self.list.place)

    @property
    def dues(self) -> list[Due]:
        """Give the cases on the list that is shown."""
        return dict(self.found.lists())[self.name]

    @property
    def marked(self) -> Due | None:
        """Give the case that is marked."""
        place = self.list.place
        return self.dues[place] if 0 <= place < len(self.dues) else None

    def _row(self, due: Due) -> list[Cell]:
        today, words = self.zone.today, self.words
        colour = urgency(self.name, due, today)
        told = self._register(due.course).continuity
        care = words.of(told.label) if told else ""
        return [
            Cell(_shown(due.day)), Cell(words.of(in_words(self.name, due)), colour),
            Cell(person_title(self.vault, due.course)), Cell(care), self._state(due),
        ]  # fmt: skip

    def _state(self, due: Due) -> Cell:
        words, course = self.words, due.course
        told = self._register(course).continuity
        if self.name == INTERRUPTED:
            return self._lost(due)
        if not course.line:
            return Cell(f"{SIGNS['error']} {words('release_page.not_begun')}", "error")
        if self.name == AWAITED:
            tried = len(continuity.tries(self._records(course), course))
            return Cell(
                words("release_page.tried", n=tried) if tried else words("release_page.not_tried"),
                "ink" if tried else "warning",
            )
        steps = len(told.steps) if told else 0
        is_whole = len(course.done) == steps
        text = words("release_page.ready_of", done=len(course.done), all=steps)
        return Cell(f"{SIGNS['good']} {text}" if is_whole else text, "good" if is_whole else "ink")

    def _lost(self, due: Due) -> Cell:
        if not due.course.lost_on:
            return Cell("")
        is_past = is_lost(due, self.zone.today)
        text = self.words("release_page.lost" if is_past else "release_page.lost_on", day=_shown(due.course.lost_on))
        return Cell(text, "error" if is_past else "second")

    def _register(self, course: Course) -> Register:
        return self.vault.definitions.registers[course.register]

    def _records(self, course: Course) -> Records:
        return self.vault.records(course.register)

    def _show_place(self, _place: int) -> None:
        self.panel.show_due(self.name, self.marked)

    # What is written

    def _begin(self) -> None:
        self._write(lambda records, course: continuity.begin(records, course, self.words("continuity.why_begun")), "begun_done")

    def _tick(self, name: str, done: bool) -> None:
        def write(records: Records, course: Course) -> Saved:
            told = records.register.continuity
            step = next(one for one in (told.steps if told else ()) if one.name == name)
            why = self.words("continuity.why_ready" if done else "continuity.why_not_ready", step=self.words.of(step.label))
            return continuity.tick(records, course, step, why, done=done)

        self._write(write, "ticked" if done else "unticked")

    def _confirm(self) -> None:
        self._write(
            lambda records, course: continuity.confirm(records, course, self.words("continuity.why_arrived")), "arrived"
        )

    def _write(self, what: Callable[[Records, Course], Saved], said: str) -> None:
        due = self.marked
        if due is None:
            return
        try:
            saved = what(self._records(due.course), due.course)
        except AppError as error:
            self._say(f"{SIGNS['error']} {self.words.of(error.text)}", "error")
            self.refresh()
            return
        self.refresh()
        self._say(f"{SIGNS['good']} {self.words(f'release_page.{said}', number=saved.record['number'])}", "good")

    def _say(self, text: str, name: str) -> None:
        self.said.setText(text)
        self.said.setVisible(bool(text))
        restyle(self.said, "kind", name or "second")


def person_title(vault: Vault, course: Course) -> str:
    """Name the person of *course* to whoever looks after them."""
    register = vault.definitions.registers[course.register]
    told = register.continuity
    people = register.by_name[told.person].register if told else ""
    zone = vault.zone(register.zone)
    described = (zone.describe(people, course.person) if people else None) or course.person
    return described.removeprefix(f"{course.person} · ")


def _shown(day: str) -> str:
    return ".".join(reversed(day.split("-")))
