"""The merge at headquarters from the window: looked at first, merged then, what stays out named by its cell."""

from dataclasses import replace

import openpyxl
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QPushButton, QTableView

from desktop.exchange.handoff import write_handoff
from desktop.exchange.signing import Edit, Signature
from desktop.gui import pages, prompts
from desktop.gui.merge_page import MergePage
from desktop.gui.words import Words
from desktop.registers.declarations import load
from desktop.registers.labels import LANGUAGES, Label
from desktop.registers.resources import RESOURCES
from desktop.store import received
from desktop.store.backups import backups, own_place
from tests.gui.conftest import press, type_text
from tests.meeting import meet
from tests.sample import GATE_LOG, load_line, passage, write_sample

MONTH = "2013-03"
GATE, LOADS = "Журнал КПП", "Журнал КПП - Груз"
CTRL = Qt.KeyboardModifier.ControlModifier

# The key that begins long work is let go when the window already waits.
pytestmark = pytest.mark.qt_log_ignore("Keyboard event not accepted by receiving widget")


@pytest.fixture
def headquarters(make_vault):
    return make_vault("HQ")


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "флешка"
    folder.mkdir()
    return folder


@pytest.fixture
def show(qtbot, no_questions):
    def show_(vault, language="ru", size=(1162, 728)):
        page = MergePage(vault, Words(language))
        qtbot.addWidget(page)
        page.resize(*size)
        with qtbot.waitActive(page):
            page.show()
            page.activateWindow()
        page.arrive()
        return page

    return show_


@pytest.fixture
def page(headquarters, show):
    return show(headquarters)


def enter(vault, **changes):
    saved = vault.records("gate_log").save(passage(**changes), {"loads": [load_line()]}, ready=True)
    assert saved.kept
    return saved.record


def hand_off(vault, stick, zone="security"):
    return write_handoff(vault, zone, MONTH, stick)


def spoil(path, sheet, name, row, value):
    """Write *value* over a cell, and tell its name."""
    book = openpyxl.load_workbook(path)
    column = [cell.value for cell in book[sheet][1]].index(name) + 1
    book[sheet].cell(row, column).value = value
    book.save(path)
    return f"{openpyxl.utils.get_column_letter(column)}{row}"


def look_at(qtbot, page, *paths):
    page.preview(list(paths))
    qtbot.waitUntil(page.isEnabled)


def merge(qtbot, page):
    press(Qt.Key.Key_F2)
    qtbot.waitUntil(page.isEnabled)


def rows(table):
    return [[cell.text for cell in row] for row in table.plain_model.rows]


def numbers(page, place=0):
    """New, changed, unchanged, voided, rejected and blank rows of a file as the page shows them."""
    return [int(text) for text in rows(page.list)[place][4:10]]


def insist(qtbot, page):
    """Choose to merge the marked file, edited as it is."""
    page.held.buttons[-1].click()
    explain(qtbot, page.held.why, "подтвердили по телефону")


def test_a_preview_tells_what_would_change_and_writes_nothing(qtbot, page, vault, headquarters, stick):
    meet(vault, headquarters)
    enter(vault)
    hand_off(vault, stick)
    look_at(qtbot, page, stick)
    assert rows(page.list)[0][:4] == ["✔ IK-01_2013-03_security_r1", "ИК-1 Молдовановка", "март 2013", "Безопасность"]
    assert numbers(page) == [2, 0, 0, 0, 0, 0]
    assert "ничего не записано" in page.summary.text()
    assert headquarters.records("gate_log").count() == 0
    assert headquarters.zone("security").received() == []


def test_what_was_looked_at_is_still_there_in_another_language(qtbot, open_window, vault, headquarters, stick):
    enter(vault)
    hand_off(vault, stick)
    (path,) = stick.glob("*.xlsx")
    window = open_window(headquarters)
    window.show_page(pages.MERGE)
    before = window.pages[pages.MERGE]
    before.preview([path])
    qtbot.waitUntil(lambda: bool(before.plans) and window.isEnabled())
    window.show_page(pages.HOME)
    window.speak("ky")
    window.show_page(pages.MERGE)
    page = window.pages[pages.MERGE]
    assert page is not before
    assert [plan.name for plan in page.plans] == [path.name]
    assert page.body.currentIndex() == 1
    qtbot.waitUntil(lambda: page.isVisible() and page.list.hasFocus())
    press(Qt.Key.Key_F2)
    qtbot.waitUntil(lambda: bool(page.merged) and window.isEnabled())
    assert window.vault.records("gate_log").count() == 1


def test_merging_says_in_one_sentence_what_came_of_every_row(qtbot, page, vault, headquarters, stick):
    enter(vault)
    enter(vault)
    made = hand_off(vault, stick)
    spoil(made.path, GATE, "direction", 4, "налево")
    look_at(qtbot, page, made.path)
    insist(qtbot, page)
    assert page.merge_button.text() == "Принять 1 файл  F2"
    merge(qtbot, page)
    assert "принято 2, отклонено 2, пустых 0" in page.summary.text()
    assert page.merge_button.isHidden()
    assert headquarters.records("gate_log").count() == 1
    press(Qt.Key.Key_Escape)
    assert rows(page.received)[0][:7] == ["ИК-1 Молдовановка", "март 2013", "Безопасность", "1", "2", "2", "0"]


def test_before_a_merge_a_backup_is_made(qtbot, page, vault, headquarters, stick):
    enter(vault)
    look_at(qtbot, page, hand_off(vault, stick).path)
    merge(qtbot, page)
    (backup,) = backups(own_place(headquarters.folder))
    assert (backup.why, backup.zone("security").records) == ("import", 0)


def test_what_is_wrong_is_named_by_sheet_cell_value_and_advice(qtbot, page, vault, stick):
    number = enter(vault)["number"]
    made = hand_off(vault, stick)
    cell = spoil(made.path, LOADS, "weight", 3, "12,5О")
    look_at(qtbot, page, made.path)
    found = next(row for row in rows(page.problems) if row[1] == cell)
    assert found[:4] == [LOADS, cell, number, "12,5О"]
    assert "не число" in found[4]
    assert numbers(page)[4] == 2
    assert "правлен после записи: Груз" in page.remarks.text()
    page.problems.selectRow(rows(page.problems).index(found))
    assert "учреждение исправит" in page.problem.text()


def test_a_refused_file_says_why_and_the_others_merge(qtbot, page, vault, headquarters, stick):
    enter(vault)
    made = hand_off(vault, stick)
    (stick / "отчёт.xlsx").write_bytes(b"%PDF-1.4")
    look_at(qtbot, page, stick)
    place = next(n for n, row in enumerate(rows(page.list)) if "отчёт" in row[0])
    page.list.selectRow(place)
    assert rows(page.list)[place][0].startswith("✖")
    assert "не книга .xlsx" in page.remarks.text()
    assert page.merge_button.text() == "Принять 1 файл  F2"
    merge(qtbot, page)
    assert "Не принят 1 файл" in page.summary.text()
    assert [row["check_number"] for row in headquarters.zone("security").received()] == [made.check_number]


def test_a_file_merged_before_leaves_nothing_to_merge(qtbot, page, vault, stick):
    enter(vault)
    made = hand_off(vault, stick)
    look_at(qtbot, page, made.path)
    merge(qtbot, page)
    look_at(qtbot, page, made.path)
    assert "уже принят раньше" in page.remarks.text()
    assert numbers(page) == [0, 0, 2, 0, 0, 0]
    assert not page.merge_button.isEnabled()
    assert page.merge_button.isVisible()


def test_what_could_not_be_written_can_be_merged_once_there_is_room(
    qtbot, page, vault, make_vault, headquarters, stick, monkeypatch
):
    later = make_vault("IK-03")
    for n in range(30):
        enter(later, comment=f"{n} " * 500)
    made = hand_off(later, stick)
    early = hand_off(vault, stick, "training")
    told = []
    monkeypatch.setattr(prompts, "tell", lambda _parent, _words, error: told.append(error.name))
    full = headquarters.zone("security").connection
    pages = full.execute("pragma page_count").fetchone()[0]
    full.execute(f"pragma max_page_count = {pages}")
    look_at(qtbot, page, early.path, made.path)
    merge(qtbot, page)
    assert told == ["store.not_saved"]
    assert "Принят 1 файл" in page.summary.text()
    assert headquarters.records("gate_log").count() == 0
    full.execute(f"pragma max_page_count = {pages + 1000}")
    assert page.merge_button.text() == "Принять 1 файл  F2"
    merge(qtbot, page)
    assert "Приняты 2 файла" in page.summary.text()
    assert headquarters.records("gate_log").count() == 30


def test_files_are_chosen_merged_and_left_by_the_keyboard_alone(qtbot, page, vault, headquarters, stick, monkeypatch):
    enter(vault)
    made = hand_off(vault, stick)
    monkeypatch.setattr(prompts, "choose_files", lambda *_: [str(made.path)])
    press(Qt.Key.Key_O, CTRL)
    qtbot.waitUntil(page.isEnabled)
    assert page.list.hasFocus()
    merge(qtbot, page)
    assert headquarters.records("gate_log").count() == 1
    press(Qt.Key.Key_Escape)
    assert page.files_button.hasFocus()
    assert page.files_button.property("kind") == "primary"


def test_files_and_folders_are_taken_by_dropping_them(qtbot, page, vault, stick):
    enter(vault)
    hand_off(vault, stick)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(stick))])
    everything = (mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    entering = QDragEnterEvent(QPointF(50, 50).toPoint(), Qt.DropAction.CopyAction, *everything)
    QApplication.sendEvent(page, entering)
    assert entering.isAccepted()
    QApplication.sendEvent(page, QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, *everything))
    qtbot.waitUntil(page.isEnabled)
    assert numbers(page) == [2, 0, 0, 0, 0, 0]


def test_a_folder_without_workbooks_is_told(page, stick, monkeypatch):
    told = []
    monkeypatch.setattr(prompts, "tell", lambda _parent, _words, error: told.append(error.text["ru"]))
    monkeypatch.setattr(prompts, "choose_folder", lambda *_: str(stick))
    page.folder_button.click()
    assert told == ["В папке флешка нет книг .xlsx. Выберите другую папку или сами файлы."]
    assert page.body.currentIndex() == 0


def test_what_stays_out_is_saved_for_whoever_must_put_it_right(qtbot, page, vault, stick, monkeypatch):
    enter(vault)
    made = hand_off(vault, stick)
    cell = spoil(made.path, GATE, "direction", 3, "налево")
    look_at(qtbot, page, made.path)
    news = []
    monkeypatch.setattr(prompts, "choose_target", lambda *_: str(stick / "исправить"))
    monkeypatch.setattr(prompts, "inform", lambda _parent, _words, _title, text: news.append(text))
    page.save_button.click()
    qtbot.waitUntil(page.isEnabled)
    assert news == ["Сохранены 2 строки: передайте их тем, кто должен исправить."]
    sheet = openpyxl.load_workbook(stick / "исправить.xlsx").worksheets[0]
    assert (cell, "налево") in [(row[3], row[4]) for row in sheet.iter_rows(values_only=True)]


def test_with_nothing_rejected_there_is_nothing_to_save(qtbot, page, vault, headquarters, stick):
    meet(vault, headquarters)
    enter(vault)
    look_at(qtbot, page, hand_off(vault, stick).path)
    assert not page.save_button.isEnabled()
    assert page.remarks.text() == "Замечаний к файлу нет."


def test_while_nobody_is_enrolled_a_file_merges_with_a_remark_and_its_station_can_be_enrolled(
    qtbot, page, vault, headquarters, stick, monkeypatch
):
    enter(vault)
    look_at(qtbot, page, hand_off(vault, stick).path)
    assert rows(page.list)[0][0].startswith("!")
    assert "ключи которого здесь не приняты" in page.remarks.text()
    assert (page.held.isHidden(), page.enrol.isVisible(), page.merge_button.isEnabled()) == (True, True, True)
    monkeypatch.setattr("desktop.gui.sender_enrolment.ask_same_words", lambda *_: True)
    page.enrol.click()
    qtbot.waitUntil(page.isEnabled)
    assert page.plans[0].signature.state == "same"
    assert page.remarks.text() == "Замечаний к файлу нет."
    merge(qtbot, page)
    assert headquarters.records("gate_log").count() == 1


# What a person decides


@pytest.fixture
def near(tmp_path_factory):
    """Definitions by which two passages of one prison on one day and in one direction are alike."""
    words = 'title = ["driver"]\nresembles = ["prison", "passed_on", "direction"]'
    return load(RESOURCES, write_sample(tmp_path_factory.mktemp("near"), GATE_LOG.replace('title = ["driver"]', words)))


def beside(page):
    """What the page shows of the marked record: field, here, arriving."""
    return [[cell.text for cell in row] for row in page.details.beside.plain_model.rows]


def explain(qtbot, field, text):
    qtbot.waitUntil(field.isVisible)
    field.setFocus()
    type_text(text, field)


def test_a_conflict_is_compared_field_by_field_and_the_arriving_side_chosen(qtbot, page, vault, headquarters, stick):
    uid = enter(vault)["uid"]
    made = hand_off(vault, stick)
    look_at(qtbot, page, made.path)
    merge(qtbot, page)
    spoil(made.path, LOADS, "weight", 3, 7)
    look_at(qtbot, page, made.path)
    assert page.details.filter.currentText() == "Требуют решения (1)"
    assert beside(page)[:2] == [["Всего", "12,5 кг", "7 кг"], ["Груз 1: Вес", "12,5 кг", "7 кг"]]
    kept, arriving = page.details.bar.buttons
    assert kept.isChecked()
    insist(qtbot, page)
    arriving.click()
    explain(qtbot, page.details.bar.why, "взвесили ещё раз")
    merge(qtbot, page)
    assert "принято 2, отклонено 0" in page.summary.text()
    assert numbers(page) == [0, 2, 0, 0, 0, 0]
    assert headquarters.records("gate_log").read(uid)[1]["loads"][0]["weight"] == 7_000_000
    of_file, decision = received.decisions(headquarters.zone("security"))
    assert (of_file["about"], of_file["choice"]) == ("signature", "edited")
    assert (decision["choice"], decision["why"]) == ("arriving", "взвесили ещё раз")


def test_a_choice_without_its_reason_is_told_and_writes_nothing(qtbot, page, vault, headquarters, stick, monkeypatch):
    uid = enter(vault)["uid"]
    made = hand_off(vault, stick)
    look_at(qtbot, page, made.path)
    merge(qtbot, page)
    spoil(made.path, LOADS, "weight", 3, 7)
    look_at(qtbot, page, made.path)
    told = []
    monkeypatch.setattr(prompts, "tell", lambda _parent, _words, error: told.append(error.name))
    insist(qtbot, page)
    page.details.bar.buttons[1].click()
    merge(qtbot, page)
    assert told == ["contest.why_needed"]
    assert headquarters.records("gate_log").read(uid)[1]["loads"][0]["weight"] == 12_500_000


def test_a_possible_double_is_shown_beside_the_other_with_why(qtbot, make_vault, near, show, stick):
    prison, headquarters = make_vault(own=near), make_vault("HQ", own=near)
    enter(prison)
    second = enter(prison, comment="снова")
    page = show(headquarters)
    look_at(qtbot, page, hand_off(prison, stick).path)
    assert "1 возможный повтор" in page.remarks.text()
    assert page.details.bar.text.text() == "IK-01-G-2013-0001: Совпадает: Дата, Учреждение, Направление"
    assert ["Пояснение", "", "снова"] in beside(page)
    page.details.bar.buttons[1].click()
    explain(qtbot, page.details.bar.why, "тот же рейс")
    merge(qtbot, page)
    assert headquarters.records("gate_log").count() == 2
    (question,) = received.pending_questions(headquarters.zone("security"))
    assert question.number == second["number"]


def test_rows_are_shown_by_what_becomes_of_them(qtbot, page, vault, stick):
    first = enter(vault)
    made = hand_off(vault, stick)
    look_at(qtbot, page, made.path)
    merge(qtbot, page)
    enter(vault, comment="вторая")
    record, lines = vault.records("gate_log").read(first["uid"])
    vault.records("gate_log").save(record | {"comment": "ящик"}, lines, ready=True, why="опечатка")
    look_at(qtbot, page, write_handoff(vault, "security", MONTH, stick, why="ещё").path)
    assert page.place.text() == "Редакция 2 этого месяца: изменённое в ней заменяет редакцию 1."
    choices = [page.details.filter.itemText(n) for n in range(page.details.filter.count())]
    assert choices == ["Все строки (4)", "Изменена (2)", "Новая (2)"]
    page.details.filter.setCurrentIndex(1)
    page.details.filter.activated.emit(1)
    assert [row[0] for row in rows(page.details.rows)] == ["Изменена", "Изменена"]
    assert beside(page)[0] == ["Пояснение", "", "ящик"]


def test_a_held_file_is_merged_only_once_somebody_chose_so_and_said_why(qtbot, page, vault, headquarters, stick):
    enter(vault)
    look_at(qtbot, page, hand_off(vault, stick).path)
    page.show_plans([replace(page.plans[0], signature=Signature("unsigned", Label.same(""), waits=True))])
    assert "никем не подписан" in page.held.text.text()
    assert not page.merge_button.isEnabled()
    page.held.buttons[1].click()
    explain(qtbot, page.held.why, "подтвердили по телефону")
    merge(qtbot, page)
    assert headquarters.records("gate_log").count() == 1
    assert received.decisions(headquarters.zone("security"))[0]["why"] == "подтвердили по телефону"


def test_what_was_edited_after_signing_is_shown_cell_by_cell(qtbot, page, vault, stick):
    number = enter(vault)["number"]
    look_at(qtbot, page, hand_off(vault, stick).path)
    edited = Signature("edited", Label.same(""), (Edit(LOADS, 3, number, "weight", "12,5", "7"),), waits=True)
    page.show_plans([replace(page.plans[0], signature=edited)])
    assert page.details.filter.currentText() == "Изменено после подписания (1)"
    assert rows(page.details.edits) == [[LOADS, "3", number, "Вес", "12,5", "7"]]
    assert page.details.edits.isVisible()
    assert "После подписания в файле изменили значения" in page.held.text.text()


def test_a_whole_merge_is_taken_back_with_its_reason(qtbot, page, vault, headquarters, stick, monkeypatch):
    enter(vault)
    made = hand_off(vault, stick)
    look_at(qtbot, page, made.path)
    merge(qtbot, page)
    press(Qt.Key.Key_Escape)
    page.received.selectRow(0)
    told = []
    monkeypatch.setattr(prompts, "ask_reason", lambda *_: "не тот месяц")
    monkeypatch.setattr(prompts, "inform", lambda _parent, _words, _title, text: told.append(text))
    page.undo_button.click()
    qtbot.waitUntil(page.isEnabled)
    assert told == ["Возвращено к прежнему виду записей: 0; убрано: 1."]
    assert headquarters.records("gate_log").count() == 0
    assert "не тот месяц" in rows(page.received)[0][-1]
    assert not page.undo_button.isEnabled()
    look_at(qtbot, page, made.path)
    merge(qtbot, page)
    assert headquarters.records("gate_log").count() == 1


def test_a_merge_that_a_later_one_built_on_is_told_and_stays(qtbot, page, vault, headquarters, stick, monkeypatch):
    first = enter(vault)
    look_at(qtbot, page, hand_off(vault, stick).path)
    merge(qtbot, page)
    record, lines = vault.records("gate_log").read(first["uid"])
    vault.records("gate_log").save(record | {"comment": "ящик"}, lines, ready=True, why="опечатка")
    look_at(qtbot, page, write_handoff(vault, "security", "2013-04", stick).path)
    merge(qtbot, page)
    press(Qt.Key.Key_Escape)
    told = []
    monkeypatch.setattr(prompts, "ask_reason", lambda *_: "не тот месяц")
    monkeypatch.setattr(prompts, "tell", lambda _parent, _words, error: told.append(error.name))
    page.received.selectRow(1)
    page.undo_button.click()
    qtbot.waitUntil(page.isEnabled)
    assert told == ["unmerge.later_file"]
    assert headquarters.records("gate_log").count() == 1


def test_reading_shows_how_far_it_is(qtbot, page, make_vault, stick):
    for prison in ("IK-01", "IK-03", "IK-08"):
        hand_off(make_vault(prison), stick)
    seen = []
    page.progress.valueChanged.connect(seen.append)
    look_at(qtbot, page, stick)
    assert seen[-3:] == [1, 2, 3]
    assert page.progress.maximum() == 3
    assert page.progress.isHidden()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(1162, 728), (756, 520)])
def test_nothing_is_nameless_or_cut_off(language, size, qtbot, headquarters, vault, show, stick):
    page = show(headquarters, language, size)
    look_at(qtbot, page, hand_off(vault, stick).path)
    for kind in (QLineEdit, QAbstractButton, QTableView):
        for widget in page.findChildren(kind):
            if widget.isVisible():
                assert widget.accessibleName() or getattr(widget, "text", str)(), widget
    for one in page.findChildren(QPushButton):
        if one.isVisible():
            assert one.width() >= one.sizeHint().width(), one.text()


def test_of_an_edited_file_what_was_signed_can_be_taken(qtbot, page, vault, headquarters, stick):
    meet(vault, headquarters)
    record = enter(vault, comment="как было")
    path = hand_off(vault, stick).path
    spoil(path, GATE, "comment", 3, "подчищено")
    look_at(qtbot, page, path)
    assert rows(page.details.edits) == [[GATE, "3", record["number"], "Пояснение", "как было", "подчищено"]]
    assert page.held.isVisible()
    next(one for one in page.held.buttons if one.text() == "Взять подписанное").click()
    explain(qtbot, page.held.why, "правил секретарь")
    merge(qtbot, page)
    assert headquarters.records("gate_log").read(record["uid"])[0]["comment"] == "как было"
    assert received.decisions(headquarters.zone("security"))[0]["choice"] == "signed"


LOCK = "ёлка под снегом №7"


def test_one_password_opens_all_locked_files_and_a_wrong_one_says_so(qtbot, page, vault, headquarters, make_vault, stick):
    other, third = make_vault("IK-03"), make_vault("IK-08")
    for one in (vault, other, third):
        enter(one)
    for one in (vault, other):
        write_handoff(one, "security", MONTH, stick, lock=LOCK)
    hand_off(third, stick)
    look_at(qtbot, page, stick)
    locked = next(n for n, plan in enumerate(page.plans) if plan.is_locked)
    page.list.selectRow(locked)
    assert "защищён паролем" in page.remarks.text()
    assert page.unlock.open.text() == "Открыть 2 файла под паролем"
    assert page.merge_button.text() == "Принять 1 файл  F2"
    page.unlock.password.setFocus()
    type_text("ёлка под снегом №8")
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(page.isEnabled, timeout=20_000)
    assert "этим паролем не открывается" in page.remarks.text()
    assert page.unlock.password.hasFocus()
    type_text(LOCK)
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(page.isEnabled, timeout=20_000)
    assert page.unlock.isHidden()
    assert not any(plan.is_locked for plan in page.plans)
    merge(qtbot, page)
    assert headquarters.records("gate_log").count() == 3


def test_opening_locked_files_keeps_what_was_chosen_of_others(qtbot, page, vault, headquarters, make_vault, stick):
    other = make_vault("IK-03")
    meet(vault, headquarters)
    enter(vault)
    enter(other)
    spoil(hand_off(vault, stick).path, GATE, "comment", 3, "подчищено")
    write_handoff(other, "security", MONTH, stick, lock=LOCK)
    look_at(qtbot, page, stick)
    page.list.selectRow(next(n for n, plan in enumerate(page.plans) if plan.is_held))
    next(one for one in page.held.buttons if one.text() == "Взять подписанное").click()
    explain(qtbot, page.held.why, "правил секретарь")
    page.list.selectRow(next(n for n, plan in enumerate(page.plans) if plan.is_locked))
    page.unlock.password.setFocus()
    type_text(LOCK)
    page.unlock.open.click()
    qtbot.waitUntil(page.isEnabled, timeout=20_000)
    assert [choice.take for choice in page.choices.values()] == ["signed"]


def test_a_station_is_enrolled_from_the_file_that_it_signed(qtbot, page, vault, headquarters, make_vault, stick, monkeypatch):
    meet(make_vault("IK-03"), headquarters)
    enter(vault)
    look_at(qtbot, page, hand_off(vault, stick).path)
    assert page.held.isVisible()
    assert page.enrol.isVisible()
    answers = [False, True]
    monkeypatch.setattr("desktop.gui.sender_enrolment.ask_same_words", lambda *_: answers.pop(0))
    page.enrol.click()
    assert page.held.isVisible()
    page.enrol.click()
    qtbot.waitUntil(page.isEnabled)
    assert (page.held.isHidden(), page.enrol.isHidden()) == (True, True)
    assert page.plans[0].signature.state == "same"
    merge(qtbot, page)
    assert headquarters.records("gate_log").count() == 1
