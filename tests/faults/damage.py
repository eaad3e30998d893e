"""Files that are not as they were written: bits flipped, sectors gone, pages and files swapped or put back."""

import random
import re
import shutil
import zipfile
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from desktop.exchange.merge import plan_files
from desktop.exchange.reading import Parsed, parse, read_source
from desktop.registers.problems import AppError
from desktop.store import backups, driver, keyring, people, restoring
from desktop.store.backups import own_place
from desktop.store.check import check, put_back
from desktop.store.vault import Vault
from tests.faults import bad, oracle
from tests.faults.bad import Build, shipped
from tests.faults.bench import Bench, Tally, measured
from tests.faults.oracle import Told
from tests.faults.shim import CHANGES, KILL_HALFWAY
from tests.faults.work import CANARY, PASSWORD, PERSON, Event, Work, begin, worded

PAGE, SECTOR = 4096, 512
# What carries a sum of itself: a change of a single bit must be found.
_SUMMED = {keyring.FILE, *(f"{zone}.depter" for zone in ("security", "intelligence", "health", "training"))}
SCENE = "save"  # whose folders the oracle looks at: the station alone

Answer = dict[str, Any]


def _start(bench: Bench, build: Build) -> tuple[Path, Path, list[Event]]:
    """Make a station of which everything is backed up, and a raw copy of its files from before the last entries."""
    place = bench.folder / f"whole {build.__name__}"
    whole, older = place / "whole", place / "older"
    if not place.exists():
        bench.ways[build.__name__] = bench.ask(partial(_make, whole, older), build)
    return whole, older, bench.ways[build.__name__]


def _make(whole: Path, older: Path) -> list[Event]:
    told = begin(whole)
    for folder in ("hq", "post", "stick"):
        shutil.rmtree(whole / folder)
    shutil.copytree(whole / "station", older, ignore=shutil.ignore_patterns("backups"))
    work = Work(whole, told.append)
    with work.open() as vault:
        saved = [work.pass_gate(vault) for _ in range(3)]
        work.change(vault, saved[0])
        work.void(vault, saved[1])
        work.fall_ill(vault)
        people.add(vault, keyring.Newcomer("Позже П.", ("prison_medic",), "его"))
        work.back_up(vault)
    return [event for event in told if not event.get("place", "").startswith("stick")]


def _tried(bench: Bench, whole: Path) -> Path:
    root = bench.folder / "tried"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(whole, root)
    return root


# What the program answers


def _examine(root: Path, told: list[Event], build: Build = shipped) -> Answer:
    """Open everything and read everything: what is found to be wrong, and which records are shown otherwise than they were."""
    found, shown = [], []
    try:
        with Work(root, lambda _: None).open() as vault:
            found += [finding.text["en"] for finding in (*check(vault).findings, *put_back(vault)) if finding.damage]
            found += ["the keyring was put back"] if vault.keyring_put_back else []
            shown += _halves(vault)
            for event in {event["uid"]: event for event in Told(told).done("save")}.values():
                with suppress(Exception):  # a record that cannot be read is not shown
                    shown += [wrong] if (wrong := oracle._wrong_with(vault, event, is_changing=False)) else []
    except Exception as error:
        failure = worded(error)
        if failure is None and build is shipped:
            raise
        found.append(failure.name if failure else str(error))
    return {"found": found, "shown": shown}


def _halves(vault: Vault) -> list[str]:
    """Find records without their lines or their history, asking nothing of the program but the rows."""
    sql = (
        "select number from gate_log as r where not exists (select 1 from gate_log_loads where record = r.uid)"
        " or revision is not (select max(revision) from history where uid = r.uid)"
    )
    with suppress(driver.Error):
        return [f"half of {row['number']}" for row in vault.zone("security").select(sql)]
    return []


def _restore(root: Path, number: int) -> None:
    """Put a backup back, where the program does not refuse it."""
    for backup in backups.backups(own_place(root / "station")):
        if backup.number == number:
            with suppress(AppError):
                restoring.restore(root / "station", backup, restoring.keys_for(root / "station", backup, PASSWORD, PERSON))


def _judge(bench: Bench, tally: Tally, root: Path, told: list[Event], what: str, answer: Answer, wrong: list[str],
           number: int = 0) -> None:  # fmt: skip
    """Judge by what the program found, then put a backup in the place of what is damaged and ask the oracle.

    *number* names a backup that is itself damaged: then that one is put back, which must be refused or do no harm.
    """
    newest = max(event["number"] for event in told if event.get("done") == "back_up")
    if answer["found"] or number:
        _restore(root, number or newest)
    kept = [event for event in told if event.get("done") != "back_up" or not number]
    wrong = [*wrong, *oracle.lost(root, SCENE, Told(kept))]
    at_risk = bool(answer["found"] or answer["shown"] or number)
    bench.count(tally, f"{what}, found {answer['found'][:2]}", Told(told), wrong, at_risk=at_risk)


def _silent(answer: Answer) -> list[str]:
    return [f"shown and not found: {answer['shown'][0]}"] if answer["shown"] and not answer["found"] else []


# Bits, sectors, pages


def spoiled(bench: Bench, most: int) -> Tally:
    """Flip a bit, cut the end off, clear or scribble over a sector, or swap two pages, in any file of the station."""
    tally = Tally("bit flip, truncation, sector, swapped pages")
    with measured(tally):
        whole, _, told = _start(bench, shipped)
        for n in range(most):
            root, chance = _tried(bench, whole), bench.chance("spoiled", n)
            path, what = _spoil(root, chance)
            is_changed = path.read_bytes() != (whole / path.relative_to(root)).read_bytes()
            bench.remember(root)
            answer = bench.ask(partial(_examine, root, told))
            wrong = [f"damage is shown as data: {answer['shown'][0]}"] if answer["shown"] else []
            is_live = path.name in _SUMMED and path.parent.name == "station"
            if is_live and is_changed and not answer["found"]:
                wrong.append("damage is not found")
            number = int(path.relative_to(root).parts[2]) if "backups" in path.parts else 0
            _judge(bench, tally, root, told, what, answer, wrong, number)
        whole, _, told = _start(bench, bad.without_page_sums)
        for n in range(max(20, most // 20)):
            root, chance = _tried(bench, whole), bench.chance("bad", n)
            _flip(root / "station" / "security.depter", chance)
            found = bench.ask(partial(_examine, root, told, bad.without_page_sums), bad.without_page_sums)["found"]
            bench.count(tally, "", Told(), [] if found else ["damage is not found"], bad=True)
    return tally


def _spoil(root: Path, chance: random.Random) -> tuple[Path, str]:
    files = [path for path in sorted((root / "station").rglob("*")) if path.is_file() and path.stat().st_size > 0]
    live = [path for path in files if path.parent.name == "station" and path.suffix in (".depter", ".json")]
    path = chance.choice(live if chance.random() < 0.7 else files)
    way = chance.choice((_flip, _flip, _cut_off, _clear, _scribble, _swap))
    way(path, chance)
    return path, f"{way.__name__.strip('_')} in {path.relative_to(root)}"


def _flip(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def _cut_off(path: Path, chance: random.Random) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: chance.randrange(len(content))])


def _clear(path: Path, chance: random.Random) -> None:
    _put(path, chance.randrange(path.stat().st_size) // SECTOR * SECTOR, bytes(SECTOR))


def _scribble(path: Path, chance: random.Random) -> None:
    _put(path, chance.randrange(path.stat().st_size) // SECTOR * SECTOR, chance.randbytes(SECTOR))


def _swap(path: Path, chance: random.Random) -> None:
    content = path.read_bytes()
    one, other = (chance.randrange(max(1, len(content) // PAGE)) * PAGE for _ in range(2))
    first, second = content[one : one + PAGE], content[other : other + PAGE]
    if len(first) == len(second):
        _put(path, one, second)
        _put(path, other, first)


def _put(path: Path, offset: int, written: bytes) -> None:
    content = bytearray(path.read_bytes())
    end = min(len(content), offset + len(written))
    content[offset:end] = written[: end - offset]
    path.write_bytes(content)


# What was put back


def rolled_back(bench: Bench, most: int) -> Tally:
    """Put pages, or whole files, back from an old copy of the same files, which need no key for it."""
    tally = Tally("pages and files put back from an old copy")
    with measured(tally):
        for build, many in ((shipped, most), (bad.believing_the_file, max(10, most // 20))):
            whole, older, told = _start(bench, shipped)
            for n in range(many):
                root = _tried(bench, whole)
                what = _roll_back(root / "station", older, bench.chance("back", build.__name__, n), whole=build is not shipped)
                bench.remember(root)
                answer = bench.ask(partial(_examine, root, told, build), build)
                if build is shipped:
                    _judge(bench, tally, root, told, what, answer, _silent(answer))
                else:
                    bench.count(tally, "", Told(), _silent(answer), bad=True)
    return tally


def _roll_back(station: Path, older: Path, chance: random.Random, *, whole: bool) -> str:
    pattern = "security.depter" if whole else "*"
    path = chance.choice([p for p in sorted(older.glob(pattern)) if p.suffix in (".depter", ".json") and p.is_file()])
    old, new = path.read_bytes(), (station / path.name).read_bytes()
    if whole or path.suffix == ".json" or chance.random() < 0.3:
        (station / path.name).write_bytes(old)
        return f"{path.name} as it was"
    places = [p for p in range(0, min(len(old), len(new)), PAGE) if old[p : p + PAGE] != new[p : p + PAGE]]
    some = chance.sample(places, chance.randint(1, len(places)) if chance.random() < 0.5 else 1)
    for place in some:
        _put(station / path.name, place, old[place : place + PAGE])
    return f"{len(some)} of {len(places)} pages of {path.name}"


# Journals


def journals(bench: Bench, most: int) -> Tally:
    """Take the journal of a broken write away, put an old one beside the file, or copy the file without it."""
    tally = Tally("journal gone, or an old one put beside the file")
    with measured(tally):
        for build, many in ((shipped, most), (bad.checking_nothing, max(24, most // 10))):
            for n in range(many):
                _meddle(bench, tally, bench.chance("journal", build.__name__, n), build)
    return tally


def _meddle(bench: Bench, tally: Tally, chance: random.Random, build: Build) -> None:
    at = chance.randrange(1, bench.calls(SCENE, CHANGES, bad.spilling))
    root, run = bench.run(SCENE, lambda shim: shim.arm(KILL_HALFWAY, CHANGES, at), build=bad.spilling)
    hot = [path for path in (root / "station").glob("*-journal") if path.stat().st_size]
    kept = bench.folder / "journals"
    kept.mkdir(exist_ok=True)
    for path in hot:
        shutil.copy(path, kept / path.name)
    if not hot and not list(kept.iterdir()):
        return
    if hot and (chance.random() < 0.6 or build is not shipped):
        hot[0].unlink()
        what = f"call {at}, {hot[0].name} gone"
    else:
        old = chance.choice(sorted(kept.iterdir()))
        shutil.copy(old, root / "station" / old.name)
        what = f"call {at}, an old {old.name}"
    told = _settled(run.told) if "gone" in what else bench.told_before(SCENE)
    bench.remember(root)
    answer = bench.ask(partial(_examine, root, told, build), build)
    if build is not shipped:
        bench.count(tally, "", Told(), _silent(answer), bad=True)
        return
    bench.count(tally, what, run.told, _silent(answer), at_risk=bool(answer["found"] or answer["shown"]))


def _settled(told: Told) -> list[Event]:
    """Leave out what was being changed when the process died: either way of it is right."""
    doubtful = {event.get("uid") for event in told.doubtful}
    return [event for event in told.events if event.get("uid") not in doubtful or "done" not in event]


# Workbooks


def workbooks(bench: Bench, most: int) -> Tally:
    """Damage a hand-off as a stick does, or edit a value in it as a person does with a tool."""
    tally = Tally("damaged or edited workbook")
    with measured(tally):
        root, _ = bench.fresh("merge")
        path = min((root / "post").glob("*.xlsx"))
        whole, good = path.read_bytes(), parse(read_source(path))
        for build, many in ((shipped, most), (bad.believing_the_workbook, max(20, most // 20))):
            for n in range(many):
                chance = bench.chance("workbook", build.__name__, n)
                path.write_bytes(whole)
                way = _edit if build is not shipped else chance.choice((_flip, _cut_off, _clear, _edit))
                way(path, chance)
                bench.remember(root)
                answer = bench.ask(partial(_look, root, path, good), build)
                if build is shipped:
                    bench.count(tally, way.__name__.strip("_"), Told(), _silent(answer))
                else:
                    bench.count(tally, "", Told(), _silent(answer), bad=True)
    return tally


def _edit(path: Path, chance: random.Random) -> None:
    """Change one digit of a value, in a workbook that stays one."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    digit = re.compile(rf"(?<={CANARY} )\d".encode())
    name, found = chance.choice([(name, found) for name, part in parts.items() for found in digit.finditer(part)])
    parts[name] = parts[name][: found.start()] + bytes([found[0][0] ^ 1]) + parts[name][found.end() :]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for part, content in parts.items():
            book.writestr(part, content)


def _look(root: Path, path: Path, good: Parsed) -> Answer:
    parsed = parse(read_source(path))
    if parsed.refused:
        return {"found": [parsed.refused["en"]], "shown": []}
    with Work(root, lambda _: None).open(root / "hq") as vault:
        plan = plan_files(vault, [parsed])[0]
        true = plan_files(vault, [good])[0]
    found = [plan.refused["en"]] if plan.refused else [*plan.edited, *(row.verdict for row in plan.rows if row.problems)]
    return {"found": found, "shown": ["other values"] if _values(plan) != _values(true) else []}


def _values(plan: Any) -> Any:
    return {
        name: [(item.record["uid"], _given(item.record), item.lines) for item in items] for name, items in plan.incoming.items()
    }


def _given(record: Event) -> Event:
    return {name: value for name, value in record.items() if not name.endswith("_at")}
