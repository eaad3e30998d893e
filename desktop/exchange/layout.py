"""What a hand-off workbook looks like, derived from the declarations; writer and reader share it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from desktop.registers.declarations import Definitions
from desktop.registers.kinds import Value
from desktop.registers.register import Field, Lines, Register

FORMAT = "depter-handoff/1"
META = "_meta"
LISTS = "_lists"
FIRST_DATA_ROW = 3  # counted as people do: row 1 is hidden and holds names, row 2 the headings

_OF_RECORD = ("uid", "number", "state", "revision")
_AFTER_FIELDS = ("void_reason", "remarks", "reasons")
_OF_LINE = ("uid", "record")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Sheet:
    """One sheet: the table it carries and its columns in order."""

    table: Register | Lines
    columns: tuple[Field, ...]

    @property
    def name(self) -> str:
        """Name the sheet for programs: the name of the table."""
        return self.table.table

    def canonical(self, row: Row) -> list[Value]:
        """Give the values of *row* that are signed for: all that was entered, nothing that is computed."""
        return [row.get(f.name) for f in self.columns if not f.value]


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
            found.append(Sheet(table, columns))
    return found


def digest(sheet: Sheet, rows: Iterable[Row]) -> str:
    """Hash the canonical values of a sheet's rows, so that a file saved again by another program hashes the same."""
    lines = (json.dumps(sheet.canonical(row), ensure_ascii=False) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def check_number(meta: Mapping[str, str], digests: Mapping[str, str]) -> str:
    """Make the number two people compare over the telephone, of a hand-off's place in the sequence and whole content."""
    parts = [meta[key] for key in ("station", "prison", "month", "zone", "revision", "sequence")]
    whole = hashlib.sha256("\n".join([*parts, *digests.values()]).encode()).hexdigest().upper()
    return f"{whole[:4]}-{whole[4:8]}"
