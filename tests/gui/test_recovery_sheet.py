"""A recovery sheet: on paper, in a file only where that was chosen, and typed back letter by letter."""

import shutil
import subprocess
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPdfWriter
from PySide6.QtWidgets import QApplication, QWidget

from desktop.gui import prompts, sheet_panel
from desktop.gui.code_editor import CodeEditor
from desktop.gui.recovery_sheet import Sheet, paint, save_pdf, sheet_of
from desktop.gui.sheet_panel import SheetPanel, hand_over_sheet
from desktop.gui.words import Words
from desktop.registers.labels import LANGUAGES
from desktop.registers.messages import message
from desktop.registers.problems import AppError
from desktop.store.keyring import Newcomer
from desktop.store.people import who_can_open
from desktop.store.recovery import GROUP, GROUPS, write_code
from desktop.store.vault import make_station
from tests.gui.asking import click, fill_code, pressing, said
from tests.gui.conftest import press, type_text

CODE = write_code(bytes(range(7, 39)))


@pytest.fixture
def sheet(tmp_path, definitions):
    """Make a station, and give the sheet of its health zone."""
    folder, holders = tmp_path / "station", dict.fromkeys(definitions.zones, "Ким")
    roles = ("administrator", "security_officer", "prison_medic", "training_officer")
    people = [Newcomer("Ким", roles, "кот окно снег")]
    codes = make_station(folder, definitions, prison="IK-08", people=people, holders=holders, letter="B", profile="cheapest")
    return sheet_of(folder, definitions, "health", codes["health"])


@pytest.fixture
def panel(qtbot, sheet, tmp_path, no_questions):
    """Show the sheet as the first start does."""
    made = SheetPanel(tmp_path / "station", sheet, Words("ru"))
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


@pytest.fixture
def code_editor(qtbot):
    made = CodeEditor(Words("ru"))
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.setFocus()
    return made


def groups(editor):
    return [group.text() for group in editor.groups]


def wrong(editor):
    return [place for place, group in enumerate(editor.groups) if group.property("state") == "error"]


# The code


def test_a_code_is_typed_in_one_go_and_each_group_takes_its_own(code_editor):
    type_text(CODE.replace("-", "").lower())
    assert "-".join(groups(code_editor)) == CODE == code_editor.typed
    assert wrong(code_editor) == []


def test_a_code_may_be_typed_with_spaces_or_hyphens_and_taken_back(code_editor):
    for letter in CODE.replace("-", " ", 3):
        type_text(letter)
    assert code_editor.typed == CODE
    for _ in range(2 * GROUP + 1):
        press(Qt.Key.Key_Backspace)
    assert groups(code_editor)[-3:] == [*CODE.split("-")[-3:-2], "", ""]


def test_a_whole_code_may_be_pasted_and_so_may_a_part_of_it(code_editor):
    QApplication.clipboard().setText(CODE)
    press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert code_editor.typed == CODE
    code_editor.groups[11].setFocus()
    QApplication.clipboard().setText("zzzzz-yyyyy-xxxxx")
    press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert code_editor.typed == "-".join([*CODE.split("-")[:-2], "ZZZZZ", "YYYYY"])
    QApplication.clipboard().clear()


def test_a_mistyped_group_is_marked_as_soon_as_it_is_full_and_named(code_editor):
    third = CODE.split("-")[2]
    type_text(CODE.replace("-", "")[: 2 * GROUP])
    type_text(third[:-1])
    assert wrong(code_editor) == []
    type_text("Z" if third[-1] != "Z" else "Y")
    assert wrong(code_editor) == [2]
    assert "✖ 3" in said(code_editor)
    code_editor.groups[2].setFocus()
    code_editor.groups[2].selectAll()
    type_text(third)
    assert wrong(code_editor) == []


def test_a_letter_too_many_changes_nothing(code_editor):
    type_text(CODE.replace("-", ""))
    for group in code_editor.groups[:2]:
        group.setFocus()
        group.setCursorPosition(2)
        type_text("X")
    assert code_editor.typed == CODE


def test_a_group_that_was_left_out_keeps_its_place(code_editor):
    for place, group in enumerate(CODE.split("-")):
        if place != 4:
            type_text(group, code_editor.groups[place])
    code_editor.mark_mistyped()
    assert wrong(code_editor) == [4]
    assert code_editor.groups[4].hasFocus()


def test_a_code_typed_on_the_russian_layout_is_not_called_wrong(code_editor):
    keys = str.maketrans("ABCDEFGHJKMNPQRSTVWXYZ", "ФИСВУАПРОЛЬТЗЙКЫЕМЦЧНЯ")
    type_text(CODE.replace("-", "").translate(keys))
    assert wrong(code_editor) == []


def test_every_group_has_a_name_for_a_screen_reader(code_editor):
    names = [group.accessibleName() for group in code_editor.groups]
    assert names == [f"Группа {place} из {GROUPS}" for place in range(1, GROUPS + 1)]


# On paper


def text_of(path):
    """Read what stands in a PDF file."""
    return subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout


needs_poppler = pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs poppler-utils")


@needs_poppler
def test_the_sheet_says_what_it_opens_in_every_language_on_one_page(sheet, tmp_path, qapp):
    save_pdf(sheet, tmp_path / "sheet.pdf")
    text = text_of(tmp_path / "sheet.pdf")
    for group in sheet.code.split("-"):
        assert group in text
    for language in LANGUAGES:
        assert sheet.label[language] in text
        assert message("recovery_sheet.title")[language] in text
    assert "ИК-8 Петровка B" in text
    assert text.count("\f") == 1


@needs_poppler
def test_the_longest_codes_do_not_run_into_each_other(sheet, tmp_path, qapp):
    wide = Sheet(sheet.station, sheet.zone, sheet.label, 1, "-".join(["WWWWW"] * GROUPS))
    save_pdf(wide, tmp_path / "sheet.pdf")
    assert text_of(tmp_path / "sheet.pdf").split().count("WWWWW") == GROUPS


def test_a_sheet_that_cannot_be_saved_is_told(sheet, tmp_path, qapp):
    with pytest.raises(AppError, match=r"sheet\.pdf could not be written"):
        save_pdf(sheet, tmp_path / "gone" / "sheet.pdf")


@pytest.mark.qt_log_ignore("QPainter::begin", extend=True)
def test_a_printer_that_takes_nothing_is_told(sheet, tmp_path, qapp):
    with pytest.raises(AppError, match="did not take"):
        paint(sheet, QPdfWriter(str(tmp_path / "gone" / "sheet.pdf")))


def test_the_name_of_the_file_tells_of_nobody(sheet):
    assert sheet.file_name == "depter-health-1.pdf"
    assert sheet.code not in repr(sheet)


# In the window


def test_the_code_gets_into_a_file_only_where_that_was_chosen_twice(panel, tmp_path, monkeypatch, asked):
    target = tmp_path / "stick.pdf"
    monkeypatch.setattr(prompts, "choose_target", lambda *_: str(target))
    asked.answer(pressing("Закрыть"))
    panel.save.click()
    assert "откроет «Здоровье» без пароля" in asked.texts[0]
    assert not target.exists()
    asked.answer(pressing("Сохранить на флешку"))
    panel.save.click()
    assert target.stat().st_size > 1000
    assert "удалите" in panel.status.text()
    others = [path for path in tmp_path.rglob("*") if path.is_file() and path != target]
    assert others
    assert not any(panel.sheet.code.encode() in path.read_bytes() for path in others)


def test_the_code_is_printed_and_then_typed_back(panel, tmp_path, monkeypatch, qtbot):
    printed = QPdfWriter(str(tmp_path / "paper.pdf"))
    monkeypatch.setattr(sheet_panel, "choose_printer", lambda *_: printed)
    panel.print.click()
    assert "✔ Отправлено на принтер" in panel.status.text()
    assert panel.code.groups[0].hasFocus()
    fill_code(panel.code, panel.sheet.code)
    with qtbot.waitSignal(panel.entered):
        press(Qt.Key.Key_Return)
    assert panel.prove()
    assert who_can_open(panel.folder, "health").sheets == (1,)
    assert not any(groups(panel.code))


def test_where_there_is_no_printer_the_other_ways_are_named(panel):
    panel.print.click()
    assert "нет принтера" in panel.status.text()
    assert panel.save.isEnabled()


def test_without_a_printer_the_code_is_copied_from_the_screen(panel, asked):
    seen = []
    asked.answer(lambda dialog: (seen.append(said(dialog)), click(dialog, "Переписано")))
    panel.copy.click()
    assert all(group in seen[0] for group in panel.sheet.code.split("-"))
    assert "лист № 1" in seen[0]
    assert panel.sheet.code.split("-")[0] not in said(panel)


def test_a_wrong_code_proves_nothing(panel):
    assert not panel.prove()
    assert "Наберите код" in panel.message.text()
    fill_code(panel.code, CODE)
    assert not panel.prove()
    assert "открывает: он от другого" in panel.message.text()
    panel.code.groups[-1].setText("")
    assert not panel.prove()
    assert "группа 13" in panel.message.text()
    assert who_can_open(panel.folder, "health").sheets_unproven == (1,)


def test_a_new_sheet_is_handed_over_and_may_be_put_off(sheet, tmp_path, qtbot, asked):
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    asked.answer(pressing("Позже"))
    assert not hand_over_sheet(parent, tmp_path / "station", sheet, Words("ru"))

    def prove(dialog):
        fill_code(dialog.findChild(CodeEditor), sheet.code)
        press(Qt.Key.Key_Return)

    asked.answer(prove)
    assert hand_over_sheet(parent, tmp_path / "station", sheet, Words("ru"))
    assert not list(Path(tmp_path).glob("*.pdf"))
