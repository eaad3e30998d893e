"""What is asked about code lists and added fields: a code, a field, and whether what was shown is to be taken."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QWidget

from desktop.exchange.code_lists import columns_of, heading_of, texts_of
from desktop.exchange.packs import details, summary
from desktop.exchange.rows import CellProblem
from desktop.gui.enter_line import EnterLine
from desktop.gui.look import SIGNS, label, sized
from desktop.gui.plain_table import Cell, Column, PlainTable
from desktop.gui.prompts import Prompt
from desktop.gui.words import Words
from desktop.registers.code_rows import LONGEST_LABEL, read_day, read_row, shown_day
from desktop.registers.codes import NAME, Code, CodeList
from desktop.registers.declarations import ADDED, Definitions
from desktop.registers.labels import LANGUAGES, UNSURE
from desktop.registers.packs import Change, list_label, marked, own_lists
from desktop.registers.problems import NotReadable
from desktop.registers.register import Field, Register

WIDE, TABLE_HEIGHT = 620, 220
LONGEST_NAME = 40
# Kinds that need no further words, but a code list.
KINDS = ("text", "note", "integer", "decimal", "date", "yes_no", "choice")
_CHOICE = "choice"


def _ask(prompt: Prompt, words: Words, problem: QLabel) -> bool:
    """Ask, with what is wrong said in *problem*."""
    problem.hide()
    prompt.show_below(problem)
    prompt.setMinimumWidth(sized(WIDE))
    prompt.answer_by([words("definitions_page.take"), words("definitions_page.leave")])
    return bool(prompt.exec()) and prompt.chosen == 0


def _say(problem: QLabel, text: str) -> bool:
    """Say what is wrong, and tell whether nothing is."""
    problem.setText(f"{SIGNS['error']} {text}")
    problem.setVisible(bool(text))
    return not text


# A code


def ask_code(parent: QWidget, words: Words, title: str, codes: CodeList, before: Code | None = None) -> Code | None:
    """Ask for a code of the list *codes*, or for other words of the code *before*; None leaves all as it is."""
    prompt = Prompt(parent, title, words("definitions_page.code_text"))
    columns = columns_of(codes)
    lines: dict[str, QLineEdit] = {column: EnterLine(words.of(heading_of(column))) for column in columns}
    if before:
        for column, text in zip(columns, texts_of(before, columns), strict=True):
            lines[column].setText(text)
        lines["code"].setReadOnly(True)
    prompt.ask_for([(words.of(heading_of(column)), line) for column, line in lines.items()])
    problem = label("", "error", wrap=True)

    def wrong() -> str:
        read = read_row({column: line.text() for column, line in lines.items()})
        if not before and read.code and read.code.code in codes.codes:
            return words("packs.code_twice", code=read.code.code)
        first = next(iter(read.problems.items()), None)
        return f"{words.of(heading_of(first[0]))}: {words.of(first[1])}" if first else ""

    prompt.may_answer = lambda: bool(prompt.chosen) or _say(problem, wrong())
    lines[LANGUAGES[0] if before else "code"].setFocus()
    taken = _ask(prompt, words, problem)
    return read_row({column: line.text() for column, line in lines.items()}).code if taken else None


# A field


class _FieldPrompt(Prompt):
    """The words of one added field; *before* keeps its name, kind and code list for ever."""

    def __init__(
        self, parent: QWidget, words: Words, definitions: Definitions, register: Register, before: Field | None
    ) -> None:
        name = "field_change" if before else "field_add"
        super().__init__(parent, words(f"definitions_page.{name}", label=register.label), words("definitions_page.field_text"))
        self.words, self.register, self.before = words, register, before
        self.name = EnterLine(words("definitions_page.name"))
        self.kind = _box((words(f"kinds.{one}"), one) for one in KINDS)
        self.codes = _box(sorted((f"{words.of(list_label(definitions, one))} · {one}", one) for one in own_lists(definitions)))
        self.section = _box((words.of(s.label), s.name) for s in register.sections if s.label)
        self.labels = {language: EnterLine(words(f"packs.column_{language}")) for language in LANGUAGES}
        self.until = EnterLine(words("packs.column_until"))
        self.kind.currentIndexChanged.connect(self._offer)
        self._fill()
        self.ask_for([
            (words("definitions_page.name"), self.name), (words("definitions_page.kind"), self.kind),
            (words("definitions_page.codes"), self.codes), (words("definitions_page.section"), self.section),
            *((words(f"packs.column_{language}"), line) for language, line in self.labels.items()),
            (words("packs.column_until"), self.until),
        ])  # fmt: skip
        self._offer()

    def _fill(self) -> None:
        self.name.setText(self.before.name if self.before else ADDED)
        if self.before:
            for box, value in (
                (self.kind, self.before.kind_name),
                (self.codes, self.before.codes),
                (self.section, self.before.section),
            ):
                box.setCurrentIndex(box.findData(value))
            for language, line in self.labels.items():
                line.setText(marked(self.before.label, language))
            self.until.setText(shown_day(self.before.until))

    def _offer(self) -> None:
        self.codes.setEnabled(not self.before and self.kind.currentData() == _CHOICE)
        self.kind.setEnabled(not self.before)
        self.name.setReadOnly(bool(self.before))

    @property
    def problem(self) -> str:
        """Say what is still wrong."""
        name, words = self.name.text().strip(), self.words
        if not NAME.fullmatch(name) or not name.startswith(ADDED) or not len(ADDED) < len(name) <= LONGEST_NAME:
            return words("definitions_page.no_name", most=LONGEST_NAME)
        if not self.before and (name in self.register.by_name or any(name in t.by_name for t in self.register.lines)):
            return words("definitions_page.name_twice", name=name)
        for language, line in self.labels.items():
            if not 0 < len(line.text().strip(f"{UNSURE} ")) <= LONGEST_LABEL:
                return f"{words(f'packs.column_{language}')}: {words('packs.no_label', most=LONGEST_LABEL)}"
        try:
            read_day(self.until.text())
        except NotReadable as slip:
            return f"{words('packs.column_until')}: {words.of(slip.text)}"
        return ""

    @property
    def declared(self) -> dict[str, Any]:
        """Give the words of the field as they are declared."""
        texts = {language: " ".join(line.text().split()) for language, line in self.labels.items()}
        found: dict[str, Any] = {"name": self.name.text().strip(), "section": self.section.currentData(), "label": texts}
        if not self.before:
            found["kind"] = self.kind.currentData()
            found |= {"codes": self.codes.currentData()} if found["kind"] == _CHOICE else {}
        if self.before or self.until.text().strip():
            found["until"] = read_day(self.until.text())
        return found


def _box(items: Any) -> QComboBox:
    made = QComboBox()
    for text, value in items:
        made.addItem(text, value)
    made.setMinimumContentsLength(24)
    return made


def ask_field(
    parent: QWidget, words: Words, definitions: Definitions, register: Register, before: Field | None = None
) -> Mapping[str, Any] | None:
    """Ask for a field to be added to *register*, or for other words of the field *before*; None leaves all as it is."""
    prompt = _FieldPrompt(parent, words, definitions, register, before)
    problem = label("", "error", wrap=True)
    prompt.may_answer = lambda: bool(prompt.chosen) or _say(problem, prompt.problem)
    (prompt.labels[LANGUAGES[0]] if before else prompt.name).setFocus()
    return prompt.declared if _ask(prompt, words, problem) else None


# What was read


def ask_changes(
    parent: QWidget, words: Words, title: str, text: str, definitions: Definitions, changes: Sequence[Change], answer: str
) -> bool:
    """Show what would change, and ask whether it shall."""
    said = "; ".join(words.of(one) for one in summary(changes))
    prompt = Prompt(parent, title, f"{said[:1].upper()}{said[1:]}. {text}")
    table = PlainTable(title, [
        Column(words("definitions_page.where")), Column(words("definitions_page.name"), 120),
        Column(words("definitions_page.label")), Column(words("definitions_page.change"), 120),
    ])  # fmt: skip
    table.setMinimumSize(WIDE + 140, TABLE_HEIGHT)
    table.show_rows(
        [
            [Cell(words.of(of)), Cell(name), Cell(words.of(label_)), Cell(words.of(what), "second")]
            for of, name, label_, what in details(definitions, changes)
        ]
    )
    prompt.show_below(table)
    prompt.answer_by([answer, words("definitions_page.leave")])
    return bool(prompt.exec()) and prompt.chosen == 0


def show_problems(parent: QWidget, words: Words, title: str, problems: Sequence[CellProblem]) -> None:
    """Show what is wrong with the cells of a code list, of which nothing was taken."""
    prompt = Prompt(parent, f"{SIGNS['error']} {title}", words("definitions_page.problems_text", n=len(problems)))
    table = PlainTable(title, [
        Column(words("definitions_page.cell"), 70), Column(words("definitions_page.stands"), 150), Column(words("definitions_page.wrong")),
    ])  # fmt: skip
    table.setMinimumSize(WIDE + 140, TABLE_HEIGHT)
    table.show_rows([[Cell(p.cell or "—"), Cell(p.value), Cell(words.of(p.text), "error")] for p in problems])
    prompt.show_below(table)
    prompt.answer_by([words("window.understood")])
    prompt.exec()
