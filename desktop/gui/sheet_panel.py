"""A recovery sheet on the screen: it is printed, saved or copied by hand, and its code typed back once."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.gui import prompts
from desktop.gui.code_editor import COLUMNS, CodeEditor
from desktop.gui.look import SIGNS, button, label, restyle, scaled, sized, small
from desktop.gui.printing import choose_printer
from desktop.gui.prompts import Prompt
from desktop.gui.recovery_sheet import Sheet, paint, save_pdf
from desktop.gui.words import Words
from desktop.registers.problems import AppError
from desktop.store.recovery import confirm

PDF = "PDF (*.pdf)"
WIDTH = 660


class SheetPanel(QWidget):
    """One sheet, until its code was typed back."""

    entered = Signal()

    def __init__(self, folder: Path, sheet: Sheet, words: Words) -> None:
        """Offer the *sheet* of the station in *folder*."""
        super().__init__()
        self.folder, self.sheet, self.words = folder, sheet, words
        self.is_proven = False
        self.print = button(words("recovery_page.print"), picture="printer")
        self.save = button(words("recovery_page.save"), picture="download")
        self.copy = button(words("recovery_page.show"), picture="pencil")
        self.status = small(label("", "second", wrap=True))
        self.code = CodeEditor(words)
        self.message = small(label(words("recovery_page.type_code"), "hint", wrap=True))
        for one, act in ((self.print, self._print), (self.save, self._save), (self.copy, self._copy)):
            one.clicked.connect(partial(self._give, act))
        self.code.entered.connect(self.entered)
        self.code.edited.connect(partial(self._say, "", ""))
        self._build()
        self.setFocusProxy(self.print)

    def _build(self) -> None:
        words = self.words
        giving = QHBoxLayout()
        giving.setSpacing(8)
        for one in (self.print, self.save, self.copy):
            giving.addWidget(one)
        giving.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(label(words("recovery_page.explain", zone=self.sheet.label), wrap=True))
        layout.addLayout(giving)
        layout.addWidget(self.status)
        layout.addWidget(label(words("recovery_page.type_back"), "section"))
        layout.addWidget(self.code)
        layout.addWidget(self.message)

    # Out of the program

    def _give(self, act: Callable[[], str]) -> None:
        try:
            done = act()
        except AppError as error:
            self._tell(self.words.of(error.text), "error")
            return
        if done:
            self._tell(self.words(f"recovery_page.{done}"), "good")
            self.code.setFocus()

    def _tell(self, text: str, severity: str) -> None:
        self.status.setText(f"{SIGNS[severity]} {text}")
        restyle(self.status, "kind", severity)

    def _print(self) -> str:
        printer = choose_printer(self, self.words("recovery_page.print"), "recovery_page.no_printer")
        if printer is None:
            return ""
        paint(self.sheet, printer)
        return "printed"

    def _save(self) -> str:
        words = self.words
        if not ask_pdf(self, words, words.of(self.sheet.label)):
            return ""
        path = prompts.choose_target(self, words("recovery_page.pdf_file"), self.sheet.file_name, PDF)
        if not path:
            return ""
        save_pdf(self.sheet, Path(path))
        return "saved"

    def _copy(self) -> str:
        return "copied" if show_code(self, self.words, self.sheet) else ""

    # Typed back

    def prove(self) -> bool:
        """Tell whether the typed code is that of the sheet, and note it; otherwise say what is wrong with it."""
        if self.is_proven:
            return True
        if not self.code.is_begun:
            self._say(self.words("recovery_page.type_code"), "error")
            self.code.setFocus()
            return False
        try:
            confirm(self.folder, self.sheet.zone, self.code.typed)
        except AppError as error:
            self.code.mark_mistyped()
            self._say(self.words.of(error.text), "error")
            return False
        self.is_proven = True
        self.code.forget()
        self.code.setEnabled(False)
        self._say(self.words("recovery_page.proven"), "good")
        return True

    def _say(self, text: str, severity: str) -> None:
        self.message.setText(f"{SIGNS[severity]} {text}" if severity else self.words("recovery_page.type_code"))
        restyle(self.message, "kind", severity or "hint")


# Questions, each a function, so that a test can answer it


def ask_pdf(parent: QWidget, words: Words, zone: str) -> bool:
    """Ask whether the code may stand in a file."""
    prompt = Prompt(parent, words("recovery_page.pdf_title"), words("recovery_page.pdf_text", zone=zone))
    prompt.answer_by([words("recovery_page.pdf_yes"), words("form.close")], primary=1)
    done = bool(prompt.exec()) and prompt.chosen == 0
    prompt.deleteLater()
    return done


def show_code(parent: QWidget, words: Words, sheet: Sheet) -> bool:
    """Show the code on the screen, and tell whether it was written down."""
    text = words("recovery_page.copy_text", zone=sheet.label, number=sheet.number)
    prompt = Prompt(parent, words("recovery_page.copy_title"), text)
    prompt.show_below(_large(sheet.code))
    prompt.answer_by([words("recovery_page.copy_done"), words("form.close")])
    done = bool(prompt.exec()) and prompt.chosen == 0
    prompt.deleteLater()
    return done


def _large(code: str) -> QWidget:
    shown = QWidget()
    grid = QGridLayout(shown)
    grid.setContentsMargins(0, 6, 0, 6)
    grid.setHorizontalSpacing(24)
    for place, group in enumerate(code.split("-")):
        row, column = divmod(place, COLUMNS)
        grid.addWidget(small(label(str(place + 1), "second")), 2 * row, column)
        letters = scaled(label(group, "title"), 1.5)
        grid.addWidget(letters, 2 * row + 1, column)
    return shown


def hand_over_sheet(parent: QWidget, folder: Path, sheet: Sheet, words: Words) -> bool:
    """Offer a new sheet until its code was typed back, or put off; tell whether it was."""
    prompt = Prompt(parent, words("recovery_page.title", zone=sheet.label), "")
    prompt.setMinimumWidth(sized(WIDTH))
    panel = SheetPanel(folder, sheet, words)
    prompt.show_below(panel)
    prompt.answer_by([words("recovery_page.check"), words("recovery_page.later")])
    prompt.may_answer = lambda: prompt.chosen != 0 or panel.prove()
    panel.entered.connect(partial(prompt.answer, 0))
    prompt.exec()
    panel.code.forget()
    prompt.deleteLater()
    return panel.is_proven
