import shutil
import subprocess

import openpyxl
import pytest

from desktop.exchange.handoff import write_handoff
from desktop.exchange.merge import merge, preview
from desktop.exchange.template import write_template
from desktop.registers.problems import AppError
from tests.sample import load_line, passage

MONTH = "2013-03"
GATE = "Журнал КПП"
LOADS = "Журнал КПП - Груз"


@pytest.fixture
def prison(vault):
    return vault


@pytest.fixture
def headquarters(make_vault):
    return make_vault("HQ")


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "флешка"
    folder.mkdir()
    return folder


def enter(vault, *, loads=None, **changes):
    saved = vault.records("gate_log").save(passage(**changes), {"loads": loads or [load_line()]}, ready=True)
    assert saved.kept, saved.judgement.problems
    return saved


def change(vault, saved, **changes):
    record, lines = vault.records("gate_log").read(saved.record["uid"])
    return vault.records("gate_log").save(record | changes, lines, ready=True, why="опечатка")


def hand_off(vault, stick, month=MONTH):
    return write_handoff(vault, "security", month, stick)


def rows_of(plan):
    return {(row.sheet, row.row): row for row in plan.rows}


def take(headquarters, *paths):
    plans = preview(headquarters, list(paths))
    return plans, merge(headquarters, plans)


def edit(path, sheet, cell, value):
    book = openpyxl.load_workbook(path)
    book[sheet][cell] = value
    book.save(path)


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
    plans, done = take(headquarters, made.path)
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
    book = openpyxl.load_workbook(made.path)
    names = [cell.value for cell in book[GATE][1]]
    column = names.index("direction") + 1
    book[GATE].cell(4, column).value = "налево"
    book[LOADS].cell(3, [c.value for c in book[LOADS][1]].index("weight") + 1).value = "12,5О"
    book[LOADS].cell(9, 2).value = "IK-01-G-2013-0077"
    book.save(made.path)
    plans, done = take(headquarters, made.path)
    said = {(row.sheet, row.row): (row.verdict, [(p.cell, p.value) for p in row.problems]) for row in plans[0].rows}
    letter = openpyxl.utils.get_column_letter(column)
    assert said[GATE, 4] == ("invalid", [(f"{letter}4", "налево")])
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
    names = [cell.value for cell in openpyxl.load_workbook(made.path)[GATE][1]]
    edit(made.path, GATE, f"{openpyxl.utils.get_column_letter(names.index('comment') + 1)}3", "дописано")
    plans = preview(headquarters, [made.path])
    assert plans[0].edited == ("gate_log",)
    assert plans[0].check_number != made.check_number


def test_the_same_revision_with_another_content_is_a_conflict_and_changes_nothing(prison, headquarters, stick):
    saved = enter(prison)
    made = hand_off(prison, stick)
    take(headquarters, made.path)
    names = [cell.value for cell in openpyxl.load_workbook(made.path)[GATE][1]]
    edit(made.path, GATE, f"{openpyxl.utils.get_column_letter(names.index('comment') + 1)}3", "дописано")
    plans, done = take(headquarters, made.path)
    assert plans[0].counts == {"conflict": 2}
    assert (done[0].accepted, done[0].rejected) == (0, 2)
    assert headquarters.records("gate_log").read(saved.record["uid"])[0]["comment"] is None


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
@pytest.mark.parametrize("through", ["xlsx", "xls"])
def test_a_file_saved_again_by_libreoffice_merges_the_same(through, prison, headquarters, stick, tmp_path):
    for n in range(5):
        enter(prison, comment=f"строка {n}\nещё", loads=[load_line(weight=1_000 * (n + 1)), load_line(cargo="007")], passed_at="09:05")
    made = hand_off(prison, stick)
    path = made.path
    for form in dict.fromkeys((through, "xlsx")):
        out = tmp_path / f"again_{form}"
        command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to", form, "--outdir", out, path]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        path = out / made.path.with_suffix(f".{form}").name
    plans, done = take(headquarters, path)
    assert (plans[0].refused, plans[0].edited, plans[0].check_number) == (None, (), made.check_number)
    assert (done[0].accepted, done[0].rejected) == (15, 0)
    take(headquarters, made.path)
    assert headquarters.records("gate_log").count() == 5


def test_a_template_filled_in_by_hand_merges_and_twice_changes_nothing(definitions, headquarters, stick):
    path = write_template(definitions, "security", stick / "шаблон.xlsx", prison="IK-03", month=MONTH)
    book = openpyxl.load_workbook(path)
    for sheet, cells in (
        (GATE, {"number": "1", "passed_on": "28.3.13", "direction": "въезд", "searched": "да", "finds": "гашиш; Телефон"}),
        (LOADS, {"record": "1", "cargo": "мука", "weight": "12,5", "pieces": 3}),
    ):
        names = [cell.value for cell in book[sheet][1]]
        for name, value in cells.items():
            book[sheet].cell(3, names.index(name) + 1).value = value
    book.save(path)
    plans, done = take(headquarters, path)
    assert (done[0].accepted, done[0].rejected) == (2, 0), plans[0].rows
    record, lines = headquarters.records("gate_log").read(headquarters.records("gate_log").all()[0].record["uid"])
    assert (record["prison"], record["direction"], record["finds"], record["state"]) == ("IK-03", "IN", "DRG PHO", "SUBMITTED")
    assert lines["loads"][0]["weight"] == 12_500_000
    take(headquarters, path)
    assert headquarters.records("gate_log").count() == 1


def test_a_column_of_a_newer_program_is_kept(prison, headquarters, stick):
    saved = enter(prison)
    made = hand_off(prison, stick)
    book = openpyxl.load_workbook(made.path)
    last = book[GATE].max_column + 1
    for row, value in ((1, "colour"), (2, "Цвет"), (3, "синий")):
        book[GATE].cell(row, last).value = value
    book.save(made.path)
    take(headquarters, made.path)
    assert "синий" in headquarters.records("gate_log").read(saved.record["uid"])[0]["extra"]


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


@pytest.mark.parametrize(("zone", "month", "said"), [("intelligence", MONTH, "never leaves"), ("security", "2013-13", "not a month")])
def test_a_hand_off_that_must_not_be_is_refused(zone, month, said, prison, stick):
    with pytest.raises(AppError, match=said):
        write_handoff(prison, zone, month, stick)
    assert list(stick.iterdir()) == []


def test_a_prison_cannot_merge(prison):
    with pytest.raises(AppError, match="merged at headquarters"):
        preview(prison, [])
