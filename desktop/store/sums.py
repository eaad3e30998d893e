"""What the foot of a list adds up: the declared numbers of the records that a filter lets through, apart by their unit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from desktop.registers.register import Field, Lines, Register
from desktop.store.records import Filter, Records

# Records added up at once: a hundred thousand take longer than a window may stand still.
STEP = 10_000

# The columns of units.csv that tell in which unit amounts are added up, and what a unit weighs: mg with g, never with tablets.
_SUMMED_IN, _WEIGHS = "summed_in", "kg"


@dataclass(frozen=True)
class Sum:
    """What came of one number: *value* as the store keeps it, in *unit*, a code of units.csv or empty."""

    path: str
    field: Field
    unit: str
    value: int


class Summing:
    """Adds up step by step, so that a window goes on meanwhile."""

    def __init__(self, records: Records, wanted: Filter, ids: Sequence[int] | None = None) -> None:
        """Begin with nothing added: all that *wanted* lets through, or the records of *ids* alone."""
        self.records, self.wanted, self.ids = records, wanted, ids
        self._found: dict[tuple[str, str], Decimal] = {}
        sql = f"select coalesce(max(id), 0) as last from {records.register.table}"
        self._last = len(ids) if ids is not None else int(records.zone.select(sql)[0]["last"])
        self._done = 0

    def go_on(self, most: int = STEP) -> bool:
        """Add up the next records; tell whether more are left."""
        if self.records.register.summed and self._done < self._last:
            for path in self.records.register.summed:
                for unit, value in self._part(path, most):
                    self._add(path, unit, value)
            self._done += most
        return bool(self.records.register.summed) and self._done < self._last

    @property
    def sums(self) -> list[Sum]:
        """Give what was added up so far, in the order declared."""
        register = self.records.register
        units = ["", *self.records.zone.definitions.codes["units"].codes]
        places = {unit: place for place, unit in enumerate(units)}
        found = sorted(self._found, key=lambda key: (register.summed.index(key[0]), places.get(key[1], len(places))))
        return [Sum(path, register.at(path), unit, int(self._found[path, unit])) for path, unit in found]

    def _add(self, path: str, unit: str, value: int) -> None:
        common, factor = self._common(unit) if unit != self.records.register.at(path).unit else (unit, Decimal(1))
        self._found[path, common] = self._found.get((path, common), Decimal(0)) + value * factor

    def _common(self, unit: str) -> tuple[str, Decimal]:
        """Give the unit that amounts in *unit* are added up in, and what one is in it."""
        codes = self.records.zone.definitions.codes["units"].codes
        common = (codes[unit].column(_SUMMED_IN) if unit in codes else None) or unit
        if common == unit:
            return unit, Decimal(1)
        return common, Decimal(codes[unit].column(_WEIGHS) or 1) / Decimal(codes[common].column(_WEIGHS) or 1)

    def _part(self, path: str, most: int) -> Iterator[tuple[str, int]]:
        lines, _, name = path.rpartition(".")
        register = self.records.register
        table = register.lines_by_name[lines] if lines else register
        column, unit = (f'{"l" if lines else "r"}."{one}"' if one else "''" for one in (name, self._unit_beside(table, name)))
        where, values = self._conditions(most)
        joined = f"join {table.table} as l on l.record = r.uid" if lines else ""
        sql = (
            f"select coalesce({unit}, '') as unit, sum({column}) as value from {register.table} as r {joined}"
            f" {where} and {column} is not null group by 1"
        )
        own = table.by_name[name].unit
        for row in self.records.zone.select(sql, values):
            yield row["unit"] or own, row["value"]

    def _unit_beside(self, table: Register | Lines, name: str) -> str:
        """Name the field that says in which unit an amount without its own is: the first choice of a unit after it."""
        lists = self.records.zone.definitions.codes
        after = table.fields[table.fields.index(table.by_name[name]) :]
        # A price may have a unit of its own further on.
        units = [f.name for f in after if f.codes and lists[f.codes].whole == "units"]
        is_amount = table.by_name[name].kind_name == "decimal" and not table.by_name[name].unit
        return units[0] if is_amount and units else ""

    def _conditions(self, most: int) -> tuple[str, list[Any]]:
        if self.ids is not None:
            part = list(self.ids[self._done : self._done + most])
            return f"where r.id in ({', '.join(map(str, part))})", []
        where, values = self.records.conditions(self.wanted)
        return f"{where} {'and' if where else 'where'} r.id > ? and r.id <= ?", [*values, self._done, self._done + most]
