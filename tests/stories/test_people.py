"""Who opens what, from the first start on: told in the real window, by typing and clicking."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox

from desktop.gui.code_editor import CodeEditor
from desktop.gui.main_window import MainWindow
from desktop.gui.password_editor import NewPassword, PasswordEditor
from desktop.gui.people_prompts import RoleChoice
from desktop.store import keyring
from desktop.store.history import broken_events
from desktop.store.people import who_can_open
from tests.gui.asking import click, fill, fill_code, fill_twice, press_at_last, pressing, said
from tests.gui.conftest import press, type_text

ENTER = Qt.Key.Key_Return
ADMIN, OFFICER, MEDIC, SECOND = "Асанов А.", "Бекова Г.", "Врачова Д.", "Эралиев Э."
PASSWORDS = {ADMIN: "кот окно снег", OFFICER: "рыжий конь бежит", MEDIC: "белый мост зимой", SECOND: "тихий сад вечером"}
NEW_PASSWORD = "новый дом у реки"


@pytest.fixture
def window(qtbot, definitions, tmp_path, monkeypatch, no_questions):
    """Open the program where there is no station yet."""
    monkeypatch.setitem(keyring.PROFILES, "standard", keyring.PROFILES["cheapest"])
    shown = MainWindow(tmp_path / "station", definitions, "ru")
    qtbot.addWidget(shown, before_close_func=let_go)
    shown.resize(1366, 728)
    with qtbot.waitActive(shown):
        shown.show()
        shown.activateWindow()
    return shown


def let_go(window):
    """Close the files at the end of a story; leaving by itself would make a backup first."""
    if window.vault:
        window.vault.close()
        window.vault = None


def type_person(name):
    """Type a name and twice the own password."""
    for text in (name, PASSWORDS[name]):
        type_text(text)
        press(ENTER)
    type_text(PASSWORDS[name])
    press(ENTER)


def make_station(window, qtbot):
    """Go through the first start with the keyboard; the administrator also keeps the training. Give the sheets' codes."""
    first = window.centralWidget()
    press(ENTER)
    type_text("петровка")
    press(ENTER)
    press(ENTER)
    for name in (ADMIN, OFFICER, MEDIC):
        type_person(name)
    press(Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    press(Qt.Key.Key_Down)
    press_at_last(ENTER)
    qtbot.waitUntil(lambda: bool(first.sheets))
    codes = {}
    for sheet in first.sheets:
        codes[sheet.panel.sheet.zone] = sheet.panel.sheet.code
        sheet.panel.code.setFocus()
        type_text(sheet.panel.sheet.code.replace("-", ""))
        press(ENTER)
    press(ENTER)
    return codes


def log_in(window, qtbot, name, password=""):
    if window.vault:
        window.lock()
    qtbot.waitUntil(window.isEnabled)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.unlock_page.person.setCurrentText(name)
    fill(window.unlock_page.password, password or PASSWORDS[name])
    with qtbot.waitSignal(window.unlock_page.opened):
        press_at_last(ENTER)
    QApplication.processEvents()


def people_page(window, name):
    """Show the page of people with *name* marked."""
    window.rail.buttons["people"].click()
    page = window.pages["people"]
    page.people.selectRow([person.name for person in page.everyone].index(name))
    return page


def registers_shown(window, definitions):
    """List the zones whose registers stand in the rail."""
    return {definitions.registers[key].zone for key in window.rail.buttons if key in definitions.registers}


def done(qtbot, window, page, act):
    with qtbot.waitSignal(page.work.done):
        act()
    qtbot.waitUntil(window.isEnabled)


def add_second_medic(window, qtbot, asked):
    """Let the administrator add a second medic."""

    def newcomer(dialog):
        type_text(SECOND)
        dialog.findChild(RoleChoice).boxes["prison_medic"].click()
        fill_twice(dialog.findChild(NewPassword), PASSWORDS[SECOND])
        press_at_last(ENTER)

    log_in(window, qtbot, ADMIN)
    page = people_page(window, ADMIN)
    asked.answer(newcomer)
    done(qtbot, window, page, page.add_button.click)


def let_second_medic_in(window, qtbot, asked):
    log_in(window, qtbot, MEDIC)
    page = people_page(window, SECOND)
    asked.answer(lambda dialog: (fill(dialog.findChild(PasswordEditor), PASSWORDS[SECOND]), press_at_last(ENTER)))
    done(qtbot, window, page, lambda: click(page.panel, "Дать доступ"))


def test_each_sees_the_own_part_and_nothing_else(window, qtbot, definitions):
    make_station(window, qtbot)
    seen = {}
    for name in (MEDIC, OFFICER, ADMIN):
        log_in(window, qtbot, name)
        seen[name] = registers_shown(window, definitions)
        assert set(window.vault.zones) == seen[name]
        assert not window.notices.shown.keys() & {"people"}
    assert seen == {MEDIC: {"health"}, OFFICER: {"security", "intelligence"}, ADMIN: {"training"}}


def test_a_second_medic_is_added_by_the_administrator_and_let_in_by_the_first(window, qtbot, definitions, asked):
    make_station(window, qtbot)
    add_second_medic(window, qtbot, asked)
    log_in(window, qtbot, SECOND)
    assert registers_shown(window, definitions) == set()
    let_second_medic_in(window, qtbot, asked)
    log_in(window, qtbot, SECOND)
    assert registers_shown(window, definitions) == {"health"}
    window.rail.buttons["patients"].click()
    assert window.page == "patients"
    acts = [event["action"] for event in window.vault.zone("health").select("select action from history order by seq")]
    assert acts[0] == "station_made"
    assert {"person_added", "let_in"} <= set(acts)


def test_a_lost_password_is_set_anew_beside_another_who_holds_the_key(window, qtbot, definitions, asked):
    make_station(window, qtbot)
    add_second_medic(window, qtbot, asked)
    let_second_medic_in(window, qtbot, asked)
    page = people_page(window, SECOND)
    asked.answer(lambda dialog: (fill_twice(dialog.findChild(NewPassword), NEW_PASSWORD), press_at_last(ENTER)))
    done(qtbot, window, page, lambda: click(page.panel, "Забыт пароль"))
    log_in(window, qtbot, SECOND, NEW_PASSWORD)
    assert registers_shown(window, definitions) == {"health"}


def test_the_last_medic_comes_back_by_the_recovery_sheet(window, qtbot, definitions, asked):
    codes = make_station(window, qtbot)
    qtbot.waitUntil(window.isEnabled)

    def recovering(dialog):
        who, zone = dialog.findChildren(QComboBox)
        who.setCurrentText(MEDIC)
        zone.setCurrentText("Здоровье")
        fill_code(dialog.findChild(CodeEditor), codes["health"])
        fill_twice(dialog.findChild(NewPassword), NEW_PASSWORD)
        press_at_last(ENTER)

    asked.answer(recovering)
    window.unlock_page.lost.click()
    qtbot.waitUntil(lambda: "Новый пароль задан" in window.unlock_page.message.text())
    log_in(window, qtbot, MEDIC, NEW_PASSWORD)
    assert registers_shown(window, definitions) == {"health"}


def test_who_leaves_takes_no_key_along_and_the_first_logs_in_again_under_the_new_one(window, qtbot, definitions, asked):
    make_station(window, qtbot)
    add_second_medic(window, qtbot, asked)
    let_second_medic_in(window, qtbot, asked)
    window.show_page("patients")
    page = people_page(window, SECOND)
    asked.answer(pressing("Забрать доступ"), pressing("Позже"))
    with qtbot.waitSignal(page.log_in_again):
        click(page.panel, "Забрать доступ")
    qtbot.waitUntil(lambda: window.vault is None and window.isEnabled())
    log_in(window, qtbot, SECOND)
    assert registers_shown(window, definitions) == set()
    log_in(window, qtbot, MEDIC)
    assert registers_shown(window, definitions) == {"health"}
    assert "нет листа восстановления" in said(window)
    assert who_can_open(window.folder, "health").sheets == ()
    assert list(broken_events(window.vault.zone("health").connection)) == []


@pytest.mark.parametrize("act", ["Новый лист", "Сменить ключ"])
def test_a_question_about_keys_left_open_closes_with_the_lock_and_changes_nothing(window, qtbot, definitions, asked, act):
    make_station(window, qtbot)
    log_in(window, qtbot, MEDIC)
    page = people_page(window, MEDIC)
    page.show_view(1)
    page.access.selectRow([register.zone for register in page.registers].index("health"))
    asked.answer(lambda _: window.lock())
    click(page.panel, act)
    qtbot.waitUntil(lambda: window.vault is None and window.isEnabled())
    assert who_can_open(window.folder, "health").sheets == (1,)
    log_in(window, qtbot, MEDIC)
    assert registers_shown(window, definitions) == {"health"}


def test_another_language_may_be_chosen_before_anything_else(window, qtbot, definitions):
    window.centralWidget().language.row.buttons["ky"].click()
    QApplication.processEvents()
    assert window.centralWidget().words.language == "ky"
    press(ENTER)
    assert window.centralWidget().step is window.centralWidget().place
