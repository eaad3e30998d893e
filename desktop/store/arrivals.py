"""What was expected of every prison month by month, and what has arrived: the reckoning behind the matrix of headquarters.

A hand-off is in time or late by the day it was merged at headquarters: of its way there nothing else is known for sure.
"""

import datetime as dt
import json
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal

from desktop.registers.codes import Code, CodeList
from desktop.store.keyring import HEADQUARTERS

if TYPE_CHECKING:
    from desktop.store.zone import Zone

# in_time, late    arrived, by the day it is due
# backlog          arrived, but was due before headquarters began to merge
# doubtful         arrived, on a day that cannot be right
# missing          due, and not there
# awaited          not due yet
# not_expected     the prison was not there in that month, nobody handed off yet, or the month has not begun
State = Literal["in_time", "late", "backlog", "doubtful", "missing", "awaited", "not_expected"]
Mark = Literal["nil", "errors", "edited", "replaced"]

ARRIVED: tuple[State, ...] = ("in_time", "backlog", "doubtful", "late")
# Of several zones in one cell the worst is shown.
_BY_WEIGHT: tuple[State, ...] = ("missing", "late", "awaited", "doubtful", "backlog", "in_time", "not_expected")
_EDITED = "edited"

# The column of the code list of zones that tells by which day of the next month a hand-off is due.
_DUE_DAY = "due_day"

# One query a zone, however many hand-offs there are; what each brought is counted for the year that is shown alone.
_HAND_OFFS = """
select f.*,
  case when substr(f.month, 1, 4) = :year then
    (select count(*) from received_records as r where r.check_number = f.check_number and r.previous is null) end as new
from received as f where f.undone_at is null order by f.month, f.prison, f.revision, f.id
"""

Place = tuple[str, str]  # prison and month


@dataclass(frozen=True)
class HandOff:
    """One hand-off merged here; *of_month* counts the records of its month in it by register, None where that is not known.

    *at* is when it was merged, *new* how many records it brought, *doubles* how many of them resembled others. *problems*
    says of the rejected rows sheet, row, number, cell and problem, as far as that was kept.
    """

    zone: str
    check_number: str
    prison: str
    station: str
    month: str
    revision: int
    file: str
    at: str
    person: str
    accepted: int = 0
    rejected: int = 0
    blank: int = 0
    of_month: Mapping[str, int] | None = None
    new: int = 0
    doubles: int = 0
    signature: str | None = None
    place: str | None = None
    problems: tuple[Mapping[str, Any], ...] = field(default=(), hash=False)

    @property
    def day(self) -> dt.date:
        """Give the day of its arrival."""
        return dt.date.fromisoformat(self.at[:10])

    @property
    def is_nil(self) -> bool:
        """Tell whether it held no record of its month in any register, and nothing was left out that might be one."""
        return self.of_month is not None and not any(self.of_month.values()) and not self.rejected


@dataclass(frozen=True)
class Cell:
    """A prison, a month and a zone: what was due, what has arrived of it, and the *last* hand-off of any month."""

    zone: str
    prison: str
    month: str
    state: State
    due: dt.date | None = None
    hand_offs: tuple[HandOff, ...] = ()
    last: HandOff | None = None

    @property
    def newest(self) -> list[HandOff]:
        """Give the highest revision of each station: what stands now."""
        return list({hand_off.station: hand_off for hand_off in self.hand_offs}.values())

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Tell what is particular about what has arrived."""
        found: dict[Mark, bool] = {
            # What headquarters acknowledged is not carried again: a later revision without a record does not make a nil report.
            "nil": all(hand_off.is_nil for hand_off in self.hand_offs),
            "errors": any(hand_off.rejected for hand_off in self.newest),
            "edited": any(hand_off.signature == _EDITED for hand_off in self.newest),
            "replaced": any(hand_off.revision > 1 for hand_off in self.newest),
        }
        return tuple(mark for mark, holds in found.items() if holds) if self.hand_offs else ()


# The same place in each of the zones that are looked at.
Cells = tuple[Cell, ...]


@dataclass(frozen=True)
class Matrix:
    """A year: its months, the prisons that were expected or sent something, and the cells of each."""

    year: int
    months: tuple[str, ...]
    prisons: tuple[str, ...]
    cells: Mapping[Place, Cells] = field(repr=False)


@dataclass(frozen=True)
class Tally:
    """One month in numbers: how many prisons were expected, how many sent everything, and what was the matter."""

    expected: int
    sent: int
    late: int
    with_errors: int
    edited: int
    new: int
    doubles: int


@dataclass(frozen=True)
class Reminder:
    """What a prison owes: the hand-offs that are *missing*, and those of which rows stayed out."""

    prison: str
    missing: tuple[Cell, ...]
    rejected: tuple[HandOff, ...]


# Reading


def hand_offs(zone: "Zone", year: int) -> list[HandOff]:
    """Read the hand-offs merged in *zone* that stand, oldest month and lowest revision first."""
    return [_hand_off(zone.name, dict(row)) for row in zone.connection.execute(_HAND_OFFS, {"year": f"{year:04}"})]


def due_day(zone: "Zone") -> int | None:
    """Give the day of the following month by which the hand-offs of *zone* are due, None where there is none."""
    day = zone.definitions.codes["zones"].codes[zone.name].column(_DUE_DAY)
    return int(day) if day and day.isdecimal() and int(day) else None


def _hand_off(zone: str, row: Mapping[str, Any]) -> HandOff:
    counts = json.loads(row["counts"])
    return HandOff(
        zone, row["check_number"], row["prison"], row["station"], row["month"], row["revision"], row["file"], row["at"],
        row["person"], counts["accepted"], counts["rejected"], counts["blank"], counts.get("month"), row["new"] or 0,
        counts.get("doubles", 0), row["signature"], row["place"],
        tuple(counts.get("rows", ())),
    )  # fmt: skip


# Reckoning


def deadline(month: str, day: int) -> dt.date:
    """Give the day *day* of the month that follows *month*, or its last where it is shorter."""
    year, number = (int(part) for part in month.split("-"))
    follows = year + number // 12, number % 12 + 1
    return dt.date(*follows, min(day, monthrange(*follows)[1]))


def year_to_show(found: Iterable[HandOff], today: dt.date) -> int:
    """Give the year of the month that is due, or of the last hand-off where none has come for more than a year."""
    due = _month_before(today)
    last = max((hand_off.month for hand_off in found), default=due)
    return int(last[:4]) if months_between(last, due) > 12 else int(due[:4])


def month_to_show(matrix: Matrix, today: dt.date) -> str:
    """Give the month of *matrix* that is due, or the last of it that anybody handed off."""
    due = _month_before(today)
    if due in matrix.months:
        return due
    arrived = [month for (_, month), cells in matrix.cells.items() if any(cell.hand_offs for cell in cells)]
    return max(arrived, default=matrix.months[-1])


def months_between(first: str, last: str) -> int:
    """Count the months from *first* to *last*."""
    (year, month), (last_year, last_month) = ((int(part) for part in text.split("-")) for text in (first, last))
    return (last_year - year) * 12 + last_month - month


def reckon(
    zone: str, year: int, found: Sequence[HandOff], prisons: CodeList, today: dt.date, day: int | None
) -> dict[Place, Cell]:
    """Tell of every prison and month of *year* what was expected of *zone* by the *day* due, and what was *found*.

    Nothing is expected before the first month that anybody handed off, and nothing of a month that has not begun.
    """
    known = _Known(zone, found, today, day)
    months = months_of(year)
    expected = [code for code in prisons.codes.values() if code.code != HEADQUARTERS]
    return {(code.code, month): known.cell(code, month) for code in expected for month in months}


def months_of(year: int) -> tuple[str, ...]:
    """List the months of *year*."""
    return tuple(f"{year:04}-{number:02}" for number in range(1, 13))


class _Known:
    """What has arrived of one zone, and from when it could be expected."""

    def __init__(self, zone: str, found: Sequence[HandOff], today: dt.date, day: int | None) -> None:
        self.zone, self.today, self.day = zone, today, day
        self.since = min((hand_off.month for hand_off in found), default="")
        self.begun = min((hand_off.day for hand_off in found), default=today)
        self.at: dict[Place, tuple[HandOff, ...]] = {}
        self.last: dict[str, HandOff] = {}
        ordered = sorted(found, key=lambda hand_off: (hand_off.prison, hand_off.month))
        for place, arrived in groupby(ordered, key=lambda hand_off: (hand_off.prison, hand_off.month)):
            self.at[place] = tuple(sorted(arrived, key=lambda hand_off: hand_off.revision))
            self.last[place[0]] = self.at[place][-1]

    def cell(self, prison: Code, month: str) -> Cell:
        """Reckon one cell."""
        arrived = self.at.get((prison.code, month), ())
        due = deadline(month, self.day) if self.day else None
        state = self._arrived(arrived, month, due) if arrived else self._not_there(prison, month, due)
        return Cell(self.zone, prison.code, month, state, due, arrived, self.last.get(prison.code))

    def _arrived(self, arrived: Sequence[HandOff], month: str, due: dt.date | None) -> State:
        day = min(hand_off.day for hand_off in arrived)
        if not dt.date.fromisoformat(f"{month}-01") <= day <= self.today:
            return "doubtful"
        if due is None or day <= due:
            return "in_time"
        return "backlog" if due < self.begun else "late"

    def _not_there(self, prison: Code, month: str, due: dt.date | None) -> State:
        begins = f"{self.today:%Y-%m}"
        if due is None or not self.since or not self.since <= month <= begins or not prison.is_valid(month):
            return "not_expected"
        return "missing" if due < self.today else "awaited"


def together(year: int, of_zones: Sequence[Mapping[Place, Cell]]) -> Matrix:
    """Lay the zones over one another; a prison of which nothing was expected or came all year is left out."""
    places = list(of_zones[0]) if of_zones else []
    cells = {place: tuple(zone[place] for zone in of_zones) for place in places}
    there = dict.fromkeys(prison for (prison, _), found in cells.items() if state_of(found) != "not_expected")
    return Matrix(year, months_of(year), tuple(there), {place: found for place, found in cells.items() if place[0] in there})


def state_of(cells: Cells) -> State:
    """Give the worst state of *cells*; a zone in which nothing is expected counts only where all are such."""
    return min((cell.state for cell in cells), key=_BY_WEIGHT.index, default="not_expected")


def marks_of(cells: Cells) -> tuple[Mark, ...]:
    """Give the marks of *cells*; only where everything that came is a nil report, all of it is."""
    arrived = [cell for cell in cells if cell.hand_offs]
    marks = dict.fromkeys(mark for cell in arrived for mark in cell.marks)
    return tuple(mark for mark in marks if mark != "nil" or all("nil" in cell.marks for cell in arrived))


def tally(matrix: Matrix, month: str) -> Tally:
    """Count a month of *matrix* over the prisons."""
    found = [matrix.cells[prison, month] for prison in matrix.prisons]
    states = [state_of(cells) for cells in found]
    arrived = [hand_off for cells in found for cell in cells for hand_off in cell.hand_offs]
    return Tally(
        sum(state != "not_expected" for state in states),
        sum(state in ARRIVED for state in states),
        sum(any(cell.state == "late" for cell in cells) for cells in found),
        sum("errors" in marks_of(cells) for cells in found),
        sum("edited" in marks_of(cells) for cells in found),
        sum(hand_off.new for hand_off in arrived),
        sum(hand_off.doubles for hand_off in arrived),
    )


def reminders(matrix: Matrix, month: str) -> list[Reminder]:
    """List the prisons that owe something of *month*, each with all it owes of the year up to then."""
    found = []
    for prison in matrix.prisons:
        if _owes(matrix.cells[prison, month]):
            cells = [cell for at in matrix.months if at <= month for cell in matrix.cells[prison, at]]
            missing = tuple(cell for cell in cells if cell.state == "missing")
            rejected = tuple(hand_off for cell in cells for hand_off in cell.newest if hand_off.rejected)
            found.append(Reminder(prison, missing, rejected))
    return found


def _owes(cells: Cells) -> bool:
    return any(cell.state == "missing" or "errors" in cell.marks for cell in cells)


def _month_before(day: dt.date) -> str:
    return f"{day.replace(day=1) - dt.timedelta(days=1):%Y-%m}"
