"""Search all registers for one text: what holds it in each, the newest first. Looking through them is no look at a record."""

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.registers.folding import fold, swap_layout
from desktop.registers.rules import Row
from desktop.store.records import Filter, Records

# Fewer letters are in every other record.
SHORTEST = 2


@dataclass(frozen=True)
class Hits:
    """What was found in a register: how many records, and the first of them with their lines."""

    register: str
    count: int
    rows: Sequence[Row]


def ways(text: str) -> list[str]:
    """Give the texts to look for, in turn until one is found: as typed, and as it would be on the other keyboard layout."""
    found = [way for way in dict.fromkeys((text.strip(), swap_layout(text.strip()))) if len(fold(way)) >= SHORTEST]
    return found if len(fold(text)) >= SHORTEST else []


def hits(records: Records, text: str, most: int) -> Hits:
    """Find the records of a register that hold every word of *text*, and read the newest *most* of them."""
    ids = records.ids(Filter(text=text))
    return Hits(records.register.name, len(ids), records.rows(ids[:most]) if ids else ())


def named(records: Records, uids: Sequence[str]) -> list[Row]:
    """Read the records of *uids* as their list does, in that order; what is no longer there is left out."""
    ids = [found for uid in uids if (found := records.id_of(uid)) is not None]
    return records.rows(ids) if ids else []
