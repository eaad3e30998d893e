"""What a person does again in one register: the record saved last, the fields that stay, the codes chosen lately.

All of it is that person's own. The last record is read from the register itself; pins and codes lie among the preferences.
"""

from collections.abc import Mapping, Sequence

from desktop.registers.kinds import Value
from desktop.registers.register import Field, Lines, Register
from desktop.registers.rules import LinesOf, Row
from desktop.registers.states import VOID
from desktop.store.preferences import prefer, preference
from desktop.store.records import Incoming, Records

# As many codes as a popup shows without scrolling.
MOST_RECENT = 10


def place_of(table: str, name: str) -> str:
    """Name a field with the lines it stands in, as declarations do: `items.quantity`; *table* is empty for the record."""
    return f"{table}.{name}" if table else name


class Habits:
    """The habits of the person of an open zone in one register."""

    def __init__(self, records: Records) -> None:
        """Read what was kept; the last record is looked for when it is first needed."""
        self._records, self._zone = records, records.zone
        self._register = records.register
        self._pins: dict[str, bool] = preference(self._zone, f"pins.{self._register.name}", {})
        self._recent: dict[str, list[str]] = preference(self._zone, f"recents.{self._register.name}", {})
        self._last: Incoming | None = None
        self._is_sought = False

    # The last record

    @property
    def last(self) -> Incoming | None:
        """Give the record that this person saved last; None before the first."""
        if not self._is_sought:
            self._is_sought, self._last = True, self._found()
        return self._last

    def _found(self) -> Incoming | None:
        sql = (
            f"select uid from {self._register.table} where changed_by = ? and prison = ? and state != ?"
            " order by changed_at desc, id desc limit 1"
        )
        rows = self._zone.select(sql, [self._zone.person, self._zone.station.prison, VOID])
        return Incoming(*self._records.read(rows[0]["uid"])) if rows else None

    def last_value(self, table: str, name: str) -> Value:
        """Give what a field held in the last record; of lines, in the last of them."""
        row = self._last_row(table)
        return row.get(name)

    def _last_row(self, table: str) -> Row:
        if self.last is None:
            return {}
        rows = self.last.lines.get(table, []) if table else [self.last.record]
        return rows[-1] if rows else {}

    # Fields that stay

    def is_pinned(self, table: str, f: Field) -> bool:
        """Tell whether the next record begins with the same value: as the person chose, or as declared."""
        return self._pins.get(place_of(table, f.name), f.sticky)

    def pin(self, table: str, f: Field, *, stays: bool) -> None:
        """Let a field stay from one record to the next, or no longer."""
        place = place_of(table, f.name)
        self._pins.pop(place, None)
        if stays != f.sticky:
            self._pins[place] = stays
        prefer(self._zone, f"pins.{self._register.name}", self._pins or None)

    def pinned(self, table: Register | Lines) -> Row:
        """Give the values with which a new record, or a new line of one, begins."""
        lines = table.name if isinstance(table, Lines) else ""
        values = {f.name: self.last_value(lines, f.name) for f in table.fields if not f.value and self.is_pinned(lines, f)}
        return {name: value for name, value in values.items() if value is not None}

    # Codes

    def recent(self, table: str, f: Field) -> Sequence[str]:
        """Give the codes that this person chose for a field lately, the last one first."""
        return self._recent.get(place_of(table, f.name), ())

    def remember(self, record: Row, lines: LinesOf) -> None:
        """Take up a record that was just saved: it is the last one now, and its codes are the latest."""
        self._is_sought, self._last = True, Incoming(record, lines)
        before = {place: list(codes) for place, codes in self._recent.items()}
        for table in self._register.tables:
            name = table.name if isinstance(table, Lines) else ""
            for row in lines.get(name, []) if name else [record]:
                self._note_codes(name, table.fields, row)
        if self._recent != before:
            prefer(self._zone, f"recents.{self._register.name}", self._recent)

    def _note_codes(self, table: str, fields: Sequence[Field], row: Mapping[str, Value]) -> None:
        for f in fields:
            if not f.codes or f.identifies or f.value:
                continue
            place = place_of(table, f.name)
            for code in str(row.get(f.name) or "").split():
                others = [one for one in self._recent.get(place, []) if one != code]
                self._recent[place] = [code, *others][:MOST_RECENT]
