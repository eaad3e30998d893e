"""Invent records of any register from its declaration: nothing here knows a register's fields.

What a record must say is fixed by the story; the rest is filled in by chance until the register's own rules are content.
"""

import datetime as dt
import json
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from desktop.registers.kinds import MILLIONTHS, Value
from desktop.registers.problems import Problem
from desktop.registers.register import Field, Register
from desktop.registers.rules import Judgement, LinesOf, Row
from desktop.store.records import Records

MOST_TRIES = 200
ENOUGH_TRIES = 12  # after these, what is only unlikely is given a reason
REASON = "проверено, верно"


@dataclass(frozen=True)
class Wish:
    """What the story fixes of one record: values, choices by weight, and the same for its lines."""

    where: Mapping[str, Value] = field(default_factory=dict)
    choose: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    lines: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)


class CannotInventError(Exception):
    """A declaration that no invented record satisfies, with the problems that remain."""


class Inventor:
    """Invents records of one register, for one prison."""

    def __init__(self, records: Records, chance: random.Random, texts: Mapping[str, Sequence[str]], known: Mapping[str, list[str]]) -> None:
        """Draw words from *texts* (by field name) and references from the numbers in *known* (by register)."""
        self.records, self.chance, self.texts, self.known = records, chance, texts, known
        self.register: Register = records.register
        self.codes = records.zone.definitions.codes
        self._counter = 0

    def invent(self, month: str, wish: Wish, last_day: dt.date) -> tuple[Row, LinesOf]:
        """Make a record of *month* that is ready to be saved. Raises CannotInventError."""
        record = self.records.blank() | dict(wish.where)
        self.day, self.last_day = self._day_in(month), last_day
        counted = self.register.by_name[self.register.counts_on]
        record.setdefault(counted.name, None)
        if counted.name not in wish.where:
            record[counted.name] = month if counted.coarse else self.day.isoformat()
        else:
            self.day = dt.date.fromisoformat((str(record[counted.name]) + "-01-01")[:10])
        fixed = {*wish.where, counted.name}
        lines = {table.name: [dict(row) for row in wish.lines.get(table.name, ())] for table in self.register.lines}
        fixed_lines = {(t, n): set(row) for t, rows in lines.items() for n, row in enumerate(rows)}
        self._fill_first(self.register.fields, record, fixed, wish.choose)
        for table in self.register.lines:
            for row in lines[table.name]:
                for f in table.fields:
                    if f.default is not None and not f.value:
                        row.setdefault(f.name, f.default)
                self._fill_first(table.fields, row, set(row), wish.choose)
        for tried in range(MOST_TRIES):
            judgement = self.records.judge(record, lines)
            if tried > ENOUGH_TRIES and not judgement.has_errors:
                self._give_reasons(judgement, record)
                return record, lines
            if not self._mend(judgement, record, lines, fixed, fixed_lines, wish):
                self._give_reasons(judgement, record)
                return record, lines
        said = [f"{p.rule}: {p.text['en']}" for p in judgement.problems]
        raise CannotInventError(f"{self.register.name}: {'; '.join(said)}")

    def _day_in(self, month: str) -> dt.date:
        year, number = map(int, month.split("-"))
        return dt.date(year, number, self.chance.randint(1, 28))

    def _fill_first(self, fields: Sequence[Field], row: Row, fixed: set[str], choose: Mapping[str, Mapping[str, float]]) -> None:
        """Fill in what is required, and some of the rest."""
        for f in fields:
            if f.name in fixed or f.value:
                continue
            has_default = row.get(f.name) is not None and self.chance.random() < 0.7
            if f.name in choose or (not has_default and (f.required or self.chance.random() < 0.35)):
                row[f.name] = self._value(f, choose)

    def _mend(
        self, judgement: Judgement, record: Row, lines: LinesOf, fixed: set[str],
        fixed_lines: Mapping[tuple[str, int], set[str]], wish: Wish,
    ) -> bool:  # fmt: skip
        """Change what the rules object to, and tell whether anything was changed."""
        changed = self._clear_not_asked(judgement, record, lines)
        for problem in judgement.problems:
            if problem.rule.endswith(".asked"):
                continue
            if problem.lines:
                row = lines[problem.lines][problem.line]
                keep = fixed_lines.get((problem.lines, problem.line), set())
                fields = self.register.lines_by_name[problem.lines].by_name
                changed |= self._mend_row(problem, row, keep, fields, wish)
            elif problem.about[0] in self.register.lines_by_name:
                changed |= self._mend_lines(problem, lines, wish)
            else:
                changed |= self._mend_row(problem, record, fixed, self.register.by_name, wish)
        return changed

    @staticmethod
    def _clear_not_asked(judgement: Judgement, record: Row, lines: LinesOf) -> bool:
        rows = [(record, judgement.not_asked)]
        rows += [(lines[name][place], names) for (name, place), names in judgement.lines_not_asked.items()]
        cleared = [row.pop(name, None) for row, names in rows for name in names if row.get(name) is not None]
        return bool(cleared)

    def _mend_row(
        self, problem: Problem, row: Row, fixed: set[str], fields: Mapping[str, Field], wish: Wish
    ) -> bool:
        mendable = [fields[n] for n in self._concerned(problem) if n in fields and n not in fixed and not fields[n].value]
        if not mendable:
            if problem.severity == "error":
                raise CannotInventError(f"{self.register.name}: {problem.rule} is about what the story fixes: {dict(row)}")
            return False
        # Some at a time, or fields that must agree would chase each other for ever.
        for f in self.chance.sample(mendable, self.chance.randint(1, len(mendable))):
            row[f.name] = self._value(f, wish.choose)
        return True

    def _concerned(self, problem: Problem) -> list[str]:
        """Name the fields a problem is about, and where it is a rule, those its check speaks of."""
        table = self.register.lines_by_name[problem.lines] if problem.lines else self.register
        checks = [rule.check for rule in table.rules if rule.name == problem.rule]
        words = [word for check in checks for word in re.findall(r"[a-z_]+", check)]
        return list(dict.fromkeys([*problem.about, *words]))

    def _mend_lines(self, problem: Problem, lines: LinesOf, wish: Wish) -> bool:
        """Add a line where lines are missed; a warning about lines is left to its reason."""
        if problem.severity == "warning":
            return False
        table = self.register.lines_by_name[problem.about[0]]
        row = {f.name: f.default for f in table.fields if f.default is not None and not f.value}
        self._fill_first(table.fields, row, set(row), wish.choose)
        lines[table.name].append(row)
        return True

    def _give_reasons(self, judgement: Judgement, record: Row) -> None:
        if warnings := [p.key for p in judgement.problems if p.severity == "warning"]:
            record["reasons"] = json.dumps(dict.fromkeys(warnings, REASON), ensure_ascii=False)

    def _value(self, f: Field, choose: Mapping[str, Mapping[str, float]]) -> Value:
        if f.name in choose:
            codes, weights = zip(*choose[f.name].items(), strict=True)
            drawn: str = self.chance.choices(codes, weights)[0]
            return int(drawn) if f.kind.is_number or f.kind_name == "yes_no" else drawn
        if f.name in self.texts and f.kind_name in ("text", "note"):
            return self.chance.choice(self.texts[f.name])
        return _DRAWERS[f.kind_name](self, f)

    def draw_text(self, f: Field) -> Value:
        """Draw a short text that no other record has."""
        self._counter += 1
        return f"{self._counter:03}-{self.chance.randint(10, 99)}"[: f.length]

    def draw_integer(self, f: Field) -> Value:
        """Draw a small number within the field's limits."""
        least = int(f.min or 0)
        return self.chance.randint(least, int(min(f.max if f.max is not None else least + 12, least + 12)))

    def draw_decimal(self, f: Field) -> Value:
        """Draw an amount with two digits within the field's limits."""
        least = Decimal(str(f.min or 0))
        span = min(Decimal(str(f.max)) - least if f.max is not None else Decimal(90), Decimal(90))
        amount = least + span * self.chance.randint(5, 95) / 100
        return int(round(amount, min(f.digits, 2)) * MILLIONTHS)

    def draw_date(self, f: Field) -> Value:
        """Draw a day near the record's own; where a year will do, a birth long before it."""
        if f.precision == "year":
            return (self.day - dt.timedelta(days=self.chance.randint(19 * 366, 60 * 365))).isoformat()
        day = self.day + dt.timedelta(days=self.chance.randint(-3, 20))
        day = day if f.future else min(day, self.last_day)
        return day.isoformat()[: {"month": 7, "year": 4}[f.precision] if f.coarse else 10]

    def draw_time(self, f: Field) -> Value:
        """Draw a time of day."""
        return f"{self.chance.randint(6, 22):02}:{self.chance.choice((0, 10, 15, 20, 30, 40, 45)):02}"

    def draw_yes_no(self, f: Field) -> Value:
        """Draw yes or no."""
        return self.chance.randint(0, 1)

    def draw_choice(self, f: Field) -> Value:
        """Draw a code that was valid on the record's day."""
        valid = [c.code for c in self.codes[f.codes].codes.values() if c.is_valid(self.day.isoformat())]
        return self.chance.choice(valid)

    def draw_choices(self, f: Field) -> Value:
        """Draw one code or two."""
        drawn = {self.draw_choice(f) for _ in range(self.chance.randint(1, 2))}
        return " ".join(code for code in self.codes[f.codes].codes if code in drawn)

    def draw_reference(self, f: Field) -> Value:
        """Draw a record that is there."""
        known = self.known.get(f.register)
        return self.chance.choice(known) if known else None


_DRAWERS = {
    "text": Inventor.draw_text, "note": Inventor.draw_text, "integer": Inventor.draw_integer,
    "decimal": Inventor.draw_decimal, "date": Inventor.draw_date, "time": Inventor.draw_time,
    "yes_no": Inventor.draw_yes_no, "choice": Inventor.draw_choice, "choices": Inventor.draw_choices,
    "reference": Inventor.draw_reference,
}  # fmt: skip

