"""The rail: what fits is shown, the rest one key or click away."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.gui import pages
from desktop.gui.rail import NARROW, TEXT_WIDTH, in_lines
from tests.gui.conftest import press


def shown(window):
    QApplication.processEvents()
    return {key for key, one in window.rail.buttons.items() if one.isVisible()}


def bars(window):
    QApplication.processEvents()
    return window.rail._area.verticalScrollBar().maximum()


def test_groups_close_until_the_rest_fits_without_scrolling(open_window, vault):
    window = open_window(vault)
    assert bars(window) == 0
    assert pages.HOME in shown(window)
    assert "gate_log" in shown(window)
    window.resize(1366, 2000)
    assert shown(window) == set(window.rail.buttons)


def test_the_group_of_the_open_page_is_open(open_window, vault):
    window = open_window(vault)
    window.resize(1366, 520)
    assert pages.PEOPLE not in shown(window)
    window.show_page(pages.PEOPLE)
    assert pages.PEOPLE in shown(window)
    assert window.rail.buttons[pages.PEOPLE].isChecked()


def test_a_heading_opens_and_closes_its_group_and_that_stays(open_window, vault):
    window = open_window(vault)
    window.resize(1366, 2000)
    heading = next(
        group.heading for name, group in window.rail.groups.items() if "gate_log" in {b.entry.key for b in group.buttons}
    )
    heading.click()
    assert "gate_log" not in shown(window)
    window.show_page(pages.PEOPLE)
    assert "gate_log" not in shown(window)
    window.show_page("gate_log")
    assert "gate_log" in shown(window)


def test_alt_and_a_digit_opens_a_page_of_a_closed_group(open_window, vault):
    window = open_window(vault)
    window.rail.groups[next(name for name in window.rail.groups if name)].heading.click()
    second = list(window.rail.buttons)[1]
    assert second not in shown(window)
    press(Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert window.page == second


def test_a_narrow_window_keeps_the_pictures_and_says_their_names(open_window, vault):
    window = open_window(vault)
    window.resize(1000, 620)
    QApplication.processEvents()
    assert window.rail.width() == NARROW
    assert shown(window) == set(window.rail.buttons)
    for one in window.rail.buttons.values():
        assert (one.text(), one.accessibleName()) == ("", one.entry.text)
        assert one.entry.text in one.toolTip()
    window.resize(1366, 728)
    QApplication.processEvents()
    assert window.rail.buttons["gate_log"].text()


def test_what_waits_is_said_in_a_narrow_rail_too(open_window, vault):
    window = open_window(vault)
    window.resize(1000, 620)
    window.rail.count(pages.HAND_OFF, 3, "3 записи")
    assert "3 записи" in window.rail.buttons[pages.HAND_OFF].accessibleName()
    assert not window.rail.buttons[pages.HAND_OFF].badge.isVisible()


@pytest.mark.parametrize("language", ["ru", "ky", "en"])
def test_every_name_stands_in_full_in_two_lines_at_most(open_window, vault, language):
    window = open_window(vault, language)
    for one in window.rail.buttons.values():
        assert "…" not in one.text(), one.entry.text


def test_a_long_name_is_broken_between_words_and_shortened_at_need(open_window, vault):
    metrics = open_window(vault).rail.buttons["gate_log"].fontMetrics()
    assert in_lines("Обыски", metrics, TEXT_WIDTH) == ["Обыски"]
    assert in_lines("Осуждённые и заключённые", metrics, TEXT_WIDTH) == ["Осуждённые и", "заключённые"]
    lines = in_lines("Слово " * 20, metrics, TEXT_WIDTH)
    assert len(lines) == 2
    assert lines[1].endswith("…")
