"""Turn the cells of a hand-off into records, and account for every row: a record's, a problem's, or blank."""

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from desktop.exchange.cells import cell_name, column_name, shown
from desktop.exchange.columns import Place, find_place
from desktop.exchange.date_order import month_first
from desktop.exchange.layout import FIRST_ROW, STRANGERS, Sheet
from desktop.exchange.reading import Grid, Parsed
from desktop.registers.folding import fold, is_mixed
from desktop.registers.kinds import Cell, Reading
from desktop.registers.labels import Label
from desktop.registers.messages import message
from desktop.registers.problems import NotReadable
from desktop.registers.register import Field, Lines, Register

# Records of a workbook filled in by hand get their identity from prison, register and number, never from chance.
NAMESPACE = uuid.UUID("6d2f1c3e-8a34-5b7f-9a67-4d7074657221")
BY_HAND = "X"

Row = dict[str, Any]


@dataclass(frozen=True)
class CellProblem:
    """What is wrong with one cell, named as people name it, and where the usual correction will not do, what will."""

    cell: str
    value: str
    text: Label
    advice: Label | None = None


def objection(cell: str, value: Cell, name: str, **words: object) -> CellProblem:
    """Make the problem that the messages of the merge call *name*, with its advice."""
    return CellProblem(cell, shown(value), message(f"merge.{name}", **words), message(f"advice.{name}", **words))


@dataclass
class Read:
    """One row that is not blank: its place, its values, what was *written* in their cells, and what is wrong with it.

    *remarks* say how a value was taken that somebody should look at.

    A row that stands above the headings, or holds totals, is no entry of its table.
    """

    sheet: str
    row: int
    values: Row
    problems: list[CellProblem] = field(default_factory=list)
    cells: Mapping[str, str] = field(default_factory=dict)
    written: dict[str, Cell] = field(default_factory=dict)
    is_entry: bool = True
    remarks: list[CellProblem] = field(default_factory=list)

    def problem(self, name: str, text: Label) -> CellProblem:
        """Make a problem with this row, at the cell of the column *name* where there is one."""
        return CellProblem(self._cell(name), shown(self.written.get(name)), text)

    def object(self, column: str, name: str, **words: object) -> CellProblem:
        """Make the objection *name* to this row, at the cell of *column* where there is one."""
        return objection(self._cell(column), self.written.get(column), name, **words)

    def _cell(self, column: str) -> str:
        return self.cells.get(column, f"{self.row}")


@dataclass
class Table:
    """The rows of one sheet: those to take, those that are *apart* from them, how many are blank; hashes by column."""

    sheet: Sheet
    title: str
    rows: list[Read]
    apart: list[Read]
    blank: int
    digests: dict[str, str]
    columns: set[str]


def read_tables(parsed: Parsed, wanted: Sequence[Sheet], reading: Reading) -> list[Table]:
    """Read every sheet of *wanted* that the file was made with. Raises AppError where one cannot be recognised."""
    found = ((sheet, find_place(parsed, sheet)) for sheet in wanted)
    return [_read_table(sheet, place, reading) for sheet, place in found if place]


def _read_table(sheet: Sheet, place: Place, reading: Reading) -> Table:
    numbers = [number for number in range(1, len(place.grid.rows) + 1) if number not in place.header]
    found = {number: read for number in numbers if (read := _read_row(place, number, reading))}
    rows = [read for read in found.values() if read.is_entry]
    _ask_about_dates(place, rows)
    apart = [read for read in found.values() if not read.is_entry]
    blank = sum(number >= place.first and number not in found for number in numbers)
    columns = {f.name for f in place.columns.values() if isinstance(f, Field)}
    return Table(sheet, place.grid.title, rows, apart, blank, sheet.digests([read.values for read in rows]), columns)


def _ask_about_dates(place: Place, rows: Sequence[Read]) -> None:
    """Object to the dates that may be two days, in columns where somebody wrote the month first.

    Their values stand as they were read, to be compared with what was signed. A program wrote real dates into rows that have
    an identifier, so only those typed into others are doubtful.
    """
    typed = [read.row for read in rows if "uid" not in read.written]
    for f in place.columns.values():
        if isinstance(f, Field) and f.kind_name == "date":
            column = {read.row: read.written[f.name] for read in rows if f.name in read.written}
            if found := month_first(column, typed=typed):
                for read in rows:
                    if read.row in found.rows:
                        read.problems.append(read.object(f.name, "date_order", example=found.example))


def _read_row(place: Place, number: int, reading: Reading) -> Read | None:
    filled, lost = _content(place.grid, number)
    if not filled and not lost:
        return None
    names = {f.name: cell_name(number, column) for column, f in place.columns.items() if isinstance(f, Field)}
    read = Read(place.grid.title, number, {}, cells=names)
    if number < place.first:
        first = min(filled.keys() | lost)
        read.problems.append(objection(cell_name(number, first), filled.get(first), "above"))
        read.is_entry = False
        return read
    if filled and not lost and _is_total(place, filled):
        read.problems.append(objection(cell_name(number, min(filled)), filled[min(filled)], "total"))
        read.is_entry = False
        return read
    strangers: dict[str, str] = {}
    for column in sorted(filled.keys() | lost):
        f = place.columns.get(column, column_name(column))
        if column in lost:
            read.problems.append(objection(cell_name(number, column), None, "error_cell"))
        elif isinstance(f, str):
            strangers[f] = shown(filled[column])
        elif f.is_given:  # what is computed is computed again from what was entered
            _take(read, column, f, filled[column], reading)
            read.remarks += _remarks(read, f, is_formula=(number, column) in place.grid.formulas)
    if strangers:
        read.values["extra"] = json.dumps({STRANGERS: strangers}, ensure_ascii=False)
    return read


def _remarks(read: Read, f: Field, *, is_formula: bool) -> Iterator[CellProblem]:
    """Say what about the cell of *f* somebody should look at, though its value was taken."""
    value = read.written[f.name]
    if f.codes and is_mixed(str(value)):
        yield read.object(f.name, "mixed_letters")
    if is_formula:
        yield read.object(f.name, "formula", place=read.cells[f.name], last=shown(value))


def _is_total(place: Place, filled: Mapping[int, Cell]) -> bool:
    """Tell whether somebody has typed totals below the records: the row has no identifier and begins with the word."""
    has_uid = any(isinstance(f, Field) and f.name == "uid" and column in filled for column, f in place.columns.items())
    words = {fold(word) for text in message("sheet.total_words").values() for word in text.split()}
    return not has_uid and len(filled) > 1 and fold(str(filled[min(filled)])) in words


def unknown_rows(grid: Grid) -> tuple[list[Read], int]:
    """Give the rows of a table that is unknown here, each with the problem that it cannot be taken, and count the blank."""
    found: list[Read] = []
    numbers = range(FIRST_ROW, len(grid.rows) + 1)
    for number in numbers:
        filled, lost = _content(grid, number)
        if cells := filled.keys() | lost:
            first = min(cells)
            problem = objection(cell_name(number, first), filled.get(first), "unknown_table")
            found.append(Read(grid.title, number, {}, [problem]))
    return found, len(numbers) - len(found)


def _content(grid: Grid, number: int) -> tuple[dict[int, Cell], set[int]]:
    """Give the cells of a row that hold something, and the columns of those that hold what is lost."""
    filled = {column: cell for column, cell in enumerate(grid.rows[number - 1]) if str(cell).strip()}
    return filled, {column for row, column in grid.lost if row == number}


def _take(read: Read, column: int, f: Field, cell: Cell, reading: Reading) -> None:
    read.written[f.name] = cell
    try:
        read.values[f.name] = f.kind.from_cell(cell, f, reading)
    except NotReadable as error:
        read.problems.append(CellProblem(cell_name(read.row, column), shown(cell), error.text))


@dataclass
class Gathered:
    """One record of the file with its lines, or as much of it as could be read."""

    register: Register
    own: Read
    lines: dict[str, list[Read]] = field(default_factory=dict)

    @property
    def reads(self) -> Iterator[Read]:
        """Walk through the rows that make up the record."""
        yield self.own
        for rows in self.lines.values():
            yield from rows


def gather(tables: Sequence[Table], prison: str, month: str) -> tuple[list[Gathered], list[Read]]:
    """Put lines to their records and give every record its identity; rows that belong to no record come back apart."""
    found: list[Gathered] = []
    by_name: dict[tuple[str, str], dict[str, Gathered]] = {}
    for table in tables:
        if isinstance(declared := table.sheet.table, Register):
            for read in table.rows:
                item = Gathered(declared, read)
                typed = [read.values.get("uid"), read.values.get("number")]
                _identify(item, prison, month)
                for name in filter(None, [*typed, read.values["uid"], read.values.get("number")]):
                    by_name.setdefault((declared.name, fold(str(name))), {}).setdefault(read.values["uid"], item)
                found.append(item)
    lost = [read for table in tables for read in (*table.apart, *_attach(table, by_name))]
    for item in found:
        _identify_lines(item)
    return found, lost


def _attach(table: Table, by_name: Mapping[tuple[str, str], Mapping[str, Gathered]]) -> Iterator[Read]:
    """Put the rows of a lines sheet to their records, and give back those that name none, or one of several."""
    lines = table.sheet.table
    if not isinstance(lines, Lines):
        return
    for read in table.rows:
        name = str(read.values.get("record") or "")
        parents = [*by_name.get((lines.register, fold(name)), {}).values()]
        if len(parents) == 1:
            parents[0].lines.setdefault(lines.name, []).append(read)
        else:
            read.problems.append(read.object("record", "several_records" if parents else "no_record", number=name))
            yield read


def _identify(item: Gathered, prison: str, month: str) -> None:
    """Fill in what a row filled in by hand leaves out: uid and number, always the same for the same row."""
    values, register = item.own.values, item.register
    typed = str(values.get("number") or f"row {item.own.row}")
    if not _take_uid(item.own, [prison, register.name, month, fold(typed)]):
        if not values.get("number"):
            item.own.problems.append(item.own.object("number", "no_number"))
        return
    year = str(values.get(register.counts_on) or month)[:4]
    if not str(values.get("number") or "").startswith(prison):
        values["number"] = f"{register.number.format(prison=prison + BY_HAND, year=year, serial=item.own.row)}-{month[5:]}"


def _identify_lines(item: Gathered) -> None:
    for name, reads in item.lines.items():
        for place, read in enumerate(reads):
            _take_uid(read, [item.own.values["uid"], name, str(place)])


def _take_uid(read: Read, otherwise: Sequence[str]) -> bool:
    """Give *read* an identifier made of *otherwise* where it has none, and tell so."""
    if given := read.values.get("uid"):
        try:
            read.values["uid"] = str(uuid.UUID(str(given)))
        except ValueError:
            read.problems.append(read.object("uid", "bad_uid"))
        return False
    read.values["uid"] = str(uuid.uuid5(NAMESPACE, "\n".join(otherwise)))
    return True
