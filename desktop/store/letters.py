"""The letters of a zone as they were written and read here, kept so that the same can be written again and none is read twice."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from desktop.store.driver import transaction
from desktop.store.history import Event, append, now

if TYPE_CHECKING:
    from desktop.store.zone import Zone

OUT, IN = "out", "in"


@dataclass(frozen=True)
class KeptLetter:
    """A letter that was written here (*direction* "out") or read here ("in"): *station* and *prison* are the other side's."""

    number: str
    kind: str
    station: str
    prison: str
    direction: str
    at: str
    person: str
    body: Mapping[str, Any]


def letters(zone: "Zone", kind: str, direction: str, station: str = "") -> list[KeptLetter]:
    """List the letters of a *kind* in the order in which they were kept, all or those of one *station*."""
    where, values = (" and station = ?", [station]) if station else ("", [])
    sql = f"select * from letters where kind = ? and direction = ?{where} order by rowid"
    return [kept_letter(row) for row in zone.select(sql, [kind, direction, *values])]


def kept_letter(row: Mapping[str, Any]) -> KeptLetter:
    """Give the letter that a row of the table of letters keeps."""
    return KeptLetter(**{name: row[name] for name in _COLUMNS}, body=json.loads(row["content"]))


_COLUMNS = ("number", "kind", "station", "prison", "direction", "at", "person")


def insert(zone: "Zone", number: str, kind: str, station: str, prison: str, direction: str, body: Mapping[str, Any]) -> None:
    """Keep a letter, inside the caller's transaction."""
    content = json.dumps(body, ensure_ascii=False)
    zone.connection.execute(
        "insert into letters values (?, ?, ?, ?, ?, ?, ?, ?)",
        (number, kind, station, prison, direction, now(), zone.person, content),
    )


def keep_written(zone: "Zone", number: str, kind: str, station: str, prison: str, body: Mapping[str, Any]) -> None:
    """Keep a letter that is about to be written, or count it as written once more where it is kept already."""
    with transaction(zone.connection):
        kept = zone.select("select 1 from letters where number = ? and kind = ? and direction = ?", (number, kind, OUT))
        if not kept:
            insert(zone, number, kind, station, prison, OUT, body)
        append(zone.connection, zone.person, [Event("export", changes={"prison": prison, "letter": number}, why=kind)])
