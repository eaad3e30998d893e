from desktop.store.driver import transaction
from desktop.store.version_checks import check_version, note_checked, unchecked
from tests.sample import load_line, passage

OLDER = "0.0.9"


def spoil(zone):
    """Change a record past the program, as whoever has the key can."""
    with transaction(zone.connection):
        zone.connection.execute(f"update {zone.records('gate_log').register.table} set driver = 'spoiled'")


def test_what_this_version_made_it_need_not_check(vault):
    assert unchecked(vault) == []


def test_what_another_version_looked_after_is_checked_once(vault, reopen):
    vault.records("gate_log").save(passage(), {"loads": [load_line()]}, ready=True)
    note_checked(vault.zone("security"), OLDER)
    assert unchecked(vault) == ["security"]
    found = check_version(vault)
    assert found.is_sound
    assert sum(zone.records for zone in found.zones) == 1
    assert unchecked(vault) == []
    assert unchecked(reopen(vault)) == []


def test_a_file_of_a_program_that_noted_nothing_is_checked(vault):
    zone = vault.zone("security")
    zone.connection.execute("delete from preferences")
    assert unchecked(vault) == ["security"]


def test_what_is_damaged_is_checked_again_until_it_is_mended(vault):
    vault.records("gate_log").save(passage(), {"loads": [load_line()]}, ready=True)
    note_checked(vault.zone("security"), OLDER)
    spoil(vault.zone("security"))
    assert not check_version(vault).is_sound
    assert unchecked(vault) == ["security"]
