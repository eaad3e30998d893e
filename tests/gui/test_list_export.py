"""A list is exported from its page: as it is filtered, by keys and clicks, and with names only for a reason."""

import csv
import io

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.gui import prompts
from desktop.store.history import of_station
from tests.gui.asking import click, fill, said
from tests.gui.conftest import press, type_text
from tests.sample import load_line, passage

CTRL = Qt.KeyboardModifier.ControlModifier
PERSON = "Канарейкин"


@pytest.fixture
def page(show_page, gate_log):
    for day, direction in ((5, "IN"), (6, "OUT"), (7, "IN")):
        record = passage(passed_on=f"2013-03-{day:02}", direction=direction, driver=PERSON, comment=f"с {PERSON}ым")
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
        return str(tmp_path / "список")

    monkeypatch.setattr(prompts, "choose_target", choose)
    return suggested


@pytest.fixture
def export(qtbot, asked, monkeypatch, page, target, tmp_path):
    """Open the export by its key, let *answer* do with its window what it likes, and give the rows of the CSV."""

    def run(answer):
        told = []
        monkeypatch.setattr(prompts, "inform", lambda *texts: told.append(texts[2:]))
        asked.answer(answer)
        QTest.keyPress(page.table, Qt.Key.Key_E, CTRL)  # released only when the window waits for the work already
        qtbot.waitUntil(lambda: bool(told))
        return list(csv.reader(io.StringIO((tmp_path / "список.csv").read_text("utf-8-sig"), newline=""), delimiter=";"))

    return run


def names(dialog):
    return [dialog.columns.item(place).text() for place in range(dialog.columns.count())]


def item(dialog, name):
    (found,) = dialog.columns.findItems(name, Qt.MatchFlag.MatchExactly)
    return found


def is_checked(dialog, name):
    return item(dialog, name).checkState() == Qt.CheckState.Checked


def tick(dialog, name):
    """Check or uncheck a column as the space bar does."""
    dialog.columns.setFocus()
    dialog.columns.setCurrentItem(item(dialog, name))
    press(Qt.Key.Key_Space)


def as_csv(dialog):
    dialog.format.setCurrentIndex(1)


def test_the_list_is_exported_as_it_is_filtered_in_the_columns_it_shows(page, export, target, gate_log):
    page.table.horizontalHeader().sectionClicked.emit(1)

    def answer(dialog):
        assert "3 записи" in said(dialog)
        as_csv(dialog)
        click(dialog, "Сохранить")

    told, headings, *rows = export(answer)
    assert headings == ["№", "Дата", "Направление", "Состояние"]
    assert [row[1:] for row in rows] == [
        ["05.03.2013", "Въезд", "Готово"],
        ["06.03.2013", "Выезд", "Готово"],
        ["07.03.2013", "Въезд", "Готово"],
    ]
    assert "Записей: 3" in told[0]
    (event,) = of_station(gate_log.zone.connection, "export")
    assert event["changes"]["identified"] is False


def test_the_suggested_name_tells_the_register_and_the_day_alone(page, export, target, gate_log):
    fill(page.search, PERSON)
    page.table.setFocus()

    def answer(dialog):
        as_csv(dialog)
        click(dialog, "Сохранить")

    content = export(answer)
    assert target == [f"gate_log_{gate_log.zone.today}.csv"]
    assert PERSON not in str(content)


def test_columns_are_chosen_with_the_space_bar_and_codes_by_a_choice(export, tmp_path):
    def answer(dialog):
        as_csv(dialog)
        dialog.coded.setCurrentIndex(1)
        tick(dialog, "Состояние")
        tick(dialog, "Всего")
        click(dialog, "Сохранить")

    _, headings, first, *_ = export(answer)
    assert headings == ["№", "Дата", "Направление", "Всего, кг"]
    assert first[2:] == ["IN", "12,5"]
    loads = (tmp_path / "список_loads.csv").read_text("utf-8-sig").splitlines()[1]
    assert loads == "Запись;Что везёт;Вес, кг;Штук"


def test_free_text_is_told_to_be_free_and_is_not_checked(export):
    def answer(dialog):
        as_csv(dialog)
        assert not is_checked(dialog, "Пояснение (свободный текст)")
        tick(dialog, "Пояснение (свободный текст)")
        click(dialog, "Сохранить")

    assert PERSON in str(export(answer))


def test_names_are_offered_only_after_it_is_said_so_and_need_a_reason(export, gate_log):
    def answer(dialog):
        as_csv(dialog)
        assert "Водитель" not in names(dialog)
        assert not dialog.why.isEnabled()
        dialog.identified.click()
        tick(dialog, "Водитель")
        click(dialog, "Сохранить")
        assert dialog.isVisible()
        assert QApplication.focusWidget() is dialog.why
        type_text("запрос суда")
        click(dialog, "Сохранить")

    _, headings, *rows = export(answer)
    assert "Водитель" in headings
    assert all(PERSON in row for row in rows)
    (event,) = of_station(gate_log.zone.connection, "export")
    assert (event["why"], event["changes"]["identified"]) == ("запрос суда", True)


def test_names_that_were_checked_go_again_with_the_wish_for_them(export):
    def answer(dialog):
        as_csv(dialog)
        dialog.identified.click()
        tick(dialog, "Водитель")
        dialog.identified.click()
        click(dialog, "Сохранить")

    assert PERSON not in str(export(answer))


def test_who_only_reads_is_not_offered_names(page, export):
    page.may_write = False

    def answer(dialog):
        assert not dialog.identified.isVisible()
        click(dialog, "Все")
        as_csv(dialog)
        click(dialog, "Сохранить")

    assert "Водитель" not in export(answer)[1]


def test_without_a_column_of_the_records_there_is_nothing_to_save(export):
    def answer(dialog):
        as_csv(dialog)
        click(dialog, "Ни одного")
        assert not dialog.save_button.isEnabled()
        tick(dialog, "Что везёт")
        assert not dialog.save_button.isEnabled()
        click(dialog, "Как в списке")
        click(dialog, "Сохранить")

    assert export(answer)[1] == ["№", "Дата", "Направление", "Состояние"]


def test_a_failure_is_said_and_an_export_given_up_writes_nothing(page, asked, qtbot, monkeypatch, tmp_path, gate_log):
    asked.answer(lambda dialog: dialog.cancel_button.click())
    page.export_button.click()
    assert of_station(gate_log.zone.connection, "export") == []
    told = []
    monkeypatch.setattr(prompts, "choose_target", lambda *_: str(tmp_path / "нет папки" / "список"))
    monkeypatch.setattr(prompts, "tell", lambda *texts: told.append(texts[2]))
    asked.answer(lambda dialog: click(dialog, "Сохранить"))
    page.export_button.click()
    qtbot.waitUntil(lambda: bool(told))
    assert told[0].name == "handoff.not_written"
