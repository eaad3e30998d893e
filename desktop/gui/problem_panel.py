"""What is wrong with a record, all together: links that lead to the field, and a place for the reason of each warning."""

from collections.abc import Mapping, Sequence
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from desktop.gui.look import COLOURS, SIGNS, kind, label, restyle
from desktop.gui.words import Words
from desktop.registers.problems import Problem
from desktop.registers.register import Register
from desktop.store.doubles import DOUBLE

MOST_NAMED = 8


class ProblemPanel(QWidget):
    """The problems of one record; hidden while there are none."""

    asked = Signal(object)
    edited = Signal()

    def __init__(self, register: Register, words: Words) -> None:
        """Begin without problems."""
        super().__init__()
        self.register, self.words = register, words
        self.reasons: dict[str, str] = {}
        self.told: list[Problem] = []
        self._shown: list[str] = []
        self._editors: list[QLineEdit] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 4)
        self._layout.setSpacing(4)
        self.hide()

    def load(self, reasons: Mapping[str, str]) -> None:
        """Take the reasons given so far, by the key of the problem."""
        self.reasons = dict(reasons)
        self.show_problems([], {})

    def show_problems(self, problems: Sequence[Problem], unread: Mapping[str, str]) -> None:
        """Show *problems*, and the fields whose text cannot be read, named `field` or `lines/place/field`."""
        self.told = [*map(self._of_unread, unread), *(p for p in problems if p.severity == "error")]
        warnings = [p for p in problems if p.severity == "warning"]
        if problems:
            needed = {DOUBLE, *(p.key for p in warnings)}
            self.reasons = {key: why for key, why in self.reasons.items() if key in needed}
        keys = [p.key for p in (*self.told, *warnings)]
        if keys == self._shown:
            return
        self._shown = keys
        while item := self._layout.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        self._editors = []
        if self.told:
            self._layout.addWidget(self._errors())
        if warnings:
            self._layout.addWidget(self._warnings(warnings))
        self.setVisible(bool(keys))

    def _of_unread(self, key: str) -> Problem:
        *lines, name = key.split("/")
        place = (lines[0], int(lines[1])) if lines else ("", 0)
        return Problem(f"{name}.unread", "error", (name,), self.register.label, *place)

    def _errors(self) -> QFrame:
        frame = QFrame()
        kind(frame, "problems")
        links = [
            f'<a href="{n}" style="color: {COLOURS["error"]}">{escape(self._name(problem))}</a>'
            for n, problem in enumerate(self.told[:MOST_NAMED])
        ]
        rest = len(self.told) - MOST_NAMED
        tail = f" {self.words('form.more', n=rest)}" if rest > 0 else ""
        text = QLabel(f"{SIGNS['error']} {escape(self.words('form.to_mend', n=len(self.told)))}: {' · '.join(links)}{tail}")
        text.setTextFormat(Qt.TextFormat.RichText)
        text.setWordWrap(True)
        text.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        kind(text, "error")
        text.linkActivated.connect(lambda place: self.asked.emit(self.told[int(place)]))
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(8, 5, 8, 5)
        layout.addWidget(text)
        return frame

    def _name(self, problem: Problem) -> str:
        """Name the field a problem is about, with its line where it lies in one."""
        name = problem.about[0]
        if problem.lines:
            lines = self.register.lines_by_name[problem.lines]
            return f"{self.words.of(lines.label)} {problem.line + 1}, {self.words.of(lines.by_name[name].label)}"
        return self.words.of((self.register.by_name.get(name) or self.register.lines_by_name[name]).label)

    def _warnings(self, warnings: Sequence[Problem]) -> QFrame:
        frame = QFrame()
        kind(frame, "warnings")
        grid = QGridLayout(frame)
        grid.setContentsMargins(8, 4, 8, 6)
        grid.setVerticalSpacing(2)
        head = label(f"{SIGNS['warning']} {self.words('form.warnings', n=len(warnings))}", "warning", wrap=True)
        grid.addWidget(head, 0, 0, 1, 2)
        for number, problem in enumerate(warnings, 1):
            said = self.words.of(problem.text)
            reason = QLineEdit(self.reasons.get(problem.key, ""))
            reason.setPlaceholderText(self.words("form.reason"))
            reason.setAccessibleName(f"{self.words('form.reason')}: {said}")
            reason.textEdited.connect(lambda typed, key=problem.key: self._give(key, typed))
            restyle(reason, "state", "" if reason.text() else "warning")
            grid.addWidget(label(f"{self._name(problem)}: {said}", wrap=True), number, 0)
            grid.addWidget(reason, number, 1)
            self._editors.append(reason)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)
        return frame

    def _give(self, key: str, typed: str) -> None:
        self.reasons.pop(key, None)
        if typed.strip():
            self.reasons[key] = typed.strip()
        self.edited.emit()

    def reason_editors(self) -> list[QLineEdit]:
        """List the places for reasons that are shown."""
        return self._editors
