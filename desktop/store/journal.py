"""What was done to the keyring, noted in it and taken over by the history of every zone when the zone is next opened.

An administrator has no zone to write a history in, and a wrong password opens none: so both are noted here first. The
entries are chained, and each zone remembers the last it took over: a keyring put back from an old copy is found.
"""

import hashlib
import json
from typing import TYPE_CHECKING, Any

from desktop.store.driver import transaction
from desktop.store.history import START, Event, append, now

if TYPE_CHECKING:
    from desktop.store.zone import Zone

SEEN = "journal_seen"
_OWN = ("seq", "at", "by", "action", "previous", "hash")


def note(ring: dict[str, Any], by: str, action: str, **what: Any) -> None:
    """Note in the keyring *ring* that *by* did *action*."""
    entries = ring["journal"]
    previous = entries[-1]["hash"] if entries else START
    entry = {"seq": len(entries) + 1, "at": now(), "by": by, "action": action, **what, "previous": previous}
    entry["hash"] = hashlib.sha256(json.dumps(entry, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    entries.append(entry)


def take_over(ring: dict[str, Any], zone: "Zone", *also: Event) -> bool:
    """Write what is new in the keyring's journal into the history of *zone*, and after it the events *also*.

    Tell whether the keyring is older than the one this zone has seen, or was edited.
    """
    entries = ring["journal"]
    row = zone.connection.execute("select value from settings where name = ?", (SEEN,)).fetchone()
    known = int(row["value"].split()[0]) if row else 0
    put_back = bool(row) and (known > len(entries) or _mark(entries[known - 1]) != row["value"])
    with transaction(zone.connection):
        for entry in () if put_back else entries[known:]:
            append(zone.connection, entry["by"], [_event(entry)])
        events = [Event("keyring_put_back"), *also] if put_back else also
        append(zone.connection, zone.person, events)
        if entries:
            zone.connection.execute(
                "insert into settings values (?, ?) on conflict (name) do update set value = excluded.value",
                (SEEN, _mark(entries[-1])),
            )
    return put_back


def _mark(entry: dict[str, Any]) -> str:
    return f"{entry['seq']} {entry['hash']}"


def _event(entry: dict[str, Any]) -> Event:
    what = {name: value for name, value in entry.items() if name not in _OWN}
    told = " · ".join(str(entry[name]) for name in ("whom", "n") if entry.get(name))
    return Event(entry["action"], changes=what | {"noted_at": entry["at"], "noted": entry["seq"]}, why=told or None)
