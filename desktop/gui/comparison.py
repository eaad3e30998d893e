"""Two states of a record, or two records, side by side: each field by its label, and what either holds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from desktop.gui.line_editor import Context
from desktop.gui.plain_table import Cell, Column, PlainTable
from desktop.registers.kinds import Value
from desktop.registers.register import Field, Register
from desktop.registers.rules import LinesOf, Row

REMARKS = "remarks"
# Rows of the table that are seen without scrolling.
MOST_SEEN = 10
ROW = 28
LABEL = 190
UNLIKE = "≠"

Content = tuple[Row, LinesOf]


@dataclass(frozen=True)
class Pair:
    """One field as both sides have it, written for a person."""

    label: str
    left: str
    right: str


def pairs(
    register: Register, context: Context, left: Content, right: Content, unread: Mapping[str, str] | None = None
) -> Iterator[Pair]:
    """Give every field that either side holds; *unread* are texts of the right side that are no values, by their place."""
    unread = unread or {}
    header = context.zone.definitions.header.by_name[REMARKS]
    yield from _of_row("", [*register.fields, header], left[0], right[0], unread, context)
    for table in register.lines:
        one, other = left[1].get(table.name, []), right[1].get(table.name, [])
        for place in range(max(len(one), len(other))):
            prefix = f"{context.words.of(table.label)} {place + 1}: "
            of_line = {key.rpartition("/")[2]: text for key, text in unread.items() if key.startswith(f"{table.name}/{place}/")}
            yield from _of_row(prefix, table.fields, _at(one, place), _at(other, place), of_line, context)


def _at(rows: Sequence[Row], place: int) -> Row:
    return rows[place] if place < len(rows) else {}


def _of_row(
    prefix: str, fields: Sequence[Field], left: Row, right: Row, unread: Mapping[str, str], context: Context
) -> Iterator[Pair]:
    for f in fields:
        one, other = _shown(f, left.get(f.name), context), unread.get(f.name) or _shown(f, right.get(f.name), context)
        if not f.value and (one or other):
            yield Pair(prefix + context.words.of(f.label), one, other)


def _shown(f: Field, value: Value, context: Context) -> str:
    return context.words.brief(value, f, context.reading)


def table_of(found: Sequence[Pair], name: str, titles: tuple[str, str, str], *, is_marked: bool = True) -> PlainTable:
    """Make the table of *found*: called *name*, its columns by *titles*; what differs *is_marked*, also without colour."""
    table = PlainTable(name, [Column(titles[0], LABEL), Column(titles[1]), Column(titles[2])])
    table.show_rows([_cells(pair, is_marked=is_marked) for pair in found])
    table.setFixedHeight(ROW * (min(len(found), MOST_SEEN) + 1) + 6)
    return table


def _cells(pair: Pair, *, is_marked: bool) -> list[Cell]:
    is_unlike = is_marked and pair.left != pair.right
    label = f"{pair.label}  {UNLIKE}" if is_unlike else pair.label
    return [Cell(label, "second"), Cell(pair.left), Cell(pair.right, "accent" if is_unlike else "ink")]
