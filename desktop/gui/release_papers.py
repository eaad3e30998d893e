"""The papers that go along with a person who is released: printed, as PDF or for Word, in the language of whoever reads them."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop.analysis.documents import documents_of, fill, load_documents
from desktop.analysis.report import Report
from desktop.analysis.word import SUFFIX, as_word
from desktop.gui import printing, prompts
from desktop.gui.look import SIGNS, button, label, small
from desktop.gui.report_paper import as_pdf, foot, paper
from desktop.gui.words import NAMES, Words
from desktop.registers.problems import AppError
from desktop.store.continuity import Course
from desktop.store.vault import Vault

PDF = ".pdf"


class ReleasePapers(QWidget):
    """Offers the documents of one course of care; each that leaves the screen stands in the history of its record."""

    said = Signal(str, str)

    def __init__(self, vault: Vault, words: Words) -> None:
        """Offer nothing yet."""
        super().__init__()
        self.vault, self.words = vault, words
        self.documents = load_documents(vault.definitions)
        self.course: Course | None = None
        self._build()

    def _build(self) -> None:
        words = self.words
        self.which, self.language = QComboBox(), QComboBox()
        self.which.setAccessibleName(words("release_papers.which"))
        self.language.setAccessibleName(words("release_papers.language"))
        for code, name in NAMES.items():
            self.language.addItem(name, code)
        self.language.setCurrentIndex(self.language.findData(words.language))
        self.print_button = button(words("release_papers.print"), picture="printer")
        self.pdf_button = button("PDF", picture="file-text")
        self.word_button = button("Word", picture="file-text")
        self.print_button.clicked.connect(self.print_report)
        self.pdf_button.clicked.connect(lambda: self.save(PDF, as_pdf))
        self.word_button.clicked.connect(lambda: self.save(SUFFIX, as_word))
        choice, buttons = QHBoxLayout(), QHBoxLayout()
        choice.addWidget(self.which, 1)
        choice.addWidget(self.language)
        for one in (self.print_button, self.pdf_button, self.word_button):
            buttons.addWidget(one)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 0, 14, 0)
        layout.setSpacing(6)
        layout.addWidget(small(label(words("release_papers.title").upper(), "section")))
        layout.addLayout(choice)
        layout.addLayout(buttons)

    def show_course(self, course: Course) -> None:
        """Offer the documents about *course*, and keep the one that was chosen before."""
        self.course = course
        kept = self.which.currentData()
        self.which.clear()
        for document in documents_of(self.documents, course.register):
            self.which.addItem(self.words.of(document.label), document.name)
        self.which.setCurrentIndex(max(self.which.findData(kept), 0))
        self.setVisible(self.which.count() > 0)

    def report(self, course: Course) -> Report:
        """Fill in the document that is chosen. Raises AppError."""
        zone = self.vault.zone(self.vault.definitions.registers[course.register].zone)
        return fill(zone, self.documents[self.which.currentData()], course, self.language.currentData())

    def print_report(self) -> None:
        """Print the chosen document, and write down that it was."""
        words, course = self.words, self.course
        if course is None:
            return
        try:
            printer = printing.choose_printer(self, words("release_papers.print"), "release_papers.no_printer")
            if printer is None:
                return
            report = self.report(course)
            # Noted first: paper that nobody can account for would be worse than a note without paper.
            self._note("print", course)
            printing.set_page(printer)
            printing.paint([paper(report)], printer, foot(report))
        except AppError as error:
            self.said.emit(f"{SIGNS['error']} {words.of(error.text)}", "error")
            return
        self.said.emit(f"{SIGNS['good']} {words('release_papers.printed')}", "good")

    def save(self, suffix: str, write: Callable[[Report], bytes]) -> None:
        """Save the chosen document as a file whose name has the number of the case, and nobody's name."""
        words, course = self.words, self.course
        if course is None:
            return
        try:
            report = self.report(course)
            target = prompts.choose_target(self, words("release_papers.save"), f"{report.name}{suffix}", f"*{suffix}")
            if not target:
                return
            path = Path(target)
            path = path if path.suffix.casefold() == suffix else path.with_name(f"{path.name}{suffix}")
            content = write(report)
            self._note("export", course)
            printing.write_pdf(path, content)
        except AppError as error:
            self.said.emit(f"{SIGNS['error']} {words.of(error.text)}", "error")
            return
        self.said.emit(f"{SIGNS['good']} {words('release_papers.saved', file=path.name)}", "good")

    def _note(self, action: str, course: Course) -> None:
        zone = self.vault.zone(self.vault.definitions.registers[course.register].zone)
        why = f"{self.which.currentText()}, {self.language.currentText()}"
        zone.log(action, why, register=course.register, uid=course.uid)
