import pytest

from desktop.registers.problems import AppError
from desktop.store import history
from desktop.store.driver import dbapi2
from desktop.store.history import Head
from tests.sample import load_line, passage


def save(records, loads=None, **changes):
    saved = records.save(passage(**changes), {"loads": loads or [load_line()]}, ready=True)
    assert saved.kept
    return saved


def hand_off(zone, check="A"):
    note = {"sequence": 1, "check_number": check, "month": "2013-03", "revision": 1, "file": "f", "counts": {}}
    zone.keep_sent(note, {"gate_log": zone.records("gate_log").due("2013-03")})


def told(records, uid, language="en"):
    return records.zone.history_of(uid, language)


def test_the_history_of_a_record_tells_who_did_what_with_old_and_new_value(gate_log):
    saved = save(gate_log)
    gate_log.save(saved.record | {"driver": "Бекова", "direction": "OUT"}, saved.lines, ready=True)
    made, changed = told(gate_log, saved.record["uid"], "ru")
    assert (made.label, made.person, made.revision, made.in_doubt) == ("Создано", "Бекова Г.", 1, False)
    assert [(d.label, d.old, d.new) for d in changed.differences] == [
        ("Направление", "IN — Въезд", "OUT — Выезд"),
        ("Водитель", "Асанов Болот", "Бекова"),
    ]
    assert ("Дата", "", "28.03.2013") in [(d.label, d.old, d.new) for d in made.differences]


def test_the_history_of_a_record_tells_of_its_lines_where_each_stands(gate_log):
    saved = save(gate_log, [load_line(), load_line(cargo="соль")])
    first, second = saved.lines["loads"]
    gate_log.save(saved.record, {"loads": [second | {"weight": 1_500_000}, load_line(cargo="уголь")]}, ready=True)
    found = [(d.lines, d.line, d.label, d.old, d.new) for d in told(gate_log, saved.record["uid"])[-1].differences if d.lines]
    assert ("Loads", 1, "Cargo", "мука", "") in found
    assert ("Loads", 1, "Weight", "12.5 kg", "1.5 kg") in found
    assert ("Loads", 1, "Line", "2", "1") in found
    assert ("Loads", 2, "Cargo", "", "уголь") in found
    assert first["uid"] != second["uid"]


def test_what_a_hand_off_and_its_receipt_did_to_a_record_stands_in_its_history(gate_log):
    uid = save(gate_log).record["uid"]
    hand_off(gate_log.zone)
    gate_log.zone.acknowledge("A")
    _, handed_off, received = told(gate_log, uid)
    assert next(d.new for d in handed_off.differences if d.label == "State").startswith("SUBMITTED")
    assert (handed_off.action, received.action, received.why) == ("handed_off", "acknowledged", "A")


def test_a_view_is_written_once_in_each_opening_and_only_where_views_are_kept(vault, reopen):
    patients = vault.records("patients")
    uid = patients.save({}, {}, ready=False).record["uid"]
    gate = save(vault.records("gate_log")).record["uid"]
    for _ in range(3):
        patients.viewed(uid)
        vault.records("gate_log").viewed(gate)
    assert [entry.action for entry in patients.zone.history_of(uid, "en")] == ["new", "view"]
    assert [entry.action for entry in vault.zone("security").history_of(gate, "en")] == ["new"]
    patients = reopen(vault).records("patients")
    patients.viewed(uid)
    assert [entry.action for entry in patients.zone.history_of(uid, "en")] == ["new", "view", "view"]


def test_a_print_of_one_record_stands_in_its_history_and_changes_nothing(gate_log):
    uid = save(gate_log).record["uid"]
    before = gate_log.read(uid)
    gate_log.zone.log("print", register="gate_log", uid=uid)
    assert [entry.label for entry in told(gate_log, uid)] == ["Made", "Printed"]
    assert gate_log.read(uid) == before


def test_the_latest_history_is_read_by_page_from_the_newest(gate_log):
    for _ in range(3):
        save(gate_log)
    gate_log.zone.log("export", why="gate_log.xlsx")
    newest = gate_log.zone.latest_history("en", most=2)
    assert [entry.action for entry in newest] == ["export", "new"]
    older = gate_log.zone.latest_history("en", most=2, before=newest[-1].seq)
    assert [entry.seq for entry in older] == [newest[-1].seq - 1, newest[-1].seq - 2]


def test_an_action_of_a_newer_program_is_shown_as_it_stands(gate_log):
    gate_log.zone.log("weighed_anew")
    assert gate_log.zone.latest_history("en")[0].label == "weighed_anew"


def test_a_record_is_given_back_as_it_was_at_a_revision(gate_log):
    first = save(gate_log, [load_line(), load_line(cargo="соль")])
    uid = first.record["uid"]
    gate_log.save(first.record | {"driver": "Ким", "comment": "нет"}, {"loads": first.lines["loads"][:1]}, ready=True)
    gate_log.void(uid, "ERR", "ошибка")
    restored = gate_log.restore(uid, 1, "удалено по ошибке")
    record, lines = gate_log.read(uid)
    assert restored.kept
    assert (record["driver"], record["comment"], record["void_reason"]) == ("Асанов Болот", None, None)
    assert (record["state"], record["revision"]) == ("READY", 4)
    assert [(row["uid"], row["cargo"]) for row in lines["loads"]] == [(r["uid"], r["cargo"]) for r in first.lines["loads"]]
    assert (told(gate_log, uid)[-1].action, told(gate_log, uid)[-1].why) == ("restore", "удалено по ошибке")


def test_a_revision_that_would_have_errors_today_is_restored_as_a_draft_only(gate_log):
    draft = gate_log.save(passage(direction=None), {}, ready=False)
    gate_log.save(draft.record | {"direction": "IN"}, {"loads": [load_line()]}, ready=True)
    uid = draft.record["uid"]
    refused = gate_log.restore(uid, 1, "так было")
    assert not refused.kept
    assert gate_log.read(uid)[0]["revision"] == 2
    assert gate_log.restore(uid, 1, "так было", ready=False).record["state"] == "DRAFT"


def test_the_unread_texts_of_a_draft_come_back_with_its_revision(gate_log):
    draft = gate_log.save(passage(), {}, ready=False, unread={"passed_at": "25:61"})
    gate_log.save(draft.record | {"passed_at": "12:00"}, {}, ready=False)
    gate_log.restore(draft.record["uid"], 1, "так было", ready=False)
    assert gate_log.read(draft.record["uid"])[0]["extra"] == '{"unread": {"passed_at": "25:61"}}'


def test_a_revision_that_never_was_is_refused(gate_log):
    with pytest.raises(AppError, match="never had a revision 7"):
        gate_log.restore(save(gate_log).record["uid"], 7, "так было")


def test_the_history_is_not_replaced_even_by_a_program_without_the_settings(vault):
    save(vault.records("gate_log"))
    path, key = vault.folder / "security.depter", vault.keys.zones["security"]
    vault.close()
    foreign = dbapi2.connect(str(path))
    foreign.execute(f"pragma key = \"x'{key.hex()}'\"")
    foreign.execute("pragma recursive_triggers = OFF")
    with pytest.raises(Exception, match="append-only"):
        foreign.execute("insert or replace into history select seq, 'x', person, action, register, uid, revision, changes, why,"
                        " previous, hash from history")  # fmt: skip
    foreign.close()


def test_the_last_event_and_no_other_is_what_a_head_stands_for(gate_log):
    zone = gate_log.zone
    heads = []
    for _ in range(3):
        save(gate_log)
        heads.append(zone.head)
    assert [history.head_at(zone.connection, head.seq) for head in heads] == heads
    assert history.head_at(zone.connection, heads[-1].seq + 1) is None
    assert history.head_at(zone.connection, 0) == Head()


@pytest.mark.parametrize("change", [str, str.lower, lambda text: text.replace("-", " - "), lambda text: text.replace("0", "O")])
def test_a_head_is_read_back_from_paper_as_people_copy_it(change):
    head = Head(1204, "00" + "9f3c" * 15 + "12")
    seq, text = history.written_head(change(head.text))
    assert (seq, text) == (1204, head.text)


@pytest.mark.parametrize("text", ["", "1204", "1204-7KQM", "1204-7KQM-3F9T-Z2XU", "x-7KQM-3F9T-Z2XW"])
def test_what_is_no_head_is_refused(text):
    with pytest.raises(ValueError):
        history.written_head(text)


def test_heads_that_differ_are_written_differently():
    texts = [Head(5, f"{n:x}".ljust(64, "0")).text for n in range(16)] + [
        Head(5, f"{n:015x}".ljust(64, "0")).text for n in range(1, 16)
    ]
    assert len(set(texts)) == 31
