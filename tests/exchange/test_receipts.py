"""Receipts travel back on the stick: what headquarters has is not sent again, and what it left out or gave back is."""

import shutil

import pytest

from desktop.exchange.letters import LARGEST_LETTER, write_letter
from desktop.exchange.merge import undo_merge
from desktop.exchange.receipts import (
    last_receipt,
    read_receipt,
    write_receipt_again,
    write_receipts,
    written_receipts,
)
from desktop.registers.problems import AppError
from desktop.store import station_keys
from desktop.store.acknowledgements import sent
from desktop.store.check import check, put_back
from tests.exchange.steps import GATE, change, edit, enter, hand_off, put, take
from tests.meeting import meet


@pytest.fixture(autouse=True)
def met(prison, headquarters):
    meet(prison, headquarters)


def receipt(headquarters, stick):
    (path,) = write_receipts(headquarters, "security", stick)
    return path


def read(vault, path):
    return read_receipt(vault, path.name, path.read_bytes())


def due(vault, month="2013-03"):
    return [item.record["number"] for item in vault.records("gate_log").due(month)]


def spoil(path):
    """Make the first row of a hand-off's gate log one that headquarters cannot take."""
    edit(path, lambda book: put(book[GATE], 3, passed_on="потом"))


def test_what_a_receipt_names_is_not_handed_off_again(prison, headquarters, stick):
    enter(prison)
    made = hand_off(prison, stick)
    take(headquarters, made.path)
    assert due(prison)
    taken = read(prison, receipt(headquarters, stick))
    assert (taken.state, taken.records, taken.unknown) == ("new", 1, ())
    (one,) = taken.receipt.accepted
    assert (one.check, one.month, one.sequence, one.accepted, one.rejected) == (made.check_number, "2013-03", 1, 2, 0)
    assert not due(prison)
    assert check(prison).is_sound


def test_a_receipt_is_written_when_there_is_something_new_to_say_and_can_be_written_again(prison, headquarters, stick):
    assert write_receipts(headquarters, "security", stick) == []
    enter(prison)
    take(headquarters, hand_off(prison, stick).path)
    path = receipt(headquarters, stick)
    assert write_receipts(headquarters, "security", stick) == []
    path.unlink()
    (kept,) = written_receipts(headquarters.zone("security"))
    again = write_receipt_again(headquarters, "security", kept, stick)
    assert again == path
    assert read(prison, again).state == "new"
    assert [e.why for e in headquarters.zone("security").latest_history("ru", 2)] == ["receipt", "receipt"]


def test_the_same_receipt_again_changes_nothing(prison, headquarters, stick):
    enter(prison)
    take(headquarters, hand_off(prison, stick).path)
    path = receipt(headquarters, stick)
    read(prison, path)
    before = prison.zone("security").head
    assert read(prison, path).state == "same"
    assert prison.zone("security").head == before


def test_a_record_that_was_left_out_is_named_and_stays_due(prison, headquarters, stick):
    first, second = enter(prison), enter(prison)
    made = hand_off(prison, stick)
    spoil(made.path)
    plans, _ = take(headquarters, made.path)
    assert plans[0].signature.state == "edited"
    from desktop.exchange.merge import Choice, merge

    merge(headquarters, plans, {plans[0].check_number: Choice("edited", "по телефону")})
    taken = read(prison, receipt(headquarters, stick))
    (row, _) = taken.receipt.rejected
    assert (row.check, row.sheet, row.row, row.cell, row.uid) == (made.check_number, GATE, 3, "E3", first.record["uid"])
    assert row.problem["ru"] != row.problem["ky"]
    assert all(row.advice.values())
    assert taken.receipt.accepted[0].edited
    assert due(prison) == [first.record["number"]]
    assert prison.records("gate_log").read(second.record["uid"])[0]["acknowledged"] == 1


def test_a_row_that_came_right_later_is_named_no_more(prison, headquarters, stick):
    from desktop.exchange.merge import Choice, merge

    first = enter(prison)
    made = hand_off(prison, stick)
    spoil(made.path)
    plans, _ = take(headquarters, made.path)
    merge(headquarters, plans, {plans[0].check_number: Choice("edited", "по телефону")})
    read(prison, receipt(headquarters, stick))
    change(prison, first, comment="исправлено")
    take(headquarters, hand_off(prison, stick).path)
    assert read(prison, receipt(headquarters, stick)).receipt.rejected == ()
    assert not due(prison)


def test_a_hand_off_that_headquarters_took_back_is_due_again(prison, headquarters, stick):
    saved = enter(prison)
    made = hand_off(prison, stick)
    take(headquarters, made.path)
    older = receipt(headquarters, stick)
    read(prison, older)
    undo_merge(headquarters, "security", made.check_number, "не тот файл")
    taken = read(prison, receipt(headquarters, stick))
    assert [one.check for one in taken.receipt.taken_back] == [made.check_number]
    assert due(prison) == [saved.record["number"]]
    assert sent(prison.zone("security"))[0]["acknowledged_at"] is None
    take(headquarters, made.path)
    read(prison, receipt(headquarters, stick))
    assert not due(prison)
    assert check(prison).is_sound


def test_an_older_receipt_read_late_takes_nothing_back_and_gives_nothing_that_was_taken_back(prison, headquarters, stick):
    saved = enter(prison)
    first = hand_off(prison, stick)
    take(headquarters, first.path)
    one = receipt(headquarters, stick)
    undo_merge(headquarters, "security", first.check_number, "не тот файл")
    two = receipt(headquarters, stick)
    take(headquarters, first.path)
    three = receipt(headquarters, stick)
    read(prison, two)
    assert read(prison, one).state == "older"
    assert due(prison) == [saved.record["number"]]
    read(prison, three)
    assert not due(prison)
    assert last_receipt(prison.zone("security")).order == read(prison, three).receipt.order


def test_an_earlier_hand_off_whose_records_all_came_with_a_later_one_waits_no_more(prison, headquarters, stick):
    enter(prison)
    hand_off(prison, stick).path.unlink()
    later = hand_off(prison, stick)
    take(headquarters, later.path)
    assert [row["covered"] for row in sent(prison.zone("security"))] == [False, False]
    read(prison, receipt(headquarters, stick))
    assert [bool(row["acknowledged_at"]) for row in sent(prison.zone("security"))] == [True, False]
    assert [row["covered"] for row in sent(prison.zone("security"))] == [False, True]
    undo_merge(headquarters, "security", later.check_number, "ошибка")
    read(prison, receipt(headquarters, stick))
    assert [row["covered"] for row in sent(prison.zone("security"))] == [False, False]
    assert due(prison)


def test_an_earlier_hand_off_with_a_record_that_never_came_still_waits(prison, headquarters, stick):
    enter(prison, passed_on="2013-04-02")
    hand_off(prison, stick, "2013-04")
    enter(prison)
    take(headquarters, hand_off(prison, stick, "2013-03").path)
    read(prison, receipt(headquarters, stick))
    assert [row["covered"] for row in sent(prison.zone("security"))] == [False, False]


def test_a_receipt_anchors_the_history_so_that_an_older_copy_of_the_computer_is_named(
    prison, headquarters, stick, tmp_path, reopen
):
    old = tmp_path / "старая копия"
    enter(prison)
    prison.close()
    shutil.copytree(prison.folder, old)
    prison = reopen(prison)
    enter(prison)
    made = hand_off(prison, stick)
    take(headquarters, made.path)
    path = receipt(headquarters, stick)
    read(prison, path)
    assert check(prison).is_sound
    prison.close()
    shutil.rmtree(prison.folder)
    shutil.copytree(old, prison.folder)
    prison = reopen(prison)
    taken = read(prison, path)
    assert taken.unknown == (made.check_number,)
    found = [finding for finding in put_back(prison) if finding.kind == "head"]
    assert "квитанция" in found[0].text["ru"]
    kinds = [finding.kind for finding in check(prison).findings]
    assert kinds == ["receipt", "head"]


def test_only_headquarters_writes_receipts_and_only_its_receipts_are_read(prison, headquarters, stick):
    with pytest.raises(AppError) as caught:
        write_receipts(prison, "security", stick)
    assert caught.value.name == "receipt.only_headquarters"
    to = station_keys.partner(headquarters.zone("security"), prison.station.id)
    for kind, body, name in (("pack", {}, "receipt.none"), ("receipt", {"order": "x"}, "letter.changed")):
        path = write_letter(headquarters, "security", to, kind, body, stick)
        with pytest.raises(AppError) as caught:
            read(prison, path)
        assert caught.value.name == name
    assert path.stat().st_size < LARGEST_LETTER


def test_a_receipt_tells_of_no_other_prison(prison, headquarters, stick, make_vault):
    other = make_vault("IK-03")
    meet(other, headquarters)
    enter(prison)
    enter(other)
    take(headquarters, hand_off(prison, stick).path, hand_off(other, stick).path)
    paths = write_receipts(headquarters, "security", stick)
    assert sorted(path.name[:5] for path in paths) == ["IK-01", "IK-03"]
    taken = [read(vault, path) for vault, path in zip((prison, other), sorted(paths), strict=True)]
    assert [len(one.receipt.accepted) for one in taken] == [1, 1]
    assert not any(one.unknown for one in taken)
