"""Live the months of one prison: make its records in order, come back to those that change later, and hand off."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from desktop.analysis.totals import month_totals, usable_tables
from desktop.demo.chance import CannotInventError, Chance
from desktop.demo.invent import Inventor, Wish
from desktop.demo.story import Later, Order, Part, month_after, months_between
from desktop.exchange.handoff import write_handoff
from desktop.registers.rules import LinesOf, Row
from desktop.store.records import Saved
from desktop.store.vault import Vault

_Change = tuple[str, Row, LinesOf, Later]


class Life:
    """The life of one prison: its part of the story says what happens, its vault keeps it."""

    def __init__(self, vault: Vault, part: Part, chance: Chance) -> None:
        """Begin before the first month."""
        self.vault, self.part, self.chance = vault, part, chance
        self.changes: dict[str, list[_Change]] = defaultdict(list)
        self.inventor = cache(self._inventor)
        self.totals = partial(month_totals, tables=usable_tables(vault.definitions))

    def live(self, out: Path | None = None) -> list[Path]:
        """Live all months, and give the hand-offs written to *out*."""
        files: list[Path] = []
        orders = defaultdict(list)
        for order in self.part.orders:
            orders[order.month].append(order)
        for number, month in enumerate(months_between(self.part.first, self.part.last), 1):
            for order in orders[month]:
                self.make(order)
            for change in self.changes.pop(month, ()):
                self._change(change)
            if out and (number % self.part.every == 0 or month == self.part.last):
                files += self._hand_off(month, out)
        return files

    def _inventor(self, register: str) -> Inventor:
        return Inventor(self.vault.records(register), self.chance, self.part.reasons)

    def make(self, order: Order) -> str:
        """Make a record, those it refers to first, and give its number."""
        values = dict(order.wish.values)
        for name, spec in values.items():
            if isinstance(spec, Wish):
                values[name] = self.make(Order(self._register_of(order.register, name), order.month, spec))
        wish = Wish(values, order.wish.lines)
        saved = self._save_with_changes(order, wish, order.later) if order.later else self._save(order, wish)
        number = str(saved["number"])
        if not order.is_draft and not (order.later and order.later.void):
            self.chance.known.setdefault(order.register, []).append(number)
        return number

    def _register_of(self, register: str, reference: str) -> str:
        return self.vault.definitions.registers[register].by_name[reference].register

    def _save(self, order: Order, wish: Wish) -> Row:
        record, lines = self.inventor(order.register).invent(order.month, wish)
        return self._kept(order.register, record, lines, ready=not order.is_draft).record

    def _save_with_changes(self, order: Order, wish: Wish, later: Later) -> Row:
        """Save a record as it is known first, and keep for its month what will be known later."""
        until = month_after(order.month, later.after)
        inventor = self.inventor(order.register)
        record, lines = inventor.invent(order.month, wish, until)
        first, first_lines = _as_before(record, lines, later.before)
        first = {name: None if value == "" else value for name, value in first.items()}
        if later.before:
            inventor.settle(first, first_lines, Wish(*_as_before(wish.values, wish.lines, later.before)))
        saved = self._kept(order.register, first, first_lines)
        record["uid"] = saved.record["uid"]
        for name, rows in saved.lines.items():
            for row, old in zip(lines[name], rows, strict=False):
                row["uid"] = old["uid"]
        self.changes[until].append((order.register, record, lines, later))
        return saved.record

    def _kept(self, register: str, record: Row, lines: LinesOf, *, ready: bool = True, why: str | None = None) -> Saved:
        saved = self.vault.records(register).save(record, lines, ready=ready, why=why)
        if not saved.kept:
            raise CannotInventError(f"{register}: {[problem.text['en'] for problem in saved.judgement.problems]}")
        return saved

    def _change(self, change: _Change) -> None:
        register, record, lines, later = change
        if later.void:
            self.vault.records(register).void(record["uid"], later.void, later.why)
        else:
            self._kept(register, record, lines, why=later.why)

    def _hand_off(self, month: str, out: Path) -> list[Path]:
        """Hand off every zone, and hear by telephone that it arrived."""
        found = []
        for zone in self.vault.zones:
            made = write_handoff(self.vault, zone, month, out, totals=self.totals)
            self.vault.zone(zone).acknowledge(made.check_number)
            found.append(made.path)
        return found


def _as_before(
    values: Mapping[str, Any], lines: Mapping[str, list[dict[str, Any]]], before: Mapping[str, Any]
) -> tuple[Row, LinesOf]:
    """Take back what became known later: values, values of lines, or with an empty list all lines of a table."""
    own = {**values, **{name: value for name, value in before.items() if name not in lines}}
    taken_back = {
        name: [] if before.get(name) == [] else [row | before.get(name, {}) for row in rows] for name, rows in lines.items()
    }
    return own, taken_back
