"""A code list as a workbook: written to be changed in Excel, and read back with every slip named by its cell."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.exchange.cells import cell_name, shown
from desktop.exchange.layout import META
from desktop.exchange.look import LOOKS
from desktop.exchange.reading import Grid, Parsed
from desktop.exchange.rows import CellProblem
from desktop.exchange.workbook import set_page, sheet_title, write_file
from desktop.registers.code_rows import read_row, shown_day
from desktop.registers.codes import COLUMNS, Code, CodeList
from desktop.registers.declarations import Definitions
from desktop.registers.labels import LANGUAGES, Label
from desktop.registers.messages import message
from desktop.registers.packs import Change, code_changes, further_columns, list_label, marked, own_lists
from desktop.registers.problems import AppError

FORMAT = "depter-codes/1"
_WIDTHS = {"code": 14, **dict.fromkeys(LANGUAGES, 34), "group": 16, "from": 13, "until": 13}
_FURTHER_WIDTH = 18
_FIRST = 3  # the row below the hidden names and the headings, from 1


@dataclass(frozen=True)
class ReadList:
    """A code list as it was read: what it changes, or where there are *problems*, these alone."""

    name: str
    codes: CodeList
    changes: Sequence[Change]
    problems: Sequence[CellProblem]


def columns_of(codes: CodeList) -> tuple[str, ...]:
    """Name the columns of a code list."""
    return (*COLUMNS, *further_columns(codes))


def heading_of(column: str) -> Label:
    """Word the heading of a column; foreign codes and figures are called as they are declared."""
    return message(f"packs.column_{column}") if column in COLUMNS else Label.same(column)


def texts_of(row: Code, columns: Sequence[str]) -> list[str]:
    """Give what stands in the *columns* of a row."""
    labels = {language: marked(row.label, language) for language in LANGUAGES}
    days = {"from": shown_day(row.valid_from), "until": shown_day(row.valid_until)}
    return [(labels | days).get(column) or row.column(column) or "" for column in columns]


def write_code_list(definitions: Definitions, name: str, path: Path, language: str = "ru") -> Path:
    """Write the code list *name* to *path* to be changed in Excel. Raises AppError."""
    from desktop.exchange.book import Book

    codes, content = definitions.codes[name], io.BytesIO()
    columns = columns_of(codes)
    book = Book(content)
    page = book.add_worksheet(sheet_title(name, ()))
    words, heading = book.add_format(LOOKS["words"]), book.add_format(LOOKS["heading"])
    set_page(page, list_label(definitions, name)[language])
    for place, column in enumerate(columns):
        # Whole columns are text, or Excel would make a date of 2013-03 and a number of 001.
        page.set_column(place, place, _WIDTHS.get(column, _FURTHER_WIDTH), words)
        page.write_string(0, place, column)
        page.write_string(1, place, heading_of(column)[language], heading)
    page.set_row(0, None, None, {"hidden": True})
    page.set_row(1, 34)
    page.freeze_panes(2, 1)
    page.autofilter(1, 0, max(len(codes.codes) + 1, 2), len(columns) - 1)
    for number, row in enumerate(codes.codes.values(), _FIRST - 1):
        for place, text in enumerate(texts_of(row, columns)):
            page.write_string(number, place, text, words)
    meta = book.add_worksheet(META)
    meta.very_hidden()
    for number, pair in enumerate((("format", FORMAT), ("list", name), ("definitions", definitions.fingerprint))):
        for place, text in enumerate(pair):
            meta.write_string(number, place, text)
    book.close()
    write_file(path, content.getvalue())
    return path


def read_code_list(definitions: Definitions, parsed: Parsed) -> ReadList:
    """Read a code list back, and compare it with what *definitions* hold.

    Raises AppError where the workbook is none of a code list, or its columns cannot be told.
    """
    if parsed.refused:
        raise AppError("packs.refused", text=parsed.refused)
    name = parsed.meta.get("list", "")
    grid = next((grid for title, grid in parsed.grids.items() if title != META), None)
    if parsed.meta.get("format") != FORMAT or name not in own_lists(definitions) or grid is None:
        raise AppError("packs.no_code_list", file=parsed.name)
    known = definitions.codes[name]
    places = _places(parsed.name, grid, columns_of(known))
    found: dict[str, Code] = {}
    problems = list(_read_rows(grid, places, found))
    problems += [
        CellProblem("", code, message("packs.row_missing", code=code))
        for code in known.codes
        if code not in _written(grid, places)
    ]
    codes = CodeList(name, {code: found[code] for code in [*known.codes, *found] if code in found}, name)
    return ReadList(name, codes, () if problems else tuple(code_changes(known, codes)), tuple(problems))


def _places(file: str, grid: Grid, columns: Sequence[str]) -> dict[str, int]:
    """Find the columns by the hidden names of the first row."""
    names = [shown(cell).strip() for cell in grid.rows[0]] if grid.rows else []
    if sorted(filter(None, names)) != sorted(columns):
        raise AppError("packs.columns_differ", file=file)
    return {column: names.index(column) for column in columns}


def _read_rows(grid: Grid, places: Mapping[str, int], found: dict[str, Code]) -> Iterator[CellProblem]:
    """Read every row that is not blank into *found*, and give what is wrong with its cells."""
    for number in range(_FIRST, len(grid.rows) + 1):
        cells = _cells(grid, number, places)
        lost = [place for place in places.values() if (number, place) in grid.lost]
        yield from (CellProblem(cell_name(number, place), "", message("packs.cell_lost")) for place in lost)
        if lost or not any(shown(cell).strip() for cell in cells.values()):
            continue
        read = read_row(cells)
        for column, text in read.problems.items():
            yield CellProblem(cell_name(number, places[column]), shown(cells[column]), text)
        if read.code and read.code.code in found:
            code = read.code.code
            yield CellProblem(cell_name(number, places["code"]), code, message("packs.code_twice", code=code))
        elif read.code:
            found[read.code.code] = read.code


def _cells(grid: Grid, number: int, places: Mapping[str, int]) -> dict[str, Any]:
    row = grid.rows[number - 1]
    return {column: row[place] if place < len(row) else "" for column, place in places.items()}


def _written(grid: Grid, places: Mapping[str, int]) -> set[str]:
    """Give all codes that stand in the sheet, those of rows with slips too."""
    return {shown(_cells(grid, number, places)["code"]).strip() for number in range(_FIRST, len(grid.rows) + 1)}
