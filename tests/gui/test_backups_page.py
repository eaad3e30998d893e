"""The page of backups: made, copied to a stick, tried, checked and put back, by who may do what."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QPushButton, QTableView

from desktop.gui import prompts
from desktop.gui.backups_page import BackupsPage
from desktop.gui.main_window import MainWindow
from desktop.gui.restore_wizard import RestoreWizard
from desktop.gui.words import Words
from desktop.registers.labels import LANGUAGES
from desktop.store import backup_counts
from desktop.store.backup_counts import SESSIONS
from desktop.store.backups import back_up, back_up_outside, backups, own_place, place_on
from desktop.store.driver import connect
from desktop.store.keyring import FILE
from desktop.store.vault import open_vault
from tests.conftest import PASSWORD
from tests.gui.conftest import press, type_text, unlock
from tests.store.conftest import ADMIN, MEDIC, OFFICER, password_of, station
from tests.store.test_history import hand_off, save

__all__ = ["station"]

# The key that begins long work is let go when the window already waits.
pytestmark = pytest.mark.qt_log_ignore("Keyboard event not accepted by receiving widget")


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "флешка"
    folder.mkdir()
    return folder


@pytest.fixture
def show(qtbot, no_questions):
    shown = []

    def show_(widget, size=(1162, 728)):
        shown.append(widget)
        qtbot.addWidget(widget)
        widget.resize(*size)
        with qtbot.waitActive(widget):
            widget.show()
            widget.activateWindow()
        QApplication.processEvents()
        return widget

    return show_


@pytest.fixture
def show_page(show):
    def show_(vault, language="ru", size=(1162, 728)):
        page = show(BackupsPage(vault, Words(language)), size)
        page.arrive()
        QApplication.processEvents()
        return page

    return show_


@pytest.fixture
def told(monkeypatch, show):
    """Collect the failures that are told."""
    found = []
    monkeypatch.setattr(prompts, "tell", lambda _parent, _words, error: found.append(error.name))
    return found


@pytest.fixture
def news(monkeypatch, show):
    """Collect the good news."""
    found = []
    monkeypatch.setattr(prompts, "inform", lambda _parent, _words, _title, text: found.append(text))
    return found


@pytest.fixture
def done(qtbot):
    """Wait until long work is done."""

    def wait(widget):
        qtbot.waitUntil(widget.window().isEnabled, timeout=20_000)
        QApplication.processEvents()

    return wait


def texts(widget):
    return [one.text() for one in widget.findChildren(QLabel) if one.isVisible() and one.text()]


def rows(table):
    return [[cell.text for cell in row] for row in table.plain_model.rows]


def drivers(vault):
    return sorted(item.record["driver"] for item in vault.records("gate_log").all())


def make(page, done):
    press(Qt.Key.Key_F2)
    done(page)


# Making one


def test_without_a_backup_there_is_nothing_to_try_and_the_page_says_so(vault, show_page):
    page = show_page(vault)
    assert page.newest.title.text() == "Копий ещё нет"
    assert not page.trials.prove.isEnabled()
    assert "Копии вне этого компьютера ещё нет" in page.outside.since.text()


def test_a_key_makes_a_backup_that_the_page_tells_of(vault, gate_log, show_page, done):
    save(gate_log)
    page = show_page(vault)
    make(page, done)
    assert page.said.text() == "✔ Копия № 1 создана и проверена"
    assert page.newest.title.text().startswith("№ 1 · ")
    assert "✔ Безопасность: проверено, 1 запись" in texts(page.newest)
    row = rows(page.table)[0]
    assert (row[0], row[2:]) == ("1", ["вручную", "все разделы, проверены", "1"])
    assert [one.number for one in backups(own_place(vault.folder))] == [1]


def test_what_was_changed_since_is_said(vault, gate_log, show_page, done):
    page = show_page(vault)
    make(page, done)
    assert page.newest.changed.text() == "С тех пор ничего не менялось"
    save(gate_log)
    page.arrive()
    assert page.newest.changed.text() == "! С тех пор есть изменения"


def test_without_a_folder_nothing_is_copied(vault, show_page, stick):
    page = show_page(vault)
    page.outside.copy.click()
    assert "Вставьте флешку" in page.outside.message.text()
    assert page.outside.folder.hasFocus()
    type_text("/")
    assert page.outside.message.text() == ""
    assert list(stick.iterdir()) == []


def test_a_copy_on_the_stick_ends_the_reminder_which_counts_log_ins(vault, show_page, stick, done):
    for _ in range(SESSIONS):
        backup_counts.begin_session(vault.folder)
    page = show_page(vault)
    assert "нет уже 7 входов" in page.outside.since.text()
    page.outside.folder.setText(str(stick))
    page.outside.folder.setFocus()
    press(Qt.Key.Key_Return)
    done(page)
    assert [one.number for one in backups(place_on(stick, vault.station))] == [1]
    assert page.outside.since.text() == "С тех пор 0 входов. Напоминание появится после 7."
    backup_counts.begin_session(vault.folder)
    page.arrive()
    assert page.outside.since.text().startswith("С тех пор 1 вход.")
    assert page.outside.folder.text() == str(stick)


def test_a_stick_that_is_not_there_is_told(vault, show_page, told, tmp_path, done):
    page = show_page(vault)
    page.outside.folder.setText(str(tmp_path / "вынута"))
    page.outside.copy.click()
    done(page)
    assert told == ["backup.no_place"]


def test_what_could_not_be_copied_is_named(vault, show_page, reopen, done):
    vault.close()
    (vault.folder / "training.depter").write_bytes(b"x" * 8192)
    page = show_page(reopen(vault))
    make(page, done)
    assert page.results.heading.text() == "! Копия № 1 создана, но обратите внимание"
    assert "training.depter не открывается" in rows(page.results.table)[0][1]
    assert "✖ Обучение: в копии нет" in texts(page.newest)


def test_while_something_is_lost_no_old_backup_goes_until_a_person_says_so(vault, gate_log, reopen, show_page, done):
    vault.close()
    old = (vault.folder / "security.depter").read_bytes()
    vault = reopen(vault)
    save(vault.records("gate_log"))
    back_up(vault, own_place(vault.folder), "wish")
    vault.close()
    (vault.folder / "security.depter").write_bytes(old)
    page = show_page(reopen(vault))
    assert not page.kept.isVisible()
    make(page, done)
    assert "нет того, что есть в копии 1" in rows(page.results.table)[0][1]
    assert "Копии до № 1 не удаляются" in page.kept_text.text()
    page.thin_again.click()
    assert not page.kept.isVisible()
    assert backup_counts.counts(vault.folder).keep_up_to == 0


# Trying and checking


def test_a_proof_says_of_each_part_in_words_that_it_can_be_restored(vault, gate_log, show_page, done):
    saved = save(gate_log)
    save(gate_log)
    page = show_page(vault)
    make(page, done)
    gate_log.save(saved.record | {"driver": "Ким"}, saved.lines, ready=True)
    page.trials.prove.click()
    done(page)
    assert page.results.heading.text() == "✔ Копия № 1 восстанавливается"
    found = dict(rows(page.results.table))
    assert list(found) == ["Безопасность", "Оперативная информация", "Здоровье", "Обучение"]
    assert found["Безопасность"].endswith("записей как в копии 1, изменено здесь с тех пор 1")
    press(Qt.Key.Key_Escape)
    assert page.below.currentIndex() == 0


def test_a_record_changed_behind_the_program_makes_the_proof_fail(vault, gate_log, show_page, done):
    save(gate_log)
    page = show_page(vault)
    make(page, done)
    gate_log.zone.connection.execute("update gate_log_loads set weight = 1")
    page.trials.prove.click()
    done(page)
    assert page.results.heading.text() == "✖ На копию № 1 нельзя положиться"
    assert "1 запись отличается от копии" in rows(page.results.table)[0][1]


def test_a_sound_station_is_said_to_be_sound_with_the_mark_of_each_history(vault, gate_log, show_page, done):
    save(gate_log)
    page = show_page(vault)
    page.trials.check.click()
    done(page)
    assert page.results.heading.text() == "✔ Всё так, как было записано"
    assert rows(page.results.table)[0][1].endswith(f"1 запись, отметка истории {gate_log.zone.head.text}")
    assert page.results.table.hasFocus()


def test_the_first_broken_event_is_named(vault, gate_log, show_page, done):
    save(gate_log)
    head = gate_log.zone.head.seq
    gate_log.zone.connection.executescript(f"drop trigger history_no_update; update history set why = 'x' where seq = {head}")
    page = show_page(vault)
    page.trials.check.click()
    done(page)
    assert page.results.heading.text() == "✖ Нарушений: 2"
    said = [text for zone, text in rows(page.results.table) if zone == "Безопасность"]
    assert any(f"история нарушена на событии {head}" in text for text in said)
    assert all(text.startswith("✖") for text in said)


@pytest.mark.parametrize("look", ["agrees", "differs", "no_mark"])
def test_a_mark_typed_from_a_printed_page_is_compared(look, vault, gate_log, show_page, done):
    save(gate_log)
    mark = gate_log.zone.head.text
    save(gate_log)
    page = show_page(vault)
    page.trials.check.click()
    done(page)
    page.results.mark.setFocus()
    type_text({"agrees": mark.lower(), "differs": mark[:-1] + "AB"[mark[-1] == "A"], "no_mark": "12"}[look])
    press(Qt.Key.Key_Return)
    done(page)
    said = {"agrees": "✔ История сходится", "differs": "✖ История не сходится", "no_mark": "✖ «12» — не отметка истории"}[look]
    assert page.results.said.text().startswith(said)
    assert any("печатный лист" in text for _, text in rows(page.results.table)) == (look == "differs")


# Who may do what


def test_an_administrator_without_keys_copies_closed_files_and_checks_no_records(station, show_page, done):
    with station.log_in(ADMIN) as vault:
        page = show_page(vault)
        assert page.trials.check.parent() is None or not page.trials.check.isVisible()
        make(page, done)
        assert page.said.text() == "✔ Копия № 1 создана; закрытое для вас проверят те, у кого есть ключ"
        assert "! Здоровье: скопировано закрытым; тот, кто может открыть, ещё не проверял" in texts(page.newest)
        assert "закрытыми: Безопасность" in rows(page.table)[0][3]
        assert rows(page.table)[0][4] == ""
        page.trials.prove.click()
        done(page)
        assert {text for _, text in rows(page.results.table)} == {f"✔ {page.words('check_results.file_whole')}"}
        page.hide()


def test_the_last_checked_copy_of_a_closed_part_is_named(station, show_page):
    with station.log_in(MEDIC) as medic:
        back_up(medic, own_place(station.folder), "wish")
    with station.log_in(OFFICER) as officer:
        back_up(officer, own_place(station.folder), "wish")
        page = show_page(officer)
        assert "! Здоровье: скопировано закрытым; последняя проверенная копия — № 1" in texts(page.newest)
        assert "✔ Безопасность: проверено, 0 записей" in texts(page.newest)
        page.hide()


def test_what_a_person_cannot_open_is_named_as_not_checked(station, show_page, done):
    with station.log_in(OFFICER) as officer:
        page = show_page(officer)
        page.trials.check.click()
        done(page)
        assert dict(rows(page.results.table))["Здоровье"].startswith("Не проверялось")
        assert [page.results.zone.itemText(n) for n in range(page.results.zone.count())] == [
            "Безопасность", "Оперативная информация",
        ]  # fmt: skip
        page.hide()


# Putting one back


@pytest.fixture
def wizard(done):
    """Open the wizard from the page, on the backup with a number, and look at what it would change."""

    def open_(page, number=1, password=PASSWORD):
        page.restore_button.click()
        done(page)
        found = page.wizard
        found.table.selectRow([one.number for one in found.found].index(number))
        found.password.setFocus()
        type_text(password)
        press(Qt.Key.Key_Return)
        done(page)
        return found

    return open_


def choose(wizard, *zones):
    for one in wizard.zones:
        one.choice.setChecked(one.foreseen.copy.zone in zones)


def test_before_a_restore_what_is_here_is_backed_up_and_what_would_change_is_shown(vault, gate_log, show_page, wizard):
    saved = save(gate_log)
    back_up(vault, own_place(vault.folder), "wish")
    gate_log.save(saved.record | {"driver": "Ким"}, saved.lines, ready=True)
    later = save(gate_log).record["number"]
    found = wizard(show_page(vault))
    assert [one.why for one in found.found] == ["restore", "wish"]
    assert sorted(rows(found.records)) == [
        ["IK-01-G-2013-0001", "Журнал КПП", "вернётся к прежней редакции"], [later, "Журнал КПП", "пропадёт: в копии её нет"],
    ]  # fmt: skip
    assert not any(one.choice.isChecked() for one in found.zones)
    assert not found.restore_button.isEnabled()
    choose(found, "security")
    assert found.loss.text().startswith("! Пропадёт записей: 1, вернётся к прежней редакции: 1.")
    assert "Записей в копии: 1, здесь сейчас: 2" in texts(found)


def test_what_is_put_back_is_what_was_chosen_and_what_it_replaces_is_kept(
    vault, gate_log, show_page, wizard, news, done, qtbot, definitions
):
    save(gate_log)
    back_up(vault, own_place(vault.folder), "wish")
    save(gate_log, driver="Ким")
    page = show_page(vault)
    found = wizard(page)
    choose(found, "security")
    with qtbot.waitSignal(page.restored):
        press(Qt.Key.Key_F2)
    kept = vault.folder / "replaced" / "000001"
    assert news[0].startswith("Восстановлено: Безопасность.")
    assert str(kept) in news[0]
    assert {path.stem for path in kept.iterdir()} == {"security"}
    assert drivers(vault) == ["Асанов Болот"]
    vault.close()
    replaced = connect(kept / "security.depter", vault.keys.zones["security"])
    assert replaced.execute("select count(*) from gate_log").fetchone()[0] == 2
    replaced.close()


def test_a_wrong_password_shows_nothing_and_changes_nothing(vault, gate_log, show_page, wizard):
    back_up(vault, own_place(vault.folder), "wish")
    found = wizard(show_page(vault), password="не тот")
    assert "Неверный пароль" in found.message.text()
    assert (found.steps.currentIndex(), found.keys) == (0, None)
    assert found.password.hasFocus()


def test_without_a_password_nothing_is_looked_at(vault, show_page, done):
    back_up(vault, own_place(vault.folder), "wish")
    page = show_page(vault)
    page.restore_button.click()
    done(page)
    page.wizard.next_button.click()
    assert "Введите свой пароль" in page.wizard.message.text()


def test_esc_leaves_everything_as_it_is(vault, gate_log, show_page, wizard):
    save(gate_log)
    back_up(vault, own_place(vault.folder), "wish")
    save(gate_log, driver="Ким")
    page = show_page(vault)
    found = wizard(page)
    choose(found, "security")
    press(Qt.Key.Key_Escape)
    assert (page.wizard, page.body.currentWidget()) == (None, page.overview)
    assert drivers(vault) == ["Асанов Болот", "Ким"]
    assert not (vault.folder / "replaced").exists()
    assert found.keys is None


def test_a_part_that_was_put_back_from_an_old_copy_is_chosen_at_once(vault, gate_log, reopen, show_page, wizard):
    vault.close()
    old = (vault.folder / "security.depter").read_bytes()
    vault = reopen(vault)
    save(vault.records("gate_log"))
    back_up(vault, own_place(vault.folder), "wish")
    vault.close()
    (vault.folder / "security.depter").write_bytes(old)
    found = wizard(show_page(reopen(vault)))
    assert [one.foreseen.copy.zone for one in found.zones if one.choice.isChecked()] == ["security"]
    assert rows(found.records) == [["IK-01-G-2013-0001", "Журнал КПП", "вернётся"]]
    assert "ничего не пропадёт" in found.loss.text()


def test_hand_offs_made_since_are_named_before_they_are_forgotten(vault, gate_log, show_page, wizard):
    save(gate_log)
    back_up(vault, own_place(vault.folder), "wish")
    hand_off(gate_log.zone)
    found = wizard(show_page(vault))
    assert any("сделана 1 передача" in text for text in texts(found))
    choose(found, "security")
    assert found.loss.text().startswith("!")


def test_a_damaged_copy_says_so_and_cannot_be_chosen(vault, gate_log, show_page, wizard):
    save(gate_log)
    backup = back_up(vault, own_place(vault.folder), "wish")
    path = backup.folder / "security.depter"
    path.write_bytes(path.read_bytes()[:-1])
    save(gate_log)
    found = wizard(show_page(vault))
    security = found.zones[0]
    assert not security.choice.isEnabled()
    assert any("не такой, каким был записан" in text for text in texts(security))


def test_a_restore_that_fails_is_told_and_the_station_is_opened_anew(vault, gate_log, show_page, wizard, told, qtbot):
    save(gate_log)
    backup = back_up(vault, own_place(vault.folder), "wish")
    save(gate_log, driver="Ким")
    page = show_page(vault)
    found = wizard(page)
    choose(found, "security")
    (backup.folder / "security.depter").unlink()
    with qtbot.waitSignal(page.restored):
        found.restore_button.click()
    assert told == ["backup.incomplete"]
    assert drivers(vault) == ["Асанов Болот", "Ким"]


def test_a_backup_on_a_stick_is_put_back_and_another_stations_is_not_offered(
    vault, make_vault, gate_log, show_page, stick, done, monkeypatch
):
    back_up_outside(make_vault("IK-03"), stick)
    page = show_page(vault)
    page.restore_button.click()
    done(page)
    monkeypatch.setattr(prompts, "choose_folder", lambda *_: str(stick))
    page.wizard.elsewhere.click()
    assert page.wizard.found == []
    assert "от других станций" in page.wizard.empty.text()
    assert not page.wizard.next_button.isEnabled()
    save(gate_log)
    mine = back_up_outside(vault, stick)
    page.wizard.elsewhere.click()
    assert [one.folder for one in page.wizard.found] == [mine.folder]
    assert page.wizard.where.text() == str(stick)


def test_an_officer_puts_back_only_what_the_officer_may_open(station, show_page, wizard):
    with station.log_in(OFFICER) as officer:
        back_up(officer, own_place(station.folder), "wish")
        page = show_page(officer)
        found = wizard(page, password=password_of(OFFICER))
        assert [one.foreseen.copy.zone for one in found.zones] == ["security", "intelligence"]
        page.hide()


def test_an_administrator_is_told_that_nothing_is_known_of_a_closed_part(station, show_page, wizard):
    with station.log_in(ADMIN) as admin:
        back_up(admin, own_place(station.folder), "wish")
        page = show_page(admin)
        found = wizard(page, password=password_of(ADMIN))
        assert len(found.zones) == 4
        assert not any(one.choice.isChecked() for one in found.zones)
        assert any("неизвестно, что изменится" in text for text in texts(found.zones[0]))
        assert not found.records.isVisible()
        choose(found, "health")
        assert found.loss.text().startswith("! Что пропадёт, неизвестно.")
        page.hide()


def test_a_station_whose_file_does_not_open_is_restored_before_anybody_can_come_in(
    vault, gate_log, show, news, done, qtbot, definitions
):
    save(gate_log)
    back_up(vault, own_place(vault.folder), "wish")
    vault.close()
    (vault.folder / "security.depter").write_bytes(b"x" * 8192)
    found = show(RestoreWizard(vault.folder, definitions, Words("ru")))
    found.begin()
    assert found.person.currentText() == "Бекова Г."
    type_text(PASSWORD)
    press(Qt.Key.Key_Return)
    done(found)
    assert [one.foreseen.copy.zone for one in found.zones if one.choice.isChecked()] == ["security"]
    with qtbot.waitSignal(found.restored):
        press(Qt.Key.Key_F2)
    assert (vault.folder / "replaced" / "000001" / "security.depter").read_bytes() == b"x" * 8192
    with open_vault(vault.folder, definitions, PASSWORD) as again:
        assert drivers(again) == ["Асанов Болот"]


def test_a_new_computer_is_set_up_from_the_stick(
    vault, gate_log, stick, show, news, done, qtbot, definitions, tmp_path, monkeypatch
):
    save(gate_log)
    back_up_outside(vault, stick)
    found = show(RestoreWizard(tmp_path / "новый", definitions, Words("ru")))
    found.begin()
    assert "копий нет" in found.empty.text()
    monkeypatch.setattr(prompts, "choose_folder", lambda *_: str(stick))
    found.elsewhere.click()
    assert found.person.currentText() == "Бекова Г."
    type_text(PASSWORD)
    press(Qt.Key.Key_Return)
    done(found)
    assert all(one.choice.isChecked() for one in found.zones)
    with qtbot.waitSignal(found.restored):
        press(Qt.Key.Key_F2)
    with open_vault(tmp_path / "новый", definitions, PASSWORD) as again:
        assert drivers(again) == ["Асанов Болот"]


# What every page must hold


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(1162, 690), (756, 520)])
def test_nothing_is_nameless_or_cut_off(language, size, vault, gate_log, show_page, wizard, done):
    save(gate_log)
    page = show_page(vault, language, size)
    make(page, done)
    look_over(page)
    page.trials.check.click()
    done(page)
    look_over(page)
    save(gate_log)
    wizard(page)
    look_over(page)
    page.wizard.go_back()
    look_over(page)


def look_over(page):
    QApplication.processEvents()
    for kind in (QLineEdit, QAbstractButton, QComboBox, QTableView):
        for widget in page.findChildren(kind):
            if widget.isVisible():
                assert widget.accessibleName() or getattr(widget, "text", str)(), widget
    for one in page.findChildren(QPushButton):
        if one.isVisible():
            assert one.width() >= one.sizeHint().width(), one.text()


# Where the station does not open


def window_of(qtbot, folder, definitions):
    window = MainWindow(folder, definitions, "ru")
    qtbot.addWidget(window)
    window.resize(1366, 728)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    return window


def restore_in(window, done):
    wizard = window.centralWidget()
    assert isinstance(wizard, RestoreWizard)
    wizard.password.setFocus()
    type_text(PASSWORD)
    press(Qt.Key.Key_Return)
    done(window)
    wizard.restore_button.click()
    done(window)


def test_who_cannot_come_in_for_a_damaged_file_is_led_to_the_backups(qtbot, vault, gate_log, definitions, show, news, done):
    save(gate_log)
    back_up(vault, own_place(vault.folder), "wish")
    vault.close()
    (vault.folder / "security.depter").write_bytes(b"x" * 8192)
    window = window_of(qtbot, vault.folder, definitions)
    assert not window.unlock_page.restore.isVisible()
    type_text(PASSWORD)
    press(Qt.Key.Key_Return)
    done(window)
    assert "security.depter не открывается" in window.unlock_page.message.text()
    window.unlock_page.restore.click()
    restore_in(window, done)
    window.unlock_page.password.setFocus()
    type_text(PASSWORD)
    unlock(qtbot, window)
    assert drivers(window.vault) == ["Асанов Болот"]
    window.vault.close()


@pytest.mark.parametrize("harm", ["damaged", "gone"])
def test_a_lost_list_of_people_and_keys_is_put_back_before_anything_else(
    harm, qtbot, vault, gate_log, definitions, show, news, done
):
    save(gate_log)
    back_up(vault, own_place(vault.folder), "wish")
    vault.close()
    path = vault.folder / FILE
    path.unlink() if harm == "gone" else path.write_text("{")
    window = window_of(qtbot, vault.folder, definitions)
    if harm == "gone":
        window.centralWidget().restore.click()
    else:
        assert f"{FILE} не читается" in window.centralWidget().message.text()
    restore_in(window, done)
    window.unlock_page.password.setFocus()
    type_text(PASSWORD)
    unlock(qtbot, window)
    assert drivers(window.vault) == ["Асанов Болот"]
    window.vault.close()


def test_esc_leads_back_to_the_first_screen(qtbot, tmp_path, definitions, show):
    window = window_of(qtbot, tmp_path / "нет", definitions)
    first = window.centralWidget()
    first.restore.click()
    QApplication.processEvents()
    assert window.centralWidget().elsewhere.hasFocus()
    press(Qt.Key.Key_Escape)
    assert isinstance(window.centralWidget(), type(first))
