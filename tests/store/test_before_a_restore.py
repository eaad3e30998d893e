"""What is known before a restore: which backups lie where a person points, whose they are, and what they would change here."""

import pytest

from desktop.registers.problems import AppError
from desktop.store import keyring
from desktop.store.backups import back_up, back_up_outside, backups_at, own_place, place_on
from desktop.store.restoring import foresee, keys_for, lacking, restore
from desktop.store.vault import open_vault
from tests.conftest import PASSWORD
from tests.store.conftest import ADMIN
from tests.store.test_history import hand_off, save


@pytest.fixture
def stick(tmp_path):
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick"


def of_security(vault, backup):
    return next(one for one in foresee(vault, backup) if one.copy.zone == "security")


def fates(foreseen):
    return {(fate.number, fate.kind) for fate in foreseen.fates}


def test_backups_are_found_from_a_stick_a_place_a_station_and_their_own_folder(vault, make_vault, stick):
    here, out = back_up(vault, own_place(vault.folder), "wish"), back_up_outside(vault, stick)
    other = back_up_outside(make_vault("IK-03"), stick)
    assert {one.folder for one in backups_at(stick)} == {out.folder, other.folder}
    assert [one.folder for one in backups_at(place_on(stick, vault.station))] == [out.folder]
    assert [one.folder for one in backups_at(vault.folder)] == [here.folder]
    assert [one.number for one in backups_at(here.folder)] == [here.number]
    assert backups_at(stick / "elsewhere") == []


def test_a_restore_is_foreseen_record_by_record(vault, gate_log):
    kept, changed, void = (save(gate_log).record for _ in range(3))
    backup = back_up(vault, own_place(vault.folder), "wish")
    gate_log.save(changed | {"driver": "Ким"}, gate_log.read(changed["uid"])[1], ready=True)
    gate_log.void(void["uid"], "ERR", "ошибка")
    later = save(gate_log).record
    found = of_security(vault, backup)
    assert fates(found) == {(changed["number"], "older"), (void["number"], "older"), (later["number"], "lost")}
    assert (found.copy.records, found.here, found.count("older"), found.loses) == (3, 4, 2, True)
    assert kept["number"] not in {fate.number for fate in found.fates}
    assert not (vault.folder / "trial.part").exists()


def test_what_only_a_backup_has_is_foreseen_to_return(vault, gate_log, reopen, tmp_path):
    record = save(gate_log).record
    vault.close()
    old = (vault.folder / "security.depter").read_bytes()
    vault = reopen(vault)
    gate_log = vault.records("gate_log")
    lines = gate_log.read(record["uid"])[1]
    gate_log.save(record | {"driver": "Ким"}, lines, ready=True)
    later = save(gate_log).record
    backup = back_up(vault, own_place(vault.folder), "wish")
    vault.close()
    (vault.folder / "security.depter").write_bytes(old)
    found = of_security(reopen(vault), backup)
    assert fates(found) == {(record["number"], "newer"), (later["number"], "returns")}
    assert not found.loses


def test_a_line_changed_behind_the_program_is_foreseen_to_differ(vault, gate_log):
    record = save(gate_log).record
    backup = back_up(vault, own_place(vault.folder), "wish")
    gate_log.zone.connection.execute("update gate_log_loads set weight = 1")
    assert fates(of_security(vault, backup)) == {(record["number"], "differs")}


def test_hand_offs_made_since_are_foreseen_to_be_forgotten(vault, gate_log):
    save(gate_log)
    backup = back_up(vault, own_place(vault.folder), "wish")
    assert not of_security(vault, backup).loses
    hand_off(gate_log.zone)
    found = of_security(vault, backup)
    assert (found.hand_offs, found.merges, found.fates, found.loses) == (1, 0, (), True)


def test_a_damaged_copy_is_said_and_the_others_are_still_foreseen(vault, gate_log):
    save(gate_log)
    backup = back_up(vault, own_place(vault.folder), "wish")
    path = backup.folder / "security.depter"
    path.write_bytes(path.read_bytes()[:-1])
    found = {one.copy.zone: one.problem for one in foresee(vault, backup)}
    assert "not as it was written" in found.pop("security")["en"]
    assert set(found.values()) == {None}


def test_of_a_file_that_does_not_open_here_nothing_is_known(vault, gate_log, reopen):
    save(gate_log)
    backup = back_up(vault, own_place(vault.folder), "wish")
    vault.close()
    (vault.folder / "security.depter").write_bytes(b"x" * 8192)
    found = of_security(reopen(vault), backup)
    assert (found.here, found.problem, found.loses) == (None, None, False)
    assert "does not open" in found.unknown["en"]


def test_somebody_without_a_key_learns_nothing_of_the_records(station):
    with station.log_in(ADMIN) as admin:
        backup = back_up(admin, own_place(admin.folder), "wish")
        found = foresee(admin, backup)
        assert {one.here for one in found} == {None}
        assert all("does not open" in one.unknown["en"] for one in found)
        assert {one.problem for one in found} == {None}


def test_another_station_s_backup_is_refused_though_no_key_is_needed_for_it(vault, make_vault, stick):
    backup, other = back_up_outside(vault, stick), make_vault("IK-03")
    vault.close()
    other.close()
    before = (other.folder / "security.depter").read_bytes()
    with pytest.raises(AppError, match="another station"):
        restore(other.folder, backup, keyring.Keys("Бекова Г.", {}, {}, b""))
    assert (other.folder / "security.depter").read_bytes() == before


def test_a_damaged_list_of_people_and_keys_is_put_back_like_a_missing_one(vault, gate_log, definitions):
    save(gate_log)
    backup = back_up(vault, own_place(vault.folder), "wish")
    vault.close()
    path = vault.folder / keyring.FILE
    damaged = path.read_bytes()[:-20]
    assert lacking(vault.folder, backup) == []
    path.write_bytes(damaged)
    assert lacking(vault.folder, backup) == [keyring.FILE]
    restored = restore(vault.folder, backup, keys_for(vault.folder, backup, PASSWORD), lacking(vault.folder, backup))
    assert (restored.kept / keyring.FILE).read_bytes() == damaged
    with open_vault(vault.folder, definitions, PASSWORD) as again:
        assert again.records("gate_log").count() == 1
