"""The keys of a station's files: a random key for each zone, wrapped by what a person's password derives.

The keyring lists *openers*, each with the zones it opens; for now a station is made with one.
"""

import base64
import json
import os
import secrets
import unicodedata
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from desktop.registers.problems import AppError

FORMAT = 1
FILE = "station.json"


@dataclass(frozen=True)
class Profile:
    """Costs of deriving a key from a password with Argon2id (RFC 9106): *memory* in KiB."""

    memory: int
    passes: int
    lanes: int


# OWASP asks 19 MiB and 2 passes at the least; 64 MiB and 3 passes took 0.2 s on the machine measured.
PROFILES = {
    "standard": Profile(memory=64 * 1024, passes=3, lanes=1),
    "small_pc": Profile(memory=19 * 1024, passes=2, lanes=1),
    "cheapest": Profile(memory=64, passes=1, lanes=1),  # only for tests and the demonstration
}


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
        return self.prison == "HQ"


@dataclass(frozen=True)
class Keys:
    """What a password opened: who it was, and the raw key of each zone."""

    person: str
    zones: dict[str, bytes]


def create(folder: Path, station: Station, person: str, password: str, zones: list[str], profile: str) -> Keys:
    """Make the keyring of a new station in *folder*. Raises AppError where there is one."""
    path = folder / FILE
    if path.exists():
        raise AppError("vault.exists", folder=folder.name)
    if not password:
        raise AppError("vault.empty_password")
    keys = Keys(person, {zone: secrets.token_bytes(32) for zone in zones})
    opener = _opener(person, password, keys.zones, profile)
    folder.mkdir(parents=True, exist_ok=True)
    _write(path, {"format": FORMAT, "station": asdict(station), "openers": [opener]})
    return keys


def read_station(folder: Path) -> Station:
    """Tell whose station lies in *folder*, which needs no password. Raises AppError."""
    return Station(**_read(folder)["station"])


def people(folder: Path) -> list[str]:
    """List the names that can open the station."""
    return [opener["person"] for opener in _read(folder)["openers"]]


def unlock(folder: Path, password: str) -> Keys:
    """Open the keyring with *password*. Raises AppError where it opens nothing."""
    from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

    for opener in _read(folder)["openers"]:
        profile = Profile(**opener["profile"])
        wrapping = _derive(password, base64.b64decode(opener["salt"]), profile)
        try:
            zones = {z: aes_key_unwrap(wrapping, base64.b64decode(key)) for z, key in opener["zones"].items()}
        except InvalidUnwrap:
            continue
        return Keys(opener["person"], zones)
    raise AppError("vault.wrong_password")


def _opener(person: str, password: str, zones: dict[str, bytes], profile: str) -> dict[str, Any]:
    from cryptography.hazmat.primitives.keywrap import aes_key_wrap

    salt = secrets.token_bytes(16)
    wrapping = _derive(password, salt, PROFILES[profile])
    wrapped = {zone: _text(aes_key_wrap(wrapping, key)) for zone, key in zones.items()}
    return {"person": person, "profile": asdict(PROFILES[profile]), "salt": _text(salt), "zones": wrapped}


def _derive(password: str, salt: bytes, profile: Profile) -> bytes:
    """Derive the wrapping key; the password is composed (NFC), since keyboards write й in two ways."""
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    written = unicodedata.normalize("NFC", password).encode()
    return Argon2id(salt=salt, length=32, iterations=profile.passes, lanes=profile.lanes, memory_cost=profile.memory).derive(
        written
    )


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _read(folder: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((folder / FILE).read_text("utf-8"))
    except FileNotFoundError:
        raise AppError("vault.none_here", folder=folder.name) from None
    except (OSError, ValueError) as error:
        raise AppError("vault.unreadable", file=FILE) from error
    if found.get("format", 0) > FORMAT:
        raise AppError("vault.newer", file=FILE)
    return found


def _write(path: Path, content: dict[str, Any]) -> None:
    """Write whole or not at all: a torn keyring would lock everybody out."""
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
