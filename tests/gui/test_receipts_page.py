"""The prison reads receipts from the window, and answers and corrects what they ask."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

from desktop.exchange.merge import Choice, merge, preview
from desktop.exchange.packs import apply_pack, read_pack, waiting_pack, write_packs
from desktop.exchange.questions import ask
from desktop.exchange.receipts import write_receipts
from desktop.gui import prompts
from desktop.store.questions import ANSWERED, OPEN, questions
from tests.exchange.steps import GATE, edit, enter, hand_off, put, take
from tests.exchange.test_packs import pack_for
from tests.gui.asking import click, fill
from tests.gui.conftest import press, type_text
from tests.meeting import meet

ASK_WHY = prompts.ask_why

pytestmark = pytest.mark.qt_log_ignore("Keyboard event not accepted by receiving widget")


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "флешка"
    folder.mkdir()
    return folder


@pytest.fixture
def headquarters(make_vault):
    return make_vault("HQ")


@pytest.fixture
def replied(vault, headquarters, stick):
    """Leave a question about the first record and a row of the second that was not accepted on the stick."""
    meet(vault, headquarters)
    asked = enter(vault).record
    take(headquarters, hand_off(vault, stick).path)
    rejected = enter(vault, passed_on="2013-03-20").record
    made = hand_off(vault, stick)
    edit(made.path, lambda book: put(book[GATE], 4, passed_on="потом"))
    plans = preview(headquarters, [made.path])
    merge(headquarters, plans, {plans[0].check_number: Choice("edited", "по телефону")})
    ask(headquarters, "gate_log", asked["uid"], "Вес указан верно?", "direction")
    write_receipts(headquarters, "security", stick)
    return asked, rejected


@pytest.fixture
def page(qtbot, open_window, vault, replied, stick, monkeypatch):
    window = open_window(vault)
    window.show_page("receipts")
    found = window.pages["receipts"]
    assert found.empty.isVisible()
    monkeypatch.setattr(prompts, "choose_folder", lambda *_: str(stick))
    found.folder_button.click()
    qtbot.waitUntil(lambda: window.isEnabled() and bool(found.items), timeout=20_000)
    QApplication.processEvents()
    return found


def row(page, place):
    model = page.table.model()
    return [model.index(place, column).data() for column in range(model.columnCount())]


def test_reading_the_folder_lists_what_is_asked_and_what_was_left_out(page, replied):
    asked, _ = replied
    assert "Прочитано квитанций: 1" in page.said.text()
    assert row(page, 0)[0] == "Вопрос"
    assert row(page, 0)[2:4] == [asked["number"], "Вес указан верно?"]
    assert row(page, 1)[0] == "Не принято"
    assert "Направление" in page.more.text()


def test_a_question_is_answered_by_words_that_are_kept(page, asked):
    zone = page.vault.zone("security")
    page.table.selectRow(0)

    def write(dialog):
        type_text("Да, верно.", dialog.findChild(QPlainTextEdit))
        click(dialog, "Сохранить ответ")

    asked.answer(write)
    press(Qt.Key.Key_F3)
    (found,) = questions(zone)
    assert (found.state, found.answer) == (ANSWERED, "Да, верно.")
    assert "Да, верно." in page.more.text()


def test_from_a_question_one_comes_to_the_record_whose_correction_offers_it_as_the_reason(page, replied, asked, monkeypatch):
    monkeypatch.setattr(prompts, "ask_why", ASK_WHY)
    window = page.window()
    page.table.selectRow(0)
    page.record_button.click()
    assert window.page == "gate_log"
    form = window.pages["gate_log"].form
    assert form.record["uid"] == replied[0]["uid"]
    assert form.record["state"] == "QUERIED"
    offered = []

    def keep(dialog):
        offered.append(dialog.findChild(QLineEdit).text())
        click(dialog, "Сохранить")

    asked.answer(keep)
    row = next(part.rows["comment"] for part in form._forms if "comment" in part.rows)
    fill(row.editor, "ящик")
    press(Qt.Key.Key_F2)
    assert offered == ["Вопрос центрального аппарата: Вес указан верно?"]
    assert window.vault.records("gate_log").read(replied[0]["uid"])[0]["state"] == "READY"
    (found,) = questions(window.vault.zone("security"))
    assert found.state == OPEN


def test_the_same_stick_again_says_that_nothing_is_new(page, qtbot):
    page.folder_button.click()
    qtbot.waitUntil(lambda: "уже прочитаны" in page.said.text(), timeout=20_000)


def test_a_folder_without_receipts_is_named(page, qtbot, tmp_path, monkeypatch, asked):
    empty = tmp_path / "пусто"
    empty.mkdir()
    monkeypatch.setattr(prompts, "choose_folder", lambda *_: str(empty))
    told = []
    monkeypatch.setattr(prompts, "tell", lambda _parent, _words, error: told.append(error.name))
    page.folder_button.click()
    qtbot.waitUntil(lambda: bool(told), timeout=20_000)
    assert told == ["receipts_page.none_there"]


def test_a_pack_of_definitions_on_the_stick_is_shown_and_applied(page, qtbot, headquarters, stick, monkeypatch):
    window, shown = page.window(), []
    apply_pack(headquarters, pack_for(headquarters))
    write_packs(headquarters, stick)

    def agree(_parent, _words, _title, _text, _definitions, changes, _answer):
        shown.extend(changes)
        return True

    monkeypatch.setattr("desktop.gui.pack_arrival.ask_changes", agree)
    page.folder_button.click()
    qtbot.waitUntil(lambda: window.vault is None, timeout=20_000)
    assert [change.kind for change in shown] == ["code_new", "field_new"]
    assert "hq_escort" in window.definitions.registers["gate_log"].by_name


def test_a_pack_that_is_applied_already_is_passed_over(page, headquarters, stick):
    apply_pack(headquarters, pack_for(headquarters))
    (path,) = write_packs(headquarters, stick)
    assert waiting_pack(page.vault, [stick]) == path
    apply_pack(page.vault, read_pack(page.vault, path.name, path.read_bytes()).pack)
    assert waiting_pack(page.vault, [stick]) is None
    assert waiting_pack(page.vault, [path]) == path
