"""The append-only history of a zone: who did what to which record, from what to what, and why.

Each event's hash covers the event and the hash before it, so that nothing can be taken out or changed in the middle.
Order is by number, never by the clock: clocks here are wrong.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from desktop.store.driver import Connection

START = "0" * 64


@dataclass(frozen=True)
class Event:
    """Something a person did, before it is written down."""

    action: str
    register: str | None = None
    uid: str | None = None
    revision: int | None = None
    changes: dict[str, Any] | None = None
    why: str | None = None


def now() -> str:
    """Give the local time with its offset, to the second."""
    return dt.datetime.now().astimezone().isoformat(timespec="seconds")


def append(connection: Connection, person: str, events: Iterable[Event]) -> None:
    """Write *events* down, inside the transaction of the change they tell of."""
    last = connection.execute("select seq, hash from history order by seq desc limit 1").fetchone()
    seq, previous = (last["seq"], last["hash"]) if last else (0, START)
    at = now()
    rows = []
    for seq, event in enumerate(events, seq + 1):  # noqa: B020 - numbering goes on from the last event
        changes = json.dumps(event.changes, ensure_ascii=False, sort_keys=True) if event.changes is not None else None
        row = (seq, at, person, event.action, event.register, event.uid, event.revision, changes, event.why, previous)
        previous = _hash(row)
        rows.append((*row, previous))
    connection.executemany("insert into history values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _hash(row: tuple[Any, ...]) -> str:
    return hashlib.sha256(json.dumps(row, ensure_ascii=False).encode()).hexdigest()


def of_record(connection: Connection, uid: str) -> list[dict[str, Any]]:
    """List the events of one record, oldest first."""
    rows = connection.execute("select * from history where uid = ? order by seq", (uid,))
    return [dict(row) | {"changes": json.loads(row["changes"] or "null")} for row in rows]


def broken_events(connection: Connection) -> Iterator[int]:
    """Give the number of every event that does not follow from the one before it."""
    previous, expected = START, 1
    for row in connection.execute("select * from history order by seq"):
        *content, stored = tuple(row)
        if content[0] != expected or content[-1] != previous or _hash(tuple(content)) != stored:
            yield content[0]
        previous, expected = stored, content[0] + 1


def last_day(connection: Connection) -> dt.date | None:
    """Give the latest day the history speaks of, the least that today can be."""
    found = connection.execute("select max(at) from history").fetchone()[0]
    return dt.date.fromisoformat(found[:10]) if found else None
