"""Backups put to the test and put back: proven in a temporary place, restored without losing what they replace."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.registers.labels import Label
from desktop.registers.messages import message
from desktop.registers.problems import AppError
from desktop.registers.register import Register
from desktop.store import history, keyring
from desktop.store.backups import FOLDER, Backup, Copy, backups, copy_plain, fork, numbers
from desktop.store.copies import copy_verified, remove, verify, whole_or_nothing
from desktop.store.driver import Connection, Error, connect, in_use, transaction
from desktop.store.files import alone, flush, flush_folder, journal, make_folder
from desktop.store.history import Event, Head, append
from desktop.store.keyring import Keys

if TYPE_CHECKING:
    from desktop.store.vault import Vault
    from desktop.store.zone import Zone

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
class Fate:
    """What a restore would do to one record: `returns`, `newer`, `older`, `differs` or `lost`, against what is here now."""

    register: str
    number: str
    kind: str


@dataclass(frozen=True)
class Foreseen:
    """What putting one zone's copy back would do to the *here* records of today, and to which of them.

    *hand_offs* and *merges* count what was handed off and merged here and the copy knows nothing of. *problem* tells why the
    copy cannot be put back, *unknown* why nothing more could be told: that part does not open.
    """

    copy: Copy
    here: int | None = None
    fates: tuple[Fate, ...] = ()
    hand_offs: int = 0
    merges: int = 0
    problem: Label | None = None
    unknown: Label | None = None

    def count(self, kind: str) -> int:
        """Count the records with a fate."""
        return sum(fate.kind == kind for fate in self.fates)

    @property
    def loses(self) -> bool:
        """Tell whether something done here would be undone, as far as can be told."""
        return bool(self.count("lost") or self.count("older") or self.count("differs") or self.hand_offs or self.merges)


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
    with alone(vault.folder, FOLDER), whole_or_nothing(trial):
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
    make_folder(target.parent)
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


# Looking ahead


def foresee(vault: "Vault", backup: Backup) -> tuple[Foreseen, ...]:
    """Tell what putting back each zone of *backup* would change here; nothing is changed yet. Raises AppError."""
    trial = vault.folder / "trial.part"
    with alone(vault.folder, FOLDER), whole_or_nothing(trial):
        trial.mkdir()
        known = [copy for copy in backup.zones if copy.zone in vault.definitions.zones]
        found = tuple(_foreseen(vault, backup, copy, trial) for copy in known)
        remove(trial)
    return found


def _foreseen(vault: "Vault", backup: Backup, copy: Copy, trial: Path) -> Foreseen:
    try:
        path = _fetch(backup, copy, trial)
        key, _ = _verified(vault.keys, backup, copy, path) if copy.zone in vault.zones else (b"", None)
    except AppError as error:
        return Foreseen(copy, problem=error.text)
    if not (vault.folder / copy.file).exists():
        return Foreseen(copy, unknown=message("store.file_missing", file=copy.file))
    try:
        live = vault.zone(copy.zone)
        connection = connect(path, key)
    except AppError as error:
        return Foreseen(copy, unknown=error.text)
    try:
        return _compared_with(live, connection, copy)
    except Error as error:
        label = vault.definitions.codes["zones"].codes[copy.zone].label
        return Foreseen(copy, unknown=message("check.damage", zone=label, cause=str(error)))
    finally:
        connection.close()


def _compared_with(live: "Zone", connection: Connection, copy: Copy) -> Foreseen:
    fates = [fate for register in live.registers for fate in _fates(live.connection, connection, register)]
    hand_offs, merges = (len(_checks(live.connection, name) - _checks(connection, name)) for name in ("sent", "received"))
    here = sum(live.records(register.name).count() for register in live.registers)
    return Foreseen(copy, here, tuple(fates), hand_offs, merges)


def _fates(live: Connection, connection: Connection, register: Register) -> Iterator[Fate]:
    names = _columns(connection, register)
    today, then = _contents(live, register, names), _contents(connection, register, names)
    found = {uid: kind for uid in today | then if (kind := _fate(today.get(uid), then.get(uid)))}
    if not found:
        return
    numbers_of = _numbers(connection, register) if then else {}
    numbers_of |= _numbers(live, register)
    for uid, kind in found.items():
        yield Fate(register.name, numbers_of[uid], kind)


def _fate(today: tuple[int, bytes] | None, then: tuple[int, bytes] | None) -> str:
    if today is None or then is None:
        return "lost" if then is None else "returns"
    if today[0] != then[0]:
        return "newer" if then[0] > today[0] else "older"
    return "" if today == then else "differs"


def _numbers(connection: Connection, register: Register) -> dict[str, str]:
    rows = connection.execute(f"select uid, number from {register.table}")
    return {row["uid"]: row["number"] or "" for row in rows}


def _checks(connection: Connection, table: str) -> set[str]:
    """List the check numbers of the hand-offs in *table*."""
    return {row["check_number"] for row in connection.execute(f"select check_number from {table}")}


# Restoring


def keys_for(folder: Path, backup: Backup, password: str, person: str | None = None) -> Keys:
    """Unlock what a restore needs: the station's own keyring, or the backup's where that cannot be read. Raises AppError."""
    if _has_keyring(folder):
        return keyring.unlock(folder, password, person)
    make_folder(folder)
    # Unlocking notes the log-in in the keyring, and the backup must stay as it is.
    trial = folder / "keyring.part"
    with whole_or_nothing(trial):
        make_folder(trial)
        for copy in backup.copies:
            if copy.file == keyring.FILE:
                _fetch(backup, copy, trial)
        keys = keyring.unlock(trial, password, person)
        remove(trial)
    return keys


def restore(folder: Path, backup: Backup, keys: Keys, files: Collection[str] = ()) -> Restored:
    """Put *files* of a backup (by default all zones, and whatever else is gone) into the station's *folder*.

    No program may have them open, and the backup must be the station's own. Everything is verified first: what *keys* open by
    every page and event, the rest by its hash. What is replaced is kept aside, never deleted; each restored history says so at
    its end. Raises AppError, and changes nothing, where any of it fails. The keyring of a backup goes only with the keys that
    it opens (`keys_for`).
    """
    if _has_keyring(folder) and keyring.read_station(folder).id != backup.station.id:
        raise AppError("backup.other_station", number=backup.number)
    files = files or {*(copy.file for copy in backup.zones), *lacking(folder, backup)}
    wanted = [copy for copy in backup.copies if copy.file in files]
    if gone := set(files) - {copy.file for copy in wanted}:
        raise AppError("backup.incomplete", file=min(gone), number=backup.number)
    for copy in wanted:
        if copy.zone and in_use(folder / copy.file):
            raise AppError("store.in_use", file=copy.file)
    part = folder / "restore.part"
    make_folder(folder)
    with alone(folder, FOLDER), whole_or_nothing(part):
        make_folder(part)
        for copy in wanted:
            path = _fetch(backup, copy, part)
            if copy.zone in keys.zones:
                _prepare(folder, backup, copy, keys, path)
        aside = _keep_aside(folder, [copy.file for copy in wanted])
        for copy in wanted:
            _put_in_place(part / copy.file, folder / copy.file)
        remove(part)
    return Restored(tuple(copy.file for copy in wanted), aside)


def lacking(folder: Path, backup: Backup) -> list[str]:
    """List what the station lacks of a backup beside the zones; never a keyring that can be read, or people let go come back."""
    rest = [copy.file for copy in backup.copies if not copy.zone]
    return [file for file in rest if not (_has_keyring(folder) if file == keyring.FILE else (folder / file).exists())]


def _has_keyring(folder: Path) -> bool:
    """Tell whether the station's keyring can be read: a damaged one opens no more than none. Raises AppError for a newer one."""
    try:
        keyring.read(folder)
    except AppError as error:
        if error.name == "vault.newer":
            raise
        return False
    return True


def _prepare(folder: Path, backup: Backup, copy: Copy, keys: Keys, path: Path) -> None:
    """Verify a zone's copy, bring it under the key of today, and write into its history that it was restored."""
    key, head = _verified(keys, backup, copy, path)
    today = keys.zones[copy.zone]
    if key != today:
        _change_key(path, key, today)
    connection = connect(path, today)
    try:
        replaced = _replaced(folder / copy.file, keys.versions[copy.zone], connection)
        changes = {"number": backup.number, "restored": head.seq, **replaced}
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


def _replaced(path: Path, keys: Sequence[bytes], restored: Connection) -> dict[str, int | None]:
    """Tell how far the history goes of a file about to be *replaced*, and what it shares with the *restored* one.

    None where it cannot be read.
    """
    for connection in _openings(path, keys):
        try:
            return {"replaced": history.head(connection).seq, "common": history.common(connection, restored)}
        except Error:
            break
        finally:
            connection.close()
    return {"replaced": None}


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
    make_folder(aside)
    for name in names:
        for path in (folder / name, journal(folder / name)):
            if path.exists():
                target = aside / path.relative_to(folder)
                make_folder(target.parent)
                copy_plain(path, target, name)
    return aside


def _put_in_place(new: Path, path: Path) -> None:
    """Replace a file in one step; the old one's journal goes first, or it would be played into the new one."""
    make_folder(path.parent)
    journal(path).unlink(missing_ok=True)
    flush_folder(path.parent)
    new.replace(path)
    if journal(new).exists():
        journal(new).replace(journal(path))
    flush_folder(path.parent)
