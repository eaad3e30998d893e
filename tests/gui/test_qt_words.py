"""Qt's own dialogs and menus speak the language of the program, Kyrgyz too."""

import pytest
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QLabel, QLineEdit, QPushButton, QToolButton

from desktop.gui.qt_words import speak_qt


@pytest.fixture
def speak(qapp):
    yield lambda language: speak_qt(qapp, language)
    speak_qt(qapp, "ru")


def texts(dialog):
    found = [w.text() for kind in (QLabel, QPushButton, QToolButton) for w in dialog.findChildren(kind)]
    return " ".join(found + [w.toolTip() for w in dialog.findChildren(QToolButton)])


@pytest.mark.parametrize(
    ("language", "words"), [("ru", ["Отмена", "Имя файла"]), ("ky", ["Жокко чыгаруу", "Файлдын", "Папка"])]
)
def test_choosing_a_file_is_asked_in_the_language_of_the_program(qtbot, speak, language, words):
    speak(language)
    dialog = QFileDialog()
    qtbot.addWidget(dialog)
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    said = texts(dialog).replace("&", "")
    assert all(word in said for word in words)
    assert not {"Cancel", "Open", "File name:", "Look in:", "Directory:"} & set(said.split())


@pytest.mark.parametrize(("language", "words"), [("ru", {"Да", "Нет"}), ("ky", {"Ооба", "Жок"}), ("en", {"Yes", "No"})])
def test_buttons_speak_the_language_that_was_chosen_last(qtbot, speak, language, words):
    for before in ("ky", "ru", language):
        speak(before)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Yes | QDialogButtonBox.StandardButton.No)
    qtbot.addWidget(buttons)
    assert {one.text().replace("&", "") for one in buttons.buttons()} == words


def test_the_menu_of_a_line_speaks_kyrgyz(qtbot, speak):
    speak("ky")
    line = QLineEdit()
    qtbot.addWidget(line)
    menu = line.createStandardContextMenu()
    said = " ".join(action.text().replace("&", "") for action in menu.actions())
    menu.deleteLater()
    assert "Көчүрүү" in said
    assert "Чаптоо" in said
    assert not any(letter in said.partition("\t")[0] for letter in "bdfghjklmnpqrs")
