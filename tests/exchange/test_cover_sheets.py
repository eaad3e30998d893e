"""What a hand-off tells those who answer for it and hold no key to any record."""

import openpyxl
import pytest

from desktop.registers.problems import AppError
from desktop.store import covers
from desktop.store.covers import Counted, Total
from tests.exchange.steps import GATE, MONTH, change, enter, hand_off
from tests.sample import load_line


def sheets(vault):
    return covers.opened(vault).sheets


def test_every_hand_off_leaves_a_cover_sheet_that_says_what_its_workbook_says(prison, stick):
    enter(prison, loads=[load_line(), load_line()])
    total = Total("drug_weight", {"KG": "0.5"})
    made = hand_off(prison, stick, totals=lambda _vault, zone, month: [total] if (zone, month) == ("security", MONTH) else [])
    (sheet,) = sheets(prison)
    assert (sheet.zone, sheet.month, sheet.revision, sheet.check_number) == ("security", MONTH, 1, made.check_number)
    assert (sheet.prepared_by, sheet.why, sheet.totals) == (prison.person, None, (total,))
    assert sheet.registers["gate_log"] == Counted(1, 1, {"loads": 2})
    assert sheet.registers["seizures"] == Counted(0, 0)
    cover = openpyxl.load_workbook(made.path).worksheets[0]
    said = {row[0].value: row[1].value for row in cover.iter_rows(max_col=2) if row[0].value}
    assert (said["Контрольное число"], said["Отметка истории"]) == (sheet.check_number, sheet.history)
    assert said[GATE] == "1 запись; Груз: 2"


def test_a_second_revision_tells_what_it_carries_and_what_the_month_has_in_all(prison, stick):
    first, _ = enter(prison), enter(prison)
    prison.zone("security").acknowledge(hand_off(prison, stick).check_number)
    change(prison, first, direction="OUT")
    hand_off(prison, stick, why="исправление")
    assert [(s.revision, s.why, s.registers["gate_log"]) for s in sheets(prison)] == [
        (1, None, Counted(2, 2, {"loads": 2})), (2, "исправление", Counted(1, 2, {"loads": 1})),
    ]  # fmt: skip


def test_a_hand_off_counts_though_its_cover_sheet_could_not_be_kept_and_says_so(prison, stick, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    saved = enter(prison)
    monkeypatch.setattr(covers, "write_whole", full)
    made = hand_off(prison, stick)
    assert isinstance(made.cover_lost, AppError)
    assert "No space left on device" in made.cover_lost.text["en"]
    assert prison.records("gate_log").read(saved.record["uid"])[0]["state"] == "SUBMITTED"
    assert made.path.exists()
    assert sheets(prison) == ()


def test_a_hand_off_that_was_refused_leaves_no_cover_sheet(prison, stick):
    stick.rmdir()
    with pytest.raises(AppError, match="not there"):
        hand_off(prison, stick)
    assert sheets(prison) == ()
