"""Questions and news in small windows. Each is one function, so that a test can answer it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QDialog, QFileDialog, QFormLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.gui.look import SIGNS, button, kind, label, sized
from desktop.gui.words import Words
from desktop.registers.codes import CodeList
from desktop.registers.problems import AppError

WIDTH = 460


@dataclass(frozen=True)
class Answer:
    """What a person answered to why a record is voided."""

    reason: str
    why: str


class Prompt(QDialog):
    """A title, a text, what is asked, and buttons; Esc leaves everything as it is."""

    def __init__(self, parent: QWidget | None, title: str, text: str) -> None:
        super().__init__(parent)
        self.setWindowTitle("Depter")
        self.setMinimumWidth(sized(WIDTH))
        self.chosen = 0
        # Asked before the window closes by an answer; it says by itself what is still wrong.
        self.may_answer: Callable[[], bool] = lambda: True
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(20, 18, 20, 16)
        self._layout.setSpacing(10)
        self._layout.addWidget(label(title, "title", wrap=True))
        if text:
            self._layout.addWidget(label(text, wrap=True))

    def ask_for(self, rows: Sequence[tuple[str, QWidget]]) -> None:
        """Add labelled editors."""
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        for name, editor in rows:
            form.addRow(name, editor)
            editor.setAccessibleName(name)
        self._layout.addLayout(form)

    def show_below(self, widget: QWidget) -> None:
        """Add *widget* below what is there."""
        self._layout.addWidget(widget)

    def answer_by(self, answers: Sequence[str], *, primary: int = 0) -> None:
        """Add a button for each answer."""
        row = QHBoxLayout()
        row.addStretch(1)
        for place, text in enumerate(answers):
            one = button(text, primary=place == primary)
            one.setDefault(place == primary)
            one.clicked.connect(lambda _=False, chosen=place: self.answer(chosen))
            row.addWidget(one)
        self._layout.addLayout(row)

    def showEvent(self, event: QShowEvent) -> None:
        """Take the height that the wrapped texts have at this width; Qt reckons with a narrower one."""
        super().showEvent(event)
        self.resize(self.width(), max(self._layout.totalHeightForWidth(self.width()), self._layout.totalMinimumSize().height()))

    def answer(self, chosen: int) -> None:
        """Close with the answer *chosen*, where it may be given yet."""
        self.chosen = chosen
        if self.may_answer():
            self.accept()


def tell(parent: QWidget | None, words: Words, error: AppError) -> None:
    """Say the sentence of a failure."""
    prompt = Prompt(parent, f"{SIGNS['error']} {words('window.failed')}", words.of(error.text))
    prompt.answer_by([words("window.understood")])
    prompt.exec()


def inform(parent: QWidget | None, words: Words, title: str, text: str) -> None:
    """Say something that went well."""
    prompt = Prompt(parent, title, text)
    prompt.answer_by([words("window.understood")])
    prompt.exec()


def ask_unsaved(parent: QWidget | None, words: Words) -> str:
    """Ask what becomes of an open form: `save`, `drop` or `stay`."""
    prompt = Prompt(parent, words("form.unsaved"), words("form.unsaved_text"))
    prompt.answer_by([words("form.save"), words("form.drop"), words("form.stay")])
    done = prompt.exec()
    return ("save", "drop", "stay")[prompt.chosen] if done else "stay"


def ask_why(parent: QWidget | None, words: Words, number: str, offered: str = "") -> str | None:
    """Ask why a record that headquarters has already is changed, with an *offered* reason; None leaves it unsaved."""
    prompt = Prompt(parent, words("form.why_title"), words("record.why_needed", number=number))
    why = QLineEdit(offered)
    why.setCursorPosition(0)
    prompt.ask_for([(words("form.reason"), why)])
    prompt.answer_by([words("form.save"), words("form.stay")])
    done = prompt.exec() and prompt.chosen == 0
    return why.text().strip() or None if done else None


def ask_void(parent: QWidget | None, words: Words, number: str, reasons: CodeList) -> Answer | None:
    """Ask why a record is voided; None leaves it."""
    prompt = Prompt(parent, words("form.void_title", number=number), words("form.void_text"))
    chosen = QComboBox()
    for code in reasons.codes.values():
        chosen.addItem(words.of(code.label), code.code)
    why = QLineEdit()
    prompt.ask_for([(words("form.reason"), chosen), (words("form.in_words"), why)])
    prompt.answer_by([words("form.void"), words("form.stay")])
    while prompt.exec() and prompt.chosen == 0:
        if why.text().strip():
            return Answer(chosen.currentData(), why.text().strip())
        why.setPlaceholderText(words("form.why_empty"))
        why.setProperty("state", "error")
        kind(why, "")
        why.style().polish(why)
        why.setFocus()
    return None


def ask_reason(parent: QWidget | None, words: Words, title: str, text: str, answer: str) -> str | None:
    """Ask why something is done that *answer* does; None leaves everything as it is."""
    prompt = Prompt(parent, title, text)
    why = QLineEdit()
    prompt.ask_for([(words("form.reason"), why)])
    prompt.answer_by([answer, words("form.stay")])
    done = prompt.exec() and prompt.chosen == 0
    return why.text().strip() if done else None


def ask_recover(parent: QWidget | None, words: Words, said: str, typed: QWidget) -> bool | None:
    """Ask whether a form that was left open is taken up again, showing what was *typed* in it; None leaves that for later."""
    prompt = Prompt(parent, words("form.recover"), said)
    prompt.show_below(typed)
    prompt.answer_by([words("form.recover_yes"), words("entry.later"), words("form.recover_no")])
    done = prompt.exec()
    return (True, None, False)[prompt.chosen] if done else None


def choose_folder(parent: QWidget | None, title: str) -> str:
    """Ask for a folder; empty for none."""
    return QFileDialog.getExistingDirectory(parent, title)


def choose_files(parent: QWidget | None, title: str, pattern: str) -> list[str]:
    """Ask for files; empty for none."""
    return QFileDialog.getOpenFileNames(parent, title, "", pattern)[0]


def choose_target(parent: QWidget | None, title: str, name: str, pattern: str) -> str:
    """Ask where to write a file; empty for nowhere."""
    return QFileDialog.getSaveFileName(parent, title, name, pattern)[0]
