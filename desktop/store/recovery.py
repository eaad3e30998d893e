"""Recovery sheets: a secret on paper that opens one zone when everybody who holds its key has gone or forgotten.

The secret is written in 13 groups of five letters and digits, of which the fifth checks the four before it and their
place: a mistyped, missing or swapped letter is found, and its group named, before anything is tried.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.registers.declarations import Definitions
from desktop.registers.folding import swap_layout
from desktop.registers.problems import AppError
from desktop.store import journal, keyring, sealing, zone_keys
from desktop.store.history import now
from desktop.store.keyring import Ring, Row
from desktop.store.roles import may_open, roles_of
from desktop.store.sealing import DoesNotOpen

if TYPE_CHECKING:
    from desktop.store.vault import Vault

# Crockford's base 32 has no I, L, O and U, which are misread.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS, GROUP = 13, 5
# Letters read or typed for others: in Latin, and on the Russian layout where they look the same.
_READ_AS = str.maketrans("OILАВСЕНКМОРТУХ", "011ABCEHKM0PTYX")
_BITS = 5
_FIELD = 0b100101
_SPARE_BITS = GROUPS * (GROUP - 1) * _BITS - sealing.KEY_BYTES * 8


@dataclass(frozen=True)
class Recovered:
    """Who got in by a recovery sheet, into which zone, and which other zones that person must be let into again."""

    person: str
    zone: str | None
    lost: tuple[str, ...]


# On paper


def write_code(secret: bytes) -> str:
    """Write a secret of 256 bits as people read and type it."""
    number = int.from_bytes(secret, "big") << _SPARE_BITS
    digits = [number >> place * _BITS & 31 for place in reversed(range(GROUPS * (GROUP - 1)))]
    groups = [digits[start : start + GROUP - 1] for start in range(0, len(digits), GROUP - 1)]
    return "-".join("".join(ALPHABET[digit] for digit in [*group, _check(group, place)]) for place, group in enumerate(groups))


def read_code(typed: str) -> bytes:
    """Read a typed code. Raises AppError naming the groups that cannot be right."""
    groups = _read(typed)
    if wrong := _wrong(groups):
        named = ", ".join(str(place + 1) for place in wrong)
        raise AppError("recovery.mistyped", named=named, groups=GROUPS, letters=GROUP)
    number = 0
    for digit in (digit for group in groups for digit in group[:-1]):
        number = number << _BITS | digit
    return (number >> _SPARE_BITS).to_bytes(sealing.KEY_BYTES, "big")


def mistyped(typed: str) -> list[int]:
    """List the places of the groups that cannot be right, counted from 0."""
    return _wrong(_read(typed))


def _read(typed: str) -> list[list[int]]:
    """Read a typed code as it stands or as it was meant on the other keyboard layout, whichever has more right groups."""
    readings = [_groups(typed), _groups(swap_layout(typed))]
    return min(readings, key=lambda found: len(_wrong(found)))


def _groups(typed: str) -> list[list[int]]:
    """Read letters as digits (-1 for what is none), in the groups they were typed in or in fives."""
    written = "".join(letter if letter.isalnum() else " " for letter in typed.upper().translate(_READ_AS))
    words = written.split()
    if len(words) != GROUPS:
        joined = "".join(words)
        words = [joined[start : start + GROUP] for start in range(0, len(joined), GROUP)]
    return [[ALPHABET.find(letter) for letter in word] for word in words]


def _wrong(groups: Sequence[Sequence[int]]) -> list[int]:
    """List the places of the groups that are missing, too many, or fail their check."""
    missing = range(len(groups), GROUPS)
    return [place for place, group in enumerate(groups) if not _stands(group, place)] + list(missing)


def _stands(group: Sequence[int], place: int) -> bool:
    return place < GROUPS and len(group) == GROUP and min(group) >= 0 and _check(group[:-1], place) == group[-1]


def _check(group: Sequence[int], place: int) -> int:
    """Weigh the letters of a group by 2, 4, 8, 16 in the field of 32 elements: any one wrong and any two swapped show."""
    found = place
    for weight, digit in enumerate(group, 1):
        product = digit << weight
        for bit in range(2 * _BITS - 2, _BITS - 1, -1):
            product ^= _FIELD << bit - _BITS if product >> bit & 1 else 0
        found ^= product
    return found


# In the keyring


def new_code(vault: "Vault", zone: str) -> str:
    """Make a recovery sheet for *zone* and give its code, which is nowhere kept. Raises AppError.

    The sheet before it stays good until this one has been typed back.
    """
    with keyring.changing(vault.folder) as ring:
        code = add_sheet(ring, zone, vault.current_key(ring, zone), vault.person)
    vault.catch_up()
    return code


def add_sheet(ring: Ring, zone: str, key: bytes, by: str) -> str:
    """Add a sheet that wraps the *key* of a zone, and give its code."""
    entry, secret = ring["zones"][zone], sealing.random_key()
    entry["printed"] += 1
    sheet = {"number": entry["printed"], "at": now(), "typed_back": None}
    sheet["wrapped"] = zone_keys.wrap_for_sheet(ring, zone, key, secret)
    entry["sheets"] = [kept for kept in entry["sheets"] if kept["typed_back"]] + [sheet]
    journal.note(ring, by, "recovery_sheet_made", zone=zone, number=sheet["number"])
    return write_code(secret)


def confirm(folder: Path, zone: str, typed: str) -> int:
    """Note that a sheet was typed back and is right, and give its number; older sheets are void. Raises AppError."""
    secret = read_code(typed)
    with keyring.changing(folder) as ring:
        _, sheet = _opened(ring, zone, secret)
        sheet["typed_back"] = now()
        entry = ring["zones"][zone]
        entry["sheets"] = [kept for kept in entry["sheets"] if kept["number"] >= sheet["number"]]
        journal.note(ring, "", "recovery_sheet_proven", zone=zone, number=sheet["number"])
    return int(sheet["number"])


def _opened(ring: Ring, zone: str, secret: bytes) -> tuple[bytes, Row]:
    """Give the key that a sheet opens, and the sheet. Raises AppError."""
    for sheet in ring["zones"].get(zone, {}).get("sheets", []):
        try:
            return zone_keys.unwrap_from_sheet(ring, zone, sheet["wrapped"], secret), sheet
        except DoesNotOpen:
            continue
    raise AppError("recovery.does_not_open")


def recover(folder: Path, definitions: Definitions, zone: str, typed: str, name: str, password: str) -> Recovered:
    """Let *name* in by the recovery sheet of *zone*, with a *password* chosen now. Raises AppError.

    A person whose roles do not open the zone, as an administrator's, gets the new password alone.
    """
    secret = read_code(typed)
    with keyring.changing(folder) as ring:
        key, sheet = _opened(ring, zone, secret)
        row = keyring.named(ring, name)
        if row["state"] != keyring.ACTIVE:
            raise AppError("people.blocked", name=name)
        lost = keyring.set_password(ring, row, password, {})
        opens = may_open(roles_of(definitions), row["roles"], zone)
        if opens:
            zone_keys.give(ring, zone, key, row, name)
        journal.note(ring, name, "recovered", zone=zone, number=sheet["number"], whom=name)
    return Recovered(name, zone if opens else None, tuple(other for other in lost if other != zone))
