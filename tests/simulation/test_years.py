"""A short run of the simulation; `python -m tests.simulation` plays the whole nation for two years."""

import pytest

from desktop.exchange import planning
from desktop.exchange.places import Place
from desktop.registers.labels import Label
from desktop.store.records import Records
from tests.simulation.years import play

PRISONS = ["IK-01", "IK-03", "IK-08", "WK-02"]


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_happens_to_the_sticks_every_record_arrives_once_and_every_gap_and_fork_is_named(tmp_path, seed):
    played = play(seed, tmp_path / "nation", PRISONS, 10)
    assert played.wrong == []
    assert played.happened["lost"]
    assert played.happened["gap"]
    assert played.happened["duplicate"]
    assert played.happened["edited"]


def test_a_hand_off_that_forgets_what_was_not_acknowledged_would_be_caught(tmp_path, monkeypatch):
    due = Records.due
    monkeypatch.setattr(Records, "due", lambda self, month: [item for item in due(self, month) if not item.record["hand_off"]])
    assert any("is not there" in said for said in play(1, tmp_path / "nation", PRISONS[:2], 8).wrong)


def test_a_merge_that_believes_every_file_would_be_caught(tmp_path, monkeypatch):
    monkeypatch.setattr("desktop.exchange.planning.place_of", lambda *_: Place("next", Label.same("")))
    assert any("is called next, but is" in said for said in play(1, tmp_path / "nation", PRISONS[:2], 8).wrong)


def test_a_merge_that_takes_the_newest_file_for_the_newest_record_would_be_caught(tmp_path, monkeypatch):
    planner = planning._Planner
    verdict = planner._verdict

    def hasty(self, item, errors, incoming, before):
        found = verdict(self, item, errors, incoming, before)
        return "changed" if found == "older" else found

    monkeypatch.setattr(planner, "_verdict", hasty)
    monkeypatch.setattr("tests.simulation.years.LATE", 0.6)
    monkeypatch.setattr("tests.simulation.years.RECEIPT_LOST", 0)
    assert any("differs in" in said for seed in range(1, 9) for said in play(seed, tmp_path / "nation", PRISONS[:3], 16).wrong)
