"""The first start: a station is made by typing alone, with the people, keys and recovery sheets that were asked for."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit

from desktop.gui.first_start import FirstStart
from desktop.gui.words import Words
from desktop.registers.labels import LANGUAGES
from desktop.store import people
from desktop.store.keyring import read_station
from desktop.store.vault import open_vault
from tests.gui.asking import fill, fill_code, fill_twice, press_at_last, said
from tests.gui.conftest import press, type_text

ENTER, ESCAPE = Qt.Key.Key_Return, Qt.Key.Key_Escape
ADMIN, OFFICER, MEDIC = "Асанов А.", "Бекова Г.", "Врачова Д."
PASSWORDS = {ADMIN: "кот окно снег", OFFICER: "рыжий конь бежит", MEDIC: "белый мост зимой"}


@pytest.fixture
def begin(qtbot, definitions, tmp_path, no_questions):
    """Show the first start, focused as a person finds it."""

    def begin_(language="ru", name="station"):
        first = FirstStart(tmp_path / name, definitions, Words(language), profile="cheapest")
        qtbot.addWidget(first)
        first.resize(1160, 700)
        with qtbot.waitActive(first):
            first.show()
            first.activateWindow()
        return first

    return begin_


@pytest.fixture
def made(qtbot):
    """Press the last Next, and wait for the station."""

    def make(first):
        first.go_on()
        qtbot.waitUntil(lambda: bool(first.sheets))

    return make


def type_person(step, name):
    """Type a name and twice a password with the keyboard alone."""
    assert step.typed.hasFocus()
    type_text(name)
    press(ENTER)
    type_text(PASSWORDS[name])
    press(ENTER)
    type_text(PASSWORDS[name])
    press(ENTER)


def to_people(first, *, alone=False, prison="IK-08"):
    """Go past language and place to the administrator."""
    first.go_on()
    first.place.prison.put(prison)
    first.go_on()
    (first.sharing.one_all if alone else first.sharing.each_own).setChecked(True)
    first.go_on()


def holders(folder):
    return {person.name: set(person.zones) for person in people.everyone(folder)}


def test_the_keyboard_alone_makes_a_station_and_proves_its_sheets(begin, qtbot):
    first = begin()
    press(ENTER)
    type_text("петровка")
    press(ENTER)
    assert first.step is first.sharing
    press(ENTER)
    type_person(first.administrator, ADMIN)
    type_person(first.step, OFFICER)
    type_person(first.step, MEDIC)
    press(Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    press(Qt.Key.Key_Down)
    press_at_last(ENTER)
    qtbot.waitUntil(lambda: bool(first.sheets))
    for sheet in list(first.sheets):
        assert first.step is sheet
        assert sheet.panel.print.hasFocus()
        for _ in range(3):
            press(Qt.Key.Key_Tab)
        type_text(sheet.panel.sheet.code.replace("-", ""))
        press(ENTER)
    assert first.step is first.finish
    with qtbot.waitSignal(first.made):
        press(ENTER)
    station = read_station(first.folder)
    assert (station.prison, station.letter, station.language) == ("IK-08", "", "ru")
    assert holders(first.folder) == {ADMIN: {"training"}, OFFICER: {"security", "intelligence"}, MEDIC: {"health"}}
    for zone in ("security", "intelligence", "health", "training"):
        access = people.who_can_open(first.folder, zone)
        assert (access.sheets, access.sheets_unproven) == ((1,), ())


def test_each_opens_their_own_part_with_the_password_they_typed(begin, made, definitions):
    first = begin()
    to_people(first)
    for name in (ADMIN, OFFICER, MEDIC):
        type_person(first.step, name)
    first.step.choices[1].setChecked(True)
    made(first)
    opened = {}
    for name, password in PASSWORDS.items():
        with open_vault(first.folder, definitions, password, name) as vault:
            opened[name] = (vault.zones, vault.may("users"))
    assert opened == {
        ADMIN: (["training"], True), OFFICER: (["security", "intelligence"], False), MEDIC: (["health"], False),
    }  # fmt: skip


def test_one_person_may_do_it_all_and_what_follows_is_said(begin, made, definitions):
    first = begin()
    to_people(first, alone=True)
    first.go_back()
    assert "больше никто ничего не откроет" in said(first)
    first.go_on()
    fill(first.administrator.typed, ADMIN)
    fill_twice(first.administrator.password, PASSWORDS[ADMIN])
    made(first)
    with open_vault(first.folder, definitions, PASSWORDS[ADMIN], ADMIN) as vault:
        assert vault.zones == definitions.zones
        assert vault.may("users")
        assert all(vault.may("write", zone) for zone in vault.zones)


def test_headquarters_asks_for_its_own_posts(begin, made):
    first = begin("en")
    first.go_on()
    first.place.at_headquarters.setChecked(True)
    first.go_on()
    first.go_on()
    names = [step.name for step in first.path]
    assert "Headquarters analyst" in names
    assert "Prison medic" not in names
    fill(first.administrator.typed, ADMIN)
    fill_twice(first.administrator.password, PASSWORDS[ADMIN])
    for _ in first.duties:
        first.go_on()
        first.step.choices[1].setChecked(True)
    made(first)
    assert read_station(first.folder).is_headquarters


def test_another_kind_of_station_has_other_posts(begin):
    first = begin("en")
    to_people(first)
    first.go_back()
    first.go_back()
    first.place.at_headquarters.setChecked(True)
    first.go_on()
    assert "Prison medic" not in [step.name for step in first.path]


def test_a_prison_is_named_however_it_is_typed_and_a_letter_is_taken_in_cyrillic(begin, made):
    first = begin()
    first.go_on()
    first.go_on()
    assert "Выберите учреждение" in first.message.text()
    fill(first.place.prison, "нет такого")
    first.go_on()
    assert first.step is first.place
    first.place.prison.put("ИК-8 Петровка")
    first.place.several.setChecked(True)
    for wrong in ("", "Ж", "AB", "1"):
        first.place.letter.setText(wrong)
        first.go_on()
        assert "латинскую букву" in first.message.text(), wrong
    fill(first.place.letter, "в")
    first.go_on()
    first.sharing.one_all.setChecked(True)
    first.go_on()
    fill(first.administrator.typed, ADMIN)
    fill_twice(first.administrator.password, PASSWORDS[ADMIN])
    made(first)
    assert (read_station(first.folder).prison, read_station(first.folder).letter) == ("IK-08", "B")


@pytest.mark.parametrize(
    ("name", "typed", "again", "why"),
    [
        ("", "кот окно снег", "кот окно снег", "Укажите имя"),
        (ADMIN, "", "", "Задайте пароль"),
        (ADMIN, "кот", "кот", "Коротко"),
        (ADMIN, "асанов асанов", "асанов асанов", "Легко угадать"),
        (ADMIN, "кот окно снег", "кот окно снес", "не совпадают"),
    ],
)
def test_nobody_goes_on_without_a_name_and_a_password_worth_the_name(begin, name, typed, again, why):
    first = begin()
    to_people(first)
    fill(first.administrator.typed, name)
    fill(first.administrator.password.first, typed)
    fill(first.administrator.password.second, again)
    first.go_on()
    assert first.step is first.administrator
    assert why in first.message.text()


def test_the_same_name_is_not_given_to_two(begin):
    first = begin()
    to_people(first)
    type_person(first.administrator, ADMIN)
    fill(first.step.typed, "асанов а.")
    fill_twice(first.step.password, PASSWORDS[OFFICER])
    first.go_on()
    assert "выберите его выше" in first.message.text()
    first.step.choices[1].setChecked(True)
    first.go_on()
    assert first.step is list(first.duties.values())[1]


def test_going_back_keeps_what_was_typed(begin):
    first = begin()
    to_people(first)
    type_person(first.administrator, ADMIN)
    press(ESCAPE)
    assert first.step is first.administrator
    assert first.administrator.typed.text() == ADMIN
    press(ESCAPE)
    press(ESCAPE)
    assert first.place.code == "IK-08"
    press(ESCAPE)
    press(ESCAPE)
    assert first.step is first.language


def test_a_choice_of_somebody_who_was_renamed_is_asked_again(begin):
    first = begin()
    to_people(first)
    type_person(first.administrator, ADMIN)
    first.step.choices[1].setChecked(True)
    first.go_back()
    fill(first.administrator.typed, OFFICER)
    first.go_on()
    assert first.step.is_new
    first.go_on()
    assert "Укажите имя" in first.message.text()


def test_a_sheet_that_is_put_off_is_named_and_its_holder_reminded(begin, made, definitions):
    first = begin()
    to_people(first, alone=True)
    fill(first.administrator.typed, ADMIN)
    fill_twice(first.administrator.password, PASSWORDS[ADMIN])
    made(first)
    fill_code(first.step.panel.code, first.step.panel.sheet.code)
    first.go_on()
    for _ in range(3):
        first.later.click()
    assert first.step is first.finish
    text = first.finish.left.text()
    assert "Здоровье" in text
    assert "Безопасность" not in text
    with open_vault(first.folder, definitions, PASSWORDS[ADMIN], ADMIN) as vault:
        assert len(people.notices(vault)) == 3


def test_what_was_typed_is_forgotten_and_stands_in_no_file_log_or_title(begin, made, tmp_path, caplog):
    caplog.set_level(0)
    first = begin()
    to_people(first)
    for name in (ADMIN, OFFICER, MEDIC):
        type_person(first.step, name)
    first.step.choices[1].setChecked(True)
    made(first)
    editors = [editor for editor in first.findChildren(QLineEdit) if editor.echoMode() == QLineEdit.EchoMode.Password]
    assert len(editors) == 8
    assert not any(editor.text() for editor in editors)
    secrets = [*PASSWORDS.values(), *(sheet.panel.sheet.code for sheet in first.sheets)]
    for path in (path for path in tmp_path.rglob("*") if path.is_file()):
        content = path.read_bytes()
        assert not any(secret.encode(code) in content for secret in secrets for code in ("utf-8", "utf-16-le")), path.name
    assert not any(secret in caplog.text + first.windowTitle() + repr(first.sheets[0].panel.sheet) for secret in secrets)


def test_a_folder_that_holds_records_is_left_alone_and_said_so(begin, qtbot):
    first = begin()
    first.folder.mkdir()
    (first.folder / "health.depter").write_bytes(b"records")
    to_people(first, alone=True)
    fill(first.administrator.typed, ADMIN)
    fill_twice(first.administrator.password, PASSWORDS[ADMIN])
    first.go_on()
    qtbot.waitUntil(lambda: "уже есть станция" in first.message.text())
    assert (first.folder / "health.depter").read_bytes() == b"records"
    assert first.administrator.typed.text() == ADMIN


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_speaks_the_language_and_names_its_editors(begin, language):
    first = begin(language)
    to_people(first)
    for step in first.path:
        first.show_step(step)
        others = {Words(other)("first_start.title") for other in LANGUAGES if other != language}
        text = said(first)
        assert first.words("first_start.title") in text
        assert not any(other in text for other in others)
        for editor in [*step.findChildren(QLineEdit), *step.findChildren(QComboBox)]:
            assert editor.accessibleName(), f"an editor of {step.name} has no name"


def test_another_language_is_told_and_the_same_one_stays(begin, qtbot):
    first = begin("ru")
    with qtbot.waitSignal(first.language_chosen) as told:
        first.language.row.buttons["ky"].click()
    assert told.args == ["ky"]
    with qtbot.assertNotEmitted(first.language_chosen):
        first.language.row.buttons["ru"].click()


def test_a_button_in_focus_does_what_it_says_when_enter_is_pressed(begin):
    first = begin()
    first.go_on()
    first.back.setFocus()
    press(ENTER)
    assert first.step is first.language
    QApplication.processEvents()
