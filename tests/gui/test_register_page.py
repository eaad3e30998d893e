"""One register of the window: listed, filtered, typed, judged, saved, voided, by the keyboard."""

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from desktop.gui import prompts
from desktop.gui.prompts import Answer
from tests.gui.conftest import press, type_text
from tests.sample import load_line, passage

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ENTER = Qt.Key.Key_Return


def keep(records, **changes):
    """Save a passage with one load."""
    saved = records.save(passage(**changes), {"loads": [load_line()]}, ready=True)
    assert saved.kept
    return saved.record


@pytest.fixture
def page(show_page, gate_log):
    return show_page(gate_log)


def row_of(page, name):
    return next(form.rows[name] for form in page.form._forms if name in form.rows)


def line_row(page, name, place=0):
    return page.form._lines["loads"].cards[place].form.rows[name]


def texts(page):
    model = page.model
    return [[model.index(r, c).data() for c in range(model.columnCount())] for r in range(model.rowCount())]


def type_passage(cargo="мука", weight="12,5"):
    """Type a new passage from the first field to the last."""
    for text in ("280313", "1430", "въезд", "Асанов Болот", "нет", "", ""):
        type_text(text)
        press(ENTER)
    for text in (cargo, weight, "1"):
        type_text(text)
        press(ENTER)


def test_an_empty_register_says_what_to_do(page):
    assert "Ins" in page.empty.text()
    assert page.table.isHidden()


def test_a_record_is_typed_from_the_first_field_to_the_last_and_saved(page, gate_log):
    press(Qt.Key.Key_Insert)
    type_passage()
    press(Qt.Key.Key_F2)
    record, lines = gate_log.read(gate_log.rows(gate_log.ids())[0]["uid"])
    assert (record["state"], record["passed_on"], record["passed_at"], record["direction"]) == (
        "READY",
        "2013-03-28",
        "14:30",
        "IN",
    )
    assert (record["driver"], record["searched"], record["total"]) == ("Асанов Болот", 0, 12_500_000)
    assert [(line["cargo"], line["weight"], line["pieces"]) for line in lines["loads"]] == [("мука", 12_500_000, 1)]
    assert texts(page)[0][0] == record["number"].removeprefix("IK-01-")
    assert "✔" in page.form.said.text()


def test_ctrl_enter_saves_and_begins_the_next(page, gate_log):
    press(Qt.Key.Key_Insert)
    type_passage()
    press(ENTER, CTRL)
    assert gate_log.count("READY") == 1
    assert page.form.record.get("uid") is None
    assert QApplication.focusWidget() is row_of(page, "passed_on").editor


def test_what_is_declared_to_stay_stands_in_the_next_record(page):
    press(Qt.Key.Key_Insert)
    type_passage()
    press(ENTER, CTRL)
    assert row_of(page, "direction").read() == "IN"
    assert row_of(page, "driver").typed == ""
    assert page.form.may_leave()


def test_a_record_with_errors_is_kept_as_a_draft_and_each_field_says_what_is_wrong(page, gate_log):
    press(Qt.Key.Key_Insert)
    type_text("280313")
    press(Qt.Key.Key_F2)
    assert gate_log.count("DRAFT") == 1
    assert row_of(page, "direction").message.whole.startswith("✖")
    assert line_row(page, "cargo").message.whole.startswith("✖")
    assert {p.about[0] for p in page.form.problems.told} == {"direction", "cargo"}
    assert QApplication.focusWidget() is row_of(page, "direction").editor


def test_before_the_first_save_only_fields_that_were_typed_in_complain(page):
    press(Qt.Key.Key_Insert)
    press(ENTER)
    assert row_of(page, "direction").message.whole == ""
    type_text("25:00")
    press(ENTER)
    assert row_of(page, "passed_at").message.whole.startswith("✖")


def test_a_link_of_the_summary_leads_to_the_field_of_the_line(page):
    press(Qt.Key.Key_Insert)
    press(Qt.Key.Key_F2)
    page.form.problems.asked.emit(next(p for p in page.form.problems.told if p.lines))
    QApplication.processEvents()
    assert QApplication.focusWidget() is line_row(page, "cargo").editor


def test_text_that_cannot_be_read_stays_in_the_draft(page, gate_log):
    press(Qt.Key.Key_Insert)
    type_passage(weight="12,5О")
    press(Qt.Key.Key_F2)
    uid = gate_log.rows(gate_log.ids())[0]["uid"]
    assert gate_log.read(uid)[0]["state"] == "DRAFT"
    press(Qt.Key.Key_Escape)
    page.open(uid)
    assert line_row(page, "weight").typed == "12,5О"
    assert line_row(page, "weight").message.whole.startswith("✖")
    editor = line_row(page, "weight").editor
    editor.setFocus()
    editor.selectAll()
    type_text("12,5")
    press(Qt.Key.Key_F2)
    assert gate_log.read(uid)[0]["state"] == "READY"


def test_a_warning_asks_for_a_reason_and_is_content_with_one(page, gate_log):
    press(Qt.Key.Key_Insert)
    type_passage(weight="9000")
    press(Qt.Key.Key_F2)
    assert gate_log.count("READY") == 0
    assert isinstance(QApplication.focusWidget(), QLineEdit)
    type_text("взвешено дважды")
    press(Qt.Key.Key_F2)
    record = gate_log.rows(gate_log.ids())[0]
    assert record["state"] == "READY"
    assert "взвешено дважды" in record["reasons"]


def test_a_field_is_asked_only_when_it_applies(page):
    press(Qt.Key.Key_Insert)
    assert row_of(page, "finds").isHidden()
    row_of(page, "searched").editor.setFocus()
    type_text("да")
    press(ENTER)
    assert not row_of(page, "finds").isHidden()
    assert QApplication.focusWidget() is row_of(page, "finds").editor


def test_shift_enter_goes_back(page):
    press(Qt.Key.Key_Insert)
    press(ENTER)
    press(ENTER)
    press(ENTER, SHIFT)
    assert QApplication.focusWidget() is row_of(page, "passed_at").editor


def test_a_second_line_is_added_by_the_space_bar(page, gate_log):
    press(Qt.Key.Key_Insert)
    type_passage()
    assert QApplication.focusWidget() is page.form._lines["loads"].add
    press(Qt.Key.Key_Space)
    for text in ("соль", "0,25", "2"):
        type_text(text)
        press(ENTER)
    press(Qt.Key.Key_F2)
    lines = gate_log.read(gate_log.rows(gate_log.ids())[0]["uid"])[1]["loads"]
    assert [(line["cargo"], line["weight"]) for line in lines] == [("мука", 12_500_000), ("соль", 250_000)]
    assert "мука" in page.form._lines["loads"].cards[0].head.text()


def test_a_line_is_taken_out(page, gate_log):
    uid = gate_log.save(passage(), {"loads": [load_line(), load_line(cargo="соль")]}, ready=True).record["uid"]
    page.open(uid)
    page.form._lines["loads"].cards[0].remove.click()
    press(Qt.Key.Key_F2)
    assert [line["cargo"] for line in gate_log.read(uid)[1]["loads"]] == ["соль"]


def test_a_blank_line_is_no_line(page, gate_log):
    press(Qt.Key.Key_Insert)
    type_passage()
    press(Qt.Key.Key_Space)
    press(Qt.Key.Key_F2)
    record = gate_log.rows(gate_log.ids())[0]
    assert record["state"] == "READY"
    assert len(gate_log.read(record["uid"])[1]["loads"]) == 1


def test_a_stored_record_is_changed_and_its_lines_keep_their_identity(page, gate_log):
    record = keep(gate_log)
    before = gate_log.read(record["uid"])[1]["loads"][0]["uid"]
    page.refresh()
    page.table.setFocus()
    press(ENTER)
    row_of(page, "driver").editor.setFocus()
    row_of(page, "driver").editor.selectAll()
    type_text("Үсөнов Талант")
    press(Qt.Key.Key_F2)
    changed, lines = gate_log.read(record["uid"])
    assert (changed["driver"], changed["revision"]) == ("Үсөнов Талант", 2)
    assert lines["loads"][0]["uid"] == before


@pytest.mark.parametrize(("answer", "kept"), [("save", "Исаев"), ("drop", "Асанов Болот")])
def test_going_to_another_record_asks_about_what_is_unsaved(page, gate_log, monkeypatch, answer, kept):
    first, second = keep(gate_log), keep(gate_log, driver="Ким")
    page.refresh()
    page.open(first["uid"])
    row_of(page, "driver").editor.setFocus()
    row_of(page, "driver").editor.selectAll()
    type_text("Исаев")
    monkeypatch.setattr(prompts, "ask_unsaved", lambda *_: answer)
    page.table.setFocus()
    page.table.selectRow(page.model.place_of(second["uid"]))
    assert page.form.record["uid"] == second["uid"]
    assert gate_log.read(first["uid"])[0]["driver"] == kept


def test_staying_keeps_the_form_and_its_row(page, gate_log, monkeypatch):
    first, second = keep(gate_log), keep(gate_log, driver="Ким")
    page.refresh()
    page.open(first["uid"])
    row_of(page, "driver").editor.setFocus()
    type_text("Исаев")
    monkeypatch.setattr(prompts, "ask_unsaved", lambda *_: "stay")
    page.table.selectRow(page.model.place_of(second["uid"]))
    QApplication.processEvents()
    assert page.form.record["uid"] == first["uid"]
    assert page.table.currentIndex().row() == page.model.place_of(first["uid"])
    assert "Исаев" in row_of(page, "driver").typed


def test_an_untouched_form_is_left_without_a_question(page, gate_log):
    page.open(keep(gate_log)["uid"])
    press(Qt.Key.Key_Escape)
    assert page.right.currentIndex() == 0
    press(Qt.Key.Key_Insert)
    press(Qt.Key.Key_Escape)
    assert page.right.currentIndex() == 0


def test_a_record_is_voided_with_a_reason_and_stays_to_be_read(page, gate_log, monkeypatch):
    uid = keep(gate_log)["uid"]
    page.open(uid)
    monkeypatch.setattr(prompts, "ask_void", lambda *_: Answer("ERR", "записано не туда"))
    page.form.void_button.click()
    record = gate_log.read(uid)[0]
    assert (record["state"], record["void_reason"]) == ("VOID", "ERR")
    assert row_of(page, "driver").editor.isReadOnly()
    assert page.form.save_button.isHidden()
    assert texts(page) == []
    page.show_state("VOID")
    assert texts(page)[0][-1].startswith("✖")


def test_a_record_that_was_handed_off_is_changed_only_with_a_reason(page, gate_log, monkeypatch):
    uid = keep(gate_log)["uid"]
    zone = gate_log.zone
    note = {"sequence": 1, "check_number": "AAAA-BBBB", "month": "2013-03", "revision": 1, "file": "x", "counts": {}}
    zone.keep_sent(note, {"gate_log": gate_log.due("2013-03")})
    page.open(uid)
    row_of(page, "driver").editor.setFocus()
    row_of(page, "driver").editor.selectAll()
    type_text("Ким")
    monkeypatch.setattr(prompts, "ask_why", lambda *_: None)
    press(Qt.Key.Key_F2)
    assert gate_log.read(uid)[0]["driver"] == "Асанов Болот"
    monkeypatch.setattr(prompts, "ask_why", lambda *_: "ошибка в имени")
    press(Qt.Key.Key_F2)
    assert gate_log.read(uid)[0]["driver"] == "Ким"
    assert zone.select("select why from history order by seq desc limit 1")[0]["why"] == "ошибка в имени"


def test_an_open_form_is_kept_and_offered_again(page, show_page, gate_log, monkeypatch):
    press(Qt.Key.Key_Insert)
    type_text("280313")
    press(ENTER)
    press(ENTER)
    press(ENTER)
    type_text("Өмүрбек")
    page.keep()
    again = show_page(gate_log)
    monkeypatch.setattr(prompts, "ask_recover", lambda *_: True)
    again.begin()
    assert row_of(again, "driver").typed == "Өмүрбек"
    assert row_of(again, "passed_on").typed == "28.03.2013"
    again.form.save()
    assert gate_log.kept_form("") is None


def test_search_finds_names_written_otherwise_and_filters_narrow(page, gate_log):
    keep(gate_log, driver="Өмүрбек уулу Асан")
    keep(gate_log, driver="Petrov", passed_on="2013-02-01")
    page.refresh()
    page.search.setFocus()
    type_text("omurbek")
    press(ENTER)
    assert len(texts(page)) == 1
    page.search.clear()
    page.month.choose("2013-02", "")
    page.refresh()
    assert [row[1] for row in texts(page)] == ["01.02.2013"]
    page.month.choose(None, "")
    page.state.choose("VOID", "")
    page.refresh()
    assert page.table.isHidden()
    assert not page.empty.isHidden()


def test_a_heading_sorts_and_sorts_back(page, gate_log):
    for day, way in (("2013-03-01", "OUT"), ("2013-03-02", "IN"), ("2013-03-03", "OUT")):
        keep(gate_log, passed_on=day, direction=way)
    page.refresh()
    assert [row[1] for row in texts(page)] == ["03.03.2013", "02.03.2013", "01.03.2013"]
    place = [column.name for column in page.model.columns].index("direction")
    page.table.horizontalHeader().sectionClicked.emit(place)
    assert [row[2] for row in texts(page)] == ["Въезд", "Выезд", "Выезд"]
    page.table.horizontalHeader().sectionClicked.emit(place)
    assert [row[2] for row in texts(page)][-1] == "Въезд"


def test_the_list_reads_its_rows_a_page_at_a_time(page, gate_log, monkeypatch):
    for n in range(30):
        keep(gate_log, driver=f"Водитель {n}")
    monkeypatch.setattr("desktop.gui.record_list.PAGE", 10)
    asked = []
    original = gate_log.rows
    monkeypatch.setattr(gate_log, "rows", lambda ids: asked.append(len(ids)) or original(ids))
    page.model.show(page.wanted)
    page.model.index(25, 0).data()
    assert asked == [10]


def test_a_long_list_is_shown_by_its_first_records_and_read_on_when_somebody_goes_beyond(page, gate_log, monkeypatch):
    monkeypatch.setattr("desktop.gui.record_list.FIRST", 10)
    monkeypatch.setattr("desktop.gui.record_list.PAGE", 4)
    kept = [keep(gate_log, driver=f"Водитель {n}")["uid"] for n in range(30)]
    asked = []
    original = gate_log.ids
    monkeypatch.setattr(gate_log, "ids", lambda wanted, most=-1: asked.append(most) or original(wanted, most))
    page.refresh()
    assert page.model.row(7)["uid"] == kept[22]
    assert (asked, page.model.rowCount()) == ([10], 30)
    assert page.foot.line.text().split()[0] == "30"
    assert page.model.place_of(kept[0]) == 29
    assert [page.model.row(n)["uid"] for n in range(30)] == kept[::-1]
    page.refresh()
    assert [page.model.row(n)["uid"] for n in range(30)] == kept[::-1]
    assert asked == [10, 30, 10, 30]


def test_arriving_at_the_list_opens_no_record(page, gate_log):
    keep(gate_log)
    keep(gate_log)
    page.refresh()
    page.arrive()
    page.table.setFocus()
    assert not page.form.is_open
    press(Qt.Key.Key_Down)
    assert page.form.is_open


def test_a_click_opens_the_record_also_where_it_is_marked(page, gate_log):
    uid = keep(gate_log)["uid"]
    page.refresh()
    page.table.setFocus()
    place = page.table.visualRect(page.model.index(0, 1)).center()
    QTest.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert page.form.record["uid"] == uid


def test_the_model_keeps_the_rules_of_qt(page, gate_log, qtmodeltester):
    keep(gate_log)
    page.refresh()
    assert isinstance(page.model, QAbstractItemModel)
    qtmodeltester.check(page.model)


def test_another_prisons_record_may_only_be_read(show_page, make_vault, gate_log):
    from desktop.store.records import Incoming

    keep(gate_log)
    headquarters = make_vault("HQ")
    record, lines = gate_log.read(gate_log.rows(gate_log.ids())[0]["uid"])
    note = {"check_number": "A", "prison": "IK-01", "station": "a", "month": "2013-03", "revision": 1, "sequence": 1,
            "previous": None, "file": "x.xlsx", "counts": {}}  # fmt: skip
    headquarters.zone("security").keep_received(note, {"gate_log": [Incoming(record, lines)]})
    page = show_page(headquarters.records("gate_log"))
    page.open(record["uid"])
    assert row_of(page, "driver").editor.isReadOnly()
    assert page.form.save_button.isHidden()
    assert page.form.void_button.isHidden()
    assert texts(page)[0][0] == record["number"]


@pytest.mark.parametrize("language", ["ru", "ky", "en"])
def test_every_editor_has_a_name_in_the_readers_language(show_page, gate_log, language):
    page = show_page(gate_log, language)
    page.begin()
    for form in page.form._forms:
        for row in form.rows.values():
            assert row.editor.accessibleName() == row.field.label[language]


def test_f6_goes_between_list_and_form(page, gate_log):
    uid = keep(gate_log)["uid"]
    page.refresh()
    page.open(uid)
    page.table.setFocus()
    press(Qt.Key.Key_F6)
    assert page.form.isAncestorOf(QApplication.focusWidget())
    press(Qt.Key.Key_F6)
    assert QApplication.focusWidget() is page.table
