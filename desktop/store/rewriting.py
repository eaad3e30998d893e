"""A zone's file under a new key: written anew beside it, compared, and only then put in its place.

An old key that somebody may have kept cannot be called back; only a file written anew shuts it out.
"""

import hashlib
from contextlib import suppress
from pathlib import Path

from desktop.registers.problems import AppError
from desktop.store.copies import remove
from desktop.store.driver import Connection, Error, connect, damage
from desktop.store.files import flush, replace


def rewrite(path: Path, old: bytes, new: bytes) -> None:
    """Put the file at *path*, which *old* opens, under the key *new*. Raises AppError, and leaves the file as it was.

    Nobody may have the file open. Whatever a power cut leaves beside it is thrown away by the next attempt.
    """
    copy = path.with_suffix(".next")
    try:
        remove(copy)
        _export(path, old, copy, new)
        flush(copy)
        _compare(path, old, copy, new)
        replace(copy, path)
    except (Error, OSError) as error:
        raise AppError("people.not_rewritten", file=path.name, cause=str(error)) from error
    finally:
        with suppress(OSError):
            remove(copy)


def _export(path: Path, old: bytes, copy: Path, new: bytes) -> None:
    source = connect(path, old)
    try:
        source.execute("attach database ? as next key ?", (str(copy), f"x'{new.hex()}'"))
        source.execute("select sqlcipher_export('next')")
        for pragma in ("user_version", "application_id"):
            value = source.execute(f"pragma main.{pragma}").fetchone()[0]
            source.execute(f"pragma next.{pragma} = {value}")
        source.execute("detach database next")
    finally:
        source.close()


def _compare(path: Path, old: bytes, copy: Path, new: bytes) -> None:
    """Read both files anew and compare all they hold. Raises OSError where they differ or one is not sound."""
    if _content(path, old) != _content(copy, new):
        raise OSError("the copy differs")


def _content(path: Path, key: bytes) -> dict[str, str]:
    """Sum up a sound file: its tables and triggers, and every row of every table. Raises OSError where it is damaged."""
    connection = connect(path, key)
    try:
        if faults := damage(connection):
            raise OSError(faults[0])
        found = {name: _sum(connection, f"pragma {name}") for name in ("user_version", "application_id")}
        found["schema"] = _sum(connection, "select type, name, tbl_name, sql from sqlite_master order by type, name")
        tables = connection.execute("select name from sqlite_master where type = 'table' and rootpage > 0 order by name")
        for (name,) in tables.fetchall():
            found[f"rows of {name}"] = _sum(connection, f'select * from "{name}"')
        return found
    finally:
        connection.close()


def _sum(connection: Connection, sql: str) -> str:
    digest = hashlib.sha256()
    for row in connection.execute(sql):
        digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()
