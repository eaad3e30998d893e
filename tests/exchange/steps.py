"""What a prison and headquarters do with a stick, in the words of the tests."""

import openpyxl
from openpyxl.utils import get_column_letter

from desktop.exchange.handoff import write_handoff
from desktop.exchange.merge import Choice, merge, preview
from tests.sample import load_line, passage

MONTH = "2013-03"
GATE = "Журнал КПП"
LOADS = "Журнал КПП - Груз"
AS_IT_IS = Choice("edited", "подтвердили по телефону")


def enter(vault, *, loads=None, **changes):
    saved = vault.records("gate_log").save(passage(**changes), {"loads": loads or [load_line()]}, ready=True)
    assert saved.kept, saved.judgement.problems
    return saved


def change(vault, saved, **changes):
    record, lines = vault.records("gate_log").read(saved.record["uid"])
    return vault.records("gate_log").save(record | changes, lines, ready=True, why="опечатка")


def hand_off(vault, stick, month=MONTH, **words):
    return write_handoff(vault, "security", month, stick, **words)


def take(headquarters, *paths):
    plans = preview(headquarters, list(paths))
    return plans, merge(headquarters, plans)


def insist(headquarters, *paths):
    """Take files as they are though they were edited, as an officer may who says why."""
    plans = preview(headquarters, list(paths))
    return plans, merge(headquarters, plans, {plan.check_number: AS_IT_IS for plan in plans})


def edit(path, work):
    """Let *work* change the workbook as a person would, and save it."""
    book = openpyxl.load_workbook(path)
    work(book)
    book.save(path)


def place_of(sheet, name):
    """Give the column of *sheet* whose hidden name is *name*, counted from 1."""
    return [cell.value for cell in sheet[1]].index(name) + 1


def put(sheet, row, **values):
    for name, value in values.items():
        sheet.cell(row, place_of(sheet, name)).value = value


def letter(sheet, name):
    return get_column_letter(place_of(sheet, name))
