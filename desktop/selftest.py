"""Try on this computer what a station needs, in a temporary place: what an administrator runs after the set-up.

Every trial stands on those before it. All records in it are invented, its passwords are drawn, and nothing of it stays.
"""

import datetime as dt
import platform
import random
import secrets
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from desktop import __version__
from desktop.registers.declarations import Definitions, load
from desktop.registers.labels import LANGUAGES, Label
from desktop.registers.messages import message, sentences
from desktop.registers.problems import AppError
from desktop.registers.register import Register
from desktop.store.keyring import HEADQUARTERS
from desktop.store.vault import Vault, create_vault, open_vault

MONTH, LAST_DAY = "2012-03", dt.date(2013, 3, 31)
# The share of optional fields that are filled in.
FILLED = 0.35
PERSON = "Самопроверка"
TURNS = 5


class TrialError(Exception):
    """What a trial found wrong, for the person who looks into it."""


@dataclass(frozen=True)
class Trial:
    """What one trial came to: what it counted, or how it failed."""

    name: str
    seconds: float
    counted: dict[str, int]
    failure: str = ""


@dataclass
class Bench:
    """What the trials hand on to each other."""

    folder: Path
    on_screen: bool = False
    pictures: Path | None = None
    password: str = field(default_factory=lambda: secrets.token_urlsafe(12), repr=False)
    definitions: Definitions | None = None
    vaults: dict[str, Vault] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Close the stations at the end of a with statement."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close every station."""
        for vault in self.vaults.values():
            vault.close()

    @property
    def declared(self) -> Definitions:
        """Give the definitions, read once."""
        self.definitions = self.definitions or load()
        return self.definitions

    @property
    def prison(self) -> str:
        """Name the first prison of the list."""
        return next(code for code in self.declared.codes["prisons"].codes if code != HEADQUARTERS)

    @property
    def station(self) -> Vault:
        """Give the prison's station. Raises TrialError where it could not be made."""
        return self._vault(self.prison)

    @property
    def headquarters(self) -> Vault:
        """Give the station of headquarters. Raises TrialError where it could not be made."""
        return self._vault(HEADQUARTERS)

    def _vault(self, name: str) -> Vault:
        if name not in self.vaults:
            raise TrialError(f"there is no station {name}")
        return self.vaults[name]

    def make(self, prison: str) -> Vault:
        """Make a station with the password as dear to guess as a real one."""
        self.vaults[prison] = create_vault(
            self.folder / prison, self.declared, prison=prison, person=PERSON, password=self.password
        )
        return self.vaults[prison]


# The trials, each counting what it tried


def words(bench: Bench) -> dict[str, int]:
    """Read every declaration, and word every sentence in every language."""
    empty = [f"{name} ({language})" for name, said in sentences().items() for language in LANGUAGES if not said[language]]
    if empty:
        raise TrialError(f"without words: {', '.join(empty)}")
    return {"registers": len(bench.declared.registers), "sentences": len(sentences()), "languages": len(LANGUAGES)}


def stations(bench: Bench) -> dict[str, int]:
    """Make a station of a prison and one of headquarters, with an encrypted file for every zone."""
    made = [bench.make(prison) for prison in (bench.prison, HEADQUARTERS)]
    return {"stations": len(made), "files": sum(1 for vault in made for _ in vault.folder.glob("*.depter"))}


def records(bench: Bench) -> dict[str, int]:
    """Save a finished record of every register, close the station, and find all of them behind the password."""
    numbers: dict[str, list[str]] = {}
    for register in sorted(bench.declared.registers.values(), key=lambda one: len(_references(one, bench.declared))):
        _save_one(bench.station, register, numbers)
    bench.station.close()
    again = bench.vaults[bench.prison] = open_vault(bench.folder / bench.prison, bench.declared, bench.password)
    if lost := [name for name in numbers if again.records(name).count() != 1]:
        raise TrialError(f"not found again: {', '.join(lost)}")
    return {"records": len(numbers)}


def _save_one(vault: Vault, register: Register, numbers: dict[str, list[str]]) -> None:
    from desktop.demo.chance import Chance
    from desktop.demo.invent import Inventor, Wish

    store = vault.records(register.name)
    named = {f.name: [PERSON] for table in register.tables for f in table.fields if f.identifies}
    chance = Chance(random.Random(register.name), vault.definitions.codes, named, LAST_DAY, FILLED, known=numbers)  # noqa: S311
    wish = Wish(lines={table.name: [{}] for table in register.lines})
    record, lines = Inventor(store, chance).invent(MONTH, wish, LAST_DAY.isoformat()[:7])
    saved = store.save(record, lines, ready=True)
    if not saved.kept:
        raise TrialError(f"{register.name} was not saved")
    numbers[register.name] = [saved.record["number"]]


def _references(register: Register, definitions: Definitions) -> set[str]:
    """Name all the registers that *register* refers to, through others too."""
    found: set[str] = set()
    waiting = {register.name}
    while waiting:
        name = waiting.pop()
        found.add(name)
        tables = definitions.registers[name].tables
        waiting |= {f.register for table in tables for f in table.fields if f.register} - found
    return found


def hand_offs(bench: Bench) -> dict[str, int]:
    """Let the two stations know each other, and write the signed and sealed hand-offs of a month."""
    from desktop.analysis.totals import month_totals
    from desktop.exchange.enrolment import accept, offers, read_keys, write_keys
    from desktop.exchange.handoff import write_handoff

    out = bench.folder / "stick"
    out.mkdir()
    for vault, partner in ((bench.station, bench.headquarters), (bench.headquarters, bench.station)):
        for offer in offers(partner, read_keys(write_keys(vault, out))):
            accept(partner, offer)
    bench.files = [write_handoff(bench.station, zone, MONTH, out, totals=month_totals).path for zone in bench.station.zones]
    return {"files": len(bench.files), "bytes": sum(path.stat().st_size for path in bench.files)}


def merge(bench: Bench) -> dict[str, int]:
    """Read the hand-offs back in a process of their own, as headquarters does, and merge them."""
    from desktop.exchange import merge as merging

    plans = merging.preview(bench.headquarters, bench.files)
    done = merging.merge(bench.headquarters, plans)
    if refused := [f"{one.name}: {one.refused['en']}" for one in done if one.refused]:
        raise TrialError("; ".join(refused))
    accepted, rejected = sum(one.accepted for one in done), sum(one.rejected for one in done)
    if rejected or not accepted:
        raise TrialError(f"{accepted} rows accepted, {rejected} rejected")
    return {"accepted": accepted}


def tables(bench: Bench) -> dict[str, int]:
    """Count every national table."""
    from desktop.analysis.declarations import load_tables
    from desktop.analysis.tables import figures

    found = load_tables(bench.declared)
    return {"tables": len(found), "figures": sum(len(figures(bench.headquarters, table).rows) for table in found.values())}


def backups(bench: Bench) -> dict[str, int]:
    """Make a backup, prove that it can be put back, and check the station."""
    from desktop.store.backups import back_up, own_place
    from desktop.store.check import check
    from desktop.store.restoring import prove

    place = own_place(bench.station.folder)
    made = back_up(bench.station, place, "wish")
    if not prove(bench.station, place).holds:
        raise TrialError("the backup cannot be relied on")
    checked = check(bench.station)
    if not checked.is_sound:
        raise TrialError("; ".join(finding.text["en"] for finding in checked.findings if finding.damage))
    return {"files": len(made.copies)}


def windows(bench: Bench) -> dict[str, int]:
    """Draw every page in every language, by the bundled letters."""
    from desktop.gui import gallery

    app = gallery.begin(on_screen=bench.on_screen)
    if missing := gallery.missing_letters():
        raise TrialError(f"the bundled font does not draw {missing}")
    drawn = 0
    with gallery.complaints() as said:
        for language in LANGUAGES:
            if not gallery.dialogs_speak(app, language):
                raise TrialError(f"the dialogs of Qt do not speak {language}")
            empty = gallery.draw_first(bench.folder / "nobody", bench.declared, language, bench.pictures)
            for vault in (bench.station, bench.headquarters):
                names, blank = gallery.draw_pages(vault, language, bench.pictures)
                drawn += len(names)
                empty += blank
            if empty:
                raise TrialError(f"nothing was drawn ({language}): {', '.join(empty)}")
    if said:
        raise TrialError("; ".join(said[:TURNS]))
    return {"pages": drawn}


def printing(bench: Bench) -> dict[str, int]:
    """Print a recovery sheet into a PDF file."""
    from desktop.gui import gallery
    from desktop.store.recovery import new_code

    gallery.begin(on_screen=bench.on_screen)
    path, zone = bench.folder / "sheet.pdf", bench.station.zones[0]
    gallery.print_sheet(bench.station, zone, new_code(bench.station, zone), path)
    if not path.read_bytes().startswith(b"%PDF-"):
        raise TrialError("no PDF was written")
    return {"bytes": path.stat().st_size}


TRIALS: tuple[Callable[[Bench], dict[str, int]], ...] = (
    words, stations, records, hand_offs, merge, tables, backups, windows, printing,
)  # fmt: skip


# Running them


def run_trials(*, on_screen: bool = False, pictures: Path | None = None) -> list[Trial]:
    """Run every trial in a temporary folder, the later ones too where one fails."""
    place = TemporaryDirectory(prefix="depter-", ignore_cleanup_errors=True)
    with place as folder, Bench(Path(folder), on_screen, pictures) as bench:
        return list(_run(bench))


def _run(bench: Bench) -> Iterator[Trial]:
    for trial in TRIALS:
        started = time.monotonic()
        try:
            counted, failure = trial(bench), ""
        except AppError as error:
            counted, failure = {}, error.text["en"]
        except Exception as error:  # noqa: BLE001 - whatever goes wrong on this computer is what the report is for
            counted, failure = {}, f"{type(error).__name__}: {error} ({_place(error)})"
        yield Trial(trial.__name__, round(time.monotonic() - started, 2), counted, failure)


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"


def in_words(trials: list[Trial]) -> list[Label]:
    """Say of every trial what it came to, and last what that means."""
    lines = [
        message("installing.trial_failed", name=one.name, failure=one.failure)
        if one.failure
        else message("installing.trial_passed", name=one.name, seconds=one.seconds)
        for one in trials
    ]
    works = not any(one.failure for one in trials)
    return [*lines, message("installing.passed" if works else "installing.not_passed")]


def report(trials: list[Trial]) -> dict[str, Any]:
    """Say in one object what was tried on what computer, and whether all of it works."""
    return {
        "works": all(not trial.failure for trial in trials),
        "program": __version__,
        "frozen": bool(getattr(sys, "frozen", False)),
        "system": platform.platform(),
        "python": platform.python_version(),
        "trials": [asdict(trial) for trial in trials],
    }
