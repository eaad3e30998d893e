"""Backups: verified copies of all of a station's files, thinned by their number.

A backup is a folder with a number that only grows. It gets its name when everything in it was opened again, checked and
written down, so that a folder with a number is a whole backup. A zone that the person cannot open is copied as the
encrypted file it is, by its hash. Nothing here goes by the clock.
"""

import hashlib
import json
import re
import shutil
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.registers.labels import Label
from desktop.registers.messages import message
from desktop.registers.problems import AppError
from desktop.store import backup_counts, history, keyring
from desktop.store.copies import copy_verified, remove, whole_or_nothing
from desktop.store.driver import WRITING, in_use
from desktop.store.files import alone, flush, flush_folder, journal, make_folder, sum_up, write_whole
from desktop.store.history import Head
from desktop.store.keyring import Station

if TYPE_CHECKING:
    from desktop.store.vault import Vault

FOLDER = "backups"
FORMAT = 1
SUFFIX = ".depter"

# Seconds between backups while there are changes: what a broken disk may cost.
EVERY = 30 * 60

_NOTE = "backup.json"
_DEFINITIONS = "definitions"

# Kept are the newest 8, one in 8 of the 64 newest, one in 64 of the 512 newest …: some 30 reach back for years.
_STEP = 8


@dataclass(frozen=True)
class Copy:
    """One file of a backup; *head* is how far a zone's history went, None for what was copied unopened."""

    file: str
    sha256: str
    size: int
    zone: str = ""
    head: Head | None = None
    records: int = 0


@dataclass(frozen=True)
class Backup:
    """A whole backup; *problems* tell, when it is made, what is not in it or no longer follows from the one before."""

    folder: Path
    number: int
    why: str
    at: str
    station: Station
    copies: tuple[Copy, ...]
    problems: tuple[Label, ...] = ()

    def zone(self, name: str) -> Copy | None:
        """Give the copy of a zone's file."""
        return next((copy for copy in self.copies if copy.zone == name), None)

    @property
    def zones(self) -> list[Copy]:
        """List the copies of the zones' files."""
        return [copy for copy in self.copies if copy.zone]

    @property
    def occasion(self) -> Label:
        """Word why it was made."""
        return message(f"occasion.{self.why}")


# Where backups lie


def own_place(folder: Path) -> Path:
    """Give the place of the backups beside the station's files in *folder*."""
    return folder / FOLDER


def place_on(root: Path, station: Station) -> Path:
    """Give the place of a station's backups on a stick or another disk, which stations may share."""
    return root / f"depter-{station.prison}{station.letter}-{station.id[:8]}"


def backups(place: Path) -> Iterator[Backup]:
    """Read the whole backups at *place*, newest first; what cannot be read is left out."""
    for number in sorted(numbers(place), reverse=True):
        try:
            yield _read(place / f"{number:06}", number)
        except (OSError, ValueError, TypeError, KeyError):
            continue


def backups_at(root: Path) -> list[Backup]:
    """Read the backups in a folder that a person points at: a stick, a place of backups, a station's folder, or one backup."""
    if (root / _NOTE).is_file():
        return [backup for backup in backups(root.parent) if backup.folder == root]
    places = [root, own_place(root), *sorted(root.glob("depter-*"))]
    return [backup for place in places for backup in backups(place)]


def numbers(place: Path) -> list[int]:
    """List the numbers of the folders at *place*."""
    if not place.is_dir():
        return []
    return [int(path.name) for path in place.iterdir() if re.fullmatch(r"\d{6,}", path.name) and path.is_dir()]


def _read(folder: Path, number: int) -> Backup:
    note = json.loads((folder / _NOTE).read_text("utf-8"))
    # A flipped bit in what the note knows of a history would make that history look rewritten.
    if note["format"] > FORMAT or note.pop("check") != sum_up(note):
        raise ValueError(note["format"])
    copies = []
    for told in note["copies"]:
        _check_name(told["file"])
        copies.append(Copy(**told | {"head": Head(**told["head"]) if told["head"] else None}))
    return Backup(folder, number, note["why"], note["at"], Station(**note["station"]), tuple(copies))


def _check_name(name: str) -> None:
    """Refuse a name that leads out of the backup: what lies on a stick is not to be trusted."""
    first, *rest = name.split("/")
    plain = all(re.fullmatch(r"[\w-][\w. -]*", part) for part in (first, *rest))
    if not plain or (rest and first != _DEFINITIONS):
        raise ValueError(name)


# Making one


def back_up(vault: "Vault", place: Path, why: str) -> Backup:
    """Copy all files of the station to *place*: each zone verified that this person may open, every other as it lies.

    *why* is one of `lock`, `exit`, `interval`, `import`, `migration`, `restore`, `update`, `wish`. How far each zone's history
    goes is first written into the others. Raises AppError where no backup could be made at all.
    """
    with alone(vault.folder, FOLDER):
        return _back_up(vault, place, why)


def _back_up(vault: "Vault", place: Path, why: str) -> Backup:
    before = next(backups(place), None)
    number = backup_counts.take_number(vault.folder, max([0, *numbers(own_place(vault.folder)), *numbers(place)]))
    problems = [*_forks(vault, before), *_write_heads(vault, number, why)]
    folder, part = place / f"{number:06}", place / f"{number:06}.part"
    with whole_or_nothing(part):
        make_folder(part)
        copies, missing = _copy_all(vault, part)
        backup = Backup(folder, number, why, history.now(), vault.station, copies, (*problems, *missing))
        _write_note(part, backup)
        flush_folder(part)
        part.rename(folder)
        flush_folder(place)
    with suppress(OSError):  # what could not be removed is removed next time
        thin(place, vault.station, backup_counts.counts(vault.folder).keep_up_to)
    return backup


def back_up_if_changed(vault: "Vault", why: str) -> Backup | None:
    """Make a backup beside the station's files where anything changed since the last one. Raises AppError."""
    place = own_place(vault.folder)
    return back_up(vault, place, why) if is_due(vault, place) else None


def back_up_outside(vault: "Vault", root: Path, why: str = "wish") -> Backup:
    """Make a backup on the stick or disk at *root*, and begin to count log-ins anew. Raises AppError."""
    if not root.is_dir():
        raise AppError("backup.no_place", place=root.name or str(root))
    if vault.folder.resolve() in (root.resolve(), *root.resolve().parents):
        raise AppError("backup.same_place")
    backup = back_up(vault, place_on(root, vault.station), why)
    backup_counts.note_outside(vault.folder, str(root))
    return backup


def is_due(vault: "Vault", place: Path) -> bool:
    """Tell whether anything changed that is not in the newest backup at *place*, in the zones that open."""
    newest = next(backups(place), None)
    return newest is None or any(_is_due(vault, name, newest.zone(name)) for name in vault.zones)


def _is_due(vault: "Vault", name: str, copy: Copy | None) -> bool:
    try:
        connection = vault.zone(name).connection
    except AppError:
        return False
    if copy is None or copy.head is None:
        return True
    return history.head_at(connection, copy.head.seq) != copy.head or history.has_grown(connection, copy.head)


def _forks(vault: "Vault", before: Backup | None) -> list[Label]:
    """Tell which zones do not go on from where the backup *before* left them, and let no older backup be thinned out."""
    if before is None:
        return []
    heads = {copy.zone: copy.head for copy in before.zones if copy.head and copy.zone in vault.zones}
    found = [fork(vault, zone, before.number) for zone, head in heads.items() if not _goes_on(vault, zone, head)]
    if found:
        backup_counts.keep_up_to(vault.folder, before.number)
    return found


def _goes_on(vault: "Vault", zone: str, head: Head) -> bool:
    try:
        connection = vault.zone(zone).connection
    except AppError:
        return True
    restored = history.of_station(connection, "restored")
    return history.head_at(connection, head.seq) == head or history.was_replaced(restored, head.seq)


def fork(vault: "Vault", zone: str, number: int) -> Label:
    """Say that the live file of a zone lacks what the backup *number* holds."""
    return message("backup.fork", zone=vault.definitions.codes["zones"].codes[zone].label, number=number)


def _write_heads(vault: "Vault", number: int, why: str) -> Iterator[Label]:
    """Write into each zone's history how far the others go, so that one put back from an old copy is found by the rest."""
    heads = {}
    for name in vault.zones:
        try:
            with WRITING:
                heads[name] = vault.zone(name).head
        except AppError as error:
            yield error.text
    for name in heads:
        others = {other: [head.seq, head.hash] for other, head in heads.items() if other != name}
        try:
            vault.zone(name).log("backup", why, {"number": number, "heads": others})
        except AppError as error:  # a full disk is a reason to copy to a stick, not to leave it
            yield error.text


def _copy_all(vault: "Vault", part: Path) -> tuple[tuple[Copy, ...], list[Label]]:
    copies, missing = [], []
    for path in sorted(vault.folder.glob(f"*{SUFFIX}")):
        try:
            copies.append(_copy_zone(vault, path, part / path.name))
        except AppError as error:
            missing.append(error.text)
    own = vault.folder / _DEFINITIONS
    for path in (vault.folder / keyring.FILE, *sorted(own.rglob("*"))):
        if path.is_file():
            name = path.relative_to(vault.folder).as_posix()
            make_folder((part / name).parent)
            copies.append(copy_plain(path, part / name, name))
    return tuple(copies), missing


def _copy_zone(vault: "Vault", path: Path, target: Path) -> Copy:
    name = path.stem
    if name not in vault.zones:
        return _copy_closed(path, target)
    zone = vault.zone(name)
    head = copy_verified(zone.connection, vault.keys.zones[name], target)
    records = sum(zone.records(register.name).count() for register in zone.registers)
    return replace(_described(target, target.name), zone=name, head=head, records=records)


def _copy_closed(path: Path, target: Path) -> Copy:
    """Copy a zone's file that this person cannot open, with the journal of a write that a power cut broke off.

    Raises AppError where a program has it open: a copy from the middle of a write would be worth nothing.
    """
    before = None if in_use(path) else _sha256(path)
    copied = copy_plain(path, target, target.name)
    hot = journal(path)
    if hot.exists() and hot.stat().st_size:
        copy_plain(hot, journal(target), hot.name)
    if copied.sha256 != before or in_use(path):
        raise AppError("store.in_use", file=path.name)
    return replace(copied, zone=path.stem)


def copy_plain(path: Path, target: Path, name: str) -> Copy:
    """Copy a closed file as it lies, and describe what was written."""
    shutil.copyfile(path, target)
    flush(target)
    flush_folder(target.parent)
    return _described(target, name)


def _described(path: Path, name: str) -> Copy:
    return Copy(name, _sha256(path), path.stat().st_size)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_note(part: Path, backup: Backup) -> None:
    note: dict[str, Any] = {
        "format": FORMAT, "number": backup.number, "why": backup.why, "at": backup.at,
        "station": asdict(backup.station), "copies": [asdict(copy) for copy in backup.copies],
    }  # fmt: skip
    write_whole(part / _NOTE, json.dumps(note | {"check": sum_up(note)}, ensure_ascii=False, indent=1))


# Thinning


def kept(found: Collection[int]) -> set[int]:
    """Choose which of the backups with these numbers to keep: all of the newest, ever fewer of the older.

    The first of each span stays, so that what is kept today is what a longer span will want later; numbers may be missing,
    since all places of a station share them.
    """
    ordered = sorted(found)
    first: dict[tuple[int, int], int] = {}
    for number in ordered:
        step = _step(ordered[-1] - number)
        first.setdefault((step, number // step), number)
    return {*first.values(), *ordered[-_STEP:]}


def _step(age: int) -> int:
    step = 1
    while age >= step * _STEP:
        step *= _STEP
    return step


def thin(place: Path, station: Station, keep_up_to: int = 0) -> list[int]:
    """Remove the backups of *station* that are no longer needed, and give their numbers.

    The newest verified copy of each zone is always kept, however many backups people without its key made since.
    """
    mine = [backup for backup in backups(place) if backup.station.id == station.id]
    newest_of = {copy.zone: backup.number for backup in reversed(mine) for copy in backup.zones if copy.head}
    keep = kept([backup.number for backup in mine]) | set(newest_of.values())
    gone = [backup for backup in mine if backup.number not in keep and backup.number > keep_up_to]
    for backup in gone:
        # Renamed first, so that half of a backup is never taken for a whole one.
        backup.folder.rename(backup.folder.with_suffix(".part"))
    for left in place.glob("*.part"):
        remove(left)
    return [backup.number for backup in gone]
