"""A station for practice: invented records of every register in the last months, and an example of each to type.

It lies beside the real station and shares nothing with it. Its identity says what it is (`keyring.PRACTICE`), so its hand-offs
and keys are refused where records are real. Its one password is public.
"""

import datetime as dt
import json
import random
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from desktop.demo.chance import CannotInventError, Chance
from desktop.demo.invent import Inventor, Wish
from desktop.demo.life import Life
from desktop.demo.run import SEED
from desktop.demo.story import Order, Part, month_after, read_story
from desktop.registers.declarations import Definitions
from desktop.registers.problems import AppError
from desktop.registers.rules import LinesOf, Row
from desktop.store import clock
from desktop.store.keyring import FILE, HEADQUARTERS, PRACTICE_PASSWORD, read_station
from desktop.store.recovery import confirm, new_code
from desktop.store.vault import Vault, create_vault

SUFFIX = ".practice"
EXAMPLES = "examples.json"
# Enough to look through, filter and hand off, and soon made.
MONTHS, MOST, PRISONS, SHARE = 3, 9, 8, 0.15
# A story that names its days cannot be told of other months.
_DATED = re.compile(r"\b20\d\d-\d\d")


def folder_of(station: Path) -> Path:
    """Name the folder of the practice that belongs to a *station*."""
    return station.with_name(f"{station.name}{SUFFIX}")


def begin(folder: Path, definitions: Definitions, language: str) -> None:
    """Make the station of practice in *folder*, where there is none yet. Raises AppError."""
    if not (folder / FILE).exists():
        shutil.rmtree(folder, ignore_errors=True)
        _make(folder, definitions, language)


def begin_anew(folder: Path, definitions: Definitions, language: str) -> None:
    """Throw away all that was done in practice, and invent it again. Raises AppError where *folder* is real."""
    if not read_station(folder).is_practice:
        raise AppError("practice.not_practice")
    shutil.rmtree(folder, ignore_errors=True)
    _make(folder, definitions, language)


def example(folder: Path, register: str) -> tuple[Row, LinesOf]:
    """Give a record of *register* to be typed in a lesson, empty where none could be invented."""
    try:
        told = json.loads((folder / EXAMPLES).read_text("utf-8")).get(register, {})
    except (OSError, ValueError):
        return {}, {}
    return told.get("record", {}), told.get("lines", {})


def _make(folder: Path, definitions: Definitions, language: str) -> None:
    parts = read_story(definitions, SEED, prisons=PRISONS, share=SHARE)
    prison, part = max(
        ((code, part) for code, part in parts.items() if code != HEADQUARTERS), key=lambda one: len(one[1].orders)
    )
    today = clock.now().date()
    # What headquarters alone records is practised as well.
    part = _retold(replace(part, orders=[*part.orders, *parts[HEADQUARTERS].orders]), today)
    with create_vault(
        folder, definitions, prison=prison, person=part.person, password=PRACTICE_PASSWORD, language=language, profile="cheapest", practice=True
    ) as vault:  # fmt: skip
        chance = Chance(random.Random(SEED), definitions.codes, part.words, today)
        life = Life(vault, part, chance)
        for order in part.orders:
            _try(life, order)
        told = {name: {"record": row, "lines": lines} for name, row, lines in _examples(vault, part, chance)}
        (folder / EXAMPLES).write_text(json.dumps(told, ensure_ascii=False), "utf-8")
        for zone in vault.zones:
            confirm(folder, zone, new_code(vault, zone))


def _try(life: Life, order: Order) -> None:
    """Make a record, or none where the story does not fit these months."""
    try:
        life.make(order)
    except CannotInventError:
        return


def _retold(part: Part, today: dt.date) -> Part:
    """Tell a few events of each register as if they had happened in the months before *today*."""
    this = f"{today:%Y-%m}"
    months = [month_after(this, -back) for back in range(MONTHS, 0, -1)]
    kept: dict[str, list[Order]] = defaultdict(list)
    for order in part.orders:
        if not _DATED.search(repr(order.wish)):
            kept[order.register].append(order)
    orders = [
        replace(order, month=months[place * MONTHS // len(chosen)], later=None, is_draft=order.is_draft and place % 2 == 0)
        for listed in kept.values()
        for chosen in [listed[:MOST]]
        for place, order in enumerate(chosen)
    ]
    return replace(part, first=months[0], last=months[-1], last_day=today.isoformat(), orders=orders)


def _examples(vault: Vault, part: Part, chance: Chance) -> Iterator[tuple[str, Row, LinesOf]]:
    """Invent a record of each register that nothing is wrong with, the plainest of a few."""
    for register in vault.registers:
        orders = [order for order in _all_orders(vault.definitions, part) if order.register == register.name]
        # A record of which there is one a month is typed for the month that has only begun.
        months = [part.last_day[:7], part.last]
        tried = (_invented(vault, part, chance, replace(order, month=month)) for month in months for order in orders)
        if found := [one for one in tried if one]:
            yield (register.name, *min(found, key=lambda one: (one[0].get("reasons") is not None, _length(one))))


def _all_orders(definitions: Definitions, part: Part) -> Iterator[Order]:
    """List the orders, and those of records that are made only for another."""
    for order in part.orders:
        yield order
        for name, spec in order.wish.values.items():
            if isinstance(spec, Wish):
                yield Order(definitions.registers[order.register].by_name[name].register, order.month, spec)


def _invented(vault: Vault, part: Part, chance: Chance, order: Order) -> tuple[Row, LinesOf] | None:
    """Invent what *order* says, about somebody who is known already, with no more lines than it needs."""
    values = {name: "*" if isinstance(spec, Wish) else spec for name, spec in order.wish.values.items()}
    records = vault.records(order.register)
    try:
        record, lines = Inventor(records, chance, part.reasons).invent(order.month, replace(order.wish, values=values))
    except CannotInventError:
        return None
    fewer = {name: rows[: max(records.register.lines_by_name[name].at_least, 1)] for name, rows in lines.items()}
    if len(records.judge(dict(record), fewer).problems) <= len(records.judge(dict(record), lines).problems):
        lines = fewer
    return {name: value for name, value in record.items() if value is not None}, lines


def _length(one: tuple[Mapping[str, Any], Mapping[str, Sequence[Any]]]) -> int:
    return len(one[0]) + sum(len(row) for rows in one[1].values() for row in rows)
