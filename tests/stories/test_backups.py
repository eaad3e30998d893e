"""What a backup is for: somebody puts an old file in the place of the new one, and the record that was typed comes back."""

import shutil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from desktop.gui import prompts
from desktop.registers.declarations import load
from desktop.store import backup_counts
from desktop.store.backup_counts import SESSIONS
from desktop.store.backups import own_place
from desktop.store.vault import create_vault, open_vault
from tests.conftest import PASSWORD
from tests.gui.conftest import press, type_text, unlock

FOUND = "Гашиш у котельной"
ITEM = {"category": "DRG", "substance": "CAN-RES", "quantity": 12_500_000, "unit": "G", "quantity_kind": "NET"}
SEIZURE = {"seized_on": "2013-03-28", "location": "CEL", "entry_route": "PAR", "owner_known": "N", "detection": "CEL",
           "operation": "ROU", "case_opened": "N", "remarks": FOUND}  # fmt: skip

# The key that begins long work is let go when the window already waits.
pytestmark = pytest.mark.qt_log_ignore("Keyboard event not accepted by receiving widget")


@pytest.fixture
def station(tmp_path):
    with create_vault(
        tmp_path / "IK-03", load(), prison="IK-03", person="Асанов А.", password=PASSWORD, profile="cheapest"
    ) as vault:
        return vault


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "флешка"
    folder.mkdir()
    return folder


def log_in(qtbot, window):
    window.unlock_page.password.setFocus()
    type_text(PASSWORD)
    unlock(qtbot, window)


def said_above(window):
    return [one.text() for frame in window.notices.shown.values() for one in frame.findChildren(QLabel)]


def findings(page):
    return [text for row in page.results.table.plain_model.rows for text in [row[1].text] if text.startswith("✖")]


def test_a_record_that_an_old_file_took_away_comes_back_from_the_stick(qtbot, open_window, station, stick, monkeypatch):
    news = []
    monkeypatch.setattr(prompts, "inform", lambda _parent, _words, _title, text: news.append(text))
    for _ in range(SESSIONS - 1):
        backup_counts.begin_session(station.folder)
    (station.folder.parent / "старый").mkdir()
    file, old = station.folder / "security.depter", station.folder.parent / "старый" / "security.depter"
    shutil.copy(file, old)

    window = open_window(station)
    records = window.vault.records("seizures")
    uid = records.save(SEIZURE, {"items": [ITEM]}, ready=True).record["uid"]
    assert any("нет уже 7 входов" in text for text in said_above(window))
    window.show_page("backups")
    page = window.pages["backups"]
    page.outside.folder.setText(str(stick))
    page.outside.folder.setFocus()
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(window.isEnabled, timeout=20_000)
    mark = records.zone.head.text
    window.lock()
    qtbot.waitUntil(window.isEnabled, timeout=20_000)

    shutil.copy(old, file)
    shutil.rmtree(own_place(station.folder))

    log_in(qtbot, window)
    assert window.vault.records("seizures").count() == 0
    window.show_page("backups")
    page = window.pages["backups"]
    page.trials.check.click()
    qtbot.waitUntil(window.isEnabled, timeout=20_000)
    assert any("«копия 1»" in text and "заменён более старым" in text for text in findings(page))
    page.results.mark.setFocus()
    type_text(mark)
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(window.isEnabled, timeout=20_000)
    assert any("«печатный лист»" in text and "заменён более старым" in text for text in findings(page))

    page.restore_button.click()
    qtbot.waitUntil(window.isEnabled, timeout=20_000)
    monkeypatch.setattr(prompts, "choose_folder", lambda *_: str(stick))
    page.wizard.elsewhere.click()
    type_text(PASSWORD)
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(window.isEnabled, timeout=20_000)
    assert [one.foreseen.copy.zone for one in page.wizard.zones if one.choice.isChecked()] == ["security"]
    press(Qt.Key.Key_F2)
    qtbot.waitUntil(lambda: window.vault is None and window.isEnabled(), timeout=20_000)
    assert "replaced" in news[0]

    log_in(qtbot, window)
    window.show_record("seizures", uid)
    assert window.pages["seizures"].form.record["remarks"] == FOUND
    window.show_page("backups")
    page = window.pages["backups"]
    page.trials.check.click()
    qtbot.waitUntil(window.isEnabled, timeout=20_000)
    assert findings(page) == []
    window.vault.close()

    replaced = station.folder / "replaced" / "000001" / "security.depter"
    shutil.copy(replaced, file)
    with open_vault(station.folder, load(), PASSWORD) as vault:
        assert vault.records("seizures").count() == 0
