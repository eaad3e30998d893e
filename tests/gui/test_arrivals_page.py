"""What prisons handed off, month by month, as headquarters sees it; and the letters to those who owe something."""

import datetime as dt
import shutil
import subprocess

import openpyxl
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QPainter, QPdfWriter
from PySide6.QtWidgets import QStyleOptionViewItem

from desktop.exchange.handoff import write_handoff
from desktop.exchange.merge import Choice, merge, preview
from desktop.gui import pages, printing, prompts
from desktop.gui.arrival_words import SIGN_OF, names_of_signs
from desktop.gui.arrivals_page import ArrivalsPage
from desktop.gui.reminder import as_pdf
from desktop.gui.words import Words
from desktop.registers.labels import LANGUAGES
from desktop.store import clock
from desktop.store.arrivals import HandOff, Reminder
from desktop.store.received import undo
from tests.gui.conftest import press
from tests.sample import load_line, passage

FIRST, SECOND, NEVER = "IK-01", "IK-03", "IK-16"
GATE = "Журнал КПП"

needs_poppler = pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs poppler-utils")


@pytest.fixture
def set_clock(monkeypatch):
    """Set the clock of every computer."""

    def set_(day):
        moment = dt.datetime.fromisoformat(f"{day}T09:00:00+06:00")
        monkeypatch.setattr(clock, "now", lambda: moment)

    return set_


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "флешка"
    folder.mkdir()
    return folder


def record(vault, month):
    saved = vault.records("gate_log").save(passage(passed_on=f"{month}-10"), {"loads": [load_line()]}, ready=True)
    assert saved.kept


def hand_off(vault, stick, month):
    return write_handoff(vault, "security", month, stick).path


def take(headquarters, path, **choice):
    plans = preview(headquarters, [path])
    chosen = {plan.check_number: Choice(**choice) for plan in plans} if choice else None
    (done,) = merge(headquarters, plans, chosen)
    assert done.refused is None
    return plans[0].check_number


@pytest.fixture
def first(make_vault, set_clock):
    set_clock("2026-02-03")
    return make_vault(FIRST)


@pytest.fixture
def story(first, make_vault, set_clock, stick):
    """Two prisons and a spring: January of both in time, February of one, and of March what came late or not at all."""
    second, headquarters = make_vault(SECOND), make_vault("HQ")
    for vault in (first, second):
        record(vault, "2026-01")
        take(headquarters, hand_off(vault, stick, "2026-01"))
    set_clock("2026-03-02")
    take(headquarters, hand_off(first, stick, "2026-02"))
    set_clock("2026-04-09")
    record(first, "2026-03")
    take(headquarters, hand_off(first, stick, "2026-03"))
    set_clock("2026-04-20")
    return headquarters


@pytest.fixture
def show(qtbot, no_questions):
    def show_(vault, language="ru"):
        page = ArrivalsPage(vault, Words(language))
        qtbot.addWidget(page)
        page.resize(1162, 728)
        with qtbot.waitActive(page):
            page.show()
            page.activateWindow()
        page.arrive()
        page.zone.setCurrentIndex(page.zone.findData("security"))
        return page

    return show_


def go_to(page, prison, month):
    matrix = page.matrix
    page.table.setCurrentIndex(page.table.arrivals.index(matrix.prisons.index(prison), matrix.months.index(month)))


def said(page, prison, month):
    matrix = page.matrix
    index = page.table.arrivals.index(matrix.prisons.index(prison), matrix.months.index(month))
    return index.data(Qt.ItemDataRole.AccessibleTextRole).partition(": ")[2]


def numbers(page):
    return {name: tile.number.text() for name, tile in page.tiles.items()}


def test_the_matrix_says_of_each_prison_and_month_what_came_and_when(story, show):
    page = show(story)
    assert page.year == 2026
    assert said(page, FIRST, "2026-01") == said(page, SECOND, "2026-01") == "в срок"
    assert said(page, FIRST, "2026-03") == "с опозданием"
    assert said(page, SECOND, "2026-02") == said(page, SECOND, "2026-03") == said(page, NEVER, "2026-01") == "не прислано"
    assert said(page, FIRST, "2026-04") == "ожидается"
    assert said(page, FIRST, "2026-05") == "не ожидается"
    assert "HQ" not in page.matrix.prisons


def test_a_month_without_a_record_is_a_nil_report_though_its_file_carries_an_earlier_one(story, show):
    page = show(story)
    go_to(page, FIRST, "2026-02")
    assert said(page, FIRST, "2026-02") == "в срок, нулевой отчёт"
    text = page.facts.toPlainText()
    assert "записей не было" in text
    assert "принято 2" in text
    go_to(page, FIRST, "2026-03")
    assert "Журнал КПП: 1" in page.facts.toPlainText()


def test_the_month_that_is_due_is_marked_and_counted(story, show):
    page = show(story)
    assert page.table.place[1] == "2026-03"
    assert "срок 05.04.2026" in page.subtitle.text()
    expected = [prison for prison in page.matrix.prisons if said(page, prison, "2026-03") != "не ожидается"]
    assert numbers(page) == {
        "sent": f"1 из {len(expected)}", "late": "1", "with_errors": "0", "edited": "0", "new": "1", "doubles": "0",
    }  # fmt: skip
    go_to(page, FIRST, "2026-01")
    assert numbers(page)["sent"].startswith("2 из ")
    assert numbers(page)["new"] == "2"


def test_a_late_cell_tells_by_how_much_who_merged_it_and_its_check_number(story, show):
    page = show(story)
    go_to(page, FIRST, "2026-03")
    text = page.facts.toPlainText()
    assert "с опозданием на 4 дня" in text
    assert "09.04.2026 09:00, Бекова Г." in text
    assert "принято 4, отклонено 0, пустых 0" in text
    assert story.zone("security").received()[-1]["check_number"] in text


def test_a_missing_cell_tells_since_when_it_is_due_and_what_came_last(story, show):
    page = show(story)
    go_to(page, SECOND, "2026-03")
    assert "Срок истёк 05.04.2026" in page.facts.toPlainText()
    assert "январь 2026, редакция 1, поступила 03.02.2026" in page.facts.toPlainText()
    go_to(page, NEVER, "2026-03")
    assert "ещё не передавало" in page.facts.toPlainText()


def test_a_second_revision_replaces_the_first_and_both_are_told(story, first, show, stick):
    record(first, "2026-01")
    take(story, write_handoff(first, "security", "2026-01", stick, why="забыли запись").path)
    page = show(story)
    assert said(page, FIRST, "2026-01") == "в срок, заменено"
    go_to(page, FIRST, "2026-01")
    text = page.facts.toPlainText()
    assert text.index("Редакция 2") < text.index("Редакция 1")
    assert "заменяет прежнюю редакцию" in text


def test_a_merge_that_is_taken_back_is_missing_again(story, show):
    check = story.zone("security").received()[-1]["check_number"]
    undo(story.zone("security"), check, "не тот файл")
    page = show(story)
    assert said(page, FIRST, "2026-03") == "не прислано"


def test_arrows_move_and_enter_reads_on(story, show):
    page = show(story)
    go_to(page, FIRST, "2026-03")
    press(Qt.Key.Key_Left)
    assert page.table.place == (FIRST, "2026-02")
    assert "февраль 2026" in page.facts.toPlainText()
    press(Qt.Key.Key_Return)
    assert page.facts.hasFocus()


def test_a_heading_chooses_its_month(story, show, qtbot):
    page = show(story)
    header = page.table.horizontalHeader()
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(header.sectionViewportPosition(0) + 5, 5))
    assert page.table.place[1] == "2026-01"


def test_years_are_stepped_through_as_far_as_there_is_anything(story, show):
    page = show(story)
    assert not page.later.isEnabled()
    assert not page.earlier.isEnabled()
    page.step(1)
    assert page.year == 2026


def test_an_earlier_year_can_be_looked_at(story, show, make_vault, stick):
    old = make_vault("IK-08")
    record(old, "2025-12")
    take(story, hand_off(old, stick, "2025-12"))
    page = show(story)
    press(Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert page.year == 2025
    assert page.year_label.text() == "2025"
    # It was due before headquarters merged anything.
    assert said(page, "IK-08", "2025-12") == "за прошлое время"
    assert said(page, "IK-08", "2025-11") == "не ожидается"
    press(Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert page.year == 2026


def test_all_zones_together_show_the_worst_of_them(story, show, make_vault, stick):
    page = show(story)
    page.zone.setCurrentIndex(page.zone.findData(""))
    # Nobody ever handed off the other zones, so nothing is expected of them.
    assert "Безопасность: в срок" in said(page, FIRST, "2026-01")
    assert numbers(page)["sent"].startswith("1 из ")


def test_nothing_merged_yet_is_said(make_vault, show):
    page = show(make_vault("HQ"))
    assert page.empty.isVisible()
    assert not page.body.isVisible()


def test_every_sign_differs_in_its_picture_not_in_its_colour_alone():
    pictures = [SIGN_OF[name].picture for name in names_of_signs()]
    assert len(set(pictures)) == len(pictures)


def test_every_cell_is_painted(story, show):
    page = show(story)
    image = QImage(60, 24, QImage.Format.Format_ARGB32)

    def drawn(prison, month):
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        option = QStyleOptionViewItem()
        option.rect = image.rect()
        matrix = page.matrix
        index = page.table.arrivals.index(matrix.prisons.index(prison), matrix.months.index(month))
        page.table.itemDelegate().paint(painter, option, index)
        painter.end()
        return bytes(image.constBits())

    in_time, late, missing = drawn(FIRST, "2026-01"), drawn(FIRST, "2026-03"), drawn(SECOND, "2026-03")
    assert len({in_time, late, missing}) == 3
    assert drawn(SECOND, "2026-01") == in_time


def test_the_page_is_in_the_rail_of_headquarters_and_leads_to_the_merge(story, first, open_window):
    window = open_window(story)
    window.show_page(pages.ARRIVALS)
    page = window.pages[pages.ARRIVALS]
    page.merge_button.click()
    assert window.page == pages.MERGE
    assert pages.ARRIVALS not in {entry.key for entry in pages.entries(first, window.words)}


# Letters


def letters(page, path):
    path.write_bytes(as_pdf(page.reminders._letters(), "письма"))
    text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
    return text.rstrip("\f").split("\f")


@needs_poppler
def test_each_prison_that_owes_something_gets_a_page_of_its_own(story, show, tmp_path):
    page = show(story)
    found = letters(page, tmp_path / "a.pdf")
    owing = [prison for prison in page.matrix.prisons if said(page, prison, "2026-03") == "не прислано"]
    assert len(found) == len(owing) == len(page.reminders.owing)
    (to,) = [text for text in found if "(ИК-3)" in text]
    assert "Начальнику учреждения" in to
    assert "март 2026" in to
    assert "февраль 2026" in to
    assert "январь 2026" not in to
    assert "05.04.2026" in to
    assert "Безопасность" in to
    assert not any("ИК-1 Молдовановка" in text for text in found)


@needs_poppler
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letters_are_written_in_the_language_of_whoever_writes_them(story, show, tmp_path, language):
    page = show(story, language)
    text = letters(page, tmp_path / "a.pdf")[0]
    assert Words(language)("reminder.to") in text
    assert Words(language).month("2026-03") in text


@needs_poppler
def test_rejected_rows_are_asked_for_in_the_letter(story, show, tmp_path, make_vault, stick):
    third = make_vault("IK-10")
    record(third, "2026-03")
    path = hand_off(third, stick, "2026-03")
    book = openpyxl.load_workbook(path)
    names = [cell.value for cell in book[GATE][1]]
    book[GATE].cell(3, names.index("direction") + 1).value = "налево"
    book.save(path)
    check = take(story, path, take="edited", why="исправят в программе")
    page = show(story)
    assert "с ошибками" in said(page, "IK-10", "2026-03")
    go_to(page, "IK-10", "2026-03")
    assert "отклонено 2" in page.facts.toPlainText()
    (text,) = [text for text in letters(page, tmp_path / "a.pdf") if "ИК-10" in text]
    assert check in text
    assert "отклонены строки" in text


@needs_poppler
def test_a_letter_names_the_rejected_rows_and_quotes_nothing_of_a_zone_that_is_sealed(story, show, tmp_path):
    page = show(story)
    problem = dict.fromkeys(LANGUAGES, "«налево» нет в списке")
    rows = tuple({"sheet": GATE, "number": f"IK-10-{n}", "cell": f"F{n}", "row": n, "problem": problem} for n in range(3, 28))
    owed = page.reminders.owing[0]
    codes = story.definitions.codes["zones"].codes.values()
    for zone, is_quoted in (("security", True), (next(code.code for code in codes if code.column("sealed")), False)):
        rejected = HandOff(zone, "7F3A-19C2", owed.prison, "a", "2026-03", 1, "f", "2026-04-01", "Б.", 5, 25, problems=rows)
        page.reminders.owing = [Reminder(owed.prison, (), (rejected,))]
        (text,) = letters(page, tmp_path / "a.pdf")
        assert "IK-10-8" in text
        assert "IK-10-9" not in text
        assert "и ещё 19" in text
        assert ("налево" in text) == is_quoted


def test_printing_the_letters_is_written_down_in_the_zone(story, show, tmp_path, monkeypatch):
    page = show(story)
    path = tmp_path / "out.pdf"
    monkeypatch.setattr(printing, "choose_printer", lambda *_: QPdfWriter(str(path)))
    page.reminders.print_button.click()
    assert path.read_bytes().startswith(b"%PDF")
    (event,) = [e for e in story.zone("security").latest_history("ru") if e.action == "print"]
    assert "март 2026" in event.why
    assert not [e for e in story.zone("health").latest_history("ru") if e.action == "print"]


def test_nothing_is_noted_where_nobody_prints(story, show, monkeypatch):
    page = show(story)
    monkeypatch.setattr(printing, "choose_printer", lambda *_: None)
    page.reminders.print_button.click()
    assert not [e for e in story.zone("security").latest_history("ru") if e.action == "print"]


def test_the_letters_can_be_saved_and_that_is_written_down_too(story, show, tmp_path, monkeypatch):
    page = show(story)
    asked = []
    monkeypatch.setattr(prompts, "choose_target", lambda *words: asked.append(words[2]) or str(tmp_path / words[2]))
    page.reminders.save_button.click()
    assert (tmp_path / asked[0]).read_bytes().startswith(b"%PDF")
    assert "2026-03" in asked[0]
    assert [e for e in story.zone("security").latest_history("ru") if e.action == "print"]


def test_where_nobody_owes_anything_there_is_nothing_to_print(story, show):
    page = show(story)
    go_to(page, FIRST, "2026-04")
    assert not page.reminders.print_button.isEnabled()
    assert "никто ничего не должен" in page.reminders.said.text()
