"""Copies of a zone's file that count only once they were opened again and found sound."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from desktop.registers.problems import AppError
from desktop.store import history
from desktop.store.driver import Connection, Error, connect, damage
from desktop.store.files import flush, journal, replace
from desktop.store.history import Head

# Small steps let a window that writes to the same file in between go on.
_PAGES = 1000


def copy_verified(connection: Connection, key: bytes, target: Path) -> Head:
    """Copy an open file to *target* through SQLite's backup, open the copy with its *key*, check it, then name it *target*.

    Gives the head of the copy's history. Raises AppError, and leaves what lay at *target*, where any of it fails.
    """
    part = target.with_name(target.name + ".part")
    with whole_or_nothing(part):
        copy = connect(part, key, create=True)
        try:
            connection.backup(copy, pages=_PAGES, sleep=0)
        except Error as error:
            raise AppError("backup.not_copied", file=target.name, cause=str(error)) from error
        finally:
            copy.close()
        head = verify(part, key)
        flush(part)
        # A journal left by what lay there before must never be played into the copy.
        for left in (journal(part), journal(target)):
            left.unlink(missing_ok=True)
        replace(part, target)
    return head


def verify(path: Path, key: bytes) -> Head:
    """Open the file at *path* with its *key*, check every page and every event, and give the head of its history.

    Raises AppError where it does not open or is not sound.
    """
    name = path.name.removesuffix(".part")
    connection = connect(path, key)
    try:
        if found := damage(connection):
            raise AppError("backup.not_sound", file=name, cause=found[0])
        broken = next(history.broken_events(connection), None)
        if broken is not None:
            raise AppError("backup.broken_history", file=name, event=broken)
        return history.head(connection)
    except Error as error:
        raise AppError("backup.not_sound", file=name, cause=str(error)) from error
    finally:
        connection.close()


@contextmanager
def whole_or_nothing(part: Path) -> Iterator[None]:
    """Begin with nothing at *part*, and leave nothing there where what is made of it fails. Raises AppError."""
    try:
        remove(part)
        yield
    except OSError as error:
        with suppress(OSError):
            remove(part)
        raise AppError("backup.not_made", cause=error.strerror or str(error)) from error
    except BaseException:
        with suppress(OSError):
            remove(part)
        raise


def remove(path: Path) -> None:
    """Remove a file with its journal, or a folder with all in it, where it is there."""
    if path.is_dir():
        shutil.rmtree(path)
        return
    path.unlink(missing_ok=True)
    journal(path).unlink(missing_ok=True)
