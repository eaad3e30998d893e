"""The keyring of a station: its people, and each zone's key sealed to those who may open the zone.

A person has a key pair whose private half is wrapped by what the password derives; a zone's random key is sealed to the
public half. So a password change touches one row, and who can open what follows from the keyring alone. It lies in the
clear but for the keys: the names stand on the log-in screen anyway. See docs/decisions/010-people-and-keys.md.
"""

import json
import math
import os
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from desktop.registers.folding import fold
from desktop.registers.problems import AppError
from desktop.store import journal, sealing, zone_keys
from desktop.store.files import alone, make_folder, sum_up, write_whole
from desktop.store.history import now
from desktop.store.sealing import DoesNotOpen, Profile, about

FORMAT = 1
FILE = "station.json"
ACTIVE, BLOCKED, REMOVED = "active", "blocked", "removed"

# OWASP asks 19 MiB and 2 passes at the least; 64 MiB and 3 passes took 0.2 s on the machine measured.
PROFILES = {
    "standard": Profile(memory=64 * 1024, passes=3, lanes=1),
    "small_pc": Profile(memory=19 * 1024, passes=2, lanes=1),
    "cheapest": Profile(memory=64, passes=1, lanes=1),  # only for tests and the demonstration
}

# Seconds to wait after so many wrong passwords, the last for all that follow: slow to guess, and never locked for good.
DELAYS = (0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60)
ANYBODY = ""
LONGEST_NAME = 100

Ring = dict[str, Any]
Row = dict[str, Any]
Clock = Callable[[], float]

# The code of prisons.csv that stands for headquarters.
HEADQUARTERS = "HQ"
# How the identity of a station of practice begins: it is signed and sealed with, so nobody takes it off a file unseen.
PRACTICE = "practice-"
PRACTICE_PASSWORD = "depter"  # noqa: S105 - public, and shown in the window


@dataclass(frozen=True)
class Station:
    """One installation of the program: whose records it makes, and the letter its numbers carry beside others."""

    id: str
    prison: str
    letter: str
    language: str

    @property
    def is_headquarters(self) -> bool:
        """Tell whether hand-offs are merged here rather than made."""
        return self.prison == HEADQUARTERS

    @property
    def is_practice(self) -> bool:
        """Tell whether this station is for practice: its records are invented, and its files are refused as real ones."""
        return is_of_practice(self.id)


@dataclass(frozen=True)
class Keys:
    """What a password opened: who it was, and the raw key of each zone's file.

    *versions* holds every key that a zone has had, newest first: backups and an unfinished change of key need the older.
    *private* is the person's own key, for what is sealed to that person and to no zone.
    *failed* is how many wrong passwords were tried for this person since the last log-in.
    """

    person: str
    zones: dict[str, bytes] = field(repr=False)
    versions: dict[str, tuple[bytes, ...]] = field(repr=False)
    private: bytes = field(repr=False)
    roles: tuple[str, ...] = ()
    failed: int = 0


@dataclass(frozen=True)
class Newcomer:
    """A person as typed in: the name that will be shown, the roles, and the password chosen by that person."""

    name: str
    roles: tuple[str, ...]
    password: str = field(repr=False)


def is_of_practice(station: str) -> bool:
    """Tell whether the identity of a *station* is that of one for practice."""
    return station.startswith(PRACTICE)


# The file


def read(folder: Path) -> Ring:
    """Read the keyring in *folder*. Raises AppError where there is none, it is damaged, or a newer program made it."""
    try:
        ring: Ring = json.loads((folder / FILE).read_text("utf-8"))
        newer = int(ring["format"]) > FORMAT
    except FileNotFoundError:
        raise AppError("vault.none_here", folder=folder.name) from None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise AppError("vault.unreadable", file=FILE) from error
    if newer:
        raise AppError("vault.newer", file=FILE)
    # A flipped bit in a key would otherwise look like a wrong password for ever.
    if ring.pop("check", None) != sum_up(ring):
        raise AppError("vault.unreadable", file=FILE)
    return ring


def write(folder: Path, ring: Ring, *, keep: bool = True) -> None:
    """Write the keyring whole or not at all; *keep* leaves the one before beside it. Raises AppError."""
    content = json.dumps(ring | {"check": sum_up(ring)}, ensure_ascii=False, indent=1)
    try:
        make_folder(folder)
        write_whole(folder / FILE, content, keep=keep)
    except OSError as error:
        raise AppError("people.not_written", file=FILE) from error


@contextmanager
def changing(folder: Path, *, keep: bool = True) -> Iterator[Ring]:
    """Give the keyring to be changed by no other program meanwhile, and write it where nothing failed. Raises AppError."""
    read(folder)  # where there is no station, no lock is left either
    with alone(folder, "station"):
        ring = read(folder)
        yield ring
        write(folder, ring, keep=keep)


def begin(folder: Path, station: Station, profile: str) -> Ring:
    """Begin the keyring of a new station in *folder*, not written yet. Raises AppError where a station lies there."""
    if (folder / FILE).exists() or any(folder.glob("*.depter")):
        raise AppError("vault.exists", folder=folder.name)
    return {
        "format": FORMAT, "station": asdict(station), "profile": asdict(PROFILES[profile]),
        "people": [], "zones": {}, "failures": {}, "journal": [],
    }  # fmt: skip


def read_station(folder: Path) -> Station:
    """Tell whose station lies in *folder*, which needs no password. Raises AppError."""
    return Station(**read(folder)["station"])


# Its people


def people(folder: Path) -> list[str]:
    """List the names that may log in, in the order they came. Raises AppError."""
    return [row["name"] for row in active(read(folder))]


def active(ring: Ring) -> list[Row]:
    """List the people who may log in."""
    return [row for row in ring["people"] if row["state"] == ACTIVE]


def named(ring: Ring, name: str) -> Row:
    """Find a person of the station. Raises AppError where nobody has this name."""
    for row in ring["people"]:
        if row["name"] == name and row["state"] != REMOVED:
            found: Row = row
            return found
    raise AppError("people.unknown", name=name)


def add(ring: Ring, newcomer: Newcomer) -> tuple[Row, bytes]:
    """Add a person, with a key pair of their own; give the row and the private key. Raises AppError.

    A name is never used twice, not even a removed person's: the history speaks of people by their names.
    """
    name = " ".join(newcomer.name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise AppError("people.name_needed", most=LONGEST_NAME)
    if fold(name) in {fold(row["name"]) for row in ring["people"]}:
        raise AppError("people.name_taken", name=name)
    row = {"id": uuid.uuid4().hex, "name": name, "roles": list(newcomer.roles), "state": ACTIVE, "since": now()}
    private = sealing.new_private_key()
    lock(ring, row, private, newcomer.password)
    ring["people"].append(row)
    return row, private


def lock(ring: Ring, row: Row, private: bytes, password: str) -> None:
    """Wrap a person's private key by *password*, and note the public half. Raises AppError where it is empty."""
    if not password:
        raise AppError("vault.empty_password")
    salt = os.urandom(16)
    wrapping = sealing.derive(password, salt, Profile(**ring["profile"]))
    row |= {
        "profile": ring["profile"], "salt": sealing.text(salt), "public": sealing.public_key(private),
        "secret": sealing.wrap(wrapping, private, _about_person(ring, row)),
    }  # fmt: skip


def set_password(ring: Ring, row: Row, password: str, keys: Mapping[str, bytes], by: str = "") -> list[str]:
    """Give a person a new *password* without the old one, hence a new key pair; *keys* are sealed to it where held before.

    Name the zones lost, which the person must be let into again. Raises AppError.
    """
    with suppress(DoesNotOpen):
        # A person who comes with the sheets of several zones types the same password each time.
        private_key(ring, row, password)
        return []
    lock(ring, row, sealing.new_private_key(), password)
    zones = zone_keys.lose(ring, row)
    for zone in keys.keys() & set(zones):
        zone_keys.give(ring, zone, keys[zone], row, by)
    return [zone for zone in zones if zone not in keys]


def _about_person(ring: Ring, row: Row) -> bytes:
    # The name is part of it, so that nobody's acts can be written under another name by editing the file.
    return about("person", ring["station"]["id"], row["id"], row["name"])


def private_key(ring: Ring, row: Row, password: str) -> bytes:
    """Unwrap a person's private key. Raises DoesNotOpen."""
    wrapping = sealing.derive(password, sealing.raw(row["salt"]), Profile(**row["profile"]))
    private = sealing.unwrap(wrapping, row["secret"], _about_person(ring, row))
    if sealing.public_key(private) != row["public"]:
        raise DoesNotOpen
    return private


# Passwords


def seconds_to_wait(folder: Path, person: str | None = None, clock: Clock = monotonic) -> float:
    """Tell how long no password is tried for *person* after too many wrong ones: 0 for none. Raises AppError."""
    return _seconds_to_wait(read(folder), person or ANYBODY, clock)


def _seconds_to_wait(ring: Ring, name: str, clock: Clock) -> float:
    """Reckon by the clock that runs since the computer started, for the other one stops and jumps."""
    tried = ring["failures"].get(name)
    if not tried:
        return 0.0
    delay = DELAYS[min(tried["count"], len(DELAYS) - 1)]
    # A mark ahead of the clock is from before a restart, which took its time.
    began = tried["at"] if tried["at"] <= clock() else 0.0
    return max(0.0, began + delay - clock())


def prove(folder: Path, password: str, person: str | None = None, clock: Clock = monotonic) -> tuple[Row, bytes]:
    """Give the person whom *password* belongs to, and the private key; one derivation where *person* is named.

    A wrong password is counted. Raises AppError where it is wrong, the person is blocked, or it is too early to try again.
    """
    ring, name = read(folder), person or ANYBODY
    rows = [named(ring, person)] if person else active(ring)
    if seconds := _seconds_to_wait(ring, name, clock):
        raise AppError("people.wait", n=math.ceil(seconds))
    if person and rows[0]["state"] == BLOCKED:
        raise AppError("people.blocked", name=person)
    for row in rows:
        try:
            return row, private_key(ring, row, password)
        except DoesNotOpen:
            continue
    with changing(folder, keep=False) as ring:
        tried = ring["failures"].setdefault(name, {"count": 0, "unlogged": 0})
        tried |= {"count": tried["count"] + 1, "unlogged": tried["unlogged"] + 1, "at": clock()}
    raise AppError("vault.wrong_password")


def unlock(folder: Path, password: str, person: str | None = None, clock: Clock = monotonic) -> Keys:
    """Open the keyring with *password*, of *person* or of whoever it belongs to. Raises AppError.

    Wrong passwords tried meanwhile, for whomever, are written into the journal, which the zones' histories take over.
    """
    row, private = prove(folder, password, person, clock)
    ring = read(folder)
    failed = sum(ring["failures"].get(name, {}).get("count", 0) for name in (row["name"], ANYBODY))
    versions = zone_keys.opened(ring, row, private)
    if _settle_failures(ring, row["name"]) or not versions:
        with changing(folder, keep=False) as ring:
            _settle_failures(ring, row["name"])
            if not versions:
                journal.note(ring, row["name"], "log_in")
    zones = {zone: keys[0] for zone, keys in versions.items()}
    return Keys(row["name"], zones, versions, private, tuple(row["roles"]), failed)


def _settle_failures(ring: Ring, person: str) -> bool:
    """Move the failures into the journal and forgive those of *person*; tell whether there were any."""
    tried: dict[str, dict[str, Any]] = ring["failures"]
    unlogged = {name: found["unlogged"] for name, found in tried.items() if found["unlogged"]}
    for name, n in unlogged.items():
        journal.note(ring, person, "failed_log_in", whom=name, n=n)
        tried[name]["unlogged"] = 0
    forgiven = [name for name in (person, ANYBODY) if tried.pop(name, None)]
    return bool(unlogged or forgiven)
