"""The history of a record in the window: what is told of each event, and the way back to how the record was."""

import datetime as dt

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton, QTableView

from desktop.gui import history_dialog, prompts
from desktop.gui.history_dialog import HistoryDialog, show_history, take_back
from desktop.gui.words import Words
from desktop.registers.labels import LANGUAGES
from desktop.store import history
from desktop.store.driver import transaction
from desktop.store.records import Incoming
from tests.gui.conftest import press, type_text
from tests.sample import load_line, passage
from tests.store.test_history import hand_off, save

CTRL = Qt.KeyboardModifier.ControlModifier
HERE = dt.timezone(dt.timedelta(hours=6))
DAY = dt.datetime(2026, 11, 5, 12, 0, tzinfo=HERE)


@pytest.fixture
def show(qtbot, no_questions):
    def show_(records, uid, language="ru", *, may_write=True, size=(1120, 610)):
        dialog = HistoryDialog(None, records, uid, Words(language), may_write=may_write)
        qtbot.addWidget(dialog)
        dialog.resize(*size)
        with qtbot.waitActive(dialog):
            dialog.show()
            dialog.activateWindow()
        QApplication.processEvents()
        return dialog

    return show_


@pytest.fixture
def reason(monkeypatch):
    """Answer why a record is brought back."""
    asked = []

    def answer(_parent, _words, number, entry):
        asked.append((number, entry.revision))
        return "так было верно"

    monkeypatch.setattr(history_dialog, "ask_restore", answer)
    return asked


def change(records, uid, why=None, **changes):
    record, lines = records.read(uid)
    assert records.save(record | changes, lines, ready=True, why=why).kept


def events(dialog):
    return [[cell.text for cell in row] for row in dialog.list.plain_model.rows]


def differences(dialog):
    return [[cell.text for cell in row] for row in dialog.table.plain_model.rows]


def actions(records, uid):
    return [(event["action"], event["why"]) for event in history.of_record(records.zone.connection, uid)]


def test_the_newest_event_stands_first_with_what_it_changed(gate_log, show):
    uid = save(gate_log).record["uid"]
    change(gate_log, uid, driver="Ким", direction="OUT")
    dialog = show(gate_log, uid)
    assert [row[1:] for row in events(dialog)] == [
        ["Бекова Г.", "Изменено: Направление, Водитель"], ["Бекова Г.", "Создано"],
    ]  # fmt: skip
    assert dialog.what.text() == "Изменено · редакция 2"
    assert ["Водитель", "Асанов Болот", "Ким"] in differences(dialog)
    assert ["Направление", "IN — Въезд", "OUT — Выезд"] in differences(dialog)


def test_a_line_is_named_by_its_place(gate_log, show):
    saved = save(gate_log, [load_line(), load_line(cargo="соль")])
    uid = saved.record["uid"]
    record, lines = gate_log.read(uid)
    lines["loads"][1]["weight"] = 2_000_000
    gate_log.save(record, lines, ready=True)
    assert ["Груз, строка 2: Вес", "12,5 кг", "2 кг"] in differences(show(gate_log, uid))


def test_the_down_key_goes_to_the_event_before(gate_log, show):
    uid = save(gate_log).record["uid"]
    change(gate_log, uid, driver="Ким")
    dialog = show(gate_log, uid)
    press(Qt.Key.Key_Down)
    assert dialog.what.text() == "Создано · редакция 1"
    assert ["Груз, строка 1: Что везёт", "", "мука"] in differences(dialog)
    press(Qt.Key.Key_F6)
    assert dialog.table.hasFocus()
    press(Qt.Key.Key_F6)
    assert dialog.list.hasFocus()


def test_an_event_whose_clock_was_in_doubt_is_marked(make_vault, monkeypatch, show):
    clock = [DAY]
    monkeypatch.setattr("desktop.store.clock.now", lambda: clock[0])
    records = make_vault().records("gate_log")
    uid = save(records).record["uid"]
    clock[0] = DAY.replace(year=2001)
    change(records, uid, driver="Ким")
    dialog = show(records, uid)
    assert events(dialog)[0][0] == "! 05.11.2001 12:00"
    assert "на эту дату не полагайтесь" in dialog.doubt.text()
    press(Qt.Key.Key_Down)
    assert events(dialog)[1][0] == "05.11.2026 12:00"
    assert not dialog.doubt.isVisible()


def test_who_only_looked_is_told_and_can_be_left_out(vault, show):
    records = vault.records("patients")
    uid = records.save(records.blank(), {}, ready=False).record["uid"]
    records.viewed(uid)
    dialog = show(records, uid)
    assert [row[2] for row in events(dialog)] == ["Просмотрено", "Создано"]
    assert dialog.untouched.isVisible()
    assert not dialog.restore_button.isEnabled()
    dialog.only_changes.click()
    assert [row[2] for row in events(dialog)] == ["Создано"]


def test_looking_at_a_history_is_a_look_at_the_record(vault, no_questions):
    records = vault.records("patients")
    uid = records.save(records.blank(), {}, ready=False).record["uid"]
    QTimer.singleShot(0, lambda: QApplication.activeModalWidget().reject())
    assert not show_history(None, records, uid, Words("ru"))
    assert [action for action, _ in actions(records, uid)] == ["new", "view"]


def test_enter_brings_a_revision_back_with_its_reason(gate_log, show, reason):
    uid = save(gate_log).record["uid"]
    change(gate_log, uid, driver="Ким")
    dialog = show(gate_log, uid)
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Return)
    assert reason == [("IK-01-G-2013-0001", 1)]
    assert (dialog.changed, dialog.isVisible()) == (True, False)
    assert gate_log.read(uid)[0]["driver"] == "Асанов Болот"
    assert actions(gate_log, uid)[-1] == ("restore", "так было верно")


def test_a_record_is_brought_back_out_of_the_bin(gate_log, show, reason):
    uid = save(gate_log).record["uid"]
    gate_log.void(uid, "ERR", "внесено дважды")
    dialog = show(gate_log, uid)
    assert not dialog.restore_button.isEnabled()
    assert dialog.why.text() == "внесено дважды"
    press(Qt.Key.Key_Down)
    dialog.restore_button.click()
    assert gate_log.read(uid)[0]["state"] == "READY"


def test_neither_the_revision_of_today_nor_a_void_one_can_be_brought_back(gate_log, show, monkeypatch):
    uid = save(gate_log).record["uid"]
    gate_log.void(uid, "ERR", "ошибка")
    gate_log.undo(uid)
    monkeypatch.setattr(history_dialog, "ask_restore", lambda *_: pytest.fail("asked"))
    dialog = show(gate_log, uid)
    for place, possible in ((0, False), (1, False), (2, True)):
        dialog.list.selectRow(place)
        assert dialog.restore_button.isEnabled() == possible
        if not possible:
            press(Qt.Key.Key_Return)
    assert len(actions(gate_log, uid)) == 3


def test_what_is_not_right_by_todays_rules_comes_back_as_a_draft_that_says_so(gate_log, show, reason, monkeypatch):
    said = []
    monkeypatch.setattr(prompts, "inform", lambda _parent, _words, _title, text: said.append(text))
    uid = save(gate_log).record["uid"]
    change(gate_log, uid, driver="Ким")
    judge = gate_log.judge

    def strict(record, lines):
        return judge(record | {"direction": None}, lines)

    monkeypatch.setattr(gate_log, "judge", strict)
    dialog = show(gate_log, uid)
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Return)
    assert (gate_log.read(uid)[0]["state"], gate_log.read(uid)[0]["driver"]) == ("DRAFT", "Асанов Болот")
    assert "Заполните «Направление»" in said[0]
    assert dialog.changed


def test_the_last_change_is_undone_by_a_key_of_either_keyboard_layout(gate_log, show):
    uid = save(gate_log).record["uid"]
    change(gate_log, uid, driver="Ким")
    dialog = show(gate_log, uid)
    keys = {key.toString() for action in dialog.actions() for key in action.shortcuts()}
    assert {"Ctrl+Z", "Ctrl+Я"} < keys
    press(Qt.Key.Key_Z, CTRL)
    assert dialog.changed
    assert gate_log.read(uid)[0]["driver"] == "Асанов Болот"
    assert actions(gate_log, uid)[-1] == ("undo", None)


def test_a_record_handed_off_since_is_taken_back_only_with_a_reason(gate_log, monkeypatch, no_questions):
    uid = save(gate_log).record["uid"]
    change(gate_log, uid, driver="Ким")
    hand_off(gate_log.zone)
    answers = [None, "опечатка"]
    monkeypatch.setattr(prompts, "ask_why", lambda *_: answers.pop(0))
    assert not take_back(None, gate_log, uid, Words("ru"))
    assert gate_log.read(uid)[0]["driver"] == "Ким"
    assert take_back(None, gate_log, uid, Words("ru"))
    assert actions(gate_log, uid)[-1] == ("undo", "опечатка")


def test_what_cannot_be_taken_back_as_it_was_is_said_and_changes_nothing(gate_log, monkeypatch):
    said = []
    monkeypatch.setattr(prompts, "tell", lambda _parent, words, error: said.append(words.of(error.text)))
    uid = save(gate_log).record["uid"]
    change(gate_log, uid, driver="Ким")
    judge = gate_log.judge
    monkeypatch.setattr(gate_log, "judge", lambda record, lines: judge(record | {"direction": None}, lines))
    assert not take_back(None, gate_log, uid, Words("ru"))
    assert "Заполните «Направление»" in said[0]
    assert gate_log.read(uid)[0]["driver"] == "Ким"


def test_who_only_reads_is_offered_no_way_back(gate_log, show):
    uid = save(gate_log).record["uid"]
    change(gate_log, uid, driver="Ким")
    dialog = show(gate_log, uid, may_write=False)
    assert dialog.restore_button.isHidden()
    assert dialog.undo_button.isHidden()
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_Z, CTRL)
    assert len(actions(gate_log, uid)) == 2


def test_another_prison_s_record_is_only_told(make_vault, show):
    records = make_vault("HQ").records("gate_log")
    header = {"uid": "u1", "number": "IK-01-G-2013-0001", "prison": "IK-01", "state": "SUBMITTED", "revision": 2,
              "created_at": "2013-03-28T10:00:00+06:00", "created_by": "А", "changed_at": "2013-03-28T10:00:00+06:00",
              "changed_by": "А"}  # fmt: skip
    with transaction(records.zone.connection):
        records.keep_all([Incoming(passage(**header), {"loads": [load_line(uid="l1")]})], "7F3A-19C2")
    dialog = show(records, "u1")
    assert [row[2].partition(":")[0] for row in events(dialog)] == ["Объединено"]
    assert dialog.why.text() == "7F3A-19C2"
    assert dialog.restore_button.isHidden()
    assert dialog.undo_button.isHidden()


def test_the_reason_is_asked_until_it_is_given(gate_log, show, qtbot):
    uid = save(gate_log).record["uid"]
    change(gate_log, uid, driver="Ким")
    dialog = show(gate_log, uid)
    press(Qt.Key.Key_Down)

    def give_none_then_one():
        prompt = QApplication.activeModalWidget()
        prompt.answer(0)
        QTimer.singleShot(0, give_one)

    def give_one():
        prompt = QApplication.activeModalWidget()
        assert isinstance(prompt, prompts.Prompt)
        type_text("ошибка")
        prompt.answer(0)

    QTimer.singleShot(0, give_none_then_one)
    press(Qt.Key.Key_Return)
    assert actions(gate_log, uid)[-1] == ("restore", "ошибка")
    assert dialog.changed


def test_locking_closes_a_history_that_is_open(qtbot, open_window, vault, gate_log):
    uid = save(gate_log).record["uid"]
    window = open_window(vault)
    window.show_page("gate_log")
    window.pages["gate_log"].open(uid)
    QTimer.singleShot(0, window.lock)
    window.pages["gate_log"].form.history_button.click()
    assert QApplication.activeModalWidget() is None
    assert window.vault is None
    qtbot.waitUntil(window.isEnabled)


def test_the_form_shows_what_was_brought_back(open_window, vault, gate_log, reason):
    uid = save(gate_log).record["uid"]
    change(gate_log, uid, driver="Ким")
    window = open_window(vault)
    window.show_page("gate_log")
    page = window.pages["gate_log"]
    page.open(uid)

    def bring_back():
        dialog = QApplication.activeModalWidget()
        dialog.list.selectRow(1)
        dialog.restore_button.click()

    QTimer.singleShot(0, bring_back)
    page.form.history_button.click()
    driver = next(form.rows["driver"] for form in page.form._forms if "driver" in form.rows)
    assert driver.typed == "Асанов Болот"
    assert page.form.record["revision"] == 3


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(1120, 610), (900, 480)])
def test_nothing_is_nameless_or_cut_off(language, size, gate_log, show):
    uid = save(gate_log).record["uid"]
    change(gate_log, uid, comment="длинное пояснение " * 30)
    dialog = show(gate_log, uid, language, size=size)
    for kind in (QAbstractButton, QTableView):
        for widget in dialog.findChildren(kind):
            if widget.isVisible():
                assert widget.accessibleName() or getattr(widget, "text", str)(), widget
    for one in dialog.findChildren(QPushButton):
        if one.isVisible():
            assert one.width() >= one.sizeHint().width(), one.text()
    text = dialog.table.plain_model.rows[0][2].text
    width = dialog.table.columnWidth(2) - 26
    needed = dialog.table.fontMetrics().boundingRect(0, 0, width, 0, Qt.TextFlag.TextWordWrap.value, text).height()
    assert dialog.table.rowHeight(0) >= needed
