"""Marks become lines of the record in one change; what they do not touch stays as it was."""

import datetime as dt

import pytest

from desktop.registers.problems import AppError
from desktop.store.roll_calls import keep_roll_call, read_roll_call
from tests.courses import course

FIRST, SECOND, THIRD = (dt.date(2013, 3, day) for day in (4, 5, 6))


@pytest.fixture
def records(vault):
    return vault.records("course_sessions")


def kept(records, record):
    return records.read(record["uid"])


def test_the_days_are_those_from_first_to_last(vault, records):
    call = read_roll_call(records, course(vault, "1", "2")["uid"])
    assert call.days == [FIRST, SECOND, THIRD]
    assert [person.code for person in call.people] == ["1", "2"]


def test_marks_and_the_days_attended_are_kept_in_one_change(vault, records):
    record = course(vault, "1", "2", "3")
    call = read_roll_call(records, record["uid"])
    marks = {("1", FIRST): "P", ("1", SECOND): "L", ("1", THIRD): "A", ("2", FIRST): "E"}
    assert keep_roll_call(records, call, marks).kept
    now, lines = kept(records, record)
    assert (now["revision"], now["state"]) == (record["revision"] + 1, "READY")
    assert [row["attended_days"] for row in lines["participants"]] == [2, 0, None]
    assert read_roll_call(records, record["uid"]).marks == marks


def test_a_mark_that_stays_keeps_its_line_and_its_hours(vault, records):
    record = course(vault, "1", attendance=[("1", "2013-03-04", "P"), ("1", "2013-03-05", "P")])
    before = kept(records, record)[1]["attendance"]
    call = read_roll_call(records, record["uid"])
    keep_roll_call(records, call, dict(call.marks) | {("1", SECOND): "A"})
    after = kept(records, record)[1]["attendance"]
    assert after[0]["uid"] == before[0]["uid"]
    assert [row["mark"] for row in after] == ["P", "A"]


def test_a_cleared_mark_is_gone(vault, records):
    record = course(vault, "1", attendance=[("1", "2013-03-04", "P")])
    keep_roll_call(records, read_roll_call(records, record["uid"]), {})
    assert not kept(records, record)[1].get("attendance")


def test_no_mark_is_lost_where_the_record_has_problems_then(vault, records):
    record = course(vault, "1", given=("1",))
    call = read_roll_call(records, record["uid"])
    saved = keep_roll_call(records, call, {("1", FIRST): "A"})  # a certificate with no day attended asks for a reason
    assert saved.kept
    now, lines = kept(records, record)
    assert now["state"] == "DRAFT"
    assert len(lines["attendance"]) == 1


def test_a_roll_that_was_read_before_another_change_is_refused(vault, records):
    record = course(vault, "1")
    call = read_roll_call(records, record["uid"])
    keep_roll_call(records, call, {("1", FIRST): "P"})
    with pytest.raises(AppError) as caught:
        keep_roll_call(records, call, {("1", FIRST): "A"})
    assert caught.value.name == "roll.changed_meanwhile"
    assert read_roll_call(records, record["uid"]).marks == {("1", FIRST): "P"}


def test_a_course_without_people_or_days_has_no_roll(vault, records):
    nobody = course(vault, ready=False)
    endless = course(vault, "1", first="2012-01-01", last="2013-03-06", ready=False)
    for record, name in ((nobody, "roll.nobody"), (endless, "roll.no_days")):
        with pytest.raises(AppError) as caught:
            read_roll_call(records, record["uid"])
        assert caught.value.name == name
