import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.registers.problems import AppError
from desktop.store import keyring, people, recovery, sealing
from desktop.store.recovery import ALPHABET, confirm, read_code, recover, write_code
from tests.store.conftest import ADMIN, MEDIC, OFFICER, newcomer, password_of
from tests.store.test_people import CANARY, NEW, refused, write_canaries

SECRET = bytes(range(32))
CODE = write_code(SECRET)


def mistyped(typed):
    """Give the groups that the refusal of *typed* names."""
    with pytest.raises(AppError, match="Compare with the sheet") as refusal:
        read_code(typed)
    return refusal.value.text["en"].split("group ")[1].split(" cannot")[0]


# What stands on the paper


@given(st.binary(min_size=32, max_size=32))
def test_every_secret_is_read_back_as_it_was_written(secret):
    assert read_code(write_code(secret)) == secret


def test_a_code_is_thirteen_groups_of_five_clear_letters():
    groups = CODE.split("-")
    assert [len(group) for group in groups] == [5] * 13
    assert set(CODE) <= set(ALPHABET) | {"-"}
    assert not set("ILOU") & set(ALPHABET)


def test_any_one_wrong_letter_is_found_and_its_group_named():
    for place, letter in enumerate(CODE):
        for other in ALPHABET if letter != "-" else "":
            if other != letter:
                assert mistyped(CODE[:place] + other + CODE[place + 1 :]) == str(place // 6 + 1)


def test_any_two_swapped_letters_of_a_group_are_found():
    chance = random.Random(1)
    for _ in range(400):
        groups = write_code(chance.randbytes(32)).split("-")
        place, first, second = chance.randrange(13), *sorted(chance.sample(range(5), 2))
        letters = list(groups[place])
        if letters[first] == letters[second]:
            continue
        letters[first], letters[second] = letters[second], letters[first]
        groups[place] = "".join(letters)
        assert mistyped("-".join(groups)) == str(place + 1)


def test_groups_in_the_wrong_order_left_out_or_doubled_are_found():
    groups = CODE.split("-")
    assert mistyped("-".join([groups[1], groups[0], *groups[2:]])) == "1, 2"
    assert mistyped("-".join(groups[:-1])) == "13"
    assert mistyped("-".join([*groups, groups[0]])) == "14"
    assert mistyped("-".join([groups[0][:-1], *groups[1:]])) == "1"
    assert mistyped("").startswith("1, 2, 3")


def test_a_code_is_read_however_it_is_typed():
    for typed in (CODE.lower(), CODE.replace("-", ""), CODE.replace("-", " "), f"\n{CODE} \n", CODE.replace("-", " — ")):
        assert read_code(typed) == SECRET
    digits = write_code(bytes(32))
    assert read_code(digits.replace("0", "O").replace("1", "l")) == bytes(32)


def test_a_code_is_read_when_typed_in_cyrillic_by_look_or_by_key():
    code = write_code(bytes([0x2A, 0x51, 0x95] * 10 + [7, 9]))
    looks = str.maketrans("ABCEHKMPTXY", "АВСЕНКМРТХУ")
    keys = str.maketrans("ABCDEFGHJKMNPQRSTVWXYZ", "ФИСВУАПРОЛЬТЗЙКЫЕМЦЧНЯ")
    assert code.translate(looks) != code
    assert read_code(code.translate(looks)) == read_code(code.translate(keys)) == read_code(code)


# What it opens


def test_a_sheet_counts_once_it_was_typed_back(station):
    medic = station.log_in(MEDIC)
    assert any("never typed back" in text["en"] for text in people.notices(medic))
    with refused("recovery.mistyped"):
        confirm(station.folder, "health", station.codes["health"][:-1] + "?")
    assert people.who_can_open(station.folder, "health").sheets == ()
    assert confirm(station.folder, "health", station.codes["health"]) == 1
    assert people.who_can_open(station.folder, "health").sheets == (1,)
    assert people.notices(medic) == []


def test_a_sheet_opens_its_own_zone_only(station):
    for zone, code in station.codes.items():
        for other in station.codes.keys() - {zone}:
            with refused("recovery.does_not_open"):
                confirm(station.folder, other, code)
    with refused("recovery.does_not_open"):
        confirm(station.folder, "health", write_code(sealing.random_key()))


def test_a_sheet_lets_in_who_forgot_the_password_and_every_record_stays(station, definitions):
    with station.log_in(MEDIC) as medic:
        uid = write_canaries(medic)
    done = recover(station.folder, definitions, "health", station.codes["health"], MEDIC, "новый")
    assert (done.zone, done.lost) == ("health", ())
    with refused("vault.wrong_password"):
        station.log_in(MEDIC)
    with station.log_in(MEDIC, "новый") as medic:
        assert CANARY in medic.records("patients").read(uid)[0]["remarks"]
        events = medic.zone("health").select("select person, why from history where action = 'recovered'")
        assert [tuple(row.values()) for row in events] == [(MEDIC, MEDIC)]


def test_somebody_with_several_zones_recovers_them_sheet_by_sheet(station, definitions):
    first = recover(station.folder, definitions, "security", station.codes["security"], OFFICER, "новый")
    assert (first.zone, first.lost) == ("security", ("intelligence",))
    assert station.log_in(OFFICER, "новый").zones == ["security"]
    second = recover(station.folder, definitions, "intelligence", station.codes["intelligence"], OFFICER, "новый")
    assert (second.zone, second.lost) == ("intelligence", ())
    assert station.log_in(OFFICER, "новый").zones == ["security", "intelligence"]


def test_a_newcomer_is_let_in_by_the_sheet_when_no_holder_is_left(station, definitions):
    admin = station.log_in(ADMIN)
    people.add(admin, newcomer(NEW, "prison_medic"))
    recover(station.folder, definitions, "health", station.codes["health"], NEW, password_of(NEW))
    assert station.log_in(NEW).zones == ["health"]
    assert people.remove(admin, MEDIC) == ["health"]


def test_a_sheet_gives_an_administrator_a_new_password_but_no_zone(station, definitions):
    done = recover(station.folder, definitions, "health", station.codes["health"], ADMIN, "новый")
    assert done.zone is None
    admin = station.log_in(ADMIN, "новый")
    assert (admin.zones, admin.may("users")) == ([], True)


def test_a_blocked_or_unknown_person_and_an_empty_password_are_refused(station, definitions):
    people.block(station.log_in(ADMIN), MEDIC)
    before = (station.folder / keyring.FILE).read_bytes()
    for name, password, refusal in (
        (MEDIC, "новый", "people.blocked"), (NEW, "новый", "people.unknown"), (OFFICER, "", "vault.empty_password"),
    ):  # fmt: skip
        with refused(refusal):
            recover(station.folder, definitions, "health", station.codes["health"], name, password)
    assert (station.folder / keyring.FILE).read_bytes() == before


def test_the_sheet_before_stays_good_until_the_new_one_was_typed_back(station):
    confirm(station.folder, "health", station.codes["health"])
    medic = station.log_in(MEDIC)
    abandoned, code = recovery.new_code(medic, "health"), recovery.new_code(medic, "health")
    access = people.who_can_open(station.folder, "health")
    assert (access.sheets, access.sheets_unproven) == ((1,), (3,))
    with refused("recovery.does_not_open"):
        confirm(station.folder, "health", abandoned)
    assert confirm(station.folder, "health", station.codes["health"]) == 1
    assert confirm(station.folder, "health", code) == 3
    with refused("recovery.does_not_open"):
        confirm(station.folder, "health", station.codes["health"])


def test_only_who_is_in_the_zone_makes_its_sheet(station):
    for name in (ADMIN, OFFICER):
        with refused("vault.no_key"):
            recovery.new_code(station.log_in(name), "health")


def test_a_new_key_makes_the_sheets_void_and_asks_for_a_new_one(station):
    confirm(station.folder, "health", station.codes["health"])
    medic = station.log_in(MEDIC)
    people.change_key(medic, "health")
    with refused("recovery.does_not_open"):
        confirm(station.folder, "health", station.codes["health"])
    assert any("no recovery sheet" in text["en"] for text in people.notices(medic))
    confirm(station.folder, "health", recovery.new_code(medic, "health"))
    assert people.notices(medic) == []


def test_no_code_stands_in_any_file_of_the_station(station):
    medic = station.log_in(MEDIC)
    code = recovery.new_code(medic, "health")
    medic.zone("health")
    medic.close()
    secret = read_code(code)
    for path in station.folder.iterdir():
        content = path.read_bytes()
        assert not any(
            piece in content for piece in (code.encode(), secret, sealing.text(secret).encode(), secret.hex().encode())
        )
