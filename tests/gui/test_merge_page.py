"""The merge at headquarters from the window: looked at first, merged then, what stays out named by its cell."""

import openpyxl
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QPushButton, QTableView

from desktop.exchange.handoff import write_handoff
from desktop.gui import prompts
from desktop.gui.merge_page import MergePage
from desktop.gui.words import Words
from desktop.registers.labels import LANGUAGES
from desktop.store.backups import backups, own_place
from tests.gui.conftest import press
from tests.sample import load_line, passage

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


def test_a_preview_tells_what_would_change_and_writes_nothing(qtbot, page, vault, headquarters, stick):
    enter(vault)
    hand_off(vault, stick)
    look_at(qtbot, page, stick)
    assert rows(page.list)[0][:4] == ["✔ IK-01_2013-03_security_r1", "ИК-1 Молдовановка", "март 2013", "Безопасность"]
    assert numbers(page) == [2, 0, 0, 0, 0, 0]
    assert "ничего не записано" in page.summary.text()
    assert headquarters.records("gate_log").count() == 0
    assert headquarters.zone("security").received() == []


def test_merging_says_in_one_sentence_what_came_of_every_row(qtbot, page, vault, headquarters, stick):
    enter(vault)
    enter(vault)
    made = hand_off(vault, stick)
    spoil(made.path, GATE, "direction", 4, "налево")
    look_at(qtbot, page, made.path)
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


def test_what_could_not_be_written_can_be_merged_once_there_is_room(qtbot, page, vault, headquarters, stick, monkeypatch):
    for n in range(30):
        enter(vault, comment=f"{n} " * 500)
    made = hand_off(vault, stick)
    early = hand_off(vault, stick, "health")
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


def test_with_nothing_rejected_there_is_nothing_to_save(qtbot, page, vault, stick):
    enter(vault)
    look_at(qtbot, page, hand_off(vault, stick).path)
    assert not page.save_button.isEnabled()
    assert page.remarks.text() == "Замечаний к файлу нет."


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
