"""What headquarters has of the hand-offs made here: told by telephone or by a receipt, and taken back by a later one.

Only what is acknowledged is not handed off again, so nothing is that headquarters left out.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from desktop.registers.register import Register
from desktop.store.history import Event, append, now

if TYPE_CHECKING:
    from desktop.store.zone import Zone

ACKNOWLEDGED, TAKEN_BACK = "acknowledged", "taken_back"


def sent(zone: "Zone") -> list[dict[str, Any]]:
    """List the hand-offs made here, newest first; *covered* where all that one carried was received with another."""
    covered = _covered(zone)
    rows = zone.select("select * from sent order by sequence desc")
    return [row | {"covered": row["sequence"] in covered} for row in rows]


def said_nil(zone: "Zone", month: str) -> frozenset[str]:
    """Name the registers of which the last hand-off of *month* said that there was nothing."""
    sql = "select changes from history where action = 'hand_off' and uid is null order by seq desc"
    told: dict[str, Any] = next(
        (said for row in zone.select(sql) if (said := json.loads(row["changes"]))["month"] == month), {}
    )
    return frozenset(told.get("nil", ()))


def _covered(zone: "Zone") -> set[int]:
    waits: dict[int, bool] = {}
    for register in zone.registers:
        sql = (
            "select s.sequence, max(s.revision > coalesce(r.acknowledged, 0)) as waits from sent_records as s"
            f" join sent as f using (sequence) left join {register.table} as r on r.uid = s.uid"
            " where s.register = ? and f.acknowledged_at is null group by s.sequence"
        )
        for row in zone.select(sql, [register.name]):
            waits[row["sequence"]] = waits.get(row["sequence"], False) or bool(row["waits"])
    return {sequence for sequence, is_open in waits.items() if not is_open}


def settle(zone: "Zone", accepted: Mapping[str, Collection[str]], taken_back: Collection[str] = ()) -> int:
    """Note inside the caller's transaction what headquarters has, and give how many records it newly has.

    *accepted* maps check numbers of hand-offs made here to the records that were left out of them; those of hand-offs *taken
    back* are due again, but for what others brought. Numbers that are not known here are passed over.
    """
    made = {row["check_number"]: row for row in zone.select("select sequence, check_number, acknowledged_at from sent")}
    known = {check: set(rejected) for check, rejected in accepted.items() if check in made}
    gone = [check for check in taken_back if check in made]
    at = now()
    _note(zone, [check for check in known if not made[check]["acknowledged_at"]], ACKNOWLEDGED, at)
    _note(zone, [check for check in gone if made[check]["acknowledged_at"]], TAKEN_BACK, None)
    count = 0
    for register in zone.registers:
        for check, rejected in known.items():
            count += _raise(zone, register, made[check]["sequence"], check, rejected)
        _lower(zone, register, _in_doubt(zone, register, gone, known), known)
    return count


def _note(zone: "Zone", checks: Sequence[str], action: str, at: str | None) -> None:
    zone.connection.executemany("update sent set acknowledged_at = ? where check_number = ?", [(at, check) for check in checks])
    append(zone.connection, zone.person, [Event(action, why=check) for check in checks])


def _raise(zone: "Zone", register: Register, sequence: int, check: str, rejected: Collection[str]) -> int:
    rows = zone.select(
        f"select r.uid, r.revision, r.acknowledged as old, s.revision as new from sent_records as s"
        f" join {register.table} as r on r.uid = s.uid"
        " where s.sequence = ? and s.register = ? and s.revision > coalesce(r.acknowledged, 0)",
        (sequence, register.name),
    )
    return _write(zone, register, [row | {"why": check} for row in rows if row["uid"] not in rejected], ACKNOWLEDGED)


def _in_doubt(zone: "Zone", register: Register, gone: Sequence[str], known: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Give the records that headquarters may not have after all, with the hand-off that says so."""
    found = {uid: check for check, rejected in known.items() for uid in rejected}
    for check in gone:
        sql = "select s.uid from sent_records as s join sent as f using (sequence) where f.check_number = ? and s.register = ?"
        found |= {row["uid"]: check for row in zone.select(sql, (check, register.name))}
    return found


def _lower(zone: "Zone", register: Register, in_doubt: Mapping[str, str], known: Mapping[str, Collection[str]]) -> None:
    """Put back what was acknowledged too much: a record is as far as the last hand-off that stands brought it."""
    rows = []
    for row in zone.select(f"select uid, revision, acknowledged as old from {register.table} where acknowledged is not null"):
        if row["uid"] in in_doubt:
            stands = _standing(zone, register, row["uid"], known)
            if (stands or 0) < row["old"]:
                rows.append(row | {"new": stands, "why": in_doubt[row["uid"]]})
    _write(zone, register, rows, TAKEN_BACK)


def _standing(zone: "Zone", register: Register, uid: str, known: Mapping[str, Collection[str]]) -> int | None:
    sql = (
        "select f.check_number, s.revision from sent_records as s join sent as f using (sequence)"
        " where s.register = ? and s.uid = ? and f.acknowledged_at is not null"
    )
    found = [row["revision"] for row in zone.select(sql, (register.name, uid)) if uid not in known.get(row["check_number"], ())]
    return max(found, default=None)


def _write(zone: "Zone", register: Register, rows: Sequence[Mapping[str, Any]], action: str) -> int:
    sql = f"update {register.table} set acknowledged = ? where uid = ?"
    zone.connection.executemany(sql, [(row["new"], row["uid"]) for row in rows])
    events = [
        Event(action, register.name, row["uid"], row["revision"], {"acknowledged": [row["old"], row["new"]]}, row["why"])
        for row in rows
    ]
    append(zone.connection, zone.person, events)
    return len(rows)


def by_check(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Gather pairs of a check number and a record."""
    return {check: {uid for _, uid in group} for check, group in groupby(sorted(pairs), key=lambda pair: pair[0])}
