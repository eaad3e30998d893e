"""The append-only history of a zone: who did what to which record, from what to what, and why.

Each event's hash covers the event and the hash before it, so that nothing can be taken out or changed in the middle.
Order is by number, never by the clock: clocks here are wrong.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from desktop.store import clock
from desktop.store.driver import Connection

START = "0" * 64

# Written by the backup itself or by only coming in, and so no reason for another one.
QUIET = ("backup", "log_in")

# Crockford's digits: none of them can be taken for another when read aloud or copied by hand.
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# What people write instead, Cyrillic letters of the same shape among them.
_MISREAD = str.maketrans("OILОАВСЕНКМРТХ—–", "0110ABCEHKMPTX--")
_SHORT = 12  # 60 bits: enough that no other history can be made to fit


@dataclass(frozen=True)
class Event:
    """Something a person did, before it is written down."""

    action: str
    register: str | None = None
    uid: str | None = None
    revision: int | None = None
    changes: dict[str, Any] | None = None
    why: str | None = None


@dataclass(frozen=True)
class Head:
    """How far a history goes: the number of its last event and that event's hash, which stands for all before it."""

    seq: int = 0
    hash: str = START

    @property
    def text(self) -> str:
        """Write the head short enough to be printed and copied by hand: `1234-7KQM-3F9T-Z2XW`."""
        whole = int(self.hash, 16) >> (4 * len(self.hash) - 5 * _SHORT)
        digits = "".join(_DIGITS[whole >> 5 * place & 31] for place in reversed(range(_SHORT)))
        return "-".join([str(self.seq), digits[:4], digits[4:8], digits[8:]])


def written_head(text: str) -> tuple[int, str]:
    """Read a head that a person copied from a printed page: its event number, and how `Head.text` writes it.

    Raises ValueError where it is none.
    """
    seq, *rest = "".join(text.upper().translate(_MISREAD).split()).split("-")
    digits = "".join(rest)
    if not seq.isdigit() or len(digits) != _SHORT or set(digits) - set(_DIGITS):
        raise ValueError(text)
    return int(seq), "-".join([str(int(seq)), digits[:4], digits[4:8], digits[8:]])


def now() -> str:
    """Give the local time with its offset, to the second."""
    return clock.now().isoformat(timespec="seconds")


def append(connection: Connection, person: str, events: Iterable[Event], *, confirmed: bool = False) -> None:
    """Write *events* down, inside the transaction of the change they tell of.

    They are marked where the clock is in doubt, unless the person has just *confirmed* the date.
    """
    last = connection.execute("select seq, at, hash from history order by seq desc limit 1").fetchone()
    seq, previous = (last["seq"], last["hash"]) if last else (0, START)
    at = clock.stamp(last["at"] if last else "", confirmed=confirmed)
    rows = []
    for seq, event in enumerate(events, seq + 1):  # noqa: B020 - numbering goes on from the last event
        changes = json.dumps(event.changes, ensure_ascii=False, sort_keys=True) if event.changes is not None else None
        row = (seq, at, person, event.action, event.register, event.uid, event.revision, changes, event.why, previous)
        previous = _hash(row)
        rows.append((*row, previous))
    connection.executemany("insert into history values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _hash(row: tuple[Any, ...]) -> str:
    return hashlib.sha256(json.dumps(row, ensure_ascii=False).encode()).hexdigest()


def head(connection: Connection) -> Head:
    """Tell how far the history goes."""
    row = connection.execute("select seq, hash from history order by seq desc limit 1").fetchone()
    return Head(row["seq"], row["hash"]) if row else Head()


def head_at(connection: Connection, seq: int) -> Head | None:
    """Give the head that the history had at event *seq*, None where it never went so far."""
    if seq == 0:
        return Head()
    row = connection.execute("select seq, hash from history where seq = ?", (seq,)).fetchone()
    return Head(row["seq"], row["hash"]) if row else None


def has_grown(connection: Connection, since: Head) -> bool:
    """Tell whether anything but backups was written after *since*."""
    marks = ", ".join("?" * len(QUIET))
    sql = f"select 1 from history where seq > ? and action not in ({marks}) limit 1"
    return connection.execute(sql, (since.seq, *QUIET)).fetchone() is not None


def of_record(connection: Connection, uid: str) -> list[dict[str, Any]]:
    """List the events of one record, oldest first."""
    return _read(connection.execute("select * from history where uid = ? order by seq", (uid,)))


def of_station(connection: Connection, action: str, most: int = -1) -> list[dict[str, Any]]:
    """List the last *most* events of an *action* that concern no single record (by default all), newest first."""
    sql = "select * from history where uid is null and action = ? order by seq desc limit ?"
    return _read(connection.execute(sql, (action, most)))


def latest(connection: Connection, most: int = 200, before: int | None = None) -> list[dict[str, Any]]:
    """List the last events of all kinds, newest first; those before event *before* for the next page."""
    sql = "select * from history where seq < coalesce(?, 9223372036854775807) order by seq desc limit ?"
    return _read(connection.execute(sql, (before, most)))


def was_replaced(restored: Iterable[Mapping[str, Any]], seq: int) -> bool:
    """Tell whether one of the restores told by the events *restored* replaced a history that had another event *seq*."""
    for event in restored:
        told = event["changes"]
        if told.get("common", told["restored"]) < seq and (told["replaced"] is None or seq <= told["replaced"]):
            return True
    return False


def common(one: Connection, other: Connection) -> int:
    """Give the number of the last event that two histories share, 0 for none: each hash stands for all before it."""
    low, high = 0, min(head(one).seq, head(other).seq)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if head_at(one, middle) == head_at(other, middle) else (low, middle - 1)
    return low


def _read(rows: Iterable[Any]) -> list[dict[str, Any]]:
    return [event_of(row) for row in rows]


def event_of(row: Any) -> dict[str, Any]:
    """Give an event of its row."""
    return dict(row) | {"changes": json.loads(row["changes"] or "null")}


def broken_events(connection: Connection) -> Iterator[int]:
    """Give the number of every event that does not follow from the one before it."""
    previous, expected = START, 1
    for row in connection.execute("select * from history order by seq"):
        *content, stored = tuple(row)
        if content[0] != expected or content[-1] != previous or _hash(tuple(content)) != stored:
            yield content[0]
        previous, expected = stored, content[0] + 1


def sure_moment(connection: Connection) -> dt.datetime | None:
    """Give the last moment that the history is sure of, by its last event."""
    last = connection.execute("select at from history order by seq desc limit 1").fetchone()
    return clock.sure_moment(last["at"]) if last else None
