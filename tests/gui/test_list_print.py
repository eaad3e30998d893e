"""Lists and records go on paper and into a PDF as they are shown, by keys and clicks, and the history knows."""

import subprocess
from shutil import which

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest

from desktop.gui import printing, prompts
from desktop.gui.list_print import foot_of
from desktop.gui.paper_table import Sheet, paint
from desktop.gui.words import Words
from desktop.registers.problems import AppError
from desktop.store.history import of_station
from tests.care import keep_patient, keep_tb_case
from tests.gui.asking import click, fill
from tests.sample import load_line, passage

CTRL = Qt.KeyboardModifier.ControlModifier
PERSON = "Канарейкин"
pytestmark = pytest.mark.skipif(not which("pdftotext"), reason="poppler reads the PDF")


def read(path):
    """Give the text of each page of a PDF."""
    told = subprocess.run(["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True, text=True)
    return told.stdout.split("\f")[:-1]


@pytest.fixture
def page(show_page, gate_log):
    for day, direction in ((5, "IN"), (6, "OUT"), (7, "IN")):
        record = passage(passed_on=f"2013-03-{day:02}", direction=direction, driver=PERSON)
        assert gate_log.save(record, {"loads": [load_line()]}, ready=True).kept
    page = show_page(gate_log)
    page.table.setFocus()
    return page


@pytest.fixture
def target(tmp_path, monkeypatch):
    """Choose a file where the program asks for one, and keep the name that it suggests."""
    suggested = []

    def choose(_parent, _title, name, _pattern):
        suggested.append(name)
        return str(tmp_path / "бумага")

    monkeypatch.setattr(prompts, "choose_target", choose)
    return suggested


@pytest.fixture
def printer(tmp_path, monkeypatch):
    made = QPrinter(QPrinter.PrinterMode.HighResolution)
    made.setOutputFileName(str(tmp_path / "printer.pdf"))
    monkeypatch.setattr(printing, "choose_printer", lambda *_: made)


def actions(zone, action):
    return [(event["why"], event["changes"]) for event in of_station(zone.connection, action)]


def test_the_list_is_saved_as_it_is_filtered_and_sorted_with_its_sums(page, asked, target, tmp_path, gate_log):
    page.list.sort("passed_on")
    asked.answer(lambda dialog: click(dialog, "Сохранить PDF"))
    QTest.keyClick(page.table, Qt.Key.Key_P, CTRL)
    assert target == [f"gate_log_{gate_log.zone.today}.pdf"]
    (text,) = read(tmp_path / "бумага.pdf")
    days = [text.index(f"0{day}.03.2013") for day in (5, 6, 7)]
    assert days == sorted(days)
    assert "Журнал КПП" in text
    assert "Состояние: Действующие" in text
    assert "Итого: 3 записи" in text
    assert "Бекова Г." in text
    assert "страница 1 из 1" in text
    assert PERSON not in text
    (noted,) = of_station(gate_log.zone.connection, "export")
    assert (noted["changes"]["records"], noted["changes"]["format"]) == (3, "pdf")


def test_the_list_is_printed_by_its_button_and_noted_as_a_print(page, asked, printer, tmp_path, gate_log):
    fill(page.search, PERSON)
    asked.answer(lambda dialog: click(dialog, "Напечатать"))
    page.foot.print_button.click()
    (text,) = read(tmp_path / "printer.pdf")
    assert f"Поиск: {PERSON}" in text
    assert len(of_station(gate_log.zone.connection, "print")) == 1
    assert of_station(gate_log.zone.connection, "export") == []


def test_nothing_is_written_or_noted_where_nobody_wants_it_or_nothing_can_be(page, asked, monkeypatch, tmp_path, gate_log):
    asked.answer(lambda dialog: click(dialog, "Отмена"))
    page.foot.print_button.click()
    told = []
    monkeypatch.setattr(prompts, "tell", lambda *texts: told.append(texts[2].name))
    monkeypatch.setattr(printing, "choose_printer", lambda *_: (_ for _ in ()).throw(AppError("printing.no_printer")))
    asked.answer(lambda dialog: click(dialog, "Напечатать"))
    page.foot.print_button.click()
    assert told == ["printing.no_printer"]
    assert of_station(gate_log.zone.connection, "print") == []


def test_a_health_record_is_printed_in_words_with_its_lines_and_stands_in_its_history(
    vault, show_page, asked, target, printer, tmp_path
):
    patient = keep_patient(vault)
    uid = keep_tb_case(vault, patient, lines={"susceptibility": [{"drug": drug, "result": "S"} for drug in "HR"]})
    records = vault.records("tb_cases")
    page = show_page(records)
    page.open(uid)
    page.form.focus_first()
    asked.answer(lambda dialog: click(dialog, "Сохранить PDF"))
    QTest.keyClick(page.form.focusables()[0], Qt.Key.Key_P, CTRL)
    number = records.read(uid)[0]["number"]
    assert target == [f"{number}.pdf"]
    text = "".join(read(tmp_path / "бумага.pdf"))
    assert all(said in text for said in (number, "Бактериологически", "Изониазид (H)", "Рифампицин (R)"))
    asked.answer(lambda dialog: click(dialog, "Напечатать"))
    page.form.head.print_button.click()
    assert [entry.action for entry in records.zone.history_of(uid, "ru")] == ["new", "view", "export", "print"]


def test_an_unsaved_record_is_saved_before_it_is_printed(page):
    page.begin()
    page.form.print()
    assert page.form.said.text().startswith("Сначала сохраните")


def test_a_long_list_has_its_headings_and_its_number_on_each_page_and_may_be_called_off(qapp, gate_log, tmp_path):
    def painted(tell):
        rows = [[f"№{n:04}", "Слово " * (12 if n % 7 == 0 else 1)] for n in range(300)]
        device = printing.QPdfWriter(str(tmp_path / "long.pdf"))
        printing.set_page(device, landscape=True)
        sheet = Sheet("Журнал", "ИК-1", ["Номер", "Содержание"], [False, False], rows, "Итого: 300")
        return paint(sheet, device, foot_of(gate_log.zone, Words("ru")), tell)

    heard = []
    count = painted(lambda *far: heard.append(far))
    pages = read(tmp_path / "long.pdf")
    assert len(pages) == count > 5
    assert all("Содержание" in text and f"страница {n} из {count}" in text for n, text in enumerate(pages, 1))
    whole = "".join(pages)
    assert [whole.count(f"№{n:04}") for n in range(300)] == [1] * 300
    assert "Итого: 300" in pages[-1]
    assert heard == sorted(heard)

    def stop(*_):
        raise AppError("list_page.called_off")

    with pytest.raises(AppError):
        painted(stop)
