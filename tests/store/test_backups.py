import json
import shutil
import threading
from contextlib import suppress

import pytest

from desktop.registers.problems import AppError
from desktop.store import backup_counts, backups, history, keyring, restoring
from desktop.store.backups import back_up, back_up_if_changed, back_up_outside, own_place
from desktop.store.check import check
from desktop.store.copies import verify
from desktop.store.driver import connect
from desktop.store.files import sum_up
from desktop.store.restoring import keys_for, prove, restore
from desktop.store.vault import open_vault
from tests.conftest import PASSWORD
from tests.sample import load_line
from tests.store.conftest import ADMIN, MEDIC, OFFICER, password_of
from tests.store.test_history import save


def found(place):
    return [backup.number for backup in backups.backups(place)]


def drivers(vault):
    return [item.record["driver"] for item in vault.records("gate_log").all()]


@pytest.fixture
def place(vault):
    return own_place(vault.folder)


@pytest.fixture
def stick(tmp_path):
    """Put a stick in."""
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick"


# Making one


def test_a_backup_holds_every_file_and_each_opens_with_its_key_and_is_sound(vault, place):
    save(vault.records("gate_log"))
    backup = back_up(vault, place, "wish")
    assert backup.problems == ()
    assert {copy.zone for copy in backup.zones} == set(vault.zones)
    for copy in backup.zones:
        assert verify(backup.folder / copy.file, vault.keys.zones[copy.zone]) == copy.head == vault.zone(copy.zone).head
    assert backup.zone("security").records == 1
    assert (backup.folder / keyring.FILE).read_bytes() == (vault.folder / keyring.FILE).read_bytes()
    assert next(backups.backups(place)).copies == backup.copies


def test_what_is_written_while_a_backup_is_made_does_not_tear_it(vault, place, monkeypatch):
    records = vault.records("gate_log")
    for _ in range(40):
        save(records, [load_line(cargo="у" * 200)] * 20)
    monkeypatch.setattr("desktop.store.copies._PAGES", 1)
    connection = records.zone.connection
    copied = []

    class Busy:
        def __init__(self):
            self.execute = connection.execute

        def backup(self, target, pages, sleep):
            def step(status, remaining, total):
                if not copied:
                    copied.append(remaining)
                    save(records, driver="Позже")

            connection.backup(target, pages=pages, sleep=0, progress=step)

    from desktop.store.copies import copy_verified

    place.mkdir()
    head = copy_verified(Busy(), vault.keys.zones["security"], place / "security.depter")
    assert copied
    assert head == records.zone.head


def test_records_saved_while_a_backup_runs_beside_are_kept_whole(vault, place):
    records, made, slips = vault.records("gate_log"), [], []

    def keep_backing_up():
        try:
            while len(made) < 6:
                made.append(back_up(vault, place, "interval"))
        except Exception as error:  # noqa: BLE001 - told by the thread that looks
            slips.append(error)
            made.extend([None] * 6)

    beside = threading.Thread(target=keep_backing_up)
    beside.start()
    count = 0
    while len(made) < 6:
        save(records, [load_line()] * 5)
        count += 1
    beside.join()
    assert slips == []
    assert count > 6
    assert (records.count(), check(vault).findings) == (count, [])
    for backup in made:
        assert backup.problems == ()
        copy = backup.zone("security")
        assert verify(backup.folder / copy.file, vault.keys.zones["security"]) == copy.head


def test_definitions_of_a_station_are_backed_up_and_put_back_where_they_are_gone(vault, place):
    own = vault.folder / "definitions" / "codes"
    own.mkdir(parents=True)
    (own / "wings.csv").write_text("code,ru,ky,en,group,from,until\n", "utf-8")
    backup = back_up(vault, place, "wish")
    shutil.rmtree(vault.folder / "definitions")
    vault.close()
    restore(vault.folder, backup, vault.keys)
    assert (own / "wings.csv").read_text("utf-8") == "code,ru,ky,en,group,from,until\n"


def test_a_backup_is_made_only_where_something_changed(vault, place):
    save(vault.records("gate_log"))
    assert back_up_if_changed(vault, "interval").number == 1
    assert back_up_if_changed(vault, "interval") is None
    vault.zone("training").log("print")
    assert back_up_if_changed(vault, "interval").number == 2


def test_a_damaged_page_is_never_backed_up_as_sound_and_the_other_zones_still_are(vault, place, reopen):
    for _ in range(30):
        save(vault.records("gate_log"))
    back_up(vault, place, "wish")
    vault.close()
    flip(vault.folder / "security.depter", 0.6)
    again = reopen(vault)
    backup = back_up(again, place, "wish")
    assert {copy.zone for copy in backup.zones} == {"health", "intelligence", "training"}
    assert "security.depter" in backup.problems[0]["en"]
    assert next(b for b in backups.backups(place) if b.zone("security")).number == 1


def flip(path, where):
    content = bytearray(path.read_bytes())
    content[int(len(content) * where)] ^= 1
    path.write_bytes(content)


def test_a_backup_broken_off_leaves_nothing_that_looks_like_one(vault, place, monkeypatch):
    back_up(vault, place, "wish")
    for step in ("flush_folder", "_write_note", "_copy_zone"):
        with monkeypatch.context() as broken:
            broken.setattr(f"desktop.store.backups.{step}", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                back_up(vault, place, "wish")
        assert found(place) == [1]
        assert not list(place.glob("*.part"))
    assert back_up(vault, place, "wish").number == 5


def test_a_killed_backup_is_cleared_away_by_the_next(vault, place):
    (place / "000001.part").mkdir(parents=True)
    (place / "000001.part" / "security.depter").write_bytes(b"half")
    assert back_up(vault, place, "wish").number == 1
    assert not list(place.glob("*.part"))


def test_a_place_that_cannot_be_written_is_said_and_nothing_is_lost(vault, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(AppError, match="No backup was made"):
        back_up(vault, tmp_path / "file" / "backups", "wish")
    assert save(vault.records("gate_log")).kept


def test_numbers_go_on_though_the_backups_and_their_count_are_lost(vault, place, stick):
    back_up(vault, place, "wish")
    back_up_outside(vault, stick)
    shutil.rmtree(place)
    assert back_up(vault, place, "wish").number == 3
    (vault.folder / backup_counts.FILE).unlink()
    assert back_up_outside(vault, stick).number == 4


def test_nothing_in_a_backup_can_be_read_without_the_keys(vault, place):
    canary = "Канарейкин"
    save(vault.records("gate_log"), driver=canary)
    vault.records("patients").save({"remarks": canary}, {}, ready=False)
    backup = back_up(vault, place, "wish")
    for path in backup.folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert not any(canary.encode(code) in content for code in ("utf-8", "utf-16-le"))


# People without keys


def test_an_administrator_without_keys_backs_up_every_file_as_it_lies_and_restores_it(station, definitions):
    with station.log_in(MEDIC) as medic:
        uid = medic.records("patients").save({"remarks": "до"}, {}, ready=False).record["uid"]
    with station.log_in(ADMIN) as admin:
        assert admin.zones == []
        backup = back_up(admin, own_place(admin.folder), "wish")
        assert {copy.zone for copy in backup.zones} == set(definitions.zones)
        assert all(copy.head is None for copy in backup.zones)
    with station.log_in(MEDIC) as medic:
        record, _ = medic.records("patients").read(uid)
        medic.records("patients").save(record | {"remarks": "после"}, {}, ready=False)
    with station.log_in(ADMIN) as admin:
        keys = admin.keys
    restore(station.folder, backup, keys, ["health.depter"])
    with station.log_in(MEDIC) as medic:
        assert medic.records("patients").read(uid)[0]["remarks"] == "до"


def test_a_file_that_another_program_has_open_is_not_copied_as_it_lies(station):
    with station.log_in(MEDIC) as medic, station.log_in(ADMIN) as admin:
        medic.records("patients").save({}, {}, ready=False)
        backup = back_up(admin, own_place(admin.folder), "wish")
    assert "health" not in {copy.zone for copy in backup.zones}
    assert any("health.depter is already open" in problem["en"] for problem in backup.problems)


def test_a_write_that_a_power_cut_broke_off_is_copied_with_what_rolls_it_back(station, tmp_path):
    with station.log_in(MEDIC) as medic:
        uid = medic.records("patients").save({"remarks": "до"}, {}, ready=False).record["uid"]
        cut_off_write(medic, tmp_path / "cut")
    for path in (tmp_path / "cut").iterdir():
        shutil.copy(path, station.folder / path.name)
    with station.log_in(ADMIN) as admin:
        backup = back_up(admin, own_place(admin.folder), "wish")
        keys = admin.keys
    restore(station.folder, backup, keys, ["health.depter"])
    with station.log_in(MEDIC) as medic:
        assert medic.records("patients").read(uid)[0]["remarks"] == "до"
        assert check(medic).is_sound


def cut_off_write(vault, folder):
    """Take the files of health as they lie in the middle of a write, as a power cut leaves them."""
    folder.mkdir()
    connection = vault.zone("health").connection
    connection.execute("pragma cache_size = 1")
    connection.execute("begin immediate")
    connection.execute("update patients set remarks = 'наполовину'")
    connection.execute("update settings set value = value || hex(zeroblob(30000))")
    connection.execute("pragma cache_spill = 1")
    for name in ("health.depter", "health.depter-journal"):
        shutil.copy(vault.folder / name, folder / name)
    connection.execute("rollback")
    assert (folder / "health.depter-journal").stat().st_size > 0


def test_each_person_backs_up_verified_what_they_may_open(station):
    with station.log_in(OFFICER) as officer:
        backup = back_up(officer, own_place(officer.folder), "wish")
    verified = {copy.zone for copy in backup.zones if copy.head}
    assert verified == {"security", "intelligence"}
    assert {copy.zone for copy in backup.zones} == {"security", "intelligence", "health", "training"}


# Thinning


@pytest.mark.parametrize("made", [range(1, 3000), range(1, 3000, 2), [n for n in range(1, 3000) if n % 8]])
def test_thinning_goes_by_number_and_keeps_ever_fewer_of_the_older(made):
    numbers, before = set(), set()
    for number in made:
        numbers = backups.kept({*numbers, number})
        before.add(number)
        assert set(sorted(before)[-8:]) <= numbers
        assert len(numbers) <= 8 + 4 * 8
        oldest_of_64, oldest_of_512 = (min(n for n in numbers if n > number - reach) for reach in (64, 512))
        assert oldest_of_64 <= max(1, number - 48)
        assert oldest_of_512 <= max(1, number - 384)
    assert min(numbers) == made[0]


def test_thinning_never_removes_the_last_verified_copy_of_a_zone(station):
    place = own_place(station.folder)
    with station.log_in(MEDIC) as medic:
        verified = back_up(medic, place, "wish").number
    with station.log_in(ADMIN) as admin:
        for _ in range(20):
            back_up(admin, place, "wish")
    assert verified in found(place)
    assert len(found(place)) < 12


def test_thinning_leaves_other_stations_alone(make_vault, stick):
    vaults = [make_vault("IK-01"), make_vault("IK-03")]
    for vault in vaults:
        back_up_outside(vault, stick)
    for _ in range(12):
        back_up_outside(vaults[0], stick)
    assert found(backups.place_on(stick, vaults[1].station)) == [1]
    assert found(backups.place_on(stick, vaults[0].station)) == [13, 12, 11, 10, 9, 8, 7, 6, 1]


def test_a_file_put_back_from_an_old_copy_pushes_no_good_backup_out(vault, place, reopen, tmp_path):
    save(vault.records("gate_log"))
    vault.close()
    shutil.copy(vault.folder / "security.depter", tmp_path / "old")
    vault = reopen(vault)
    save(vault.records("gate_log"), driver="Ким")
    good = [back_up(vault, place, "wish").number for _ in range(2)]
    vault.close()
    shutil.copy(tmp_path / "old", vault.folder / "security.depter")
    vault = reopen(vault)
    assert any("as if an older copy had been put back" in problem["en"] for problem in back_up(vault, place, "wish").problems)
    for _ in range(70):
        back_up(vault, place, "wish")
    assert set(good) <= set(found(place))
    backup_counts.keep_up_to(vault.folder, 0)
    back_up(vault, place, "wish")
    assert good[1] not in found(place)


# The second place


def test_log_ins_without_a_copy_outside_are_counted_until_one_is_made(vault, stick):
    for n in range(1, 7):
        assert backup_counts.begin_session(vault.folder).sessions == n
        assert not backup_counts.counts(vault.folder).is_due
    assert backup_counts.begin_session(vault.folder).is_due
    assert "7 log-ins" in backup_counts.counts(vault.folder).reminder["en"]
    back_up(vault, own_place(vault.folder), "wish")
    assert backup_counts.counts(vault.folder).is_due
    back_up_outside(vault, stick)
    assert (backup_counts.counts(vault.folder).sessions, backup_counts.counts(vault.folder).place) == (0, str(stick))


def test_the_station_s_own_folder_is_no_second_place(vault, tmp_path):
    (vault.folder / "stick").mkdir()
    for root in (vault.folder, vault.folder / "stick"):
        with pytest.raises(AppError, match="belongs to the station itself"):
            back_up_outside(vault, root)
    with pytest.raises(AppError, match="Put the stick in"):
        back_up_outside(vault, tmp_path / "nowhere")


# Proving


def test_a_proof_restores_the_newest_backup_and_compares_it_with_the_live_records(vault, place):
    records = vault.records("gate_log")
    first, second = save(records), save(records)
    back_up(vault, place, "wish")
    records.save(first.record | {"driver": "Ким"}, first.lines, ready=True)
    save(records)
    proof = prove(vault, place)
    assert proof.holds
    security = next(zone for zone in proof.zones if zone.zone == "security")
    assert (security.same, security.newer, security.missing, security.different) == (1, 1, (), ())
    assert not list(vault.folder.glob("*.part"))
    records.zone.connection.execute("update gate_log set driver = 'Никто' where uid = ?", (second.record["uid"],))
    records.zone.connection.execute("delete from gate_log where uid = ?", (first.record["uid"],))
    security = next(zone for zone in prove(vault, place).zones if zone.zone == "security")
    assert (security.missing, security.different) == ((first.record["uid"],), (second.record["uid"],))


def test_a_line_changed_behind_the_program_is_found_by_a_proof(vault, place):
    uid = save(vault.records("gate_log")).record["uid"]
    back_up(vault, place, "wish")
    vault.zone("security").connection.execute("update gate_log_loads set weight = 1")
    assert [zone.different for zone in prove(vault, place).zones if zone.zone == "security"] == [(uid,)]


@pytest.mark.parametrize("harm", ["flipped", "truncated", "gone", "emptied"])
def test_a_damaged_backup_is_not_proven(harm, vault, place):
    save(vault.records("gate_log"))
    backup = back_up(vault, place, "wish")
    damage(backup.folder / "security.depter", harm)
    proof = prove(vault, place)
    assert [zone.zone for zone in proof.zones if not zone.holds] == ["security"]


def damage(path, harm):
    content = path.read_bytes()
    if harm == "gone":
        path.unlink()
    elif harm == "flipped":
        flip(path, 0.5)
    else:
        path.write_bytes(content[: len(content) // 2] if harm == "truncated" else b"")


def test_there_is_nothing_to_prove_without_a_backup(vault, place):
    with pytest.raises(AppError, match="no backup here yet"):
        prove(vault, place)


# Restoring


def test_a_restore_brings_the_records_back_and_keeps_what_it_replaces(vault, place, definitions):
    save(vault.records("gate_log"))
    backup = back_up(vault, place, "wish")
    save(vault.records("gate_log"), driver="Ким")
    live = vault.zone("security").head
    vault.close()
    replaced = {path.name: path.read_bytes() for path in vault.folder.glob("*.depter")}
    done = restore(vault.folder, backup, vault.keys)
    assert {path.name: path.read_bytes() for path in done.kept.glob("*.depter")} == replaced
    with open_vault(vault.folder, definitions, PASSWORD) as again:
        assert drivers(again) == ["Асанов Болот"]
        restored = history.of_station(again.zone("security").connection, "restored")[0]
        head = backup.zone("security").head.seq
        told = {"number": backup.number, "restored": head, "replaced": live.seq, "common": head}
        assert (restored["changes"], restored["person"]) == (told, "Бекова Г.")
        assert check(again).is_sound
        assert back_up_if_changed(again, "wish").problems == ()


def test_a_restore_explains_the_backups_made_of_what_it_replaced(vault, place, reopen, definitions):
    vault.close()
    old = (vault.folder / "security.depter").read_bytes()
    vault = reopen(vault)
    save(vault.records("gate_log"))
    save(vault.records("gate_log"))
    good = back_up(vault, place, "wish")
    vault.close()
    (vault.folder / "security.depter").write_bytes(old)
    vault = reopen(vault)
    assert back_up(vault, place, "wish").zone("security").head.seq < good.zone("security").head.seq
    assert not check(vault).is_sound
    vault.close()
    restore(vault.folder, good, vault.keys, ["security.depter"])
    with open_vault(vault.folder, definitions, PASSWORD) as again:
        assert [finding.kind for finding in check(again).findings] == ["restored"]
        assert back_up(again, place, "wish").problems == ()


def test_a_damaged_file_is_replaced_only_by_a_restore_and_kept(vault, place, definitions):
    save(vault.records("gate_log"))
    backup = back_up(vault, place, "wish")
    vault.close()
    path = vault.folder / "security.depter"
    path.write_bytes(harmed := path.read_bytes()[::-1])
    with open_vault(vault.folder, definitions, PASSWORD) as again, pytest.raises(AppError, match="may be damaged"):
        again.zone("security")
    assert path.read_bytes() == harmed
    done = restore(vault.folder, backup, vault.keys, ["security.depter"])
    assert done.files == ("security.depter",)
    assert (done.kept / "security.depter").read_bytes() == harmed
    with open_vault(vault.folder, definitions, PASSWORD) as again:
        assert drivers(again) == ["Асанов Болот"]


@pytest.mark.parametrize("harm", ["flipped", "truncated", "gone", "emptied"])
def test_a_restore_refuses_a_backup_that_does_not_verify_and_changes_nothing(harm, vault, place):
    save(vault.records("gate_log"))
    backup = back_up(vault, place, "wish")
    vault.close()
    before = {path: path.read_bytes() for path in vault.folder.glob("*.*") if path.is_file()}
    damage(backup.folder / "training.depter", harm)
    with pytest.raises(AppError):
        restore(vault.folder, backup, vault.keys)
    assert {path: path.read_bytes() for path in vault.folder.glob("*.*") if path.is_file()} == before


def write_note(backup, note):
    """Write a note as somebody would who knows its form, with a right sum."""
    note.pop("check")
    (backup.folder / "backup.json").write_text(json.dumps(note | {"check": sum_up(note)}), "utf-8")
    note["check"] = ""


def test_a_flipped_bit_in_a_note_makes_no_history_look_rewritten(vault, place):
    save(vault.records("gate_log"))
    backup = back_up(vault, place, "wish")
    note = backup.folder / "backup.json"
    whole, head = note.read_text("utf-8"), backup.zone("security").head.hash
    note.write_text(whole.replace(head, head[:-1] + ("0" if head[-1] != "0" else "1")), "utf-8")
    assert found(place) == []
    assert check(vault).is_sound


def test_a_restore_refuses_a_forged_backup_though_its_hashes_fit(vault, place):
    save(vault.records("gate_log"))
    backup = back_up(vault, place, "wish")
    vault.close()
    path = backup.folder / "security.depter"
    forged = connect(path, vault.keys.zones["security"])
    forged.execute("drop trigger history_no_update")
    forged.execute("update history set person = 'Никто' where seq = 2")
    forged.close()
    note = json.loads((backup.folder / "backup.json").read_text("utf-8"))
    next(c for c in note["copies"] if c["zone"] == "security")["sha256"] = backups._sha256(path)
    write_note(backup, note)
    with pytest.raises(AppError, match="broken at event 2"):
        restore(vault.folder, next(backups.backups(place)), vault.keys)


def test_a_restore_refuses_an_older_file_in_the_place_of_the_noted_one(vault, place):
    save(vault.records("gate_log"))
    older = back_up(vault, place, "wish")
    save(vault.records("gate_log"))
    newer = back_up(vault, place, "wish")
    vault.close()
    shutil.copy(older.folder / "security.depter", newer.folder / "security.depter")
    with pytest.raises(AppError, match="not as it was written"):
        restore(vault.folder, newer, vault.keys)


def test_a_note_that_leads_out_of_the_backup_is_no_backup(vault, place):
    backup = back_up(vault, place, "wish")
    note = json.loads((backup.folder / "backup.json").read_text("utf-8"))
    for name in ("../evil.depter", "/etc/passwd", "..\\evil.depter", "C:evil", "definitions/../../evil", "codes/evil.csv", ""):
        note["copies"][0]["file"] = name
        write_note(backup, note)
        assert found(place) == []


def test_a_restore_waits_for_the_file_to_be_closed(vault, place):
    backup = back_up(vault, place, "wish")
    with pytest.raises(AppError, match="already open"):
        restore(vault.folder, backup, vault.keys)


def test_a_restore_broken_off_anywhere_loses_nothing_and_can_be_done_again(vault, place, definitions, monkeypatch):
    save(vault.records("gate_log"))
    backup = back_up(vault, place, "wish")
    vault.close()
    for name in ("copy_plain", "verify", "flush", "flush_folder", "_keep_aside", "_put_in_place", "remove"):
        for place_of_kill in range(4):
            with monkeypatch.context() as broken:
                broken.setattr(restoring, name, _killed(getattr(restoring, name), place_of_kill))
                with suppress(ZeroDivisionError):
                    restore(vault.folder, backup, vault.keys)
            with open_vault(vault.folder, definitions, PASSWORD) as again:
                assert all(again.zone(zone).head.seq for zone in again.zones)
                assert drivers(again) == ["Асанов Болот"]
    restore(vault.folder, backup, vault.keys)
    assert not list(vault.folder.glob("*.part"))


def _killed(function, after):
    calls = []

    def dies(*words):
        calls.append(None)
        return 1 / 0 if len(calls) > after else function(*words)

    return dies


def test_a_new_computer_is_set_up_from_a_stick(vault, stick, tmp_path, definitions):
    save(vault.records("gate_log"))
    backup = back_up_outside(vault, stick)
    vault.close()
    before = (backup.folder / keyring.FILE).read_bytes()
    fresh = tmp_path / "new-computer"
    with pytest.raises(AppError, match="Wrong password"):
        keys_for(fresh, backup, "нет")
    keys = keys_for(fresh, backup, PASSWORD)
    assert not list(fresh.iterdir())
    restore(fresh, backup, keys)
    assert (backup.folder / keyring.FILE).read_bytes() == before
    with open_vault(fresh, definitions, PASSWORD) as again:
        assert drivers(again) == ["Асанов Болот"]


def test_an_older_keyring_is_not_put_back_over_the_one_in_use(station, definitions):
    from desktop.store import people

    with station.log_in(OFFICER) as officer:
        save(officer.records("gate_log"))
        backup = back_up(officer, own_place(officer.folder), "wish")
        people.change_password(officer, password_of(OFFICER), "новый пароль")
    with station.log_in(OFFICER, "новый пароль") as officer:
        people.change_key(officer, "security")
        save(officer.records("gate_log"), driver="Ким")
    keys = keys_for(station.folder, backup, "новый пароль", OFFICER)
    restore(station.folder, backup, keys)
    with station.log_in(OFFICER, "новый пароль") as officer:
        assert drivers(officer) == ["Асанов Болот"]
        assert officer.zone("security").head.seq > backup.zone("security").head.seq


def test_a_copy_made_under_keys_that_nobody_has_is_refused(make_vault, place, vault):
    backup = back_up(vault, place, "wish")
    other = make_vault("IK-03")
    vault.close()
    with pytest.raises(AppError, match="made with other keys"):
        restore(vault.folder, backup, other.keys, ["security.depter"])


# Migration


def test_the_copy_before_a_migration_is_a_verified_one(make_vault, reopen, tmp_path):
    from desktop.registers.declarations import load
    from desktop.registers.resources import RESOURCES
    from tests.sample import GATE_LOG, write_sample

    vault = make_vault(own=load(RESOURCES, write_sample(tmp_path / "own")))
    save(vault.records("gate_log"))
    head = vault.zone("security").head
    changed = write_sample(tmp_path / "own", GATE_LOG.replace('name = "heavy"', 'name = "heavier"'))
    reopen(vault, load(RESOURCES, changed)).zone("security")
    assert verify(vault.folder / "security.before", vault.keys.zones["security"]) == head


def test_a_file_whose_copy_fails_is_not_migrated(make_vault, reopen, tmp_path, definitions):
    vault = make_vault()
    for _ in range(30):
        save(vault.records("gate_log"))
    connection = vault.zone("security").connection
    connection.execute("update settings set value = 'other' where name = 'definitions'")
    vault.close()
    path = vault.folder / "security.depter"
    flip(path, 0.6)
    before = path.read_bytes()
    with open_vault(vault.folder, definitions, PASSWORD) as again, pytest.raises(AppError, match="damaged"):
        again.zone("security")
    assert path.read_bytes() == before
    assert not (vault.folder / "security.before").exists()
