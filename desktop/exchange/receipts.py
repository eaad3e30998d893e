"""Receipts: what headquarters tells a prison of its hand-offs, as a letter on the stick that goes back.

Every receipt tells all, so that a lost one costs nothing, and an older one read late takes nothing back. It also carries the
head of the prison's history as headquarters last saw it, which anchors that history outside of the prison.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from desktop.exchange.letters import LARGEST_LETTER, SUFFIX, Letter, letter_of, read_letter, write_again
from desktop.exchange.questions import ask_pending, read_told, told
from desktop.registers.labels import LANGUAGES, Label
from desktop.registers.problems import AppError
from desktop.registers.states import DRAFT
from desktop.store import acknowledgements, letters, station_keys
from desktop.store import questions as store
from desktop.store.acknowledgements import by_check
from desktop.store.driver import transaction
from desktop.store.history import Event, append, written_head
from desktop.store.keyring import HEADQUARTERS
from desktop.store.letters import IN, OUT, KeptLetter
from desktop.store.questions import Question
from desktop.store.received import received
from desktop.store.station_keys import Partner
from desktop.store.vault import Vault
from desktop.store.zone import Zone

KIND = "receipt"
# What of a receipt says nothing new by itself.
_QUIET = ("order", "head")


@dataclass(frozen=True)
class HandOff:
    """A hand-off as headquarters received it: *check* as the file says it, and how many of its rows were taken or left out.

    *edited* tells that its content was changed after it was made.
    """

    check: str
    month: str
    revision: int
    sequence: int
    accepted: int
    rejected: int
    edited: bool


@dataclass(frozen=True)
class Rejected:
    """A problem of a row that was left out of the hand-off *check*: its sheet, row and cell, what is wrong, and what to do."""

    check: str
    sheet: str
    row: int
    cell: str
    register: str
    uid: str
    number: str
    problem: Label
    advice: Label


@dataclass(frozen=True)
class Receipt:
    """What a receipt says; *order* grows from one to the next, *head* is the prison's history as last seen, "" for never."""

    order: int
    accepted: tuple[HandOff, ...]
    taken_back: tuple[HandOff, ...]
    rejected: tuple[Rejected, ...]
    head: str
    questions: tuple[Question, ...] = ()
    closed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Taken:
    """What reading a receipt came to: *state* is "new", "same" (read before) or "older" (a later one was read before).

    *records* counts those that headquarters is now known to have, *asked* its new questions; *unknown* names hand-offs that
    were not made here.
    """

    zone: str
    state: str
    receipt: Receipt
    records: int
    unknown: tuple[str, ...]
    asked: int = 0


@dataclass(frozen=True)
class LeftOut:
    """A problem that headquarters had with a row; *is_mended* once the record was changed since and goes again."""

    row: Rejected
    is_mended: bool


# At headquarters


def write_receipts(vault: Vault, zone: str, folder: Path) -> list[Path]:
    """Write a receipt for each enrolled station of *zone* to which there is something new to say. Raises AppError."""
    _check_headquarters(vault)
    opened, written = vault.zone(zone), []
    ask_pending(vault, zone)
    for partner in _partners(opened):
        body = _body(opened, partner)
        if _is_new(opened, partner, body):
            letter = letter_of(vault, zone, partner, KIND, body)
            written.append(write_again(vault, partner, letter, folder))
            letters.keep_written(opened, letter.number, KIND, partner.station, partner.prison, body)
            store.mark_sent(opened, [asked["uid"] for asked in body["questions"]])
    return written


def write_receipt_again(vault: Vault, zone: str, kept: KeptLetter, folder: Path) -> Path:
    """Write a receipt that was written before once more, for a stick that was lost. Raises AppError."""
    opened, own = vault.zone(zone), vault.station
    partner = station_keys.partner(opened, kept.station)
    if partner is None:
        raise AppError("letter.unknown_sender", file=KIND, prison=kept.prison)
    letter = Letter(KIND, zone, own.id, own.prison, kept.station, kept.number, kept.at, kept.body)
    path = write_again(vault, partner, letter, folder)
    letters.keep_written(opened, kept.number, KIND, kept.station, kept.prison, kept.body)
    return path


def write_last_again(vault: Vault, zone: str, folder: Path) -> list[Path]:
    """Write the last receipt of each station that is still enrolled once more. Raises AppError."""
    opened = vault.zone(zone)
    last = {kept.station: kept for kept in written_receipts(opened)}
    return [
        write_receipt_again(vault, zone, kept, folder) for kept in last.values() if station_keys.partner(opened, kept.station)
    ]


def written_receipts(zone: Zone) -> list[KeptLetter]:
    """List the receipts written here, oldest first."""
    return letters.letters(zone, KIND, OUT)


def _check_headquarters(vault: Vault) -> None:
    if not vault.station.is_headquarters:
        raise AppError("receipt.only_headquarters", prison=vault.station.prison)


def _partners(zone: Zone) -> list[Partner]:
    return [one for one in station_keys.partners(zone) if not one.retired and one.prison != HEADQUARTERS]


def _is_new(zone: Zone, partner: Partner, body: Mapping[str, Any]) -> bool:
    """Tell whether *body* says anything that the last receipt of the station did not; nothing to say is nothing new."""
    before = letters.letters(zone, KIND, OUT, partner.station)
    said = before[-1].body if before else {}
    return any(body[name] != said.get(name, []) for name in body if name not in _QUIET)


def _body(zone: Zone, partner: Partner) -> dict[str, Any]:
    rows = [row for row in received(zone, undone=True) if _is_of(row, partner)]
    stands = [row for row in rows if not row["undone_at"]]
    questions = store.questions(zone, station=partner.station)
    accepted = {row["claimed"] or row["check_number"]: _hand_off(row) for row in stands if row["sequence"]}
    gone = {row["claimed"] or row["check_number"]: _hand_off(row) for row in rows if row["undone_at"] and row["sequence"]}
    return {
        "order": zone.head.seq,
        "accepted": list(accepted.values()),
        "taken_back": [one for check, one in gone.items() if check not in accepted],
        "rejected": list(_rejected(zone, stands)),
        "head": _last_head(rows),
        "questions": told(one for one in questions if one.state in store.WAITING),
        "closed": [one.uid for one in questions if one.state == store.CLOSED],
    }


def _is_of(row: Mapping[str, Any], partner: Partner) -> bool:
    """Tell whether a received file is of the station of *partner*; a template that was filled by hand is of its prison."""
    return row["prison"] == partner.prison and (row["station"] == partner.station or not row["sequence"])


def _hand_off(row: Mapping[str, Any]) -> dict[str, Any]:
    counts = json.loads(row["counts"])
    check = row["claimed"] or row["check_number"]
    return asdict(
        HandOff(check, row["month"], row["revision"], row["sequence"], counts["accepted"], counts["rejected"],
                check != row["check_number"])
    )  # fmt: skip


def _rejected(zone: Zone, stands: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Give the problems of rows that stayed out and did not come right since, those of the last file first."""
    brought: set[str] = set()
    for place, row in enumerate(reversed(stands)):
        sql = "select uid from received_records where check_number = ?"
        brought |= {found["uid"] for found in zone.select(sql, [row["check_number"]])}
        for problem in json.loads(row["counts"]).get("rows", ()):
            # A row without a record's identifier can be told from no other: only the last file speaks of it.
            if problem["uid"] not in brought and (problem["uid"] or not place):
                yield problem | {"check": row["claimed"] or row["check_number"]}


def _last_head(rows: list[dict[str, Any]]) -> str:
    """Give the head of the history that went furthest, of those that a station signed."""
    heads = [row["head"] for row in rows if row["head"]]
    return max(heads, key=lambda text: written_head(text)[0], default="")


# In the prison


def read_receipt(vault: Vault, name: str, content: bytes) -> Taken:
    """Take over a receipt: what headquarters has, what it left out, and the head of the history here as it knows it.

    The same again changes nothing, and an older one only adds. Raises AppError as `read_letter` does, and where it is no
    receipt of headquarters.
    """
    letter = read_letter(vault, name, content)
    if letter.kind != KIND or letter.prison != HEADQUARTERS:
        raise AppError("receipt.none", file=name)
    try:
        receipt = _receipt(letter.body, letter.sender, letter.prison)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise AppError("letter.changed", file=name) from error
    zone = vault.zone(letter.zone)
    with transaction(zone.connection):
        return _take(zone, letter, receipt)


def read_receipts(vault: Vault, paths: Iterable[Path]) -> tuple[list[Taken], list[AppError]]:
    """Read receipts and those lying in folders, and give what they came to and what was wrong with some.

    Of a folder, what is meant for other stations is passed over: one stick goes round.
    """
    taken: list[Taken] = []
    errors: list[AppError] = []
    for path, is_named in _files(paths):
        try:
            with path.open("rb") as file:
                taken.append(read_receipt(vault, path.name, file.read(LARGEST_LETTER + 1)))
        except OSError:
            errors.append(AppError("file.not_readable", file=path.name))
        except AppError as error:
            if is_named or error.name != "letter.for_another":
                errors.append(error)
    return taken, errors


def _files(paths: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    for path in paths:
        if path.is_dir():
            yield from ((inside, False) for inside in sorted(path.glob(f"*_{KIND}_*{SUFFIX}")) if inside.is_file())
        else:
            yield path, True


def last_receipt(zone: Zone) -> Receipt | None:
    """Give the newest receipt that was read here."""
    return max(
        (_receipt(kept.body, kept.station, kept.prison) for kept in letters.letters(zone, KIND, IN)),
        key=lambda one: one.order,
        default=None,
    )


def _take(zone: Zone, letter: Letter, receipt: Receipt) -> Taken:
    newest = last_receipt(zone)
    made = {row["check_number"] for row in zone.select("select check_number from sent")}
    unknown = tuple(one.check for one in (*receipt.accepted, *receipt.taken_back) if one.check not in made)
    if any(kept.number == letter.number for kept in letters.letters(zone, KIND, IN, letter.sender)):
        return Taken(zone.name, "same", receipt, 0, unknown)
    state = "older" if newest and newest.order > receipt.order else "new"
    letters.insert(zone, letter.number, KIND, letter.sender, letter.prison, IN, letter.body)
    said = {"letter": letter.number, "at": letter.at, "head": receipt.head, "unknown": list(unknown)}
    append(zone.connection, zone.person, [Event("receipt", changes=said)])
    records = _settle_older(zone, receipt, newest) if newest and state == "older" else _settle(zone, receipt)
    closed = newest.closed if newest and state == "older" else ()
    asked = store.take(zone, [one for one in receipt.questions if one.uid not in closed], receipt.closed)
    return Taken(zone.name, state, receipt, records, unknown, asked)


def left_out(zone: Zone) -> list[LeftOut]:
    """List what the newest receipt says was left out, as it stands here now."""
    receipt = last_receipt(zone)
    return [LeftOut(row, _is_mended(zone, row)) for row in (receipt.rejected if receipt else ())]


def _is_mended(zone: Zone, row: Rejected) -> bool:
    sql = "select s.revision from sent_records as s join sent as f using (sequence) where f.check_number = ? and s.uid = ?"
    sent = zone.select(sql, (row.check, row.uid))
    if not sent or row.register not in {register.name for register in zone.registers}:
        return False
    stored = zone.records(row.register).stored([row.uid]).get(row.uid)
    return stored is not None and stored.record["revision"] > sent[0]["revision"] and stored.record["state"] != DRAFT


def _settle(zone: Zone, receipt: Receipt) -> int:
    left_out = by_check((row.check, row.uid) for row in receipt.rejected)
    accepted = {one.check: left_out.get(one.check, set()) for one in receipt.accepted}
    return acknowledgements.settle(zone, accepted, [one.check for one in receipt.taken_back])


def _settle_older(zone: Zone, receipt: Receipt, newest: Receipt) -> int:
    """Take of an older receipt what the newest does not tell otherwise: that may come from headquarters put back."""
    told = {one.check for one in (*newest.accepted, *newest.taken_back)}
    left_out = by_check((row.check, row.uid) for row in receipt.rejected)
    return acknowledgements.settle(
        zone, {one.check: left_out.get(one.check, set()) for one in receipt.accepted if one.check not in told}
    )


def _receipt(body: Mapping[str, Any], station: str, prison: str) -> Receipt:
    """Read what a letter says. Raises KeyError, TypeError, ValueError or AttributeError where it is not as it should be."""
    head = str(body["head"])
    if head:
        written_head(head)
    accepted, taken_back = (tuple(_read_hand_off(one) for one in body[name]) for name in ("accepted", "taken_back"))
    rejected = tuple(_read_rejected(one) for one in body["rejected"])
    asked = tuple(read_told(one, station, prison) for one in body["questions"])
    return Receipt(int(body["order"]), accepted, taken_back, rejected, head, asked, tuple(map(str, body["closed"])))


def _read_hand_off(told: Mapping[str, Any]) -> HandOff:
    return HandOff(
        str(told["check"]), str(told["month"]), int(told["revision"]), int(told["sequence"]), int(told["accepted"]),
        int(told["rejected"]), bool(told["edited"]),
    )  # fmt: skip


def _read_rejected(told: Mapping[str, Any]) -> Rejected:
    return Rejected(
        str(told["check"]), str(told["sheet"]), int(told["row"]), str(told["cell"]), str(told["register"]), str(told["uid"]),
        str(told["number"]), _words(told["problem"]), _words(told["advice"]),
    )  # fmt: skip


def _words(told: Mapping[str, str]) -> Label:
    return Label({language: str(told[language]) for language in LANGUAGES})
