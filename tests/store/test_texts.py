"""Texts that no file can hold as they are: kept as a draft with what is left of them, and named."""

import pytest

from desktop.exchange.handoff import write_handoff
from desktop.registers.states import DRAFT, READY
from tests.sample import load_line, passage

HALF = "до\ud83dпосле"


@pytest.mark.parametrize("place", ["comment", "driver", "remarks", "loads"])
def test_half_a_letter_is_a_problem_and_the_rest_is_kept_as_a_draft(gate_log, place):
    lines = {"loads": [load_line(**({"cargo": HALF} if place == "loads" else {}))]}
    record = passage(**({} if place == "loads" else {place: HALF}))
    refused = gate_log.save(record, lines, ready=True)
    assert not refused.kept
    [problem] = [p for p in refused.judgement.problems if p.rule.endswith(".lost_letter")]
    assert "�" in problem.text["ru"]
    kept = gate_log.save(record, lines, ready=False)
    (stored,) = gate_log.all()
    assert (kept.kept, stored.record["state"]) == (True, DRAFT)
    found = stored.lines["loads"][0]["cargo"] if place == "loads" else stored.record[place]
    assert found == "до�после"
    assert not gate_log.save(stored.record, stored.lines, ready=True).kept


def test_half_a_letter_where_nobody_judges_it_stands_in_nobodys_way(gate_log):
    gate_log.keep_form("", {"driver": HALF})
    assert gate_log.kept_form("") == {"driver": HALF}
    saved = gate_log.save(passage(), {"loads": [load_line()]}, ready=False, unread={"passed_at": HALF}, why=HALF)
    assert saved.kept


def test_a_note_of_emoji_is_refused_before_it_stops_a_hand_off(vault, gate_log, tmp_path):
    long = gate_log.save(passage(comment="\U0001f600" * 16_384), {"loads": [load_line()]}, ready=True)
    assert [p.rule for p in long.judgement.problems] == ["comment.too_wide"]
    assert not long.kept
    fits = gate_log.save(passage(comment="\U0001f600" * 16_383), {"loads": [load_line()]}, ready=True)
    assert (fits.kept, fits.record["state"]) == (True, READY)
    assert write_handoff(vault, "security", "2013-03", tmp_path).path.exists()
