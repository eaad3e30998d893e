"""Amounts as they are typed: packages times what one holds, and what that is in the unit of the sums."""

import pytest
from PySide6.QtCore import Qt

from desktop.registers.kinds import MILLIONTHS
from tests.gui.conftest import press, type_text
from tests.gui.test_register_page import CTRL, ENTER


@pytest.fixture
def line(show_page, vault):
    """Open a new seizure with its first item."""
    page = show_page(vault.records("seizures"))
    press(Qt.Key.Key_Insert)
    return page, page.form.lines_editors["items"].cards[0].form.rows


def fill(row, text):
    row.editor.setFocus()
    type_text(text)
    press(ENTER)


@pytest.mark.parametrize("typed", ["3 × 0,5", "3x0,5", "3*0.5", "3х0,5"])
def test_packages_times_what_one_holds_is_reckoned_and_both_stay_to_be_seen(line, typed):
    _, rows = line
    fill(rows["quantity"], typed)
    assert rows["quantity"].editor.typed == "1,5"
    assert rows["quantity"].message.whole == f"{typed} = 1,5"


def test_an_amount_is_shown_in_the_unit_of_the_sums_and_kept_as_it_was_typed(line, qtbot):
    page, rows = line
    fill(rows["quantity"], "2 × 0,25")
    fill(rows["unit"], "KG")
    qtbot.waitUntil(lambda: rows["quantity"].message.whole == "2 × 0,25 = 0,5   = 500 г")
    press(ENTER, CTRL)
    kept = page.form.read()[1]["items"][0]
    assert (kept["quantity"], kept["unit"]) == (MILLIONTHS // 2, "KG")


def test_tablets_are_told_in_no_other_unit(line, qtbot):
    page, rows = line
    fill(rows["quantity"], "20")
    fill(rows["unit"], "TAB")
    page.form.judge()
    assert rows["quantity"].message.whole == ""


def test_what_is_no_product_says_so(line):
    _, rows = line
    fill(rows["quantity"], "3 × ")
    assert rows["quantity"].message.whole.startswith("✖")
    assert rows["quantity"].editor.typed == "3 × "
