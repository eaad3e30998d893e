"""What waits for the person of an open vault: counted register by register, each by queries that an index answers.

Nothing here is kept: it is read when somebody arrives, so it never disagrees with the records.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.registers.kinds import MILLIONTHS
from desktop.registers.register import Lines, Register
from desktop.registers.reminders import Reminder, referred
from desktop.registers.states import DRAFT, READY, VOID
from desktop.store import arrivals
from desktop.store.questions import ANSWERED, OPEN

if TYPE_CHECKING:
    from desktop.store.records import Records
    from desktop.store.vault import Vault
    from desktop.store.zone import Zone

# What a person does with a record; what a merge or a hand-off does with thousands is no work on one.
_TOUCHED = ("new", "change", "void", "restore", "undo", "view")
# A merge may write as many events as this: nobody looks further back for what was worked on last.
_LOOK_BACK = 5_000


@dataclass(frozen=True)
class Counts:
    """A register in numbers: the records of a month, all drafts, and the ready ones that stand in spite of a warning."""

    month: int
    drafts: int
    warned: int


@dataclass(frozen=True)
class MonthDue:
    """The month that is to be handed off of a zone: the last day for it, what is finished for it, and what is not.

    Of a station at which nothing had happened by then none *is expected*.
    """

    zone: str
    month: str
    day: dt.date | None
    revision: int
    waiting: int
    drafts: int
    is_expected: bool

    def days_left(self, today: dt.date) -> int | None:
        """Count the days from *today* to the last one; below nought where it is past."""
        return (self.day - today).days if self.day else None


@dataclass(frozen=True)
class Recalled:
    """A record that a person is reminded of, and the day it is due as far as it is known."""

    uid: str
    number: str
    day: str


@dataclass(frozen=True)
class Touched:
    """A record that the person worked on, and when."""

    register: str
    uid: str
    at: str


def month_before(day: dt.date) -> str:
    """Give the month before that of *day*: the one which is handed off now."""
    return f"{day.replace(day=1) - dt.timedelta(days=1):%Y-%m}"


def counts(records: "Records", month: str) -> Counts:
    """Count the records of a register that happened in *month*, its drafts, and those with a warning not yet handed off."""
    table = records.register.table
    sql = (
        f"select (select count(*) from {table} where month = :month and state != :void),"
        f" (select count(*) from {table} where state = :draft),"
        f" (select count(*) from {table} where state = :ready and reasons is not null and reasons != '{{}}')"
    )
    values = {"month": month, "void": VOID, "draft": DRAFT, "ready": READY}
    return Counts(*records.zone.connection.execute(sql, values).fetchone())


def warned(records: "Records") -> list[str]:
    """List the uids of the ready records that stand in spite of a warning."""
    sql = f"select uid from {records.register.table} where state = ? and reasons is not null and reasons != '{{}}' order by id desc"
    return [row["uid"] for row in records.zone.select(sql, [READY])]


def month_due(zone: "Zone") -> MonthDue:
    """Tell how the hand-off of last month stands in a prison's *zone*."""
    month, day = month_before(zone.today), arrivals.due_day(zone)
    of_state = {state: sum(zone.records(register.name).count(state) for register in zone.registers) for state in (READY, DRAFT)}
    deadline = arrivals.deadline(month, day) if day else None
    return MonthDue(
        zone.name, month, deadline, zone.sent_revision(month), of_state[READY], of_state[DRAFT], _has_begun(zone, month)
    )


def _has_begun(zone: "Zone", month: str) -> bool:
    """Tell whether anything is kept of *month* or before, or was ever handed off."""
    parts = [f"select 1 from {register.table} where month <= :month" for register in zone.registers]
    sql = f"select exists ({' union all '.join(parts)} union all select 1 from sent) as it_has"
    return bool(zone.connection.execute(sql, {"month": month}).fetchone()[0])


def questions_waiting(zone: "Zone") -> int:
    """Count the questions that wait here: in a prison for an answer, at headquarters for somebody to read the answer."""
    state = ANSWERED if zone.station.is_headquarters else OPEN
    return int(zone.select("select count(*) as n from questions where state = ?", [state])[0]["n"])


def missing(vault: "Vault") -> tuple[str, int]:
    """Give the month that headquarters expects now, and how many prisons owe something of it though its day is past."""
    zones = [vault.zone(name) for name in vault.zones]
    today = max(zone.today for zone in zones)
    month = month_before(today)
    year, prisons = int(month[:4]), vault.definitions.codes["prisons"]
    reckoned = [
        arrivals.reckon(zone.name, year, arrivals.hand_offs(zone, year), prisons, today, arrivals.due_day(zone))
        for zone in zones
    ]
    matrix = arrivals.together(year, reckoned)
    return month, sum(arrivals.state_of(matrix.cells[prison, month]) == "missing" for prison in matrix.prisons)


# Reminders


def recalled(zone: "Zone", register: Register, reminder: Reminder, most: int = -1) -> list[Recalled]:
    """List the records of this prison that *reminder* speaks of, the most urgent first.

    Headquarters is reminded of none: the person to be looked after is not there.
    """
    if zone.station.is_headquarters:
        return []
    own = _named(register.name)
    sql = (
        f"{_readable(zone, register)} select uid as _uid, _number, ({reminder.day}) as _day from {own}"
        f" where _state != ? and _prison = ? and ({reminder.when}) order by _day is null, _day, _number limit ?"
    )
    rows = zone.select(sql, [VOID, zone.station.prison, most])
    return [Recalled(row["_uid"], row["_number"], row["_day"] or "") for row in rows]


def _readable(zone: "Zone", register: Register) -> str:
    """Name the record, its lines and the records it refers to as the SQL of a reminder does, for an index to find them."""
    header = f'uid, number as _number, state as _state, prison as _prison, "{register.counts_on}" as counted_on'
    tables: dict[str, tuple[str, Register | Lines]] = {register.name: (header, register)}
    tables |= {lines.name: ("record, position as line", lines) for lines in register.lines}
    tables |= {other.name: ("uid, number", other) for other in referred(register, zone.definitions.registers)}
    read = [f"{_named(name)} as not materialized (select {header}{_columns(table)} from main.{table.table})"
            for name, (header, table) in tables.items()]  # fmt: skip
    return f"with {', '.join(read)}"


def _columns(table: Register | Lines) -> str:
    """Give the fields of *table* as rules see them: decimals in the field's own unit."""
    shown = (f'"{f.name}" / {MILLIONTHS}.0 as "{f.name}"' if f.kind_name == "decimal" else f'"{f.name}"' for f in table.fields)
    return "".join(f", {column}" for column in shown)


def _named(name: str) -> str:
    return f'"{name}"'


# What was worked on


def touched(vault: "Vault", most: int) -> list[Touched]:
    """List the records that this person worked on last, newest first; a record once, and of open zones only."""
    found = sorted(
        (one for zone in vault.zones for one in _touched(vault.zone(zone), most)), key=lambda one: one.at, reverse=True
    )
    return found[:most]


def _touched(zone: "Zone", most: int) -> Iterator[Touched]:
    marks = ", ".join("?" * len(_TOUCHED))
    sql = (
        f"select register, uid, at from history where person = ? and uid is not null and action in ({marks})"
        " and seq > (select coalesce(max(seq), 0) from history) - ? order by seq desc"
    )
    seen: set[str] = set()
    for row in zone.connection.execute(sql, [zone.person, *_TOUCHED, _LOOK_BACK]):
        if len(seen) == most:
            return
        if row["uid"] not in seen and row["register"] in {register.name for register in zone.registers}:
            seen.add(row["uid"])
            yield Touched(row["register"], row["uid"], row["at"])
