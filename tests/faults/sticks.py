"""Months of sticks: lost, taken twice, late, in the wrong order; headquarters must have what the prisons handed off."""

import random
import shutil
from functools import partial
from pathlib import Path
from typing import Any

from desktop.exchange.handoff import write_handoff
from desktop.exchange.merge import merge, plan_files
from desktop.exchange.reading import parse, read_source
from desktop.store.check import check
from desktop.store.vault import Vault, create_vault, open_vault
from tests.faults import bad
from tests.faults.bad import shipped
from tests.faults.bench import Bench, Tally, measured
from tests.faults.oracle import Told
from tests.faults.work import CANARY, PASSWORD, PERSON, definitions_in
from tests.sample import load_line, passage

PRISONS = ("IK-01", "IK-03", "IK-08")
MONTHS = tuple(f"2012-{month:02}" for month in range(1, 7))
LOST, LATE, TWICE, ACKNOWLEDGED = 0.2, 0.1, 0.2, 0.6


def months(bench: Bench, most: int) -> Tally:
    """Let three prisons hand off half a year by sticks that are lost, late or merged twice; *most* sticks in all."""
    tally, each = Tally("sticks lost, late, repeated, in the wrong order"), len(PRISONS) * len(MONTHS)
    with measured(tally):
        for build, many in ((shipped, max(1, most // each)), (bad.forgetting_what_was_not_acknowledged, 1)):
            for n in range(many):
                root = bench.folder / "sticks"
                shutil.rmtree(root, ignore_errors=True)
                wrong = bench.ask(partial(_half_a_year, root, bench.chance("sticks", build.__name__, n).random()), build)
                bench.remember(root)
                for _ in range(each - 1 if build is shipped else 0):
                    bench.count(tally, "", Told(), [])
                bench.count(tally, f"run {n}", Told(), wrong, bad=build is not shipped)
    return tally


def _half_a_year(root: Path, draw: float) -> list[str]:
    """Play it, and compare what headquarters has in the end with what the prisons have."""
    chance, post = random.Random(draw), root / "post"
    post.mkdir(parents=True)
    vaults = {name: _make(root / name, name) for name in (*PRISONS, "HQ")}
    headquarters = vaults["HQ"]
    late: list[Path] = []
    for month in MONTHS:
        arriving, late = late, []
        for prison in PRISONS:
            arriving += _hand_off(vaults[prison], month, post, chance, late)
        chance.shuffle(arriving)
        for path in arriving:
            _take(headquarters, vaults, path, chance)
    for prison in PRISONS:
        path = write_handoff(vaults[prison], "security", MONTHS[-1], post, why="в конце").path
        _take(headquarters, vaults, path, chance)
    wrong = [said for prison in PRISONS for said in _missing(vaults[prison], headquarters)]
    wrong += [finding.text["en"] for vault in vaults.values() for finding in check(vault).findings if finding.damage]
    for vault in vaults.values():
        vault.close()
    return wrong


def _make(folder: Path, prison: str) -> Vault:
    words = {"person": PERSON, "password": PASSWORD, "profile": "cheapest"}
    create_vault(folder, definitions_in(folder), prison=prison, **words).close()
    return open_vault(folder, definitions_in(folder), PASSWORD, PERSON)


def _hand_off(vault: Vault, month: str, post: Path, chance: random.Random, late: list[Path]) -> list[Path]:
    """Enter, change and void what a month brings, hand it off, and give the stick unless it is lost or late."""
    records = vault.records("gate_log")
    for _ in range(chance.randint(0, 3)):
        day = f"{month}-{chance.randint(1, 28):02}"
        record = passage(passed_on=day, driver=f"{CANARY} {chance.random()}")
        records.save(record, {"loads": [load_line(cargo=str(chance.random()))]}, ready=True)
    kept = records.all()
    if kept and chance.random() < 0.5:
        item = chance.choice(kept)
        if item.record["state"] == "void":
            pass
        elif chance.random() < 0.3:
            records.void(item.record["uid"], "DUP", "дважды")
        else:
            records.save(item.record | {"comment": str(chance.random())}, item.lines, ready=True, why="уточнено")
    path = write_handoff(vault, "security", month, post, why="в срок").path
    draw = chance.random()
    if draw < LOST:
        return []
    if draw < LOST + LATE:
        late.append(path)
        return []
    return [path, path] if chance.random() < TWICE else [path]


def _take(headquarters: Vault, vaults: dict[str, Vault], path: Path, chance: random.Random) -> None:
    parsed = parse(read_source(path))
    merge(headquarters, plan_files(headquarters, [parsed]))
    if chance.random() < ACKNOWLEDGED:
        vaults[parsed.meta["prison"]].zone("security").acknowledge(parsed.meta["check"])


def _missing(prison: Vault, headquarters: Vault) -> list[str]:
    """Find what a prison has handed off and headquarters lacks, has twice or has otherwise."""
    records = prison.records("gate_log")
    sent = {item.record["uid"]: item for item in records.all() if item.record["hand_off"]}
    there = {
        item.record["uid"]: item
        for item in headquarters.records("gate_log").all()
        if item.record["prison"] == prison.station.prison
    }
    wrong = [f"{sent[uid].record['number']} is missing" for uid in sent.keys() - there.keys()]
    wrong += [f"{there[uid].record['number']} is nobody's" for uid in there.keys() - sent.keys()]
    names = [f.name for f in records.register.fields if not f.identifies]
    for uid in sent.keys() & there.keys():
        if _given(sent[uid], names) != _given(there[uid], names):
            wrong.append(f"{sent[uid].record['number']} is another one")
    return wrong


def _given(item: Any, names: list[str]) -> Any:
    lines = [(row["uid"], row["cargo"], row["weight"]) for row in item.lines.get("loads", ())]
    return [item.record["revision"], *(item.record[name] for name in names), lines]
