"""The question that is asked before a record is saved that resembles another: both side by side, and a reason."""

from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.gui.comparison import pairs, table_of
from desktop.gui.line_editor import Context
from desktop.gui.look import restyle, sized
from desktop.gui.prompts import Prompt
from desktop.registers.register import Register
from desktop.registers.rules import LinesOf, Row
from desktop.store.doubles import Double

WIDTH = 760


def ask_double(
    parent: QWidget | None, context: Context, register: Register, typed: tuple[Row, LinesOf], double: Double
) -> str | None:
    """Ask why a record is saved though it resembles *double*; None goes back to the form."""
    words, other = context.words, double.other
    number = str(other.record["number"])
    prompt = Prompt(parent, words("entry.double", number=number), f"{words.of(double.why)}.")
    prompt.setMinimumWidth(sized(WIDTH))
    both = list(pairs(register, context, (other.record, other.lines), typed))
    titles = words("entry.field"), number, words("entry.this_one")
    prompt.show_below(table_of(both, words("entry.double", number=number), titles))
    why = QLineEdit()
    prompt.ask_for([(words("entry.why_not_double"), why)])
    prompt.answer_by([words("entry.save_all_the_same"), words("form.stay")])

    def may_answer() -> bool:
        if prompt.chosen == 0 and not why.text().strip():
            why.setPlaceholderText(words("form.why_empty"))
            restyle(why, "state", "error")
            why.setFocus()
            return False
        return True

    prompt.may_answer = may_answer
    why.setFocus()
    return why.text().strip() if prompt.exec() and prompt.chosen == 0 else None
