"""A record's past, told from its history: what each event did to it, and the record as it once was."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from desktop.registers.kinds import Reading, Value
from desktop.registers.labels import Label
from desktop.registers.messages import message, sentences
from desktop.registers.register import Field, Lines, Register
from desktop.registers.rules import LinesOf, Row
from desktop.store import clock

if TYPE_CHECKING:
    from desktop.store.zone import Zone

# What the history keeps of a record beside its fields; its revision and its times are those of the events.
KEPT = (
    "number", "prison", "state", "void_reason", "remarks", "reasons", "extra", "acknowledged", "hand_off",
)  # fmt: skip
KEPT_OF_LINE = ("position", "extra")

# Said by the action itself, or for programs only.
_UNTOLD = {"extra", "acknowledged"}
_UNTOLD_WHEN_NEW = {"number", "prison", "position"}


@dataclass(frozen=True)
class Difference:
    """One value that an event changed, as a person reads it; *lines* and *line* (from 1) say where, for a value of a line."""

    label: str
    old: str
    new: str
    lines: str = ""
    line: int = 0


@dataclass(frozen=True)
class Entry:
    """One event as a person reads it; *in_doubt* where the clock was."""

    seq: int
    at: str
    in_doubt: bool
    person: str
    action: str
    label: str
    register: str
    uid: str
    revision: int | None
    why: str
    differences: tuple[Difference, ...]


def content(register: Register, events: Iterable[Mapping[str, Any]]) -> tuple[Row, LinesOf]:
    """Put a record and its lines together from the *events* of its history, oldest first."""
    record: Row = {}
    lines: dict[str, dict[str, Row]] = {table.name: {} for table in register.lines}
    for event in events:
        if event["revision"] is None:
            continue
        for name, change in (event["changes"] or {}).items():
            if name not in lines:
                record[name] = change[1]
                continue
            for uid, of_line in change.items():
                row = lines[name].setdefault(uid, {"uid": uid})
                row |= {name: new for name, (_, new) in of_line.items()}
                if row.get("position") is None:
                    del lines[name][uid]
    return record, {name: sorted(rows.values(), key=lambda row: row["position"]) for name, rows in lines.items() if rows}


def differences(names: Iterable[str], old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, list[Any]]:
    """List what differs between two rows: name to old and new value."""
    pairs = ((name, old.get(name), new.get(name)) for name in names)
    return {name: [a, b] for name, a, b in pairs if a != b}


def differences_of_lines(table: Lines, old: Iterable[Row], new: Iterable[Row]) -> dict[str, dict[str, list[Any]]]:
    """List what differs between the lines of two revisions: their uid to name to old and new value."""
    was, now_there = ({row["uid"]: row for row in rows} for rows in (old, new))
    names = [*(f.name for f in table.fields), *KEPT_OF_LINE]
    found = {uid: differences(names, was.get(uid, {}), now_there.get(uid, {})) for uid in was | now_there}
    return {uid: changes for uid, changes in found.items() if changes}


def told(zone: "Zone", events: Iterable[Mapping[str, Any]], language: str) -> list[Entry]:
    """Tell *events* of the history of *zone* to a person, in the order given."""
    teller = _Teller(zone, language)
    return [teller.entry(event) for event in events]


class _Teller:
    """Tells events one after the other, remembering at which place each line stands."""

    def __init__(self, zone: "Zone", language: str) -> None:
        self.definitions, self.language = zone.definitions, language
        self.reading = Reading(zone.today, dict(zone.definitions.codes))
        self.places: dict[str, int] = {}

    def entry(self, event: Mapping[str, Any]) -> Entry:
        """Tell one event."""
        register = self.definitions.registers.get(event["register"] or "")
        found = tuple(self._differences(register, event["changes"] or {})) if register and event["revision"] else ()
        return Entry(
            event["seq"], clock.shown(event["at"]), clock.IN_DOUBT in event["at"], event["person"], event["action"],
            action_label(event["action"])[self.language], register.label[self.language] if register else "",
            event["uid"] or "", event["revision"], event["why"] or "", found,
        )  # fmt: skip

    def _differences(self, register: Register, changes: Mapping[str, Any]) -> Iterator[Difference]:
        header = self.definitions.header.by_name
        for f in [*register.fields, *(header[name] for name in KEPT if name in header)]:
            if f.name in changes and f.name not in _UNTOLD:
                yield from self._difference(f, changes[f.name])
        for table in register.lines:
            for uid, of_line in changes.get(table.name, {}).items():
                yield from self._of_line(table, uid, of_line)

    def _of_line(self, table: Lines, uid: str, changes: Mapping[str, Any]) -> Iterator[Difference]:
        old, new = changes.get("position", (None, None))
        place = new if new is not None else self.places.get(uid, old)
        if place is not None:
            self.places[uid] = place
        for f in [*table.fields, self.definitions.header.by_name["position"]]:
            if f.name in changes:
                where = (table.label[self.language], 0 if place is None else place + 1)
                yield from self._difference(f, changes[f.name], *where)

    def _difference(self, f: Field, change: list[Value], lines: str = "", line: int = 0) -> Iterator[Difference]:
        old, new = change
        if f.name in _UNTOLD_WHEN_NEW and (old is None or new is None):
            return
        yield Difference(f.label[self.language], self._show(f, old), self._show(f, new), lines, line)

    def _show(self, f: Field, value: Value) -> str:
        if value is None:
            return ""
        if f.name == "reasons":
            return "; ".join(str(reason) for reason in json.loads(str(value)).values())
        if f.name == "position":
            value = int(value) + 1
        shown = f.kind.show(value, f, self.reading, self.language)
        unit = self.reading.codes["units"].codes.get(f.unit)
        return f"{shown} {unit.label[self.language]}" if unit else shown


def action_label(action: str) -> Label:
    """Name an action of the history; one that only a newer program knows is named as it stands."""
    name = f"action.{action}"
    return message(name) if name in sentences() else Label.same(action)
