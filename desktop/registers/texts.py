"""Texts that no file can hold as they are: with half a letter in them, or longer than a cell of a hand-off takes."""

import re
from collections.abc import Iterable, Iterator

from desktop.registers.kinds import Value
from desktop.registers.messages import message
from desktop.registers.problems import Problem
from desktop.registers.register import LONGEST_NOTE, Field, Register
from desktop.registers.rules import LinesOf, Row

LOST = "\N{REPLACEMENT CHARACTER}"
# Excel counts what a cell takes in units of UTF-16, of which an emoji takes two.
LONGEST_CELL = 32_767

# Halves of a letter, which a broken program or a cut text leaves behind: UTF-8 has no form for them.
_HALF = re.compile("[\ud800-\udfff]")


def mend(record: Row, lines: LinesOf) -> None:
    """Put a mark in the place of every half letter, so that the rest of the text can be kept."""
    for row in (record, *(row for rows in lines.values() for row in rows)):
        row |= {name: mended(value) for name, value in row.items() if isinstance(value, str) and _HALF.search(value)}


def mended(text: str) -> str:
    """Put a mark in the place of every half letter of *text*."""
    return _HALF.sub(LOST, text)


def problems(register: Register, remarks: Field, record: Row, lines: LinesOf) -> Iterator[Problem]:
    """Object to texts in which a letter was lost, and to those that are too long for a cell of a hand-off."""
    yield from _problems((remarks, *register.fields), record)
    for table in register.lines:
        for place, row in enumerate(lines.get(table.name, ())):
            yield from _problems(table.fields, row, table.name, place)


def _problems(fields: Iterable[Field], row: Row, lines: str = "", place: int = 0) -> Iterator[Problem]:
    for f in fields:
        if f.kind_name in ("text", "note") and (said := _objection(row.get(f.name))):
            text = message(f"problem.{said}", label=f.label, limit=LONGEST_CELL)
            yield Problem(f"{f.name}.{said}", "error", (f.name,), text, lines, place)


def _objection(value: Value) -> str:
    if not isinstance(value, str):
        return ""
    if LOST in value:
        return "lost_letter"
    # A longer one breaks the rule of its own length.
    return "too_wide" if len(value) <= LONGEST_NOTE and len(value.encode("utf-16-le")) // 2 > LONGEST_CELL else ""
