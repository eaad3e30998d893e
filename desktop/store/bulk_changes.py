"""One change to many records: foreseen record by record, made together or not at all, and taken back together."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.registers.kinds import Value
from desktop.registers.problems import AppError, Problem
from desktop.registers.register import Field, Register
from desktop.registers.rules import LinesOf, Row
from desktop.registers.states import DRAFT, VOID
from desktop.store.driver import transaction
from desktop.store.records import Records

# What may become of a record: it is changed, has the value already, is not this station's to change, or would not be valid.
CHANGED, SAME, LOCKED, NOT_VALID = "changed", "same", "locked", "not_valid"

# Told after each record how many are done; it may raise AppError, and then nothing is kept.
Tell = Callable[[int, int], None]
# What a change came to: the uid of each record to the revision it got.
Made = dict[str, int]


def silent(_done: int, _of: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Foreseen:
    """What becomes of one record: its *old* value, and the *problem* that keeps it from being changed."""

    uid: str
    number: str
    revision: int
    old: Value
    outcome: str
    problem: Problem | None = None


def changeable(register: Register, day: str) -> list[Field]:
    """List the fields that many records may get one value of: typed ones that name nobody and tell no record from another.

    A field that is retired on *day* is not asked any more.
    """
    apart = {*register.unique, register.counts_on}
    return [
        f for f in register.fields
        if not (f.value or f.identifies or f.name in apart or (f.until and f.until < day))
    ]  # fmt: skip


def foresee(records: Records, uids: Sequence[str], name: str, value: Value, tell: Tell = silent) -> list[Foreseen]:
    """Tell of each record what the value of a field would make of it; nothing is written."""
    found = []
    for done, (record, lines) in enumerate(_each(records, uids), 1):
        outcome, problem = _outcome(records, record, lines, name, value)
        found.append(Foreseen(record["uid"], record["number"], record["revision"], record.get(name), outcome, problem))
        tell(done, len(uids))
    return found


def _outcome(records: Records, record: Row, lines: LinesOf, name: str, value: Value) -> tuple[str, Problem | None]:
    if is_locked(records, record):
        return LOCKED, None
    if record.get(name) == value and name not in _unread(record):
        return SAME, None
    if record["state"] == DRAFT:
        return CHANGED, None
    reasons = json.loads(record.get("reasons") or "{}")
    problems = records.judge(record | {name: value}, {key: [dict(row) for row in rows] for key, rows in lines.items()}).problems
    wrong = next((p for p in problems if p.severity == "error" or p.key not in reasons), None)
    return (NOT_VALID, wrong) if wrong else (CHANGED, None)


def is_locked(records: Records, record: Mapping[str, Any]) -> bool:
    """Tell whether a record may only be read here: it is void, or another prison's."""
    return bool(record["state"] == VOID or record["prison"] != records.zone.station.prison)


def change_all(records: Records, foreseen: Sequence[Foreseen], name: str, value: Value, why: str, tell: Tell = silent) -> Made:
    """Give every record that can be changed the value, with one reason; all of them or, where anything fails, none.

    Raises AppError where one was changed by somebody else since it was foreseen.
    """
    wanted = {one.uid: one.revision for one in foreseen if one.outcome == CHANGED}
    made: Made = {}
    with transaction(records.zone.connection):
        for record, lines in _each(records, list(wanted)):
            if record["revision"] != wanted[record["uid"]]:
                raise AppError("bulk.changed_meanwhile", number=record["number"])
            unread = {key: text for key, text in _unread(record).items() if key != name}
            is_ready = record["state"] != DRAFT
            saved = records.save(dict(record) | {name: value}, lines, ready=is_ready, unread=unread, why=why)
            if not saved.kept:
                raise AppError("bulk.changed_meanwhile", number=record["number"])
            made[record["uid"]] = saved.record["revision"]
            tell(len(made), len(wanted))
    return made


def void_all(records: Records, uids: Sequence[str], reason: str, why: str, tell: Tell = silent) -> Made:
    """Make void every record of *uids* that may be, with one reason; all of them or none."""
    made: Made = {}
    with transaction(records.zone.connection):
        for done, (record, _) in enumerate(_each(records, uids), 1):
            if not is_locked(records, record):
                made[record["uid"]] = records.void(record["uid"], reason, why)["revision"]
            tell(done, len(uids))
    return made


def bring_back_all(records: Records, uids: Sequence[str], why: str, tell: Tell = silent) -> Made:
    """Bring void records of this prison back to what they were before, with one reason; all of them or none.

    What is not valid by today's rules comes back as a draft.
    """
    made: Made = {}
    with transaction(records.zone.connection):
        for done, (record, _) in enumerate(_each(records, uids), 1):
            if record["state"] == VOID and record["prison"] == records.zone.station.prison:
                made[record["uid"]] = _brought_back(records, record, why)
            tell(done, len(uids))
    return made


def _brought_back(records: Records, record: Row, why: str) -> int:
    uid, before = record["uid"], record["revision"] - 1
    was_ready = records.past(uid, before)[0].get("state") != DRAFT
    saved = records.restore(uid, before, why, ready=was_ready)
    if not saved.kept:
        saved = records.restore(uid, before, why, ready=False)
    return int(saved.record["revision"])


def undo_all(records: Records, made: Made, why: str | None = None) -> int:
    """Take back one change to many records, all of them or none; give their number.

    Raises AppError where one was changed or handed off since.
    """
    with transaction(records.zone.connection):
        for record, _ in _each(records, list(made)):
            if record["revision"] != made[record["uid"]]:
                raise AppError("bulk.changed_since", number=record["number"])
            if not records.undo(record["uid"], why).kept:
                raise AppError("bulk.not_undone", number=record["number"])
    return len(made)


def _unread(record: Row) -> dict[str, str]:
    """Give the texts of a draft that could not be read as values."""
    return dict(json.loads(record.get("extra") or "{}").get("unread", {}))


def _each(records: Records, uids: Sequence[str]) -> Iterator[tuple[Row, LinesOf]]:
    """Read records in the order of *uids*, some hundred at a time."""
    for start in range(0, len(uids), 500):
        part = uids[start : start + 500]
        stored = records.stored(part)
        yield from ((stored[uid].record, stored[uid].lines) for uid in part if uid in stored)
