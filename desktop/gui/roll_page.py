"""The roll of one record: the grid that is marked by single keys, and the papers printed of it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop.gui import printing, prompts
from desktop.gui.look import SIGNS, button, label, restyle, scaled
from desktop.gui.roll_grid import RollGrid
from desktop.gui.roll_papers import Papers, as_pdf, print_papers
from desktop.gui.shortcuts import answer_keys
from desktop.gui.words import NAMES, Words
from desktop.registers.problems import AppError
from desktop.registers.states import DRAFT
from desktop.store.records import Records
from desktop.store.roll_calls import keep_roll_call, read_roll_call, roll_of

PDF = "PDF (*.pdf)"


class RollPage(QWidget):
    """Marks who was there; `left` with True where anything was saved. Raises AppError where a record has no roll."""

    left = Signal(bool)

    def __init__(self, records: Records, words: Words, uid: str, *, may_write: bool = True) -> None:
        """Show the roll of the record *uid*. Raises AppError."""
        super().__init__()
        self.records, self.words, self.uid, self.may_write = records, words, uid, may_write
        self.roll = roll_of(records.register)
        self.has_saved = False
        field = records.register.lines_by_name[self.roll.marks].by_name[self.roll.mark]
        self.codes = records.zone.definitions.codes[field.codes]
        self.call = read_roll_call(records, uid)
        self.grid = RollGrid(self.call, self.roll, self.codes, words)
        self.grid.edited.connect(self._edited)
        self._build()
        self._connect()
        self._edited()

    def _build(self) -> None:
        words = self.words
        self.title = scaled(label(words("roll.of", number=self.call.record["number"]), "title"), 1.45)
        self.said = label("", "second", wrap=True)
        self.whole_day = button(words("roll.whole_day"), picture="check", keys="F5")
        self.save_button = button(words("roll.save"), picture="save", primary=True, keys="F2")
        self.close_button = button(words("roll.close"), picture="x", keys="Esc")
        marks = ", ".join(f"{place} {words.of(row.label).lower()}" for place, row in enumerate(self.codes.codes.values(), 1))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title, 1)
        for one in (self.whole_day, self.save_button, self.close_button):
            head.addWidget(one)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(14, 10, 14, 10)
        self._layout.setSpacing(8)
        self._layout.addLayout(head)
        self._layout.addWidget(label(words("roll.keys", marks=marks), "second", wrap=True))
        self._layout.addWidget(self.grid, 1)
        self._layout.addWidget(self.said)
        self._layout.addLayout(self._build_papers())
        self.setFocusProxy(self.grid)

    def _build_papers(self) -> QHBoxLayout:
        words = self.words
        self.language = QComboBox()
        self.language.setAccessibleName(words("roll.language"))
        for code, name in NAMES.items():
            self.language.addItem(name, code)
        self.language.setCurrentIndex(self.language.findData(words.language))
        self.sheet_button = button(words("roll.print_sheet"), picture="printer")
        self.sheet_pdf = button(words("roll.pdf"), picture="download")
        self.certificate_button = button(words("roll.print_certificates"), picture="printer")
        self.certificate_pdf = button(words("roll.pdf"), picture="download")
        self.sheet_pdf.setAccessibleName(f"{words('roll.print_sheet')} {words('roll.pdf')}")
        self.certificate_pdf.setAccessibleName(f"{words('roll.print_certificates')} {words('roll.pdf')}")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(label(words("roll.language"), "second"))
        row.addWidget(self.language)
        row.addStretch(1)
        for one in (self.sheet_button, self.sheet_pdf, self.certificate_button, self.certificate_pdf):
            row.addWidget(one)
        return row

    def _connect(self) -> None:
        self.whole_day.clicked.connect(self.mark_day)
        self.save_button.clicked.connect(self.save)
        self.close_button.clicked.connect(self.leave)
        self.sheet_button.clicked.connect(lambda: self._give(certificates=False, on_paper=True))
        self.sheet_pdf.clicked.connect(lambda: self._give(certificates=False, on_paper=False))
        self.certificate_button.clicked.connect(lambda: self._give(certificates=True, on_paper=True))
        self.certificate_pdf.clicked.connect(lambda: self._give(certificates=True, on_paper=False))
        answer_keys(self, [Qt.Key.Key_F5], self.mark_day, "mark_day")
        answer_keys(self, [Qt.Key.Key_F2, "Ctrl+Return", "Ctrl+Enter"], self.save, "save")
        answer_keys(self, [Qt.Key.Key_Escape], self.leave, "back")

    # Marking

    def _edited(self) -> None:
        for one in (self.save_button, self.whole_day):
            one.setVisible(self.may_write)
        self.grid.setEnabled(self.may_write)
        self.save_button.setEnabled(self.grid.grid.is_changed)

    def _say(self, text: str, name: str = "second") -> None:
        self.said.setText(f"{SIGNS[name]} {text}" if name in SIGNS else text)
        restyle(self.said, "kind", name)

    def mark_day(self) -> None:
        """Let all who have no mark yet have been there on the day that is marked."""
        self._say(self.words("roll.marked", n=self.grid.mark_day()))

    def save(self) -> bool:
        """Save the marks; tell whether they are saved."""
        if not self.grid.grid.is_changed:
            return True
        try:
            saved = keep_roll_call(self.records, self.call, self.grid.grid.marks)
            place = self.grid.currentIndex()
            self.call = read_roll_call(self.records, self.uid)
        except AppError as error:
            self._say(self.words.of(error.text), "error")
            return False
        self.has_saved = True
        self.grid.grid.call = self.call
        self.grid.setCurrentIndex(place)
        self._edited()
        number, problems = self.call.record["number"], saved.judgement.problems
        if problems and self.call.record["state"] == DRAFT:
            problem = self.words.of(problems[0].text)
            self._say(self.words("roll.saved_draft", number=number, problem=problem), "warning")
        else:
            self._say(self.words("roll.saved", number=number), "good")
        return True

    def leave(self) -> None:
        """Go back to the record, after asking where marks are not saved."""
        if self.grid.grid.is_changed:
            answer = prompts.ask_unsaved(self, self.words)
            if answer == "stay" or (answer == "save" and not self.save()):
                return
        self.left.emit(self.has_saved)

    # Papers

    def _give(self, *, certificates: bool, on_paper: bool) -> None:
        """Print the papers or save them as a PDF, and write down that they were made."""
        words = self.words
        if self.grid.grid.is_changed:
            self._say(words("roll.save_first"), "warning")
            return
        zone = self.records.zone
        papers = Papers(zone.definitions, self.records.register, self.call, self.language.currentData(), zone.today)
        documents = papers.certificates() if certificates else papers.sign_in_sheets()
        if not documents:
            given = self.records.register.lines_by_name[self.roll.people].by_name[self.roll.given]
            self._say(words("roll.no_certificates", given=words.of(given.label)), "warning")
            return
        try:
            if self._print(documents) if on_paper else self._save_pdf(documents):
                self._say(words("roll.printed", n=len(documents)), "good")
        except AppError as error:
            self._say(words.of(error.text), "error")

    def _note(self, documents: list[QTextDocument]) -> None:
        """Write down that papers were made, before they are: paper that nobody can account for would be worse."""
        self.records.zone.log("print", None, {"pages": len(documents)}, register=self.records.register.name, uid=self.uid)

    def _print(self, documents: list[QTextDocument]) -> bool:
        printer = printing.choose_printer(self, self.words("roll.print_sheet"), "roll.no_printer")
        if printer is None:
            return False
        self._note(documents)
        print_papers(documents, printer)
        return True

    def _save_pdf(self, documents: list[QTextDocument]) -> bool:
        number = self.call.record["number"]  # never a person's name
        path = prompts.choose_target(self, self.words("roll.pdf_file"), f"{number}.pdf", PDF)
        if not path:
            return False
        self._note(documents)
        as_pdf(documents, path)
        return True
