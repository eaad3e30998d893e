"""The page of cover sheets: what the head of a prison sees and prints without a key to any record."""

import datetime as dt
from dataclasses import replace

import pytest
from PySide6.QtGui import QPdfWriter

from desktop.gui import covers_page, pages, printing, prompts
from desktop.gui.covers_page import CoversPage
from desktop.gui.look import SIGNS
from desktop.gui.main_window import MainWindow
from desktop.gui.words import Words
from desktop.registers.labels import LANGUAGES
from desktop.registers.problems import AppError
from desktop.store import covers, keyring, people
from desktop.store.covers import keep
from tests.gui.conftest import type_text, unlock
from tests.store.conftest import ADMIN, MEDIC, OFFICER, newcomer, password_of, station
from tests.store.test_covers import CANARY, HEAD, HEALTH, SHEET

__all__ = ["station"]


@pytest.fixture
def prison(station):
    with station.log_in(ADMIN) as vault:
        people.add(vault, newcomer(HEAD, "head_of_prison"))
    with station.log_in(OFFICER) as vault:
        keep(vault, SHEET)
    with station.log_in(MEDIC) as vault:
        keep(vault, HEALTH)
    return station


@pytest.fixture
def open_page(prison, qtbot, no_questions):
    opened = []

    def open_(person=HEAD, language="ru"):
        vault = prison.log_in(person)
        opened.append(vault)
        page = CoversPage(vault, Words(language))
        qtbot.addWidget(page)
        page.resize(1100, 700)
        page.arrive()
        return page

    yield open_
    for vault in opened:
        vault.close()


def lines(page):
    return [[cell.text for cell in row] for row in page.months.plain_model.rows]


def journal_of(prison):
    return [entry["action"] for entry in keyring.read(prison.folder)["journal"]]


def row_of(page, month, zone):
    return page.places.index((month, zone))


def test_a_head_of_prison_lands_on_the_cover_sheets_and_sees_no_register(prison, definitions, qtbot, no_questions):
    window = MainWindow(prison.folder, definitions, "ru")
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    window.unlock_page.person.setCurrentText(HEAD)
    window.unlock_page.password.setFocus()
    type_text(password_of(HEAD))
    unlock(qtbot, window)
    assert window.page == pages.COVERS
    assert {entry.key for entry in pages.entries(window.vault, window.words)} == {
        pages.COVERS,
        pages.PEOPLE,
        pages.SETTINGS,
        pages.HELP,
    }
    assert "7F3A-19C2" in window.pages[pages.COVERS].paper.toPlainText()


def test_the_months_say_what_was_handed_off_and_what_was_not(open_page):
    page = open_page(language="en")
    assert lines(page)[row_of(page, "2013-03", "security")] == ["March 2013", "Security", f"{SIGNS['good']} rev. 1 · 7F3A-19C2"]
    assert "not handed off" in lines(page)[row_of(page, "2013-03", "training")][2]
    page.months.selectRow(row_of(page, "2013-03", "training"))
    assert "no hand-off is known here" in page.paper.toPlainText()
    assert page.sheet is None
    assert not page.print.isEnabled()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sheet_tells_counts_totals_reason_and_who_signs(open_page, language):
    page = open_page(language=language)
    page.months.selectRow(row_of(page, "2013-03", "security"))
    text = page.paper.toPlainText()
    for said in (
        SHEET.check_number,
        SHEET.history,
        OFFICER,
        "0.0125" if language == "en" else "0,0125",
        "флешка потеряна",
        Words(language)("sheet.signature_head"),
    ):
        assert said in text


def test_the_newest_revision_is_shown_and_older_ones_can_be_asked_for(prison, open_page):
    with prison.log_in(OFFICER) as vault:
        keep(vault, replace(SHEET, revision=2, check_number="BBBB-0002"))
    page = open_page()
    page.months.selectRow(row_of(page, "2013-03", "security"))
    assert page.sheet.revision == 2
    page.which.setCurrentIndex(1)
    assert page.sheet.revision == 1
    assert SHEET.check_number in page.paper.toPlainText()


def test_an_officer_sees_the_sheets_of_their_own_zones_alone(open_page):
    page = open_page(OFFICER)
    assert {zone for _, zone in page.places} == {"security", "intelligence"}
    assert CANARY not in str(lines(page)) + page.paper.toPlainText()


def test_a_print_is_a_page_of_its_own_and_is_written_down(prison, open_page, tmp_path, monkeypatch):
    page = open_page()
    page.months.selectRow(row_of(page, "2013-03", "security"))
    path = tmp_path / "sheet.pdf"
    monkeypatch.setattr(printing, "choose_printer", lambda *_: QPdfWriter(str(path)))
    page.print_sheet()
    assert path.read_bytes().startswith(b"%PDF")
    assert "cover_printed" in journal_of(prison)


def test_nothing_is_printed_or_noted_where_there_is_no_printer_or_the_person_thinks_better_of_it(
    prison, open_page, monkeypatch
):
    page = open_page()
    page.months.selectRow(row_of(page, "2013-03", "security"))
    monkeypatch.setattr(printing, "choose_printer", lambda *_: None)
    page.print_sheet()
    told = []
    monkeypatch.setattr(prompts, "tell", lambda _, words, error: told.append(words.of(error.text)))

    def none(_parent, _title, name):
        raise AppError(name)

    monkeypatch.setattr(printing, "choose_printer", none)
    page.print_sheet()
    assert "нет принтера" in told[0]
    assert "cover_printed" not in journal_of(prison)


def test_a_damaged_sheet_is_counted_and_said(prison, open_page):
    path = prison.folder / covers.FILE
    content = path.read_text("utf-8")
    place = content.index('"content": "') + 60
    path.write_text(content[:place] + ("A" if content[place] != "A" else "B") + content[place + 1 :], "utf-8")
    page = open_page(language="en")
    assert "1 cover sheet does not open" in page.said.text()


def test_a_clock_far_ahead_fills_no_list(monkeypatch):
    class Ahead(dt.date):
        @classmethod
        def today(cls):
            return cls(2080, 1, 1)

    monkeypatch.setattr(covers_page.dt, "date", Ahead)
    assert covers_page._months(iter(["2013-03", "2013-01"])) == ["2013-03", "2013-02", "2013-01"]
    monkeypatch.setattr(Ahead, "today", classmethod(lambda cls: cls(2013, 5, 2)))
    assert covers_page._months(iter(["2013-03"])) == ["2013-04", "2013-03"]
