"""Run the demonstration: prisons make their records and hand them off, headquarters merges, the figures are compared."""

import datetime as dt
import random
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from desktop.demo.chance import Chance
from desktop.demo.life import Life
from desktop.demo.published import Compared, compare
from desktop.demo.story import Part, read_story
from desktop.exchange.enrolment import OF_HEADQUARTERS, OF_PRISON, accept, offers, read_keys, write_keys
from desktop.exchange.merge import merge, preview
from desktop.registers.declarations import Definitions, load
from desktop.registers.labels import Label
from desktop.registers.messages import message
from desktop.registers.problems import AppError
from desktop.store.keyring import FILE, HEADQUARTERS
from desktop.store.vault import Vault, create_vault

PASSWORD = "depter"
SEED = 2013
PROCESSES = 2
HAND_OFFS = "hand-offs"

Say = Callable[[Label], None]


@dataclass(frozen=True)
class Result:
    """What the demonstration came to."""

    folder: Path
    compared: list[Compared]
    hand_offs: int
    records: int
    accepted: int
    rejected: int
    refused: int
    seconds: float

    @property
    def headquarters(self) -> Path:
        """Name the folder of the headquarters."""
        return self.folder / HEADQUARTERS

    @property
    def is_right(self) -> bool:
        """Tell whether every figure agrees, no row was rejected and no file refused."""
        return all(one.agrees for one in self.compared) and not self.rejected and not self.refused


def demonstrate(
    folder: Path, definitions: Definitions, say: Say, *, seed: int = SEED, language: str = "ru",
    prisons: int | None = None, share: float = 1,
) -> Result:  # fmt: skip
    """Make everything in *folder* and compare the figures. Raises AppError where a station lies there.

    *prisons* and *share* make it smaller: see `read_story`.
    """
    started = time.monotonic()
    if (folder / HEADQUARTERS / FILE).exists():
        raise AppError("vault.exists", folder=folder.name)
    parts = read_story(definitions, seed, prisons=prisons, share=share)
    (folder / HAND_OFFS).mkdir(parents=True, exist_ok=True)
    part = parts[HEADQUARTERS]
    with _new_vault(folder, definitions, HEADQUARTERS, part.person, language) as vault:
        write_keys(vault, folder / HAND_OFFS)
        files = _make_prisons(folder, definitions.folders, parts, seed, say)
        for keys in sorted((folder / HAND_OFFS).glob(f"*{OF_PRISON}")):
            _enrol(vault, keys)
        Life(vault, part, _chance(vault, part, seed)).live()
        say(message("demo.merging", n=len(files)))
        done = merge(vault, preview(vault, files))
        compared = compare(vault)
        records = sum(vault.records(register.name).count() for register in vault.registers)
    accepted, rejected = sum(one.accepted for one in done), sum(one.rejected for one in done)
    refused = sum(one.refused is not None for one in done)
    say(message("demo.merged", records=records, accepted=accepted, rejected=rejected, refused=refused))
    return Result(folder, compared, len(files), records, accepted, rejected, refused, time.monotonic() - started)


def _enrol(vault: Vault, keys: Path) -> None:
    """Rely on a key file, as if its words had been compared over the telephone."""
    for offer in offers(vault, read_keys(keys)):
        accept(vault, offer)


def _new_vault(folder: Path, definitions: Definitions, prison: str, person: str, language: str = "ru") -> Vault:
    return create_vault(
        folder / prison, definitions, prison=prison, person=person, password=PASSWORD, language=language, profile="cheapest"
    )


def _chance(vault: Vault, part: Part, seed: int) -> Chance:
    last_day = dt.date.fromisoformat(part.last_day)
    return Chance(random.Random(f"{seed} {vault.station.prison}"), vault.definitions.codes, part.words, last_day)


def _make_prisons(folder: Path, declared: tuple[Path, ...], parts: Mapping[str, Part], seed: int, say: Say) -> list[Path]:
    """Let the prisons make their vaults and hand-offs, two at a time, and give the hand-offs."""
    files: list[Path] = []
    # The busiest begin, so that at the end no process waits long for the other.
    names = sorted(parts.keys() - {HEADQUARTERS}, key=lambda prison: (len(parts[prison].orders), prison), reverse=True)
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        running = [pool.submit(live_in_prison, folder, declared, prison, parts[prison], seed) for prison in names]
        for number, future in enumerate(running, 1):
            files += future.result()
            if number % 11 == 0 or number == len(names):
                say(message("demo.prisons", n=number, files=len(files)))
    return files


def live_in_prison(folder: Path, declared: tuple[Path, ...], prison: str, part: Part, seed: int) -> list[Path]:
    """Make one prison's vault, its records and its hand-offs, and give the hand-offs; headquarters has left its key file."""
    with _new_vault(folder, load(*declared), prison, part.person) as vault:
        _enrol(vault, folder / HAND_OFFS / OF_HEADQUARTERS)
        write_keys(vault, folder / HAND_OFFS)
        return Life(vault, part, _chance(vault, part, seed)).live(folder / HAND_OFFS)
