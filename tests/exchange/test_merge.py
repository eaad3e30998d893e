"""The merge at headquarters as a whole: a file's place in its sequence, what a person decides, and what is taken back."""

import shutil
from dataclasses import replace

import pytest

from desktop.exchange.contests import side_by_side
from desktop.exchange.merge import Choice, merge, preview, undo_merge
from desktop.exchange.reading import parse, read_source
from desktop.exchange.signing import Signature
from desktop.registers.declarations import load
from desktop.registers.labels import Label
from desktop.registers.problems import AppError
from desktop.registers.resources import RESOURCES
from desktop.store import received
from desktop.store.check import check
from desktop.store.schema import LINE, words_table
from tests.exchange.steps import AS_IT_IS, GATE, LOADS, change, edit, enter, hand_off, insist, put, take
from tests.sample import GATE_LOG, load_line, write_sample

SECOND = 1_000_000


@pytest.fixture
def near(tmp_path_factory):
    """Definitions by which two passages of one prison within a day, in one direction and with one weight, are alike."""
    words = 'title = ["driver"]\nresembles = ["prison", "passed_on", "direction", "loads.weight"]\nresembles_within = 1'
    return load(RESOURCES, write_sample(tmp_path_factory.mktemp("near"), GATE_LOG.replace('title = ["driver"]', words)))


def places(plans):
    return [plan.place.state for plan in plans]


def content(vault):
    """Give all that the tables of the gate log hold but the row ids of lines, which nothing names."""
    zone, register = vault.zone("security"), vault.definitions.registers["gate_log"]
    lines = ", ".join([name for name in LINE if name != "id"] + [f.name for f in register.lines[0].fields])
    words = f"select r.uid, w.words from {words_table(register)} as w join {register.table} as r on r.id = w.rowid order by uid"
    return (
        [dict(row) | {"id": None} for row in zone.select(f"select * from {register.table} order by uid")],
        zone.select(f"select {lines} from {register.lines[0].table} order by uid"),
        zone.select(words),
    )


# The place in the sequence


def test_the_files_of_a_computer_follow_on_each_other_whatever_their_order(prison, headquarters, stick):
    paths = []
    for month in ("2013-03", "2013-04", "2013-05"):
        enter(prison, passed_on=f"{month}-02")
        paths.append(hand_off(prison, stick, month).path)
    plans = preview(headquarters, list(reversed(paths)))
    assert places(plans) == ["first", "next", "next"]
    assert [plan.counts for plan in plans] == [{"new": 2}, {"new": 2, "unchanged": 2}, {"new": 2, "unchanged": 4}]


def test_a_missing_stick_is_named_and_nothing_is_lost_with_it(prison, headquarters, stick):
    enter(prison)
    first = hand_off(prison, stick)
    for month in ("2013-04", "2013-05"):
        enter(prison, passed_on=f"{month}-02")
        last = hand_off(prison, stick, month)
    take(headquarters, first.path)
    plans, _ = take(headquarters, last.path)
    assert places(plans) == ["gap"]
    assert plans[0].place.missing == (2,)
    assert "Передача 2 с этого компьютера не поступала. Ничего не потеряно" in plans[0].place.said["ru"]
    assert headquarters.records("gate_log").count() == 3


def test_an_old_stick_that_comes_late_is_told_apart_from_one_that_comes_twice(prison, headquarters, stick):
    saved = enter(prison)
    old = hand_off(prison, stick)
    change(prison, saved, comment="ящик")
    new = hand_off(prison, stick, "2013-04")
    take(headquarters, new.path)
    plans, _ = take(headquarters, old.path)
    assert places(plans) == ["replay"]
    assert headquarters.records("gate_log").read(saved.record["uid"])[0]["comment"] == "ящик"
    assert places(take(headquarters, old.path)[0]) == ["duplicate"]


def test_a_month_that_comes_again_replaces_its_earlier_revision(prison, headquarters, stick):
    saved = enter(prison)
    take(headquarters, hand_off(prison, stick).path)
    change(prison, saved, comment="ящик")
    plans, _ = take(headquarters, hand_off(prison, stick, why="опечатка").path)
    assert places(plans) == ["replaced"]
    assert [row["place"] for row in headquarters.zone("security").received()] == ["first", "replaced"]


def test_a_computer_put_back_from_a_backup_is_named_as_a_fork(prison, headquarters, stick, reopen, tmp_path):
    enter(prison)
    take(headquarters, hand_off(prison, stick).path)
    backup = tmp_path / "backup"
    shutil.copytree(prison.folder, backup)
    enter(prison)
    take(headquarters, hand_off(prison, stick, "2013-04").path)
    folder = prison.folder
    prison.close()
    shutil.rmtree(folder)
    shutil.copytree(backup, folder)
    again = reopen(prison)
    enter(again, comment="после восстановления")
    fork = stick / "вторая"
    fork.mkdir()
    one, other = (hand_off(again, fork, month).path for month in ("2013-04", "2013-05"))
    plans = preview(headquarters, [other])
    assert places(plans) == ["fork"]
    assert "восстановлен из копии" in plans[0].place.said["ru"]
    assert places(preview(headquarters, [one, other])) == ["fork", "next"]


def test_a_second_computer_of_a_prison_is_named(prison, headquarters, stick, make_vault):
    enter(prison)
    take(headquarters, hand_off(prison, stick).path)
    other = make_vault("IK-01", "second", letter="B")
    enter(other)
    (plan,) = preview(headquarters, [hand_off(other, stick).path])
    assert plan.place.state == "fork"
    assert "внесите его ключ" in plan.place.said["ru"]


def test_an_edited_copy_of_a_merged_file_is_no_fork(prison, headquarters, stick):
    enter(prison)
    made = hand_off(prison, stick)
    take(headquarters, made.path)
    edit(made.path, lambda book: put(book[GATE], 3, comment="ящик"))
    (plan,) = preview(headquarters, [made.path])
    assert plan.place.state == "duplicate"
    assert "с другими значениями" in plan.place.said["ru"]
    enter(prison)
    assert places(preview(headquarters, [hand_off(prison, stick, "2013-04").path])) == ["next"]


def test_after_an_edited_file_the_next_one_still_follows(prison, headquarters, stick):
    enter(prison)
    made = hand_off(prison, stick)
    edit(made.path, lambda book: put(book[GATE], 3, comment="ящик"))
    insist(headquarters, made.path)
    enter(prison)
    assert places(preview(headquarters, [hand_off(prison, stick, "2013-04").path])) == ["next"]


# Files held for a choice


@pytest.fixture
def held(prison, headquarters, stick):
    enter(prison)
    (plan,) = preview(headquarters, [hand_off(prison, stick).path])
    return replace(plan, signature=Signature("unsigned", Label.same(""), waits=True))


def test_a_file_nobody_signed_is_merged_only_by_a_named_choice_with_its_reason(headquarters, held):
    (merged,) = merge(headquarters, [held])
    assert (merged.held, merged.accepted) == (True, 0)
    assert headquarters.records("gate_log").count() == 0
    with pytest.raises(AppError, match="why you chose so"):
        merge(headquarters, [held], {held.check_number: Choice("edited")})
    assert headquarters.records("gate_log").count() == 0
    merge(headquarters, [held], {held.check_number: Choice("edited", "подтвердили по телефону")})
    assert headquarters.records("gate_log").count() == 1
    (decision,) = received.decisions(headquarters.zone("security"), held.check_number)
    assert (decision["about"], decision["choice"], decision["why"], decision["other"], decision["person"]) == (
        "signature", "edited", "подтвердили по телефону", "unsigned", headquarters.person,
    )  # fmt: skip


def test_that_a_held_file_was_left_is_written_down_too(headquarters, held):
    merge(headquarters, [held], {held.check_number: Choice("leave", "неизвестно чей")})
    assert headquarters.records("gate_log").count() == 0
    assert headquarters.zone("security").received() == []
    assert [row["choice"] for row in received.decisions(headquarters.zone("security"))] == ["leave"]


def test_a_held_file_left_without_a_word_hinders_no_other(headquarters, held):
    (merged,) = merge(headquarters, [held], {held.check_number: Choice("leave")})
    assert merged.held
    assert received.decisions(headquarters.zone("security")) == []


def test_a_signed_file_is_held_by_nothing(headquarters, held):
    merge(headquarters, [replace(held, signature=Signature("resaved", Label.same("")))])
    assert [row["signature"] for row in headquarters.zone("security").received()] == ["resaved"]


def test_of_an_edited_file_the_signed_values_are_taken_by_choice(prison, headquarters, stick):
    enter(prison)
    made = hand_off(prison, stick)
    signed = parse(read_source(made.path))
    edit(made.path, lambda book: put(book[LOADS], 3, weight=7))
    (plan,) = preview(headquarters, [made.path])
    held = replace(plan, signature=Signature("edited", Label.same(""), waits=True), as_signed=signed)
    merge(headquarters, [held], {held.check_number: Choice("signed", "правили без спроса")})
    assert weights(headquarters) == [12.5]
    (row,) = headquarters.zone("security").received()
    assert row["check_number"] == made.check_number
    (decision,) = received.decisions(headquarters.zone("security"), made.check_number)
    assert (decision["choice"], decision["why"]) == ("signed", "правили без спроса")


# Conflicts


@pytest.fixture
def conflict(prison, headquarters, stick):
    """The plan of a file one of whose records is here at the same revision with another weight."""
    enter(prison)
    enter(prison, comment="другая")
    made = hand_off(prison, stick)
    take(headquarters, made.path)
    edit(made.path, lambda book: put(book[LOADS], 3, weight=7))
    (plan,) = preview(headquarters, [made.path])
    return plan


def weights(vault):
    return sorted(line["weight"] / SECOND for item in vault.records("gate_log").all() for line in item.lines["loads"])


def test_a_conflict_is_shown_value_by_value(headquarters, conflict):
    (contest,) = conflict.contests
    register = headquarters.definitions.registers["gate_log"]
    pairs = side_by_side(headquarters, register, contest.kept, contest.arriving, "ru")
    assert [(p.lines, p.label, p.kept, p.arriving) for p in pairs if p.differs] == [
        ("", "Всего", "12,5 кг", "7 кг"),
        ("Груз 1", "Вес", "12,5 кг", "7 кг"),
    ]


def test_where_nobody_chooses_in_a_conflict_what_is_kept_stays(headquarters, conflict):
    before = content(headquarters)
    (merged,) = merge(headquarters, [conflict], {conflict.check_number: AS_IT_IS})
    assert merged.rejected == 2
    assert content(headquarters) == before


def test_the_arriving_side_of_a_conflict_is_taken_by_choice_and_can_be_taken_back(headquarters, conflict):
    (contest,) = conflict.contests
    key, insisted = (conflict.check_number, contest.uid), {conflict.check_number: AS_IT_IS}
    before = content(headquarters)
    with pytest.raises(AppError, match="why you chose so"):
        merge(headquarters, [conflict], insisted, {key: Choice("arriving")})
    (merged,) = merge(headquarters, [conflict], insisted, {key: Choice("arriving", "взвесили ещё раз")})
    assert (merged.accepted, merged.rejected) == (4, 0)
    assert weights(headquarters) == [7, 12.5]
    of_file, decision = received.decisions(headquarters.zone("security"), conflict.check_number)
    assert (of_file["about"], of_file["choice"]) == ("signature", "edited")
    assert (decision["about"], decision["choice"], decision["uid"]) == ("conflict", "arriving", contest.uid)
    undo_merge(headquarters, "security", conflict.check_number, "ошибка")
    assert content(headquarters) == before
    assert check(headquarters).is_sound


# Possible doubles


def test_a_new_record_that_resembles_another_is_shown_with_why(make_vault, stick, near):
    prison, headquarters = make_vault(own=near), make_vault("HQ", own=near)
    first, second = enter(prison), enter(prison, passed_on="2013-03-29", comment="снова")
    enter(prison, passed_on="2013-03-29", loads=[load_line(weight=SECOND)])
    (plan,) = preview(headquarters, [hand_off(prison, stick).path])
    (contest,) = plan.contests
    assert plan.counts == {"new": 4, "double": 2}
    assert {contest.uid, contest.kept.record["uid"]} == {first.record["uid"], second.record["uid"]}
    assert contest.why["en"] == "Same: Prison, Direction, Weight; Date: 1 day apart"


def test_doubles_are_found_among_what_was_merged_before_but_not_in_another_prison(make_vault, stick, near):
    prison, other, headquarters = make_vault(own=near), make_vault("IK-03", own=near), make_vault("HQ", own=near)
    enter(prison)
    take(headquarters, hand_off(prison, stick).path)
    enter(prison, passed_on="2013-03-27")
    enter(prison, passed_on="2013-03-25")
    enter(other)
    plans = preview(headquarters, [hand_off(prison, stick, why="ещё").path, hand_off(other, stick).path])
    assert [len(plan.contests) for plan in plans] == [1, 0]


def test_a_double_is_kept_unless_a_person_says_it_is_the_same_and_then_the_prison_is_asked(make_vault, stick, near):
    prison, headquarters = make_vault(own=near), make_vault("HQ", own=near)
    enter(prison)
    enter(prison)
    (plan,) = preview(headquarters, [hand_off(prison, stick).path])
    (contest,) = plan.contests
    merge(headquarters, [plan], settled={(plan.check_number, contest.uid): Choice("same", "один и тот же рейс")})
    assert headquarters.records("gate_log").count() == 2
    (question,) = received.pending_questions(headquarters.zone("security"))
    assert (question.record, question.prison) == (contest.uid, "IK-01")


# The whole


def test_merging_twice_changes_nothing_and_taking_back_gives_back_everything(prison, headquarters, stick, make_vault):
    other = make_vault("IK-03")
    story, states = [], []
    for month in ("2013-03", "2013-04"):
        for vault in (prison, other):
            saved = [enter(vault, passed_on=f"{month}-{day:02}", comment=f"{month} {day}") for day in (3, 9)]
            story.append(hand_off(vault, stick, month).path)
            change(vault, saved[0], comment="исправлено")
            vault.records("gate_log").void(saved[1].record["uid"], "DUP", "дважды")
    checks = []
    for path in story:
        states.append(content(headquarters))
        plans, _ = take(headquarters, path)
        checks.append(plans[0].check_number)
        once = content(headquarters)
        take(headquarters, path)
        assert content(headquarters) == once
    for number, state in zip(reversed(checks), reversed(states), strict=True):
        undo_merge(headquarters, "security", number, "проверка")
        assert content(headquarters) == state
        assert check(headquarters).is_sound
    take(headquarters, *story)
    assert check(headquarters).is_sound
    assert content(headquarters)[0]


def test_only_headquarters_takes_a_merge_back(prison):
    with pytest.raises(AppError, match="merged at headquarters"):
        undo_merge(prison, "security", "AAAA-BBBB", "проверка")
