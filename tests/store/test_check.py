import datetime as dt
import shutil

import pytest

from desktop.registers.problems import AppError
from desktop.store import history
from desktop.store.backups import back_up, own_place
from desktop.store.check import check, put_back
from desktop.store.copies import journal
from desktop.store.driver import connect, transaction
from desktop.store.records import Incoming
from desktop.store.restoring import restore
from tests.sample import load_line, passage
from tests.store.conftest import ADMIN, MEDIC, OFFICER
from tests.store.test_history import hand_off, save

PAGE = 4096


@pytest.fixture
def filled(vault):
    """Give a vault with five records, one of each fate."""
    records = vault.records("gate_log")
    saved = [save(records) for _ in range(4)]
    records.save(saved[0].record | {"driver": "Ким"}, {"loads": [load_line(cargo="соль")]}, ready=True)
    records.void(saved[1].record["uid"], "ERR", "ошибка")
    records.save(passage(direction=None), {}, ready=False, unread={"passed_at": "25:61"})
    hand_off(records.zone)
    records.zone.acknowledge("A")
    records.save(saved[2].record | {"driver": "Пак"}, saved[2].lines, ready=True, why="опечатка")
    records.undo(saved[2].record["uid"])
    records.restore(saved[0].record["uid"], 1, "так было")
    return vault


def kinds(found):
    return [(finding.zone, finding.kind) for finding in found.findings if finding.damage]


def security(vault):
    return vault.zone("security").connection


def without_guards(vault):
    """Open the file as whoever has its key can, past the program."""
    connection = security(vault)
    for name in ("update", "delete", "replace"):
        connection.execute(f"drop trigger history_no_{name}")
    return connection


def test_a_station_is_sound_after_all_that_the_program_does(filled):
    back_up(filled, own_place(filled.folder), "wish")
    found = check(filled)
    assert found.findings == []
    assert found.is_sound
    zone = next(zone for zone in found.zones if zone.zone == "security")
    assert (zone.records, zone.head) == (5, filled.zone("security").head)


def test_records_merged_at_headquarters_are_sound(make_vault):
    headquarters = make_vault("HQ")
    records = headquarters.records("gate_log")
    record = passage(driver=None) | {"uid": "0" * 32, "number": "IK-03-G-2013-0001", "prison": "IK-03", "state": "SUBMITTED"}
    record |= dict.fromkeys(("created_at", "created_by", "changed_at", "changed_by"), "IK-03")
    for revision, cargo in ((1, "мука"), (2, "соль")):
        item = Incoming(record | {"revision": revision}, {"loads": [load_line(uid="1" * 32, cargo=cargo)]})
        with transaction(records.zone.connection):
            records.keep_all([item], "A")
    assert check(headquarters).is_sound


# Rows edited behind the program's back by somebody who has the key


@pytest.mark.parametrize(
    ("sql", "label"),
    [
        ("update gate_log set driver = 'Никто' where number like '%0004'", "Driver"),
        ("update gate_log set state = 'DRAFT' where number like '%0004'", "State"),
        ("update gate_log set month = '2013-04' where number like '%0004'", "Month"),
        ("update gate_log set number = 'IK-01-G-2013-0009' where number like '%0004'", "No."),
        ("update gate_log set acknowledged = 99 where number like '%0004'", "Revision received by headquarters"),
        ("update gate_log set revision = 9 where number like '%0004'", "Revision"),
        ("update gate_log set prison = 'IK-03' where number like '%0004'", "Prison"),
        ("update gate_log set created_by = 'Никто' where number like '%0004'", "Created by"),
        ("update gate_log set changed_by = 'Никто' where number like '%0004'", "Changed by"),
        ("update gate_log set void_reason = 'DUP' where number like '%0002'", "Reason for voiding"),
        ("update gate_log set total = null where number like '%0004'", "Total"),
        ("update gate_log_loads set weight = 1 where record = (select uid from gate_log where number like '%0004')", "Loads"),
        ("delete from gate_log_loads where record = (select uid from gate_log where number like '%0004')", "Loads"),
    ],
)
def test_a_record_edited_behind_the_program_is_named_with_what_differs(sql, label, filled):
    security(filled).execute(sql)
    found = [finding for finding in check(filled).findings if finding.damage]
    assert [finding.kind for finding in found] == ["record"]
    assert found[0].text["en"].endswith(f": {label}.")
    last = history.of_record(security(filled), found[0].uid)[-1]["seq"]
    assert found[0].event == last


def test_a_record_removed_behind_the_program_is_named(filled):
    uid = filled.zone("security").select("select uid from gate_log where number like '%0004'")[0]["uid"]
    security(filled).execute("delete from gate_log where uid = ?", (uid,))
    found = check(filled)
    assert kinds(found) == [("security", "record")]
    assert (found.findings[0].uid, "IK-01-G-2013-0004" in found.findings[0].text["ru"]) == (uid, True)


def test_a_record_slipped_in_behind_the_program_is_named(filled):
    security(filled).execute(
        "insert into gate_log (uid, number, prison, state, revision, passed_on, month)"
        " values ('f', 'IK-01-G-2013-0099', 'IK-01', 'SUBMITTED', 1, '2013-03-28', '2013-03')"
    )
    found = check(filled).findings
    assert [(finding.uid, finding.kind) for finding in found if finding.damage] == [("f", "record")]


@pytest.mark.parametrize(
    ("sql", "event"),
    [
        ("update history set person = 'Никто' where seq = 3", 3),
        ("update history set at = '2013-03-28T00:00:00+06:00' where seq = 3", 3),
        ("update history set changes = json_set(changes, '$.driver', json_array(null, 'Никто')) where seq = 3", 3),
        ("update history set changes = 'не JSON' where seq = 3", 3),
        ("delete from history where seq = 3", 4),
        ("delete from history where seq = 1", 2),
        ("update history set seq = 100 where seq = 3", 4),
        ("update history set hash = lower(hex(zeroblob(32))) where seq = 3", 3),
    ],
)
def test_the_first_broken_event_is_named_though_the_guards_were_taken_off(sql, event, filled):
    without_guards(filled).execute(sql)
    found = check(filled)
    chain = [finding for finding in found.findings if finding.kind == "chain"]
    assert [finding.event for finding in chain] == [event]
    assert ("security", "guard") in kinds(found)
    assert ("security", "head") not in kinds(found)


def test_two_events_that_change_places_are_found(filled):
    connection = without_guards(filled)
    for old, new in ((3, 99), (4, 3), (99, 4)):
        connection.execute("update history set seq = ? where seq = ?", (new, old))
    assert [finding.event for finding in check(filled).findings if finding.kind == "chain"] == [3]


def test_a_whole_history_written_anew_is_found_by_what_others_know(filled):
    zone = filled.zone("security")
    back_up(filled, own_place(filled.folder), "wish")
    page = zone.head.text
    rewrite_from(filled, 5, "update gate_log set driver = 'Никто' where number like '%0004'")
    assert list(history.broken_events(zone.connection)) == []
    found = check(filled, pages={"security": [page]})
    heads = [finding.text["en"] for finding in found.findings if finding.kind == "head"]
    for source in ("Health", "Intelligence", "Training", "backup 1", "the printed page"):
        assert any(f"that {source} knows: the history was written anew" in text for text in heads), source
    assert not any("Health:" in text for text in heads)


def rewrite_from(vault, seq, sql):
    """Write the history anew from event *seq*, with a chain that holds and records that agree: what a key-holder can do."""
    connection = without_guards(vault)
    connection.execute(sql)
    rows = [tuple(row) for row in connection.execute("select * from history order by seq")]
    previous, made = rows[seq - 2][-1], []
    for row in rows[seq - 1 :]:
        content = (*row[:2], "Никто", *row[3:9], previous)
        previous = history._hash(content)
        made.append((*content, previous))
    connection.execute("delete from history where seq >= ?", (seq,))
    connection.executemany("insert into history values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", made)


# Files and pages put back, swapped, flipped and cut


def test_a_file_put_back_from_an_old_copy_is_found_by_the_other_zones_alone(filled, reopen, tmp_path):
    filled.close()
    shutil.copy(filled.folder / "security.depter", tmp_path / "old")
    again = reopen(filled)
    save(again.records("gate_log"))
    place = own_place(again.folder)
    back_up(again, place, "lock")
    lost = again.zone("security").head.seq
    again.close()
    shutil.rmtree(place)
    shutil.copy(tmp_path / "old", again.folder / "security.depter")
    again = reopen(again)
    found = check(again)
    assert kinds(found) == [("security", "head")] * 3
    assert "put back from an older copy" in found.findings[0].text["en"]
    assert again.zone("security").head.seq < lost


def test_a_log_in_finds_a_file_put_back_without_the_whole_check(filled, reopen, tmp_path):
    filled.close()
    shutil.copy(filled.folder / "security.depter", tmp_path / "old")
    again = reopen(filled)
    save(again.records("gate_log"))
    for _ in range(12):
        back_up(again, own_place(again.folder), "lock")
    assert put_back(again) == []
    again.close()
    shutil.copy(tmp_path / "old", again.folder / "security.depter")
    found = put_back(reopen(again))
    assert {(finding.zone, finding.kind) for finding in found} == {("security", "head")}


def test_a_file_put_back_is_found_even_when_as_much_was_written_since(filled, reopen, tmp_path):
    filled.close()
    shutil.copy(filled.folder / "security.depter", tmp_path / "old")
    again = reopen(filled)
    save(again.records("gate_log"))
    back_up(again, own_place(again.folder), "lock")
    again.close()
    shutil.copy(tmp_path / "old", again.folder / "security.depter")
    again = reopen(again)
    for _ in range(5):
        save(again.records("gate_log"))
    found = check(again)
    assert {finding.kind for finding in found.findings} == {"head"}
    assert all("written anew" in finding.text["en"] for finding in found.findings)


def test_a_page_put_back_from_an_old_copy_is_found(vault, reopen):
    records = vault.records("gate_log")
    uid = save(records, comment="десять пакетов").record["uid"]
    for _ in range(40):
        save(records)
    vault.close()
    path = vault.folder / "security.depter"
    old = path.read_bytes()
    vault = reopen(vault)
    record, lines = vault.records("gate_log").read(uid)
    vault.records("gate_log").save(record | {"comment": "один пакет"}, lines, ready=True)
    vault.close()
    kinds_found = []
    new = path.read_bytes()
    for start in range(PAGE, min(len(old), len(new)), PAGE):
        if old[start : start + PAGE] != new[start : start + PAGE]:
            path.write_bytes(new[:start] + old[start : start + PAGE] + new[start + PAGE :])
            again = reopen(vault)
            try:
                found = check(again)
            finally:
                again.close()
            kinds_found.append({finding.kind for finding in found.findings if finding.damage})
    assert len(kinds_found) > 3
    assert {"record"} in kinds_found
    assert any("chain" in found for found in kinds_found)


@pytest.mark.parametrize("harm", ["flip", "swap", "cut", "zero"])
def test_a_file_changed_without_the_key_is_found(harm, vault, reopen):
    for _ in range(40):
        save(vault.records("gate_log"))
    vault.close()
    path = vault.folder / "security.depter"
    content = path.read_bytes()
    last = len(content) // PAGE - 1
    for page in (last // 2, last - 3):
        path.write_bytes(harmed(content, harm, page * PAGE))
        again = reopen(vault)
        found = check(again)
        again.close()
        assert kinds(found), (harm, page)
        assert {zone for zone, _ in kinds(found)} == {"security"}
        journal(path).unlink(missing_ok=True)
    path.write_bytes(content)
    assert check(reopen(vault)).is_sound


def harmed(content, harm, at):
    if harm == "flip":
        return content[: at + 100] + bytes([content[at + 100] ^ 1]) + content[at + 101 :]
    if harm == "swap":
        return content[: at - PAGE] + content[at : at + PAGE] + content[at - PAGE : at] + content[at + PAGE :]
    if harm == "cut":
        return content[:at]
    return content[:at] + bytes(512) + content[at + 512 :]


def test_an_empty_file_is_damaged_and_not_a_new_station(filled, reopen):
    filled.close()
    path = filled.folder / "security.depter"
    path.write_bytes(b"")
    found = check(reopen(filled))
    assert kinds(found) == [("security", "file")]
    assert path.read_bytes() == b""


def test_a_missing_file_is_named_to_those_without_its_key_as_well(station):
    place = own_place(station.folder)
    with station.log_in(MEDIC) as medic:
        back_up(medic, place, "wish")
    (station.folder / "health.depter").unlink()
    for name in (ADMIN, OFFICER, MEDIC):
        with station.log_in(name) as vault:
            assert ("health", "file") in kinds(check(vault)), name


def test_each_person_checks_what_they_may_open_and_is_told_of_the_rest(station):
    with station.log_in(OFFICER) as officer:
        found = check(officer)
        assert [zone.zone for zone in found.zones] == ["security", "intelligence"]
        assert found.unopened == ("health", "training")
        assert found.is_sound


# What is no damage


def test_a_finished_record_that_breaks_a_rule_of_today_is_a_notice(filled, monkeypatch):
    monkeypatch.setattr(type(filled.zone("security")), "today", dt.date(2013, 1, 1))
    found = check(filled)
    assert found.is_sound
    assert {finding.kind for finding in found.findings} == {"problem"}
    assert "lies in the future" in found.findings[0].text["en"]


def test_a_restore_explains_what_others_know_and_is_told(filled, reopen):
    place = own_place(filled.folder)
    backup = back_up(filled, place, "wish")
    save(filled.records("gate_log"))
    back_up(filled, place, "wish")
    filled.close()
    restore(filled.folder, backup, filled.keys, ["security.depter"])
    found = check(reopen(filled))
    assert found.is_sound
    assert [(finding.zone, finding.kind) for finding in found.findings] == [("security", "restored")]
    assert "Бекова Г. restored backup 1" in found.findings[0].text["en"]


def test_a_restore_does_not_explain_what_was_lost_after_it(filled, reopen, tmp_path):
    place = own_place(filled.folder)
    backup = back_up(filled, place, "wish")
    filled.close()
    restore(filled.folder, backup, filled.keys, ["security.depter"])
    shutil.copy(filled.folder / "security.depter", tmp_path / "old")
    again = reopen(filled)
    for _ in range(30):
        save(again.records("gate_log"))
    back_up(again, place, "wish")
    again.close()
    shutil.copy(tmp_path / "old", again.folder / "security.depter")
    assert ("security", "head") in kinds(check(reopen(again)))


def test_a_printed_mark_that_is_none_is_refused_with_a_sentence(vault):
    with pytest.raises(AppError, match="not a mark of the history"):
        check(vault, pages={"security": ["12-ABCD"]})


def test_a_hand_off_taken_off_the_list_is_found(filled):
    security(filled).execute("delete from sent")
    found = check(filled).findings
    assert [(finding.kind, finding.damage) for finding in found] == [("hand_off", True)]
    assert "about A." in found[0].text["en"]


def test_nothing_is_written_by_a_check(filled):
    heads = [filled.zone(zone).head for zone in filled.zones]
    check(filled)
    assert [filled.zone(zone).head for zone in filled.zones] == heads


def test_the_check_speaks_every_language(filled):
    security(filled).execute("update gate_log set driver = 'Никто' where number like '%0004'")
    text = check(filled).findings[0].text
    assert "Водитель" in text["ru"]
    assert "Айдоочу" in text["ky"]
    assert "Никто" not in "".join(text.values())


def test_a_copy_of_a_zone_under_a_foreign_key_is_no_zone(filled, reopen, tmp_path):
    filled.close()
    path = filled.folder / "security.depter"
    path.unlink()
    foreign = connect(path, bytes(32), create=True)
    foreign.execute("create table history (seq)")
    foreign.close()
    assert kinds(check(reopen(filled))) == [("security", "file")]
