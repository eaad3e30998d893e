"""Backups put to the test and put back: proven in a temporary place, restored without losing what they replace."""

import hashlib
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.registers.labels import Label
from desktop.registers.problems import AppError
from desktop.registers.register import Register
from desktop.store import history, keyring
from desktop.store.backups import Backup, Copy, backups, copy_plain, fork, numbers
from desktop.store.copies import copy_verified, journal, remove, verify, whole_or_nothing
from desktop.store.driver import Connection, Error, connect, in_use, transaction
from desktop.store.files import flush, flush_folder
from desktop.store.history import Event, Head, append
from desktop.store.keyring import Keys

if TYPE_CHECKING:
    from desktop.store.vault import Vault

REPLACED = "replaced"

# What a hand-off changes of a record without making a new revision of it.
_WITHOUT_REVISION = {"id", "state", "acknowledged", "hand_off"}

Contents = dict[str, tuple[int, bytes]]


@dataclass(frozen=True)
class Proven:
    """What restoring one zone's copy came to: records as in the copy, changed since, missing from the live file, different.

    *head* is None for a zone that this person cannot open, of which only the hash was compared.
    """

    zone: str
    head: Head | None
    same: int = 0
    newer: int = 0
    missing: tuple[str, ...] = ()
    different: tuple[str, ...] = ()
    problem: Label | None = None

    @property
    def holds(self) -> bool:
        """Tell whether this copy can be relied on."""
        return not (self.problem or self.missing or self.different)


@dataclass(frozen=True)
class Proof:
    """What a trial of the newest backup came to, zone by zone."""

    backup: Backup
    zones: tuple[Proven, ...]

    @property
    def holds(self) -> bool:
        """Tell whether every copy can be relied on."""
        return all(zone.holds for zone in self.zones)


@dataclass(frozen=True)
class Restored:
    """What was put back, and the folder where everything it replaced is kept."""

    files: tuple[str, ...]
    kept: Path


# Proving


def prove(vault: "Vault", place: Path) -> Proof:
    """Restore the newest backup at *place* into a temporary folder and compare it with the live records. Raises AppError."""
    backup = next(backups(place), None)
    if backup is None:
        raise AppError("backup.none")
    trial = vault.folder / "trial.part"
    with whole_or_nothing(trial):
        trial.mkdir()
        proven = tuple(_proven(vault, backup, copy, trial) for copy in backup.zones)
        remove(trial)
    return Proof(backup, proven)


def _proven(vault: "Vault", backup: Backup, copy: Copy, trial: Path) -> Proven:
    try:
        path = _fetch(backup, copy, trial)
        if copy.zone not in vault.zones:
            return Proven(copy.zone, None)
        key, head = _verified(vault.keys, backup, copy, path)
        live = vault.zone(copy.zone)
    except AppError as error:
        return Proven(copy.zone, copy.head, problem=error.text)
    if history.head_at(live.connection, head.seq) != head:
        return Proven(copy.zone, head, problem=fork(vault, copy.zone, backup.number))
    found = Proven(copy.zone, head)
    connection = connect(path, key)
    try:
        for register in live.registers:
            names = _columns(connection, register)
            found = _compared(found, _contents(connection, register, names), _contents(live.connection, register, names))
    finally:
        connection.close()
    return found


def _columns(connection: Connection, register: Register) -> dict[str, list[str]]:
    """List the columns of a register's tables as a copy has them, which an older program may have made."""
    found = {}
    for table in register.tables:
        rows = connection.execute("select name from pragma_table_info(?) order by name", (table.table,))
        found[table.table] = [row["name"] for row in rows if row["name"] not in _WITHOUT_REVISION]
    return found


def _contents(connection: Connection, register: Register, names: Mapping[str, list[str]]) -> Contents:
    """Sum up every record with its lines: uid to revision and digest."""
    found: Contents = {}
    for table in register.tables:
        own = table is register
        columns = ", ".join(f'"{name}"' for name in names[table.table])
        order = "uid" if own else "record, uid"
        sql = f"select {'uid, revision' if own else 'record, 0'}, {columns} from {table.table} order by {order}"
        for uid, revision, *values in connection.execute(sql) if columns else ():
            if own or uid in found:
                known, digest = found.get(uid, (revision, b""))
                found[uid] = (known, hashlib.sha256(digest + repr(values).encode()).digest())
    return found


def _compared(found: Proven, copied: Contents, live: Contents) -> Proven:
    """Add the records of one register."""
    missing = tuple(uid for uid in copied if uid not in live)
    both = [(uid, copied[uid], live[uid]) for uid in copied if uid in live]
    changed = [(uid, then[0], today[0]) for uid, then, today in both if then != today]
    newer = sum(today > then for _, then, today in changed)
    different = tuple(uid for uid, then, today in changed if today <= then)
    return replace(
        found, same=found.same + len(both) - len(changed), newer=found.newer + newer,
        missing=found.missing + missing, different=found.different + different,
    )  # fmt: skip


def _fetch(backup: Backup, copy: Copy, folder: Path) -> Path:
    """Copy one file out of a backup, and compare what arrived with what was written down. Raises AppError."""
    target = folder / copy.file
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        arrived = copy_plain(backup.folder / copy.file, target, copy.file)
        hot = journal(backup.folder / copy.file)
        if hot.exists():
            copy_plain(hot, journal(target), hot.name)
    except FileNotFoundError:
        raise AppError("backup.incomplete", file=copy.file, number=backup.number) from None
    if arrived.sha256 != copy.sha256:
        raise AppError("backup.changed", file=copy.file, number=backup.number)
    return target


def _verified(keys: Keys, backup: Backup, copy: Copy, path: Path) -> tuple[bytes, Head]:
    """Find the key among *keys*, old ones too, that opens a copy just fetched, and verify the copy. Raises AppError."""
    for key in keys.versions[copy.zone]:
        try:
            head = verify(path, key)
        except AppError as error:
            if error.name == "store.does_not_open":
                continue
            raise
        if copy.head and copy.head != head:
            raise AppError("backup.changed", file=copy.file, number=backup.number)
        return key, head
    raise AppError("backup.other_key", file=copy.file, number=backup.number)


# Restoring


def keys_for(folder: Path, backup: Backup, password: str, person: str | None = None) -> Keys:
    """Unlock what a restore needs: the station's own keyring, or the backup's where the station has none. Raises AppError."""
    if (folder / keyring.FILE).exists():
        return keyring.unlock(folder, password, person)
    folder.mkdir(parents=True, exist_ok=True)
    # Unlocking notes the log-in in the keyring, and the backup must stay as it is.
    with tempfile.TemporaryDirectory(dir=folder) as trial:
        keyrings = [copy for copy in backup.copies if copy.file == keyring.FILE]
        for copy in keyrings:
            _fetch(backup, copy, Path(trial))
        return keyring.unlock(Path(trial), password, person)


def restore(folder: Path, backup: Backup, keys: Keys, files: Collection[str] = ()) -> Restored:
    """Put *files* of a backup (by default all zones, and whatever else is gone) into the station's *folder*.

    No program may have them open. Everything is verified first: what *keys* open by every page and event, the rest by its
    hash. What is replaced is kept aside, never deleted; each restored history says so at its end. Raises AppError, and
    changes nothing, where any of it fails. The keyring of a backup goes only with the keys that it opens (`keys_for`).
    """
    wanted = [copy for copy in backup.copies if copy.file in files or (not files and _is_lacking(folder, copy))]
    if lacking := set(files) - {copy.file for copy in wanted}:
        raise AppError("backup.incomplete", file=min(lacking), number=backup.number)
    for copy in wanted:
        if copy.zone and in_use(folder / copy.file):
            raise AppError("store.in_use", file=copy.file)
    part = folder / "restore.part"
    with whole_or_nothing(part):
        part.mkdir(parents=True)
        for copy in wanted:
            path = _fetch(backup, copy, part)
            if copy.zone in keys.zones:
                _prepare(folder, backup, copy, keys, path)
        aside = _keep_aside(folder, [copy.file for copy in wanted])
        for copy in wanted:
            _put_in_place(part / copy.file, folder / copy.file)
        remove(part)
    return Restored(tuple(copy.file for copy in wanted), aside)


def _is_lacking(folder: Path, copy: Copy) -> bool:
    """Tell whether a copy is wanted unless told otherwise: an older keyring would bring back people who were let go."""
    return bool(copy.zone) or not (folder / copy.file).exists()


def _prepare(folder: Path, backup: Backup, copy: Copy, keys: Keys, path: Path) -> None:
    """Verify a zone's copy, bring it under the key of today, and write into its history that it was restored."""
    key, head = _verified(keys, backup, copy, path)
    today = keys.zones[copy.zone]
    if key != today:
        _change_key(path, key, today)
    replaced = _head_of(folder / copy.file, keys.versions[copy.zone])
    changes = {"number": backup.number, "restored": head.seq, "replaced": replaced.seq if replaced else None}
    connection = connect(path, today)
    try:
        with transaction(connection):
            append(connection, keys.person, [Event("restored", changes=changes, why=backup.why)])
    finally:
        connection.close()
    journal(path).unlink(missing_ok=True)
    flush(path)


def _change_key(path: Path, old: bytes, new: bytes) -> None:
    written = path.with_suffix(".next")
    connection = connect(path, old)
    try:
        copy_verified(connection, new, written)
    finally:
        connection.close()
    remove(path)
    written.replace(path)


def _head_of(path: Path, keys: Sequence[bytes]) -> Head | None:
    """Tell how far the history goes of a file about to be replaced, None where it cannot be read."""
    for connection in _openings(path, keys):
        try:
            return history.head(connection)
        except Error:
            return None
        finally:
            connection.close()
    return None


def _openings(path: Path, keys: Sequence[bytes]) -> Iterator[Connection]:
    for key in keys:
        try:
            yield connect(path, key)
        except AppError:
            continue


def _keep_aside(folder: Path, names: Iterable[str]) -> Path:
    """Copy what will be replaced, each file with the journal that belongs to it."""
    root = folder / REPLACED
    aside = root / f"{max(numbers(root), default=0) + 1:06}"
    aside.mkdir(parents=True)
    for name in names:
        for path in (folder / name, journal(folder / name)):
            if path.exists():
                target = aside / path.relative_to(folder)
                target.parent.mkdir(parents=True, exist_ok=True)
                copy_plain(path, target, name)
                flush_folder(target.parent)
    return aside


def _put_in_place(new: Path, path: Path) -> None:
    """Replace a file in one step; the old one's journal goes first, or it would be played into the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    journal(path).unlink(missing_ok=True)
    flush_folder(path.parent)
    new.replace(path)
    if journal(new).exists():
        journal(new).replace(journal(path))
    flush_folder(path.parent)
