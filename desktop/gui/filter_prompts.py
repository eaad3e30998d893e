"""Questions about filters that get a name. Each is one function, so that a test can answer it."""

from collections.abc import Collection

from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.gui.look import label, restyle
from desktop.gui.prompts import Prompt
from desktop.gui.words import Words

LONGEST = 40


def ask_name(parent: QWidget | None, words: Words, offered: str, taken: Collection[str]) -> str | None:
    """Ask for the name of a filter, and again where another filter has it; None leaves it."""
    title, text = words("list_page.name_title"), words("list_page.name_text")
    prompt = Prompt(parent, title, text)
    name = QLineEdit(offered)
    name.setMaxLength(LONGEST)
    name.selectAll()
    wrong = label("", "error", wrap=True)
    wrong.hide()
    prompt.ask_for([(words("list_page.name"), name)])
    prompt.show_below(wrong)
    prompt.answer_by([words("form.save"), words("form.stay")])

    def may_answer() -> bool:
        given = " ".join(name.text().split())
        if prompt.chosen or (given and given not in taken):
            return True
        wrong.setText(words("list_page.name_taken", name=given) if given else words("list_page.name_missing"))
        wrong.show()
        restyle(name, "state", "error")
        name.setFocus()
        return False

    prompt.may_answer = may_answer
    done = prompt.exec() and prompt.chosen == 0
    return " ".join(name.text().split()) if done else None


def ask_forget(parent: QWidget | None, words: Words, name: str) -> bool:
    """Ask whether a kept filter is dropped."""
    prompt = Prompt(parent, words("list_page.forget_title", name=name), words("list_page.forget_text"))
    prompt.answer_by([words("list_page.forget"), words("form.stay")])
    return bool(prompt.exec()) and prompt.chosen == 0
