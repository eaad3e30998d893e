"""Packs of definitions on their way: a signed letter to every enrolled station, and how a station takes one over."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from desktop.exchange.letters import LARGEST_LETTER, SUFFIX, read_letter, write_letter
from desktop.registers.declarations import Definitions
from desktop.registers.labels import Label
from desktop.registers.messages import message
from desktop.registers.packs import Change, Foreseen, Pack, foresee, list_label, pack_of
from desktop.registers.problems import AppError
from desktop.store import definitions as station_definitions
from desktop.store.keyring import HEADQUARTERS
from desktop.store.station_keys import Partner, headquarters, partners
from desktop.store.vault import DEFINITIONS, Vault

KIND = "definitions"
LETTERS = f"*_{KIND}_*{SUFFIX}"
_PASSED_OVER = ("letter.for_another", "packs.older", "packs.already")


@dataclass(frozen=True)
class Arrived:
    """A pack that may be applied here, the definitions with it, and what it would change."""

    pack: Pack
    definitions: Definitions
    changes: Sequence[Change]


# Headquarters


def receivers(vault: Vault) -> dict[str, tuple[str, Partner]]:
    """Give every enrolled station with the first zone in which a letter can be sealed to it."""
    found: dict[str, tuple[str, Partner]] = {}
    for zone in vault.zones:
        for partner in partners(vault.zone(zone)):
            if not partner.retired and partner.prison != HEADQUARTERS:
                found.setdefault(partner.station, (zone, partner))
    return found


def write_packs(vault: Vault, folder: Path) -> list[Path]:
    """Write the pack that is applied here into *folder*, one letter for each enrolled station. Raises AppError."""
    pack = station_definitions.applied(vault.folder)
    if not pack.number:
        raise AppError("packs.nothing_applied")
    found = receivers(vault)
    if not found:
        raise AppError("packs.nobody")
    body = {"number": pack.number, "files": dict(pack.files)}
    paths = [write_letter(vault, zone, partner, KIND, body, folder) for zone, partner in found.values()]
    for zone in vault.zones:
        vault.zone(zone).log("definitions_sent", changes={"number": pack.number, "letters": len(paths)})
    return paths


# Every station


def read_pack(vault: Vault, name: str, content: bytes) -> Arrived:
    """Read a letter that brings a pack, and foresee what it changes.

    Raises AppError where the letter is none for this station, not of headquarters, or its pack is not newer or not valid.
    """
    letter = read_letter(vault, name, content)
    sender = headquarters(vault.zone(letter.zone))
    if letter.kind != KIND:
        raise AppError("packs.none")
    if sender is None or sender.station != letter.sender:
        raise AppError("packs.not_of_headquarters", file=name, prison=letter.prison)
    pack = pack_of(letter.body)
    station_definitions.check_newer(pack, station_definitions.applied(vault.folder))
    found = foreseen(vault, pack)
    return Arrived(pack, found.definitions, found.changes)


def waiting_pack(vault: Vault, paths: Iterable[Path]) -> Path | None:
    """Find among *paths*, and in those that are folders, the letter with a pack that this station may take over.

    What a folder holds for other stations, or was applied before, is passed over; a letter that was named is given anyway.
    """
    for path in paths:
        if not path.is_dir():
            if fnmatch(path.name, LETTERS):
                return path
            continue
        for inside in sorted(path.glob(LETTERS)):
            try:
                with inside.open("rb") as file:
                    read_pack(vault, inside.name, file.read(LARGEST_LETTER + 1))
            except OSError:
                continue
            except AppError as error:
                if error.name in _PASSED_OVER:
                    continue
            return inside
    return None


def foreseen(vault: Vault, pack: Pack) -> Foreseen:
    """Tell what *pack* would change here. Raises AppError where it is not valid."""
    return foresee(pack, station_definitions.base_of(vault.definitions, vault.folder), vault.folder / DEFINITIONS)


def apply_pack(vault: Vault, pack: Pack) -> Definitions:
    """Let this station work with *pack* from now on, and note it in the history of every zone that is open to this person.

    Give the definitions with which the station is to be opened again. Raises AppError, with nothing changed.
    """
    changes = foreseen(vault, pack).changes
    base = station_definitions.base_of(vault.definitions, vault.folder)
    definitions = station_definitions.install(vault.folder, base, pack)
    told = {"number": pack.number, **Counter(change.kind for change in changes)}
    for zone in vault.zones:
        vault.zone(zone).log("definitions", changes=told)
    return definitions


# In words


def summary(changes: Sequence[Change]) -> list[Label]:
    """Say how many codes and fields come, change and go."""
    counted = Counter(change.kind for change in changes)
    return [message(f"packs.{kind}", n=counted[kind]) for kind in _KINDS if counted[kind]] or [message("packs.no_change")]


_KINDS = ("code_new", "code_changed", "code_retired", "field_new", "field_changed", "field_retired")


def details(definitions: Definitions, changes: Sequence[Change]) -> Iterator[tuple[Label, str, Label, Label]]:
    """Give, change by change, the list or register, the code or name, its label, and what becomes of it."""
    for change in changes:
        of_code = change.kind.startswith("code")
        of = list_label(definitions, change.of) if of_code else definitions.registers[change.of].label
        yield of, change.name, change.label, message(f"packs.is_{change.kind}")
