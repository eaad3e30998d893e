"""The roll of a course: who takes part, on which days, and who was there; kept as the lines of its record."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop.registers.problems import AppError
from desktop.registers.register import Register
from desktop.registers.rolls import Roll
from desktop.registers.rules import LinesOf, Row
from desktop.registers.states import DRAFT
from desktop.store.records import Records, Saved

# A course is not longer than this; a slip in its dates may well be.
MOST_DAYS = 100

Marks = Mapping[tuple[str, dt.date], str]


@dataclass(frozen=True)
class Person:
    """Somebody who takes part: *code* tells who, *name* only where it is known here."""

    code: str
    name: str
    unit: str
    line: Row


@dataclass(frozen=True)
class RollCall:
    """The people of a record, its days, and the marks of each person on each day."""

    record: Row
    people: Sequence[Person]
    days: Sequence[dt.date]
    marks: Marks


def roll_of(register: Register) -> Roll:
    """Give how *register* calls the roll, which it must declare."""
    assert register.roll is not None  # noqa: S101 - asked only of a register that declares it
    return register.roll


def read_roll_call(records: Records, uid: str) -> RollCall:
    """Read the roll of a record. Raises AppError where it has nobody, or no days that could be marked."""
    record, lines = records.read(uid)
    roll = roll_of(records.register)
    people = [
        Person(row[roll.code], row[roll.name] or "", str(row[roll.unit] or ""), row)
        for row in lines.get(roll.people, [])
        if row[roll.code]
    ]
    if not people:
        raise AppError("roll.nobody", label=records.register.lines_by_name[roll.people].label)
    marks = {
        (row[roll.of], dt.date.fromisoformat(row[roll.on])): row[roll.mark]
        for row in lines.get(roll.marks, [])
        if row[roll.of] and row[roll.on] and row[roll.mark]
    }
    return RollCall(record, people, _days(record, roll), marks)


def _days(record: Row, roll: Roll) -> list[dt.date]:
    first, last = (dt.date.fromisoformat(record[name]) if record[name] else None for name in (roll.first, roll.last))
    if first is None or last is None or not 0 <= (last - first).days < MOST_DAYS:
        raise AppError("roll.no_days", most=MOST_DAYS)
    return [first + dt.timedelta(days=place) for place in range((last - first).days + 1)]


def attended(roll: Roll, marks: Marks) -> Counter[str]:
    """Count the days that each person was there, by the code."""
    return Counter(code for (code, _), mark in marks.items() if mark in roll.counts)


def keep_roll_call(records: Records, call: RollCall, marks: Marks, why: str | None = None) -> Saved:
    """Keep *marks* instead of those of *call*, with the days that each person attended, in one change of the record.

    A record that was finished stays so unless it has problems now: then it is kept as a draft, so that no mark is lost. The
    number of days is left alone of whoever has no mark at all. Raises AppError where the record was changed meanwhile.
    """
    record, lines = records.read(call.record["uid"])
    if record["revision"] != call.record["revision"]:
        raise AppError("roll.changed_meanwhile")
    roll = roll_of(records.register)
    changed = dict(lines) | {roll.marks: _marked(roll, lines, marks), roll.people: _counted(roll, lines, marks)}
    if record["state"] != DRAFT:
        saved = records.save(record, changed, ready=True, why=why)
        if saved.kept:
            return saved
    return records.save(record, changed, ready=False, why=why)


def _marked(roll: Roll, lines: LinesOf, marks: Marks) -> list[Row]:
    """Write the marks as lines, person by person; one that stays keeps whatever else its line says."""
    before = {(row[roll.of], row[roll.on]): row for row in lines.get(roll.marks, [])}
    found: list[Row] = []
    for (code, day), mark in marks.items():
        old = before.get((code, day.isoformat()))
        stays = old is not None and old[roll.mark] == mark
        found.append(dict(old) if old and stays else {roll.of: code, roll.on: day.isoformat(), roll.mark: mark})
    unread = [dict(row) for row in lines.get(roll.marks, []) if not (row[roll.of] and row[roll.on] and row[roll.mark])]
    return sorted(found, key=lambda row: (row[roll.of], row[roll.on])) + unread


def _counted(roll: Roll, lines: LinesOf, marks: Marks) -> list[Row]:
    days, marked = attended(roll, marks), {code for code, _ in marks}
    return [
        dict(row) | ({roll.attended: days[row[roll.code]]} if row[roll.code] in marked else {})
        for row in lines.get(roll.people, [])
    ]
