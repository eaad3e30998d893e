"""The clock of the computer, which is often wrong here: read in one place, doubted, never relied on for order.

Every event is stamped with what the clock says. In doubt the stamp carries the last moment that was sure as well
(`2001-01-01T00:07:12+06:00?2013-03-28T17:40:03+06:00`), so the last event alone tells what to doubt the next by.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from desktop.registers.labels import Label
from desktop.registers.messages import message

# The program was built after this day: a clock before it is wrong.
BUILT_AFTER = dt.date(2026, 1, 1)

# A clock put right by hand, or a wrong time zone mended, moves this much without any harm to a register of days.
SLACK = dt.timedelta(hours=1)

# Every station hands off once a month, so a longer silence means that the clock has jumped, or that nobody was here.
FAR_AHEAD = dt.timedelta(days=45)

IN_DOUBT = "?"


@dataclass(frozen=True)
class ClockDoubt:
    """Why the date is doubtful: what the clock says, and the day it was compared with."""

    kind: Literal["before_build", "behind", "ahead"]
    clock: dt.date
    known: dt.date

    @property
    def text(self) -> Label:
        """Word the doubt for the banner, with what to do."""
        return message(f"clock.{self.kind}", clock=f"{self.clock:%d.%m.%Y}", known=f"{self.known:%d.%m.%Y}")


def now() -> dt.datetime:
    """Read the clock: local time with its offset."""
    return dt.datetime.now().astimezone()


def doubt(clock: dt.datetime, sure: dt.datetime | None) -> ClockDoubt | None:
    """Tell what is doubtful about *clock*, where the last sure event happened at *sure*."""
    if clock.date() < BUILT_AFTER:
        return ClockDoubt("before_build", clock.date(), BUILT_AFTER)
    if sure and clock < sure - SLACK:
        return ClockDoubt("behind", clock.date(), sure.date())
    if sure and clock > sure + FAR_AHEAD:
        return ClockDoubt("ahead", clock.date(), sure.date())
    return None


def stamp(last: str, *, confirmed: bool = False) -> str:
    """Write down the moment of an event that follows the one stamped *last*, marked where the clock is in doubt.

    A person who has *confirmed* the date is believed, except against the day the program was built.
    """
    clock, sure = now(), sure_moment(last)
    found = doubt(clock, None if confirmed else sure)
    return f"{_written(clock)}{IN_DOUBT}{_written(sure) if sure else ''}" if found else _written(clock)


def sure_moment(stamped: str) -> dt.datetime | None:
    """Give the last moment that was sure when an event was stamped, None where there is none."""
    clock, marked, sure = stamped.partition(IN_DOUBT)
    try:
        return dt.datetime.fromisoformat(sure if marked else clock)
    except ValueError:  # no event yet, or one that was tampered with, which must not keep the file from opening
        return None


def shown(stamped: str) -> str:
    """Write the moment of an event for a person, as the clock said it."""
    clock = stamped.partition(IN_DOUBT)[0]
    try:
        return f"{dt.datetime.fromisoformat(clock):%d.%m.%Y %H:%M}"
    except ValueError:
        return clock


def _written(moment: dt.datetime) -> str:
    return moment.isoformat(timespec="seconds")
