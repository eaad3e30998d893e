"""Builds that are bad on purpose. A harness that does not catch its own proves nothing by finding nothing."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace

from desktop.exchange import handoff, planning, reading, signing
from desktop.store import check, clock, driver, journal, keyring, records, zone

Build = Callable[[], None]


def shipped() -> None:
    """Work with the program as it is."""


def spilling() -> None:
    """Work with the program as it is where a write is larger than the cache, as great merges are: it must lose nothing."""
    _set("cache_size", "10")


def _set(name: str, value: str) -> None:
    others = tuple(setting for setting in driver._SETTINGS if not setting.startswith(name))
    driver._SETTINGS = (*others, f"{name} = {value}")


def without_journal() -> None:
    _set("journal_mode", "OFF")


def with_journal_in_memory() -> None:
    _set("journal_mode", "MEMORY")


def never_syncing() -> None:
    _set("synchronous", "OFF")


def as_sqlite_comes() -> None:
    """Take SQLite's own settings: a journal deleted after each write, of whose deletion no disk has heard."""
    _set("journal_mode", "DELETE")
    _set("synchronous", "FULL")


def never_flushing() -> None:
    """Rename files of whose content and name no disk has heard."""
    os.fsync = lambda _: None


def writing_in_place() -> None:
    """Write the keyring over itself."""
    keyring.write_whole = lambda path, content, **_: path.write_text(content, "utf-8")


def not_reading_back() -> None:
    """Trust a stick that says a workbook was written."""
    handoff.write_file = lambda path, content: path.write_bytes(content)


def forgetting_what_was_not_acknowledged() -> None:
    """Hand off only what was never handed off, though the stick may have been lost."""
    due = records.Records.due
    records.Records.due = lambda self, month: [item for item in due(self, month) if not item.record["hand_off"]]


def taking_failures_for_success() -> None:
    """Believe that a write was done which the disk refused."""

    @contextmanager
    def transaction(connection: driver.Connection) -> Iterator[None]:
        try:
            connection.execute("begin immediate")
            yield
            connection.execute("commit")
        except (driver.Error, MemoryError):
            if connection.in_transaction:
                connection.execute("rollback")

    for module in (journal, records, zone):
        module.transaction = transaction


def committing_later() -> None:
    """Acknowledge what is written now, and let the disk have it some time."""

    @contextmanager
    def transaction(connection: driver.Connection) -> Iterator[None]:
        if not connection.in_transaction:
            connection.execute("begin immediate")
        yield

    for module in (journal, records, zone):
        module.transaction = transaction


def without_locks() -> None:
    """Let two programs write to one file at once."""
    real = driver.dbapi2
    _set("locking_mode", "NORMAL")

    def connect(path: str, **words: object) -> driver.Connection:
        return real.connect(path if "uri" in words else f"file:{path}?nolock=1", **words | {"uri": True})

    driver.dbapi2 = SimpleNamespace(**vars(real) | {"connect": connect})


def without_station_lock() -> None:
    """Let two programs change the keyring at once."""
    keyring.alone = lambda *_: nullcontext()


def trusting_the_clock() -> None:
    clock.doubt = lambda *_: None


def without_page_sums() -> None:
    """Encrypt pages without the sum that tells whether they are as they were written, and ask no history."""
    # It must be said before the file is first read.
    driver._SETTINGS = ("cipher_use_hmac = OFF", *driver._SETTINGS)
    checking_nothing()


def believing_the_file() -> None:
    """Check what SQLCipher checks, and neither records against their history nor histories against each other."""
    for step in ("_of_records", "_of_strangers", "_of_chain", "_of_heads", "_of_hand_offs"):
        setattr(check, step, lambda *_: iter(()))


def checking_nothing() -> None:
    """Take a file that opens for a good one."""
    believing_the_file()
    check.damage = lambda _: []


def believing_the_workbook() -> None:
    """Take a workbook's values without comparing them with what they were when it was made."""
    compare = planning.compare
    planning.compare = lambda claims, tables: (compare(claims, tables)[0], ())


def counting_once() -> None:
    """Believe the one reader of workbooks, without a second count of the cells."""
    reading._compare = lambda *_: None


def overlooking_edits() -> None:
    """Believe a signature without a look at the cells that it is over."""
    signing._edits = lambda *_: iter(())
