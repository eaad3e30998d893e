"""Draw records around an SQL expression, so that a test can see it both true and false without knowing any register."""

import random
import re

from desktop.registers.kinds import MILLIONTHS
from desktop.registers.register import Lines

# Few texts, so that they meet; among them a whole PIN and numbers with a right and a wrong check digit.
TEXTS = (None, "a", "b", "12345678901234", "490154203237518", "490154203237519")
DAYS = (None, "2012-02-28", "2012-02-29", "2012-03-20", "2012-03-21", "2012-09-30", "2013-03-20", "2030-01-01")
COARSE = {"day": DAYS, "month": (*DAYS, "2012-03", "2013-01"), "year": (*DAYS, "2012-03", "1890", "1985", "2000")}


def words(expression):
    """Name what *expression* speaks of, its texts left out."""
    return set(re.findall(r"[a-z_]\w*", re.sub(r"'[^']*'", "", expression)))


def involved(register, expression):
    """Name the fields that *expression* depends on, through computed fields too, and the lines it looks into."""
    fields = {f.name: f for table in register.tables for f in table.fields}
    found, waiting = set(), words(expression)
    while waiting:
        name = waiting.pop()
        found.add(name)
        if name in fields and fields[name].value:
            waiting |= words(fields[name].value) - found
    return found


class Prober:
    """Draws records like a *base* one, in which all that an expression speaks of is drawn anew."""

    def __init__(self, register, codes, expression, base, chance=None):
        self.register, self.codes, self.base = register, codes, base
        self.chance = chance or random.Random(expression)
        self.names = involved(register, expression)
        whole = " ".join(
            [expression, *(f.value for t in register.tables for f in t.fields if f.value and f.name in self.names)]
        )
        self.texts = re.findall(r"'([^']*)'", whole)
        self.numbers = [float(n) for n in re.findall(r"(?<![\w.])\d+(?:\.\d+)?", whole)]

    def draw(self, table=None):
        """Draw one record with its lines; a line of *table* is always there."""
        record, lines = self.base
        record = self._redrawn(self.register, record)
        lines = {t.name: self._rows(t, lines.get(t.name, []), at_least=t is table) for t in self.register.lines}
        return record, lines

    def _rows(self, table, rows, *, at_least):
        if table.name in self.names or at_least:
            counts = [int(at_least), 1, 2, 3, *(int(n) for n in self.numbers if 3 < n <= 20)]
            return [self._redrawn(table, rows[0] if rows else {}) for _ in range(self.chance.choice(counts))]
        return [dict(row) for row in rows]

    def _redrawn(self, table, row):
        drawn = {f.name: self.value(f) for f in table.fields if f.name in self.names and not f.value}
        return {name: value for name, value in row.items() if name != "uid"} | drawn

    def value(self, f):
        """Draw a value that may make a difference to the expression."""
        if f.codes:
            return self._code(f)
        if f.kind_name in ("integer", "decimal"):
            near = [n + d for n in self.numbers for d in (-1, 0, 1)]
            number = self.chance.choice([None, 0, 1, 2, 5, *near])
            return number if number is None else int(number * (MILLIONTHS if f.kind_name == "decimal" else 1))
        drawers = {"yes_no": (None, 0, 1), "date": COARSE[f.precision], "time": (None, "10:00"), "reference": (None, "X-1")}
        return self.chance.choice(drawers.get(f.kind_name, TEXTS))

    def _code(self, f):
        listed = self.codes[f.codes].codes
        named = [code for code in self.texts if code in listed]
        code = self.chance.choice([None, *named, *named, self.chance.choice(list(listed))])
        if f.kind_name == "choices" and code and self.chance.random() < 0.5:
            return " ".join(dict.fromkeys([code, self.chance.choice(list(listed))]))
        return code


def seen(judge, register, codes, expression, table, base, tell, tries=600):
    """Draw records around *expression* until *tell* has said both yes and no of one; give what it said, with an example."""
    prober = Prober(register, codes, expression, base)
    found = {}
    lines = table if isinstance(table, Lines) else None
    for _ in range(0, tries, 50):
        drawn = [prober.draw(lines) for _ in range(50)]
        for (record, rows), judgement in zip(drawn, judge.judge_all(drawn), strict=True):
            for said in tell(judgement, rows):
                found.setdefault(said, (record, rows, judgement))
        if len(found) == 2:
            break
    return found
