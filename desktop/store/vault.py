"""All of a station's encrypted files, opened by one password."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from desktop.registers.declarations import Definitions
from desktop.registers.problems import AppError
from desktop.registers.register import Register
from desktop.store import keyring
from desktop.store.keyring import Keys, Station
from desktop.store.records import Records
from desktop.store.zone import Zone

DEFINITIONS = "definitions"


class Vault:
    """An open vault: the zones its password opens, each opened when first asked for."""

    def __init__(self, folder: Path, definitions: Definitions, station: Station, keys: Keys) -> None:
        """Use `open_vault` or `create_vault`."""
        self.folder, self.definitions, self.station, self.keys = folder, definitions, station, keys
        self._zones: dict[str, Zone] = {}

    def __enter__(self) -> Self:
        """Close the files at the end of a with statement."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close every file."""
        self.close()

    def close(self) -> None:
        """Let go of every file."""
        while self._zones:
            self._zones.popitem()[1].close()

    @property
    def zones(self) -> list[str]:
        """List the zones that may be opened here, in their order."""
        return [zone for zone in self.definitions.zones if zone in self.keys.zones]

    def zone(self, name: str) -> Zone:
        """Open a zone. Raises AppError where this password has no key to it."""
        if name not in self._zones:
            if name not in self.keys.zones:
                raise AppError("vault.no_key", zone=self.definitions.codes["zones"].codes[name].label)
            self._zones[name] = self._open(name, create=False)
        return self._zones[name]

    def _open(self, name: str, *, create: bool) -> Zone:
        path = self.folder / f"{name}.depter"
        key = self.keys.zones[name]
        return Zone(name, path, key, self.definitions, self.station, self.keys.person, create=create)

    def create_files(self) -> None:
        """Make the file of every zone of a new vault."""
        for name in self.zones:
            self._zones[name] = self._open(name, create=True)

    @property
    def registers(self) -> Iterator[Register]:
        """Walk through the registers that may be opened here, zone by zone in their order."""
        for zone in self.zones:
            yield from self.definitions.of_zone(zone)

    def records(self, register: str) -> Records:
        """Give the records of *register*. Raises AppError where its zone may not be opened."""
        return self.zone(self.definitions.registers[register].zone).records(register)


def create_vault(
    folder: Path, definitions: Definitions, *, prison: str, person: str, password: str,
    letter: str = "", language: str = "ru", profile: str = "standard",
) -> Vault:  # fmt: skip
    """Make a new station in an empty *folder* and open it. Raises AppError."""
    if prison not in definitions.codes["prisons"].codes:
        raise AppError("vault.unknown_prison", prison=prison)
    if any(folder.glob("*.depter")):
        raise AppError("vault.exists", folder=folder.name)
    station = Station(uuid.uuid4().hex, prison, letter, language)
    keys = keyring.create(folder, station, person, password, definitions.zones, profile)
    vault = Vault(folder, definitions, station, keys)
    vault.create_files()
    return vault


def open_vault(folder: Path, definitions: Definitions, password: str) -> Vault:
    """Open the station in *folder*. Raises AppError where there is none or the password is wrong."""
    station = keyring.read_station(folder)
    return Vault(folder, definitions, station, keyring.unlock(folder, password))
