"""One encrypted file: the records of the registers of a zone, their history, and what was handed off."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from desktop.registers.declarations import Definitions
from desktop.registers.folding import sort_key
from desktop.registers.problems import AppError
from desktop.registers.register import Lines, Register
from desktop.registers.rules import functions
from desktop.store import acknowledgements, clock, history, questions, received, revisions
from desktop.store.clock import ClockDoubt
from desktop.store.driver import Error, connect, transaction
from desktop.store.history import Event, Head, append, now
from desktop.store.keyring import Station
from desktop.store.received import Decision
from desktop.store.records import Incoming, Records
from desktop.store.schema import RECORD, synchronise

# The column of the code list of zones that says whether looking at a single record is written down.
_KEEPS_VIEWS = "keeps_views"


class Zone:
    """An open zone; closing it lets another program open the file."""

    def __init__(
        self, name: str, path: Path, key: bytes, definitions: Definitions, station: Station, person: str, *, create: bool
    ) -> None:
        """Open the file at *path*, bringing its tables up to the declarations. Raises AppError."""
        self.name, self.definitions, self.station, self.person = name, definitions, station, person
        self.connection = connect(path, key, create=create)
        self.is_open = True
        try:
            self._begin(path, key)
        except Error as error:
            self.connection.close()
            raise AppError("store.does_not_open", file=path.name) from error
        except BaseException:
            # A file left half open would be called in use at the next attempt.
            self.connection.close()
            raise

    def _begin(self, path: Path, key: bytes) -> None:
        definitions = self.definitions
        for function, arity, work in functions(definitions.codes, lambda: self.today):
            self.connection.create_function(function, arity, work)
        self.connection.create_function("place", 2, self._place)
        self.connection.create_collation("KY", lambda a, b: (sort_key(a) > sort_key(b)) - (sort_key(a) < sort_key(b)))
        synchronise(self.connection, self.name, definitions, path, key)
        self.records = cache(self._records)
        self._places = cache(self._places_in)
        self._sure = history.sure_moment(self.connection)
        self._viewed: set[tuple[str, str]] = set()

    def close(self) -> None:
        """Let go of the file."""
        self.records.cache_clear()
        self.is_open = False
        self.connection.close()

    @property
    def today(self) -> dt.date:
        """Give the day it is: the clock's, but never before the last day the history is sure of, for clocks stop."""
        moment = clock.now()
        if not clock.doubt(moment, self._sure):
            self._sure = moment
        return max(moment.date(), self._sure.date() if self._sure else clock.BUILT_AFTER)

    @property
    def clock_doubt(self) -> ClockDoubt | None:
        """Tell why the date is doubtful just now, for the banner; events written meanwhile are marked."""
        return clock.doubt(clock.now(), history.sure_moment(self.connection))

    def confirm_date(self) -> None:
        """Write down that the person looked at the date and found it right, so that it is relied on from here."""
        sure = history.sure_moment(self.connection)
        days = [sure.date().isoformat() if sure else None, clock.now().date().isoformat()]
        event = Event("date_confirmed", changes={"day": days})
        with transaction(self.connection):
            append(self.connection, self.person, [event], confirmed=True)
        self._sure = history.sure_moment(self.connection)

    @property
    def registers(self) -> list[Register]:
        """List the zone's registers in the order of the rail."""
        return self.definitions.of_zone(self.name)

    def _records(self, register: str) -> Records:
        return Records(self, self.definitions.registers[register])

    def _place(self, code_list: str, code: str | None) -> int | None:
        places = self._places(code_list)
        return places.get(code, len(places)) if code else None

    def _places_in(self, code_list: str) -> dict[str, int]:
        return {code: place for place, code in enumerate(self.definitions.codes[code_list].codes)}

    def describe(self, register: str, number: str) -> str | None:
        """Name the record *number* of *register* to a person: its number and its title; None where there is none."""
        declared = self.definitions.registers[register]
        sql = f"select * from {declared.table} where number = ?"
        row = self.connection.execute(sql, (number,)).fetchone()
        if row is None:
            return None
        title = " ".join(str(row[name]) for name in declared.title if row[name])
        return f"{number} · {title}" if title else number

    def plain(self, table: Register | Lines) -> str:
        """Give the SQL of *table* as rules see it: decimals in the field's own unit."""
        header = ["id", "uid", "record", "position"] if isinstance(table, Lines) else list(RECORD)
        fields = [f'"{f.name}" / 1000000.0 as "{f.name}"' if f.kind_name == "decimal" else f'"{f.name}"' for f in table.fields]
        return f"(select {', '.join([*header, *fields])} from {table.table})"

    def select(self, sql: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Run a query of the analysis."""
        return [dict(row) for row in self.connection.execute(sql, values)]

    # The history

    @property
    def head(self) -> Head:
        """Tell how far the zone's history goes; its text is what a printed page carries."""
        return history.head(self.connection)

    def history_of(self, uid: str, language: str) -> list[revisions.Entry]:
        """Tell the history of one record to a person, oldest first."""
        return revisions.told(self, history.of_record(self.connection, uid), language)

    def latest_history(self, language: str, most: int = 200, before: int | None = None) -> list[revisions.Entry]:
        """Tell the last events of the zone to a person, newest first; those before event *before* for the next page."""
        return revisions.told(self, history.latest(self.connection, most, before), language)

    def log(
        self, action: str, why: str | None = None, changes: dict[str, Any] | None = None, *,
        register: str | None = None, uid: str | None = None,
    ) -> None:  # fmt: skip
        """Write down something done that changes no record: an export, a print, a log-in; of one record by its *uid*."""
        with transaction(self.connection):
            append(self.connection, self.person, [Event(action, register, uid, changes=changes, why=why)])

    @property
    def keeps_views(self) -> bool:
        """Tell whether it is written down here who looked at which record."""
        return bool(self.definitions.codes["zones"].codes[self.name].column(_KEEPS_VIEWS))

    def viewed(self, register: str, uid: str) -> None:
        """Write down, once in each opening, that a record was looked at, where the zone keeps views."""
        if (register, uid) in self._viewed or not self.keeps_views:
            return
        self.log("view", register=register, uid=uid)
        self._viewed.add((register, uid))

    # Hand-offs made here

    def last_sent(self) -> dict[str, Any] | None:
        """Give the last hand-off made, for its number in the sequence and its check number."""
        rows = self.select("select * from sent order by sequence desc limit 1")
        return rows[0] if rows else None

    def sent_revision(self, month: str) -> int:
        """Give the last revision in which *month* was handed off, 0 for never."""
        return int(self.select("select coalesce(max(revision), 0) as r from sent where month = ?", (month,))[0]["r"])

    def keep_sent(self, note: Mapping[str, Any], carried: Mapping[str, Sequence[Incoming]]) -> None:
        """Write down a hand-off (sequence, check_number, month, revision, file, why, counts, nil, answers); mark what it carried."""
        with transaction(self.connection):
            self.connection.execute(
                "insert into sent values (?, ?, ?, ?, ?, ?, ?, ?, ?, null)",
                (note["sequence"], note["check_number"], note["month"], note["revision"], note["file"], now(),
                 self.person, note.get("why"), json.dumps(note["counts"])),
            )  # fmt: skip
            for register, items in carried.items():
                self.records(register).mark_sent(items, note["check_number"])
                self.connection.executemany(
                    "insert into sent_records values (?, ?, ?, ?)",
                    [(note["sequence"], register, i.record["uid"], i.record["revision"]) for i in items],
                )
            questions.mark_carried(self, note.get("answers", ()), note["check_number"])
            told = {name: note[name] for name in ("counts", "month", "revision")} | {"check": note["check_number"]}
            told["nil"] = list(note.get("nil", ()))
            append(self.connection, self.person, [Event("hand_off", changes=told, why=note.get("why"))])

    def acknowledge(self, check_number: str) -> int:
        """Mark what the hand-off *check_number* carried as received by headquarters; give the number of records.

        Raises AppError where no such hand-off was made here.
        """
        with transaction(self.connection):
            found = self.connection.execute(
                "select acknowledged_at from sent where check_number = ?", (check_number,)
            ).fetchone()
            if not found:
                raise AppError("handoff.unknown_check", check=check_number)
            if found["acknowledged_at"]:
                return 0
            return acknowledgements.settle(self, {check_number: ()})

    # Hand-offs received here

    def received(self, check_number: str = "", *, undone: bool = False) -> list[dict[str, Any]]:
        """List the hand-offs merged here that stand, or the one of *check_number*; with *undone* those taken back as well."""
        return received.received(self, check_number, undone=undone)

    def keep_received(
        self, note: Mapping[str, Any], incoming: Mapping[str, Iterable[Incoming]],
        decided: Sequence[Decision] = (),
    ) -> None:  # fmt: skip
        """Merge the accepted records of one hand-off and what was decided about it: see `desktop.store.received.keep`."""
        received.keep(self, note, incoming, decided)
