import datetime as dt

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from desktop.gui.date_editor import CalendarPopup
from desktop.gui.editors import EDITORS
from desktop.gui.field_form import FieldRow
from desktop.gui.line_editor import Context
from desktop.gui.words import Words
from desktop.registers.kinds import KINDS
from desktop.registers.labels import Label
from desktop.registers.problems import NotReadable
from desktop.registers.register import Field
from desktop.store.habits import Habits
from tests.gui.conftest import press, type_text


@pytest.fixture
def make_row(qtbot, vault):
    """Make the row of a field, with another editor to go on to."""

    def make(kind, language="ru", habits=None, **words):
        field = Field("x", kind, Label.same("Поле"), **words)
        row = FieldRow(field, Context(Words(language), vault.zone("security"), lambda: "2013-03-28", habits))
        window = QWidget()
        layout = QVBoxLayout(window)
        layout.addWidget(row)
        layout.addWidget(QLineEdit())
        qtbot.addWidget(window)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        row.window_kept = window
        row.editor.setFocus()
        return row

    return make


def leave(row):
    press(Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is not row.editor


def test_every_kind_has_an_editor():
    assert set(EDITORS) == set(KINDS)


@pytest.mark.parametrize(
    ("kind", "words", "typed", "value", "shown"),
    [
        ("date", {}, "280313", "2013-03-28", "28.03.2013"),
        ("date", {}, "28.3.13", "2013-03-28", "28.03.2013"),
        ("date", {"precision": "year"}, "2013", "2013", "2013"),
        ("decimal", {"unit": "G"}, "12,5", 12_500_000, "12,5"),
        ("decimal", {"unit": "G"}, "12.5", 12_500_000, "12,5"),
        ("decimal", {"unit": "G"}, "12ю5", 12_500_000, "12,5"),
        ("integer", {}, "1 234", 1234, "1234"),
        ("time", {}, "1430", "14:30", "14:30"),
        ("yes_no", {}, "д", 1, "Да"),
        ("choice", {"codes": "substances"}, "CAN-RES", "CAN-RES", "CAN-RES — Гашиш"),
        ("choice", {"codes": "substances"}, "гашиш", "CAN-RES", "CAN-RES — Гашиш"),
        ("choice", {"codes": "substances"}, "ufibi", "CAN-RES", "CAN-RES — Гашиш"),
        ("choices", {"codes": "detections"}, "DOG CEL", "CEL DOG", None),
        ("text", {}, "  Өмүрбек   ңү ", "Өмүрбек ңү", "Өмүрбек ңү"),
    ],
)  # fmt: skip
def test_what_is_typed_is_what_is_kept(make_row, kind, words, typed, value, shown):
    row = make_row(kind, **words)
    type_text(typed)
    leave(row)
    assert row.read() == value
    if shown:
        assert row.typed == shown
    assert row.message.whole == ""


def test_today_is_one_letter(make_row, vault):
    row = make_row("date")
    type_text("с")
    leave(row)
    assert row.read() == vault.zone("security").today.isoformat()


@pytest.mark.parametrize(("kind", "words", "typed"), [
    ("date", {}, "310213"), ("decimal", {}, "12,5О"), ("integer", {}, "семь"), ("time", {}, "25:00"),
    ("choice", {"codes": "substances"}, "zzz9"),
])  # fmt: skip
def test_what_cannot_be_read_stays_and_is_said(make_row, kind, words, typed):
    row = make_row(kind, **words)
    type_text(typed)
    leave(row)
    assert row.typed == typed
    assert row.message.whole.startswith("✖")
    assert row.editor.accessibleDescription() == row.message.whole
    with pytest.raises(NotReadable):
        row.read()


def test_a_message_goes_as_soon_as_the_text_is_mended(make_row):
    row = make_row("decimal")
    type_text("12,5О")
    leave(row)
    row.editor.setFocus()
    press(Qt.Key.Key_End)
    press(Qt.Key.Key_Backspace)
    assert row.message.whole == ""
    assert row.read() == 12_500_000


def test_enter_in_the_list_takes_the_marked_choice(make_row):
    row = make_row("choice", codes="substances")
    type_text("геро")
    assert row.editor._popup.isVisible()
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Return)
    assert not row.editor._popup.isVisible()
    assert row.read() == "OPI-HER"


def test_enter_takes_the_first_choice_where_none_is_marked(make_row):
    row = make_row("choice", codes="substances")
    type_text("гаши")
    press(Qt.Key.Key_Return)
    assert row.read() == "CAN-RES"


def test_a_second_choice_is_added_behind_a_semicolon(make_row):
    row = make_row("choices", codes="detections")
    type_text("соб")
    press(Qt.Key.Key_Return)
    type_text("; CEL")
    leave(row)
    assert row.read() == "CEL DOG"


def test_f4_shows_the_whole_list(make_row):
    row = make_row("choice", codes="sexes")
    press(Qt.Key.Key_F4)
    assert row.editor._popup.isVisible()
    assert row.editor._popup.model().rowCount() == len(row.context.zone.definitions.codes["sexes"].codes)


def test_the_calendar_gives_a_day(make_row):
    row = make_row("date")
    type_text("280313")
    press(Qt.Key.Key_F4)
    popup = row.editor.popup
    assert popup.calendar.selectedDate().toPython() == dt.date(2013, 3, 28)
    popup.calendar.activated.emit(popup.calendar.selectedDate().addDays(1))
    QApplication.processEvents()
    assert row.read() == "2013-03-29"


def test_a_digit_chooses_from_the_open_list_and_goes_on(make_row):
    row = make_row("choice", codes="sexes")
    press(Qt.Key.Key_F4)
    offered = row.editor._model.stringList()
    press(Qt.Key.Key_2)
    assert row.typed == offered[1]
    assert not row.editor._popup.isVisible()


def test_a_digit_behind_typed_letters_is_part_of_the_text(make_row):
    row = make_row("choice", codes="substances")
    type_text("геро")
    press(Qt.Key.Key_1)
    assert row.typed == "геро1"


def test_a_digit_without_a_row_of_its_own_chooses_nothing(make_row):
    row = make_row("yes_no")
    press(Qt.Key.Key_F4)
    press(Qt.Key.Key_9)
    assert row.typed in ("", "9")


def test_alt_and_down_opens_the_list(make_row):
    row = make_row("choice", codes="sexes")
    press(Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert row.editor._popup.isVisible()


def test_what_was_chosen_lately_stands_first_in_the_open_list(make_row, gate_log):
    habits = Habits(gate_log)
    codes = gate_log.zone.definitions.codes["substances"]
    late, later = list(codes.codes)[7], list(codes.codes)[4]
    for code in (late, later):
        habits.remember({"x": code}, {})
    habits._recent = {"x": [later, late]}
    row = make_row("choice", codes="substances", habits=habits)
    press(Qt.Key.Key_F4)
    offered = row.editor._model.stringList()
    assert offered[:2] == [codes.show(later, "ru"), codes.show(late, "ru")]
    assert len(offered) == len(set(offered))
    press(Qt.Key.Key_2)
    assert row.read() == late


@pytest.mark.parametrize("modifier", [Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier])
def test_the_calendar_gives_the_keyboard_back(make_row, modifier):
    row = make_row("date")
    type_text("280313")
    press(Qt.Key.Key_F4 if modifier == Qt.KeyboardModifier.NoModifier else Qt.Key.Key_Down, modifier)
    assert isinstance(QApplication.activePopupWidget(), CalendarPopup)
    days = row.editor.popup.focusWidget()
    QTest.keyClick(days, Qt.Key.Key_Right)
    QTest.keyClick(days, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert QApplication.activePopupWidget() is None
    assert QApplication.focusWidget() is row.editor
    assert row.read() == "2013-03-29"


def test_esc_closes_the_calendar_and_leaves_the_day(make_row):
    row = make_row("date")
    type_text("280313")
    press(Qt.Key.Key_F4)
    QTest.keyClick(row.editor.popup.focusWidget(), Qt.Key.Key_Escape)
    QApplication.processEvents()
    assert QApplication.activePopupWidget() is None
    assert QApplication.focusWidget() is row.editor
    assert row.read() == "2013-03-28"


def test_codes_that_are_not_valid_on_the_day_are_not_offered(make_row, vault):
    name, codes = next(
        (name, found.codes) for name, found in vault.definitions.codes.items()
        if any(not code.is_valid("2013-03-28") for code in found.codes.values())
    )  # fmt: skip
    row = make_row("choice", codes=name)
    press(Qt.Key.Key_F4)
    offered = {text.partition(" ")[0] for text in row.editor._model.stringList()}
    assert offered == {code for code, one in codes.items() if one.is_valid("2013-03-28")}
    assert len(offered) < len(codes)


def test_text_is_shown_in_the_language_of_the_reader(make_row):
    row = make_row("choice", "ky", codes="substances")
    row.put("CAN-RES")
    assert row.typed == row.context.zone.definitions.codes["substances"].show("CAN-RES", "ky")


def test_none_of_qts_own_number_and_date_boxes_is_used():
    """They store other values than were typed: see interface.md."""
    from pathlib import Path

    import desktop.gui as gui

    source = "\n".join(path.read_text("utf-8") for path in Path(gui.__path__[0]).glob("*.py"))
    imports = [line for line in source.splitlines() if "import" in line]
    for name in ("QDateEdit", "QTimeEdit", "QDateTimeEdit", "QDoubleSpinBox", "QSpinBox", "QDataWidgetMapper"):
        assert not any(name in line for line in imports), name
