"""What waits for a person, in words: each line with its urgency, and where to go for it."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from desktop.gui.home_cards import Line
from desktop.gui.words import Words
from desktop.registers.register import Register
from desktop.registers.reminders import Reminder
from desktop.store import due
from desktop.store.due import Counts, MonthDue
from desktop.store.vault import Vault

# From so many days on before its last day, a hand-off presses.
SOON = 5


@dataclass(frozen=True)
class Ways:
    """Where the lines lead: to a page, to the drafts of a register, to records told by their uids; or a date is found right."""

    page: Callable[[str], None]
    drafts: Callable[[str], None]
    records: Callable[[str, str, list[str]], None]
    date_is_right: Callable[[], None]


def lines_of_clock(vault: Vault, words: Words, ways: Ways) -> Iterator[Line]:
    """Tell that the date is doubtful, once for all zones."""
    doubts = (vault.zone(name).clock_doubt for name in vault.zones)
    if doubt := next(filter(None, doubts), None):
        yield Line("warning", words.of(doubt.text), words("window.date_is_right"), ways.date_is_right)


def lines_of_zone(zone_name: str, vault: Vault, words: Words, ways: Ways) -> Iterator[Line]:
    """Tell what a zone waits for: the hand-off of its month, the questions about its records."""
    from desktop.gui.pages import HAND_OFF, QUESTIONS, RECEIPTS

    zone, name = vault.zone(zone_name), words.of(vault.definitions.codes["zones"].codes[zone_name].label)
    headquarters = zone.station.is_headquarters
    if not headquarters and vault.may("hand_off", zone.name) and (found := due.month_due(zone)).is_expected:
        look, text = _of_month(found, name, zone.today, words)
        more = f" · {words('home_due.waiting', n=found.waiting)}" if found.waiting else ""
        page = partial(ways.page, HAND_OFF) if look != "good" or found.waiting else None
        yield Line("notice" if look == "good" and found.waiting else look, text + more, words("handoff_page.title"), page)
    if vault.may("merge" if headquarters else "hand_off", zone.name) and (count := due.questions_waiting(zone)):
        text = words("home_due.answers" if headquarters else "home_due.questions", zone=name, n=count)
        yield Line("warning", text, words("home.open"), partial(ways.page, QUESTIONS if headquarters else RECEIPTS))


def _of_month(found: MonthDue, zone: str, today: dt.date, words: Words) -> tuple[str, str]:
    told = {"zone": zone, "month": words.month(found.month)}
    if found.revision:
        return "good", words("home_due.handed_off", **told)
    left = found.days_left(today)
    if left is None or found.day is None:
        return "notice", words("home_due.hand_off_open", **told)
    told["day"] = f"{found.day:%d.%m.%Y}"
    if left < 0:
        return "error", words("home_due.hand_off_past", n=-left, **told)
    if not left:
        return "warning", words("home_due.hand_off_today", **told)
    return "warning" if left <= SOON else "notice", words("home_due.hand_off_left", n=left, **told)


def lines_of_register(register: Register, found: Counts, vault: Vault, words: Words, ways: Ways) -> Iterator[Line]:
    """Tell what is not finished in a register."""
    if not vault.may("write", register.zone):
        return
    name = words.of(register.label)
    if found.drafts:
        text = words("home_due.drafts", register=name, n=found.drafts)
        yield Line("draft", text, words("home.open"), partial(ways.drafts, register.name))
    if found.warned:
        text = words("home_due.warned", register=name, n=found.warned)
        uids = due.warned(vault.records(register.name))
        yield Line("notice", text, words("home.open"), partial(ways.records, text, register.name, uids))


def lines_of_reminder(register: Register, reminder: Reminder, vault: Vault, words: Words, ways: Ways) -> Iterator[Line]:
    """Tell of the records that a register reminds of."""
    if found := due.recalled(vault.zone(register.zone), register, reminder):
        text = words("home_due.reminder", text=words.of(reminder.text), n=len(found))
        uids = [one.uid for one in found]
        yield Line(
            reminder.severity, text, words("home.open"), partial(ways.records, words.of(reminder.text), register.name, uids)
        )


def lines_of_prisons(vault: Vault, words: Words, ways: Ways) -> Iterator[Line]:
    """Tell at headquarters which month is not complete though its day is past."""
    from desktop.gui.pages import ARRIVALS

    month, count = due.missing(vault)
    if count:
        text = words("home_due.missing", n=count, month=words.month(month))
        yield Line("error", text, words("arrivals_page.title"), partial(ways.page, ARRIVALS))
