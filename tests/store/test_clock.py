import datetime as dt

import pytest

from desktop.store import clock, history
from tests.store.test_history import save

HERE = dt.timezone(dt.timedelta(hours=6))
DAY = dt.datetime(2026, 11, 5, 12, 0, tzinfo=HERE)


@pytest.fixture
def set_clock(monkeypatch):
    """Set the computer's clock."""

    def to(moment):
        monkeypatch.setattr("desktop.store.clock.now", lambda: moment)

    to(DAY)
    return to


@pytest.fixture
def records(set_clock, make_vault):
    """Open the gate log of a station made on DAY."""
    return make_vault().records("gate_log")


def last_event(records):
    return history.latest(records.zone.connection, 1)[0]


@pytest.mark.parametrize(
    ("moment", "kind"),
    [
        (DAY, None),
        (DAY - dt.timedelta(minutes=59), None),
        (DAY - dt.timedelta(minutes=61), "behind"),
        (DAY - dt.timedelta(days=300), "behind"),
        (DAY + dt.timedelta(days=45), None),
        (DAY + dt.timedelta(days=45, seconds=1), "ahead"),
        (dt.datetime(2026, 1, 1, tzinfo=HERE), "behind"),
        (dt.datetime(2025, 12, 31, 23, 59, tzinfo=HERE), "before_build"),
        (dt.datetime(2001, 1, 1, tzinfo=HERE), "before_build"),
        (dt.datetime(2056, 1, 1, tzinfo=HERE), "ahead"),
        (DAY.astimezone(dt.timezone(dt.timedelta(hours=-9))), None),
    ],
)
def test_a_clock_is_doubted_where_it_stands_before_what_is_known_or_far_after(moment, kind):
    found = clock.doubt(moment, DAY)
    assert (found.kind if found else None) == kind


def test_a_clock_is_not_doubted_where_nothing_is_known(records):
    assert clock.doubt(DAY + dt.timedelta(days=900), None) is None


def test_the_doubt_names_both_dates_and_what_to_do(records, set_clock):
    set_clock(DAY - dt.timedelta(days=30))
    save(records)
    text = records.zone.clock_doubt.text
    assert all(day in text[language] for day in ("06.10.2026", "05.11.2026") for language in text)
    assert "confirm the date" in text["en"]


def test_nothing_is_refused_by_a_wrong_clock_and_order_never_depends_on_it(records, set_clock):
    numbers = []
    for moment in (DAY, dt.datetime(2001, 1, 1, tzinfo=HERE), DAY + dt.timedelta(days=9000), DAY - dt.timedelta(days=20)):
        set_clock(moment)
        numbers.append(save(records).record["number"])
    rows = history.latest(records.zone.connection, 4)[::-1]
    assert [row["changes"]["number"][1] for row in rows] == numbers == [f"IK-01-G-2013-000{n}" for n in (1, 2, 3, 4)]
    assert list(history.broken_events(records.zone.connection)) == []


def test_events_of_a_doubtful_clock_are_marked_until_the_clock_is_right_again(records, set_clock):
    save(records)
    set_clock(dt.datetime(2001, 1, 1, 0, 7, tzinfo=HERE))
    uid = save(records).record["uid"]
    assert last_event(records)["at"] == "2001-01-01T00:07:00+06:00?2026-11-05T12:00:00+06:00"
    assert [(entry.at, entry.in_doubt) for entry in records.zone.history_of(uid, "ru")] == [("01.01.2001 00:07", True)]
    save(records)
    set_clock(DAY + dt.timedelta(minutes=5))
    save(records)
    assert last_event(records)["at"] == "2026-11-05T12:05:00+06:00"
    assert records.zone.clock_doubt is None


def test_a_person_confirms_a_date_and_from_there_it_is_relied_on(records, set_clock):
    save(records)
    set_clock(later := DAY + dt.timedelta(days=100))
    assert records.zone.clock_doubt.kind == "ahead"
    records.zone.confirm_date()
    event = last_event(records)
    assert (event["action"], event["person"]) == ("date_confirmed", "Бекова Г.")
    assert event["changes"]["day"] == ["2026-11-05", "2027-02-13"]
    assert records.zone.clock_doubt is None
    set_clock(later + dt.timedelta(days=40))
    save(records)
    assert clock.IN_DOUBT not in last_event(records)["at"]


def test_a_date_before_the_program_was_built_stays_in_doubt_though_confirmed(records, set_clock):
    set_clock(dt.datetime(2019, 5, 1, tzinfo=HERE))
    records.zone.confirm_date()
    assert records.zone.clock_doubt.kind == "before_build"
    save(records)
    assert clock.IN_DOUBT in last_event(records)["at"]


def test_the_doubt_outlives_the_night(set_clock, vault, reopen):
    save(vault.records("gate_log"))
    set_clock(dt.datetime(2001, 1, 1, tzinfo=HERE))
    save(vault.records("gate_log"))
    zone = reopen(vault).zone("security")
    set_clock(DAY - dt.timedelta(days=2))
    assert zone.clock_doubt.known == DAY.date()
    assert zone.today == DAY.date()


def test_today_is_never_before_the_last_day_that_is_sure_until_a_person_confirms_it(set_clock, vault, reopen):
    save(vault.records("gate_log"))
    zone = reopen(vault).zone("security")
    set_clock(DAY - dt.timedelta(days=10))
    assert zone.today == DAY.date()
    zone.confirm_date()
    assert zone.today == DAY.date() - dt.timedelta(days=10)
    set_clock(DAY + dt.timedelta(days=3))
    assert zone.today == DAY.date() + dt.timedelta(days=3)


def test_a_tampered_moment_does_not_keep_a_file_from_opening(vault, reopen):
    save(vault.records("gate_log"))
    connection = vault.zone("security").connection
    connection.execute("drop trigger history_no_update")
    connection.execute("update history set at = 'yesterday' where seq = (select max(seq) from history)")
    zone = reopen(vault).zone("security")
    assert save(zone.records("gate_log")).kept
