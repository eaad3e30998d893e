"""Read the story of the demonstration and turn it into orders: which record each prison makes in which month."""

import random
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from desktop.demo.invent import Wish
from desktop.registers.declarations import Definitions
from desktop.registers.kinds import MILLIONTHS
from desktop.registers.resources import RESOURCES

FOLDER = RESOURCES / "demonstration"
HEADQUARTERS = "HQ"


@dataclass(frozen=True)
class Order:
    """One record to be made: *ending* says how it ends up (ready, draft or void)."""

    register: str
    month: str
    wish: Wish
    ending: str


@dataclass(frozen=True)
class Story:
    """All that is to happen: orders by prison, how often each prison hands off, and the words to draw from."""

    first: str
    last: str
    last_day: str
    orders: Mapping[str, Sequence[Order]]
    every: Mapping[str, int]
    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)


def read_story(definitions: Definitions, seed: int, *, prisons: int | None = None, path: Path = FOLDER / "story.toml") -> Story:
    """Read the story and spread its events over months and prisons, always the same for the same *seed*."""
    told = tomllib.loads(path.read_text("utf-8"))
    chance = random.Random(seed)
    codes = [code for code in definitions.codes["prisons"].codes if code != HEADQUARTERS][:prisons]
    weights = {code: chance.choice((1, 1, 2, 3, 5)) for code in codes}
    every = {code: _rhythm(n, len(codes), told["hand_offs"]) for n, code in enumerate(codes)}
    orders: dict[str, list[Order]] = {code: [] for code in [*codes, HEADQUARTERS]}
    for event in told["events"]:
        for prison, order in _orders(event, definitions, weights, told, chance):
            orders[prison].append(order)
    for listed in orders.values():
        places = {name: n for n, name in enumerate(told["order"])}
        listed.sort(key=lambda order: (order.month, places[order.register]))
    return Story(told["first"], told["last"], told["last_day"], orders, every, told["texts"])


def _rhythm(number: int, count: int, shares: Mapping[str, int]) -> int:
    """Give after how many months a prison hands off: the first few each month, others more seldom."""
    place = 0
    for months, share in shares.items():
        place += share
        if number * sum(shares.values()) < place * count:
            return int(months)
    return int(list(shares)[-1])


def months_between(first: str, last: str) -> list[str]:
    """List the months from *first* to *last*, both with them."""
    year, month = map(int, first.split("-"))
    found = []
    while f"{year}-{month:02}" <= last:
        found.append(f"{year}-{month:02}")
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def _orders(
    event: Mapping[str, Any], definitions: Definitions, weights: Mapping[str, int], told: Mapping[str, Any], chance: random.Random
) -> Iterator[tuple[str, Order]]:
    months = months_between(*event.get("months", (told["first"], told["last"])))
    places = _places(event, months, weights, chance)
    lines = [_lines(event, chance) for _ in places]
    if total := event.get("total"):
        _share_out(total, [row for of_record in lines for row in of_record[total["lines"]]], definitions, chance)
    for (prison, month), of_record in zip(places, lines, strict=True):
        wish = Wish(event.get("where", {}), event.get("choose", {}), of_record)
        yield prison, Order(event["register"], month, wish, event.get("ending", "ready"))


def _places(
    event: Mapping[str, Any], months: Sequence[str], weights: Mapping[str, int], chance: random.Random
) -> list[tuple[str, str]]:
    """Say where and when each record of an event is made."""
    prisons = [code for code in event.get("prisons", weights) if code in weights or code == HEADQUARTERS] or [*weights][:1]
    if every := event.get("every"):
        return [(prison, month) for prison in prisons for month in months[::every]]
    drawn = chance.choices(prisons, [weights.get(prison, 1) for prison in prisons], k=event["records"])
    return [(prison, chance.choice(months)) for prison in drawn]


def _lines(event: Mapping[str, Any], chance: random.Random) -> dict[str, list[dict[str, Any]]]:
    """Begin the lines of one record with what the story fixes of them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for spec in event.get("lines", ()):
        rows = found.setdefault(spec["name"], [])
        for _ in range(chance.randint(*spec.get("count", (1, 1)))):
            row = dict(spec.get("where", {}))
            for name, shares in spec.get("choose", {}).items():
                row[name] = chance.choices([*shares], [*shares.values()])[0]
            rows.append(row)
        for name, column in spec.get("each", {}).items():
            for row, code in zip(rows, column, strict=False):
                row[name] = code
        if numbered := spec.get("numbered"):
            for n, row in enumerate(rows, 1):
                row[numbered] = f"{n:03}"
    return found


def _share_out(total: Mapping[str, Any], rows: Sequence[dict[str, Any]], definitions: Definitions, chance: random.Random) -> None:
    """Split an exact total of kilograms over *rows*, each in a unit of its own."""
    milligrams = int(Decimal(total["kg"]) * MILLIONTHS)
    draws = [chance.lognormvariate(0, 1.1) for _ in rows]
    # Scales read to a hundredth of a gram.
    shares = [max(50, int(milligrams * draw / sum(draws)) // 10 * 10) for draw in draws]
    shares[shares.index(max(shares))] += milligrams - sum(shares)
    for row, share in zip(rows, shares, strict=True):
        unit = chance.choices([*total["units"]], [*total["units"].values()])[0]
        factor = Decimal(definitions.codes["units"].codes[unit].other["kg"])
        row[total["unit_field"]] = unit
        row[total["field"]] = int(Decimal(share) / factor)
