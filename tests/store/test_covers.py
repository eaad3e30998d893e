import json
import threading
from dataclasses import replace

import pytest

from desktop.registers.problems import AppError
from desktop.store import covers, keyring, people, sealing
from desktop.store.covers import Counted, CoverSheet, Total, keep, note_print, opened
from tests.store.conftest import ADMIN, MEDIC, OFFICER, ROLES, TRAINER, newcomer, password_of
from tests.store.test_keyring import actions, edit, row_of
from tests.store.test_people import refused

HEAD, CANARY = "Начальников Н.", "7777777"
SHEET = CoverSheet(
    "security", "2013-03", 1, "7F3A-19C2", OFFICER, "2013-04-02T10:00:00+06:00", "1234-7KQM-3F9T-Z2XW",
    {"seizures": Counted(3, 4, {"items": 5})}, (Total("drug_weight", {"KG": "0.0125", "L": "2"}, 1),), "флешка потеряна",
)  # fmt: skip
HEALTH = replace(SHEET, zone="health", check_number="AAAA-0001", registers={"tb_cases": Counted(int(CANARY), int(CANARY))})


@pytest.fixture
def prison(station):
    """A prison that has a head, who holds no key."""
    with station.log_in(ADMIN) as vault:
        people.add(vault, newcomer(HEAD, "head_of_prison"))
    return station


def hand_over(station, person, *sheets):
    with station.log_in(person) as vault:
        for sheet in sheets:
            keep(vault, sheet)


def seen_by(station, name, password=None):
    with station.log_in(name, password) as vault:
        return [sheet.check_number for sheet in opened(vault).sheets]


def numbered(count, first=0):
    return [replace(SHEET, check_number=f"{number:04}-0000") for number in range(first, first + count)]


# Who sees what


def test_the_head_of_a_prison_reads_a_cover_sheet_as_it_was_written_and_opens_no_record(prison):
    hand_over(prison, OFFICER, SHEET)
    with prison.log_in(HEAD) as vault:
        assert opened(vault) == covers.Opened((SHEET,), 0)
        assert vault.zones == []
        with refused("vault.no_key"):
            vault.records("seizures")


def test_the_head_sees_every_zone_and_others_see_their_own_alone(prison):
    hand_over(prison, OFFICER, SHEET)
    hand_over(prison, MEDIC, HEALTH)
    seen = {name: seen_by(prison, name) for name in (HEAD, OFFICER, MEDIC, TRAINER, ADMIN)}
    security, health = SHEET.check_number, HEALTH.check_number
    assert seen == {HEAD: [security, health], OFFICER: [security], MEDIC: [health], TRAINER: [], ADMIN: []}


def test_without_a_password_nothing_of_a_cover_sheet_can_be_read(prison):
    hand_over(prison, MEDIC, HEALTH)
    content = (prison.folder / covers.FILE).read_bytes()
    for said in (CANARY, "health", "tb_cases", HEALTH.month, HEALTH.check_number, MEDIC):
        assert said.encode() not in content


def test_no_other_private_key_opens_what_was_sealed_to_the_head(prison):
    hand_over(prison, MEDIC, HEALTH)
    ring, entry = keyring.read(prison.folder), json.loads((prison.folder / covers.FILE).read_bytes())["covers"][0]
    public = row_of(ring, HEAD)["public"]
    what = sealing.about("cover", ring["station"]["id"], entry["id"], public)
    opens = {}
    for name in (*ROLES, HEAD):
        private = keyring.private_key(ring, row_of(ring, name), password_of(name))
        try:
            opens[name] = bool(sealing.unseal(private, entry["keys"][public], what))
        except sealing.DoesNotOpen:
            opens[name] = False
    assert opens == {**dict.fromkeys(ROLES, False), HEAD: True}


def test_who_gets_the_role_later_sees_what_is_written_from_then_on(prison):
    hand_over(prison, OFFICER, SHEET)
    with prison.log_in(ADMIN) as vault:
        people.add(vault, newcomer("Второй В.", "head_of_prison"))
    later = replace(SHEET, check_number="BBBB-0002")
    hand_over(prison, OFFICER, later)
    assert seen_by(prison, "Второй В.") == [later.check_number]
    assert seen_by(prison, HEAD) == [SHEET.check_number, later.check_number]


def test_nothing_is_sealed_to_who_is_blocked_or_lost_the_role(prison):
    with prison.log_in(ADMIN) as vault:
        people.add(vault, newcomer("Бывший Б.", "head_of_prison"))
        people.give_roles(vault, "Бывший Б.", ["administrator"])
        people.block(vault, HEAD)
    hand_over(prison, OFFICER, SHEET)
    with prison.log_in(ADMIN) as vault:
        people.unblock(vault, HEAD)
    assert seen_by(prison, HEAD) == seen_by(prison, "Бывший Б.") == []


def test_a_new_password_of_ones_own_keeps_the_cover_sheets_and_a_reset_begins_anew_without_a_complaint(prison):
    hand_over(prison, OFFICER, SHEET)
    with prison.log_in(HEAD) as vault:
        people.change_password(vault, password_of(HEAD), "другой")
    assert seen_by(prison, HEAD, "другой") == [SHEET.check_number]
    with prison.log_in(ADMIN) as vault:
        people.reset_password(vault, HEAD, "третий")
    with prison.log_in(HEAD, "третий") as vault:
        assert opened(vault) == covers.Opened((), 0)


def test_the_private_key_stands_in_no_text_of_the_keys(prison):
    with prison.log_in(HEAD) as vault:
        said = repr(vault.keys)
        assert HEAD in said
        assert repr(vault.keys.private) not in said
        assert vault.keys.private.hex() not in said


def test_the_history_of_the_zone_tells_to_whom_and_to_which_key_a_cover_sheet_was_sealed(prison):
    hand_over(prison, OFFICER, SHEET)
    ring = keyring.read(prison.folder)
    with prison.log_in(OFFICER) as vault:
        sql = "select changes from history where action = 'cover_sealed'"
        (told,) = (json.loads(row["changes"]) for row in vault.zone("security").select(sql))
        (entry,) = (e for e in vault.zone("security").latest_history("en") if e.action == "cover_sealed")
    assert told == {"check": SHEET.check_number, "to": {name: row_of(ring, name)["public"] for name in (OFFICER, HEAD)}}
    assert (entry.label, entry.why) == ("Cover sheet sealed", SHEET.check_number)


def test_where_nobody_may_see_it_nothing_is_written(station):
    edit(station.folder, lambda ring: [row.update(roles=["administrator"]) for row in ring["people"]])
    hand_over(station, OFFICER, SHEET)
    assert not (station.folder / covers.FILE).exists()


# The file


def test_the_oldest_cover_sheets_make_room_for_the_newest(prison, monkeypatch):
    monkeypatch.setattr(covers, "MOST", 3)
    hand_over(prison, OFFICER, *numbered(5))
    assert seen_by(prison, HEAD) == ["0002-0000", "0003-0000", "0004-0000"]


def test_a_write_that_fails_leaves_what_was_there(prison, monkeypatch):
    hand_over(prison, OFFICER, SHEET)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("desktop.store.files.os.fsync", full)
    with prison.log_in(OFFICER) as vault, refused("covers.not_written"):
        keep(vault, HEALTH)
    monkeypatch.undo()
    assert seen_by(prison, HEAD) == [SHEET.check_number]


def test_what_cannot_be_read_is_laid_aside_by_the_next_cover_sheet_and_never_lost(prison):
    path = prison.folder / covers.FILE
    path.write_bytes(b'{"format": 1, "covers": [{"id": \xff')
    with prison.log_in(HEAD) as vault, refused("vault.unreadable"):
        opened(vault)
    hand_over(prison, OFFICER, SHEET)
    assert seen_by(prison, HEAD) == [SHEET.check_number]
    assert path.with_name(f"{covers.FILE}.unreadable").read_bytes().endswith(b"\xff")


def test_a_file_of_a_newer_program_is_neither_read_nor_replaced(prison):
    content = json.dumps({"format": covers.FORMAT + 1, "covers": []})
    (prison.folder / covers.FILE).write_text(content)
    with prison.log_in(OFFICER) as vault:
        for act in (opened, lambda vault: keep(vault, SHEET)):
            with refused("vault.newer"):
                act(vault)
    assert (prison.folder / covers.FILE).read_text() == content


@pytest.mark.parametrize("piece", ["content", "keys", "id"])
def test_a_cover_sheet_changed_in_the_file_is_counted_as_broken_and_the_others_stay(piece, prison):
    hand_over(prison, OFFICER, *numbered(2))
    path = prison.folder / covers.FILE
    found = json.loads(path.read_bytes())
    first, second = found["covers"]
    first[piece] = second[piece]
    path.write_text(json.dumps(found))
    with prison.log_in(HEAD) as vault:
        seen = opened(vault)
    assert ([sheet.check_number for sheet in seen.sheets], seen.broken) == (["0001-0000"], 1)


def test_two_programs_at_once_lose_no_cover_sheet(prison):
    with prison.log_in(OFFICER) as officer, prison.log_in(MEDIC) as medic:
        # The second comes between the reading and the writing of the first.
        write, other = covers._write, threading.Thread(target=keep, args=(medic, HEALTH))

        def write_late(folder, entries):
            if not other.ident:
                other.start()
                other.join(0.2)
            write(folder, entries)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(covers, "_write", write_late)
            keep(officer, SHEET)
            other.join()
    assert seen_by(prison, HEAD) == [SHEET.check_number, HEALTH.check_number]


# Paper


def test_a_print_is_an_event_where_the_zone_is_open_and_is_noted_in_the_keyring_otherwise(prison):
    with prison.log_in(OFFICER) as vault:
        note_print(vault, SHEET)
        assert actions(vault, "security")[-1] == "print"
    with prison.log_in(HEAD) as vault:
        note_print(vault, HEALTH)
    ring = keyring.read(prison.folder)
    noted = ring["journal"][-1]
    assert (noted["action"], noted["by"], noted["zone"], noted["check"]) == (
        "cover_printed", HEAD, "health", HEALTH.check_number,
    )  # fmt: skip
    assert ring["journal"][-2]["action"] == "log_in"
    with prison.log_in(MEDIC) as vault:
        assert "cover_printed" in actions(vault, "health")


def test_a_print_that_cannot_be_noted_is_refused(prison, monkeypatch):
    def full(*_, **__):
        raise AppError("people.not_written", file=keyring.FILE)

    with prison.log_in(HEAD) as vault:
        monkeypatch.setattr(keyring, "write", full)
        with refused("people.not_written"):
            note_print(vault, SHEET)
