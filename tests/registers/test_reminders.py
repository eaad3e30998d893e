"""What a register declares to be reminded of, and what is refused there."""

import pytest

from desktop.registers.declarations import load
from desktop.registers.problems import DeclarationError
from desktop.registers.resources import RESOURCES
from tests.sample import GATE_LOG, write_sample

REMINDER = """
[[reminder]]
name = "not_left"
when = "left_on is null and days(passed_on, today()) > 1"
day = "passed_on"
severity = "warning"
text = { en = "Still inside", ru = "Не выехала", ky = "?Чыга элек" }
"""


def read(folder, text):
    return load(RESOURCES, write_sample(folder, GATE_LOG + text)).registers["gate_log"].reminders


def test_a_reminder_is_read_as_it_is_declared(tmp_path):
    (found,) = read(tmp_path, REMINDER)
    assert (found.name, found.day, found.severity, found.text["ru"]) == ("not_left", "passed_on", "warning", "Не выехала")


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("left_on is null", "left is null", ["reminder not_left: when", "no such column: left"]),
        ("left_on is null", "direction = 'UPP'", ["reminder not_left: when", "'UPP' is no code of direction"]),
        ("left_on is null", "exists (select 1 from history)", ["reminder not_left: when", "no such table: history"]),
        ("left_on is null", "exists (select 1 from seizures)", ["reminder not_left: when", "no such table: seizures"]),
        ("today()", "date('now')", ["reminder not_left: when", "not from the clock"]),
        ('day = "passed_on"', 'day = "passed_at_all"', ["reminder not_left: day", "no such column"]),
        ('"warning"', '"urgent"', ["reminder not_left", "severity = 'urgent' is unknown"]),
        (REMINDER, REMINDER * 2, ["reminder not_left", "used twice"]),
        ('ru = "Не выехала", ', "", ["reminder not_left", "has no words for 'ru'"]),
    ],
)
def test_a_slip_in_a_reminder_is_refused_by_its_name(tmp_path, right, wrong, said):
    with pytest.raises(DeclarationError) as refused:
        read(tmp_path, REMINDER.replace(right, wrong))
    assert all(part in str(refused.value) for part in ["gate_log.toml", *said])


def test_every_reminder_of_the_program_may_read_who_it_is_about(definitions):
    """A record refers to a person by the number alone; the day of the release stands with the person."""
    reminders = [one for register in definitions.registers.values() for one in register.reminders]
    assert any("from patients" in one.day for one in reminders)
