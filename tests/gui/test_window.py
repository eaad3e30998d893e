"""The window as a whole: opened by a password, in three languages, with nothing of a record in its title."""

import itertools

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QAction, QColor, QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton

from desktop.gui import prompts
from desktop.gui.look import COLOURS
from desktop.gui.main_window import MainWindow
from desktop.gui.watch import IDLE_MINUTES, SLEPT, Watch
from desktop.store.backups import backups, own_place
from tests.conftest import PASSWORD
from tests.gui.conftest import press, type_text, unlock
from tests.sample import load_line, passage


def row_of(page, name):
    return next(form.rows[name] for form in page.form._forms if name in form.rows)


def said(window):
    """Everything the window says at the moment."""
    QApplication.processEvents()
    shown = [w for kind in (QLabel, QPushButton) for w in window.findChildren(kind) if w.isVisible()]
    return " ".join(w.text() for w in shown)


def test_a_wrong_password_is_told_and_the_right_one_opens(qtbot, vault, definitions, no_questions):
    vault.close()
    window = MainWindow(vault.folder, definitions, "ru")
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    window.unlock_page.password.setFocus()
    type_text("не тот")
    window.unlock_page.password.returnPressed.emit()
    qtbot.waitUntil(lambda: "Неверный пароль" in window.unlock_page.message.text())
    assert window.vault is None
    type_text(PASSWORD)
    unlock(qtbot, window)
    window.vault.close()


def test_every_register_of_the_station_stands_in_the_rail_and_opens(open_window, vault, definitions):
    window = open_window(vault)
    assert set(definitions.registers) < set(window.rail.buttons)
    for name in definitions.registers:
        window.rail.buttons[name].click()
        assert window.stack.currentWidget() is window.pages[name]
        window.pages[name].begin()
        window.pages[name].form.leave()


def test_alt_and_a_digit_goes_to_a_page(open_window, vault):
    window = open_window(vault)
    third = list(window.rail.buttons)[2]
    press(Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    assert window.page == third


@pytest.mark.parametrize("language", ["ru", "ky", "en"])
def test_the_window_speaks_the_language_chosen(open_window, vault, definitions, language):
    window = open_window(vault, language)
    window.show_page("gate_log")
    text = said(window)
    for register in definitions.of_zone("training"):
        others = {register.label[other] for other in ("ru", "ky", "en")} - {register.label[language]}
        assert not any(f" {other} " in text for other in others if other not in register.label[language])
    assert window.words("list.new") in text


def test_the_language_is_changed_while_open(open_window, vault):
    window = open_window(vault, "ru")
    window.show_page("gate_log")
    window.speak("en")
    assert window.page == "gate_log"
    assert "Gate log" in said(window)
    window.speak("ky")
    assert "Жаңы жазуу" in said(window)


def test_locking_closes_the_files_and_the_open_form_comes_back(qtbot, open_window, vault, monkeypatch):
    window = open_window(vault)
    window.show_page("gate_log")
    window.pages["gate_log"].begin()
    row_of(window.pages["gate_log"], "driver").editor.setFocus()
    type_text("Өмүрбек")
    window.lock()
    assert window.vault is None
    assert "Өмүрбек" not in said(window)
    qtbot.waitUntil(window.isEnabled)
    monkeypatch.setattr(prompts, "ask_recover", lambda *_: True)
    window.unlock_page.password.setFocus()
    type_text(PASSWORD)
    unlock(qtbot, window)
    window.show_page("gate_log")
    window.pages["gate_log"].begin()
    assert row_of(window.pages["gate_log"], "driver").typed == "Өмүрбек"
    window.pages["gate_log"].form.is_dirty = False


def test_leaving_a_page_asks_about_an_unsaved_form(qtbot, open_window, vault, monkeypatch):
    window = open_window(vault)
    window.show_page("gate_log")
    window.pages["gate_log"].begin()
    row_of(window.pages["gate_log"], "driver").editor.setFocus()
    type_text("Ким")
    monkeypatch.setattr(prompts, "ask_unsaved", lambda *_: "stay")
    window.rail.buttons["seizures"].click()
    assert window.page == "gate_log"
    assert window.rail.buttons["gate_log"].isChecked()
    assert not window.close()
    assert window.vault
    monkeypatch.setattr(prompts, "ask_unsaved", lambda *_: "drop")
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert [one.why for one in backups(own_place(vault.folder))] == ["exit"]


def test_locking_makes_a_backup_of_what_changed(qtbot, open_window, vault):
    window = open_window(vault)
    window.vault.records("gate_log").save(passage(), {"loads": [load_line()]}, ready=True)
    window.lock()
    qtbot.waitUntil(window.isEnabled)
    assert [one.why for one in backups(own_place(vault.folder))] == ["lock"]
    assert window.unlock_page.message.text() == ""


def test_every_half_hour_a_backup_is_made_unless_somebody_is_typing(qtbot, open_window, vault, monkeypatch):
    window = open_window(vault)
    window.show_page("gate_log")
    page = window.pages["gate_log"]
    page.begin()
    row_of(page, "driver").editor.setFocus()
    type_text("Ким")
    window.back_up()
    assert window.isEnabled()
    assert not list(backups(own_place(vault.folder)))
    monkeypatch.setattr(prompts, "ask_unsaved", lambda *_: "drop")
    page.form.leave()
    window.back_up()
    qtbot.waitUntil(window.isEnabled)
    assert [one.why for one in backups(own_place(vault.folder))] == ["interval"]


def test_a_save_can_be_undone_from_the_notice(open_window, vault):
    uid = vault.records("gate_log").save(passage(), {"loads": [load_line()]}, ready=True).record["uid"]
    window = open_window(vault)
    window.show_page("gate_log")
    page = window.pages["gate_log"]
    page.open(uid)
    row_of(page, "driver").editor.setFocus()
    row_of(page, "driver").editor.selectAll()
    type_text("Ким")
    page.form.save()
    assert window.vault.records("gate_log").read(uid)[0]["driver"] == "Ким"
    undo = next(b for b in window.notices.findChildren(QPushButton) if b.text() == window.words("window.undo"))
    undo.click()
    assert window.vault.records("gate_log").read(uid)[0]["driver"] == "Асанов Болот"
    assert row_of(page, "driver").typed == "Асанов Болот"


def test_a_doubtful_clock_is_told_and_confirmed(qtbot, open_window, vault, monkeypatch):
    import datetime as dt

    from desktop.store import clock

    vault.records("gate_log").save(passage(), {"loads": [load_line()]}, ready=True)
    ahead = clock.now() + dt.timedelta(days=400)
    monkeypatch.setattr(clock, "now", lambda: ahead)
    window = open_window(vault)
    assert "clock" in window.notices.shown
    confirm = next(b for b in window.notices.findChildren(QPushButton) if b.text() == window.words("window.date_is_right"))
    confirm.click()
    assert "clock" not in window.notices.shown
    assert window.vault.zone("security").clock_doubt is None


def test_a_file_put_back_from_an_old_copy_is_told_at_once(qtbot, open_window, vault):
    records = vault.records("gate_log")
    records.save(passage(), {"loads": [load_line()]}, ready=True)
    vault.close()
    file = vault.folder / "security.depter"
    old = file.read_bytes()
    window = open_window(vault)
    window.vault.records("gate_log").save(passage(driver="Ким"), {"loads": [load_line()]}, ready=True)
    window.lock()
    qtbot.waitUntil(window.isEnabled)
    file.write_bytes(old)
    type_text(PASSWORD, window.unlock_page.password)
    unlock(qtbot, window)
    assert "put_back" in window.notices.shown


def test_a_dialog_left_open_closes_with_the_lock(qtbot, open_window, vault):
    window = open_window(vault)
    QTimer.singleShot(0, window.lock)
    assert prompts.Prompt(window, "Вопрос", "").exec() == 0
    qtbot.waitUntil(window.isEnabled)
    assert window.vault is None


def test_what_was_copied_is_forgotten_with_the_lock(qtbot, open_window, vault):
    window = open_window(vault)
    QApplication.clipboard().setText("Тайный")
    window.lock()
    qtbot.waitUntil(window.isEnabled)
    assert QApplication.clipboard().text() == ""


def test_the_title_names_no_person_and_no_record(open_window, vault):
    vault.records("gate_log").save(passage(driver="Тайный"), {"loads": []}, ready=False)
    window = open_window(vault)
    window.show_page("gate_log")
    window.pages["gate_log"].table.selectRow(0)
    assert window.windowTitle() == "Дептер"


def test_no_two_keys_clash_and_none_needs_ctrl_and_alt(open_window, vault):
    window = open_window(vault)
    window.show_page("gate_log")
    page = window.pages["gate_log"]
    keys = [key.toString() for part in (window.rail, page) for action in part.actions() for key in action.shortcuts()]
    assert len(keys) == len(set(keys)) > 10
    for key in keys:
        assert not ("Ctrl" in key and "Alt" in key)
    letters = [k for k in keys if k.startswith("Ctrl+") and len(k) == 6]
    assert sum(k[-1].isascii() for k in letters) == sum(not k[-1].isascii() for k in letters), (
        "a Ctrl+letter works on one layout only"
    )
    assert all(isinstance(action, QAction) for action in page.actions())


def test_the_window_fits_a_small_screen(open_window, vault):
    window = open_window(vault)
    for name in list(window.rail.buttons)[:3]:
        window.show_page(name)
        window.resize(960, 520)
        QApplication.processEvents()
        assert (window.width(), window.height()) == (960, 520)


def test_the_wheel_changes_no_box_that_is_only_passed_over(qtbot):
    box = QComboBox()
    box.addItems(["1", "2", "3"])
    other = QLineEdit()
    for widget in (box, other):
        qtbot.addWidget(widget)
        widget.show()
    other.setFocus()
    watch = Watch(QApplication.instance())
    try:
        event = QWheelEvent(
            QPointF(5, 5), QPointF(5, 5), QPoint(0, -120), QPoint(0, -120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(box, event)
    finally:
        watch.deleteLater()
    assert box.currentText() == "1"


@pytest.mark.parametrize(
    ("passed", "locks"), [([5] * 3, False), ([5] * (IDLE_MINUTES * 12 + 1), True), ([5, SLEPT + 1], True), ([5, 30, 5], False)]
)
def test_the_station_locks_itself_when_nobody_is_there_or_the_computer_slept(qtbot, passed, locks):
    time = [1000.0]
    watch = Watch(QApplication.instance(), clock=lambda: time[0])
    heard = []
    watch.left.connect(lambda: heard.append(1))
    for seconds in passed:
        time[0] += seconds
        watch.tick()
    watch.deleteLater()
    assert bool(heard) == locks


def test_a_key_keeps_the_station_open(qtbot):
    time = [1000.0]
    watch = Watch(QApplication.instance(), clock=lambda: time[0])
    heard = []
    watch.left.connect(lambda: heard.append(1))
    editor = QLineEdit()
    qtbot.addWidget(editor)
    with qtbot.waitActive(editor):
        editor.show()
        editor.activateWindow()
    for _ in range(IDLE_MINUTES * 12 + 1):
        time[0] += 5
        press(Qt.Key.Key_A)
        watch.tick()
    watch.deleteLater()
    assert not heard


def test_windows_tells_when_the_session_is_locked(qtbot):
    import ctypes

    from desktop.gui.watch import WM_WTSSESSION_CHANGE, WTS_SESSION_LOCK, SessionWatch

    watch = Watch(QApplication.instance())
    heard = []
    watch.left.connect(lambda: heard.append(1))
    session = SessionWatch(watch)

    def told(number, word):
        told_by = (ctypes.c_size_t * 8)(0, number, word)
        session.nativeEventFilter(b"windows_generic_MSG", ctypes.addressof(told_by))

    told(WM_WTSSESSION_CHANGE, WTS_SESSION_LOCK + 1)
    assert not heard
    told(WM_WTSSESSION_CHANGE, WTS_SESSION_LOCK)
    watch.deleteLater()
    assert heard


def luminance(colour):
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in QColor(colour).getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize(("text", "ground"), [
    *itertools.product(("ink", "second", "accent", "error", "warning", "good", "faint"), ("card", "ground")),
    ("ink", "tint"), ("accent", "tint"), ("error", "error_tint"), ("warning", "warning_tint"), ("card", "accent"), ("good", "tint"),
])  # fmt: skip
def test_text_is_readable_on_its_ground(text, ground):
    """WCAG 2.1, 1.4.3: at least 4.5 to 1."""
    light, dark = sorted((luminance(COLOURS[text]), luminance(COLOURS[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
