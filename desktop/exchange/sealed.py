"""A sealed workbook is a hand-off that only its receiver opens: of those zones whose records never lie on a stick in the clear.

The workbook is encrypted under a key of its own, and that key is sealed to the receiving station's key of the zone. What
stands outside says only which zone and which station it is for.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from desktop.exchange.guard import LARGEST_FILE
from desktop.exchange.reading import Source, read_source
from desktop.registers.declarations import Definitions
from desktop.registers.problems import AppError
from desktop.store import sealing, station_keys
from desktop.store.sealing import DoesNotOpen, about
from desktop.store.station_keys import Partner
from desktop.store.vault import Vault

FORMAT = "depter-sealed/1"
SUFFIX = ".sealed"
# What file dialogs offer, and what is taken of a folder.
PATTERNS = ("*.xlsx", f"*.xlsx{SUFFIX}")

# The column of the code list of zones that says whether hand-offs are sealed.
_SEALED = "sealed"
_BEGINNING = b'{"format": "depter-sealed/'


def must_be_sealed(definitions: Definitions, zone: str) -> bool:
    """Tell whether records of *zone* may lie on a stick only where nobody but their receiver can read them."""
    return definitions.codes["zones"].codes[zone].column(_SEALED) is not None


def may_leave(vault: Vault, zone: str) -> bool:
    """Tell whether *zone* can be handed off: in the clear, or sealed to the headquarters that was enrolled."""
    return not must_be_sealed(vault.definitions, zone) or station_keys.headquarters(vault.zone(zone)) is not None


def receiver(vault: Vault, zone: str) -> Partner | None:
    """Give headquarters where hand-offs of *zone* are sealed to it. Raises AppError where it is not enrolled yet."""
    if not must_be_sealed(vault.definitions, zone):
        return None
    found = station_keys.headquarters(vault.zone(zone))
    if found is None:
        raise AppError("sealed.no_receiver", zone=vault.definitions.codes["zones"].codes[zone].label)
    return found


def is_sealed(content: bytes) -> bool:
    """Tell whether *content* is a sealed workbook, of whatever version."""
    return content.startswith(_BEGINNING)


def seal_workbook(zone: str, partner: Partner, content: bytes) -> bytes:
    """Seal the bytes of a workbook so that only *partner* opens them. Raises AppError where they are too many to be read."""
    outside = _outside(zone, partner.station)
    what = about(*outside.values())
    key = sealing.random_key()
    inside = {"key": sealing.seal(partner.keys.sealing, key, what), "content": sealing.wrap(key, content, what)}
    sealed = json.dumps(outside | inside).encode()
    if len(sealed) > LARGEST_FILE:
        raise AppError("sealed.too_large", limit=LARGEST_FILE // 2**20)
    return sealed


def open_workbook(vault: Vault, name: str, content: bytes) -> bytes:
    """Give the bytes of a workbook that was sealed to this station.

    Raises AppError where it is sealed for another station, of a zone this person holds no key to, changed, or of a newer
    program.
    """
    try:
        words = {word: str(text) for word, text in json.loads(content).items()}
        form, zone, to = words["format"], words["zone"], words["to"]
    except (ValueError, RecursionError, AttributeError, KeyError) as error:
        raise AppError("sealed.changed", file=name) from error
    if form != FORMAT:
        raise AppError("sealed.newer", file=name)
    _check_addressee(vault, name, zone, to)
    try:
        key = station_keys.unseal(vault.zone(zone), words["key"], about(form, zone, to))
        return sealing.unwrap(key, words["content"], about(form, zone, to))
    except (DoesNotOpen, KeyError) as error:
        raise AppError("sealed.changed", file=name) from error


def _outside(zone: str, to: str) -> dict[str, str]:
    return {"format": FORMAT, "zone": zone, "to": to}


def _check_addressee(vault: Vault, name: str, zone: str, to: str) -> None:
    if zone not in vault.definitions.zones:
        raise AppError("sealed.changed", file=name)
    if to != vault.station.id:
        raise AppError("sealed.for_another", file=name)
    if zone not in vault.zones:
        label = vault.definitions.codes["zones"].codes[zone].label
        raise AppError("sealed.zone_not_yours", file=name, zone=label, person=vault.person)


def open_source(vault: Vault, path: Path, password: str | None = None) -> Source:
    """Take a workbook into memory, opening it there where it is sealed; whatever is wrong comes back as a refusal.

    *password* opens it, when it is read, where it is locked: see `Source`.
    """
    source = replace(read_source(path), password=password)
    if source.refused is not None or not is_sealed(source.content):
        return source
    try:
        return replace(source, content=open_workbook(vault, source.name, source.content))
    except AppError as error:
        return Source(source.name, refused=error.text)


def workbooks(paths: Iterable[Path]) -> list[Path]:
    """Take folders for the workbooks in them, sealed ones too."""
    found: list[Path] = []
    for path in paths:
        inside = (
            {p for pattern in PATTERNS for p in path.glob(pattern) if not p.name.startswith("~$")} if path.is_dir() else {path}
        )
        found += sorted(inside)
    return found
