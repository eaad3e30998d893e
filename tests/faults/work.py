"""The work of a station and of headquarters, act by act, each telling that it begins and what it came to.

What an act tells once it returned is acknowledged: from then on no fault may take it away.
"""

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from desktop.exchange.handoff import write_handoff
from desktop.exchange.merge import merge, plan_files
from desktop.exchange.reading import parse, read_source
from desktop.registers.declarations import Definitions, load
from desktop.registers.problems import AppError
from desktop.registers.resources import RESOURCES
from desktop.store import backups, driver, keyring, people, recovery, restoring
from desktop.store.backups import Backup, back_up, back_up_outside, own_place
from desktop.store.records import Saved
from desktop.store.vault import DEFINITIONS, Vault, create_vault, open_vault
from tests.sample import GATE_LOG, load_line, passage, write_sample

PERSON, NEWCOMER = "Бекова Г.", "Новиков Н."
# None of these may ever stand on the disk in the clear.
CANARY, PASSWORD, NEW_PASSWORD, HIS_PASSWORD = "Канарейкин", "пароль-канарейка", "новый-канарейка", "его-канарейка"
CANARIES = (CANARY, PASSWORD, NEW_PASSWORD, HIS_PASSWORD)
MONTH = "2013-03"

NEWER_GATE_LOG = GATE_LOG.replace(
    '[[field]]\nname = "left_on"',
    '[[field]]\nname = "escort"\nkind = "text"\nsection = "passage"\nidentifies = true\n'
    'label = { en = "Escort", ru = "Конвой", ky = "Коштоочу" }\n[[field]]\nname = "left_on"',
) + (
    '[[lines.field]]\nname = "seal"\nkind = "text"\nlabel = { en = "Seal", ru = "Пломба", ky = "Пломба" }\n'
)  # fmt: skip

Event = dict[str, Any]
Act = Callable[[], Event | None]


class Work:
    """The folders that the work is done in, and whom it tells."""

    def __init__(self, root: Path, tell: Callable[[Event], None], chance: random.Random | None = None) -> None:
        self.root, self._tell = root, tell
        self.station, self.stick, self.headquarters, self.post = (root / n for n in ("station", "stick", "hq", "post"))
        self.chance = chance or random.Random(0)
        self.password = PASSWORD
        self.between: Callable[[], None] = lambda: None

    def do(self, name: str, act: Act, /, **what: Any) -> Event | None:
        """Do one act; give what it acknowledged, None where it was refused in words."""
        self.between()
        self._tell({"begins": name, **what})
        try:
            done = {"done": name, **what, **(act() or {})}
        except Exception as error:
            failure = worded(error)
            if failure is None:
                raise
            self._tell({"refused": name, "why": failure.name, **what})
            return None
        self._tell(done)
        return done

    def open(self, folder: Path | None = None, definitions: Definitions | None = None) -> Vault:
        folder = folder or self.station
        return open_vault(folder, definitions or definitions_in(folder), self.password, PERSON)

    # Records

    def save(
        self, vault: Vault, register: str, record: Event, lines: Any = (), *, ready: bool = True, **words: Any
    ) -> Event | None:
        of_register = dict(lines)
        return self.do("save", lambda: _kept(vault.records(register).save(record, of_register, ready=ready, **words)),
                       register=register, home=vault.folder.name, uid=record.get("uid"))  # fmt: skip

    def pass_gate(self, vault: Vault, **changes: Any) -> Event | None:
        """Save a new passage with one to three loads."""
        loads = [
            load_line(cargo=self.word(), weight=self.chance.randrange(10**6) * 1000) for _ in range(self.chance.randint(1, 3))
        ]
        return self.save(vault, "gate_log", passage(driver=self.word(), **changes), {"loads": loads})

    def word(self) -> str:
        return f"{CANARY} {self.chance.randrange(10**9)}"

    def change(self, vault: Vault, saved: Event | None, **changes: Any) -> None:
        """Change a record that was saved, with a line more, and a reason where headquarters may have it."""
        if saved is None:
            return
        record, lines = vault.records("gate_log").read(saved["uid"])
        lines = {"loads": [*lines["loads"], load_line(cargo=self.word())]}
        self.save(vault, "gate_log", record | {"comment": self.word(), **changes}, lines, why="уточнено")

    def void(self, vault: Vault, saved: Event | None) -> None:
        if saved:
            records = vault.records("gate_log")
            self.do("save", lambda: _told(records.void(saved["uid"], "DUP", "дважды"), saved["lines"]),
                    register="gate_log", home=vault.folder.name, uid=saved["uid"])  # fmt: skip

    def undo(self, vault: Vault, saved: Event | None) -> None:
        if saved:
            records = vault.records("gate_log")
            self.do("save", lambda: _kept(records.undo(saved["uid"])),
                    register="gate_log", home=vault.folder.name, uid=saved["uid"])  # fmt: skip

    def keep_form(self, vault: Vault) -> None:
        content = {"driver": self.word()}
        self.do("form", lambda: vault.records("gate_log").keep_form("", content), content=content, home=vault.folder.name)

    def fall_ill(self, vault: Vault) -> None:
        self.save(vault, "patients", {"remarks": self.word()}, ready=False)

    # What leaves and arrives

    def hand_off(self, vault: Vault) -> Event | None:
        def act() -> Event:
            made = write_handoff(vault, "security", MONTH, self.stick, why="повторно")
            return {"file": made.path.name, "check": made.check_number, "sequence": made.sequence}

        return self.do("hand_off", act, home=vault.folder.name)

    def acknowledge(self, vault: Vault, made: Event | None) -> None:
        if made:
            self.do("acknowledge", lambda: {"records": vault.zone("security").acknowledge(made["check"])}, check=made["check"])

    def merge(self, vault: Vault, path: Path) -> None:
        plan = plan_files(vault, [parse(read_source(path))])[0]
        uids = [item.record["uid"] for item in plan.incoming.get("gate_log", ())]

        def act() -> Event:
            if plan.refused:
                raise AppError("store.not_saved", cause=plan.refused["en"])
            merge(vault, [plan])
            return {"check": plan.check_number}

        self.do("merge", act, home=vault.folder.name, coming=uids)

    # Backups

    def back_up(self, vault: Vault) -> Event | None:
        def act() -> Event:
            made = back_up(vault, own_place(vault.folder), "wish")
            return {"number": made.number, "missing": [text["en"] for text in made.problems]}

        return self.do("back_up", act, home=vault.folder.name,
                       place=str(own_place(vault.folder).relative_to(self.root)))  # fmt: skip

    def back_up_outside(self, vault: Vault) -> None:
        place = backups.place_on(self.stick, vault.station)

        def act() -> Event:
            made = back_up_outside(vault, self.stick)
            return {"number": made.number, "missing": [text["en"] for text in made.problems]}

        self.do("back_up", act, home=vault.folder.name, place=str(place.relative_to(self.root)))

    def restore(self, backup: Backup, keys: keyring.Keys) -> Event | None:
        def act() -> Event:
            aside = restoring.restore(self.station, backup, keys).kept
            return {"kept": [str(path.relative_to(self.root)) for path in aside.rglob("*") if path.is_file()]}

        return self.do("restore", act)

    # People

    def change_password(self, vault: Vault, new: str) -> None:
        if self.do("password", lambda: people.change_password(vault, self.password, new), new=new):
            self.password = new

    def come(self, vault: Vault) -> Event | None:
        def act() -> None:
            people.add(vault, keyring.Newcomer(NEWCOMER, ("prison_medic",), HIS_PASSWORD))

        came = self.do("came", act, name=NEWCOMER)
        return came and self.do(
            "let_in", lambda: people.let_in(vault, "health", NEWCOMER, HIS_PASSWORD), name=NEWCOMER, zone="health"
        )

    def go(self, vault: Vault) -> None:
        self.do("gone", lambda: {"left_out": people.remove(vault, NEWCOMER)}, name=NEWCOMER)

    def change_key(self, vault: Vault, zone: str) -> None:
        self.do("key", lambda: {"left_out": people.change_key(vault, zone)}, zone=zone)

    def make_sheet(self, vault: Vault, zone: str) -> None:
        def act() -> Event:
            code = recovery.new_code(vault, zone)
            recovery.confirm(vault.folder, zone, code)
            return {"code": code}

        self.do("sheet", act, zone=zone)


def worded(error: Exception) -> AppError | None:
    """Give the sentence that the window and the command line say of a failure, None where they have none."""
    return error if isinstance(error, AppError) else driver.in_words(error)


def definitions_in(folder: Path) -> Definitions:
    """Load the definitions of the station in *folder*, once for each state of them."""
    own = folder / DEFINITIONS / "registers" / "gate_log.toml"
    # By its size, since reading it would count as a call of the program.
    return _LOADED[own.exists() and own.stat().st_size == len(NEWER_GATE_LOG.encode())]


_LOADED: dict[bool, Definitions] = {}


def load_definitions(root: Path) -> None:
    """Load the program's definitions with the gate log, as it is and with the fields it gets later."""
    for is_newer, name, register in ((False, "old", GATE_LOG), (True, "new", NEWER_GATE_LOG)):
        _LOADED[is_newer] = load(RESOURCES, write_sample(root / name, register))


def _kept(saved: Saved) -> Event:
    if not saved.kept:
        raise AssertionError(saved.judgement.problems)
    return _told(saved.record, saved.lines)


def _told(record: Event, lines: Any) -> Event:
    return {"uid": record["uid"], "revision": record["revision"], "record": record, "lines": dict(lines)}


# The scenes


def _nothing(_: Work) -> None:
    """Leave everything as it is."""


@dataclass(frozen=True)
class Scene:
    """A stretch of work: what it starts from, what is done, and what a person does again where a fault broke it off.

    *proves* has the newest backup restored on trial after each fault.
    """

    work: Callable[[Work], None]
    folders: tuple[str, ...] = ("station",)
    prepare: Callable[[Work], None] = _nothing
    again: Callable[[Work], None] = _nothing
    proves: bool = False


def _saving(work: Work) -> None:
    with work.open() as vault:
        first, second = work.pass_gate(vault), work.pass_gate(vault)
        work.change(vault, first)
        work.void(vault, second)
        work.keep_form(vault)
        work.fall_ill(vault)
        work.undo(vault, first)
    with work.open() as vault:
        work.pass_gate(vault)
        work.fall_ill(vault)
        work.pass_gate(vault)


def _handing_off(work: Work) -> None:
    with work.open() as vault:
        saved = work.pass_gate(vault)
        made = work.hand_off(vault)
        work.change(vault, saved)
        work.hand_off(vault)
        work.acknowledge(vault, made)


def _merging(work: Work) -> None:
    with work.open(work.headquarters) as vault:
        for path in sorted(work.post.glob("*.xlsx")):
            work.merge(vault, path)


def _make_older(work: Work) -> None:
    """Leave the zones as the first version of the program made them, and give the station the newer gate log."""
    with work.open() as vault:
        keys = dict(vault.keys.zones)
    for zone, key in keys.items():
        connection = driver.connect(work.station / f"{zone}.depter", key)
        connection.execute("drop index history_of_station")
        connection.execute("delete from _sqlite_migrations where name = 's002_events_of_the_station'")
        connection.execute("pragma user_version = 1")
        connection.close()
    write_sample(work.station / DEFINITIONS, NEWER_GATE_LOG)


def _migrating(work: Work) -> None:
    with work.open() as vault:
        for zone in vault.zones:
            work.do("open", partial(_enter, vault, zone), zone=zone)
        work.pass_gate(vault, escort=work.word())


def _enter(vault: Vault, zone: str) -> None:
    vault.zone(zone)


def _backing_up(work: Work) -> None:
    with work.open() as vault:
        work.back_up(vault)
        work.pass_gate(vault)
        work.back_up(vault)
        work.back_up_outside(vault)
        work.do("prove", lambda: {"holds": restoring.prove(vault, own_place(vault.folder)).holds})


def _newest(work: Work) -> Backup:
    found = next(backups.backups(own_place(work.station)), None)
    if found is None:
        raise AppError("backup.none")
    return found


def _restoring(work: Work) -> None:
    with work.open() as vault:
        keys = vault.keys
        work.pass_gate(vault)
    if work.restore(_newest(work), keys):
        with work.open() as vault:
            work.pass_gate(vault)


def _lose_files(work: Work) -> None:
    """Back the station up, then lose its keyring and two of its files."""
    with work.open() as vault:
        work.back_up(vault)
    for name in (keyring.FILE, "security.depter", "health.depter"):
        (work.station / name).unlink()


def _restoring_lost(work: Work) -> None:
    backup = _newest(work)
    keys = restoring.keys_for(work.station, backup, PASSWORD)
    work.restore(backup, keys)


def _restore_again(work: Work) -> None:
    backup = _newest(work)
    if any(not (work.station / copy.file).exists() for copy in backup.copies):
        restoring.restore(work.station, backup, restoring.keys_for(work.station, backup, PASSWORD))


def _ruling(work: Work) -> None:
    with work.open() as vault:
        work.change_password(vault, NEW_PASSWORD)
        work.come(vault)
        work.make_sheet(vault, "training")
        work.change_key(vault, "security")
        work.go(vault)
        work.pass_gate(vault)


def _making(work: Work) -> None:
    if work.do("made", lambda: _make(work.root / "new", "IK-08").close()):
        with work.open(work.root / "new") as vault:
            work.pass_gate(vault)
            work.back_up(vault)


def _make_again(work: Work) -> None:
    if not (work.root / "new" / keyring.FILE).exists():
        _make(work.root / "new", "IK-08").close()


def _make(folder: Path, prison: str) -> Vault:
    definitions = _LOADED[False]
    return create_vault(folder, definitions, prison=prison, person=PERSON, password=PASSWORD, profile="cheapest")


SCENES = {
    "save": Scene(_saving),
    "hand off": Scene(_handing_off, ("station", "stick")),
    "merge": Scene(_merging, ("hq",), again=_merging),
    "migrate": Scene(_migrating, prepare=_make_older),
    "back up": Scene(_backing_up, ("station", "stick"), proves=True),
    "restore": Scene(_restoring, proves=True),
    "restore what is lost": Scene(_restoring_lost, prepare=_lose_files, again=_restore_again, proves=True),
    "people and keys": Scene(_ruling, proves=True),
    "make a station": Scene(_making, ("new",), again=_make_again, proves=True),
}


def begin(root: Path) -> list[Event]:
    """Make the station, the stick and headquarters that every scene starts from; give what was acknowledged so far."""
    told: list[Event] = []
    work = Work(root, told.append)
    for folder in (work.stick, work.post):
        folder.mkdir(parents=True)
    _make(work.headquarters, "HQ").close()
    with _make(work.root / "other", "IK-03") as vault:
        for _ in range(8):
            work.pass_gate(vault)
        write_handoff(vault, "security", MONTH, work.post)
    shutil.rmtree(work.root / "other")
    with _make(work.station, "IK-01") as vault:
        saved = [work.pass_gate(vault) for _ in range(6)]
        work.change(vault, saved[0])
        work.fall_ill(vault)
        write_handoff(vault, "security", MONTH, work.post)
        write_sample(work.station / DEFINITIONS)
        work.back_up(vault)
        work.pass_gate(vault)
        work.back_up_outside(vault)
    shutil.rmtree(work.headquarters / DEFINITIONS, ignore_errors=True)
    return [event for event in told if event.get("home", "station") == "station"]
