"""The small windows in which headquarters asks about a record and a prison answers."""

from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QWidget

from desktop.gui.prompts import Prompt
from desktop.gui.words import Words
from desktop.registers.register import Register
from desktop.store.questions import LONGEST_TEXT, Question

_HEIGHT = 96


def ask_question(parent: QWidget | None, words: Words, register: Register, number: str) -> tuple[str, str | None] | None:
    """Ask what is to be asked about a record, and about which field; None where nothing is."""
    prompt = Prompt(parent, words("questions_page.ask_title", number=number), words("questions_page.ask_text"))
    field = QComboBox()
    field.addItem(words("questions_page.whole"), None)
    for f in register.fields:
        if f.is_given:
            field.addItem(words.of(f.label), f.name)
    text = QPlainTextEdit()
    text.setTabChangesFocus(True)
    text.setFixedHeight(_HEIGHT)
    prompt.ask_for([(words("questions_page.about"), field), (words("questions_page.question"), text)])
    said = _finish(prompt, words, text, words("questions_page.ask"))
    return (said, field.currentData()) if said else None


def ask_again(parent: QWidget | None, words: Words, question: Question) -> str | None:
    """Ask how a question is put once more; None where it is not."""
    title = words("questions_page.ask_title", number=question.number)
    prompt = Prompt(parent, title, f"{question.asked}\n\n{question.answer or ''}".strip())
    return _ask_text(prompt, words, words("questions_page.question"), words("questions_page.ask"))


def ask_answer(parent: QWidget | None, words: Words, question: Question) -> str | None:
    """Ask what is answered to a question; None where nothing is."""
    prompt = Prompt(parent, words("receipts_page.answer_title", number=question.number), question.asked)
    return _ask_text(prompt, words, words("receipts_page.answer_label"), words("receipts_page.answer_do"))


def _ask_text(prompt: Prompt, words: Words, name: str, answer: str) -> str | None:
    text = QPlainTextEdit()
    text.setTabChangesFocus(True)
    text.setFixedHeight(_HEIGHT)
    prompt.ask_for([(name, text)])
    return _finish(prompt, words, text, answer)


def _finish(prompt: Prompt, words: Words, text: QPlainTextEdit, answer: str) -> str | None:
    """Let the window be answered only by a text that can be kept."""

    def may_answer() -> bool:
        is_right = prompt.chosen != 0 or 0 < len(text.toPlainText().strip()) <= LONGEST_TEXT
        if not is_right:
            name = "question.too_long" if text.toPlainText().strip() else "question.empty"
            text.setPlaceholderText(words("question.empty"))
            text.setToolTip(words(name, limit=LONGEST_TEXT))
            text.setFocus()
        return is_right

    prompt.may_answer = may_answer
    prompt.answer_by([answer, words("form.stay")])
    text.setFocus()
    done = prompt.exec() and prompt.chosen == 0
    return text.toPlainText().strip() if done else None
