"""The letters about cases that go to another prison, as each station keeps them: what came, what went out, and when.

All letters about one transfer carry its number, so that the same letter twice is one row, and their order tells how far it is.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.registers.register import Register
from desktop.store.driver import transaction
from desktop.store.history import Event, append
from desktop.store.letters import KeptLetter, kept_letter
from desktop.store.zone import Zone

CASE, ANSWER = "transfer", "transfer_answer"


@dataclass(frozen=True)
class Due:
    """A record whose line says that it is to leave, and for where."""

    uid: str
    number: str
    line: str
    prison: str


def kept(zone: Zone, number: str = "") -> list[KeptLetter]:
    """List the letters about transfers, or about the one called *number*, in the order they came and went."""
    claims, values = ["kind in (?, ?)"], [CASE, ANSWER]
    if number:
        claims, values = [*claims, "number = ?"], [*values, number]
    rows = zone.select(f"select * from letters where {' and '.join(claims)} order by rowid", values)
    return [kept_letter(row) for row in rows]


def keep(zone: Zone, letter: KeptLetter, event: Event, shortened: Mapping[str, Any] | None = None) -> bool:
    """Keep *letter* with its *event* in the history, and tell whether it is new here; one that is known changes nothing.

    Where *shortened* is given, it is all that stays of what the earlier letters about this transfer told.
    """
    with transaction(zone.connection):
        values = (letter.number, letter.kind, letter.station, letter.prison, letter.direction, letter.at, letter.person)
        told = json.dumps(letter.body, ensure_ascii=False)
        sql = "insert into letters values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing"
        if not zone.connection.execute(sql, (*values, told)).rowcount:
            return False
        if shortened is not None:
            zone.connection.execute(
                "update letters set content = ? where number = ? and kind = ?",
                (json.dumps(shortened, ensure_ascii=False), letter.number, CASE),
            )
        append(zone.connection, zone.person, [event])
    return True


def due(zone: Zone, register: Register, states: Sequence[str], uid: str = "") -> list[Due]:
    """List the records of *register* in one of *states*, or of the one *uid*, with a line that says they are to leave."""
    moves = register.transfer
    if not moves:
        return []
    lines = register.lines_by_name[moves.lines]
    marks = ", ".join("?" * len(states))
    of_line = ", ".join(f'"{f.name}"' for f in lines.fields)
    own = ", ".join(f'"{f.name}"' for f in register.fields)
    rows = zone.select(
        f"select _uid, _number, _line, {moves.prison} as _prison"
        f" from (select record, uid as _line, position, {of_line} from {zone.plain(lines)}) as {lines.name}"
        f" join (select uid as _uid, number as _number, state as _state, prison as _own, {own} from {zone.plain(register)})"
        f" as {register.name} on record = _uid"
        f" where _own = ? and _state in ({marks}) and ? in ('', _uid) and ({moves.when}) and {moves.prison} <> _own"
        " order by _number, position",
        [zone.station.prison, *states, uid],
    )
    return [Due(row["_uid"], row["_number"], row["_line"], row["_prison"]) for row in rows]
