"""Whose care is in danger: those about to be released, those released and not heard of, and those without treatment now."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from desktop.registers.labels import Label
from desktop.registers.messages import message
from desktop.store.continuity import Course, caring, courses
from desktop.store.vault import Vault

# Days before a release from which it stands on the list, and is urgent.
WINDOWS = (60, 30, 7)
# Days after a release within which most arrive, and after which the person is looked for.
EXPECTED, LATE = 14, 30
# From so many missed days an interruption is worth a visit.
MISSED = 3


@dataclass(frozen=True)
class Due:
    """A course of care with the *day* that matters now and the *days* to it or since it."""

    course: Course
    day: str
    days: int

    @property
    def is_prepared(self) -> bool:
        """Tell whether somebody has begun to write down where the person goes."""
        return bool(self.course.line)


@dataclass(frozen=True)
class Continuities:
    """The three lists of a prison, each with the most urgent first."""

    leaving: list[Due]
    awaited: list[Due]
    interrupted: list[Due]

    def lists(self) -> Iterator[tuple[str, list[Due]]]:
        """Give each list with its name."""
        yield from (("leaving", self.leaving), ("awaited", self.awaited), ("interrupted", self.interrupted))


def zones(vault: Vault) -> list[str]:
    """List the zones of this prison in which care must go on and that this person may write in."""
    if vault.station.is_headquarters:
        return []
    return [zone for zone in vault.zones if vault.may("write", zone) and caring(vault.zone(zone))]


def look(vault: Vault, zone: str) -> Continuities:
    """Look up whose care is in danger today."""
    opened = vault.zone(zone)
    found = [course for register in caring(opened) for course in courses(opened, register)]
    return sort(found, opened.today)


def sort(found: Iterable[Course], today: dt.date) -> Continuities:
    """Sort courses of care into the lists they belong to today; one may stand on two."""
    known = list(found)
    leaving = [Due(one, day, (_date(day) - today).days) for one in known if (day := _leaves(one))]
    awaited = [Due(one, day, (today - _date(day)).days) for one in known if (day := _left(one, today))]
    broken = [Due(one, one.broken_on, (today - _date(one.broken_on)).days) for one in known if _is_interrupted(one, today)]
    return Continuities(
        sorted((due for due in leaving if due.days <= WINDOWS[0] and not _left(due.course, today)), key=lambda due: due.day),
        sorted(awaited, key=lambda due: (-due.days, due.course.number)),
        sorted((due for due in broken if due.days >= MISSED), key=lambda due: (-due.days, due.course.number)),
    )


def _leaves(one: Course) -> str:
    """Give the day on which somebody in care is to leave, "" for nobody."""
    if one.left_on or one.is_settled or not (one.goes_on or one.line):
        return ""
    return one.leaves_on or one.expected_on


def _left(one: Course, today: dt.date) -> str:
    """Give the day on which somebody left who has not been heard of since, "" for nobody."""
    if one.is_settled or (one.left_on and not one.is_free) or not (one.goes_on or one.line):
        return ""
    if one.left_on:
        return one.left_on
    # Written down as gone, though the card of the person does not say so yet.
    return one.leaves_on if one.leaves_on and _date(one.leaves_on) < today and one.done else ""


def _is_interrupted(one: Course, today: dt.date) -> bool:
    return bool(one.goes_on and one.broken_on and not one.left_on and _date(one.broken_on) < today)


def urgency(name: str, due: Due, today: dt.date) -> str:
    """Name how urgent a case on the list *name* is: `error`, `warning`, or `ink` for neither."""
    if name == "leaving":
        return "error" if due.days <= WINDOWS[2] else "warning" if due.days <= WINDOWS[1] else "ink"
    if name == "awaited":
        return "error" if due.days > LATE or not due.is_prepared else "warning" if due.days > EXPECTED else "ink"
    return "error" if is_lost(due, today) else "warning"


def is_lost(due: Due, today: dt.date) -> bool:
    """Tell whether an interruption has lasted so long that the person is lost to follow-up (WHO 2021)."""
    return bool(due.course.lost_on) and due.course.lost_on <= today.isoformat()


def in_words(name: str, due: Due) -> Label:
    """Say how long there is, or how long it has been."""
    if name == "leaving":
        if due.days < 0:
            return message("continuity.ago", n=-due.days)
        return message("continuity.in_days", n=due.days) if due.days else message("continuity.today")
    return message("continuity.days", n=due.days)


def _date(day: str) -> dt.date:
    """Read a day of which the month or the day may be unknown, as early as it can be."""
    return dt.date.fromisoformat((day + "-01-01")[:10])
