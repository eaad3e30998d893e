"""Write a workbook of format 1: cover, a sheet for each table, drop-down lists, and what programs need to know."""

import datetime as dt
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.exchange.cells import column_name
from desktop.exchange.layout import COVER_KEY, LISTS, META, Row, Sheet, defined_name, title_key
from desktop.registers.codes import CodeList
from desktop.registers.kinds import Reading
from desktop.registers.messages import message
from desktop.registers.problems import AppError
from desktop.registers.register import Field, Lines

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

LONGEST_CELL = 32_767
_LAST_ROW = 1_048_575
_HEADING_WIDTHS = {"note": 40, "date": 12, "time": 8, "integer": 10, "decimal": 12, "yes_no": 8}
_FORBIDDEN_IN_TITLES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


@dataclass(frozen=True)
class Cover:
    """What the first sheet says: a heading, lines of label and text, and places to sign."""

    heading: str
    facts: Sequence[tuple[str, str]]
    counts: Sequence[tuple[str, str]]
    signatures: Sequence[str]


class WorkbookWriter:
    """Writes one workbook into memory, in *language*."""

    def __init__(self, reading: Reading, language: str) -> None:
        """Begin an empty workbook."""
        import xlsxwriter

        self._reading, self._language = reading, language
        self._bytes = io.BytesIO()
        self.book: xlsxwriter.Workbook = xlsxwriter.Workbook(
            self._bytes, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        self._formats = {name: self.book.add_format(look) for name, look in _LOOKS.items()}
        self._titles: dict[str, str] = {}
        self._lists: dict[str, int] = {}

    def write_cover(self, cover: Cover) -> None:
        """Write the sheet that the head of a prison reads and signs."""
        page = self.book.add_worksheet(self._title("", message("sheet.cover")[self._language]))
        page.set_column(0, 0, 46)
        page.set_column(1, 1, 50)
        page.set_paper(9)
        page.fit_to_pages(1, 1)
        page.hide_gridlines(2)
        page.write_string(0, 0, cover.heading, self._formats["title"])
        row = 2
        for label, text in cover.facts:
            page.write_string(row, 0, label, self._formats["label"])
            page.write_string(row, 1, text, self._formats["text"])
            row += 1
        row += 1
        for label, text in cover.counts:
            page.write_string(row, 0, label, self._formats["ruled"])
            page.write_string(row, 1, text, self._formats["ruled"])
            row += 1
        for signature in cover.signatures:
            row += 2
            page.write_string(row, 0, signature, self._formats["label"])
            page.write_string(row, 1, "", self._formats["line"])
        page.activate()

    def write_sheet(self, sheet: Sheet, rows: Iterable[Row]) -> None:
        """Write a table: hidden names, headings, then its rows."""
        title = self._title(sheet.name, self._heading_of(sheet))
        page = self.book.add_worksheet(title)
        self._set_columns(page, sheet)
        page.set_row(0, None, None, {"hidden": True})
        for place, f in enumerate(sheet.columns):
            page.write_string(0, place, f.name)
            if name := defined_name(sheet.name, f.name):
                self.book.define_name(name, f"='{title}'!{_column_range(place)}")
        for place, f in enumerate(sheet.columns):
            page.write_string(1, place, sheet.heading(f, self._language), self._formats["heading"])
        page.freeze_panes(2, 2)
        last = 1
        for last, row in enumerate(rows, 2):
            for place, f in enumerate(sheet.columns):
                self._write_cell(page, last, place, f, row.get(f.name))
        page.autofilter(1, 0, max(last, 2), len(sheet.columns) - 1)

    def write_lists(self, code_lists: Mapping[str, CodeList]) -> None:
        """Write the code lists that drop-downs choose from; they were named when their columns were set."""
        page = self.book.add_worksheet(LISTS)
        names = list(self._lists)
        shown = [[code_lists[name].show(code, self._language) for code in code_lists[name].codes] for name in names]
        for place, name in enumerate(names):
            page.write_string(0, place, name)
            last = max(len(shown[place]), 1) + 1
            column = column_name(place)
            self.book.define_name(f"lst_{name}", f"='{LISTS}'!${column}$2:${column}${last}")
        for row in range(max(map(len, shown), default=0)):
            for place, codes in enumerate(shown):
                if row < len(codes):
                    page.write_string(row + 1, place, codes[row])
        page.very_hidden()

    def write_meta(self, meta: Mapping[str, str]) -> None:
        """Write what programs need to know, as pairs of key and value."""
        page = self.book.add_worksheet(META)
        titles = {title_key(name) if name else COVER_KEY: title for name, title in self._titles.items()}
        for row, (key, value) in enumerate({**meta, **titles}.items()):
            page.write_string(row, 0, key)
            page.write_string(row, 1, value)
        page.very_hidden()

    def finish(self) -> bytes:
        """Close the workbook and give its bytes."""
        self.book.close()
        return self._bytes.getvalue()

    def _title(self, name: str, label: str) -> str:
        """Make a sheet title that Excel takes: 31 characters, none forbidden, no two alike."""
        plain = " ".join(label.translate(_FORBIDDEN_IN_TITLES).split())[:31]
        taken = {title.casefold() for title in self._titles.values()}
        number = 2
        title = plain
        while title.casefold() in taken:
            title = f"{plain[:28]} {number}"
            number += 1
        self._titles[name] = title
        return title

    def _heading_of(self, sheet: Sheet) -> str:
        label = sheet.table.label[self._language]
        if isinstance(sheet.table, Lines):
            parent = next(title for name, title in self._titles.items() if name == sheet.table.register)
            return f"{parent[:12].strip()} - {label}"
        return label

    def _set_columns(self, page: "Worksheet", sheet: Sheet) -> None:
        for place, f in enumerate(sheet.columns):
            look = self._formats[_look_of(f)]
            width = 38 if f.name == "uid" else _HEADING_WIDTHS.get(f.kind_name, 24)
            page.set_column(place, place, width, look, {"hidden": f.name == "uid"})
            self._offer_choices(page, place, f)

    def _offer_choices(self, page: "Worksheet", place: int, f: Field) -> None:
        """Give a column its drop-down; typing something else warns and is checked again when the file is read."""
        if f.codes and not f.value:
            self._lists.setdefault(f.codes, len(self._lists))
        if f.kind_name == "choice" and not f.value:
            page.data_validation(2, place, _LAST_ROW, place, {
                "validate": "list", "source": f"=lst_{f.codes}", "error_type": "warning",
            })  # fmt: skip
        elif f.kind_name == "yes_no" and not f.value:
            words = [message(f"value.{word}")[self._language] for word in ("yes", "no")]
            page.data_validation(2, place, _LAST_ROW, place, {"validate": "list", "source": words})

    def _write_cell(self, page: "Worksheet", row: int, place: int, f: Field, value: Any) -> None:
        cell = f.kind.to_cell(value, f, self._reading, self._language)
        look: Format = self._formats[_look_of(f)]
        if cell is None or cell == "":
            return
        if isinstance(cell, dt.date):
            page.write_datetime(row, place, cell, look)
        elif isinstance(cell, int | float | Decimal):
            page.write_number(row, place, cell, look)
        elif len(str(cell)) > LONGEST_CELL:
            raise AppError("handoff.too_long", label=f.label, limit=LONGEST_CELL)
        else:
            page.write_string(row, place, str(cell), look)


_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16},
    "label": {"font_color": "#5b6875"},
    "text": {"bold": True, "text_wrap": True},
    "ruled": {"bottom": 1, "bottom_color": "#dde3e9"},
    "line": {"bottom": 1},
    "heading": {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#e3f1f0", "bottom": 1},
    "date": {"num_format": "dd.mm.yyyy"},
    "decimal": {"num_format": "General"},
    "words": {"num_format": "@"},
    "wrapped": {"num_format": "@", "text_wrap": True, "valign": "top"},
}


def _look_of(f: Field) -> str:
    if f.kind_name == "date":
        return "words" if f.coarse else "date"
    if f.kind.is_number:
        return "decimal"
    return "wrapped" if f.kind_name == "note" else "words"


def _column_range(place: int) -> str:
    column = column_name(place)
    return f"${column}$3:${column}${_LAST_ROW + 1}"


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
        part.replace(path)
    except OSError as error:
        raise AppError("handoff.not_written", file=path.name, cause=error.strerror or "") from error
