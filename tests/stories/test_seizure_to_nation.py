"""From a key press in a prison to the nation's figure: one seizure with two items, through every part of the program."""

import shutil
import subprocess

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.registers.declarations import load
from desktop.store.vault import create_vault
from tests.conftest import PASSWORD
from tests.gui.conftest import press, type_text

CTRL, ENTER, SPACE = Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_Return, Qt.Key.Key_Space

# The key that begins long work is let go when the window already waits.
pytestmark = pytest.mark.qt_log_ignore("Keyboard event not accepted by receiving widget")


@pytest.fixture
def stations(tmp_path):
    """Make a prison and headquarters, with the registers as they are shipped."""
    definitions = load()
    made = {}
    for prison in ("IK-03", "HQ"):
        words = {"person": "Асанов А.", "password": PASSWORD, "profile": "cheapest"}
        with create_vault(tmp_path / prison, definitions, prison=prison, **words) as vault:
            made[prison] = vault
    return made


def focused():
    """Name the field that has the focus, as a person reads it."""
    return QApplication.focusWidget().accessibleName()


def answer(**answers):
    """Type through the fields that are asked, in their order, giving each what *answers* has for its label.

    A field that is not named is passed by Enter; the last one named is left by Enter as well.
    """
    left = dict(answers)
    for _ in range(60):
        name = focused()
        if name in left:
            type_text(left.pop(name))
        press(ENTER)
        if not left:
            return
    raise AssertionError(f"never asked: {left}, the focus is on {focused()!r}")


def go_on_to(name):
    """Pass fields by Enter until the one whose name holds *name*."""
    for _ in range(40):
        if name in focused():
            return
        press(ENTER)
    raise AssertionError(f"{name} was never reached, the focus is on {focused()!r}")


def type_seizure():
    answer(
        **{
            "Дата изъятия": "280313",
            "Где": "камера",
            "Канал поступления": "пере",
            "Вещество": "гашиш",
            "Количество": "12,5",
            "Единица": "г",
        }
    )
    go_on_to("ещё строка")
    press(SPACE)
    answer(Вид="DRG", Вещество="героин", Количество="0.25", Единица="KG")
    go_on_to("ещё строка")
    press(ENTER)
    answer(**{"Владелец": "N", "Обнаружено": "плановый обыск", "Возбуждено дело": "CRM", "№ в реестре (ЕРПП)": "12-345"})


def test_a_seizure_typed_in_russian_reaches_the_national_table(qtbot, open_window, stations, tmp_path):
    prison = open_window(stations["IK-03"])
    prison.show_page("seizures")
    press(Qt.Key.Key_Insert)
    type_seizure()
    press(Qt.Key.Key_F2)
    records = prison.vault.records("seizures")
    record, lines = records.read(records.rows(records.ids())[0]["uid"])
    form = prison.pages["seizures"].form
    assert record["state"] == "READY", [p.text["ru"] for p in form.judgement.problems]
    assert record["number"] == "IK-03-S-2013-0001"
    assert [(i["substance"], i["quantity"], i["unit"]) for i in lines["items"]] == [
        ("CAN-RES", 12_500_000, "G"), ("OPI-HER", 250_000, "KG"),
    ]  # fmt: skip

    stick = tmp_path / "флешка"
    stick.mkdir()
    prison.show_page("hand_off")
    page = prison.pages["hand_off"]
    for card in page.cards:
        card.choice.setChecked(card.zone == "security")
        card.confirm_nil()
    page.folder.setText(str(stick))
    press(Qt.Key.Key_F2)
    qtbot.waitUntil(prison.isEnabled, timeout=20_000)
    (workbook,) = stick.glob("*.xlsx")
    assert workbook.name == "IK-03_2013-03_security_r1.xlsx"
    assert records.read(record["uid"])[0]["state"] == "SUBMITTED"
    prison.vault.close()
    prison.vault = None

    headquarters = open_window(stations["HQ"])
    headquarters.show_page("merge")
    page = headquarters.pages["merge"]
    page.preview([workbook])
    qtbot.waitUntil(headquarters.isEnabled, timeout=20_000)
    press(Qt.Key.Key_F2)
    qtbot.waitUntil(headquarters.isEnabled, timeout=20_000)
    assert "отклонено 0" in page.summary.text()

    headquarters.show_page("tables")
    page = headquarters.pages["tables"]
    page.choose("drug_weight")
    figures = {line.label: line.cells[0].text for line in page.pane.grid.lines}
    assert figures["Всего"] == "0,2625"
    page.pane.figures.setFocus()
    page.pane.figures.setCurrentIndex(page.pane.figures.figures.index(0, 0))
    press(ENTER)
    model = page.behind.model
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == ["IK-03-S-2013-0001"]

    headquarters.show_record("seizures", record["uid"])
    form = headquarters.pages["seizures"].form
    assert form.is_locked
    assert form.number.text() == "IK-03-S-2013-0001"


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not here")
def test_the_workbook_of_the_story_opens_in_libreoffice(stations, tmp_path):
    from desktop.exchange.handoff import write_handoff
    from desktop.store.vault import open_vault

    with open_vault(stations["IK-03"].folder, load(), PASSWORD) as vault:
        record = {"seized_on": "2013-03-28", "location": "CEL", "entry_route": "PAR", "owner_known": "N", "detection": "CEL",
                  "operation": "ROU", "case_opened": "N"}  # fmt: skip
        item = {"category": "DRG", "substance": "CAN-RES", "quantity": 12_500_000, "unit": "G", "quantity_kind": "NET"}
        assert vault.records("seizures").save(record, {"items": [item]}, ready=True).kept
        made = write_handoff(vault, "security", "2013-03", tmp_path, language="ru")
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", str(tmp_path), str(made.path)], check=True, capture_output=True, timeout=120)
    assert made.path.with_suffix(".pdf").read_bytes().startswith(b"%PDF")
