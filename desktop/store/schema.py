"""Derive the tables of a zone from the declarations of its registers.

Additions follow the declarations whenever a file is opened: a new field becomes a column, and every row is kept. What no
declaration can say (renaming, recoding) is a numbered step in `steps.py`. The file is copied before either.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.registers.declarations import Definitions
from desktop.registers.problems import AppError
from desktop.registers.register import Lines, Register
from desktop.store.copies import copy_verified
from desktop.store.driver import APPLICATION_ID, Connection, transaction, utilities

if TYPE_CHECKING:
    import sqlite_utils

# The layout of the tables that no declaration describes; an older program refuses a newer one.
LAYOUT = 4

RECORD = {
    "id": int, "uid": str, "number": str, "prison": str, "state": str, "revision": int, "acknowledged": int,
    "month": str, "created_at": str, "created_by": str, "changed_at": str, "changed_by": str, "void_reason": str,
    "remarks": str, "reasons": str, "hand_off": str, "extra": str,
}  # fmt: skip
LINE = {"id": int, "uid": str, "record": str, "position": int, "extra": str}
_TYPES = {"TEXT": str, "INTEGER": int}


def synchronise(connection: Connection, zone: str, definitions: Definitions, path: Path, key: bytes) -> None:
    """Bring the file's tables up to the declarations, once a verified copy of it lies beside it.

    Raises AppError where a newer program made the file, or the copy fails.
    """
    layout = connection.execute("pragma user_version").fetchone()[0]
    if layout > LAYOUT:
        raise AppError("vault.newer", file=path.name)
    if layout == LAYOUT and _fingerprint(connection) == definitions.fingerprint:
        return
    if layout:
        copy_verified(connection, key, path.with_suffix(".before"))
    from desktop.store.steps import STEPS

    db = utilities(connection)
    STEPS.apply(db)
    with transaction(connection):
        for register in definitions.of_zone(zone):
            for table in register.tables:
                _synchronise_table(db, table)
        db.table("settings").upsert({"name": "definitions", "value": definitions.fingerprint}, pk="name")
        connection.execute(f"pragma application_id = {APPLICATION_ID}")
        connection.execute(f"pragma user_version = {LAYOUT}")


def _fingerprint(connection: Connection) -> str | None:
    row = connection.execute("select value from settings where name = 'definitions'").fetchone()
    return row[0] if row else None


def columns(table: Register | Lines) -> dict[str, type]:
    """List the columns of *table*: its header's and one for every field."""
    header = LINE if isinstance(table, Lines) else RECORD
    return header | {f.name: _TYPES[f.kind.column] for f in table.fields}


def words_table(register: Register) -> str:
    """Name the full-text table that a register is searched by."""
    return f"{register.name}_words"


def _synchronise_table(db: "sqlite_utils.Database", table: Register | Lines) -> None:
    wanted = columns(table)
    stored = db.table(table.table)
    if not stored.exists():
        stored.create(wanted, pk="id", not_null={"uid"}, strict=True)
        stored.create_index(["uid"], unique=True)
        for index in _indexes(table):
            stored.create_index(index)
        if isinstance(table, Register):
            db.execute(f"create virtual table {words_table(table)} using fts5(words, tokenize = 'trigram', detail = 'none')")
        return
    present = stored.columns_dict
    for name, kind in wanted.items():
        if name not in present:
            stored.add_column(name, kind)


def _indexes(table: Register | Lines) -> Iterator[list[str]]:
    if isinstance(table, Lines):
        yield ["record"]
        return
    yield from (["number"], ["month"], ["state"], [table.counts_on])
