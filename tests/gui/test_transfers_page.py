"""The page of transfers, by clicks: at the prison a case leaves, at headquarters, and where it arrives."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from desktop.exchange.transfers import read_transfers, write_on, write_transfer
from desktop.gui import prompts
from desktop.gui.transfers_page import TransfersPage
from desktop.gui.words import Words
from desktop.store.vault import create_vault
from tests.cases import CANARIES, HEALTH, SURNAME, keep_case, keep_patient
from tests.gui.asking import said
from tests.gui.conftest import press
from tests.meeting import meet


@pytest.fixture
def stations(tmp_path, definitions):
    """Make a prison, headquarters and another prison; both prisons know headquarters."""
    made = [
        create_vault(tmp_path / code, definitions, prison=code, person="Асанов А.", password="пароль", profile="cheapest")
        for code in ("IK-01", "HQ", "IK-03")
    ]
    meet(made[1], made[0])
    meet(made[1], made[2])
    yield made
    for vault in made:
        vault.close()


@pytest.fixture
def stick(tmp_path, monkeypatch):
    """Let every folder that is asked for be the stick."""
    folder = tmp_path / "флешка"
    folder.mkdir()
    monkeypatch.setattr(prompts, "choose_folder", lambda *_: str(folder))
    return folder


@pytest.fixture
def show(qtbot):
    """Show the page of a station, as a person comes to it."""

    def show_page(vault):
        page = TransfersPage(vault, Words("ru"))
        qtbot.addWidget(page)
        page.resize(1140, 700)
        with qtbot.waitActive(page):
            page.show()
            page.activateWindow()
        page.arrive()
        return page

    return show_page


def click(qtbot, page, text):
    (found,) = [one for one in page.findChildren(QPushButton) if one.isVisibleTo(page) and one.text().startswith(text)]
    qtbot.mouseClick(found, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.isEnabled, timeout=20_000)


def listed(page):
    model = page.list.plain_model
    return [[cell.text for cell in row] for row in model.rows]


def send(stations, stick):
    """Send a case as far as the stick for the prison it is meant for."""
    origin, hq, _ = stations
    uid = keep_case(origin)
    came, _ = read_transfers(hq, [write_transfer(origin, "tb_cases", uid, stick)])
    return uid, came[0].passage.number, write_on(hq, HEALTH, came[0].passage.number, stick)


def test_a_case_is_sent_by_a_click_and_its_record_says_so(qtbot, stations, stick, show):
    origin = stations[0]
    uid = keep_case(origin)
    page = show(origin)
    assert listed(page)[0][-1] == "К отправке"
    click(qtbot, page, "Записать письмо")
    assert "Записано" in page.said.text()
    assert len(list(stick.glob("HQ_health_transfer_*.json.sealed"))) == 1
    assert origin.records("tb_cases").read(uid)[1]["transfers"][0]["transfer_state"] == "SEN"
    assert listed(page)[0][-1] == "Отправлен, ответа нет"
    click(qtbot, page, "Записать письмо ещё раз")
    assert len(list(stick.iterdir())) == 2


def test_headquarters_reads_a_folder_and_passes_on_without_showing_a_name(qtbot, stations, stick, show):
    origin, hq, _ = stations
    uid = keep_case(origin)
    write_transfer(origin, "tb_cases", uid, stick)
    (stick / "HQ_health_transfer_00000000.json.sealed").write_bytes(b"PK")
    page = show(hq)
    assert not listed(page)
    click(qtbot, page, "Прочитать папку")
    assert "Прочитано 1 письмо, новых 1" in page.said.text()
    assert "не письмо этой программы" in page.said.text()
    number = origin.records("tb_cases").read(uid)[0]["number"]
    assert (listed(page)[0][0], listed(page)[0][-1]) == (number, "Получен, ждёт пересылки")
    click(qtbot, page, "Переслать")
    assert len(list(stick.glob("IK-03_health_transfer_*"))) == 1
    assert listed(page)[0][-1] == "Переслан, ответа нет"
    assert not page.arrival.isVisible()
    assert not any(canary in f"{said(page)} {listed(page)}" for canary in CANARIES)


def test_the_new_prison_looks_takes_over_for_a_known_person_and_answers(qtbot, stations, stick, show, monkeypatch):
    destination = stations[2]
    known = keep_patient(destination, surname="Иначе")
    _, _, letter = send(stations, stick)
    page = show(destination)
    monkeypatch.setattr(prompts, "choose_files", lambda *_: [str(letter)])
    click(qtbot, page, "Прочитать письма")
    told = [row[1].text for row in page.told.plain_model.rows]
    assert SURNAME in told
    assert page.person.itemText(0).startswith(known)
    assert "тот же" in page.alike.text()
    click(qtbot, page, "Принять случай")
    (case,) = destination.records("tb_cases").all()
    assert case.record["patient"] == known
    assert case.record["number"] in page.said.text()
    assert not page.take_button.isVisible()
    click(qtbot, page, "Записать ответ")
    assert len(list(stick.glob("HQ_health_transfer_answer_*"))) == 1
    looked = [e for e in destination.zone(HEALTH).latest_history("ru") if e.action == "transfer_viewed"]
    assert len(looked) == 1


def test_a_new_card_may_be_made_although_one_is_alike(qtbot, stations, stick, show):
    destination = stations[2]
    keep_patient(destination, surname="Иначе")
    _, _, letter = send(stations, stick)
    read_transfers(destination, [letter])
    page = show(destination)
    page.person.setCurrentIndex(page.person.count() - 1)
    click(qtbot, page, "Принять случай")
    assert {p.record["surname"] for p in destination.records("patients").all()} == {"Иначе", SURNAME}


def test_a_refusal_asks_for_its_reason_and_comes_back_to_the_first_prison(qtbot, stations, stick, show, monkeypatch):
    origin, hq, destination = stations
    uid, number, letter = send(stations, stick)
    read_transfers(destination, [letter])
    page = show(destination)
    monkeypatch.setattr(prompts, "ask_reason", lambda *_: "")
    click(qtbot, page, "Отказать")
    assert "нужна причина" in page.said.text()
    monkeypatch.setattr(prompts, "ask_reason", lambda *_: "не прибыл")
    click(qtbot, page, "Отказать")
    assert listed(page)[0][-1] == "✖ Не принят: не прибыл"
    read_transfers(hq, [write_on(destination, HEALTH, number, stick)])
    page = show(hq)
    assert listed(page)[0][-1] == "Переслать ответ · ✖ Не принят: не прибыл"
    click(qtbot, page, "Переслать ответ")
    page = show(origin)
    click(qtbot, page, "Прочитать папку")
    assert listed(page)[0][-1] == "✖ Не принят: не прибыл"
    assert origin.records("tb_cases").read(uid)[1]["transfers"][0]["transfer_state"] == "REF"


def test_a_failure_is_said_on_the_page_and_nothing_is_lost(qtbot, stations, stick, show):
    origin, _, destination = stations
    keep_case(origin)
    page = show(origin)
    stick.rmdir()
    click(qtbot, page, "Записать письмо")
    assert page.said.text().startswith("✖")
    assert listed(page)[0][-1] == "К отправке"
    page = show(destination)
    assert "Ни один случай не в пути" in page.empty.text()


def test_the_form_leads_to_the_page_once_a_saved_line_says_so(qtbot, open_window, stations, stick):
    origin = stations[0]
    waiting, uid = keep_case(origin, state="WAI"), keep_case(origin)
    window = open_window(origin)
    window.show_record("tb_cases", waiting)
    form = window.pages["tb_cases"].form
    assert not form.transfer_button.isHidden()
    assert not form.transfer_button.isEnabled()
    window.show_record("tb_cases", uid)
    assert form.transfer_button.isEnabled()
    qtbot.mouseClick(form.transfer_button, Qt.MouseButton.LeftButton)
    page = window.pages[window.page]
    assert isinstance(page, TransfersPage)
    assert page.marked.uid == uid
    press(Qt.Key.Key_Space)
    qtbot.waitUntil(window.isEnabled, timeout=20_000)
    assert len(list(stick.iterdir())) == 1
    window.show_page("tb_cases")
    assert form.record["revision"] == 2
    assert not form.transfer_button.isEnabled()
    window.show_record("patients", window.vault.records("patients").all()[0].record["uid"])
    assert not window.pages["patients"].form.transfer_button.isVisible()
