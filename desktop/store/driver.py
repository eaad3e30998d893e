"""The one place where SQLCipher becomes the database of this program.

sqlite-utils tries `pysqlite3` before the standard library; sqlcipher3 is put there before sqlite-utils is first imported,
so that it catches the exceptions of the driver really used (measured: 44 of 47 of its features work so, 32 otherwise).
sqlite-utils itself is imported only where a schema changes: it costs as much as the whole of QtWidgets.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlcipher3
from sqlcipher3 import dbapi2

from desktop.registers.problems import AppError
from desktop.store.files import journal

if TYPE_CHECKING:
    import sqlite_utils

sys.modules.setdefault("pysqlite3", sqlcipher3)
sys.modules.setdefault("pysqlite3.dbapi2", dbapi2)

Connection = Any
Error = dbapi2.Error

# Older wheels carry a SQLite with the WAL-reset corruption bug (sqlite.org/wal.html#walresetbug).
OLDEST_SQLITE = (3, 51, 3)
APPLICATION_ID = 0x44707472  # "Dptr"

# Held while anything is written: the window saves while a backup beside it notes itself on the same connection, and one
# must not land in the other's transaction, nor read what may be undone a moment later.
WRITING = threading.RLock()

# Chosen under simulated power loss, not by habit: see docs/decisions/003-store.md.
_SETTINGS = (
    "locking_mode = EXCLUSIVE",
    "journal_mode = TRUNCATE",
    "synchronous = EXTRA",
    "foreign_keys = ON",
    "recursive_triggers = ON",
    "secure_delete = ON",
    "temp_store = MEMORY",
    "trusted_schema = OFF",
    "cell_size_check = ON",
    "cache_size = -16000",
)


def connect(path: Path, key: bytes, *, create: bool = False) -> Connection:
    """Open the encrypted file *path* with its raw 256-bit *key*.

    Raises AppError where the file is missing, in use, or does not open with this key; never makes a file unless told to.
    """
    if dbapi2.sqlite_version_info < OLDEST_SQLITE:
        raise AppError("store.old_sqlite", version=dbapi2.sqlite_version)
    if not create and not path.exists():
        raise AppError("store.file_missing", file=path.name)
    # To SQLite an empty file is a new database, which would hide that the old one is gone.
    if not create and path.stat().st_size == 0:
        raise AppError("store.does_not_open", file=path.name)
    try:
        return _opened(path, key)
    except Error as error:
        if _is_busy(error):
            raise AppError("store.in_use", file=path.name) from error
    # "Not a database" may only mean the first opening after a power cut; said twice, it is the file.
    try:
        return _opened(path, key)
    except Error as error:
        raise AppError("store.in_use" if _is_busy(error) else "store.does_not_open", file=path.name) from error


def _opened(path: Path, key: bytes) -> Connection:
    was_cut_off = journal(path).exists() and journal(path).stat().st_size > 0
    connection = dbapi2.connect(str(path), isolation_level=None, check_same_thread=False, timeout=2)
    try:
        connection.execute("pragma cipher_log_level = NONE")
        # On, it slows every connection of the process (full-text 6.9 times) to keep one page of keys out of the swap file.
        connection.execute("pragma cipher_memory_security = OFF")
        connection.execute(f"pragma key = \"x'{key.hex()}'\"")
        for setting in _SETTINGS:
            connection.execute(f"pragma {setting}")
        connection.execute("select count(*) from sqlite_master").fetchone()
        connection.execute("begin exclusive")
        connection.execute("commit")
        if was_cut_off:
            # A full disk or a damaged page is no reason to keep the file shut.
            with suppress(AppError):
                _renew_free_pages(connection)
    except UnicodeDecodeError as error:
        connection.close()
        # SQLite quotes what is wrong in its list of tables, and the quotation of a damaged page is no text.
        raise dbapi2.DatabaseError("the list of tables is damaged") from error
    except Error:
        connection.close()
        raise
    connection.row_factory = dbapi2.Row
    return connection


def _renew_free_pages(connection: Connection) -> None:
    """Write every free page anew, once a write was rolled back that a power cut broke off.

    SQLite puts a free page to use without a journal, for it holds nothing. Torn, it still holds nothing, but SQLCipher finds
    its sum wrong: the file would count as damaged, and no backup could be made of it.
    """
    free, size = (int(connection.execute(f"pragma {name}").fetchone()[0]) for name in ("freelist_count", "page_size"))
    if free:
        with transaction(connection):
            connection.execute("create table free_pages (content blob)")
            connection.execute("insert into free_pages values (zeroblob(?))", (free * size,))
            connection.execute("drop table free_pages")


def _is_busy(error: Exception) -> bool:
    return "locked" in str(error) or "busy" in str(error)


def in_use(path: Path) -> bool:
    """Tell whether a program has the file at *path* open, which takes no key and changes nothing."""
    try:
        connection = dbapi2.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=0)
    except Error:
        return False
    try:
        connection.execute("pragma cipher_log_level = NONE")
        connection.execute("select count(*) from sqlite_master")
    except Error as error:
        return _is_busy(error)
    finally:
        connection.close()
    return False


def damage(connection: Connection) -> list[str]:
    """List what is wrong with the file itself: pages that are not as they were written, then tables and indexes."""
    try:
        found = [row[0] for row in connection.execute("pragma cipher_integrity_check")]
        found += [row[0] for row in connection.execute("pragma integrity_check(20)") if row[0] != "ok"]
    except Error as error:
        return [str(error)]
    return found


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """Make everything inside one transaction, undone as a whole where anything fails. Raises AppError for a full disk.

    Inside another it is a part of that one, so that many records are changed together or not at all.
    """
    with WRITING:
        if connection.in_transaction:
            yield
            return
        try:
            connection.execute("begin immediate")
            yield
            connection.execute("commit")
        except BaseException as error:
            # Where even that fails, the journal undoes the rest at the next opening.
            with suppress(Error):
                if connection.in_transaction:
                    connection.execute("rollback")
            if isinstance(error, dbapi2.OperationalError):
                raise AppError("store.not_saved", cause=str(error)) from error
            if str(error) == "not authorized":  # the person's roles only read: see desktop.store.vault
                raise AppError("people.may_not") from error
            if type(error) is dbapi2.DatabaseError:  # a damaged page; its subclasses are slips of the program
                raise AppError("store.damaged", cause=str(error)) from error
            raise


def in_words(error: BaseException) -> AppError | None:
    """Word a failure of disk or memory that came up where nothing was being saved; None for a slip of the program."""
    if isinstance(error, dbapi2.OperationalError) or type(error) is dbapi2.DatabaseError:
        return AppError("store.disk_failed", cause=str(error))
    if isinstance(error, OSError | MemoryError):
        return AppError("store.disk_failed", cause=getattr(error, "strerror", None) or type(error).__name__)
    return None


def utilities(connection: Connection) -> "sqlite_utils.Database":
    """Give sqlite-utils on *connection*, for changes of the schema."""
    import sqlite_utils
    import sqlite_utils.utils

    if sqlite_utils.utils.sqlite3 is not sqlcipher3:  # type: ignore[attr-defined]
        raise RuntimeError("sqlite_utils was imported before desktop.store.driver")
    return sqlite_utils.Database(connection)
