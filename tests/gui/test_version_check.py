"""The first start of another version: every file is checked before anybody goes on."""

from PySide6.QtWidgets import QLabel, QPushButton

from desktop.gui import pages
from desktop.store.version_checks import note_checked, unchecked
from tests.sample import load_line, passage
from tests.store.test_version_checks import OLDER, spoil


def strip(qtbot, window):
    """Give what the strip says once the check is over, and its buttons."""
    qtbot.waitUntil(window.isEnabled)
    shown = window.notices.shown["version"]
    return " ".join(one.text() for one in shown.findChildren(QLabel)), shown.findChildren(QPushButton)


def test_a_new_version_checks_every_file_and_says_that_all_is_whole(qtbot, open_window, vault):
    vault.records("gate_log").save(passage(), {"loads": [load_line()]}, ready=True)
    note_checked(vault.zone("security"), OLDER)
    window = open_window(vault)
    said, _ = strip(qtbot, window)
    assert "1 запись" in said
    assert unchecked(window.vault) == []


def test_a_new_version_that_finds_damage_says_where_to_look(qtbot, open_window, vault):
    vault.records("gate_log").save(passage(), {"loads": [load_line()]}, ready=True)
    note_checked(vault.zone("security"), OLDER)
    spoil(vault.zone("security"))
    window = open_window(vault)
    said, buttons = strip(qtbot, window)
    assert "Ничего не изменено" in said
    buttons[0].click()
    assert window.page == pages.BACKUPS


def test_a_station_of_this_version_begins_without_a_check(open_window, vault):
    assert "version" not in open_window(vault).notices.shown
