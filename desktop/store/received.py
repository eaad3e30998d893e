"""Hand-offs received at headquarters: merged with what was decided about them, listed, and taken back as a whole.

Taking a merge back puts every record to what it was before, by its history, to which this is added as further events.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from desktop.registers.labels import Label
from desktop.registers.messages import message
from desktop.registers.problems import AppError
from desktop.registers.register import Register
from desktop.store import questions
from desktop.store.driver import transaction
from desktop.store.history import Event, append, event_of, now
from desktop.store.records import Incoming, Records
from desktop.store.revisions import content

if TYPE_CHECKING:
    from desktop.store.zone import Zone

# The revision of the event that takes a record out again: it never had one before this merge.
TAKEN_OUT = 0

# What neither a merge nor the history changes in a record.
_MADE = ("created_at", "created_by", "changed_by")

# So many records are put back in one go.
_BATCH = 500

_COLUMNS = (
    "check_number", "prison", "station", "month", "revision", "sequence", "previous", "file", "at", "person", "counts",
    "signature", "place", "head", "claimed",
)  # fmt: skip


@dataclass(frozen=True)
class Decision:
    """What a person decided about a file or one of its records: *about* a word of its kind, *choice* what was taken."""

    about: str
    choice: str
    why: str = ""
    register: str | None = None
    uid: str | None = None
    other: str | None = None


@dataclass(frozen=True)
class Undone:
    """What taking a merge back came to: records that are as they were before, and records that are gone again."""

    restored: int
    removed: int


@dataclass(frozen=True)
class PendingQuestion:
    """A question that a decision leaves for the prison; *uid* is always the same for the same decision."""

    uid: str
    prison: str
    station: str
    register: str
    record: str
    number: str
    revision: int
    text: Label


# Listing


def received(zone: "Zone", check_number: str = "", *, undone: bool = False) -> list[dict[str, Any]]:
    """List the hand-offs merged here that stand, or the one of *check_number*; with *undone* those taken back as well."""
    claims = ["1"] if undone else ["undone_at is null"]
    claims += ["check_number = ?"] if check_number else []
    values = [check_number] if check_number else []
    return zone.select(f"select * from received where {' and '.join(claims)} order by id", values)


def decisions(zone: "Zone", check_number: str = "") -> list[dict[str, Any]]:
    """List what was decided, about the file *check_number* or about all."""
    where, values = ("where check_number = ?", [check_number]) if check_number else ("", [])
    return zone.select(f"select * from decisions {where} order by id", values)


def pending_questions(zone: "Zone") -> list[PendingQuestion]:
    """List the questions to prisons that follow from decisions of merges that stand, and were not asked yet."""
    rows = zone.select(
        "select d.register, d.uid, d.other, f.prison, f.station from decisions as d join received as f using (check_number)"
        " where f.undone_at is null and d.about = 'double' and d.choice = 'same' order by d.id"
    )
    asked = {row["uid"] for row in zone.select("select uid from questions")}
    found = (_question(zone, row) for row in rows)
    return list({question.uid: question for question in found if question and question.uid not in asked}.values())


def _question(zone: "Zone", row: Mapping[str, Any]) -> PendingQuestion | None:
    register = zone.definitions.registers[row["register"]]
    stored = zone.records(register.name).stored([row["uid"], row["other"]])
    if row["uid"] not in stored or row["other"] not in stored:
        return None
    record, other = stored[row["uid"]].record, stored[row["other"]].record
    place = zone.definitions.codes["prisons"].codes[other["prison"]].label
    text = message("double.question", number=record["number"], other=other["number"], prison=place)
    uid = f"double.{row['uid']}.{row['other']}"
    return PendingQuestion(
        uid, row["prison"], row["station"], register.name, row["uid"], record["number"], record["revision"], text
    )


# Merging


def keep(
    zone: "Zone", note: Mapping[str, Any], incoming: Mapping[str, Iterable[Incoming]], decided: Sequence[Decision] = ()
) -> None:
    """Merge the accepted records of one hand-off and what was decided about it, in one transaction.

    *note* holds check_number, prison, station, month, revision, sequence, previous, file and counts; and where they are
    known signature, place, head, claimed, the check number that the file says it was made with, and rows, the problems of
    the rows that stayed out, for the receipt, and answers to questions.
    """
    check = note["check_number"]
    with transaction(zone.connection):
        for name, items in incoming.items():
            taken = list(items)
            _note_records(zone, check, zone.definitions.registers[name], taken)
            zone.records(name).keep_all(taken, check)
        _note_file(zone, note)
        _note_decisions(zone, check, decided)
        questions.take_answers(zone, note["prison"], note.get("answers", ()))
        told = {"counts": note["counts"], "prison": note["prison"], "check": check}
        told |= {name: note[name] for name in ("signature", "place") if note.get(name)}
        append(zone.connection, zone.person, [Event("merge_file", changes=told, why=note["file"])])


def decide(zone: "Zone", check_number: str, decided: Sequence[Decision]) -> None:
    """Write down what was decided about a file of which nothing is merged."""
    with transaction(zone.connection):
        _note_decisions(zone, check_number, decided)


def _note_file(zone: "Zone", note: Mapping[str, Any]) -> None:
    """Write the file down; one that was taken back and comes again stands again."""
    counts = note["counts"] | ({"rows": note["rows"]} if note.get("rows") else {})
    known = {"counts": json.dumps(counts, ensure_ascii=False), "at": now(), "person": zone.person}
    again = ("file", "at", "person", "counts", "signature", "place", "head")
    updates = ", ".join(f"{name} = excluded.{name}" for name in again)
    zone.connection.execute(
        f"insert into received ({', '.join(_COLUMNS)}) values ({', '.join('?' * len(_COLUMNS))})"
        f" on conflict (check_number) do update set {updates}, undone_at = null, undone_by = null, undone_why = null"
        " where undone_at is not null",
        [{**note, **known}.get(name) for name in _COLUMNS],
    )


def _note_records(zone: "Zone", check: str, register: Register, items: Sequence[Incoming]) -> None:
    """Write down which revision of each record comes, and which one it replaces."""
    before = zone.records(register.name).stored([item.record["uid"] for item in items])
    rows = []
    for item in items:
        uid = item.record["uid"]
        old = before[uid].record if uid in before else {}
        rows.append((check, register.name, uid, item.record["revision"], old.get("revision"), old.get("changed_at")))
    zone.connection.executemany(
        "insert into received_records values (?, ?, ?, ?, ?, ?)"
        " on conflict (check_number, register, uid) do update set revision = excluded.revision",
        rows,
    )


def _note_decisions(zone: "Zone", check: str, decided: Sequence[Decision]) -> None:
    at = now()
    zone.connection.executemany(
        "insert into decisions (check_number, register, uid, about, choice, why, at, person, other)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(check, d.register, d.uid, d.about, d.choice, d.why or None, at, zone.person, d.other) for d in decided],
    )
    events = [
        Event("decision", d.register, d.uid, changes={"about": d.about, "choice": d.choice, "check": check, "other": d.other},
              why=d.why or None)
        for d in decided
    ]  # fmt: skip
    append(zone.connection, zone.person, events)


# Taking back


def undo(zone: "Zone", check_number: str, why: str) -> Undone:
    """Take the merge of the file *check_number* back: its records are again what they were before it, new ones are gone.

    Raises AppError without a reason, where no such merge stands, or where something later changed one of its records.
    """
    if not why.strip():
        raise AppError("unmerge.why_needed")
    rows = received(zone, check_number)
    if not rows:
        raise AppError("unmerge.unknown", check=check_number)
    with transaction(zone.connection):
        undone = [_put_back(zone, register, rows[0], why) for register in zone.registers]
        questions.close_lost(zone)
        zone.connection.execute("delete from received_records where check_number = ?", (check_number,))
        zone.connection.execute(
            "update received set undone_at = ?, undone_by = ?, undone_why = ? where check_number = ?",
            (now(), zone.person, why, check_number),
        )
        total = Undone(sum(one.restored for one in undone), sum(one.removed for one in undone))
        told = {"check": check_number, "prison": rows[0]["prison"], "restored": total.restored, "removed": total.removed}
        append(zone.connection, zone.person, [Event("merge_undone", changes=told, why=why)])
    return total


def _put_back(zone: "Zone", register: Register, file: Mapping[str, Any], why: str) -> Undone:
    rows = zone.select(
        "select h.*, r.changed_at as was_changed_at from history as h join received_records as r using (uid)"
        " where r.check_number = ? and r.register = ? and h.revision is not null order by h.uid, h.seq",
        (file["check_number"], register.name),
    )
    events = [_standing(list(group)) for _, group in groupby(rows, key=lambda row: row["uid"])]
    _check_last(zone, file, [of_record[-1] for of_record in events])
    before = [_before(register, of_record, file["check_number"]) for of_record in events]
    for start in range(0, len(before), _BATCH):
        _write_back(zone.records(register.name), before[start : start + _BATCH], why)
    removed = sum(item.record["revision"] == TAKEN_OUT for item in before)
    return Undone(len(before) - removed, removed)


def _standing(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out the merges of a record that were taken back, the events that did it, and what was asked at the end."""
    found: list[dict[str, Any]] = []
    for row in rows:
        if row["action"] != "merge_undone":
            found.append(row)
            continue
        check = found[-1]["why"]
        while found and found[-1]["action"] == "merge" and found[-1]["why"] == check:
            found.pop()
    while found[-1]["action"] in questions.EVENTS:
        found.pop()
    return found


def _check_last(zone: "Zone", file: Mapping[str, Any], last: Sequence[Mapping[str, Any]]) -> None:
    """Refuse where something came to one of the records after this merge: that would be lost with it."""
    later = [row for row in last if (row["action"], row["why"]) != ("merge", file["check_number"])]
    numbers = {row["why"] for row in later if row["action"] == "merge"}
    files = [other["file"] for other in reversed(received(zone)) if other["check_number"] in numbers]
    if files:
        raise AppError("unmerge.later_file", file=file["file"], n=len(later), others=", ".join(files))
    if later:
        raise AppError("unmerge.later_change", file=file["file"], n=len(later))


def _before(register: Register, rows: Sequence[dict[str, Any]], check: str) -> Incoming:
    """Put a record together as it was before the merge *check*, which made the last of its events; empty for not there."""
    earlier = list(rows)
    while earlier and (earlier[-1]["action"], earlier[-1]["why"]) == ("merge", check):
        earlier.pop()
    own = {"uid": rows[0]["uid"], "changed_at": rows[0]["was_changed_at"]}
    if not earlier:
        return Incoming(own | {"revision": TAKEN_OUT}, {})
    record, lines = content(register, [event_of(row) for row in earlier])
    return Incoming(record | own | {"revision": earlier[-1]["revision"]}, lines)


def _write_back(records: Records, before: Sequence[Incoming], why: str) -> None:
    stored = records.stored([item.record["uid"] for item in before])
    pairs = []
    for item in before:
        now_is = stored[item.record["uid"]]
        pairs.append((now_is, Incoming(item.record | {name: now_is.record[name] for name in _MADE}, item.lines)))
    records.take_back(pairs, why)
