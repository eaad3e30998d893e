"""What a hand-off workbook looks like, derived from the declarations; writer and reader share it."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from desktop.registers.codes import CodeList
from desktop.registers.declarations import Definitions
from desktop.registers.folding import fold
from desktop.registers.kinds import NBSP, Value
from desktop.registers.labels import LANGUAGES
from desktop.registers.register import Field, Lines, Register

FORMAT = "depter-handoff/1"
META = "_meta"
LISTS = "_lists"
SIGNED = "_signed"
COVER_KEY = "cover"
STRANGERS = "columns"  # in a record's `extra`: what stood in columns that the reader did not know
PARTS_KEY = "parts"
NO_DIGEST = "0" * 64  # what stands for a hash that is not known yet
FIRST_ROW = 3  # counted as people do: row 1 is hidden and holds names, row 2 the headings

_OF_RECORD = ("uid", "number", "state", "revision")
_AFTER_FIELDS = ("void_reason", "remarks", "reasons")
_OF_LINE = ("uid", "record")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Sheet:
    """One sheet: the table it carries and its columns in order; *units* are written behind the headings of amounts."""

    table: Register | Lines
    columns: tuple[Field, ...]
    units: CodeList = field(repr=False)

    @property
    def name(self) -> str:
        """Name the sheet for programs: the name of the table."""
        return self.table.table

    @cached_property
    def names(self) -> dict[str, Field]:
        """Find a column by its hidden name."""
        return {f.name: f for f in self.columns}

    def heading(self, f: Field, language: str) -> str:
        """Word the heading of a column: label, unit, and * where it must be filled."""
        unit = f", {self.units.codes[f.unit].label[language]}" if f.unit else ""
        return f"{f.label[language]}{unit}{NBSP + '*' if f.required else ''}"

    def called(self, heading: str) -> list[Field]:
        """List the columns that *heading* may mean, in any language, with its unit or without."""
        return self._by_heading.get(heading) or self._by_heading.get(fold(heading), [])

    @cached_property
    def _by_heading(self) -> dict[str, list[Field]]:
        found: dict[str, list[Field]] = {}
        for f in self.columns:
            words = {text for language in LANGUAGES for text in (f.label[language], self.heading(f, language))}
            for key in words | set(map(fold, words)):
                found.setdefault(key, []).append(f)
        return found

    def digests(self, rows: Sequence[Row]) -> dict[str, str]:
        """Hash the values of each column in which anything was entered; what is computed is left out.

        By column, so that a program can check a file of another version: columns that only one of the two knows, and the
        order of the rows, change no hash of the others.
        """
        return {f.name: value for f in self.columns if f.is_given and (value := _digest(f, rows))}


def _digest(f: Field, rows: Iterable[Row]) -> str:
    filled = (
        (row.get("uid") or place, canonical(f, row[f.name])) for place, row in enumerate(rows) if row.get(f.name) is not None
    )
    values = sorted(json.dumps(pair, ensure_ascii=False) for pair in filled)
    return _hash(values) if values else ""


def canonical(f: Field, value: Value) -> Value:
    """Give *value* in the form that is hashed and compared: several codes in no order, for each version may list them anew."""
    return " ".join(sorted(str(value).split())) if f.kind_name == "choices" and value is not None else value


def _hash(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def sheets(definitions: Definitions, zone: str) -> list[Sheet]:
    """List the sheets of a hand-off of *zone*: one a register, one for each of its lines.

    What identifies a person has no column: it never leaves the prison.
    """
    header = definitions.header.by_name
    found = []
    for register in definitions.of_zone(zone):
        for table in register.tables:
            own = tuple(f for f in table.fields if not f.identifies)
            if isinstance(table, Lines):
                columns = tuple(header[name] for name in _OF_LINE) + own
            else:
                columns = tuple(header[n] for n in _OF_RECORD) + own + tuple(header[n] for n in _AFTER_FIELDS)
            found.append(Sheet(table, columns, definitions.codes["units"]))
    return found


def defined_name(sheet: str, column: str) -> str:
    """Name the range of a column; nothing, where the column is called by words that Excel takes for no name."""
    return f"col_{sheet}_{column}" if re.fullmatch("[a-z0-9_]+", column) else ""


def month_is_right(month: str) -> bool:
    """Tell whether *month* is written `YYYY-MM`."""
    year, _, number = month.partition("-")
    return len(month) == 7 and month.isascii() and year.isdecimal() and number.isdecimal() and 1 <= int(number) <= 12


def title_key(sheet: str) -> str:
    """Name the entry of `_meta` that holds the title of a sheet."""
    return f"sheet.{sheet}"


def rows_key(sheet: str) -> str:
    """Name the entry of `_meta` that holds the number of a sheet's rows."""
    return f"rows.{sheet}"


def digest_key(sheet: str, column: str | None = None) -> str:
    """Name the entry of `_meta` that holds the hash of a sheet, or of one of its columns."""
    return f"sha256.{sheet}" if column is None else f"sha256.{sheet}.{column}"


def sheet_digest(columns: Mapping[str, str]) -> str:
    """Hash a sheet by the hashes of its columns."""
    return _hash(f"{name} {value}" for name, value in sorted(columns.items()))


def check_number(place: Sequence[object], digests: Mapping[str, str]) -> str:
    """Make the number two people compare over the telephone, of a hand-off's *place* in the sequence and whole content.

    A sheet without rows adds nothing to it, so that a program which knows more registers comes to the same number.
    """
    content = [f"{name} {value}" for name, value in sorted(digests.items()) if value != sheet_digest({})]
    whole = _hash([*map(str, place), *content]).upper()
    return f"{whole[:4]}-{whole[4:8]}"


def parts_digest(parts: Mapping[str, bytes], own: str) -> str:
    """Hash all parts of a workbook, in which this hash is written as *own*: a program that saves it again writes others."""
    whole = hashlib.sha256()
    for name, content in sorted(parts.items()):
        plain = content.replace(own.encode(), NO_DIGEST.encode())
        whole.update(f"{name} {len(plain)}\n".encode())
        whole.update(plain)
    return whole.hexdigest()
