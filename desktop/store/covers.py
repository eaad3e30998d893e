"""The cover sheets of the hand-offs made here, for those who answer for them and hold no key to any record.

A cover sheet counts and names no record. It is encrypted under a key of its own, which is sealed to each who may see it when
the hand-off is written: whoever is given the role later sees what is written from then on, and nobody reads it without a
password. See docs/decisions/010-people-and-keys.md.
"""

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.registers.declarations import Definitions
from desktop.registers.problems import AppError
from desktop.store import journal, keyring, sealing
from desktop.store.files import alone, write_whole
from desktop.store.roles import may, roles_of
from desktop.store.sealing import DoesNotOpen, about

if TYPE_CHECKING:
    from desktop.store.vault import Vault

FILE = "covers.json"
FORMAT = 1
ACTION = "covers"

# Some thirteen years of three zones a month. Older hand-offs stay in the zones they were made of.
MOST = 500


@dataclass(frozen=True)
class Counted:
    """How many records of a register, and *lines* by their name, a hand-off carries; *finished* is how many its month has."""

    carried: int
    finished: int
    lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Total:
    """What a national table makes of the month: exact *amounts* by unit, and how many records it leaves out as *doubtful*."""

    table: str
    amounts: Mapping[str, str]
    doubtful: int = 0


@dataclass(frozen=True)
class CoverSheet:
    """What the head of a prison signs: which hand-off it is, who made it and when, and how much of everything there was.

    *history* is the mark of the zone's history that the workbook's own cover carries.
    """

    zone: str
    month: str
    revision: int
    check_number: str
    prepared_by: str
    at: str
    history: str
    registers: Mapping[str, Counted]
    totals: tuple[Total, ...] = ()
    why: str | None = None


@dataclass(frozen=True)
class Opened:
    """The cover sheets that a person can read, oldest first; *broken* counts those that should open and do not."""

    sheets: tuple[CoverSheet, ...]
    broken: int


# Who sees what


def may_see(definitions: Definitions, names: Iterable[str], zone: str) -> bool:
    """Tell whether the roles *names* see the cover sheets of *zone*: those for covers alone see all, others their own zones'."""
    roles = roles_of(definitions)
    own = [name for name in names if name in roles and ACTION in roles[name].actions]
    return any(not roles[name].zones or may(roles, [name], ACTION, zone) for name in own)


def readers(definitions: Definitions, ring: keyring.Ring, zone: str) -> list[keyring.Row]:
    """List the people to whom the cover sheets of *zone* are sealed."""
    return [row for row in keyring.active(ring) if may_see(definitions, row["roles"], zone)]


# Writing


def keep(vault: "Vault", sheet: CoverSheet) -> None:
    """Seal *sheet* to each who may see it, and write into the zone's history who that is. Raises AppError."""
    ring = keyring.read(vault.folder)
    people = readers(vault.definitions, ring, sheet.zone)
    if not people:
        return
    entry = _sealed(vault.station.id, sheet, [row["public"] for row in people])
    with alone(vault.folder, ACTION):
        _write(vault.folder, [*_entries_to_extend(vault.folder), entry][-MOST:])
    # With their keys: a person or a key that somebody put into the keyring leaves a trace where only holders write.
    sealed_to = {row["name"]: row["public"] for row in people}
    vault.zone(sheet.zone).log("cover_sealed", sheet.check_number, {"check": sheet.check_number, "to": sealed_to})


def _sealed(station: str, sheet: CoverSheet, public_keys: Sequence[str]) -> dict[str, Any]:
    name, key = uuid.uuid4().hex, sealing.random_key()
    content = json.dumps(asdict(sheet), ensure_ascii=False).encode()
    return {
        "id": name,
        "content": sealing.wrap(key, content, _about(station, name)),
        "keys": {public: sealing.seal(public, key, _about(station, name, public)) for public in public_keys},
    }


def _about(station: str, name: str, public: str = "") -> bytes:
    return about("cover", station, name, public)


def _entries_to_extend(folder: Path) -> list[dict[str, Any]]:
    """Read what is there; what cannot be read is laid aside, so that it is neither lost nor in the way."""
    try:
        return _entries(folder)
    except AppError as error:
        if error.name != "vault.unreadable":
            raise
    path = folder / FILE
    try:
        path.replace(path.with_name(f"{FILE}.unreadable"))
    except OSError as error:
        raise AppError("covers.not_written", cause=error.strerror or str(error)) from error
    return []


def _write(folder: Path, entries: Sequence[Mapping[str, Any]]) -> None:
    try:
        write_whole(folder / FILE, json.dumps({"format": FORMAT, "covers": entries}))
    except OSError as error:
        raise AppError("covers.not_written", cause=error.strerror or str(error)) from error


def _entries(folder: Path) -> list[dict[str, Any]]:
    try:
        found = json.loads((folder / FILE).read_bytes())
        newer = int(found["format"]) > FORMAT
        entries = [{"id": entry["id"], "content": entry["content"], "keys": dict(entry["keys"])} for entry in found["covers"]]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise AppError("covers.not_read", cause=error.strerror or str(error)) from error
    except (ValueError, TypeError, KeyError) as error:
        raise AppError("vault.unreadable", file=FILE) from error
    if newer:
        raise AppError("vault.newer", file=FILE)
    return entries


# Reading


def opened(vault: "Vault") -> Opened:
    """Read the cover sheets that were sealed to the person who is logged in. Raises AppError."""
    public, sheets, broken = sealing.public_key(vault.keys.private), [], 0
    for entry in _entries(vault.folder):
        if public not in entry["keys"]:
            continue
        try:
            sheets.append(_unsealed(vault, entry, public))
        except (DoesNotOpen, ValueError, TypeError, KeyError):
            broken += 1
    return Opened(tuple(sheets), broken)


def _unsealed(vault: "Vault", entry: Mapping[str, Any], public: str) -> CoverSheet:
    station, name = vault.station.id, entry["id"]
    key = sealing.unseal(vault.keys.private, entry["keys"][public], _about(station, name, public))
    told = json.loads(sealing.unwrap(key, entry["content"], _about(station, name)))
    registers = {name: Counted(**counted) for name, counted in told.pop("registers").items()}
    return CoverSheet(registers=registers, totals=tuple(Total(**total) for total in told.pop("totals")), **told)


# Paper


def note_print(vault: "Vault", sheet: CoverSheet) -> None:
    """Write down that a cover sheet was printed: in its zone's history, or in the keyring for those without its key.

    Raises AppError.
    """
    if sheet.zone in vault.zones:
        vault.zone(sheet.zone).log("print", sheet.check_number)
        return
    with keyring.changing(vault.folder) as ring:
        journal.note(ring, vault.person, "cover_printed", zone=sheet.zone, check=sheet.check_number)
    vault.catch_up()
