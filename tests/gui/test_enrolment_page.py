"""Exchange keys from the window: files are read, words compared, and nothing is relied on before somebody says they are the same."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel

from desktop.exchange.enrolment import write_keys
from desktop.gui import prompts
from desktop.gui.enrolment_page import EnrolmentPage
from desktop.gui.words import Words
from desktop.registers.labels import LANGUAGES
from desktop.store import station_keys
from tests.gui.asking import press_at_last, pressing
from tests.meeting import meet

# The key that begins long work is let go when the window already waits.
pytestmark = pytest.mark.qt_log_ignore("Keyboard event not accepted by receiving widget")

SAME, NOT_SAME, UNDERSTOOD, STAY = "Слова совпадают", "Не совпадают", "Понятно", "Оставить прежние"


@pytest.fixture
def headquarters(make_vault):
    return make_vault("HQ")


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "флешка"
    folder.mkdir()
    return folder


@pytest.fixture
def show(qtbot):
    def show_(vault, language="ru", size=(1162, 728)):
        page = EnrolmentPage(vault, Words(language))
        qtbot.addWidget(page)
        page.resize(*size)
        with qtbot.waitActive(page):
            page.show()
            page.activateWindow()
        page.arrive()
        return page

    return show_


@pytest.fixture
def choose(monkeypatch):
    """Choose files, and the folder to write into, as in the system's own dialogs."""

    def choose_(*files, folder=""):
        monkeypatch.setattr(prompts, "choose_files", lambda *_: [str(file) for file in files])
        monkeypatch.setattr(prompts, "choose_folder", lambda *_: str(folder))

    return choose_


def read(qtbot, page, asked, *answers):
    _press(qtbot, page, asked, Qt.Key.Key_F2, [pressing(answer) for answer in answers])


def write(qtbot, page, asked):
    _press(qtbot, page, asked, Qt.Key.Key_F3, [pressing(UNDERSTOOD)])


def _press(qtbot, page, asked, key, answers):
    with qtbot.waitActive(page):
        page.activateWindow()
    page.read.setFocus()
    asked.answer(*answers)
    press_at_last(key)
    qtbot.waitUntil(lambda: page.isEnabled() and not asked.answers)


def texts(page):
    QApplication.processEvents()
    return [one.text() for one in page.findChildren(QLabel) if one.isVisible()]


def spoken(vault, zone):
    return station_keys.fingerprint(station_keys.own(vault.zone(zone)))["ru"]


def enrolled(vault, other):
    """List the zones in which *vault* relies on the keys that *other* has now."""
    found = {zone: station_keys.partner(vault.zone(zone), other.station.id) for zone in vault.zones}
    return [zone for zone, one in found.items() if one and one.keys == station_keys.own(other.zone(zone))]


def test_both_sides_write_read_compare_and_know_each_other(qtbot, vault, headquarters, show, choose, stick, asked):
    hq, prison = show(headquarters), show(vault)
    assert texts(prison).count("Ещё не приняты") == len(vault.zones)
    choose(folder=stick)
    for page in (hq, prison):
        write(qtbot, page, asked)
    choose(stick / "depter_headquarters.json")
    read(qtbot, prison, asked, SAME)
    assert all(spoken(headquarters, zone) in asked.texts[-1] for zone in vault.zones)
    choose(stick / "IK-01_keys.json")
    read(qtbot, hq, asked, SAME)
    assert enrolled(vault, headquarters) == vault.zones
    assert enrolled(headquarters, vault) == headquarters.zones
    assert {spoken(headquarters, zone) for zone in vault.zones} <= {*texts(prison)}
    place = hq.prisons.index("IK-01")
    assert all(cell.text.startswith("✔") for cell in hq.table.plain_model.rows[place][1:])
    assert {cell.text for cell in hq.table.plain_model.rows[place + 1][1:]} == {"—"}
    hq.table.selectRow(place)
    assert {spoken(vault, zone) for zone in vault.zones} <= {*texts(hq)}


def test_words_that_were_not_compared_enrol_nobody_and_enter_alone_says_so(
    qtbot, vault, headquarters, show, choose, stick, asked
):
    page = show(vault)
    choose(write_keys(headquarters, stick))
    read(qtbot, page, asked, NOT_SAME)
    _press(qtbot, page, asked, Qt.Key.Key_F2, [lambda dialog: qtbot.keyClick(dialog, Qt.Key.Key_Return)])
    assert enrolled(vault, headquarters) == []


def test_of_many_files_each_is_asked_by_itself_and_a_wrong_one_hinders_no_other(
    qtbot, headquarters, make_vault, show, choose, stick, asked
):
    first, other = make_vault("IK-01"), make_vault("IK-03")
    wrong = stick / "wrong.json"
    wrong.write_text("[]", "utf-8")
    page = show(headquarters)
    choose(write_keys(first, stick), wrong, write_keys(other, stick), write_keys(headquarters, stick))
    read(qtbot, page, asked, NOT_SAME, UNDERSTOOD, SAME, UNDERSTOOD)
    assert "wrong.json — не файл ключей" in asked.texts[1]
    assert "самой этой станции" in asked.texts[3]
    assert (enrolled(headquarters, first), enrolled(headquarters, other)) == ([], headquarters.zones)


def test_a_changed_key_shows_old_and_new_words_and_the_old_one_is_kept(qtbot, vault, headquarters, show, choose, stick, asked):
    meet(headquarters, vault)
    before = spoken(vault, "health")
    station_keys.renew(vault.zone("health"))
    page = show(headquarters)
    choose(write_keys(vault, stick))
    read(qtbot, page, asked, SAME)
    said = asked.texts[-1]
    assert before in said
    assert spoken(vault, "health") in said
    assert spoken(vault, "training") not in said
    assert "Подтверждены прежним ключом" in said
    assert enrolled(headquarters, vault) == headquarters.zones
    assert [bool(one.retired) for one in station_keys.partners(headquarters.zone("health"))] == [True, False]
    assert any("прежде заменён 1 ключ" in text for text in texts(page))


def test_a_key_that_somebody_else_made_is_called_unconfirmed(
    qtbot, vault, headquarters, make_vault, show, choose, stick, asked
):
    meet(vault, headquarters)
    page = show(vault)
    choose(write_keys(make_vault("HQ", "forged"), stick))
    read(qtbot, page, asked, NOT_SAME)
    assert "Прежним ключом не подтверждены" in asked.texts[-1]
    assert "файл создал кто-то другой" in asked.texts[-1]
    assert enrolled(vault, headquarters) == vault.zones


def test_keys_that_are_enrolled_already_are_not_asked_about(qtbot, vault, headquarters, show, choose, stick, asked):
    meet(vault, headquarters)
    page = show(vault)
    choose(write_keys(headquarters, stick))
    read(qtbot, page, asked, UNDERSTOOD)
    assert "уже приняты" in asked.texts[-1]


def test_new_keys_are_made_only_when_it_is_meant(vault, show, asked):
    page = show(vault)
    before = spoken(vault, "health")
    for answer in (STAY, "Новые ключи"):
        asked.answer(pressing(answer))
        page.renew.click()
        assert (spoken(vault, "health") == before) == (answer == STAY)
    assert spoken(vault, "health") in texts(page)


def test_the_rail_leads_to_the_page(vault, open_window):
    window = open_window(vault)
    window.show_page("keys")
    assert any("Свои слова" in text for text in texts(window.pages["keys"]))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(1162, 728), (756, 520)])
@pytest.mark.parametrize("prison", ["IK-01", "HQ"])
def test_nothing_is_nameless_or_cut_off(prison, language, size, make_vault, show):
    page = show(make_vault(prison), language, size)
    for one in page.findChildren(QAbstractButton):
        if one.isVisible() and one.text():
            assert one.accessibleName()
            assert one.width() >= one.sizeHint().width(), one.text()
    assert page.table.accessibleName()
