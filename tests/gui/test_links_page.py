"""Who appears with whom is read, sought, copied and printed by keys and clicks, and names leave only where they are shown."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest

from desktop.gui import printing
from desktop.gui.links_page import LinksPage
from desktop.gui.look import dress
from desktop.gui.words import Words
from desktop.registers.declarations import load
from tests.gui.conftest import press, type_text
from tests.reports import report


@pytest.fixture
def vault(make_vault):
    return make_vault(own=load())


@pytest.fixture
def show(qtbot, vault):
    def open_(language="ru"):
        page = LinksPage(vault, Words(language), vault.definitions.registers["intelligence_reports"])
        qtbot.addWidget(page)
        page.resize(1160, 700)
        with qtbot.waitActive(page):
            page.show()
            page.activateWindow()
        page.arrive()
        page.table.setFocus()
        return page

    return open_


def texts(page):
    return [[cell.text for cell in row] for row in page.table.plain_model.rows]


def events(vault):
    return [entry.action for entry in vault.zone("intelligence").latest_history("ru")]


def test_links_lead_to_their_records_by_enter_alone(vault, show, qtbot):
    report(vault, "К-1", "К-2", day="2013-01-10")
    newer = report(vault, "К-1", "К-2", day="2013-02-10")
    page = show()
    assert texts(page) == [["К-1", "К-2", "2", "2", "B2 · 4×4 (УНП ООН)", "10.02.2013"]]
    press(Qt.Key.Key_Return)
    with qtbot.waitSignal(page.record_asked) as asked:
        press(Qt.Key.Key_Return)
    assert asked.args == ["intelligence_reports", newer["uid"]]


def test_names_are_shown_only_on_wish_and_the_history_knows(vault, show):
    report(vault, ("К-1", "Канарейкин", None), (None, "Попугаев", None))
    page = show()
    assert texts(page)[0][:2] == ["К-1", "без кода 1"]
    page.copy()
    assert "Канарейкин" not in QGuiApplication.clipboard().text()
    before = events(vault).count("view")
    QTest.mouseClick(page.with_names, Qt.MouseButton.LeftButton, pos=page.with_names.rect().center() * 0.2)
    assert texts(page)[0][:2] == ["К-1 · Канарейкин", "Попугаев (по имени)"]
    assert events(vault).count("view") == before + 1
    page.copy()
    assert "Попугаев" in QGuiApplication.clipboard().text()
    assert events(vault).count("export") == 2


def test_a_search_keeps_who_is_sought_with_those_around(vault, show):
    report(vault, "К-1", "К-2")
    report(vault, "К-3", ("К-4", None, "IK-03"))
    page = show()
    press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    type_text("к-4")
    assert [row[:2] for row in texts(page)] == [["К-3", "К-4"], ["К-4", "ИК-3"]]


def test_a_click_on_a_point_seeks_it(vault, show):
    report(vault, "К-1", "К-2", "К-3")
    page = show()
    subject = next(s for s in page.picture.at if s.text == "К-3")
    QTest.mouseClick(page.picture, Qt.MouseButton.LeftButton, pos=page.picture._point(subject).toPoint())
    assert page.seek.text() == "К-3"
    assert len(texts(page)) == 2


def test_the_picture_marks_the_link_that_the_table_marks(vault, show):
    report(vault, "К-1", "К-2", "К-3")
    page = show()
    press(Qt.Key.Key_Down)
    assert page.picture.marked is page.web.links[1]


def test_on_paper_the_picture_is_light_though_the_window_is_dark(vault, show, qapp):
    report(vault, "К-1", "К-2")
    light = show().picture.as_image(1)
    dress(qapp, scheme="dark")
    try:
        assert show().picture.as_image(1) == light
    finally:
        dress(qapp)


def test_the_same_links_give_the_same_picture(vault, show):
    report(vault, "К-1", "К-2", "К-3", ("К-4", None, "IK-03"))
    assert show().picture.at == show().picture.at


def test_the_page_says_what_to_do_where_nobody_is_linked(vault, show):
    page = show()
    assert page.message.isVisible()
    assert "Кто упомянут" in page.message.text()


def test_the_links_are_printed_and_the_history_knows(vault, show, monkeypatch, tmp_path):
    report(vault, "К-1", "К-2")
    page = show()
    printer = QPrinter(QPrinter.PrinterMode.ScreenResolution)
    printer.setOutputFileName(str(tmp_path / "links.pdf"))
    monkeypatch.setattr(printing, "choose_printer", lambda *_: printer)
    QTest.mouseClick(page.print_button, Qt.MouseButton.LeftButton)
    assert (tmp_path / "links.pdf").read_bytes().startswith(b"%PDF")
    assert "print" in events(vault)


def test_the_page_stands_in_the_rail_of_who_opens_the_register(vault, open_window, definitions):
    window = open_window(vault)
    assert "links:intelligence_reports" not in window.pages  # made when it is first shown
    window.show_page("links:intelligence_reports")
    assert isinstance(window.pages["links:intelligence_reports"], LinksPage)
