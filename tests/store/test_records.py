import json

import pytest

from desktop.registers.problems import AppError
from desktop.store import history
from desktop.store.records import Filter
from tests.sample import load_line, passage


def save(records, ready=True, loads=None, **changes):
    return records.save(passage(**changes), {"loads": loads or [load_line()]}, ready=ready)


def test_a_ready_record_gets_identity_number_month_and_history(gate_log):
    saved = save(gate_log)
    assert saved.kept
    record, lines = gate_log.read(saved.record["uid"])
    assert record["number"] == "IK-01-G-2013-0001"
    assert (record["state"], record["revision"], record["month"], record["prison"]) == ("READY", 1, "2013-03", "IK-01")
    assert lines["loads"][0]["cargo"] == "мука"
    events = history.of_record(gate_log.zone.connection, record["uid"])
    assert [event["action"] for event in events] == ["new"]
    assert events[0]["changes"]["driver"] == [None, "Асанов Болот"]


def test_numbers_go_on_by_year(gate_log):
    numbers = [save(gate_log, passed_on=day).record["number"] for day in ("2013-01-01", "2012-12-31", "2013-02-01")]
    assert numbers == ["IK-01-G-2013-0001", "IK-01-G-2012-0001", "IK-01-G-2013-0002"]


def test_a_record_with_errors_is_not_ready_but_always_a_draft(gate_log):
    refused = save(gate_log, direction=None)
    assert not refused.kept
    assert gate_log.count() == 0
    kept = gate_log.save(refused.record, {}, ready=False, unread={"passed_at": "25:61"})
    assert kept.kept
    record, _ = gate_log.read(kept.record["uid"])
    assert record["state"] == "DRAFT"
    assert json.loads(record["extra"])["unread"] == {"passed_at": "25:61"}


def test_a_warning_needs_a_reason(gate_log):
    heavy = {"loads": [load_line(weight=9_000_000_000)]}
    assert not gate_log.save(passage(), heavy, ready=True).kept
    assert gate_log.save(passage(reasons=json.dumps({"heavy": "весы проверены"})), heavy, ready=True).kept


def test_a_change_is_a_revision_with_old_and_new_value(gate_log):
    saved = save(gate_log)
    changed = gate_log.save(saved.record | {"driver": "Бекова"}, saved.lines, ready=True)
    assert changed.record["revision"] == 2
    assert history.of_record(gate_log.zone.connection, saved.record["uid"])[-1]["changes"] == {
        "driver": ["Асанов Болот", "Бекова"]
    }


def test_saving_without_a_change_makes_no_revision(gate_log):
    saved = save(gate_log)
    again = gate_log.save(*gate_log.read(saved.record["uid"]), ready=True)
    assert gate_log.read(saved.record["uid"])[0]["revision"] == again.record["revision"] == 1


def test_a_void_record_stays_with_its_reason(gate_log):
    saved = save(gate_log)
    gate_log.void(saved.record["uid"], "DUP", "записано дважды")
    record, _ = gate_log.read(saved.record["uid"])
    assert (record["state"], record["void_reason"], record["revision"]) == ("VOID", "DUP", 2)
    assert history.of_record(gate_log.zone.connection, record["uid"])[-1]["why"] == "записано дважды"


def test_a_handed_off_record_is_changed_only_with_a_reason(gate_log):
    saved = save(gate_log)
    gate_log.zone.keep_sent({"sequence": 1, "check_number": "A", "month": "2013-03", "revision": 1, "file": "f", "counts": {}},
                            {"gate_log": gate_log.due("2013-03")})  # fmt: skip
    record, lines = gate_log.read(saved.record["uid"])
    assert record["state"] == "SUBMITTED"
    with pytest.raises(AppError, match="Say why"):
        gate_log.save(record | {"driver": "Б"}, lines, ready=True)
    assert gate_log.save(record | {"driver": "Б"}, lines, ready=True, why="опечатка").record["state"] == "READY"


@pytest.mark.parametrize(
    "typed", ["осум", "Өсүмдүк", "asanov", "АСАНОВ", "гаш", "ufibi", "0001", "fcfyjd", "ас", "асанов мука"]
)
def test_search_finds_a_record_by_its_words_in_any_language(typed, gate_log):
    saved = save(gate_log, searched=1, finds="DRG")
    save(gate_log, driver="Ким", searched=1, finds="NON", loads=[load_line(cargo="соль")])
    found = gate_log.rows(gate_log.search(Filter(text=typed)))
    assert [row["uid"] for row in found] == [saved.record["uid"]]


def test_a_list_is_filtered_and_sorted_in_kyrgyz_order(gate_log):
    for driver, direction in (("Өмүрбек", "IN"), ("Олег", "OUT"), ("Осмон", "IN"), ("Пак", "IN")):
        save(gate_log, driver=driver, direction=direction)
    found = gate_log.rows(gate_log.search(Filter(order="driver", descending=False)))
    assert [row["driver"] for row in found] == ["Олег", "Осмон", "Өмүрбек", "Пак"]
    assert len(gate_log.search(Filter(where={"direction": "OUT"}))) == 1
    assert len(gate_log.search(Filter(month="2013-02"))) == 0
    assert len(gate_log.search(Filter(states=("READY",)))) == 4


def test_an_open_form_is_kept_until_it_is_saved_or_given_up(vault, reopen):
    vault.records("gate_log").keep_form("", {"driver": "Аса"})
    records = reopen(vault).records("gate_log")
    assert records.kept_form("") == {"driver": "Аса"}
    save(records)
    assert records.kept_form("") is None


def test_a_hand_off_carries_what_headquarters_does_not_have(gate_log):
    first = save(gate_log).record
    save(gate_log, passed_on="2013-04-01")
    save(gate_log, ready=False, passed_on="2013-03-02")
    assert [item.record["uid"] for item in gate_log.due("2013-03")] == [first["uid"]]
    note = {"sequence": 1, "check_number": "A", "month": "2013-03", "revision": 1, "file": "f", "counts": {}}
    gate_log.zone.keep_sent(note, {"gate_log": gate_log.due("2013-03")})
    assert len(gate_log.due("2013-03")) == 1
    assert gate_log.zone.acknowledge("A") == 1
    assert gate_log.due("2013-03") == []
    record, lines = gate_log.read(first["uid"])
    gate_log.save(record | {"driver": "Б"}, lines, ready=True, why="опечатка")
    assert [item.record["revision"] for item in gate_log.due("2013-03")] == [2]


def test_a_record_voided_before_it_was_ever_sent_stays_at_home(gate_log):
    gate_log.void(save(gate_log).record["uid"], "ERR", "ошибка")
    assert gate_log.due("2013-03") == []


def test_the_history_cannot_be_changed_or_replaced(gate_log):
    save(gate_log)
    connection = gate_log.zone.connection
    for sql in (
        "update history set why = 'x'", "delete from history",
        "insert or replace into history select seq, at, 'x', action, register, uid, revision, changes, why, previous, hash from history",
    ):  # fmt: skip
        with pytest.raises(Exception, match="append-only"):
            connection.execute(sql)
    assert list(history.broken_events(connection)) == []


def test_a_changed_event_is_named(gate_log):
    for _ in range(5):
        save(gate_log)
    connection = gate_log.zone.connection
    connection.execute("drop trigger history_no_update")
    connection.execute("update history set why = 'x' where seq = 3")
    assert list(history.broken_events(connection)) == [3]


def test_nothing_is_kept_of_a_save_that_fails_halfway(gate_log, monkeypatch):
    monkeypatch.setattr("desktop.store.records.append", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        save(gate_log)
    assert gate_log.count() == 0
