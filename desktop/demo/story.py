"""Read the story of the demonstration and turn it into orders: which record each prison makes in which month.

`story.toml` says when it happens, how large the prisons are and how often they hand off; a file for each register in
`registers/` tells its events. A *sort* is what records or lines have in common, such as finds in parcels. What is usual in a
register comes first, then the sorts an event chooses by weight, and last what it says itself. Which values a *spec* can be:
see chance.py.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop.demo.chance import Spec
from desktop.demo.invent import Wish
from desktop.demo.shares import share_out
from desktop.registers.blocks import Block, check_names, parse
from desktop.registers.declarations import Definitions
from desktop.registers.register import Register, Table
from desktop.registers.resources import RESOURCES
from desktop.store.keyring import HEADQUARTERS

FOLDER = RESOURCES / "demonstration"
NEW = "new"  # a reference to a record that is made for this one

_RECIPE_WORDS: dict[str, type | tuple[type, ...]] = {"where": dict, "sorts": (dict, list), "lines": list}
_SORT_WORDS = _RECIPE_WORDS | {"prisons": list, "except": list}
_LINES_WORDS: dict[str, type | tuple[type, ...]] = {
    "name": str, "count": (int, list), "each": dict, "where": dict, "sorts": (dict, list),
}  # fmt: skip
_EVENT_WORDS = _SORT_WORDS | {
    "records": int, "every": int, "months": list, "weights": dict, "exact": bool, "draft": bool, "later": dict, "total": dict,
}  # fmt: skip
_LATER_WORDS: dict[str, type | tuple[type, ...]] = {"after": int, "why": str, "void": str, "before": dict}
_TOTAL_WORDS: dict[str, type | tuple[type, ...]] = {
    "lines": str, "kg": str, "amount": dict, "roughly": dict, "by": str, "sizes": dict,
}  # fmt: skip
_FILE_WORDS: dict[str, type | tuple[type, ...]] = {"usual": dict, "sorts": dict, "event": list}
_STORY_WORDS: dict[str, type | tuple[type, ...]] = {
    "first": str, "last": str, "last_day": str, "hand_offs": dict, "weights": dict, "people": list, "reasons": dict,
    "words": dict,
}  # fmt: skip


@dataclass(frozen=True)
class Later:
    """What is done to a record some months *after* it was made: voided, or completed with what was unknown *before*."""

    after: int
    why: str
    void: str = ""
    before: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Order:
    """One record to be made."""

    register: str
    month: str
    wish: Wish
    is_draft: bool = False
    later: Later | None = None


@dataclass(frozen=True)
class Part:
    """What happens in one prison, which hands off *every* so many months; *person* keeps its registers."""

    first: str
    last: str
    last_day: str
    person: str
    orders: Sequence[Order]
    every: int
    words: Mapping[str, Sequence[str]]
    reasons: Mapping[str, str]


def read_story(
    definitions: Definitions, seed: int, *, prisons: int | None = None, share: float = 1, folder: Path = FOLDER
) -> dict[str, Part]:
    """Spread the events of the story over months and prisons, always the same for the same *seed*. Raises DeclarationError.

    With *prisons* only so many take part; with a *share* only that much of what no published figure rests on happens.
    """
    block = Block("story.toml", "", parse(folder / "story.toml"), _STORY_WORDS)
    told = {word: block.get(word) for word in _STORY_WORDS}
    chance = random.Random(seed)
    codes = [code for code in definitions.codes["prisons"].codes if code != HEADQUARTERS][:prisons]
    orders: dict[str, list[Order]] = {code: [] for code in [*codes, HEADQUARTERS]}
    teller = _Teller(definitions, told, codes, chance, folder / "registers")
    for register in _referred_first(definitions):
        for prison, order in teller.orders(register, share):
            orders[prison].append(order)
    every = {code: _rhythm(n, len(codes), told["hand_offs"]) for n, code in enumerate(codes)}
    return {
        prison: Part(
            told["first"], told["last"], told["last_day"], chance.choice(told["people"]),
            sorted(listed, key=lambda order: order.month), every.get(prison, 1), told["words"], told["reasons"],
        )
        for prison, listed in orders.items()
    }  # fmt: skip


def _referred_first(definitions: Definitions) -> list[Register]:
    """List the registers so that each comes after those it refers to."""
    found: dict[str, Register] = {}

    def add(register: Register) -> None:
        for table in register.tables:
            for f in table.fields:
                if f.register and f.register not in found and f.register != register.name:
                    add(definitions.registers[f.register])
        found.setdefault(register.name, register)

    for name in sorted(definitions.registers):
        add(definitions.registers[name])
    return list(found.values())


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
    found = [first]
    while found[-1] < last:
        found.append(month_after(found[-1]))
    return found


def month_after(month: str, count: int = 1) -> str:
    """Give the month that is *count* months after *month*."""
    year, number = map(int, month.split("-"))
    years, months = divmod(number - 1 + count, 12)
    return f"{year + years}-{months + 1:02}"


class _Teller:
    """Tells the events of the registers, drawing where, when and of which sort they are."""

    def __init__(
        self, definitions: Definitions, told: Mapping[str, Any], codes: Sequence[str], chance: random.Random, folder: Path
    ) -> None:
        self.definitions, self.told, self.codes, self.chance, self.folder = definitions, told, codes, chance, folder
        self.prisons = definitions.codes["prisons"].codes
        self.sizes = {code: told["weights"][self.prisons[code].group] * chance.uniform(0.6, 1.6) for code in codes}
        self.files: dict[str, Block] = {}

    def orders(self, register: Register, share: float) -> Iterator[tuple[str, Order]]:
        """Give the orders of one register, each with its prison. Raises DeclarationError."""
        file = self._file(register)
        for event in file.parts("event", _EVENT_WORDS) if file else ():
            places = self._places(event, 1 if event.words.get("exact") else share)
            later = self._later(register, event)
            wishes = [self._wish(register, event, prison) for prison, _ in places]
            if "total" in event.words:
                total = Block(event.file, f"{event.place}, total", event.words["total"], _TOTAL_WORDS).words
                share_out(total, wishes, register, self.definitions.codes["units"], self.chance)
            for (prison, month), wish in zip(places, wishes, strict=True):
                yield prison, Order(register.name, month, wish, event.words.get("draft", False), later)

    def _file(self, register: Register) -> Block | None:
        path = self.folder / f"{register.name}.toml"
        if register.name not in self.files and path.exists():
            self.files[register.name] = Block(path.name, "", parse(path), _FILE_WORDS)
        return self.files.get(register.name)

    @staticmethod
    def _later(register: Register, event: Block) -> Later | None:
        if "later" not in event.words:
            return None
        block = Block(event.file, f"{event.place}, later", event.words["later"], _LATER_WORDS)
        before = block.words.get("before", {})
        check_names(block, "before", list(before), register.by_name | register.lines_by_name)
        for name, values in before.items():
            if name in register.lines_by_name:
                check_names(block, f"before, {name}", list(values), register.lines_by_name[name].by_name)
        return Later(block.get("after"), block.get("why"), block.words.get("void", ""), before)

    # Where and when

    def _places(self, event: Block, share: float) -> list[tuple[str, str]]:
        """Say in which prison and month each record of *event* is made."""
        months = months_between(*(event.names("months") or (self.told["first"], self.told["last"])))
        prisons = self._prisons(event)
        if every := event.words.get("every"):
            return [(prison, month) for prison in prisons for month in months[::every]]
        own = event.words.get("weights", {})
        weights = [own.get(p, own.get(self.prisons[p].group, 1)) * self.sizes.get(p, 1) for p in prisons]
        count = max(1, round(event.get("records") * share))
        return [(prison, self.chance.choice(months)) for prison in self.chance.choices(prisons, weights, k=count)]

    def _prisons(self, event: Block) -> list[str]:
        """List the prisons an event happens in; where none of them takes part, the first does it for them."""
        if event.names("prisons") == (HEADQUARTERS,):
            return [HEADQUARTERS]
        return [code for code in self.codes if self._is_there(event, code)] or [*self.codes[:1]]

    def _is_there(self, block: Block, prison: str) -> bool:
        """Tell whether something happens in a *prison*, named by its code or its group."""
        names = {prison, self.prisons[prison].group}
        wanted = block.names("prisons")
        return bool(not wanted or names & {*wanted}) and not names & {*block.names("except")}

    # Of which sort

    def _wish(self, register: Register, event: Block, prison: str) -> Wish:
        """Join what is usual, the sorts that are drawn, and what the event says itself."""
        file = self.files[register.name]
        usual = Block(file.file, "usual", file.words.get("usual", {}), _SORT_WORDS)
        values: dict[str, Spec] = {}
        lines: list[Block] = []
        self._say(usual, register, values, lines)
        for recipe in (*self._sorts(usual, prison), event):
            self._add(recipe, register, prison, values, lines)
        for name, spec in values.items():
            if spec == NEW and (referred := register.by_name[name].register):
                values[name] = self._wish_of_new(self.definitions.registers[referred], prison)
        rows: dict[str, list[dict[str, Spec]]] = {}
        for part in lines:
            rows.setdefault(part.name(), []).extend(self._rows(part, register, prison))
        return Wish(values, rows)

    def _wish_of_new(self, register: Register, prison: str) -> Wish:
        file = self._file(register)
        return self._wish(register, Block(file.file, "", {}, _EVENT_WORDS), prison) if file else Wish()

    def _add(self, recipe: Block, table: Table, prison: str, values: dict[str, Spec], lines: list[Block]) -> None:
        for sort in self._sorts(recipe, prison):
            self._add(sort, table, prison, values, lines)
        self._say(recipe, table, values, lines)

    @staticmethod
    def _say(recipe: Block, table: Table, values: dict[str, Spec], lines: list[Block]) -> None:
        check_names(recipe, "where", list(recipe.words.get("where", {})), table.by_name)
        values |= recipe.words.get("where", {})
        lines += recipe.parts("lines", _LINES_WORDS)

    def _sorts(self, recipe: Block, prison: str) -> Iterator[Block]:
        """Draw one sort from each choice that *recipe* leaves, among those there are in *prison*."""
        choices = recipe.words.get("sorts", {})
        for weights in choices if isinstance(choices, list) else [choices]:
            sorts = {name: self._sort(recipe, name) for name in weights}
            there = [name for name, sort in sorts.items() if self._is_there(sort, prison)]
            if there:
                yield sorts[self.chance.choices(there, [weights[name] for name in there])[0]]

    def _sort(self, recipe: Block, name: str) -> Block:
        known = self.files[Path(recipe.file).stem].words.get("sorts", {})
        check_names(recipe, "sorts", [name], known)
        return Block(recipe.file, f"sort {name}", known[name], _SORT_WORDS)

    def _rows(self, part: Block, register: Register, prison: str) -> list[dict[str, Spec]]:
        check_names(part, "name", [part.name()], register.lines_by_name)
        table, count = register.lines_by_name[part.name()], part.words.get("count", 1)
        each = part.words.get("each", {})
        check_names(part, "each", list(each), table.by_name)
        rows = []
        for place in range(self.chance.randint(*count) if isinstance(count, list) else count):
            row: dict[str, Spec] = {name: column[place] for name, column in each.items()}
            self._add(part, table, prison, row, [])
            rows.append(row)
        return rows
