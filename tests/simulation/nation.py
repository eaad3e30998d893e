"""Prisons that record, hand off, are restored from old copies and run programs of different ages, and their headquarters."""

import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from desktop.exchange.handoff import write_handoff
from desktop.exchange.reading import Parsed, parse, read_source
from desktop.registers.declarations import Definitions, load
from desktop.registers.resources import RESOURCES
from desktop.registers.states import VOID
from desktop.store import station_keys
from desktop.store.keyring import HEADQUARTERS
from desktop.store.records import Incoming
from desktop.store.vault import Vault, create_vault, open_vault
from tests.exchange.steps import GATE, edit, put
from tests.sample import load_line, passage, write_sample

ZONE, REGISTER = "security", "gate_log"
EDITED = 0.05
PERSON, PASSWORD = "Асанов А.", "пароль"

# Fields that a service added one after the other: prisons know none, one or both of them, headquarters the first.
ADDED = """
[[field]]
name = "hq_{name}"
kind = "text"
section = "passage"
label = {{ en = "{name}", ru = "{name}", ky = "{name}" }}
"""
AGES = ((), ("first",), ("first", "second"))


def definitions_of_ages(folder: Path) -> list[Definitions]:
    """Load the definitions of the oldest program, of one that is newer, and of the newest."""
    found = []
    for number, names in enumerate(AGES):
        own = write_sample(folder / f"age {number}")
        if names:
            (own / "fields").mkdir()
            (own / "fields" / f"{REGISTER}.toml").write_text("".join(ADDED.format(name=name) for name in names), "utf-8")
        found.append(load(RESOURCES, own))
    return found


@dataclass(frozen=True)
class Stick:
    """A hand-off on its way: what is in it, and *after* which one of the same prison it was truly made."""

    prison: str
    station: str
    sequence: int
    check: str
    after: str
    month: str
    revision: int
    parsed: Parsed
    carried: tuple[Incoming, ...]
    is_edited: bool = False


@dataclass
class Prison:
    """One prison: its open vault, older copies of its folder, and how often its computer was restored from one."""

    code: str
    folder: Path
    definitions: Definitions
    vault: Vault
    copies: list[Path] = field(default_factory=list)
    restored: int = 0
    last_check: str = ""
    checks: dict[Path, str] = field(default_factory=dict)

    def record(self, month: str, chance: random.Random) -> None:
        """Enter what a month brings, and change or void something older."""
        records = self.vault.records(REGISTER)
        added = [f.name for f in records.register.fields if f.name.startswith("hq_")]
        for _ in range(chance.randint(0, 3)):
            record = passage(passed_on=f"{month}-{chance.randint(1, 28):02}", comment=word(chance))
            record |= {name: word(chance) for name in added}
            records.save(record, {"loads": [load_line(cargo=word(chance))]}, ready=True)
        standing = [item for item in records.all() if item.record["state"] != VOID]
        if standing and chance.random() < 0.4:
            item = chance.choice(standing)
            if chance.random() < 0.2:
                records.void(item.record["uid"], "DUP", "дважды")
            else:
                records.save(item.record | {"comment": word(chance)}, item.lines, ready=True, why="уточнено")

    def hand_off(self, month: str, folder: Path, chance: random.Random | None = None) -> Stick:
        """Hand the month off, and read the file as it was made or, by *chance*, as somebody edited it afterwards."""
        records = self.vault.records(REGISTER)
        carried = tuple(records.due(month))
        made = write_handoff(self.vault, ZONE, month, folder, why="по срокам")
        is_edited = bool(carried) and chance is not None and chance.random() < EDITED
        if is_edited:
            edit(made.path, lambda book: put(book[GATE], 3, comment="правлено в Excel"))
        stick = Stick(
            self.code, self.vault.station.id, made.sequence, made.check_number, self.last_check, month, made.revision,
            parse(read_source(made.path)), carried, is_edited,
        )  # fmt: skip
        self.last_check = made.check_number
        return stick

    def copy(self, folder: Path) -> None:
        """Copy the whole folder of the station, as somebody who images a disk does."""
        self._close()
        path = folder / f"{self.code} {len(self.copies)}"
        shutil.copytree(self.folder, path)
        self.copies.append(path)
        self.checks[path] = self.last_check
        self._open()

    def restore(self, chance: random.Random) -> None:
        """Put an older copy in the place of the station."""
        path = chance.choice(self.copies)
        self._close()
        shutil.rmtree(self.folder)
        shutil.copytree(path, self.folder)
        self.last_check = self.checks[path]
        self.restored += 1
        self._open()

    def _close(self) -> None:
        self.vault.close()

    def _open(self) -> None:
        self.vault = open_vault(self.folder, self.definitions, PASSWORD, PERSON)


def found_nation(folder: Path, codes: Sequence[str]) -> tuple[Vault, list[Prison]]:
    """Make headquarters and the prisons called *codes*, each with a program of one of the ages, and let them meet."""
    ages = definitions_of_ages(folder)
    headquarters = _make(folder / HEADQUARTERS, ages[1], HEADQUARTERS)
    prisons = []
    for number, code in enumerate(codes):
        definitions = ages[number % len(ages)]
        vault = _make(folder / code, definitions, code)
        for one, other in ((headquarters, vault), (vault, headquarters)):
            keys = station_keys.own(other.zone(ZONE))
            station_keys.enrol(one.zone(ZONE), other.station.id, other.station.prison, keys)
        prisons.append(Prison(code, folder / code, definitions, vault))
    return headquarters, prisons


def _make(folder: Path, definitions: Definitions, prison: str) -> Vault:
    return create_vault(folder, definitions, prison=prison, person=PERSON, password=PASSWORD, profile="cheapest")


def word(chance: random.Random) -> str:
    """Invent a word that no other record holds."""
    return f"слово {chance.getrandbits(48):x}"
