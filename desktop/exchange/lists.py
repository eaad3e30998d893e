"""Export a list as it is filtered, in the columns that were chosen: a workbook, or CSV; nobody is named unless it is meant."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from desktop.exchange.cells import shown
from desktop.exchange.handoff import month_in_words
from desktop.exchange.look import LOOKS, height_of, look_of, pages_across, width_of
from desktop.exchange.workbook import set_page, sheet_title, write_cell, write_file
from desktop.registers.declarations import Definitions
from desktop.registers.kinds import MILLIONTHS, Cell, Reading, Value
from desktop.registers.messages import message
from desktop.registers.problems import AppError
from desktop.registers.register import Field, Lines, Register
from desktop.registers.rules import Row
from desktop.store import clock
from desktop.store.records import Filter, Incoming, Records

if TYPE_CHECKING:
    from xlsxwriter import Workbook

XLSX, CSV = ".xlsx", ".csv"
Coded = Literal["labels", "codes", "both"]

# What the header of a record has for a reader; the rest of it is for programs.
_HEADER = ("number", "prison", "state", "revision", "month", "created_at", "created_by", "changed_at", "changed_by",
           "void_reason", "remarks", "hand_off")  # fmt: skip
_MOMENTS = ("created_at", "changed_at")
_MOST_ROWS = 1_048_575  # of a sheet, below its headings
_PAGE = 500
# A cell that begins so is worked out by a spreadsheet that opens a CSV file (OWASP ASVS 1.2.10).
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_WIDTHS_OF_FACTS = (30, 70)


@dataclass(frozen=True)
class Column:
    """A column that may be exported: a field of the record or of its header, or of its *lines* where these are named."""

    field: Field
    lines: str = ""

    @property
    def key(self) -> str:
        """Name the column for programs."""
        return f"{self.lines}.{self.field.name}" if self.lines else self.field.name

    @property
    def is_free_text(self) -> bool:
        """Tell whether anything may be written here, names too."""
        return self.field.kind_name == "note"


@dataclass(frozen=True)
class Wish:
    """What is exported: the records that *wanted* lets through, how codes are written, and in which language.

    With *identified* what names persons may be among the columns, and *why* says what it is needed for.
    """

    wanted: Filter
    columns: Sequence[Column]
    coded: Coded = "labels"
    language: str = "ru"
    identified: bool = False
    why: str = ""


@dataclass(frozen=True)
class Written:
    """What was written: the file, those of the lines beside it, and how many records they hold."""

    paths: tuple[Path, ...]
    records: int


@dataclass(frozen=True)
class _Table:
    """One sheet, or one file of CSV: *name* is empty for the records themselves."""

    name: str
    title: str
    fields: Sequence[Field]
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def offered(definitions: Definitions, register: Register) -> list[Column]:
    """List all columns that may be exported: those of the list in its order, the others of the record, then its lines'."""
    header = [definitions.header.by_name[name] for name in _HEADER]
    of_record = {f.name: f for f in [*register.fields, *header]}
    names = [name for name in register.list if name in of_record]
    found = [Column(of_record[name]) for name in dict.fromkeys([*names, *of_record])]
    return found + [Column(f, lines.name) for lines in register.lines for f in lines.fields]


def usual(definitions: Definitions, register: Register, *, identified: bool = False) -> list[Column]:
    """List the columns that are exported unless others are chosen: those of the list, but no free text.

    What names persons is among them only where that is meant.
    """
    listed = [column for column in offered(definitions, register) if (column.lines or column.field.name) in register.list]
    return [column for column in listed if not column.is_free_text and (identified or not column.field.identifies)]


def chosen(definitions: Definitions, register: Register, keys: Sequence[str] | None, *, identified: bool) -> list[Column]:
    """Find the columns of these *keys*, or where none are named the usual ones. Raises AppError for a key that is none."""
    if keys is None:
        return usual(definitions, register, identified=identified)
    by_key = {column.key: column for column in offered(definitions, register)}
    if strange := next((key for key in keys if key not in by_key), None):
        raise AppError("list_export.no_such_column", name=strange, names=", ".join(by_key))
    return [by_key[key] for key in keys]


def write_list(records: Records, wish: Wish, path: Path, *, may_identify: bool = False) -> Written:
    """Write the list to *path*, whose suffix says how: .xlsx, or .csv with a file for each of the lines beside it.

    It is noted in the zone's history before anything is written, so that nothing leaves unnoted. Raises AppError, also where
    a wish to name persons has no reason, or *may_identify* does not allow it.
    """
    _check(wish, may_identify=may_identify)
    writer = _ListWriter(records, wish)
    if path.suffix.casefold() == CSV:
        files = {_beside(path, table.name): writer.csv(table) for table in writer.tables()}
    else:
        files = {path: writer.workbook()}
    _refuse_to_replace(path, files)
    told = {
        "records": writer.count, "columns": [c.key for c in wish.columns], "identified": wish.identified,
        "format": path.suffix.casefold().removeprefix("."),
    }  # fmt: skip
    records.zone.log("export", wish.why if wish.identified else None, told, register=records.register.name)
    _write_all(files)
    return Written(tuple(files), writer.count)


def _check(wish: Wish, *, may_identify: bool) -> None:
    if not any(not column.lines for column in wish.columns):
        raise AppError("list_export.no_columns")
    naming = next((column.field for column in wish.columns if column.field.identifies), None)
    if naming and not wish.identified:
        raise AppError("list_export.names_persons", label=naming.label)
    if wish.identified and not may_identify:
        raise AppError("list_export.may_not")
    if wish.identified and not wish.why.strip():
        raise AppError("list_export.why_needed")


def _refuse_to_replace(path: Path, files: Iterable[Path]) -> None:
    """Keep what lies beside: whoever named a new file agreed to replace nothing."""
    if not path.exists() and (old := next((one for one in files if one.exists()), None)):
        raise AppError("list_export.lies_there", file=old.name)


def _beside(path: Path, name: str) -> Path:
    return path.with_name(f"{path.stem}_{name}{path.suffix}") if name else path


def _write_all(files: dict[Path, bytes]) -> None:
    """Write all files, or leave none of them: a list without its lines would pass for a whole one."""
    written: list[Path] = []
    try:
        for path, content in files.items():
            write_file(path, content)
            written.append(path)
    except AppError:
        for path in written:
            path.unlink(missing_ok=True)
        raise


class _ListWriter:
    """Makes the files of one list."""

    def __init__(self, records: Records, wish: Wish) -> None:
        self.zone, self.register, self.wish = records.zone, records.register, wish
        self._definitions = self.zone.definitions
        self._reading = Reading(self.zone.today, dict(self._definitions.codes))
        self._items = list(_found(records, wish.wanted))
        self.count = len(self._items)

    # Tables

    def tables(self) -> list[_Table]:
        """Give the records and, for each of the lines that are wanted, a table with the number of their record."""
        record = self._definitions.header.by_name["record"]
        own = [column.field for column in self.wish.columns if not column.lines]
        found = [self._table(self.register, own, [item.record for item in self._items])]
        for lines in self.register.lines:
            fields = [column.field for column in self.wish.columns if column.lines == lines.name]
            if fields:
                found.append(self._table(lines, [record, *fields], list(self._rows_of(lines))))
        return found

    def _rows_of(self, lines: Lines) -> Iterator[Row]:
        for item in self._items:
            for row in item.lines.get(lines.name, []):
                yield row | {"record": item.record["number"]}

    def _table(self, table: Register | Lines, fields: Sequence[Field], rows: Sequence[Row]) -> _Table:
        cells = [[self._cell(f, row.get(f.name)) for f in fields] for row in rows]
        name = table.name if isinstance(table, Lines) else ""
        return _Table(name, table.label[self.wish.language], fields, [self._heading(f) for f in fields], cells)

    def _heading(self, f: Field) -> str:
        unit = self._definitions.codes["units"].codes.get(f.unit)
        label = f.label[self.wish.language]
        return f"{label}, {unit.label[self.wish.language]}" if unit else label

    def _cell(self, f: Field, value: Value) -> Cell:
        if value is None:
            return None
        if f.codes:
            return "; ".join(self._coded(f, code) for code in str(value).split())
        if f.kind_name == "decimal":
            return Decimal(value) / MILLIONTHS
        if f.name in _MOMENTS:
            return clock.shown(str(value))
        return f.kind.to_cell(value, f, self._reading, self.wish.language)

    def _coded(self, f: Field, code: str) -> str:
        codes = self._definitions.codes[f.codes]
        if self.wish.coded == "both":
            return codes.show(code, self.wish.language)
        known = codes.codes.get(code) if self.wish.coded == "labels" else None
        return known.label[self.wish.language] if known else code

    # What the list says of itself

    def facts(self) -> list[tuple[str, str]]:
        """Say whose list this is, how many records it has, what it was filtered by, and on which day."""
        language, station = self.wish.language, self.zone.station
        prison = self._definitions.codes["prisons"].codes[station.prison].label[language]
        named = "identified" if self.wish.identified else "not_identified"
        return [
            (self._say("register"), self.register.label[language]),
            (message("sheet.prison")[language], prison),
            (self._say("records"), str(self.count)),
            (self._say("filter"), "; ".join(self._filters()) or self._say("no_filter")),
            (self._say("day"), f"{self.zone.today:%d.%m.%Y}"),
            (self._say("content"), self._say(named)),
        ]

    def _say(self, name: str) -> str:
        return message(f"list_export.{name}")[self.wish.language]

    def _filters(self) -> Iterator[str]:
        wanted, header = self.wish.wanted, self._definitions.header.by_name
        if wanted.month:
            month = month_in_words(wanted.month, self.wish.language) if "-" in wanted.month else wanted.month
            yield f"{header['month'].label[self.wish.language]}: {month}"
        if wanted.states:
            yield self._filtered(header["state"], wanted.states)
        if wanted.without:
            yield f"{self._say('without')} {self._filtered(header['state'], wanted.without)}"
        for name, value in wanted.where.items():
            yield self._filtered(header[name] if name in header else self.register.at(name), [value])
        if wanted.text:  # which may well be a name
            yield f"{self._say('search')}: {wanted.text}" if self.wish.identified else self._say("search")

    def _filtered(self, f: Field, values: Sequence[Value]) -> str:
        label = f.label[self.wish.language]
        if f.identifies and not self.wish.identified:
            return label
        return f"{label}: {', '.join(shown(self._cell(f, value)) for value in values)}"

    # CSV

    def csv(self, table: _Table) -> bytes:
        """Write a table as Excel opens it by a double click: a row that tells what it is, the headings, then the rows."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        told = " · ".join(f"{label}: {fact}" for label, fact in self.facts())
        writer.writerow([defused(told)])
        writer.writerow([defused(heading) for heading in table.headings])
        writer.writerows([_csv_text(cell) for cell in row] for row in table.rows)
        return text.getvalue().encode("utf-8-sig")

    # Workbook

    def workbook(self) -> bytes:
        """Write all tables as sheets, and last one that tells what the list is."""
        from desktop.exchange.book import Book

        content = io.BytesIO()
        book = Book(content)
        titles: list[str] = []
        for table in self.tables():
            titles.append(sheet_title(table.title, titles))
            self._write_sheet(book, titles[-1], table)
        self._write_facts(book, sheet_title(self._say("about"), titles))
        book.close()
        return content.getvalue()

    def _write_sheet(self, book: "Workbook", title: str, table: _Table) -> None:
        if len(table.rows) > _MOST_ROWS:
            raise AppError("list_export.too_many", n=len(table.rows), limit=_MOST_ROWS)
        page = book.add_worksheet(title)
        looks = [book.add_format(LOOKS[look_of(f)]) for f in table.fields]
        heading = book.add_format(LOOKS["heading"])
        texts = [[shown(cell) for cell in row] for row in table.rows]
        widths = [
            width_of(f, table.headings[place], [row[place] for row in texts]) for place, f in enumerate(table.fields)
        ]  # fmt: skip
        set_page(page, self.register.label[self.wish.language])
        page.repeat_rows(0)
        page.fit_to_pages(pages_across(widths), 0)
        page.freeze_panes(1, 1)
        page.autofilter(0, 0, max(len(texts), 1), len(widths) - 1)
        page.set_row(0, height_of(table.headings, widths))
        for place, width in enumerate(widths):
            page.set_column(place, place, width, looks[place])
            page.write_string(0, place, table.headings[place], heading)
        for number, row in enumerate(table.rows, 1):
            page.set_row(number, height_of(texts[number - 1], widths))
            for place, cell in enumerate(row):
                write_cell(page, number, place, table.fields[place], cell, looks[place])

    def _write_facts(self, book: "Workbook", title: str) -> None:
        page = book.add_worksheet(title)
        looks = [book.add_format(LOOKS[name]) for name in ("label", "text")]
        for place, width in enumerate(_WIDTHS_OF_FACTS):
            page.set_column(place, place, width)
        for number, pair in enumerate(self.facts()):
            page.set_row(number, height_of(pair, _WIDTHS_OF_FACTS))
            for place, text in enumerate(pair):
                page.write_string(number, place, text, looks[place])


def _found(records: Records, wanted: Filter) -> Iterator[Incoming]:
    """Read the records that the list shows for *wanted*, in its order, each with its lines."""
    ids = records.search(wanted)
    for start in range(0, len(ids), _PAGE):
        rows = records.rows(ids[start : start + _PAGE])
        lines = records.lines_of([row["uid"] for row in rows])
        for row in rows:
            yield Incoming(row, lines[row["uid"]])


def _csv_text(cell: Cell) -> str:
    if isinstance(cell, dt.date):
        return f"{cell:%d.%m.%Y}"
    if isinstance(cell, int | float | Decimal):
        return _plain(Decimal(cell))
    return defused("" if cell is None else str(cell))


def _plain(number: Decimal) -> str:
    """Write a number in full, with a decimal comma and no needless zeros."""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def defused(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would work out as a formula."""
    return f"'{text}" if text.startswith(_BEGINS_A_FORMULA) else text
