"""Find records that may be one event recorded twice, by what their register declares that two such records share."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.registers.folding import fold
from desktop.registers.kinds import Value
from desktop.registers.labels import LANGUAGES, Label
from desktop.registers.messages import message
from desktop.registers.register import Field
from desktop.registers.rules import LinesOf, Row
from desktop.registers.states import VOID
from desktop.store.records import Incoming, Records

_WHOLE_DAY = len("2013-03-28")
_AT_ONCE = 500

# The key among a record's reasons under which stands why it is no double.
DOUBLE = "double"

Key = tuple[Value, ...]


@dataclass(frozen=True)
class Double:
    """A record that an arriving one resembles, and by what."""

    other: Incoming
    why: Label


class Doubles:
    """The records of one register that a new one may repeat: those kept, and those that files planned before would add."""

    def __init__(self, records: Records) -> None:
        """Compare by what the register of *records* declares; one that declares nothing has no doubles."""
        register = records.register
        self._records, self._register = records, register
        self._exact = [name for name in register.resembles if name != register.counts_on]
        self._planned: dict[Key, list[Incoming]] = {}

    def find(self, arriving: Sequence[Incoming]) -> dict[str, Double]:
        """Give what each of the new records *arriving* resembles, and remember them for those that come after."""
        if not self._register.resembles:
            return {}
        keys = {item.record["uid"]: key for item in arriving if (key := self._key(item))}
        kept = self._kept([item for item in arriving if item.record["uid"] in keys], set(keys.values()))
        found: dict[str, Double] = {}
        for item in arriving:
            if key := keys.get(item.record["uid"]):
                twins = [*kept.get(key, ()), *self._planned.get(key, ())]
                if double := next((twin for twin in twins if self._is_near(twin, item)), None):
                    found[item.record["uid"]] = Double(double, self._why(double, item))
                self._planned.setdefault(key, []).append(item)
        return found

    def _key(self, item: Incoming) -> Key | None:
        """Give what must be equal; None where any of it is empty, for then nothing speaks for a double."""
        values = tuple(self._value(item, name) for name in self._exact)
        return None if any(value in (None, "") for value in values) else values

    def _value(self, item: Incoming, name: str) -> Value:
        lines, _, of_line = name.partition(".")
        if not of_line:
            f = self._register.by_name.get(name)
            return _comparable(f, item.record.get(name)) if f else item.record.get(name)
        f = self._register.lines_by_name[lines].by_name[of_line]
        values = [_comparable(f, row.get(of_line)) for row in item.lines.get(lines, ())]
        return "\n".join(sorted(str(value) for value in values if value is not None))

    def _is_near(self, one: Incoming, other: Incoming) -> bool:
        days = self._apart(one, other)
        return days is not None and days <= self._register.resembles_within

    def _apart(self, one: Incoming, other: Incoming) -> int | None:
        """Count the days between two records; None for dates of which only month or year is known, unless they are equal."""
        a, b = (str(item.record.get(self._register.counts_on) or "") for item in (one, other))
        if a == b:
            return 0
        if len(a) == len(b) == _WHOLE_DAY:
            return abs((dt.date.fromisoformat(a) - dt.date.fromisoformat(b)).days)
        return None

    def _why(self, one: Incoming, other: Incoming) -> Label:
        names = [name for name in self._register.resembles if name != self._register.counts_on]
        same = [self._label(name) for name in names]
        when = self._label(self._register.counts_on)
        if days := self._apart(one, other):
            return message("double.why_apart", fields=_joined(same), date=when, n=days)
        return message("double.why", fields=_joined([when, *same]))

    def _label(self, name: str) -> Label:
        lines, _, of_line = name.partition(".")
        if of_line:
            return self._register.lines_by_name[lines].by_name[of_line].label
        f = self._register.by_name.get(name) or self._records.zone.definitions.header.by_name[name]
        return f.label

    def _kept(self, arriving: Sequence[Incoming], wanted: set[Key]) -> dict[Key, list[Incoming]]:
        """Read the kept records that have one of the keys *wanted* on the days of those *arriving* or near them."""
        days = sorted({day for item in arriving for day in self._days(item)})
        here = {item.record["uid"] for item in arriving}
        heads = {key[: self._of_record] for key in wanted}
        uids = [row["uid"] for row in self._rows(days) if row["uid"] not in here and self._head(row) in heads]
        found: dict[Key, list[Incoming]] = {}
        for item in self._records.stored(uids).values():
            if (key := self._key(item)) in wanted and key is not None:
                found.setdefault(key, []).append(item)
        return found

    @property
    def _of_record(self) -> int:
        """Count how many of the compared values stand before the first of lines."""
        return next((place for place, name in enumerate(self._exact) if "." in name), len(self._exact))

    def _head(self, row: Row) -> Key:
        """Give the beginning of a record's key, which takes no lines."""
        return tuple(self._value(Incoming(row, {}), name) for name in self._exact[: self._of_record])

    def _days(self, item: Incoming) -> Iterator[str]:
        day = str(item.record.get(self._register.counts_on) or "")
        if len(day) != _WHOLE_DAY:
            yield day
            return
        middle = dt.date.fromisoformat(day)
        for distance in range(-self._register.resembles_within, self._register.resembles_within + 1):
            yield (middle + dt.timedelta(distance)).isoformat()

    def _rows(self, days: Sequence[str]) -> Iterator[dict[str, Any]]:
        register = self._register
        names = ", ".join(f'"{name}"' for name in dict.fromkeys(["uid", *self._exact[: self._of_record]]))
        for start in range(0, len(days), _AT_ONCE):
            part = days[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(part))
            sql = f'select {names} from {register.table} where "{register.counts_on}" in ({marks}) and state != ?'
            yield from self._records.zone.select(sql, [*part, VOID])


def double_of(records: Records, record: Row, lines: LinesOf) -> Double | None:
    """Give the stored record that one being typed resembles; None where nothing speaks for a double."""
    uid = record.get("uid") or ""
    typed = Incoming({**record, "uid": uid, "prison": records.zone.station.prison}, lines)
    return Doubles(records).find([typed]).get(uid)


def _comparable(f: Field, value: Value) -> Value:
    if value is None or not f.kind.is_words:
        return value
    return " ".join(sorted(str(value).split())) if f.codes else fold(str(value))


def _joined(labels: Sequence[Label]) -> Label:
    return Label({language: ", ".join(label[language] for label in labels) for language in LANGUAGES})
