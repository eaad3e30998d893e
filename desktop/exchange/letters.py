"""A letter is a small file from one station to another: sealed to the station it is meant for, signed by the one it is from.

Receipts, questions and whatever else travels back on the stick are letters. Only the zone they are about stands outside.
"""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.exchange.workbook import write_file
from desktop.registers.problems import AppError
from desktop.store import sealing, station_keys
from desktop.store.history import now
from desktop.store.records import new_uid
from desktop.store.sealing import DoesNotOpen, about
from desktop.store.station_keys import Partner
from desktop.store.vault import Vault
from desktop.store.zone import Zone

FORMAT = "depter-letter/1"
SUFFIX = ".json.sealed"
LARGEST_LETTER = 5 * 1024 * 1024
_LARGEST_CONTENT = 50 * 1024 * 1024


@dataclass(frozen=True)
class Letter:
    """What one station tells another about a zone: *sender* and *to* are stations, *prison* the sender's, *body* plain JSON."""

    kind: str
    zone: str
    sender: str
    prison: str
    to: str
    number: str
    at: str
    body: Mapping[str, Any]


def write_letter(vault: Vault, zone: str, partner: Partner, kind: str, body: Mapping[str, Any], folder: Path) -> Path:
    """Write a letter of *kind* to *partner* into *folder*, whole or not at all. Raises AppError."""
    return write_again(vault, partner, letter_of(vault, zone, partner, kind, body), folder)


def letter_of(vault: Vault, zone: str, partner: Partner, kind: str, body: Mapping[str, Any]) -> Letter:
    """Make a letter of *kind* to *partner*, with a number of its own."""
    station = vault.station
    return Letter(kind, zone, station.id, station.prison, partner.station, new_uid(), now(), body)


def write_again(vault: Vault, partner: Partner, letter: Letter, folder: Path) -> Path:
    """Write *letter* into *folder*, for the first time or again: whoever reads it twice finds one letter. Raises AppError."""
    if not folder.is_dir():
        raise AppError("handoff.no_folder", folder=folder.name)
    path = folder / f"{partner.prison}_{letter.zone}_{letter.kind}_{letter.number[-8:]}{SUFFIX}"
    write_file(path, seal_letter(vault.zone(letter.zone), partner, letter))
    return path


def seal_letter(zone: Zone, partner: Partner, letter: Letter) -> bytes:
    """Sign *letter* and seal it to *partner*."""
    said = json.dumps(vars(letter), ensure_ascii=False, sort_keys=True)
    signed = json.dumps({"letter": said, "signature": station_keys.sign(zone, about("letter", said))}, ensure_ascii=False)
    outside = _outside(letter.zone, partner.station)
    content = sealing.seal(partner.keys.sealing, zlib.compress(signed.encode()), about(*outside.values()))
    return json.dumps(outside | {"content": content}).encode()


def _outside(zone: str, to: str) -> dict[str, str]:
    return {"format": FORMAT, "zone": zone, "to": to}


def letter_zone(content: bytes) -> str:
    """Tell which zone a letter is about without opening it, "" where *content* is no letter."""
    return _read_outside(content).get("zone", "")


def read_letter(vault: Vault, name: str, content: bytes) -> Letter:
    """Open a letter to this station and check who signed it.

    Raises AppError where it is no letter, too large, of a newer program, meant for another station, changed on its way, or
    from a station that is not enrolled here.
    """
    outside = _read_outside(content)
    if not outside or len(content) > LARGEST_LETTER:
        raise AppError("letter.none", file=name)
    if outside["format"] != FORMAT:
        raise AppError("letter.newer", file=name)
    zones = vault.definitions.codes["zones"].codes
    if outside["zone"] not in zones:
        raise AppError("letter.none", file=name)
    if outside["to"] != vault.station.id:
        raise AppError("letter.for_another", file=name)
    zone = vault.zone(outside["zone"])
    try:
        opened = station_keys.unseal(zone, outside["content"], about(FORMAT, outside["zone"], outside["to"]))
        signed = json.loads(_inflate(opened))
        letter = Letter(**json.loads(signed["letter"]))
    except (DoesNotOpen, ValueError, KeyError, TypeError, zlib.error) as error:
        raise AppError("letter.changed", file=name) from error
    return _checked(zone, name, letter, signed)


def _checked(zone: Zone, name: str, letter: Letter, signed: Mapping[str, str]) -> Letter:
    sender = station_keys.partner(zone, letter.sender)
    if sender is None or sender.prison != letter.prison:
        raise AppError("letter.unknown_sender", file=name, prison=letter.prison)
    if not station_keys.is_signed(sender.keys.signer, about("letter", signed["letter"]), str(signed.get("signature", ""))):
        raise AppError("letter.changed", file=name)
    if letter.zone != zone.name or letter.to != zone.station.id:
        raise AppError("letter.for_another", file=name)
    return letter


def _inflate(content: bytes) -> bytes:
    """Inflate what a partner sealed, up to a size that no honest letter reaches."""
    inflater = zlib.decompressobj()
    plain = inflater.decompress(content, _LARGEST_CONTENT)
    if inflater.unconsumed_tail:
        raise ValueError
    return plain


def _read_outside(content: bytes) -> dict[str, str]:
    try:
        found = json.loads(content[: LARGEST_LETTER + 1])
    except (ValueError, RecursionError):
        return {}
    words = (*_outside("", ""), "content")
    is_letter = isinstance(found, dict) and all(isinstance(found.get(word), str) for word in words)
    return {word: found[word] for word in words} if is_letter and found["format"].startswith("depter-letter/") else {}
