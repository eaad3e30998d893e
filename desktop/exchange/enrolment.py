"""Stations get to know each other by key files on a stick; they are relied on once two people have compared their words.

A key file holds the public keys of one station, a pair for each zone, each signed by itself. That proves nothing about who
wrote it, which is what the telephone is for; it only shows a file that was damaged. Keys that replace others are signed by
those before as well, so that the question "is it really you?" has half an answer already.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from desktop.exchange.reading import Parsed, parse_all
from desktop.exchange.sealed import open_source
from desktop.exchange.workbook import write_file
from desktop.registers.problems import AppError
from desktop.store import station_keys
from desktop.store.keyring import HEADQUARTERS, Station, is_of_practice
from desktop.store.sealing import about
from desktop.store.station_keys import Partner, PublicKeys
from desktop.store.vault import Vault

FORMAT = "depter-keys/1"
LARGEST_KEY_FILE = 256 * 1024
_FAMILY = FORMAT.partition("/")[0] + "/"
OF_HEADQUARTERS, OF_PRISON = "depter_headquarters.json", "_keys.json"


@dataclass(frozen=True)
class Entry:
    """The keys of one zone, and the earlier signing keys that vouch for them."""

    keys: PublicKeys
    vouched_by: frozenset[str] = frozenset()


@dataclass(frozen=True)
class KeyFile:
    """What a station says of itself: its keys by zone."""

    station: str
    prison: str
    entries: Mapping[str, Entry]


@dataclass(frozen=True)
class Offer:
    """Keys of one zone that may be enrolled here, and what is known of their station.

    *state* is "new", "same", "changed" (*before* tells from what), "older" (they were replaced once) or "another" (a further
    station of a prison that has one already); *vouched* where the keys before signed these.
    """

    zone: str
    station: str
    prison: str
    keys: PublicKeys
    state: str
    before: Partner | None = None
    vouched: bool = False


def key_file_name(station: Station) -> str:
    """Name the key file of a station."""
    return OF_HEADQUARTERS if station.is_headquarters else f"{station.prison}{station.letter}{OF_PRISON}"


def write_keys(vault: Vault, folder: Path) -> Path:
    """Write the key file of this station into *folder*, for the zones this person may open. Raises AppError.

    What lies there of the same station stays in it for the other zones, whose people have written it before.
    """
    if not folder.is_dir():
        raise AppError("handoff.no_folder", folder=folder.name)
    station, path = vault.station, folder / key_file_name(vault.station)
    entries = _others(path, station) | {zone: _entry(vault, zone) for zone in vault.zones}
    told = {"format": FORMAT, "station": station.id, "prison": station.prison, "zones": entries}
    write_file(path, json.dumps(told, ensure_ascii=False, indent=1).encode())
    return path


def _entry(vault: Vault, zone: str) -> dict[str, Any]:
    opened, keys = vault.zone(zone), station_keys.own(vault.zone(zone))
    said = _said(vault.station.id, vault.station.prison, zone, keys)
    before = [{"signer": signer, "signature": signature} for signer, signature in station_keys.vouch_before(opened, said)]
    return {"signer": keys.signer, "sealing": keys.sealing, "signature": station_keys.sign(opened, said), "before": before}


def _others(path: Path, station: Station) -> dict[str, Any]:
    """Give what a key file of this very station holds already."""
    try:
        found = json.loads(_content(path)) if read_keys(path).station == station.id else {}
    except AppError:
        return {}
    return dict(found.get("zones", {}))


def _said(station: str, prison: str, zone: str, keys: PublicKeys) -> bytes:
    return about("keys", station, prison, zone, keys.signer, keys.sealing)


def read_keys(path: Path) -> KeyFile:
    """Read a key file. Raises AppError where it is none, was damaged, or comes from a newer program."""
    try:
        found = json.loads(_content(path))
        form = str(found["format"])
        if not form.startswith(_FAMILY):
            raise AppError("enrolment.none", file=path.name)
        if form != FORMAT:
            raise AppError("enrolment.newer", file=path.name)
        station, prison = str(found["station"]), str(found["prison"])
        return KeyFile(station, prison, {str(z): _checked(station, prison, str(z), e) for z, e in found["zones"].items()})
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError) as error:
        raise AppError("enrolment.none", file=path.name) from error
    except _DamagedError as error:
        raise AppError("enrolment.damaged", file=path.name) from error


class _DamagedError(Exception):
    """The answer to keys that do not sign themselves."""


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise AppError("file.not_there", file=path.name)
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_KEY_FILE + 1)
    except OSError as error:
        raise AppError("file.not_readable", file=path.name) from error
    if len(content) > LARGEST_KEY_FILE:
        raise AppError("enrolment.none", file=path.name)
    return content


def _checked(station: str, prison: str, zone: str, entry: Mapping[str, Any]) -> Entry:
    keys = PublicKeys(str(entry["signer"]), str(entry["sealing"]))
    said = _said(station, prison, zone, keys)
    if not station_keys.is_signed(keys.signer, said, str(entry["signature"])) or not station_keys.can_seal_to(keys):
        raise _DamagedError
    before = [(str(one["signer"]), str(one["signature"])) for one in entry.get("before", ())]
    return Entry(keys, frozenset(signer for signer, signature in before if station_keys.is_signed(signer, said, signature)))


def read_handoff_keys(vault: Vault, path: Path) -> KeyFile:
    """Read the keys that a hand-off was signed with, as a key file of its one zone. Raises AppError where it has none."""
    (parsed,) = parse_all([open_source(vault, path)])
    return keys_of(parsed)


def keys_of(parsed: Parsed) -> KeyFile:
    """Give the keys that a hand-off was signed with, as a key file of its one zone. Raises AppError where it has none."""
    if parsed.refused is not None:
        raise AppError("enrolment.refused", cause=parsed.refused)
    meta = parsed.meta
    keys = PublicKeys(**{one.name: meta.get(one.name, "") for one in fields(PublicKeys)})
    if not meta.get("station") or not keys.signer or not station_keys.can_seal_to(keys):
        raise AppError("enrolment.not_signed", file=parsed.name)
    return KeyFile(meta["station"], meta.get("prison", ""), {meta.get("zone", ""): Entry(keys)})


def offers(vault: Vault, file: KeyFile) -> list[Offer]:
    """Tell what of *file* may be enrolled here: by the zones that this person may open.

    Raises AppError where it is this station's own, comes from whom this station hands nothing to, or has none of these zones.
    """
    own, prisons = vault.station, vault.definitions.codes["prisons"].codes
    if is_of_practice(file.station) != own.is_practice:
        raise AppError("practice.keys")
    if file.station == own.id:
        raise AppError("enrolment.own")
    if not own.is_headquarters and file.prison != HEADQUARTERS:
        raise AppError("enrolment.not_headquarters", prison=file.prison)
    if own.is_headquarters and (file.prison == HEADQUARTERS or file.prison not in prisons):
        raise AppError("enrolment.no_prison", prison=file.prison)
    found = list(_offers(vault, file))
    if not found:
        raise AppError("enrolment.no_zone", person=vault.person)
    return found


def _offers(vault: Vault, file: KeyFile) -> Iterator[Offer]:
    for zone in vault.zones:
        if entry := file.entries.get(zone):
            state, before = _state(vault, zone, file, entry.keys)
            vouched = before is not None and before.keys.signer in entry.vouched_by
            yield Offer(zone, file.station, file.prison, entry.keys, state, before, vouched)


def _state(vault: Vault, zone: str, file: KeyFile, keys: PublicKeys) -> tuple[str, Partner | None]:
    known = [one for one in station_keys.partners(vault.zone(zone)) if one.prison == file.prison]
    current = [one for one in known if not one.retired]
    before = next((one for one in current if one.station == file.station or file.prison == HEADQUARTERS), None)
    if before and (before.station, before.keys) == (file.station, keys):
        return "same", before
    if any((one.station, one.keys) == (file.station, keys) for one in known):
        return "older", before
    if before:
        return "changed", before
    return ("another", current[-1]) if current else ("new", None)


def accept(vault: Vault, offer: Offer) -> None:
    """Enrol the keys of *offer*, whose words a person has compared over the telephone; nothing where they are known."""
    if offer.state != "same":
        station_keys.enrol(vault.zone(offer.zone), offer.station, offer.prison, offer.keys)
