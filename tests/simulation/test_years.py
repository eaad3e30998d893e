"""A short run of the simulation; `python -m tests.simulation` plays the whole nation for two years."""

import pytest

from tests.simulation.years import play

PRISONS = ["IK-01", "IK-03", "IK-08", "WK-02"]


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_happens_to_the_sticks_every_record_arrives_once_and_every_gap_and_fork_is_named(tmp_path, seed):
    played = play(seed, tmp_path / "nation", PRISONS, 10)
    assert played.wrong == []
    assert played.happened["lost"]
    assert played.happened["gap"]
    assert played.happened["duplicate"]
