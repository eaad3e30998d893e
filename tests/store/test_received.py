"""Whole merges are taken back: what was there is there again, and nothing of the history is lost."""

import pytest

from desktop.registers.problems import AppError
from desktop.store import received
from desktop.store.check import check
from desktop.store.received import Decision, Undone
from desktop.store.records import Incoming
from desktop.store.schema import LINE, words_table
from tests.sample import load_line, passage


@pytest.fixture
def headquarters(make_vault):
    return make_vault("HQ")


def arriving(number, revision=1, lines=None, **changes):
    """Give a record as a prison made it."""
    at = f"2013-04-0{revision}T08:00:00+06:00"
    header = {"uid": f"uid-{number}", "number": f"IK-01-G-2013-{number:04}", "prison": "IK-01", "state": "SUBMITTED",
              "revision": revision, "created_at": "2013-04-01T08:00:00+06:00", "created_by": "IK-01", "changed_at": at, "changed_by": "IK-01"}  # fmt: skip
    rows = lines or [load_line(uid=f"line-{number}-{place}") for place in range(2)]
    return Incoming(passage(**header | changes), {"loads": rows})


def keep(vault, check_number, *items, sequence=1, decided=()):
    note = {"check_number": check_number, "prison": "IK-01", "station": "s", "month": "2013-03", "revision": 1,
            "sequence": sequence, "previous": "", "file": f"{check_number}.xlsx", "counts": {"accepted": len(items)}}  # fmt: skip
    vault.zone("security").keep_received(note, {"gate_log": list(items)}, decided)


def tables(vault):
    """Give all that the tables of the gate log hold; only the row ids of lines, which nothing names, may be others."""
    zone, register = vault.zone("security"), vault.definitions.registers["gate_log"]
    lines = ", ".join(name for name in LINE if name != "id")
    fields = ", ".join(f.name for f in register.lines[0].fields)
    return (
        zone.select(f"select * from {register.table} order by uid"),
        zone.select(f"select {lines}, {fields} from {register.lines[0].table} order by uid"),
        zone.select(f"select rowid, words from {words_table(register)} order by rowid"),
    )


def undo(vault, check_number, why="не тот файл"):
    return received.undo(vault.zone("security"), check_number, why)


def is_sound(vault):
    return check(vault).is_sound


def test_taking_a_merge_back_gives_back_every_value_that_was_there(headquarters):
    keep(headquarters, "AAAA", arriving(1), arriving(2))
    before = tables(headquarters)
    keep(headquarters, "BBBB", arriving(2, 2, [load_line(uid="line-new", weight=1)], comment="ящик"), arriving(3), sequence=2)
    assert tables(headquarters) != before
    assert undo(headquarters, "BBBB") == Undone(restored=1, removed=1)
    assert tables(headquarters) == before
    assert [row["check_number"] for row in headquarters.zone("security").received()] == ["AAAA"]
    assert is_sound(headquarters)


def test_what_was_taken_back_is_found_by_no_search(headquarters):
    keep(headquarters, "AAAA", arriving(1, comment="ящик"))
    undo(headquarters, "AAAA")
    assert tables(headquarters) == ([], [], [])


def test_the_history_tells_who_took_it_back_and_why_and_still_tells_of_the_merge(headquarters):
    keep(headquarters, "AAAA", arriving(1))
    undo(headquarters, "AAAA", "прислали не тот месяц")
    told = headquarters.zone("security").history_of("uid-1", "ru")
    assert [(entry.action, entry.why) for entry in told] == [("merge", "AAAA"), ("merge_undone", "прислали не тот месяц")]
    (row,) = headquarters.zone("security").received(undone=True)
    assert (row["undone_by"], row["undone_why"]) == (headquarters.person, "прислали не тот месяц")


def test_a_file_taken_back_can_be_merged_and_taken_back_again(headquarters):
    keep(headquarters, "AAAA", arriving(1))
    keep(headquarters, "BBBB", arriving(1, 2))
    after = tables(headquarters)
    for _ in range(2):
        undo(headquarters, "BBBB")
        keep(headquarters, "BBBB", arriving(1, 2))
        assert tables(headquarters) == after
    undo(headquarters, "BBBB")
    undo(headquarters, "AAAA")
    assert tables(headquarters) == ([], [], [])
    assert is_sound(headquarters)


def test_a_merge_that_a_later_one_built_on_is_not_taken_back_and_the_later_one_is_named(headquarters):
    keep(headquarters, "AAAA", arriving(1), arriving(2))
    keep(headquarters, "BBBB", arriving(2, 2))
    before = tables(headquarters)
    with pytest.raises(AppError, match=r"first take back BBBB\.xlsx"):
        undo(headquarters, "AAAA")
    assert tables(headquarters) == before
    assert len(headquarters.zone("security").received()) == 2


def test_without_a_reason_nothing_is_taken_back(headquarters):
    keep(headquarters, "AAAA", arriving(1))
    with pytest.raises(AppError, match="why the merge is taken back"):
        undo(headquarters, "AAAA", "  ")
    with pytest.raises(AppError, match="No merge with the check number ZZZZ"):
        undo(headquarters, "ZZZZ")


def test_the_check_names_a_record_that_was_taken_back_and_lies_there_all_the_same(headquarters):
    keep(headquarters, "AAAA", arriving(1))
    zone = headquarters.zone("security")
    undo(headquarters, "AAAA")
    zone.connection.execute("insert into gate_log (uid, number, revision) values ('uid-1', 'IK-01-G-2013-0001', 1)")
    assert [finding.kind for finding in check(headquarters).findings if finding.damage] == ["record"]


def test_the_check_names_a_merge_marked_as_taken_back_by_no_event(headquarters):
    keep(headquarters, "AAAA", arriving(1))
    headquarters.zone("security").connection.execute("update received set undone_at = '2013-04-05'")
    assert [finding.kind for finding in check(headquarters).findings if finding.damage] == ["hand_off"]


def test_what_may_be_one_event_twice_becomes_a_question_to_the_prison_until_it_is_taken_back(headquarters):
    zone = headquarters.zone("security")
    keep(headquarters, "AAAA", arriving(1))
    keep(headquarters, "BBBB", arriving(2), decided=[Decision("double", "same", "тот же груз", "gate_log", "uid-2", "uid-1")])
    (question,) = received.pending_questions(zone)
    assert (question.record, question.number, question.revision) == ("uid-2", "IK-01-G-2013-0002", 1)
    assert "IK-01-G-2013-0001" in question.text["ru"]
    (decision,) = received.decisions(zone, "BBBB")
    assert (decision["choice"], decision["why"], decision["person"]) == ("same", "тот же груз", headquarters.person)
    undo(headquarters, "BBBB")
    assert received.pending_questions(zone) == []
