"""A course is marked by one key a person a day, in either layout, and its papers are printed of what is kept."""

import subprocess

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest

from desktop.gui import printing, prompts
from desktop.gui.roll_page import RollPage
from desktop.gui.words import Words
from desktop.store.roll_calls import read_roll_call
from tests.courses import course
from tests.gui.conftest import press, type_text


@pytest.fixture
def show(qtbot, vault, no_questions):
    def open_(record, language="ru", **words):
        page = RollPage(vault.records("course_sessions"), Words(language), record["uid"], **words)
        qtbot.addWidget(page)
        page.resize(1100, 640)
        with qtbot.waitActive(page):
            page.show()
            page.activateWindow()
        page.grid.setFocus()
        return page

    return open_


def cells(page):
    model = page.grid.grid
    return [[model.index(row, column).data() for column in range(model.columnCount())] for row in range(model.rowCount())]


def marks(vault, record):
    kept = read_roll_call(vault.records("course_sessions"), record["uid"]).marks
    return {(code, day.day): mark for (code, day), mark in kept.items()}


@pytest.mark.parametrize(
    ("typed", "meant"), [("pael", "PAEL"), ("зфуд", "PAEL"), ("пнуо", "PAEL"), ("1234", "PAEL"), ("КЖСО", "PAEL")]
)
def test_one_key_marks_a_person_and_goes_to_the_next(typed, meant, vault, show):
    record = course(vault, "1", "2", "3", "4", last="2013-03-04")
    show(record)
    type_text(typed)
    press(Qt.Key.Key_F2)
    assert marks(vault, record) == {(str(n), 4): mark for n, mark in enumerate(meant, 1)}


def test_after_the_last_person_comes_the_next_day(vault, show):
    record = course(vault, "1", "2", last="2013-03-05")
    page = show(record)
    type_text("1112")
    assert cells(page) == [
        ["1", "✔", "✔", "2 / 2 · 100 %"],
        ["2", "✔", "—", "1 / 2 · 50 %"],
        ["Присутствовало", "2 / 2", "1 / 2", ""],
    ]


def test_the_rest_of_a_day_is_marked_by_one_key(vault, show):
    record = course(vault, "1", "2", "3", last="2013-03-04")
    page = show(record)
    type_text("2")
    press(Qt.Key.Key_F5)
    press(Qt.Key.Key_F2)
    assert marks(vault, record) == {("1", 4): "A", ("2", 4): "P", ("3", 4): "P"}
    assert not page.save_button.isEnabled()


def test_a_mark_is_cleared(vault, show):
    record = course(vault, "1", attendance=[("1", "2013-03-04", "P")], last="2013-03-04")
    show(record)
    press(Qt.Key.Key_Delete)
    press(Qt.Key.Key_F2)
    assert marks(vault, record) == {}


def test_the_grid_begins_at_the_first_day_that_is_not_marked(vault, show):
    record = course(vault, "1", attendance=[("1", "2013-03-04", "P")])
    assert show(record).grid.currentIndex().column() == 2


def test_unsaved_marks_are_asked_about(vault, show, monkeypatch, qtbot):
    page = show(course(vault, "1"))
    type_text("1")
    monkeypatch.setattr(prompts, "ask_unsaved", lambda *_: "stay")
    with qtbot.assertNotEmitted(page.left):
        press(Qt.Key.Key_Escape)
    monkeypatch.setattr(prompts, "ask_unsaved", lambda *_: "save")
    with qtbot.waitSignal(page.left) as left:
        press(Qt.Key.Key_Escape)
    assert left.args == [True]


def test_who_may_only_read_marks_nothing(vault, show):
    record = course(vault, "1")
    page = show(record, may_write=False)
    type_text("1", page.grid)
    assert not page.grid.isEnabled()
    assert not page.save_button.isVisible()


def text_of(path):
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout


def test_the_sign_in_sheet_has_everybody_and_every_day(vault, show, monkeypatch, tmp_path):
    record = course(vault, ("1", "Асанов Бакыт"), "2", last="2013-03-12")
    page = show(record)
    offered = []
    monkeypatch.setattr(prompts, "choose_target", lambda *given: offered.append(given[2]) or str(tmp_path / "sheet.pdf"))
    QTest.mouseClick(page.sheet_pdf, Qt.MouseButton.LeftButton)
    text = text_of(tmp_path / "sheet.pdf")
    assert offered == [f"{record['number']}.pdf"]
    assert text.count("Асанов Бакыт") == 2  # nine days are two sheets
    assert all(f"{day:02}.03.2013" in text for day in range(4, 13))
    assert "Лист регистрации участников" in text
    last = vault.zone("training").latest_history("ru")[0]
    assert last.action == "print"


@pytest.mark.parametrize(
    ("language", "word"), [("ru", "Настоящим удостоверяется"), ("ky", "Сертификат"), ("en", "This is to certify")]
)
def test_certificates_are_for_those_who_were_given_one(language, word, vault, show, monkeypatch, tmp_path):
    record = course(vault, ("1", "Асанов Бакыт"), ("2", "Чужой Ч."), given=("1",))
    page = show(record)
    page.language.setCurrentIndex(page.language.findData(language))
    printer = QPrinter(QPrinter.PrinterMode.ScreenResolution)
    printer.setOutputFileName(str(tmp_path / "all.pdf"))
    monkeypatch.setattr(printing, "choose_printer", lambda *_: printer)
    QTest.mouseClick(page.certificate_button, Qt.MouseButton.LeftButton)
    text = text_of(tmp_path / "all.pdf")
    assert word in text
    assert ("Асанов Бакыт" in text, "Чужой" in text) == (True, False)
    assert "С-1" in text


def test_without_a_certificate_given_nothing_is_printed_and_it_says_what_to_do(vault, show):
    page = show(course(vault, "1"))
    QTest.mouseClick(page.certificate_button, Qt.MouseButton.LeftButton)
    assert "Сертификат" in page.said.text()


def test_papers_wait_for_marks_that_are_not_saved(vault, show):
    page = show(course(vault, "1"))
    type_text("1")
    QTest.mouseClick(page.sheet_pdf, Qt.MouseButton.LeftButton)
    assert "сохраните" in page.said.text()


def test_the_roll_opens_from_the_form_and_leads_back(vault, open_window, qtbot):
    record = course(vault, "1", last="2013-03-04")
    window = open_window(vault)
    window.show_record("course_sessions", record["uid"])
    page = window.pages["course_sessions"]
    QTest.mouseClick(page.form.head.roll, Qt.MouseButton.LeftButton)
    with qtbot.waitActive(window):
        window.activateWindow()
    roll = page.body.currentWidget()
    assert isinstance(roll, RollPage)
    type_text("1")
    press(Qt.Key.Key_F2)
    press(Qt.Key.Key_Escape)
    assert page.form.record["revision"] == record["revision"] + 1
