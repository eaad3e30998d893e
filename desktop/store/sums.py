"""What the foot of a list adds up: the declared numbers of the records that a filter lets through, apart by their unit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from desktop.registers.register import Field
from desktop.registers.units import UNITS, common_unit, unit_beside
from desktop.store.records import Filter, Records

# Records added up at once: a hundred thousand take longer than a window may stand still.
STEP = 10_000


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
        units = ["", *self.records.zone.definitions.codes[UNITS].codes]
        places = {unit: place for place, unit in enumerate(units)}
        found = sorted(self._found, key=lambda key: (register.summed.index(key[0]), places.get(key[1], len(places))))
        return [Sum(path, register.at(path), unit, int(self._found[path, unit])) for path, unit in found]

    def _add(self, path: str, unit: str, value: int) -> None:
        own, codes = self.records.register.at(path).unit, self.records.zone.definitions.codes
        common, factor = common_unit(unit, codes) if unit != own else (unit, Decimal(1))
        self._found[path, common] = self._found.get((path, common), Decimal(0)) + value * factor

    def _part(self, path: str, most: int) -> Iterator[tuple[str, int]]:
        lines, _, name = path.rpartition(".")
        register = self.records.register
        table = register.lines_by_name[lines] if lines else register
        beside = unit_beside(table.fields, name, self.records.zone.definitions.codes)
        column, unit = (f'{"l" if lines else "r"}."{one}"' if one else "''" for one in (name, beside))
        where, values = self._conditions(most)
        joined = f"join {table.table} as l on l.record = r.uid" if lines else ""
        sql = (
            f"select coalesce({unit}, '') as unit, sum({column}) as value from {register.table} as r {joined}"
            f" {where} and {column} is not null group by 1"
        )
        own = table.by_name[name].unit
        for row in self.records.zone.select(sql, values):
            yield row["unit"] or own, row["value"]

    def _conditions(self, most: int) -> tuple[str, list[Any]]:
        if self.ids is not None:
            part = list(self.ids[self._done : self._done + most])
            return f"where r.id in ({', '.join(map(str, part))})", []
        where, values = self.records.conditions(self.wanted)
        return f"{where} {'and' if where else 'where'} r.id > ? and r.id <= ?", [*values, self._done, self._done + most]
