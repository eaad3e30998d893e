"""The hand-off of a month from the window: what would go, written, its number read out, and received."""

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QPushButton, QTableView

from desktop.exchange.protection import is_protected, unprotect
from desktop.gui import prompts
from desktop.gui.handoff_page import HandoffPage
from desktop.gui.words import Words
from desktop.registers.labels import LANGUAGES
from desktop.store.covers import opened
from desktop.store.keyring import Newcomer
from desktop.store.vault import make_station, open_vault
from tests.conftest import PASSWORD
from tests.gui.asking import fill
from tests.gui.conftest import press, type_text
from tests.meeting import meet
from tests.sample import load_line, passage

MONTH = "2013-03"

# The key that begins long work is let go when the window already waits.
pytestmark = pytest.mark.qt_log_ignore("Keyboard event not accepted by receiving widget")


def enter(vault, *, ready=True, **changes):
    saved = vault.records("gate_log").save(passage(**changes), {"loads": [load_line()]}, ready=ready)
    assert saved.kept
    return saved.record


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "флешка"
    folder.mkdir()
    return folder


@pytest.fixture
def show(qtbot, no_questions):
    def show_(vault, language="ru", size=(1162, 728)):
        page = HandoffPage(vault, Words(language))
        qtbot.addWidget(page)
        page.resize(*size)
        with qtbot.waitActive(page):
            page.show()
            page.activateWindow()
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


def card_of(page, zone):
    return next(card for card in page.cards if card.zone == zone)


def choose(page, *zones):
    for card in page.cards:
        card.choice.setChecked(card.zone in zones)


def say_nil(page):
    """Say of every empty register that there was nothing."""
    for card in page.cards:
        card.confirm_nil()


def write(qtbot, page, stick):
    say_nil(page)
    page.folder.setText(str(stick))
    press(Qt.Key.Key_F2)
    qtbot.waitUntil(page.isEnabled)


def texts(widget, kind=QLabel):
    return [one.text() for one in widget.findChildren(kind) if one.isVisible() and one.text()]


def sent(vault, zone="security"):
    return vault.zone(zone).select("select * from sent order by sequence")


def shown_rows(page):
    return [[cell.text for cell in row] for row in page.sent.table.plain_model.rows]


def test_the_last_month_that_has_records_is_proposed(vault, show):
    enter(vault, passed_on="2013-02-10")
    enter(vault)
    page = show(vault)
    assert (page.wanted, page.month.currentText()) == (MONTH, "март 2013")
    assert page.month.findData("2013-02") > 0


def test_a_card_says_what_goes_what_is_nil_and_what_stays(vault, show):
    enter(vault, passed_on="2013-02-10")
    enter(vault)
    enter(vault, ready=False)
    card = card_of(show(vault), "security")
    said = texts(card)
    assert said[said.index("Журнал КПП") + 1] == "2 записи"
    assert card.nil["seizures"].text() == "не было за месяц?"
    assert "gate_log" not in card.nil
    assert any("1 запись прошлых месяцев" in text for text in said)
    links = ["Показать 2 записи, которые уйдут", "Во всех пустых журналах ничего не было", "✎ Журнал КПП: 1 черновик останется"]
    assert texts(card, QPushButton) == links


def test_an_empty_register_is_asked_about_before_anything_is_written(qtbot, vault, show, stick):
    enter(vault)
    page = show(vault)
    choose(page, "security")
    card = card_of(page, "security")
    page.folder.setText(str(stick))
    press(Qt.Key.Key_F2)
    first = card.nil[card.unanswered[0]]
    assert f"{len(card.nil)} пустых журналов" in page.message.text()
    assert first.hasFocus()
    press(Qt.Key.Key_Space)
    assert first.text() == "не было: нулевой отчёт"
    press(Qt.Key.Key_F2)
    assert f"{len(card.nil) - 1} пустых журналов" in page.message.text()
    assert sent(vault) == []
    next(one for one in card.findChildren(QPushButton) if one.text().startswith("Во всех пустых")).click()
    press(Qt.Key.Key_F2)
    qtbot.waitUntil(page.isEnabled)
    assert len(sent(vault)) == 1


def test_what_was_said_of_empty_registers_holds_for_its_month_alone(vault, show):
    enter(vault, passed_on="2013-02-10")
    enter(vault)
    page = show(vault)
    say_nil(page)
    page.refresh()
    assert card_of(page, "security").unanswered == []
    page.month.setCurrentIndex(page.month.findData("2013-02"))
    page.month.activated.emit(page.month.currentIndex())
    assert "seizures" in card_of(page, "security").unanswered


def test_what_a_hand_off_said_of_empty_registers_is_not_asked_again(qtbot, vault, show, stick):
    enter(vault, passed_on="2013-02-10")
    enter(vault)
    page = show(vault)
    choose(page, "security")
    write(qtbot, page, stick)
    page.hide()
    card = card_of(show(vault), "security")
    assert card.nil["seizures"].isChecked()
    assert card.unanswered == []
    page = show(vault)
    page.month.setCurrentIndex(page.month.findData("2013-02"))
    page.month.activated.emit(page.month.currentIndex())
    assert "seizures" in card_of(page, "security").unanswered


def test_what_was_said_can_be_taken_back_and_stays_so_while_the_page_is_open(qtbot, vault, show, stick):
    enter(vault)
    page = show(vault)
    choose(page, "security")
    write(qtbot, page, stick)
    press(Qt.Key.Key_Escape)
    card_of(page, "security").nil["seizures"].click()
    page.arrive()
    assert card_of(page, "security").unanswered == ["seizures"]


def test_the_records_that_go_are_listed_with_how_they_go(qtbot, vault, show, stick):
    first, second = enter(vault), enter(vault)
    page = show(vault)
    choose(page, "security")
    write(qtbot, page, stick)
    vault.zone("security").acknowledge(sent(vault)[0]["check_number"])
    records = vault.records("gate_log")
    record, lines = records.read(first["uid"])
    records.save(record | {"direction": "OUT"}, lines, ready=True, why="опечатка")
    records.void(second["uid"], "DUP", "дважды")
    enter(vault)
    page.arrive()
    press(Qt.Key.Key_Escape)
    next(one for one in page.findChildren(QPushButton) if one.isVisible() and "Показать 3 записи" in one.text()).click()
    listed = [[cell.text for cell in row][1:] for row in page.records.plain_model.rows]
    ways = ["изменена после приёма", "аннулирована", "новая"]
    assert listed == [[f"IK-01-G-2013-000{n}", way] for n, way in enumerate(ways, 1)]
    assert page.records.hasFocus()
    press(Qt.Key.Key_Escape)
    assert page.upper.currentIndex() == 0


def test_a_link_leads_to_the_drafts_and_nothing_else(vault, open_window):
    enter(vault)
    draft = enter(vault, ready=False)
    window = open_window(vault)
    window.show_page("hand_off")
    next(b for b in window.pages["hand_off"].findChildren(QPushButton) if "черновик" in b.text()).click()
    page = window.pages["gate_log"]
    assert window.page == "gate_log"
    assert [page.model.row(n)["uid"] for n in range(page.model.rowCount())] == [draft["uid"]]
    assert "Черновик" in page.state.text()


def test_the_rail_counts_what_was_not_handed_off_yet(qtbot, vault, open_window, stick):
    enter(vault)
    enter(vault, ready=False)
    window = open_window(vault)
    entry = window.rail.buttons["hand_off"]
    assert entry.findChildren(QLabel)[0].text() == "1"
    assert entry.accessibleName() == "Передача: 1 запись ещё не передана"
    enter(window.vault)
    window.show_page("hand_off")
    assert entry.accessibleName() == "Передача: 2 записи ещё не переданы"
    page = window.pages["hand_off"]
    choose(page, "security")
    write(qtbot, page, stick)
    assert entry.accessibleName() == entry.toolTip() == "Передача"
    assert entry.findChildren(QLabel)[0].text() == ""


def test_what_was_written_leads_to_the_cover_sheet_that_is_signed(qtbot, vault, open_window, stick):
    enter(vault)
    window = open_window(vault)
    window.show_page("hand_off")
    page = window.pages["hand_off"]
    choose(page, "security")
    write(qtbot, page, stick)
    page.cover.click()
    assert window.page == "covers"
    assert window.pages["covers"].sheet.check_number == sent(window.vault)[0]["check_number"]


def test_what_must_be_sealed_cannot_be_chosen_before_headquarters_is_enrolled_and_says_why(vault, show, make_vault):
    page = show(vault)
    card = card_of(page, "intelligence")
    assert not card.choice.isEnabled()
    assert not card.is_chosen
    assert "«Ключи обмена»" in card.note.text()
    meet(vault, make_vault("HQ"))
    page.arrive()
    assert card.choice.isEnabled()
    assert "«Ключи обмена»" not in card.note.text()


def test_without_a_folder_nothing_is_written(vault, show):
    enter(vault)
    page = show(vault)
    press(Qt.Key.Key_F2)
    assert "Вставьте флешку" in page.message.text()
    assert page.folder.hasFocus()
    type_text("/")
    assert page.message.text() == ""
    assert sent(vault) == []


def test_every_chosen_zone_is_written_and_its_number_can_be_read_out(qtbot, vault, show, stick):
    record = enter(vault)
    page = show(vault)
    choose(page, "security", "training")
    assert page.write.text() == "Записать 2 файла  F2"
    write(qtbot, page, stick)
    files = sorted(path.name for path in stick.iterdir())
    assert files == ["IK-01_2013-03_security_r1.xlsx", "IK-01_2013-03_training_r1.xlsx"]
    number = sent(vault)[0]["check_number"]
    large = next(one for one in page.findChildren(QLabel) if one.text() == number)
    assert large.isVisible()
    assert large.font().pointSizeF() > 1.9 * page.font().pointSizeF()
    assert large.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByKeyboard
    meta = dict(openpyxl.load_workbook(stick / files[0])["_meta"].iter_rows(max_col=2, values_only=True))
    assert meta["check"] == number
    assert vault.records("gate_log").read(record["uid"])[0]["state"] == "SUBMITTED"
    assert [row[5:7] for row in shown_rows(page)] == [[name, sent(vault, z)[0]["check_number"]] for name, z in zip(files, ("security", "training"), strict=True)]  # fmt: skip


def test_a_month_goes_again_only_with_a_reason(qtbot, vault, show, stick):
    enter(vault)
    page = show(vault)
    choose(page, "security")
    write(qtbot, page, stick)
    press(Qt.Key.Key_Escape)
    assert not card_of(page, "security").is_chosen
    assert "редакция 1" in card_of(page, "security").note.text()
    choose(page, "security")
    press(Qt.Key.Key_F2)
    assert "почему" in page.message.text()
    assert page.why.hasFocus()
    type_text("флешка потеряна")
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(page.isEnabled)
    assert [(row["revision"], row["why"]) for row in sent(vault)] == [(1, None), (2, "флешка потеряна")]


def test_a_zone_with_nothing_new_does_not_pass_for_nil(qtbot, vault, show, stick):
    enter(vault)
    page = show(vault)
    choose(page, "security")
    write(qtbot, page, stick)
    vault.zone("security").acknowledge(sent(vault)[0]["check_number"])
    page.arrive()
    press(Qt.Key.Key_Escape)
    said = texts(card_of(page, "security"))
    assert said[said.index("Журнал КПП") + 1] == "нового нет"
    assert card_of(page, "security").nil["seizures"].text() == "не было: нулевой отчёт"


def test_a_stick_that_is_gone_is_told_and_nothing_counts_as_handed_off(qtbot, vault, show, told, tmp_path):
    record = enter(vault)
    page = show(vault)
    choose(page, "security")
    write(qtbot, page, tmp_path / "вынута")
    assert told == ["handoff.no_folder"]
    assert page.upper.currentIndex() == 0
    assert sent(vault) == []
    assert vault.records("gate_log").read(record["uid"])[0]["state"] == "READY"


def test_what_was_written_before_a_failure_is_shown_as_written(qtbot, vault, show, told, stick):
    (stick / "IK-01_2013-03_training_r1.xlsx.part").mkdir()
    enter(vault)
    page = show(vault)
    choose(page, "security", "training")
    write(qtbot, page, stick)
    assert told == ["handoff.not_written"]
    assert len(sent(vault)) == 1
    assert sent(vault, "training") == []
    assert sent(vault)[0]["check_number"] in texts(page)
    assert card_of(page, "training").is_chosen


def test_a_cover_sheet_that_could_not_be_kept_is_told_beside_the_number_to_read_out(qtbot, vault, show, told, stick):
    (vault.folder / "covers.json").mkdir()
    enter(vault)
    page = show(vault)
    choose(page, "security")
    write(qtbot, page, stick)
    assert told == ["covers.not_kept"]
    assert sent(vault)[0]["check_number"] in texts(page)


def test_the_totals_of_the_month_stand_on_the_cover_sheet(qtbot, vault, show, stick):
    enter(vault)
    page = show(vault)
    choose(page, "security")
    write(qtbot, page, stick)
    (sheet,) = opened(vault).sheets
    assert {"drug_weight", "seizures", "searches"} <= {total.table for total in sheet.totals}


def test_headquarters_number_marks_the_hand_off_as_received_however_it_is_typed(qtbot, vault, show, stick):
    record = enter(vault)
    page = show(vault)
    choose(page, "security")
    write(qtbot, page, stick)
    assert shown_rows(page)[0][-1] == "приём не подтверждён"
    page.sent.check.setFocus()
    type_text(sent(vault)[0]["check_number"].lower().replace("-", " "))
    press(Qt.Key.Key_Return)
    assert shown_rows(page)[0][-1].startswith("✔ получено")
    assert vault.records("gate_log").read(record["uid"])[0]["acknowledged"] == record["revision"]
    assert page.sent.check.text() == ""


def test_another_number_marks_nothing(qtbot, vault, show, stick):
    enter(vault)
    page = show(vault)
    choose(page, "security")
    write(qtbot, page, stick)
    page.sent.check.setFocus()
    type_text("0000-0000")
    press(Qt.Key.Key_Return)
    assert "0000-0000" in page.sent.said.text()
    assert sent(vault)[0]["acknowledged_at"] is None


def test_the_empty_workbook_is_saved_where_the_person_says(qtbot, vault, show, stick, monkeypatch):
    page, news = show(vault), []
    monkeypatch.setattr(prompts, "choose_target", lambda *_: str(stick / "бланк"))
    monkeypatch.setattr(prompts, "inform", lambda _parent, _words, _title, text: news.append(text))
    offered = [action.text() for action in page.template.menu().actions()]
    assert offered == ["Безопасность", "Обучение"]
    page.template.menu().actions()[0].trigger()
    qtbot.waitUntil(page.isEnabled)
    assert news == ["бланк.xlsx"]
    assert "Изъятия" in openpyxl.load_workbook(stick / "бланк.xlsx").sheetnames


def test_a_password_typed_twice_locks_what_is_not_sealed(qtbot, vault, show, stick, make_vault):
    meet(vault, make_vault("HQ"))
    enter(vault)
    page = show(vault)
    choose(page, "security", "health")
    say_nil(page)
    page.folder.setText(str(stick))
    page.lock.wanted.click()
    assert page.lock.first.hasFocus()
    assert page.lock.note.text() == "Запечатанным пароль не нужен"
    for typed, again, said in [
        ("коротко", "", "Не меньше 12 знаков"), ("парольпароль12", "", "Легко угадать"),
        ("ёлка под снегом", "ёлка под снего", "не совпадают"),
    ]:  # fmt: skip
        fill(page.lock.first, typed)
        fill(page.lock.second, again)
        press(Qt.Key.Key_Return)
        assert said in page.message.text()
        assert sent(vault) == []
    assert page.lock.second.hasFocus()
    fill(page.lock.second, "ёлка под снегом")
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(page.isEnabled)
    content = (stick / "IK-01_2013-03_security_r1.xlsx").read_bytes()
    assert is_protected(content)
    assert unprotect("передача", content, "ёлка под снегом").startswith(b"PK")
    assert list(stick.glob("*health*.sealed"))
    assert any("по телефону; не пишите" in text for text in texts(page))
    press(Qt.Key.Key_Escape)
    choose(page, "health")
    assert page.lock.isHidden()
    assert page.lock.password == ""


@pytest.fixture
def station(tmp_path, definitions):
    """A prison in which everybody has a post of their own."""
    people = {
        "Азизов": ("administrator",), "Бекова": ("security_officer",), "Врачова": ("prison_medic",),
        "Усманов": ("training_officer",), "Жунусов": ("head_of_prison",),
    }  # fmt: skip
    folder = tmp_path / "посты"
    newcomers = [Newcomer(name, roles, PASSWORD) for name, roles in people.items()]
    holders = {"security": "Бекова", "intelligence": "Бекова", "health": "Врачова", "training": "Усманов"}
    make_station(folder, definitions, prison="IK-01", people=newcomers, holders=holders, profile="cheapest")
    return folder


@pytest.mark.parametrize(
    ("person", "zones"), [("Врачова", ["health"]), ("Бекова", ["security", "intelligence"]), ("Жунусов", [])]
)
def test_everybody_hands_off_their_own_registers_alone(person, zones, station, definitions, show, make_vault):
    with open_vault(station, definitions, PASSWORD, person) as vault:
        meet(vault, make_vault("HQ"))
        page = show(vault)
        assert [card.zone for card in page.cards] == zones
        assert page.write.isEnabled() == bool(zones)
        assert any("У вас нет журналов" in text for text in texts(page)) == (not zones)
        page.hide()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(1162, 728), (756, 520)])
def test_nothing_is_nameless_or_cut_off(language, size, vault, show):
    enter(vault, ready=False)
    page = show(vault, language, size)
    for kind in (QLineEdit, QAbstractButton, QComboBox, QTableView):
        for widget in page.findChildren(kind):
            if widget.isVisible():
                assert widget.accessibleName() or getattr(widget, "text", str)(), widget
    for one in page.findChildren(QPushButton):
        if one.isVisible():
            assert one.width() >= one.sizeHint().width(), one.text()
