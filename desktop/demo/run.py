"""Run the demonstration: prisons make their records and hand them off, headquarters merges, the figures are compared."""

import datetime as dt
import json
import random
import sys
import time
import tomllib
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path

from desktop.analysis.tables import figures, load_tables
from desktop.demo.invent import Inventor
from desktop.demo.story import FOLDER, HEADQUARTERS, Story, months_between, read_story
from desktop.exchange.handoff import NEVER_IN_THE_CLEAR, write_handoff
from desktop.exchange.merge import merge, preview
from desktop.registers.declarations import Definitions, load
from desktop.registers.labels import Label
from desktop.registers.messages import message
from desktop.store.vault import Vault, create_vault

PASSWORD = "depter"
SEED = 2013
PROCESSES = 2

Say = Callable[[Label], None]


@dataclass(frozen=True)
class Compared:
    """One published figure beside the one that the records give."""

    label: Label
    unit: str
    published: Decimal
    recomputed: Decimal

    @property
    def agrees(self) -> bool:
        """Tell whether the two are the same."""
        return self.published == self.recomputed


@dataclass(frozen=True)
class Result:
    """What the demonstration came to; *code* is the exit code."""

    headquarters: Path
    compared: list[Compared]
    hand_offs: int
    accepted: int
    rejected: int
    seconds: float

    @property
    def code(self) -> int:
        """Give 0 where every figure agrees and no row was rejected."""
        return 0 if all(one.agrees for one in self.compared) and not self.rejected else 1


def demonstrate(
    folder: Path, definitions: Definitions, *, seed: int = SEED, language: str = "ru", as_json: bool = False,
    prisons: int | None = None,
) -> Result:  # fmt: skip
    """Make everything in *folder*, print what came out, and give it back. Raises AppError where a station lies there."""
    started = time.monotonic()

    def say(text: Label) -> None:
        print(text[language], file=sys.stderr if as_json else sys.stdout, flush=True)

    story = read_story(definitions, seed, prisons=prisons)
    (folder / "hand-offs").mkdir(parents=True, exist_ok=True)
    files = _make_prisons(folder, story, seed, prisons, say)
    headquarters = folder / HEADQUARTERS
    with create_vault(
        headquarters, definitions, prison=HEADQUARTERS, person="Бекова Г.", password=PASSWORD, profile="cheapest", language=language
    ) as vault:
        _live(vault, story, HEADQUARTERS, seed)
        say(message("demo.merging", n=len(files)))
        done = merge(vault, preview(vault, files))
        accepted, rejected = sum(one.accepted for one in done), sum(one.rejected for one in done)
        say(message("demo.merged", accepted=accepted, rejected=rejected))
        compared = compare(vault)
    result = Result(headquarters, compared, len(files), accepted, rejected, time.monotonic() - started)
    _print(result, folder, language, as_json=as_json)
    return result


def _make_prisons(folder: Path, story: Story, seed: int, prisons: int | None, say: Say) -> list[Path]:
    """Let the prisons make their vaults and hand-offs, two at a time."""
    files: list[Path] = []
    names = [prison for prison in story.every if story.orders[prison]]
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        running = [pool.submit(live_a_prison, folder, prison, seed, prisons) for prison in names]
        for number, future in enumerate(running, 1):
            files += future.result()
            if number % 11 == 0 or number == len(names):
                say(message("demo.prisons", n=number, files=len(files)))
    return files


def live_a_prison(folder: Path, prison: str, seed: int, prisons: int | None = None) -> list[Path]:
    """Make one prison's vault, its records and its hand-offs, and give the hand-offs."""
    definitions = load()
    story = read_story(definitions, seed, prisons=prisons)
    with create_vault(
        folder / prison, definitions, prison=prison, person="Асанов А.", password=PASSWORD, profile="cheapest"
    ) as vault:
        return _live(vault, story, prison, seed, folder / "hand-offs")


def _live(vault: Vault, story: Story, prison: str, seed: int, out: Path | None = None) -> list[Path]:
    chance = random.Random(f"{seed} {prison}")
    known: dict[str, list[str]] = {}
    inventors: dict[str, Inventor] = {}
    orders = list(story.orders[prison])
    files: list[Path] = []
    for number, month in enumerate(months_between(story.first, story.last), 1):
        while orders and orders[0].month == month:
            order = orders.pop(0)
            records = vault.records(order.register)
            inventor = inventors.setdefault(order.register, Inventor(records, chance, story.texts, known))
            record, lines = inventor.invent(month, order.wish, dt.date.fromisoformat(story.last_day))
            saved = records.save(record, lines, ready=order.ending != "draft")
            if not saved.kept:
                raise AssertionError([problem.text["en"] for problem in saved.judgement.problems])
            if order.ending == "void":
                records.void(saved.record["uid"], "ERR", "демонстрация")
            elif order.ending == "ready":
                known.setdefault(order.register, []).append(saved.record["number"])
        if out and (number % story.every[prison] == 0 or month == story.last):
            files += _hand_off(vault, month, out)
    return files


def _hand_off(vault: Vault, month: str, out: Path) -> list[Path]:
    """Hand off every zone that may leave, and hear by telephone that it arrived."""
    found = []
    for zone in vault.zones:
        if zone not in NEVER_IN_THE_CLEAR:
            made = write_handoff(vault, zone, month, out)
            vault.zone(zone).acknowledge(made.check_number)
            found.append(made.path)
    return found


def compare(vault: Vault) -> list[Compared]:
    """Recompute every published figure from the merged records."""
    tables = load_tables(vault.definitions)
    found = []
    for one in tomllib.loads((FOLDER / "published.toml").read_text("utf-8"))["figure"]:
        table = tables[one["table"]]
        value = figures(vault, table, first=one["first"], last=one["last"], where=one.get("where")).total
        found.append(Compared(Label.of(one["label"]), table.unit, Decimal(str(one["value"])), value))
    return found


def _print(result: Result, folder: Path, language: str, *, as_json: bool) -> None:
    if as_json:
        rows = [
            {"figure": one.label[language], "published": str(one.published), "recomputed": str(one.recomputed), "unit": one.unit, "agrees": one.agrees}
            for one in result.compared
        ]
        counts = {"hand_offs": result.hand_offs, "accepted": result.accepted, "rejected": result.rejected}
        print(json.dumps({"figures": rows, **counts, "seconds": round(result.seconds, 1)}, ensure_ascii=False))
        return
    width = max(len(one.label[language]) for one in result.compared)
    heads = [message(f"demo.{name}")[language] for name in ("figure", "published", "recomputed")]
    print(f"\n{heads[0]:{width}}  {heads[1]:>14}  {heads[2]:>12}")
    for one in result.compared:
        unit = f" {one.unit.lower()}" if one.unit else ""
        sign = "✔" if one.agrees else "✖"
        print(f"{one.label[language]:{width}}  {f'{one.published:f}{unit}':>14}  {f'{one.recomputed:f}{unit}':>12}  {sign}")
    print("\n" + message("demo.where", folder=folder, password=PASSWORD, seconds=round(result.seconds))[language])
