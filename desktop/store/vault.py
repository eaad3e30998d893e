"""All of a station's encrypted files, opened by one person's password."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlcipher3 import dbapi2

from desktop.registers.declarations import Definitions
from desktop.registers.problems import AppError
from desktop.registers.register import Register
from desktop.store import journal, keyring, recovery, zone_keys
from desktop.store.driver import WRITING, Error, connect
from desktop.store.history import Event
from desktop.store.keyring import Keys, Newcomer, Station
from desktop.store.records import Records
from desktop.store.rewriting import rewrite
from desktop.store.roles import CHANGING, at_station, check, may, may_open, roles_of
from desktop.store.version_checks import note_checked
from desktop.store.zone import Zone

DEFINITIONS = "definitions"
_WRITES = (dbapi2.SQLITE_INSERT, dbapi2.SQLITE_UPDATE, dbapi2.SQLITE_DELETE)


class Vault:
    """An open vault: the zones whose keys its person holds, each opened when first asked for."""

    def __init__(self, folder: Path, definitions: Definitions, station: Station, keys: Keys) -> None:
        """Use `open_vault` or `create_vault`."""
        self.folder, self.definitions, self.station, self.keys = folder, definitions, station, keys
        self.keyring_put_back = False
        self.is_open = True
        self._zones: dict[str, Zone] = {}

    def __enter__(self) -> Self:
        """Close the files at the end of a with statement."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close every file."""
        self.close()

    def close(self) -> None:
        """Let go of every file."""
        self.is_open = False
        while self._zones:
            self._zones.popitem()[1].close()

    # Whose it is

    @property
    def person(self) -> str:
        """Name the person who is logged in."""
        return self.keys.person

    @property
    def roles(self) -> tuple[str, ...]:
        """List the roles of the person who is logged in."""
        return self.keys.roles

    def may(self, action: str, zone: str | None = None) -> bool:
        """Tell whether this person's roles allow *action*, in *zone* where it is named and its key is held."""
        held = zone is None or zone in self.keys.zones
        return held and may(roles_of(self.definitions), self.roles, action, zone)

    # Zones

    @property
    def zones(self) -> list[str]:
        """List the zones that may be opened here, in their order."""
        return [zone for zone in self.definitions.zones if zone in self.keys.zones]

    def zone(self, name: str) -> Zone:
        """Open a zone. Raises AppError where this person has no key to it."""
        if name not in self._zones:
            if name not in self.keys.zones:
                raise AppError("vault.no_key", zone=self.definitions.codes["zones"].codes[name].label)
            # A backup beside the window may ask for the same zone just now.
            with WRITING:
                if name not in self._zones:
                    self._zones[name] = self._come_into(name)
        return self._zones[name]

    def _come_into(self, name: str) -> Zone:
        zone = self._open(name)
        try:
            return self._entered(zone)
        except BaseException as error:
            # A file left half open would be called in use at the next attempt.
            zone.close()
            if isinstance(error, Error):
                raise AppError("store.does_not_open", file=self._path(name).name) from error
            raise

    def _open(self, name: str) -> Zone:
        try:
            return self._file(name, create=not self._was_made(name))
        except AppError as error:
            if error.name != "store.does_not_open" or not self._finish_rewriting(name):
                raise
        return self._file(name)

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.depter"

    def _file(self, name: str, *, create: bool = False) -> Zone:
        key = self.keys.zones[name]
        return Zone(name, self._path(name), key, self.definitions, self.station, self.person, create=create)

    def _was_made(self, name: str) -> bool:
        return bool(keyring.read(self.folder)["zones"][name]["made"])

    def _finish_rewriting(self, name: str) -> bool:
        """Where a change of the key was interrupted, or an old backup put back, bring the file under the zone's key.

        Tell whether the file can be opened now. Raises AppError where the key was changed in another window.
        """
        self.current_key(keyring.read(self.folder), name)
        newest, *older = self.keys.versions[name]
        for key in older:
            if self._fits(name, key):
                self.keys.zones[name] = key
                with suppress(AppError):
                    rewrite(self._path(name), key, newest)
                    self.keys.zones[name] = newest
                return True
        return False

    def _fits(self, name: str, key: bytes) -> bool:
        try:
            connect(self._path(name), key).close()
        except AppError as error:
            if error.name != "store.does_not_open":
                raise
            return False
        return True

    def _entered(self, zone: Zone) -> Zone:
        """Note in the zone's history who has come in, after what was noted in the keyring meanwhile."""
        if not any(self.may(action, zone.name) for action in CHANGING):
            _refuse_changes(zone)
        failed = {"failed": self.keys.failed} if self.keys.failed else None
        come = Event("log_in", changes=failed)
        ring = keyring.read(self.folder)
        self.keyring_put_back |= journal.take_over(ring, zone, come)
        if not ring["zones"][zone.name]["made"]:
            # From now on a missing file is a loss, and never made anew.
            with keyring.changing(self.folder, keep=False) as ring:
                ring["zones"][zone.name]["made"] = True
            note_checked(zone)
        return zone

    def catch_up(self) -> None:
        """Let the histories of the open zones take over what was just noted in the keyring."""
        ring = keyring.read(self.folder)
        for zone in self._zones.values():
            journal.take_over(ring, zone)

    # Keys

    def current_key(self, ring: Mapping[str, Any], zone: str) -> bytes:
        """Give the key that *ring* seals to the people of *zone*. Raises AppError where it is not held or was changed."""
        if zone not in self.keys.versions:
            raise AppError("vault.no_key", zone=self.definitions.codes["zones"].codes[zone].label)
        versions = self.keys.versions[zone]
        if ring["zones"][zone]["version"] != len(versions):
            raise AppError("people.unlock_again")
        return versions[0]

    def rewrite(self, name: str, fresh: bytes) -> None:
        """Write a zone's file anew under its *fresh* key; whoever held the zone open asks for it again. Raises AppError."""
        if name in self._zones:
            self._zones.pop(name).close()
        self.keys.versions[name] = (fresh, *self.keys.versions[name])
        rewrite(self._path(name), self.keys.zones[name], fresh)
        self.keys.zones[name] = fresh

    # Registers

    @property
    def registers(self) -> Iterator[Register]:
        """Walk through the registers that may be opened here, zone by zone in their order."""
        for zone in self.zones:
            yield from self.definitions.of_zone(zone)

    def records(self, register: str) -> Records:
        """Give the records of *register*. Raises AppError where its zone may not be opened."""
        return self.zone(self.definitions.registers[register].zone).records(register)


def _refuse_changes(zone: Zone) -> None:
    """Let nobody change a record by this connection whose roles only read, whatever a screen offers."""
    tables = {table.table for register in zone.registers for table in register.tables}

    def decide(action: int, table: str | None, *_: object) -> int:
        return int(dbapi2.SQLITE_DENY if action in _WRITES and table in tables else dbapi2.SQLITE_OK)

    zone.connection.set_authorizer(decide)


# Making a station


def create_vault(
    folder: Path, definitions: Definitions, *, prison: str, person: str, password: str,
    letter: str = "", language: str = "ru", profile: str = "standard", practice: bool = False,
) -> Vault:  # fmt: skip
    """Make a new station of one person with every role and every key, for *practice* maybe, and open it. Raises AppError."""
    station = _station(definitions, prison, letter, language, practice=practice)
    roles = tuple(role.name for role in at_station(roles_of(definitions), headquarters=station.is_headquarters))
    ring = keyring.begin(folder, station, profile)
    row, private = keyring.add(ring, Newcomer(person, roles, password))
    journal.note(ring, row["name"], "station_made")
    keys = {zone: _begin(ring, zone, row, row["name"]) for zone in definitions.zones}
    keyring.write(folder, ring)
    vault = _vault(folder, definitions, station, row, private, keys)
    for zone in vault.zones:
        vault.zone(zone)
    return vault


def make_station(
    folder: Path, definitions: Definitions, *, prison: str, people: Sequence[Newcomer], holders: Mapping[str, str],
    letter: str = "", language: str = "ru", profile: str = "standard",
) -> dict[str, str]:  # fmt: skip
    """Make a new station: its people, and in *holders* the first person to hold each zone's key. Raises AppError.

    Give the code of each zone's recovery sheet, to be printed, typed back once and kept nowhere else.
    """
    station, roles = _station(definitions, prison, letter, language), roles_of(definitions)
    ring = keyring.begin(folder, station, profile)
    for newcomer in people:
        check(roles, newcomer.roles, headquarters=station.is_headquarters)
    added = {newcomer.name: keyring.add(ring, newcomer) for newcomer in people}
    if not any(may(roles, row["roles"], "users") for row, _ in added.values()):
        raise AppError("people.last_administrator")
    first = ring["people"][0]["name"]
    journal.note(ring, first, "station_made")
    codes, keys = {}, {}
    for zone in definitions.zones:
        holder, _ = added.get(holders.get(zone, ""), (None, b""))
        if not holder or not may_open(roles, holder["roles"], zone):
            raise AppError("people.holder_needed", zone=definitions.codes["zones"].codes[zone].label)
        keys[zone] = _begin(ring, zone, holder, first)
        codes[zone] = recovery.add_sheet(ring, zone, keys[zone], first)
    keyring.write(folder, ring)
    for zone, key in keys.items():
        with _vault(folder, definitions, station, *added[holders[zone]], {zone: key}) as vault:
            vault.zone(zone)
    return codes


def add_zone(vault: Vault, zone: str) -> str:
    """Make the file of a *zone* that the definitions gained since the station was made; give its sheet's code.

    The acting person holds its key first, and needs a role that opens it. Raises AppError.
    """
    label = vault.definitions.codes["zones"].codes[zone].label
    if not may_open(roles_of(vault.definitions), vault.roles, zone):
        raise AppError("people.role_opens_not", name=vault.person, zone=label)
    with keyring.changing(vault.folder) as ring:
        if zone in ring["zones"] or zone not in vault.definitions.zones:
            raise AppError("vault.no_key", zone=label)
        key = _begin(ring, zone, keyring.named(ring, vault.person), vault.person)
        code = recovery.add_sheet(ring, zone, key, vault.person)
        journal.note(ring, vault.person, "zone_added", zone=zone)
    vault.keys.zones[zone], vault.keys.versions[zone] = key, (key,)
    vault.zone(zone)
    return code


def _station(definitions: Definitions, prison: str, letter: str, language: str, *, practice: bool = False) -> Station:
    if prison not in definitions.codes["prisons"].codes:
        raise AppError("vault.unknown_prison", prison=prison)
    return Station(f"{keyring.PRACTICE if practice else ''}{uuid.uuid4().hex}", prison, letter, language)


def _begin(ring: keyring.Ring, zone: str, holder: keyring.Row, by: str) -> bytes:
    key = zone_keys.begin(ring, zone)
    zone_keys.give(ring, zone, key, holder, by)
    return key


def _vault(
    folder: Path, definitions: Definitions, station: Station, row: keyring.Row, private: bytes, zones: dict[str, bytes]
) -> Vault:
    versions: dict[str, tuple[bytes, ...]] = {zone: (key,) for zone, key in zones.items()}
    return Vault(folder, definitions, station, Keys(row["name"], dict(zones), versions, private, tuple(row["roles"])))


def open_vault(folder: Path, definitions: Definitions, password: str, person: str | None = None) -> Vault:
    """Open the station in *folder* as *person*, or as whoever the password belongs to. Raises AppError."""
    station = keyring.read_station(folder)
    return Vault(folder, definitions, station, keyring.unlock(folder, password, person))
