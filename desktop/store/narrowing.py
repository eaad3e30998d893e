"""How a person narrowed a list, and the narrowings that were given a name, which each person has for each register."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from desktop.registers.kinds import Value
from desktop.registers.register import Register
from desktop.registers.states import VOID
from desktop.store.preferences import prefer, preference
from desktop.store.records import Filter, Records

# Months that move on with the calendar, so that a filter kept today still means the same in a year.
THIS_MONTH, LAST_MONTH = "this", "last"
# Every state, void records too; no state at all leaves them in the trash.
ALL = "all"


@dataclass(frozen=True)
class Narrowing:
    """What the filters above a list stand at: *month* may be a year or move on, *state* may be `ALL`."""

    text: str = ""
    month: str = ""
    state: str = ""
    where: Mapping[str, Value] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Tell whether nothing is narrowed: all records but the void ones are shown."""
        return self == Narrowing()

    def filter(self, today: dt.date, order: str = "", *, descending: bool = True) -> Filter:
        """Give the filter that it comes to on the day it is."""
        states = (self.state,) if self.state not in ("", ALL) else ()
        without = () if self.state else (VOID,)
        where = {name: value for name, value in self.where.items() if value not in ("", None)}
        month = {THIS_MONTH: today, LAST_MONTH: today.replace(day=1) - dt.timedelta(days=1)}.get(self.month)
        named = f"{month:%Y-%m}" if month else self.month
        return Filter(self.text, named, states, without, where, order, descending)


def saved(records: Records) -> dict[str, Narrowing]:
    """Give the narrowings that the person has named, in the order they were."""
    kept: dict[str, dict[str, Any]] = preference(records.zone, _place(records.register), {})
    return {name: Narrowing(**one) for name, one in kept.items()}


def save(records: Records, name: str, narrowing: Narrowing) -> None:
    """Keep *narrowing* under *name*, in place of what had it."""
    _keep(records, saved(records) | {name: narrowing})


def rename(records: Records, name: str, new: str) -> None:
    """Give the narrowing *name* another name, in its place among the others."""
    kept = {one: narrowing for one, narrowing in saved(records).items() if one == name or one != new}
    _keep(records, {new if one == name else one: narrowing for one, narrowing in kept.items()})


def forget(records: Records, name: str) -> None:
    """Drop the narrowing *name*."""
    _keep(records, {one: narrowing for one, narrowing in saved(records).items() if one != name})


def _keep(records: Records, kept: Mapping[str, Narrowing]) -> None:
    prefer(records.zone, _place(records.register), {name: asdict(one) for name, one in kept.items()} or None)


def _place(register: Register) -> str:
    return f"filters.{register.name}"
