"""Invent records of any register from its declaration: nothing here knows a register's fields.

What the story says of a record is drawn, what else is required is filled in, and what the register's own rules object to
is drawn again until they are content.
"""

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from desktop.demo.chance import CannotInventError, Chance, Spec, is_fixed
from desktop.registers.problems import Problem
from desktop.registers.register import TODAY, Field, Lines, Register
from desktop.registers.rules import Judgement, LinesOf, Row
from desktop.store.records import Records

MOST_TRIES = 100
ENOUGH_TRIES = 6  # after these, what is only unlikely is given a reason
REASON = "проверено, верно"


@dataclass(frozen=True)
class Wish:
    """What the story says of one record and of its lines, field by field."""

    values: Mapping[str, Spec] = field(default_factory=dict)
    lines: Mapping[str, list[dict[str, Spec]]] = field(default_factory=dict)

    def of_row(self, problem: Problem) -> Mapping[str, Spec]:
        """Give what is said of the row that *problem* is about."""
        if not problem.lines:
            return self.values
        rows = self.lines.get(problem.lines, ())
        return rows[problem.line] if problem.line < len(rows) else {}


def last_day_of(month: str) -> dt.date:
    """Give the last day of *month*."""
    return (dt.date.fromisoformat(f"{month}-01") + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)


class Inventor:
    """Invents the records of one register in one prison."""

    def __init__(self, records: Records, chance: Chance, reasons: Mapping[str, str] | None = None) -> None:
        """Explain warnings by *reasons*, by the names of rules."""
        self.records, self.chance, self.reasons = records, chance, reasons or {}
        self.register = records.register

    def invent(self, month: str, wish: Wish, until: str = "") -> tuple[Row, LinesOf]:
        """Make a record of *month* as it can be known in the month *until*, ready to be saved. Raises CannotInventError."""
        self.chance.go_to(dt.date.fromisoformat(f"{month}-01"), last_day_of(month), last_day_of(until or month))
        counted = self.register.by_name[self.register.counts_on]
        if said := wish.values.get(counted.name):
            self.chance.day = dt.date.fromisoformat(f"{said}-01"[:10])
        day = month if counted.coarse else self.chance.day.isoformat()
        wish = Wish({counted.name: day} | dict(wish.values), wish.lines)
        record = self._row(self.register, wish.values)
        lines = {
            table.name: [self._row(table, specs, place) for place, specs in enumerate(wish.lines.get(table.name, ()), 1)]
            for table in self.register.lines
        }
        self.settle(record, lines, wish)
        return record, lines

    def settle(self, record: Row, lines: LinesOf, wish: Wish) -> None:
        """Change what the rules object to, and give reasons for what stays unlikely. Raises CannotInventError."""
        for tried in range(MOST_TRIES):
            judgement = self.records.judge(record, lines)
            problems = [p for p in judgement.problems if p.severity == "error" or self._is_mended(p, tried)]
            if not self._mend(judgement, problems, record, lines, wish):
                break
        if judgement.has_errors:
            said = [f"{p.key}: {p.text['en']}" for p in judgement.problems if p.severity == "error"]
            raise CannotInventError(f"{self.register.name}: {'; '.join(said)} in {record} {lines}")
        warnings = {p.key: self.reasons.get(p.rule, REASON) for p in judgement.problems}
        record["reasons"] = json.dumps(warnings, ensure_ascii=False) if warnings else None

    def _is_mended(self, warning: Problem, tried: int) -> bool:
        """Tell whether something unlikely is drawn again, rather than explained."""
        return tried < ENOUGH_TRIES and warning.rule not in self.reasons

    def _row(self, table: Register | Lines, specs: Mapping[str, Spec], place: int = 1) -> Row:
        """Draw what is said of a row, and what it must have beside that."""
        row: Row = {}
        for f in table.fields:
            if f.value:
                continue
            if f.name in specs:
                row[f.name] = self.chance.draw(f, specs[f.name], place)
            elif f.default is not None:
                row[f.name] = self.chance.day.isoformat() if f.default == TODAY else f.default
            elif (f.required and not f.ask_if) or self.chance.random.random() < self.chance.fills:
                row[f.name] = self.chance.draw(f)
        return row

    def _mend(self, judgement: Judgement, problems: Sequence[Problem], record: Row, lines: LinesOf, wish: Wish) -> bool:
        """Change what the rules object to, and tell whether anything was changed."""
        changed = _clear_not_asked(judgement, record, lines)
        for problem in problems:
            if problem.rule.endswith(".at_least"):
                table = self.register.lines_by_name[problem.about[0]]
                lines[table.name].append(self._row(table, {}, len(lines[table.name]) + 1))
                changed = True
            elif not problem.rule.endswith(".asked"):
                row = lines[problem.lines][problem.line] if problem.lines else record
                changed |= self._draw_again(problem, row, wish.of_row(problem))
        return changed

    def _draw_again(self, problem: Problem, row: Row, specs: Mapping[str, Spec]) -> bool:
        concerned = [f for f in self._concerned(problem) if self._is_open(f, row, specs)]
        # Some at a time, or fields that must agree would chase each other for ever.
        for f in self.chance.random.sample(concerned, self.chance.random.randint(min(1, len(concerned)), len(concerned))):
            row[f.name] = self.chance.draw(f, specs.get(f.name), problem.line + 1)
        return bool(concerned)

    def _is_open(self, f: Field, row: Row, specs: Mapping[str, Spec]) -> bool:
        """Tell whether drawing *f* again may help: not where the story fixes it, nor where it wants nothing said."""
        if f.name not in specs:
            return f.required or self.chance.fills > 0
        return specs[f.name] != "" and (row.get(f.name) is None or not is_fixed(specs[f.name]))

    def _concerned(self, problem: Problem) -> Iterator[Field]:
        """Name the fields a problem is about and, where it is a rule, those its check speaks of."""
        table = self.register.lines_by_name[problem.lines] if problem.lines else self.register
        checks = [rule.check for rule in table.rules if rule.name == problem.rule]
        words = [word for check in checks for word in re.findall(r"[a-z_]+", check)]
        for name in dict.fromkeys([*problem.about, *words]):
            if (f := table.by_name.get(name)) and not f.value:
                yield f


def _clear_not_asked(judgement: Judgement, record: Row, lines: LinesOf) -> bool:
    rows = [(record, judgement.not_asked)]
    rows += [(lines[name][place], names) for (name, place), names in judgement.lines_not_asked.items()]
    cleared = [row.pop(name, None) for row, names in rows for name in names if row.get(name) is not None]
    return bool(cleared)
