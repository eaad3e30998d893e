"""Headquarters asks about a merged record from its page, writes receipts, and closes or repeats what was answered."""

import pytest
from PySide6.QtWidgets import QComboBox, QPlainTextEdit

from desktop.exchange.receipts import read_receipt
from desktop.gui import prompts
from desktop.store.questions import ANSWERED, CLOSED, OPEN, SENT, answer, questions
from tests.exchange.steps import enter, hand_off, take
from tests.gui.asking import click
from tests.gui.conftest import type_text
from tests.meeting import meet

pytestmark = pytest.mark.qt_log_ignore("Keyboard event not accepted by receiving widget")


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "флешка"
    folder.mkdir()
    return folder


@pytest.fixture
def window(open_window, make_vault, vault, stick):
    headquarters = make_vault("HQ")
    meet(vault, headquarters)
    enter(vault)
    take(headquarters, hand_off(vault, stick).path)
    return open_window(headquarters)


@pytest.fixture
def asks(window, asked):
    """Ask about the only record, from its page."""

    def ask(text):
        record = window.vault.records("gate_log").rows(window.vault.records("gate_log").ids())[0]
        window.show_record("gate_log", record["uid"])

        def write(dialog):
            field = dialog.findChild(QComboBox)
            field.setCurrentIndex(field.findText("Направление"))
            type_text(text, dialog.findChild(QPlainTextEdit))
            click(dialog, "Задать вопрос")

        asked.answer(write)
        window.pages["gate_log"].form.question_button.click()

    return ask


def question(window):
    return questions(window.vault.zone("security"))[-1]


def write(qtbot, window, stick, monkeypatch):
    monkeypatch.setattr(prompts, "choose_folder", lambda *_: str(stick))
    window.show_page("questions")
    window.pages["questions"].write_button.click()
    qtbot.waitUntil(lambda: window.isEnabled() and bool(window.pages["questions"].said.text()), timeout=20_000)


def test_a_question_is_asked_from_the_record_and_marks_it(window, asks):
    asks("Верно?")
    assert (question(window).asked, question(window).field, question(window).state) == ("Верно?", "direction", OPEN)
    form = window.pages["gate_log"].form
    assert "Возвращено на уточнение" in form.state.text()
    assert form.question_button.isVisible()


def test_a_record_of_this_station_has_no_button_to_ask(open_window, vault):
    saved = enter(vault)
    window = open_window(vault)
    window.show_record("gate_log", saved.record["uid"])
    assert not window.pages["gate_log"].form.question_button.isVisible()


def test_receipts_are_written_answers_shown_and_questions_closed(qtbot, window, asks, stick, monkeypatch, vault, tmp_path):
    asks("Верно?")
    write(qtbot, window, stick, monkeypatch)
    assert "Записана 1 квитанция" in window.pages["questions"].said.text()
    assert question(window).state == SENT
    (path,) = stick.glob("*_receipt_*")
    read_receipt(vault, path.name, path.read_bytes())
    zone = vault.zone("security")
    answer(zone, questions(zone)[0].uid, "Да, верно.")
    take(window.vault, hand_off(vault, stick).path)
    page = window.pages["questions"]
    page.arrive()
    assert question(window).state == ANSWERED
    assert "Да, верно." in page.more.text()
    page.close_button.click()
    assert question(window).state == CLOSED
    assert not page.close_button.isEnabled()


def test_an_answer_that_does_not_satisfy_is_asked_about_again(qtbot, window, asks, stick, monkeypatch, vault, asked):
    asks("Верно?")
    write(qtbot, window, stick, monkeypatch)
    (path,) = stick.glob("*_receipt_*")
    read_receipt(vault, path.name, path.read_bytes())
    answer(vault.zone("security"), question(window).uid, "Не знаю.")
    take(window.vault, hand_off(vault, stick).path)
    page = window.pages["questions"]
    page.arrive()

    def repeat(dialog):
        type_text("По журналу?", dialog.findChild(QPlainTextEdit))
        click(dialog, "Задать вопрос")

    asked.answer(repeat)
    page.ask_button.click()
    found = questions(window.vault.zone("security"))
    assert [(one.asked, one.state) for one in found] == [("Верно?", CLOSED), ("По журналу?", OPEN)]


def test_the_last_receipts_can_be_written_again(qtbot, window, asks, stick, monkeypatch):
    asks("Верно?")
    write(qtbot, window, stick, monkeypatch)
    (path,) = stick.glob("*_receipt_*")
    path.unlink()
    page = window.pages["questions"]
    page.said.setText("")
    page.write_button.click()
    qtbot.waitUntil(lambda: window.isEnabled() and bool(page.said.text()), timeout=20_000)
    assert "ничего не изменилось" in page.said.text()
    page.said.setText("")
    page.again_button.click()
    qtbot.waitUntil(lambda: window.isEnabled() and bool(page.said.text()), timeout=20_000)
    assert list(stick.glob("*_receipt_*")) == [path]
