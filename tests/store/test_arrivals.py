"""What was expected of prisons and what has arrived: cell by cell, month by month, and all of it in one query."""

import datetime as dt

import pytest

from desktop.registers.codes import Code, CodeList
from desktop.registers.labels import Label
from desktop.store import arrivals
from desktop.store.arrivals import HandOff, hand_offs, reckon, reminders, tally, together
from desktop.store.received import undo

TODAY = dt.date(2013, 4, 20)
DAY = 5


def code(name, begins="", ends=""):
    return Code(name, Label.same(name), "", begins, ends, {})


PRISONS = CodeList("prisons", {name: code(name) for name in ("HQ", "IK-01", "IK-03")})


def came(month="2013-03", on="2013-04-02", prison="IK-01", **words):
    words = {
        "station": "a",
        "revision": 1,
        "check_number": f"{prison}{month}{on}",
        "accepted": 3,
        "of_month": {"gate_log": 3},
    } | words
    return HandOff("security", prison=prison, month=month, at=f"{on}T09:00:00+06:00", person="Бекова Г.", file="f", **words)


# Headquarters has merged in this zone for long, and every prison has handed off before.
BEFORE = [came("2012-12", "2013-01-03"), came("2012-12", "2013-01-03", "IK-03")]


def cells(*found, prisons=PRISONS, today=TODAY, year=2013, day=DAY, before=BEFORE):
    return reckon("security", year, [*before, *found], prisons, today, day)


def cell(*found, month="2013-03", prison="IK-01", **words):
    return cells(*found, **words)[prison, month]


def matrix(*found, **words):
    return together(2013, [cells(*found, **words)])


# In time, late, missing, awaited


@pytest.mark.parametrize(
    ("on", "state"), [("2013-03-31", "in_time"), ("2013-04-05", "in_time"), ("2013-04-06", "late"), ("2013-04-20", "late")]
)
def test_a_hand_off_is_in_time_up_to_the_day_due_in_the_next_month(on, state):
    assert cell(came(on=on)).state == state


@pytest.mark.parametrize(
    ("today", "state"), [(dt.date(2013, 3, 31), "awaited"), (dt.date(2013, 4, 5), "awaited"), (dt.date(2013, 4, 6), "missing")]
)
def test_what_has_not_come_is_awaited_until_the_day_due_has_passed(today, state):
    assert cell(today=today).state == state


def test_december_is_due_in_january():
    assert cell(came("2013-12", "2014-01-05"), month="2013-12", today=dt.date(2014, 2, 1)).state == "in_time"
    assert cell(month="2013-12", today=dt.date(2014, 1, 6)).state == "missing"


def test_a_day_that_a_month_does_not_have_is_its_last():
    assert arrivals.deadline("2013-01", 31) == dt.date(2013, 2, 28)


def test_nothing_is_expected_of_a_month_that_has_not_begun():
    assert cell(month="2013-04").state == "awaited"
    assert cell(month="2013-05").state == "not_expected"


def test_nothing_is_expected_before_anybody_handed_off():
    assert cell(month="2012-11", year=2012).state == "not_expected"
    assert {found.state for found in cells(before=[]).values()} == {"not_expected"}


def test_where_no_day_is_declared_nothing_is_late_or_missing():
    assert cell(came(on="2013-04-19"), day=None).state == "in_time"
    assert cell(day=None).state == "not_expected"


def test_a_prison_is_expected_only_while_its_code_is_valid():
    known = CodeList("prisons", {"IK-01": code("IK-01", "2013-02", "2013-03-10"), "IK-03": code("IK-03")})
    states = [cell(month=f"2013-0{n}", prisons=known).state for n in (1, 2, 3, 4)]
    assert states == ["not_expected", "missing", "missing", "not_expected"]
    # What comes all the same is shown.
    assert cell(came("2013-01", "2013-02-01"), month="2013-01", prisons=known).state == "in_time"


def test_headquarters_hands_off_nothing():
    assert "HQ" not in {prison for prison, _ in cells()}
    assert matrix().prisons == ("IK-01", "IK-03")


def test_months_that_were_due_before_headquarters_began_are_not_called_late():
    found = [came("2012-12", "2013-04-10"), came("2013-03", "2013-04-10")]
    assert [cell(*found, month=month, year=int(month[:4]), before=[]).state for month in ("2012-12", "2013-03")] == [
        "backlog"
    ] * 2
    assert cell(*found, came("2013-03", "2013-04-12", "IK-03"), prison="IK-03", before=[]).state == "backlog"


@pytest.mark.parametrize("on", ["2001-01-01", "2013-02-28", "2099-01-01"])
def test_an_arrival_that_cannot_be_is_doubted_not_called_late(on):
    assert cell(came(on=on)).state == "doubtful"


# Revisions and marks


def test_a_later_revision_replaces_what_came_before_and_the_first_decides_about_the_day():
    found = cell(came(on="2013-04-01", rejected=2), came(on="2013-04-12", revision=2, check_number="x"))
    assert (found.state, found.marks) == ("in_time", ("replaced",))
    assert [hand_off.revision for hand_off in found.newest] == [2]


def test_an_older_revision_that_comes_after_does_not_take_the_place_of_the_newer():
    found = cell(came(on="2013-04-01", revision=2), came(on="2013-04-02", rejected=2, check_number="x"))
    assert [hand_off.revision for hand_off in found.newest] == [2]
    assert "errors" not in found.marks


def test_rejected_rows_are_errors_until_a_revision_without_any_comes():
    assert cell(came(rejected=1)).marks == ("errors",)
    assert "errors" in cell(came(), came(revision=2, rejected=1)).marks


def test_a_nil_report_is_one_of_which_all_registers_counted_nothing():
    assert cell(came(of_month={"gate_log": 0, "seizures": 0})).marks == ("nil",)
    assert cell(came(of_month={"gate_log": 0, "seizures": 1})).marks == ()
    assert cell(came(of_month=None, accepted=0)).marks == ()
    assert cell(came(of_month={"gate_log": 0}, rejected=1)).marks == ("errors",)


def test_a_later_revision_with_nothing_new_makes_no_nil_report():
    assert cell(came(), came(revision=2, of_month={"gate_log": 0})).marks == ("replaced",)


def test_edited_is_what_the_signature_says():
    assert cell(came(signature="edited")).marks == ("edited",)
    assert cell(came(signature="resaved")).marks == ()


def test_two_stations_of_one_prison_both_count():
    found = cell(came(of_month={"gate_log": 0}), came(on="2013-04-03", station="b", rejected=1))
    assert len(found.newest) == 2
    assert found.marks == ("errors",)


def test_a_missing_cell_knows_what_came_last():
    found = cell(came("2013-02", "2013-03-01"))
    assert (found.state, found.last.month, found.due) == ("missing", "2013-02", dt.date(2013, 4, 5))


# Several zones


def zones_of(*states):
    return tuple(arrivals.Cell(str(n), "IK-01", "2013-03", state) for n, state in enumerate(states))


@pytest.mark.parametrize(
    ("states", "worst"),
    [
        (("in_time", "missing"), "missing"),
        (("in_time", "late"), "late"),
        (("not_expected", "in_time"), "in_time"),
        (("not_expected", "not_expected"), "not_expected"),
        (("awaited", "in_time"), "awaited"),
    ],
)
def test_over_several_zones_the_worst_is_shown(states, worst):
    assert arrivals.state_of(zones_of(*states)) == worst


def test_over_several_zones_only_nothing_but_nil_reports_is_nil():
    nil, full = cell(came(of_month={"gate_log": 0})), cell(came(rejected=1))
    assert arrivals.marks_of((nil, nil)) == ("nil",)
    assert arrivals.marks_of((nil, full)) == ("errors",)
    assert arrivals.marks_of((nil, cell())) == ("nil",)


# A month in numbers, and letters


def test_a_month_is_counted_over_the_prisons():
    late = came(on="2013-04-09", prison="IK-03", rejected=1, signature="edited", new=4, doubles=2)
    counted = tally(matrix(came(new=7), late), "2013-03")
    assert counted == arrivals.Tally(expected=2, sent=2, late=1, with_errors=1, edited=1, new=11, doubles=2)
    assert tally(matrix(came()), "2013-03").sent == 1


def test_of_several_zones_a_prison_has_sent_only_with_all_of_them():
    both = together(2013, [cells(came()), cells()])
    assert (tally(both, "2013-03").expected, tally(both, "2013-03").sent) == (2, 0)


def test_reminders_go_to_those_who_owe_something_of_the_month_and_tell_all_they_owe():
    shown = matrix(
        came("2013-01", "2013-02-01", "IK-03"), came("2013-02", "2013-03-01", "IK-03", rejected=2), came(prison="IK-03"),
        came("2013-02", "2013-03-01"),
    )  # fmt: skip
    (to,) = reminders(shown, "2013-03")
    assert to.prison == "IK-01"
    assert [cell.month for cell in to.missing] == ["2013-01", "2013-03"]
    assert [(r.prison, [h.month for h in r.rejected]) for r in reminders(shown, "2013-02")] == [("IK-03", ["2013-02"])]
    assert reminders(shown, "2013-04") == []


# Which year and month are looked at first


@pytest.mark.parametrize(
    ("today", "year", "month"),
    [
        (dt.date(2013, 4, 20), 2013, "2013-03"),
        (dt.date(2013, 1, 2), 2012, "2012-12"),
        (dt.date(2013, 12, 31), 2013, "2013-11"),
        (dt.date(2026, 11, 26), 2012, "2012-12"),
    ],
)
def test_the_month_that_is_due_comes_first_and_after_years_of_silence_the_last_that_came(today, year, month):
    assert arrivals.year_to_show(BEFORE, today) == year
    shown = together(year, [cells(today=today, year=year)])
    assert arrivals.month_to_show(shown, today) == month


# From the file


def keep(zone, check, **note):
    note = {
        "check_number": check, "prison": "IK-01", "station": "a", "month": "2013-03", "revision": 1, "sequence": 1, "previous": "",
        "file": f"{check}.xlsx", "counts": {"accepted": 2, "rejected": 1, "blank": 0, "month": {"gate_log": 2}, "doubles": 3},
    } | note  # fmt: skip
    zone.keep_received(note, {})


def test_the_day_due_is_declared_for_every_zone(make_vault):
    headquarters = make_vault("HQ")
    days = [arrivals.due_day(headquarters.zone(name)) for name in headquarters.zones]
    assert all(1 <= day <= 28 for day in days)


def test_hand_offs_are_read_in_one_query_and_those_taken_back_are_not_there(make_vault):
    zone = make_vault("HQ").zone("security")
    for n in range(40):
        keep(zone, f"c{n}", prison=f"IK-{n:02}")
    undo(zone, "c7", "не тот файл")
    asked = []
    zone.connection.set_trace_callback(asked.append)
    found = hand_offs(zone, 2013)
    zone.connection.set_trace_callback(None)
    assert len([sql for sql in asked if not sql.startswith("--")]) == 1
    assert len(found) == 39
    assert found[0].of_month == {"gate_log": 2}
    assert (found[0].accepted, found[0].rejected, found[0].blank) == (2, 1, 0)
    assert found[0].doubles == 3


def test_what_was_new_is_counted_for_the_year_that_is_shown(make_vault):
    zone = make_vault("HQ").zone("security")
    keep(zone, "old", month="2012-12")
    keep(zone, "now")
    rows = [
        (check, "gate_log", uid, 1, previous)
        for check, uid, previous in (("old", "1", None), ("now", "2", None), ("now", "3", 1))
    ]
    sql = "insert into received_records (check_number, register, uid, revision, previous) values (?, ?, ?, ?, ?)"
    zone.connection.executemany(sql, rows)
    assert {found.check_number: found.new for found in hand_offs(zone, 2013)} == {"old": 0, "now": 1}
