"""The list of a register: narrowed and named, its columns chosen, added up, and many records changed as one."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from desktop.gui import filter_prompts, prompts
from desktop.gui.bulk_edit import BulkEdit
from desktop.gui.prompts import Answer
from desktop.registers.declarations import load
from desktop.registers.resources import RESOURCES
from desktop.registers.states import VOID
from desktop.store import narrowing
from desktop.store.narrowing import Narrowing
from tests.gui.asking import click
from tests.gui.conftest import press, type_text
from tests.sample import GATE_LOG, load_line, passage, write_sample

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def keep(records, **changes):
    saved = records.save(passage(**changes), {"loads": [load_line()]}, ready=True)
    assert saved.kept
    return saved.record["uid"]


@pytest.fixture
def kept(gate_log):
    """Keep three records, the newest last."""
    return [
        keep(gate_log, passed_on="2013-02-01", driver="Өмүрбек уулу Асан"),
        keep(gate_log, passed_on="2013-03-02", driver="Петров Пётр", direction="OUT"),
        keep(gate_log, passed_on="2013-03-03", driver="Асанов Болот"),
    ]


@pytest.fixture
def page(kept, show_page, gate_log):
    return show_page(gate_log)


def shown(page):
    return [page.model.row(place)["uid"] for place in range(page.model.rowCount())]


def names(page):
    return [one.name for one in page.model.columns]


def mark_all(page):
    page.table.setFocus()
    press(Qt.Key.Key_A, CTRL)


def strip(page):
    return page.list.notices.shown["bulk"]


@pytest.mark.parametrize("typed", ["омурбек", "omurbek", "өмүрбек", "jveh,tr"])
def test_a_name_is_found_however_it_is_typed(page, kept, typed):
    page.search.setFocus()
    type_text(typed)
    page.refresh()
    assert shown(page) == [kept[0]]


def test_typing_in_the_list_searches(page, kept):
    page.table.setFocus()
    type_text("п")
    type_text("етров")
    assert page.search.hasFocus()
    page.refresh()
    assert shown(page) == [kept[1]]


def test_filters_narrow_together_and_are_taken_off_as_one(page, kept):
    page.list.filters.stand_at(Narrowing(month="2013-03"))
    assert set(shown(page)) == set(kept[1:])
    page.list.filters.stand_at(Narrowing(month="2013-03", text="петров"))
    assert shown(page) == [kept[1]]
    page.list.filters.stand_at(Narrowing(month="2013-02", text="петров"))
    assert shown(page) == []
    assert page.list.clear_button.isVisible()
    page.list.clear_button.click()
    assert len(shown(page)) == 3


def test_a_filter_is_kept_by_a_name_renamed_and_dropped(page, kept, gate_log, monkeypatch, show_page):
    filters = page.list.filters
    filters.stand_at(Narrowing(text="петров", month="2013-03"))
    monkeypatch.setattr(filter_prompts, "ask_name", lambda *_: "Рейсы Петрова")
    filters.save()
    filters.stand_at(Narrowing())
    again = show_page(gate_log).list.filters
    again._build_menu()
    action = again._menu.actions()[0]
    assert action.text() == "Рейсы Петрова"
    action.trigger()
    assert again.narrowing == Narrowing(text="петров", month="2013-03")
    monkeypatch.setattr(filter_prompts, "ask_name", lambda *_: "Петров")
    again.rename("Рейсы Петрова")
    assert list(narrowing.saved(gate_log)) == ["Петров"]
    monkeypatch.setattr(filter_prompts, "ask_forget", lambda *_: True)
    again.forget("Петров")
    assert not narrowing.saved(gate_log)


def test_two_filters_cannot_have_one_name(page, asked):
    tried = []

    def answer(dialog):
        field = dialog.findChild(QLineEdit)
        type_text("Март", field)
        click(dialog, "Сохранить")
        tried.append(dialog.isVisible())
        type_text(" 2013", field)
        click(dialog, "Сохранить")

    asked.answer(answer)
    assert filter_prompts.ask_name(page, page.words, "", ["Март"]) == "Март 2013"
    assert tried == [True]


def test_columns_are_chosen_and_put_in_order_and_remembered(page, show_page, gate_log, asked):
    before = names(page)

    def answer(dialog):
        dialog.columns.setFocus()
        dialog.columns.setCurrentRow(1)
        press(Qt.Key.Key_Space)
        dialog.columns.setCurrentRow(2)
        press(Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
        click(dialog, "Показать")

    asked.answer(answer)
    page.list.ask_columns()
    wanted = [before[0], before[2], *before[3:]]
    assert names(page) == wanted
    page.table.horizontalHeader().resizeSection(0, 177)
    page.list.keep_columns()
    again = show_page(gate_log)
    assert names(again) == wanted
    assert again.table.horizontalHeader().sectionSize(0) == 177


def test_a_dragged_heading_stays_where_it_was_dropped(page, show_page, gate_log, qtbot):
    before = names(page)
    with qtbot.waitSignal(page.table.moved):
        page.table.horizontalHeader().moveSection(0, 1)
    page.list.keep_columns()
    assert names(show_page(gate_log)) == [before[1], before[0], *before[2:]]


def test_the_foot_counts_what_is_shown_and_what_is_marked(page):
    assert page.foot.line.whole.startswith("3 ")
    page.table.setFocus()
    press(Qt.Key.Key_Home)
    press(Qt.Key.Key_Down, SHIFT)
    assert "выбрано 2" in page.foot.line.whole


@pytest.fixture
def adding(make_vault, tmp_path, show_page):
    """Show a register that adds up the pieces of its loads."""
    register = GATE_LOG.replace('title = ["driver"]', 'title = ["driver"]\nsums = ["loads.pieces"]')
    records = make_vault(own=load(RESOURCES, write_sample(tmp_path / "own", register))).records("gate_log")
    for pieces in (1, 20, 300):
        records.save(passage(), {"loads": [load_line(pieces=pieces)]}, ready=True)
    return show_page(records)


def test_the_foot_adds_up_what_is_shown_and_then_what_is_marked(adding, qtbot):
    qtbot.waitUntil(lambda: "321" in adding.foot.line.whole)
    adding.table.setFocus()
    press(Qt.Key.Key_Home)
    press(Qt.Key.Key_Down, SHIFT)
    qtbot.waitUntil(lambda: "320" in adding.foot.line.whole)


def test_marking_several_opens_none_and_says_what_can_be_done(page):
    mark_all(page)
    assert page.table.count_selected() == 3
    assert not page.form.is_open
    assert page.work.bar.isVisible()
    press(Qt.Key.Key_End)
    assert page.table.places() == [2]
    assert not page.work.bar.isVisible()


def test_marked_records_are_copied_as_a_table(page):
    mark_all(page)
    press(Qt.Key.Key_C, CTRL)
    data = QApplication.clipboard().mimeData()
    rows = [line.split("\t") for line in data.text().split("\r\n")]
    assert len(rows) == 4
    assert {len(row) for row in rows} == {len(names(page))}
    assert data.html().count("<tr>") == 4


def test_many_records_are_voided_brought_back_from_the_trash_and_that_is_undone(page, kept, gate_log, monkeypatch):
    mark_all(page)
    monkeypatch.setattr(prompts, "ask_void", lambda *_: Answer("ERR", "учебные записи"))
    page.work.void()
    assert shown(page) == []
    page.show_state(VOID)
    assert set(shown(page)) == set(kept)
    mark_all(page)
    monkeypatch.setattr(prompts, "ask_reason", lambda *_: "")
    told = []
    monkeypatch.setattr(prompts, "tell", lambda *given: told.append(given[-1].name))
    page.work.bring_back()
    assert told == ["list_page.why_needed"]
    monkeypatch.setattr(prompts, "ask_reason", lambda *_: "аннулированы зря")
    page.work.bring_back()
    assert shown(page) == []
    assert "корзина пуста" in page.empty.text().lower()
    click(strip(page), "Отменить")
    assert {gate_log.read(uid)[0]["state"] for uid in kept} == {"VOID"}


def test_a_value_is_looked_at_before_many_records_get_it_and_taken_back_as_one(page, kept, gate_log, asked):
    mark_all(page)

    def answer(dialog):
        assert isinstance(dialog, BulkEdit)
        place = next(n for n in range(dialog.field_box.count()) if dialog.field_box.itemData(n).name == "left_on")
        dialog.field_box.setCurrentIndex(place)
        type_text("02.03.2013", dialog.editor)
        dialog.preview()
        assert sum(one.outcome == "not_valid" for one in dialog.foreseen) == 1
        assert not dialog.change_button.isEnabled()
        type_text("сверка", dialog.why)
        click(dialog, "Изменить 2")

    asked.answer(answer)
    page.work.change()
    assert [gate_log.read(uid)[0]["left_on"] for uid in kept] == ["2013-03-02", "2013-03-02", None]
    click(strip(page), "Отменить")
    assert [gate_log.read(uid)[0]["left_on"] for uid in kept] == [None] * 3
