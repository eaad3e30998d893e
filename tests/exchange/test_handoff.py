import tempfile

import openpyxl
import pytest

from desktop.exchange.handoff import write_handoff
from desktop.exchange.merge import preview
from desktop.exchange.template import write_template
from desktop.registers.problems import AppError
from desktop.store.check import check
from tests.exchange.steps import GATE, LOADS, MONTH, change, edit, enter, hand_off, insist, letter, put, take
from tests.sample import load_line


def test_a_record_arrives_as_it_was_entered(prison, headquarters, stick):
    saved = enter(prison, loads=[load_line(), load_line(cargo="=сахар", weight=1_000)], searched=1, finds="DRG PHO",
                  comment="первая строка\n=вторая", passed_at="14:30")  # fmt: skip
    made = hand_off(prison, stick)
    assert made.path.name == "IK-01_2013-03_security_r1.xlsx"
    plans, done = take(headquarters, made.path)
    assert (plans[0].refused, plans[0].edited, plans[0].check_number) == (None, (), made.check_number)
    assert (done[0].accepted, done[0].rejected, done[0].blank) == (3, 0, 0)
    record, lines = headquarters.records("gate_log").read(saved.record["uid"])
    before, before_lines = prison.records("gate_log").read(saved.record["uid"])
    for name in ("number", "prison", "revision", "month", "passed_on", "passed_at", "finds", "comment", "total"):
        assert record[name] == before[name]
    assert record["state"] == before["state"] == "SUBMITTED"
    assert [(x["cargo"], x["weight"]) for x in lines["loads"]] == [(x["cargo"], x["weight"]) for x in before_lines["loads"]]


def test_what_identifies_a_person_never_leaves_the_prison(prison, headquarters, stick):
    saved = enter(prison, driver="Канарейкин")
    made = hand_off(prison, stick)
    book = openpyxl.load_workbook(made.path)
    texts = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert not any("Канарейкин" in text or text == "driver" for text in texts)
    take(headquarters, made.path)
    assert headquarters.records("gate_log").read(saved.record["uid"])[0]["driver"] is None


def test_merging_twice_changes_nothing(prison, headquarters, stick):
    enter(prison)
    made = hand_off(prison, stick)
    take(headquarters, made.path)
    events = headquarters.zone("security").select("select count(*) as n from history where action = 'merge'")
    plans, _ = take(headquarters, made.path)
    assert plans[0].known
    assert plans[0].counts == {"unchanged": 2}
    assert headquarters.records("gate_log").count() == 1
    assert headquarters.zone("security").select("select count(*) as n from history where action = 'merge'") == events


def test_a_change_and_a_void_follow_in_the_next_hand_off(prison, headquarters, stick):
    first, second = enter(prison), enter(prison)
    made = hand_off(prison, stick)
    prison.zone("security").acknowledge(made.check_number)
    take(headquarters, made.path)
    change(prison, first, direction="OUT")
    prison.records("gate_log").void(second.record["uid"], "DUP", "дважды")
    again = hand_off(prison, stick)
    assert (again.revision, again.sequence, again.counts["gate_log"]) == (2, 2, 2)
    plans, _ = take(headquarters, again.path)
    assert plans[0].counts == {"changed": 2, "void": 2}
    assert headquarters.records("gate_log").read(first.record["uid"])[0]["direction"] == "OUT"
    assert headquarters.records("gate_log").read(second.record["uid"])[0]["state"] == "VOID"


def test_a_lost_stick_costs_nothing(prison, headquarters, stick):
    enter(prison)
    hand_off(prison, stick).path.unlink()
    enter(prison, passed_on="2013-04-02")
    made = hand_off(prison, stick, "2013-04")
    take(headquarters, made.path)
    assert headquarters.records("gate_log").count() == 2


def test_files_are_merged_in_their_sequence_however_they_are_given(prison, headquarters, stick):
    saved = enter(prison)
    first = hand_off(prison, stick)
    change(prison, saved, direction="OUT")
    second = hand_off(prison, stick)
    plans, _ = take(headquarters, second.path, first.path)
    assert [plan.counts for plan in plans] == [{"new": 2}, {"changed": 2}]
    assert headquarters.records("gate_log").read(saved.record["uid"])[0]["direction"] == "OUT"


def test_an_older_file_that_comes_late_changes_nothing(prison, headquarters, stick):
    saved = enter(prison)
    first = hand_off(prison, stick)
    change(prison, saved, direction="OUT")
    second = hand_off(prison, stick)
    take(headquarters, second.path)
    plans, _ = take(headquarters, first.path)
    assert plans[0].counts == {"older": 2}
    assert headquarters.records("gate_log").read(saved.record["uid"])[0]["direction"] == "OUT"


def test_every_row_is_accepted_rejected_with_its_cell_or_blank(prison, headquarters, stick):
    for _ in range(3):
        enter(prison)
    made = hand_off(prison, stick)

    def damage(book):
        put(book[GATE], 4, direction="налево")
        put(book[LOADS], 3, weight="12,5О")
        put(book[LOADS], 9, record="IK-01-G-2013-0077")
        damage.column = letter(book[GATE], "direction")

    edit(made.path, damage)
    plans, done = insist(headquarters, made.path)
    said = {(row.sheet, row.row): (row.verdict, [(p.cell, p.value) for p in row.problems]) for row in plans[0].rows}
    assert said[GATE, 4] == ("invalid", [(f"{damage.column}4", "налево")])
    assert said[LOADS, 3][0] == "invalid"
    assert said[LOADS, 3][1][0][1] == "12,5О"
    assert said[LOADS, 9] == ("invalid", [("B9", "IK-01-G-2013-0077")])
    assert said[GATE, 5][0] == said[LOADS, 5][0] == "new"
    assert all(row.problems for row in plans[0].rows if row.verdict == "invalid")
    rows_in_file = (5 - 2) + (9 - 2)
    assert done[0].accepted + done[0].rejected + done[0].blank == rows_in_file
    assert (done[0].accepted, done[0].rejected, done[0].blank) == (2, 5, 3)
    assert headquarters.records("gate_log").count() == 1


def test_a_file_whose_values_were_edited_says_in_which_sheet(prison, headquarters, stick):
    enter(prison)
    made = hand_off(prison, stick)
    edit(made.path, lambda book: put(book[GATE], 3, comment="дописано"))
    plans = preview(headquarters, [made.path])
    assert plans[0].edited == ("gate_log",)
    assert plans[0].check_number != made.check_number


def test_sorting_the_rows_of_a_file_is_no_edit(prison, headquarters, stick):
    enter(prison, loads=[load_line(cargo="мука"), load_line(cargo="сахар")])
    made = hand_off(prison, stick)

    def swap(book):
        sheet = book[LOADS]
        for place in range(1, sheet.max_column + 1):
            a, b = sheet.cell(3, place), sheet.cell(4, place)
            a.value, b.value = b.value, a.value

    take(headquarters, made.path)
    edit(made.path, swap)
    plans = preview(headquarters, [made.path])
    assert (plans[0].edited, plans[0].check_number, plans[0].known) == ((), made.check_number, True)


def test_the_same_revision_with_another_content_is_a_conflict_and_changes_nothing(prison, headquarters, stick):
    saved = enter(prison)
    made = hand_off(prison, stick)
    take(headquarters, made.path)
    edit(made.path, lambda book: put(book[GATE], 3, comment="дописано"))
    plans, done = insist(headquarters, made.path)
    assert plans[0].counts == {"conflict": 2}
    assert (done[0].accepted, done[0].rejected) == (0, 2)
    assert headquarters.records("gate_log").read(saved.record["uid"])[0]["comment"] is None


def test_the_order_in_which_codes_were_kept_is_no_edit_and_no_conflict(prison, headquarters, stick):
    enter(prison, searched=1, finds="PHO DRG")
    made = hand_off(prison, stick)
    plans, _ = take(headquarters, made.path)
    assert (plans[0].edited, plans[0].check_number, plans[0].counts) == ((), made.check_number, {"new": 2})
    (plan,) = preview(headquarters, [made.path])
    assert plan.counts == {"unchanged": 2}


def filled_template(definitions, stick, **changes):
    path = write_template(definitions, "security", stick / "шаблон.xlsx", prison="IK-03", month=MONTH)
    record = {"number": "1", "passed_on": "28.3.13", "direction": "въезд", "searched": "да", "finds": "гашиш; Телефон"}

    def fill(book):
        put(book[GATE], 3, **(record | changes))
        put(book[LOADS], 3, record="1", cargo="мука", weight="12,5", pieces=3)

    edit(path, fill)
    return path


def test_a_template_filled_in_by_hand_merges_and_twice_changes_nothing(definitions, headquarters, stick):
    path = filled_template(definitions, stick)
    plans, done = take(headquarters, path)
    assert (done[0].accepted, done[0].rejected) == (2, 0), plans[0].rows
    record, lines = headquarters.records("gate_log").read(headquarters.records("gate_log").all()[0].record["uid"])
    assert (record["prison"], record["direction"], record["finds"], record["state"]) == ("IK-03", "IN", "DRG PHO", "SUBMITTED")
    assert lines["loads"][0]["weight"] == 12_500_000
    plans, _ = take(headquarters, path)
    assert plans[0].known
    assert headquarters.records("gate_log").count() == 1


def test_a_template_corrected_and_merged_again_corrects_its_record(definitions, headquarters, stick):
    take(headquarters, filled_template(definitions, stick))
    plans, _ = take(headquarters, filled_template(definitions, stick, direction="OUT — Выезд"))
    assert plans[0].counts == {"changed": 2}
    (kept,) = headquarters.records("gate_log").all()
    assert (kept.record["direction"], kept.record["revision"]) == ("OUT", 2)


@pytest.mark.parametrize("written", ["DRG", "Гашиш", "Өсүмдүк", "hashish", "DRG — Гашиш", "DRG — Өсүмдүк", "DRG - Hashish"])
def test_a_cell_takes_a_code_a_label_or_both_in_any_language(written, definitions, headquarters, stick):
    take(headquarters, filled_template(definitions, stick, finds=written))
    assert headquarters.records("gate_log").all()[0].record["finds"] == "DRG"


def test_two_records_of_one_number_in_a_template_are_both_left_out(definitions, headquarters, stick):
    path = filled_template(definitions, stick)
    edit(path, lambda book: put(book[GATE], 4, number="1", passed_on="29.3.13", direction="OUT"))
    plans, done = take(headquarters, path)
    assert (done[0].accepted, done[0].rejected) == (0, 3)
    assert [row.problems[0].text["en"] for row in plans[0].rows if row.sheet == GATE] == [
        f"This record stands more than once in the file: row {row} has it too" for row in (4, 3)
    ]


def test_a_copied_line_displaces_none(prison, headquarters, stick):
    enter(prison, loads=[load_line(cargo="мука"), load_line(cargo="сахар")])
    made = hand_off(prison, stick)
    edit(made.path, lambda book: put(book[LOADS], 4, uid=book[LOADS]["A3"].value))
    plans, done = insist(headquarters, made.path)
    assert (done[0].accepted, done[0].rejected) == (0, 3)
    assert "copy of it" in plans[0].rows[-1].problems[0].text["en"]


def test_a_line_is_not_taken_from_the_record_it_belongs_to(prison, headquarters, stick):
    first = enter(prison, loads=[load_line(cargo="мука")])
    made = hand_off(prison, stick)
    take(headquarters, made.path)
    prison.zone("security").acknowledge(made.check_number)
    enter(prison)
    second = hand_off(prison, stick)
    line = first.lines["loads"][0]["uid"]
    edit(second.path, lambda book: put(book[LOADS], 3, uid=line))
    _, done = insist(headquarters, second.path)
    assert (done[0].accepted, done[0].rejected) == (0, 2)
    assert len(headquarters.records("gate_log").read(first.record["uid"])[1]["loads"]) == 1


def test_a_prison_cannot_change_the_record_of_another(prison, headquarters, make_vault, stick):
    saved = enter(prison)
    take(headquarters, hand_off(prison, stick).path)
    other = make_vault("IK-03")
    enter(other)
    made = hand_off(other, stick)
    edit(made.path, lambda book: put(book[GATE], 3, uid=saved.record["uid"], revision=9))
    plans, done = insist(headquarters, made.path)
    assert (done[0].accepted, done[0].rejected) == (0, 2)
    assert "another prison: IK-01" in plans[0].rows[0].problems[0].text["en"]
    assert headquarters.records("gate_log").read(saved.record["uid"])[0]["prison"] == "IK-01"


def test_a_number_that_is_taken_is_said_and_by_hand_it_is_refused(prison, definitions, headquarters, make_vault, stick):
    saved = enter(prison)
    take(headquarters, hand_off(prison, stick).path)
    rebuilt = make_vault("IK-01", "the same prison after its disk died")
    assert enter(rebuilt).record["number"] == saved.record["number"]
    plans, done = take(headquarters, hand_off(rebuilt, stick, "2013-04").path)
    assert (done[0].accepted, "number is here already" in plans[0].rows[0].warnings[0].text["en"]) == (2, True)
    path = filled_template(definitions, stick, number=saved.record["number"])
    edit(path, lambda book: (put(book[LOADS], 3, record=saved.record["number"]), meta_says(book, prison="IK-01")))
    plans, done = take(headquarters, path)
    assert (done[0].accepted, done[0].rejected) == (0, 2)
    assert "number is here already" in plans[0].rows[0].problems[0].text["en"]


def meta_says(book, **changes):
    for row in book["_meta"].iter_rows():
        row[1].value = changes.get(row[0].value, row[1].value)


def test_a_row_above_the_headings_is_said_to_stand_there(prison, headquarters, stick):
    enter(prison)
    made = hand_off(prison, stick)

    def add_title(book):
        book[GATE].insert_rows(1)
        book[GATE]["B1"] = "Журнал за март"

    edit(made.path, add_title)
    plans, done = take(headquarters, made.path)
    assert (done[0].accepted, done[0].rejected, done[0].blank) == (2, 1, 0)
    assert [(p.cell, p.value) for p in plans[0].rows[0].problems] == [("B1", "Журнал за март")]


def test_a_sheet_that_somebody_added_is_named(prison, headquarters, stick):
    enter(prison)
    made = hand_off(prison, stick)

    def add_sheet(book):
        book.create_sheet("Заметки").append(["позвонить"])

    edit(made.path, add_sheet)
    plans, _ = take(headquarters, made.path)
    assert (plans[0].unread, plans[0].accepted) == (("Заметки",), 2)


def test_a_hand_off_leaves_nothing_in_the_temporary_folder(prison, stick, monkeypatch):
    enter(prison)
    monkeypatch.setattr(tempfile, "tempdir", str(stick / "нет такой папки"))
    assert hand_off(prison, stick).path.exists()


def test_the_workbook_is_laid_out_for_people_and_programs(prison, stick):
    enter(prison)
    book = openpyxl.load_workbook(hand_off(prison, stick).path)
    sheet = book[GATE]
    assert book.sheetnames[0] == "Обложка"
    assert (book["_meta"].sheet_state, book["_lists"].sheet_state) == ("veryHidden", "veryHidden")
    assert sheet.row_dimensions[1].hidden
    assert [c.value for c in sheet[1]][:4] == ["uid", "number", "state", "revision"]
    assert sheet["E2"].value == "Дата\u00a0*"
    assert sheet["E3"].number_format == "dd.mm.yyyy"
    assert sheet.freeze_panes == "C3"
    assert {"col_gate_log_passed_on", "lst_directions"} <= set(book.defined_names)
    assert any("lst_directions" in str(v.formula1) for v in sheet.data_validations.dataValidation)
    assert not [c for s in book for row in s.iter_rows() for c in row if c.data_type == "f"]
    said = {row[0].value: row[1].value for row in book["Обложка"].iter_rows(max_col=2) if row[0].value}
    assert said[GATE] == "1 запись; Груз: 1"
    assert said["Изъятия"] == "не было: нулевой отчёт"


def said_on_cover(made, label=GATE):
    """Give what the cover says beside *label*, by default of the gate log."""
    cover = openpyxl.load_workbook(made.path).worksheets[0]
    return next(row[1].value for row in cover.iter_rows(max_col=2) if row[0].value == label)


def test_the_mark_on_the_signed_page_tells_of_a_file_put_back_from_an_old_copy(prison, stick, reopen):
    enter(prison)
    prison.close()
    file = prison.folder / "security.depter"
    old = file.read_bytes()
    prison = reopen(prison)
    enter(prison)
    mark = said_on_cover(hand_off(prison, stick), "Отметка истории")
    assert check(prison, pages={"security": [mark]}).is_sound
    prison.close()
    file.write_bytes(old)
    prison = reopen(prison)
    enter(prison)
    enter(prison)
    assert not check(prison, pages={"security": [mark]}).is_sound


def test_a_register_that_headquarters_has_already_is_no_nil_report(prison, stick):
    enter(prison)
    assert said_on_cover(hand_off(prison, stick, "2013-02")) == "не было: нулевой отчёт"
    first = hand_off(prison, stick)
    prison.zone("security").acknowledge(first.check_number)
    again = hand_off(prison, stick, why="флешка потеряна")
    assert (again.revision, again.counts["gate_log"]) == (2, 0)
    assert said_on_cover(again) == "нового после прошлой передачи нет"


def test_late_records_of_earlier_months_do_not_hide_that_a_month_is_nil(prison, stick):
    enter(prison, passed_on="2013-02-27")
    said = said_on_cover(hand_off(prison, stick))
    assert said == "за этот месяц не было: нулевой отчёт; исправления и прошлые месяцы: 1 запись; Груз: 1"


def test_a_month_whose_only_record_was_voided_is_a_nil_report(prison, stick):
    saved = enter(prison)
    hand_off(prison, stick)
    prison.records("gate_log").void(saved.record["uid"], "DUP", "дважды")
    assert said_on_cover(hand_off(prison, stick, why="исправление")).startswith("за этот месяц не было: нулевой отчёт")


@pytest.mark.parametrize(
    ("zone", "month", "said"), [("intelligence", MONTH, "Exchange keys"), ("security", "2013-13", "not a month")]
)
def test_a_hand_off_that_must_not_be_is_refused(zone, month, said, prison, stick):
    with pytest.raises(AppError, match=said):
        write_handoff(prison, zone, month, stick)
    assert list(stick.iterdir()) == []


def test_a_prison_cannot_merge(prison):
    with pytest.raises(AppError, match="merged at headquarters"):
        preview(prison, [])
