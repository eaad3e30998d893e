"""The three lists: about to leave, not heard of, without treatment."""

import datetime as dt
from dataclasses import replace

import pytest

from desktop.analysis.continuity import in_words, sort, urgency
from desktop.store.continuity import Course

TODAY = dt.date(2013, 4, 1)
COURSE = Course(
    "tb_cases", "u", "IK-01-T-2013-0001", "IK-01-B-2013-0001", "p", goes_on=True, expected_on="", left_on="", is_free=True, line="",
    leaves_on="", is_arrived=False, is_settled=False, done=frozenset(), broken_on="", lost_on="",
)  # fmt: skip


def lists(**changes):
    """Name the lists on which such a course stands, with its days."""
    return {name: found[0].days for name, found in sort([replace(COURSE, **changes)], TODAY).lists() if found}


@pytest.mark.parametrize(
    ("changes", "stands"),
    [
        ({}, {}),
        ({"expected_on": "2013-05-31"}, {"leaving": 60}),
        ({"expected_on": "2013-06-01"}, {}),
        ({"expected_on": "2013-04-01"}, {"leaving": 0}),
        ({"expected_on": "2013-03-30"}, {"leaving": -2}),
        ({"expected_on": "2013-05"}, {"leaving": 30}),
        ({"expected_on": "2013-05-31", "line": "l", "leaves_on": "2013-04-05"}, {"leaving": 4}),
        ({"expected_on": "2013-04-05", "goes_on": False}, {}),
        ({"expected_on": "2013-04-05", "line": "l", "leaves_on": "2013-04-05", "is_settled": True}, {}),
        ({"left_on": "2013-03-20"}, {"awaited": 12}),
        ({"left_on": "2013-03-20", "expected_on": "2013-04-10"}, {"awaited": 12}),
        ({"left_on": "2013-03-20", "is_free": False}, {}),
        ({"left_on": "2013-03-20", "goes_on": False}, {}),
        ({"left_on": "2013-03-20", "goes_on": False, "line": "l", "leaves_on": "2013-03-20"}, {"awaited": 12}),
        ({"left_on": "2013-03-20", "line": "l", "leaves_on": "2013-03-20", "is_settled": True}, {}),
        ({"line": "l", "leaves_on": "2013-03-25", "done": frozenset({"clinic"})}, {"awaited": 7}),
        ({"line": "l", "leaves_on": "2013-03-25"}, {"leaving": -7}),
        ({"broken_on": "2013-03-30"}, {}),
        ({"broken_on": "2013-03-29", "lost_on": "2013-05-29"}, {"interrupted": 3}),
        ({"broken_on": "2013-05-29", "lost_on": "2013-07-29"}, {}),
        ({"broken_on": "2013-01-29", "lost_on": "2013-03-29", "left_on": "2013-02-01", "is_free": False}, {}),
    ],
)
def test_a_course_stands_on_the_lists_where_somebody_must_act(changes, stands):
    assert lists(**changes) == stands


@pytest.mark.parametrize(
    ("name", "changes", "colour", "said"),
    [
        ("leaving", {"expected_on": "2013-05-20"}, "ink", "через 49 дней"),
        ("leaving", {"expected_on": "2013-04-22"}, "warning", "через 21 день"),
        ("leaving", {"expected_on": "2013-04-08"}, "error", "через 7 дней"),
        ("leaving", {"expected_on": "2013-04-01"}, "error", "сегодня"),
        ("leaving", {"expected_on": "2013-03-31"}, "error", "1 день назад"),
        ("awaited", {"left_on": "2013-03-25", "line": "l"}, "ink", "7 дней"),
        ("awaited", {"left_on": "2013-03-10", "line": "l"}, "warning", "22 дня"),
        ("awaited", {"left_on": "2013-02-10", "line": "l"}, "error", "50 дней"),
        ("awaited", {"left_on": "2013-03-31"}, "error", "1 день"),
        ("interrupted", {"broken_on": "2013-03-25", "lost_on": "2013-05-25"}, "warning", "7 дней"),
        ("interrupted", {"broken_on": "2013-02-01", "lost_on": "2013-04-01"}, "error", "59 дней"),
    ],
)
def test_how_urgent_a_case_is_is_seen_and_said(name, changes, colour, said):
    due = dict(sort([replace(COURSE, **changes)], TODAY).lists())[name][0]
    assert (urgency(name, due, TODAY), in_words(name, due)["ru"]) == (colour, said)


def test_the_most_urgent_stands_first():
    days = ["2013-05-20", "2013-03-01", "2013-04-02"]
    found = sort([replace(COURSE, expected_on=day) for day in days], TODAY).leaving
    assert [due.day for due in found] == ["2013-03-01", "2013-04-02", "2013-05-20"]
    found = sort([replace(COURSE, left_on=day) for day in ("2013-03-20", "2013-01-01")], TODAY).awaited
    assert [due.day for due in found] == ["2013-01-01", "2013-03-20"]
