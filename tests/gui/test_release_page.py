"""The page of release and treatment: its lists, and what is written by a click on it."""

import datetime as dt

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.gui import prompts
from desktop.gui.release_page import ReleasePage
from desktop.gui.words import Words
from tests.care import keep_patient, keep_tb_case, release
from tests.gui.conftest import press


def on(days):
    return (dt.date.today() + dt.timedelta(days=days)).isoformat()


@pytest.fixture
def show(qtbot):
    def show(vault, language="ru"):
        page = ReleasePage(vault, "health", Words(language))
        qtbot.addWidget(page)
        page.resize(1160, 700)
        page.arrive()
        with qtbot.waitActive(page):
            page.show()
            page.activateWindow()
        return page

    return show


def listed(page):
    return [[cell.text for cell in row] for row in page.list.plain_model.rows]


def pills(page):
    return [pill.text() for pill in page.pills.values()]


def line(vault, uid):
    return vault.records("tb_cases").read(uid)[1]["transfers"][0]


def test_each_list_counts_its_people_and_says_what_is_missing(vault, show):
    soon = keep_patient(vault, "Садыков", release_expected_on=on(5))
    keep_tb_case(vault, soon)
    gone = keep_patient(vault, "Жапаров", is_released=1, released_on=on(-40), release_type="END")
    tries = [{"contacted_on": on(-3), "contact_way": "PHO", "contact_result": "NORESPONSE"}]
    keep_tb_case(vault, gone, lines={"transfers": [release(transferred_on=on(-40), transfer_state="WAI")], "contacts": tries})
    keep_tb_case(vault, keep_patient(vault, "Ибраев"), lines={"interruptions": [{"stopped_from": on(-70)}]})
    page = show(vault)
    assert pills(page) == ["Скоро освобождение  1", "Освобождены, прибытие не подтверждено  1", "Без лечения  1"]
    assert listed(page)[0][1:] == ["через 5 дней", "Садыков Болот", "Лечение ТБ", "✖ не подготовлено"]
    page.pills["awaited"].click()
    assert listed(page)[0][1:] == ["40 дней", "Жапаров Болот", "Лечение ТБ", "искали 1 раз"]
    assert "Телефон · Нет ответа" in page.panel.tries.text()
    page.pills["interrupted"].click()
    assert listed(page)[0][1:4] == ["70 дней", "Ибраев Болот", "Лечение ТБ"]
    assert listed(page)[0][4].startswith("потерян с ")


def test_what_is_ready_is_begun_and_ticked_by_the_keyboard(qtbot, vault, show):
    uid = keep_tb_case(vault, keep_patient(vault, release_expected_on=on(20)))
    page = show(vault)
    qtbot.mouseClick(page.panel.begin_button, Qt.MouseButton.LeftButton)
    assert line(vault, uid)["transferred_on"] == on(20)
    assert listed(page)[0][4] == "готово 0 из 8"
    box = page.panel.boxes["letter"]
    QApplication.processEvents()
    box.setFocus()
    press(Qt.Key.Key_Space)
    assert line(vault, uid)["package"] == "LET"
    assert QApplication.focusWidget() is box
    assert (box.isChecked(), listed(page)[0][4]) == (True, "готово 1 из 8")
    press(Qt.Key.Key_Space)
    assert (line(vault, uid)["package"], listed(page)[0][4]) == (None, "готово 0 из 8")
    assert "отметка снята" in page.said.text()


def test_a_step_that_needs_a_name_or_a_number_leads_to_the_record(qtbot, vault, show):
    uid = keep_tb_case(
        vault, keep_patient(vault, release_expected_on=on(20)), lines={"transfers": [release(transferred_on=on(20))]}
    )
    page = show(vault)
    with qtbot.waitSignal(page.record_asked) as asked:
        page.panel.boxes["clinic"].click()
    assert asked.args == ["tb_cases", uid]
    assert not page.panel.boxes["clinic"].isChecked()
    assert vault.records("tb_cases").read(uid)[0]["revision"] == 1


def test_a_confirmed_arrival_takes_the_person_off_the_list(qtbot, vault, show):
    patient = keep_patient(vault, is_released=1, released_on=on(-10), release_type="END")
    uid = keep_tb_case(vault, patient, lines={"transfers": [release(transferred_on=on(-10), transfer_state="WAI")]})
    page = show(vault)
    page.pills["awaited"].click()
    QApplication.processEvents()
    qtbot.mouseClick(page.panel.arrived_button, Qt.MouseButton.LeftButton)
    assert (line(vault, uid)["arrival"], line(vault, uid)["arrived_on"]) == ("ARR", on(0))
    assert pills(page)[1].endswith("  0")
    assert "подтверждено" in page.empty.text()
    assert not page.panel.isVisible()


def test_what_somebody_changed_meanwhile_is_said_and_nothing_is_written(qtbot, vault, show):
    uid = keep_tb_case(
        vault, keep_patient(vault, release_expected_on=on(20)), lines={"transfers": [release(transferred_on=on(20))]}
    )
    page = show(vault)
    records = vault.records("tb_cases")
    record, lines = records.read(uid)
    records.save(record, lines | {"transfers": []}, ready=True, why="ошибка")
    page.panel.boxes["letter"].click()
    assert page.said.text().startswith("✖")
    assert not records.read(uid)[1].get("transfers")


def test_only_whoever_writes_health_records_has_the_page(open_window, vault):
    keep_tb_case(vault, keep_patient(vault, release_expected_on=on(5)))
    window = open_window(vault)
    window.show_page("continuity:health")
    page = window.pages["continuity:health"]
    assert len(page.dues) == 1
    page.panel.record_button.click()
    assert window.page == "tb_cases"
    assert window.pages["tb_cases"].form.record["uid"] == page.dues[0].course.uid


def test_a_look_at_a_case_stands_in_its_history(vault, show):
    uid = keep_tb_case(vault, keep_patient(vault, release_expected_on=on(5)))
    show(vault)
    assert [entry.action for entry in vault.zone("health").history_of(uid, "ru")] == ["new", "view"]


@pytest.mark.parametrize(("name", "begins"), [("pdf_button", b"%PDF"), ("word_button", b"PK")])
def test_a_paper_is_saved_under_the_number_of_the_case_and_noted_first(vault, show, tmp_path, monkeypatch, name, begins):
    uid = keep_tb_case(vault, keep_patient(vault, release_expected_on=on(5)))
    page, offered = show(vault), []
    monkeypatch.setattr(
        prompts, "choose_target", lambda _parent, _title, file, _kind: offered.append(file) or str(tmp_path / file)
    )
    getattr(page.panel.papers, name).click()
    (path,) = tmp_path.glob("IK-01-T-*")
    assert path.read_bytes().startswith(begins)
    assert (path.name, "Асанов" in path.name) == (offered[0], False)
    assert "удалите" in page.said.text()
    last = vault.zone("health").history_of(uid, "ru")[-1]
    assert (last.action, last.why) == ("export", "Направление для продолжения лечения, Русский")


def test_a_paper_that_cannot_be_written_is_said(vault, show, tmp_path, monkeypatch):
    keep_tb_case(vault, keep_patient(vault, release_expected_on=on(5)))
    page = show(vault)
    monkeypatch.setattr(prompts, "choose_target", lambda *_: str(tmp_path / "none" / "x.pdf"))
    page.panel.papers.pdf_button.click()
    assert page.said.text().startswith("✖")
