"""The first page: it is there at once, and what it says one can go to."""

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from desktop.gui import pages
from desktop.registers.states import DRAFT
from desktop.store import due
from desktop.store.backups import backups, own_place
from desktop.store.questions import Question, ask, take
from tests.gui.conftest import press
from tests.sample import load_line, passage


def save(records, *, ready=True, **words):
    return records.save(passage(**words), {"loads": [load_line()]}, ready=ready).record["uid"]


@pytest.fixture
def home(qtbot, open_window):
    """Open a station, and wait until its first page has counted everything."""

    def open_(vault, language="ru"):
        page = open_window(vault, language).pages[pages.HOME]
        settle(qtbot, page)
        return page

    return open_


def settle(qtbot, page):
    qtbot.waitUntil(lambda: not page.steps.are_going_on)


def told(page):
    return [line.text for line in page.due.lines]


def click(page, text):
    line = next(place for place, line in enumerate(line for line in page.due.lines if line.do) if text in line.text)
    page.due.buttons[line].click()
    QApplication.processEvents()


def test_the_first_page_after_the_log_in_is_home(home, vault, gate_log):
    today = gate_log.zone.today.isoformat()
    save(gate_log, passed_on=today)
    save(gate_log, passed_on=today)
    save(gate_log, ready=False)
    page = home(vault)
    assert page.window().page == pages.HOME
    assert page.cards["gate_log"].number.text() == "2 записи"
    assert page.cards["gate_log"].more.text() == "✎ 1"
    assert "1 черновик" in page.cards["gate_log"].accessibleName()
    assert "записей нет" in page.cards["seizures"].number.text()


def test_nobody_waits_for_its_numbers(open_window, vault):
    page = open_window(vault).pages[pages.HOME]
    assert page.steps.are_going_on or page.place.text()
    assert set(page.cards) == set(vault.definitions.registers)


def test_a_card_leads_to_its_register_and_ins_on_it_begins_a_record(home, vault):
    page = home(vault)
    window = page.window()
    page.cards["gate_log"].setFocus()
    press(Qt.Key.Key_Return)
    assert window.page == "gate_log"
    assert not window.pages["gate_log"].form.is_open
    window.show_page(pages.HOME)
    page.cards["gate_log"].setFocus()
    press(Qt.Key.Key_Insert)
    assert window.page == "gate_log"
    assert window.pages["gate_log"].form.is_open
    window.pages["gate_log"].form.leave()


def test_ins_elsewhere_asks_which_register(qtbot, home, vault):
    page = home(vault)
    page.new_button.click()
    action = next(one for one in page.menu.actions() if one.text() == vault.definitions.registers["gate_log"].label["ru"])
    action.trigger()
    page.menu.close()
    assert page.window().pages["gate_log"].form.is_open
    page.window().pages["gate_log"].form.leave()


def test_drafts_are_told_and_opened_as_a_list(home, vault, gate_log):
    save(gate_log, ready=False)
    save(gate_log)
    page = home(vault)
    click(page, "закончить 1 черновик")
    shown = page.window().pages["gate_log"]
    assert page.window().page == "gate_log"
    assert [shown.model.row(place)["state"] for place in range(shown.model.rowCount())] == [DRAFT]


def test_records_with_a_warning_are_listed_and_opened(qtbot, home, vault, gate_log):
    heavy = load_line(weight=6_000_000_000)
    uid = gate_log.save(passage(reasons=json.dumps({"heavy": "два вагона"})), {"loads": [heavy]}, ready=True).record["uid"]
    page = home(vault)
    click(page, "1 готовая запись с объяснённым предупреждением")
    assert page.recalled.list.places == [("gate_log", uid)]
    press(Qt.Key.Key_Return)
    assert page.window().pages["gate_log"].form.record["uid"] == uid
    page.window().show_page(pages.HOME)
    press(Qt.Key.Key_Escape)
    settle(qtbot, page)
    assert page.stack.currentIndex() == 0


def test_the_month_to_hand_off_is_told_until_it_is_handed_off(qtbot, home, vault, gate_log):
    month = due.month_before(gate_log.zone.today)
    save(gate_log, passed_on=f"{month}-03")
    page = home(vault)
    line = next(text for text in told(page) if text.startswith("Безопасность"))
    assert "ещё не передана 1 готовая запись" in line
    assert "передан" in line
    note = {"sequence": 1, "check_number": "c", "month": month, "revision": 1, "file": "f", "counts": {}}
    page.vault.zone("security").keep_sent(note, {"gate_log": page.vault.records("gate_log").due(month)})
    page.arrive()
    settle(qtbot, page)
    (line,) = [line for line in page.due.lines if line.text.startswith("Безопасность")]
    assert (line.look, line.do) == ("good", None)


def test_a_station_where_nothing_has_happened_yet_owes_nothing(home, vault):
    assert told(home(vault)) == ["Сейчас ничего не требуется."]


def test_a_patient_to_be_looked_after_is_told_by_number_and_opened(home, vault):
    patients, cases = vault.records("patients"), vault.records("tb_cases")
    card = {"registered_on": "2013-01-10", "surname": "Тайный", "name": "Болот"}
    number = patients.save(card, {}, ready=False).record["number"]
    regimen = next(iter(vault.definitions.codes["regimens"].codes))
    case = {"patient": number, "diagnosed_on": "2013-01-12", "is_started": 1, "started_on": "2013-01-12", "regimen": regimen}
    uid = cases.save(case, {}, ready=False).record["uid"]
    page = home(vault)
    assert not any("Тайный" in text for text in told(page))
    click(page, "срок лечения вышел, исход не указан: 1")
    assert page.recalled.list.places == [("tb_cases", uid)]


def test_a_question_of_headquarters_leads_to_the_receipts(home, vault, gate_log):
    uid = save(gate_log)
    number = gate_log.read(uid)[0]["number"]
    zone = vault.zone("security")
    take(zone, [Question("q", "hq", "HQ", "gate_log", uid, number, None, 1, "Верно?", "x", "2013-04-01")], [])
    page = home(vault)
    click(page, "ждёт ответа 1 вопрос")
    assert page.window().page == pages.RECEIPTS


def test_at_headquarters_an_answer_leads_to_the_questions(home, make_vault):
    vault = make_vault("HQ")
    records = vault.records("gate_log")
    uid = save(records)
    zone = vault.zone("security")
    ask(
        zone, Question("q", "s", "IK-01", "gate_log", uid, records.read(uid)[0]["number"], None, 1, "Верно?", "x", "2013-04-01")
    )
    zone.connection.execute("update questions set state = 'answered', answer = 'Да'")
    page = home(vault)
    click(page, "получен ответ на 1 вопрос")
    assert page.window().page == pages.QUESTIONS


def test_what_was_worked_on_last_is_there_again_and_opens(home, vault, gate_log):
    first, second = save(gate_log), save(gate_log, driver="Ким")
    page = home(vault)
    assert page.recent.list.places == [("gate_log", second), ("gate_log", first)]
    page.recent.list.setCurrentItem(page.recent.list.topLevelItem(1))
    page.recent.list.setFocus()
    press(Qt.Key.Key_Return)
    assert page.window().pages["gate_log"].form.record["uid"] == first


def test_a_backup_is_made_from_here(qtbot, home, vault):
    page = home(vault)
    assert "ещё не делали" in page.backup.said.text()
    page.backup.make_button.click()
    qtbot.waitUntil(lambda: page.window().isEnabled() and not page.steps.are_going_on)
    assert [one.why for one in backups(own_place(vault.folder))] == ["wish"]
    assert "сегодня" in page.backup.said.text()


def test_an_old_backup_is_told_by_its_age(qtbot, home, vault, monkeypatch):
    import datetime as dt

    from desktop.store import clock

    page = home(vault)
    page.backup.make_button.click()
    qtbot.waitUntil(lambda: page.window().isEnabled() and not page.steps.are_going_on)
    later = clock.now() + dt.timedelta(days=8)
    monkeypatch.setattr(clock, "now", lambda: later)
    page.arrive()
    settle(qtbot, page)
    assert "Последней 8 дней" in page.backup.said.text()
    assert page.backup.said.property("kind") == "warning"


def test_a_doubtful_date_stays_told_until_it_was_looked_at(qtbot, home, vault, gate_log, monkeypatch):
    import datetime as dt

    from desktop.store import clock

    save(gate_log)
    ahead = clock.now() + dt.timedelta(days=400)
    monkeypatch.setattr(clock, "now", lambda: ahead)
    page = home(vault)
    window = page.window()
    window.notices.close_notice("clock")
    click(page, next(text for text in told(page) if page.words("window.date_is_right") not in text and "дат" in text.lower()))
    settle(qtbot, page)
    assert all(window.vault.zone(name).clock_doubt is None for name in window.vault.zones)
    assert not any(line.action == page.words("window.date_is_right") for line in page.due.lines)


def test_nothing_of_the_first_page_is_cut_off_in_a_small_window(qtbot, home, vault, gate_log):
    save(gate_log, ready=False)
    page = home(vault)
    window = page.window()
    window.resize(960, 520)
    QApplication.processEvents()
    for widget in (*page.findChildren(QPushButton), *page.due.findChildren(QLabel)):
        if widget.isVisible():
            right = widget.mapTo(window, widget.rect().topRight()).x()
            assert right < window.width(), widget
            needed = widget.heightForWidth(widget.width()) if isinstance(widget, QLabel) and widget.wordWrap() else 17
            assert widget.height() >= needed, widget


def test_who_may_open_no_zone_has_no_home(open_window, make_vault):
    from desktop.store.keyring import Newcomer
    from desktop.store.people import add

    vault = make_vault()
    add(vault, Newcomer("Начальник", ("head_of_prison",), "иной пароль"))
    window = open_window(vault, password="иной пароль", person="Начальник")
    assert pages.HOME not in window.rail.buttons
    press(Qt.Key.Key_F7)
    assert window.page != pages.SEARCH
