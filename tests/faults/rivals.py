"""Several programs at one station at once: each gets in or is told that another one is there, and nothing is lost."""

import os
import random
import shutil
import signal
import time
from functools import partial
from pathlib import Path

from desktop.registers.problems import AppError
from desktop.store import backups, keyring, people
from desktop.store.backups import back_up, own_place
from desktop.store.keyring import Newcomer
from desktop.store.vault import Vault, make_station, open_vault
from tests.faults import bad, oracle
from tests.faults.bad import Build, shipped
from tests.faults.bench import Bench, Tally, measured
from tests.faults.oracle import Told
from tests.faults.work import Event, Work, definitions_in, worded
from tests.store.conftest import HOLDERS, ROLES, newcomer

SCENE = "save"
SECONDS = 0.25
# Nobody waits longer to hear that another program is there; the machine of the test may be busy with others.
LONGEST_WAIT = 8.0


# At the same records


def at_records(bench: Bench, most: int) -> Tally:
    """Let two to four programs save into the same files, and kill one of them."""
    tally = Tally("several programs, the same records")
    with measured(tally):
        for build, many in ((shipped, most), (bad.without_locks, max(5, most // 10))):
            for n in range(many):
                _contend(bench, tally, n, build)
    return tally


def _contend(bench: Bench, tally: Tally, n: int, build: Build) -> None:
    chance = bench.chance("rivals", n)
    root, told = bench.fresh(SCENE)
    children = [bench.launch(root, partial(_save_on, chance.random()), build=build) for _ in range(chance.randint(2, 4))]
    time.sleep(chance.uniform(0, SECONDS))
    os.kill(children[0].process, signal.SIGKILL)
    runs = [bench.hear(child, []) for child in children]
    bench.remember(root)
    whole = Told(told + [event for run in runs for event in run.told.events if "done" in event])
    wrong = [run.crash for run in runs if run.crash]
    wrong += _refusals_that_last([event for run in runs for event in run.told.events])
    wrong += _but_for_the_dead(oracle.lost(root, SCENE, whole))
    bench.count(tally, f"run {n}", whole, wrong, bad=build is not shipped)


def _but_for_the_dead(wrong: list[str]) -> list[str]:
    """The program that was killed may have written one record that it could not tell of any more."""
    return [sentence for sentence in wrong if sentence != "gate_log: 1 records that nobody acknowledged"]


def _save_on(draw: float, work: Work) -> None:
    chance, ends = random.Random(draw), time.monotonic() + SECONDS
    work.chance = chance
    while time.monotonic() < ends:
        begun = time.monotonic()
        try:
            with work.open() as vault:
                for _ in range(chance.randint(1, 3)):
                    work.pass_gate(vault)
        except Exception as error:
            if not (failure := worded(error)):
                raise
            work.do("wait", partial(_waited, failure.name, time.monotonic() - begun))
        time.sleep(chance.uniform(0, 0.01))


def _waited(why: str, seconds: float) -> Event:
    return {"why": why, "seconds": seconds}


def _refusals_that_last(events: list[Event]) -> list[str]:
    """Find refusals that are not about the other program, or that took too long."""
    waits = [event for event in events if event.get("done") == "wait"]
    return [
        f"{e['why']} after {e['seconds']:.1f} s" for e in waits if e["why"] != "store.in_use" or e["seconds"] > LONGEST_WAIT
    ]


# At the same keyring


def at_keyring(bench: Bench, most: int) -> Tally:
    """Let people of different zones change passwords, come, go and back up at the same time."""
    tally = Tally("several programs, the same keyring and backups")
    with measured(tally):
        start = bench.folder / "several"
        make_station(
            start / "station", definitions_in(start), prison="IK-01", people=[newcomer(name) for name in ROLES],
            holders=HOLDERS, profile="cheapest",
        )  # fmt: skip
        for build, many in ((shipped, most), (bad.without_station_lock, max(5, most // 10))):
            for n in range(many):
                root = bench.folder / "tried"
                shutil.rmtree(root, ignore_errors=True)
                shutil.copytree(start, root)
                _rule_together(bench, tally, root, n, build)
    return tally


def _rule_together(bench: Bench, tally: Tally, root: Path, n: int, build: Build) -> None:
    children = [bench.launch(root, partial(_rule, name), build=build) for name in ROLES]
    runs = [bench.hear(child, []) for child in children]
    bench.remember(root)
    told = Told([event for run in runs for event in run.told.events])
    wrong = [run.crash for run in runs if run.crash] + _of_keyring(root / "station", told)
    bench.count(tally, f"run {n}", told, wrong, bad=build is not shipped)


def _rule(name: str, work: Work) -> None:
    """Work for a while as *name*: change the own password, let somebody come, mistype, back up."""
    password, ends, n = newcomer(name).password, time.monotonic() + SECONDS, 0
    while time.monotonic() < ends:
        n += 1
        with open_vault(work.station, definitions_in(work.station), password, name) as vault:
            if work.do(
                "password", partial(people.change_password, vault, password, f"{name} {n}"), name=name, new=f"{name} {n}"
            ):
                password = f"{name} {n}"
            if vault.may("users"):
                work.do("came", partial(people.add, vault, Newcomer(f"Новый {n}", ("prison_medic",), "его")), name=f"Новый {n}")
            work.do("back_up", partial(_back_up, vault))
        work.do("mistype", partial(_mistype, work.station, name), name=name)


def _back_up(vault: Vault) -> Event:
    return {"number": back_up(vault, own_place(vault.folder), "wish").number}


def _mistype(station: Path, name: str) -> None:
    try:
        keyring.unlock(station, "не тот", name)
    except AppError as error:
        if error.name not in ("vault.wrong_password", "people.wait"):
            raise


def _of_keyring(station: Path, told: Told) -> list[str]:
    wrong = []
    for name in ROLES:
        password = [newcomer(name).password, *(event["new"] for event in told.done("password") if event["name"] == name)][-1]
        try:
            keyring.prove(station, password, name, clock=lambda: 1e9)
        except AppError as error:
            wrong.append(f"a changed password does not open: {error.name}")
    known = {person.name for person in people.everyone(station)}
    wrong += [f"{event['name']} came and is not there" for event in told.done("came") if event["name"] not in known]
    numbers = [event["number"] for event in told.done("back_up")]
    if len(set(numbers)) != len(numbers):
        wrong.append("two backups have one number")
    there = {backup.number for backup in backups.backups(own_place(station))}
    wrong += [f"backup {number} is gone" for number in backups.kept({*numbers, *there}) & set(numbers) - there]
    return wrong
