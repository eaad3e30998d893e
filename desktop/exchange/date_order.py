"""Find the columns in which somebody wrote the month before the day, for then a date like 04.03.2013 may be either.

A day is read first, as everybody here writes it. Where one date of a column can only have the month first, that is no longer
sure of the others of this column: they are asked about, and never guessed.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from desktop.registers.kinds import Cell, clean

_BETWEEN = r"[./\-, ]+"
# What may follow a date in its cell: a time, or the word for year.
_WRITTEN = re.compile(rf"(\d{{1,2}}){_BETWEEN}(\d{{1,2}}){_BETWEEN}(?:\d{{4}}|\d{{2}})(?!\d)", re.ASCII)
_RUN_TOGETHER = re.compile(r"(\d{2})(\d{2})(?:\d{4}|\d{2})", re.ASCII)
_MONTHS = 12
_LONGEST_MONTH = 31


@dataclass(frozen=True)
class MonthFirst:
    """A column with a date that can only have its month first: that date, and the rows whose dates may be two days."""

    example: str
    rows: frozenset[int]


def month_first(column: Mapping[int, Cell], *, typed: Iterable[int] = ()) -> MonthFirst | None:
    """Tell which rows of a column of dates may be another day than they look; None where no date has the month first.

    Of real dates only those in the rows *typed* are doubtful: a program that takes days first turns 03/04/2013 into the third
    of April and leaves 03/28/2013 as text. One real date after the twelfth shows that this did not happen.
    """
    example = next((str(cell).strip() for cell in column.values() if _has_month_first(cell)), "")
    if not example:
        return None
    days = {row: cell.day for row, cell in column.items() if isinstance(cell, dt.date)}
    doubtful = set(typed) if all(day <= _MONTHS for day in days.values()) else set()
    rows = {row for row, cell in column.items() if (row in doubtful or row not in days) and _may_be_either(cell)}
    return MonthFirst(example, frozenset(rows))


def _parts(cell: Cell) -> tuple[int, int] | None:
    """Give the first two numbers of a date as they stand; those of a real date in the order in which it was read."""
    if isinstance(cell, dt.date):
        return cell.day, cell.month
    written = f"{cell:.0f}" if isinstance(cell, float) and cell.is_integer() else clean(str(cell or "")).strip()
    match = _WRITTEN.match(written) or _RUN_TOGETHER.fullmatch(written)
    return (int(match[1]), int(match[2])) if match else None


def _has_month_first(cell: Cell) -> bool:
    parts = _parts(cell)
    return parts is not None and 1 <= parts[0] <= _MONTHS < parts[1] <= _LONGEST_MONTH


def _may_be_either(cell: Cell) -> bool:
    parts = _parts(cell)
    return parts is not None and all(1 <= part <= _MONTHS for part in parts) and parts[0] != parts[1]
