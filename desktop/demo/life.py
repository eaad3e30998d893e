"""Live the months of one prison: make its records in order, come back to those that change later, and hand off."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from desktop.demo.chance import Chance
from desktop.demo.invent import Inventor, Wish
from desktop.demo.story import Later, Order, Part, month_after, months_between
from desktop.exchange.handoff import NEVER_IN_THE_CLEAR, write_handoff
from desktop.registers.rules import LinesOf, Row
from desktop.store.vault import Vault

_Change = tuple[str, Row, LinesOf, Later]


class Life:
    """The life of one prison: *orders* say what happens, and the vault keeps it."""

    def __init__(self, vault: Vault, part: Part, chance: Chance) -> None:
        """Begin before the first month."""
        self.vault, self.part, self.chance = vault, part, chance
        self.changes: dict[str, list[_Change]] = defaultdict(list)
        self.inventor = cache(self._inventor)

    def live(self, out: Path | None = None) -> list[Path]:
        """Live all months, and give the hand-offs written to *out*."""
        files: list[Path] = []
        orders = defaultdict(list)
        for order in self.part.orders:
            orders[order.month].append(order)
        for number, month in enumerate(months_between(self.part.first, self.part.last), 1):
            for order in orders[month]:
                self._make(order)
            for change in self.changes.pop(month, ()):
                self._change(change)
            if out and (number % self.part.every == 0 or month == self.part.last):
                files += self._hand_off(month, out)
        return files

    def _inventor(self, register: str) -> Inventor:
        return Inventor(self.vault.records(register), self.chance, self.part.reasons)

    def _make(self, order: Order) -> str:
        """Make a record, those it refers to first, and give its number."""
        values = dict(order.wish.values)
        for name, spec in values.items():
            if isinstance(spec, Wish):
                values[name] = self._make(Order(self._register_of(order.register, name), order.month, spec))
        inventor = self.inventor(order.register)
        wish = Wish(values, order.wish.lines)
        until = month_after(order.month, order.later.after) if order.later else order.month
        record, lines = inventor.invent(order.month, wish, until)
        saved = self._save(order, record, lines, inventor, wish, until)
        number = str(saved["number"])
        if not order.is_draft and not (order.later and order.later.void):
            self.chance.known.setdefault(order.register, []).append(number)
        return number

    def _register_of(self, register: str, reference: str) -> str:
        return self.vault.definitions.registers[register].by_name[reference].register

    def _save(self, order: Order, record: Row, lines: LinesOf, inventor: Inventor, wish: Wish, until: str) -> Row:
        records, later = self.vault.records(order.register), order.later
        first, first_lines = record, lines
        if later and later.before:
            first, first_lines = _as_before(record, lines, later.before)
            inventor.settle(first, first_lines, wish)
        saved = records.save(first, first_lines, ready=not order.is_draft)
        if not saved.kept:
            raise AssertionError([problem.text["en"] for problem in saved.judgement.problems])
        if later:
            kept = record | {"uid": saved.record["uid"]}
            for name, rows in saved.lines.items():
                for row, old in zip(lines[name], rows, strict=False):
                    row["uid"] = old["uid"]
            self.changes[until].append((order.register, kept, lines, later))
        return saved.record

    def _change(self, change: _Change) -> None:
        register, record, lines, later = change
        records = self.vault.records(register)
        if later.void:
            records.void(record["uid"], later.void, later.why)
        elif not records.save(record, lines, ready=True, why=later.why).kept:
            raise AssertionError(f"{register} {record['uid']}")

    def _hand_off(self, month: str, out: Path) -> list[Path]:
        """Hand off every zone that may leave, and hear by telephone that it arrived."""
        found = []
        for zone in self.vault.zones:
            if zone not in NEVER_IN_THE_CLEAR:
                made = write_handoff(self.vault, zone, month, out)
                self.vault.zone(zone).acknowledge(made.check_number)
                found.append(made.path)
        return found


def _as_before(record: Row, lines: LinesOf, before: Mapping[str, Any]) -> tuple[Row, LinesOf]:
    """Take back what became known later: values, values of lines, or with an empty list all lines of a table."""
    own = record | {name: value or None for name, value in before.items() if name not in lines}
    return own, {
        name: [] if before.get(name) == [] else [row | before.get(name, {}) for row in rows] for name, rows in lines.items()
    }
