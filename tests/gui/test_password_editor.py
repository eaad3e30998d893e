"""A password is judged by what a guesser would have to guess, and by no other rule."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from desktop.gui.password_editor import NewPassword, PasswordEditor
from desktop.gui.strength import LEAST, strength
from desktop.gui.words import Words
from tests.gui.asking import fill, fill_twice
from tests.gui.conftest import press

NAME = "Асанов Болот"


@pytest.mark.parametrize("password", [
    "", "кот", "пароль", "password", "пароль123", "Пароль1!", "gfhjkm123", "12345678", "87654321", "qwertyuiop", "йцукенгшщ",
    "zxcvbnm,", "ааааааааааааа", "абвгдежзик", "asdasdasdasd", "кот кот кот кот ", "Асанов Болот", "асанов2013", "fcfyjd2013",
    "Бишкек2024",
])  # fmt: skip
def test_what_is_guessed_first_is_not_enough(password):
    assert not strength(password, [NAME]).is_enough


@pytest.mark.parametrize(
    ("password", "name"),
    [("fjK3x9vQ", "fair"), ("тёплый снег", "fair"), ("кот окно снег", "good"), ("мост пароль река утро", "strong"),
     ("семь рыжих коней бегут", "strong"), ("үй, өзөн, тоо, таң", "strong")],
)  # fmt: skip
def test_length_is_what_makes_a_password_good(password, name):
    assert strength(password, [NAME]).name == name


def test_no_kind_of_letter_is_asked_for():
    for letters in ("мост река снег", "most reka sneg", "4 72 918 3306 57"):
        assert strength(letters).is_enough


def test_every_letter_more_helps_until_it_is_enough():
    typed = "ветер с гор"
    missing = [strength(typed[:count]).missing for count in range(LEAST + 1)]
    assert missing == list(range(LEAST, -1, -1))


def test_a_name_counts_as_one_letter_whoever_has_it():
    assert strength("асанов снег", [NAME]).is_enough is False
    assert strength("асанов снег").is_enough is True


@pytest.fixture
def chosen(qtbot):
    made = NewPassword(Words("ru"))
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def test_the_strength_is_said_while_it_is_typed(chosen):
    said = []
    chosen.setFocus()
    for text in ("кот", "пароль123", "кот окно", "кот окно снег", "кот окно снег мост"):
        fill(chosen.first, text)
        said.append(chosen.message.text())
    assert [text.split(":")[0].lstrip("✔! ") for text in said] == [
        "Коротко", "Легко угадать", "Годится. С ещё одним словом угадать будет трудно.", "Хорошо", "Отлично",
    ]  # fmt: skip


def test_both_must_be_the_same(chosen, qtbot):
    fill(chosen.first, "кот окно снег")
    fill(chosen.second, "кот окно снег ")
    assert "не совпадают" in chosen.problem
    fill(chosen.second, "кот окно снег")
    assert chosen.problem == ""
    with qtbot.waitSignal(chosen.entered):
        press(Qt.Key.Key_Return)


def test_a_password_is_hidden_until_its_owner_wants_to_see_it_and_leaves_nothing_behind(chosen):
    fill_twice(chosen, "кот окно снег")
    assert {chosen.first.echoMode(), chosen.second.echoMode()} == {QLineEdit.EchoMode.Password}
    chosen.first.eye.trigger()
    assert chosen.first.echoMode() == QLineEdit.EchoMode.Normal
    chosen.forget()
    assert (chosen.typed, chosen.second.text()) == ("", "")
    assert chosen.first.echoMode() == QLineEdit.EchoMode.Password
    chosen.first.undo()
    assert chosen.typed == ""


def test_enter_in_a_password_is_not_passed_on(qtbot):
    editor = PasswordEditor(Words("ru"), "пароль")
    qtbot.addWidget(editor)
    with qtbot.waitActive(editor):
        editor.show()
        editor.activateWindow()
    with qtbot.waitSignal(editor.returnPressed):
        press(Qt.Key.Key_Return)
