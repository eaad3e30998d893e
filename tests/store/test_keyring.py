import json
import random

import pytest

from desktop.registers.problems import AppError
from desktop.store import keyring, people, sealing
from desktop.store.keyring import DELAYS, seconds_to_wait, unlock
from desktop.store.sealing import DoesNotOpen
from desktop.store.vault import open_vault
from tests.conftest import PASSWORD
from tests.store.conftest import ADMIN, MEDIC, OFFICER, TRAINER, password_of


class Clock:
    """A monotonic clock that goes only when told."""

    def __init__(self, at=1000.0):
        self.at = at

    def __call__(self):
        return self.at


def edit(folder, change):
    """Change the keyring as somebody would who knows its form, with a right check sum."""
    with keyring.changing(folder) as ring:
        change(ring)


def row_of(ring, name):
    return next(row for row in ring["people"] if row["name"] == name)


def actions(vault, zone):
    return [row["action"] for row in vault.zone(zone).select("select action from history order by seq")]


def test_people_are_known_by_name_before_anybody_logs_in(station):
    assert keyring.people(station.folder) == [ADMIN, OFFICER, MEDIC, TRAINER]


def test_each_person_opens_their_own_zones_and_no_other(station):
    opened = {name: station.log_in(name).zones for name in (ADMIN, OFFICER, MEDIC, TRAINER)}
    assert opened == {ADMIN: [], OFFICER: ["security", "intelligence"], MEDIC: ["health"], TRAINER: ["training"]}


def test_without_a_name_the_password_finds_its_person(station, definitions):
    with open_vault(station.folder, definitions, password_of(TRAINER)) as vault:
        assert vault.person == TRAINER


def test_a_password_opens_only_the_name_it_belongs_to(station):
    with pytest.raises(AppError, match="Wrong password"):
        station.log_in(OFFICER, password_of(MEDIC))
    with pytest.raises(AppError, match="nobody here"):
        station.log_in("Неизвестный")


def test_a_log_in_by_name_derives_one_key_and_no_more(station, monkeypatch):
    derived = []
    derive = sealing.derive
    monkeypatch.setattr(sealing, "derive", lambda *words: derived.append(words) or derive(*words))
    station.log_in(TRAINER)
    assert len(derived) == 1
    with pytest.raises(AppError):
        station.log_in(TRAINER, "неверный")
    assert len(derived) == 2


def test_an_empty_password_is_refused(make_vault):
    with pytest.raises(AppError, match="Choose a password"):
        make_vault(password="")


# The file


def test_no_key_and_no_password_stands_in_the_keyring(vault):
    content = (vault.folder / keyring.FILE).read_text("utf-8")
    for key in vault.keys.zones.values():
        assert key.hex() not in content
        assert sealing.text(key) not in content
        assert key.hex() not in repr(vault.keys)
    assert PASSWORD not in content


def test_a_flipped_bit_is_damage_and_never_a_wrong_password(station):
    path = station.folder / keyring.FILE
    good = path.read_bytes()
    chance = random.Random(3)
    for _ in range(300):
        place = chance.randrange(len(good))
        path.write_bytes(good[:place] + bytes([good[place] ^ 1 << chance.randrange(8)]) + good[place + 1 :])
        with pytest.raises(AppError) as refused:
            unlock(station.folder, password_of(MEDIC), MEDIC)
        assert refused.value.name in ("vault.unreadable", "vault.newer")
    path.write_bytes(good[:-40])
    with pytest.raises(AppError, match="cannot be read"):
        unlock(station.folder, password_of(MEDIC), MEDIC)


def test_a_keyring_of_a_newer_program_is_refused_and_left(station):
    path = station.folder / keyring.FILE
    path.write_text(newer := json.dumps({"format": keyring.FORMAT + 1, "anything": "new"}), "utf-8")
    with pytest.raises(AppError, match="newer Depter"):
        keyring.people(station.folder)
    assert path.read_text("utf-8") == newer


def test_the_keyring_before_the_last_change_lies_beside_it(station):
    before = (station.folder / keyring.FILE).read_bytes()
    people.block(station.log_in(ADMIN), TRAINER)
    kept = station.folder / "station.json.before"
    # The administrator's log-in is noted in between.
    assert row_of(json.loads(kept.read_bytes()), TRAINER)["state"] == "active"
    assert json.loads(kept.read_bytes())["people"] == json.loads(before)["people"]
    assert row_of(keyring.read(station.folder), TRAINER)["state"] == "blocked"


def test_a_wrong_password_does_not_displace_the_keyring_before(station):
    people.block(station.log_in(ADMIN), TRAINER)
    kept = (station.folder / "station.json.before").read_bytes()
    with pytest.raises(AppError):
        station.log_in(MEDIC, "неверный")
    assert (station.folder / "station.json.before").read_bytes() == kept


def test_a_keyring_that_cannot_be_written_says_so_and_stays(station, monkeypatch):
    vault = station.log_in(ADMIN)
    before = (station.folder / keyring.FILE).read_bytes()

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(AppError, match="nothing was changed"):
        people.block(vault, TRAINER)
    assert (station.folder / keyring.FILE).read_bytes() == before


# What is bound to what


def test_a_name_changed_in_the_file_opens_nothing(station):
    edit(station.folder, lambda ring: row_of(ring, TRAINER).update(name="Другой Д."))
    with pytest.raises(AppError, match="Wrong password"):
        station.log_in("Другой Д.", password_of(TRAINER))


def test_a_sealed_key_moved_to_another_person_opens_nothing(station):
    def move(ring):
        grants = ring["zones"]["health"]["grants"]
        grants[row_of(ring, OFFICER)["id"]] = grants[row_of(ring, MEDIC)["id"]]

    edit(station.folder, move)
    assert station.log_in(OFFICER).zones == ["security", "intelligence"]
    assert station.log_in(MEDIC).zones == ["health"]


def test_a_sealed_key_moved_to_another_zone_opens_nothing(station):
    def move(ring):
        ring["zones"]["training"]["grants"] |= ring["zones"]["health"]["grants"]

    edit(station.folder, move)
    assert station.log_in(MEDIC).zones == ["health"]


def test_what_is_wrapped_or_sealed_opens_only_as_it_was_made():
    key, other = sealing.random_key(), sealing.random_key()
    private = sealing.new_private_key()
    sealed, wrapped = sealing.seal(sealing.public_key(private), key, b"here"), sealing.wrap(other, key, b"here")
    assert sealing.unseal(private, sealed, b"here") == sealing.unwrap(other, wrapped, b"here") == key
    for attempt in (
        lambda: sealing.unseal(private, sealed, b"there"),
        lambda: sealing.unseal(sealing.new_private_key(), sealed, b"here"),
        lambda: sealing.unseal(private, wrapped, b"here"),
        lambda: sealing.unseal(private, "no base64", b"here"),
        lambda: sealing.unwrap(other, wrapped, b"there"),
        lambda: sealing.unwrap(key, wrapped, b"here"),
        lambda: sealing.unwrap(other, "", b"here"),
    ):
        with pytest.raises(DoesNotOpen):
            attempt()


# Wrong passwords


def fail(folder, times, clock, name=OFFICER):
    for _ in range(times):
        clock.at += seconds_to_wait(folder, name, clock)
        with pytest.raises(AppError, match="Wrong password"):
            unlock(folder, "неверный", name, clock)


def test_wrong_passwords_are_answered_ever_more_slowly_and_never_locked_out(station):
    clock, waits = Clock(), []
    for _ in range(14):
        fail(station.folder, 1, clock)
        waits.append(seconds_to_wait(station.folder, OFFICER, clock))
    assert waits == [0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60]
    clock.at += 60
    assert unlock(station.folder, password_of(OFFICER), OFFICER, clock).failed == 14
    assert seconds_to_wait(station.folder, OFFICER, clock) == 0


def test_while_waiting_not_even_the_right_password_is_tried(station, monkeypatch):
    clock = Clock()
    fail(station.folder, 6, clock)
    monkeypatch.delattr(sealing, "derive")
    with pytest.raises(AppError, match="4 seconds") as refused:
        unlock(station.folder, password_of(OFFICER), OFFICER, clock)
    assert refused.value.text["ru"].endswith("через 4 секунды.")


def test_one_persons_wrong_passwords_keep_nobody_else_waiting(station):
    clock = Clock()
    fail(station.folder, 9, clock)
    assert seconds_to_wait(station.folder, MEDIC, clock) == 0
    assert unlock(station.folder, password_of(MEDIC), MEDIC, clock).failed == 0


@pytest.mark.parametrize("later", [-999.0, -500.0, 0.0, 7.5, 1e6])
def test_no_clock_makes_anybody_wait_longer_than_the_longest_delay(station, later):
    clock = Clock()
    fail(station.folder, 12, clock)
    clock.at += later
    assert 0 <= seconds_to_wait(station.folder, OFFICER, clock) <= DELAYS[-1]


def test_a_restart_of_the_computer_counts_as_waiting(station):
    clock = Clock(at=90_000.0)
    fail(station.folder, 5, clock)
    clock.at = 30.0
    assert seconds_to_wait(station.folder, OFFICER, clock) == 0
    fail(station.folder, 1, clock)
    assert seconds_to_wait(station.folder, OFFICER, clock) == DELAYS[6]


def test_passwords_without_a_name_wait_as_well(station, definitions):
    clock = Clock()
    for _ in range(5):
        clock.at += seconds_to_wait(station.folder, None, clock)
        with pytest.raises(AppError, match="Wrong password"):
            unlock(station.folder, "неверный", None, clock)
    with pytest.raises(AppError, match="2 seconds"):
        unlock(station.folder, password_of(MEDIC), None, clock)


def test_wrong_passwords_are_counted_and_told_and_written_into_the_history(station):
    clock = Clock()
    fail(station.folder, 2, clock)
    assert next(p for p in people.everyone(station.folder) if p.name == OFFICER).failed == 2
    medic = station.log_in(MEDIC)
    told = medic.zone("health").select("select why, changes from history where action = 'failed_log_in'")
    assert [row["why"] for row in told] == [f"{OFFICER} · 2"]
    assert [text["en"] for text in people.notices(medic) if "wrong" in text["en"]] == []
    officer = station.log_in(OFFICER)
    assert "Since your last log-in 2 wrong passwords were tried." in [text["en"] for text in people.notices(officer)]
    assert actions(officer, "security")[-2:] == ["failed_log_in", "log_in"]
    assert station.log_in(OFFICER).keys.failed == 0


def test_a_password_counts_the_same_however_it_is_composed_but_not_with_other_letters(make_vault, definitions):
    made = make_vault(password="Cтрой\u0439")
    made.close()
    open_vault(made.folder, definitions, "Cтрои\u0306й").close()
    for wrong in ("cтройй", "Строй\u0439", "Cтройй ", "Cтройй" * 2000):
        with pytest.raises(AppError, match=r"Wrong password|wrong passwords"):
            open_vault(made.folder, definitions, wrong)
