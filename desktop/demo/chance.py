"""Draw the values that the story leaves to chance: the same for the same seed.

What the story says of a value is a *spec*: a value; a list to choose from; a table of weights; a range `4..30` in the
field's own unit (`~4..30` goes on from the value before, `=4..30` stays at the first); days after the record's day, or
years (`-60y..-19y`), for a date; a text with gaps (`{men} №##`) filled from the words of the story and with digits. An
empty text leaves the field empty, and so does a day that has not come yet.
"""

import datetime as dt
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from desktop.registers.codes import CodeList
from desktop.registers.kinds import MILLIONTHS, Value
from desktop.registers.register import Field

Spec = Any

_RANGE = re.compile(r"(?P<sign>[~=]?)(?P<least>-?\d[\d.:]*?y?)\.\.(?P<most>-?\d[\d.:]*y?)")
_RANGED = ("integer", "decimal", "date", "time")
_STEPS = 50  # a value that goes on from the one before moves by a fiftieth of it at most


class CannotInventError(Exception):
    """The story and a declaration do not go together: names the register and what remains wrong."""


@dataclass
class Chance:
    """Draws for one prison: *day* is that of the record being made, *today* the last that can be known of by then.

    *last_day* is the end of the story, *known* holds the numbers of records by register; *fills* is the share of optional
    fields that are filled in although nothing is said of them.
    """

    random: random.Random
    codes: Mapping[str, CodeList]
    words: Mapping[str, Sequence[str]]
    last_day: dt.date
    fills: float = 0
    day: dt.date = dt.date.min
    today: dt.date = dt.date.max
    known: dict[str, list[str]] = field(default_factory=dict)
    before: dict[str, int] = field(default_factory=dict)

    def go_to(self, first: dt.date, last: dt.date, today: dt.date) -> None:
        """Choose the day of the next record, which is written down, with all that is known by then, until *today*."""
        self.today = min(today, self.last_day)
        last = min(last, self.today)
        self.day = first + dt.timedelta(days=self.random.randint(0, (last - first).days))

    def draw(self, f: Field, spec: Spec = None, place: int = 1) -> Value:
        """Draw a value of *f* as *spec* says, for the line at *place*. Raises CannotInventError."""
        if isinstance(spec, list):
            return self.draw(f, self.random.choice(spec), place)
        if isinstance(spec, Mapping):
            return self.draw(f, self.random.choices([*spec], [*spec.values()])[0], place)
        if spec == "":
            return None
        if f.kind_name in _RANGED and isinstance(spec, str) and (found := _RANGE.fullmatch(spec)):
            return self._between(f, found)
        return self._unsaid(f) if spec is None else self._said(f, spec, place)

    def _between(self, f: Field, found: re.Match[str]) -> Value:
        if f.kind_name == "integer":
            return _number(self, f.name, found)
        if f.kind_name == "date":
            return _date(self, f, found)
        return (_amount if f.kind_name == "decimal" else _time)(self, found)

    def _said(self, f: Field, spec: Spec, place: int) -> Value:
        if f.kind_name in ("text", "note"):
            return self._fill_gaps(str(spec), place)
        if f.kind_name == "decimal":
            return int(Decimal(str(spec)) * MILLIONTHS)
        if f.kind_name == "reference" and spec == "*":
            return self._any_known(f)
        return int(spec) if f.kind.is_number or f.kind_name == "yes_no" else str(spec)

    def _fill_gaps(self, text: str, place: int) -> str:
        filled = text.format_map(_Gaps(self, place))
        return re.sub("#", lambda _: str(self.random.randint(0, 9)), filled)

    def _any_known(self, f: Field) -> Value:
        known = self.known.get(f.register)
        return self.random.choice(known) if known else None

    def _unsaid(self, f: Field) -> Value:
        """Draw what the declaration allows, and words of the story under the field's own name where there are any."""
        if f.codes:
            valid = [row.code for row in self.codes[f.codes].codes.values() if row.is_valid(self.day.isoformat())]
            return self.random.choice(valid)
        if f.kind_name in ("integer", "decimal"):
            least = f.min or 0
            return self.draw(f, round(self.random.uniform(least, min(f.max or least + 20, least + 20)), min(f.digits, 2)))
        if f.kind_name in ("text", "note"):
            return self._fill_gaps(f"{{{f.name}}}" if f.name in self.words else "###-##", 1)[: f.length]
        return self.draw(f, _UNSAID[f.kind_name])


_UNSAID: dict[str, Spec] = {"yes_no": [0, 1], "date": "-3..20", "time": "06:00..22:00", "reference": "*"}


class _Gaps(dict[str, Any]):
    """Fills the gaps of a text: words of the story by their name, and when and at which place a line is made."""

    def __init__(self, chance: Chance, place: int) -> None:
        super().__init__(n=place, year=chance.day.year, month=f"{chance.day.month:02}", day=f"{chance.day:%d.%m.%Y}")
        self.chance = chance

    def __missing__(self, name: str) -> str:
        if name not in self.chance.words:
            raise CannotInventError(f"there are no words named {name}")
        return self.chance.random.choice(self.chance.words[name])


def _written(day: dt.date, f: Field) -> str:
    return day.isoformat()[: {"month": 7, "year": 4}[f.precision] if f.coarse else 10]


def _days(written: str) -> int:
    return round(float(written[:-1]) * 365.25) if written.endswith("y") else int(written)


def _minutes(written: str) -> int:
    hour, _, minute = written.partition(":")
    return int(hour) * 60 + int(minute or 0)


def _number(chance: Chance, name: str, found: re.Match[str]) -> int:
    least, most = int(found["least"]), int(found["most"])
    before = chance.before.get(name) if found["sign"] else None
    if before is None:
        drawn = chance.random.randint(least, most)
    else:
        step = before // _STEPS + 1 if found["sign"] == "~" else 0
        drawn = min(most, max(least, before + chance.random.randint(-step, step)))
    chance.before[name] = drawn
    return drawn


def _amount(chance: Chance, found: re.Match[str]) -> Value:
    digits = max(len(found[name].partition(".")[2]) for name in ("least", "most"))
    scale: int = 10**digits
    least, most = (int(Decimal(found[name]) * scale) for name in ("least", "most"))
    return chance.random.randint(least, most) * MILLIONTHS // scale


def _date(chance: Chance, f: Field, found: re.Match[str]) -> Value:
    least, most = (_days(found[name]) for name in ("least", "most"))
    day = chance.day + dt.timedelta(days=chance.random.randint(least, most))
    if day > chance.today and not f.future:
        if not f.required:
            return None
        day = chance.today
    return _written(day, f)


def _time(chance: Chance, found: re.Match[str]) -> Value:
    least, most = (_minutes(found[name]) for name in ("least", "most"))
    hour, minute = divmod(chance.random.randrange(least, most + 1, 5), 60)
    return f"{hour:02}:{minute:02}"


def is_fixed(spec: Spec) -> bool:
    """Tell whether drawing *spec* again would give the same."""
    return not isinstance(spec, list | Mapping) and not (isinstance(spec, str) and re.search(r"\.\.|[#{*]", spec))
