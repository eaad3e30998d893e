"""Rows of a code list as a person writes them, in a form or a sheet: read into a code, or every slip said beside its cell."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from desktop.registers.codes import COLUMNS, Code, is_code
from desktop.registers.kinds import Cell, Reading, clean
from desktop.registers.labels import LANGUAGES, UNSURE, Label
from desktop.registers.messages import message
from desktop.registers.problems import NotReadable
from desktop.registers.register import Field

LONGEST_CODE, LONGEST_LABEL = 40, 200
# When a code begins and ends: a day, a month or a year.
_DAY = Field("day", "date", Label.same(""), precision="year", future=True)


@dataclass(frozen=True)
class CodeRow:
    """What was written: the code where nothing is wrong, else what is wrong by column."""

    code: Code | None
    problems: Mapping[str, Label]


def read_row(cells: Mapping[str, Cell]) -> CodeRow:
    """Read the *cells* of one row, by column."""
    texts = {column: _text(cell) for column, cell in cells.items()}
    problems: dict[str, Label] = {}
    if not is_code(texts["code"]) or len(texts["code"]) > LONGEST_CODE:
        problems["code"] = message("packs.no_code", most=LONGEST_CODE)
    for language in LANGUAGES:
        if not 0 < len(texts[language].strip(f"{UNSURE} ")) <= LONGEST_LABEL:
            problems[language] = message("packs.no_label", most=LONGEST_LABEL)
    days = {}
    for column in ("from", "until"):
        try:
            days[column] = read_day(cells[column])
        except NotReadable as slip:
            problems[column] = slip.text
    if len(days) == 2 and _ends_before(days["from"], days["until"]):
        problems["until"] = message("packs.ends_before")
    if problems:
        return CodeRow(None, problems)
    label = Label.of({language: texts[language] for language in LANGUAGES})
    other = {column: text for column, text in texts.items() if column not in COLUMNS}
    return CodeRow(Code(texts["code"], label, texts["group"], days["from"], days["until"], other), {})


def read_day(cell: Cell) -> str:
    """Read when a code or a field begins or ends: a day, a month or a year. Raises NotReadable."""
    return str(_DAY.kind.from_cell(cell, _DAY, Reading(dt.date.today(), {})) or "")


def shown_day(day: str) -> str:
    """Write such a day for people: 31.12.2013, 12.2013 or 2013."""
    return ".".join(reversed(day.split("-")))


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else " ".join(clean(str(cell)).split())


def _ends_before(first: str, last: str) -> bool:
    known = min(len(first), len(last))
    return last[:known] < first[:known]
