"""An old journal brought in from Excel by clicks: file, columns, preview, result; the next one of its layout by F2 alone."""

import openpyxl
import pytest
from PySide6.QtCore import Qt

from desktop.gui import prompts
from desktop.registers.states import DRAFT, READY
from desktop.store.backups import backups, own_place
from tests.exchange.test_foreign import HEADINGS, ROWS, write
from tests.gui.asking import fill
from tests.gui.conftest import press

# The key that begins long work is let go when the window already waits.
pytestmark = pytest.mark.qt_log_ignore("Keyboard event not accepted by receiving widget")

LATER = [
    [8, "02.04.2013", "туда", "Асанов Болот", "нет", "дрова", "7", "Смена 2"],
    [9, "31.02.2013", "Въезд", "Усенов", "нет", "вода", "2", None],
    ["Итого", None, None, None, None, None, 9, None],
]


@pytest.fixture
def window(vault, open_window):
    return open_window(vault)


@pytest.fixture
def records(window):
    return window.vault.records("gate_log")


def begin(window, register="gate_log"):
    window.show_page(register)
    page = window.pages[register]
    page.import_button.click()
    return page.body.currentWidget()


def choose(qtbot, importing, monkeypatch, path):
    monkeypatch.setattr(prompts, "choose_files", lambda *_: [str(path)])
    importing.choose_button.click()
    qtbot.waitUntil(importing.isEnabled)


def onward(qtbot, importing):
    press(Qt.Key.Key_F2)
    qtbot.waitUntil(importing.isEnabled)


def choose_field(importing, column, key):
    heading = next(h for h in importing.importing.sheet.headings if h.text == column)
    box = importing.panel.boxes[heading.key]
    box.setCurrentIndex(box.findData(key))


def told(importing):
    return [[cell.text for cell in row] for row in importing.problems.plain_model.rows]


def test_a_journal_is_brought_in_step_by_step(qtbot, window, records, monkeypatch, tmp_path):
    importing = begin(window)
    choose(qtbot, importing, monkeypatch, write(tmp_path / "журнал.xlsx"))
    assert "под ними 5 строк" in importing.found.text()
    onward(qtbot, importing)
    assert "2 из 4" in importing.step.text()
    choose_field(importing, "Кто дежурил", "comment")
    onward(qtbot, importing)
    assert "5 = готово 4 + черновики 0 + перенесено раньше 0 + не переносится 1 + пустых 0" in importing.summary.text()
    assert records.count() == 0
    assert importing.next_button.text() == "Перенести 3 записи  F2"
    onward(qtbot, importing)
    assert "4 из 4" in importing.step.text()
    assert records.count(READY) == 3
    assert records.all()[-1].record["comment"] == "Смена 1"
    assert backups(own_place(window.folder))
    press(Qt.Key.Key_Escape)
    assert window.pages["gate_log"].model.rowCount() == 3


def test_a_second_file_of_the_same_layout_needs_no_matching(qtbot, window, records, monkeypatch, tmp_path):
    importing = begin(window)
    choose(qtbot, importing, monkeypatch, write(tmp_path / "март.xlsx", [[1, "28.03.2013", "туда", *ROWS[0][3:]]]))
    onward(qtbot, importing)
    choose_field(importing, "Направление движения", "direction")
    choose_field(importing, "Кто дежурил", "comment")
    fill(importing.panel.values["direction"]["tuda"], "выезд")
    onward(qtbot, importing)
    onward(qtbot, importing)
    assert records.all()[0].record["direction"] == "OUT"

    importing.next_button.click()
    choose(qtbot, importing, monkeypatch, write(tmp_path / "апрель.xlsx", LATER))
    assert "уже переносилась" in importing.found.text()
    for _ in range(3):
        onward(qtbot, importing)
    newest = {item.record["passed_on"]: item.record for item in records.all()}["2013-04-02"]
    assert (newest["direction"], newest["comment"], newest["state"]) == ("OUT", "Смена 2", READY)
    assert records.count(DRAFT) == 1


def test_each_problem_names_its_cell_and_what_to_do_and_can_be_saved(qtbot, window, records, monkeypatch, tmp_path):
    importing = begin(window)
    choose(qtbot, importing, monkeypatch, write(tmp_path / "журнал.xlsx", LATER[1:]))
    onward(qtbot, importing)
    onward(qtbot, importing)
    assert [row[2:4] for row in told(importing)] == [["B5", "31.02.2013"], ["A6", "Итого"]]
    importing.problems.selectRow(0)
    assert "черновик" in importing.advice.text()
    target, said = tmp_path / "замечания.xlsx", []
    monkeypatch.setattr(prompts, "choose_target", lambda *_: str(target))
    monkeypatch.setattr(prompts, "inform", lambda *words: said.append(words[-1]))
    importing.save_button.click()
    qtbot.waitUntil(lambda: bool(said))
    assert openpyxl.load_workbook(target).active["D2"].value == "B5"
    onward(qtbot, importing)
    assert records.count(DRAFT) == 1
    assert "1 черновик ждёт" in importing.drafts.text()


def test_one_value_for_all_rows_is_asked_where_the_file_has_no_such_column(qtbot, window, records, monkeypatch, tmp_path):
    importing = begin(window)
    path = write(tmp_path / "журнал.xlsx", [[1, "28.03.2013", "Асанов", "мука"]], ["№", "Дата", "Водитель", "Что везёт"])
    choose(qtbot, importing, monkeypatch, path)
    onward(qtbot, importing)
    fill(importing.panel.constants["direction"], "въезд")
    onward(qtbot, importing)
    onward(qtbot, importing)
    assert records.all()[0].record["direction"] == "IN"


def test_two_columns_for_one_field_are_objected_to(qtbot, window, monkeypatch, tmp_path):
    importing = begin(window)
    choose(qtbot, importing, monkeypatch, write(tmp_path / "журнал.xlsx"))
    onward(qtbot, importing)
    choose_field(importing, "Кто дежурил", "driver")
    onward(qtbot, importing)
    assert "Водитель" in importing.message.text()
    assert "2 из 4" in importing.step.text()


def test_a_file_that_is_no_workbook_is_told_and_nothing_else_happens(qtbot, window, records, monkeypatch, tmp_path):
    importing, said = begin(window), []
    monkeypatch.setattr(prompts, "tell", lambda _, words, error: said.append(words.of(error.text)))
    path = tmp_path / "журнал.xlsx"
    path.write_text("дата;вес", "utf-8")
    choose(qtbot, importing, monkeypatch, path)
    assert "журнал.xlsx" in said[0]
    press(Qt.Key.Key_Escape)
    assert records.count() == 0


def test_where_no_headings_are_found_their_row_is_asked_for(qtbot, window, monkeypatch, tmp_path):
    importing = begin(window)
    choose(
        qtbot, importing, monkeypatch, write(tmp_path / "журнал.xlsx", [[1, "28.03.2013", 2]], [4, "27.03.2013", 3], titles=())
    )
    assert not importing.next_button.isEnabled()
    importing.heading_row.setValue(2)
    assert importing.next_button.isEnabled()


def test_who_may_not_write_is_offered_no_import(gate_log, qtbot, show_page):
    page = show_page(gate_log)
    assert page.import_button.isVisible()
    from desktop.gui.register_page import RegisterPage

    reader = RegisterPage(gate_log, page.words, may_write=False)
    qtbot.addWidget(reader)
    assert not reader.import_button.isVisibleTo(reader)


@pytest.mark.parametrize("language", ["ru", "ky", "en"])
def test_every_step_can_be_walked_in_every_language(qtbot, vault, open_window, monkeypatch, tmp_path, language):
    importing = begin(open_window(vault, language), "seizures")
    choose(qtbot, importing, monkeypatch, write(tmp_path / "журнал.xlsx", ROWS, HEADINGS))
    for _ in range(3):
        onward(qtbot, importing)
    assert importing.at == 3
