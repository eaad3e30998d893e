"""A month goes to headquarters, is merged, taken back and merged again, and its question comes back answered: by clicks and keys."""

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton

from desktop.gui import prompts
from desktop.store.questions import ANSWERED, CLOSED, questions
from tests.gui.asking import click, fill
from tests.gui.conftest import type_text
from tests.stories.test_question_and_answer import ITEM, SEIZURE, enter_station, stations, stick

__all__ = ["enter_station", "stations", "stick"]

# The key that begins long work is let go when the window already waits.
pytestmark = pytest.mark.qt_log_ignore("Keyboard event not accepted by receiving widget")


ASKED = {name: getattr(prompts, name) for name in ("tell", "inform", "ask_why")}


@pytest.fixture(autouse=True)
def real_questions(enter_station, monkeypatch):
    """Let every question be asked, and be answered by a click."""
    for name, ask in ASKED.items():
        monkeypatch.setattr(prompts, name, ask)


def press_in(window, key):
    """Press a key in *window*, which a small window that closed may have left inactive."""
    window.activateWindow()
    QApplication.processEvents()
    QTest.keyPress(window.focusWidget() or window, key)
    QApplication.processEvents()


def go(window, page):
    window.rail.buttons[page].click()
    return window.pages[page]


def wait(qtbot, window):
    qtbot.waitUntil(window.isEnabled, timeout=20_000)


def hand_off(qtbot, window, why=""):
    page = go(window, "hand_off")
    if page.upper.currentIndex():
        press_in(window, Qt.Key.Key_Escape)
    for card in page.cards:
        if card.choice.isChecked() != (card.zone == "security"):
            card.choice.click()
    card = next(card for card in page.cards if card.zone == "security")
    if card.unanswered:
        next(one for one in card.findChildren(QPushButton) if one.text().startswith("Во всех пустых")).click()
    page.choose.click()
    if why:
        fill(page.why, why)
    press_in(window, Qt.Key.Key_F2)
    wait(qtbot, window)
    assert page.upper.currentIndex() == 1, page.message.text()


def look_at(qtbot, window):
    page = go(window, "merge")
    if page.body.currentIndex():
        press_in(window, Qt.Key.Key_Escape)
    page.folder_button.click()
    qtbot.waitUntil(lambda: window.isEnabled() and bool(page.plans), timeout=20_000)
    return page


def merge(qtbot, window, page):
    press_in(window, Qt.Key.Key_F2)
    qtbot.waitUntil(lambda: window.isEnabled() and bool(page.merged), timeout=20_000)


def choose(qtbot, bar, answer, why):
    next(one for one in bar.buttons if one.text().startswith(answer)).click()
    qtbot.waitUntil(bar.why.isVisible)
    fill(bar.why, why)


def take_back(qtbot, window, asked, why):
    """Take the last merge back."""
    press_in(window, Qt.Key.Key_Escape)

    def explain(dialog):
        fill(dialog.findChild(QLineEdit), why)
        click(dialog, "Отменить приём")

    page = window.pages["merge"]
    asked.answer(explain, lambda dialog: click(dialog, "Понятно"))
    page.received.selectRow(0)
    page.undo_button.click()
    qtbot.waitUntil(lambda: window.isEnabled() and not asked.answers, timeout=20_000)


def weights(window):
    records = window.vault.records("seizures")
    return sorted(line["quantity"] for row in records.rows(records.ids()) for line in records.read(row["uid"])[1]["items"])


def edit_weight(folder):
    """Change a weight as somebody does who opens the workbook on its way."""
    (path,) = folder.glob("*.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = next(one for one in book.worksheets if "quantity" in [cell.value for cell in one[1]])
    place = [cell.value for cell in sheet[1]].index("quantity") + 1
    sheet.cell(3, place).value = 99
    book.save(path)


def test_a_month_is_merged_taken_back_merged_again_and_its_question_answered(qtbot, enter_station, stations, stick, asked):
    again = stations["IK-03"].records("seizures").save(dict(SEIZURE), {"items": [dict(ITEM)]}, ready=True)
    assert again.kept
    prison = enter_station("IK-03")
    hand_off(qtbot, prison)

    # Two seizures of one day resemble each other: headquarters asks whether they are one.
    headquarters = enter_station("HQ")
    page = look_at(qtbot, headquarters)
    assert "1 возможный повтор" in page.remarks.text()
    choose(qtbot, page.details.bar, "Одно и то же", "один день и вес")
    merge(qtbot, headquarters, page)
    assert headquarters.vault.records("seizures").count() == 2

    # The merge is taken back, and everything with it; then it is merged again.
    take_back(qtbot, headquarters, asked, "рано приняли")
    assert headquarters.vault.records("seizures").count() == 0
    page = look_at(qtbot, headquarters)
    choose(qtbot, page.details.bar, "Одно и то же", "один день и вес")
    merge(qtbot, headquarters, page)
    assert headquarters.vault.records("seizures").count() == 2

    # The same file once more, edited on its way: it is held, and in conflict with what is here.
    before = weights(headquarters)
    edit_weight(stick)
    page = look_at(qtbot, headquarters)
    assert not page.merge_button.isEnabled()
    choose(qtbot, page.held, "Принять как есть", "взвесили при всех")
    page.details.filter.setFocus()
    while "Требуют решения" not in page.details.filter.currentText():
        press_in(headquarters, Qt.Key.Key_Up)
    choose(qtbot, page.details.bar, "Взять поступившую", "взвесили при всех")
    merge(qtbot, headquarters, page)
    assert 99_000_000 in weights(headquarters)
    take_back(qtbot, headquarters, asked, "весы неверны")
    assert weights(headquarters) == before
    for path in stick.glob("*.xlsx"):
        path.unlink()

    # The receipt carries the question.
    page = go(headquarters, "questions")
    page.write_button.click()
    qtbot.waitUntil(lambda: headquarters.isEnabled() and any(stick.glob("*_receipt_*")), timeout=20_000)

    prison = enter_station("IK-03")
    page = go(prison, "receipts")
    page.folder_button.click()
    qtbot.waitUntil(lambda: prison.isEnabled() and bool(page.items), timeout=20_000)
    assert "Новых вопросов: 1" in page.said.text()

    def write(dialog):
        type_text("Разные: второй пакет найден отдельно.", dialog.findChild(QPlainTextEdit))
        click(dialog, "Сохранить ответ")

    asked.answer(write)
    press_in(prison, Qt.Key.Key_F3)
    hand_off(qtbot, prison, "ответ на вопрос")

    headquarters = enter_station("HQ")
    page = look_at(qtbot, headquarters)
    assert "1 ответ на вопрос" in page.remarks.text()
    merge(qtbot, headquarters, page)
    (answered,) = questions(headquarters.vault.zone("security"))
    assert (answered.state, answered.answer) == (ANSWERED, "Разные: второй пакет найден отдельно.")
    page = go(headquarters, "questions")
    page.close_button.click()
    assert questions(headquarters.vault.zone("security"))[0].state == CLOSED
