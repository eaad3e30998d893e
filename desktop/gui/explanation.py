"""What a table makes of one record: counted, doubtful or not counted, with the reason, line by line."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop.analysis.declarations import TableDeclaration, Verdict
from desktop.analysis.tables import Explanation, explain
from desktop.gui.look import SIGNS, button, label
from desktop.gui.words import Words
from desktop.registers.problems import AppError
from desktop.registers.rules import Row
from desktop.store.records import Filter, Records
from desktop.store.vault import Vault

# How a verdict looks: its sign and its kind in the style sheet. What is not counted is no mistake.
LOOKS: dict[Verdict, tuple[str, str]] = {
    "counted": (SIGNS["good"], "good"), "doubtful": (SIGNS["warning"], "warning"), "not_counted": (SIGNS["error"], "second"),
}  # fmt: skip
MOST_NAMED = 3


@dataclass(frozen=True)
class Question:
    """A table and the months it was asked for."""

    table: TableDeclaration
    first: str
    last: str


def find(records: Records, typed: str) -> Row:
    """Find the record whose number was *typed*, whole or in part, in letters of either alphabet. Raises AppError."""
    wanted = " ".join(typed.split())
    numbers = [wanted.upper(), f"{records.zone.station.prison}-{wanted.upper()}"]
    for number in numbers:
        if found := records.rows(records.search(Filter(where={"number": number}))[:1]):
            return found[0]
    rows = records.rows(records.search(Filter(text=wanted))[: MOST_NAMED + 1]) if wanted else []
    if not rows:
        raise AppError("table.no_record", number=wanted)
    if len(rows) > 1:
        numbers = [str(row["number"]) for row in rows[:MOST_NAMED]]
        raise AppError("tables_page.several", numbers=", ".join(numbers))
    return rows[0]


class ExplanationView(QFrame):
    """Shows what a table makes of a record, and the way to the record itself."""

    record_asked = Signal(str, str)

    def __init__(self, vault: Vault, words: Words) -> None:
        """Show nothing until `show_record`."""
        super().__init__()
        self.vault, self.words = vault, words
        self.uid = self.register = ""
        self.title = label("", "title", wrap=True)
        self.title.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setAccessibleName(words("tables_page.explanation"))
        self.open_button = button(words("tables_page.open_record"), picture="arrow-right")
        self.open_button.clicked.connect(lambda: self.record_asked.emit(self.register, self.uid))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.title)
        layout.addWidget(self.area, 1)
        layout.addWidget(self.open_button, 0, Qt.AlignmentFlag.AlignLeft)

    def show_record(self, question: Question, number: str, uid: str) -> None:
        """Explain the record *number*. Raises AppError."""
        register = question.table.register.name
        told = explain(self.vault, question.table, number, question.first, question.last)
        # An explanation of a health record is a look into it.
        self.vault.records(register).viewed(uid)
        self.register, self.uid = register, uid
        self.title.setText(number)
        self.area.setWidget(self._lines(told))

    def _lines(self, told: Sequence[Explanation]) -> QWidget:
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.setSpacing(2)
        for one in told:
            self._add(layout, one)
        layout.addStretch(1)
        inner.setAccessibleName("\n".join(self.as_text(one) for one in told))
        return inner

    def _add(self, layout: QVBoxLayout, one: Explanation) -> None:
        sign, look = LOOKS[one.verdict]
        if one.line is not None:
            layout.addWidget(label(self._name(one), wrap=True))
        layout.addWidget(label(f"{sign} {self._verdict(one)}", look, wrap=True))
        if one.contribution:
            layout.addWidget(label(self.words.of(one.contribution), "second", wrap=True))
        layout.addSpacing(8)

    def _name(self, one: Explanation) -> str:
        title = self.words.of(one.title)
        line = self.words("tables_page.line", n=one.line)
        return f"{line}: {title}" if title else line

    def _verdict(self, one: Explanation) -> str:
        verdict = self.words(f"tables_page.{one.verdict}")
        return f"{verdict}: {self.words.of(one.reason)}" if one.reason else verdict

    def as_text(self, one: Explanation) -> str:
        """Say one explanation in a line."""
        parts = [self._name(one) if one.line is not None else "", self._verdict(one)]
        parts.append(self.words.of(one.contribution) if one.contribution else "")
        return ". ".join(part for part in parts if part)
