"""The records of one register: judged, numbered, saved with their history, listed and searched."""

import json
import secrets
import time
import uuid
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from desktop.registers import texts
from desktop.registers.folding import fold, swap_layout
from desktop.registers.kinds import Value
from desktop.registers.labels import LANGUAGES
from desktop.registers.messages import message
from desktop.registers.problems import AppError, Problem
from desktop.registers.register import Register
from desktop.registers.rules import Judge, Judgement, LinesOf, Row, drop_idle_defaults
from desktop.registers.states import DRAFT, HANDED_OFF, QUERIED, READY, SUBMITTED, VOID
from desktop.store.driver import transaction
from desktop.store.history import Event, append, now, of_record
from desktop.store.revisions import KEPT, content, differences, differences_of_lines
from desktop.store.schema import LINE, RECORD, words_table

if TYPE_CHECKING:
    from desktop.store.zone import Zone


# What a person takes back with `undo`: each made the revision that is taken back.
_UNDONE = ("new", "change", "void", "restore", "undo")
# The code of void_reasons for a record that should never have been: it is what undoing its making comes to.
_MISTAKE = "ERR"


def new_uid() -> str:
    """Make an identifier that is never changed or used again (UUID version 7, RFC 9562)."""
    milliseconds = time.time_ns() // 1_000_000
    raw = bytearray(milliseconds.to_bytes(6, "big") + secrets.token_bytes(10))
    raw[6] = raw[6] & 0x0F | 0x70
    raw[8] = raw[8] & 0x3F | 0x80
    return str(uuid.UUID(bytes=bytes(raw)))


@dataclass(frozen=True)
class Saved:
    """What a save came to: *kept* is False where problems keep the record from being ready, and nothing was written."""

    kept: bool
    record: Row
    lines: LinesOf
    judgement: Judgement


@dataclass(frozen=True)
class Filter:
    """Which records a list shows, and in which order.

    *text* is searched; *month* may be a whole year; *where* holds values of fields, those of lines as `lines.field`; *without*
    are states left out.
    """

    text: str = ""
    month: str = ""
    states: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    where: Mapping[str, Value] = field(default_factory=dict)
    order: str = ""
    descending: bool = True


@dataclass(frozen=True)
class Incoming:
    """A record as another station made it, to be kept as it is: header, fields and lines."""

    record: Row
    lines: LinesOf


class Records:
    """The records of one register in an open zone."""

    def __init__(self, zone: "Zone", register: Register) -> None:
        """Bind *register* to the file it is kept in."""
        self.zone, self.register = zone, register
        self._connection = zone.connection
        self._judge = Judge(register, zone.definitions.codes, zone.today)

    # Judging

    def blank(self) -> Row:
        """Give a new record with the defaults its declaration names."""
        row: Row = {f.name: f.default for f in self.register.fields if f.default is not None}
        for name, value in row.items():
            if value == "today":
                row[name] = self.zone.today.isoformat()
        return row

    def judge(self, record: Row, lines: LinesOf) -> Judgement:
        """Judge *record* by its rules and by the other records, filling in its computed fields."""
        self._judge.today = self.zone.today
        texts.mend(record, lines)
        judgement = self._judge.judge(record, lines)
        remarks = self.zone.definitions.header.by_name["remarks"]
        judgement.problems += texts.problems(self.register, remarks, record, lines)
        judgement.problems += [*self._not_unique(record), *self._missing_references(record, lines)]
        return judgement

    def judge_all(self, records: Sequence[tuple[Row, LinesOf]]) -> list[Judgement]:
        """Judge many records by their rules alone, filling in computed fields."""
        self._judge.today = self.zone.today
        return self._judge.judge_all(records)

    def _not_unique(self, record: Row) -> Iterable[Problem]:
        names = self.register.unique
        if not names or any(record.get(name) is None for name in names):
            return
        same = " and ".join(f'"{name}" = ?' for name in names)
        sql = f"select number from {self.register.table} where {same} and prison = ? and state != ? and uid != ?"
        prison = record.get("prison") or self.zone.station.prison
        values = [*(record[name] for name in names), prison, VOID, record.get("uid") or ""]
        if other := self._connection.execute(sql, values).fetchone():
            yield Problem("unique", "error", names, message("problem.not_unique", number=other["number"]))

    def _missing_references(self, record: Row, lines: LinesOf) -> Iterable[Problem]:
        for table in self.register.tables:
            fields = [f for f in table.fields if f.register]
            rows = [record] if table is self.register else lines.get(table.name, [])
            for place, row in enumerate(rows if fields else ()):
                for f in fields:
                    if row.get(f.name) and not self.zone.describe(f.register, str(row[f.name])):
                        text = message("problem.no_such_record", number=row[f.name])
                        name = "" if table is self.register else table.name
                        yield Problem(f"{f.name}.reference", "error", (f.name,), text, name, place)

    # Writing

    def save(
        self, record: Row, lines: LinesOf, *, ready: bool, unread: Mapping[str, str] | None = None, why: str | None = None
    ) -> Saved:
        """Save *record* with its *lines*: as a draft whatever its problems, or as ready where nothing is wrong.

        Warnings stand where `record["reasons"]` (JSON: problem key to reason) explains them. *unread* keeps texts of a
        draft that could not be read as values. Raises AppError where a handed-off record is changed without *why*.
        """
        return self._save(record, lines, ready=ready, unread=unread, why=why)

    def _save(
        self, record: Row, lines: LinesOf, *, ready: bool, unread: Mapping[str, str] | None, why: str | None,
        action: str = "change",
    ) -> Saved:  # fmt: skip
        record, lines = dict(record), {name: [dict(row) for row in rows] for name, rows in lines.items()}
        unread = {name: texts.mended(text) for name, text in unread.items()} if unread else None
        why = texts.mended(why) if why else why
        judgement = self.judge(record, lines)
        if drop_idle_defaults(self.register, record, lines, judgement):
            judgement = self.judge(record, lines)
        reasons = json.loads(record.get("reasons") or "{}")
        unexplained = [p for p in judgement.problems if p.severity == "warning" and p.key not in reasons]
        if ready and (judgement.has_errors or unexplained or unread):
            return Saved(False, record, lines, judgement)
        record["extra"] = self._with_unread(record.get("extra"), unread)
        with transaction(self._connection):
            before = self._read(record.get("uid"))
            if before and before[0]["state"] not in (DRAFT, READY) and not why and action != "undo":
                raise AppError("record.why_needed", number=before[0]["number"])
            self._stamp(record, before[0] if before else None, READY if ready else DRAFT)
            changes = self._changes(before, record, lines)
            if changes:
                self._write(record, lines, before, changes, action if before else "new", why)
            elif before:
                record, lines = dict(before[0]), before[1]
            # Another new record may have been left unfinished.
            self._connection.execute(
                "delete from drafts where register = ? and uid in (?, ?)",
                (self.register.name, record["uid"], record["uid"] if before else ""),
            )
        return Saved(True, record, lines, judgement)

    def void(self, uid: str, reason: str, why: str) -> Row:
        """Mark a record void, with a code of void_reasons and the reason in words; it stays, and no longer counts."""
        return self._void(uid, reason, why, "void")

    def _void(self, uid: str, reason: str, why: str | None, action: str) -> Row:
        with transaction(self._connection):
            before = self._existing(uid)
            record = dict(before[0])
            self._stamp(record, before[0], VOID)
            record["void_reason"] = reason
            self._write(record, before[1], before, self._changes(before, record, before[1]), action, why)
        return record

    # The past

    def past(self, uid: str, revision: int) -> tuple[Row, LinesOf]:
        """Give a record and its lines as they were at *revision*. Raises AppError where it never had that."""
        events = of_record(self._connection, uid)
        if revision not in {event["revision"] for event in events}:
            raise AppError("record.no_such_revision", revision=revision)
        return content(self.register, [event for event in events if (event["revision"] or 0) <= revision])

    def restore(self, uid: str, revision: int, why: str, *, ready: bool = True) -> Saved:
        """Give a record the content it had at *revision* again, as a change of today with its reason.

        Like `save`, keeps nothing where that content has problems today and *ready* is asked for. Raises AppError.
        """
        record, lines = self.past(uid, revision)
        return self._save_again(uid, record, lines, ready, why, "restore")

    def undo(self, uid: str, why: str | None = None) -> Saved:
        """Take back the last save or void of a record, as a further change; undone again, it is back.

        Taking back the making of a record voids it. Raises AppError where there is nothing to take back, or where the
        record was handed off since and *why* is missing.
        """
        events = [event for event in of_record(self._connection, uid) if event["revision"]]
        made = [place for place, event in enumerate(events) if event["action"] in (*_UNDONE, "merge")]
        if not made or events[made[-1]]["action"] == "merge":
            raise AppError("record.nothing_to_undo")
        stored = self._existing(uid)
        handed_off = any(event["action"] == "handed_off" for event in events[made[-1] :])
        if (handed_off or stored[0]["state"] in (SUBMITTED, QUERIED)) and not why:
            raise AppError("record.why_needed", number=stored[0]["number"])
        record, lines = content(self.register, events[: made[-1]])
        if record.get("state", VOID) == VOID:
            voided = self._void(uid, record.get("void_reason") or _MISTAKE, why, "undo")
            return Saved(True, voided, stored[1], Judgement())
        return self._save_again(uid, record, lines, record["state"] != DRAFT, why, "undo")

    def _save_again(self, uid: str, record: Row, lines: LinesOf, ready: bool, why: str | None, action: str) -> Saved:
        unread = json.loads(record.get("extra") or "{}").get("unread")
        return self._save(record | {"uid": uid}, lines, ready=ready, unread=unread, why=why, action=action)

    def viewed(self, uid: str) -> None:
        """Write down, once in each opening of the zone, that a person looked at a record whose views are kept."""
        self.zone.viewed(self.register.name, uid)

    def _stamp(self, record: Row, before: Row | None, state: str) -> None:
        at, person = now(), self.zone.person
        if before is None:
            record["uid"] = record.get("uid") or new_uid()
            record |= {"prison": self.zone.station.prison, "created_at": at, "created_by": person, "revision": 0}
            record["number"] = self._next_number(record)
        else:
            kept = ("uid", "number", "prison", "created_at", "created_by", "revision", "acknowledged", "hand_off")
            record |= {name: before[name] for name in kept}
        record |= {"state": state, "changed_at": at, "changed_by": person, "revision": record["revision"] + 1}
        record["month"] = (record.get(self.register.counts_on) or "")[:7] or None

    def _next_number(self, record: Row) -> str:
        year = (record.get(self.register.counts_on) or self.zone.today.isoformat())[:4]
        name = f"serial.{self.register.name}.{year}"
        row = self._connection.execute(
            "insert into settings values (?, '1') on conflict (name) do update set value = cast(value as integer) + 1"
            " returning value",
            (name,),
        ).fetchone()
        station = self.zone.station
        return self.register.number.format(prison=station.prison + station.letter, year=year, serial=int(row["value"]))

    @staticmethod
    def _with_unread(extra: str | None, unread: Mapping[str, str] | None) -> str | None:
        content = json.loads(extra or "{}")
        content.pop("unread", None)
        if unread:
            content["unread"] = dict(unread)
        return json.dumps(content, ensure_ascii=False) if content else None

    def _changes(self, before: tuple[Row, LinesOf] | None, record: Row, lines: LinesOf) -> dict[str, Any]:
        """List what differs: field to old and new value, and for lines their uid to the same."""
        old, old_lines = before or ({}, {})
        changes: dict[str, Any] = differences([*(f.name for f in self.register.fields), *KEPT], old, record)
        for table in self.register.lines:
            rows = lines.get(table.name, [])
            for place, row in enumerate(rows):
                row["uid"] = row.get("uid") or new_uid()
                row["position"] = place
            if of_lines := differences_of_lines(table, old_lines.get(table.name, []), rows):
                changes[table.name] = of_lines
        return changes

    def _write(
        self, record: Row, lines: LinesOf, before: object, changes: dict[str, Any], action: str, why: str | None
    ) -> None:
        self._store([Incoming(record, lines)], replaces=before is not None)
        event = Event(action, self.register.name, record["uid"], record["revision"], changes, why)
        append(self._connection, self.zone.person, [event])

    def keep_all(self, incoming: Sequence[Incoming], hand_off: str) -> None:
        """Keep records that came in a hand-off, as their prison made them, inside the caller's transaction."""
        stored = self.stored([item.record["uid"] for item in incoming])
        before = {uid: (item.record, item.lines) for uid, item in stored.items()}
        events = []
        for item in incoming:
            item.record["hand_off"] = hand_off
            item.record["month"] = (item.record.get(self.register.counts_on) or "")[:7] or None
            changes = self._changes(before.get(item.record["uid"]), item.record, item.lines)
            uid, revision = item.record["uid"], item.record["revision"]
            events.append(Event("merge", self.register.name, uid, revision, changes, hand_off))
        self._store(incoming, replaces=bool(before))
        append(self._connection, self.zone.person, events)

    def take_back(self, pairs: Sequence[tuple[Incoming, Incoming]], why: str) -> None:
        """Put records from what they are to what they were, inside the caller's transaction; those of revision 0 go."""
        events = []
        for now_is, was in pairs:
            changes = self._changes((now_is.record, now_is.lines), was.record, was.lines)
            was.record["month"] = (was.record.get(self.register.counts_on) or "")[:7] or None
            uid, revision = was.record["uid"], was.record["revision"]
            events.append(Event("merge_undone", self.register.name, uid, revision, changes, why))
        self._store([was for _, was in pairs if was.record["revision"]], replaces=True)
        self._remove([was.record["uid"] for _, was in pairs if not was.record["revision"]])
        append(self._connection, self.zone.person, events)

    def _remove(self, uids: Sequence[str]) -> None:
        """Take records, their lines and their searched words out of the tables; their history stays."""
        rows = [(uid,) for uid in uids]
        words, connection = words_table(self.register), self._connection
        connection.executemany(f"delete from {words} where rowid = (select id from {self.register.table} where uid = ?)", rows)
        for table in self.register.lines:
            connection.executemany(f"delete from {table.table} where record = ?", rows)
        connection.executemany(f"delete from {self.register.table} where uid = ?", rows)

    def _store(self, records: Sequence[Incoming], *, replaces: bool) -> None:
        """Write records, their lines and their searched words."""
        register, connection = self.register, self._connection
        names = [name for name in RECORD if name != "id"] + [f.name for f in register.fields]
        _upsert(connection, register.table, names, [item.record for item in records])
        uids = [(item.record["uid"],) for item in records]
        for table in register.lines:
            if replaces:
                connection.executemany(f"delete from {table.table} where record = ?", uids)
            rows = [
                {**row, "uid": row.get("uid") or new_uid(), "record": item.record["uid"], "position": place}
                for item in records
                for place, row in enumerate(item.lines.get(table.name, []))
            ]
            _upsert(connection, table.table, [n for n in LINE if n != "id"] + [f.name for f in table.fields], rows)
        words = [(self._words(item.record, item.lines), item.record["uid"]) for item in records]
        sql = f"insert or replace into {words_table(register)} (words, rowid) values (?, (select id from {register.table} where uid = ?))"
        connection.executemany(sql, words)

    def _words(self, record: Row, lines: LinesOf) -> str:
        """Fold together all that the record is searched by: its number, its words, and its codes' labels in every language."""
        words = [str(record.get("number") or ""), str(record.get("remarks") or "")]
        searched = set(self.register.searched)
        for table in self.register.tables:
            fields = [f for f in table.fields if (f.name in searched if table is self.register else f.kind.is_words)]
            rows = [record] if table is self.register else lines.get(table.name, [])
            for row in rows:
                for f in fields:
                    if value := row.get(f.name):
                        words += self._texts_of(f.codes, str(value))
        return fold(" ".join(words))

    def _texts_of(self, code_list: str, value: str) -> list[str]:
        if not code_list:
            return [value]
        rows = [self.zone.definitions.codes[code_list].codes.get(code) for code in value.split()]
        return [value, *(row.label[language] for row in rows if row for language in LANGUAGES)]

    # Reading

    def read(self, uid: str) -> tuple[Row, LinesOf]:
        """Give a record and its lines. Raises AppError where there is none."""
        return self._existing(uid)

    def _existing(self, uid: str) -> tuple[Row, LinesOf]:
        if found := self._read(uid):
            return found
        raise AppError("record.gone")

    def _read(self, uid: str | None) -> tuple[Row, LinesOf] | None:
        row = self._connection.execute(f"select * from {self.register.table} where uid = ?", (uid,)).fetchone()
        return (dict(row), self.lines_of([row["uid"]]).get(row["uid"], {})) if row else None

    def lines_of(self, uids: Sequence[str]) -> dict[str, LinesOf]:
        """Give the lines of several records: uid to lines name to rows in their order."""
        found: dict[str, LinesOf] = {uid: {} for uid in uids}
        for table in self.register.lines:
            for start in range(0, len(uids), 500):
                part = uids[start : start + 500]
                sql = f"select * from {table.table} where record in ({', '.join('?' * len(part))}) order by record, position"
                for row in self._connection.execute(sql, part):
                    found[row["record"]].setdefault(table.name, []).append(dict(row))
        return found

    def ids(self, wanted: Filter = Filter(), most: int = -1) -> "array[int]":
        """List the row ids that *wanted* lets through, in its order, for a list that reads its rows by page; the first *most*."""
        where, values = self.conditions(wanted)
        sql = f"select id from {self.register.table} as r {where} order by {self._order(wanted)} limit {most}"
        cursor = self._connection.cursor()
        cursor.row_factory = None  # a hundred thousand numbers need no names
        return array("q", chain.from_iterable(cursor.execute(sql, values)))

    def search(self, wanted: Filter) -> "array[int]":
        """List like `ids`, and where nothing holds the typed text, what it would be on the other keyboard layout."""
        found = self.ids(wanted)
        return found if found or not wanted.text else self.ids(replace(wanted, text=swap_layout(wanted.text)))

    def id_of(self, uid: str) -> int | None:
        """Give the row id of a record, by which `ids` lists it."""
        row = self._connection.execute(f"select id from {self.register.table} where uid = ?", (uid,)).fetchone()
        return int(row["id"]) if row else None

    def uids(self, ids: Sequence[int]) -> list[str]:
        """Give the uids of the records of *ids*, in that order."""
        found: dict[int, str] = {}
        for start in range(0, len(ids), 500):
            marks = ", ".join(map(str, ids[start : start + 500]))
            sql = f"select id, uid from {self.register.table} where id in ({marks})"
            found |= {row["id"]: row["uid"] for row in self._connection.execute(sql)}
        return [found[i] for i in ids if i in found]

    def rows(self, ids: Sequence[int]) -> list[Row]:
        """Give the records of *ids*, in that order, each with its lines under their names."""
        marks = ", ".join("?" * len(ids))
        sql = f"select * from {self.register.table} where id in ({marks})"
        by_id = {row["id"]: dict(row) for row in self._connection.execute(sql, list(ids))}
        found = [by_id[i] for i in ids if i in by_id]
        if any(name in self.register.list for name in self.register.lines_by_name):
            lines = self.lines_of([row["uid"] for row in found])
            for row in found:
                row.update({table.name: lines[row["uid"]].get(table.name, []) for table in self.register.lines})
        return found

    def all(self, wanted: Filter = Filter()) -> list[Incoming]:
        """Read every record that *wanted* lets through, with its lines."""
        where, values = self.conditions(wanted)
        sql = f"select * from {self.register.table} as r {where} order by {self._order(wanted)}"
        return self._with_lines([dict(row) for row in self._connection.execute(sql, values)])

    def _with_lines(self, rows: list[Row]) -> list[Incoming]:
        lines = self.lines_of([row["uid"] for row in rows])
        return [Incoming(row, lines[row["uid"]]) for row in rows]

    def due(self, month: str) -> list[Incoming]:
        """Read what a hand-off of *month* must carry: all finished records up to it that headquarters does not have yet.

        A record that was voided before it was ever handed off stays at home.
        """
        states = ", ".join("?" * len(HANDED_OFF))
        sql = (
            f"select * from {self.register.table} where state in ({states}) and month <= ?"
            " and revision > coalesce(acknowledged, 0) and (state != ? or acknowledged is not null or hand_off is not null)"
            " order by month, number"
        )
        return self._with_lines([dict(r) for r in self._connection.execute(sql, [*HANDED_OFF, month, VOID])])

    def stored(self, uids: Sequence[str]) -> dict[str, Incoming]:
        """Give what is kept of each of *uids* that is there."""
        found: list[Row] = []
        for start in range(0, len(uids), 500):
            part = uids[start : start + 500]
            sql = f"select * from {self.register.table} where uid in ({', '.join('?' * len(part))})"
            found += [dict(row) for row in self._connection.execute(sql, part)]
        return {item.record["uid"]: item for item in self._with_lines(found)}

    def conditions(self, wanted: Filter) -> tuple[str, list[Any]]:
        """Give the SQL that holds for the records *wanted* lets through, called `r`, and its values."""
        claims: list[str] = []
        values: list[Any] = []
        if wanted.month:
            claims.append("r.month between ? and ?")
            values += [wanted.month, f"{wanted.month}-12" if len(wanted.month) == 4 else wanted.month]
        for name, value in wanted.where.items():
            if value not in ("", None):
                claims.append(self._holds(name))
                values.append(value)
        for states, word in ((wanted.states, "in"), (wanted.without, "not in")):
            if states:
                claims.append(f"r.state {word} ({', '.join('?' * len(states))})")
                values += states
        for word in fold(wanted.text).split():
            claims.append(f"r.id in (select rowid from {words_table(self.register)} where words like ?)")
            values.append(f"%{word}%")
        return ("where " + " and ".join(claims) if claims else ""), values

    def _holds(self, name: str) -> str:
        """Give the SQL that holds where a field, or that of any line, has a value, or among others where there may be several."""
        lines, _, own = name.rpartition(".")
        table = self.register.lines_by_name[lines] if lines else self.register
        f = table.by_name.get(own)
        if not f and (lines or own not in RECORD):
            raise KeyError(name)
        column = f'l."{own}"' if lines else f'r."{own}"'
        several = f and f.kind_name == "choices"
        claim = f"instr(' ' || {column} || ' ', ' ' || ? || ' ')" if several else f"{column} = ?"
        return f"exists (select 1 from {table.table} as l where l.record = r.uid and {claim})" if lines else claim

    def _order(self, wanted: Filter) -> str:
        direction = "desc" if wanted.descending else "asc"
        column = self._column(wanted.order or self.register.counts_on)
        f = self.register.by_name.get(wanted.order) or self.zone.definitions.header.by_name.get(wanted.order)
        key = f"r.{column}"
        if f and f.codes:
            key = f"place('{f.codes}', r.{column})"
        elif f and f.kind.is_words:
            key = f"r.{column} collate KY"
        return f"{key} {direction}, r.id {direction}"

    def _column(self, name: str) -> str:
        if name not in RECORD and name not in self.register.by_name:
            raise KeyError(name)
        return f'"{name}"'

    def months(self) -> list[str]:
        """List the months that have records, newest first."""
        sql = f"select distinct month from {self.register.table} where month is not null order by month desc"
        return [row["month"] for row in self._connection.execute(sql)]

    def count(self, state: str = "") -> int:
        """Count the records, or those in one *state*."""
        sql = f"select count(*) from {self.register.table}" + (" where state = ?" if state else "")
        return int(self._connection.execute(sql, [state] if state else []).fetchone()[0])

    def count_of(self, wanted: Filter) -> int:
        """Count the records that *wanted* lets through."""
        where, values = self.conditions(wanted)
        return int(self._connection.execute(f"select count(*) from {self.register.table} as r {where}", values).fetchone()[0])

    # Open forms

    def keep_form(self, uid: str, content: Mapping[str, Any]) -> None:
        """Keep what stands in an open form (*uid* is empty for a new record), so that a power cut loses nothing."""
        with transaction(self._connection):
            self._connection.execute(
                "insert or replace into drafts values (?, ?, ?, ?)",
                (self.register.name, uid, now(), json.dumps(content)),  # with every letter escaped, half ones too
            )

    def kept_form(self, uid: str) -> dict[str, Any] | None:
        """Give what an interrupted form held."""
        sql = "select content from drafts where register = ? and uid = ?"
        row = self._connection.execute(sql, (self.register.name, uid)).fetchone()
        return json.loads(row["content"]) if row else None

    def drop_form(self, uid: str) -> None:
        """Forget a kept form that its writer gave up."""
        with transaction(self._connection):
            self._connection.execute("delete from drafts where register = ? and uid = ?", (self.register.name, uid))

    def mark_sent(self, items: Iterable[Incoming], check_number: str) -> None:
        """Mark records as handed off, inside the caller's transaction."""
        rows, events = [], []
        for item in items:
            uid, revision, state = (item.record[name] for name in ("uid", "revision", "state"))
            after = {"hand_off": check_number, "state": SUBMITTED if state == READY else state}
            rows.append((*after.values(), uid))
            events.append(Event("handed_off", self.register.name, uid, revision, differences(after, item.record, after)))
        self._connection.executemany(f"update {self.register.table} set hand_off = ?, state = ? where uid = ?", rows)
        append(self._connection, self.zone.person, events)


def _upsert(connection: Any, table: str, names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, or update them where their uid is there, by one prepared statement."""
    columns = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join("?" * len(names))
    updates = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name != "uid")
    sql = f"insert into {table} ({columns}) values ({marks}) on conflict (uid) do update set {updates}"
    connection.executemany(sql, [[row.get(name) for name in names] for row in rows])
