"""Headquarters changes code lists and adds fields; they reach a prison's form, and what is entered there comes back."""

import openpyxl
import pytest
from PySide6.QtWidgets import QApplication

from desktop.exchange.handoff import write_handoff
from desktop.exchange.merge import merge, preview
from desktop.gui import definitions_page, pages, prompts
from desktop.gui.definitions_page import DefinitionsPage
from desktop.gui.words import Words
from desktop.store.definitions import applied, draft, load_station
from desktop.store.history import of_station
from desktop.store.vault import open_vault
from tests.conftest import PASSWORD
from tests.gui.asking import click, fill, said
from tests.gui.conftest import type_text, unlock
from tests.meeting import meet
from tests.sample import load_line, passage

pytestmark = pytest.mark.qt_log_ignore("Keyboard event not accepted by receiving widget")


@pytest.fixture
def headquarters(make_vault):
    return make_vault("HQ")


@pytest.fixture
def show(qtbot, asked):
    def show_(vault, language="ru"):
        page = DefinitionsPage(vault, Words(language))
        qtbot.addWidget(page)
        page.resize(1160, 700)
        with qtbot.waitActive(page):
            page.show()
            page.activateWindow()
        page.arrive()
        qtbot.waitUntil(page.isEnabled)
        return page

    return show_


@pytest.fixture
def page(show, headquarters):
    return show(headquarters)


def go_to_list(page, name):
    page.search.setFocus()
    page.search.clear()
    type_text(name)
    page.lists.selectRow(page.names.index(name))


def go_to_register(page, label):
    click(page, "Добавленные поля")
    rows = [row[0].text for row in page.registers.plain_model.rows]
    page.registers.selectRow(rows.index(label))


def rows(table):
    return [[cell.text for cell in row] for row in table.plain_model.rows]


def editor(dialog, name):
    from PySide6.QtWidgets import QComboBox, QLineEdit

    return next(one for kind in (QLineEdit, QComboBox) for one in dialog.findChildren(kind) if one.accessibleName() == name)


def type_code(code="RAIL", **words):
    texts = {"Код": code, "По-русски": "Поездом", "По-кыргызски (? — проверить)": "?Поезд менен", "По-английски": "By train"}

    def answer(dialog):
        for name, text in (texts | words).items():
            fill(editor(dialog, name), text)
        click(dialog, "Принять")

    return answer


def type_field(name="hq_escort", label="С конвоем", kind="да или нет"):
    def answer(dialog):
        fill(editor(dialog, "Имя"), name)
        box = editor(dialog, "Что вводится")
        box.setCurrentIndex(box.findText(kind))
        for language, text in (("По-русски", label), ("По-кыргызски (? — проверить)", f"?{label}"), ("По-английски", "Escort")):
            fill(editor(dialog, language), text)
        click(dialog, "Принять")

    return answer


def settle(qtbot, page):
    qtbot.waitUntil(page.window().isEnabled)
    QApplication.processEvents()


def add_code(qtbot, page, asked, **words):
    go_to_list(page, "directions")
    asked.answer(type_code(**words))
    click(page, "Добавить код")
    settle(qtbot, page)


def add_field(qtbot, page, asked, **words):
    go_to_register(page, "Журнал КПП")
    asked.answer(type_field(**words))
    click(page, "Добавить поле")
    settle(qtbot, page)


def test_a_code_that_is_typed_waits_for_being_applied(qtbot, page, asked, headquarters, show):
    add_code(qtbot, page, asked)
    assert ["RAIL", "Поездом", "", "", ""] in rows(page.codes)
    assert "Готовится № 1: 1 код добавлен" in page.state.text()
    assert draft(headquarters.folder).number == 1
    assert applied(headquarters.folder).number == 0
    assert not page.send.isEnabled()
    again = show(headquarters)
    assert "1 код добавлен" in again.state.text()


def test_a_code_with_a_slip_is_not_taken_and_the_slip_is_said(qtbot, page, asked, headquarters):
    go_to_list(page, "directions")
    heard = []

    def answer(dialog):
        type_code("въезд")(dialog)
        heard.append(said(dialog))
        fill(editor(dialog, "Код"), "IN")
        click(dialog, "Принять")
        heard.append(said(dialog))
        click(dialog, "Отмена")

    asked.answer(answer)
    click(page, "Добавить код")
    assert "латинские буквы" in heard[0]
    assert "дважды" in heard[1]
    assert draft(headquarters.folder).number == 0


def test_a_code_is_retired_by_a_day(qtbot, page, asked):
    go_to_list(page, "directions")
    page.codes.selectRow(1)

    def answer(dialog):
        assert editor(dialog, "Код").isReadOnly()
        fill(editor(dialog, "Действует по"), "31.12.2013")
        click(dialog, "Принять")

    asked.answer(answer)
    click(page, "Изменить")
    settle(qtbot, page)
    assert rows(page.codes)[1] == ["OUT", "Выезд", "", "", "31.12.2013"]
    assert "1 код выведен" in page.state.text()


def test_a_field_keeps_its_name_and_kind_and_may_be_worded_anew_or_retired(qtbot, page, asked):
    add_field(qtbot, page, asked)
    assert rows(page.fields) == [["hq_escort", "С конвоем", "да или нет", "Проезд", ""]]

    def answer(dialog):
        assert editor(dialog, "Имя").isReadOnly()
        assert not editor(dialog, "Что вводится").isEnabled()
        fill(editor(dialog, "По-русски"), "Под конвоем")
        fill(editor(dialog, "Действует по"), "2014")
        click(dialog, "Принять")

    asked.answer(answer)
    click(page, "Изменить")
    settle(qtbot, page)
    assert rows(page.fields) == [["hq_escort", "Под конвоем", "да или нет", "Проезд", "2014"]]


@pytest.mark.parametrize(("name", "slip"), [("escort", "hq_"), ("hq_Конвой", "hq_"), ("hq_", "hq_")])
def test_a_field_that_could_clash_with_the_programs_own_is_not_taken(page, asked, headquarters, name, slip):
    go_to_register(page, "Журнал КПП")
    heard = []

    def answer(dialog):
        type_field(name)(dialog)
        heard.append(said(dialog))
        click(dialog, "Отмена")

    asked.answer(answer)
    click(page, "Добавить поле")
    assert f"✖ Имя: {slip}" in heard[0]
    assert draft(headquarters.folder).number == 0


def test_changes_that_were_not_applied_can_be_dropped(qtbot, page, asked, headquarters):
    add_code(qtbot, page, asked)
    asked.answer(lambda dialog: click(dialog, "Отбросить"))
    click(page, "Отбросить изменения")
    assert "RAIL" not in [row[0] for row in rows(page.codes)]
    assert draft(headquarters.folder).number == 0


def test_a_code_list_goes_to_excel_and_comes_back(qtbot, page, asked, monkeypatch, tmp_path):
    path, opened = tmp_path / "directions.xlsx", []
    monkeypatch.setattr(prompts, "choose_target", lambda *_: str(path))
    monkeypatch.setattr(prompts, "choose_files", lambda *_: [str(path)])
    monkeypatch.setattr(definitions_page, "show_file", opened.append)
    go_to_list(page, "directions")
    asked.answer(lambda dialog: click(dialog, "Понятно"))
    click(page, "Открыть в Excel")
    qtbot.waitUntil(lambda: bool(opened))
    settle(qtbot, page)
    book = openpyxl.load_workbook(path)
    book["directions"]["B3"] = "Заезд"
    book["directions"]["B4"] = None
    book.save(path)
    asked.answer(lambda dialog: (said(dialog), click(dialog, "Понятно")))
    click(page, "Прочитать из Excel")
    qtbot.waitUntil(lambda: len(asked.texts) == 2)
    settle(qtbot, page)
    assert "1 ячейку принять нельзя" in asked.texts[1]
    book["directions"]["B4"] = "Выезд"
    book.save(path)
    asked.answer(lambda dialog: click(dialog, "Принять"))
    click(page, "Прочитать из Excel")
    qtbot.waitUntil(lambda: len(asked.texts) == 3)
    settle(qtbot, page)
    assert "1 код изменён" in asked.texts[2]
    qtbot.waitUntil(lambda: page.is_changed)
    assert "1 код изменён" in page.state.text()


@pytest.mark.parametrize(("prison", "shown"), [("HQ", True), ("IK-01", False)])
def test_only_headquarters_has_the_page(make_vault, prison, shown):
    keys = {entry.key for entry in pages.entries(make_vault(prison), Words("ru"))}
    assert (pages.DEFINITIONS in keys) == shown


def enter_again(qtbot, window):
    qtbot.waitUntil(lambda: window.vault is None and window.isEnabled(), timeout=60_000)
    type_text(PASSWORD, window.unlock_page.password)
    unlock(qtbot, window)


def row_of(page, name):
    return next(form.rows[name] for form in page.form._forms if name in form.rows)


def test_a_field_goes_from_headquarters_to_a_prisons_form_and_its_values_come_back(
    qtbot, vault, headquarters, open_window, asked, monkeypatch, tmp_path, definitions
):
    stick = tmp_path / "флешка"
    stick.mkdir()
    meet(headquarters, vault)
    told = []
    # Headquarters: a field and a code, applied and sent.
    window = open_window(headquarters)
    monkeypatch.setattr(prompts, "inform", lambda *texts: told.append(texts[2]))
    monkeypatch.setattr(prompts, "choose_folder", lambda *_: str(stick))
    window.show_page(pages.DEFINITIONS)
    page = window.pages[pages.DEFINITIONS]
    settle(qtbot, page)
    add_code(qtbot, page, asked)
    add_field(qtbot, page, asked)
    asked.answer(lambda dialog: click(dialog, "Применить"))
    click(page, "Применить здесь")
    enter_again(qtbot, window)
    window.show_page(pages.DEFINITIONS)
    page = window.pages[pages.DEFINITIONS]
    settle(qtbot, page)
    assert page.state.text() == "Действует пакет № 1."
    click(page, "Записать пакет")
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["Записано 1 письмо"]
    window.vault.close()
    (path,) = stick.iterdir()
    # The prison: the pack is looked at, applied, and the form asks for the field.
    prison = open_window(vault)
    monkeypatch.setattr(prompts, "choose_files", lambda *_: [str(path)])
    prison.show_page(pages.KEYS)
    keys = prison.pages[pages.KEYS]
    asked.answer(lambda dialog: click(dialog, "Применить"))
    click(keys, "Прочитать справочники")
    enter_again(qtbot, prison)
    assert "1 код добавлен; 1 поле добавлено" in asked.texts[-1]
    assert applied(vault.folder).number == 1
    records = prison.vault.records("gate_log")
    prison.show_page("gate_log")
    register = prison.pages["gate_log"]
    register.new_button.click()
    assert row_of(register, "hq_escort").caption.text() == "С конвоем"
    saved = records.save(passage(direction="RAIL", hq_escort=1), {"loads": [load_line()]}, ready=True)
    assert saved.kept
    made = write_handoff(prison.vault, "security", "2013-03", stick)
    assert [e["changes"]["number"] for e in of_station(prison.vault.zone("security").connection, "definitions")] == [1]
    prison.vault.close()
    # Headquarters again: the column is there.
    base = definitions.folders
    with open_vault(headquarters.folder, load_station(headquarters.folder, base), PASSWORD) as again:
        plans = preview(again, [made.path])
        merge(again, plans)
        record = again.records("gate_log").read(saved.record["uid"])[0]
        assert (record["direction"], record["hq_escort"]) == ("RAIL", 1)
