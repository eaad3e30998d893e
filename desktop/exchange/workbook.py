"""Write a workbook of format 1: cover, a sheet for each table, drop-down lists, and what programs need to know."""

import datetime as dt
import io
import os
import textwrap
import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.exchange.cells import column_name, shown
from desktop.exchange.layout import (
    COVER_KEY,
    FIRST_ROW,
    LISTS,
    META,
    SIGNED,
    Row,
    Sheet,
    defined_name,
    parts_digest,
    title_key,
)
from desktop.exchange.look import LINE_HEIGHT, LOOKS, height_of, look_of, pages_across, width_of
from desktop.registers.codes import CodeList
from desktop.registers.kinds import Cell, Reading
from desktop.registers.messages import message
from desktop.registers.problems import AppError
from desktop.registers.register import Field, Lines
from desktop.store.files import replace

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

LONGEST_CELL = 32_767
_LAST_ROW = 1_048_575
_A4 = 9
_FORBIDDEN_IN_TITLES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_LONGEST_NOTE = 255  # characters Excel shows beside a cell
# What only programs need to see, and what whoever fills in a template need not care for.
_FOR_PROGRAMS = ("uid", "reasons")
_NOT_BY_HAND = ("state", "revision", "void_reason")
# By the name of a column of every record's header, or by kind.
_NOTES = {
    "number": "fill_number", "record": "fill_record", "choices": "fill_choices", "reference": "fill_reference",
    "date day": "fill_date", "date month": "fill_month", "time": "fill_time",
}  # fmt: skip


@dataclass(frozen=True)
class Cover:
    """What the first sheet says: a heading, lines of label and text, a note, the registers, and places to sign."""

    heading: str
    facts: Sequence[tuple[str, str]]
    note: str
    registers: Sequence[tuple[str, str]]
    signatures: Sequence[str]


@dataclass(frozen=True)
class _Column:
    field: Field
    heading: str
    width: int
    is_hidden: bool


class WorkbookWriter:
    """Writes one workbook into memory, in *language*; *footer* stands below every printed page.

    A template *by_hand* shows every column that may be filled in; otherwise what is empty is hidden.
    """

    def __init__(self, reading: Reading, language: str, footer: str, *, by_hand: bool) -> None:
        """Begin an empty workbook."""
        from desktop.exchange.book import Book

        self._reading, self._language, self._footer, self._by_hand = reading, language, footer, by_hand
        self._bytes = io.BytesIO()
        self.book = Book(self._bytes)
        self._formats = {name: self.book.add_format(look) for name, look in LOOKS.items()}
        self._titles: dict[str, str] = {}
        self._lists: dict[str, int] = {}

    def write_cover(self, cover: Cover) -> None:
        """Write the sheet that the head of a prison reads and signs."""
        page = self.book.add_worksheet(self._title("", message("sheet.cover")[self._language]))
        widths = (34, 56)
        for place, width in enumerate(widths):
            page.set_column(place, place, width)
        set_page(page, self._footer)
        page.set_portrait()
        page.fit_to_pages(1, 1)
        page.hide_gridlines(2)
        page.set_row(0, 2 * LINE_HEIGHT * len(textwrap.wrap(cover.heading, 50)))
        page.merge_range(0, 0, 0, 1, cover.heading, self._formats["title"])
        row = 2
        for looks, pairs in ((("label", "text"), cover.facts), (("ruled", "ruled"), cover.registers)):
            for pair in pairs:
                page.set_row(row, height_of(pair, widths) + 4)
                for place, (text, look) in enumerate(zip(pair, looks, strict=True)):
                    page.write_string(row, place, text, self._formats[look])
                row += 1
            row += 1
        page.set_row(row, height_of([cover.note], [sum(widths)]))
        page.merge_range(row, 0, row, 1, cover.note, self._formats["plain"])
        for signature in cover.signatures:
            row += 2
            page.set_row(row, 2 * LINE_HEIGHT)
            page.write_string(row, 0, signature, self._formats["label"])
            page.write_blank(row, 1, None, self._formats["signed"])
            row += 1
            page.write_string(row, 1, message("sheet.under_signature")[self._language], self._formats["under"])
        page.activate()

    def write_sheet(self, sheet: Sheet, rows: Sequence[Row]) -> None:
        """Write a table: hidden names, headings, then its rows."""
        title = self._title(sheet.name, self._heading_of(sheet))
        page = self.book.add_worksheet(title)
        cells = [[f.kind.to_cell(row.get(f.name), f, self._reading, self._language) for f in sheet.columns] for row in rows]
        columns = [self._column(sheet, f, [shown(row[place]) for row in cells]) for place, f in enumerate(sheet.columns)]
        for place, column in enumerate(columns):
            page.set_column(place, place, column.width, self._formats[look_of(column.field)], {"hidden": column.is_hidden})
            if column.field.is_given and not column.is_hidden:
                self._offer(page, place, column.field)
        set_page(page, self._footer)
        page.repeat_rows(1)
        page.repeat_columns(1)
        page.fit_to_pages(pages_across(column.width for column in columns if not column.is_hidden), 0)
        page.freeze_panes(2, 2)
        page.autofilter(1, 0, max(len(cells) + 1, 2), len(columns) - 1)
        self._write_headings(page, sheet.name, title, columns)
        self._write_rows(page, columns, cells)
        if not rows and not self._by_hand:
            page.hide()

    def _column(self, sheet: Sheet, f: Field, texts: Sequence[str]) -> _Column:
        heading = sheet.heading(f, self._language)
        is_hidden = f.name in _FOR_PROGRAMS or not any(texts)
        if self._by_hand:
            is_hidden = f.name in _FOR_PROGRAMS + _NOT_BY_HAND or not f.is_given
        return _Column(f, heading, width_of(f, heading, self._samples(f) or texts), is_hidden)

    def _write_headings(self, page: "Worksheet", table: str, title: str, columns: Sequence[_Column]) -> None:
        """Write the row of hidden names, the row of headings, and a defined name for each column."""
        page.set_row(0, None, None, {"hidden": True})
        page.set_row(1, _height(columns, [column.heading for column in columns]))
        for place, column in enumerate(columns):
            page.write_string(0, place, column.field.name)
            page.write_string(1, place, column.heading, self._formats["required" if column.field.required else "heading"])
            if name := defined_name(table, column.field.name):
                self.book.define_name(name, f"='{title}'!{_column_range(place)}")

    def _write_rows(self, page: "Worksheet", columns: Sequence[_Column], cells: Sequence[Sequence[Cell]]) -> None:
        for number, row in enumerate(cells, FIRST_ROW - 1):
            page.set_row(number, _height(columns, [shown(cell) for cell in row]))
            for place, cell in enumerate(row):
                f = columns[place].field
                write_cell(page, number, place, f, cell, self._formats[look_of(f)])

    def _samples(self, f: Field) -> list[str]:
        """Give what may come to stand in a column that is filled in by hand, to measure it."""
        if not self._by_hand or not f.codes:
            return []
        codes = self._reading.codes[f.codes]
        return [codes.show(code, self._language) for code in codes.codes]

    def write_lists(self, code_lists: Mapping[str, CodeList], month: str) -> None:
        """Write the code lists that drop-downs choose from, as they are valid in *month* where a person fills in."""
        page = self.book.add_worksheet(LISTS)
        names = list(self._lists)
        offered = [self._choices(code_lists[name], month) for name in names]
        for place, name in enumerate(names):
            page.write_string(0, place, name)
            last = max(len(offered[place]), 1) + 1
            column = column_name(place)
            self.book.define_name(f"lst_{name}", f"='{LISTS}'!${column}$2:${column}${last}")
        for row in range(max(map(len, offered), default=0)):
            for place, codes in enumerate(offered):
                if row < len(codes):
                    page.write_string(row + 1, place, codes[row])
        page.very_hidden()

    def _choices(self, code_list: CodeList, month: str) -> list[str]:
        codes = [code for code, row in code_list.codes.items() if not self._by_hand or row.is_valid(month)]
        return [code_list.show(code, self._language) for code in codes]

    def write_meta(self, meta: Mapping[str, str]) -> None:
        """Write what programs need to know, as pairs of key and value."""
        page = self.book.add_worksheet(META)
        titles = {title_key(name) if name else COVER_KEY: title for name, title in self._titles.items()}
        for row, (key, value) in enumerate({**meta, **titles}.items()):
            page.write_string(row, 0, key)
            page.write_string(row, 1, value)
        page.very_hidden()

    def write_signed(self, texts: Sequence[str]) -> None:
        """Write what was signed, for programs alone."""
        page = self.book.add_worksheet(SIGNED)
        for row, text in enumerate(texts):
            page.write_string(row, 0, text)
        page.very_hidden()

    def finish(self) -> bytes:
        """Close the workbook and give its bytes."""
        self.book.close()
        return self._bytes.getvalue()

    def _title(self, name: str, label: str) -> str:
        """Give the sheet *name* its title."""
        self._titles[name] = sheet_title(label, self._titles.values())
        return self._titles[name]

    def _heading_of(self, sheet: Sheet) -> str:
        label = sheet.table.label[self._language]
        if isinstance(sheet.table, Lines):
            parent = next(title for name, title in self._titles.items() if name == sheet.table.register)
            return f"{parent[:12].strip()} - {label}"
        return label

    def _offer(self, page: "Worksheet", place: int, f: Field) -> None:
        """Give a column its drop-down and its note; typing something else is checked again when the file is read."""
        options: dict[str, Any] = {"validate": "any", "error_type": "warning"}
        if f.codes:
            self._lists.setdefault(f.codes, len(self._lists))
            # Several are chosen by going on in the cell, so there the list only shows what there is.
            options |= {"validate": "list", "source": f"=lst_{f.codes}", "show_error": f.kind_name == "choice"}
        elif f.kind_name == "yes_no":
            options |= {"validate": "list", "source": [message(f"value.{word}")[self._language] for word in ("yes", "no")]}
        if self._by_hand:
            options |= {"input_message": self._note(f)}
        if options["validate"] == "list" or options.get("input_message"):
            page.data_validation(2, place, _LAST_ROW, place, options)

    def _note(self, f: Field) -> str:
        """Tell whoever fills in a template how this column is filled."""
        notes = [f.hint[self._language]] if f.hint else []
        if about := _NOTES.get(f.name) or _NOTES.get(f"{f.kind_name} {f.precision}") or _NOTES.get(f.kind_name):
            notes.append(message(f"sheet.{about}")[self._language])
        return "\n".join(notes)[:_LONGEST_NOTE]


def write_cell(page: "Worksheet", row: int, place: int, f: Field, cell: Cell, look: "Format") -> None:
    """Write a value of *f* as what it is: a real date, a real number, or text that is no formula. Raises AppError."""
    if cell is None or cell == "":
        return
    if isinstance(cell, dt.date):
        page.write_datetime(row, place, cell, look)
    elif isinstance(cell, int | float | Decimal):
        page.write_number(row, place, cell, look)
    elif len(str(cell).encode("utf-16-le", "surrogatepass")) // 2 > LONGEST_CELL:
        raise AppError("handoff.too_long", label=f.label, limit=LONGEST_CELL)
    else:
        page.write_string(row, place, str(cell), look)


def fitting(text: str) -> str:
    """Cut *text* to what a cell takes; where nothing may be lost `write_cell` refuses it instead."""
    return text.encode("utf-16-le", "surrogatepass")[: LONGEST_CELL * 2].decode("utf-16-le", "ignore")


def sheet_title(label: str, taken: Collection[str]) -> str:
    """Make a sheet title that Excel takes: 31 characters, none forbidden, none like one that is *taken*."""
    plain = " ".join(label.translate(_FORBIDDEN_IN_TITLES).split())[:31]
    used = {title.casefold() for title in taken}
    title, number = plain, 2
    while title.casefold() in used:
        title = f"{plain[:28]} {number}"
        number += 1
    return title


def set_page(page: "Worksheet", footer: str) -> None:
    """Let a sheet be printed in landscape on A4, with *footer*, its title and the number of the page below."""
    page.set_paper(_A4)
    page.set_landscape()
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
    page.set_footer(f"&L&8{footer.replace('&', '&&')}&R&8&A · &P / &N")


def _height(columns: Sequence[_Column], texts: Sequence[str]) -> int:
    seen = [(text, column.width) for text, column in zip(texts, columns, strict=True) if not column.is_hidden]
    return height_of([text for text, _ in seen], [width for _, width in seen])


def _column_range(place: int) -> str:
    column = column_name(place)
    return f"${column}$3:${column}${_LAST_ROW + 1}"


def note_parts(content: bytes, placeholder: str) -> bytes:
    """Write the hash of a finished workbook's parts into it, where *placeholder* stands."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        entries = {entry: book.read(entry) for entry in book.infolist()}
    digest = parts_digest({entry.filename: part for entry, part in entries.items()}, placeholder)
    noted = io.BytesIO()
    with zipfile.ZipFile(noted, "w", zipfile.ZIP_DEFLATED) as book:
        for entry, part in entries.items():
            book.writestr(entry, part.replace(placeholder.encode(), digest.encode()))
    return noted.getvalue()


def write_file(path: Path, content: bytes) -> None:
    """Write *content* as a whole file or none: under another name, synced, read back, then renamed. Raises AppError."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if part.read_bytes() != content:
            raise AppError("handoff.not_read_back", file=path.name)
        replace(part, path)
    except OSError as error:
        raise AppError("handoff.not_written", file=path.name, cause=error.strerror or "") from error
