import datetime as dt

import pytest

from desktop.registers.problems import AppError
from desktop.store import history
from desktop.store.driver import transaction
from desktop.store.records import Incoming
from tests.sample import load_line, passage
from tests.store.test_history import hand_off, save


def actions(records, uid):
    return [event["action"] for event in history.of_record(records.zone.connection, uid)]


def test_a_save_is_taken_back_as_a_further_change(gate_log):
    first = save(gate_log)
    uid = first.record["uid"]
    gate_log.save(first.record | {"driver": "Ким"}, {"loads": [load_line(cargo="соль")]}, ready=True)
    assert gate_log.undo(uid).kept
    record, lines = gate_log.read(uid)
    assert (record["driver"], record["revision"], lines["loads"][0]["cargo"]) == ("Асанов Болот", 3, "мука")
    assert lines["loads"][0]["uid"] == first.lines["loads"][0]["uid"]
    assert actions(gate_log, uid) == ["new", "change", "undo"]
    assert list(history.broken_events(gate_log.zone.connection)) == []


def test_a_void_is_taken_back_to_the_state_before_it(gate_log):
    ready = save(gate_log).record["uid"]
    draft = gate_log.save(passage(direction=None), {}, ready=False).record["uid"]
    for uid, state in ((ready, "READY"), (draft, "DRAFT")):
        gate_log.void(uid, "ERR", "ошибка")
        gate_log.undo(uid)
        record = gate_log.read(uid)[0]
        assert (record["state"], record["void_reason"], record["revision"]) == (state, None, 3)


def test_taking_back_the_making_of_a_record_voids_it(gate_log):
    uid = save(gate_log).record["uid"]
    gate_log.undo(uid)
    record = gate_log.read(uid)[0]
    assert (record["state"], record["number"]) == ("VOID", "IK-01-G-2013-0001")
    assert record["void_reason"] in gate_log.zone.definitions.codes["void_reasons"].codes
    assert gate_log.undo(uid).record["state"] == "READY"


def test_what_was_taken_back_comes_back_when_that_is_taken_back(gate_log):
    first = save(gate_log)
    uid = first.record["uid"]
    gate_log.save(first.record | {"driver": "Ким"}, first.lines, ready=True)
    gate_log.undo(uid)
    gate_log.undo(uid)
    assert gate_log.read(uid)[0]["driver"] == "Ким"
    gate_log.void(uid, "ERR", "ошибка")
    gate_log.undo(uid)
    gate_log.undo(uid)
    assert gate_log.read(uid)[0]["void_reason"] == "ERR"


def test_what_was_handed_off_meanwhile_is_taken_back_only_with_a_reason(gate_log):
    uid = save(gate_log).record["uid"]
    hand_off(gate_log.zone)
    with pytest.raises(AppError, match="Say why"):
        gate_log.undo(uid)
    assert gate_log.read(uid)[0]["state"] == "SUBMITTED"
    gate_log.undo(uid, "не наш груз")
    assert [item.record["state"] for item in gate_log.due("2013-03")] == ["VOID"]


def test_a_void_that_was_handed_off_is_taken_back_only_with_a_reason(gate_log):
    uid = save(gate_log).record["uid"]
    hand_off(gate_log.zone)
    gate_log.void(uid, "ERR", "ошибка")
    gate_log.zone.keep_sent({"sequence": 2, "check_number": "B", "month": "2013-03", "revision": 2, "file": "f", "counts": {}},
                            {"gate_log": gate_log.due("2013-03")})  # fmt: skip
    with pytest.raises(AppError, match="Say why"):
        gate_log.undo(uid)
    assert gate_log.undo(uid, "груз был").record["state"] == "READY"


def test_what_was_read_after_the_save_does_not_hide_it(gate_log):
    first = save(gate_log)
    uid = first.record["uid"]
    gate_log.save(first.record | {"driver": "Ким"}, first.lines, ready=True)
    gate_log.zone.log("print", register="gate_log", uid=uid)
    gate_log.undo(uid)
    assert gate_log.read(uid)[0]["driver"] == "Асанов Болот"


def test_a_record_that_came_in_a_hand_off_is_not_taken_back_here(gate_log):
    header = {"uid": "0" * 32, "number": "IK-03-G-2013-0001", "prison": "IK-03", "state": "SUBMITTED", "revision": 1}
    record = passage() | header | dict.fromkeys(("created_at", "created_by", "changed_at", "changed_by"), "IK-03")
    with transaction(gate_log.zone.connection):
        gate_log.keep_all([Incoming(record, {"loads": [load_line()]})], "A")
    with pytest.raises(AppError, match="nothing to take back"):
        gate_log.undo("0" * 32, "ошибка")


def test_a_save_whose_former_content_is_wrong_today_is_not_taken_back_silently(gate_log, monkeypatch):
    first = save(gate_log)
    uid = first.record["uid"]
    gate_log.save(first.record | {"passed_on": "2012-01-01"}, first.lines, ready=True)
    monkeypatch.setattr(type(gate_log.zone), "today", dt.date(2013, 1, 1))
    refused = gate_log.undo(uid)
    assert not refused.kept
    assert refused.judgement.problems[0].rule == "passed_on.future"
    assert gate_log.read(uid)[0]["revision"] == 2
