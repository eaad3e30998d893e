"""Turn the cells of a hand-off into records, and account for every row: a record's, a problem's, or blank."""

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from desktop.exchange.layout import Sheet, digest
from desktop.exchange.reading import Grid, Parsed
from desktop.exchange.workbook import cell_name
from desktop.registers.folding import fold
from desktop.registers.kinds import Cell, Reading
from desktop.registers.labels import LANGUAGES, Label
from desktop.registers.messages import message
from desktop.registers.problems import AppError, NotReadable
from desktop.registers.register import Field, Lines, Register

# Records of a workbook filled in by hand get their identity from prison, register and number, never from chance.
NAMESPACE = uuid.UUID("6d2f1c3e-8a34-5b7f-9a67-4d7074657221")
BY_HAND = "X"
_HEADER_ROWS = 6

Row = dict[str, Any]


@dataclass(frozen=True)
class CellProblem:
    """What is wrong with one cell, named as people name it."""

    cell: str
    value: str
    text: Label


@dataclass
class Read:
    """One row that is not blank: its place, its values, and what could not be read of it."""

    sheet: str
    row: int
    values: Row
    problems: list[CellProblem] = field(default_factory=list)
    cells: Mapping[str, str] = field(default_factory=dict)

    def problem(self, name: str, text: Label) -> CellProblem:
        """Make a problem with this row, at the cell of the column *name* where there is one."""
        return CellProblem(self.cells.get(name, f"{self.row}"), str(self.values.get(name) or ""), text)


@dataclass
class Table:
    """The rows of one sheet."""

    sheet: Sheet
    rows: list[Read]
    blank: int
    digest: str


def read_tables(parsed: Parsed, wanted: Sequence[Sheet], reading: Reading) -> list[Table]:
    """Read every sheet that *wanted* names. Raises AppError where one is missing or cannot be recognised."""
    return [_Reader(parsed, sheet, reading).read() for sheet in wanted]


class _Reader:
    """Reads one sheet of one file."""

    def __init__(self, parsed: Parsed, sheet: Sheet, reading: Reading) -> None:
        self.parsed, self.sheet, self.reading = parsed, sheet, reading
        self.grid = self._grid()

    def _grid(self) -> Grid:
        title = self.parsed.meta.get(f"sheet.{self.sheet.name}", "")
        if title in self.parsed.grids:
            return self.parsed.grids[title]
        for grid in self.parsed.grids.values():
            if grid.rows and [f.name for f in self.sheet.columns] == [str(cell) for cell in grid.rows[0] if cell != ""]:
                return grid
        raise AppError("file.no_sheet", file=self.parsed.path.name, label=self.sheet.table.label)

    def read(self) -> Table:
        """Read the rows below the headings."""
        first, columns = self._columns()
        found = [self._row(number, columns) for number in range(first, len(self.grid.rows) + 1)]
        rows = [row for row in found if row]
        return Table(self.sheet, rows, len(found) - len(rows), digest(self.sheet, [row.values for row in rows]))

    def _columns(self) -> tuple[int, dict[int, Field | str]]:
        """Find the columns by the hidden names, or else by their headings in any language; give the first row of data."""
        by_name = {f.name: f for f in self.sheet.columns}
        for number, cells in enumerate(self.grid.rows[:_HEADER_ROWS], 1):
            texts = [str(cell).strip() for cell in cells]
            if len(set(texts) & set(by_name)) >= max(2, len(by_name) // 2):
                columns = {place: by_name.get(text, text) for place, text in enumerate(texts) if text}
                return number + 1 + self._is_heading(number + 1, columns), columns
        for number, cells in enumerate(self.grid.rows[:_HEADER_ROWS], 1):
            columns = {place: self._by_heading(str(cell)) for place, cell in enumerate(cells) if str(cell).strip()}
            if sum(isinstance(f, Field) for f in columns.values()) >= max(2, len(by_name) // 2):
                return number + 1, columns
        raise AppError("file.no_columns", file=self.parsed.path.name, label=self.sheet.table.label)

    def _is_heading(self, number: int, columns: Mapping[int, Field | str]) -> bool:
        if number > len(self.grid.rows):
            return False
        cells = self.grid.rows[number - 1]
        pairs = [(cells[place], f) for place, f in columns.items() if isinstance(f, Field) and place < len(cells)]
        named = sum(self._by_heading(str(cell)) is f for cell, f in pairs)
        filled = sum(cell != "" for cell, _ in pairs)
        return 0 < filled < named * 2

    def _by_heading(self, text: str) -> Field | str:
        for f in self.sheet.columns:
            for language in LANGUAGES:
                unit = self.reading.codes["units"].codes[f.unit].label[language] if f.unit else ""
                if fold(text) in (fold(f.label[language]), fold(f"{f.label[language]} {unit}")):
                    return f
        return text.strip()

    def _row(self, number: int, columns: Mapping[int, Field | str]) -> Read | None:
        cells = self.grid.rows[number - 1]
        filled = {place: cell for place, cell in enumerate(cells) if cell != "" and str(cell).strip()}
        broken = {place for row, place in self.grid.errors if row == number}
        if not filled and not broken:
            return None
        names = {f.name: cell_name(number, place) for place, f in columns.items() if isinstance(f, Field)}
        read = Read(self.grid.title, number, {}, cells=names)
        strangers: dict[str, str] = {}
        for place in sorted(filled.keys() | broken):
            column = columns.get(place, cell_name(number, place).rstrip("0123456789"))
            if place in broken:
                read.problems.append(CellProblem(cell_name(number, place), "", message("merge.error_cell")))
            elif isinstance(column, Field) and column.value:
                continue  # computed again from what was entered
            elif isinstance(column, Field):
                self._take(read, place, column, filled[place])
            else:
                strangers[column] = str(filled[place])
        if strangers:
            read.values["extra"] = json.dumps({"columns": strangers}, ensure_ascii=False)
        return read

    def _take(self, read: Read, place: int, f: Field, cell: Cell) -> None:
        try:
            read.values[f.name] = f.kind.from_cell(cell, f, self.reading)
        except NotReadable as error:
            read.problems.append(CellProblem(cell_name(read.row, place), str(cell), error.text))


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


def gather(tables: Sequence[Table], prison: str, month: str) -> tuple[list[Gathered], list[tuple[Read, CellProblem]]]:
    """Put lines to their records and give every record its identity; lines of no record come back as problems."""
    found: list[Gathered] = []
    by_name: dict[tuple[str, str], Gathered] = {}
    for table in tables:
        if isinstance(declared := table.sheet.table, Register):
            for read in table.rows:
                item = Gathered(declared, read)
                typed = [read.values.get("uid"), read.values.get("number")]
                _identify(item, prison, month)
                for name in filter(None, [*typed, read.values["uid"], read.values["number"]]):
                    by_name.setdefault((declared.name, fold(str(name))), item)
                found.append(item)
    lost = [problem for table in tables if isinstance(table.sheet.table, Lines) for problem in _attach(table, by_name)]
    for item in found:
        _identify_lines(item)
    return found, lost


def _attach(table: Table, by_name: Mapping[tuple[str, str], Gathered]) -> Iterator[tuple[Read, CellProblem]]:
    """Put the rows of one lines sheet to their records, and give back those that name none."""
    register = getattr(table.sheet.table, "register", "")
    for read in table.rows:
        name = str(read.values.get("record") or "")
        if parent := by_name.get((register, fold(name))):
            parent.lines.setdefault(table.sheet.table.name, []).append(read)
        else:
            yield read, read.problem("record", message("merge.no_record", number=name))


def _identify(item: Gathered, prison: str, month: str) -> None:
    """Fill in what a row filled by hand leaves out: uid and number, always the same for the same row."""
    values, register = item.own.values, item.register
    if values.get("uid"):
        return
    typed = str(values.get("number") or f"row {item.own.row}")
    values["uid"] = str(uuid.uuid5(NAMESPACE, "\n".join([prison, register.name, month, fold(typed)])))
    year = str(values.get(register.counts_on) or month)[:4]
    if not str(values.get("number") or "").startswith(prison):
        values["number"] = f"{register.number.format(prison=prison + BY_HAND, year=year, serial=item.own.row)}-{month[5:]}"


def _identify_lines(item: Gathered) -> None:
    uid = item.own.values["uid"]
    for name, reads in item.lines.items():
        for place, read in enumerate(reads):
            read.values.setdefault("uid", str(uuid.uuid5(NAMESPACE, f"{uid}\n{name}\n{place}")))
