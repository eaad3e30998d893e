"""A question goes from headquarters to a prison and its answer comes back, on one stick and in the real windows."""

import pytest
from PySide6.QtWidgets import QPlainTextEdit

from desktop.exchange.handoff import write_handoff
from desktop.gui import prompts
from desktop.registers.declarations import load
from desktop.store.questions import ANSWERED, CLOSED, questions
from desktop.store.vault import create_vault
from tests.conftest import PASSWORD
from tests.gui.asking import click, fill
from tests.gui.conftest import type_text
from tests.meeting import meet

SEIZURE = {
    "seized_on": "2013-03-28", "location": "CEL", "entry_route": "PAR", "owner_known": "N", "detection": "CEL",
    "operation": "ROU", "case_opened": "N",
}  # fmt: skip
ASK_WHY = prompts.ask_why
ITEM = {"category": "DRG", "substance": "CAN-RES", "quantity": 12_500_000, "unit": "G", "quantity_kind": "NET"}


@pytest.fixture
def stations(tmp_path):
    """Make a prison with a seizure and headquarters, which know each other's keys."""
    definitions, made = load(), {}
    for prison in ("IK-03", "HQ"):
        words = {"person": "Асанов А.", "password": PASSWORD, "profile": "cheapest"}
        made[prison] = create_vault(tmp_path / prison, definitions, prison=prison, **words)
    meet(made["IK-03"], made["HQ"])
    assert made["IK-03"].records("seizures").save(dict(SEIZURE), {"items": [dict(ITEM)]}, ready=True).kept
    return made


@pytest.fixture
def stick(tmp_path, monkeypatch):
    folder = tmp_path / "флешка"
    folder.mkdir()
    monkeypatch.setattr(prompts, "choose_folder", lambda *_: str(folder))
    return folder


@pytest.fixture
def enter_station(qtbot, open_window, stations):
    """Open the window of a station after that of another was left."""
    opened = []

    def open_(prison):
        if opened:
            opened[-1].hide()
            opened[-1].vault.close()
            opened[-1].vault = None
        opened.append(open_window(stations[prison]))
        return opened[-1]

    return open_


def merge(qtbot, window, workbook):
    window.show_page("merge")
    page = window.pages["merge"]
    page.preview([workbook])
    qtbot.waitUntil(lambda: window.isEnabled() and bool(page.plans), timeout=20_000)
    page.merge_button.click()
    qtbot.waitUntil(lambda: window.isEnabled() and bool(page.merged), timeout=20_000)
    assert "отклонено 0" in page.summary.text()


def the_seizure(window):
    records = window.vault.records("seizures")
    return records.rows(records.ids())[0]


def test_a_question_is_asked_corrected_and_closed(qtbot, enter_station, stick, asked, monkeypatch):
    prison = enter_station("IK-03")
    first = write_handoff(prison.vault, "security", "2013-03", stick).path

    headquarters = enter_station("HQ")
    merge(qtbot, headquarters, first)
    record = the_seizure(headquarters)
    headquarters.show_record("seizures", record["uid"])

    def ask(dialog):
        type_text("Вес: 12,5 г или 125 г?", dialog.findChild(QPlainTextEdit))
        click(dialog, "Задать вопрос")

    asked.answer(ask)
    headquarters.pages["seizures"].form.question_button.click()
    headquarters.show_page("questions")
    headquarters.pages["questions"].write_button.click()
    qtbot.waitUntil(lambda: headquarters.isEnabled() and any(stick.glob("*_receipt_*")), timeout=20_000)

    prison = enter_station("IK-03")
    prison.show_page("receipts")
    page = prison.pages["receipts"]
    page.folder_button.click()
    qtbot.waitUntil(lambda: prison.isEnabled() and bool(page.items), timeout=20_000)
    assert "Записей теперь есть в центральном аппарате: 1" in page.said.text()
    page.record_button.click()
    form = prison.pages["seizures"].form
    assert form.record["state"] == "QUERIED"
    monkeypatch.setattr(prompts, "ask_why", ASK_WHY)
    asked.answer(lambda dialog: click(dialog, "Сохранить"))
    remarks = next(part.rows["remarks"] for part in form._forms if "remarks" in part.rows)
    fill(remarks.editor, "взвешено повторно: 12,5 г")
    form.save_button.click()
    second = write_handoff(prison.vault, "security", "2013-03", stick, why="исправлено").path
    assert second != first

    headquarters = enter_station("HQ")
    merge(qtbot, headquarters, second)
    (answered,) = questions(headquarters.vault.zone("security"))
    assert (answered.state, answered.answer) == (ANSWERED, "Вопрос центрального аппарата: Вес: 12,5 г или 125 г?")
    assert the_seizure(headquarters)["remarks"] == "взвешено повторно: 12,5 г"
    headquarters.show_page("questions")
    headquarters.pages["questions"].close_button.click()
    assert questions(headquarters.vault.zone("security"))[0].state == CLOSED
    assert the_seizure(headquarters)["state"] == "SUBMITTED"
