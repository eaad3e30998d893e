"""A case of tuberculosis from one prison to another: by clicks at three stations, and in the nation's figures all the while."""

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from desktop.analysis.tables import figures, load_tables
from desktop.exchange.handoff import write_handoff
from desktop.exchange.merge import merge, preview
from desktop.gui import prompts
from desktop.registers.declarations import load
from desktop.store.vault import create_vault, open_vault
from tests.cases import HEALTH, NAMES, SURNAME, keep_case
from tests.conftest import PASSWORD
from tests.meeting import meet

MONTHS = ("2013-02", "2013-03", "2013-04", "2013-05")


class Service:
    """Two prisons and headquarters, of which one is open at a time, and the stick that goes between them."""

    def __init__(self, folder, open_window, qtbot):
        self.folder, self.open_window, self.qtbot = folder, open_window, qtbot
        self.definitions, self.stick = load(), folder / "флешка"
        self.stick.mkdir()
        made = {}
        for code in ("IK-01", "HQ", "IK-03"):
            words = {"person": "Асанов А.", "password": PASSWORD, "profile": "cheapest"}
            made[code] = create_vault(folder / code, self.definitions, prison=code, **words)
        for code in ("IK-01", "IK-03"):
            meet(made["HQ"], made[code])
        for vault in made.values():
            vault.close()

    def open(self, code):
        return open_vault(self.folder / code, self.definitions, PASSWORD)

    def do(self, code, *clicks):
        """Click through the page of transfers of a station, and give what its list says in the end."""
        window = self.open_window(self.open(code))
        window.show_page("moves")
        page = window.pages["moves"]
        for text in clicks:
            (found,) = [b for b in page.findChildren(QPushButton) if b.isVisibleTo(page) and b.text().startswith(text)]
            self.qtbot.mouseClick(found, Qt.MouseButton.LeftButton)
            self.qtbot.waitUntil(window.isEnabled, timeout=20_000)
        told = [[cell.text for cell in row] for row in page.list.plain_model.rows]
        window.vault.close()
        window.vault = None
        return told

    def count(self):
        """Hand off what both prisons have, merge it, and give the figures: new cases by prison, and outcomes."""
        for code in ("IK-01", "IK-03"):
            self._hand_off(code)
        with self.open("HQ") as hq:
            tables = load_tables(self.definitions)
            new = figures(hq, tables["tb_new_cases"], "2013", "2013", by=["prison"])
            ended = figures(hq, tables["tb_outcomes"], "2013", "2013", by=["outcome", "followed_by"])
            return {row.key[0]: row.value for row in new.rows}, {row.key: row.value for row in ended.rows}

    def _hand_off(self, code):
        with self.open(code) as prison:
            sent = len(prison.zone(HEALTH).select("select * from sent"))
            made = write_handoff(prison, HEALTH, MONTHS[sent], self.stick)
        with self.open("HQ") as hq:
            plans = preview(hq, [made.path])
            merged = merge(hq, plans)
            assert [one.rejected for one in merged] == [0], plans
        with self.open(code) as prison:
            prison.zone(HEALTH).acknowledge(made.check_number)


@pytest.fixture
def service(tmp_path, open_window, qtbot, monkeypatch):
    made = Service(tmp_path, open_window, qtbot)
    monkeypatch.setattr(prompts, "choose_folder", lambda *_: str(made.stick))
    return made


def test_a_case_is_counted_once_before_during_and_after_its_transfer(service):
    with service.open("IK-01") as prison:
        uid = keep_case(prison)
        number = prison.records("tb_cases").read(uid)[0]["number"]
    once, open_here = {"IK-01": 1}, {(None, "IK-01"): 1}
    assert service.count() == (once, open_here)

    assert service.do("IK-01", "Записать письмо")[0][-1] == "Отправлен, ответа нет"
    (told,) = service.do("HQ", "Прочитать папку", "Переслать")
    assert (told[0], told[-1]) == (number, "Переслан, ответа нет")
    assert service.count() == (once, open_here)

    (told,) = service.do("IK-03", "Прочитать папку", "Принять случай", "Записать ответ")
    assert told[-1].startswith("✔ Принят: IK-03-T-2013")
    service.do("HQ", "Прочитать папку", "Переслать ответ")
    (told,) = service.do("IK-01", "Прочитать папку")
    assert told[-1].startswith("✔ Принят: IK-03-T-2013")
    assert service.count() == (once, {(None, "IK-03"): 1})

    with service.open("IK-03") as prison:
        (case,) = prison.records("tb_cases").all()
        assert prison.records("patients").all()[0].record["surname"] == SURNAME
        cured = case.record | {"outcome": "CUR", "outcome_on": "2013-08-10"}
        problems = prison.records("tb_cases").judge(dict(cured), case.lines).problems
        cured["reasons"] = json.dumps({problem.key: "по карте" for problem in problems if problem.severity == "warning"})
        assert prison.records("tb_cases").save(cured, case.lines, ready=True, why="исход").kept
    assert service.count() == (once, {("CUR", "IK-03"): 1})

    with service.open("HQ") as hq:
        zone = hq.zone(HEALTH)
        tables = [table.table for register in zone.registers for table in register.tables]
        everything = json.dumps(
            [zone.select(f"select * from {name}") for name in (*tables, "letters", "history")], ensure_ascii=False
        )
        assert not any(name in everything for name in NAMES)
