"""People and keys: what each sees of the others, what each may do, and why not the rest."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QPushButton

from desktop.gui.code_editor import CodeEditor
from desktop.gui.password_editor import NewPassword, PasswordEditor
from desktop.gui.people_page import PeoplePage
from desktop.gui.people_prompts import RoleChoice
from desktop.gui.words import Words
from desktop.registers.labels import LANGUAGES
from desktop.registers.problems import AppError
from desktop.store import people, recovery
from desktop.store.keyring import Newcomer
from desktop.store.vault import open_vault
from tests.gui.asking import click, fill, fill_code, fill_twice, press_at_last, pressing, said
from tests.gui.conftest import press, type_text
from tests.store import conftest as stations
from tests.store.conftest import ADMIN, MEDIC, OFFICER, TRAINER, password_of

station = stations.station
SECOND, NEW, PASSWORD = "Эралиев Э.", "Новиков Н.", "мост река утро"


@pytest.fixture
def show(qtbot, station, no_questions):
    """Show the page to somebody of the station."""
    shown = []

    def show_(name, language="ru", width=1160):
        for before in shown:
            before.vault.close()
        page = PeoplePage(station.log_in(name), Words(language))
        shown.append(page)
        qtbot.addWidget(page)
        page.resize(width, 700)
        with qtbot.waitActive(page):
            page.show()
            page.activateWindow()
        page.arrive()
        return page

    return show_


def mark(page, name):
    """Mark a person in the list."""
    page.show_view(0)
    page.people.selectRow([person.name for person in page.everyone].index(name))


def mark_register(page, zone):
    page.show_view(1)
    page.access.selectRow([register.zone for register in page.registers].index(zone))


def offered(page):
    """List what can be pressed on the right side."""
    return [one.accessibleName() or one.text() for one in page.panel.findChildren(QPushButton) if one.isVisibleTo(page.panel)]


def rows(table):
    model = table.model()
    shown = [column for column in range(model.columnCount()) if not table.isColumnHidden(column)]
    return [[model.index(row, column).data() for column in shown] for row in range(model.rowCount())]


def done(qtbot, page, act):
    """Do *act*, and wait until the page says that it was done."""
    with qtbot.waitSignal(page.work.done):
        act()
    qtbot.waitUntil(page.window().isEnabled)


def type_password(password):
    return lambda dialog: (fill(dialog.findChild(PasswordEditor), password), press(Qt.Key.Key_Return))


def choose_password(password):
    return lambda dialog: (fill_twice(dialog.findChild(NewPassword), password), press(Qt.Key.Key_Return))


def zones_of(station, name):
    return next(person.zones for person in people.everyone(station.folder) if person.name == name)


def opens(station, definitions, password, name):
    with open_vault(station.folder, definitions, password, name) as vault:
        return vault.zones


# Who is here


def test_the_list_tells_who_each_is_and_what_each_opens(show, station):
    station.with_second_medic(SECOND)
    with station.log_in(ADMIN) as vault:
        people.block(vault, TRAINER)
        people.add(vault, Newcomer("Ушёл У.", ("head_of_prison",), "x"))
        people.remove(vault, "Ушёл У.")
    with pytest.raises(AppError):
        station.log_in(OFFICER, "не тот")
    page = show(MEDIC)
    assert rows(page.people) == [
        [ADMIN, "Администратор", "—", "может войти", ""],
        [OFFICER, "Сотрудник безопасности", "Безопасность, Оперативная информация", "может войти", "1"],
        [MEDIC, "Медицинский работник учреждения", "Здоровье", "может войти", ""],
        [TRAINER, "Ответственный за обучение", "Обучение", "вход закрыт", ""],
        [SECOND, "Медицинский работник учреждения", "Здоровье", "может войти", ""],
        ["Ушёл У.", "Начальник учреждения", "—", "удалён", ""],
    ]
    assert page.marked.name == MEDIC
    mark(page, OFFICER)
    assert "1 неверный пароль" in said(page.panel)


def test_for_every_register_it_stands_who_can_open_it_and_by_which_sheet(show, station, definitions):
    recovery.confirm(station.folder, "health", station.codes["health"])
    page = show(OFFICER)
    page.show_view(1)
    shown = {row[0]: row[1:] for row in rows(page.access)}
    assert len(shown) == len(definitions.registers)
    for register in definitions.registers.values():
        assert shown[register.label["ru"]][1] == stations.HOLDERS[register.zone]
    mark_register(page, "health")
    text = said(page.panel)
    assert MEDIC in text
    assert "Лист № 1, проверен" in text
    mark_register(page, "security")
    assert "Лист № 1 ещё не проверен" in said(page.panel)


def test_who_only_looks_is_offered_only_the_own_password(show, station):
    page = show(TRAINER)
    assert offered(page) == ["Сменить свой пароль…"]
    for name in (ADMIN, OFFICER, MEDIC):
        mark(page, name)
        assert offered(page) == []
    mark_register(page, "health")
    assert offered(page) == []
    assert "только те, кто открывает" in said(page.panel)


def test_an_administrator_lets_nobody_in_and_is_told_who_does(show, station):
    with station.log_in(ADMIN) as vault:
        people.add(vault, Newcomer(SECOND, ("prison_medic",), password_of(SECOND)))
    page = show(ADMIN)
    mark(page, SECOND)
    assert f"даёт только тот, у кого он есть: {MEDIC}" in said(page.panel)
    assert not [name for name in offered(page) if name.startswith("Дать доступ")]
    mark(page, MEDIC)
    assert "«Удалить навсегда…» нельзя" in said(page.panel)
    assert not [name for name in offered(page) if name.startswith("Удалить")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [1160, 756])
def test_the_page_speaks_the_language_and_fits(show, station, language, width):
    page = show(ADMIN, language, width)
    for place in (0, 1):
        page.show_view(place)
        text = said(page)
        assert page.words("people_page.acts") in text
        assert not any(Words(other)("people_page.acts") in text for other in set(LANGUAGES) - {language})
        assert page.width() == width
    for one in page.findChildren(QPushButton):
        if one.isVisibleTo(page) and page.panel.isAncestorOf(one):
            assert one.sizeHint().width() <= one.width(), f"{one.text()} is cut off"


def test_the_keyboard_goes_from_the_list_to_the_person_and_back(show):
    page = show(ADMIN)
    assert page.people.hasFocus()
    press(Qt.Key.Key_Down)
    assert OFFICER in said(page.panel)
    press(Qt.Key.Key_F6)
    assert page.panel.isAncestorOf(QApplication.focusWidget())
    press(Qt.Key.Key_F6)
    assert page.people.hasFocus()
    press(Qt.Key.Key_F8)
    assert page.access.hasFocus()


# Coming


def test_an_administrator_adds_somebody_who_types_the_own_password(show, station, definitions, asked, qtbot):
    page = show(ADMIN)

    def answer(dialog):
        type_text(NEW)
        dialog.findChild(RoleChoice).boxes["prison_medic"].click()
        fill_twice(dialog.findChild(NewPassword), PASSWORD)
        press(Qt.Key.Key_Return)

    asked.answer(answer)
    done(qtbot, page, lambda: press_at_last(Qt.Key.Key_Insert))
    assert "Новиков Н.: добавлен" in page.message.text()
    assert page.marked.name == NEW
    assert opens(station, definitions, PASSWORD, NEW) == []


def test_a_name_that_is_taken_is_asked_again_with_the_rest_kept(show, station, asked, qtbot):
    page = show(ADMIN)

    def first(dialog):
        type_text(MEDIC)
        dialog.findChild(RoleChoice).boxes["training_officer"].click()
        fill_twice(dialog.findChild(NewPassword), PASSWORD)
        click(dialog, "Добавить")

    def second(dialog):
        assert "уже есть или было" in said(dialog)
        assert dialog.findChild(RoleChoice).chosen == ("training_officer",)
        assert dialog.findChild(NewPassword).typed == ""
        dialog.findChild(QLineEdit).setFocus()
        fill(dialog.findChild(QLineEdit), NEW)
        fill_twice(dialog.findChild(NewPassword), PASSWORD)
        click(dialog, "Добавить")

    asked.answer(first, second)
    done(qtbot, page, page.add_button.click)
    assert zones_of(station, NEW) == ()


def test_what_is_missing_is_said_before_anything_is_done(show, station, asked):
    page = show(ADMIN)
    said_so = []

    def answer(dialog):
        for act in (
            lambda: fill(dialog.findChild(QLineEdit), NEW),
            dialog.findChild(RoleChoice).boxes["training_officer"].click,
            lambda: fill_twice(dialog.findChild(NewPassword), "кот"),
        ):
            click(dialog, "Добавить")
            said_so.append(said(dialog))
            act()
        click(dialog, "Добавить")
        said_so.append(said(dialog))
        click(dialog, "Не менять")

    asked.answer(answer)
    page.add_button.click()
    found = ["✖ Укажите имя", "✖ Выберите хотя бы одну роль", "✖ Задайте пароль", "✖ Коротко"]
    assert all(each in text for each, text in zip(found, said_so, strict=True))
    assert len(people.everyone(station.folder)) == 4


def test_a_holder_adds_somebody_for_the_own_part_and_lets_in_at_once(show, station, definitions, asked, qtbot):
    page = show(MEDIC)

    def answer(dialog):
        assert list(dialog.findChild(RoleChoice).boxes) == ["prison_medic"]
        type_text(NEW)
        door = next(box for box in dialog.findChildren(QCheckBox) if box.text().startswith("Сразу дать доступ"))
        assert door.isHidden()
        dialog.findChild(RoleChoice).boxes["prison_medic"].click()
        assert door.isVisible()
        fill_twice(dialog.findChild(NewPassword), PASSWORD)
        press(Qt.Key.Key_Return)

    asked.answer(answer)
    done(qtbot, page, page.add_button.click)
    assert opens(station, definitions, PASSWORD, NEW) == ["health"]


def test_a_holder_lets_somebody_in_who_types_the_password_beside(show, station, definitions, asked, qtbot):
    with station.log_in(ADMIN) as vault:
        people.add(vault, Newcomer(SECOND, ("prison_medic",), PASSWORD))
    page = show(MEDIC)
    mark(page, SECOND)
    asked.answer(type_password("не тот"), type_password(PASSWORD))
    done(qtbot, page, lambda: click(page.panel, "Дать доступ"))
    assert "Неверный пароль" in asked.texts[1]
    assert "доступ к «Здоровье» дан" in page.message.text()
    assert opens(station, definitions, PASSWORD, SECOND) == ["health"]
    assert offered(page) == ["Забрать доступ…: Здоровье", "Забыт пароль…"]


def test_roles_are_changed_and_those_that_hold_a_key_are_kept(show, station, asked, qtbot):
    page = show(ADMIN)
    mark(page, MEDIC)

    def take_away(dialog):
        dialog.findChild(RoleChoice).boxes["prison_medic"].click()
        click(dialog, "Сохранить роли")
        assert "Выберите хотя бы одну роль" in said(dialog)
        dialog.findChild(RoleChoice).boxes["head_of_prison"].click()
        click(dialog, "Сохранить роли")

    def add(dialog):
        assert "ещё есть ключ к «Здоровье»" in said(dialog)
        dialog.findChild(RoleChoice).boxes["training_officer"].click()
        click(dialog, "Сохранить роли")

    asked.answer(take_away, add)
    done(qtbot, page, lambda: click(page.panel, "Изменить роли"))
    assert page.marked.roles == ("prison_medic", "training_officer")


def test_who_changes_the_own_roles_logs_in_again(show, asked, qtbot):
    page = show(ADMIN)

    def answer(dialog):
        dialog.findChild(RoleChoice).boxes["head_of_prison"].click()
        click(dialog, "Сохранить роли")

    asked.answer(answer)
    with qtbot.waitSignal(page.log_in_again):
        click(page.panel, "Изменить роли")


# Passwords


def test_the_own_password_is_changed_by_who_knows_it(show, station, definitions, asked, qtbot):
    page = show(MEDIC)

    def change(old):
        def answer(dialog):
            fill(dialog.findChild(PasswordEditor), old)
            fill_twice(dialog.findChild(NewPassword), PASSWORD)
            press(Qt.Key.Key_Return)

        return answer

    asked.answer(change("не тот"), change(password_of(MEDIC)))
    done(qtbot, page, lambda: click(page.panel, "Сменить свой пароль"))
    assert "Неверный пароль" in asked.texts[1]
    assert opens(station, definitions, PASSWORD, MEDIC) == ["health"]
    with pytest.raises(AppError, match="Wrong password"):
        open_vault(station.folder, definitions, password_of(MEDIC), MEDIC)


def test_a_second_medic_gets_a_new_password_without_losing_anything(show, station, definitions, asked, qtbot):
    station.with_second_medic(SECOND)
    page = show(MEDIC)
    mark(page, SECOND)
    asked.answer(choose_password(PASSWORD))
    done(qtbot, page, lambda: click(page.panel, "Забыт пароль"))
    assert "не откроет" not in asked.texts[0]
    assert opens(station, definitions, PASSWORD, SECOND) == ["health"]


def test_by_an_administrator_the_parts_are_lost_and_that_is_said_before(show, station, definitions, asked, qtbot):
    station.with_second_medic(SECOND)
    page = show(ADMIN)
    mark(page, SECOND)
    asked.answer(choose_password(PASSWORD))
    done(qtbot, page, lambda: click(page.panel, "Забыт пароль"))
    assert "Эралиев Э. не откроет «Здоровье»" in asked.texts[0]
    assert opens(station, definitions, PASSWORD, SECOND) == []


# Going


def test_somebody_is_blocked_and_let_back(show, station, definitions, asked, qtbot):
    page = show(ADMIN)
    mark(page, OFFICER)
    asked.answer(pressing("Закрыть вход"))
    done(qtbot, page, lambda: click(page.panel, "Закрыть вход"))
    with pytest.raises(AppError, match="blocked"):
        open_vault(station.folder, definitions, password_of(OFFICER), OFFICER)
    done(qtbot, page, lambda: click(page.panel, "Открыть вход"))
    assert opens(station, definitions, password_of(OFFICER), OFFICER) == ["security", "intelligence"]


def test_taking_a_part_away_changes_its_key_and_has_the_sheet_made_anew(show, station, definitions, asked, qtbot):
    station.with_second_medic(SECOND)
    recovery.confirm(station.folder, "health", station.codes["health"])
    page = show(MEDIC)
    mark(page, SECOND)
    seen = []

    def prove(dialog):
        code = recovery_code(dialog)
        fill_code(dialog.findChild(CodeEditor), code)
        seen.append(code)
        press(Qt.Key.Key_Return)

    asked.answer(pressing("Забрать доступ"), pressing("Сделать лист"), prove)
    with qtbot.waitSignal(page.log_in_again):
        click(page.panel, "Забрать доступ")
    assert "Лист восстановления станет недействителен" in asked.texts[0]
    page.vault.close()
    assert opens(station, definitions, password_of(SECOND), SECOND) == []
    assert opens(station, definitions, password_of(MEDIC), MEDIC) == ["health"]
    assert people.who_can_open(station.folder, "health").sheets == (2,)
    assert recovery.recover(station.folder, definitions, "health", seen[0], MEDIC, PASSWORD).zone == "health"


def recovery_code(dialog):
    """Read the code of the sheet that a question hands over, as it would stand on the paper."""
    from desktop.gui.sheet_panel import SheetPanel

    return dialog.findChild(SheetPanel).sheet.code


def test_somebody_removed_by_an_administrator_leaves_a_key_that_a_holder_changes(show, station, definitions, asked, qtbot):
    station.with_second_medic(SECOND)
    page = show(ADMIN)
    mark(page, SECOND)
    asked.answer(pressing("Удалить навсегда"))
    with qtbot.assertNotEmitted(page.log_in_again):
        done(qtbot, page, lambda: click(page.panel, "Удалить навсегда"))
    assert "Ключи «Здоровье» сменить отсюда нельзя" in asked.texts[0]
    assert rows(page.people)[-1][3] == "удалён"
    page = show(MEDIC)
    mark_register(page, "health")
    assert "Смените ключ" in said(page.panel)
    asked.answer(pressing("Сменить ключ"), pressing("Позже"))
    with qtbot.waitSignal(page.log_in_again):
        click(page.panel, "Сменить ключ")
    assert not people.who_can_open(station.folder, "health").due


def test_who_was_blocked_when_the_key_changed_is_named(show, station, asked, qtbot):
    station.with_second_medic(SECOND)
    with station.log_in(ADMIN) as vault:
        people.block(vault, SECOND)
    page = show(MEDIC)
    mark_register(page, "health")
    asked.answer(pressing("Сменить ключ"), pressing("Позже"))
    with qtbot.waitSignal(page.log_in_again):
        click(page.panel, "Сменить ключ")
    assert f"нужно дать снова: {SECOND}" in asked.texts[1]


def test_doing_nothing_is_what_enter_does_where_something_would_be_lost(show, station, asked):
    station.with_second_medic(SECOND)
    page = show(ADMIN)
    mark(page, SECOND)
    asked.answer(lambda _: press(Qt.Key.Key_Return))
    click(page.panel, "Удалить навсегда")
    assert SECOND in {person.name for person in people.everyone(station.folder) if person.state == "active"}


def test_a_key_changed_in_another_window_is_told_and_asks_to_log_in_again(show, station, asked, qtbot, monkeypatch):
    from desktop.gui import prompts

    told = []
    monkeypatch.setattr(prompts, "tell", lambda _parent, words, error: told.append(words.of(error.text)))
    page = show(MEDIC)
    page.vault.close()
    with station.log_in(MEDIC) as other:
        people.change_key(other, "health")
    mark_register(page, "health")
    with qtbot.waitSignal(page.log_in_again):
        click(page.panel, "Новый лист")
    assert "изменены в другом окне" in told[0]


# Sheets


def test_a_new_sheet_is_made_and_proven_and_the_old_one_is_void(show, station, asked, qtbot):
    recovery.confirm(station.folder, "health", station.codes["health"])
    page = show(MEDIC)
    mark_register(page, "health")

    def prove(dialog):
        assert people.who_can_open(station.folder, "health").sheets == (1,)
        fill_code(dialog.findChild(CodeEditor), recovery_code(dialog))
        press(Qt.Key.Key_Return)

    asked.answer(prove)
    done(qtbot, page, lambda: click(page.panel, "Новый лист"))
    assert people.who_can_open(station.folder, "health").sheets == (2,)
    assert "проверен" in page.message.text()


def test_a_sheet_that_waits_is_typed_back_later_and_a_wrong_group_named(show, station, asked, qtbot):
    page = show(MEDIC)
    mark_register(page, "health")
    code = station.codes["health"]
    slip = code[:-1] + ("Z" if code[-1] != "Z" else "Y")

    def answer(dialog):
        fill_code(dialog.findChild(CodeEditor), slip)
        click(dialog, "Проверить")
        assert "группа 13" in said(dialog)
        fill(dialog.findChild(CodeEditor).groups[-1], code[-5:])
        click(dialog, "Проверить")

    asked.answer(answer)
    done(qtbot, page, lambda: click(page.panel, "Набрать код с листа"))
    assert people.who_can_open(station.folder, "health").sheets == (1,)
    assert not [name for name in offered(page) if name.startswith("Набрать")]
