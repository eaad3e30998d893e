"""A case goes with its person to another prison: by a letter to headquarters, which sends it on, and an answer the same way back.

Until the answer is there the record stays open where it was, and headquarters sees how long the case has been on its way. The
letter holds the person's name; headquarters, which only passes it on, shows the case by its number and writes neither into a
register. Every letter may be written and read again: nothing happens twice. See docs/decisions/020-case-transfer.md.
"""

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from desktop.exchange.layout import STRANGERS
from desktop.exchange.letters import LARGEST_LETTER, SUFFIX, Letter, read_letter, write_letter
from desktop.exchange.rows import NAMESPACE
from desktop.registers.labels import Label
from desktop.registers.messages import message
from desktop.registers.problems import AppError
from desktop.registers.register import MOVED, TODAY, Register, Table, Transfer
from desktop.registers.rules import LinesOf, Row
from desktop.registers.states import HAPPENED, VOID
from desktop.store import station_keys
from desktop.store import transfers as letters
from desktop.store.history import Event, now
from desktop.store.keyring import HEADQUARTERS
from desktop.store.letters import IN, OUT, KeptLetter
from desktop.store.records import Filter, Records, Saved, new_uid
from desktop.store.station_keys import Partner
from desktop.store.transfers import ANSWER, CASE
from desktop.store.vault import Vault
from desktop.store.zone import Zone

# How far a transfer is, as this station knows: at the origin due, sent, settled; at headquarters came, forwarded, answered,
# settled; at the destination came, settled.
DUE, SENT, CAME, FORWARDED, ANSWERED, SETTLED = "due", "sent", "came", "forwarded", "answered", "settled"
TAKEN, REFUSED = "taken", "refused"

ORIGIN = "origin"  # in the `extra` of a record: whose it goes on from

# What a letter says on its outside, so to speak: all of it that stays once the case is settled.
_OUTSIDE = ("transfer", "register", "origin", "line", "number", "from", "to", "day")
_HEADER = ("uid", "number", "prison", "remarks", "reasons")


@dataclass(frozen=True)
class Passage:
    """One case on its way from a prison to another: *case* is its number there, *uid* the record's, *days* since it began.

    *decision* is the destination's, with *why* it refused, or the number that the case has there, *taken_as*.
    """

    number: str
    register: str
    uid: str
    case: str
    origin: str
    destination: str
    state: str
    began: str = ""
    days: int = 0
    decision: str = ""
    why: str = ""
    taken_as: str = ""


@dataclass(frozen=True)
class Came:
    """What reading a letter came to: the transfer it is about, and whether it said anything new."""

    passage: Passage
    is_new: bool


@dataclass(frozen=True)
class Arrival:
    """A case that waits for the decision of this prison, its person, and the persons here who may be the same."""

    register: Register
    record: Row
    lines: LinesOf
    people: Register
    person: Row
    same: list[Row]


def zones(vault: Vault) -> list[str]:
    """List the zones in which this person may send, pass on or take over cases."""
    moving = {register.zone for register in vault.definitions.registers.values() if register.transfer}
    return [zone for zone in vault.zones if zone in moving and vault.may("write", zone)]


# The list


def passages(vault: Vault, zone: str) -> list[Passage]:
    """List the cases that are to leave, are on their way or were settled: the settled last, and those under way longest first."""
    opened = vault.zone(zone)
    told = sorted(letters.kept(opened), key=lambda letter: letter.number)
    found = [_passage(opened, list(group)) for _, group in groupby(told, key=lambda letter: letter.number)]
    under_way = {one.uid for one in found if one.state == SENT}
    due = [one for register in opened.registers for one in _due(opened, register) if one.uid not in under_way]
    return [*due, *sorted(found, key=lambda one: (one.state == SETTLED, one.began))]


def _due(zone: Zone, register: Register) -> list[Passage]:
    own = zone.station.prison
    rows = [] if zone.station.is_headquarters else letters.due(zone, register, HAPPENED)
    return [Passage("", register.name, row.uid, row.number, own, row.prison, DUE) for row in rows]


def _passage(zone: Zone, told: list[KeptLetter]) -> Passage:
    about = next(letter for letter in told if letter.kind == CASE)
    answer = next((letter.body for letter in told if letter.kind == ANSWER), {})
    ways = {(letter.kind, letter.direction) for letter in told}
    body = about.body
    return Passage(
        about.number, body["register"], body["origin"], body["number"], body["from"], body["to"],
        _state(ways, is_headquarters=zone.station.is_headquarters), about.at,
        max((zone.today - dt.date.fromisoformat(about.at[:10])).days, 0),
        answer.get("decision", ""), answer.get("why", ""), answer.get("number", ""),
    )  # fmt: skip


def _state(ways: set[tuple[str, str]], *, is_headquarters: bool) -> str:
    if is_headquarters:
        steps = {(CASE, IN): CAME, (CASE, OUT): FORWARDED, (ANSWER, IN): ANSWERED, (ANSWER, OUT): SETTLED}
    else:
        steps = {(CASE, IN): CAME, (CASE, OUT): SENT, (ANSWER, IN): SETTLED, (ANSWER, OUT): SETTLED}
    return [state for way, state in steps.items() if way in ways][-1]


def _found(zone: Zone, number: str) -> Passage:
    told = letters.kept(zone, number)
    if not any(letter.kind == CASE for letter in told):
        raise AppError("transfer.unknown")
    return _passage(zone, told)


# At the prison that the case leaves


def is_due(records: Records, uid: str) -> bool:
    """Tell whether a line of the record *uid*, as it is kept, says that it is to go to another prison."""
    return not records.zone.station.is_headquarters and bool(letters.due(records.zone, records.register, HAPPENED, uid))


def write_transfer(vault: Vault, register: str, uid: str, folder: Path) -> Path:
    """Write the letter that sends the record *uid* with its person to the prison its line names, and mark the line as sent.

    Raises AppError where no line says so, the record is a draft, headquarters is not enrolled or the folder is not there.
    """
    records = vault.records(register)
    zone = records.zone
    partner = _headquarters(zone)
    if not folder.is_dir():
        raise AppError("handoff.no_folder", folder=folder.name)
    found = letters.due(zone, records.register, HAPPENED, uid)
    if not found:
        raise AppError("transfer.not_due")
    due = found[0]
    begun = next((k for k in letters.kept(zone) if k.body.get("line") == due.line and _is_open(zone, k.number)), None)
    body = begun.body if begun else _body(records, due)
    _keep(zone, _station(partner), CASE, OUT, body)
    _mark(records, due, body)
    return write_letter(vault, zone.name, partner, CASE, body, folder)


def _is_open(zone: Zone, number: str) -> bool:
    return _found(zone, number).state == SENT


def _headquarters(zone: Zone) -> Partner:
    partner = station_keys.headquarters(zone)
    if partner is None:
        raise AppError("transfer.no_headquarters")
    return partner


def _body(records: Records, due: letters.Due) -> dict[str, Any]:
    zone, moves = records.zone, _moves(records.register)
    record, lines = records.read(due.uid)
    people = zone.records(records.register.by_name[moves.person].register)
    found = people.all(Filter(where={"number": record.get(moves.person)})) if record.get(moves.person) else []
    if not found:
        raise AppError("transfer.no_person", number=due.number)
    return {
        "transfer": new_uid(), "register": records.register.name, "origin": due.uid, "line": due.line, "number": due.number,
        "from": zone.station.prison, "to": due.prison, "day": zone.today.isoformat(),
        "case": _told(records.register, record), "person": _told(people.register, found[0].record),
        "lines": {table.name: [_told(table, row) for row in lines.get(table.name, [])] for table in records.register.lines},
    }  # fmt: skip


def _told(table: Table, row: Row) -> Row:
    names = [*_HEADER, *table.by_name]
    return {name: row[name] for name in names if row.get(name) is not None}


def _mark(records: Records, due: letters.Due, body: Mapping[str, Any]) -> None:
    record, lines = records.read(due.uid)
    why = _worded(records.zone, "transfer.why_sent", prison=_prison(records.zone, due.prison))
    _line(records.register, lines, due.line).update(_filled(_moves(records.register).sent, body, body["day"]))
    _save(records, record, lines, why)


def _line(register: Register, lines: LinesOf, uid: str) -> Row:
    return next((row for row in lines.get(_moves(register).lines, []) if row["uid"] == uid), {})


def _save(records: Records, record: Row, lines: LinesOf, why: str) -> Saved:
    """Save what a transfer changes, which explains whatever only deserves a warning; what is wrong makes it a draft."""
    reasons = json.loads(record.get("reasons") or "{}")
    warned = [p.key for p in records.judge(dict(record), lines).problems if p.severity == "warning"]
    record["reasons"] = json.dumps(dict.fromkeys(warned, why) | reasons, ensure_ascii=False) if warned or reasons else None
    saved = records.save(record, lines, ready=True, why=why)
    return saved if saved.kept else records.save(record, lines, ready=False, why=why)


# Reading what comes


def read_transfer(vault: Vault, name: str, content: bytes) -> Came:
    """Read a letter about a transfer and keep it; an answer settles the record that waits for it.

    Raises AppError where it is none, nothing here waits for it, or it went another way than a transfer goes.
    """
    letter = read_letter(vault, name, content)
    zone = vault.zone(letter.zone)
    if letter.kind == CASE:
        is_new = _take_in(zone, name, letter)
    elif letter.kind == ANSWER:
        is_new = _take_answer(zone, name, letter)
    else:
        raise AppError("transfer.other_letter", file=name)
    return Came(_found(zone, str(letter.body["transfer"])), is_new)


def letters_in(folder: Path) -> list[Path]:
    """List the letters about transfers that lie in *folder*, by their names; empty where it cannot be read."""
    try:
        return sorted(folder.glob(f"*_{CASE}*{SUFFIX}"))
    except OSError:
        return []


def read_transfers(vault: Vault, paths: Iterable[Path]) -> tuple[list[Came], list[AppError]]:
    """Read letters one by one: what each came to, and why others were refused."""
    came: list[Came] = []
    refused: list[AppError] = []
    for path in paths:
        try:
            came.append(read_transfer(vault, path.name, _content(path)))
        except AppError as error:
            refused.append(error)
    return came, refused


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise AppError("letter.none", file=path.name)
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_LETTER + 1)
    except OSError as error:
        raise AppError("letter.none", file=path.name) from error


def _take_in(zone: Zone, name: str, letter: Letter) -> bool:
    body = letter.body
    texts = all(isinstance(body.get(word), str) for word in _OUTSIDE)
    parts = all(isinstance(body.get(word), dict) for word in ("case", "person", "lines"))
    if not texts or not parts or not _is_day(body["day"]):
        raise AppError("letter.changed", file=name)
    known = zone.definitions.registers.get(body["register"])
    if (
        known is None
        or known.zone != zone.name
        or not known.transfer
        or body["to"] not in zone.definitions.codes["prisons"].codes
    ):
        raise AppError("letter.newer", file=name)
    if not _came_the_right_way(zone, letter):
        raise AppError("transfer.wrong_way", file=name)
    return _keep(zone, _sender(letter), CASE, IN, body)


def _came_the_right_way(zone: Zone, letter: Letter) -> bool:
    start, end = letter.body["from"], letter.body["to"]
    told_before = {k.prison for k in letters.kept(zone, letter.body["transfer"]) if (k.kind, k.direction) == (CASE, IN)}
    if zone.station.is_headquarters:
        return start == letter.prison and end not in (start, HEADQUARTERS) and told_before <= {letter.prison}
    return letter.prison == HEADQUARTERS and end == zone.station.prison


def _take_answer(zone: Zone, name: str, letter: Letter) -> bool:
    body = letter.body
    words = all(isinstance(body.get(word), str) for word in ("transfer", "decision", "why", "number", "day"))
    if not words or body["decision"] not in (TAKEN, REFUSED) or not _is_day(body["day"]):
        raise AppError("letter.changed", file=name)
    about = next((k for k in letters.kept(zone, body["transfer"]) if k.kind == CASE), None)
    if about is None:
        raise AppError("transfer.unknown")
    if letter.prison != (about.body["to"] if zone.station.is_headquarters else HEADQUARTERS):
        raise AppError("transfer.wrong_way", file=name)
    outside = _outside(about.body)
    is_new = _keep(zone, _sender(letter), ANSWER, IN, body, outside)
    if not zone.station.is_headquarters:
        _settle(zone, outside, body)
    return is_new


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _settle(zone: Zone, about: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
    """Write into the record that left what became of it, where it still says that it waits for this."""
    records = zone.records(about["register"])
    moves = _moves(records.register)
    record, lines = records.read(about["origin"])
    line = _line(records.register, lines, about["line"])
    waits = line and all(line.get(name) == value for name, value in _filled(moves.sent, about, about["day"]).items())
    if not waits or record["state"] == VOID:
        return
    is_taken, prison = answer["decision"] == TAKEN, _prison(zone, about["to"])
    line.update(_filled(moves.confirmed if is_taken else moves.refused, about, answer["day"]))
    record |= _filled(moves.left, about, answer["day"]) if is_taken else {}
    words = {"prison": prison, "number": answer["number"], "why": answer["why"]}
    _save(records, record, lines, _worded(zone, "transfer.why_confirmed" if is_taken else "transfer.why_refused", **words))


# Writing what goes on


def write_on(vault: Vault, zone: str, number: str, folder: Path) -> Path:
    """Write the letter about the transfer *number* that is this station's to write, for the first time or again.

    Headquarters sends on the case, or its answer where that has come; a prison its case, or its answer. Raises AppError.
    """
    opened = vault.zone(zone)
    told = letters.kept(opened, number)
    passage = _found(opened, number)
    if not folder.is_dir():
        raise AppError("handoff.no_folder", folder=folder.name)
    if not opened.station.is_headquarters:
        return _write_again(vault, opened, told, folder)
    kind = ANSWER if passage.state in (ANSWERED, SETTLED) else CASE
    letter = next(k for k in told if (k.kind, k.direction) == (kind, IN))
    partner = _partner(opened, passage.destination if kind == CASE else passage.origin)
    _keep(opened, _station(partner), kind, OUT, letter.body if kind == ANSWER else _outside(letter.body))
    return write_letter(vault, zone, partner, kind, letter.body, folder)


def _write_again(vault: Vault, zone: Zone, told: list[KeptLetter], folder: Path) -> Path:
    letter = next((k for k in told if k.direction == OUT), None)
    if letter is None:
        raise AppError("transfer.not_decided")
    if letter.kind == CASE and any(k.kind == ANSWER for k in told):
        raise AppError("transfer.settled")
    if letter.kind == CASE:
        _mark_if_due(zone, letter.body)
    return write_letter(vault, zone.name, _headquarters(zone), letter.kind, letter.body, folder)


def _mark_if_due(zone: Zone, body: Mapping[str, Any]) -> None:
    """Mark the line as sent where something ended the program before that was done."""
    records = zone.records(body["register"])
    for due in letters.due(zone, records.register, HAPPENED, body["origin"]):
        if due.line == body["line"]:
            _mark(records, due, body)


def _partner(zone: Zone, prison: str) -> Partner:
    found = [one for one in station_keys.partners(zone) if one.prison == prison and not one.retired]
    if not found:
        raise AppError("transfer.not_enrolled", prison=_prison(zone, prison))
    return found[-1]


# At the prison that the case comes to


def arrival(vault: Vault, zone: str, number: str) -> Arrival:
    """Show a case that came and its person to whoever decides about it, and write down that they were looked at.

    Raises AppError where it is not this prison's to decide.
    """
    opened = vault.zone(zone)
    body = _undecided(opened, number)
    shown = _arrival(opened, body)
    opened.log("transfer_viewed", changes={"transfer": number}, register=body["register"], uid=body["origin"])
    return shown


def _undecided(zone: Zone, number: str) -> Mapping[str, Any]:
    passage = _found(zone, number)
    if passage.state != CAME or zone.station.is_headquarters:
        raise AppError("transfer.settled")
    return next(k.body for k in letters.kept(zone, number) if k.kind == CASE)


def _arrival(zone: Zone, body: Mapping[str, Any]) -> Arrival:
    register = zone.definitions.registers[body["register"]]
    moves = _moves(register)
    people = zone.definitions.registers[register.by_name[moves.person].register]
    day, person = zone.today.isoformat(), body["person"]
    record = _known(register, body["case"]) | _arriving(moves, body, day)
    lines = {table.name: [_known(table, row) for row in body["lines"].get(table.name, [])] for table in register.lines}
    for row, told in zip(lines[moves.lines], body["lines"].get(moves.lines, []), strict=True):
        if told.get("uid") == body["line"]:
            row.update(_filled(moves.arriving_line, body, day))
    return Arrival(register, record, lines, people, _known(people, person), _same(zone, people, moves, person))


def _known(table: Table, row: Row) -> Row:
    """Take over what is a field here; what only a newer program knows is kept beside it, as at a merge."""
    known = {name: row[name] for name in (*table.by_name, "remarks", "reasons") if name in row}
    strangers = {name: str(value) for name, value in row.items() if name not in table.by_name and name not in _HEADER}
    return known | ({"extra": json.dumps({STRANGERS: strangers}, ensure_ascii=False)} if strangers else {})


def _arriving(moves: Transfer, body: Mapping[str, Any], day: str) -> Row:
    """Give what makes the case one that was notified elsewhere, unless it was so already: by the first who notified it."""
    first = [name for name, value in moves.arriving.items() if value in MOVED]
    is_known = any(body["case"].get(name) for name in first)
    return {name: value for name, value in _filled(moves.arriving, body, day).items() if not (is_known and name in first)}


def _same(zone: Zone, people: Register, moves: Transfer, person: Row) -> list[Row]:
    found: dict[str, Row] = {}
    for name in moves.same_person:
        if person.get(name):
            stored = zone.records(people.name).all(Filter(where={name: person[name]}))
            found |= {item.record["number"]: item.record for item in stored if item.record["state"] != VOID}
    return list(found.values())


def take_over(vault: Vault, zone: str, number: str, person: str = "") -> Saved:
    """Take the case over: for the *person* whose record here has that number, or for a new record of the one who came with it.

    The case becomes ready where nothing is wrong with it, and a draft to be completed otherwise. Raises AppError.
    """
    opened = vault.zone(zone)
    body = _undecided(opened, number)
    shown, why = _arrival(opened, body), _worded(opened, "transfer.why_taken", prison=_prison(opened, body["from"]))
    moves, records = _moves(shown.register), opened.records(shown.register.name)
    if not person:
        person = _new_person(opened.records(shown.people.name), moves, shown.person, number, why)
    extra = json.loads(shown.record.get("extra") or "{}")
    extra[ORIGIN] = {"uid": body["origin"], "prison": body["from"], "number": body["number"], "transfer": number}
    record = shown.record | {"uid": _uid(number, "case"), moves.person: person, "extra": json.dumps(extra, ensure_ascii=False)}
    saved = _save_new(records, record, shown.lines, why)
    _answer(opened, body, {"decision": TAKEN, "why": "", "number": saved.record["number"]})
    return saved


def _uid(number: str, what: str) -> str:
    """Give what a transfer makes always the same identifier, so that it is made once."""
    return str(uuid.uuid5(NAMESPACE, f"{number}\n{what}"))


def _new_person(people: Records, moves: Transfer, told: Row, number: str, why: str) -> str:
    kept = {name: value for name, value in told.items() if name not in moves.stays_behind}
    saved = _save_new(people, people.blank() | kept | {"uid": _uid(number, "person")}, {}, why)
    return str(saved.record["number"])


def _save_new(records: Records, record: Row, lines: LinesOf, why: str) -> Saved:
    if stored := records.stored([record["uid"]]):
        # Something ended the program between the making of this record and the answer.
        found = stored[record["uid"]]
        return Saved(True, found.record, found.lines, records.judge(dict(found.record), found.lines))
    saved = records.save(record, lines, ready=True, why=why)
    return saved if saved.kept else records.save(record, lines, ready=False, why=why)


def refuse(vault: Vault, zone: str, number: str, why: str) -> None:
    """Refuse a case that came, with the reason that its prison will read. Raises AppError."""
    if not why.strip():
        raise AppError("transfer.why_needed")
    opened = vault.zone(zone)
    _answer(opened, _undecided(opened, number), {"decision": REFUSED, "why": why.strip(), "number": ""})


def _answer(zone: Zone, body: Mapping[str, Any], said: Mapping[str, str]) -> None:
    answer = {"transfer": body["transfer"], "day": zone.today.isoformat(), **said}
    came = next(k for k in letters.kept(zone, body["transfer"]) if k.kind == CASE)
    partner = station_keys.headquarters(zone)
    to = _station(partner) if partner else (came.station, came.prison)
    _keep(zone, to, ANSWER, OUT, answer, _outside(body))


# What all of them do


def _keep(
    zone: Zone, partner: tuple[str, str], kind: str, direction: str, body: Mapping[str, Any],
    shortened: Mapping[str, Any] | None = None,
) -> bool:  # fmt: skip
    number = str(body["transfer"])
    about = next((k.body for k in letters.kept(zone, number) if k.kind == CASE), body)
    told = {word: about.get(word) for word in ("transfer", "number", "from", "to")} | {"kind": kind}
    told |= {word: body[word] for word in ("decision",) if word in body}
    event = Event("transfer_in" if direction == IN else "transfer_out", about["register"], about["origin"], changes=told)
    return letters.keep(zone, KeptLetter(number, kind, *partner, direction, now(), zone.person, body), event, shortened)


def _station(partner: Partner) -> tuple[str, str]:
    return partner.station, partner.prison


def _sender(letter: Letter) -> tuple[str, str]:
    return letter.sender, letter.prison


def _outside(body: Mapping[str, Any]) -> dict[str, Any]:
    return {word: body[word] for word in _OUTSIDE}


def _moves(register: Register) -> Transfer:
    if register.transfer is None:
        raise AppError("transfer.not_due")
    return register.transfer


def _filled(values: Mapping[str, Any], about: Mapping[str, Any], day: str) -> Row:
    prison, number = MOVED
    stands_for = {TODAY: day, prison: about["from"], number: about["number"]}
    return {name: stands_for.get(value, value) for name, value in values.items()}


def _prison(zone: Zone, code: str) -> Label:
    return zone.definitions.codes["prisons"].codes[code].label


def _worded(zone: Zone, name: str, **words: object) -> str:
    return message(name, **words)[zone.station.language]
