import pytest

from desktop.registers.labels import LANGUAGES
from desktop.registers.problems import AppError
from desktop.store import driver, journal, keyring, people, sealing, zone_keys
from desktop.store.keyring import Newcomer
from desktop.store.vault import add_zone, make_station, open_vault
from tests.sample import load_line, passage
from tests.store.conftest import ADMIN, HOLDERS, MEDIC, OFFICER, ROLES, TRAINER, newcomer, password_of
from tests.store.test_keyring import actions, edit, row_of

CANARY = "Канарейкин"
NEW = "Новиков Н."


def write_canaries(vault):
    """Write the canary into health by every way in which health is written."""
    records = vault.records("patients")
    saved = records.save({"remarks": f"примечание {CANARY}"}, {}, ready=False)
    records.keep_form("", {"remarks": CANARY})
    vault.zone("health").log("export", why=CANARY)
    return saved.record["uid"]


def refused(name):
    """Expect the refusal *name*."""
    return pytest.raises(AppError, check=lambda error: error.name == name)


# The wall around health


def test_with_every_file_and_every_password_but_the_medics_no_health_canary_is_reached(station, definitions):
    with station.log_in(MEDIC) as medic:
        uid = write_canaries(medic)
    second = station.with_second_medic()
    with station.log_in(MEDIC) as medic:
        people.change_key(medic, "health")
    for path in station.folder.iterdir():
        content = path.read_bytes()
        assert not any(CANARY.encode(code) in content for code in ("utf-8", "utf-16-le", "utf-16-be", "cp1251")), path.name
    ring, keys = keyring.read(station.folder), set()
    for name in (ADMIN, OFFICER, TRAINER):
        with station.log_in(name) as vault, refused("vault.no_key"):
            vault.records("patients")
        keys |= keys_within_reach(ring, name)
    assert len(keys) >= len(HOLDERS)
    files = [path for path in station.folder.glob("health*") if path.stat().st_size]
    assert files
    for key in keys:
        for path in files:
            with refused("store.does_not_open"):
                driver.connect(path, key)
    # The same search finds the key where it is: without this, finding nothing would mean nothing.
    health = station.log_in(MEDIC).keys.zones["health"]
    assert health in keys_within_reach(ring, MEDIC)
    for name in (MEDIC, second):
        with station.log_in(name) as vault:
            assert CANARY in vault.records("patients").read(uid)[0]["remarks"]


def keys_within_reach(ring, name):
    """Try a person's private and wrapping keys on every secret of the keyring, under every name it could be meant for."""
    row = row_of(ring, name)
    private = keyring.private_key(ring, row, password_of(name))
    secrets = {private, sealing.derive(password_of(name), sealing.raw(row["salt"]), sealing.Profile(**row["profile"]))}
    abouts = [
        sealing.about("grant", ring["station"]["id"], zone, version, person["id"], person["name"], person["public"])
        for zone in ring["zones"] for version in (1, 2) for person in ring["people"]
    ] + [sealing.about(kind, ring["station"]["id"], zone, version)
         for kind in ("sheet", "retired") for zone in ring["zones"] for version in (1, 2)]  # fmt: skip
    for entry in ring["zones"].values():
        sealed = [grant["sealed"] for grant in entry["grants"].values()]
        wrapped = [piece["wrapped"] for piece in (*entry["sheets"], *entry["retired"])]
        for what in abouts:
            for piece in sealed:
                secrets |= opened(lambda piece=piece, what=what: sealing.unseal(private, piece, what))
            for key in list(secrets):
                for piece in wrapped:
                    secrets |= opened(lambda key=key, piece=piece, what=what: sealing.unwrap(key, piece, what))
    return secrets


def opened(attempt):
    try:
        return {attempt()}
    except sealing.DoesNotOpen:
        return set()


def test_a_role_written_into_the_file_opens_nothing(station):
    edit(station.folder, lambda ring: row_of(ring, OFFICER).update(roles=list(ROLES.values())))
    officer = station.log_in(OFFICER)
    assert officer.zones == ["security", "intelligence"]
    assert not officer.may("write", "health")
    with refused("vault.no_key"):
        officer.zone("health")


def test_an_administrator_adds_people_but_opens_nothing_for_them_or_for_themselves(station):
    admin = station.log_in(ADMIN)
    assert (admin.zones, admin.may("users"), admin.may("backup"), admin.may("write")) == ([], True, True, False)
    people.add(admin, newcomer(NEW, "prison_medic"))
    with refused("vault.no_key"):
        people.let_in(admin, "health", NEW, password_of(NEW))
    people.give_roles(admin, ADMIN, ["administrator", "prison_medic"])
    assert station.log_in(ADMIN).zones == []
    assert station.log_in(NEW).zones == []


def test_somebody_in_a_zone_lets_another_in_who_types_their_own_password(station):
    people.add(station.log_in(ADMIN), newcomer(NEW, "prison_medic"))
    with station.log_in(MEDIC) as medic:
        uid = write_canaries(medic)
        with refused("vault.wrong_password"):
            people.let_in(medic, "health", NEW, password_of(MEDIC))
        assert station.log_in(NEW).zones == []
        people.let_in(medic, "health", NEW, password_of(NEW))
    with station.log_in(NEW) as new:
        assert CANARY in new.records("patients").read(uid)[0]["remarks"]


def test_nobody_is_let_in_whose_roles_do_not_open_the_zone(station):
    with refused("people.role_opens_not"):
        people.let_in(station.log_in(MEDIC), "health", OFFICER, password_of(OFFICER))
    assert station.log_in(OFFICER).zones == ["security", "intelligence"]


def test_a_public_key_put_into_the_file_is_sealed_to_by_nobody(station):
    second = station.with_second_medic()
    stranger = sealing.new_private_key()
    edit(station.folder, lambda ring: row_of(ring, second).update(public=sealing.public_key(stranger)))
    medic = station.log_in(MEDIC)
    with refused("vault.wrong_password"):
        people.let_in(medic, "health", second, password_of(second))
    assert people.change_key(medic, "health") == [second]
    ring = keyring.read(station.folder)
    assert [row["name"] for row in zone_keys.holders(ring, "health")] == [MEDIC]
    assert zone_keys.opened(ring, row_of(ring, second), stranger) == {}


def test_a_person_put_into_the_file_is_left_out_when_the_key_is_changed(station):
    stranger = sealing.new_private_key()

    def plant(ring):
        row = {"id": "0" * 32, "name": NEW, "roles": ["prison_medic"], "state": "active", "since": ""}
        keyring.lock(ring, row, stranger, "пароль")
        ring["people"].append(row)
        zone_keys.give(ring, "health", sealing.random_key(), row, MEDIC)

    edit(station.folder, plant)
    assert people.change_key(station.log_in(MEDIC), "health") == [NEW]
    assert [opener.name for opener in people.who_can_open(station.folder, "health").people] == [MEDIC]


def test_who_can_open_a_zone_is_told_from_the_keyring_alone(station):
    second = station.with_second_medic()
    people.block(station.log_in(ADMIN), second)
    access = people.who_can_open(station.folder, "health")
    assert [(one.name, one.roles, one.blocked, one.by) for one in access.people] == [
        (MEDIC, ("prison_medic",), False, ADMIN), (second, ("prison_medic",), True, MEDIC),
    ]  # fmt: skip
    assert (access.sheets, access.sheets_unproven, access.due) == ((), (1,), False)
    assert [one.name for one in people.who_can_open(station.folder, "security").people] == [OFFICER]
    assert people.who_can_open(station.folder, "unknown").people == ()


# Roles


def test_a_small_prison_gives_one_person_every_role_and_key(vault):
    assert vault.zones == ["security", "intelligence", "health", "training"]
    assert all(vault.may("write", zone) and vault.may("hand_off", zone) for zone in vault.zones)
    assert vault.may("users")
    assert vault.person == "Бекова Г."


def test_a_person_may_have_several_roles_each_acting_in_its_own_zones(station):
    people.give_roles(station.log_in(ADMIN), TRAINER, ["training_officer", "prison_medic"])
    people.let_in(station.log_in(MEDIC), "health", TRAINER, password_of(TRAINER))
    trainer = station.log_in(TRAINER)
    assert trainer.zones == ["health", "training"]
    assert trainer.may("merge", "training")
    assert not trainer.may("merge", "health")
    assert not trainer.may("write", "security")


def test_a_role_is_not_taken_before_the_key_it_goes_with(station):
    second = station.with_second_medic()
    with refused("people.holds_key"):
        people.give_roles(station.log_in(ADMIN), second, ["training_officer"])
    people.shut_out(station.log_in(MEDIC), "health", second)
    people.give_roles(station.log_in(ADMIN), second, ["training_officer"])
    assert station.log_in(second).roles == ("training_officer",)


def test_the_head_of_a_prison_sees_no_record(station):
    people.add(station.log_in(ADMIN), newcomer(NEW, "head_of_prison"))
    head = station.log_in(NEW)
    assert (head.zones, list(head.registers), head.may("covers"), head.may("tables")) == ([], [], True, False)


@pytest.mark.parametrize("roles", [(), ("prison_medik",), ("headquarters_analyst",), ("prison_medic", "")])
def test_roles_that_this_station_does_not_have_are_refused(station, roles):
    with pytest.raises(AppError, match="role"):
        people.add(station.log_in(ADMIN), Newcomer(NEW, roles, "пароль"))
    assert NEW not in keyring.people(station.folder)


def test_a_statistician_counts_and_changes_nothing_whatever_the_screen_offers(tmp_path, definitions):
    staff = [newcomer(ADMIN, "administrator", "headquarters_health_officer"),
             newcomer(OFFICER, "headquarters_analyst"), newcomer(NEW, "statistician")]  # fmt: skip
    holders = {"security": OFFICER, "intelligence": OFFICER, "training": OFFICER, "health": ADMIN}
    make_station(tmp_path / "HQ", definitions, prison="HQ", people=staff, holders=holders, profile="cheapest")
    with open_vault(tmp_path / "HQ", definitions, password_of(OFFICER), OFFICER) as analyst:
        people.let_in(analyst, "security", NEW, password_of(NEW))
        kept = analyst.records("gate_log").save(passage(), {"loads": [load_line()]}, ready=True)
    with open_vault(tmp_path / "HQ", definitions, password_of(NEW), NEW) as vault:
        assert (vault.zones, vault.may("tables", "security"), vault.may("write")) == (["security"], True, False)
        records = vault.records("gate_log")
        with refused("people.may_not"):
            records.save(kept.record | {"driver": "Другой"}, kept.lines, ready=True)
        with refused("people.may_not"):
            records.void(kept.record["uid"], "ERR", "")
        assert records.read(kept.record["uid"])[0]["driver"] == "Асанов Болот"
        assert actions(vault, "security")[-1] == "log_in"


# Coming and going


def test_who_is_in_every_zone_of_a_role_may_add_a_person_of_that_role(station):
    people.add(station.log_in(MEDIC), newcomer(NEW, "prison_medic"))
    assert NEW in keyring.people(station.folder)
    for role in ("security_officer", "administrator", "head_of_prison"):
        with refused("people.may_not"):
            people.add(station.log_in(MEDIC), newcomer("Ещё Е.", role))


@pytest.mark.parametrize("name", ["", "   ", "я" * 101])
def test_a_person_needs_a_name(station, name):
    with refused("people.name_needed"):
        people.add(station.log_in(ADMIN), newcomer(name, "prison_medic"))


def test_no_two_people_have_one_name_not_even_after_one_has_gone(station):
    admin = station.log_in(ADMIN)
    people.add(admin, newcomer(NEW, "head_of_prison"))
    people.remove(admin, NEW)
    for same in (NEW, " новиков  н. ", MEDIC):
        with refused("people.name_taken"):
            people.add(admin, newcomer(same, "head_of_prison"))


def test_a_blocked_person_logs_in_no_more_until_unblocked(station, definitions):
    admin = station.log_in(ADMIN)
    people.block(admin, MEDIC)
    assert MEDIC not in keyring.people(station.folder)
    with refused("people.blocked"):
        station.log_in(MEDIC)
    with refused("vault.wrong_password"):
        open_vault(station.folder, definitions, password_of(MEDIC))
    people.unblock(admin, MEDIC)
    assert station.log_in(MEDIC).zones == ["health"]


def test_only_administrators_block_remove_and_give_roles_and_nobody_does_it_to_themselves(station):
    medic, admin = station.log_in(MEDIC), station.log_in(ADMIN)
    for act in (people.block, people.unblock, people.remove):
        with refused("people.may_not"):
            act(medic, TRAINER)
        with refused("people.not_oneself"):
            act(admin, ADMIN)
    with refused("people.may_not"):
        people.give_roles(medic, MEDIC, ["administrator"])
    with refused("people.last_administrator"):
        people.give_roles(admin, ADMIN, ["head_of_prison"])


def test_the_last_who_can_open_a_zone_is_never_removed(station):
    with refused("people.last_holder"):
        people.remove(station.log_in(ADMIN), MEDIC)
    second = station.with_second_medic()
    people.block(station.log_in(ADMIN), second)
    with refused("people.last_holder"):
        people.remove(station.log_in(ADMIN), MEDIC)
    people.unblock(station.log_in(ADMIN), second)
    people.remove(station.log_in(ADMIN), MEDIC)
    assert station.log_in(second).zones == ["health"]


def test_a_removed_person_is_gone_and_holders_are_told_to_change_the_key(station):
    second = station.with_second_medic()
    assert people.remove(station.log_in(ADMIN), second) == ["health"]
    with refused("people.unknown"):
        station.log_in(second)
    gone = row_of(keyring.read(station.folder), second)
    assert not {"secret", "salt", "public"} & gone.keys()
    assert people.who_can_open(station.folder, "health").due
    medic = station.log_in(MEDIC)
    assert any("Change its key" in text["en"] for text in people.notices(medic))
    people.change_key(medic, "health")
    assert not people.who_can_open(station.folder, "health").due
    assert not any("Change its key" in text["en"] for text in people.notices(medic))


def test_a_key_that_a_removed_person_kept_opens_the_file_no_more(make_vault, definitions):
    vault = make_vault()
    people.add(vault, newcomer(NEW, "prison_medic"))
    people.let_in(vault, "health", NEW, password_of(NEW))
    with open_vault(vault.folder, definitions, password_of(NEW), NEW) as leaving:
        kept = leaving.keys.zones["health"]
    assert people.remove(vault, NEW) == []
    vault.close()
    with refused("store.does_not_open"):
        driver.connect(vault.folder / "health.depter", kept)
    security = vault.keys.versions["security"]
    assert (len(security), len(vault.keys.versions["health"])) == (1, 2)


def test_somebody_is_shut_out_of_one_zone_and_keeps_the_others(station):
    people.give_roles(station.log_in(ADMIN), TRAINER, ["training_officer", "prison_medic"])
    people.let_in(station.log_in(MEDIC), "health", TRAINER, password_of(TRAINER))
    with refused("vault.no_key"):
        people.shut_out(station.log_in(ADMIN), "health", TRAINER)
    assert people.shut_out(station.log_in(MEDIC), "health", TRAINER) == []
    assert station.log_in(TRAINER).zones == ["training"]
    with refused("people.not_oneself"):
        people.shut_out(station.log_in(MEDIC), "health", MEDIC)


def test_a_blocked_person_is_left_out_of_a_new_key(station):
    second = station.with_second_medic()
    people.block(station.log_in(ADMIN), second)
    assert people.change_key(station.log_in(MEDIC), "health") == [second]
    people.unblock(station.log_in(ADMIN), second)
    assert station.log_in(second).zones == []
    people.let_in(station.log_in(MEDIC), "health", second, password_of(second))
    assert station.log_in(second).zones == ["health"]


def test_keys_changed_in_another_window_ask_for_logging_in_again(station):
    early, late = station.log_in(MEDIC), station.log_in(MEDIC)
    people.change_key(early, "health")
    early.close()
    with refused("people.unlock_again"):
        late.zone("health")
    with refused("people.unlock_again"):
        people.change_key(late, "health")


# Passwords


def test_a_new_password_changes_one_row_and_no_zone(station):
    before = keyring.read(station.folder)
    people.change_password(station.log_in(MEDIC), password_of(MEDIC), "новый")
    after = keyring.read(station.folder)
    assert after["zones"] == before["zones"]
    assert [row["name"] for row, was in zip(after["people"], before["people"], strict=True) if row != was] == [MEDIC]
    assert row_of(after, MEDIC)["public"] == row_of(before, MEDIC)["public"]
    with refused("vault.wrong_password"):
        station.log_in(MEDIC)
    assert station.log_in(MEDIC, "новый").zones == ["health"]


def test_a_password_is_changed_only_with_the_old_one_and_never_to_an_empty_one(station):
    medic = station.log_in(MEDIC)
    with refused("vault.wrong_password"):
        people.change_password(medic, "неверный", "новый")
    with refused("vault.empty_password"):
        people.change_password(medic, password_of(MEDIC), "")
    assert station.log_in(MEDIC).zones == ["health"]


def test_another_holder_helps_who_forgot_the_password_and_every_record_stays(station):
    second = station.with_second_medic()
    with station.log_in(second) as medic:
        uid = write_canaries(medic)
        assert people.reset_password(medic, MEDIC, "новый") == []
    with station.log_in(MEDIC, "новый") as medic:
        assert CANARY in medic.records("patients").read(uid)[0]["remarks"]
    with refused("vault.wrong_password"):
        station.log_in(MEDIC)


def test_an_administrator_gives_a_new_password_but_not_the_zones(station):
    second = station.with_second_medic()
    assert people.reset_password(station.log_in(ADMIN), second, "новый") == ["health"]
    assert station.log_in(second, "новый").zones == []
    with refused("people.last_holder"):
        people.reset_password(station.log_in(ADMIN), MEDIC, "новый")
    assert station.log_in(MEDIC).zones == ["health"]


def test_nobody_else_gives_new_passwords(station):
    with refused("people.may_not"):
        people.reset_password(station.log_in(OFFICER), MEDIC, "новый")
    with refused("people.not_oneself"):
        people.reset_password(station.log_in(MEDIC), MEDIC, "новый")


# What the histories say


def test_what_an_administrator_did_stands_in_the_history_of_every_zone_once(station):
    with station.log_in(MEDIC) as medic:
        medic.zone("health")
    admin = station.log_in(ADMIN)
    people.add(admin, newcomer(NEW, "prison_medic"))
    people.block(admin, NEW)
    expected = [("log_in", ADMIN, None), ("person_added", ADMIN, NEW), ("blocked", ADMIN, NEW)]
    for name, zone in ((MEDIC, "health"), (OFFICER, "security"), (MEDIC, "health")):
        with station.log_in(name) as vault:
            events = vault.zone(zone).select("select action, person, why from history order by seq")
            told = [(row["action"], row["person"], row["why"]) for row in events if row["person"] == ADMIN]
            assert [event for event in told if event in expected] == expected
            assert told.count(("blocked", ADMIN, NEW)) == 1


def test_what_is_done_while_a_zone_is_open_is_written_into_it_at_once(vault):
    people.add(vault, newcomer(NEW, "prison_medic"))
    people.let_in(vault, "health", NEW, password_of(NEW))
    for zone in vault.zones:
        assert actions(vault, zone)[-2:] == ["person_added", "let_in"]


def test_a_log_in_is_an_event_of_each_zone_opened(station):
    with station.log_in(OFFICER) as officer:
        officer.zone("security")
    with station.log_in(OFFICER) as officer:
        assert actions(officer, "security").count("log_in") == 3  # the first made the file
        assert actions(officer, "intelligence").count("log_in") == 2


def test_a_keyring_put_back_from_an_old_copy_is_found(station):
    old = (station.folder / keyring.FILE).read_bytes()
    with station.log_in(MEDIC) as medic:
        people.change_password(medic, password_of(MEDIC), "новый")
        medic.zone("health")
        assert not medic.keyring_put_back
    (station.folder / keyring.FILE).write_bytes(old)
    with station.log_in(MEDIC) as medic:
        assert actions(medic, "health")[-2:] == ["keyring_put_back", "log_in"]
        assert any("old copy" in text["en"] for text in people.notices(medic))
    with station.log_in(MEDIC) as medic:
        medic.zone("health")
        assert not medic.keyring_put_back


def test_a_journal_entry_changed_in_the_file_is_found(station):
    people.block(station.log_in(ADMIN), TRAINER)
    with station.log_in(MEDIC) as medic:
        medic.zone("health")

    def forge(ring):
        for entry in ring.pop("journal")[:-1]:
            journal.note(ring | {"journal": ring.setdefault("journal", [])}, entry["by"], entry["action"])
        journal.note(ring, ADMIN, "blocked", whom=OFFICER)

    edit(station.folder, forge)
    medic = station.log_in(MEDIC)
    medic.zone("health")
    assert medic.keyring_put_back


# Making a station


def test_a_station_needs_an_administrator_and_a_fitting_holder_for_each_zone(tmp_path, definitions):
    def make(staff, holders):
        make_station(tmp_path / "new", definitions, prison="IK-01", people=staff, holders=holders, profile="cheapest")

    everybody = [newcomer(name) for name in ROLES]
    with refused("people.last_administrator"):
        make(everybody[1:], HOLDERS)
    for holders in ({}, HOLDERS | {"health": OFFICER}, HOLDERS | {"health": "Никто"}):
        with refused("people.holder_needed"):
            make(everybody, holders)
    with refused("people.unknown_role"):
        make([*everybody, newcomer(NEW, "statistician")], HOLDERS)
    with refused("people.name_taken"):
        make([*everybody, newcomer(MEDIC)], HOLDERS)
    assert not (tmp_path / "new").exists()
    make(everybody, HOLDERS)
    with refused("vault.exists"):
        make(everybody, HOLDERS)


def test_a_station_whose_making_was_interrupted_is_completed_when_it_is_opened(station, definitions):
    (station.folder / "training.depter").unlink()
    with station.log_in(TRAINER) as trainer, refused("store.file_missing"):
        trainer.zone("training")
    edit(station.folder, lambda ring: ring["zones"]["training"].update(made=False))
    with station.log_in(TRAINER) as trainer:
        assert list(trainer.records("courses").ids()) == []
    (station.folder / "training.depter").unlink()
    with station.log_in(TRAINER) as trainer, refused("store.file_missing"):
        trainer.zone("training")


def test_a_zone_declared_later_gets_its_key_and_file_when_asked_for(station):
    (station.folder / "training.depter").unlink()
    edit(station.folder, lambda ring: ring["zones"].pop("training"))
    trainer = station.log_in(TRAINER)
    assert trainer.zones == []
    with refused("people.role_opens_not"):
        add_zone(station.log_in(MEDIC), "training")
    code = add_zone(trainer, "training")
    assert len(code.split("-")) == 13
    assert trainer.zones == ["training"]
    trainer.close()
    assert station.log_in(TRAINER).records("courses").count() == 0
    with refused("vault.no_key"):
        add_zone(station.log_in(TRAINER), "training")


def test_every_act_has_a_name_in_the_history_in_every_language(station):
    from desktop.store.revisions import action_label

    acts = {entry["action"] for entry in keyring.read(station.folder)["journal"]}
    for action in acts | {"log_in", "failed_log_in", "keyring_put_back", "let_in", "key_changed", "recovered"}:
        label = action_label(action)
        assert all(label[language] and label[language] != action for language in LANGUAGES)
