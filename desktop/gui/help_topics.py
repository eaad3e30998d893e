"""Which help belongs to where a person is: the field with the cursor, the register, the page."""

import datetime as dt
from typing import TypeVar

from PySide6.QtWidgets import QWidget

from desktop.gui.field_form import FieldRow
from desktop.gui.lines_editor import LinesEditor
from desktop.gui.register_page import RegisterPage
from desktop.gui.words import Words
from desktop.registers.declarations import Definitions
from desktop.registers.field_help import explain_field, explain_register
from desktop.registers.help_pages import help_page
from desktop.registers.register import Lines, Register

Wanted = TypeVar("Wanted", bound=QWidget)
RECORDS, FIRST_SCREEN = "records", "first_screen"


def help_on(definitions: Definitions, words: Words, key: str, page: QWidget | None, focus: QWidget | None) -> str:
    """Give the help on the page *key*, or on the field of its form that has the *focus*."""
    if isinstance(page, RegisterPage):
        row = above(focus, FieldRow)
        if row and page.isAncestorOf(row):
            return of_field(definitions, words, page.register, row)
        return of_register(page.register, words)
    return help_page(page_of(key), words.language) or words("help.nothing")


def page_of(key: str) -> str:
    """Name the help of a page: one text for the pages of one kind, as `links:` of each register."""
    return key.partition(":")[0]


def of_field(definitions: Definitions, words: Words, register: Register, row: FieldRow) -> str:
    """Give the help on the field of a row of a form."""
    lines = above(row, LinesEditor)
    table: Register | Lines = lines.lines if lines else register
    today = dt.date.today().isoformat()
    return explain_field(definitions, table, row.field.name, words.language, today)


def of_register(register: Register, words: Words) -> str:
    """Give the help on a register: what is written of it, and what its declaration says."""
    more = help_page(register.name, words.language)
    parts = [explain_register(register, words.language), more, help_page(RECORDS, words.language)]
    return "\n\n".join(part for part in parts if part)


def above(widget: QWidget | None, wanted: type[Wanted]) -> Wanted | None:
    """Find the *wanted* kind of widget that *widget* is or stands in."""
    while widget is not None and not isinstance(widget, wanted):
        widget = widget.parentWidget()
    return widget
