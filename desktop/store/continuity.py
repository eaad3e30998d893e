"""The care of persons that must go on after their release, as the records tell it, and the few things written from its page."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.registers.continuity import Continuity, Release, Step, persons
from desktop.registers.problems import AppError
from desktop.registers.register import TODAY, Register
from desktop.registers.rules import LinesOf, Row
from desktop.registers.states import DRAFT, VOID
from desktop.store.records import Records, Saved
from desktop.store.zone import Zone


@dataclass(frozen=True)
class Course:
    """One course of care: whose it is, how far its release is prepared, and what became of the person afterwards.

    *line* is the uid of the line that tells of the release, "" where nobody has written one; *done* names the steps that are
    ready. *expected_on* and *left_on* are those of the person, who *is_free* when leaving was a release.
    """

    register: str
    uid: str
    number: str
    person: str
    person_uid: str
    goes_on: bool
    expected_on: str
    left_on: str
    is_free: bool
    line: str
    leaves_on: str
    is_arrived: bool
    is_settled: bool
    done: frozenset[str]
    broken_on: str
    lost_on: str


def caring(zone: Zone) -> list[Register]:
    """List the registers of *zone* that tell of care which must go on after release."""
    return [register for register in zone.registers if register.continuity]


def courses(zone: Zone, register: Register, uid: str = "") -> list[Course]:
    """List the courses of care that *register* tells of in this prison, or the one of the record *uid*."""
    told = register.continuity
    release = persons(register, zone.definitions.registers).release if told else None
    if told is None or release is None:
        return []
    rows = zone.select(_sql(zone, register, told, release), [zone.station.prison, VOID, uid, told.lost_after or None])
    # Of several releases the last that was written counts.
    return list({row["_uid"]: _course(register.name, told, row) for row in rows}.values())


def holding(zone: Zone, register: Register, uid: str, claims: Sequence[str]) -> list[bool]:
    """Tell which of *claims*, SQL over the record *uid* and the line of its release, hold."""
    told = register.continuity
    release = persons(register, zone.definitions.registers).release if told else None
    if told is None or release is None:
        return [False] * len(claims)
    rows = zone.select(_sql(zone, register, told, release, claims), [zone.station.prison, VOID, uid, told.lost_after or None])
    if not rows:
        raise AppError("continuity.gone")
    return [bool(rows[-1][f"_claim_{place}"]) for place in range(len(claims))]


def _sql(zone: Zone, register: Register, told: Continuity, release: Release, claims: Sequence[str] = ()) -> str:
    lines, people = register.lines_by_name[told.lines], persons(register, zone.definitions.registers)
    subqueries = ", ".join(
        f"{table.name} as (select record, position, uid as _line, {_named(table)} from {zone.plain(table)})"
        for table in register.lines
    )
    asked = {f"_step_{place}": step.done for place, step in enumerate(told.steps)}
    asked |= {f"_claim_{place}": claim for place, claim in enumerate(claims)}
    answers = "".join(f", coalesce(({claim}), 0) as {name}" for name, claim in asked.items())
    since = told.interrupted_since or "null"
    return (
        f"with {subqueries} select uid as _uid, _number, _person, _person_uid, _expected, _left, _free,"
        f" coalesce(({told.goes_on}), 0) as _goes_on, {since} as _since, date({since}, ?4) as _lost,"
        f" {lines.name}._line as _line, {told.leaves_on} as _leaves, coalesce(({told.arrived}), 0) as _arrived,"
        f" coalesce(({told.settled}), 0) as _settled{answers}"
        f" from (select uid, number as _number, state as _state, prison as _own, {_named(register)} from {zone.plain(register)})"
        f" as {register.name} join (select number as _person, uid as _person_uid, {release.expected_on} as _expected,"
        f" {release.left_on} as _left, ({release.free}) as _free from {zone.plain(people)}) as _people"
        f" on {told.person} = _person"
        f" left join {lines.name} on {lines.name}.record = {register.name}.uid and ({told.leaves})"
        f" where _own = ?1 and _state <> ?2 and ?3 in ('', uid) order by _number, {lines.name}.position"
    )


def _named(table: Any) -> str:
    return ", ".join(f'"{f.name}"' for f in table.fields)


def _course(register: str, told: Continuity, row: Mapping[str, Any]) -> Course:
    return Course(
        register, row["_uid"], row["_number"], row["_person"], row["_person_uid"], bool(row["_goes_on"]),
        row["_expected"] or "", row["_left"] or "", bool(row["_free"]), row["_line"] or "", row["_leaves"] or "",
        bool(row["_arrived"]), bool(row["_settled"]),
        frozenset(step.name for place, step in enumerate(told.steps) if row["_line"] and row[f"_step_{place}"]),
        row["_since"] or "", row["_lost"] or "",
    )  # fmt: skip


# What is written


def begin(records: Records, course: Course, why: str) -> Saved:
    """Begin the release of *course*: a line of its own, on the day it is expected. Raises AppError."""
    told = _told(records)
    is_known = len(course.expected_on) == len("2013-03-28")
    day = course.expected_on if is_known else records.zone.today.isoformat()
    record, lines = records.read(course.uid)
    lines.setdefault(told.lines, []).append({told.leaves_on: day} | _filled(told.begins, records.zone.today))
    return _save(records, record, lines, why)


def tick(records: Records, course: Course, step: Step, why: str, *, done: bool) -> Saved:
    """Write down that *step* of a release is ready, or not after all. Raises AppError."""
    record, lines = records.read(course.uid)
    line = _line(records, lines, course)
    for name, code in step.ticks.items():
        codes = [one for one in str(line.get(name) or "").split() if one != code]
        line[name] = " ".join([*codes, code] if done else codes) or None
    return _save(records, record, lines, why)


def confirm(records: Records, course: Course, why: str) -> Saved:
    """Write down that the person of *course* has arrived and goes on with the care. Raises AppError."""
    record, lines = records.read(course.uid)
    _line(records, lines, course).update(_filled(_told(records).confirms, records.zone.today))
    return _save(records, record, lines, why)


def tries(records: Records, course: Course) -> list[Row]:
    """Give the lines that tell what was tried to find the person of *course*, oldest first."""
    name = _told(records).tries
    return records.read(course.uid)[1].get(name, []) if name else []


def _told(records: Records) -> Continuity:
    told = records.register.continuity
    assert told is not None  # noqa: S101 - a course is of such a register only
    return told


def _line(records: Records, lines: LinesOf, course: Course) -> Row:
    found = [row for row in lines.get(_told(records).lines, []) if row["uid"] == course.line]
    if not found:
        raise AppError("continuity.changed", number=course.number)
    return found[0]


def _filled(values: Mapping[str, Any], today: dt.date) -> Row:
    return {name: today.isoformat() if value == TODAY else value for name, value in values.items()}


def _save(records: Records, record: Row, lines: LinesOf, why: str) -> Saved:
    """Save what the page changed; its reason explains what only deserves a warning, and what is wrong makes it a draft."""
    reasons = json.loads(record.get("reasons") or "{}")
    warned = [p.key for p in records.judge(dict(record), lines).problems if p.severity == "warning"]
    record["reasons"] = json.dumps(dict.fromkeys(warned, why) | reasons, ensure_ascii=False) if warned or reasons else None
    if record["state"] != DRAFT and (saved := records.save(record, lines, ready=True, why=why)).kept:
        return saved
    return records.save(record, lines, ready=False, unread=_unread(record), why=why)


def _unread(record: Row) -> Mapping[str, str]:
    unread: Mapping[str, str] = json.loads(record.get("extra") or "{}").get("unread") or {}
    return unread
