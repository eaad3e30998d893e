"""The search over all registers, from everywhere, by any spelling and on any keyboard layout."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.gui import pages
from tests.gui.conftest import press, type_text
from tests.sample import load_line, passage


@pytest.fixture
def look_for(qtbot, open_window, vault):
    """Open the search from home and type into it."""

    def look(text, window=None):
        window = window or open_window(vault)
        press(Qt.Key.Key_F7)
        page = window.pages[pages.SEARCH]
        type_text(text)
        qtbot.waitUntil(lambda: not page._waiting.isActive() and not page.steps.are_going_on)
        return page

    return look


@pytest.fixture
def uid(gate_log):
    return gate_log.save(passage(driver="Өмүрбек Жээнбаев"), {"loads": [load_line(cargo="мука")]}, ready=True).record["uid"]


@pytest.mark.parametrize("typed", ["Өмүрбек", "омурбек", "ЖЭЭНБ", "jeenb", "мука", "мука омур", "verf", "G-2013-0001", "въезд"])
def test_a_record_is_found_by_what_is_in_it_however_it_is_typed(look_for, uid, typed):
    assert look_for(typed).found.places == [("gate_log", uid)]


def test_what_was_typed_on_the_wrong_layout_is_told(look_for, uid):
    page = look_for("verf")
    assert "мука" in page.said.text()


@pytest.mark.parametrize("typed", ["м", " ", "?!", "совсем другое"])
def test_nothing_is_found_by_a_letter_or_by_what_is_nowhere(look_for, uid, typed):
    assert look_for(typed).found.places == []


def test_hits_stand_under_their_registers_and_say_no_more_than_the_list(look_for, uid, vault):
    vault.records("incidents").save({"circumstances": "Мука рассыпана"}, {}, ready=False)
    page = look_for("мука")
    headings = [page.found.topLevelItem(n).text(0) for n in range(page.found.topLevelItemCount())]
    assert any(text.startswith(vault.definitions.registers["gate_log"].label["ru"]) for text in headings)
    texts = " ".join(page.found.topLevelItem(n).text(2) for n in range(page.found.topLevelItemCount()))
    assert "Өмүрбек" not in texts
    assert "мука" in texts


def test_enter_opens_the_first_hit_and_the_arrows_another(look_for, uid, vault):
    other = (
        vault.records("gate_log").save(passage(driver="Ким"), {"loads": [load_line(cargo="мука")]}, ready=True).record["uid"]
    )
    page = look_for("мука")
    window = page.window()
    press(Qt.Key.Key_Return)
    assert window.pages["gate_log"].form.record["uid"] == other
    press(Qt.Key.Key_F7)
    assert page.text.text() == "мука"
    page.steps.finished.connect(lambda: None)
    while page.steps.are_going_on:
        QApplication.processEvents()
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Return)
    assert window.pages["gate_log"].form.record["uid"] == uid


def test_esc_goes_back_to_where_one_was(look_for, open_window, vault, uid):
    window = open_window(vault)
    window.show_page("gate_log")
    page = look_for("мука", window)
    assert window.page == pages.SEARCH
    press(Qt.Key.Key_Escape)
    assert window.page == "gate_log"
    assert page.found.places


def test_finding_a_health_record_is_no_look_at_it_and_opening_it_is(look_for, vault):
    card = {"registered_on": "2013-01-10", "surname": "Искомый", "name": "Болот"}
    uid = vault.records("patients").save(card, {}, ready=False).record["uid"]
    page = look_for("искомый")
    assert page.found.places == [("patients", uid)]
    views = "select count(*) as n from history where action = 'view' and uid = ?"
    zone = page.vault.zone("health")
    assert zone.select(views, [uid])[0]["n"] == 0
    press(Qt.Key.Key_Return)
    assert page.window().page == "patients"
    assert zone.select(views, [uid])[0]["n"] == 1


def test_nothing_is_found_in_a_zone_without_its_key(qtbot, open_window, make_vault, look_for):
    from desktop.store.keyring import Newcomer
    from desktop.store.people import add, let_in

    vault = make_vault("IK-03")
    card = {"registered_on": "2013-01-10", "surname": "Искомый", "name": "Болот"}
    vault.records("patients").save(card, {}, ready=False)
    vault.records("gate_log").save(passage(driver="Искомый"), {"loads": []}, ready=False)
    add(vault, Newcomer("Сотрудник", ("security_officer",), "иной пароль"))
    let_in(vault, "security", "Сотрудник", "иной пароль")
    page = look_for("искомый", open_window(vault, password="иной пароль", person="Сотрудник"))
    assert [register for register, _ in page.found.places] == ["gate_log"]
