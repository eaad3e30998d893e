"""What must hold after any fault: everything acknowledged is there and whole, and the program opens to its log-in."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop.exchange.reading import parse, read_source
from desktop.registers.problems import AppError
from desktop.store import backups, keyring, people, recovery, restoring, zone_keys
from desktop.store.backups import Backup, own_place
from desktop.store.check import check
from desktop.store.driver import connect
from desktop.store.vault import Vault, open_vault
from tests.faults.work import CANARIES, PASSWORD, PERSON, SCENES, Event, Work, definitions_in

# Kept of a record whatever hand-offs do to it.
_CHANGED_BY_HAND_OFFS = {"state", "hand_off", "acknowledged", "changed_at", "changed_by", "id"}

# A workbook is for reading in Excel; that of security lies in the clear by design.
_IN_THE_CLEAR = (".xlsx", ".xlsx.part")

SIGNS = tuple(canary.encode(code) for canary in CANARIES for code in ("utf-8", "utf-16-le"))


@dataclass
class Told:
    """What a process told before the fault: all it acknowledged, and the acts of which nobody knows whether they were done."""

    events: list[Event] = field(default_factory=list)

    def done(self, *names: str) -> list[Event]:
        return [event for event in self.events if event.get("done") in names]

    @property
    def doubtful(self) -> list[Event]:
        """List the acts that were refused, and the one that was broken off."""
        refused = [event for event in self.events if "refused" in event]
        last = self.events[-1:] if self.events and "begins" in self.events[-1] else []
        return refused + [event | {"refused": event["begins"]} for event in last]

    def in_doubt(self, name: str) -> list[Event]:
        return [event for event in self.doubtful if event["refused"] == name]


def lost(root: Path, scene_name: str, told: Told) -> list[str]:
    """Say what is lost or broken of what was *told*, in sentences; none where all of it holds."""
    scene = SCENES[scene_name]
    found = list(_in_the_clear(root))
    try:
        scene.again(Work(root, lambda _: None))
        for name in scene.folders:
            found += _of_stick(root / name) if name == "stick" else _of_station(root, root / name, told)
            if scene.proves and name != "stick" and any(event["home"] == name for event in told.done("back_up")):
                found += _unproven(root / name, told)
    except AppError as error:
        found.append(f"{error.name}: {error.text['en']}")
    except Exception as error:  # noqa: BLE001 - whatever the program does not know how to say is a finding
        found.append(f"{type(error).__name__}: {error}")
    return found


def _in_the_clear(root: Path) -> Iterator[str]:
    for path in root.rglob("*"):
        if path.is_file() and not path.name.endswith(_IN_THE_CLEAR):
            content = path.read_bytes()
            if any(sign in content for sign in SIGNS):
                yield f"{path.relative_to(root)} holds a canary in the clear"


def _of_stick(stick: Path) -> Iterator[str]:
    for path in stick.glob("*.xlsx"):
        if refused := parse(read_source(path)).refused:
            yield f"a workbook on the stick looks whole and is not: {refused['en']}"


def _of_station(root: Path, folder: Path, told: Told) -> Iterator[str]:
    if PERSON not in keyring.people(folder):
        yield "the log-in does not offer the person"
    with _logged_in(folder, told) as vault:
        for finding in check(vault).findings:
            if finding.damage:
                yield f"check: {finding.text['en']}"
        yield from _of_records(vault, told)
        yield from _of_hand_offs(root, vault, told)
        yield from _of_merges(vault, told)
        yield from _of_backups(root, vault, told)
        yield from _of_people(vault, told)
        Work(root, lambda _: None).pass_gate(vault)


def _logged_in(folder: Path, told: Told) -> Vault:
    """Log in by the last password acknowledged, or by one whose change was broken off."""
    known = [PASSWORD, *(event["new"] for event in told.done("password"))][-1]
    tried = [event["new"] for event in told.in_doubt("password")]
    for password in tried:
        with suppress(AppError):
            return open_vault(folder, definitions_in(folder), password, PERSON)
    return open_vault(folder, definitions_in(folder), known, PERSON)


# Records


def _of_records(vault: Vault, told: Told) -> Iterator[str]:
    here = [event for event in told.done("save") if event["home"] == vault.folder.name]
    latest = {event["uid"]: event for event in here}
    doubtful = [event for event in told.in_doubt("save") if event["home"] == vault.folder.name]
    for uid, event in latest.items():
        is_changing = any(other["uid"] == uid for other in doubtful)
        if problem := _wrong_with(vault, event, is_changing=is_changing):
            yield f"{event['register']} {event['record']['number']} revision {event['revision']}: {problem}"
    if vault.station.is_headquarters:
        return
    for register in {event["register"] for event in here}:
        new = sum(event["register"] == register and not event["uid"] for event in doubtful)
        known = {event["uid"] for event in here if event["register"] == register}
        strangers = {item.record["uid"] for item in vault.records(register).all()} - known
        if len(strangers) > new:
            yield f"{register}: {len(strangers)} records that nobody acknowledged"
    forms = [event["content"] for event in told.done("form")]
    held = vault.records("gate_log").kept_form("")
    after = told.events[_last(told.events, "form") :] if forms else []
    if forms and held != forms[-1] and not any("gate_log" in str(event) for event in after[1:]):
        yield "the open form is gone"


def _last(events: Sequence[Event], name: str) -> int:
    return max(place for place, event in enumerate(events) if event.get("done") == name)


def _wrong_with(vault: Vault, event: Event, *, is_changing: bool) -> str:
    records = vault.records(event["register"])
    stored = records.stored([event["uid"]]).get(event["uid"])
    if stored is None or stored.record["revision"] < event["revision"]:
        return "" if _is_kept_aside(vault, event) else "gone" if stored is None else "an older revision"
    if stored.record["revision"] > event["revision"] and not is_changing:
        return "changed by nobody"
    if stored.record["revision"] == event["revision"]:
        record, lines = stored.record, stored.lines
    else:
        record, lines = records.past(event["uid"], event["revision"])
    names = [f.name for f in records.register.fields] + ["number", "prison", "void_reason", "remarks"]
    differing = [name for name in names if _plain(record.get(name)) != _plain(event["record"].get(name))]
    for table in records.register.lines:
        own = ("uid", "position", *table.by_name)
        was, now = ([[row.get(n) for n in own] for row in of.get(table.name) or ()] for of in (event["lines"], lines))
        differing += [table.name] if was != now else []
    return f"other {', '.join(differing)}" if differing else ""


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value))


def _is_kept_aside(vault: Vault, event: Event) -> bool:
    """Tell whether a restore replaced the file that held a record, and kept it."""
    zone = vault.definitions.registers[event["register"]].zone
    for path in (vault.folder / restoring.REPLACED).glob(f"*/{zone}.depter"):
        for key in vault.keys.versions[zone]:
            with suppress(AppError):
                connection = connect(path, key)
                sql = f"select revision from {event['register']} where uid = ?"
                row = connection.execute(sql, (event["uid"],)).fetchone()
                connection.close()
                if row and row["revision"] >= event["revision"]:
                    return True
    return False


# What leaves and arrives


def _of_hand_offs(root: Path, vault: Vault, told: Told) -> Iterator[str]:
    here = [event for event in told.done("hand_off") if event["home"] == vault.folder.name]
    sent = {row["check_number"]: row for row in vault.zone("security").select("select * from sent")} if here else {}
    for event in here:
        path = root / "stick" / event["file"]
        if event["check"] not in sent:
            yield f"hand-off {event['check']} is not known"
        if not path.exists():
            yield f"the workbook {event['file']} is gone from the stick"
        elif parse(read_source(path)).meta.get("check") != event["check"]:
            yield f"the workbook {event['file']} is another one"
    acknowledged = {event["check"] for event in told.done("acknowledge")}
    if any(not sent[check]["acknowledged_at"] for check in acknowledged & sent.keys()):
        yield "what headquarters acknowledged is forgotten"


def _of_merges(vault: Vault, told: Told) -> Iterator[str]:
    """Find merges that are there in part, or were acknowledged and are not there at all."""
    if not vault.station.is_headquarters:
        return
    received = {row["check_number"] for row in vault.zone("security").received()}
    for event in told.done("merge"):
        if event["check"] not in received:
            yield f"the hand-off {event['check']} was merged and is not known"
    records = vault.records("gate_log")
    expected = {uid for event in told.done("merge") + told.in_doubt("merge") for uid in event["coming"]}
    found = records.stored(sorted(expected))
    if len(found) != len(expected):
        yield f"{len(expected) - len(found)} merged records are gone"
    whole = {row["hand_off"] for row in vault.zone("security").select("select distinct hand_off from gate_log")}
    if not whole <= received:
        yield "records of a hand-off that is not known"


# Backups


def _of_backups(root: Path, vault: Vault, told: Told) -> Iterator[str]:
    # A scene is laid out without the folders that it has nothing to do with.
    made = [
        event
        for event in told.done("back_up")
        if (root / event["place"].split("/")[0]).is_dir() and event["home"] == vault.folder.name
    ]
    for place in {event["place"] for event in made}:
        numbers = [event["number"] for event in made if event["place"] == place]
        there = list(backups.backups(root / place))
        kept = backups.kept({*numbers, *(backup.number for backup in there)})
        for number in sorted(kept & set(numbers) - {backup.number for backup in there}):
            yield f"backup {number} at {place} is gone"
        for backup in there:
            yield from _of_backup(backup)
    for event in told.done("restore"):
        for name in event["kept"]:
            if not (root / name).exists():
                yield f"{name} was kept aside and is gone"


def _of_backup(backup: Backup) -> Iterator[str]:
    for copy in backup.copies:
        path = backup.folder / copy.file
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != copy.sha256:
            yield f"backup {backup.number} lacks {copy.file}"


def _unproven(folder: Path, told: Told) -> Iterator[str]:
    with _logged_in(folder, told) as vault:
        proof = restoring.prove(vault, own_place(folder))
    for zone in proof.zones:
        if zone.problem or zone.missing:
            yield f"the newest backup does not restore {zone.zone}: {zone.problem and zone.problem['en']}"


# People


def _of_people(vault: Vault, told: Told) -> Iterator[str]:
    known = {person.name: person for person in people.everyone(vault.folder)}
    gone = {event["name"] for event in told.done("gone")}
    going = gone | {event["name"] for event in told.in_doubt("gone")}
    for event in told.done("came"):
        state = known[event["name"]].state if event["name"] in known else "missing"
        expected = {"removed"} if event["name"] in gone else {"active", "removed"} if event["name"] in going else {"active"}
        if state not in expected:
            yield f"a person is {state}"
    for event in told.done("let_in"):
        if event["name"] not in going and event["zone"] not in known[event["name"]].zones:
            yield "a person let into a zone is out again"
    for event in told.done("sheet"):
        if not _opens_by_sheet(vault.folder, event):
            yield "a recovery sheet opens no more"
    ring = keyring.read(vault.folder)
    for zone in {event["zone"] for event in told.done("key")}:
        if ring["zones"][zone]["version"] < 2:
            yield f"{zone} has its old key again"


def _opens_by_sheet(folder: Path, event: Event) -> bool:
    secret = recovery.read_code(event["code"])
    ring = keyring.read(folder)
    for sheet in ring["zones"][event["zone"]]["sheets"]:
        with suppress(Exception):
            zone_keys.unwrap_from_sheet(ring, event["zone"], sheet["wrapped"], secret)
            return True
    return False


def at_stake(told: Iterable[Event]) -> int:
    """Count what was acknowledged."""
    return sum("done" in event for event in told)
