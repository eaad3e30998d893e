"""The check of a station: its files, the chain of each history, and every record against its history and declaration.

Whoever holds a zone's key can write anything into its file, even a new chain. So each history is compared with what others
know of it as well: the other zones, the backups, and what was printed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.registers.labels import Label
from desktop.registers.messages import message
from desktop.registers.problems import AppError
from desktop.registers.register import Register
from desktop.registers.states import DRAFT, VOID
from desktop.store import backup_counts, history, keyring
from desktop.store.backups import SUFFIX, backups, own_place, place_on
from desktop.store.driver import Error, damage
from desktop.store.history import Head, event_of
from desktop.store.received import TAKEN_OUT
from desktop.store.records import Incoming, Records
from desktop.store.revisions import KEPT, KEPT_OF_LINE, content

if TYPE_CHECKING:
    from desktop.store.vault import Vault
    from desktop.store.zone import Zone

# So many records are judged in one statement: enough to be quick, few enough for a small computer.
_BATCH = 1000

# The last backups that a log-in compares with; the check compares with all.
_LAST = 8

_GUARDS = 3  # triggers that keep the history from being changed, shortened or replaced

# Reading a damaged page raises the first; an event that was tampered with can hold anything.
_UNREADABLE = (Error, ValueError, TypeError, KeyError, AttributeError)


@dataclass(frozen=True)
class Finding:
    """One thing to look at: *damage* where something is not as it was written, otherwise a notice."""

    zone: str
    kind: str
    text: Label
    damage: bool = True
    event: int | None = None
    register: str = ""
    uid: str = ""


@dataclass(frozen=True)
class CheckedZone:
    """What the check of one zone came to."""

    zone: str
    head: Head
    records: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Checked:
    """What the check of a station came to; *unopened* names the zones' files that this person cannot check."""

    zones: tuple[CheckedZone, ...]
    unopened: tuple[str, ...]
    lacking: tuple[Finding, ...]

    @property
    def findings(self) -> list[Finding]:
        """List all findings."""
        return [*self.lacking, *(finding for zone in self.zones for finding in zone.findings)]

    @property
    def is_sound(self) -> bool:
        """Tell whether everything is as it was written."""
        return not any(finding.damage for finding in self.findings)


@dataclass(frozen=True)
class _Known:
    """What *source* knows of a history: that its event *seq* has the *mark*, a hash or the short text of one."""

    source: Label
    seq: int
    mark: str

    def agrees(self, head: Head | None) -> bool:
        return head is not None and self.mark in (head.hash, head.text)


def check(vault: "Vault", places: Iterable[Path] = (), pages: Mapping[str, Sequence[str]] | None = None) -> Checked:
    """Check all that this person may open, against the backups beside the station and at *places*, and printed *pages*.

    *pages* holds for each zone the heads (`Head.text`) that a person typed from paper.
    """
    known = _known_heads(vault, [own_place(vault.folder), *_outside(vault), *places], pages or {})
    zones = tuple(_checked(vault, name, known.get(name, [])) for name in vault.zones)
    files = {path.stem for path in vault.folder.glob(f"*{SUFFIX}")}
    unopened = tuple(sorted(files - set(vault.zones)))
    lacking = tuple(_lacking(vault, {*files, *vault.zones}))
    return Checked(zones, unopened, lacking)


def put_back(vault: "Vault") -> list[Finding]:
    """Compare the histories with what the last backups and the other zones know of them: quick enough for every log-in."""
    places = [own_place(vault.folder), *_outside(vault)]
    known = _known_heads(vault, places, {}, most=_LAST)
    found: list[Finding] = []
    for name in vault.zones:
        with suppress(AppError):  # said where the zone is opened
            found += _taken(vault.zone(name), _of_heads(vault.zone(name), known.get(name, [])))
    return [finding for finding in found if finding.damage]


def _outside(vault: "Vault") -> list[Path]:
    place = backup_counts.counts(vault.folder).place
    return [place_on(Path(place), vault.station)] if place else []


def _lacking(vault: "Vault", files: set[str]) -> Iterator[Finding]:
    """Name what is gone of the station: its keyring, and files of zones that only the newest backup still has."""
    try:
        keyring.read_station(vault.folder)
    except AppError as error:
        yield Finding("", "file", error.text)
    newest = next(backups(own_place(vault.folder)), None)
    for copy in newest.zones if newest else ():
        if copy.zone not in files:
            yield Finding(copy.zone, "file", message("store.file_missing", file=copy.file))


def _checked(vault: "Vault", name: str, known: Sequence[_Known]) -> CheckedZone:
    try:
        zone = vault.zone(name)
    except AppError as error:
        return CheckedZone(name, Head(), 0, (Finding(name, "file", error.text),))
    steps = (_of_file, _of_guards, _of_chain, _of_records, _of_strangers, _of_hand_offs, _of_receipts)
    findings = [finding for step in steps for finding in _taken(zone, step(zone))]
    findings += _taken(zone, _of_heads(zone, known))
    try:
        head, records = zone.head, sum(zone.records(register.name).count() for register in zone.registers)
    except Error:
        head, records = Head(), 0
    return CheckedZone(name, head, records, tuple(findings))


def _taken(zone: "Zone", step: Iterator[Finding]) -> Iterator[Finding]:
    """Take what one step finds, to where damage lets it read no further."""
    try:
        yield from step
    except _UNREADABLE as error:
        yield Finding(zone.name, "damage", message("check.unreadable", zone=_label(zone), cause=str(error)))


def _label(zone: "Zone") -> Label:
    return zone.definitions.codes["zones"].codes[zone.name].label


def _of_file(zone: "Zone") -> Iterator[Finding]:
    for cause in damage(zone.connection):
        yield Finding(zone.name, "damage", message("check.damage", zone=_label(zone), cause=cause))


def _of_guards(zone: "Zone") -> Iterator[Finding]:
    sql = "select count(*) as n from sqlite_master where type = 'trigger' and tbl_name = 'history' and sql like '%append-only%'"
    if zone.select(sql)[0]["n"] < _GUARDS:
        yield Finding(zone.name, "guard", message("check.guard", zone=_label(zone)))


def _of_chain(zone: "Zone") -> Iterator[Finding]:
    broken = list(history.broken_events(zone.connection))
    if broken:
        text = message("check.chain", zone=_label(zone), event=broken[0], n=len(broken))
        yield Finding(zone.name, "chain", text, event=broken[0])


# Records


def _of_records(zone: "Zone") -> Iterator[Finding]:
    rows = zone.connection.execute("select * from history where uid is not null order by uid, seq")
    groups = ((uid, [dict(row) for row in group]) for uid, group in groupby(rows, key=lambda row: row["uid"]))
    while batch := dict(islice(groups, _BATCH)):
        for register in zone.registers:
            events = {uid: of_uid for uid, of_uid in batch.items() if of_uid[0]["register"] == register.name}
            records = zone.records(register.name)
            stored = records.stored(list(events))
            for uid, of_record in events.items():
                yield from _against_history(records, uid, of_record, stored.get(uid))
            yield from _against_declaration(records, list(stored.values()))


def _against_history(records: Records, uid: str, rows: list[dict[str, Any]], stored: Incoming | None) -> Iterator[Finding]:
    register, zone = records.register, records.zone
    try:
        made = [event_of(row) for row in rows if row["revision"] is not None]
        told, lines = content(register, made)
    except _UNREADABLE:
        text = message("check.record_history", register=register.label, event=rows[-1]["seq"])
        yield Finding(zone.name, "record", text, event=rows[-1]["seq"], register=register.name, uid=uid)
        return
    if not made:
        return
    last, number = made[-1]["seq"], told.get("number") or ""
    if made[-1]["revision"] == TAKEN_OUT:
        if stored is not None:
            text = message("check.record_unknown", register=register.label, number=stored.record["number"] or "")
            yield Finding(zone.name, "record", text, event=last, register=register.name, uid=uid)
        return
    if stored is None:
        text = message("check.record_gone", register=register.label, number=number, event=last)
        yield Finding(zone.name, "record", text, event=last, register=register.name, uid=uid)
        return
    told |= _told_by_events(register, made, told)
    labels = list(_differing(records, told, lines, stored))
    if labels:
        text = message("check.record_differs", register=register.label, number=number, event=last, fields=_joined(labels))
        yield Finding(zone.name, "record", text, event=last, register=register.name, uid=uid)


def _told_by_events(register: Register, events: list[dict[str, Any]], told: Mapping[str, Any]) -> dict[str, Any]:
    """Give what of a record's header follows from its events rather than from their changes."""
    found = {"revision": events[-1]["revision"], "month": (told.get(register.counts_on) or "")[:7] or None}
    if events[0]["action"] == "new":
        found["created_by"] = events[0]["person"]
    own = [event["person"] for event in events if event["action"] in ("new", "change", "void", "restore", "undo", "merge")]
    if own and not any(event["action"] == "merge" for event in events):
        found["changed_by"] = own[-1]
    return found


def _differing(records: Records, told: Mapping[str, Any], lines: Mapping[str, Any], stored: Incoming) -> Iterator[Label]:
    """Name what in a record is not what its history says."""
    register, header = records.register, records.zone.definitions.header.by_name
    own = [*register.by_name, *KEPT, *(name for name in told if name not in register.by_name and name not in KEPT)]
    for name in own:
        if name not in register.lines_by_name and not _is_same(told.get(name), stored.record.get(name)):
            f = register.by_name.get(name) or header.get(name)
            yield f.label if f else Label.same(name)
    for table in register.lines:
        names = ("uid", *table.by_name, *KEPT_OF_LINE)
        rows = (lines.get(table.name, []), stored.lines.get(table.name, []))
        was, found = ([row.get(name) for row in of_table for name in names] for of_table in rows)
        if len(was) != len(found) or not all(map(_is_same, was, found)):
            yield table.label


def _is_same(a: object, b: object) -> bool:
    """Compare a value with what a column made of it: a text column keeps a number as its digits."""
    return a == b or (a is not None and b is not None and str(a) == str(b))


def _joined(labels: Sequence[Label]) -> Label:
    return Label({language: ", ".join(label[language] for label in labels) for language in labels[0]})


def _against_declaration(records: Records, stored: Sequence[Incoming]) -> Iterator[Finding]:
    register, zone = records.register, records.zone
    finished = [item for item in stored if item.record["state"] not in (DRAFT, VOID)]
    # What identifies a person never leaves the prison: elsewhere no rule about it can be judged.
    hidden = {f.name for table in register.tables for f in table.fields if f.identifies}
    for item, judgement in zip(finished, records.judge_all([_loose(item) for item in finished]), strict=True):
        own = item.record["prison"] == zone.station.prison
        errors = [p for p in judgement.problems if p.severity == "error" and (own or not hidden & set(p.about))]
        for problem in errors[:1]:
            text = message("check.problem", register=register.label, number=item.record["number"], problem=problem.text)
            yield Finding(zone.name, "problem", text, damage=False, register=register.name, uid=item.record["uid"])


def _loose(item: Incoming) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """Copy a record, for judging fills in what is computed."""
    return dict(item.record), {name: [dict(row) for row in rows] for name, rows in item.lines.items()}


def _of_strangers(zone: "Zone") -> Iterator[Finding]:
    """Find records that no history tells of."""
    for register in zone.registers:
        sql = (
            f"select uid, number from {register.table} as r"
            " where not exists (select 1 from history where history.uid = r.uid and history.uid is not null)"
        )
        for row in zone.select(sql):
            text = message("check.record_unknown", register=register.label, number=row["number"] or "")
            yield Finding(zone.name, "record", text, register=register.name, uid=row["uid"])


def _of_hand_offs(zone: "Zone") -> Iterator[Finding]:
    """Compare the list of hand-offs with the events that made it."""
    told = {event["changes"]["check"]: event["seq"] for event in history.of_station(zone.connection, "hand_off")}
    sent = {row["check_number"] for row in zone.select("select check_number from sent")}
    standing = {row["check_number"] for row in zone.received()}
    for number in sorted((sent ^ told.keys()) | (standing ^ _standing_by_events(zone))):
        yield Finding(zone.name, "hand_off", message("check.hand_off", zone=_label(zone), check=number), event=told.get(number))


def _of_receipts(zone: "Zone") -> Iterator[Finding]:
    """Name hand-offs that headquarters has and that this history, which nobody restored since, knows nothing of."""
    events = history.of_station(zone.connection, "receipt")
    if history.of_station(zone.connection, "restored", 1):
        return
    for number in sorted({number for event in events for number in event["changes"]["unknown"]}):
        yield Finding(zone.name, "receipt", message("check.unknown_hand_off", zone=_label(zone), check=number), damage=False)


def _standing_by_events(zone: "Zone") -> set[str]:
    """Name the hand-offs that were merged and not taken back since."""
    last: dict[str, int] = {}
    undone = {e["changes"]["check"]: e["seq"] for e in reversed(history.of_station(zone.connection, "merge_undone"))}
    for event in reversed(history.of_station(zone.connection, "merge_file")):
        last[event["changes"]["check"]] = event["seq"]
    return {number for number, seq in last.items() if seq > undone.get(number, 0)}


# What others know


def _known_heads(
    vault: "Vault", places: Iterable[Path], pages: Mapping[str, Sequence[str]], most: int | None = None
) -> dict[str, list[_Known]]:
    found: dict[str, list[_Known]] = {}
    for name in vault.zones:
        for zone, known in _in_other_zone(vault, name, -1 if most is None else most):
            found.setdefault(zone, []).append(known)
        found.setdefault(name, []).extend(_in_receipts(vault, name, -1 if most is None else most))
    for backup in (backup for place in dict.fromkeys(places) for backup in islice(backups(place), most)):
        for copy in backup.zones if backup.station.id == vault.station.id else ():
            if copy.head:
                source = message("check.backup", number=backup.number)
                found.setdefault(copy.zone, []).append(_Known(source, copy.head.seq, copy.head.hash))
    for zone, texts in pages.items():
        found.setdefault(zone, []).extend(_Known(message("check.page"), *_typed(text)) for text in texts)
    return found


def _typed(text: str) -> tuple[int, str]:
    try:
        return history.written_head(text)
    except ValueError:
        raise AppError("check.no_head", text=text) from None


def _in_other_zone(vault: "Vault", name: str, most: int) -> Iterator[tuple[str, _Known]]:
    try:
        zone = vault.zone(name)
        for event in history.of_station(zone.connection, "backup", most):
            for other, (seq, digest) in event["changes"]["heads"].items():
                yield other, _Known(_label(zone), seq, digest)
    except (AppError, *_UNREADABLE):  # said where the zone itself is checked
        return


def _in_receipts(vault: "Vault", name: str, most: int) -> Iterator[_Known]:
    """Give what headquarters said of the history of a zone."""
    try:
        for event in history.of_station(vault.zone(name).connection, "receipt", most):
            if event["changes"]["head"]:
                yield _Known(message("check.headquarters"), *history.written_head(event["changes"]["head"]))
    except (AppError, *_UNREADABLE):  # said where the zone itself is checked
        return


def _of_heads(zone: "Zone", known: Sequence[_Known]) -> Iterator[Finding]:
    """Compare the history with what others know of it: the first event that differs, or the last that is gone, of each."""
    restored = history.of_station(zone.connection, "restored")
    for event in reversed(restored):
        told = {"number": event["changes"]["number"], "event": event["changes"]["restored"], "person": event["person"]}
        text = message("check.restored", zone=_label(zone), **told)
        yield Finding(zone.name, "restored", text, damage=False, event=event["seq"])
    wrong = [
        k for k in known if not k.agrees(history.head_at(zone.connection, k.seq)) and not history.was_replaced(restored, k.seq)
    ]
    last = zone.head.seq
    by_source: dict[str, _Known] = {}
    for k in sorted(wrong, key=lambda k: (k.seq > last, -k.seq if k.seq > last else k.seq)):
        by_source.setdefault(k.source["en"], k)
    for k in by_source.values():
        name = "check.rolled_back" if k.seq > last else "check.rewritten"
        text = message(name, zone=_label(zone), source=k.source, event=k.seq, last=last)
        yield Finding(zone.name, "head", text, event=k.seq)
