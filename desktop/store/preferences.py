"""How a person likes to see and to type the records of a zone: chosen columns, saved filters, pinned fields, last values.

They lie in the zone's own file, since a filter or a pinned value says as much as a record, and are no part of its history.
"""

import json
from typing import TYPE_CHECKING, Any

from desktop.store.driver import transaction

if TYPE_CHECKING:
    from desktop.store.zone import Zone


def preference(zone: "Zone", name: str, nothing: Any = None) -> Any:
    """Give what the person of the open *zone* prefers under *name*, or *nothing* where it was never said."""
    rows = zone.select("select value from preferences where person = ? and name = ?", [zone.person, name])
    return json.loads(rows[0]["value"]) if rows else nothing


def prefer(zone: "Zone", name: str, value: Any) -> None:
    """Keep *value*, anything that JSON can say, as what the person of the open *zone* prefers; None forgets it."""
    with transaction(zone.connection):
        if value is None:
            zone.connection.execute("delete from preferences where person = ? and name = ?", (zone.person, name))
        else:
            zone.connection.execute(
                "insert into preferences values (?, ?, ?) on conflict do update set value = excluded.value",
                (zone.person, name, json.dumps(value, ensure_ascii=False)),
            )
