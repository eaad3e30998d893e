"""Records about which a person may decide at the merge: two contents of one revision, or two records of one event."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from desktop.registers.kinds import Reading
from desktop.registers.labels import Label
from desktop.registers.register import Field, Register
from desktop.registers.rules import Row
from desktop.store.records import Incoming
from desktop.store.vault import Vault

# Of the header of a record, what a person compares.
_HEADER = ("prison", "state", "revision", "void_reason", "remarks")


@dataclass(frozen=True)
class Contest:
    """A record that is *kept* and one that is *arriving*, and *why* somebody should look at both.

    In a conflict the kept one stands unless a person takes the arriving; of a possible double both are kept.
    """

    about: Literal["conflict", "double"]
    register: str
    number: str
    kept: Incoming
    arriving: Incoming
    why: Label

    @property
    def uid(self) -> str:
        """Give the record that arrives."""
        return str(self.arriving.record["uid"])

    @property
    def choices(self) -> tuple[str, str]:
        """Name what may be chosen: first what happens where nobody chooses, then what needs a reason."""
        return ("kept", "arriving") if self.about == "conflict" else ("both", "same")


@dataclass(frozen=True)
class Pair:
    """One value in two records, as a person reads it; *lines* says of which line of them."""

    label: str
    kept: str
    arriving: str
    lines: str = ""

    @property
    def differs(self) -> bool:
        """Tell whether the two records differ in it."""
        return self.kept != self.arriving


def side_by_side(vault: Vault, register: Register, kept: Incoming | None, arriving: Incoming, language: str) -> list[Pair]:
    """Set two records side by side, value by value, leaving out what is empty in both."""
    was = kept or Incoming({}, {})
    teller = _Teller(vault, register, language)
    found = list(teller.pairs((*register.fields, *teller.header), was.record, arriving.record))
    for table in register.lines:
        for place, (old, new) in enumerate(_paired(was.lines.get(table.name, []), arriving.lines.get(table.name, [])), 1):
            found += teller.pairs(table.fields, old, new, f"{table.label[language]} {place}")
    return found


def _paired(old: list[Row], new: list[Row]) -> Iterator[tuple[Row, Row]]:
    """Put lines beside each other that are the same line, and those that are not, in their order."""
    by_uid = {row["uid"]: row for row in new}
    left_old = [row for row in old if row["uid"] not in by_uid]
    known = {row["uid"] for row in old}
    left_new = [row for row in new if row["uid"] not in known]
    yield from ((row, by_uid[row["uid"]]) for row in old if row["uid"] in by_uid)
    for place in range(max(len(left_old), len(left_new))):
        yield left_old[place] if place < len(left_old) else {}, left_new[place] if place < len(left_new) else {}


class _Teller:
    """Writes the values of two rows as a person reads them."""

    def __init__(self, vault: Vault, register: Register, language: str) -> None:
        self.reading = Reading(vault.zone(register.zone).today, dict(vault.definitions.codes))
        self.header = [vault.definitions.header.by_name[name] for name in _HEADER]
        self.language = language

    def pairs(self, fields: "tuple[Field, ...]", old: Row, new: Row, lines: str = "") -> Iterator[Pair]:
        """Give the values that are not empty in both."""
        for f in fields:
            pair = Pair(f.label[self.language], self._show(f, old), self._show(f, new), lines)
            if not f.identifies and (pair.kept or pair.arriving):
                yield pair

    def _show(self, f: Field, row: Row) -> str:
        value = row.get(f.name)
        if value is None:
            return ""
        shown = f.kind.show(value, f, self.reading, self.language)
        unit = self.reading.codes["units"].codes.get(f.unit)
        return f"{shown} {unit.label[self.language]}" if unit else shown
